"""How far a replay looks, and what it gives back: the same for every store. Pure."""

from collections.abc import Sequence

from frontdesk.desk.audience import Mark
from frontdesk.engine.ports import Hearing, Kept, Replay
from frontdesk.feed.hearing import may_hear
from frontdesk.feed.kept import lines
from frontdesk.feed.position import Place, after_entry

# Offsets that one replay looks at. Few enough that a reader who was away for months takes a turn of
# a few milliseconds like everybody else; enough that a day's absence takes one or two.
WINDOW = 2_000


def window(since: Place, head: int) -> tuple[int, int]:
    """The first and the last offset to look at; the last is before the first if there is none.

    The entry at `since` itself is looked at: it may have parts behind that place.
    """
    low = max(since.offset, 1)
    return low, min(head, low + WINDOW - 1)


def gather(
    found: Sequence[Kept],
    hearings: Sequence[Hearing],
    marks: Sequence[Mark],
    since: Place,
    through: int,
    kept_from: int = 1,
) -> Replay:
    """What was found, without what only seemed to hold something for this reader.

    Args:
        found: entries that have one of the marks, or were made while the reader heard their room
            as far as offsets can tell.
        hearings: the reader's, those behind `since`.
    """
    own = frozenset(marks)
    end = after_entry(through)
    touched = tuple(one for one in hearings if one.start < end)
    kept = tuple(
        one
        for one in found
        if any(line.place > since and may_hear(line, own, touched) for line in lines(one))
    )
    return Replay(kept, touched, through, kept_from)
