"""Many connections to one server: one that is stuck, those that mean harm, and all at its end."""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.web.bounds import FRAGMENTS
from frontdesk.web.streams import WRITE_MS
from tests.e2e.raw import (
    CLOSE,
    CONT,
    PING,
    TEXT,
    Raw,
    asked,
    frame,
    guest,
    listening,
)
from tests.e2e.server import DESK, SESSION, Server, serving
from tests.load import promised

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"

READERS = 50
MESSAGES = 200
BODY = "x" * 8_000

# Everybody at once; each person may have 20 readers.
STREAMS = 1_000
PEOPLE = STREAMS // 20


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, users=[("Ida", PASSWORD)]) as running:
        told = running.run("desk", "set", "main", "guest_rate=60000")
        assert told.returncode == 0, told.stderr
        yield running


# --- back-pressure --------------------------------------------------------------------------------


class Reader:
    """Somebody who reads as fast as it comes, and notes how old each message is."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.ages: list[float] = []
        self.bodies: list[str] = []
        self.last = ""
        self.code = 0
        self.half = asyncio.Event()

    async def read(self, until: int) -> None:
        """Until so many messages have been heard in all."""
        while len(self.bodies) < until:
            found = await self.raw.next()
            if found.opcode == CLOSE:
                self.code = int.from_bytes(found.data[:2], "big")
                return
            if found.opcode != TEXT:
                continue
            event = json.loads(found.data)
            self.last = event.get("id", self.last)
            if event["type"] == "message":
                number, said, _ = event["body"].split(" ", 2)
                self.bodies.append(number)
                self.ages.append(time.monotonic() - float(said))
                if len(self.bodies) == MESSAGES:
                    self.half.set()


def worst(readers: list[Reader], first: int) -> float:
    """The age that one in a hundred deliveries exceeds, from this message on."""
    ages = sorted(age for reader in readers for age in reader.ages[first:])
    return ages[len(ages) * 99 // 100]


async def speak(writer: Raw, room: str, numbers: range) -> None:
    """Write messages as fast as they are answered, some of them ahead."""
    for number in numbers:
        body = f"{number} {time.monotonic()} {BODY}"
        said = {"do": "message", "ref": f"said {number}", "room": room, "body": body}
        await writer.send(frame(TEXT, json.dumps(said).encode()))
        if number % 10 == 9:
            while json.loads((await writer.next()).data).get("ref") != f"said {number}":
                pass


async def test_one_who_is_stuck_slows_none_of_fifty_and_misses_nothing(server: Server):
    """The same load twice, the second time beside somebody who takes nothing."""
    ana = await guest(server.url, "Ana")
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:
        answer = await http.post(SESSION, json={"username": "Ida", "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        ida = next(iter(http.cookies.values()))
        await http.post(f"{DESK}/status", json={"status": "available"})
        helped = await http.post(f"{DESK}/assist", json={"key": secrets.token_hex(12)})
        assert helped.status_code == 200, helped.text
        # Two people listen, each at most 20 times; the rest are visitors who hear the desk alone.
        tokens = [ana["token"]] * 18 + [ida] * 19
        readers = [Reader(await listening(server.port, token)) for token in tokens]
        others = [
            await guest(server.url, f"Visitor {n}") for n in range(READERS - 1 - len(readers))
        ]
        quiet = [await listening(server.port, one["token"]) for one in others]
        writer = await listening(server.port, ana["token"])
        hearing = [asyncio.create_task(one.read(2 * MESSAGES)) for one in readers]

        await speak(writer, ana["room"], range(MESSAGES))
        await asyncio.wait_for(asyncio.gather(*(one.half.wait() for one in readers)), promised(30))
        stuck = Reader(await listening(server.port, ida, ana["id"], buffer_bytes=4_096))
        stuck.raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        began = time.monotonic()
        await speak(writer, ana["room"], range(MESSAGES, 2 * MESSAGES))
        await asyncio.wait_for(asyncio.gather(*hearing), promised(30))

        with_all, beside_it = worst(readers, 0), worst(readers, MESSAGES)
        for one in readers:
            assert one.bodies == [str(number) for number in range(2 * MESSAGES)]
        assert beside_it < 3 * with_all + promised(0.5)

        # By now it has been given up; all that it had not taken comes once it comes back.
        await asyncio.sleep(max(0, began + WRITE_MS / 1000 + 1 - time.monotonic()))
        stuck.raw.reader._transport.resume_reading()  # type: ignore[attr-defined]
        await asyncio.wait_for(stuck.read(3 * MESSAGES), promised(10))
        assert stuck.code == ADVICE[HangUp.TOO_SLOW].code
        back = Reader(await listening(server.port, ida, stuck.last))
        await asyncio.wait_for(back.read(2 * MESSAGES - len(stuck.bodies)), promised(10))
        assert stuck.bodies + back.bodies == readers[0].bodies
        for raw in (writer, stuck.raw, back.raw, *quiet, *(one.raw for one in readers)):
            raw.writer.close()


# --- harm -----------------------------------------------------------------------------------------


def memory_bytes(server: Server) -> int:
    """What the server has in memory."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


async def drip(server: Server, sent: bytes) -> asyncio.StreamWriter:
    """A connection that says so much and nothing more."""
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(sent)
    return writer


async def test_those_who_mean_harm_take_no_memory_and_no_time_from_others(server: Server):
    """Half a thousand of them at once, of every kind; the server stays small and quick."""
    ana = await guest(server.url, "Ana")
    before = memory_bytes(server)
    async with AsyncExitStack() as stack:
        head = f"POST {DESK}/identify HTTP/1.1\r\nHost: desk\r\n".encode()
        body = head + b"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
        for sent in (b"", b"GET / HT", head + b"X: " + b"x" * 9_000, body + b" " * 50_000):
            for _ in range(60):
                stack.callback((await drip(server, sent)).close)
        half = frame(TEXT, b" " * 60_000, fin=False)
        for sent in (b"", half, half[:-1]):
            for _ in range(60):
                raw = await Raw.open(server.port)
                stack.callback(raw.writer.close)
                await raw.send(sent)
        fragments = frame(TEXT, fin=False) + frame(CONT, fin=False) * (FRAGMENTS + 1)
        for sent, code in (
            (half + frame(CONT, b" " * 60_000), 1009),
            (fragments, 1009),
            (frame(PING, b"x" * 125) * 1_000, 1008),
        ):
            for _ in range(20):
                raw = await Raw.open(server.port)
                with contextlib.suppress(ConnectionError):
                    await raw.send(sent)
                assert await raw.code() == code

        began = time.monotonic()
        socket = await listening(server.port, ana["token"], ana["id"])
        assert json.loads((await socket.next()).data)["type"] == "queuepos"
        assert time.monotonic() - began < promised(0.5)
        socket.writer.close()
        # 120 of them have sent 60 KB that wait for more; none may cost a multiple of it.
        assert memory_bytes(server) - before < 64_000_000


# --- the end --------------------------------------------------------------------------------------


async def two_who_are_stuck(server: Server, stack: AsyncExitStack) -> list[asyncio.StreamReader]:
    """Somebody for whom there is more than fits between two ends, on both kinds of stream."""
    eve = await guest(server.url, "Eve")
    writer = await listening(server.port, eve["token"])
    await speak(writer, eve["room"], range(MESSAGES))
    writer.writer.close()
    raw = await listening(server.port, eve["token"], eve["id"], buffer_bytes=4_096)
    stack.callback(raw.writer.close)
    return [
        raw.reader,
        await asked(server.port, stack, "events", eve["token"], eve["id"], buffer_bytes=4_096),
    ]


async def place(server: Server, who: dict[str, Any]) -> str:
    """Where this guest stands, behind all that there is."""
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:
        headers = {"Authorization": f"Bearer {who['token']}"}
        query = {"since": who["id"], "wait": "0"}
        answer = await http.get(f"{DESK}/listen", params=query, headers=headers)
        last: str = answer.json()[-1]["id"]
        return last


async def ended(reader: asyncio.StreamReader) -> bytes:
    """All that still comes."""
    return await asyncio.wait_for(reader.read(), promised(10))


async def test_a_stop_with_a_thousand_streams_of_all_kinds_takes_less_than_a_second(server: Server):
    told = server.run("desk", "set", "main", "identify_rate=60000")
    assert told.returncode == 0, told.stderr
    people = [await guest(server.url, f"Guest {number}") for number in range(PEOPLE)]
    async with AsyncExitStack() as stack:
        for stuck in await two_who_are_stuck(server, stack):
            stuck._transport.pause_reading()  # type: ignore[attr-defined]
        sockets = list[Raw]()
        events, polls = list[asyncio.StreamReader](), list[asyncio.StreamReader]()
        for number in range(STREAMS * 4 // 5):
            who = people[number % PEOPLE]
            if number % 2:
                sockets.append(await listening(server.port, who["token"], who["id"]))
                stack.callback(sockets[-1].writer.close)
            else:
                events.append(await asked(server.port, stack, "events", who["token"], who["id"]))
        for raw in sockets:
            assert (await asyncio.wait_for(raw.next(), promised(10))).opcode == TEXT
        for reader in events:
            await asyncio.wait_for(reader.readuntil(b'"queuepos"'), promised(10))
        for who in people:
            # Behind what there is for them now, so that the polls stay open.
            since = await place(server, who)
            for _ in range(STREAMS // 5 // PEOPLE):
                polls.append(await asked(server.port, stack, "listen", who["token"], since))
        # Asked behind all others, so those are being waited for by now.
        await guest(server.url, "The last one")

        status, seconds = await server.stop()

        assert status == 0
        assert seconds < promised(1.0), f"{seconds:.2f} s"
        codes = await asyncio.gather(*(raw.code() for raw in sockets))
        assert set(codes) == {ADVICE[HangUp.RESTART].code}
        for told_last in await asyncio.gather(*map(ended, events)):
            assert b"event: hangup" in told_last
            assert b'"why":"restart","come_back":true,"after_ms":500' in told_last
        # Whose wait becomes another one meanwhile, on a slow machine, is answered at once.
        answers = await asyncio.gather(*map(ended, polls))
        open_until_then = [answer for answer in answers if b'"queuepos"' not in answer]
        assert open_until_then
        for answer in open_until_then:
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert b"\r\nconnection: close\r\n" in answer
            assert b'[{"type":"noop","id":"' in answer
