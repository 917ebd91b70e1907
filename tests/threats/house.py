"""The application on a real server on loopback, and lines to it that say any bytes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from frontdesk.web.bounds import Bounds
from frontdesk.web.server import Server
from tests.web.front import Front

# Long enough that a busy machine fails no test; none waits for it to pass.
PATIENCE_S = 10


class House:
    """A server at an address. `line` says these bytes, and gives what to read the answer from."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.writers: list[asyncio.StreamWriter] = []

    async def line(self, said: bytes) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection(*self.address)
        self.writers.append(writer)
        writer.write(said)
        return reader

    async def answers(self, said: bytes) -> list[tuple[int, Any]]:
        """Every answer to these bytes, until the server closes."""
        reader = await self.line(said)
        found = []
        async with asyncio.timeout(PATIENCE_S):
            while answer := await one_answer(reader):
                found.append(answer)
        return found


async def one_answer(reader: asyncio.StreamReader) -> tuple[int, Any] | None:
    """The next answer: its status and its JSON; None at the end."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    length = int(head.partition("content-length: ")[2].partition("\r")[0])
    return int(head.split()[1]), json.loads(await reader.readexactly(length))


@asynccontextmanager
async def open_house(front: Front, **bounds: Any) -> AsyncIterator[House]:
    """A server with this application, until the end of the block."""
    ready = asyncio.Event()
    server = Server(front.app, front.engine, Bounds(**bounds), on_ready=ready.set)
    listening = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve([listening]))
    await ready.wait()
    house = House(listening.getsockname())
    try:
        yield house
    finally:
        server.end()
        for writer in house.writers:
            writer.close()
        async with asyncio.timeout(PATIENCE_S):
            await task
