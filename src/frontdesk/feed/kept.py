"""An entry as it stands in the log, and its parts as lines that can be delivered."""

from msgspec import Struct

from frontdesk.desk.audience import Mark, Tell, script
from frontdesk.desk.entries import Entry, MessagePosted
from frontdesk.desk.events import Fact
from frontdesk.desk.ids import PersonId
from frontdesk.feed.position import Place


class Kept(Struct, frozen=True, gc=False):
    """An entry in its place. `marks` are those of its parts, in order, as they were stored.

    `batch` is the id of the append that wrote it.
    """

    offset: int
    batch: str
    entry: Entry
    marks: tuple[Mark, ...]


class Line:
    """One event in its place, for whoever its mark says.

    `author` and `key` are those of a message: its sender finds the key in their own copy. `wire`
    is the encoded form, filled in by whoever writes it out first, so that an event is encoded once
    and not once a reader.
    """

    __slots__ = ("author", "event", "key", "mark", "place", "wire")

    def __init__(
        self, place: Place, mark: Mark, event: Fact, author: PersonId | None, key: str
    ) -> None:
        self.place = place
        self.mark = mark
        self.event = event
        self.author = author
        self.key = key
        self.wire: bytes | None = None


def lines(kept: Kept) -> tuple[Line, ...]:
    """The parts of an entry, in order, with the marks that were stored with them."""
    author, key = None, ""
    if isinstance(kept.entry, MessagePosted):
        author, key = kept.entry.author.id, kept.entry.key
    told = (step.event for step in script(kept.entry) if isinstance(step, Tell))
    return tuple(
        Line(Place(kept.offset, part), mark, event, author, key)
        for part, (mark, event) in enumerate(zip(kept.marks, told, strict=True), start=1)
    )
