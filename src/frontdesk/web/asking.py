"""What is being asked just now, for whoever logs something of it.

A line of the log names a request by an id that we have drawn, and by our own words for the route,
the desk and the room. What somebody sent stands in none of them: an id from outside, an address or
a room that is not there may hold anything.
"""

import secrets
from collections.abc import Mapping
from contextvars import ContextVar

from frontdesk.desk.ids import RoomId
from frontdesk.engine.live import Live


class Asking:
    """A request, or a command on a socket, while it is answered.

    Args:
        route: the path with its places unfilled, or the name of a command.
    """

    __slots__ = ("_id", "_live", "_places", "route")

    def __init__(self, route: str) -> None:
        self.route = route
        self._id: str | None = None
        self._live: Live | None = None
        self._places: Mapping[str, str] = {}

    @property
    def id(self) -> str:
        """Its id: 32 random bits in hex. Drawn when it is wanted, since most log nothing."""
        if self._id is None:
            self._id = secrets.token_hex(4)
        return self._id

    def at(self, live: Live, places: Mapping[str, str]) -> None:
        """Say at which desk it is asked, and what stands in the places of the route."""
        self._live, self._places = live, places

    def fields(self) -> dict[str, str]:
        """What a line of the log says of it."""
        found = {"request": self.id, "route": self.route}
        if self._live is not None:
            found["desk"] = self._live.state.id
            room = RoomId(self._places.get("room", ""))
            if room in self._live.state.rooms:
                found["room"] = room
        return found


_NOW: ContextVar[Asking | None] = ContextVar("asking", default=None)


def begin(route: str) -> Asking:
    """Something else is asked from now on, in this task and those that it begins."""
    asking = Asking(route)
    _NOW.set(asking)
    return asking


def now() -> Asking | None:
    """What is asked; None where nobody asks, as in what the server does by itself."""
    return _NOW.get()
