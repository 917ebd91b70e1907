"""Lines that are lost and come back, deadlines, and typing."""

import asyncio

import pytest

from frontdesk.desk.commands import LoseLine
from frontdesk.desk.entries import LineLost, RoomClosing
from frontdesk.desk.ids import MAIN
from frontdesk.desk.limits import CLOSING_MS
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import next_for, reader_for
from frontdesk.engine.ports import Full
from frontdesk.engine.presence import ALIVE_MS, GRACE_MS
from frontdesk.engine.timers import RETRY_MS
from frontdesk.feed.reader import Served
from tests import examples as eg
from tests.engine.running import Disk, passes, settled, state, welcome

# --- lines and deadlines ----------------------------------------------------------------------


async def test_a_line_is_lost_a_while_after_the_last_reader_and_back_with_the_next(
    engine: Engine, clock: HandClock
):
    live = engine.live(MAIN)
    engine.opened(live, eg.ANA.id)
    engine.opened(live, eg.ANA.id)
    engine.closed(live, eg.ANA.id)
    await passes(clock, eg.HOUR)
    assert not live.is_absent(eg.ANA.id)

    engine.closed(live, eg.ANA.id)
    await passes(clock, GRACE_MS - 1)
    assert not live.is_absent(eg.ANA.id)
    await passes(clock, 1)
    assert live.is_absent(eg.ANA.id)

    engine.opened(live, eg.ANA.id)
    await settled()
    assert not live.is_absent(eg.ANA.id)


async def test_whoever_asks_for_the_next_poll_in_time_was_never_away(
    engine: Engine, disk: Disk, clock: HandClock
):
    live = engine.live(MAIN)
    for _ in range(5):
        engine.opened(live, eg.ANA.id)
        await passes(clock, 25 * eg.SECOND)
        engine.closed(live, eg.ANA.id)
        await passes(clock, GRACE_MS - 1)

    lost = [kept.entry.person.id for kept in await disk.log() if isinstance(kept.entry, LineLost)]
    assert eg.ANA.id not in lost


async def test_a_command_is_a_sign_of_life(engine: Engine, clock: HandClock):
    live = engine.live(MAIN)
    await engine.submit(MAIN, LoseLine(eg.ANA.id))
    engine.seen(live, eg.ANA.id)
    await settled()
    assert not live.is_absent(eg.ANA.id)

    await passes(clock, ALIVE_MS)
    assert live.is_absent(eg.ANA.id)


async def test_a_guest_who_does_not_come_back_is_ended_when_it_is_due(
    engine: Engine, clock: HandClock
):
    await engine.submit(MAIN, LoseLine(eg.BEN.id))
    await passes(clock, eg.GUEST_ABSENCE_MS - 1)
    assert eg.BEN.id in state(engine).waiting

    await passes(clock, 1)
    assert eg.BEN.id not in state(engine).waiting


async def test_a_deadline_that_could_not_be_kept_is_tried_again(
    engine: Engine, disk: Disk, clock: HandClock
):
    engine.opened(engine.live(MAIN), eg.ANA.id)
    await engine.submit(MAIN, LoseLine(eg.BEN.id))
    disk.planned = [Full()]
    await passes(clock, eg.GUEST_ABSENCE_MS)
    assert eg.BEN.id in state(engine).waiting

    await passes(clock, RETRY_MS)
    assert eg.BEN.id not in state(engine).waiting


async def test_a_line_that_could_not_be_written_down_as_lost_is_tried_again(
    engine: Engine, disk: Disk, clock: HandClock
):
    live = engine.live(MAIN)
    engine.opened(live, eg.ANA.id)
    engine.closed(live, eg.ANA.id)
    disk.planned = [Full()]
    await passes(clock, GRACE_MS)
    assert not live.is_absent(eg.ANA.id)

    await passes(clock, ALIVE_MS)
    assert live.is_absent(eg.ANA.id)


async def test_a_line_that_could_not_be_written_down_as_back_is_tried_again(
    engine: Engine, disk: Disk, clock: HandClock
):
    live = engine.live(MAIN)
    await engine.submit(MAIN, LoseLine(eg.BEN.id))
    disk.planned = [Full(), Full()]
    engine.opened(live, eg.BEN.id)
    await settled()
    assert live.is_absent(eg.BEN.id)

    await passes(clock, RETRY_MS)
    await passes(clock, RETRY_MS)
    assert not live.is_absent(eg.BEN.id)


async def test_somebody_who_left_again_is_not_written_down_as_back(
    engine: Engine, disk: Disk, clock: HandClock
):
    live = engine.live(MAIN)
    await engine.submit(MAIN, LoseLine(eg.BEN.id))
    disk.planned = [Full()] * 100
    engine.opened(live, eg.BEN.id)
    await settled()
    engine.closed(live, eg.BEN.id)
    await passes(clock, GRACE_MS)
    disk.planned = []

    await passes(clock, RETRY_MS)
    assert live.is_absent(eg.BEN.id)


async def test_somebody_who_comes_back_while_the_loss_is_written_down_is_back(
    engine: Engine, disk: Disk, clock: HandClock
):
    live = engine.live(MAIN)
    engine.opened(live, eg.ANA.id)
    engine.closed(live, eg.ANA.id)
    disk.go.clear()
    await passes(clock, GRACE_MS)
    engine.opened(live, eg.ANA.id)
    disk.go.set()
    await settled()

    assert not live.is_absent(eg.ANA.id)
    assert [type(kept.entry).__name__ for kept in (await disk.log())[-2:]] == [
        "LineLost",
        "LineRestored",
    ]


# --- typing -----------------------------------------------------------------------------------


async def test_a_room_that_falls_silent_is_warned_of_and_ends_when_it_is_due(
    engine: Engine, disk: Disk, clock: HandClock
):
    live = engine.live(MAIN)
    for person in (eg.ANA.id, eg.IDA.id):
        engine.opened(live, person)
    await engine.submit(MAIN, eg.post(eg.IDA, eg.ANA))

    await passes(clock, eg.SILENCE_MS - CLOSING_MS - 1)
    assert not [kept for kept in await disk.log() if isinstance(kept.entry, RoomClosing)]
    await passes(clock, 1)
    assert [kept for kept in await disk.log() if isinstance(kept.entry, RoomClosing)]
    await passes(clock, CLOSING_MS - 1)
    assert eg.ANA.room in state(engine).rooms
    await passes(clock, 1)
    assert eg.ANA.room not in state(engine).rooms


async def test_a_guest_who_asks_again_and_never_listens_falls_silent(
    engine: Engine, clock: HandClock
):
    live = engine.live(MAIN)
    await engine.submit(MAIN, eg.end(eg.ANA, eg.ANA))
    await engine.submit(MAIN, LoseLine(eg.ANA.id))
    await engine.submit(MAIN, eg.queue_again(eg.ANA))
    assert not live.is_absent(eg.ANA.id)

    await passes(clock, ALIVE_MS)
    assert live.is_absent(eg.ANA.id)


async def test_a_watcher_does_not_type(engine: Engine):
    for command in (*eg.at_work(eg.MIA), eg.watch(eg.MIA, eg.ANA.room)):
        await engine.submit(MAIN, command)

    with pytest.raises(Refused) as refused:
        engine.typing(MAIN, eg.MIA.id, eg.ANA.room, typing=True)
    assert refused.value.reason is Reason.NOT_ALLOWED


async def test_typing_is_for_members_alone(engine: Engine):
    for person, room in ((eg.BEN.id, eg.ANA.room), (eg.IDA.id, eg.BEN.room)):
        with pytest.raises(Refused) as refused:
            engine.typing(MAIN, person, room, typing=True)
        assert refused.value.reason is Reason.NOT_FOUND


async def test_typing_is_heard_and_ends_by_itself_and_is_never_stored(
    engine: Engine, disk: Disk, clock: HandClock
):
    before = await disk.log()
    live = engine.live(MAIN)
    reader = reader_for(live, eg.ANA.id, live.head)
    hears = asyncio.create_task(next_for(engine, live, reader, eg.HOUR, welcome))
    await settled()
    engine.typing(MAIN, eg.IDA.id, eg.ANA.room, typing=True)

    served = await hears
    assert isinstance(served, Served)
    assert [one.is_ for one in served.signals if hasattr(one, "is_")] == [True]
    reader.advance(served)
    hears = asyncio.create_task(next_for(engine, live, reader, eg.HOUR, welcome))
    await passes(clock, 6 * eg.SECOND)
    served = await hears
    assert isinstance(served, Served)
    assert [one.is_ for one in served.signals if hasattr(one, "is_")] == [False]
    assert await disk.log() == before
