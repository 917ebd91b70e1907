"""Polls that end sooner than they should."""

from typing import Any

import httpx2
import pytest

from frontdesk.client import poll as polls
from frontdesk.client.calls import Calls
from frontdesk.client.failures import Ended
from frontdesk.client.poll import SOON_MS, Poll
from frontdesk.client.timing import Timing
from tests.client.scripted import at, said
from tests.web.front import HERE

NOOP = {"type": "noop", "id": at(2, 0)}


class Server:
    """Answers each poll with these events, after so long by the client's clock."""

    def __init__(self, events: list[Any], took_ms: int, timing: Timing) -> None:
        self.now_ms = 0
        self.asked = 0
        self._events = events
        self._took_ms = took_ms
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        self.poll = Poll(Calls(HERE, "main", timing, http=http), timing, at(1))

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        self.now_ms += self._took_ms
        return httpx2.Response(200, json=self._events)


async def test_a_poll_that_soon_brings_nothing_is_of_a_server_that_goes(
    monkeypatch: pytest.MonkeyPatch,
):
    server = Server([NOOP], SOON_MS - 1, Timing())
    monkeypatch.setattr(polls, "now_ms", lambda: server.now_ms)

    assert await server.poll.next() == [NOOP]
    with pytest.raises(Ended, match="restart") as ended:
        await server.poll.next()

    assert (ended.value.come_back, ended.value.after_ms, server.asked) == (True, 500, 1)


@pytest.mark.parametrize(
    ("events", "took_ms", "timing"),
    [
        pytest.param([NOOP], SOON_MS, Timing(), id="quiet"),
        pytest.param([said(2)], 0, Timing(), id="news"),
        pytest.param([{"type": "queuepos"}, NOOP], 0, Timing(), id="signal"),
        pytest.param([NOOP], 0, Timing(silence_ms=1_000), id="was not to wait"),
    ],
)
async def test_any_other_poll_is_followed_by_the_next(
    monkeypatch: pytest.MonkeyPatch, events: list[Any], took_ms: int, timing: Timing
):
    server = Server(events, took_ms, timing)
    monkeypatch.setattr(polls, "now_ms", lambda: server.now_ms)

    assert await server.poll.next() == events
    assert await server.poll.next() == events
    assert server.asked == 2
