"""Who may read what was said in a room, open or over."""

import pytest
from msgspec.structs import replace

from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.personal import Profile, Vouched
from frontdesk.desk.reading import may_read, may_read_ended
from frontdesk.desk.state import State
from tests import examples as eg
from tests.desk.story import given

STAFF = eg.at_work(eg.IDA, eg.JON, eg.MIA, eg.ADA)
# Ana was helped by Ida, has asked again, and waits; Ben waits too.
OVER = (
    *STAFF,
    *eg.waiting(eg.ANA, eg.BEN),
    eg.assist(eg.IDA, eg.ANA),
    eg.end(eg.ANA, eg.ANA),
    eg.queue_again(eg.ANA),
)
EVERYBODY = (eg.ANA, eg.BEN, eg.IDA, eg.JON, eg.MIA, eg.ADA)


def over(guest: eg.Guest | None = eg.ANA, agent: eg.Agent | None = eg.IDA) -> EndedRoom:
    profile = Profile(guest.id, guest.user, guest.question, guest.info) if guest else None
    return EndedRoom(eg.ANA.room, eg.NOW, profile, agent.id if agent is not None else None)


def readers(desk: State, room: EndedRoom) -> list[str]:
    return [one.user for one in EVERYBODY if may_read_ended(desk, room, one.id)]


def test_a_room_that_is_over_is_read_by_its_guest_its_last_agent_and_monitors():
    assert readers(given(*OVER), over()) == ["Ana", "Ida", "Mia", "Ada"]
    assert readers(given(*OVER), over(agent=None)) == ["Ana", "Mia", "Ada"]


def test_who_is_in_a_room_with_the_same_guest_reads_what_was_before():
    desk = given(*OVER, eg.assist(eg.JON, eg.ANA))

    assert "Jon" in readers(desk, over())


def vouched(guest: eg.Guest, sub: str) -> Profile:
    return Profile(guest.id, guest.user, guest.question, guest.info, Vouched(sub))


def test_a_guest_is_the_same_whom_the_site_says_to_be():
    shop = (eg.account(eg.ADA), eg.make_key(), eg.identify_vouched(eg.CEM))
    desk = given(*eg.at_work(eg.IDA, eg.JON), *shop, eg.assist(eg.JON, eg.CEM))
    before = replace(over(), guest=vouched(eg.ANA, eg.VOUCH.sub))

    assert may_read_ended(desk, before, eg.JON.id)
    assert not may_read_ended(desk, replace(before, guest=vouched(eg.ANA, "other")), eg.JON.id)
    assert not may_read_ended(desk, over(), eg.JON.id)


def test_who_is_in_a_room_with_another_guest_does_not():
    desk = given(*OVER, eg.assist(eg.JON, eg.BEN))

    assert "Jon" not in readers(desk, over())


def test_who_is_no_longer_in_a_room_with_the_guest_reads_no_more():
    desk = given(*OVER, eg.assist(eg.JON, eg.ANA), eg.leave(eg.JON, eg.AGAIN))

    assert "Jon" not in readers(desk, over())


@pytest.mark.parametrize("agent", [eg.IDA, eg.MIA])
def test_a_disabled_account_reads_nothing(agent: eg.Agent):
    desk = given(*OVER, eg.disable(agent))

    assert agent.user not in readers(desk, over())


def test_a_group_room_that_is_over_is_for_monitors():
    desk = given(*OVER, eg.create(eg.MIA), eg.join(eg.JON))

    assert readers(desk, over(None, None)) == ["Mia", "Ada"]


def test_of_an_open_room_nothing_is_read_but_by_members_and_monitors():
    desk = given(*OVER, eg.assist(eg.JON, eg.ANA))

    read = [one.user for one in EVERYBODY if may_read(desk, eg.AGAIN, one.id)]

    assert read == ["Ana", "Jon", "Mia", "Ada"]
    assert not any(may_read(desk, eg.ANA.room, one.id) for one in EVERYBODY)
