"""What is said at the model of a desk after the end."""

import hypothesis.strategies as st
from hypothesis.stateful import invariant, rule

from frontdesk.desk.commands import ChangeSettings, CloseNote, LeaveNote, Rate
from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.entries import (
    EndReason,
    GuestTaken,
    GuestTransferred,
    NoteLeft,
    RoomEnded,
    RoomRated,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import RATED_WITHIN_MS, RATING_BEST, RATINGS_MOST
from frontdesk.desk.personal import Profile
from frontdesk.store import codec
from tests.desk.drawn import ANYBODY, GUEST_NAMES
from tests.desk.erasures import Erases


class AfterTheEnd(Erases):
    """The rules by which guests rate, and leave messages where nobody is there."""

    @rule(user=GUEST_NAMES)
    def leave_note(self, user: str) -> None:
        self.count += 1
        person, room = PersonId(f"guest-{self.count}"), RoomId(f"room-{self.count}")
        told = self.desk.settings.availability_to == "all"
        is_nobody = told and not {"available"} & {one.status for one in self.desk.agents.values()}
        was_open, before = self.desk.admits == "open" and not is_nobody, len(self.desk.notes)
        made = self.carry_out(LeaveNote(person, room, user, f"{user}!", f"{user}@mail.example"))
        if made:
            assert not was_open
            assert [*self.desk.notes][-1] == room
            self.asked[person] = [room]
            self.told_ends[room] = EndReason.MESSAGE.value
        assert len(self.desk.notes) == before + bool(made)

    @rule(user=GUEST_NAMES)
    def leave_note_in_the_night(self, user: str) -> None:
        self.carry_out(ChangeSettings(None, {"open": False, "leave_messages": True}))
        self.leave_note(user)
        self.carry_out(ChangeSettings(None, {"open": True}))

    @rule(by=ANYBODY, data=st.data())
    def close_note(self, by: PersonId, data: st.DataObject) -> None:
        rooms = [*self.desk.notes, RoomId("none")]
        self.close_that_one(by, data.draw(st.sampled_from(rooms)))

    def close_that_one(self, by: PersonId, room: RoomId) -> None:
        agent = self.desk.agents.get(by)
        may = agent is not None and agent.works_here and room in self.desk.notes
        assert bool(self.carry_out(CloseNote(by, room))) == may
        assert not may or room not in self.desk.notes

    @invariant()
    def who_was_erased_has_left_no_message(self) -> None:
        assert not {note.guest.id for note in self.desk.notes.values()} & self.erased

    @rule(
        by=ANYBODY,
        data=st.data(),
        rating=st.sampled_from([1, 5, 5, 0, 6]),
    )
    def rate(self, by: PersonId, data: st.DataObject, rating: int) -> None:
        rooms = [room for theirs in self.asked.values() for room in theirs]
        self.rate_that_one(by, data.draw(st.sampled_from([*rooms, RoomId("none")])), rating)

    def rate_that_one(self, by: PersonId, room: RoomId, rating: int) -> None:
        ended = self.ended_room(room)
        made = self.carry_out(Rate(by, room, rating, f"{room}: {rating}", ended))
        mine = room in self.asked.get(by, ()) and by in self.desk.guests
        may = (
            *(mine, ended is not None and self.now_ms - ended.ended_ms <= RATED_WITHIN_MS),
            *(1 <= rating <= RATING_BEST, self.desk.settings.ratings),
            ended is not None and ended.ratings < RATINGS_MOST,
        )
        assert bool(made) == all(may)
        for one in made:
            assert isinstance(one, RoomRated)
            assert one.guest.id == by

    def ended_room(self, room: RoomId) -> EndedRoom | None:
        """What a store knows of this room, if it is over."""
        agent: PersonId | None = None
        ended: RoomEnded | None = None
        ratings = 0
        for kept in self.log:
            match kept.entry:
                case GuestTaken(room=at, agent=helps) | GuestTransferred(room=at, to_agent=helps):
                    agent = helps.id if at == room else agent
                case RoomEnded(room=at) as entry if at == room:
                    ended = entry
                case NoteLeft(room=at) as note if at == room:
                    reason, who = EndReason.MESSAGE, note.guest.who
                    ended = RoomEnded(note.at_ms, at, reason, who, (), None, None)
                case RoomRated(room=at):
                    ratings += at == room
                case _:
                    pass
        if ended is None:
            return None
        known = self.desk.guests.get(ended.guest.id)
        guest: Profile = known.profile if known is not None else codec.erased(ended.guest.id)
        return EndedRoom(room, ended.at_ms, guest, agent, ratings)
