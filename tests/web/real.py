"""The same people at a real server: uvicorn, as it is served, on the loopback.

The clock is still moved by hand, and bounds can be made short, so that stories that wait for
minutes can be told over real connections.
"""

import asyncio
import socket
from collections.abc import Mapping
from typing import Any

import httpx2

from frontdesk.store.memory import MemoryStore
from frontdesk.web.bounds import Bounds
from frontdesk.web.crowd import Crowd
from frontdesk.web.server import Server
from tests.web.calls import NO_TLS, Call, Connected
from tests.web.front import Front, settled

# Small, so that a reader who takes nothing is noticed after some messages and not after megabytes.
UNSENT_BYTES = 16_384

# There, through whatever it leads to, and back.
ROUND_TRIPS = 3


class RealFront(Front):
    """A server that listens. Clients come over connections of their own."""

    def __init__(self, store: MemoryStore | None = None, bounds: Bounds | None = None) -> None:
        super().__init__(store)
        self._socket = socket.create_server(("127.0.0.1", 0))
        # Connections inherit it.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT_BYTES)
        self.port: int = self._socket.getsockname()[1]
        self._url = f"http://127.0.0.1:{self.port}"
        self._ready = asyncio.Event()
        self._server = Server(self.streaming, self.engine, bounds, on_ready=self._ready.set)

    async def start(self) -> None:
        await super().start()
        self._serving = asyncio.create_task(self._server.serve([self._socket]))
        await self._ready.wait()

    @property
    def crowd(self) -> Crowd:
        """Who is connected."""
        assert isinstance(self._server.server_state, Crowd)
        return self._server.server_state

    async def stop(self) -> None:
        await self._leave()
        self._server.end()
        await self._serving
        await super().stop()

    def drain(self) -> None:
        self._server.end()

    def begin_drain(self) -> None:
        """The first thing that comes of `drain`, and nothing more."""
        self._server._begin_drain()

    def call(self, scope: Mapping[str, Any]) -> Call:
        return Connected(self._url, scope, self.task)

    async def settled(self) -> None:
        """Let everything arrive that has been sent, with what comes of it.

        Within one machine, and one event loop, what was sent before a request is there before it.
        """
        async with httpx2.AsyncClient(trust_env=False, verify=NO_TLS) as client:
            for _ in range(ROUND_TRIPS if not self.engine.draining else 0):
                assert (await client.get(f"{self._url}/healthz")).status_code == 200
                await settled()
        await settled()

    def _client(self, base: str, address: str) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(base_url=self._url, trust_env=False, timeout=60, verify=NO_TLS)
