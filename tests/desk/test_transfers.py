import pytest

from frontdesk.desk.commands import ChangePerson, Command, Transfer
from frontdesk.desk.entries import AgentGone, GuestTaken, GuestTransferred, MemberLeft
from frontdesk.desk.ids import RoomId
from frontdesk.desk.personal import Who
from frontdesk.desk.refusals import Reason
from frontdesk.desk.state import GuestState
from tests import examples as eg
from tests.desk.story import After, entries, given, log, only, refusal, then

FLOOR = (*eg.at_work(eg.IDA, eg.JON, eg.MIA), *eg.waiting(eg.ANA, eg.BEN))
CHAT = (*FLOOR, eg.assist(eg.IDA, eg.ANA))


def test_a_guest_goes_from_one_agent_to_the_other_in_one_entry():
    desk = given(*CHAT)

    entry = only(desk, eg.transfer(eg.IDA, eg.ANA, eg.JON))
    assert isinstance(entry, GuestTransferred)
    assert (entry.from_agent.user, entry.to_agent.user) == ("Ida", "Jon")
    after = then(desk, eg.transfer(eg.IDA, eg.ANA, eg.JON))
    assert after.rooms[eg.ANA.room].agent == eg.JON.id
    assert after.rooms[eg.ANA.room].speakers == (eg.ANA.id, eg.JON.id)
    assert after.agents[eg.IDA.id].rooms == after.agents[eg.IDA.id].inside == ()
    assert after.agents[eg.JON.id].rooms == after.agents[eg.JON.id].inside == (eg.ANA.room,)
    assert after.guests[eg.ANA.id].state is GuestState.HELPED


def test_the_guest_keeps_the_room_and_the_ticket():
    desk = given(*CHAT)
    after = then(desk, eg.transfer(eg.IDA, eg.ANA, eg.JON), eg.sign_off(eg.JON))

    assert after.guests[eg.ANA.id].room == eg.ANA.room
    assert after.waiting[eg.ANA.id] == desk.guests[eg.ANA.id].ticket
    assert list(after.waiting) == [eg.ANA.id, eg.BEN.id]


def test_whoever_is_no_longer_full_is_available_and_whoever_is_full_is_not():
    desk = given(*CHAT, eg.limit(eg.IDA, 1), eg.limit(eg.JON, 1))

    entry = only(desk, eg.transfer(eg.IDA, eg.ANA, eg.JON))
    assert isinstance(entry, GuestTransferred)
    assert (entry.from_became, entry.to_became) == ("available", "unavailable")


def test_a_monitor_transfers_the_guest_of_another():
    entry = only(given(*CHAT), eg.transfer(eg.MIA, eg.ANA, eg.JON))

    assert isinstance(entry, GuestTransferred)


def test_a_monitor_takes_a_guest_over():
    after = then(given(*CHAT), eg.transfer(eg.MIA, eg.ANA, eg.MIA))

    assert after.rooms[eg.ANA.room].agent == eg.MIA.id


def test_a_monitor_gives_a_guest_who_waits_to_an_agent():
    desk = given(*FLOOR, After(eg.MINUTE))

    entry = only(desk, eg.transfer(eg.MIA, eg.BEN, eg.JON), at_ms=eg.NOW + eg.MINUTE)
    assert isinstance(entry, GuestTaken)
    assert (entry.agent.user, entry.wait_ms) == ("Jon", eg.MINUTE)


def test_a_transfer_to_whoever_has_the_guest_changes_nothing():
    assert entries(given(*CHAT), eg.transfer(eg.IDA, eg.ANA, eg.IDA)) == []


@pytest.mark.parametrize(
    "command",
    [
        eg.transfer(eg.JON, eg.ANA, eg.JON),
        eg.transfer(eg.IDA, eg.BEN, eg.IDA),
        Transfer(eg.IDA.id, RoomId("no-room"), "Jon"),
        Transfer(eg.IDA.id, eg.ANA.room, "Nobody"),
        Transfer(eg.IDA.id, eg.ANA.room, "Ben"),
        Transfer(eg.MIA.id, eg.TEAM, "Jon"),
        Transfer(eg.IDA.id, eg.ASIDE, "Mia"),
    ],
)
def test_a_room_that_is_not_theirs_and_an_agent_who_is_none_are_not_found(command: Command):
    desk = given(*CHAT, eg.create(eg.MIA), eg.direct(eg.IDA, eg.JON))

    assert refusal(desk, command) is Reason.NOT_FOUND


def test_a_guest_may_transfer_nobody():
    command = Transfer(eg.ANA.id, eg.ANA.room, "Jon")

    assert refusal(given(*CHAT), command) is Reason.NOT_ALLOWED


@pytest.mark.parametrize(
    "before",
    [
        (eg.away(eg.JON),),
        (eg.lose_line(eg.JON),),
        (eg.limit(eg.JON, 1), eg.assist(eg.JON, eg.BEN)),
    ],
    ids=["away", "gone", "full"],
)
def test_an_agent_who_is_away_or_gone_or_full_gets_a_guest_by_force_alone(
    before: tuple[Command, ...],
):
    desk = given(*CHAT, *before)

    assert refusal(desk, eg.transfer(eg.IDA, eg.ANA, eg.JON)) is Reason.AGENT_UNAVAILABLE
    entry = only(desk, eg.transfer(eg.IDA, eg.ANA, eg.JON, force=True))
    assert isinstance(entry, GuestTransferred)
    assert entry.to_became is None or before == (eg.lose_line(eg.JON),)


def test_no_force_gives_a_guest_to_an_account_that_is_disabled():
    desk = given(*CHAT, eg.disable(eg.JON))

    assert refusal(desk, eg.transfer(eg.IDA, eg.ANA, eg.JON, force=True)) is Reason.NOT_FOUND


@pytest.mark.parametrize("before", [(), (eg.assist(eg.IDA, eg.BEN),)], ids=["waiting", "helped"])
def test_a_guest_who_is_forced_upon_somebody_who_is_gone_waits_again_after_two_minutes(
    before: tuple[Command, ...],
):
    desk = given(*FLOOR, *before, eg.away(eg.JON), eg.lose_line(eg.JON), After(eg.MINUTE))
    forced = eg.transfer(eg.MIA, eg.BEN, eg.JON, force=True)

    now_ms = eg.NOW + eg.MINUTE
    kept = log(desk, forced, After(eg.AGENT_ABSENCE_MS), at_ms=now_ms)
    gone = kept[-1].entry
    assert isinstance(gone, AgentGone)
    assert [back.guest.user for back in gone.returned] == ["Ben"]
    assert gone.at_ms == now_ms + eg.AGENT_ABSENCE_MS


def test_a_monitor_who_watched_comes_in_anew():
    desk = given(*CHAT, eg.watch(eg.MIA, eg.ANA.room))

    left, handed = entries(desk, eg.transfer(eg.IDA, eg.ANA, eg.MIA))
    assert left == MemberLeft(eg.NOW, Who(eg.MIA.id, "Mia"), eg.ANA.room, watched=True)
    assert isinstance(handed, GuestTransferred)
    assert handed.enters
    after = then(desk, eg.transfer(eg.IDA, eg.ANA, eg.MIA))
    assert after.rooms[eg.ANA.room].speakers == (eg.ANA.id, eg.MIA.id)


def test_a_monitor_who_speaks_in_the_room_stays_in_it():
    desk = given(*CHAT, eg.join(eg.MIA, eg.ANA.room))

    entry = only(desk, eg.transfer(eg.IDA, eg.ANA, eg.MIA))
    assert isinstance(entry, GuestTransferred)
    assert not entry.enters
    after = then(desk, eg.transfer(eg.IDA, eg.ANA, eg.MIA))
    assert after.rooms[eg.ANA.room].speakers == (eg.ANA.id, eg.MIA.id)
    assert after.agents[eg.MIA.id].inside == (eg.ANA.room,)


def test_the_new_agent_is_told_who_else_speaks_in_the_room_but_not_who_watches():
    desk = given(
        *CHAT,
        eg.account(eg.ADA),
        eg.join(eg.MIA, eg.ANA.room),
        eg.watch(eg.ADA, eg.ANA.room),
    )

    entry = only(desk, eg.transfer(eg.IDA, eg.ANA, eg.JON))
    assert isinstance(entry, GuestTransferred)
    assert [other.user for other in entry.others] == ["Mia"]


def test_whoever_has_handed_a_guest_on_may_no_longer_write():
    desk = given(*CHAT, eg.transfer(eg.IDA, eg.ANA, eg.JON))

    assert refusal(desk, eg.post(eg.IDA, eg.ANA)) is Reason.NOT_FOUND
    assert refusal(desk, eg.transfer(eg.IDA, eg.ANA, eg.IDA)) is Reason.NOT_FOUND


def test_a_monitor_who_is_one_no_more_transfers_nobody_elses_guest():
    desk = given(*CHAT, ChangePerson("Mia", role="agent"))

    assert refusal(desk, eg.transfer(eg.MIA, eg.ANA, eg.JON)) is Reason.NOT_FOUND
