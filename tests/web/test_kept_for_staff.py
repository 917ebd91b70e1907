"""A flood of guests keeps no agent out: the last places are for staff, on every transport."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.web.bounds import KEPT_SHARE, Bounds
from frontdesk.web.crowd import Crowd
from frontdesk.web.places import WIDE
from tests import examples as eg
from tests.web.calls import PATIENCE_S
from tests.web.front import PASSWORD, SESSION, Front, Someone, refused, settled
from tests.web.lines import Connect, EventSource, Socket
from tests.web.real import RealFront

pytestmark = pytest.mark.slow  # real sockets, real waits

PLACES = 60
KEPT = PLACES // KEPT_SHARE


class Flood:
    """Connections that say nothing and take every place that is open to all."""

    def __init__(self, front: RealFront) -> None:
        self._front = front
        self._ends = AsyncExitStack()

    async def rise(self) -> None:
        while not self._front.crowd.is_crowded:
            _, writer = await asyncio.open_connection("127.0.0.1", self._front.port)
            self._ends.callback(writer.close)
            await settled()

    async def fall(self) -> None:
        await self._ends.aclose()


@pytest.fixture
async def front() -> AsyncIterator[RealFront]:
    front = RealFront(bounds=Bounds(connections=PLACES))
    await front.start()
    yield front
    await front.stop()


@pytest.fixture
async def flood(front: RealFront) -> AsyncIterator[Flood]:
    flood = Flood(front)
    yield flood
    await flood.fall()


async def fresh(front: Front, who: Someone) -> Someone:
    """The same person, on connections of their own."""
    again = front.someone(token=who.token)
    again.user, again.room, again.token, again.since = who.user, who.room, who.token, who.since
    return again


async def test_a_guest_is_told_to_come_back_and_does_once_there_is_room(
    front: RealFront, flood: Flood, connect: Connect
):
    ana = await front.guest(eg.ANA)
    await flood.rise()

    line = await connect(await fresh(front, ana), ana.since)
    match line:
        case Socket():
            assert await line.rest() == []
            assert line.ended is HangUp.OVERLOADED
            assert ADVICE[line.ended].after_ms == 5_000
        case EventSource():
            start = await line.line.message()
            headers = dict(start["headers"])
            assert (start["status"], headers[b"retry-after"]) == (503, b"5")
            assert headers[b"connection"] == b"close"
        case _:
            answer = await (await fresh(front, ana)).get("/listen", since=ana.since)
            refused(answer, 503, "overloaded")
            assert answer.headers["connection"] == "close"

    await flood.fall()
    async with asyncio.timeout(PATIENCE_S):
        while front.crowd.is_crowded:
            await front.settled()
    back = await connect(await fresh(front, ana), ana.since)
    assert (await back.next())["type"] != "error"


async def test_staff_get_in_while_guests_flood(front: RealFront, flood: Flood, connect: Connect):
    ida = await front.agent(eg.IDA)
    await flood.rise()

    line = await connect(await fresh(front, ida), ida.since)
    await ida.post("/status", {"status": "away"})

    assert {"type": "status", "of": "availability"}.items() <= (await line.next()).items()
    assert line.ended is None


async def test_who_is_here_already_stays_and_talks_on(front: RealFront, flood: Flood):
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana, ana.since)
    await socket.all()
    assert (await ana.get("/state")).status_code == 200
    await flood.rise()

    sent = await socket.ask("message", room=ana.room, body="I was here before")

    assert sent["type"] == "success"
    assert (await ana.get("/state")).status_code == 200


async def test_staff_can_sign_in_and_strangers_can_do_nothing_else(front: RealFront, flood: Flood):
    await flood.rise()
    ida = front.someone()

    refused(await front.someone().get("/waittime"), 503, "overloaded")
    identify = {"username": "Eve", "question": "?"}
    refused(await front.someone().post("/identify", identify), 503, "overloaded")
    answer = await ida.post(SESSION, {"username": "Ida", "password": PASSWORD})
    assert answer.status_code == 201
    assert (await ida.get("/guests")).json() == []


async def test_who_asks_for_what_is_not_there_keeps_no_place(front: RealFront, flood: Flood):
    await flood.rise()

    answer = await front.someone().client.get("/nope")

    assert (answer.status_code, answer.headers["connection"]) == (404, "close")


async def test_who_watches_the_server_is_answered_and_keeps_no_place(
    front: RealFront, flood: Flood
):
    await flood.rise()
    for path in ("/healthz", "/readyz"):
        answer = await front.someone().client.get(path)
        assert (answer.status_code, answer.headers["connection"]) == (200, "close")


async def test_places_beyond_the_last_are_nobodys(front: RealFront, flood: Flood):
    ida = await front.agent(eg.IDA)
    await flood.rise()
    lines = [await Socket.open(await fresh(front, ida), ida.since) for _ in range(KEPT)]
    for line in lines:
        assert (await line.ask("guests"))["answer"] == []

    refused(await (await fresh(front, ida)).get("/state"), 503, "overloaded")


def test_a_tenth_is_kept():
    # Written out again: operators are told so.
    assert Bounds().open_to_all == 9_000
    assert Bounds(connections=5).open_to_all == 5


def test_one_customer_of_ipv6_takes_no_more_than_eight_addresses():
    crowd = Crowd(Bounds(address_connections=3, proxies=()))
    places = [crowd.neighbourhood((f"2001:db8:7:{n:x}::1", 1)) for n in range(20)]
    other = crowd.neighbourhood(("2001:db8:8::1", 1))

    for place in places:
        for _ in range(3):
            if crowd.has_room(place):
                crowd.enter(place)

    assert WIDE == 8
    assert len(crowd) == 3 * WIDE
    assert crowd.has_room(other)
    for place in places[:WIDE]:
        for _ in range(3):
            crowd.leave(place)
    assert len(crowd) == 0
    assert not crowd._from
