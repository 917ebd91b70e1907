"""Months at a desk, at random: a log in which something is always open and most of it is old.

Every step comes from one number. `Months.tell` appends what each command brings about to all of its
stores alike, so that one of them can lose what is old and be compared with another that does not.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from frontdesk.desk.commands import (
    Assist,
    ChangeSettings,
    CloseNote,
    Command,
    Create,
    Direct,
    End,
    Identify,
    Join,
    Leave,
    LeaveNote,
    LoseLine,
    Post,
    Queue,
    Rate,
    SetStatus,
    SignOff,
    Tick,
)
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.desk import apply, decide
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.refusals import Refused
from frontdesk.desk.state import State
from frontdesk.engine.ports import Appended, Batch, Store
from tests import examples as eg

T = TypeVar("T")

# What happens, and how often.
WEIGHTS = {
    "identify": 8,
    "assist": 9,
    "post": 24,
    "end": 8,
    "queue": 2,
    "rate": 3,
    "note": 1,
    "close_note": 1,
    "lose": 6,
    "group": 1,
    "join": 3,
    "leave": 3,
    "direct": 1,
    "status": 3,
    "gone": 1,
    "while": 5,
    "days": 6,
}


class Months:
    """The desk as it is, and the stores that have its log."""

    def __init__(self, seed: int, *stores: Store) -> None:
        self.chance = Random(seed)
        self.stores = stores
        self.desk = State(MAIN)
        self.now_ms = eg.NOW
        self.guests: list[PersonId] = []
        self.over: list[tuple[PersonId, RoomId]] = []
        self._count = 0

    async def begin(self) -> None:
        """Three agents are there."""
        for store in self.stores:
            await store.open(MAIN)
        for command in eg.at_work(eg.IDA, eg.JON, eg.MIA):
            await self.tell(command)

    async def some(self, steps: int) -> None:
        """So many steps."""
        for _ in range(steps):
            [what] = self.chance.choices([*WEIGHTS], [*WEIGHTS.values()])
            if what in ("while", "days"):
                long_ms = self.chance.choice((1, 5, 40)) * eg.HOUR
                await self.passes(long_ms if what == "days" else 5 * eg.SECOND)
            elif (command := await self._drawn(what)) is not None:
                await self.tell(command)

    async def passes(self, ms: int) -> None:
        """Time passes, and what is due in it happens."""
        until = self.now_ms + ms
        while (due := next_deadline(self.desk)) is not None and due <= until:
            self.now_ms = max(self.now_ms, due)
            await self.tell(Tick())
        self.now_ms = until

    async def tell(self, command: Command) -> None:
        """Have this happen, unless the desk says no."""
        try:
            entries = decide(self.desk, command, self.now_ms)
        except Refused:
            return
        if not entries:
            return
        self._count += 1
        head = self.desk.offset
        batch = Batch(MAIN, head, f"batch-{self._count}", tuple(entries))
        for store in self.stores:
            assert await store.commit([batch]) == [Appended(head + len(entries))]
        after = self.desk.fork()
        for entry in entries:
            apply(after, entry)
        gone = [room for room in self.desk.rooms.values() if room.id not in after.rooms]
        self.over += [(room.guest, room.id) for room in gone if room.guest is not None]
        self.desk = after

    async def _drawn(self, what: str) -> Command | None:
        agent = self._one([*self.desk.agents])
        guest = self._one([*self.desk.guests])
        room = self._one([*self.desk.rooms.values()])
        if agent is None:
            return None
        match what:
            case "identify":
                person, fresh = self._fresh()
                return Identify(person, fresh, "Ana", "Where is it?", {"n": str(self._count)})
            case "assist":
                return Assist(agent)
            case "status":
                return SetStatus(agent, self.chance.choice(("available", "available", "away")))
            case "gone":
                return SignOff(agent)
            case "group":
                return Create(eg.MIA.id, self._fresh()[1], "Returns", "")
            case "direct":
                return Direct(eg.IDA.id, "Jon", eg.HELLO, self._fresh()[1])
            case "note":
                await self.tell(ChangeSettings(None, {"open": False}))
                person, fresh = self._fresh()
                await self.tell(LeaveNote(person, fresh, "Cem", "Call me", eg.CONTACT))
                return ChangeSettings(None, {"open": True})
            case "close_note":
                note = self._one([*self.desk.notes])
                return CloseNote(agent, note) if note is not None else None
            case "rate" if self.over:
                rater, ended = self.chance.choice(self.over[-5:])
                found = await self.stores[0].ended_room(MAIN, ended)
                return Rate(rater, ended, 4, "Kind", found)
            case "queue" | "lose" if guest is not None:
                return Queue(guest, self._fresh()[1]) if what == "queue" else LoseLine(guest)
            case "post" | "end" | "join" | "leave" if room is not None:
                by = self._one([*room.speakers]) or agent
                if what == "post":
                    return Post(by, room.id, f"Word {self._count}")
                if what == "end":
                    return End(by, room.id)
                watch = self.chance.random() < 0.5
                return Join(eg.MIA.id, room.id, watch) if what == "join" else Leave(by, room.id)
        return None

    def _fresh(self) -> tuple[PersonId, RoomId]:
        self._count += 1
        self.guests.append(PersonId(f"guest-{self._count}"))
        return self.guests[-1], RoomId(f"room-{self._count}")

    def _one(self, some: Sequence[T]) -> T | None:
        return self.chance.choice(some) if some else None
