"""What a bad network does, and that it does nothing else."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from frontdesk.trials.proxy import Fate, Proxy
from tests.web.front import settled

LONG_MS = 3_600_000
MUCH = b"x" * 1_000_000


class Echo:
    """A server that says back what it hears, and remembers it."""

    def __init__(self) -> None:
        self.heard = b""
        self.lines: list[asyncio.StreamWriter] = []
        self.got = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.append(writer)
        try:
            while data := await reader.read(65_536):
                self.heard += data
                self.got.set()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


class Line:
    """A connection through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def said_back(self, data: bytes) -> bytes:
        self.writer.write(data)
        return await asyncio.wait_for(self.reader.readexactly(len(data)), 10)

    async def is_cut(self) -> bool:
        """Waits for the end."""
        try:
            return await asyncio.wait_for(self.reader.read(), 10) == b""
        except ConnectionError:
            return True
        finally:
            self.writer.close()


@pytest.fixture
async def echo() -> Echo:
    return Echo()


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Proxy(port, random.Random(1), every_ms=LONG_MS) as proxy:
        yield proxy
    server.close()
    for line in echo.lines:
        line.close()


async def line(proxy: Proxy) -> Line:
    made = Line(*await asyncio.open_connection("127.0.0.1", int(proxy.url.rpartition(":")[2])))
    assert await made.said_back(b"hello") == b"hello"
    return made


async def test_what_meets_no_fate_gets_through_whole(proxy: Proxy):
    made = await line(proxy)

    assert await made.said_back(MUCH) == MUCH
    made.writer.close()


async def test_a_cut_ends_both(proxy: Proxy):
    made = await line(proxy)

    proxy.befall(Fate.CUT)

    assert await made.is_cut()


async def test_a_lost_answer_is_to_a_request_that_got_through(proxy: Proxy, echo: Echo):
    made = await line(proxy)
    echo.got.clear()

    proxy.befall(Fate.ANSWER_LOST)
    made.writer.write(b" and once more")

    assert await made.is_cut()
    assert echo.heard == b"hello and once more"


async def test_a_stalled_line_goes_on_where_it_was(proxy: Proxy):
    made = await line(proxy)

    proxy.befall(Fate.STALL)

    assert await made.said_back(b"late") == b"late"
    made.writer.close()


async def test_a_half_open_line_swallows_all_and_stays(proxy: Proxy, echo: Echo):
    made = await line(proxy)

    proxy.befall(Fate.SWALLOW)
    made.writer.write(b"into the void")
    await settled()
    echo.lines[0].close()
    await settled()

    assert not made.reader.at_eof()
    assert echo.heard == b"hello"
    made.writer.close()


@pytest.mark.parametrize("fate", [Fate.SWALLOW, Fate.ANSWER_LOST])
async def test_a_stream_never_goes_on_behind_a_hole(proxy: Proxy, echo: Echo, fate: Fate):
    made = await line(proxy)

    proxy.befall(Fate.STALL)
    proxy.befall(fate)
    proxy.befall(Fate.STALL)
    echo.lines[0].write(b"a part of a stream")
    await settled()
    # As the stall would end now.
    for near in proxy.connections:
        near.go_on()
    echo.lines[0].write(b"and what comes behind it")
    await settled()
    for _ in range(50):
        await settled()

    made.reader.feed_eof()
    assert await made.reader.read() == b""
    made.writer.close()


async def test_where_there_is_no_server_lines_end(proxy: Proxy):
    proxy.target = 1

    made = Line(*await asyncio.open_connection("127.0.0.1", int(proxy.url.rpartition(":")[2])))

    assert await made.is_cut()
