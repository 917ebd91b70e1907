import pytest

from frontdesk.desk import limits
from frontdesk.desk.commands import Assist, Identify, LeaveQueue, Queue, Tick
from frontdesk.desk.entries import EndReason, GuestQueued, GuestRequeued, GuestsForgotten, RoomEnded
from frontdesk.desk.guests import LIFECYCLE
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.names import NAME_CHARS
from frontdesk.desk.refusals import Reason
from frontdesk.desk.state import GuestState, State
from tests import examples as eg
from tests.desk.story import After, entries, given, only, refusal, then


def another(number: int, user: str = eg.ANA.user) -> Identify:
    """Somebody else of that name."""
    return Identify(PersonId(f"other-{number}"), RoomId(f"other-{number}"), user, "Hello?")


def called(desk: State, command: Identify, *, at_ms: int = eg.NOW) -> str:
    """The name under which this guest would wait."""
    entry = only(desk, command, at_ms=at_ms)
    assert isinstance(entry, GuestQueued)
    return entry.guest.user


def test_a_guest_who_identifies_waits_in_a_room_of_their_own():
    desk = given(eg.identify(eg.ANA))

    guest = desk.guests[eg.ANA.id]
    assert guest.state is GuestState.WAITING
    assert guest.room == eg.ANA.room
    assert guest.profile.topic == eg.ANA.question
    assert guest.profile.info == eg.ANA.info
    assert desk.rooms[eg.ANA.room].has(eg.ANA.id)
    assert desk.rooms[eg.ANA.room].agent is None
    assert list(desk.waiting) == [eg.ANA.id]


def test_the_ticket_of_a_guest_is_the_offset_at_which_they_joined():
    desk = given(eg.account(eg.IDA), eg.identify(eg.ANA), eg.identify(eg.BEN))

    assert dict(desk.waiting) == {eg.ANA.id: 2, eg.BEN.id: 3}


def test_a_taken_name_gets_the_next_free_number():
    desk = given(eg.identify(eg.ANA), another(2))

    assert desk.label(PersonId("other-2")) == "Ana 2"
    assert called(desk, another(3)) == "Ana 3"


def test_a_name_that_looks_like_a_taken_one_is_taken():
    assert called(given(eg.identify(eg.ANA)), another(2, "ÀNA")) == "ÀNA 2"


def test_a_number_that_somebody_chose_as_a_name_is_passed_over():
    desk = given(eg.identify(eg.ANA), another(2, "Ana 2"))

    assert called(desk, another(3)) == "Ana 3"


def test_each_of_many_guests_of_one_name_gets_a_name_of_their_own():
    desk = given(*(another(number) for number in range(50)))

    users = {guest.profile.user for guest in desk.guests.values()}
    assert users == {"Ana", *(f"Ana {number}" for number in range(2, 51))}


def test_a_number_fits_behind_the_longest_name():
    long = "Q" + "u" * (NAME_CHARS - 1)
    desk = given(another(1, long))

    assert called(desk, another(2, long)) == long[: NAME_CHARS - 2] + " 2"


@pytest.mark.parametrize("user", ["Ida", "IDA", "1da", "Ída", "I d a"])
def test_a_name_that_looks_like_an_accounts_is_refused(user: str):
    assert refusal(given(eg.account(eg.IDA)), another(1, user)) is Reason.NAME_NOT_ALLOWED


def test_the_name_of_a_disabled_account_is_refused():
    desk = given(eg.account(eg.IDA), eg.disable(eg.IDA))

    assert refusal(desk, another(1, eg.IDA.user)) is Reason.NAME_NOT_ALLOWED


@pytest.mark.parametrize("user", ["Support", "ad\u200bmin", "Admin 2", "", "\u202eanA"])
def test_a_reserved_or_invisible_name_is_refused(user: str):
    assert refusal(given(), another(1, user)) is Reason.NAME_NOT_ALLOWED


def test_a_numbered_name_never_becomes_that_of_an_account():
    desk = given(eg.identify(eg.ANA), eg.account(eg.Agent(PersonId("x"), "Ana 2", "agent")))

    assert called(desk, another(3)) == "Ana 3"


def test_a_full_queue_takes_nobody_more():
    desk = given(eg.settings(queue_most=2), *eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN))

    assert refusal(desk, eg.identify(eg.CEM)) is Reason.QUEUE_FULL
    assert then(desk, eg.assist(eg.IDA), eg.identify(eg.CEM)).waiting.keys() >= {eg.CEM.id}


def test_a_name_that_is_not_allowed_is_told_before_a_full_queue():
    desk = given(eg.settings(queue_most=1), eg.identify(eg.ANA))

    assert refusal(desk, another(1, "Support")) is Reason.NAME_NOT_ALLOWED


# --- being forgotten ------------------------------------------------------------------------------

GONE = (eg.identify(eg.ANA), eg.end(eg.ANA, eg.ANA), eg.lose_line(eg.ANA))


def test_the_name_of_a_guest_stays_taken_for_a_day_after_the_last_sign_of_life():
    desk = given(*GONE, After(eg.DAY - 1))

    assert called(desk, another(2)) == "Ana 2"


def test_a_guest_who_was_last_seen_a_day_ago_is_forgotten_and_the_name_is_free():
    desk = given(*GONE, After(eg.DAY))

    assert not desk.knows(eg.ANA.id)
    assert called(desk, another(2)) == "Ana"


def test_a_guest_who_is_still_there_is_never_forgotten():
    desk = given(eg.identify(eg.ANA), eg.end(eg.ANA, eg.ANA), After(3 * eg.DAY))

    assert desk.knows(eg.ANA.id)


def test_a_guest_who_came_back_is_not_forgotten():
    desk = given(*GONE, After(eg.HOUR), eg.restore_line(eg.ANA), After(3 * eg.DAY))

    assert desk.knows(eg.ANA.id)


def test_a_guest_whom_an_agent_still_helps_is_not_forgotten():
    desk = given(
        *eg.at_work(eg.IDA),
        *eg.waiting(eg.ANA, eg.BEN),
        eg.assist(eg.IDA),
        eg.lose_line(eg.ANA),
        eg.lose_line(eg.BEN),
        *(eg.post(eg.IDA, eg.ANA), After(10 * eg.MINUTE)) * 6 * 49,
    )

    assert desk.guests[eg.ANA.id].state is GuestState.HELPED
    assert not desk.knows(eg.BEN.id)


def test_forgetting_comes_in_rounds_so_a_name_may_be_kept_ten_minutes_longer():
    desk = given(
        *GONE,
        After(eg.SECOND),
        eg.identify(eg.BEN),
        eg.end(eg.BEN, eg.BEN),
        eg.lose_line(eg.BEN),
        After(eg.DAY),
    )
    now_ms = eg.NOW + eg.SECOND + eg.DAY

    assert not desk.knows(eg.ANA.id)
    assert desk.knows(eg.BEN.id)
    later = then(desk, After(limits.FORGET_ROUND_MS), at_ms=now_ms)
    assert not later.knows(eg.BEN.id)


def test_nothing_is_due_when_nobody_is_left_to_be_forgotten():
    assert not given(*GONE, After(2 * eg.DAY)).due


def test_a_round_names_those_whom_it_forgets():
    desk = given(*GONE)

    entry = only(desk, Tick(), at_ms=eg.NOW + eg.DAY)
    assert entry == GuestsForgotten(eg.NOW + eg.DAY, (eg.ANA.id,))


# --- the lifecycle --------------------------------------------------------------------------------


def test_the_lifecycle_reaches_every_state_and_leaves_every_one():
    states = set(GuestState)
    assert set(LIFECYCLE.values()) == states
    assert {before for before, _ in LIFECYCLE} == {None, *states}


def test_a_guest_goes_through_the_lifecycle():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA))
    assert desk.guests[eg.ANA.id].state is GuestState.WAITING
    desk = then(desk, Assist(eg.IDA.id))
    assert desk.guests[eg.ANA.id].state is GuestState.HELPED
    desk = then(desk, eg.sign_off(eg.IDA))
    assert desk.guests[eg.ANA.id].state is GuestState.WAITING
    desk = then(desk, eg.end(eg.ANA, eg.ANA))
    assert desk.guests[eg.ANA.id].state is GuestState.IDLE
    assert desk.guests[eg.ANA.id].room is None


# --- asking again, and no longer wanting to wait --------------------------------------------------


def test_a_guest_whose_room_is_over_asks_again_and_gets_a_new_room_and_ticket():
    desk = given(*eg.waiting(eg.ANA, eg.BEN), eg.end(eg.ANA, eg.ANA))

    entry = only(desk, eg.queue_again(eg.ANA))
    assert isinstance(entry, GuestRequeued)
    assert (entry.room, entry.ticket) == (eg.AGAIN, desk.offset + 1)
    after = then(desk, eg.queue_again(eg.ANA))
    assert list(after.waiting) == [eg.BEN.id, eg.ANA.id]
    assert after.guests[eg.ANA.id].profile == desk.guests[eg.ANA.id].profile
    assert after.rooms[eg.AGAIN].speakers == (eg.ANA.id,)


def test_whoever_waits_or_is_helped_does_not_ask_again():
    desk = given(*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))

    assert entries(desk, eg.queue_again(eg.ANA)) == []
    assert entries(desk, eg.queue_again(eg.BEN)) == []


def test_the_wait_of_a_guest_who_asks_again_begins_anew():
    desk = given(eg.identify(eg.ANA), After(eg.HOUR), eg.end(eg.ANA, eg.ANA))
    after = then(desk, eg.queue_again(eg.ANA), at_ms=eg.NOW + eg.HOUR)

    assert after.guests[eg.ANA.id].waits_since_ms == eg.NOW + eg.HOUR


def test_a_guest_who_asks_again_is_there_and_is_not_forgotten():
    desk = given(*GONE, After(eg.HOUR), eg.queue_again(eg.ANA), After(3 * eg.DAY))

    assert desk.guests[eg.ANA.id].absent_since_ms is None
    assert eg.ANA.id in desk.waiting


def test_only_guests_ask_again():
    desk = given(*eg.at_work(eg.IDA))

    for person in (eg.IDA.id, PersonId("nobody")):
        assert refusal(desk, Queue(person, eg.AGAIN)) is Reason.NOT_ALLOWED


def test_a_full_queue_takes_nobody_back():
    desk = given(
        eg.settings(queue_most=1), eg.identify(eg.ANA), eg.end(eg.ANA, eg.ANA), eg.identify(eg.BEN)
    )

    assert refusal(desk, eg.queue_again(eg.ANA)) is Reason.QUEUE_FULL


def test_a_guest_who_no_longer_wants_to_wait_leaves_the_queue_and_may_ask_again():
    desk = given(*eg.waiting(eg.ANA, eg.BEN))

    entry = only(desk, eg.leave_queue(eg.ANA))
    assert isinstance(entry, RoomEnded)
    assert (entry.reason, entry.agent) == (EndReason.LEFT_QUEUE, None)
    after = then(desk, eg.leave_queue(eg.ANA))
    assert list(after.waiting) == [eg.BEN.id]
    assert after.guests[eg.ANA.id].state is GuestState.IDLE
    assert list(then(after, eg.queue_again(eg.ANA)).waiting) == [eg.BEN.id, eg.ANA.id]


def test_whoever_does_not_wait_does_not_leave_the_queue():
    desk = given(*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))

    assert refusal(desk, eg.leave_queue(eg.ANA)) is Reason.NOT_WAITING
    desk = then(desk, eg.leave_queue(eg.BEN))
    assert refusal(desk, eg.leave_queue(eg.BEN)) is Reason.NOT_WAITING
    assert refusal(desk, LeaveQueue(eg.IDA.id)) is Reason.NOT_ALLOWED
