"""The socket over a connection that says what it was told to."""

import asyncio
from typing import Any

import msgspec
import pytest

from frontdesk.client.failures import Lost
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


@pytest.mark.parametrize("frame", [b"", b"<html>", b"7", b'["message"]', b'{"type": "\xff"}'])
async def test_a_frame_that_is_no_event_is_a_line_that_is_lost(frame: bytes):
    connection = Connection()
    connection.arriving.put_nowait(frame)
    socket = over(connection)

    with pytest.raises(Lost):
        await socket.next()
    await socket.close(for_good=False)
