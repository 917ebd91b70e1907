"""Clients of a server in process: over each transport, and across its restarts."""

from typing import Any

import httpx2

from frontdesk.client import Desk, Timing, Transport
from frontdesk.client.failures import Ended, Lost
from frontdesk.client.lines import Json
from frontdesk.feed.hangups import ADVICE
from frontdesk.web.reply import Receive, Scope, Send
from tests.web.front import HERE, Front, Someone
from tests.web.lines import Closed, Socket

# Nothing here is ever far away.
TIMING = Timing(pause_ms=0, pause_most_ms=0)


class Wire:
    """Between clients and a server that may be another one after a restart."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.desks: list[Desk] = []

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.front.app(scope, receive, send)

    def desk(self, someone: Someone, transport: Transport) -> Desk:
        """This person's own client."""
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self._app))
        desk = Desk(HERE, token=someone.token, transport=transport, timing=TIMING, http=http)
        desk.since = someone.since or None

        async def socket(since: str) -> Line:
            who = self.front.someone(token=desk.token)
            who.token = desk.token
            return Line(await Socket.open(who, since))

        desk.roads = {**desk.roads, Transport.SOCKET: socket}
        self.desks.append(desk)
        return desk

    async def restart(self) -> None:
        """Another server on the same store."""
        await self.front.stop()
        self.front = Front(self.front.store)
        await self.front.start()

    async def close(self) -> None:
        for desk in self.desks:
            await desk.close()
        await self.front.stop()


class Line:
    """A WebSocket in process, as a client's line."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    async def next(self) -> list[Json]:
        try:
            return [await self.socket.next()]
        except Closed:
            if self.socket.ended is None:
                raise Lost("cut") from None
            advice = ADVICE[self.socket.ended]
            raise Ended(
                self.socket.ended.value, come_back=advice.come_back, after_ms=advice.after_ms
            ) from None

    async def ask(self, name: str, body: Json) -> Any:
        raise Lost("in process, commands go over HTTP")

    async def close(self, *, for_good: bool) -> None:
        await self.socket.close(1000 if for_good else 1001)
