"""A room that is over, as the store knows it: a desk holds open rooms alone."""

from msgspec import Struct

from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.personal import Profile


class EndedRoom(Struct, frozen=True):
    """A room that is over.

    `guest` is whose room it was; None for a group room. `agent` is who had the guest last; None if
    nobody did. `ratings` is how often the guest has rated it. A direct room is never over.
    """

    id: RoomId
    ended_ms: int
    guest: Profile | None
    agent: PersonId | None
    ratings: int = 0
