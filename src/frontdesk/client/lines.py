"""What every transport gives: a line on which events come. What differs is the framing alone."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from frontdesk.client.failures import Lost

Json = dict[str, Any]


class Transport(StrEnum):
    """The ways to listen, from the best to the one that gets through everywhere."""

    SOCKET = "socket"
    SSE = "sse"
    POLL = "poll"


class Line(Protocol):
    """One connection that listens, from one id on."""

    async def next(self) -> list[Json]:
        """The next events, as they come; never none.

        Raises:
            Ended: the server has ended it, and said what to do.
            Refused: the server will not have it.
            Lost: it is broken.
        """
        ...

    async def close(self, *, for_good: bool) -> None:
        """Hang up, also on a line that is broken. Says whether this client will come back."""
        ...


class Asking(Line, Protocol):
    """A line that takes commands too."""

    async def ask(self, name: str, body: Json) -> Any:
        """One attempt at a command.

        Raises:
            Refused: the server says no.
            Lost: no answer came on this line.
        """
        ...


def read_event(data: bytes) -> Json:
    """An event as it came.

    Raises:
        Lost: it is none, so who is at the other end is not Frontdesk.
    """
    try:
        event: Json = msgspec.json.decode(data, type=dict)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Lost("an event that is no JSON object") from error
    return event


# Opens a line from this id on; raises as `Line.next`.
Road = Callable[[str], Awaitable[Line]]
Roads = Mapping[Transport, Road]
