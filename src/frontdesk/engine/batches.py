"""What is being decided: submissions, and a desk's draft of the next batch."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from frontdesk.desk.audience import Tell, script
from frontdesk.desk.commands import Command
from frontdesk.desk.desk import apply, decide
from frontdesk.desk.entries import Entry
from frontdesk.desk.ids import DeskId, RoomId
from frontdesk.desk.refusals import Refused
from frontdesk.engine.audit import audited
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Batch, KeyRow, Row
from frontdesk.feed.kept import Kept


class KeyUse(NamedTuple):
    """An idempotency key in use: whose, and for which room it is kept (None: for a day)."""

    scope: str
    key: str
    room: RoomId | None = None

    @property
    def id(self) -> tuple[str, str]:
        """What is unique."""
        return (self.scope, self.key)


class Done(Struct, frozen=True):
    """A command that was carried out, durably. `first` is the offset of its first entry.

    With no entries (it was so already), `first` is the offset behind the log as it was. `at_ms` is
    when it was decided, the first time.
    """

    desk: DeskId
    epoch: str
    command: str
    first: int
    entries: tuple[Entry, ...]
    at_ms: int
    replayed: bool = False

    def again(self) -> "Done":
        """The same, for somebody who asked once more."""
        return replace(self, replayed=True)


RowMaker = Callable[[Done], Sequence[Row]]


class KeyTaken(Exception):
    """Somebody else, or an earlier life of this process, has used these keys (scope, key)."""


class Submission:
    """A command on its way, and who waits for its outcome: whoever asked, and whoever has asked for
    the same under its key meanwhile. One who hangs up takes nothing from the others.
    """

    __slots__ = ("_asking", "command", "key", "live", "on_settled", "rows")

    def __init__(
        self,
        live: Live,
        command: Command | None,
        key: KeyUse | None,
        rows: RowMaker | Sequence[Row],
    ) -> None:
        self.live = live
        self.command = command
        self.key = key
        self.rows = rows
        # Told just before they are.
        self.on_settled: Callable[[Submission], None] = _nobody
        self._asking: list[asyncio.Future[Done]] = []

    @property
    def name(self) -> str:
        """The name of the command, as it is kept with a key."""
        return type(self.command).__name__ if self.command is not None else ""

    async def outcome(self, loop: asyncio.AbstractEventLoop) -> Done:
        """Wait until it is carried out; to be asked before it is settled.

        Args:
            loop: the running one; to find it costs more than all else here.

        Raises:
            Exception: why it was not.
        """
        asking: asyncio.Future[Done] = loop.create_future()
        self._asking.append(asking)
        return await asking

    def answer(self, done: Done) -> None:
        """It was carried out."""
        for asking in self._settled():
            asking.set_result(done)

    def fail(self, reason: Exception) -> None:
        """It was refused, or nobody knows what to do with it."""
        for asking in self._settled():
            asking.set_exception(reason)
            # Whoever asked may be cancelled before hearing it; that is no fault of anybody.
            asking.exception()

    def _settled(self) -> list["asyncio.Future[Done]"]:
        """Whom to tell, once; nobody where it is said again."""
        self.on_settled(self)
        self.on_settled = _nobody
        asking, self._asking = self._asking, []
        return [one for one in asking if not one.done()]


def _nobody(_: Submission) -> None:
    """Whom most tell."""


class Draft:
    """A desk's next batch: commands decided on a fork, each on what the earlier ones left."""

    def __init__(self, live: Live, id: str, now_ms: int) -> None:
        self.live = live
        self.state = live.state.fork()
        self.id = id
        self.now_ms = now_ms
        self.entries: list[Entry] = []
        self.rows: list[Row] = []
        self.key_rows: list[KeyRow] = []
        # What becomes of each submission, in order, if this is appended.
        self.outcomes: list[tuple[Submission, Done | Refused]] = []

    @property
    def submissions(self) -> list[Submission]:
        """All that was decided here, in order."""
        return [submission for submission, _ in self.outcomes]

    @property
    def needs_append(self) -> bool:
        """Whether there is anything to make durable."""
        return bool(self.entries or self.rows)

    @property
    def batch(self) -> Batch:
        """What to append. Rows alone do not depend on the desk, so they do not compare."""
        after = self.live.state.offset if self.entries else None
        return Batch(self.live.state.id, after, self.id, tuple(self.entries), tuple(self.rows))

    def decide(self, submission: Submission) -> None:
        """Decide one more command on the draft."""
        try:
            made = (
                decide(self.state, submission.command, self.now_ms)
                if submission.command is not None
                else []
            )
        except Refused as refused:
            self.outcomes.append((submission, refused))
            return
        first = self.state.offset + 1
        self.rows += audited(self.state, submission.command, made, self.now_ms)
        for entry in made:
            apply(self.state, entry)
        done = Done(
            self.state.id, self.live.epoch, submission.name, first, tuple(made), self.now_ms
        )
        rows = submission.rows(done) if callable(submission.rows) else submission.rows
        self.entries += made
        self.rows += rows
        if submission.key is not None:
            self._remember(submission, submission.key, done)
        self.outcomes.append((submission, done))

    def _remember(self, submission: Submission, key: KeyUse, done: Done) -> None:
        row = KeyRow(
            scope=key.scope,
            key=key.key,
            desk=self.state.id,
            command=submission.name,
            first=done.first,
            count=len(done.entries),
            room=key.room,
            at_ms=self.now_ms,
        )
        self.rows.append(row)
        self.key_rows.append(row)

    def let_out(self) -> None:
        """The draft is durable, or changes nothing: everybody may hear what became of theirs."""
        for submission, outcome in self.outcomes:
            if isinstance(outcome, Done):
                submission.answer(outcome)
            else:
                submission.fail(outcome)

    def kept(self) -> list[Kept]:
        """The entries in their places, as they are in the log once this is appended."""
        first = self.live.state.offset + 1
        return [
            Kept(
                offset,
                self.id,
                entry,
                tuple(step.mark for step in script(entry) if isinstance(step, Tell)),
            )
            for offset, entry in enumerate(self.entries, start=first)
        ]
