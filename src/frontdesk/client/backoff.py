"""How long to wait before the next attempt: the one back-off, for lines and for commands."""

import random

from frontdesk.client.timing import Timing

# Doubled no further: by then every timing has reached its longest pause.
DOUBLED_MOST = 20


class Backoff:
    """Exponential, with full jitter, so that ten thousand who were cut off at once spread out."""

    def __init__(self, timing: Timing, chance: random.Random | None = None) -> None:
        self._timing = timing
        self._chance = chance or random.Random()
        self._failures = 0

    def worked(self) -> None:
        """Something was heard: the next pause is the first again."""
        self._failures = 0

    def next_ms(self, least_ms: int = 0) -> int:
        """How long to pause now.

        Args:
            least_ms: what the server asks for; as much again is added at random.
        """
        doubled = self._timing.pause_ms << min(self._failures, DOUBLED_MOST)
        self._failures += 1
        spread = max(min(doubled, self._timing.pause_most_ms), least_ms)
        return least_ms + self._chance.randrange(spread + 1)
