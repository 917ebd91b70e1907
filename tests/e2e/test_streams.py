"""Streams over real sockets: what is hostile, what is slow, and an end with many listening."""

import asyncio
import base64
import json
import struct
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.e2e.raw import BINARY, CONT, PING, TEXT, Raw, frame, guest
from tests.e2e.server import DESK, Server, serving
from tests.load import promised

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, users=[("Ida", PASSWORD)]) as running:
        yield running


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
        (frame(TEXT, b"{}", mask=False), 1002),
        (frame(TEXT, b"\xff\xfe"), 1007),
        (bytes([0x80 | TEXT, 0x80 | 127]) + struct.pack("!Q", 2**31), 1009),
        (
            frame(TEXT, b"x" * 60_000, fin=False) + frame(CONT, b"x" * 60_000),
            1009,
        ),
        (frame(PING, b"x" * 126), 1002),
        (frame(3), 1002),
        (frame(CONT, b"x"), 1002),
        (frame(TEXT, b"not a hello"), 4400),
        (frame(BINARY, b"{}"), 4400),
    ):
        raw = await Raw.open(server.port)
        await raw.send(bad)
        assert await raw.code() == code


async def test_pieces_without_end_and_floods_of_pings_are_ended(server: Server):
    pieces = await Raw.open(server.port)
    await pieces.send(frame(TEXT, b"{", fin=False))
    assert await flooded(pieces, frame(CONT, b"", fin=False), 1_000) in (1009, 1006)
    pings = await Raw.open(server.port)
    assert await flooded(pings, frame(PING, b"x" * 100), 1_000) in (1008, 1006)

    # And the server is there for others.
    ana = await guest(server.url, "Ana")
    async with await hello(server, ana) as socket:
        assert json.loads(await socket.recv())["type"] == "queuepos"


async def test_who_says_nothing_is_closed_after_five_seconds(server: Server):
    raw, began = await Raw.open(server.port), time.monotonic()

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


# --- ends -----------------------------------------------------------------------------------------


async def test_a_socket_goes_on_where_it_was_after_a_kill(server: Server):
    ana = await guest(server.url, "Ana")
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
