"""The stream of nothing by which somebody finds out what stands in between."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from frontdesk.web.trickle_api import APART_MS, DROPS, RUNNING_MOST
from tests.web.front import refused
from tests.web.real import RealFront

pytestmark = pytest.mark.slow  # real sockets, real waits

TRICKLE = "/api/v1/trickle"


@pytest.fixture
async def front() -> AsyncIterator[RealFront]:
    front = RealFront()
    await front.start()
    yield front
    await front.stop()


async def test_each_drop_comes_by_itself_to_anybody(front: RealFront):
    url = f"http://127.0.0.1:{front.port}{TRICKLE}"
    async with httpx2.AsyncClient(trust_env=False) as one, one.stream("GET", url) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        lines = (line async for line in answer.aiter_lines() if line)
        assert await anext(lines) == "data: 0"
        for number in range(1, DROPS):
            following = asyncio.ensure_future(anext(lines))
            await front.settled()
            assert not following.done()
            await front.pass_time(APART_MS)
            assert await following == f"data: {number}"
        assert [line async for line in lines] == []


async def test_it_is_silent_for_as_long_as_is_asked(front: RealFront):
    task = asyncio.create_task(front.someone().client.get(TRICKLE, params={"wait": "3"}))
    for _ in range(3_000 // APART_MS):
        await front.pass_time(APART_MS)
    for _ in range(DROPS - 1):
        assert not task.done()
        await front.pass_time(APART_MS)

    assert (await task).text.count("data:") == DROPS


async def test_so_many_run_at_once_and_a_place_is_free_when_one_is_over(front: RealFront):
    clients = [front.someone().client for _ in range(RUNNING_MOST)]
    waits = {"wait": "55"}
    tasks = [asyncio.create_task(one.get(TRICKLE, params=waits)) for one in clients]
    await front.settled()

    refused(await front.someone().client.get(TRICKLE), 503, "overloaded")

    await clients.pop().aclose()
    tasks.pop().cancel()
    await front.settled()
    tasks.append(asyncio.create_task(front.someone().client.get(TRICKLE, params=waits)))
    await front.settled()
    front.drain()
    front.clock.advance(APART_MS)
    assert [(await one).status_code for one in tasks] == [200] * RUNNING_MOST


async def test_a_server_that_ends_does_not_wait_for_it(front: RealFront):
    task = asyncio.create_task(front.someone().client.get(TRICKLE, params={"wait": "55"}))
    await front.settled()
    front.drain()
    front.clock.advance(APART_MS)

    assert (await task).text == ""


@pytest.mark.parametrize("wait", ["-1", "56", "x", ""])
async def test_nobody_is_silent_for_longer(front: RealFront, wait: str):
    answer = await front.someone().client.get(TRICKLE, params={"wait": wait})

    refused(answer, 400, "malformed", "?wait")
