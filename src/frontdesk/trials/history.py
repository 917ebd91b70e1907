"""What was done and what was heard, as clients wrote it down. Read by `checker`."""

from typing import Any, Literal, NamedTuple

from msgspec import Struct, field

Json = dict[str, Any]
Outcome = Literal["ok", "refused", "unknown"]


class Place(NamedTuple):
    """Where an event stands: all that the checker reads out of an id."""

    offset: int
    part: int


def place_of(id: str) -> Place:
    """The place in an id. Clients never look inside; a checker may."""
    _, offset, part, *_ = id.split(".")
    return Place(int(offset), int(part))


class Call(Struct):
    """A command under one key. Times are seconds of one monotonic clock.

    `answers` holds each answer that came, also to later attempts with the same key. `outcome` is
    `unknown` while none came.
    """

    who: str
    name: str
    key: str
    args: Json
    began: float
    ended: float | None = None
    outcome: Outcome = "unknown"
    answers: list[Json] = field(default_factory=list)


class Feed(Struct):
    """All that one person heard, from the id where they began."""

    who: str
    role: Literal["guest", "agent"]
    since: str
    events: list[Json] = field(default_factory=list)


class Look(Struct):
    """A look at what is stored: `state` (with its id), or `messages` of a room, newest first."""

    who: str
    what: Literal["state", "messages"]
    room: str
    began: float
    body: Json


class History(Struct):
    """Everything, in the order in which it was written down.

    `settled` says that nothing was done in the last seconds, and everybody listened to the end.
    """

    calls: list[Call] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    settled: bool = False
