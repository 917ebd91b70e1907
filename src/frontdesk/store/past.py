"""A message of the log as it stands in a backlog: the same for every store. Pure."""

from frontdesk.desk.entries import MessagePosted
from frontdesk.desk.events import PastMessage
from frontdesk.feed.kept import Kept
from frontdesk.feed.position import Place, Position

# A message is the only part of its entry.
MESSAGE_PART = 1

# Beyond every offset there is.
_END = 2**62


def end_of(before: Place | None) -> int:
    """The first offset whose message is not before this place; None: before now."""
    if before is None:
        return _END
    return before.offset + (before.part > MESSAGE_PART)


def message(epoch: str, kept: Kept) -> PastMessage:
    """What a backlog says of this entry, which is a message."""
    entry = kept.entry
    assert isinstance(entry, MessagePosted)
    id = str(Position(epoch, Place(kept.offset, MESSAGE_PART)))
    return PastMessage(id, entry.room, entry.author.user, entry.text.body, entry.at_ms // 1000)
