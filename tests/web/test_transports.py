"""One feed, three transports: named stories, each told over every one of them.

What differs between the transports (frames, headers, close codes) has tests of its own; here stands
what must not differ.
"""

import asyncio

import pytest

from frontdesk.desk.events import Noop
from frontdesk.engine import listening
from frontdesk.feed.hangups import HangUp
from frontdesk.feed.position import parse
from tests import examples as eg
from tests.web.calls import PATIENCE_S
from tests.web.front import Event, Front, Someone, new_key, refused
from tests.web.lines import (
    IN_PROCESS_AND_REAL,
    STREAMS,
    TRANSPORTS,
    Closed,
    Connect,
    EventSource,
    Socket,
    by_events,
    by_poll,
    by_socket,
)

pytestmark = IN_PROCESS_AND_REAL


@pytest.fixture
def anyio_backend():
    # As it is served; uvloop's transports differ from asyncio's where they close.
    return ("asyncio", {"use_uvloop": True})


def facts(events: list[Event]) -> list[Event]:
    """Those that have a place in the log."""
    return [event for event in events if "id" in event and event["type"] != "noop"]


async def chat(front: Front, lines: int = 3) -> tuple[Someone, Someone]:
    """Ana is helped by Ida, and so much has been said."""
    ida = await front.agent(eg.IDA)
    ana = await front.guest(eg.ANA)
    await ida.assist()
    for number in range(lines):
        await (ana, ida)[number % 2].say(ana.room, f"line {number}")
    return ana, ida


# --- hearing --------------------------------------------------------------------------------------


async def test_everybody_hears_the_same_facts_with_the_same_ids_on_each(front: Front):
    ana, ida = await chat(front)

    for who in (ana, ida):
        told = [
            facts(await (await connect(who, who.since)).all()) for connect in TRANSPORTS.values()
        ]
        assert told[0]
        assert told[0] == told[1] == told[2]


async def test_what_happens_is_heard_at_once(front: Front, connect: Connect):
    ana, ida = await chat(front)
    line = await connect(ana, ana.since)
    await line.all()

    await ida.say(ana.room, "and one more")

    assert [event["body"] for event in await line.all()] == ["and one more"]


async def test_a_place_is_told_at_once_and_typing_is_shown(front: Front, connect: Connect):
    ana = await front.guest(eg.ANA)
    line = await connect(ana, ana.since)
    assert {"type": "queuepos", "position": 0, "wait": 0} in await line.all()
    ida = await front.agent(eg.IDA)
    await ida.assist()
    await line.all()

    await ida.type(ana.room)

    assert [event["is"] for event in await line.all() if event["type"] == "status"] == [True]


async def test_who_says_no_place_hears_from_where_the_session_began(front: Front, connect: Connect):
    ana, _ = await chat(front)

    told = await (await connect(ana, None)).all()

    assert [event["body"] for event in told if event["type"] == "message"] == [
        "line 0",
        "line 1",
        "line 2",
    ]


# --- coming back ----------------------------------------------------------------------------------


async def test_coming_back_at_any_place_loses_and_repeats_nothing(front: Front, connect: Connect):
    ana, ida = await chat(front)
    for who in (ana, ida):
        heard = facts(await (await by_poll(who, who.since)).all())
        for place, event in enumerate(heard):
            line = await connect(who, event["id"])
            assert facts(await line.all()) == heard[place + 1 :]
            await line.close()


async def test_changing_the_transport_at_every_event_loses_and_repeats_nothing(front: Front):
    ana, ida = await chat(front, lines=9)
    whole = facts(await (await by_poll(ana, ana.since)).all())
    connects = list(TRANSPORTS.values())
    since, heard = ana.since, list[Event]()

    while len(heard) < len(whole):
        line = await connects[len(heard) % 3](ana, since)
        while "id" not in (event := await line.next()) or event["type"] == "noop":
            pass
        heard.append(event)
        since = event["id"]
        await line.close()

    assert heard == whole


@pytest.mark.parametrize("ring", [10_000, 2], ids=["from memory", "from the store"])
async def test_a_membership_that_began_and_ended_in_between_is_heard(
    front: Front, connect: Connect, ring: int
):
    front.live.ring._capacity = ring
    ana, ida = await chat(front, lines=1)
    mia = await front.agent(eg.MIA)
    since = mia.since
    await mia.post(f"/join/{ana.room}", {"as": "watcher"})
    await ida.say(ana.room, "while Mia watches")
    await mia.post(f"/leave/{ana.room}")
    await ida.say(ana.room, "after she has left")

    told = await (await connect(mia, since)).all()

    assert [event["body"] for event in told if event["type"] == "message"] == ["while Mia watches"]


async def test_a_place_beyond_what_memory_holds_has_no_gap(front: Front, connect: Connect):
    front.live.ring._capacity = 2
    ana, _ = await chat(front, lines=12)

    told = await (await connect(ana, ana.since)).all()

    assert [event["body"] for event in told if event["type"] == "message"] == [
        f"line {number}" for number in range(12)
    ]


async def test_a_key_that_is_repeated_over_another_line_is_heard_once(
    front: Front, connect: Connect
):
    ana, ida = await chat(front, lines=0)
    line, other = await connect(ana, ana.since), await by_socket(ana, ana.since)
    await line.all()
    assert isinstance(other, Socket)
    key = new_key()

    first = await ana.say(ana.room, "once", key)
    again = await other.ask("message", room=ana.room, body="once more", key=key)
    await ida.say(ana.room, "and an answer")

    assert (again["id"], again["replayed"]) == (first["id"], True)
    assert [event["body"] for event in await line.all()] == ["once", "and an answer"]


async def test_a_restart_changes_no_place(front: Front, connect: Connect):
    ana, _ = await chat(front)
    heard = facts(await (await by_poll(ana, ana.since)).all())

    again = type(front)(front.store)
    again.clock.advance(front.clock.now_ms() - again.clock.now_ms())
    await again.start()
    try:
        back = again.someone(token=ana.token)
        back.token = ana.token
        assert facts(await (await connect(back, heard[1]["id"])).all()) == heard[2:]
    finally:
        await again.stop()


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        ("nonsense", "malformed_id"),
        ("00000000.1.1", "unknown_epoch"),
        (None, "from_the_future"),
    ],
)
async def test_a_place_that_cannot_be_served_is_a_reset_and_no_gap(
    front: Front, connect: Connect, since: str | None, reason: str
):
    ana, _ = await chat(front)
    line = await connect(ana, since or f"{front.live.epoch}.9999.0")

    (reset,) = await line.rest()

    assert reset == {"type": "reset", "reason": reason}
    assert line.ended is HangUp.RESET
    state = (await ana.get("/state")).json()
    assert facts(await (await connect(ana, state["id"])).all()) == []


# --- ends -----------------------------------------------------------------------------------------


async def test_a_stranger_is_told_so_and_not_to_come_back(front: Front, connect: Connect):
    line = await connect(front.someone(), None)

    assert await line.rest() == [{"type": "welcome"}]
    assert line.ended is HangUp.SIGNED_OUT


async def test_a_quiet_line_says_how_far_it_has_been_served(
    front: Front, stream: Connect, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("frontdesk.web.streams.HEARTBEAT_MS", (1, 2))
    ana, ida = await chat(front)
    line = await stream(ana, ana.since)
    await line.all()
    front.clock.advance(10)
    heard = [await line.next()]

    place = parse(heard[-1]["id"])
    assert place is not None
    assert (place.epoch, place.place) == (front.live.epoch, front.live.head.place)
    assert heard[-1].keys() == {"type", *Noop.__struct_fields__}
    await ida.say(ana.room, "still there?")
    back = await stream(ana, heard[-1]["id"])
    assert [event["body"] for event in facts(await back.all())] == ["still there?"]
    await line.close()
    await back.close()


async def test_a_reader_who_takes_nothing_is_hung_up_on_and_slows_nobody(
    front: Front, stream: Connect, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("frontdesk.web.streams.WRITE_MS", 300)
    ana, ida = await chat(front)
    stuck, other = await stream(ana, ana.since), await stream(ana, ana.since)
    heard = await stuck.all()
    await other.all()
    assert isinstance(stuck, EventSource | Socket)
    stuck.line.takes.clear()

    # More than all the buffers between two ends hold, where there are any.
    bodies = [f"{number} {'x' * 8_000}" for number in range(80)]
    for body in bodies:
        await ida.say(ana.room, body)

    assert [event["body"] for event in await other.all()] == bodies
    async with asyncio.timeout(PATIENCE_S):
        while front.live.presence.readers(front.live.state.find("Ana")) > 1:  # type: ignore[arg-type]
            await front.settled()
    stuck.line.takes.set()
    heard += await stuck.rest()
    assert stuck.ended is HangUp.TOO_SLOW
    heard += await (await stream(ana, facts(heard)[-1]["id"])).all()
    assert [event["body"] for event in facts(heard) if event["type"] == "message"][3:] == bodies


async def test_so_many_may_listen_for_one_person(
    front: Front, connect: Connect, monkeypatch: pytest.MonkeyPatch
):
    for module in ("sse", "websocket", "longpoll"):
        monkeypatch.setattr(f"frontdesk.web.{module}.READERS_MOST", 2)
    assert listening.READERS_MOST == 20
    ana = await front.guest(eg.ANA)
    lines = [await by_events(ana, ana.since) for _ in range(2)]
    for line in lines:
        await line.all()

    third = await connect(ana, ana.since)
    match third:
        case EventSource():
            start = await third.line.message()
            assert start["status"] == 429
            assert (b"retry-after", b"30") in start["headers"]
        case Socket():
            with pytest.raises(Closed):
                await third.next()
            assert third.ended is HangUp.TOO_MANY_READERS
        case _:
            refused(await ana.get("/listen", since=ana.since), 429, "too_many_readers")
    await lines[0].close()
    again = await connect(ana, ana.since)
    assert await again.all()


async def test_who_hangs_up_listens_no_more(front: Front, stream: Connect):
    ana = await front.guest(eg.ANA)
    line = await stream(ana, ana.since)
    await line.all()
    person = front.live.state.find("Ana")
    assert person is not None
    assert front.live.presence.readers(person) == 1

    await line.close()

    assert front.live.presence.readers(person) == 0


# --- presence -------------------------------------------------------------------------------------


async def test_a_line_that_breaks_has_a_while_to_come_back(front: Front, stream: Connect):
    ana = await front.guest(eg.ANA)
    await front.pass_time(20 * eg.SECOND)
    line = await stream(ana, ana.since)
    await line.all()
    await front.pass_time(20 * eg.SECOND)
    await line.close()

    await front.pass_time(10 * eg.SECOND)
    assert not front.live.is_absent(front.live.state.find("Ana"))  # type: ignore[arg-type]
    back = await stream(ana, ana.since)
    await front.pass_time(eg.HOUR)
    assert not front.live.is_absent(front.live.state.find("Ana"))  # type: ignore[arg-type]

    await back.close()
    await front.pass_time(13 * eg.SECOND)
    assert front.live.is_absent(front.live.state.find("Ana"))  # type: ignore[arg-type]


async def test_many_tabs_are_one_person(front: Front):
    ana = await front.guest(eg.ANA)
    await front.pass_time(20 * eg.SECOND)
    lines = [await connect(ana, ana.since) for connect in STREAMS.values()]
    for line in lines:
        await line.all()
    await front.pass_time(20 * eg.SECOND)

    await lines[0].close()
    await front.pass_time(eg.HOUR)
    assert not front.live.is_absent(front.live.state.find("Ana"))  # type: ignore[arg-type]
