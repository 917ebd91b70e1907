"""Guesses at passwords: some are free, and each one after that makes the next one wait longer.

Pure: time is handed in. A guess counts as wrong from the moment at which it is let in until it is
found right, so that many at once are not all free. A guess that is refused changes nothing.
"""

from collections import OrderedDict

from msgspec import Struct

# People try the old password, the other one, and both again with the keyboard in mind.
FREE = 5

# After the last free one; twice as long after each more. What a slip costs is not noticed.
FIRST_WAIT_MS = 1_000

# Twelve guesses an hour find no password of ten characters; whoever remembers theirs at last has
# not gone home yet.
LONGEST_WAIT_MS = 300_000

# When wrong guesses are forgotten. Starting over then gives 14 guesses in the first nine minutes,
# which with this hour is no more than going on without a pause.
QUIET_MS = 3_600_000


class Tries(Struct):
    """What was tried under one key, when last, and from when on the next may come."""

    wrong: int
    at_ms: int
    next_ms: int


class Guesses:
    """Wrong guesses by key: whose password, from where.

    Args:
        most: how many keys at once. Beyond it the one that was tried least lately is forgotten.
        free: after how many the next one waits.
    """

    def __init__(self, most: int, free: int = FREE) -> None:
        self._most = most
        self._free = free
        self._tries: OrderedDict[bytes, Tries] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tries)

    def begin(self, key: bytes, now_ms: int) -> int:
        """Let a guess be made, if it is time.

        Returns:
            0 if it may be made, and counts as wrong until `right`; or in how many milliseconds.
        """
        self._forget(now_ms)
        tries = self._tries.setdefault(key, Tries(0, now_ms, now_ms))
        self._tries.move_to_end(key)
        if len(self._tries) > self._most:
            self._tries.popitem(last=False)
        if now_ms < tries.next_ms:
            return tries.next_ms - now_ms
        if now_ms - tries.at_ms > QUIET_MS:
            tries.wrong = 0
        tries.wrong += 1
        tries.at_ms = now_ms
        tries.next_ms = now_ms + wait_ms(tries.wrong, self._free)
        return 0

    def right(self, key: bytes) -> None:
        """The guess was the password."""
        self._tries.pop(key, None)

    def never_made(self, key: bytes) -> None:
        """The guess was let in, but nobody has looked at it."""
        tries = self._tries.get(key)
        if tries is not None:
            tries.wrong -= 1
            tries.next_ms = tries.at_ms
            if tries.wrong <= 0:
                # What nobody has looked at makes nobody else's guesses be forgotten.
                del self._tries[key]

    def _forget(self, now_ms: int) -> None:
        # Two for each that comes. Those that are asked for while they wait are younger than they
        # look, which keeps them longer and no other.
        for _ in range(2):
            oldest = next(iter(self._tries), None)
            if oldest is None or now_ms - self._tries[oldest].at_ms <= QUIET_MS:
                return
            del self._tries[oldest]


def wait_ms(wrong: int, free: int = FREE) -> int:
    """How long after so many wrong guesses the next one may come."""
    if wrong < free:
        return 0
    # 2^20 s is far beyond the longest; without the bound a million guesses make a huge number.
    return int(min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(wrong - free, 20)))
