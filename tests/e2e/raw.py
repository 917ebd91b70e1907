"""A WebSocket by hand: frames that no library sends, and every frame that comes back."""

import asyncio
import base64
import json
import os
import socket
import struct
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

import httpx2

from tests.e2e.server import DESK
from tests.load import promised

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Frame(NamedTuple):
    """What the server sent."""

    opcode: int
    data: bytes


def frame(
    opcode: int, data: bytes = b"", *, fin: bool = True, mask: bool = True, reserved: int = 0
) -> bytes:
    """One frame (RFC 6455, 5.2). `reserved` are the three bits that mean nothing yet."""
    head = bytes([(fin << 7) | (reserved << 4) | opcode])
    length = len(data)
    if length < 126:
        head += bytes([(mask << 7) | length])
    elif length < 65_536:
        head += bytes([(mask << 7) | 126]) + struct.pack("!H", length)
    else:
        head += bytes([(mask << 7) | 127]) + struct.pack("!Q", length)
    # A mask of zeros changes nothing and is one.
    return head + (b"\0\0\0\0" if mask else b"") + data


async def opened(
    port: int, buffer_bytes: int = 0
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection.

    Args:
        buffer_bytes: how much the kernel may take in that nobody reads; as it likes if 0.
    """
    line = socket.socket()
    if buffer_bytes:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=line)


class Raw:
    """One connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.head = head

    @classmethod
    async def open(cls, port: int, *headers: str, buffer_bytes: int = 0) -> "Raw":
        """After the upgrade; `buffer_bytes` as in `opened`."""
        reader, writer = await opened(port, buffer_bytes)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {DESK}/socket HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *headers,
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), promised(5))
        assert b" 101 " in head.split(b"\r\n")[0], head
        return cls(reader, writer, head)

    async def send(self, raw: bytes) -> None:
        """Bytes as they are."""
        self.writer.write(raw)
        await self.writer.drain()

    async def next(self) -> Frame:
        """The next frame.

        Raises:
            asyncio.IncompleteReadError, ConnectionError: there is none.
        """
        first, second = await self.reader.readexactly(2)
        length = second & 127
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return Frame(first & 15, await self.reader.readexactly(length))

    async def code(self, within_s: float = 10) -> int:
        """The code of the close frame; 1006 if the line ends without one."""
        try:
            async with asyncio.timeout(promised(within_s)):
                while (found := await self.next()).opcode != CLOSE:
                    pass
                return int.from_bytes(found.data[:2], "big")
        except (asyncio.IncompleteReadError, ConnectionError):
            return 1006
        finally:
            self.writer.close()


async def guest(url: str, name: str) -> dict[str, Any]:
    """A guest who waits: what `identify` answers."""
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as http:
        body = {"username": name, "question": "Where is it?"}
        answer = await http.post(f"{DESK}/identify", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def listening(
    port: int, token: str, since: str | None = None, *, buffer_bytes: int = 0
) -> Raw:
    """A WebSocket that has said hello; `buffer_bytes` as in `opened`."""
    raw = await Raw.open(port, buffer_bytes=buffer_bytes)
    hello = {"do": "hello", "token": token} | ({"since": since} if since is not None else {})
    await raw.send(frame(TEXT, json.dumps(hello).encode()))
    return raw


async def asked(
    port: int, stack: AsyncExitStack, path: str, token: str, since: str, buffer_bytes: int = 0
) -> asyncio.StreamReader:
    """A request that is answered for long: `events` or `listen`."""
    reader, writer = await opened(port, buffer_bytes)
    stack.callback(writer.close)
    writer.write(
        f"GET {DESK}/{path}?since={since} HTTP/1.1\r\nHost: desk\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    return reader
