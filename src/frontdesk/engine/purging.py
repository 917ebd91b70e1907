"""What is old leaves the logs of the desks, a little at a time, beside everything else."""

import asyncio

from frontdesk.desk.ids import DeskId
from frontdesk.desk.retention import before_ms, old
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Clock, Store

# The others have their turn for so many times as long as a step takes: nobody waits for this.
REST = 9


class Purging:
    """Rounds in which desks lose what they need not keep.

    Somebody who types 300 may have typed 3 before, and what is gone is gone. So what counts is the
    longer of what is set now and what was set in the round before.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._log_days: dict[DeskId, int] = {}

    async def purge(self, live: Live) -> None:
        """A desk's turn in a round.

        Raises:
            Full, Broken: from the store. What is left is found in the next round.
        """
        desk, now = live.state.id, live.state.settings.log_days
        last = self._log_days.get(desk, now)
        self._log_days[desk] = now
        before = before_ms(max(last, now) if last and now else 0, self._clock.now_ms())
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
        now = before_ms(live.state.settings.log_days, self._clock.now_ms())
        return now is not None and now >= before
