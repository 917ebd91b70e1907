from functools import partial

import pytest

from frontdesk.desk.audience import AGENTS, ALL, Mark
from frontdesk.engine.wakeups import Wakeups
from tests.engine.running import settled

SLEEPERS = 20


@pytest.mark.parametrize("marks", [[ALL], [AGENTS, ALL]])
async def test_sleepers_are_woken_in_the_order_in_which_they_fell_asleep(marks: list[Mark]):
    wakeups = Wakeups()
    woken: list[int] = []

    def woken_next(number: int, _: object) -> None:
        woken.append(number)

    for number, waiter in enumerate(map(wakeups.sleep, [[ALL, AGENTS]] * SLEEPERS)):
        waiter.future.add_done_callback(partial(woken_next, number))

    wakeups.wake(marks)
    await settled()

    assert woken == [*range(SLEEPERS)]
