from frontdesk.desk import queue
from frontdesk.desk.limits import WAIT_SAMPLE, WAIT_SAMPLE_MS
from frontdesk.desk.state import State
from tests import examples as eg
from tests.desk.story import After, given, then

FLOOR = (*eg.at_work(eg.IDA, eg.JON), *eg.waiting(eg.ANA, eg.BEN, eg.CEM))


def order(desk: State) -> list[str]:
    """The names of those who wait."""
    return [desk.label(guest) for guest in desk.waiting]


def test_guests_wait_in_the_order_in_which_they_came():
    assert order(given(*FLOOR)) == ["Ana", "Ben", "Cem"]


def test_the_next_guest_is_the_first_who_is_there():
    desk = given(*FLOOR, eg.lose_line(eg.ANA))

    assert queue.next_guest(desk) == eg.BEN.id
    assert queue.next_guest(then(desk, eg.restore_line(eg.ANA))) == eg.ANA.id


def test_nobody_is_next_where_nobody_is_there():
    assert queue.next_guest(given()) is None
    assert queue.next_guest(given(eg.identify(eg.ANA), eg.lose_line(eg.ANA))) is None


def test_an_absent_guest_still_counts_in_the_places_of_the_others():
    assert order(given(*FLOOR, eg.lose_line(eg.ANA))) == ["Ana", "Ben", "Cem"]


def test_a_guest_with_an_old_ticket_has_their_old_place():
    desk = given(*FLOOR, eg.assist(eg.IDA, eg.BEN))
    assert order(desk) == ["Ana", "Cem"]

    assert order(then(desk, eg.sign_off(eg.IDA))) == ["Ana", "Ben", "Cem"]


def test_a_guest_with_the_newest_ticket_comes_back_to_the_end():
    desk = given(*FLOOR, eg.assist(eg.IDA, eg.CEM), eg.sign_off(eg.IDA))

    assert order(desk) == ["Ana", "Ben", "Cem"]


def test_the_order_does_not_depend_on_the_order_in_which_they_come_back():
    desk = given(
        *FLOOR,
        eg.assist(eg.IDA, eg.CEM),
        eg.assist(eg.JON, eg.BEN),
        eg.assist(eg.IDA, eg.ANA),
        eg.sign_off(eg.IDA),
        eg.sign_off(eg.JON),
    )

    assert order(desk) == ["Ana", "Ben", "Cem"]


# --- the wait that is told ------------------------------------------------------------------------


def test_nobody_has_waited_so_the_wait_is_zero():
    assert queue.average_wait_ms(given(), eg.NOW) == 0


def test_before_anybody_was_taken_the_wait_is_the_mean_age_of_those_who_wait():
    desk = given(eg.identify(eg.ANA), After(eg.MINUTE), eg.identify(eg.BEN))

    assert queue.average_wait_ms(desk, eg.NOW + 2 * eg.MINUTE) == 90 * eg.SECOND


def test_the_wait_is_the_mean_of_the_last_waits():
    desk = given(*FLOOR, After(eg.MINUTE), eg.assist(eg.IDA), After(eg.MINUTE), eg.assist(eg.IDA))

    assert queue.average_wait_ms(desk, eg.NOW + 2 * eg.MINUTE) == 90 * eg.SECOND


def test_what_happened_over_an_hour_ago_says_nothing_about_today():
    desk = given(*FLOOR, After(eg.MINUTE), eg.assist(eg.IDA))

    at_most = eg.NOW + eg.MINUTE + WAIT_SAMPLE_MS
    assert queue.average_wait_ms(desk, at_most) == eg.MINUTE
    # Ben and Cem are still there; their own wait is all that is known.
    assert queue.average_wait_ms(desk, at_most + 1) == WAIT_SAMPLE_MS + eg.MINUTE + 1


def test_only_the_last_twenty_waits_count():
    desk = given()
    for number in range(WAIT_SAMPLE + 5):
        queue.note_taken(desk, eg.NOW, number * eg.SECOND)

    assert len(desk.taken) == WAIT_SAMPLE
    assert queue.average_wait_ms(desk, eg.NOW) == 14_500


def test_a_guest_who_has_just_come_back_has_not_waited_for_long():
    desk = given(*FLOOR, After(eg.HOUR), eg.assist(eg.IDA), eg.sign_off(eg.IDA))
    later = eg.NOW + eg.HOUR + eg.MINUTE

    desk = then(desk, eg.available(eg.IDA), eg.assist(eg.IDA), at_ms=later)
    assert [wait for _, wait in desk.taken] == [eg.HOUR, eg.MINUTE]
