"""One connection after its upgrade: uvicorn's WebSocket, with the bounds that it does not have.

What it does for each frame is done here with less: a frame of ours is a head and its text, and
reading pauses when commands pile up and not at each of them. Nothing here may know what a frame
means.
"""

import asyncio
from typing import Any

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame
from websockets.protocol import State

from frontdesk.web.crowd import Crowd, client_of, kept_for_staff

# Messages that wait for the application, before no more is read from the line. With one at a time
# each would stop and start the reading again, at a call of the kernel for both.
WAITING_MOST = 32

# Frames that go out at once, at a call of the kernel for all of them. No more, so that the
# transport hears in time that somebody does not read, and says so.
TOGETHER_BYTES = 16_384


# For all sockets to which may be written: an event of its own takes up 800 bytes of each.
WRITABLE = asyncio.Event()
WRITABLE.set()


class Mailbox:
    """What the application has not taken yet, for one who takes: a tenth of an `asyncio.Queue`."""

    __slots__ = ("_loop", "_messages", "_taker")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._messages: list[ASGIReceiveEvent] = []
        self._taker: asyncio.Future[None] | None = None

    def put_nowait(self, message: ASGIReceiveEvent) -> None:
        self._messages.append(message)
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)

    async def get(self) -> ASGIReceiveEvent:
        while not self._messages:
            self._taker = self._loop.create_future()
            await self._taker
        return self._messages.pop(0)

    def qsize(self) -> int:
        return len(self._messages)

    def empty(self) -> bool:
        return not self._messages


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket, counted like any other connection, and with bounds on what is no message."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.queue = Mailbox(self.loop)  # type: ignore[assignment]  # all that uvicorn asks of it
        self.writable = WRITABLE
        assert isinstance(server_state, Crowd), "our server counts its connections"
        self._crowd = server_state
        self._bounds = server_state.bounds
        # For the answer to our close; whoever gives none has nothing more to say either.
        self.close_timeout = self._bounds.leaving_ms / 1000
        self._neighbourhood: str | None = None
        self._failed = False
        # Control frames since the one second that is being counted.
        self._controls = 0
        self._counted_since = 0.0
        # Whether reading has paused since we began to wait for a pong.
        self._held_up = False
        # Frames that go out together at the end of this turn of the loop.
        self._out: list[bytes] = []
        self._out_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.client = client_of(transport, self.client)
        self._neighbourhood = self._crowd.neighbourhood(self.client)
        self.app_state = kept_for_staff(self._crowd)
        self._crowd.enter(self._neighbourhood)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.leave(self._neighbourhood)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Let the application close it, which has more to say; close it if that takes too long."""
        self.close_timeout = self._bounds.last_word_ms / 1000
        self.loop.call_later(self.close_timeout, self._leave_behind)
        if self.handshake_complete and not self.close_sent:
            self.loop.call_later(self._bounds.farewell_ms / 1000, self._close)
        elif not self.handshake_complete:
            super().shutdown()

    def _leave_behind(self) -> None:
        """Do not wait for those who take nothing, or do not answer."""
        if self.close_sent or not self.writable.is_set():
            self.transport.abort()

    def _close(self) -> None:
        if not self.disconnected:
            super().shutdown()
            # Not `close` alone: what its peer does not read would keep it open.
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if not self._failed:
            super().data_received(data)

    # --- messages ---------------------------------------------------------------------------

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] != "websocket.send" or not self.handshake_complete:
            self._flush()
            while not self.writable.is_set():
                # Others wait for the same, and what they say then goes out before this.
                await self.writable.wait()
                self._flush()
            await super().send(message)
            if message["type"] == "websocket.accept":
                # Of these nobody asks any more, and the parser holds on to them.
                self.request.headers.clear()
                self.response.headers.clear()
            return
        if not self.writable.is_set():
            await self.writable.wait()
        if self.disconnected or self.close_sent or self.conn.state is not State.OPEN:
            raise ClientDisconnected
        frame = text_frame((message.get("text") or "").encode())
        if not self._out:
            self.loop.call_soon(self._flush)
        self._out.append(frame)
        self._out_bytes += len(frame)
        if self._out_bytes > TOGETHER_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._out:
            out, self._out, self._out_bytes = self._out, [], 0
            # The line may have broken in this very turn.
            if not self.transport.is_closing():
                self.transport.write(b"".join(out))

    def pause_writing(self) -> None:
        self.writable = asyncio.Event()

    def resume_writing(self) -> None:
        waited_for, self.writable = self.writable, WRITABLE
        waited_for.set()

    def send_receive_event_to_app(self) -> None:
        """Hand over a message that is whole. In uvicorn's place, which pauses at each of them and
        logs a trace for each that is no text.
        """
        data, self.frames = b"".join(self.frames), []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "bytes":
            self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
        else:
            try:
                self.queue.put_nowait({"type": "websocket.receive", "text": data.decode()})
            except UnicodeDecodeError:
                self._give_up(1007)
                return
        if not self.read_paused and self.queue.qsize() >= WAITING_MOST:
            self.read_paused = self._held_up = True
            self.transport.pause_reading()

    def handle_cont(self, event: Frame) -> None:
        """A message in pieces: empty ones cost their sender nothing, so they are counted."""
        if self._failed:
            return
        if len(self.frames) >= self._bounds.fragments:
            self._give_up(1009)
            return
        super().handle_cont(event)

    # --- control frames ---------------------------------------------------------------------

    def send_keepalive_ping(self) -> None:
        self._held_up = self.read_paused
        super().send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        """Nobody is gone whose pong may stand behind commands that we do not take for now."""
        if self._held_up and self.ping_timeout is not None:
            self._held_up = self.read_paused
            self.pong_timer = self.loop.call_later(self.ping_timeout, self.keepalive_timeout)
        else:
            super().keepalive_timeout()

    def handle_ping(self) -> None:
        """Answer, unless somebody asks more than anybody needs to, or reads no answer."""
        if self._failed:
            return
        if self._too_many_controls() or self._is_stuck:
            self._give_up(1008)
            return
        super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self._failed:
            return
        if self._too_many_controls():
            self._give_up(1008)
            return
        super().handle_pong(event)

    @property
    def _is_stuck(self) -> bool:
        return self.transport.get_write_buffer_size() > self._bounds.unread_bytes

    def _too_many_controls(self) -> bool:
        now = self.loop.time()
        if now - self._counted_since >= 1:
            self._counted_since, self._controls = now, 0
        self._controls += 1
        return self._controls > self._bounds.controls

    def _give_up(self, code: int) -> None:
        """Fail the connection (RFC 6455, 7.1.7): say why, and read no more."""
        if self.close_sent:
            return
        self.conn.fail(code)
        self.handle_parser_exception()

    def handle_parser_exception(self) -> None:
        """Say what was wrong, and drop what still comes: uvicorn closes, and the kernel would drop
        our word with what nobody has read.
        """
        close = self.conn.close_sent
        assert close is not None, "the parser has given up"
        self._failed = True
        self.stop_keepalive()
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": close.code, "reason": close.reason}
        )
        self._flush()
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.transport.can_write_eof():  # TLS has no half of a line.
            self.transport.write_eof()
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)


def text_frame(text: bytes) -> bytes:
    """A message as a server sends it: one frame, without a mask (RFC 6455, 5.2)."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text
