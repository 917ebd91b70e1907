from hypothesis import given
from hypothesis import strategies as st

from frontdesk.web.buckets import Buckets

NOW = 1_000_000
# Longer than any of these buckets takes to drain.
KEPT_MS = 10**9

rates = st.integers(1, 60_000)
bursts = st.integers(1, 200)
gaps = st.lists(st.integers(0, 5_000), min_size=1, max_size=60)


def let_in(rate: int, burst: int, gaps: list[int]) -> list[int]:
    """When something was let in, of what came with these gaps."""
    buckets, now_ms, found = Buckets[str](10, KEPT_MS), NOW, []
    for gap in gaps:
        now_ms += gap
        if not buckets.take("ana", rate, burst, now_ms):
            found.append(now_ms)
    return found


@given(rates, bursts, gaps)
def test_never_more_is_let_in_than_the_burst_and_the_rate(rate: int, burst: int, gaps: list[int]):
    times = let_in(rate, burst, gaps)

    for first, begun in enumerate(times):
        for last, ended in enumerate(times[first:], start=first):
            assert (last - first + 1 - burst) * 60_000 <= (ended - begun) * rate


@given(rates, bursts)
def test_a_whole_burst_is_let_in_after_a_rest(rate: int, burst: int):
    assert len(let_in(rate, burst, [0] * (burst + 5))) == burst


@given(rates, bursts, gaps)
def test_whoever_waits_as_told_is_let_in_and_no_sooner(rate: int, burst: int, gaps: list[int]):
    buckets, now_ms = Buckets[str](10, KEPT_MS), NOW
    for gap in gaps:
        now_ms += gap
        wait_ms = buckets.take("ana", rate, burst, now_ms)
        if wait_ms:
            assert buckets.take("ana", rate, burst, now_ms + wait_ms - 1) == 1
            assert buckets.take("ana", rate, burst, now_ms + wait_ms) == 0
            return


@given(rates, bursts, st.integers(1, 50), st.integers(0, 100))
def test_who_asks_again_and_again_waits_no_longer(rate: int, burst: int, times: int, gap: int):
    calm, pushy = Buckets[str](10, KEPT_MS), Buckets[str](10, KEPT_MS)
    for one in (calm, pushy):
        for _ in range(burst):
            assert one.take("ana", rate, burst, NOW) == 0
    wait_ms = calm.take("ana", rate, burst, NOW)

    for number in range(times):
        at_ms = NOW + min(number * gap, wait_ms - 1)
        assert pushy.take("ana", rate, burst, at_ms) == NOW + wait_ms - at_ms

    assert pushy.take("ana", rate, burst, NOW + wait_ms) == 0


def test_a_new_rate_holds_at_once_in_both_directions():
    buckets = Buckets[str](10, KEPT_MS)
    for _ in range(5):
        buckets.take("ana", 10, 5, NOW)
    assert buckets.take("ana", 10, 5, NOW) == 6_000

    assert buckets.take("ana", 6_000, 1_000, NOW) == 0
    for _ in range(500):
        assert buckets.take("ana", 6_000, 1_000, NOW) == 0

    # Of what was allowed under the old rate, no more counts than a full bucket.
    assert buckets.take("ana", 10, 5, NOW) == 6_000


def test_each_key_has_a_bucket_of_its_own():
    buckets = Buckets[str](10, KEPT_MS)
    assert buckets.take("ana", 1, 1, NOW) == 0

    assert buckets.take("ana", 1, 1, NOW) == 60_000
    assert buckets.take("ben", 1, 1, NOW) == 0


def test_what_is_given_back_may_be_taken_again():
    buckets = Buckets[str](10, KEPT_MS)
    buckets.take("ana", 1, 1, NOW)

    buckets.give_back("ana")
    buckets.give_back("ana")
    buckets.give_back("ben")

    assert buckets.take("ana", 1, 1, NOW) == 0
    assert buckets.take("ana", 1, 1, NOW) > 0


def test_the_table_is_bounded_under_a_hundred_thousand_keys_and_forgets_whom_nobody_asks_for():
    buckets = Buckets[int](1_000, KEPT_MS)
    buckets.take(-1, 1, 1, NOW)

    for number in range(100_000):
        buckets.take(number, 1, 1, NOW)
        if number % 500 == 0:
            # Whoever keeps coming stays in, and goes on waiting.
            assert buckets.take(-1, 1, 1, NOW) > 0

    assert len(buckets) == 1_000


def test_who_has_not_come_for_a_while_is_forgotten():
    buckets = Buckets[int](1_000, 5_000)
    for number in range(100):
        buckets.take(number, 1_000, 1, NOW)

    for number in range(60):
        buckets.take(1_000, 60_000, 1, NOW + 5_001 + number)

    assert len(buckets) == 1
