import pytest

from frontdesk.desk.commands import LoseLine, RestoreLine, Resume, Tick
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.entries import EndReason, LineLost, LineRestored, Resumed, RoomEnded
from frontdesk.desk.ids import PersonId
from frontdesk.desk.personal import Who
from frontdesk.desk.state import GuestState
from tests import examples as eg
from tests.desk.story import After, entries, given, log, only, then

FLOOR = (*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN))


# --- lines ----------------------------------------------------------------------------------------


def test_a_line_is_lost_once_and_restored_once():
    desk = given(*FLOOR)
    ana = Who(eg.ANA.id, eg.ANA.user)

    assert entries(desk, eg.restore_line(eg.ANA)) == []
    assert only(desk, eg.lose_line(eg.ANA)) == LineLost(eg.NOW, ana, False, eg.ANA.room)
    desk = then(desk, eg.lose_line(eg.ANA))
    assert entries(desk, eg.lose_line(eg.ANA)) == []
    assert only(desk, eg.restore_line(eg.ANA)) == LineRestored(eg.NOW, ana, False, eg.ANA.room)


def test_the_line_of_an_agent_is_no_guests_line():
    assert only(given(*FLOOR), eg.lose_line(eg.IDA)) == LineLost(
        eg.NOW, Who(eg.IDA.id, eg.IDA.user), True, None
    )


def test_the_line_of_somebody_whom_the_desk_does_not_know_is_nobodys():
    nobody = PersonId("nobody")

    assert entries(given(*FLOOR), LoseLine(nobody)) == []
    assert entries(given(*FLOOR), RestoreLine(nobody)) == []


def test_a_guest_who_waits_has_two_minutes_to_come_back():
    desk = given(*FLOOR, eg.lose_line(eg.ANA))

    assert next_deadline(desk) == eg.NOW + eg.GUEST_ABSENCE_MS
    assert eg.ANA.id in then(desk, After(eg.GUEST_ABSENCE_MS - 1)).waiting
    after = then(desk, After(eg.GUEST_ABSENCE_MS))
    assert eg.ANA.id not in after.waiting
    assert after.guests[eg.ANA.id].state is GuestState.IDLE


def test_a_guest_who_does_not_come_back_is_told_so_by_the_reason():
    desk = given(*FLOOR, eg.lose_line(eg.ANA))

    entry = only(desk, Tick(), at_ms=eg.NOW + eg.GUEST_ABSENCE_MS)
    assert isinstance(entry, RoomEnded)
    assert entry.reason is EndReason.GUEST_GONE


def test_a_guest_who_comes_back_in_time_has_the_old_ticket():
    desk = given(
        *FLOOR, eg.lose_line(eg.ANA), After(eg.GUEST_ABSENCE_MS - 1), eg.restore_line(eg.ANA)
    )

    assert list(desk.waiting) == [eg.ANA.id, eg.BEN.id]
    assert eg.ANA.id in then(desk, After(eg.HOUR), at_ms=eg.NOW + eg.GUEST_ABSENCE_MS).waiting


def test_each_absence_has_its_own_two_minutes():
    desk = given(
        *FLOOR,
        eg.lose_line(eg.ANA),
        After(eg.GUEST_ABSENCE_MS - 1),
        eg.restore_line(eg.ANA),
        eg.lose_line(eg.ANA),
        After(eg.GUEST_ABSENCE_MS - 1),
    )

    assert eg.ANA.id in desk.waiting


def test_a_guest_who_is_helped_may_be_away_for_as_long_as_somebody_writes():
    writing = (eg.post(eg.IDA, eg.ANA), After(10 * eg.MINUTE)) * 6
    desk = given(*FLOOR, eg.assist(eg.IDA), eg.lose_line(eg.ANA), *writing)

    assert desk.guests[eg.ANA.id].state is GuestState.HELPED


def test_an_absent_guest_whose_agent_goes_has_two_minutes_from_then_on():
    desk = given(
        *FLOOR, eg.assist(eg.IDA), eg.lose_line(eg.ANA), After(10 * eg.MINUTE), eg.sign_off(eg.IDA)
    )
    now_ms = eg.NOW + 10 * eg.MINUTE

    assert eg.ANA.id in then(desk, After(eg.GUEST_ABSENCE_MS - 1), at_ms=now_ms).waiting
    assert eg.ANA.id not in then(desk, After(eg.GUEST_ABSENCE_MS), at_ms=now_ms).waiting


# --- ticks ----------------------------------------------------------------------------------------


def test_nothing_is_due_at_a_quiet_desk():
    desk = given(*FLOOR)

    assert next_deadline(desk) is None
    assert entries(desk, Tick(), at_ms=eg.NOW + eg.DAY) == []


def test_a_tick_before_the_deadline_does_nothing():
    desk = given(*FLOOR, eg.lose_line(eg.ANA))

    assert entries(desk, Tick(), at_ms=eg.NOW + eg.GUEST_ABSENCE_MS - 1) == []


def test_what_is_due_comes_in_the_order_of_the_deadlines():
    desk = given(*FLOOR, eg.lose_line(eg.BEN), After(1), eg.lose_line(eg.ANA))

    ended = entries(desk, Tick(), at_ms=eg.NOW + eg.HOUR)
    assert [one.guest.id for one in ended if isinstance(one, RoomEnded)] == [eg.BEN.id, eg.ANA.id]


def test_a_crowd_that_vanishes_is_gone_through_in_several_ticks(monkeypatch):
    monkeypatch.setattr("frontdesk.desk.deadlines.TICK_ENTRIES", 1)
    desk = given(*FLOOR, eg.lose_line(eg.ANA), eg.lose_line(eg.BEN))

    assert len(entries(desk, Tick(), at_ms=eg.NOW + eg.GUEST_ABSENCE_MS)) == 1
    assert not then(desk, After(eg.GUEST_ABSENCE_MS)).waiting


def test_an_agent_and_a_guest_of_another_may_be_due_at_once():
    desk = given(*FLOOR, eg.assist(eg.IDA), eg.lose_line(eg.IDA), eg.lose_line(eg.BEN))
    assert eg.GUEST_ABSENCE_MS == eg.AGENT_ABSENCE_MS

    desk = then(desk, After(eg.GUEST_ABSENCE_MS))
    assert list(desk.waiting) == [eg.ANA.id]
    assert desk.agents[eg.IDA.id].rooms == ()


# --- restarts -------------------------------------------------------------------------------------


def test_time_in_which_the_server_was_down_counts_against_nobody():
    desk = given(
        *FLOOR, eg.assist(eg.IDA, eg.BEN), eg.lose_line(eg.ANA), eg.lose_line(eg.IDA), After(1_000)
    )
    back_ms = eg.NOW + 1_000 + eg.HOUR
    desk = then(desk, Resume(eg.HOUR), at_ms=back_ms)

    assert next_deadline(desk) == eg.NOW + eg.HOUR + eg.GUEST_ABSENCE_MS
    assert desk.guests[eg.ANA.id].absent_since_ms == eg.NOW + eg.HOUR
    assert desk.agents[eg.IDA.id].absent_since_ms == eg.NOW + eg.HOUR
    assert desk.guests[eg.BEN.id].absent_since_ms is None
    assert eg.ANA.id in then(desk, After(eg.GUEST_ABSENCE_MS - 1_001), at_ms=back_ms).waiting
    assert eg.ANA.id not in then(desk, After(eg.GUEST_ABSENCE_MS - 1_000), at_ms=back_ms).waiting


def test_a_restart_moves_nothing_for_those_who_are_there():
    desk = given(*FLOOR)

    after = then(desk, Resume(eg.HOUR), at_ms=eg.NOW + eg.HOUR)
    assert after.guests == desk.guests
    assert after.agents == desk.agents


def test_a_name_is_kept_longer_by_the_time_in_which_the_server_was_down():
    gone = (eg.identify(eg.ANA), eg.end(eg.ANA, eg.ANA), eg.lose_line(eg.ANA))
    desk = then(given(*gone), Resume(eg.DAY), at_ms=eg.NOW + eg.DAY)

    assert then(desk, After(eg.DAY - 1), at_ms=eg.NOW + eg.DAY).knows(eg.ANA.id)
    assert not then(desk, After(eg.DAY), at_ms=eg.NOW + eg.DAY).knows(eg.ANA.id)


@pytest.mark.parametrize(("down_ms", "counted"), [(0, 0), (-5, 0), (5, 5)])
def test_a_server_is_never_down_for_less_than_nothing(down_ms: int, counted: int):
    assert only(given(), Resume(down_ms)) == Resumed(eg.NOW, counted)


def test_the_entries_of_a_story_have_the_times_of_their_deadlines():
    kept = log(given(*FLOOR), eg.lose_line(eg.ANA), After(eg.HOUR))

    assert [one.entry.at_ms for one in kept] == [eg.NOW, eg.NOW + eg.GUEST_ABSENCE_MS]
