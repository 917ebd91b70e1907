"""Erasing guests at the model of a desk, and what the log reads like from then on."""

import hypothesis.strategies as st
from hypothesis.stateful import rule
from msgspec.structs import replace

from frontdesk.desk.commands import Erase
from frontdesk.desk.entries import EndReason
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.desk.personal import Profile, Who
from frontdesk.desk.state import State
from frontdesk.feed.ring import Ring
from frontdesk.store import codec
from tests.desk.drawn import AGENT, ANYBODY
from tests.desk.witnessed import Witnessed


class Erases(Witnessed):
    """The rule by which the model erases."""

    def __init__(self) -> None:
        super().__init__()
        self.erased: set[PersonId] = set()

    @rule(by=st.one_of(st.none(), AGENT), person=ANYBODY)
    def erase(self, by: PersonId | None, person: PersonId) -> None:
        rooms = tuple(self.asked.get(person, ()))
        known = self.desk.guests.get(person)
        if not self.carry_out(Erase(by, person, rooms), look=False):
            return
        assert by is None or self.desk.agents[by].role == "admin"
        assert rooms
        if known is not None and known.room is not None:
            self.told_ends[known.room] = EndReason.ERASED.value
        assert not self.desk.knows(person)
        self.erased.add(person)
        self.forget_the_values()
        self.everybody_folds()

    def forget_the_values(self) -> None:
        """From here on the log reads as a store gives it: without what was erased."""
        people: dict[PersonId, Profile] = {}
        self.ring = Ring(State(MAIN), 100_000)
        for at, kept in enumerate(self.log):
            match codec.introduced(kept.entry):
                case Profile() as guest:
                    people[guest.id] = guest
                case Who() as agent:
                    people[agent.id] = Profile(agent.id, agent.user, "", {})
            people |= {one: codec.erased(one) for one in self.erased}
            written = codec.encode(kept.entry)
            entry = codec.decode(
                written.kind, written.v, written.data, people.__getitem__, written.text
            )
            self.log[at] = replace(kept, entry=entry)
            self.ring.append(self.log[at])
