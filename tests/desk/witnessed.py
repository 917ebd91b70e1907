"""What happens at the desk of the model, and what everybody sees of it, compared all the time."""

from collections.abc import Iterable

import hypothesis.strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)
from msgspec.structs import replace

from frontdesk.desk import events as ev
from frontdesk.desk.audience import AGENTS, HEARERS, kind_of
from frontdesk.desk.checkpoint import dump, load
from frontdesk.desk.commands import (
    Command,
    Transfer,
)
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
from frontdesk.desk.state import State
from frontdesk.desk.view import Tail, View, rooms_of, view
from frontdesk.feed.kept import Kept, Line
from frontdesk.feed.position import Place, Position, after_entry
from frontdesk.feed.ring import Gap, Ring
from tests import examples as eg
from tests.desk.drawn import (
    ELSEWHERE,
)
from tests.desk.invariants import AlwaysHolds, plainly
from tests.desk.story import keep, marks_of


class Witnessed(AlwaysHolds):
    """A desk, its log, the texts that the desk does not hold, and what everybody has seen."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = eg.NOW
        self.desk = State(MAIN)
        # Another desk of the same server: it shares the accounts, and nothing else.
        self.elsewhere = State(ELSEWHERE)
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
            assert agent.works_here
            assert agent.can_take or self.forced
            assert entry.guest.id in desk.waiting
            assert not any(entry.room in one.rooms for one in desk.agents.values())
        if isinstance(entry, GuestTransferred):
            after = desk.agents[entry.to_agent.id]
            assert after.works_here
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
        yield from (id for id, agent in self.desk.agents.items() if agent.works_here)

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
            case ev.Desk():
                pass
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
