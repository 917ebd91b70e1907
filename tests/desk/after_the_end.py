"""What is said at the model of a desk after the end."""

import hypothesis.strategies as st
from hypothesis.stateful import rule

from frontdesk.desk.commands import Rate
from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.entries import GuestTaken, GuestTransferred, RoomEnded, RoomRated
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import RATED_WITHIN_MS, RATING_BEST, RATINGS_MOST
from frontdesk.desk.personal import Profile
from frontdesk.store import codec
from tests.desk.drawn import ANYBODY
from tests.desk.erasures import Erases


class AfterTheEnd(Erases):
    """The rules by which guests rate."""

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
                case RoomRated(room=at):
                    ratings += at == room
                case _:
                    pass
        if ended is None:
            return None
        known = self.desk.guests.get(ended.guest.id)
        guest: Profile = known.profile if known is not None else codec.erased(ended.guest.id)
        return EndedRoom(room, ended.at_ms, guest, agent, ratings)
