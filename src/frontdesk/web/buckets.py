"""Leaky buckets: how fast something may go on, with room for a burst, for each of many keys.

Pure: time is handed in. A bucket holds what was let in and has not drained yet; only what is let
in fills it, so whoever is refused and asks again waits no longer for it. The rate is handed in
each time and is that of the moment, so a new one holds at once. Integers alone, so the time until
something is let in is exact.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)

# What one drop is, so that a rate a minute drains so many of these parts a millisecond.
DROP = 60_000


class Level(NamedTuple):
    """How full a bucket was, in parts of a drop, and when."""

    parts: int
    at_ms: int


class Buckets(Generic[K]):
    """A bucket for each key.

    Args:
        most: how many at once. Beyond it the one that was asked for least lately is forgotten, as
            if nobody had come.
        kept_ms: after how long one that nobody asks for is forgotten; no less than a full one
            takes to drain.
    """

    def __init__(self, most: int, kept_ms: int) -> None:
        self._most = most
        self._kept_ms = kept_ms
        self._levels: OrderedDict[K, Level] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: K, rate: int, burst: int, now_ms: int) -> int:
        """Let one in, if there is room.

        Args:
            rate: how many a minute, at least 1.
            burst: how many at once after a rest, at least 1.

        Returns:
            0 if it was let in, or in how many milliseconds it would be.
        """
        self._forget(now_ms)
        full = burst * DROP
        level = self._levels.get(key)
        parts = 0 if level is None else max(0, level.parts - rate * (now_ms - level.at_ms))
        # What a larger burst let in before is not held against anybody.
        parts = min(parts, full)
        over = parts + DROP - full
        self._levels[key] = Level(parts if over > 0 else parts + DROP, now_ms)
        self._levels.move_to_end(key)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return -(-over // rate) if over > 0 else 0

    def give_back(self, key: K) -> None:
        """Take out one that was let in: nothing came of it."""
        level = self._levels.get(key)
        if level is not None:
            self._levels[key] = level._replace(parts=max(0, level.parts - DROP))

    def _forget(self, now_ms: int) -> None:
        # Two for each that comes, so that they never pile up, and no round takes long.
        for _ in range(2):
            oldest = next(iter(self._levels.values()), None)
            if oldest is None or now_ms - oldest.at_ms <= self._kept_ms:
                return
            self._levels.popitem(last=False)
