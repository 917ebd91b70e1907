"""Who is connected: how many in all, how many from one address, and whether another may come in.

Counts only. It must never look at what somebody says, nor hold on to an address with nobody left.
"""

import asyncio
import socket
from collections import Counter

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from frontdesk.web.bounds import Bounds
from frontdesk.web.neighbourhood import neighbourhood, wider
from frontdesk.web.places import WIDE

# Those who are turned away stay for a moment, so that they can read why; so many at once.
LEAVING_MOST = 1_000

# How soon somebody for whom there is no room may come back.
FULL_MS = 5_000

THIS_MACHINE = ("127.0.0.1", 0)

# In the `state` of an ASGI scope: the place of this connection is one of those kept for staff.
KEPT = "kept_for_staff"


class Crowd(ServerState):
    """What all connections of a server share."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self.bounds = bounds
        self.leaving = 0
        self.ending = False
        self._all = 0
        self._from: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._all

    def has_room(self, neighbourhood: str | None) -> bool:
        """Whether somebody from there may come in."""
        if self._all >= self.bounds.connections:
            return False
        if neighbourhood is None:
            return True
        most, wide = self.bounds.address_connections, wider(neighbourhood)
        return self._from[neighbourhood] < most and (wide is None or self._from[wide] < WIDE * most)

    def end(self) -> None:
        """Let no connection be kept for another request; what is under way is answered."""
        self.ending = True
        for one in self.connections:
            if isinstance(one, HttpToolsProtocol) and one.cycle is not None:
                one.cycle.keep_alive = False

    @property
    def is_crowded(self) -> bool:
        """Whether what is left is kept for staff."""
        return self._all >= self.bounds.open_to_all

    def enter(self, neighbourhood: str | None) -> None:
        """Somebody has come in."""
        self._all += 1
        for place in _places(neighbourhood):
            self._from[place] += 1

    def leave(self, neighbourhood: str | None) -> None:
        """Somebody who had come in is gone."""
        self._all -= 1
        for place in _places(neighbourhood):
            self._from[place] -= 1
            if not self._from[place]:
                del self._from[place]

    def neighbourhood(self, client: tuple[str, int] | None) -> str | None:
        """Whom a connection is counted with; None for those who are only counted in all."""
        return neighbourhood(client, self.bounds.proxies)


def client_of(
    transport: asyncio.BaseTransport, client: tuple[str, int] | None
) -> tuple[str, int] | None:
    """Where a connection comes from: over a Unix socket, which has no addresses, this machine.

    Never for an address that only could not be found out, as that of somebody who is gone already.
    """
    line = transport.get_extra_info("socket")
    return THIS_MACHINE if line is not None and line.family == socket.AF_UNIX else client


def kept_for_staff(crowd: Crowd) -> dict[str, bool]:
    """What a connection that comes in now is to the application: `state` of its scopes."""
    return {KEPT: True} if crowd.is_crowded else {}


def _places(neighbourhood: str | None) -> list[str]:
    """Where somebody is counted: there, and in the wider network if there is one."""
    if neighbourhood is None:
        return []
    wide = wider(neighbourhood)
    return [neighbourhood] if wide is None else [neighbourhood, wide]
