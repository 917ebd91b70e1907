"""The server: uvicorn in our process, which lets its listeners leave before it ends.

uvicorn waits at its end for open requests, and a long poll is open for as long as nothing
happens; so the engine is told first. Start-up and everything else around it is `cli/serve.py`.
"""

import asyncio
import contextlib
import signal
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from types import FrameType
from typing import Any, Protocol

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from frontdesk.web.bounds import BACKLOG, FRAME_BYTES, PING_MS, PONG_MS, SHUTDOWN_MS, Bounds
from frontdesk.web.connection import Connection
from frontdesk.web.crowd import Crowd
from frontdesk.web.upgraded import Socket

Scope = MutableMapping[str, Any]
App = Callable[..., Awaitable[None]]


class Drains(Protocol):
    """Who holds listeners, and lets them go."""

    def begin_drain(self) -> None:
        """Let every listener leave."""
        ...


class Server(uvicorn.Server):
    """Serves an application until it is told to end, by a signal or by `end`.

    Args:
        engine: is told to let its listeners go before connections are closed.
        tls: to speak https with; http if None.
        kept: the sockets stay open after us, so that whoever we do not take waits for the next
            server.
        on_ready: called once the server answers.
        on_end: called when it begins to end; more than once, perhaps.
    """

    def __init__(
        self,
        app: App,
        engine: Drains,
        bounds: Bounds | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        kept: bool = False,
        on_ready: Callable[[], None] = lambda: None,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        bounds = bounds or Bounds()
        super().__init__(_config(app, bounds))
        self._tls = tls
        self._bounds = bounds
        self.server_state = self._crowd = Crowd(bounds)
        self._engine = engine
        self.servers = []
        self._kept = kept
        self._on_ready, self._on_end = on_ready, on_end
        self._loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """Begin to end; `serve` returns when everybody has left.

        Listeners leave now, and whoever asks is told that we are not ready. uvicorn looks ten
        times a second whether it is to end, and takes connections until then.
        """
        self.should_exit = True
        if self._loop is not None:
            # From a signal too, so not here and now.
            self._loop.call_soon_threadsafe(self._begin_drain)

    def _begin_drain(self) -> None:
        self._on_end()
        if self._kept:
            # The next server takes whoever comes now.
            for one in self.servers:
                one.close()
        # Before anybody is answered: whoever is has to come back on another connection.
        self._crowd.end()
        self._engine.begin_drain()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        assert sockets, "whoever makes the server says where it listens"
        self._loop = asyncio.get_running_loop()
        self.servers = [await self._listen(one) for one in sockets]
        self.started = True
        # uvicorn sets these once a second; the first request may come before.
        await self.on_tick(0)
        self._on_ready()

    async def _listen(self, on: socket.socket) -> asyncio.Server:
        """In uvicorn's place, which gives a handshake a minute, and an end half of one."""
        assert self._loop is not None, "it runs"
        listens: Callable[..., Awaitable[asyncio.Server]] = (
            self._loop.create_unix_server
            if on.family == socket.AF_UNIX
            else self._loop.create_server
        )
        limits = {
            "ssl_handshake_timeout": self._bounds.head_ms / 1000,
            "ssl_shutdown_timeout": self._bounds.leaving_ms / 1000,
        }
        return await listens(
            self._connected,
            sock=on,
            backlog=BACKLOG,
            ssl=self._tls,
            **(limits if self._tls is not None else {}),
        )

    def _connected(self) -> Connection:
        return Connection(self.config, self.server_state, {})

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._begin_drain()
        if self._kept:
            await self._hear_out()
        await super().shutdown(sockets)

    async def _hear_out(self) -> None:
        """Wait for what those say who were let in just now; nobody is to lose a first request."""
        until = time.monotonic() + self._bounds.newcomer_ms / 1000
        while True:
            await asyncio.sleep(self._bounds.newcomer_ms / 20_000)
            unheard = any(
                isinstance(one, Connection) and one.is_unheard for one in self._crowd.connections
            )
            if not unheard or self.force_exit or time.monotonic() > until:
                return

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take SIGINT and SIGTERM, and do not raise them again afterwards as uvicorn does.

        That would end the process before the engine has written its checkpoint.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit and sig == signal.SIGINT:
            # The second Ctrl+C does not wait for anybody.
            self.force_exit = True
        self.end()


def _config(app: App, bounds: Bounds) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        interface="asgi3",
        lifespan="off",
        http=Connection,
        ws=Socket,
        ws_max_size=FRAME_BYTES,
        ws_ping_interval=PING_MS / 1000,
        ws_ping_timeout=PONG_MS / 1000,
        # Compressed frames cost 300 KiB a connection, and secrets leak through their sizes.
        ws_per_message_deflate=False,
        # Our own set-up of logs stays as it is. Paths hold room ids, so none is logged.
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        # Whom to believe about the address and the scheme of the browser.
        proxy_headers=True,
        forwarded_allow_ips=[str(network) for network in bounds.proxies],
        workers=1,
        timeout_graceful_shutdown=SHUTDOWN_MS // 1000,
    )
