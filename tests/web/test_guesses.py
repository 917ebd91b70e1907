from hypothesis import given
from hypothesis import strategies as st

from frontdesk.web.guesses import FREE, LONGEST_WAIT_MS, QUIET_MS, Guesses, wait_ms

NOW = 1_000_000
KEY = b"ida from there"


def after(wrong: int) -> tuple[Guesses, int]:
    """So many wrong guesses, each as early as it was let in, and when the last one was."""
    guesses, now_ms = Guesses(10), NOW
    for _ in range(wrong):
        now_ms += guesses.begin(KEY, now_ms)
        assert guesses.begin(KEY, now_ms) == 0 or wrong <= FREE
    return guesses, now_ms


def test_five_are_free_and_each_one_after_them_waits_twice_as_long_up_to_five_minutes():
    guesses, now_ms, waits = Guesses(10), NOW, []
    for _ in range(18):
        wait = guesses.begin(KEY, now_ms)
        waits.append(wait)
        now_ms += wait
        if wait:
            assert guesses.begin(KEY, now_ms) == 0

    assert waits[:5] == [0] * 5
    assert waits[5:14] == [1_000 << n for n in range(9)]
    assert set(waits[14:]) == {300_000}


@given(st.integers(0, 10**9))
def test_no_number_of_guesses_waits_longer_than_the_longest(wrong: int):
    assert 0 <= wait_ms(wrong) <= LONGEST_WAIT_MS
    assert wait_ms(wrong) <= wait_ms(wrong + 1)


@given(st.lists(st.integers(0, 400_000), min_size=1, max_size=100))
def test_whoever_waits_as_told_is_let_in_and_no_sooner(gaps: list[int]):
    guesses, now_ms = Guesses(10), NOW
    for gap in gaps:
        now_ms += gap
        wait = guesses.begin(KEY, now_ms)
        if wait:
            assert guesses.begin(KEY, now_ms + wait - 1) == 1
            now_ms += wait
            assert guesses.begin(KEY, now_ms) == 0


@given(st.lists(st.integers(0, 999), max_size=50))
def test_who_asks_again_and_again_waits_no_longer(times: list[int]):
    guesses = Guesses(10)
    for _ in range(FREE):
        guesses.begin(KEY, NOW)

    for at_ms in sorted(times):
        assert guesses.begin(KEY, NOW + at_ms) == 1_000 - at_ms

    assert guesses.begin(KEY, NOW + 1_000) == 0


@given(st.lists(st.integers(0, 2 * QUIET_MS), max_size=200))
def test_nobody_guesses_more_often_than_by_going_on_or_by_beginning_anew_each_hour(gaps: list[int]):
    guesses, now_ms, made = Guesses(10), NOW, 0
    for gap in gaps:
        now_ms += gap
        made += guesses.begin(KEY, now_ms) == 0

    hours = (now_ms - NOW) // QUIET_MS + 1
    assert made <= 14 + 14 * hours


def test_the_right_one_lets_what_went_before_be_forgotten():
    guesses = Guesses(10)
    for _ in range(FREE):
        guesses.begin(KEY, NOW)

    guesses.right(KEY)

    assert not len(guesses)
    for _ in range(FREE):
        assert guesses.begin(KEY, NOW) == 0


def test_many_at_once_are_not_all_free():
    guesses = Guesses(10)

    assert [guesses.begin(KEY, NOW) for _ in range(100)].count(0) == FREE


def test_one_that_was_never_made_costs_nothing():
    guesses = Guesses(10)
    for _ in range(100):
        assert guesses.begin(KEY, NOW) == 0
        guesses.never_made(KEY)
    guesses.never_made(b"nobody")

    assert [guesses.begin(KEY, NOW) for _ in range(100)].count(0) == FREE


def test_one_that_was_never_made_takes_no_room():
    guesses = Guesses(10)
    guesses.begin(KEY, NOW)

    guesses.never_made(KEY)

    assert not len(guesses)


def test_wrong_ones_are_forgotten_after_a_quiet_hour_and_no_sooner():
    guesses = Guesses(10)
    for _ in range(FREE):
        guesses.begin(KEY, NOW)

    assert guesses.begin(KEY, NOW + QUIET_MS) == 0
    assert guesses.begin(KEY, NOW + QUIET_MS) == 2_000

    later = NOW + 2 * QUIET_MS + 1
    assert [guesses.begin(KEY, later) for _ in range(FREE)] == [0] * FREE


def test_the_table_is_bounded_under_a_hundred_thousand_names_and_forgets_in_time():
    guesses = Guesses(1_000)
    for number in range(100_000):
        guesses.begin(b"%d" % number, NOW)
    assert len(guesses) == 1_000

    for number in range(600):
        guesses.begin(b"%d" % (number % 2), NOW + QUIET_MS + 1)
    assert len(guesses) == 2
