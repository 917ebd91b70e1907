"""The place of an event in a desk's log, and how far a reader has been served.

An id is `<epoch>.<offset>.<part>`, or with `.<signal>` behind it: clients hand it back and never
look inside. Everything up to and including that part of that entry has been served. "The whole of
entry 7" is written as the place just before entry 8, part 0, so that it does not depend on how
many parts entry 7 has.
"""

import re
from typing import NamedTuple

_ID = re.compile(
    r"([0-9a-f]{8})\.(0|[1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,4})(?:\.([1-9][0-9]{0,17}))?"
)


class Place(NamedTuple):
    """A part of an entry. Compares as places in the log do; parts count from 1."""

    offset: int
    part: int


def after_entry(offset: int) -> Place:
    """The place of whoever has heard the whole of this entry."""
    return Place(offset + 1, 0)


class Position(NamedTuple):
    """How far a reader has been served: a place in an epoch, and the signals up to a version.

    `signal` is 0 where no signals have been served. The epoch of a log changes when it may have
    been put back to an earlier state, so that an old place is recognised as such.
    """

    epoch: str
    place: Place
    signal: int = 0

    def __str__(self) -> str:
        head = f"{self.epoch}.{self.place.offset}.{self.place.part}"
        return f"{head}.{self.signal}" if self.signal else head


def parse(id: str) -> Position | None:
    """The position that an id stands for; None if it is no id."""
    match = _ID.fullmatch(id)
    if match is None:
        return None
    epoch, offset, part, signal = match.groups()
    return Position(epoch, Place(int(offset), int(part)), int(signal or 0))
