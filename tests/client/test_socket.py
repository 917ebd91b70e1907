"""The socket over a connection that says what it was told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from frontdesk.client.calls import Calls
from frontdesk.client.failures import Lost, Refused
from frontdesk.client.socket import Socket
from frontdesk.client.timing import Timing


class Connection:
    """What arrives, frame by frame; each command gets the next frame of `answers`."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.arriving: asyncio.Queue[bytes] = asyncio.Queue()
        self.answers = list(answers)

    async def send(self, frame: bytes, *, text: bool) -> None:
        answer = {**self.answers.pop(0), "ref": msgspec.json.decode(frame)["ref"]}
        self.arriving.put_nowait(msgspec.json.encode(answer))

    async def recv(self, *, decode: bool) -> bytes:
        return await self.arriving.get()

    async def close(self, code: int) -> None:
        """There is nobody to tell."""


def over(connection: Any) -> Socket:
    """A socket over this connection."""
    return Socket(connection, Timing())


async def test_nobody_knows_what_was_done_before_a_fault_on_the_socket():
    socket = over(Connection({"type": "error", "error": "Something.", "code": "fault"}))
    reading = asyncio.create_task(socket.next())

    with pytest.raises(Lost, match="fault"):
        await socket.ask("end", {"room": "r"})
    reading.cancel()


@asynccontextmanager
async def answering(status: str, body: bytes) -> AsyncIterator[Calls]:
    """Somebody at a server, or a proxy, that answers every request so."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nRetry-After: 3\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    calls = Calls(f"http://{host}:{port}", "main", Timing(), trust_env=False)
    try:
        yield calls
    finally:
        await calls.close()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        # As from behind a proxy that drops `Upgrade`, and so asks for a page.
        ("404 Not Found", b'{"type": "error", "error": "No.", "code": "not_found"}'),
        ("403 Forbidden", b"<html>Not here.</html>"),
        ("426 Upgrade Required", b""),
        ("502 Bad Gateway", b"<html>"),
        ("200 OK", b'{"here": "Frontdesk"}'),
    ],
)
async def test_who_gives_no_socket_may_give_another_line(status: str, body: bytes):
    async with answering(status, body) as calls:
        with pytest.raises(Lost) as lost:
            await Socket.open(calls, Timing(), "x.1")

    assert lost.value.reached


async def test_who_is_to_wait_at_the_door_waits():
    body = b'{"type": "error", "error": "Wait.", "code": "too_fast", "retry_after": 3}'
    async with answering("429 Too Many Requests", body) as calls:
        with pytest.raises(Refused, match="too_fast") as refused:
            await Socket.open(calls, Timing(), "x.1")

    assert refused.value.retry_after_ms == 3_000


@pytest.mark.parametrize("frame", [b"", b"<html>", b"7", b'["message"]', b'{"type": "\xff"}'])
async def test_a_frame_that_is_no_event_is_a_line_that_is_lost(frame: bytes):
    connection = Connection()
    connection.arriving.put_nowait(frame)
    socket = over(connection)

    with pytest.raises(Lost):
        await socket.next()
    await socket.close(for_good=False)
