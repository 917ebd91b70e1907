"""Sites that vouch for guests, at the model of a desk: keys are made, used and ended."""

import hypothesis.strategies as st
from hypothesis.stateful import rule

from frontdesk.desk.commands import ChangePerson, Command, EndKey, Identify, MakeKey, Vouch
from frontdesk.desk.entries import GuestQueued, VouchKeyEnded, VouchKeyMade
from frontdesk.desk.ids import KeyId, PersonId, RoomId
from frontdesk.desk.limits import VOUCH_KEYS_MOST
from frontdesk.desk.personal import Vouched
from tests.desk.after_the_end import AfterTheEnd
from tests.desk.drawn import AGENT, GUEST_NAMES

# More than a desk may have at once.
KEYS = st.sampled_from([KeyId(f"key-{number}") for number in range(VOUCH_KEYS_MOST + 2)])
SUBS = st.sampled_from(["customer-1", "customer-2"])


class Vouches(AfterTheEnd):
    """The rules about keys of sites, and guests who come by them."""

    count: int

    def administer(self, command: Command) -> None:
        raise NotImplementedError

    @rule(by=AGENT, key=KEYS, first=st.booleans())
    def make_key(self, by: PersonId, key: KeyId, first: bool) -> None:
        if first:
            self.administer(ChangePerson(self.desk.label(by), "admin", False, "all"))
        before = {*self.desk.vouch_keys}
        made = self.carry_out(MakeKey(by, key, "Web shop"))
        may = self.is_admin(by) and key not in before and len(before) < VOUCH_KEYS_MOST
        assert bool(made) == may
        assert all(isinstance(one, VouchKeyMade) for one in made)
        assert {*self.desk.vouch_keys} == (before | {key} if made else before)

    @rule(by=AGENT, key=KEYS)
    def end_key(self, by: PersonId, key: KeyId) -> None:
        before = {*self.desk.vouch_keys}
        made = self.carry_out(EndKey(by, key))
        assert bool(made) == (self.is_admin(by) and key in before)
        assert all(isinstance(one, VouchKeyEnded) for one in made)
        assert {*self.desk.vouch_keys} == (before - {key} if made else before)

    @rule(user=GUEST_NAMES, named=st.none() | GUEST_NAMES, key=KEYS, sub=SUBS)
    def identify_vouched(self, user: str, named: str | None, key: KeyId, sub: str) -> None:
        self.count += 1
        person, room = PersonId(f"guest-{self.count}"), RoomId(f"room-{self.count}")
        counts = key in self.desk.vouch_keys
        made = self.carry_out(Identify(person, room, user, "?", {}, Vouch(key, sub, named)))
        assert counts or not made
        if made:
            self.asked[person] = [room]
            assert isinstance(made[0], GuestQueued)
            assert self.desk.guests[person].profile.vouched == Vouched(sub)
            assert self.desk.vouch_keys[key].used_ms is not None

    def is_admin(self, person: PersonId) -> bool:
        """Whether this account may make keys here."""
        agent = self.desk.agents.get(person)
        return agent is not None and agent.works_here and agent.role == "admin"
