"""The part of the seam to the store that is for what is no longer kept; see `ports.py`."""

from typing import Protocol

from msgspec import Struct

from frontdesk.desk.ids import DeskId
from frontdesk.desk.retention import Old


class Purged(Struct, frozen=True):
    """What a step has come to: the first offset that the log still holds, and whether there may be
    more to do.
    """

    kept_from: int
    more: bool


class Purges(Protocol):
    """Remembers no longer than it has to. What holds for `Store` holds here."""

    async def tidy(self, now_ms: int) -> None:
        """Drop what nobody needs any more: keys older than a day whose room is over, and of
        sessions, links and the audit trail what `frontdesk.store.keeping` says.
        """
        ...

    async def purge(self, desk: DeskId, old: Old) -> Purged:
        """Take a little of what is old out of the log, as `frontdesk.desk.retention` has it.

        Only behind the last checkpoint that this version wrote, so that a start finds the same desk
        as before, and only what `index` has taken in. A few milliseconds in which commits wait.
        With a room go its words and, if nothing else is left of its guest, what is known of them.
        `tidy` comes first: no key may be left that tells of entries which are gone.

        Raises:
            Full, Broken: as they say. What was taken away is gone; the rest is found again.
        """
        ...
