from frontdesk.client.ladder import FAILURES, Ladder
from frontdesk.client.lines import Transport
from frontdesk.client.timing import Timing

SOCKET, SSE, POLL = Transport
TIMING = Timing(better_ms=1_000, better_most_ms=3_000)


def ladder(*, failed: int = 0) -> Ladder:
    """At time 0, with so many failures of whatever it picks."""
    made = Ladder((SOCKET, SSE, POLL), TIMING)
    for _ in range(failed):
        made.failed(made.pick(0), 0)
    return made


def test_one_or_two_failures_change_nothing():
    assert ladder(failed=FAILURES - 1).pick(0) is SOCKET


def test_it_steps_down_and_below_the_last_stands_the_first():
    found = [ladder(failed=FAILURES * steps).pick(0) for steps in range(4)]

    assert found == [SOCKET, SSE, POLL, SOCKET]


def test_what_worked_meanwhile_does_not_count():
    steps = ladder(failed=FAILURES - 1)
    steps.worked(SOCKET)
    steps.failed(SOCKET, 0)

    assert steps.pick(0) is SOCKET


def test_the_best_is_tried_again_later_and_each_time_later():
    steps = ladder(failed=FAILURES)

    assert not steps.wants_better(999)
    assert steps.wants_better(1_000)
    tried = []
    for now_ms in range(0, 10_000, 500):
        if steps.pick(now_ms) is SOCKET:
            tried.append(now_ms)
            steps.failed(SOCKET, now_ms)
    assert tried == [1_000, 3_000, 6_000, 9_000]
    assert steps.pick(11_999) is SSE


def test_once_the_best_works_it_is_stayed_with():
    steps = ladder(failed=FAILURES)
    steps.worked(steps.pick(1_000))

    assert steps.pick(1_001) is SOCKET
    assert not steps.wants_better(1_000_000)


def test_a_fixed_transport_is_never_left():
    steps = Ladder((SOCKET, SSE, POLL), TIMING)
    steps.fixed = SSE
    for _ in range(20):
        steps.failed(SSE, 0)

    assert steps.pick(10_000) is SSE
    assert not steps.wants_better(10_000)
