"""What guests say, after the end, of how it was. A desk remembers no rating: it is for those who
read what was.
"""

from frontdesk.desk.commands import Rate
from frontdesk.desk.entries import Entry, RoomRated
from frontdesk.desk.limits import RATED_WITHIN_MS, RATING_BEST, RATINGS_MOST
from frontdesk.desk.personal import Text
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State


def rate(state: State, command: Rate, now_ms: int) -> list[Entry]:
    """Rate one's own room, which is over. Of several ratings the last one counts.

    Raises:
        Refused: MALFORMED beyond 1 to `RATING_BEST`; NOT_ALLOWED for somebody who is no guest, for
            a room that is not over, or too long ago, or rated too often, and where nobody is
            asked; NOT_FOUND for a room of others.
    """
    guest = state.guests.get(command.by)
    if guest is None:
        raise Refused(Reason.NOT_ALLOWED)
    if not 1 <= command.rating <= RATING_BEST:
        raise Refused(Reason.MALFORMED, "$.rating")
    room = command.ended
    if room is None or room.guest is None or room.guest.id != command.by:
        raise Refused(Reason.NOT_ALLOWED if guest.room == command.room else Reason.NOT_FOUND)
    late = now_ms - room.ended_ms > RATED_WITHIN_MS
    if late or room.ratings >= RATINGS_MOST or not state.settings.ratings:
        raise Refused(Reason.NOT_ALLOWED)
    agent = state.agents[room.agent].who if room.agent is not None else None
    who, comment = guest.profile.who, Text(command.comment)
    return [RoomRated(now_ms, room.id, who, command.rating, agent, comment)]
