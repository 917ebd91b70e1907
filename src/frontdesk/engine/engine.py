"""All that a process serves: its desks, the commit loop, the timers, and the way in to them.

Everything that is asked of a desk goes through `submit`; everything that is listened to goes
through `listening.py`. How a command becomes durable is `commits.py`, what time brings about is
`timers.py`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

import structlog

from frontdesk.desk.audience import AGENTS, room_mark
from frontdesk.desk.commands import Command, Resume
from frontdesk.desk.ids import MAIN, DeskId, PersonId, RoomId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.rooms import speaking_room_of
from frontdesk.desk.state import State
from frontdesk.engine.batches import Done, KeyUse, RowMaker, Submission
from frontdesk.engine.commits import Commits
from frontdesk.engine.counts import Counts
from frontdesk.engine.desks import Desks, desks_of
from frontdesk.engine.live import Live
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Clock, Full, Row, Store, Unclean
from frontdesk.engine.purging import TIDY_MS, Purging, certain_ms, first_round_ms
from frontdesk.engine.timers import Errands, Timer

T = TypeVar("T")

log = structlog.get_logger()

# How often to look whether another process has written (design §10: seen within 100 ms).
LOOK_MS = 50

# How often to write down that the server is alive, so that down time is known this exactly.
BEAT_MS = 5_000

# How long to wait before what erasures have left on the disk is looked for once more: twice as long
# each time, since each time reads the whole file, and what is in the way may be there for hours.
SCRUB_RETRY_MS = 1_000
SCRUB_RETRY_MOST_MS = 300_000


# How long to let the log grow before its words are taken into the index: somebody who looks for
# them takes in the rest first (`history.py`).
INDEX_MS = 250
# Entries taken in at a time: two or three milliseconds in which commits wait.
INDEX_ENTRIES = 100
# Then the others have their turn for so many times as long: on a busy desk the index falls behind
# and catches up when there is time, so that nobody waits for it.
INDEX_REST = 9


class Engine:
    """The desks of this process.

    `on_foreign_commit` are told when another process has written, before anybody is served again.
    `draining` is set when listeners have to leave.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.desks = Desks(store, clock)
        self.draining = False
        self.counts = Counts()
        # Why the engine has ended by itself, once `failed` is set.
        self.failure: BaseException | None = None
        self.on_foreign_commit: list[Callable[[], None]] = []
        self._errands = Errands()
        self._timers: dict[DeskId, Timer] = {}
        self._commits = Commits(store, self.desks, clock, self._moved, self.counts)
        self._purging = Purging(store, clock)
        self._tasks: list[asyncio.Task[None]] = []
        # Held by whoever loads desks that this process does not serve yet.
        self._loading = asyncio.Lock()
        self._erased = asyncio.Event()
        self._written = asyncio.Event()
        self._written.set()
        self.desks.on_erased.append(self._erased.set)

    @property
    def failed(self) -> asyncio.Event:
        """Set when the store is broken, so that the process has to end."""
        return self._commits.failed

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Load all desks, let them resume, and begin to serve."""
        self.begin_commits()
        last_beat = await self.store.last_beat()
        down_ms = self.clock.now_ms() - last_beat if last_beat is not None else 0
        for id in await desks_of(self.store):
            live = await self.desks.load(id)
            # The heartbeat and not the last entry, which a command line may have written while
            # nobody could speak here.
            if last_beat is not None:
                await self.submit(id, Resume(max(0, self.clock.now_ms() - last_beat)))
            self._serve(live)
        for task in (
            self._look_forever,
            self._beat_forever,
            partial(self._tidy_forever, first_round_ms(down_ms)),
            self._scrub_forever,
            self._index_forever,
        ):
            self._begin(task())

    def _serve(self, live: Live) -> None:
        """Let time pass at this desk."""
        now_ms = self.clock.now_ms()
        # Lines count as alive for a while: whoever was there has to find the way back first.
        for person in live.present():
            live.presence.seen(person, now_ms)
        timer = self._timers[live.state.id] = Timer(live, self.clock, self._do, self._errands)
        self._begin(timer.run())

    def begin_commits(self) -> None:
        """Begin to commit, and nothing else: enough for a process that only asks one thing."""
        self._begin(self._commits.run())

    def _begin(self, forever: Coroutine[Any, Any, None]) -> None:
        """Do this for as long as the process lives. If it ends, the process has to."""

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled():
                self.failure = task.exception()
                log.error("the engine has ended", exc_info=self.failure)
                self.failed.set()

        task = asyncio.create_task(forever)
        task.add_done_callback(ended)
        self._tasks.append(task)

    def begin_drain(self) -> None:
        """Let every listener leave; commands go on until `stop`."""
        self.draining = True
        for live in self.desks.all():
            live.wakeups.wake_all()

    async def stop(self) -> None:
        """Finish open commits, write a checkpoint of each desk, and let go."""
        self.begin_drain()
        await self._commits.settled()
        await self._errands.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.failed.is_set():
            return
        with contextlib.suppress(Full):
            for live in self.desks.all():
                await self.store.save_checkpoint(live.state)
            await self.store.beat(self.clock.now_ms())

    # --- asking -------------------------------------------------------------------------------

    def live(self, desk: DeskId) -> Live:
        """The desk.

        Raises:
            Refused: NOT_FOUND if this process serves no such desk.
        """
        live = self.desks.get(desk)
        if live is None:
            raise Refused(Reason.NOT_FOUND)
        return live

    async def submit(
        self,
        desk: DeskId,
        command: Command | None,
        *,
        key: KeyUse | None = None,
        rows: RowMaker | Sequence[Row] = (),
    ) -> Done:
        """Have a command decided and made durable.

        Args:
            command: None to write rows alone.
            key: an idempotency key; it is looked up before any rule (protocol §7).
            rows: what stands or falls with the entries; a function if it depends on them.

        Returns:
            What was done, durably; with `replayed` if it had been done under this key before.

        Raises:
            Refused: the desk says no, or OVERLOADED. Nothing was changed.
        """
        return await self._commits.submit(Submission(self.live(desk), command, key, rows))

    async def done_before(self, key: KeyUse) -> Done | None:
        """What was done under this key, if anything was."""
        return await self._commits.done_before(key)

    async def as_node(self, work: Callable[[Node], Awaitable[T]]) -> T:
        """Change what all desks share: accounts, and which desks there are. Nothing else is
        committed meanwhile, so that what `work` decides on is so.

        Raises:
            Refused: a desk says no, or OVERLOADED. Nothing was changed.
            KeyTaken: from `Node`.
        """
        return await self._commits.alone(partial(self._as_node, work))

    async def _as_node(self, work: Callable[[Node], Awaitable[T]]) -> T:
        async with self._loading:
            try:
                return await work(Node(self.store, self.clock, self.desks))
            finally:
                for live in self.desks.all():
                    if live.state.id not in self._timers:
                        self._serve(live)

    def note(self, *rows: Row) -> None:
        """Have these rows written soon, if there is room; nobody waits for it."""
        self._errands.run(partial(self._note, rows))

    async def _note(self, rows: Sequence[Row]) -> None:
        await self.submit(MAIN, None, rows=rows)

    async def _do(self, live: Live, command: Command) -> Done:
        return await self._commits.submit(Submission(live, command, None, ()))

    def typing(self, desk: DeskId, person: PersonId, room: RoomId, *, typing: bool) -> None:
        """Tell the others in a room that somebody is typing, or not. Never stored.

        Raises:
            Refused: NOT_FOUND if this person is in no such open room, NOT_ALLOWED for a watcher.
        """
        live = self.live(desk)
        speaking_room_of(live.state, room, person)
        user = live.state.label(person)
        now_ms = self.clock.now_ms()
        if live.signals.set_typing(person, user, room, typing=typing, now_ms=now_ms):
            live.wake([room_mark(room)])
        self._kick(live)

    # --- presence -----------------------------------------------------------------------------

    def seen(self, live: Live, person: PersonId) -> None:
        """A command of this person has come: a sign of life."""
        live.presence.seen(person, self.clock.now_ms())
        self._restore(live, person)

    def opened(self, live: Live, person: PersonId) -> None:
        """A reader of this person lives."""
        live.presence.opened(person)
        self._restore(live, person)

    def closed(self, live: Live, person: PersonId, *, goodbye: bool = False) -> None:
        """A reader of this person has ended; with a goodbye, they are gone at once."""
        live.presence.closed(person, self.clock.now_ms(), goodbye=goodbye)
        self._kick(live)

    def _restore(self, live: Live, person: PersonId) -> None:
        timer = self._timers.get(live.state.id)
        if timer is not None:
            timer.restore(person)

    # --- moving on ----------------------------------------------------------------------------

    def _moved(self, live: Live) -> None:
        self._kick(live)
        self._written.set()
        if self.desks.wants_checkpoint(live):
            live.checkpoint_offset = live.state.offset
            self._errands.run(partial(self._checkpoint, live.state))

    async def _checkpoint(self, state: State) -> None:
        # Without room to write, a start takes longer, and that is all.
        with contextlib.suppress(Full):
            await self.store.save_checkpoint(state)

    def _kick(self, live: Live) -> None:
        timer = self._timers.get(live.state.id)
        if timer is not None:
            timer.kick()

    async def _look_forever(self) -> None:
        missed = False
        while True:
            await asyncio.sleep(LOOK_MS / 1000)
            if not await self.store.changed() and not missed:
                continue
            for told in self.on_foreign_commit:
                told()
            try:
                await self._serve_new()
                missed = False
            except Full:
                # Somebody keeps the store busy. What they add is found once they let go.
                missed = True
            self._commits.look()
            self._written.set()
            for live in self.desks.all():
                # A session may have ended, which is no entry of any desk.
                live.wake([AGENTS])

    async def _serve_new(self) -> None:
        """Serve the desks that another process has added."""
        async with self._loading:
            for id in await desks_of(self.store):
                if self.desks.get(id) is None:
                    self._serve(await self.desks.load(id))

    async def _beat_forever(self) -> None:
        while True:
            # Without room to write, the time in which the server was down is known less exactly.
            with contextlib.suppress(Full):
                await self.store.beat(self.clock.now_ms())
            await asyncio.sleep(BEAT_MS / 1000)

    async def _scrub_forever(self) -> None:
        failed = 0
        while True:
            # From the start on: what a crash has left is found like what was erased just now.
            self._erased.clear()
            failed = 0 if await self._scrubbed() else failed + 1
            wait_s = scrub_wait_ms(failed) / 1000 if failed else None
            # Who was erased just now may have nothing in the way.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._erased.wait()

    async def _scrubbed(self) -> bool:
        try:
            return await self.store.scrub()
        except Unclean as unclean:
            log.warning("traces of an erasure are left", why=str(unclean))
        except Full:
            pass
        return False

    async def _index_forever(self) -> None:
        while True:
            # From the start on: an older Frontdesk may have left all of it to do.
            await self._written.wait()
            self._written.clear()
            await asyncio.sleep(INDEX_MS / 1000)
            # Without room to write, words are found later.
            with contextlib.suppress(Full):
                await self._index_all()

    async def _index_all(self) -> None:
        """Take in what all desks have, by turns."""
        left = [live.state.id for live in self.desks.all()]
        while left:
            for desk in tuple(left):
                begun_ms = self.clock.monotonic_ms()
                if not await self.store.index(desk, INDEX_ENTRIES):
                    left.remove(desk)
                took_ms = self.clock.monotonic_ms() - begun_ms
                await asyncio.sleep(INDEX_REST * took_ms / 1000)

    async def _tidy_forever(self, first_ms: int) -> None:
        # Both what is set and the time may be a slip of a moment ago.
        for live in self.desks.all():
            self._purging.note(live)
        await asyncio.sleep(first_ms / 1000)
        while True:
            with contextlib.suppress(Full):
                await self._tidy()
            await asyncio.sleep(TIDY_MS / 1000)

    async def _tidy(self) -> None:
        await self.store.tidy(certain_ms(self.clock))
        # Those that are too old are looked up in vain from here on: what they tell of may go.
        self._commits.forget_keys()
        for live in self.desks.all():
            await self._purging.purge(live)


def scrub_wait_ms(failed: int) -> int:
    """How long to wait after what erasures have left was looked for so often in vain."""
    # 2^20 s is far beyond the longest; without the bound a week makes a huge number.
    return min(SCRUB_RETRY_MOST_MS, SCRUB_RETRY_MS << min(failed - 1, 20))
