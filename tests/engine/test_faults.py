"""What a bug of ours, a busy store or another process may not do to anybody else."""

import asyncio

import pytest

from frontdesk.desk import agents
from frontdesk.desk.audience import AGENTS, ALL, person_mark
from frontdesk.desk.commands import LoseLine, SetLimit, Tick
from frontdesk.desk.entries import PersonAdded, Resumed
from frontdesk.desk.events import Joined
from frontdesk.desk.ids import MAIN, DeskId
from frontdesk.desk.personal import Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine import timers
from frontdesk.engine.batches import Done, KeyUse, Submission
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import next_for, reader_for
from frontdesk.engine.ports import Batch, Held, Kept, KeyRow
from frontdesk.engine.presence import ALIVE_MS
from frontdesk.feed.position import Place, Position
from tests import examples as eg
from tests.engine.running import Disk, passes, running, settled, state, welcome


def broken_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changing a limit meets a bug."""

    def set_limit(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(agents, "set_limit", set_limit)


async def test_a_bug_that_one_command_meets_is_nobody_else_s(
    engine: Engine, disk: Disk, monkeypatch: pytest.MonkeyPatch
):
    broken_rule(monkeypatch)
    disk.go.clear()
    held = asyncio.create_task(engine.submit(MAIN, eg.post(eg.BEN, eg.BEN, "holds the commit")))
    await settled()
    before = asyncio.create_task(engine.submit(MAIN, eg.post(eg.BEN, eg.BEN, "before")))
    faulty = asyncio.create_task(engine.submit(MAIN, SetLimit(eg.IDA.id, 5)))
    after = asyncio.create_task(engine.submit(MAIN, eg.post(eg.BEN, eg.BEN, "after")))
    disk.go.set()

    await asyncio.gather(held, before, after)
    with pytest.raises(KeyError):
        await faulty
    assert not engine.failed.is_set()


async def test_a_tick_that_meets_a_bug_is_tried_again(
    engine: Engine, clock: HandClock, monkeypatch: pytest.MonkeyPatch
):
    engine.opened(engine.live(MAIN), eg.ANA.id)
    await engine.submit(MAIN, LoseLine(eg.BEN.id))
    asked: list[int] = []

    def once() -> object:
        asked.append(1)
        return Tick() if len(asked) > 1 else object()

    monkeypatch.setattr("frontdesk.engine.timers.Tick", once)
    await passes(clock, eg.GUEST_ABSENCE_MS)
    assert not engine.failed.is_set()

    await passes(clock, timers.RETRY_MS)
    assert eg.BEN.id not in state(engine).waiting


async def test_what_another_process_wrote_meanwhile_does_not_shorten_the_time_that_was_lost(
    disk: Disk, clock: HandClock
):
    async with running(disk, clock, *eg.waiting(eg.BEN), LoseLine(eg.BEN.id)):
        await settled()
    clock.advance(2 * eg.HOUR)
    head = await disk.open(MAIN)
    ida = Who(eg.IDA.id, eg.IDA.user)
    added = PersonAdded(clock.now_ms(), ida, "agent", eg.AGENT_LIMIT)
    await disk.commit([Batch(MAIN, head.offset, "another process", (added,))])

    async with running(disk, clock) as engine:
        last = (await disk.log())[-1].entry

        assert isinstance(last, Resumed)
        assert last.down_ms == 2 * eg.HOUR
        await engine.submit(MAIN, Tick())
        assert eg.BEN.id in state(engine).waiting


async def test_a_refusal_under_a_key_keeps_nobody_waiting(
    engine: Engine, disk: Disk, monkeypatch: pytest.MonkeyPatch
):
    looking = asyncio.Event()

    async def find_key(scope: str, key: str) -> KeyRow | None:
        await looking.wait()
        return None

    monkeypatch.setattr(disk, "find_key", find_key)
    refused = asyncio.create_task(
        engine.submit(MAIN, eg.post(eg.BEN, eg.ANA, "not mine"), key=KeyUse(eg.BEN.id, "k" * 16))
    )
    await settled()

    await engine.submit(MAIN, eg.post(eg.BEN, eg.BEN, "mine"))

    assert not refused.done()
    looking.set()
    with pytest.raises(Refused):
        await refused


async def test_a_store_that_is_kept_busy_while_we_look_delays_and_loses_nothing(
    engine: Engine, disk: Disk, monkeypatch: pytest.MonkeyPatch
):
    read, busy = disk.read, [Held(), Held()]

    async def reads(desk: DeskId, after: int, limit: int) -> list[Kept]:
        if busy:
            raise busy.pop()
        return await read(desk, after, limit)

    monkeypatch.setattr(disk, "read", reads)
    engine._commits.look()

    await engine.submit(MAIN, eg.post(eg.BEN, eg.BEN, "in between"))

    assert not engine.failed.is_set()


async def test_a_guest_who_never_listens_falls_silent(disk: Disk, clock: HandClock):
    async with running(disk, clock, *eg.waiting(eg.BEN)) as engine:
        await passes(clock, ALIVE_MS)

        assert engine.live(MAIN).is_absent(eg.BEN.id)


async def test_memory_keeps_no_backlog(engine: Engine):
    live = engine.live(MAIN)
    reader = reader_for(live, eg.IDA.id, Position(live.epoch, Place(1, 0)))
    await next_for(engine, live, reader, 0, welcome)

    marks = frozenset((ALL, AGENTS, person_mark(eg.IDA.id)))
    kept = live.ring.since(Place(1, 0), eg.IDA.id, marks, limit=999)

    assert isinstance(kept, list)
    (joined,) = [line.event for line in kept if isinstance(line.event, Joined)]
    assert joined.backlog is None


async def test_what_is_said_of_a_submission_counts_once(engine: Engine):
    told: list[Submission] = []
    submission = Submission(engine.live(MAIN), None, None, ())
    submission.on_settled = told.append
    asked = asyncio.create_task(submission.outcome(asyncio.get_running_loop()))
    await settled()
    done = Done(MAIN, "", "", 1, (), 0)

    submission.answer(done)
    # As the end of the commit loop says of all that it had, whatever became of each.
    submission.fail(Refused(Reason.OVERLOADED))

    assert await asked == done
    assert told == [submission]
