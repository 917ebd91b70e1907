"""Two processes at one log: no guest is taken twice, and both end up with the same desk."""

import asyncio
from collections.abc import Sequence

from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from frontdesk.desk.checkpoint import dump
from frontdesk.desk.commands import (
    Assist,
    Command,
    Create,
    Direct,
    End,
    Join,
    Leave,
    LeaveQueue,
    LoseLine,
    Post,
    Queue,
    RestoreLine,
    SetLimit,
    Tick,
    Transfer,
)
from frontdesk.desk.desk import apply
from frontdesk.desk.entries import (
    AgentGone,
    DirectOpened,
    GuestQueued,
    GuestReleased,
    GuestRequeued,
    GuestTaken,
    GuestTransferred,
    RoomEnded,
)
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Room, RoomKind, State
from frontdesk.engine.batches import Done, KeyUse
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.ports import Batch, Conflict, Kept, Outcome
from frontdesk.store.memory import MemoryStore
from tests import examples as eg

AGENTS = (eg.IDA, eg.JON, eg.MIA)


class SharedLog(MemoryStore):
    """A store that counts how often somebody came too late."""

    def __init__(self) -> None:
        super().__init__()
        self.conflicts = 0

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        outcomes = await super().commit(batches, together=together)
        self.conflicts += sum(isinstance(outcome, Conflict) for outcome in outcomes)
        return outcomes


class TwoProcesses:
    """Two engines that see each other's writes only when they run into them, or look."""

    def __init__(self) -> None:
        self.store = SharedLog()
        self.clock = HandClock(eg.NOW)
        self.engines = [Engine(self.store, self.clock) for _ in range(2)]
        self.answers: dict[str, list[int]] = {}

    async def start(self) -> None:
        for engine in self.engines:
            await engine.start()
        for command in eg.at_work(*AGENTS):
            await self.engines[0].submit(MAIN, command)
        await self.look()

    async def stop(self) -> None:
        for engine in self.engines:
            await engine.stop()

    def state(self, which: int) -> State:
        return self.engines[which].live(MAIN).state

    async def ask(self, which: int, command: Command, key: str = "") -> Done | Refused:
        use = KeyUse("anybody", key) if key else None
        try:
            done = await self.engines[which].submit(MAIN, command, key=use)
        except Refused as refused:
            return refused
        if key:
            self.answers.setdefault(key, []).append(done.first)
        return done

    async def look(self) -> None:
        for engine in self.engines:
            await engine.desks.catch_up(engine.live(MAIN))

    async def log(self) -> list[Kept]:
        return await self.store.read(MAIN, 0, 100_000)

    async def check(self) -> None:
        """Both are at the desk that the log says, and nobody has two agents."""
        await self.look()
        log = await self.log()
        from_log = State(MAIN)
        helped_by: dict[RoomId, PersonId] = {}
        pairs: set[frozenset[PersonId]] = set()
        for offset, kept in enumerate(log, start=1):
            assert kept.offset == offset
            match kept.entry:
                case (
                    GuestQueued(room=room, ticket=ticket) | GuestRequeued(room=room, ticket=ticket)
                ):
                    assert ticket == offset
                    assert room not in helped_by
                case GuestTaken(room=room, agent=agent):
                    assert room not in helped_by, "a guest was taken twice"
                    assert from_log.agents[agent.id].can_take, "beyond the limit"
                    helped_by[room] = agent.id
                case GuestTransferred(room=room, from_agent=before, to_agent=agent):
                    assert helped_by[room] == before.id, "somebody else has the guest"
                    assert from_log.agents[agent.id].can_take, "beyond the limit"
                    helped_by[room] = agent.id
                case GuestReleased(returned=back):
                    del helped_by[back.room]
                case DirectOpened(first=first, second=second):
                    pair = frozenset((first.id, second.id))
                    assert pair not in pairs, "two agents, two rooms"
                    pairs.add(pair)
                case AgentGone(returned=returned):
                    for back in returned:
                        del helped_by[back.room]
                case RoomEnded(room=room):
                    helped_by.pop(room, None)
            apply(from_log, kept.entry)
            for known in from_log.rooms.values():
                inside = [member.person for member in known.members]
                assert len(inside) == len(set(inside)), "somebody is in a room twice"
        for which in range(2):
            assert dump(self.state(which)) == dump(from_log)
            assert dict(self.state(which).names) == dict(from_log.names)
        for firsts in self.answers.values():
            assert len(set(firsts)) == 1, "one key, two answers"


def command(what: str, number: int, state: State, fresh: RoomId) -> Command:
    """Something that means something at this desk, as this process sees it."""
    agent = AGENTS[number % len(AGENTS)]
    waiting, rooms = [*state.waiting], [*state.rooms.values()]
    somebody = [*state.guests, *state.agents][number % (len(state.guests) + len(state.agents))]
    if what == "choose" and waiting:
        return Assist(agent.id, state.label(waiting[number % len(waiting)]))
    if what in IN_A_ROOM and rooms:
        return in_a_room(what, number, rooms[number % len(rooms)])
    match what:
        case "create":
            return Create(eg.MIA.id, fresh, "Returns")
        case "direct":
            return Direct(agent.id, AGENTS[(number + 1 + number // 7) % 3].user, eg.HELLO, fresh)
        case "queue":
            return Queue(somebody, fresh)
        case "leave queue":
            return LeaveQueue(waiting[number % len(waiting)] if waiting else somebody)
        case "sign off":
            return eg.sign_off(agent)
        case "available":
            return eg.available(agent)
        case "limit":
            return SetLimit(agent.id, 1 + number % 3)
        case "lose":
            return LoseLine(somebody)
        case "restore":
            return RestoreLine(somebody)
        case "tick":
            return Tick()
        case _:
            return eg.assist(agent)


IN_A_ROOM = {"post", "end", "transfer", "join", "watch", "leave"}


def in_a_room(what: str, number: int, room: Room) -> Command:
    """Something that somebody may do there, or may not."""
    inside = [member.person for member in room.members] or [eg.MIA.id]
    somebody = inside[number % len(inside)]
    match what:
        case "post":
            return Post(somebody, room.id, eg.HELLO)
        case "end":
            return End(room.guest or eg.MIA.id, room.id)
        case "transfer":
            return Transfer(room.agent or eg.MIA.id, room.id, AGENTS[number // 2 % 3].user)
        case "leave":
            return Leave(somebody, room.id)
        case _:
            by = eg.MIA if room.kind is RoomKind.GUEST else AGENTS[number % 3]
            return Join(by.id, room.id, what == "watch")


def newcomer(number: int) -> Command:
    """A guest of a name that many have."""
    guest = eg.ANA._replace(id=PersonId(f"guest-{number}"), room=RoomId(f"room-{number}"))
    return eg.identify(guest)


WHAT = st.sampled_from(
    ["identify"] * 4
    + ["assist"] * 4
    + [
        "available",
        "choose",
        *("post", "end", "transfer", "transfer", "join", "watch", "leave"),
        *("create", "direct", "queue", "leave queue"),
        "sign off",
        "available",
        "limit",
        "lose",
        "restore",
        "tick",
    ]
)
# Which of the two, or both at once; what; a number to choose by; a key that may come twice.
TURN = st.tuples(
    st.sampled_from(["first", "second", "both", "both", "look", "later"]),
    WHAT,
    st.integers(0, 30),
    st.sampled_from(["", "", "key-1", "key-2"]),
)


@settings(max_examples=max(40, settings().max_examples // 10))
@over(st.lists(TURN, min_size=10, max_size=60))
def test_two_processes_agree_whatever_is_asked_of_each(turns: list[tuple[str, str, int, str]]):
    async def story() -> None:
        two = TwoProcesses()
        await two.start()
        for at, (who, what, number, key) in enumerate(turns):
            if who == "look":
                await two.look()
            elif who == "later":
                two.clock.advance(number * eg.MINUTE)
            else:
                which = {"first": [0], "second": [1]}.get(who, [0, 1])
                # Under one key the same is asked; without, each asks for itself. The ids of a new
                # guest are fresh each time, also when a browser asks again.
                asks = [
                    newcomer(at * 2 + one)
                    if what == "identify"
                    else command(
                        what,
                        number + (0 if key else one),
                        two.state(one),
                        RoomId(f"fresh-{at}-{one}"),
                    )
                    for one in which
                ]
                await asyncio.gather(
                    *(two.ask(one, ask, key) for one, ask in zip(which, asks, strict=True))
                )
        await two.check()
        await two.stop()

    asyncio.run(story())


async def test_of_two_agents_in_two_processes_one_gets_the_guest():
    two = TwoProcesses()
    await two.start()
    await two.ask(0, eg.identify(eg.ANA))
    await two.look()

    outcomes = await asyncio.gather(
        two.ask(0, eg.assist(eg.IDA, eg.ANA)), two.ask(1, eg.assist(eg.JON, eg.ANA))
    )
    assert [type(one) for one in outcomes].count(Done) == 1
    (refused,) = [one for one in outcomes if isinstance(one, Refused)]
    assert refused.reason is Reason.NOT_WAITING
    assert two.store.conflicts
    await two.check()
    await two.stop()


async def test_of_a_transfer_and_an_end_in_two_processes_one_comes_first():
    two = TwoProcesses()
    await two.start()
    await two.ask(0, eg.identify(eg.ANA))
    await two.ask(0, eg.assist(eg.IDA))
    await two.look()

    outcomes = await asyncio.gather(
        two.ask(0, eg.end(eg.ANA, eg.ANA)), two.ask(1, eg.transfer(eg.IDA, eg.ANA, eg.JON))
    )
    assert isinstance(outcomes[0], Done)
    assert isinstance(outcomes[1], Done) or outcomes[1].reason is Reason.NOT_FOUND
    await two.check()
    assert not two.state(0).agents[eg.JON.id].rooms
    await two.stop()


async def test_two_agents_who_write_to_each_other_in_two_processes_have_one_room():
    two = TwoProcesses()
    await two.start()

    await asyncio.gather(
        two.ask(0, Direct(eg.IDA.id, "Jon", eg.HELLO, RoomId("one"))),
        two.ask(1, Direct(eg.JON.id, "Ida", eg.HELLO, RoomId("other"))),
    )
    await two.check()
    assert len(two.state(0).rooms) == 1
    await two.stop()


async def test_two_agents_in_two_processes_get_one_guest_each():
    two = TwoProcesses()
    await two.start()
    for guest in (eg.ANA, eg.BEN):
        await two.ask(0, eg.identify(guest))
    await two.look()

    await asyncio.gather(two.ask(0, eg.assist(eg.IDA)), two.ask(1, eg.assist(eg.JON)))
    assert not two.state(1).waiting
    await two.check()
    await two.stop()


async def test_two_guests_who_identify_in_two_processes_have_two_names_and_two_tickets():
    two = TwoProcesses()
    await two.start()

    await asyncio.gather(two.ask(0, newcomer(1)), two.ask(1, newcomer(2)))
    await two.check()
    assert {guest.profile.user for guest in two.state(0).guests.values()} == {"Ana", "Ana 2"}
    await two.stop()


async def test_one_key_in_two_processes_is_one_command():
    two = TwoProcesses()
    await two.start()
    await two.ask(0, eg.identify(eg.ANA))

    done = await asyncio.gather(
        *(two.ask(which, eg.post(eg.ANA, eg.ANA), eg.KEY) for which in (0, 1, 0, 1))
    )
    assert [one.replayed for one in done if isinstance(one, Done)].count(False) == 1
    await two.check()
    await two.stop()
