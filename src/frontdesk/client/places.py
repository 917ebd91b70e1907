"""Where an event stands, read out of its id, which clients never do: only to find faults.

Where to go on is always the last id itself, whatever it looks like.
"""

from typing import NamedTuple


class Place(NamedTuple):
    """The place of an event in the log."""

    epoch: str
    offset: int
    part: int


def place_of(id: str) -> Place | None:
    """The place in an id; None if it looks otherwise today."""
    epoch, *numbers = id.split(".")
    try:
        return Place(epoch, int(numbers[0]), int(numbers[1]))
    except (ValueError, IndexError):
        return None


def is_misplaced(last: str, event_id: str, *, heartbeat: bool) -> bool:
    """Whether an event comes twice, or behind one that it precedes."""
    before, now = place_of(last), place_of(event_id)
    if before is None or now is None or before.epoch != now.epoch:
        return False
    # A heartbeat says how far one has been served, so it may repeat a place, and not go back.
    return now < before if heartbeat else now <= before
