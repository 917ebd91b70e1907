"""Any mix of commands, absences, time and restarts, and what holds after each of them."""

from collections.abc import Iterable
from random import Random
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
)
from msgspec.structs import replace

from frontdesk.desk import events as ev
from frontdesk.desk.audience import AGENTS, HEARERS, kind_of
from frontdesk.desk.checkpoint import dump, load
from frontdesk.desk.commands import (
    AddPerson,
    Assist,
    ChangePerson,
    Command,
    Create,
    Direct,
    End,
    Identify,
    Join,
    Leave,
    LeaveQueue,
    LoseLine,
    Post,
    Queue,
    RestoreLine,
    Resume,
    Role,
    SetLimit,
    SetStatus,
    SignOff,
    Tick,
    Transfer,
)
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.desk import apply, decide
from frontdesk.desk.entries import (
    AgentGone,
    Entry,
    GuestReleased,
    GuestTaken,
    GuestTransferred,
    MessagePosted,
)
from frontdesk.desk.fold import fold
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.limits import BACKLOG
from frontdesk.desk.refusals import Refused
from frontdesk.desk.state import RoomKind, State
from frontdesk.desk.view import Tail, View, rooms_of, view
from frontdesk.feed.kept import Kept, Line
from frontdesk.feed.position import Place, Position, after_entry
from frontdesk.feed.ring import Gap, Ring
from tests import examples as eg
from tests.desk.drawn import (
    A_ROOM,
    AGENT,
    AGENT_NAMES,
    ANY_NAME,
    ANYBODY,
    CAN_TAKE,
    FRESH,
    GUEST_NAMES,
    NOBODY,
    ROLES,
    SPANS,
    WAITING,
)
from tests.desk.invariants import AlwaysHolds, plainly
from tests.desk.story import keep, marks_of


class DeskModel(AlwaysHolds):
    """A desk, its log, the texts that the desk does not hold, and what everybody has seen."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = eg.NOW
        self.desk = State(MAIN)
        self.plain = plainly(self.desk)
        self.log: list[Kept] = []
        self.ring = Ring(self.desk, 100_000)
        self.texts: dict[RoomId, list[tuple[Place, ev.PastMessage]]] = {}
        # What each person saw last, and the place of it; and all of that at earlier moments.
        self.views: dict[PersonId, tuple[View, Place]] = {}
        self.earlier: list[dict[PersonId, tuple[View, Place]]] = []
        # Guests who asked for help, with their rooms; rooms that ended, with what was told.
        self.asked: dict[PersonId, list[RoomId]] = {}
        self.told_ends: dict[RoomId, str] = {}
        self.count = 0
        self.forced = False
        self.labels: list[str] = []

    # --- commands -----------------------------------------------------------------------------

    @initialize(seed=st.integers(0, 2**32 - 1))
    def open_the_desk(self, seed: int) -> None:
        for agent in eg.AGENTS[:3]:
            for command in eg.at_work(agent):
                self.carry_out(command)
        self.busy_while(seed)

    @rule(user=GUEST_NAMES)
    def identify(self, user: str) -> None:
        self.count += 1
        person, room = PersonId(f"guest-{self.count}"), RoomId(f"room-{self.count}")
        made = self.carry_out(Identify(person, room, user, f"{user}?", {"n": str(self.count)}))
        if made:
            self.asked[person] = [room]

    @rule(by=st.one_of(CAN_TAKE, CAN_TAKE, AGENT))
    def assist(self, by: PersonId) -> None:
        there = [id for id in self.desk.waiting if self.desk.guests[id].absent_since_ms is None]
        made = self.carry_out(Assist(by))
        assert [one.guest.id for one in made if isinstance(one, GuestTaken)] == there[: bool(made)]

    @rule(by=st.one_of(CAN_TAKE, ANYBODY), guest=WAITING)
    def assist_that_one(self, by: PersonId, guest: PersonId) -> None:
        user = self.desk.label(guest) if guest is not NOBODY else "Nobody"
        # Who was in the room already has left it first.
        for taken in self.carry_out(Assist(by, user))[-1:]:
            assert isinstance(taken, GuestTaken)
            assert (taken.guest.id, taken.agent.id) == (guest, by)

    @rule(by=ANYBODY, room=A_ROOM, body=st.sampled_from([eg.HELLO, eg.THANKS]))
    def post(self, by: PersonId, room: RoomId, body: str) -> None:
        found = self.desk.rooms.get(room)
        speakers = {*found.speakers} if found is not None else set()
        made = self.carry_out(Post(by, room, body))
        assert bool(made) == (by in speakers)
        if found is not None and made:
            heard = {one for one in self.viewers() if self.heard(one, Place(self.desk.offset, 0))}
            inside = {member.person for member in found.members}
            assert heard == inside & {*self.viewers()}

    @precondition(lambda self: self.desk.rooms)
    @rule(data=st.data(), many=st.sampled_from([1, 1, 1, BACKLOG + 1]))
    def chat(self, data: st.DataObject, many: int) -> None:
        room = self.desk.rooms[data.draw(st.sampled_from(sorted(self.desk.rooms)))]
        by = data.draw(st.sampled_from([*room.speakers, NOBODY]))
        for number in range(many):
            self.carry_out(Post(by, room.id, eg.HELLO), look=number + 1 == many)

    @rule(by=ANYBODY, room=A_ROOM)
    def end(self, by: PersonId, room: RoomId) -> None:
        self.carry_out(End(by, room))

    @rule(by=AGENT, room=A_ROOM, agent=ANY_NAME, force=st.booleans())
    def transfer(self, by: PersonId, room: RoomId, agent: str, force: bool) -> None:
        made = self.carry_out(Transfer(by, room, agent, force))
        for one in made:
            match one:
                case GuestTaken(agent=after) | GuestTransferred(to_agent=after):
                    assert after.user == agent
                    assert room in self.desk.agents[after.id].rooms

    @rule(by=AGENT, name=st.sampled_from(["Returns", "Night"]))
    def create(self, by: PersonId, name: str) -> None:
        self.count += 1
        made = self.carry_out(Create(by, RoomId(f"group-{self.count}"), name, f"{name}?"))
        assert bool(made) == self.watches_over(by)

    @rule(by=AGENT, room=A_ROOM, watch=st.booleans())
    def join(self, by: PersonId, room: RoomId, watch: bool) -> None:
        made = self.carry_out(Join(by, room, watch))
        if made:
            found = self.desk.rooms[room]
            assert found.kind is not RoomKind.DIRECT
            assert found.kind is RoomKind.GROUP or self.watches_over(by)
            assert (by in found.speakers) != watch

    @rule(by=ANYBODY, room=A_ROOM)
    def leave(self, by: PersonId, room: RoomId) -> None:
        if self.carry_out(Leave(by, room)):
            assert not self.desk.rooms[room].has(by)

    @rule(by=AGENT, agent=ANY_NAME)
    def direct(self, by: PersonId, agent: str) -> None:
        self.count += 1
        made = self.carry_out(Direct(by, agent, eg.HELLO, RoomId(f"direct-{self.count}")))
        if made:
            posted = made[-1]
            assert isinstance(posted, MessagePosted)
            pair = {by, self.desk.find(agent)}
            assert {*self.desk.rooms[posted.room].speakers} == pair
            assert self.desk.directs[frozenset(pair)] == posted.room  # type: ignore[arg-type]

    @rule(by=ANYBODY)
    def queue_again(self, by: PersonId) -> None:
        self.count += 1
        room = RoomId(f"room-{self.count}")
        if self.carry_out(Queue(by, room)):
            self.asked[by].append(room)
            assert [*self.desk.waiting][-1] == by

    @rule(by=st.one_of(WAITING, ANYBODY))
    def leave_queue(self, by: PersonId) -> None:
        waited = by in self.desk.waiting
        assert bool(self.carry_out(LeaveQueue(by))) == waited
        assert by not in self.desk.waiting

    def watches_over(self, person: PersonId) -> bool:
        agent = self.desk.agents[person]
        return agent.role != "agent" and not agent.disabled

    @rule(by=ANYBODY, status=st.sampled_from(["available", "available", "away"]))
    def set_status(self, by: PersonId, status: Any) -> None:
        self.carry_out(SetStatus(by, status))

    @rule(by=ANYBODY, back=st.booleans())
    def sign_off(self, by: PersonId, back: bool) -> None:
        self.carry_out(SignOff(by))
        if back and by in self.desk.agents:
            self.carry_out(SetStatus(by, "available"))

    @rule()
    def all_agents_come_to_work(self) -> None:
        for agent in list(self.desk.agents):
            self.carry_out(RestoreLine(agent))
            self.carry_out(SetStatus(agent, "available"))

    @rule(person=ANYBODY)
    def lose_line(self, person: PersonId) -> None:
        self.carry_out(LoseLine(person))

    @rule(person=ANYBODY)
    def restore_line(self, person: PersonId) -> None:
        self.carry_out(RestoreLine(person))

    @rule(
        command=st.one_of(
            st.builds(SetLimit, AGENT, st.sampled_from([3, 1, 2, 5, 0]), st.none() | ANY_NAME),
            st.builds(
                ChangePerson, ANY_NAME, st.none() | ROLES, st.sampled_from([None, False, True])
            ),
            st.builds(AddPerson, FRESH, AGENT_NAMES, ROLES),
        )
    )
    def administer(self, command: Command) -> None:
        self.carry_out(command)

    @rule(seed=st.integers(0, 2**32 - 1))
    def busy_while(self, seed: int) -> None:
        """What desks are mostly about, by weight; single rules alone seldom get that far."""
        chance = Random(seed)
        for _ in range(50):
            desk = self.desk
            agents, guests = [*desk.agents], [*desk.guests, NOBODY]
            able = [id for id in agents if desk.agents[id].can_take] or agents
            rooms = [room for room in desk.rooms.values() if room.members]
            weights = [6, 6, 2, 3, 3, 3, 3, 2, 2, 3, 3, 2, 1, 1, 1, 1, 1, 1]
            match chance.choices(range(len(weights)), weights)[0]:
                case 0:
                    self.identify(chance.choice(["Ana", "Ana", "Ben", "Cem"]))
                case 1:
                    self.assist(chance.choice(able))
                case 2:
                    self.assist_that_one(
                        chance.choice(able), chance.choice([*desk.waiting, NOBODY])
                    )
                case 3 if rooms:
                    room = chance.choice(rooms)
                    self.post(chance.choice([*room.speakers, *agents]), room.id, eg.HELLO)
                case 4:
                    self.lose_line(chance.choice(agents + guests))
                case 5:
                    self.restore_line(chance.choice(agents + guests))
                case 6 if rooms:
                    room = chance.choice(rooms)
                    self.sign_off(room.agent or chance.choice(agents), chance.random() < 0.7)
                case 7 if rooms:
                    room = chance.choice(rooms)
                    self.end(chance.choice([room.guest or NOBODY, *agents]), room.id)
                case 8:
                    spans = [eg.SECOND, eg.MINUTE, 2 * eg.MINUTE, 13 * eg.MINUTE]
                    self.time_passes(chance.choice(spans))
                case 9 if rooms:
                    to = desk.label(chance.choice(able))
                    room = chance.choice(rooms)
                    by = chance.choice([room.agent or eg.MIA.id, eg.MIA.id])
                    self.transfer(by, room.id, to, chance.random() < 0.2)
                case 10 if rooms:
                    by = chance.choice([eg.MIA.id, *agents])
                    self.join(by, chance.choice(rooms).id, chance.random() < 0.5)
                case 11 if rooms:
                    room = chance.choice(rooms)
                    self.leave(chance.choice(room.members).person, room.id)
                case 12:
                    self.queue_again(chance.choice(guests))
                case 13:
                    self.leave_queue(chance.choice(guests))
                case 14:
                    self.create(chance.choice([eg.MIA.id, *agents]), "Returns")
                case 15:
                    self.direct(chance.choice(agents), desk.label(chance.choice(agents)))
                case 16:
                    role: Role = "agent" if chance.random() < 0.5 else "monitor"
                    self.administer(ChangePerson(eg.MIA.user, role, disabled=False))
                case _:
                    self.carry_out(SetLimit(chance.choice(agents), chance.choice([1, 2, 3])))

    # --- time and restarts --------------------------------------------------------------------

    @rule(span_ms=SPANS)
    def time_passes(self, span_ms: int) -> None:
        until_ms = self.now_ms + span_ms
        for _ in range(1_000):
            due = next_deadline(self.desk)
            if due is None or due > until_ms:
                break
            self.now_ms = max(self.now_ms, due)
            self.carry_out(Tick())
        else:
            raise AssertionError("what is due stays due")
        self.now_ms = until_ms

    @rule(down_ms=SPANS)
    def restart(self, down_ms: int) -> None:
        """From a checkpoint, as a start does; what was due is due as much later."""
        again = load(dump(self.desk))
        assert plainly(again) == plainly(self.desk)
        assert again == self.desk
        self.desk = again
        hearings = Ring(again, 1).hearings
        for person in self.viewers():
            known = [one for one in self.ring.hearings.of(person) if one.end is None]
            assert {*hearings.of(person)} == {*known}
        before = next_deadline(self.desk)
        self.now_ms += down_ms
        self.carry_out(Resume(down_ms))
        assert next_deadline(self.desk) == (before + down_ms if before is not None else None)

    # --- carrying out -------------------------------------------------------------------------

    def carry_out(self, command: Command, *, look: bool = True) -> list[Entry]:
        """Let it be decided and applied; nothing if it is refused. Then everybody looks."""
        try:
            made = decide(self.desk, command, self.now_ms)
            self.forced = isinstance(command, Transfer) and command.force
        except Refused:
            made = []
        after = self.desk.fork()
        for entry in made:
            self.check_before(after, entry)
            places = {guest: at for at, guest in enumerate(after.waiting)}
            apply(after, entry)
            self.check_places(places, after, entry)
            kept = keep(entry, after.offset)
            self.log.append(kept)
            self.ring.append(kept)
            self.note_text(kept)
        assert plainly(self.desk) == self.plain, "deciding, or a fork, wrote to the desk itself"
        if made:
            self.desk = after
            self.plain = plainly(after)
            if look:
                self.everybody_folds()
        return made

    def check_before(self, desk: State, entry: Entry) -> None:
        """What has to be so at the moment in which a guest is taken."""
        if isinstance(entry, GuestTaken):
            agent = desk.agents[entry.agent.id]
            assert not agent.disabled
            assert agent.can_take or self.forced
            assert entry.guest.id in desk.waiting
            assert not any(entry.room in one.rooms for one in desk.agents.values())
        if isinstance(entry, GuestTransferred):
            after = desk.agents[entry.to_agent.id]
            assert not after.disabled
            assert (after.can_take and after.absent_since_ms is None) or self.forced
            assert desk.rooms[entry.room].agent == entry.from_agent.id

    def check_places(self, before: dict[PersonId, int], desk: State, entry: Entry) -> None:
        """Places rise only because somebody is back with an old ticket."""
        match entry:
            case AgentGone(returned=back):
                pass
            case GuestReleased(returned=one):
                back = (one,)
            case _:
                back = ()
        for at, guest in enumerate(desk.waiting):
            ahead = [one for one in back if one.ticket < desk.waiting[guest]]
            assert guest not in before or at <= before[guest] + len(ahead)

    def note_text(self, kept: Kept) -> None:
        if isinstance(kept.entry, MessagePosted):
            entry, place = kept.entry, Place(kept.offset, 1)
            message = ev.PastMessage(
                id=self.id_of(place),
                room=entry.room,
                user=entry.author.user,
                body=entry.text.body,
                sent=entry.at_ms // 1000,
            )
            self.texts.setdefault(entry.room, []).append((place, message))

    @staticmethod
    def id_of(place: Place) -> str:
        return str(Position(eg.EPOCH, place))

    def tail(self, room: RoomId, before: Place) -> Tail:
        told = tuple(message for place, message in self.texts.get(room, []) if place < before)
        return told[-BACKLOG:], len(told) > BACKLOG

    # --- what everybody sees ------------------------------------------------------------------

    def viewers(self) -> Iterable[PersonId]:
        """Everybody who can have a session now."""
        yield from self.desk.guests
        yield from (id for id, agent in self.desk.agents.items() if not agent.disabled)

    def seen(self, person: PersonId) -> View:
        place = after_entry(self.desk.offset)
        rooms = rooms_of(self.desk, person)
        return view(self.desk, person, {room: self.tail(room, place) for room in rooms})

    def heard(self, person: PersonId, place: Place) -> list[Line]:
        found = self.ring.since(
            place, person, marks_of(person, person in self.desk.agents), limit=100_000
        )
        assert not isinstance(found, Gap)
        return found

    def folded(self, person: PersonId, seen: View, place: Place) -> View:
        """What was seen at a place, and all that was heard since."""
        for line in self.heard(person, place):
            self.check_line(person, line)
            event = line.event
            if isinstance(event, ev.Joined | ev.Transferred) and event.more is not None:
                messages, more = self.tail(RoomId(event.room), line.place)
                event = replace(event, backlog=messages, more=more)
            seen = fold(seen, event, self.id_of(line.place))
        return seen

    def check_line(self, person: PersonId, line: Line) -> None:
        assert kind_of(line.mark) in HEARERS[type(line.event)]
        if person not in self.desk.guests:
            return
        assert line.mark != AGENTS
        match line.event:
            case ev.Availability():
                assert any(line.event.user == one.who.user for one in self.desk.agents.values())
            case ev.Ended():
                self.told_ends[RoomId(line.event.room)] = line.event.reason
                assert line.event.room in self.asked[person]
            case ev.Notification() | ev.Message() | ev.Joined() | ev.Closing():
                # In `queue_again` the new room is not written down yet.
                assert line.event.room in (*self.asked[person], f"room-{self.count}")
            case _:
                raise AssertionError(f"a guest hears {line.event}")

    def everybody_folds(self) -> None:
        here = after_entry(self.desk.offset)
        for person in self.viewers():
            now = self.seen(person)
            if person in self.views:
                assert self.folded(person, *self.views[person]) == now, person
            self.views[person] = (now, here)
        for person in [id for id in self.views if not self.desk.knows(id)]:
            del self.views[person]

    @rule()
    def remember(self) -> None:
        self.earlier.append(dict(self.views))

    @precondition(lambda self: self.earlier)
    @rule(data=st.data())
    def come_back_to_an_earlier_view(self, data: st.DataObject) -> None:
        views = self.earlier[data.draw(st.integers(0, len(self.earlier) - 1))]
        for person in self.viewers():
            if person in views:
                assert self.folded(person, *views[person]) == self.seen(person), person

    def teardown(self) -> None:
        """The log alone rebuilds the desk, also by way of a checkpoint in its middle."""
        for middle in {0, len(self.log) // 2}:
            again = State(MAIN)
            for kept in self.log:
                apply(again, kept.entry)
                if kept.offset == middle:
                    again = load(dump(again))
            assert plainly(again) == plainly(self.desk)
            assert again == self.desk


TestDeskModel = DeskModel.TestCase
if settings().max_examples < 1_000:
    # The fewest with which every fault that was planted on trial was found: a place in the queue
    # that does not come back, a mark too wide, a limit overstepped, a deadline left behind.
    TestDeskModel.settings = settings(max_examples=60, stateful_step_count=30)
