"""What changes at every desk at once, or at none: accounts, and the desks themselves.

Decides at all desks, appends together, and decides again where somebody else was faster. A command
line makes one of its own (`Node.load`), which is another node of the same log; the server lends its
desks to one between two commits (`Engine.as_node`). It must never say that it is alive, nor let
time pass at a desk.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence

from frontdesk.desk.commands import AddDesk, ChangePerson, Command
from frontdesk.desk.desk import apply, decide
from frontdesk.desk.entries import Entry
from frontdesk.desk.ids import MAIN, DeskId, PersonId
from frontdesk.desk.people import brought_over, check_runs_all
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State
from frontdesk.engine.audit import audited
from frontdesk.engine.batches import KeyTaken
from frontdesk.engine.desks import Desks, desks_of
from frontdesk.engine.live import Live
from frontdesk.engine.ports import (
    Appended,
    Batch,
    Broken,
    Clock,
    KeysTaken,
    Outcome,
    Row,
    Store,
    Unsure,
)

# A busy server commits a hundred times a second, and each can be the one that was faster.
TRIES = 1_000

# Rows that hold only as long as nothing has changed: asked for again at each try, and written only
# if the main desk's log still ends where it did when they were asked for. May refuse.
Rows = Callable[[State], Awaitable[Sequence[Row]]]


class Node:
    """The desks as this process knows them, and all of them changed at once."""

    def __init__(self, store: Store, clock: Clock, desks: Desks) -> None:
        self.store = store
        self.clock = clock
        self._desks = desks

    @classmethod
    async def load(cls, store: Store, clock: Clock) -> "Node":
        """All desks as others have left them, up to the end of their logs."""
        node = cls(store, clock, Desks(store, clock))
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

    async def carry_out(
        self,
        *commands: Command,
        rows: Rows | Sequence[Row] = (),
        at_main: Sequence[Command] = (),
    ) -> None:
        """Have this done at every desk, or at none.

        The rows stand or fall with what is done at the main desk, and so does `at_main`, which is
        done there alone, behind the rest.

        Raises:
            Refused: a desk says no.
            KeyTaken: a key among the rows was used before.
        """
        await self._carry_out(self._desks.all(), commands, rows, at_main)
        # A desk that somebody has added meanwhile was made of what was before this.
        while new := await self._unknown():
            await self._carry_out([await self._desks.load(desk) for desk in new], commands, (), ())

    async def _unknown(self) -> list[DeskId]:
        known = self.desks()
        return [desk for desk in await desks_of(self.store) if desk not in known]

    async def carry_out_at(self, desk: DeskId, *commands: Command) -> None:
        """Have this done at one desk.

        Raises:
            Refused: the desk says no; NOT_FOUND if there is no such desk.
        """
        await self._carry_out([self._live(desk)], commands, (), ())

    async def add_desk(
        self,
        desk: DeskId,
        *commands: Command,
        by: PersonId | None = None,
        rows: Sequence[Row] = (),
    ) -> None:
        """Open a desk, with all accounts as the main one has them at that very moment.

        Args:
            commands: what else is done there, and only if it is new.

        Raises:
            Refused: NOT_ALLOWED unless an admin of all desks does it, or an operator (None).
            KeyTaken: a key among the rows was used before.
        """
        # Nobody else may come to it before it is there.
        live, main = await self._desks.make(desk), self._live(MAIN)
        begin = (AddDesk(by), *(commands if live.state.offset == 0 else ()))
        for _ in range(TRIES):
            check_runs_all(main.state, by)
            entries, told = self._decided(live, begin)
            if not entries and not rows:
                return
            # The first writes no entry: it compares, so that no account changes in between.
            ours = Batch(MAIN, main.state.offset, secrets.token_hex(8), (), tuple(rows))
            theirs = Batch(
                desk, live.state.offset, secrets.token_hex(8), tuple(entries), tuple(told)
            )
            outcomes = await self._append([ours, theirs])
            for one in (live, main):
                await self._desks.catch_up(one)
            if all(isinstance(outcome, Appended) for outcome in outcomes):
                self._desks.serve(live)
                return
        raise Broken("the log goes on faster than anything can be appended to it")

    def desks(self) -> list[DeskId]:
        """The names of the desks, the main one first."""
        return [live.state.id for live in self._desks.all()]

    def states(self) -> list[State]:
        """Every desk as it is, the main one first."""
        return [live.state for live in self._desks.all()]

    @property
    def main(self) -> State:
        """The main desk as it is, which has every account."""
        return self._live(MAIN).state

    def _live(self, desk: DeskId) -> Live:
        live = self._desks.get(desk)
        if live is None:
            raise Refused(Reason.NOT_FOUND)
        return live

    async def _carry_out(
        self,
        desks: Sequence[Live],
        commands: Sequence[Command],
        rows: Rows | Sequence[Row],
        at_main: Sequence[Command],
    ) -> None:
        for _ in range(TRIES):
            holding = await rows(self.main) if callable(rows) else rows
            batches = [
                batch
                for live in desks
                if (batch := self._batch(live, commands, holding, at_main, compares=callable(rows)))
            ]
            outcomes = await self._append(batches) if batches else []
            for live in desks:
                await self._desks.catch_up(live)
            if all(isinstance(outcome, Appended) for outcome in outcomes):
                return
        raise Broken("the log goes on faster than anything can be appended to it")

    def _batch(
        self,
        live: Live,
        commands: Sequence[Command],
        all_rows: Sequence[Row],
        at_main: Sequence[Command],
        *,
        compares: bool,
    ) -> Batch | None:
        is_main = live.state.id == MAIN
        entries, told = self._decided(live, [*commands, *at_main] if is_main else commands)
        rows = (*told, *(all_rows if is_main else ()))
        if not entries and not rows:
            return None
        # Rows alone do not depend on the desk, so they need not compare, unless they say so.
        after = live.state.offset if entries or compares else None
        return Batch(live.state.id, after, secrets.token_hex(8), tuple(entries), rows)

    def _decided(self, live: Live, commands: Sequence[Command]) -> tuple[list[Entry], list[Row]]:
        """What comes of this at a desk; with it, accounts that it lacks are brought over.

        Raises:
            Refused: the desk says no.
        """
        draft, entries, told = live.state.fork(), list[Entry](), list[Row]()
        brought = brought_over(self.main) if live.state.id != MAIN else []
        # A desk begins with the entry that says so.
        first = 1 if live.state.offset == 0 else 0
        todo = [*commands[:first], *brought, *commands[first:]]
        now_ms = self.clock.now_ms()
        for command in todo:
            try:
                made = decide(draft, command, now_ms)
            except Refused:
                if command in brought or self._is_not_there(draft, command):
                    continue
                raise
            told += audited(draft, command, made, now_ms)
            for entry in made:
                apply(draft, entry)
                entries.append(entry)
        return entries, told

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
        """Append; the same again while it is not known whether that happened.

        Raises:
            KeyTaken: a key was used before, so that nothing was appended.
        """
        unsure = False
        for _ in range(TRIES):
            try:
                outcomes = await self.store.commit(batches, together=True)
            except Unsure:
                unsure = True
                continue
            for outcome in outcomes:
                if isinstance(outcome, KeysTaken):
                    raise KeyTaken(*outcome.keys)
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
            for kept in await self.store.read(batch.desk, batch.after, 1):
                if kept.batch == batch.id:
                    return Appended(batch.after + len(batch.entries))
        return outcome
