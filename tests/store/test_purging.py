"""What leaves the log and what does not, over months of anything that can happen at a desk."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from anyio import lowlevel
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.desk import checkpoint
from frontdesk.desk.checkpoint import dump
from frontdesk.desk.entries import Entry
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.personal import Profile
from frontdesk.desk.retention import Old, old, rooms_of, stays
from frontdesk.desk.state import State
from frontdesk.engine.clock import HandClock
from frontdesk.engine.desks import Desks
from frontdesk.engine.ports import Appended, Broken, Kept, Store, Wanted
from frontdesk.feed.kept import lines
from frontdesk.store import codec, upgrades
from frontdesk.store.memory import MemoryStore
from frontdesk.store.sqlite import copies, indexing
from frontdesk.store.sqlite.connect import Database
from frontdesk.store.sqlite.projections import TABLES
from frontdesk.store.sqlite.store import SqliteStore
from tests import examples as eg
from tests.contracts import stories
from tests.contracts.store_given import batch, tell
from tests.load import promised
from tests.store.months import Months

SEEDS = st.integers(0, 2**32 - 1)
KEPT_MS = 2 * eg.DAY


async def log(store: Store) -> list[Kept]:
    return await store.read(MAIN, 0, 1_000_000)


def told(log: list[Kept], kept_from: int) -> list[object]:
    """Which entries there are, and what any reader hears of them. Of guests who are gone, it is
    nothing that has to be heard from `kept_from` on.
    """
    return [
        (kept.offset, [(line.place, line.mark, line.event) for line in lines(kept)])
        if kept.offset >= kept_from
        else kept.offset
        for kept in log
    ]


async def purge(store: Store, gone: Old) -> int:
    while await store.index(MAIN, 50):
        pass
    while (purged := await store.purge(MAIN, gone)).more:
        pass
    return purged.kept_from


async def lived(months: Months, *losing: Store) -> Old:
    """Some of it, a checkpoint now and then, and at the end what is old goes from these stores."""
    await months.begin()
    for _ in range(months.chance.randrange(1, 6)):
        await months.some(60)
        for store in losing:
            await store.save_checkpoint(months.desk)
        if months.chance.random() < 0.3:
            # What happens now is young, but not what comes before it.
            for store in losing:
                await purge(store, old(months.desk, months.now_ms - KEPT_MS))
    await months.some(20)
    gone = old(months.desk, months.now_ms - KEPT_MS)
    for store in losing:
        await purge(store, gone)
    return gone


def check(
    whole: list[Kept], left: list[Kept], kept_from: int, gone: Old, open: set[RoomId]
) -> None:
    """That all of what is left is as it was, and that what is gone might go."""
    there = {kept.offset for kept in left}
    assert [kept for kept in whole if kept.offset in there] == left
    assert there.issuperset(range(kept_from, len(whole) + 1))
    offsets = defaultdict[RoomId, set[int]](set)
    for kept in whole:
        for room in rooms_of(kept.entry):
            offsets[room].add(kept.offset)
    for room, its in offsets.items():
        # Whole or not at all, but for entries that another room needs.
        others = {offset for other, its in offsets.items() if other != room for offset in its}
        assert its <= there or (its - others).isdisjoint(there)
        if not its <= there:
            assert room not in open
            assert max(its) < kept_from
    for kept in whole[: kept_from - 1]:
        assert kept.entry.at_ms < gone.before_ms
        needed = stays(kept.entry) or any(offsets[one] <= there for one in rooms_of(kept.entry))
        assert (kept.offset in there) == needed


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_what_is_old_goes_and_nothing_else(seed: int):
    async def run() -> None:
        twin, losing = MemoryStore(), MemoryStore()
        months = Months(seed, twin, losing)
        gone = await lived(months, losing)
        kept_from = await losing.kept_from(MAIN)
        check(await log(twin), await log(losing), kept_from, gone, {*months.desk.rooms})
        await starts_as_it_was(months, losing)

    asyncio.run(run())


async def starts_as_it_was(months: Months, store: Store) -> None:
    """A start finds the desk that there was, from the checkpoint and what is behind it."""
    live = await Desks(store, HandClock(months.now_ms)).load(MAIN)
    assert dump(live.state) == dump(months.desk)


@pytest.mark.slow
@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_a_file_loses_what_memory_would(seed: int):
    async def run(path: Path) -> None:
        twin, sqlite = MemoryStore(), await SqliteStore.open_path(str(path))
        months = Months(seed, twin, sqlite)
        try:
            await lived(months, twin, sqlite)
            kept_from = await twin.kept_from(MAIN)
            assert await sqlite.kept_from(MAIN) == kept_from
            assert told(await log(sqlite), kept_from) == told(await log(twin), kept_from)
            for room in months.desk.rooms:
                said = [await store.conversation(MAIN, room, 0, 999) for store in (sqlite, twin)]
                assert said[0] == said[1]
            await starts_as_it_was(months, sqlite)
            await tables_are_those_of_the_log(sqlite, path)
            for guest in months.guests:
                assert await sqlite.guest(MAIN, guest) == await twin.guest(MAIN, guest)
        finally:
            await sqlite.close()

    with TemporaryDirectory(prefix="frontdesk-") as folder:
        asyncio.run(run(Path(folder) / "desk.db"))


async def tables_are_those_of_the_log(store: SqliteStore, path: Path) -> None:
    """What is made again from what is left of the log is what is there; nothing is left over."""
    sql = apsw.Connection(str(path))
    try:
        before = [sql.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES]  # noqa: S608
        await store.rebuild_projections()
        assert before == [sql.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES]  # noqa: S608
        for orphans in (
            "SELECT 1 FROM text WHERE offset NOT IN (SELECT offset FROM entry)",
            "SELECT 1 FROM remnant WHERE offset NOT IN (SELECT offset FROM entry)",
            "SELECT 1 FROM remnant WHERE room NOT IN (SELECT room FROM room)",
            "SELECT 1 FROM mark WHERE offset NOT IN (SELECT offset FROM entry)",
            "SELECT 1 FROM hearing WHERE room NOT IN (SELECT room FROM room)",
            "SELECT 1 FROM person WHERE kind = 'guest' AND user IS NOT NULL"
            " AND person NOT IN (SELECT guest FROM room WHERE guest IS NOT NULL)",
            "SELECT 1 FROM indexed_room WHERE opened NOT IN (SELECT opened FROM room)",
            "SELECT 1 FROM word WHERE (rowid >> 32) NOT IN (SELECT number FROM indexed_room)",
            "SELECT 1 FROM word WHERE (rowid & 4294967295) NOT IN (SELECT offset FROM entry)",
        ):
            assert sql.execute(orphans).fetchall() == [], orphans
    finally:
        sql.close()


# --- the file -----------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open_path(str(path))
    yield store
    await store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [5, 6, 10])
async def test_two_processes_that_do_it_at_once_come_to_the_same(
    seed: int, store: SqliteStore, path: Path
):
    twin, other = MemoryStore(), await SqliteStore.open_path(str(path))
    months = Months(seed, twin, store)
    try:
        gone = await lived(months, twin)
        for one in (twin, store):
            await one.save_checkpoint(months.desk)
        kept_from = await purge(twin, gone)
        while await store.index(MAIN, 50):
            pass
        assert {*await asyncio.gather(purge(store, gone), purge(other, gone))} == {kept_from}
    finally:
        await other.close()

    assert told(await log(store), kept_from) == told(await log(twin), kept_from)
    await tables_are_those_of_the_log(store, path)


@pytest.mark.slow
async def test_a_crash_between_two_steps_only_delays_it(store: SqliteStore, path: Path):
    twin = MemoryStore()
    months = Months(10, twin, store)
    gone = await lived(months, twin)
    await store.save_checkpoint(months.desk)
    while await store.index(MAIN, 50):
        pass
    more = True
    while more:
        # Each step by a process of its own.
        one = await SqliteStore.open_path(str(path))
        more = (await one.purge(MAIN, gone)).more
        await one.close()
    await twin.save_checkpoint(months.desk)
    kept_from = await purge(twin, gone)

    assert told(await log(store), kept_from) == told(await log(twin), kept_from)
    await starts_as_it_was(months, store)


async def test_words_are_found_again_though_the_end_of_the_log_is_gone(store: SqliteStore):
    """What is made again of a log with holes comes to its end."""
    await tell(store, *stories.PEOPLE, stories.said(stories.BEN.who, stories.BENS_ROOM, "Anybody?"))
    await tell(store, stories.OF_EACH_KIND["resumed"])
    state = State(MAIN)
    state.offset = 6
    await store.save_checkpoint(state)
    await purge(store, Old(stories.NOON_MS + eg.DAY))
    assert [kept.offset for kept in await log(store)] == [1, 2, 3, 4, 5]

    await store._writer.run(indexing.clear)
    turns = 0
    while await store.index(MAIN, 3):
        turns += 1
        assert turns < 20

    found = await store.history(MAIN, Wanted(words="anybody"), None, 9)
    assert [one.guest for one in found.rooms] == [stories.BEN]


async def test_that_somebody_was_erased_stays_known(store: SqliteStore, path: Path):
    """Whoever goes back to a copy in which they are has to erase them again."""
    over = stories.ended(stories.ANA, None, stories.ANAS_ROOM)
    erased = stories.erased(stories.ANA, stories.ANAS_ROOM)
    await tell(store, *stories.PEOPLE, over, erased)
    state = State(MAIN)
    state.offset = 6
    await store.save_checkpoint(state)

    await purge(store, Old(stories.NOON_MS + eg.DAY))

    assert await store.guest(MAIN, stories.ANA.id) is None
    assert copies.erased_in(Database(str(path))) == [(MAIN, stories.ANA.id)]


# --- beside the writer ---------------------------------------------------------------------------

ROOMS = 5_000


async def crowd(store: SqliteStore) -> int:
    """More than 100,000 entries of rooms that are over, many of them open at once."""
    await tell(store, *stories.PEOPLE)
    head = len(stories.PEOPLE)
    for first in range(0, ROOMS, 50):
        entries = list[Entry]()
        told = [list(conversation(number)) for number in range(first, first + 50)]
        for turn in zip(*told, strict=True):
            entries += turn
        assert await store.commit([batch(head, *entries)]) == [Appended(head + len(entries))]
        head += len(entries)
    return head


def conversation(number: int) -> Iterator[Entry]:
    guest = Profile(PersonId(f"guest-{number:06}"), f"Guest {number}", "Where is it?", {"os": "x"})
    room = RoomId(f"room-{number:06}")
    yield stories.queued(guest, room)
    yield stories.taken(guest, stories.IDA, room)
    for turn in range(17):
        yield stories.said(guest.who if turn % 2 else stories.IDA, room, f"Word {turn} of {number}")
    yield stories.ended(guest, stories.IDA, room)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_hundred_thousand_entries_go_and_no_commit_waits_for_long(
    store: SqliteStore, path: Path
):
    head = await crowd(store)
    assert head > 100_000
    while await store.index(MAIN, 5_000):
        pass
    state = State(MAIN)
    state.offset = head
    await store.save_checkpoint(state)
    size = os.stat(path).st_size
    waits, done = list[float](), asyncio.Event()

    async def append() -> None:
        after = head
        while not done.is_set():
            began = time.perf_counter()
            said = stories.said(stories.BEN.who, stories.BENS_ROOM)
            assert await store.commit([batch(after, said)]) == [Appended(after + 1)]
            waits.append(time.perf_counter() - began)
            after += 1
            await lowlevel.checkpoint()

    appending = asyncio.create_task(append())
    # Without the rests that the engine takes, so this is the worst that a commit can meet.
    kept_from = await purge(store, Old(stories.NOON_MS + eg.DAY))
    done.set()
    await appending

    assert kept_from > head
    assert [kept.offset for kept in await store.read(MAIN, 0, 5)] == [1, 2, 3, 4, head + 1]
    # A commit beside a step waits for that step alone, however much there is to do.
    waits.sort()
    assert len(waits) > 100
    assert waits[len(waits) // 2] < promised(0.05)
    assert waits[len(waits) * 99 // 100] < promised(0.25)
    # What went left room, which is used again: the file need not grow for as much once more.
    assert os.stat(path).st_size < 1.2 * size
    sql = apsw.Connection(str(path))
    assert sql.pragma("freelist_count") > 0.5 * sql.pragma("page_count")
    sql.close()


# --- a checkpoint behind which the log is cut -----------------------------------------------------

CHECKPOINTS = Path(__file__).parent / "fixtures" / "checkpoints"


async def test_a_checkpoint_of_an_earlier_version_is_read_where_the_log_is_cut(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
):
    await tell(store, *stories.PEOPLE)
    state = State(MAIN)
    state.offset = 4
    await store.save_checkpoint(state)
    await purge(store, Old(stories.NOON_MS + eg.DAY))

    monkeypatch.setattr(checkpoint, "VERSION", checkpoint.VERSION + 1)
    with pytest.raises(Broken, match="a checkpoint cannot be read"):
        await store.load_checkpoint(MAIN)

    steps = {checkpoint.VERSION - 1: lambda old: {**old, "taken": [[7, 8]]}}
    monkeypatch.setattr(upgrades, "SNAPSHOT_STEPS", steps)
    found = await store.load_checkpoint(MAIN)
    assert found is not None
    assert (found.offset, found.taken) == (4, ((7, 8),))


def test_every_version_of_a_checkpoint_behind_which_a_log_may_be_cut_is_still_read():
    versions = range(upgrades.FIRST_SNAPSHOT, checkpoint.VERSION + 1)
    assert {path.name for path in CHECKPOINTS.iterdir()} == {f"v{v}.json" for v in versions}

    for v in versions:
        data = (CHECKPOINTS / f"v{v}.json").read_bytes()
        state = codec.decode_snapshot(data, codec.erased, v)
        assert (len(state.rooms), len(state.guests), len(state.notes)) == (3, 3, 1)
