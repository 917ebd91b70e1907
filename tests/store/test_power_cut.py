"""What was acknowledged survives a power cut at any moment, and nothing is there by halves."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Literal

import apsw
import pytest

from frontdesk.desk.ids import MAIN, DeskId
from frontdesk.engine.ports import Appended, Batch, Broken, Full, SessionRow
from frontdesk.store.sqlite import checkpointer
from frontdesk.store.sqlite.connect import Database
from frontdesk.store.sqlite.migrations import migrate
from frontdesk.store.sqlite.store import SqliteStore
from tests.contracts import stories as eg
from tests.contracts.store_given import key
from tests.store.power import Deed, Disk, Fate, Recorder, Trouble, no_trouble

# All of it waits for a disk, over and over.
pytestmark = pytest.mark.slow

DESKS = (MAIN, eg.NORTH)

_names = count(1)


@pytest.fixture
def disk() -> Iterator[Recorder]:
    recorder = Recorder(f"recorder-{next(_names)}")
    yield recorder
    recorder.unregister()


@pytest.fixture(autouse=True)
def _small_wal(monkeypatch: pytest.MonkeyPatch):
    # So that a few hundred commits bring many checkpoints and the WAL begins again many times.
    monkeypatch.setattr(checkpointer, "CHECKPOINT_PAGES", 24)
    monkeypatch.setattr(checkpointer, "RESTART_PAGES", 72)


class Day:
    """A day of work on a store: what was tried, and what was told to be safe."""

    store: SqliteStore

    def __init__(self, disk: Recorder, path: Path, synchronous: Literal["FULL", "NORMAL"]) -> None:
        self.disk = disk
        self.tried: dict[str, Batch] = {}
        self._database = Database(str(path), disk.name, synchronous)
        self._chance = Random(7)

    async def open(self) -> None:
        await asyncio.to_thread(self._database.prepare)
        self.store = await asyncio.to_thread(SqliteStore, self._database)

    async def work(self, commits: int) -> None:
        """Commit, several desks at once at times; checkpoints happen as they will."""
        heads = {desk: (await self.store.open(desk)).offset for desk in DESKS}
        for _ in range(commits):
            desks = self._chance.sample(DESKS, self._chance.choice([1, 1, 2]))
            batches = [self._batch(desk, heads[desk]) for desk in desks]
            outcomes = await self.store.commit(batches)
            for batch, outcome in zip(batches, outcomes, strict=True):
                assert isinstance(outcome, Appended)
                heads[batch.desk] = outcome.last
                self.disk.told(batch.id)

    def _batch(self, desk: DeskId, after: int) -> Batch:
        id = f"batch-{len(self.tried)}"
        size = self._chance.choice([1, 1, 1, 2, 5])
        body = "x" * self._chance.choice([5, 50, 3_000])
        token = SessionRow(id.encode(), eg.ANA.id, "guest", eg.NOON_MS)
        entries = tuple(eg.said(eg.ANA.who, eg.ANAS_ROOM, body) for _ in range(size))
        self.tried[id] = Batch(desk, after, id, entries, (key(id), token))
        return self.tried[id]

    async def close(self) -> None:
        await self.store.close()


async def a_day(
    disk: Recorder,
    path: Path,
    commits: int,
    synchronous: Literal["FULL", "NORMAL"] = "FULL",
) -> Day:
    """Two halves with a restart between them, and no clean end."""
    day = Day(disk, path, synchronous)
    await day.open()
    await day.work(commits // 2)
    await day.close()
    await day.open()
    await day.work(commits - commits // 2)
    return day


def missing(path: Path, day: Day, told: set[str]) -> set[str]:
    """Which of the batches that were told to be safe are not in this file.

    Fails if the file is damaged, or holds anything by halves.
    """
    # As the store opens it, without its threads: this is done thousands of times.
    database = Database(str(path), synchronous="NORMAL")
    sql = database.connect_writer()
    # What is looked at here is thrown away; to sync it would take half of the time.
    sql.pragma("synchronous", "off")
    try:
        migrate(sql, database)
        assert sql.pragma("integrity_check") == "ok"
        found = Counter(batch for (batch,) in sql.execute("SELECT batch FROM entry"))
        for id, number in found.items():
            assert number == len(day.tried[id].entries), f"{id} is there by halves"
        for table, column in (("key", "key"), ("session", "CAST(token_hash AS TEXT)")):
            rows = sql.execute(f"SELECT {column} FROM {table}")  # noqa: S608 -- our own
            assert {id for (id,) in rows} == found.keys()
        for table in ("text", "mark"):
            rows = sql.execute(f"SELECT desk, offset FROM {table}")  # noqa: S608 -- our own
            assert set(rows) == set(sql.execute("SELECT desk, offset FROM entry"))
        heads: list[Any] = sql.execute("SELECT desk, head FROM desk").fetchall()
        for desk, head in heads:
            log = sql.execute("SELECT offset FROM entry WHERE desk = ? ORDER BY 1", (desk,))
            assert [offset for (offset,) in log] == list(range(1, head + 1))
    finally:
        sql.close()
    return told - found.keys()


def cuts(day: Day, tmp_path: Path, points: Sequence[int], fates: Sequence[Fate]) -> set[str]:
    """Cut the power at each of these points; all that was lost although it was told to be safe."""
    chance = Random(11)
    disk, played, told, lost = Disk(), 0, set[str](), set[str]()
    for number, point in enumerate(points):
        disk.play(day.disk.notes[played:point])
        told |= {note.name for note in day.disk.notes[played:point] if note.deed is Deed.TOLD}
        played = point
        folder = tmp_path / "after"
        folder.mkdir()
        disk.leave(fates[number % len(fates)], chance, folder)
        lost |= missing(folder / "desk.db", day, told)
        shutil.rmtree(folder)
    return lost


def moments(day: Day, every: int = 1) -> list[int]:
    """The points just behind each write and each sync."""
    deeds = [at for at, note in enumerate(day.disk.notes, 1) if note.deed is not Deed.TOLD]
    # The last one must see what was told last.
    return [*deeds[::every], len(day.disk.notes)]


def test_nothing_acknowledged_is_lost_by_a_power_cut(disk: Recorder, tmp_path: Path):
    day = run_a_day(disk, tmp_path, commits=100)

    assert not cuts(day, tmp_path, moments(day, every=7), list(Fate))


@pytest.mark.timeout(180)  # Some 4,500 cuts, each followed by a start; a busy machine takes long.
def test_nothing_acknowledged_is_lost_by_a_power_cut_at_any_write_or_sync(
    disk: Recorder, tmp_path: Path
):
    day = run_a_day(disk, tmp_path, commits=120)

    assert not cuts(day, tmp_path, moments(day), list(Fate))


def test_without_a_sync_for_each_commit_a_power_cut_does_lose_some(disk: Recorder, tmp_path: Path):
    day = run_a_day(disk, tmp_path, commits=60, synchronous="NORMAL")

    assert cuts(day, tmp_path, moments(day, every=29), [Fate.LOST])
    # A process that is killed loses nothing even so: the kernel still has it.
    assert not cuts(day, tmp_path, moments(day, every=29), [Fate.KEPT])


def run_a_day(
    disk: Recorder, tmp_path: Path, commits: int, synchronous: Literal["FULL", "NORMAL"] = "FULL"
) -> Day:
    async def run() -> Day:
        day = await a_day(disk, tmp_path / "data" / "desk.db", commits, synchronous)
        notes = len(disk.notes)
        await day.close()
        # The day has no clean end: what closing did is left out.
        del disk.notes[notes:]
        return day

    day = asyncio.run(run())
    deeds = Counter((note.deed, note.name) for note in disk.notes)
    # The day was one in which the WAL was moved into the file again and again.
    assert deeds[Deed.SYNC, "desk.db"] > 5
    assert deeds[Deed.WRITE, "desk.db-wal"] > commits
    return day


# --- the disk says no ---------------------------------------------------------------------------

WRITE_WRONG = (apsw.IOError, apsw.SQLITE_IOERR_WRITE)
SYNC_WRONG = (apsw.IOError, apsw.SQLITE_IOERR_FSYNC)
NO_SPACE = (apsw.FullError, apsw.SQLITE_FULL)


def trouble(at: int, deed: Deed, error: tuple[type[apsw.Error], int], *, lasts: bool) -> Trouble:
    """This goes wrong at the `at`th deed of the kind, and from then on if it lasts."""
    seen = count(1)

    def raise_it(now: Deed, name: str) -> None:
        if now is deed and ((number := next(seen)) == at or (lasts and number > at)):
            kind, code = error
            failure = kind("the disk says no")
            failure.extendedresult = code  # type: ignore[attr-defined]  # apsw looks for it
            raise failure

    return raise_it


async def a_day_with(disk: Recorder, path: Path, wrong: Trouble) -> tuple[Day, Exception | None]:
    """A day that meets trouble after it has begun well, and how it ended."""
    day = Day(disk, path, "FULL")
    await day.open()
    await day.work(5)
    disk.trouble = wrong
    try:
        await day.work(60)
    except (Broken, Full) as error:
        return day, error
    finally:
        notes = len(disk.notes)
        disk.trouble = no_trouble
        await day.close()
        del disk.notes[notes:]
    return day, None


@pytest.mark.parametrize("lasts", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(
    ("deed", "error", "points"),
    [
        (Deed.WRITE, WRITE_WRONG, range(1, 1_200, 173)),
        (Deed.SYNC, SYNC_WRONG, range(1, 80, 9)),
        (Deed.WRITE, NO_SPACE, range(1, 1_200, 173)),
    ],
    ids=["write fails", "sync fails", "no space"],
)
def test_nothing_acknowledged_is_lost_when_the_disk_says_no(
    tmp_path: Path, deed: Deed, error: tuple[type[apsw.Error], int], points: range, lasts: bool
):
    ends = Counter[str]()
    for at in points:
        disk = Recorder(f"recorder-{next(_names)}")
        try:
            folder = tmp_path / str(at)
            wrong = trouble(at, deed, error, lasts=lasts)
            day, end = asyncio.run(a_day_with(disk, folder / "desk.db", wrong))
        finally:
            disk.unregister()
        ends[type(end).__name__] += 1
        # What failed to be written or synced may be gone, even if nobody cuts the power.
        assert not cuts(day, tmp_path, [len(disk.notes)], [Fate.LOST])
        assert not cuts(day, tmp_path, [len(disk.notes)], [Fate.KEPT])

    expected = "Full" if error is NO_SPACE else "Broken"
    # Trouble in a checkpoint that only lacks room is nobody's business but the next one's.
    assert ends[expected] > 1
    assert ends.keys() <= {expected, "NoneType"}


@pytest.fixture
async def day(disk: Recorder, tmp_path: Path) -> AsyncIterator[Day]:
    day = Day(disk, tmp_path / "data" / "desk.db", "FULL")
    await day.open()
    await day.work(5)
    yield day
    disk.trouble = no_trouble
    await day.close()


async def test_after_a_failed_sync_nothing_is_written_any_more(disk: Recorder, day: Day):
    disk.trouble = trouble(1, Deed.SYNC, SYNC_WRONG, lasts=False)
    with pytest.raises(Broken):
        await day.work(1)
    notes = len(disk.notes)

    # The disk is fine again, but what it has is no longer known.
    for _ in range(3):
        with pytest.raises(Broken):
            await day.store.commit([])
    assert len(disk.notes) == notes


async def test_a_full_disk_keeps_what_there_is_and_takes_more_once_there_is_room(
    disk: Recorder, day: Day
):
    before = await day.store.read(MAIN, 0, 999)
    disk.trouble = trouble(1, Deed.WRITE, NO_SPACE, lasts=True)
    for _ in range(3):
        with pytest.raises(Full):
            await day.work(1)
    assert await day.store.read(MAIN, 0, 999) == before

    disk.trouble = no_trouble
    await day.work(20)

    assert len(await day.store.read(MAIN, 0, 999)) > len(before)
