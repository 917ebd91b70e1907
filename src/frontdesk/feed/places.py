"""When a guest is told their place again (protocol §2, queuepos). Pure: time is handed in.

At once on joining, and when the place becomes 0. On a change within a second for the first twenty,
within ten seconds behind them: with thousands waiting, telling everybody at once on every take
would be all that the server does. The average wait is told again when it has moved by a tenth, at
most every 15 s.
"""

from collections.abc import Callable, Collection, Iterator
from itertools import islice

from msgspec import Struct

from frontdesk.desk.events import QueuePos
from frontdesk.desk.ids import PersonId

NEAR = 20
NEAR_MS = 1_000
# Those behind are gone through from back to front in slices, so that telling them is spread over
# the ten seconds and not a burst. From back to front, since people only move up: nobody slips from
# a slice to come into one that is done.
FAR_MS = 9_000
SLICE_MS = 250
WAIT_MS = 15_000


class Told(Struct):
    """What a guest was told last, and when."""

    position: int
    wait: int
    at_ms: int


class Places:
    """What each waiting guest of one desk has been told."""

    def __init__(self) -> None:
        self._told: dict[PersonId, Told] = {}
        self._near_at: int | None = None
        self._slice_at: int | None = None
        self._behind = 0
        self._dirty = False
        self._wait_at = 0

    def gone(self, guest: PersonId, now_ms: int) -> None:
        """This guest has left the queue; others have moved up."""
        self._told.pop(guest, None)
        self.moved(now_ms)

    def moved(self, now_ms: int) -> None:
        """The order has changed."""
        if self._near_at is None:
            self._near_at = now_ms + NEAR_MS
        self._dirty = True
        if self._slice_at is None:
            self._slice_at = now_ms + SLICE_MS

    def next_due(self) -> int | None:
        """When to call `tell` again; None: not before something changes."""
        due = [at for at in (self._near_at, self._slice_at) if at is not None]
        if self._told:
            due.append(self._wait_at + WAIT_MS)
        return min(due, default=None)

    def first(self, guest: PersonId, position: int, wait: int, now_ms: int) -> QueuePos:
        """What a guest who has just joined is told."""
        return self._note(guest, position, wait, now_ms)[1]

    def tell(
        self, queue: Collection[PersonId], wait: Callable[[], int], now_ms: int
    ) -> Iterator[tuple[PersonId, QueuePos]]:
        """Whom to tell what, now.

        Args:
            queue: who waits, in order.
            wait: the average wait in whole seconds; asked for only if somebody is told it.
        """
        head = next(iter(queue), None)
        if head is not None and self._is_news(head, 0):
            yield self._note(head, 0, wait(), now_ms)
        due = self.next_due()
        if due is None or due > now_ms:
            return
        wait_s = wait()
        if self._near_at is not None and self._near_at <= now_ms:
            self._near_at = None
            for position, guest in enumerate(islice(queue, NEAR)):
                yield from self._tell(guest, position, wait_s, now_ms)
        if self._told and self._wait_at + WAIT_MS <= now_ms:
            self._wait_at = now_ms
            self.moved(now_ms)
        if self._slice_at is not None and self._slice_at <= now_ms:
            yield from self._slice(queue, wait_s, now_ms)

    def _slice(
        self, queue: Collection[PersonId], wait: int, now_ms: int
    ) -> Iterator[tuple[PersonId, QueuePos]]:
        if self._behind <= NEAR:
            if not self._dirty:
                self._slice_at = None
                return
            self._dirty = False
            self._behind = len(queue)
        slices = FAR_MS // SLICE_MS
        step = max(NEAR, -(-len(queue) // slices))
        start = max(0, self._behind - step)
        for position, guest in enumerate(islice(queue, start, self._behind), start=start):
            yield from self._tell(guest, position, wait, now_ms)
        self._behind = start
        self._slice_at = now_ms + SLICE_MS

    def _tell(
        self, guest: PersonId, position: int, wait: int, now_ms: int
    ) -> Iterator[tuple[PersonId, QueuePos]]:
        told = self._told.get(guest)
        if told is not None and told.position == position:
            moved = wait != told.wait and abs(wait - told.wait) * 10 >= told.wait
            if not moved or now_ms - told.at_ms < WAIT_MS:
                return
        yield self._note(guest, position, wait, now_ms)

    def _is_news(self, guest: PersonId, position: int) -> bool:
        told = self._told.get(guest)
        return told is None or told.position != position

    def _note(
        self, guest: PersonId, position: int, wait: int, now_ms: int
    ) -> tuple[PersonId, QueuePos]:
        self._told[guest] = Told(position, wait, now_ms)
        return guest, QueuePos(position, wait)
