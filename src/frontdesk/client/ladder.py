"""Which transport to try next. Pure: time is handed in.

A transport is to blame where somebody answers and it does not work: it cannot be established, or
dies before its first event, several times in a row. Then it is the next one's turn; below the last
stands the first, since it was not the transport's fault after all.
"""

from collections.abc import Sequence

from frontdesk.client.lines import Transport
from frontdesk.client.timing import Timing

# One failure is a cut line, two are a restart.
FAILURES = 3


class Ladder:
    """The transports from the best to the one that gets through everywhere."""

    def __init__(self, rungs: Sequence[Transport], timing: Timing) -> None:
        self.fixed: Transport | None = None
        self._rungs = rungs
        self._timing = timing
        self._rung = 0
        self._failures = 0
        self._probes = False
        self._better_ms = timing.better_ms
        self._better_at_ms = 0

    def pick(self, now_ms: int) -> Transport:
        """The transport for the next line."""
        if self.fixed is not None:
            return self.fixed
        self._probes = self.wants_better(now_ms)
        return self._rungs[0 if self._probes else self._rung]

    def wants_better(self, now_ms: int) -> bool:
        """Whether a line on a lesser transport has lived for so long that the best may be back."""
        return self.fixed is None and self._rung > 0 and now_ms >= self._better_at_ms

    def worked(self, transport: Transport) -> None:
        """Something was heard on it."""
        self._failures = 0
        if transport is self._rungs[0]:
            self._rung, self._better_ms = 0, self._timing.better_ms

    def failed(self, transport: Transport, now_ms: int) -> None:
        """It could not be established, or died before its first event."""
        if self.fixed is not None or transport not in self._rungs:
            return
        if self._probes:
            self._better_ms = min(2 * self._better_ms, self._timing.better_most_ms)
        else:
            self._failures += 1
            if self._failures < FAILURES:
                return
            self._failures = 0
            self._rung = (self._rung + 1) % len(self._rungs)
        self._better_at_ms = now_ms + self._better_ms
