"""Decide, append, apply, wake: the only way in which anything changes.

One loop commits for all desks. What arrives while a commit is in flight goes into the next one
(self-clocking group commit, no linger). A batch is decided on a fork of the committed desk, each
command on what the earlier ones left. Nothing of a batch leaves (answers, refusals, wake-ups)
before its append has returned; then the fork becomes the desk.

Everything that is asked of a desk goes through `submit`; everything that is listened to goes
through `listening.py`.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Literal

from frontdesk.desk.audience import room_mark
from frontdesk.desk.commands import Command, LoseLine, RestoreLine, Resume, Tick
from frontdesk.desk.entries import Entry
from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.batches import Done, Draft, KeyUse, RowMaker, Submission
from frontdesk.engine.desks import Desks
from frontdesk.engine.live import Live
from frontdesk.engine.ports import (
    Appended,
    Batch,
    Broken,
    Clock,
    Conflict,
    Full,
    KeyRow,
    KeysTaken,
    Outcome,
    Row,
    Store,
    Unsure,
)
from frontdesk.engine.recent_keys import RecentKeys

# Commands in one commit. More would make the first of them wait for the last; fewer would make
# more fsyncs than the disk likes.
BATCH_MOST = 512

# Commands that may wait for a commit. Beyond it the disk is slower than the crowd, and a clear
# "busy" is better than an answer in a minute (design §14).
PENDING_MOST = 10_000

# How often to look whether another process has written (design §10: seen within 100 ms).
LOOK_MS = 50

# How long to wait before an append of unknown outcome is tried again, and for how long in all.
UNSURE_PAUSE_MS = 20
UNSURE_MOST = 500

# How often to write down that the server is alive, so that down time is known this exactly.
BEAT_MS = 5_000


class Engine:
    """All desks that this process serves.

    `failed` is set when the store is broken and the process has to end: what was acknowledged is
    in the file, and a restart recovers it.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.desks = Desks(store, clock)
        self.failed = asyncio.Event()
        self.draining = False
        self.on_foreign_commit: list[Callable[[], None]] = []
        self._pending: list[Submission] = []
        self._in_flight: dict[tuple[str, str], Submission] = {}
        self._keys = RecentKeys()
        self._work = asyncio.Event()
        self._look = False
        self._kicks: dict[DeskId, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._errands: set[asyncio.Task[None]] = set()

    # --- life ---------------------------------------------------------------------------------

    async def start(self, desks: Iterable[DeskId]) -> None:
        """Load these desks, let them resume, and begin to serve."""
        self._tasks = [asyncio.create_task(self._commit_forever(), name="commit")]
        last_beat = await self.store.last_beat()
        for id in desks:
            live = await self.desks.load(id)
            self._kicks[id] = asyncio.Event()
            now_ms = self.clock.now_ms()
            known_alive = max(last_beat or 0, self.desks.last_entry_ms(id))
            if known_alive:
                await self.submit(id, Resume(max(0, now_ms - known_alive)))
            # Lines count as alive for a while: whoever was there has to find the way back first.
            for person in self.desks.present(id):
                live.presence.seen(person, now_ms)
            self._tasks.append(asyncio.create_task(self._keep_time(live), name=f"time {id}"))
        self._tasks.append(asyncio.create_task(self._look_forever(), name="look"))
        self._tasks.append(asyncio.create_task(self._beat_forever(), name="beat"))

    def begin_drain(self) -> None:
        """Let every listener leave; commands go on until `stop`."""
        self.draining = True
        for live in self.desks.all():
            live.wakeups.wake_all()

    async def stop(self) -> None:
        """Finish open commits, write a checkpoint of each desk, and let go."""
        self.begin_drain()
        while (self._pending or self._in_commit) and not self.failed.is_set():
            self._work.set()
            await asyncio.sleep(0.001)
        for task in [*self._tasks, *self._errands]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._errands, return_exceptions=True)
        if not self.failed.is_set():
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
        self.live(desk)
        while key is not None:
            known = self._keys.get(key)
            if known is not None:
                return await self._replay(known)
            first = self._in_flight.get(key.id)
            if first is None:
                break
            # The same command is on its way: its outcome is ours, unless it is refused.
            with contextlib.suppress(Refused):
                done = await asyncio.shield(first.future)
                return done.again()
        if len(self._pending) >= PENDING_MOST or self.failed.is_set():
            raise Refused(Reason.OVERLOADED, retry_after_ms=1_000)
        submission = Submission(desk, command, key, rows)
        if key is not None:
            self._in_flight[key.id] = submission
            submission.future.add_done_callback(lambda _: self._in_flight.pop(key.id, None))
        self._pending.append(submission)
        self._work.set()
        return await submission.future

    def typing(self, desk: DeskId, person: PersonId, room: RoomId, *, typing: bool) -> None:
        """Tell the others in a room that somebody is typing, or not. Never stored.

        Raises:
            Refused: NOT_FOUND if this person is in no such open room.
        """
        live = self.live(desk)
        found = live.state.rooms.get(room)
        if found is None or not found.has(person):
            raise Refused(Reason.NOT_FOUND)
        user = live.state.label(person)
        now_ms = self.clock.now_ms()
        if live.signals.set_typing(person, user, room, typing=typing, now_ms=now_ms):
            live.wake([room_mark(room)])
        self._kicks[desk].set()

    def seen(self, desk: DeskId, person: PersonId) -> None:
        """A command of this person has come: a sign of life."""
        live = self.live(desk)
        live.presence.seen(person, self.clock.now_ms())
        self._restore(live, person)

    def opened(self, live: Live, person: PersonId) -> None:
        """A reader of this person lives."""
        live.presence.opened(person)
        self._restore(live, person)

    def closed(self, live: Live, person: PersonId) -> None:
        """A reader of this person has ended."""
        live.presence.closed(person, self.clock.now_ms())
        self._kicks[live.state.id].set()

    # --- committing ---------------------------------------------------------------------------

    _in_commit = False

    async def _commit_forever(self) -> None:
        try:
            while True:
                await self._work.wait()
                self._work.clear()
                if self._look:
                    self._look = False
                    await self._catch_up()
                while self._pending:
                    taken, self._pending = (
                        self._pending[:BATCH_MOST],
                        self._pending[BATCH_MOST:],
                    )
                    self._in_commit = True
                    await self._commit(taken)
                    self._in_commit = False
        except Broken:
            self._fail()
            raise

    def _fail(self) -> None:
        self.failed.set()
        for submission in self._pending:
            submission.refuse(Refused(Reason.OVERLOADED, retry_after_ms=5_000))
        self._pending = []

    async def _commit(self, submissions: Sequence[Submission]) -> None:
        """Decide and append until each submission has its outcome."""
        left = list(submissions)
        try:
            while left:
                drafts = self._draft(left)
                durable = [draft for draft in drafts if draft.needs_append]
                try:
                    outcomes = await self._append([draft.batch for draft in durable])
                except Full:
                    for submission in left:
                        submission.refuse(Refused(Reason.OVERLOADED, retry_after_ms=5_000))
                    return
                left = []
                for draft in drafts:
                    if not draft.needs_append:
                        await self._settle(draft)
                for draft, outcome in zip(durable, outcomes, strict=True):
                    left += await self._finish(draft, outcome)
        except Broken:
            for submission in submissions:
                submission.refuse(Refused(Reason.OVERLOADED, retry_after_ms=5_000))
            raise
        except Exception as fault:
            # A bug in a rule must not leave people waiting for ever, nor stop the loop.
            for submission in submissions:
                submission.fail(fault)

    def _draft(self, submissions: Sequence[Submission]) -> list[Draft]:
        drafts: dict[DeskId, Draft] = {}
        now_ms = self.clock.now_ms()
        for submission in submissions:
            draft = drafts.get(submission.desk)
            if draft is None:
                live = self.live(submission.desk)
                draft = drafts[submission.desk] = Draft(live, secrets.token_hex(8), now_ms)
            draft.decide(submission)
        return list(drafts.values())

    async def _append(self, batches: Sequence[Batch]) -> list[Outcome]:
        """Append; after an unknown outcome the same append again, until it is known.

        Raises:
            Full, Broken: from the store; Broken also if the outcome stays unknown.
        """
        if not batches:
            return []
        unsure = False
        for _ in range(UNSURE_MOST):
            try:
                outcomes = await self.store.commit(batches)
            except Unsure:
                unsure = True
                await asyncio.sleep(UNSURE_PAUSE_MS / 1000)
                continue
            if not unsure:
                return outcomes
            return [
                await self._had_happened(batch, outcome)
                for batch, outcome in zip(batches, outcomes, strict=True)
            ]
        raise Broken("the outcome of an append stays unknown")

    async def _had_happened(self, batch: Batch, outcome: Outcome) -> Outcome:
        """A conflict of an append that was tried again may be with itself: then it had won."""
        if isinstance(outcome, Conflict) and batch.after is not None:
            kept = await self.store.read(batch.desk, batch.after, 1)
            if kept and kept[0].batch == batch.id:
                return Appended(batch.after + len(batch.entries))
        return outcome

    async def _finish(self, draft: Draft, outcome: Outcome) -> list[Submission]:
        """Act on the outcome of a draft. Returns the submissions to decide again."""
        match outcome:
            case Appended():
                if draft.entries:
                    draft.live.absorb(draft.kept(), draft.state, self.clock.now_ms())
                    self._kicks[draft.live.state.id].set()
                for row in draft.key_rows:
                    self._keys.put(row)
                await self._settle(draft)
                await self._maybe_checkpoint(draft.live)
                return []
            case Conflict():
                await self.desks.catch_up(draft.live)
                return list(draft.submissions)
            case KeysTaken(keys):
                again = []
                for submission in draft.submissions:
                    if submission.key is not None and submission.key.id in keys:
                        await self._settle_replay(submission)
                    else:
                        again.append(submission)
                return again

    async def _settle(self, draft: Draft) -> None:
        """The draft is durable, or changes nothing: let its answers out."""
        for submission, outcome in draft.outcomes():
            if isinstance(outcome, Done):
                submission.answer(outcome)
            elif submission.key is not None:
                # The key is looked up before any rule: what refused this may be that it was done.
                await self._settle_replay(submission, refused=outcome)
            else:
                submission.refuse(outcome)

    async def _settle_replay(self, submission: Submission, refused: Refused | None = None) -> None:
        assert submission.key is not None, "only a keyed command can have been done before"
        row = await self.store.find_key(*submission.key.id)
        if row is not None:
            self._keys.put(row)
            submission.answer(await self._replay(row))
        elif refused is not None:
            submission.refuse(refused)
        else:
            # The key was taken a moment ago and has been tidied away since: too old to matter.
            submission.refuse(Refused(Reason.OVERLOADED, retry_after_ms=100))

    async def _replay(self, row: KeyRow) -> Done:
        """What was done under a key, from the log, so that its answer is the same."""
        entries: Sequence[Entry] = ()
        if row.count:
            kept = await self.store.read(row.desk, row.first - 1, row.count)
            entries = tuple(one.entry for one in kept)
        epoch = self.live(row.desk).epoch
        return Done(row.desk, epoch, row.command, row.first, tuple(entries), replayed=True)

    async def _maybe_checkpoint(self, live: Live) -> None:
        if self.desks.wants_checkpoint(live):
            state = live.state
            live.checkpoint_offset = state.offset
            self._run(self.store.save_checkpoint(state))

    # --- time, other processes ------------------------------------------------------------------

    async def _keep_time(self, live: Live) -> None:
        """The one timer of a desk: armed for the earliest of all that is due."""
        kick = self._kicks[live.state.id]
        while True:
            kick.clear()
            now_ms = self.clock.now_ms()
            due = live.next_due()
            if due is None or due > now_ms:
                await self._until(kick, due)
                continue
            live.tell_places(now_ms)
            live.expire_typing(now_ms)
            for person in live.presence.lapsed(now_ms):
                self._run(self._lose(live, person))
            if self.desks.deadline_due(live, now_ms):
                await self.submit(live.state.id, Tick())

    async def _until(self, kick: asyncio.Event, due: int | None) -> None:
        """Return when kicked, or when it is due."""
        kicked = asyncio.ensure_future(kick.wait())
        waits: list[asyncio.Future[Literal[True]] | asyncio.Future[None]] = [kicked]
        if due is not None:
            waits.append(asyncio.ensure_future(self.clock.sleep_until(due)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _restore(self, live: Live, person: PersonId) -> None:
        if self.desks.is_absent(live, person) and person not in live.restoring:
            live.restoring.add(person)
            self._run(self._restore_line(live, person))

    async def _restore_line(self, live: Live, person: PersonId) -> None:
        try:
            await self.submit(live.state.id, RestoreLine(person))
        finally:
            live.restoring.discard(person)

    async def _lose(self, live: Live, person: PersonId) -> None:
        if live.presence.alive(person):
            return
        await self.submit(live.state.id, LoseLine(person))
        if live.presence.alive(person):
            # Somebody came back while this was being written down.
            self._restore(live, person)

    async def _look_forever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_MS / 1000)
            if await self.store.changed():
                for told in self.on_foreign_commit:
                    told()
                self._look = True
                self._work.set()

    async def _catch_up(self) -> None:
        for live in self.desks.all():
            if await self.desks.catch_up(live):
                self._kicks[live.state.id].set()

    async def _beat_forever(self) -> None:
        while True:
            await self.store.beat(self.clock.now_ms())
            await asyncio.sleep(BEAT_MS / 1000)

    def _run(self, errand: Coroutine[object, object, None]) -> None:
        """Do this beside everything else; a refusal is nobody's to hear."""
        task = asyncio.ensure_future(_quietly(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


async def _quietly(errand: Coroutine[object, object, None]) -> None:
    with contextlib.suppress(Refused):
        await errand
