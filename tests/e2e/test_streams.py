"""Streams over real sockets: what is hostile, what is slow, and an end with many listening."""

import asyncio
import base64
import json
import os
import struct
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from frontdesk.trials.history import History
from frontdesk.trials.people import Guest, closing
from tests.e2e.server import DESK, Server, promised, serving

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"

TEXT, CONT, BINARY, PING = 1, 0, 2, 9
LONG = b"x" * 60_000


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, users=[("Ida", PASSWORD)]) as running:
        yield running


async def guest(server: Server, name: str) -> dict[str, Any]:
    async with httpx2.AsyncClient(base_url=server.url) as http:
        body = {"username": name, "question": "Where is it?"}
        answer = await http.post(f"{DESK}/identify", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


def at(server: Server) -> str:
    return f"ws://127.0.0.1:{server.port}{DESK}/socket"


async def hello(server: Server, who: dict[str, Any], since: str | None = None) -> ClientConnection:
    socket = await connect(at(server), ping_interval=None)
    frame = {"do": "hello", "token": who["token"]}
    await socket.send(json.dumps(frame | ({"since": since} if since else {})))
    return socket


async def code_of(socket: ClientConnection) -> int:
    """The code with which the server closes."""
    try:
        while True:
            await asyncio.wait_for(socket.recv(), promised(10))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 1006


# --- frames that no library sends -----------------------------------------------------------------


class Raw:
    """A WebSocket by hand, for what is against the rules."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, server: Server) -> "Raw":
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET {DESK}/socket HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), promised(5))
        assert b" 101 " in head.split(b"\r\n")[0], head
        return cls(reader, writer)

    def frame(
        self, opcode: int, data: bytes = b"", *, fin: bool = True, mask: bool = True
    ) -> bytes:
        head = bytes([(fin << 7) | opcode])
        length = len(data)
        if length < 126:
            head += bytes([(mask << 7) | length])
        else:
            head += bytes([(mask << 7) | 126]) + struct.pack("!H", length)
        # A mask of zeros changes nothing and is one.
        return head + (b"\0\0\0\0" if mask else b"") + data

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def code(self, within_s: float = 10) -> int:
        """The code of the close frame; 1006 if the line ends without one."""
        try:
            async with asyncio.timeout(promised(within_s)):
                while True:
                    first, second = await self.reader.readexactly(2)
                    length = second & 127
                    if length == 126:
                        (length,) = struct.unpack("!H", await self.reader.readexactly(2))
                    data = await self.reader.readexactly(length)
                    if first & 15 == 8:
                        return int.from_bytes(data[:2], "big")
        except (asyncio.IncompleteReadError, ConnectionError):
            return 1006
        finally:
            self.writer.close()


async def flooded(raw: Raw, frame: bytes, times: int) -> int:
    """Send this often, or until the line ends; then the code."""
    try:
        for _ in range(times):
            await raw.send(frame * 100)
    except ConnectionError:
        pass
    return await raw.code()


async def test_what_is_no_websocket_is_closed_with_the_right_code(server: Server):
    for bad, code in (
        (lambda raw: raw.frame(TEXT, b"{}", mask=False), 1002),
        (lambda raw: raw.frame(TEXT, b"\xff\xfe"), 1007),
        (lambda raw: bytes([0x80 | TEXT, 0x80 | 127]) + struct.pack("!Q", 2**31), 1009),
        (
            lambda raw: raw.frame(TEXT, b"x" * 60_000, fin=False) + raw.frame(CONT, b"x" * 60_000),
            1009,
        ),
        (lambda raw: raw.frame(PING, b"x" * 126), 1002),
        (lambda raw: raw.frame(3), 1002),
        (lambda raw: raw.frame(CONT, b"x"), 1002),
        (lambda raw: raw.frame(TEXT, b"not a hello"), 4400),
        (lambda raw: raw.frame(BINARY, b"{}"), 4400),
    ):
        raw = await Raw.open(server)
        await raw.send(bad(raw))
        assert await raw.code() == code


async def test_pieces_without_end_and_floods_of_pings_are_ended(server: Server):
    pieces = await Raw.open(server)
    await pieces.send(pieces.frame(TEXT, b"{", fin=False))
    assert await flooded(pieces, pieces.frame(CONT, b"", fin=False), 1_000) in (1009, 1006)
    pings = await Raw.open(server)
    assert await flooded(pings, pings.frame(PING, b"x" * 100), 1_000) in (1008, 1006)

    # And the server is there for others.
    ana = await guest(server, "Ana")
    async with await hello(server, ana) as socket:
        assert json.loads(await socket.recv())["type"] == "queuepos"


async def test_who_says_nothing_is_closed_after_five_seconds(server: Server):
    raw, began = await Raw.open(server), time.monotonic()

    assert await raw.code(within_s=8) == 4400

    assert 4.5 < time.monotonic() - began < promised(7)


async def test_another_site_gets_no_socket(server: Server):
    headers = {
        "Origin": "https://evil.example",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": base64.b64encode(b"0" * 16).decode(),
        "Sec-WebSocket-Version": "13",
    }
    async with httpx2.AsyncClient(base_url=server.url) as http:
        answer = await http.get(f"{DESK}/socket", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin")
    async with connect(at(server), origin=server.url) as socket:  # type: ignore[arg-type]
        assert await code_of(socket) == 4400


# --- back-pressure --------------------------------------------------------------------------------


async def test_one_who_reads_nothing_is_hung_up_on_and_holds_up_nobody(server: Server):
    """Nobody waits for the stuck one; it ends by itself, and comes back to its id."""
    told = server.run("desk", "set", "main", "guest_rate=60000")
    assert told.returncode == 0, told.stderr
    ana, other = await guest(server, "Ana"), Guest(server.url, History())
    stuck = await Raw.open(server)
    await stuck.send(stuck.frame(TEXT, json.dumps({"do": "hello", "token": ana["token"]}).encode()))
    stuck.reader._transport.pause_reading()  # type: ignore[attr-defined]
    async with closing(other), await hello(server, ana) as writing:
        await other.identify("Ben", "Why?")
        body = "x" * 8_000
        for number in range(1_500):
            frame = {"do": "message", "ref": str(number), "room": ana["room"], "body": body}
            await writing.send(json.dumps(frame))
            if number % 30 == 29:
                while json.loads(await writing.recv()).get("ref") != str(number):
                    pass
        began = time.monotonic()
        await other.say(other.room, "I am not held up")
        assert time.monotonic() - began < promised(1)
    stuck.reader._transport.resume_reading()  # type: ignore[attr-defined]
    assert await stuck.code(within_s=30) in (4408, 1006, 1011)


# --- ends -----------------------------------------------------------------------------------------


async def test_a_stop_with_many_streams_open_is_quick_and_says_to_come_back(server: Server):
    told = server.run("desk", "set", "main", "identify_rate=60000")
    assert told.returncode == 0, told.stderr
    people = [await guest(server, f"Guest {number}") for number in range(40)]
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(await hello(server, who)) for who in people]
        for socket in sockets:
            assert json.loads(await socket.recv())["type"] == "queuepos"
        http = await stack.enter_async_context(httpx2.AsyncClient(base_url=server.url))
        headers = {"Authorization": f"Bearer {people[0]['token']}"}
        stream = await stack.enter_async_context(
            http.stream("GET", f"{DESK}/events", headers=headers, timeout=30)
        )
        lines = stream.aiter_lines()
        assert (await anext(lines)).startswith("data: ")

        status, seconds = await server.stop()

        assert status == 0
        assert seconds < promised(1.5)
        assert {await code_of(socket) for socket in sockets} == {1012}
        rest = [line async for line in lines]
        assert "event: hangup" in rest
        assert json.loads(next(line for line in rest if "come_back" in line)[6:]) == {
            "why": "restart",
            "come_back": True,
            "after_ms": 500,
        }


async def test_a_socket_goes_on_where_it_was_after_a_kill(server: Server):
    ana = await guest(server, "Ana")
    heard: list[dict[str, Any]] = []
    since = ana["id"]
    sent = 0
    for _ in range(4):
        async with await hello(server, ana, since) as socket:
            for _ in range(5):
                sent += 1
                frame = {"do": "message", "ref": str(sent), "room": ana["room"], "body": f"{sent}"}
                await socket.send(json.dumps(frame | {"key": f"a-key-of-this-test-{sent:04}"}))
            while len(heard) < sent:
                event = json.loads(await asyncio.wait_for(socket.recv(), promised(5)))
                if "id" in event and event["type"] not in ("success", "noop"):
                    since = event["id"]
                    heard += [event] if event["type"] == "message" else []
        await server.kill()
        await server.start()

    assert [event["body"] for event in heard] == [str(number) for number in range(1, sent + 1)]
