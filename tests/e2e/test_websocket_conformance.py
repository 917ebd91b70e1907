"""The framing of RFC 6455, by the numbers of Autobahn's test suite for servers.

That suite asks for an echo. Ours carries commands, so the answer to `state` with its `ref` stands
for it: a frame has been read whole if its `ref` comes back. Text that is to come through stands
in the `ref`; lengths are made up with spaces behind the object. An empty text is no command, and
is refused as malformed. Binary is none of ours: 1003.

Each case is what is sent, and what has to come: in turn, and then nothing but the end. 9.* beyond
our bound of 64 KiB, 11.* (HTTP), 12.* and 13.* (compression, which is not offered) have one case
each or none. Ends are strict but for UTF-8: what is wrong is said at the end of the message, and
not at the first wrong byte (6.4.*).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, Raw, frame, guest, listening
from tests.e2e.server import serving
from tests.load import promised

pytestmark = pytest.mark.e2e


class Chopped(NamedTuple):
    """Sent in pieces of so many bytes, each on its own."""

    raw: bytes
    size: int


class Echo(NamedTuple):
    """The answer to the command with this `ref`; None: the refusal of what is no command."""

    ref: str | None


class Pong(NamedTuple):
    """A pong with this payload."""

    data: bytes = b""


class Ends(NamedTuple):
    """A close with this code, and then the end of the connection."""

    code: int


Step = bytes | Chopped | Echo | Pong | Ends


class Case(NamedTuple):
    """What is sent and what comes, under Autobahn's number."""

    number: str
    steps: Sequence[Step]


def command(ref: str | bytes = "r", length: int = 0) -> bytes:
    """A command, made this long."""
    ref = ref.encode() if isinstance(ref, str) else ref
    return (b'{"do":"state","ref":"' + ref + b'"}').ljust(length)


def pieces(data: bytes, size: int, opcode: int = TEXT) -> list[bytes]:
    """A message in frames of so many bytes."""
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return [
        frame(CONT if number else opcode, part, fin=number == len(parts) - 1)
        for number, part in enumerate(parts)
    ]


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


HELLO = frame(TEXT, command())
LAST: tuple[bytes, Ends] = (close(1000), Ends(1000))


def framing() -> Iterator[Case]:
    yield Case("1.1.1", (frame(TEXT), Echo(None)))
    for number, length in enumerate((125, 126, 127, 128, 65_535, 65_536), start=2):
        yield Case(f"1.1.{number}", (frame(TEXT, command(length=length)), Echo("r")))
    yield Case("1.1.8", (Chopped(frame(TEXT, command(length=65_536)), 997), Echo("r")))
    for number, length in enumerate((0, 125, 126, 127, 128, 65_535, 65_536), start=1):
        yield Case(f"1.2.{number}", (frame(BINARY, b"\xfe" * length), Ends(1003)))
    # Autobahn goes on to 16 MiB; we stop here.
    yield Case("9.1.1", (frame(TEXT, command(length=65_537)), Ends(1009)))
    yield Case("9.3.1", (b"".join(pieces(command(length=65_537), 4_096)), Ends(1009)))
    yield Case("10.1.1", (b"".join(pieces(command(length=65_536), 1_300)), Echo("r")))


def pings() -> Iterator[Case]:
    payloads = (b"", b"Hello, world!", bytes((0, 255, 254, 253, 252, 251, 0, 255)), b"\xfe" * 125)
    for number, data in enumerate(payloads, start=1):
        yield Case(f"2.{number}", (frame(PING, data), Pong(data)))
    yield Case("2.5", (frame(PING, b"\xfe" * 126), Ends(1002)))
    yield Case("2.6", (Chopped(frame(PING, b"\xfe" * 125), 1), Pong(b"\xfe" * 125)))
    yield Case("2.7", (frame(PONG), *LAST))
    yield Case("2.8", (frame(PONG, b"unasked"), *LAST))
    yield Case("2.9", (frame(PONG, b"unasked") + frame(PING, b"asked"), Pong(b"asked")))
    ten = [b"ping %d" % number for number in range(10)]
    asked = b"".join(frame(PING, data) for data in ten)
    yield Case("2.10", (asked, *map(Pong, ten)))
    yield Case("2.11", (Chopped(asked, 1), *map(Pong, ten)))


def reserved() -> Iterator[Case]:
    bad: list[bytes | Chopped] = [
        frame(TEXT, command(), reserved=1),
        frame(TEXT, command(), reserved=2),
        Chopped(frame(TEXT, command(), reserved=3), 5),
        Chopped(frame(TEXT, command(), reserved=4), 1),
        frame(BINARY, b"\xff" * 8, reserved=5),
        frame(PING, b"Hello", reserved=6),
        frame(CLOSE, reserved=7),
    ]
    for number, step in enumerate(bad, start=1):
        yield Case(f"3.{number}", (HELLO, Echo("r"), step, Ends(1002)))
    for group, opcodes in ((1, range(3, 8)), (2, range(11, 16))):
        for number, opcode in enumerate(opcodes, start=1):
            data = b"" if number % 2 else b"payload"
            step = frame(opcode, data) + frame(PING)
            yield Case(f"4.{group}.{number}", (HELLO, Echo("r"), step, Ends(1002)))


def fragments() -> Iterator[Case]:
    first, second = pieces(command(), 12)
    for number, opcode in ((1, PING), (2, PONG)):
        cut = frame(opcode, b"frag", fin=False) + frame(CONT, b"ment")
        yield Case(f"5.{number}", (cut, Ends(1002)))
    whole, between = first + second, first + frame(PING, b"pong") + second
    for number, size in enumerate((0, 5, 1), start=3):
        yield Case(f"5.{number}", (Chopped(whole, size) if size else whole, Echo("r")))
    for number, size in enumerate((0, 5, 1), start=6):
        step = Chopped(between, size) if size else between
        yield Case(f"5.{number}", (step, Pong(b"pong"), Echo("r")))
    for number, (fin, size) in enumerate(
        ((fin, size) for fin in (True, False) for size in (0, 5, 1)), start=9
    ):
        lost = frame(CONT, b"non-continuation", fin=fin) + HELLO
        yield Case(f"5.{number}", (Chopped(lost, size) if size else lost, Ends(1002)))
    lost = frame(CONT, b"lost", fin=False)
    yield Case("5.15", (whole, Echo("r"), lost + HELLO, Ends(1002)))
    yield Case("5.16", (lost + first + second, Ends(1002)))
    yield Case("5.17", (frame(CONT, b"lost") + first + second, Ends(1002)))
    yield Case("5.18", (first + frame(TEXT, b"again"), Ends(1002)))
    five = pieces(command(), 6)
    for number, at in ((19, 2), (20, 3)):
        start, rest = b"".join(five[:at]), b"".join(five[at:])
        ping = frame(PING, b"1")
        yield Case(f"5.{number}", (start + ping, Pong(b"1"), ping, Pong(b"1"), rest, Echo("r")))


# By Autobahn's number: what is UTF-8, and what is not (Markus Kuhn's stress test).
GOOD = {
    "6.2": ("Hello-µ@ßöäüàá-UTF-8!!", "κόσμε"),
    "6.7": ("\u0080", "\u0800", "\U00010000"),
    "6.9": ("\u007f", "\u07ff", "\uffff", "\U0010ffff"),
    "6.11": ("\ud7ff", "\ue000", "\ufffd", "\U0010ffff"),
    "6.22": tuple(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)),
    "6.23": tuple(map(chr, range(0xFFF9, 0xFFFE))),
}
BAD = {
    "6.3": ("cebae1bdb9cf83cebcceb5eda080656469746564",),
    "6.4": ("cebae1bdb9cf83cebcceb5f4908080656469746564",),
    "6.6": ("ce", "cebae1", "cebae1bd", "cebae1bdb9cf", "cebae1bdb9cf83ce", "cebae1bdb9cf83cebcce"),
    "6.8": ("f888808080", "fc8480808080"),
    "6.10": ("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"),
    "6.11": ("f4908080",),
    "6.12": tuple(["80", "bf", *("80bf" * n for n in range(1, 4)), "80bf80", "80bf80bf80"]),
    "6.13": ("c020c120df20", "e020e120ef20", "f020f420f720", "f820f920fb20", "fc20fd20"),
    "6.14": ("c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf"),
    "6.15": ("c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf",),
    "6.16": ("fe", "ff", "fefeffff"),
    "6.17": ("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"),
    "6.18": ("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"),
    "6.19": ("c080", "e08080", "f0808080", "f880808080", "fc8080808080"),
    "6.20": ("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"),
    "6.21": ("eda080edb080", "eda080edbfbf", "edadbfedb080", "edafbfedbfbf"),
}


def texts() -> Iterator[Case]:
    yield Case("6.1.1", (frame(TEXT), Echo(None)))
    empty = frame(TEXT, fin=False) + frame(CONT, fin=False)
    yield Case("6.1.2", (empty + frame(CONT), Echo(None)))
    middle = frame(TEXT, fin=False) + frame(CONT, command(), fin=False)
    yield Case("6.1.3", (middle + frame(CONT), Echo("r")))
    # A character below a space is UTF-8, and stands in no string of JSON.
    yield Case("6.7.0", (frame(TEXT, command(b"\0")), Echo(None)))
    for group, good in GOOD.items():
        for number, text in enumerate(good, start=1):
            data = command(text)
            yield Case(f"{group}.{number}", (frame(TEXT, data), Echo(text)))
            # Every character that takes several bytes is cut.
            yield Case(f"{group}.{number} in bytes", (b"".join(pieces(data, 1)), Echo(text)))
    for group, bad in BAD.items():
        for number, text in enumerate(bad, start=1):
            data = command(bytes.fromhex(text))
            yield Case(f"{group}.{number} bad", (frame(TEXT, data), Ends(1007)))
            cut = b"".join(pieces(data, 1))
            yield Case(f"{group}.{number} bad in bytes", (cut, Ends(1007)))

    wrong = frame(TEXT, b"\xf4\x90\x80\x80", fin=False) + frame(PING)
    yield Case("6.4.1 not at once", (wrong, Pong(), frame(CONT), Ends(1007)))


CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
NO_CODES = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535)


def closing() -> Iterator[Case]:
    yield Case("7.1.1", (HELLO, Echo("r"), *LAST))
    yield Case("7.1.2", (close(1000) + close(1000), Ends(1000)))
    yield Case("7.1.3", (close(1000) + frame(PING), Ends(1000)))
    yield Case("7.1.4", (close(1000) + HELLO, Ends(1000)))
    first, second = pieces(command(), 12)
    # Autobahn takes the close as it is; for us the message that it breaks off is an error.
    yield Case("7.1.5", (first + close(1000) + second, Ends(1002)))
    yield Case("7.3.1", (frame(CLOSE), Ends(1005)))
    yield Case("7.3.2", (frame(CLOSE, b"a"), Ends(1002)))
    yield Case("7.3.3", LAST)
    yield Case("7.3.4", (close(1000, b"Hello World!"), Ends(1000)))
    yield Case("7.3.5", (close(1000, b"*" * 123), Ends(1000)))
    yield Case("7.3.6", (close(1000, b"*" * 124), Ends(1002)))
    yield Case("7.5.1", (close(1000, b"\xed\xa0\x80 edited"), Ends(1007)))
    for number, code in enumerate(CODES, start=1):
        yield Case(f"7.7.{number}", (close(code), Ends(code)))
    for number, code in enumerate(NO_CODES, start=1):
        yield Case(f"7.9.{number}", (close(code), Ends(1002)))


CASES = (*framing(), *pings(), *reserved(), *fragments(), *texts(), *closing())


class House(NamedTuple):
    """A server, and a guest of it."""

    port: int
    token: str


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder: Path = tmp_path_factory.mktemp("conformance")
    async with serving(folder) as server:
        yield House(server.port, (await guest(server.url, "Ana"))["token"])


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


async def heard(raw: Raw, *, closed: bool) -> Echo | Pong | Ends:
    """The next of what a case may expect; the feed and the pings of the server are none of it.

    Args:
        closed: whether we have sent a close already, and so answer none.
    """
    while True:
        found = await raw.next()
        match found.opcode:
            case 1:
                event = json.loads(found.data)
                if event["type"] in ("success", "error"):
                    return Echo(event.get("ref"))
            case 10:
                return Pong(found.data)
            case 8:
                if not closed:
                    await raw.send(frame(CLOSE, found.data))
                assert await raw.reader.read() == b"", "nothing comes behind a close"
                return Ends(int.from_bytes(found.data[:2], "big") if found.data else 1005)


async def say(raw: Raw, step: bytes | Chopped) -> None:
    if isinstance(step, bytes):
        await raw.send(step)
        return
    for at in range(0, len(step.raw), step.size):
        await raw.send(step.raw[at : at + step.size])
        # So that it is read before the next.
        await asyncio.sleep(0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
async def test_frames_are_taken_and_refused_as_the_standard_says(house: House, case: Case):
    steps = [*case.steps] if isinstance(case.steps[-1], Ends) else [*case.steps, *LAST]
    raw, closed = await listening(house.port, house.token), False
    try:
        async with asyncio.timeout(promised(5)):
            for step in steps:
                if isinstance(step, bytes | Chopped):
                    await say(raw, step)
                    closed = isinstance(step, bytes) and step[0] & 15 == CLOSE
                else:
                    assert await heard(raw, closed=closed) == step
    finally:
        raw.writer.close()


@pytest.mark.parametrize("number", ["12.1", "13.1"])
async def test_compression_is_not_offered(house: House, number: str):
    offer = {"12.1": "permessage-deflate", "13.1": "permessage-deflate; client_no_context_takeover"}
    raw = await Raw.open(house.port, f"Sec-WebSocket-Extensions: {offer[number]}")

    assert b"sec-websocket-extensions" not in raw.head.lower()
    raw.writer.close()


def test_every_case_has_a_number_of_its_own():
    assert len({case.number for case in CASES}) == len(CASES) > 200
