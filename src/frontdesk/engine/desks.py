"""The desks in memory: loading them, and catching up with what other processes have written."""

from collections.abc import Callable

from frontdesk.desk.desk import apply
from frontdesk.desk.ids import MAIN, DeskId
from frontdesk.desk.state import State
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Broken, Clock, Store

# Entries read from the log at a time.
PAGE = 1_000

# Entries kept in memory for readers: minutes of a busy desk. What is older comes from the store.
RING_ENTRIES = 10_000

# Entries between checkpoints: a start reads at most about this many, in well under a second.
CHECKPOINT_ENTRIES = 5_000


async def desks_of(store: Store) -> list[DeskId]:
    """All desks; the one that exists from the start comes first."""
    return list(dict.fromkeys([MAIN, *await store.desks()]))


class Desks:
    """What is held in memory, by desk."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._live: dict[DeskId, Live] = {}
        self.on_erased: list[Callable[[], None]] = []

    def get(self, desk: DeskId) -> Live | None:
        """The desk, if it is served here."""
        return self._live.get(desk)

    def all(self) -> list[Live]:
        """All desks that are served here."""
        return list(self._live.values())

    async def load(self, desk: DeskId) -> Live:
        """Make a desk and serve it."""
        live = await self.make(desk)
        self.serve(live)
        return live

    def serve(self, live: Live) -> None:
        """Let this desk be asked for, now that all of its log has been read: whoever asked it for
        something before would be decided on half a log, and their commit would catch up beside it.
        """
        self._live[live.state.id] = live

    async def make(self, desk: DeskId) -> Live:
        """A desk from its checkpoint and its log, which nobody can ask for yet.

        Raises:
            Broken: they do not go together.
        """
        try:
            return await self._made(desk)
        except (Broken, ValueError):
            # They are read one after the other. A server may meanwhile have written a checkpoint
            # and purged the log up to it; what is really wrong is so the next time as well.
            return await self._made(desk)

    async def _made(self, desk: DeskId) -> Live:
        head = await self._store.open(desk)
        state = await self._store.load_checkpoint(desk)
        if state is None or state.offset > head.offset:
            state = State(desk)
        kept_from = await self._store.kept_from(desk)
        if state.offset < kept_from - 1:
            raise Broken(
                "the log begins behind the last checkpoint that this Frontdesk can read;"
                " start the newer one that wrote it"
            )
        now_ms = self._clock.now_ms()
        live = Live(state, head.epoch, ring_entries=RING_ENTRIES, now_ms=now_ms)
        live.on_erased = self.on_erased
        live.kept_from = kept_from
        await self.catch_up(live)
        live.tell_everybody(now_ms)
        return live

    async def catch_up(self, live: Live) -> bool:
        """Take in what the log has beyond memory. Returns whether there was anything.

        Must not run beside a commit of this process: what it appends is taken in when the append
        returns.
        """
        found = False
        while True:
            kept = await self._store.read(live.state.id, live.state.offset, PAGE)
            if not kept:
                return found
            found = True
            after = live.state.fork()
            for one in kept:
                apply(after, one.entry)
            live.absorb(kept, after, self._clock.now_ms())

    def wants_checkpoint(self, live: Live) -> bool:
        """Whether a start would have to read too much."""
        return live.state.offset - live.checkpoint_offset >= CHECKPOINT_ENTRIES
