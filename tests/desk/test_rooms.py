import pytest

from frontdesk.desk.commands import Command, End, Post
from frontdesk.desk.entries import EndReason, MessagePosted, RoomEnded
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.personal import Text, Who
from frontdesk.desk.refusals import Reason
from frontdesk.desk.state import GuestState
from tests import examples as eg
from tests.desk.story import After, given, only, refusal, then

CHAT = (
    *eg.at_work(eg.IDA, eg.JON, eg.MIA),
    *eg.waiting(eg.ANA, eg.BEN),
    eg.assist(eg.IDA),
)


# --- writing --------------------------------------------------------------------------------------


def test_the_guest_and_their_agent_may_write():
    for author in (eg.ANA, eg.IDA):
        entry = only(given(*CHAT), eg.post(author, eg.ANA, eg.THANKS))
        assert entry == MessagePosted(
            eg.NOW, Who(author.id, author.user), eg.ANA.room, Text(eg.THANKS)
        )


def test_a_guest_may_write_while_waiting():
    assert isinstance(only(given(*CHAT), eg.post(eg.BEN, eg.BEN)), MessagePosted)


def test_the_key_of_the_sender_stays_with_the_message():
    entry = only(given(*CHAT), Post(eg.ANA.id, eg.ANA.room, eg.HELLO, eg.KEY))

    assert isinstance(entry, MessagePosted)
    assert entry.key == eg.KEY


@pytest.mark.parametrize(
    ("by", "room"),
    [
        (eg.BEN.id, eg.ANA.room),
        (eg.JON.id, eg.ANA.room),
        (eg.MIA.id, eg.ANA.room),
        (eg.IDA.id, eg.BEN.room),
        (eg.ANA.id, RoomId("no-room")),
        (PersonId("nobody"), eg.ANA.room),
    ],
)
def test_nobody_else_may_write_nor_learn_that_the_room_exists(by: PersonId, room: RoomId):
    assert refusal(given(*CHAT), Post(by, room, eg.HELLO)) is Reason.NOT_FOUND


def test_nobody_writes_in_a_room_that_is_over():
    desk = given(*CHAT, eg.end(eg.ANA, eg.ANA))

    assert refusal(desk, eg.post(eg.ANA, eg.ANA)) is Reason.NOT_FOUND
    assert refusal(desk, eg.post(eg.IDA, eg.ANA)) is Reason.NOT_FOUND


def test_an_agent_who_is_gone_may_no_longer_write():
    desk = given(*CHAT, eg.sign_off(eg.IDA))

    assert refusal(desk, eg.post(eg.IDA, eg.ANA)) is Reason.NOT_FOUND


def test_a_desk_holds_no_texts():
    desk = given(*CHAT)

    assert then(desk, eg.post(eg.ANA, eg.ANA)).rooms == desk.rooms


# --- ending ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        (eg.ANA, EndReason.GUEST),
        (eg.IDA, EndReason.AGENT),
        (eg.MIA, EndReason.MONITOR),
        (eg.ADA, EndReason.MONITOR),
    ],
)
def test_a_room_is_ended_by_its_guest_its_agent_or_a_monitor(
    by: eg.Guest | eg.Agent, reason: EndReason
):
    desk = given(*CHAT, eg.account(eg.ADA))

    assert only(desk, eg.end(by, eg.ANA)) == RoomEnded(
        at_ms=eg.NOW,
        room=eg.ANA.room,
        reason=reason,
        guest=Who(eg.ANA.id, eg.ANA.user),
        members=(eg.ANA.id, eg.IDA.id),
        agent=Who(eg.IDA.id, eg.IDA.user),
        became=None,
    )


def test_a_monitor_who_has_the_guest_ends_the_room_as_its_agent():
    desk = given(*eg.at_work(eg.MIA), eg.identify(eg.ANA), eg.assist(eg.MIA))

    entry = only(desk, eg.end(eg.MIA, eg.ANA))
    assert isinstance(entry, RoomEnded)
    assert entry.reason is EndReason.AGENT


def test_the_room_of_a_guest_who_waits_is_ended_by_the_guest_or_a_monitor():
    for by, reason in ((eg.BEN, EndReason.GUEST), (eg.MIA, EndReason.MONITOR)):
        entry = only(given(*CHAT), eg.end(by, eg.BEN))
        assert isinstance(entry, RoomEnded)
        assert (entry.reason, entry.agent, entry.became) == (reason, None, None)


@pytest.mark.parametrize(
    "command",
    [
        eg.end(eg.BEN, eg.ANA),
        eg.end(eg.JON, eg.ANA),
        eg.end(eg.IDA, eg.BEN),
        End(PersonId("nobody"), eg.ANA.room),
        End(eg.MIA.id, RoomId("no-room")),
    ],
)
def test_nobody_else_may_end_it_nor_learn_that_it_exists(command: Command):
    assert refusal(given(*CHAT), command) is Reason.NOT_FOUND


def test_a_monitor_who_is_disabled_may_end_nothing():
    assert refusal(given(*CHAT, eg.disable(eg.MIA)), eg.end(eg.MIA, eg.ANA)) is Reason.NOT_FOUND


def test_a_room_ends_once():
    desk = given(*CHAT, eg.end(eg.ANA, eg.ANA))

    assert refusal(desk, eg.end(eg.ANA, eg.ANA)) is Reason.NOT_FOUND


def test_after_the_end_nothing_is_left_of_the_room():
    desk = given(*CHAT, eg.end(eg.ANA, eg.ANA), eg.end(eg.BEN, eg.BEN))

    assert not desk.rooms
    assert not desk.waiting
    assert desk.agents[eg.IDA.id].rooms == ()
    assert {guest.state for guest in desk.guests.values()} == {GuestState.IDLE}


def test_the_end_of_a_room_makes_a_full_agent_available():
    entry = only(given(*CHAT, eg.limit(eg.IDA, 1)), eg.end(eg.ANA, eg.ANA))

    assert isinstance(entry, RoomEnded)
    assert entry.became == "available"


def test_the_end_of_a_room_ends_the_wait_for_an_absent_guest():
    desk = given(*CHAT, eg.lose_line(eg.BEN), eg.end(eg.BEN, eg.BEN), After(eg.HOUR))

    assert desk.knows(eg.BEN.id)
