"""A node for one errand: loads the desks, decides, appends, and is gone.

The server may be writing all the while, so what is decided here is appended only if the log has
not gone on; else it is decided again (design: another process is another node). It is no server:
it must never say that it is alive, nor let time pass at a desk.
"""

import secrets
from collections.abc import Sequence

from frontdesk.desk.commands import AddDesk, ChangePerson, Command
from frontdesk.desk.desk import apply, decide
from frontdesk.desk.entries import Entry
from frontdesk.desk.ids import MAIN, DeskId
from frontdesk.desk.people import brought_over
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State
from frontdesk.engine.desks import Desks, desks_of
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Appended, Batch, Broken, Clock, Outcome, Row, Store, Unsure

# A busy server commits a hundred times a second, and each can be the one that was faster.
TRIES = 1_000


class Node:
    """The desks as another process has left them. Make one with `Node.load`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._desks = Desks(store, clock)

    @classmethod
    async def load(cls, store: Store, clock: Clock) -> "Node":
        """All desks, up to the end of their logs."""
        node = cls(store, clock)
        for desk in await desks_of(store):
            await node._desks.load(desk)
        return node

    def began(self) -> dict[DeskId, str]:
        """Where each desk stands, as the beginning of a session."""
        return {live.state.id: str(live.head) for live in self._desks.all()}

    def check(self, *commands: Command) -> None:
        """Decide and append nothing.

        Raises:
            Refused: a desk says no, as it would if this were carried out now.
        """
        for live in self._desks.all():
            self._decided(live, commands)

    async def carry_out(self, *commands: Command, rows: Sequence[Row] = ()) -> None:
        """Have this done at every desk, or at none.

        The rows stand or fall with what is done at the main desk.

        Raises:
            Refused: a desk says no.
        """
        await self._carry_out(self._desks.all(), commands, rows)
        # A desk that somebody has added meanwhile was made of what was before this.
        while new := await self._unknown():
            await self._carry_out([await self._desks.load(desk) for desk in new], commands, ())

    async def _unknown(self) -> list[DeskId]:
        known = self.desks()
        return [desk for desk in await desks_of(self._store) if desk not in known]

    async def carry_out_at(self, desk: DeskId, *commands: Command) -> None:
        """Have this done at one desk.

        Raises:
            Refused: the desk says no; NOT_FOUND if there is no such desk.
        """
        await self._carry_out([self._live(desk)], commands, ())

    async def add_desk(self, desk: DeskId) -> None:
        """Open a desk, with all accounts as the main one has them at that very moment."""
        live, main = await self._desks.load(desk), self._live(MAIN)
        for _ in range(TRIES):
            entries = self._decided(live, (AddDesk(),))
            if not entries:
                return
            # The first writes nothing: it compares, so that no account changes in between.
            ours = Batch(MAIN, main.state.offset, secrets.token_hex(8))
            theirs = Batch(desk, live.state.offset, secrets.token_hex(8), tuple(entries))
            outcomes = await self._append([ours, theirs])
            for one in (live, main):
                await self._desks.catch_up(one)
            if all(isinstance(outcome, Appended) for outcome in outcomes):
                return
        raise Broken("the log goes on faster than anything can be appended to it")

    def desks(self) -> list[DeskId]:
        """The names of the desks, the main one first."""
        return [live.state.id for live in self._desks.all()]

    def states(self) -> list[State]:
        """Every desk as it is, the main one first."""
        return [live.state for live in self._desks.all()]

    def _live(self, desk: DeskId) -> Live:
        live = self._desks.get(desk)
        if live is None:
            raise Refused(Reason.NOT_FOUND)
        return live

    async def _carry_out(
        self, desks: Sequence[Live], commands: Sequence[Command], rows: Sequence[Row]
    ) -> None:
        for _ in range(TRIES):
            batches = [batch for live in desks if (batch := self._batch(live, commands, rows))]
            outcomes = await self._append(batches) if batches else []
            for live in desks:
                await self._desks.catch_up(live)
            if all(isinstance(outcome, Appended) for outcome in outcomes):
                return
        raise Broken("the log goes on faster than anything can be appended to it")

    def _batch(
        self, live: Live, commands: Sequence[Command], all_rows: Sequence[Row]
    ) -> Batch | None:
        entries = self._decided(live, commands)
        rows = tuple(all_rows) if live.state.id == MAIN else ()
        if not entries and not rows:
            return None
        # Rows alone do not depend on the desk, so they need not compare.
        after = live.state.offset if entries else None
        return Batch(live.state.id, after, secrets.token_hex(8), tuple(entries), rows)

    def _decided(self, live: Live, commands: Sequence[Command]) -> list[Entry]:
        """What comes of this at a desk; with it, accounts that it lacks are brought over.

        Raises:
            Refused: the desk says no.
        """
        draft, entries = live.state.fork(), list[Entry]()
        brought = brought_over(self._live(MAIN).state) if live.state.id != MAIN else []
        # A desk begins with the entry that says so.
        todo = [*commands, *brought] if live.state.offset == 0 else [*brought, *commands]
        for command in todo:
            try:
                made = decide(draft, command, self._clock.now_ms())
            except Refused:
                if command in brought or self._is_not_there(draft, command):
                    continue
                raise
            for entry in made:
                apply(draft, entry)
                entries.append(entry)
        return entries

    def _is_not_there(self, state: State, command: Command) -> bool:
        """Whether this is about an account that could not be brought over to this desk.

        A guest has its name there, who will be forgotten; until then it works at others, and may
        be changed and shut out there.
        """
        return (
            isinstance(command, ChangePerson)
            and state.id != MAIN
            and state.account(command.user) is None
        )

    async def _append(self, batches: Sequence[Batch]) -> list[Outcome]:
        """Append; the same again while it is not known whether that happened."""
        unsure = False
        for _ in range(TRIES):
            try:
                outcomes = await self._store.commit(batches, together=True)
            except Unsure:
                unsure = True
                continue
            if unsure:
                return [
                    await self._known(batch, outcome)
                    for batch, outcome in zip(batches, outcomes, strict=True)
                ]
            return outcomes
        raise Broken("the outcome of an append stays unknown")

    async def _known(self, batch: Batch, outcome: Outcome) -> Outcome:
        """After an unknown outcome, a conflict may be with ourselves: then it had happened."""
        if not isinstance(outcome, Appended) and batch.after is not None:
            for kept in await self._store.read(batch.desk, batch.after, 1):
                if kept.batch == batch.id:
                    return Appended(batch.after + len(batch.entries))
        return outcome
