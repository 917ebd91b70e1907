"""Who is asleep on a feed, and waking exactly those for whom there may be something new.

A wake-up carries nothing: whoever wakes looks for themselves. Waking once too often costs a look;
missing one would be a lost message, so whoever looks and goes to sleep does both in one turn of
the event loop.
"""

import asyncio
from collections.abc import Iterable, Sequence

from frontdesk.desk.audience import Mark


class Waiter:
    """One reader asleep on some marks."""

    __slots__ = ("future", "marks")

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.marks = marks
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake(self) -> None:
        """Let the reader look again."""
        if not self.future.done():
            self.future.set_result(None)


class Wakeups:
    """The sleepers of one desk."""

    def __init__(self) -> None:
        # In the order in which they fell asleep, and are woken.
        self._asleep: dict[Mark, dict[Waiter, None]] = {}

    def sleep(self, marks: Sequence[Mark]) -> Waiter:
        """Somebody goes to sleep until one of these marks is woken. `forget` them afterwards."""
        waiter = Waiter(marks)
        for mark in marks:
            self._asleep.setdefault(mark, {})[waiter] = None
        return waiter

    def forget(self, waiter: Waiter) -> None:
        """This one no longer sleeps here."""
        for mark in waiter.marks:
            sleepers = self._asleep.get(mark)
            if sleepers is not None:
                sleepers.pop(waiter, None)
                if not sleepers:
                    del self._asleep[mark]

    def wake(self, marks: Iterable[Mark]) -> None:
        """There may be something new for these."""
        for mark in marks:
            for waiter in self._asleep.get(mark, ()):
                waiter.wake()

    def wake_all(self) -> None:
        """Everybody has to look."""
        self.wake(list(self._asleep))
