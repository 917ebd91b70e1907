"""The smallest HTTP client that will do, so that the generator's core is not what is measured.

One connection, one request at a time, keep-alive. Only for servers of ours on loopback.
"""

import asyncio
import itertools
import json
from typing import Any, cast

ADDRESSES = 100
_turns = itertools.count()


class Wire(asyncio.Protocol):
    """One connection to the server."""

    def __init__(self, token: str = "") -> None:
        self._auth = f"Authorization: Bearer {token}\r\n" if token else ""
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not isinstance: uvloop's transports are of no class of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("closed by the server"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lowered = head.lower()
        start = lowered.index(b"content-length:") + 15
        end = lowered.find(b"\r", start)
        length = int(lowered[start : end if end >= 0 else None])
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        assert self._answer is not None, "an answer to nothing"
        if not self._answer.done():
            self._answer.set_result((int(head[9:12]), rest[:length]))

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Send one request and wait for the whole answer."""
        return await self.send(method, path, b"" if body is None else json.dumps(body).encode())

    async def send(self, method: str, path: str, payload: bytes) -> tuple[int, bytes]:
        """Send these bytes as the body of a request, and wait for the whole answer."""
        kind = "Content-Type: application/json\r\n" if payload else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self._auth}{kind}"
            f"Content-Length: {len(payload)}\r\n\r\n"
        )
        assert self._transport is not None, "not connected"
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(head.encode() + payload)
        return await self._answer

    async def get(self, path: str) -> Any:
        """The JSON of a GET that must succeed."""
        return _good(await self.ask("GET", path))

    async def post(self, path: str, **body: Any) -> Any:
        """The JSON of a POST that must succeed."""
        return _good(await self.ask("POST", path, body))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def _good(answer: tuple[int, bytes]) -> Any:
    status, body = answer
    if status >= 400:
        raise RuntimeError(f"{status}: {body.decode()}")
    return json.loads(body)


async def connect(port: int, token: str = "") -> Wire:
    """A connection to a server on loopback, from one loopback address after the other.

    A crowd comes from many addresses; from one, the server would rightly cap it.
    """
    loop = asyncio.get_running_loop()
    home = (f"127.0.0.{2 + next(_turns) % ADDRESSES}", 0)
    _, wire = await loop.create_connection(lambda: Wire(token), "127.0.0.1", port, local_addr=home)
    return wire
