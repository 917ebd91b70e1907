import asyncio
from typing import Any

import pytest

from frontdesk.engine.clock import SystemClock
from frontdesk.engine.listening import READERS_MOST
from frontdesk.engine.presence import ALIVE_MS
from tests import examples as eg
from tests.web.front import SESSION, Front, Someone, outcome, refused, settled, types

WELCOME = [{"type": "welcome"}]


def noop(events: list[dict[str, Any]]) -> str:
    """The id of the noop that is all there is."""
    (event,) = events
    assert event.keys() == {"type", "id"}
    assert event["type"] == "noop"
    id: str = event["id"]
    return id


async def quiet(someone: Someone) -> str:
    """An id with nothing behind it."""
    await settled()
    await someone.news()
    return noop(await someone.poll(someone.since))


class HungUp:
    """A poll whose client hangs up when `gone` is set."""

    def __init__(self, front: Front, someone: Someone, query: str) -> None:
        self.gone = asyncio.Event()
        self.sent: list[Any] = []
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/v1/desks/main/listen",
            "query_string": query.encode(),
            "headers": [(b"authorization", f"Bearer {someone.token}".encode())],
            "scheme": "http",
            "client": ("127.0.0.1", 40_000),
        }
        self.poll = front.task(front.app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.sent.append(message)


# --- who may listen ---------------------------------------------------------


async def test_a_stranger_is_told_welcome_and_at_once(front: Front, stranger: Someone):
    answer = await stranger.get("/listen")

    assert answer.status_code == 200
    assert answer.json() == WELCOME
    assert await stranger.poll(wait=55) == WELCOME
    assert await stranger.poll("nonsense") == WELCOME
    assert await front.someone(token="fdg_" + "0" * 64).poll() == WELCOME


async def test_a_desk_that_does_not_exist_has_no_feed(ana: Someone):
    refused(await ana.get("/api/v1/desks/other/listen"), 404, "not_found")


@pytest.mark.parametrize(
    "wait", ["-1", "56", "1.5", "1e1", "x", "", " 1", "٣", "00551234", "9" * 5000, "true"]
)
async def test_a_wait_is_a_whole_number_of_seconds_up_to_55(ana: Someone, wait: str):
    refused(await ana.get("/listen", wait=wait), 400, "malformed", "?wait")


async def test_a_poll_that_says_two_places_says_none(ana: Someone):
    query = f"/listen?since={ana.since}&since={ana.since}"

    refused(await ana.get(query), 400, "malformed", "?since")


@pytest.mark.parametrize(
    "since",
    ["", "x", "1", "00e0c0de.1", "00E0C0DE.1.0", "00e0c0de.01.0", "00e0c0de.-1.0", "00e0c0de.1.0 "],
)
async def test_a_place_that_is_none_is_answered_with_reset(ana: Someone, since: str):
    assert await ana.poll(since) == [{"type": "reset", "reason": "malformed_id"}]


async def test_a_place_in_another_log_or_in_the_future_is_answered_with_reset(ana: Someone):
    epoch, offset, _ = ana.since.split(".")
    other = "00000000" if epoch != "00000000" else "00000001"

    assert await ana.poll(f"{other}.{offset}.0") == [{"type": "reset", "reason": "unknown_epoch"}]
    assert await ana.poll(f"{epoch}.{int(offset) + 1}.0") == [
        {"type": "reset", "reason": "from_the_future"}
    ]


# --- what a poll answers ----------------------------------------------------


async def test_since_is_exact_to_the_part(ana: Someone, ida: Someone):
    before = await quiet(ida)
    await ida.assist()

    events = await ida.poll(before)

    assert len(events) == 4
    for count, event in enumerate(events, start=1):
        rest = await ida.poll(event["id"])
        assert (rest if types(rest) != ["noop"] else []) == events[count:]


async def test_the_same_place_asked_twice_is_answered_twice(ana: Someone, ida: Someone):
    before = await quiet(ana)
    await ida.assist()

    assert await ana.poll(before) == await ana.poll(before)


async def test_a_quiet_poll_ends_with_a_noop_from_which_to_go_on(front: Front, ida: Someone):
    since = await quiet(ida)
    parked = await ida.park(since, wait=25)

    await front.pass_time(24_999)
    front.live.wakeups.wake_all()
    await settled()
    assert not parked.done()
    front.clock.advance(1)
    front.live.wakeups.wake_all()  # as the timer does, which runs on real time

    assert noop(await outcome(parked)) == since


@pytest.mark.slow
async def test_the_timer_of_a_quiet_poll_runs(front: Front, ana: Someone, ida: Someone):
    await ida.assist()
    since = await quiet(ana)
    front.engine.clock = SystemClock(eg.NOW)
    began = asyncio.get_running_loop().time()

    noop(await ana.poll(since, wait=1))

    assert 0.9 <= asyncio.get_running_loop().time() - began < 3


async def test_a_parked_poll_is_answered_when_something_comes(ana: Someone, ida: Someone):
    await ida.assist()
    parked = await ana.park(await quiet(ana))

    sent = await ida.say(ana.room)

    (event,) = await outcome(parked)
    assert (event["type"], event["id"]) == ("message", sent["id"])


async def test_what_others_do_elsewhere_answers_no_parked_poll(ana: Someone, ben: Someone):
    parked = await ana.park(await quiet(ana))

    await ben.say(ben.room)
    await settled()

    assert not parked.done()


async def test_a_noop_says_no_more_than_what_was_looked_at(ana: Someone, ida: Someone):
    await ida.assist()
    since = await quiet(ana)
    parked = await ana.park(since)
    await ida.say(ana.room)
    events = await outcome(parked)

    again = await ana.poll(since)

    assert again == events


async def test_a_long_silence_is_told_in_bounded_answers(front: Front, ana: Someone):
    await front.set(guest_rate=60_000)
    # An id with a version of signals, so that each answer ends in a noop that carries it.
    since = (await ana.poll(ana.since))[-1]["id"]
    for number in range(450):
        await ana.say(ana.room, str(number))

    told: list[str] = []
    answers = 0
    while True:
        events = await ana.poll(since)
        since = [event["id"] for event in events if "id" in event][-1]
        heard = [event["body"] for event in events if event["type"] == "message"]
        if not heard:
            break
        answers += 1
        told += heard
        assert len(events) <= 202

    assert told == [str(number) for number in range(450)]
    assert answers == 3


# --- signals ----------------------------------------------------------------


async def test_the_place_in_the_queue_is_told_once(front: Front, ana: Someone, ben: Someone):
    events = await ben.poll(ben.since)

    assert types(events) == ["queuepos", "noop"]
    assert events[0] == {"type": "queuepos", "position": 1, "wait": 0}
    noop(await ben.poll(events[-1]["id"]))


async def test_moving_up_to_be_next_is_told_at_once(ana: Someone, ben: Someone, ida: Someone):
    parked = await ben.park(await quiet(ben))

    await ida.assist()

    events = await outcome(parked)
    assert types(events) == ["queuepos", "noop"]
    assert events[0]["position"] == 0


async def test_moving_up_in_the_middle_is_told_within_a_second(
    front: Front, ana: Someone, ben: Someone, ida: Someone
):
    cem = await front.guest(eg.CEM)
    parked = await cem.park(await quiet(cem))
    await ida.assist()
    await settled()
    assert not parked.done()

    await front.pass_time(1_000)

    assert (await outcome(parked))[0]["position"] == 1


async def test_who_has_an_agent_has_no_place_any_more(ana: Someone, ida: Someone):
    await ida.assist()

    assert types(await ana.poll(ana.since)) == ["status", "joined", "notification"]


async def test_typing_is_told_once_and_ends_six_seconds_after_the_last(
    front: Front, ana: Someone, ida: Someone
):
    await ida.assist()
    since = await quiet(ana)
    await ida.type(ana.room)
    events = await ana.poll(since)
    assert types(events) == ["status", "noop"]
    parked = await ana.park(events[-1]["id"])

    await front.pass_time(5_999)
    await ida.type(ana.room)
    await front.pass_time(5_999)
    assert not parked.done()
    await front.pass_time(1)

    events = await outcome(parked)
    assert types(events) == ["status", "noop"]
    assert events[0] == {
        "type": "status",
        "room": ana.room,
        "user": "Ida",
        "of": "typing",
        "is": False,
    }
    noop(await ana.poll(events[-1]["id"]))


async def test_typing_is_not_heard_by_who_types(ana: Someone, ida: Someone):
    await ida.assist()
    parked = await ida.park(await quiet(ida))

    await ida.type(ana.room)
    await settled()

    assert not parked.done()


async def test_typing_is_not_heard_in_another_room(ana: Someone, ben: Someone, ida: Someone):
    await ida.assist()
    await ida.assist()
    parked = await ben.park(await quiet(ben))

    await ida.type(ana.room)
    await settled()

    assert not parked.done()


async def test_a_message_ends_the_typing_of_its_author(ana: Someone, ida: Someone):
    await ida.assist()
    await ida.type(ana.room)
    since = await quiet(ana)

    await ida.say(ana.room)

    events = await ana.poll(since)
    assert types(events) == ["message"]
    noop(await ana.poll(events[-1]["id"]))


async def test_who_comes_late_does_not_hear_of_typing_that_is_over(ana: Someone, ida: Someone):
    await ida.assist()
    since = await quiet(ana)
    await ida.type(ana.room)
    await ida.type(ana.room, state=False)

    noop(await ana.poll(since))


# --- without since ----------------------------------------------------------


async def test_without_since_one_listens_from_where_the_session_began(ana: Someone, ida: Someone):
    await ida.assist()
    sent = await ida.say(ana.room)

    events = await ana.poll()

    assert types(events) == ["status", "joined", "notification", "message"]
    assert events[-1]["id"] == sent["id"]


async def test_an_answer_without_since_is_acknowledged_by_the_next_poll(ana: Someone, ida: Someone):
    await ida.assist()
    first = await ana.poll()
    sent = await ida.say(ana.room)

    second = await ana.poll()

    assert first != second
    assert [event["id"] for event in second] == [sent["id"]]
    noop(await ana.poll())


async def test_a_poll_with_since_acknowledges_nothing(ana: Someone, ida: Someone):
    await ida.assist()
    first = await ana.poll(ana.since)

    assert await ana.poll() == first


async def test_who_hangs_up_before_the_answer_is_given_it_by_the_next_poll(
    front: Front, ana: Someone, ida: Someone
):
    await ida.assist()
    await ana.poll()
    line = HungUp(front, ana, "wait=25")
    await settled()

    line.gone.set()
    sent = await ida.say(ana.room)
    await asyncio.wait_for(line.poll, 5)

    assert line.sent == []
    assert [event["id"] for event in await ana.poll()] == [sent["id"]]


async def test_each_session_has_a_place_of_its_own(front: Front, jon: Someone):
    here, there = await front.agent(eg.IDA), await front.agent(eg.IDA)
    for one in (here, there):
        await one.poll()
        noop(await one.poll())

    await jon.post("/set_limit", {"limit": 1})

    assert types(await here.poll()) == ["floor"]
    assert types(await there.poll()) == ["floor"]


async def test_after_a_restart_a_poll_without_since_repeats_and_loses_nothing(
    front: Front, ana: Someone, ida: Someone
):
    await ida.assist()
    first = await ana.poll()
    again = Front(front.store)
    await again.start()
    try:
        repeated = await again.someone(token=ana.token).poll()
    finally:
        await again.stop()

    assert repeated[: len(first)] == first


# --- ends -------------------------------------------------------------------


async def test_a_parked_poll_ends_with_its_own_place_when_the_server_does(
    front: Front, ana: Someone
):
    since = await quiet(ana)
    parked = await ana.park(since)

    front.engine.begin_drain()

    assert noop(await outcome(parked)) == since


async def test_a_parked_poll_of_somebody_who_has_signed_out_elsewhere_goes_on(
    front: Front, ana: Someone
):
    here, there = await front.agent(eg.IDA), await front.agent(eg.IDA)
    parked = await here.park(await quiet(here))

    await there.client.delete(SESSION)
    await settled()

    assert not parked.done()


async def test_one_person_has_twenty_readers_and_no_more(front: Front, ana: Someone):
    since = await quiet(ana)
    parked = [front.task(ana.poll(since, wait=25)) for _ in range(READERS_MOST)]
    await settled()
    assert not any(task.done() for task in parked)

    answer = await ana.get("/listen", since=since)

    refused(answer, 429, "too_many_readers")
    assert answer.headers["retry-after"] == "30", "as long as a socket is told"


async def test_a_client_that_hangs_up_is_no_reader_any_more(front: Front, ana: Someone):
    line = HungUp(front, ana, f"since={await quiet(ana)}&wait=25")
    await settled()
    (person,) = front.live.state.guests
    assert front.live.presence.readers(person) == 1

    line.gone.set()
    await asyncio.wait_for(line.poll, 5)

    assert front.live.presence.readers(person) == 0
    assert line.sent == []


# --- presence ---------------------------------------------------------------


async def test_an_agent_who_listens_stays_and_one_who_does_not_loses_the_line(
    front: Front, ida: Someone, jon: Someone
):
    parked = await ida.park(await quiet(ida), wait=55)
    await front.pass_time(ALIVE_MS)

    events = await outcome(parked)

    assert [(event["type"], event["user"], event["present"]) for event in events] == [
        ("floor", "Jon", False)
    ]


async def test_a_guest_who_is_silent_is_passed_over_and_keeps_the_place(
    front: Front, ana: Someone, ben: Someone, ida: Someone
):
    await front.pass_time(ALIVE_MS - 1)
    await ben.get("/state")
    await front.pass_time(1)

    queue = (await ida.get("/state")).json()["queue"]

    assert [(one["user"], one["present"]) for one in queue] == [("Ana", False), ("Ben", True)]
    assert (await ida.assist())["guest"]["user"] == "Ben"


async def test_a_guest_who_listens_again_is_next_again(
    front: Front, ana: Someone, ben: Someone, ida: Someone
):
    await front.pass_time(ALIVE_MS - 1)
    await ben.get("/state")
    await front.pass_time(eg.GUEST_ABSENCE_MS)
    await ben.get("/state")

    await ana.poll(ana.since)
    await settled()

    assert (await ida.assist())["guest"]["user"] == "Ana"


async def test_who_is_forgotten_without_since_is_told_again_from_the_beginning(
    ana: Someone, ben: Someone, ida: Someone, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("frontdesk.web.longpoll.REMEMBERED", 1)
    await ida.assist()
    first = await ana.poll()
    await ben.poll()

    assert await ana.poll() == first
