"""A WebSocket by hand: frames that no library sends, and every frame that comes back."""

import asyncio
import base64
import os
import socket
import struct
from typing import NamedTuple

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
