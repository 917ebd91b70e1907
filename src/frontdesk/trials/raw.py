"""The smallest clients that will do, so that it is the server that is measured and not they.

Bytes in, bytes out, over plain HTTP: `Wire` asks and is answered; `Socket`, `Stream` and `Poll`
listen, each over its transport, and hand what they hear to whoever wants it. Nothing is retried.
"""

import asyncio
import base64
import itertools
import json
import os
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, cast

DESK = "/api/v1/desks/main"

TRANSPORTS = ("socket", "sse", "poll")

# On loopback a crowd comes from many addresses; from one, a server would rightly cap it.
ADDRESSES = 100
_turns = itertools.count()

# Gets one event or several, as JSON.
Hear = Callable[[bytes], None]


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int


class Line(Protocol):
    """Something that listens. `frames` counts what it has heard; `hear` may be replaced."""

    frames: int
    hear: Hear
    closed: "asyncio.Future[None]"

    def close(self) -> None:
        """Hang up."""
        ...


def _ignore(_: bytes) -> None:
    pass


async def _connect(address: Address, make: Callable[[], asyncio.Protocol]) -> Any:
    is_here = address.host.startswith("127.")
    home = (f"127.0.0.{2 + next(_turns) % ADDRESSES}", 0) if is_here else None
    loop = asyncio.get_running_loop()
    _, made = await loop.create_connection(make, *address, local_addr=home)
    return made


def _head(method: str, path: str, address: Address, token: str, *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address.host}:{address.port}", *more]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join([*lines, "", ""]).encode()


# --- asking -------------------------------------------------------------------------------------


class Wire(asyncio.Protocol):
    """One connection with keep-alive, one request at a time."""

    def __init__(self, address: Address, token: str) -> None:
        self._address = address
        self._token = token
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not isinstance: uvloop's transports are of no class of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed by the server"))

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
        kind = ("Content-Type: application/json",) if payload else ()
        size = f"Content-Length: {len(payload)}"
        assert self._transport is not None, "not connected"
        if self._transport.is_closing():
            raise ConnectionResetError("closed by the server")
        self._answer = asyncio.get_running_loop().create_future()
        head = _head(method, path, self._address, self._token, *kind, size)
        self._transport.write(head + payload)
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
        raise RuntimeError(refusal(body))
    return json.loads(body)


def refusal(answer: bytes) -> str:
    """The sentence of a refusal; all of what is none of Frontdesk's."""
    try:
        return str(json.loads(answer)["error"])
    except (ValueError, KeyError, TypeError):
        return answer.decode(errors="replace")


async def wire(address: Address, token: str = "") -> Wire:
    """A connection to ask over."""
    made: Wire = await _connect(address, lambda: Wire(address, token))
    return made


# --- listening ----------------------------------------------------------------------------------


class _Ear(asyncio.Protocol):
    """What listens on a connection of its own."""

    def __init__(self, address: Address, token: str, since: str) -> None:
        self.frames = 0
        self.hear: Hear = _ignore
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._address = address
        self._token = token
        self._since = since
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._hello())

    def _hello(self) -> bytes:
        raise NotImplementedError

    def _status(self, wanted: bytes) -> bool:
        """Whether the head of the answer has come; it must be this."""
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if found:
            self._buffer = rest
            if wanted in head[:20]:
                self.opened.set_result(None)
            else:
                self.opened.set_exception(RuntimeError(refusal(rest or head)))
                self.close()
        return bool(found)

    def _heard(self, event: bytes) -> None:
        self.frames += 1
        self.hear(event)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionResetError("closed by the server"))
        if not self.closed.done():
            self.closed.set_result(None)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


class Socket(_Ear):
    """A WebSocket, which also sends commands."""

    def _hello(self) -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
        path = f"{DESK}/socket"
        return _head("GET", path, self._address, "", *upgrade, f"Sec-WebSocket-Key: {key}")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.opened.done():
            if not self._status(b" 101 "):
                return
            since = {"since": self._since} if self._since else {}
            self.send({"do": "hello", "token": self._token, **since})
        at, buffer = 0, self._buffer
        while len(buffer) - at >= 2:
            length = buffer[at + 1]
            start = at + {126: 4, 127: 10}.get(length, 2)
            if length >= 126:
                length = int.from_bytes(buffer[at + 2 : start], "big")
            # A size that has come in part is smaller than it will be, and has nothing behind it.
            if len(buffer) < start + length or len(buffer) < start:
                break
            self._frame(buffer[at] & 15, buffer[start : start + length])
            at = start + length
        self._buffer = buffer[at:]

    def _frame(self, opcode: int, data: bytes) -> None:
        if opcode == 9:
            self._write(10, data)
        elif opcode == 8:
            self._write(8, data)
            self.close()
        elif opcode == 1:
            self._heard(data)

    def send(self, frame: object) -> None:
        """A frame of JSON, with a mask that changes nothing."""
        self._write(1, json.dumps(frame).encode())

    def _write(self, opcode: int, data: bytes) -> None:
        length = len(data)
        size = bytes([128 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
        self._transport.write(bytes([128 | opcode]) + size + b"\0\0\0\0" + data)


class Stream(_Ear):
    """Server-sent events."""

    def _hello(self) -> bytes:
        since = f"?since={self._since}" if self._since else ""
        return _head("GET", f"{DESK}/events{since}", self._address, self._token)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.opened.done() and not self._status(b" 200 "):
            return
        # The sizes of the chunks stand between events, where nobody looks.
        *parts, self._buffer = self._buffer.split(b"\n\n")
        for part in parts:
            _, found, event = part.partition(b"data: ")
            if found:
                self._heard(event)


class Poll:
    """Long polls, one after the other, on one connection."""

    def __init__(self, line: Wire, since: str) -> None:
        self.frames = 0
        self.hear: Hear = _ignore
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line = line
        self._since = since
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        try:
            while True:
                query = f"?wait=55&since={self._since}" if self._since else "?wait=55"
                status, body = await self._line.ask("GET", f"{DESK}/listen{query}")
                if status != 200:
                    raise RuntimeError(refusal(body))
                _, found, rest = body.rpartition(b'"id":"')
                if found:
                    self._since = rest.partition(b'"')[0].decode()
                self.frames += 1
                self.hear(body)
        except OSError:
            self.closed.set_result(None)

    def close(self) -> None:
        """Hang up."""
        self._task.cancel()
        self._line.close()


async def listen(address: Address, transport: str, token: str, since: str = "") -> Line:
    """A line that listens, over one of `TRANSPORTS`."""
    if transport == "poll":
        return Poll(await wire(address, token), since)
    kind = {"socket": Socket, "sse": Stream}[transport]
    ear: _Ear = await _connect(address, lambda: kind(address, token, since))
    await ear.opened
    return ear
