"""Decide, append, apply, answer: the one loop through which every change goes.

What arrives while a commit is in flight goes into the next one (self-clocking group commit, no
linger), for all desks in one transaction. A batch is decided on a fork of the committed desk, each
command on what the earlier ones left. Nothing of a batch leaves (answers, refusals, wake-ups)
before its append has returned; then the fork becomes the desk.
"""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from frontdesk.desk.entries import Entry
from frontdesk.desk.ids import DeskId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.batches import Done, Draft, KeyTaken, KeyUse, Submission
from frontdesk.engine.counts import Counts
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
    Store,
    Unsure,
)
from frontdesk.engine.recent_keys import RecentKeys

T = TypeVar("T")

# Commands in one commit. More would make the first of them wait for the last; fewer would make
# more fsyncs than the disk likes.
BATCH_MOST = 512

# Commands that may wait for a commit. Beyond it the disk is slower than the crowd, and a clear
# "busy" is better than an answer in a minute (design §14).
PENDING_MOST = 10_000

# Changes of accounts and desks that may wait. Each takes a few milliseconds, and people make them.
ALONE_MOST = 100

# How long to let somebody else be who keeps the store busy, before reading on.
BUSY_PAUSE_MS = 50

# How long to wait before an append of unknown outcome is tried again, and how often in all.
UNSURE_PAUSE_MS = 20
UNSURE_MOST = 500


class Alone(NamedTuple, Generic[T]):
    """What is to be done while nothing is committed, and who waits for it."""

    work: Callable[[], Awaitable[T]]
    outcome: "asyncio.Future[T]"


class Commits:
    """The commit loop of one process.

    `failed` is set when the store is broken and the process has to end: what was acknowledged is
    in the file, and a restart recovers it.

    Args:
        moved: told of each desk that has gone on.
        counts: where it is written down how much there was to do.
    """

    def __init__(
        self,
        store: Store,
        desks: Desks,
        clock: Clock,
        moved: Callable[[Live], None],
        counts: Counts,
    ) -> None:
        self.failed = asyncio.Event()
        self._store = store
        self._desks = desks
        self._clock = clock
        self._moved = moved
        self._counts = counts
        self._pending: list[Submission] = []
        self._in_flight: dict[tuple[str, str], Submission] = {}
        self._keys = RecentKeys()
        desks.on_erased.append(self._keys.clear)
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._alone: deque[Alone[Any]] = deque()
        self._look = False
        self._ended = False
        self._loop = asyncio.get_running_loop()

    async def submit(self, submission: Submission) -> Done:
        """Have this decided and made durable.

        Raises:
            Refused: the desk says no, or OVERLOADED. Nothing was changed.
        """
        key = submission.key
        if key is None:
            return await self._decided(submission)
        while True:
            known = self._keys.get(key)
            if known is not None:
                return await self._replay(known)
            first = self._in_flight.get(key.id)
            if first is None:
                break
            # The same command is on its way: its outcome is ours, unless it is refused.
            with contextlib.suppress(Refused, KeyTaken):
                return (await first.outcome(self._loop)).again()
        try:
            return await self._decided(submission)
        except (Refused, KeyTaken) as why:
            # The key is looked up before any rule: what refused this may be that it was done. Here
            # and not in the loop, where everybody else would wait for it.
            done = await self.done_before(key)
            if done is not None:
                return done
            if isinstance(why, KeyTaken):
                # Taken a moment ago, and tidied away since: too old to matter.
                raise Refused(Reason.OVERLOADED, retry_after_ms=100) from None
            raise

    async def _decided(self, submission: Submission) -> Done:
        if len(self._pending) >= PENDING_MOST or self._ended:
            raise Refused(Reason.OVERLOADED, retry_after_ms=1_000)
        if submission.key is not None:
            self._in_flight[submission.key.id] = submission
            submission.on_settled = self._landed
        self._pending.append(submission)
        self._idle.clear()
        self._work.set()
        return await submission.outcome(self._loop)

    def _landed(self, submission: Submission) -> None:
        assert submission.key is not None, "those without are not in here"
        del self._in_flight[submission.key.id]

    async def done_before(self, key: KeyUse) -> Done | None:
        """What was done under this key, if anything was."""
        try:
            row = self._keys.get(key) or await self._store.find_key(*key.id)
            if row is None:
                return None
            self._keys.put(row)
            return await self._replay(row)
        except Full:
            raise Refused(Reason.OVERLOADED, retry_after_ms=1_000) from None

    async def alone(self, work: Callable[[], Awaitable[T]]) -> T:
        """Have this done between two commits, so that it may append and catch up by itself.

        Everybody who wants something committed waits for it.

        Raises:
            Refused: OVERLOADED if the store has no room or the process ends; what `work` raises.
        """
        if self._ended or len(self._alone) >= ALONE_MOST:
            raise Refused(Reason.OVERLOADED, retry_after_ms=1_000)
        outcome: asyncio.Future[T] = self._loop.create_future()
        asked = Alone(work, outcome)
        self._alone.append(asked)
        self._idle.clear()
        self._work.set()
        return await outcome

    def look(self) -> None:
        """Another process may have written: catch up, between two commits."""
        self._look = True
        self._work.set()

    def forget_keys(self) -> None:
        """Look keys up in the store again: some of them are no longer kept."""
        self._keys.clear()

    async def settled(self) -> None:
        """Return when nothing is waiting or in flight, or when the store has failed."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self._idle, self.failed)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def run(self) -> None:
        """Commit for as long as the process lives.

        Raises:
            Broken: the store cannot be trusted any more.
        """
        try:
            while True:
                await self._work.wait()
                self._work.clear()
                while self._pending or self._look or self._alone:
                    if self._look:
                        await self._catch_up()
                    if self._alone:
                        await self._do(self._alone.popleft())
                    taken = self._pending[:BATCH_MOST]
                    del self._pending[:BATCH_MOST]
                    if taken:
                        await self._commit(taken)
                    # Nothing of it is remembered while nothing comes: it may hold a name that was
                    # erased by it.
                    del taken
                self._idle.set()
        finally:
            # First: who asked from now on would wait for nobody.
            self._ended = True
            self._refuse(self._pending, retry_after_ms=5_000)
            self._pending.clear()
            for asked in self._alone:
                _fail(asked, Refused(Reason.OVERLOADED, retry_after_ms=5_000))
            self._alone.clear()

    async def _do(self, asked: Alone[Any]) -> None:
        """Do what is to be done alone. What it meets is for whoever asked, but for a broken store.

        Raises:
            Broken: the store cannot be trusted any more.
        """
        try:
            done = await asked.work()
        except Full:
            _fail(asked, Refused(Reason.OVERLOADED, retry_after_ms=5_000))
        except Exception as why:
            broken = isinstance(why, Broken)
            _fail(asked, Refused(Reason.OVERLOADED, retry_after_ms=5_000) if broken else why)
            if broken:
                raise
        except BaseException:
            _fail(asked, Refused(Reason.OVERLOADED, retry_after_ms=5_000))
            raise
        else:
            if not asked.outcome.done():
                asked.outcome.set_result(done)
        # Also where it was refused: what others have written may have been taken in on the way.
        for live in self._desks.all():
            self._moved(live)

    async def _catch_up(self) -> None:
        """Take in what other processes have written."""
        self._look = False
        try:
            for live in self._desks.all():
                if await self._desks.catch_up(live):
                    self._moved(live)
        except Full:
            # Somebody keeps the store busy. What they write is taken in once they let go.
            self._look = True
            await asyncio.sleep(BUSY_PAUSE_MS / 1000)

    async def _commit(self, submissions: Sequence[Submission]) -> None:
        """Decide and append until each submission has its outcome."""
        left: Sequence[Submission] = submissions
        try:
            while left:
                drafts = self._draft(left)
                durable = [draft for draft in drafts if draft.needs_append]
                try:
                    outcomes = await self._append([draft.batch for draft in durable])
                except Full:
                    return self._refuse(left, retry_after_ms=5_000)
                for draft in drafts:
                    if not draft.needs_append:
                        draft.let_out()
                left = await self._finish(list(zip(durable, outcomes, strict=True)))
        except BaseException:
            # The process ends. What was appended is in the log, and whoever asks again under a
            # key will hear so.
            self._refuse(submissions, retry_after_ms=5_000)
            raise

    def _refuse(self, submissions: Sequence[Submission], *, retry_after_ms: int) -> None:
        for submission in submissions:
            submission.fail(Refused(Reason.OVERLOADED, retry_after_ms=retry_after_ms))

    def _draft(self, submissions: Sequence[Submission]) -> list[Draft]:
        """Decide all of them; one that meets a bug of ours fails alone."""
        drafts: dict[DeskId, Draft] = {}
        now_ms = self._clock.now_ms()
        for submission in submissions:
            draft = drafts.get(submission.live.state.id)
            if draft is None:
                draft = Draft(submission.live, secrets.token_hex(8), now_ms)
                drafts[submission.live.state.id] = draft
            try:
                draft.decide(submission)
            except Exception as fault:
                # The draft may be spoiled, so all is decided once more, without this one.
                submission.fail(fault)
                return self._draft([one for one in submissions if one is not submission])
        return list(drafts.values())

    async def _append(self, batches: Sequence[Batch]) -> list[Outcome]:
        """Append; after an unknown outcome the same append again, until it is known.

        Raises:
            Full, Broken: from the store; Broken also if the outcome stays unknown.
        """
        if not batches:
            return []
        unsure = False
        began_ms = self._clock.monotonic_ms()
        for _ in range(UNSURE_MOST):
            try:
                outcomes = await self._store.commit(batches)
            except (Unsure, Full) as failure:
                # That there is no room for the second attempt says nothing of the first.
                if isinstance(failure, Full) and not unsure:
                    raise
                unsure = True
                await asyncio.sleep(UNSURE_PAUSE_MS / 1000)
                continue
            self._counts.append_s.add((self._clock.monotonic_ms() - began_ms) / 1000)
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
            kept = await self._store.read(batch.desk, batch.after, 1)
            if kept and kept[0].batch == batch.id:
                return Appended(batch.after + len(batch.entries))
        return outcome

    async def _finish(self, drafts: Sequence[tuple[Draft, Outcome]]) -> list[Submission]:
        """Act on the outcomes of drafts. Returns the submissions to decide again."""
        again: list[Submission] = []
        behind: list[Draft] = []
        for draft, outcome in drafts:
            match outcome:
                case Appended():
                    if draft.entries:
                        draft.live.absorb(draft.kept(), draft.state, self._clock.now_ms())
                        self._moved(draft.live)
                    for row in draft.key_rows:
                        self._keys.put(row)
                    self._count(draft)
                    draft.let_out()
                case Conflict():
                    self._counts.conflicts += 1
                    behind.append(draft)
                case KeysTaken(keys):
                    for submission in draft.submissions:
                        if submission.key is not None and submission.key.id in keys:
                            submission.fail(KeyTaken())
                        else:
                            again.append(submission)
        # Only now, when everybody who has an answer has heard it, is anything awaited.
        for draft in behind:
            try:
                await self._desks.catch_up(draft.live)
            except Full:
                self._look = True
                self._refuse(draft.submissions, retry_after_ms=1_000)
                continue
            self._moved(draft.live)
            again += draft.submissions
        return again

    def _count(self, draft: Draft) -> None:
        self._counts.entries += len(draft.entries)
        self._counts.batch.add(len(draft.outcomes))
        for submission, outcome in draft.outcomes:
            if submission.command is not None and isinstance(outcome, Done):
                self._counts.commands[submission.name] += 1

    async def _replay(self, row: KeyRow) -> Done:
        """What was done under a key, from the log, so that its answer is the same."""
        entries: tuple[Entry, ...] = ()
        if row.count:
            kept = await self._store.read(row.desk, row.first - 1, row.count)
            # Some of them may no longer be kept, and then there are later ones behind the rest.
            last = row.first + row.count - 1
            entries = tuple(one.entry for one in kept if one.offset <= last)
        live = self._desks.get(row.desk)
        epoch = live.epoch if live is not None else ""
        return Done(row.desk, epoch, row.command, row.first, entries, row.at_ms, replayed=True)


def _fail(asked: Alone[Any], why: Exception) -> None:
    """Say why it was not done, to whoever still waits for it."""
    if not asked.outcome.done():
        asked.outcome.set_exception(why)
