import pytest

from frontdesk.desk.commands import End, Resume, Tick
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.entries import AgentGone, EndReason, Entry, RoomClosing, RoomEnded
from frontdesk.desk.limits import CLOSING_MS
from frontdesk.desk.state import State
from tests import examples as eg
from tests.desk.story import After, Step, entries, given, log, then

FLOOR = (*eg.at_work(eg.IDA, eg.JON, eg.MIA), *eg.waiting(eg.ANA, eg.BEN))
CHAT = (*FLOOR, eg.assist(eg.IDA, eg.ANA))
WARNED = eg.SILENCE_MS - CLOSING_MS


def happens(desk: State, *steps: Step, at_ms: int = eg.NOW) -> list[tuple[int, type[Entry]]]:
    """What of these steps has to do with silence, and how long after `at_ms`."""
    return [
        (kept.entry.at_ms - at_ms, type(kept.entry))
        for kept in log(desk, *steps, at_ms=at_ms)
        if isinstance(kept.entry, RoomClosing | RoomEnded)
    ]


def test_a_room_in_which_nobody_writes_is_warned_of_and_then_over():
    desk = given(*CHAT)

    assert happens(desk, After(eg.HOUR)) == [(WARNED, RoomClosing), (eg.SILENCE_MS, RoomEnded)]
    *_, ended = [kept.entry for kept in log(desk, After(eg.HOUR))]
    assert isinstance(ended, RoomEnded)
    assert ended.reason is EndReason.SILENCE
    assert eg.IDA.id in ended.members


def test_the_warning_says_how_long_there_is():
    (closing,) = [kept.entry for kept in log(given(*CHAT), After(WARNED))]

    assert closing == RoomClosing(eg.NOW + WARNED, eg.ANA.room, 60)


@pytest.mark.parametrize("author", [eg.ANA, eg.IDA], ids=["guest", "agent"])
def test_a_message_begins_the_silence_anew(author: eg.Guest | eg.Agent):
    desk = given(*CHAT)
    steps = (After(10 * eg.MINUTE), eg.post(author, eg.ANA), After(eg.SILENCE_MS))

    found = happens(desk, *steps)
    assert found == [
        (10 * eg.MINUTE + WARNED, RoomClosing),
        (10 * eg.MINUTE + eg.SILENCE_MS, RoomEnded),
    ]


def test_a_message_in_the_last_minute_keeps_the_room():
    desk = given(*CHAT)
    steps = (After(eg.SILENCE_MS - 1), eg.post(eg.ANA, eg.ANA), After(WARNED - 1))

    assert happens(desk, *steps) == [(WARNED, RoomClosing)]
    assert eg.ANA.room in then(desk, *steps).rooms


def test_a_message_of_a_monitor_counts():
    desk = given(*CHAT, eg.join(eg.MIA, eg.ANA.room))

    assert not happens(desk, After(WARNED - 1), eg.post(eg.MIA, eg.ANA), After(WARNED - 1))


def test_a_guest_who_waits_is_patient_and_not_silent():
    assert happens(given(*FLOOR), After(eg.HOUR)) == []


@pytest.mark.parametrize(
    "step", [eg.sign_off(eg.IDA), eg.leave(eg.IDA, eg.ANA.room)], ids=["sign off", "leave"]
)
def test_a_guest_who_waits_again_is_not_silent_any_more(step: Step):
    desk = given(*CHAT)

    assert happens(desk, After(WARNED), step, After(eg.HOUR)) == [(WARNED, RoomClosing)]


def test_the_silence_begins_when_an_agent_comes():
    desk = given(*FLOOR)
    steps = (After(eg.HOUR), eg.assist(eg.IDA, eg.ANA), After(eg.SILENCE_MS))

    assert happens(desk, *steps)[0] == (eg.HOUR + WARNED, RoomClosing)


def test_the_silence_begins_anew_with_another_agent():
    desk = given(*CHAT)
    steps = (
        After(eg.SILENCE_MS - 1),
        eg.transfer(eg.IDA, eg.ANA, eg.JON),
        After(eg.SILENCE_MS - 1),
    )

    assert happens(desk, *steps) == [
        (WARNED, RoomClosing),
        (eg.SILENCE_MS - 1 + WARNED, RoomClosing),
    ]


def test_a_room_that_is_over_is_not_closed_again():
    assert next_deadline(given(*CHAT, eg.end(eg.ANA, eg.ANA))) is None
    assert next_deadline(given(*CHAT, After(WARNED), eg.end(eg.ANA, eg.ANA))) is None


def test_group_rooms_and_direct_rooms_may_be_silent():
    desk = given(*FLOOR, eg.create(eg.MIA), eg.join(eg.IDA), eg.direct(eg.IDA, eg.JON))

    assert next_deadline(desk) is None
    assert next_deadline(then(desk, End(eg.MIA.id, eg.TEAM))) is None


def test_the_time_in_which_the_server_was_down_is_not_silence():
    desk = given(*CHAT, After(10 * eg.MINUTE), Resume(eg.HOUR))
    now_ms = eg.NOW + 10 * eg.MINUTE + eg.HOUR

    assert happens(desk, After(eg.HOUR), at_ms=now_ms) == [
        (WARNED - 10 * eg.MINUTE, RoomClosing),
        (eg.SILENCE_MS - 10 * eg.MINUTE, RoomEnded),
    ]


def test_a_server_that_went_down_in_the_last_minute_gives_the_rest_of_it():
    desk = given(*CHAT, After(eg.SILENCE_MS - 1), Resume(eg.HOUR))
    now_ms = eg.NOW + eg.SILENCE_MS - 1 + eg.HOUR

    assert happens(desk, After(eg.HOUR), at_ms=now_ms) == [(1, RoomEnded)]


def test_a_warning_that_came_late_still_leaves_a_minute():
    desk = given(*CHAT)

    assert [type(entry) for entry in entries(desk, Tick(), at_ms=eg.NOW + eg.HOUR)] == [RoomClosing]
    late = then(desk, Tick(), at_ms=eg.NOW + eg.HOUR)
    assert next_deadline(late) == eg.NOW + eg.HOUR + CLOSING_MS


def test_two_rooms_of_a_full_agent_end_at_once_and_the_agent_is_available_once():
    desk = given(*CHAT, eg.assist(eg.IDA, eg.BEN), eg.limit(eg.IDA, 2))

    ends = [kept.entry for kept in log(desk, After(eg.SILENCE_MS))][-2:]
    assert [one.became for one in ends if isinstance(one, RoomEnded)] == ["available", None]


def test_of_an_agent_who_goes_and_a_room_that_falls_silent_at_once_the_first_comes_first():
    desk = given(
        *CHAT, After(eg.SILENCE_MS - eg.AGENT_ABSENCE_MS), eg.lose_line(eg.IDA), After(eg.SECOND)
    )
    steps = After(eg.AGENT_ABSENCE_MS)

    kept = log(desk, steps, at_ms=eg.NOW + eg.SILENCE_MS - eg.AGENT_ABSENCE_MS + eg.SECOND)
    assert [type(one.entry) for one in kept] == [RoomClosing, AgentGone]
    assert [type(one) for one in entries(desk, Tick(), at_ms=eg.NOW + eg.DAY)] == [RoomClosing]
