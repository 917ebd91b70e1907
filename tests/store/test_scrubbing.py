import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import cast

import apsw
import pytest

from frontdesk.desk.ids import MAIN
from frontdesk.desk.state import Guest, GuestState, State
from frontdesk.engine.ports import Store, Unclean
from frontdesk.store.sqlite.connect import Database
from frontdesk.store.sqlite.gaps import gap
from frontdesk.store.sqlite.store import SqliteStore
from tests.contracts import stories as eg
from tests.contracts.store_given import scrubbed, tell
from tests.store.canaries import GUESTS, Canary, busy_day, seen
from tests.store.power import Disk, Fate, Recorder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "desk.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open_path(str(path))
    yield store
    await store.close()


async def erase(store: Store, *canaries: Canary) -> None:
    for desk in (MAIN, eg.NORTH):
        entries = [
            entry
            for canary in canaries
            for entry in (canary.ended(), canary.erased())
            if canary.desk == desk
        ]
        await tell(store, *entries, desk=desk)


async def test_no_byte_of_an_erased_guest_is_left_in_any_file(store: SqliteStore, path: Path):
    canaries = await busy_day(store)
    gone, left = canaries[::2], canaries[1::2]
    assert len(seen(path.parent, [one.word for one in canaries])) >= GUESTS
    await erase(store, *gone)

    assert await scrubbed(store)

    assert seen(path.parent, [one.word for one in gone]) == []
    assert len(seen(path.parent, [one.word for one in left])) == len(left)
    for canary in left:
        found = await store.guest(canary.desk, canary.id)
        assert found is not None
        assert found.guest == canary.profile
    with connected(path) as connection:
        assert connection.pragma("integrity_check") == "ok"


@contextmanager
def connected(path: Path) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(str(path))
    try:
        yield connection
    finally:
        connection.close()


@pytest.mark.slow
async def test_what_was_committed_while_it_went_on_brings_nothing_back(
    store: SqliteStore, path: Path
):
    # The writer's pages are those of before, also where they hold what was moved.
    canaries = await busy_day(store, seed=3)
    await erase(store, *canaries[::2])
    others = asyncio.create_task(busy_day(store, 80, seed=4))

    assert await scrubbed(store)
    await others

    assert seen(path.parent, [one.word for one in canaries[::2]]) == []
    await store.close()
    assert seen(path.parent, [one.word for one in canaries[::2]]) == []


async def test_another_process_that_writes_meanwhile_brings_nothing_back(
    store: SqliteStore, path: Path
):
    canaries = await busy_day(store, seed=5)
    other = await SqliteStore.open_path(str(path))
    await erase(other, *canaries[::2])
    assert await scrubbed(other)

    await busy_day(store, 60, seed=6)
    await other.close()
    await store.close()

    assert seen(path.parent, [one.word for one in canaries[::2]]) == []


async def test_a_reader_of_what_was_before_only_delays_it(store: SqliteStore, path: Path):
    canaries = await busy_day(store, 40)
    with connected(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchall()
        await erase(store, canaries[7])

        assert not await store.scrub()
        assert seen(path.parent, [canaries[7].word])

    assert await scrubbed(store)
    assert seen(path.parent, [canaries[7].word]) == []


@pytest.mark.slow
async def test_what_was_not_done_before_the_end_is_done_after_the_next_start(
    store: SqliteStore, path: Path
):
    # All is left to the last one to close, who moves the WAL as SQLite does it by itself.
    store._checkpointer._next = 1_000_000
    canaries = await busy_day(store, 2 * GUESTS, seed=0)
    await erase(store, *canaries[::2])
    await store.close()
    assert seen(path.parent, [one.word for one in canaries[::2]])

    again = await SqliteStore.open_path(str(path))
    assert await scrubbed(again)

    assert seen(path.parent, [one.word for one in canaries[::2]]) == []
    with connected(path) as connection:
        assert connection.execute("SELECT count(*) FROM erasure").get == 0
    await again.close()


async def test_a_checkpoint_holds_no_name(store: SqliteStore, path: Path):
    (canary, *_) = await busy_day(store, 3)
    state = State(canary.desk)
    state.offset = (await store.open(canary.desk)).offset
    state.guests.put(canary.id, Guest(canary.profile, GuestState.IDLE, None, 1, eg.NOON_MS))
    await store.save_checkpoint(state)
    await erase(store, canary)

    assert await scrubbed(store)

    assert seen(path.parent, [canary.word]) == []


@pytest.mark.slow
async def test_a_power_cut_at_any_moment_of_it_harms_nobody_and_only_delays_it(tmp_path: Path):
    recorder = Recorder("recorder-of-a-scrub")
    database = Database(str(tmp_path / "desk.db"), recorder.name)
    await asyncio.to_thread(database.prepare)
    store = await asyncio.to_thread(SqliteStore, database)
    canaries = await busy_day(store, 60, seed=8)
    gone, left = canaries[::2], canaries[1::2]
    await erase(store, *gone)
    begins = len(recorder.notes)
    assert await scrubbed(store)
    notes = list(recorder.notes)
    await store.close()

    disk, played, chance = Disk(), 0, Random(9)
    cuts = sorted({begins, len(notes), *chance.sample(range(begins, len(notes)), 40)})
    for number, cut in enumerate(cuts):
        disk.play(notes[played:cut])
        played = cut
        folder = tmp_path / f"after-{number}"
        folder.mkdir()
        disk.leave([*Fate][number % len(Fate)], chance, folder)
        again = await SqliteStore.open_path(str(folder / "desk.db"))
        assert await scrubbed(again)
        assert seen(folder, [one.word for one in gone]) == []
        for canary in left:
            found = await again.guest(canary.desk, canary.id)
            assert found is not None
            assert found.guest == canary.profile
        with connected(folder / "desk.db") as connection:
            assert connection.pragma("integrity_check") == "ok"
        await again.close()
    recorder.unregister()


async def test_copies_that_migrations_made_are_removed(store: SqliteStore, path: Path):
    (canary, *_) = await busy_day(store, 3)
    for name in ("schema-0001.backup", "schema-0002.backup-2", "schema-0002.backup.unfinished"):
        path.with_name(f"desk.db.{name}").write_text(canary.word)
    mine = path.with_name("desk.db.mine")
    mine.write_text("not ours")
    await store.scrub()
    assert len(list(path.parent.glob("*backup*"))) == 3
    await erase(store, canary)

    assert await scrubbed(store)

    assert list(path.parent.glob("*backup*")) == []
    assert mine.exists()


async def test_a_copy_that_cannot_be_removed_is_told_and_the_rest_is_done(
    store: SqliteStore, path: Path
):
    (canary, *_) = await busy_day(store, 3)
    # In the order in which they are found, so that one comes before and one after.
    for name in ("schema-0001.backup", "schema-0003.backup"):
        path.with_name(f"desk.db.{name}").write_text(canary.word)
    stuck = path.with_name("desk.db.schema-0002.backup")
    stuck.mkdir()
    await erase(store, canary)

    for _ in range(2):
        with pytest.raises(Unclean, match=r"cannot be removed .*\.backup") as told:
            await store.scrub()
        assert str(path.parent) not in str(told.value)
    assert [one.name for one in path.parent.iterdir() if "backup" in one.name] == [stuck.name]
    stuck.rmdir()
    assert seen(path.parent, [canary.word]) == []
    await tell(store, eg.added(eg.JON))

    assert await scrubbed(store)


async def test_nobody_is_told_that_all_is_gone_from_a_file_that_cannot_be_gone_through(
    store: SqliteStore, path: Path
):
    (canary, *_) = await busy_day(store, 3)
    with connected(path) as operator:
        operator.execute("PRAGMA auto_vacuum = 1; VACUUM")
    await erase(store, canary)

    with pytest.raises(Unclean, match="auto_vacuum"):
        await store.scrub()

    with connected(path) as operator:
        assert operator.execute("SELECT count(*) FROM erasure").get == 1
        operator.execute("PRAGMA auto_vacuum = 0; VACUUM")
    assert await scrubbed(store)
    assert seen(path.parent, [canary.word]) == []


async def test_a_form_that_changes_while_the_file_is_gone_through_is_noticed(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
):
    (canary, *_) = await busy_day(store, 3)
    await erase(store, canary)
    truncate = store._checkpointer.truncate

    def late() -> bool:
        with connected(path) as operator:
            operator.execute("PRAGMA auto_vacuum = 1; VACUUM")
        return truncate()

    monkeypatch.setattr(store._checkpointer, "truncate", late)

    with pytest.raises(Unclean, match="auto_vacuum"):
        await store.scrub()


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Where the pages stand that were looked at for their gaps."""
    found: list[int] = []

    def noting(page: bytes, offset: int) -> tuple[int, int] | None:
        found.append(offset)
        return gap(page, offset)

    monkeypatch.setattr("frontdesk.store.sqlite.gaps.gap", noting)
    return found


async def test_only_while_an_erasure_is_not_done_does_a_checkpoint_look_at_pages(
    store: SqliteStore, looked: list[int]
):
    (canary, *_) = await busy_day(store, 3)
    store._checkpointer._checkpoint()
    assert not looked

    await erase(store, canary)
    store._checkpointer._checkpoint()
    assert looked

    assert await scrubbed(store)
    looked.clear()
    await busy_day(store, 3, seed=2)
    store._checkpointer._checkpoint()
    assert not looked


async def test_a_checkpoint_moves_nothing_that_came_after_it_has_looked_for_erasures(
    store: SqliteStore, path: Path
):
    # Or it would bring back, behind somebody else's sweep, what was erased meanwhile.
    (canary, *_) = await busy_day(store, 3)
    other = await SqliteStore.open_path(str(path))
    mover, loop = store._checkpointer._mover, asyncio.get_running_loop()
    found: list[tuple[int, int]] = []

    class Late:
        def wal_checkpoint(self, *, mode: int) -> tuple[int, int]:
            asyncio.run_coroutine_threadsafe(erase(other, canary), loop).result(10)
            found.append(mover.wal_checkpoint(mode=mode))
            return found[0]

    store._checkpointer._mover = cast(apsw.Connection, Late())
    await asyncio.to_thread(store._checkpointer._checkpoint)
    store._checkpointer._mover = mover

    [(pages, moved)] = found
    assert 0 < moved < pages
    await other.close()


async def test_commits_go_on_while_the_file_is_gone_through(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
):
    canaries = await busy_day(store, 40)
    await erase(store, canaries[0])
    began, go_on = threading.Event(), threading.Event()
    looked = gap

    def slowly(page: bytes, offset: int) -> tuple[int, int] | None:
        began.set()
        assert go_on.wait(10)
        return looked(page, offset)

    monkeypatch.setattr("frontdesk.store.sqlite.gaps.gap", slowly)
    scrub = asyncio.create_task(store.scrub())
    await asyncio.to_thread(began.wait, 10)

    await tell(store, eg.added(eg.JON))
    assert await store.account("Jon") is not None
    assert not scrub.done()
    go_on.set()

    assert await scrub


async def test_every_connection_overwrites_what_it_deletes(path: Path):
    database = Database(str(path))
    database.prepare()
    for connection in (database.connect_writer(), database.connect()):
        assert connection.pragma("secure_delete") == 1
        connection.close()
