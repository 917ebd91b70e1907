"""Commands from asking to answer: keys, retries, other processes, restarts."""

import asyncio
from collections.abc import Awaitable

import anyio.lowlevel
import pytest

from frontdesk.desk.checkpoint import dump
from frontdesk.desk.commands import Tick
from frontdesk.desk.desk import apply
from frontdesk.desk.entries import MessagePosted, Resumed, RoomEnded
from frontdesk.desk.ids import MAIN, DeskId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State
from frontdesk.engine.batches import Done, KeyUse
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import next_for, reader_for
from frontdesk.engine.ports import Full, SessionRow, Unsure
from frontdesk.engine.presence import ALIVE_MS
from frontdesk.feed.reader import Served
from tests import examples as eg
from tests.engine.running import HAD_HAPPENED, Disk, passes, running, settled, state, welcome

KEYED = KeyUse(eg.ANA.id, eg.KEY, eg.ANA.room)


def posted(engine: Engine, key: KeyUse | None = KEYED) -> "asyncio.Task[Done]":
    """Ana writes; nobody waits for the answer yet."""
    return asyncio.create_task(engine.submit(MAIN, eg.post(eg.ANA, eg.ANA), key=key))


async def messages(disk: Disk) -> int:
    return sum(isinstance(kept.entry, MessagePosted) for kept in await disk.log())


async def reason_of(answer: Awaitable[Done]) -> Reason:
    with pytest.raises(Refused) as refused:
        await answer
    return refused.value.reason


# --- answers ----------------------------------------------------------------------------------


async def test_an_answer_says_where_the_entries_of_the_command_begin(engine: Engine, disk: Disk):
    done = await engine.submit(MAIN, eg.post(eg.ANA, eg.ANA))

    (kept,) = (await disk.log())[done.first - 1 :]
    assert done.entries == (kept.entry,)
    assert (done.command, done.replayed) == ("Post", False)


async def test_a_command_that_changes_nothing_is_done_and_leaves_no_trace(
    engine: Engine, disk: Disk
):
    before = await disk.log()

    done = await engine.submit(MAIN, eg.available(eg.IDA))
    assert (done.entries, done.first) == ((), len(before) + 1)
    assert await disk.log() == before


async def test_commands_that_come_together_are_decided_one_after_the_other(
    engine: Engine, disk: Disk
):
    disk.go.clear()
    held = posted(engine, None)
    await settled()
    ends = [asyncio.create_task(engine.submit(MAIN, eg.end(eg.ANA, eg.ANA))) for _ in range(2)]
    await settled()
    disk.go.set()

    await held
    assert isinstance((await ends[0]).entries[0], RoomEnded)
    assert await reason_of(ends[1]) is Reason.NOT_FOUND


async def test_rows_may_be_written_without_a_command(engine: Engine, disk: Disk):
    row = SessionRow(b"token", eg.ANA.id, "guest", eg.NOW)
    done = await engine.submit(MAIN, None, rows=[row])

    assert done.entries == ()
    assert await disk.session(b"token") == row


async def test_rows_that_depend_on_what_was_done_are_made_of_it(engine: Engine, disk: Disk):
    def rows(done: Done) -> list[SessionRow]:
        began = {MAIN: str(done.first)}
        return [SessionRow(b"token", eg.DORA.id, "guest", eg.NOW, began)]

    done = await engine.submit(MAIN, eg.identify(eg.DORA), rows=rows)
    found = await disk.session(b"token")
    assert found is not None
    assert found.began == {MAIN: str(done.first)}


async def test_a_desk_that_is_not_served_here_is_not_found(engine: Engine):
    assert await reason_of(engine.submit(DeskId("other"), Tick())) is Reason.NOT_FOUND


async def test_a_fault_in_a_rule_reaches_who_asked_and_stops_nobody_else(
    engine: Engine, monkeypatch
):
    with monkeypatch.context() as broken:
        broken.setattr("frontdesk.engine.batches.decide", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await engine.submit(MAIN, eg.post(eg.ANA, eg.ANA))

    assert (await engine.submit(MAIN, eg.post(eg.ANA, eg.ANA))).entries


async def test_too_many_commands_at_once_are_told_to_wait(engine: Engine, disk: Disk, monkeypatch):
    monkeypatch.setattr("frontdesk.engine.commits.PENDING_MOST", 3)
    disk.go.clear()
    held = posted(engine, None)
    await settled()
    crowd = [posted(engine, None) for _ in range(5)]
    await settled()
    disk.go.set()

    outcomes = await asyncio.gather(held, *crowd, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert [(one.reason, one.retry_after_ms > 0) for one in refused] == [
        (Reason.OVERLOADED, True)
    ] * 2


# --- failures ---------------------------------------------------------------------------------


async def test_whatever_fails_in_whatever_order_a_message_is_written_once(
    engine: Engine, disk: Disk
):
    disk.planned = [Unsure(), HAD_HAPPENED, Unsure()]

    await posted(engine, None)
    assert await messages(disk) == 1
    assert state(engine) == await rebuilt(disk)


async def test_no_room_to_write_is_no_answer_while_the_outcome_is_not_known(
    engine: Engine, disk: Disk
):
    # The first attempt was written. That there was no room for the second says nothing of it.
    disk.planned = [HAD_HAPPENED, Full()]

    await posted(engine, None)
    assert await messages(disk) == 1
    assert state(engine) == await rebuilt(disk)


async def test_an_outcome_that_stays_unknown_ends_the_process(
    disk: Disk, clock: HandClock, monkeypatch
):
    monkeypatch.setattr("frontdesk.engine.commits.UNSURE_MOST", 2)
    async with running(disk, clock, *eg.waiting(eg.ANA)) as engine:
        disk.planned = [Unsure(), Unsure()]

        assert await reason_of(posted(engine)) is Reason.OVERLOADED
        assert engine.failed.is_set()
        assert await reason_of(posted(engine)) is Reason.OVERLOADED


async def rebuilt(disk: Disk) -> State:
    """The desk as the log alone has it."""
    found = State(MAIN)
    for kept in await disk.log():
        apply(found, kept.entry)
    return found


# --- keys -------------------------------------------------------------------------------------


async def test_the_same_key_gives_the_first_answer(engine: Engine, disk: Disk):
    first = await posted(engine)
    other = eg.post(eg.ANA, eg.ANA, "another body")
    second = await engine.submit(MAIN, other, key=KEYED)

    assert not first.replayed
    assert second == first.again()
    assert await messages(disk) == 1


async def test_the_same_key_of_somebody_else_is_another(engine: Engine, disk: Disk):
    await posted(engine)
    await posted(engine, KeyUse(eg.IDA.id, eg.KEY))

    assert await messages(disk) == 2


async def test_a_hundred_at_once_under_one_key_are_one(engine: Engine, disk: Disk):
    disk.go.clear()
    answers = [posted(engine) for _ in range(100)]
    await settled()
    disk.go.set()

    done = await asyncio.gather(*answers)
    assert len({one.first for one in done}) == 1
    assert [one.replayed for one in done].count(False) == 1
    assert await messages(disk) == 1


async def test_a_key_is_found_before_a_rule_that_would_refuse(engine: Engine, disk: Disk):
    first = await posted(engine)
    await engine.submit(MAIN, eg.end(eg.ANA, eg.ANA))

    assert await posted(engine) == first.again()


async def test_a_refused_command_is_decided_again_under_its_key(engine: Engine, disk: Disk):
    keyed = KeyUse(eg.IDA.id, eg.KEY)
    await engine.submit(MAIN, eg.limit(eg.IDA, 1))
    assert await reason_of(engine.submit(MAIN, eg.assist(eg.IDA), key=keyed)) is (
        Reason.AGENT_UNAVAILABLE
    )
    await engine.submit(MAIN, eg.limit(eg.IDA, 2))

    done = await engine.submit(MAIN, eg.assist(eg.IDA), key=keyed)
    assert not done.replayed
    assert done.entries


async def test_a_hundred_at_once_of_which_each_is_refused_are_each_told_so(
    engine: Engine, disk: Disk
):
    disk.go.clear()
    held = posted(engine, None)
    await settled()
    keyed = KeyUse(eg.IDA.id, eg.KEY)
    ask = [
        asyncio.create_task(engine.submit(MAIN, eg.post(eg.IDA, eg.BEN), key=keyed))
        for _ in range(100)
    ]
    await settled()
    disk.go.set()

    outcomes = await asyncio.gather(*ask, return_exceptions=True)
    assert {one.reason for one in outcomes if isinstance(one, Refused)} == {Reason.NOT_FOUND}
    assert len(outcomes) == 100
    await held


async def test_asking_again_in_the_very_moment_of_a_refusal_is_decided_again(engine: Engine):
    keyed = KeyUse(eg.IDA.id, eg.KEY)

    async def keep_asking() -> Reason:
        # Each of these asks as soon as it may; some do so between the refusal and its telling.
        return await reason_of(engine.submit(MAIN, eg.post(eg.IDA, eg.BEN), key=keyed))

    async def after(turns: int) -> Reason:
        for _ in range(turns):
            await anyio.lowlevel.checkpoint()
        return await keep_asking()

    reasons = await asyncio.gather(*(after(turns) for turns in range(30)))
    assert set(reasons) == {Reason.NOT_FOUND}


async def test_whoever_hangs_up_does_not_take_the_answer_from_who_asks_again(
    engine: Engine, disk: Disk
):
    disk.go.clear()
    first = posted(engine)
    await settled()
    again = posted(engine)
    await settled()
    first.cancel()
    await settled()
    disk.go.set()

    done = await again
    assert done.replayed
    assert await messages(disk) == 1


async def test_whoever_hangs_up_has_asked_all_the_same(engine: Engine, disk: Disk):
    disk.go.clear()
    gone = posted(engine, None)
    await settled()
    gone.cancel()
    disk.go.set()
    await settled()

    assert await messages(disk) == 1


# --- other processes --------------------------------------------------------------------------


async def test_what_another_process_wrote_is_heard(engine: Engine, disk: Disk, clock: HandClock):
    live = engine.live(MAIN)
    reader = reader_for(live, eg.BEN.id, live.head)
    place = await next_for(engine, live, reader, 0, welcome)
    assert isinstance(place, Served)
    reader.advance(place)
    hears = asyncio.create_task(next_for(engine, live, reader, eg.HOUR, welcome))
    told = asyncio.Event()
    engine.on_foreign_commit.append(told.set)
    async with running(disk, clock) as other:
        await other.submit(MAIN, eg.post(eg.BEN, eg.BEN))
        await settled()
        assert not hears.done()
    # Only now: both look at the one disk, which says so to whoever is the first.
    disk.written_by_others = True

    served = await hears
    assert isinstance(served, Served)
    assert [line.author for line in served.lines] == [eg.BEN.id]
    assert told.is_set()
    assert state(engine) == state(other)


async def test_a_command_that_was_decided_on_an_old_desk_is_decided_again(
    engine: Engine, disk: Disk, clock: HandClock
):
    async with running(disk, clock) as other:
        await other.submit(MAIN, eg.end(eg.ANA, eg.ANA))

        assert await reason_of(engine.submit(MAIN, eg.end(eg.IDA, eg.ANA))) is Reason.NOT_FOUND
        assert state(engine) == state(other)


async def test_a_key_that_another_process_used_is_found(
    engine: Engine, disk: Disk, clock: HandClock
):
    async with running(disk, clock) as other:
        first = await posted(other)

        second = await posted(engine)
        assert second == first.again()
    assert await messages(disk) == 1


# --- restarts ---------------------------------------------------------------------------------


async def test_a_restart_gives_the_same_desk(disk: Disk, clock: HandClock):
    steps = (*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))
    async with running(disk, clock, *steps) as engine:
        before = state(engine)
    assert await disk.load_checkpoint(MAIN) == before

    async with running(disk, clock) as engine:
        after = state(engine).fork()
    assert after.offset == before.offset + 1
    after.offset = before.offset
    assert dump(after) == dump(before)


async def test_a_restart_without_a_checkpoint_gives_the_same_desk(disk: Disk, clock: HandClock):
    steps = (*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))
    async with running(disk, clock, *steps) as engine:
        before = state(engine)
    disk._desks[MAIN].checkpoint = None

    async with running(disk, clock) as engine:
        after = state(engine).fork()
    after.offset = before.offset
    assert dump(after) == dump(before)


async def test_a_checkpoint_is_written_when_there_is_much_to_read(
    engine: Engine, disk: Disk, monkeypatch
):
    monkeypatch.setattr("frontdesk.engine.desks.CHECKPOINT_ENTRIES", 10)
    for _ in range(10):
        await posted(engine, None)
    await settled()

    found = await disk.load_checkpoint(MAIN)
    assert found is not None
    assert state(engine).offset - found.offset < 10


async def test_the_time_in_which_the_server_was_down_is_in_the_log(disk: Disk, clock: HandClock):
    async with running(disk, clock, *eg.waiting(eg.ANA)):
        pass
    clock.advance(eg.HOUR)

    async with running(disk, clock):
        last = (await disk.log())[-1].entry
    assert last == Resumed(eg.NOW + eg.HOUR, eg.HOUR)


async def test_a_desk_that_is_new_does_not_resume(disk: Disk, clock: HandClock):
    async with running(disk, clock):
        assert await disk.log() == []


async def test_whoever_was_there_has_half_a_minute_to_find_the_way_back(
    disk: Disk, clock: HandClock
):
    async with running(disk, clock, *eg.waiting(eg.ANA)):
        pass
    async with running(disk, clock) as engine:
        await passes(clock, ALIVE_MS - 1)
        assert state(engine).guests[eg.ANA.id].absent_since_ms is None
        await passes(clock, 1)
        assert state(engine).guests[eg.ANA.id].absent_since_ms == clock.now_ms()
