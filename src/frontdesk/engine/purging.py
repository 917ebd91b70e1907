"""What is old leaves the logs of the desks, a little at a time, beside everything else."""

import asyncio

import structlog

from frontdesk.desk.ids import DeskId
from frontdesk.desk.retention import DAY_MS, before_ms, old
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Clock, Store

log = structlog.get_logger()

# What is set, and what the time is, count for nothing until they have stood for so long.
TIDY_MS = 3_600_000

# A server is hardly ever down for longer. So a longer time may be a clock that is wrong.
DOWN_MS = DAY_MS

# The others have their turn for so many times as long as a step takes: nobody waits for this.
REST = 9


class Purging:
    """Rounds in which desks lose what they need not keep.

    Somebody who types 300 may have typed 3 before, and what is gone is gone. So what counts is the
    longer of what is set now and what was set in the round before. In the first round of a process
    nobody knows what was set before, so that nothing goes.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._log_days: dict[DeskId, int] = {}

    def note(self, live: Live) -> int:
        """Note how many days are kept now; how many count in this round, or 0: all are kept."""
        desk, now = live.state.id, live.state.settings.log_days
        last, self._log_days[desk] = self._log_days.get(desk, 0), now
        return max(last, now) if last and now else 0

    async def purge(self, live: Live) -> None:
        """A desk's turn in a round.

        Raises:
            Full, Broken: from the store. What is left is found in the next round.
        """
        before = before_ms(self.note(live), certain_ms(self._clock))
        if before is not None:
            await self._purge(live, before)

    async def _purge(self, live: Live, before: int) -> None:
        # Nothing goes but behind a checkpoint, and nobody whom that one names.
        state = live.state
        await self._store.save_checkpoint(state)
        gone, more = old(state, before), True
        while more and self._still(live, before):
            began_ms = self._clock.monotonic_ms()
            purged = await self._store.purge(state.id, gone)
            live.forget(purged.kept_from)
            more = purged.more
            took_ms = self._clock.monotonic_ms() - began_ms
            await asyncio.sleep(REST * took_ms / 1000)

    def _still(self, live: Live, before: int) -> bool:
        """Whether nobody has said meanwhile that more is to be kept."""
        now = before_ms(live.state.settings.log_days, certain_ms(self._clock))
        return now is not None and now >= before


def certain_ms(clock: Clock) -> int:
    """The earlier of the time that passes here and the machine's. A clock that was ahead at the
    start and was set right since makes nothing old; nor does one that is put forward meanwhile.
    """
    return min(clock.now_ms(), clock.wall_ms())


def first_round_ms(down_ms: int) -> int:
    """How long after a start the first round begins in which anything may go.

    Args:
        down_ms: for how long the server was down, as far as the clock is right.
    """
    if down_ms <= DOWN_MS:
        return TIDY_MS
    log.warning("the clock is far ahead", days=down_ms // DAY_MS)
    return 2 * TIDY_MS
