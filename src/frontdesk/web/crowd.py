"""Who is connected: how many in all, how many from one address, and whether another may come in.

Counts only. It must never look at what somebody says, nor hold on to an address with nobody left.
"""

from collections import Counter

from uvicorn.server import ServerState

from frontdesk.web.bounds import Bounds
from frontdesk.web.neighbourhood import neighbourhood

# Those who are turned away stay for a moment, so that they can read why; so many at once.
LEAVING_MOST = 1_000


class Crowd(ServerState):
    """What all connections of a server share."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self.bounds = bounds
        self.leaving = 0
        self._all = 0
        self._from: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._all

    def has_room(self, neighbourhood: str | None) -> bool:
        """Whether somebody from there may come in."""
        if self._all >= self.bounds.connections:
            return False
        return neighbourhood is None or self._from[neighbourhood] < self.bounds.address_connections

    def enter(self, neighbourhood: str | None) -> None:
        """Somebody has come in."""
        self._all += 1
        if neighbourhood is not None:
            self._from[neighbourhood] += 1

    def leave(self, neighbourhood: str | None) -> None:
        """Somebody who had come in is gone."""
        self._all -= 1
        if neighbourhood is not None:
            self._from[neighbourhood] -= 1
            if not self._from[neighbourhood]:
                del self._from[neighbourhood]

    def neighbourhood(self, client: tuple[str, int] | None) -> str | None:
        """Whom a connection is counted with; None for those who are only counted in all."""
        return neighbourhood(client, self.bounds.proxies)
