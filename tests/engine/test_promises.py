"""What is promised of a commit: nothing before it, everything after it, and never twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import anyio.lowlevel
import apsw
import pytest

from frontdesk.desk.audience import AGENTS
from frontdesk.desk.commands import Command
from frontdesk.desk.ids import MAIN
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.batches import Done, KeyUse
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import next_for, reader_for
from frontdesk.engine.ports import Batch, Broken, Full, KeyRow, Outcome, Unsure
from frontdesk.feed.reader import Served
from frontdesk.store.memory import MemoryStore
from frontdesk.store.sqlite.store import SqliteStore
from tests import examples as eg


class SlowDisk(MemoryStore):
    """A store whose commits take until `go`, and fail as they are told."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.go.set()
        self.before: list[Exception] = []
        self.after: list[Exception] = []

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        await self.go.wait()
        if self.before:
            raise self.before.pop(0)
        outcomes = await super().commit(batches, together=together)
        if self.after:
            raise self.after.pop(0)
        return outcomes


async def settled() -> None:
    """Let everything run that waits for neither time nor the disk."""
    for _ in range(40):
        await anyio.lowlevel.checkpoint()


@pytest.fixture
async def disk() -> SlowDisk:
    return SlowDisk()


@pytest.fixture
async def engine(disk: SlowDisk) -> AsyncIterator[Engine]:
    """Ida and Jon are available; Ana waits."""
    engine = Engine(disk, HandClock(eg.NOW))
    await engine.start()
    for command in (*eg.at_work(eg.IDA, eg.JON), *eg.waiting(eg.ANA)):
        await engine.submit(MAIN, command)
    yield engine
    disk.go.set()
    await engine.stop()


def asked(engine: Engine, command: Command, key: str | None = None) -> "asyncio.Task[Done]":
    """Ask for this, and do not wait for the answer."""
    use = KeyUse(eg.ANA.id, key, eg.ANA.room) if key is not None else None
    return asyncio.ensure_future(engine.submit(MAIN, command, key=use))


async def welcome() -> bool:
    return True


def bodies(store: MemoryStore) -> list[str]:
    """All that was ever written in Ana's room, as the log has it."""
    return [
        kept.entry.text.body  # type: ignore[union-attr]  # those are messages
        for kept in store._desks[MAIN].messages.get(eg.ANA.room, [])
    ]


# --- before the append has returned -----------------------------------------


async def test_nothing_is_acknowledged_before_its_append_has_returned(
    engine: Engine, disk: SlowDisk
):
    disk.go.clear()
    answer = asked(engine, eg.post(eg.ANA, eg.ANA))
    await settled()
    assert not answer.done()
    assert not bodies(disk)

    disk.go.set()

    await answer
    assert bodies(disk) == [eg.HELLO]


async def test_nobody_hears_of_anything_before_its_append_has_returned(
    engine: Engine, disk: SlowDisk
):
    live = engine.live(MAIN)
    reader = reader_for(live, eg.JON.id, live.head)
    hears = asyncio.ensure_future(next_for(engine, live, reader, 25_000, welcome))
    disk.go.clear()
    answer = asked(engine, eg.assist(eg.IDA, eg.ANA))
    await settled()
    assert not hears.done()
    # Nor does somebody who comes and looks.
    later = reader_for(live, eg.JON.id, live.head)
    looked = await next_for(engine, live, later, 0, welcome)
    assert isinstance(looked, Served)
    assert not looked.lines

    disk.go.set()

    heard = await hears
    assert isinstance(heard, Served)
    assert [line.mark for line in heard.lines] == [AGENTS, AGENTS]
    await answer


async def test_a_refusal_waits_for_the_append_of_what_it_rests_on(engine: Engine, disk: SlowDisk):
    disk.go.clear()
    first = asked(engine, eg.assist(eg.IDA, eg.ANA))
    slower = asked(engine, eg.assist(eg.JON, eg.ANA))
    await settled()
    assert not slower.done()

    disk.go.set()

    with pytest.raises(Refused) as refused:
        await slower
    assert refused.value.reason is Reason.NOT_WAITING
    assert first.done()


async def test_a_refusal_that_rests_on_what_was_not_written_is_not_let_out(
    engine: Engine, disk: SlowDisk
):
    disk.before.append(Full())
    first = asked(engine, eg.assist(eg.IDA, eg.ANA))
    slower = asked(engine, eg.assist(eg.JON, eg.ANA))

    outcomes = await asyncio.gather(first, slower, return_exceptions=True)

    # "A colleague was faster" would be a lie: nobody has the guest.
    reasons = [one.reason for one in outcomes if isinstance(one, Refused)]
    assert reasons == [Reason.OVERLOADED, Reason.OVERLOADED]
    assert eg.ANA.id in engine.live(MAIN).state.waiting


# --- failures of the disk ---------------------------------------------------


async def test_what_could_not_be_written_leaves_the_desk_as_it_was(engine: Engine, disk: SlowDisk):
    before = engine.live(MAIN).state.fork()
    disk.before.append(Full())

    with pytest.raises(Refused) as refused:
        await asked(engine, eg.assist(eg.IDA, eg.ANA))

    assert refused.value.reason is Reason.OVERLOADED
    assert refused.value.retry_after_ms
    assert engine.live(MAIN).state == before
    assert (await asked(engine, eg.assist(eg.IDA, eg.ANA))).first == before.offset + 1


async def test_an_append_of_unknown_outcome_that_had_happened_is_not_done_twice(
    engine: Engine, disk: SlowDisk
):
    disk.after.append(Unsure())

    done = await asked(engine, eg.post(eg.ANA, eg.ANA))

    assert bodies(disk) == [eg.HELLO]
    assert done.first == engine.live(MAIN).state.offset
    assert not done.replayed


async def test_an_append_of_unknown_outcome_that_had_not_happened_is_done(
    engine: Engine, disk: SlowDisk
):
    disk.before.append(Unsure())

    await asked(engine, eg.post(eg.ANA, eg.ANA))

    assert bodies(disk) == [eg.HELLO]


async def test_after_a_broken_disk_nothing_is_acknowledged_any_more(disk: SlowDisk):
    engine = Engine(disk, HandClock(eg.NOW))
    await engine.start()
    for command in eg.waiting(eg.ANA):
        await engine.submit(MAIN, command)
    disk.before.append(Broken())

    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await asked(engine, eg.post(eg.ANA, eg.ANA))
        assert refused.value.reason is Reason.OVERLOADED

    assert engine.failed.is_set()
    assert not bodies(disk)
    await engine.stop()


# --- keys -------------------------------------------------------------------


async def test_a_key_counts_before_any_rule_also_when_memory_has_forgotten_it(
    engine: Engine, disk: SlowDisk
):
    first = await asked(engine, eg.post(eg.ANA, eg.ANA), eg.KEY)
    await asked(engine, eg.end(eg.ANA, eg.ANA))
    again = Engine(disk, HandClock(eg.NOW))
    await again.start()

    done = await asked(again, eg.post(eg.ANA, eg.ANA), eg.KEY)
    with pytest.raises(Refused):
        await asked(again, eg.post(eg.ANA, eg.ANA), eg.KEY + "x")
    await again.stop()

    assert done.replayed
    assert (done.first, done.entries) == (first.first, first.entries)
    assert bodies(disk) == [eg.HELLO]


async def test_a_key_that_another_process_used_keeps_the_others_of_the_batch_in(
    engine: Engine, disk: SlowDisk
):
    row = KeyRow(eg.ANA.id, eg.KEY, MAIN, "Post", first=1, count=1, room=eg.ANA.room, at_ms=eg.NOW)
    await disk.commit([Batch(MAIN, None, "theirs", rows=(row,))])

    taken, other = await asyncio.gather(
        asked(engine, eg.post(eg.ANA, eg.ANA, "mine"), eg.KEY),
        asked(engine, eg.post(eg.ANA, eg.ANA, "another"), eg.KEY + "x"),
    )

    assert taken.replayed
    assert not other.replayed
    assert bodies(disk) == ["another"]


async def test_the_file_itself_keeps_a_key_from_being_used_twice(tmp_path: Path):
    path = str(tmp_path / "desk.db")
    store = await SqliteStore.open_path(path)
    await store.open(MAIN)
    row = KeyRow(eg.ANA.id, eg.KEY, MAIN, "Post", first=1, count=1, room=None, at_ms=eg.NOW)
    await store.commit([Batch(MAIN, None, "first", rows=(row,))])
    await store.close()

    # Whatever else is wrong, no program that writes to this file can use it again.
    sql = apsw.Connection(path)
    with pytest.raises(apsw.ConstraintError, match="UNIQUE"):
        sql.execute(
            "INSERT INTO key (scope, key, desk, command, first, count, room, at_ms) "
            "SELECT scope, key, desk, command, first, count, room, at_ms FROM key"
        )
    sql.close()
