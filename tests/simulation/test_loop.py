import asyncio
import random

import pytest

from tests.simulation.loop import Endless, Life, Loop, Stuck


@pytest.fixture
def loop() -> Loop:
    return Loop(random.Random(7), disorder=False)


def test_time_jumps_to_the_next_timer(loop: Loop):
    async def sleeps() -> float:
        await asyncio.sleep(3_600)
        return loop.time()

    assert loop.run_until_complete(sleeps()) == pytest.approx(3_600, abs=0.01)


def test_timers_ring_in_their_order(loop: Loop):
    rung: list[int] = []

    async def waits() -> None:
        for after in (3, 1, 2):
            loop.call_later(after, rung.append, after)
        await asyncio.sleep(4)

    loop.run_until_complete(waits())

    assert rung == [1, 2, 3]


def test_what_never_comes_is_an_error(loop: Loop):
    async def waits() -> None:
        await asyncio.Event().wait()

    task = loop.create_task(waits())
    with pytest.raises(Stuck):
        loop.run_until_complete(task)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)


def test_what_never_ends_is_an_error(loop: Loop):
    async def spins() -> None:
        loop.call_soon(spin)
        await asyncio.Event().wait()

    def spin() -> None:
        loop.call_soon(spin)

    task = loop.create_task(spins())
    with pytest.raises(Endless):
        loop.run_until_complete(task)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)


def test_a_life_ends_with_all_that_was_begun_in_it(loop: Loop):
    life, begun = Life(), list[object]()

    async def lives(children: int) -> None:
        if children:
            begun.append(asyncio.create_task(lives(children - 1)))
        await asyncio.Event().wait()

    async def world() -> None:
        begun.append(life.begin(lives(2)))
        await asyncio.sleep(1)
        assert len(life.left()) == 3
        await life.end()

    loop.run_until_complete(world())

    assert life.left() == []
    assert len(begun) == 3


def test_a_fault_that_nobody_handles_is_kept(loop: Loop):
    async def world() -> None:
        loop.call_soon(lambda: 1 / 0)
        await asyncio.sleep(1)

    loop.run_until_complete(world())

    assert ["ZeroDivisionError" in one for one in loop.unhandled] == [True]
