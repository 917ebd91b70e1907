"""What a process has done since it started, in numbers: for whoever watches it.

Counting has to cost next to nothing, so these are plain numbers. All but `streams` only ever go up.
What they are called outside is in `frontdesk.web.metrics_api`.
"""

from bisect import bisect_left
from collections import Counter

# Seconds. An fsync of a good disk takes 1 ms, of a bad one 50; beyond 5 s something is broken.
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

# Commands in one append, up to the most that there are.
COMMANDS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Tally:
    """How often something was how large: up to each of the bounds, and beyond the last."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """It was so large once more."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def up_to(self) -> list[tuple[float, int]]:
        """Each bound, infinity too, with how often it was at most that."""
        found, count = [], 0
        for bound, times in zip((*self.bounds, float("inf")), self.counts, strict=True):
            count += times
            found.append((bound, count))
        return found


class Counts:
    """The numbers of one process.

    `commands` are those that were carried out, by name; `refused` by code; `hung_up` by why;
    `streams` how many are open now, by transport. `delivery_s` is from deciding an entry to having
    written it to a reader who waited for it, so the append is in it.
    """

    def __init__(self) -> None:
        self.commands: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.hung_up: Counter[str] = Counter()
        self.streams: Counter[str] = Counter()
        self.entries = 0
        self.conflicts = 0
        self.batch = Tally(COMMANDS)
        self.append_s = Tally(SECONDS)
        self.delivery_s = Tally(SECONDS)
