import random

from frontdesk.client.backoff import Backoff
from frontdesk.client.timing import Timing

TIMING = Timing(pause_ms=100, pause_most_ms=1_000)


def most(*, least_ms: int = 0, failures: int = 0) -> int:
    """The longest of a thousand pauses after so many failures."""
    found = []
    for seed in range(1_000):
        backoff = Backoff(TIMING, random.Random(seed))
        for _ in range(failures):
            backoff.next_ms()
        found.append(backoff.next_ms(least_ms))
    assert min(found) < least_ms + 20, "the jitter is full: it begins at the least"
    return max(found)


def test_pauses_double_up_to_the_longest():
    assert [round(most(failures=n), -2) for n in range(6)] == [100, 200, 400, 800, 1000, 1000]


def test_it_never_overflows():
    backoff = Backoff(TIMING)

    assert max(backoff.next_ms() for _ in range(10_000)) <= 1_000


def test_what_the_server_asks_for_is_the_least_and_spread_over_as_much_again():
    assert 9_900 < most(least_ms=5_000) <= 10_000


def test_after_a_success_the_first_pause_is_short_again():
    backoff = Backoff(TIMING)
    for _ in range(10):
        backoff.next_ms()

    backoff.worked()

    assert backoff.next_ms() <= 100
