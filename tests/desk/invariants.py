"""What holds at a desk after anything that can happen to it."""

from collections.abc import Iterable

from hypothesis.stateful import RuleBasedStateMachine, invariant

from frontdesk.desk import admission
from frontdesk.desk.checkpoint import dump
from frontdesk.desk.entries import EndReason
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.names import skeleton
from frontdesk.desk.state import Deadline, GuestState, RoomKind, State
from frontdesk.desk.view import View
from frontdesk.feed.position import Place

SILENCE = {Deadline.CLOSING, Deadline.SILENCE}


def plainly(desk: State) -> str:
    """All that the desk knows, in order, written out."""
    profiles = [guest.profile for guest in desk.guests.values()]
    infos = [(dict(one.info), one.vouched) for one in profiles]
    return repr((dump(desk), sorted(desk.names.items()), infos))


class AlwaysHolds(RuleBasedStateMachine):
    """The invariants of a desk, over what the model of it keeps."""

    desk: State
    views: dict[PersonId, tuple[View, Place]]
    # Guests who asked for help, with their rooms; rooms that ended, with what was told.
    asked: dict[PersonId, list[RoomId]]
    told_ends: dict[RoomId, str]
    labels: list[str]
    elsewhere: State

    def viewers(self) -> Iterable[PersonId]:
        raise NotImplementedError

    def watches_over(self, person: PersonId) -> bool:
        raise NotImplementedError

    @invariant()
    def the_queue_is_in_the_order_of_tickets(self) -> None:
        tickets = list(self.desk.waiting.values())
        assert tickets == sorted(set(tickets))
        for guest, ticket in self.desk.waiting.items():
            assert self.desk.guests[guest].ticket == ticket

    @invariant()
    def the_desk_is_what_its_settings_and_its_queue_make_it(self) -> None:
        desk = self.desk
        now = admission.admits(desk.settings, len(desk.waiting), before=desk.admits)
        assert desk.admits == now

    @invariant()
    def every_desk_knows_every_account(self) -> None:
        here, there = (
            {id: (one.who, one.role, one.disabled, one.desks) for id, one in desk.agents.items()}
            for desk in (self.desk, self.elsewhere)
        )
        assert here == there
        for desk in (self.desk, self.elsewhere):
            for agent in desk.agents.values():
                assert agent.here == (agent.desks == "all" or desk.id in agent.desks)
                assert agent.works_here or (agent.status, agent.rooms) == ("away", ())
                assert desk.names[skeleton(agent.who.user)] == agent.who.id

    @invariant()
    def nobody_vanishes(self) -> None:
        for guest, (*over, room) in self.asked.items():
            assert not self.desk.rooms.keys() & {*over}
            known = self.desk.guests.get(guest)
            helpers = [one for one in self.desk.agents.values() if room in one.rooms]
            match known.state if known is not None else GuestState.IDLE:
                case GuestState.WAITING:
                    assert guest in self.desk.waiting
                    assert not helpers
                    assert self.desk.rooms[room].agent is None
                case GuestState.HELPED:
                    assert guest not in self.desk.waiting
                    (helper,) = helpers
                    assert self.desk.rooms[room].agent == helper.who.id
                case GuestState.IDLE:
                    assert guest not in self.desk.waiting
                    assert not helpers
                    assert room not in self.desk.rooms
                    assert self.told_ends[room] in {*EndReason}

    @invariant()
    def names_are_one_persons(self) -> None:
        labels = [self.desk.label(id) for id in (*self.desk.guests, *self.desk.agents)]
        if labels == self.labels:
            return
        self.labels = labels
        assert len(labels) == len(set(labels))
        for label in labels:
            person = self.desk.find(label)
            assert person is not None
            assert self.desk.label(person) == label

    @invariant()
    def nothing_is_due_for_somebody_who_is_there(self) -> None:
        for kind, whose in self.desk.due:
            if kind in {Deadline.GUEST_ABSENCE, Deadline.AGENT_ABSENCE}:
                person = PersonId(whose)
                one = self.desk.guests.get(person) or self.desk.agents[person]
                assert one.absent_since_ms is not None
        for agent in self.desk.agents.values():
            waited_for = agent.status == "available" or bool(agent.rooms)
            due = (Deadline.AGENT_ABSENCE, agent.who.id) in self.desk.due
            assert due == (waited_for and agent.absent_since_ms is not None)

    @invariant()
    def a_room_is_silent_only_while_an_agent_has_the_guest(self) -> None:
        silent = [whose for kind, whose in self.desk.due if kind in SILENCE]
        helped = [room.id for room in self.desk.rooms.values() if room.agent is not None]
        assert sorted(silent) == sorted(helped)

    @invariant()
    def everybody_is_in_a_room_once_and_knows_it(self) -> None:
        for room in self.desk.rooms.values():
            people = [member.person for member in room.members]
            assert len(people) == len(set(people))
            guests = [person for person in people if person in self.desk.guests]
            assert guests == ([room.guest] if room.guest is not None else [])
            assert room.agent is None or room.agent in room.speakers
        for person, agent in self.desk.agents.items():
            rooms = {room.id for room in self.desk.rooms.values() if room.has(person)}
            assert len(agent.inside) == len(rooms)
            assert {*agent.inside} == rooms
            assert {*agent.rooms} <= rooms
            monitor = self.watches_over(person)
            for id in rooms - {*agent.rooms}:
                assert self.desk.rooms[id].kind is not RoomKind.GUEST or monitor

    @invariant()
    def who_watches_is_seen_by_nobody(self) -> None:
        for person in self.viewers():
            for room in self.views[person][0].rooms:
                known = self.desk.rooms[RoomId(room.room)]
                assert room.users == tuple(sorted(self.desk.label(one) for one in known.speakers))
                watching = [one.person for one in known.members if one.watches]
                assert not {*room.users} & {self.desk.label(one) for one in watching}
