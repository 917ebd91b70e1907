"""What an answer says: yes, no, or that nobody knows. And that a feed outlives the last."""

import asyncio
from contextlib import aclosing
from typing import Any

import httpx2
import msgspec
import pytest

from frontdesk.client import Desk, Refused, Timing, Transport
from frontdesk.client import events as ev
from frontdesk.client.calls import read
from frontdesk.client.failures import Lost
from tests.client.scripted import at
from tests.web.front import HERE

FAULT = {"type": "error", "error": "Something went wrong.", "code": "fault", "ref": "00c0ffee"}
BUSY = {"type": "error", "error": "Busy.", "code": "overloaded", "retry_after": 2}


@pytest.mark.parametrize(
    ("status", "told"),
    [(500, FAULT), (500, {**FAULT, "code": "new"}), (502, None), (503, None), (504, {})],
)
def test_nobody_knows_what_was_done_before_a_fault(status: int, told: Any):
    with pytest.raises(Lost) as lost:
        read(status, "3", msgspec.json.encode(told))
    assert lost.value.after_ms == 3_000


@pytest.mark.parametrize(("status", "told"), [(503, BUSY), (429, {**BUSY, "code": "too_fast"})])
def test_who_is_told_to_wait_knows_that_nothing_was_done(status: int, told: Any):
    with pytest.raises(Refused) as refused:
        read(status, "2", msgspec.json.encode(told))
    assert (refused.value.code, refused.value.retry_after_ms) == (told["code"], 2_000)


async def test_a_feed_goes_on_behind_faults():
    answers = [
        *[httpx2.Response(500, json=FAULT)] * 2,
        httpx2.Response(200, json={"id": at(8, 0)}),
        *[httpx2.Response(500, json=FAULT)] * 2,
        httpx2.Response(200, json=[{"type": "desk", "state": "open", "id": at(9)}]),
    ]
    paths = []

    def server(request: httpx2.Request) -> httpx2.Response:
        paths.append(request.url.path.rpartition("/")[2])
        return answers.pop(0) if answers else httpx2.Response(500, json=FAULT)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    timing = Timing(pause_ms=0, pause_most_ms=0)
    desk = Desk(HERE, token="t", transport=Transport.POLL, timing=timing, http=http)

    async with desk, asyncio.timeout(5), aclosing(desk.events()) as heard:
        found = [await anext(heard), await anext(heard)]

    assert [type(one) for one in found] == [ev.Reset, ev.DeskState]
    assert paths[:6] == ["state"] * 3 + ["listen"] * 3
