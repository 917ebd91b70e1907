import pytest

from frontdesk.desk.agents import became
from frontdesk.desk.commands import Assist, SetLimit, SetStatus, SignOff
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.entries import (
    AgentGone,
    GoneReason,
    GuestTaken,
    LimitSet,
    Returned,
    StatusSet,
)
from frontdesk.desk.ids import PersonId
from frontdesk.desk.limits import AGENT_LIMIT_MOST
from frontdesk.desk.refusals import Reason
from frontdesk.desk.state import GuestState, State
from tests import examples as eg
from tests.desk.story import After, entries, given, only, refusal, then

FLOOR = (*eg.at_work(eg.IDA, eg.JON, eg.MIA), *eg.waiting(eg.ANA, eg.BEN, eg.CEM, eg.DORA))


def taken(desk: State, command: Assist) -> PersonId:
    """Whom the agent gets."""
    entry = only(desk, command)
    assert isinstance(entry, GuestTaken)
    return entry.guest.id


# --- assist ---------------------------------------------------------------------------------------


def test_an_agent_gets_the_guest_who_has_waited_longest():
    assert taken(given(*FLOOR), eg.assist(eg.IDA)) == eg.ANA.id


def test_an_agent_may_choose_a_guest_by_name():
    desk = given(*FLOOR, eg.assist(eg.IDA, eg.CEM))

    assert desk.rooms[eg.CEM.room].agent == eg.IDA.id
    assert desk.agents[eg.IDA.id].rooms == (eg.CEM.room,)
    assert list(desk.waiting) == [eg.ANA.id, eg.BEN.id, eg.DORA.id]


def test_a_guest_who_is_absent_is_passed_over():
    assert taken(given(*FLOOR, eg.lose_line(eg.ANA)), eg.assist(eg.IDA)) == eg.BEN.id


def test_a_guest_who_is_absent_may_be_chosen_by_name():
    desk = given(*FLOOR, eg.lose_line(eg.ANA), eg.assist(eg.IDA, eg.ANA), After(10 * eg.MINUTE))

    assert desk.guests[eg.ANA.id].state is GuestState.HELPED


def test_the_slower_of_two_agents_is_told_that_the_guest_is_taken():
    desk = given(*FLOOR, eg.assist(eg.IDA, eg.ANA))

    assert refusal(desk, eg.assist(eg.JON, eg.ANA)) is Reason.NOT_WAITING


@pytest.mark.parametrize("user", ["Nobody", "Ida", "ana", ""])
def test_nobody_but_a_guest_who_waits_under_exactly_this_name_can_be_chosen(user: str):
    assert refusal(given(*FLOOR), Assist(eg.IDA.id, user)) is Reason.NOT_WAITING


def test_a_guest_whose_room_has_ended_can_not_be_chosen():
    desk = given(*FLOOR, eg.end(eg.ANA, eg.ANA))

    assert refusal(desk, eg.assist(eg.IDA, eg.ANA)) is Reason.NOT_WAITING


def test_an_empty_queue_has_nobody_to_give():
    assert refusal(given(*eg.at_work(eg.IDA)), eg.assist(eg.IDA)) is Reason.NO_QUEUED_GUESTS


def test_a_queue_of_absent_guests_has_nobody_to_give():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.lose_line(eg.ANA))

    assert refusal(desk, eg.assist(eg.IDA)) is Reason.NO_QUEUED_GUESTS


def test_an_agent_who_has_not_said_available_gets_nobody():
    desk = given(eg.account(eg.IDA), eg.identify(eg.ANA))

    assert refusal(desk, eg.assist(eg.IDA)) is Reason.AGENT_UNAVAILABLE


def test_an_agent_at_the_limit_gets_nobody():
    desk = given(*FLOOR, *[eg.assist(eg.IDA)] * eg.AGENT_LIMIT)

    assert len(desk.agents[eg.IDA.id].rooms) == eg.AGENT_LIMIT
    assert refusal(desk, eg.assist(eg.IDA)) is Reason.AGENT_UNAVAILABLE


def test_an_agent_below_the_limit_again_gets_the_next():
    desk = given(*FLOOR, *[eg.assist(eg.IDA)] * eg.AGENT_LIMIT, eg.end(eg.IDA, eg.BEN))

    assert taken(desk, eg.assist(eg.IDA)) == eg.DORA.id


def test_that_the_guest_is_taken_is_told_before_that_the_agent_is_full():
    desk = given(*FLOOR, eg.limit(eg.JON, 1), eg.assist(eg.JON), eg.assist(eg.IDA, eg.BEN))

    assert refusal(desk, eg.assist(eg.JON, eg.BEN)) is Reason.NOT_WAITING


@pytest.mark.parametrize("by", [eg.ANA.id, PersonId("nobody")])
def test_only_an_agent_may_assist(by: PersonId):
    assert refusal(given(*FLOOR), Assist(by)) is Reason.NOT_ALLOWED


def test_the_entry_says_how_long_the_guest_has_waited():
    desk = given(*FLOOR)

    entry = only(desk, eg.assist(eg.IDA), at_ms=eg.NOW + eg.MINUTE)
    assert isinstance(entry, GuestTaken)
    assert entry.wait_ms == eg.MINUTE
    assert entry.became is None


def test_the_last_guest_below_the_limit_makes_the_agent_unavailable():
    desk = given(*FLOOR, eg.limit(eg.IDA, 1))

    entry = only(desk, eg.assist(eg.IDA))
    assert isinstance(entry, GuestTaken)
    assert entry.became == "unavailable"


# --- availability and limit -----------------------------------------------------------------------


def test_an_agent_is_away_until_they_say_available():
    desk = given(eg.account(eg.IDA))

    assert desk.agents[eg.IDA.id].status == "away"
    entry = only(desk, eg.available(eg.IDA))
    assert isinstance(entry, StatusSet)
    assert (entry.status, entry.became) == ("available", "available")


def test_saying_it_again_changes_nothing():
    assert entries(given(*FLOOR), eg.available(eg.IDA)) == []
    assert entries(given(eg.account(eg.IDA)), eg.away(eg.IDA)) == []


def test_an_agent_who_goes_away_keeps_the_guests():
    desk = given(*FLOOR, eg.assist(eg.IDA), eg.away(eg.IDA))

    assert desk.rooms[eg.ANA.room].agent == eg.IDA.id
    assert refusal(desk, eg.assist(eg.IDA)) is Reason.AGENT_UNAVAILABLE


def test_a_full_agent_who_goes_away_was_unavailable_before():
    desk = given(*FLOOR, eg.limit(eg.IDA, 1), eg.assist(eg.IDA))

    entry = only(desk, eg.away(eg.IDA))
    assert isinstance(entry, StatusSet)
    assert entry.became is None


def test_a_guest_has_no_availability_to_set():
    assert refusal(given(*FLOOR), SetStatus(eg.ANA.id, "away")) is Reason.NOT_ALLOWED


def test_a_new_agent_has_the_limit_of_all():
    assert given(eg.account(eg.IDA)).agents[eg.IDA.id].limit == eg.AGENT_LIMIT


@pytest.mark.parametrize("most", [0, -1, AGENT_LIMIT_MOST + 1])
def test_a_limit_beyond_one_to_ten_is_malformed(most: int):
    assert refusal(given(*FLOOR), eg.limit(eg.IDA, most)) is Reason.MALFORMED


@pytest.mark.parametrize("most", [1, AGENT_LIMIT_MOST])
def test_a_limit_of_one_to_ten_is_taken(most: int):
    assert given(*FLOOR, eg.limit(eg.IDA, most)).agents[eg.IDA.id].limit == most


def test_a_limit_below_the_load_leaves_the_rooms():
    desk = given(*FLOOR, eg.assist(eg.IDA), eg.assist(eg.IDA), eg.limit(eg.IDA, 1))

    assert len(desk.agents[eg.IDA.id].rooms) == 2
    assert refusal(desk, eg.assist(eg.IDA)) is Reason.AGENT_UNAVAILABLE
    desk = then(desk, eg.end(eg.IDA, eg.ANA))
    assert refusal(desk, eg.assist(eg.IDA)) is Reason.AGENT_UNAVAILABLE


@pytest.mark.parametrize(("most", "became"), [(1, "unavailable"), (2, None)])
def test_a_lower_limit_may_make_the_agent_unavailable(most: int, became: str | None):
    entry = only(given(*FLOOR, eg.assist(eg.IDA)), eg.limit(eg.IDA, most))

    assert isinstance(entry, LimitSet)
    assert entry.became == became


def test_a_higher_limit_makes_a_full_agent_available():
    desk = given(*FLOOR, eg.limit(eg.IDA, 1), eg.assist(eg.IDA))

    entry = only(desk, eg.limit(eg.IDA, 2))
    assert isinstance(entry, LimitSet)
    assert entry.became == "available"


def test_the_same_limit_changes_nothing():
    assert entries(given(*FLOOR), eg.limit(eg.IDA, eg.AGENT_LIMIT)) == []


def test_an_agent_may_name_themselves():
    desk = given(*FLOOR, SetLimit(eg.IDA.id, 5, eg.IDA.user))

    assert desk.agents[eg.IDA.id].limit == 5


@pytest.mark.parametrize("by", [eg.MIA, eg.ADA])
def test_a_monitor_and_an_admin_may_set_anothers_limit(by: eg.Agent):
    desk = given(*FLOOR, eg.account(eg.ADA), SetLimit(by.id, 5, eg.IDA.user))

    assert desk.agents[eg.IDA.id].limit == 5
    assert desk.agents[by.id].limit == eg.AGENT_LIMIT


def test_an_agent_may_not_set_anothers_limit():
    assert refusal(given(*FLOOR), SetLimit(eg.IDA.id, 5, eg.JON.user)) is Reason.NOT_ALLOWED


@pytest.mark.parametrize("user", ["Nobody", eg.ANA.user, "ida"])
def test_only_an_agent_has_a_limit(user: str):
    assert refusal(given(*FLOOR), SetLimit(eg.MIA.id, 5, user)) is Reason.NOT_FOUND


def test_a_disabled_agent_has_no_limit():
    desk = given(*FLOOR, eg.disable(eg.IDA))

    assert refusal(desk, SetLimit(eg.MIA.id, 5, eg.IDA.user)) is Reason.NOT_FOUND


# --- going ----------------------------------------------------------------------------------------


def test_the_guests_of_an_agent_who_signs_off_wait_again_at_their_old_places():
    desk = given(
        *FLOOR,
        eg.assist(eg.IDA, eg.BEN),
        eg.assist(eg.IDA, eg.ANA),
        eg.assist(eg.JON, eg.CEM),
        eg.sign_off(eg.IDA),
    )

    assert list(desk.waiting) == [eg.ANA.id, eg.BEN.id, eg.DORA.id]
    assert desk.rooms[eg.ANA.room].agent is None
    assert not desk.rooms[eg.ANA.room].has(eg.IDA.id)
    assert desk.agents[eg.IDA.id].status == "away"
    assert desk.agents[eg.IDA.id].rooms == ()
    assert desk.rooms[eg.CEM.room].agent == eg.JON.id


def test_the_entry_says_what_the_agent_was_and_who_waits_again():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA), eg.lose_line(eg.ANA))

    entry = only(desk, eg.sign_off(eg.IDA))
    guest = desk.guests[eg.ANA.id]
    assert entry == AgentGone(
        at_ms=eg.NOW,
        agent=desk.agents[eg.IDA.id].who,
        reason=GoneReason.SIGNED_OFF,
        was="available",
        became="unavailable",
        returned=(Returned(guest.profile, eg.ANA.room, guest.ticket, False),),
    )


def test_the_wait_of_a_guest_who_comes_back_begins_again():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA))
    desk = then(desk, eg.sign_off(eg.IDA), at_ms=eg.NOW + eg.HOUR)

    assert desk.guests[eg.ANA.id].waits_since_ms == eg.NOW + eg.HOUR


def test_a_guest_who_comes_back_while_absent_has_two_minutes_from_then_on():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA), eg.lose_line(eg.ANA))
    desk = then(desk, eg.sign_off(eg.IDA), at_ms=eg.NOW + eg.HOUR)

    assert next_deadline(desk) == eg.NOW + eg.HOUR + eg.GUEST_ABSENCE_MS


def test_an_agent_who_is_away_with_nobody_signs_off_without_a_trace():
    assert entries(given(eg.account(eg.IDA)), eg.sign_off(eg.IDA)) == []
    assert entries(given(*FLOOR, eg.sign_off(eg.IDA)), eg.sign_off(eg.IDA)) == []


def test_an_agent_who_is_away_with_a_guest_gives_the_guest_back():
    desk = given(*FLOOR, eg.assist(eg.IDA), eg.away(eg.IDA))

    entry = only(desk, eg.sign_off(eg.IDA))
    assert isinstance(entry, AgentGone)
    assert (entry.was, entry.became) == ("away", None)


@pytest.mark.parametrize("by", [eg.ANA.id, PersonId("nobody")])
def test_only_agents_sign_off(by: PersonId):
    assert entries(given(*FLOOR), SignOff(by)) == []


def test_an_agent_whose_line_is_dead_for_two_minutes_is_gone():
    desk = given(*FLOOR, eg.assist(eg.IDA), eg.lose_line(eg.IDA))

    assert next_deadline(desk) == eg.NOW + eg.AGENT_ABSENCE_MS
    before = then(desk, After(eg.AGENT_ABSENCE_MS - 1))
    assert before.rooms[eg.ANA.room].agent == eg.IDA.id
    after = then(desk, After(eg.AGENT_ABSENCE_MS))
    assert after.rooms[eg.ANA.room].agent is None
    assert after.agents[eg.IDA.id].status == "away"
    assert list(after.waiting)[0] == eg.ANA.id


def test_an_agent_who_comes_back_in_time_keeps_everything():
    desk = given(
        *FLOOR,
        eg.assist(eg.IDA),
        eg.lose_line(eg.IDA),
        After(eg.AGENT_ABSENCE_MS - 1),
        eg.restore_line(eg.IDA),
        After(10 * eg.MINUTE),
    )

    assert desk.rooms[eg.ANA.room].agent == eg.IDA.id
    assert desk.agents[eg.IDA.id].status == "available"


def test_nobody_waits_for_an_agent_who_is_away_with_nobody():
    desk = given(*eg.at_work(eg.IDA), eg.away(eg.IDA), eg.lose_line(eg.IDA))

    assert next_deadline(desk) is None


def test_an_absent_agent_who_says_available_has_two_minutes_to_listen():
    desk = given(eg.account(eg.IDA), After(eg.HOUR), eg.available(eg.IDA))

    assert next_deadline(desk) == eg.NOW + eg.HOUR + eg.AGENT_ABSENCE_MS


def test_an_absent_agent_whose_last_room_ends_while_away_is_not_waited_for():
    desk = given(
        *FLOOR, eg.assist(eg.IDA), eg.away(eg.IDA), eg.lose_line(eg.IDA), eg.end(eg.ANA, eg.ANA)
    )

    assert next_deadline(desk) is None


def test_what_a_change_does_to_being_able_to_take_another():
    agent = given(*eg.at_work(eg.IDA)).agents[eg.IDA.id]
    full = given(*FLOOR, eg.limit(eg.IDA, 1), eg.assist(eg.IDA)).agents[eg.IDA.id]

    assert became(agent, agent) is None
    assert became(agent, full) == "unavailable"
    assert became(full, agent) == "available"
