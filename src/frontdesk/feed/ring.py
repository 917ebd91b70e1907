"""The recent past of one desk, in memory, found by mark.

A reader asks for what lies behind a place; the ring looks only at offsets that hold something with
one of the reader's marks, so that a quiet reader on a busy desk costs next to nothing. What is
older than the ring is a `Gap`, and the store's to answer. An entry is in here only after its
append has returned.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from enum import Enum

from frontdesk.desk.audience import Mark, room_mark
from frontdesk.desk.entries import MessagePosted
from frontdesk.desk.ids import PersonId
from frontdesk.desk.state import State
from frontdesk.feed.hearing import Hearing, RecentHearings, may_hear
from frontdesk.feed.kept import Kept, Line, lines
from frontdesk.feed.position import Place


class Gap(Enum):
    """The place is older than what is held here."""

    GAP = "gap"


# What entries may take up, by what they say: a flood of long messages must not fill the memory
# that a number of entries alone would allow.
RING_BYTES = 32 * 1024 * 1024

# Beside its text, an entry, its parts and their encoded form take up about so much.
ENTRY_BYTES = 1_024


class Ring:
    """The last `capacity` entries, of at most `most_bytes`, behind the state that it began with."""

    def __init__(self, state: State, capacity: int, most_bytes: int = RING_BYTES) -> None:
        self._capacity = capacity
        self._most_bytes = most_bytes
        self._bytes = 0
        self._weights: deque[int] = deque()
        self._times: deque[int] = deque()
        self._entries: deque[tuple[Line, ...]] = deque()
        self._by_mark: dict[Mark, list[int]] = {}
        self._oldest = state.offset + 1
        self.head = state.offset
        self.hearings = RecentHearings(state)

    def append(self, kept: Kept) -> None:
        """Take in the next entry.

        Raises:
            ValueError: it is not the next one.
        """
        if kept.offset != self.head + 1:
            raise ValueError(f"entry {kept.offset} after {self.head}")
        parts = lines(kept)
        self._entries.append(parts)
        self.head = kept.offset
        self.hearings.note(kept)
        for mark in dict.fromkeys(kept.marks):
            self._by_mark.setdefault(mark, []).append(kept.offset)
        self._bytes += _weight(kept)
        self._weights.append(_weight(kept))
        self._times.append(kept.entry.at_ms)
        while len(self._entries) > self._capacity or self._bytes > self._most_bytes:
            self._forget_oldest()

    def drop(self) -> None:
        """Hold nothing of what has been: somebody's name in it is to be no longer said.

        Who is behind gets it from the store, where it is not. Only ids are left here.
        """
        self._entries.clear()
        self._weights.clear()
        self._times.clear()
        self._by_mark.clear()
        self._bytes = 0
        self._oldest = self.head + 1
        self.hearings.trim(self._oldest)

    def forget(self, before: int) -> None:
        """Hold nothing of what lies before this offset: it is no longer kept."""
        while self._entries and self._oldest < before:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        self._bytes -= self._weights.popleft()
        self._times.popleft()
        for mark in {line.mark for line in self._entries.popleft()}:
            offsets = self._by_mark[mark]
            del offsets[0]
            if not offsets:
                del self._by_mark[mark]
        self._oldest += 1
        self.hearings.trim(self._oldest)

    def since(
        self, place: Place, person: PersonId, marks: frozenset[Mark], *, limit: int
    ) -> list[Line] | Gap:
        """What this reader has not heard yet behind `place`, oldest first.

        Args:
            limit: most lines to return, at least 1; the parts of one entry are not torn apart, so
                it may be a few more. A short answer is not a sign of being up to date.

        Returns:
            The lines; empty if the reader is up to date; `Gap` if the place is older than what is
            held here.
        """
        if place < Place(self._oldest, 0):
            return Gap.GAP
        hearings = self.hearings.of(person)
        found: list[Line] = []
        for offset in sorted(self._offsets(place, marks, hearings)):
            for line in self._entries[offset - self._oldest]:
                if line.place > place and may_hear(line, marks, hearings):
                    found.append(line)
            if len(found) >= limit:
                break
        return found

    def at_ms(self, offset: int) -> int | None:
        """When this entry was decided; None if it is no longer held here."""
        at = offset - self._oldest
        return self._times[at] if 0 <= at < len(self._times) else None

    def _offsets(
        self, place: Place, marks: frozenset[Mark], hearings: Sequence[Hearing]
    ) -> set[int]:
        wanted: set[int] = set()
        for mark in marks:
            offsets = self._by_mark.get(mark)
            if offsets is not None and offsets[-1] >= place.offset:
                wanted.update(offsets[bisect_left(offsets, place.offset) :])
        for hearing in hearings:
            offsets = self._by_mark.get(room_mark(hearing.room))
            if offsets is not None and offsets[-1] >= place.offset:
                low = bisect_left(offsets, max(place.offset, hearing.start.offset))
                high = len(offsets)
                if hearing.end is not None:
                    high = bisect_right(offsets, hearing.end.offset)
                wanted.update(offsets[low:high])
        return wanted


def _weight(kept: Kept) -> int:
    """About how many bytes an entry takes up: its text as it is, and encoded."""
    text = len(kept.entry.text.body) if isinstance(kept.entry, MessagePosted) else 0
    return ENTRY_BYTES + 2 * text
