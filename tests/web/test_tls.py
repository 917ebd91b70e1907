"""The server where it speaks https itself: its bounds hold there too, also before the handshake."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from frontdesk.web.bounds import Bounds
from frontdesk.web.crowd import THIS_MACHINE, client_of
from frontdesk.web.server import Server
from tests.certificates import Authority
from tests.web.test_connection import GET, HANDSHAKE, PATIENCE_S, App, Line, anyio_backend

pytestmark = pytest.mark.slow  # real sockets, real waits

__all__ = ["anyio_backend"]


class Desk:
    """A server that speaks https, and somebody who trusts it."""

    def __init__(self, folder: Path, **bounds: Any) -> None:
        authority = Authority(folder)
        self.trust = ssl.create_default_context(cafile=authority.roots)
        self.app, self.ready = App(), asyncio.Event()
        pair = authority.issue()
        self.server = Server(
            self.app, self.app, Bounds(**bounds), tls=pair.load(), on_ready=self.ready.set
        )
        self.socket = socket.create_server(("127.0.0.1", 0))

    async def line(self, *sent: bytes, tls: bool = True) -> Line:
        host, port = self.socket.getsockname()
        line = Line(*await asyncio.open_connection(host, port, ssl=self.trust if tls else None))
        for data in sent:
            line.send(data)
        return line


@asynccontextmanager
async def open_desk(folder: Path, **bounds: Any) -> AsyncIterator[Desk]:
    desk = Desk(folder, **bounds)
    task = asyncio.create_task(desk.server.serve([desk.socket]))
    await desk.ready.wait()
    try:
        yield desk
    finally:
        desk.server.end()
        async with asyncio.timeout(PATIENCE_S):
            await task


async def test_a_request_is_answered(tmp_path: Path):
    async with open_desk(tmp_path) as desk:
        line = await desk.line(GET)

        assert (await line.answer())[0] == 200
        line.writer.close()


async def test_a_head_that_is_too_large_is_refused_and_the_line_closed(tmp_path: Path):
    async with open_desk(tmp_path, head_bytes=1000, leaving_ms=50) as desk:
        line = await desk.line(b"GET / HTTP/1.1\r\nHost: desk\r\nX: " + b"x" * 2000 + b"\r\n\r\n")

        status, headers, _ = await line.answer()
        assert (status, headers["connection"]) == (413, "close")
        assert await line.is_closed()
        line.writer.close()


async def test_a_frame_that_is_none_is_told_with_its_code(tmp_path: Path):
    async with open_desk(tmp_path, leaving_ms=50) as desk:
        line = await desk.line(HANDSHAKE)
        assert b" 101 " in await line.reader.readuntil(b"\r\n\r\n")

        # Without a mask, as no client may send it.
        line.send(b"\x81\x02{}")

        async with asyncio.timeout(PATIENCE_S):
            _, size, *code = await line.reader.readexactly(4)
            assert int.from_bytes(bytes(code)) == 1002
            await line.reader.readexactly(size - len(code))
        assert await line.is_closed()
        line.writer.close()


@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01", GET])
async def test_who_does_not_shake_hands_is_cut_off(tmp_path: Path, sent: bytes):
    async with open_desk(tmp_path, head_ms=100) as desk:
        line = await desk.line(sent, tls=False)

        async with asyncio.timeout(PATIENCE_S):
            # An alert at most, and the end.
            assert b"HTTP" not in await line.reader.read()
        line.writer.close()


async def test_the_end_waits_for_nobody_who_does_not_say_good_bye(tmp_path: Path):
    async with open_desk(tmp_path, last_word_ms=50) as desk:
        line = await desk.line(GET)
        await line.answer()
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a transport that reads
        desk.server.end()
    line.writer.transport.abort()


class Transport(asyncio.BaseTransport):
    """What the kernel says of a line."""

    def __init__(self, family: int) -> None:
        super().__init__({"socket": type("Line", (), {"family": family})()})


def test_only_who_comes_over_a_socket_file_is_this_machine():
    known = ("192.0.2.7", 1234)

    assert client_of(Transport(socket.AF_UNIX), None) == THIS_MACHINE
    assert client_of(Transport(socket.AF_INET), known) == known
    # Gone before anybody could ask: their address is unknown, and not ours.
    assert client_of(Transport(socket.AF_INET), None) is None
    assert client_of(asyncio.BaseTransport(), None) is None
