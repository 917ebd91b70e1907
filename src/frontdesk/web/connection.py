"""One connection: uvicorn's, with the bounds that uvicorn does not have.

Slow or endless heads, slow bodies, requests piled up ahead of their answers, too many connections:
each ends here, before the application sees any of it, with an answer in our own form where
somebody may still be reading. Nothing here may know what a request means.
"""

import asyncio
import contextlib
import socket
from enum import Enum
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web import failures
from frontdesk.web.crowd import FULL_MS, LEAVING_MOST, Crowd, client_of, kept_for_staff
from frontdesk.web.reply import SECURITY_HEADERS

# A dead line is known after 8 s of silence and two probes, or when what was sent is not
# acknowledged for as long: with the grace that people have to come back, within 30 s.
KEEPALIVE_S = 8
KEEPALIVE_RETRY_S = 3
KEEPALIVE_RETRIES = 2
UNACKNOWLEDGED_MS = 15_000


class Phase(Enum):
    """What of a request is coming in."""

    NOTHING = "nothing"
    HEAD = "head"
    BODY = "body"


class WrongRequest(Exception):
    """Raised into the parser, which stops there."""


class Connection(HttpToolsProtocol):
    """HTTP on one connection, within bounds.

    One timer watches over what is coming in. It is set only when a request comes in pieces: most
    come whole, and cost nothing here.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        assert isinstance(server_state, Crowd), "our server counts its connections"
        self._crowd = server_state
        self._bounds = server_state.bounds
        self.timeout_keep_alive = self._bounds.idle_ms / 1000  # type: ignore[assignment]  # uvicorn says int
        self._neighbourhood: str | None = None
        self._counted = False
        self._leaving = False
        self._upgraded = False
        self._why = Refused(Reason.MALFORMED, detail="This cannot be read as HTTP/1.1.")
        self._phase = Phase.NOTHING
        self._requests = 0
        self._head_bytes = 0
        # What the timer is set for: the phase of which request.
        self._watched: tuple[Phase, int] | None = None
        self._timer: asyncio.TimerHandle | None = None

    # --- coming and going -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.client = client_of(transport, self.client)
        _notice_dead_lines(transport)
        self._neighbourhood = self._crowd.neighbourhood(self.client)
        if not self._crowd.has_room(self._neighbourhood):
            self._turn_away(Refused(Reason.OVERLOADED, retry_after_ms=FULL_MS))
            return
        self.app_state = kept_for_staff(self._crowd)
        self._crowd.enter(self._neighbourhood)
        self._counted = True
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_timer()
        self._uncount()
        super().connection_lost(exc)

    def _uncount(self) -> None:
        if self._counted:
            self._counted = False
            self._crowd.leave(self._neighbourhood)
        if self._leaving:
            self._leaving = False
            self._crowd.leaving -= 1

    def handle_websocket_upgrade(self) -> None:
        if self._is_answering:
            # An answer is on its way on this connection; nothing else can be.
            self._close()
            return
        self._forget_timer()
        # `Socket` counts it from here on.
        self._uncount()
        self._upgraded = True
        super().handle_websocket_upgrade()

    # --- what comes in ----------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._leaving or self.transport.is_closing():
            return
        idle = self.timeout_keep_alive_task is not None
        phase, requests = self._phase, self._requests
        super().data_received(data)
        if self._upgraded or self._leaving or self.transport.is_closing():
            return
        if self._phase is Phase.HEAD:
            if phase is Phase.HEAD and requests == self._requests:
                # A header that goes on and on is kept in the parser and told to nobody.
                self._head_bytes += len(data)
            if self._is_too_large:
                self._refuse(Refused(Reason.TOO_LARGE))
                return
        if idle and requests == self._requests and self.timeout_keep_alive_task is None:
            # uvicorn takes any byte for the next request; an empty line is not one.
            self._stay_idle()
        self._watch()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._phase = Phase.HEAD
        self._requests += 1
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        self._head_bytes += len(url)
        if self._head_bytes <= self._bounds.head_bytes:
            self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._phase is not Phase.HEAD:
            return  # A trailer; nobody here wants one.
        # With the colon, the space and the end of the line.
        self._head_bytes += len(name) + len(value) + 4
        if self._head_bytes > self._bounds.head_bytes or len(self.headers) > self._bounds.headers:
            return  # Said once the head is complete, or this piece of it has been read.
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._is_too_large:
            self._why = Refused(Reason.TOO_LARGE)
            raise WrongRequest
        version = self.parser.get_http_version()
        hosts = sum(name == b"host" for name, _ in self.headers)
        if version not in ("1.0", "1.1"):
            raise WrongRequest
        if version == "1.1" and hosts != 1:
            self._why = Refused(Reason.MALFORMED, "Host", detail="It must stand there once.")
            raise WrongRequest
        if any(k == b"transfer-encoding" and v.lower() != b"chunked" for k, v in self.headers):
            # The parser looks at the last coding alone, and nobody here undoes the others.
            raise WrongRequest
        if len(self.pipeline) >= self._bounds.ahead:
            raise WrongRequest
        self._phase = Phase.BODY
        super().on_headers_complete()
        if self._crowd.ending and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._phase = Phase.NOTHING
        super().on_message_complete()

    @property
    def is_unheard(self) -> bool:
        """Whether a request is on its way of which nobody has been told."""
        return self._phase is Phase.HEAD or not (self._requests or self._leaving)

    @property
    def _is_too_large(self) -> bool:
        return (
            self._head_bytes > self._bounds.head_bytes or len(self.headers) > self._bounds.headers
        )

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    # --- time -------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Set the timer for what is coming in now, if it is not set for that already."""
        if self._phase is Phase.NOTHING and self._requests:
            if self._watched is not None:
                self._forget_timer()
            return
        wanted = (self._phase, self._requests)
        if wanted != self._watched:
            self._forget_timer()
            self._watched = wanted
            self._set_timer()

    def _set_timer(self) -> None:
        ms = self._bounds.body_ms if self._phase is Phase.BODY else self._bounds.head_ms
        self._timer = self.loop.call_later(ms / 1000, self._late)

    def _forget_timer(self) -> None:
        self._watched = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        if self.flow.read_paused:
            # It is we who do not read; that is not the client's time.
            self._set_timer()
        else:
            self._close()

    def _stay_idle(self) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def timeout_keep_alive_handler(self) -> None:
        self._close()

    def _close(self) -> None:
        """Close, without waiting for ever for a peer that takes no more."""
        self._give_up()
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def shutdown(self) -> None:
        super().shutdown()
        self.loop.call_later(self._bounds.last_word_ms / 1000, self._leave_behind)

    def _leave_behind(self) -> None:
        """Do not wait for those who take nothing."""
        if self.flow.write_paused or self.transport.is_closing():
            self.transport.abort()

    # --- turning away -----------------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:
        self._refuse(self._why)

    def _refuse(self, why: Refused) -> None:
        if self._is_answering and (self.pipeline or self.cycle.response_started):
            # Our answer would be taken for a part of another, or for that to another request.
            self._close()
        else:
            self._turn_away(why)

    def _give_up(self) -> None:
        """Tell the application that nobody will read its answer."""
        if self._is_answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def _turn_away(self, why: Refused) -> None:
        """Say why, and close once that has been read, or after a moment."""
        self._forget_timer()
        self._give_up()
        reply = failures.refusal(why)
        head = [STATUS_LINE[reply.status]]
        headers = [
            *self.server_state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(reply.body)).encode()),
            *SECURITY_HEADERS,
            *reply.headers,
            (b"connection", b"close"),
        ]
        head += [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([*head, b"\r\n", reply.body]))
        if self._crowd.leaving >= LEAVING_MOST:
            self.transport.close()
            return
        self._uncount()
        self._leaving = True
        self._crowd.leaving += 1
        # What still comes is read and dropped: closing now would drop our answer with it.
        if self.transport.can_write_eof():  # TLS has no half of a line.
            self.transport.write_eof()
        self._timer = self.loop.call_later(self._bounds.leaving_ms / 1000, self.transport.abort)


def _notice_dead_lines(transport: asyncio.Transport) -> None:
    """Have the kernel find out that nobody is at the other end, at no cost to us.

    Somebody whose machine died sends nothing, and a quiet line would look alive for hours.
    """
    line = transport.get_extra_info("socket")
    if line is None or line.family not in (socket.AF_INET, socket.AF_INET6):
        return
    with contextlib.suppress(OSError, AttributeError):  # Linux has them all, others some.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_RETRY_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, KEEPALIVE_RETRIES)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
