import asyncio
import re
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import apsw
import pytest
from anyio import lowlevel

from frontdesk.desk.audience import AGENTS, ALL
from frontdesk.desk.entries import GroupEnded, GroupOpened, GuestRequeued
from frontdesk.desk.ids import MAIN, RoomId
from frontdesk.engine.ports import Appended, Conflict, Held, PasswordRow, Store
from frontdesk.store.sqlite import checkpointer, connect, queries
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.sqlite.projections import TABLES
from frontdesk.store.sqlite.store import SqliteStore
from tests.contracts import stories as eg
from tests.contracts.store_contract import StoreContract
from tests.contracts.store_given import START, batch, key, tell


class TestSqliteStore(StoreContract):
    @pytest.fixture
    async def store(self, path: Path) -> AsyncIterator[Store]:
        store = await SqliteStore.open_path(str(path))
        yield store
        await store.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "desk.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open_path(str(path))
    yield store
    await store.close()


@pytest.fixture
async def other(store: SqliteStore, path: Path) -> AsyncIterator[SqliteStore]:
    """The same file, opened a second time as a command line would."""
    other = await SqliteStore.open_path(str(path))
    yield other
    await other.close()


@pytest.fixture
def sql(store: SqliteStore, path: Path) -> Iterator[apsw.Connection]:
    """A connection of somebody else's."""
    connection = apsw.Connection(str(path))
    yield connection
    connection.close()


# --- two processes ------------------------------------------------------------------------------


async def test_two_stores_on_one_file_see_each_others_commits(
    store: SqliteStore, other: SqliteStore
):
    assert await other.open(MAIN) == await store.open(MAIN)

    await tell(store, *eg.PEOPLE)
    await tell(other, eg.said(eg.IDA, eg.ANAS_ROOM))

    assert await store.commit([batch(4, eg.said(eg.JON, eg.ANAS_ROOM))]) == [Conflict()]
    assert await store.read(MAIN, 0, 99) == await other.read(MAIN, 0, 99)
    assert (await store.open(MAIN)).offset == 5


async def test_a_store_notices_that_another_has_committed(store: SqliteStore, other: SqliteStore):
    await store.open(MAIN)
    assert [await store.changed(), await other.changed()] == [False, True]

    await tell(other, *eg.PEOPLE)

    assert [await store.changed(), await other.changed()] == [True, False]
    assert [await store.changed(), await other.changed()] == [False, False]


async def test_a_change_is_noticed_even_if_an_own_commit_came_after_it(
    store: SqliteStore, other: SqliteStore
):
    await store.open(MAIN)
    await tell(other, *eg.PEOPLE)
    await tell(store, eg.said(eg.IDA, eg.ANAS_ROOM))

    assert await store.changed()
    assert not await store.changed()


async def test_two_stores_that_write_at_once_both_get_their_turn(
    store: SqliteStore, other: SqliteStore
):
    async def write(one: SqliteStore) -> None:
        for number in range(50):
            await one.commit([batch(None, rows=[PasswordRow(eg.IDA.id, str(number))])])

    await asyncio.gather(write(store), write(other))


async def test_a_file_that_somebody_holds_for_too_long_is_said_to_be_held(
    store: SqliteStore, sql: apsw.Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connect, "HELD_MS", 20)
    await tell(store, *eg.PEOPLE)

    sql.execute("BEGIN IMMEDIATE")
    with pytest.raises(Held):
        await store.commit([batch(4, eg.said(eg.IDA, eg.ANAS_ROOM))])
    assert len(await store.read(MAIN, 0, 99)) == 4
    sql.execute("ROLLBACK")

    assert await store.commit([batch(4, eg.said(eg.IDA, eg.ANAS_ROOM))]) == [Appended(5)]


async def test_a_reader_in_the_middle_of_something_does_not_hold_up_a_commit(
    store: SqliteStore, sql: apsw.Connection
):
    await tell(store, *eg.PEOPLE)
    sql.execute("BEGIN")
    assert sql.execute("SELECT count(*) FROM entry").get == 4

    await tell(store, eg.said(eg.IDA, eg.ANAS_ROOM))

    assert sql.execute("SELECT count(*) FROM entry").get == 4
    sql.execute("ROLLBACK")


# --- starting and ending ------------------------------------------------------------------------


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def open_to_all(path: Path) -> None:
    path.chmod(0o644)


def write_diary(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 1000)


async def test_what_was_committed_is_there_after_a_restart(path: Path):
    store = await SqliteStore.open_path(str(path))
    head = await store.open(MAIN)
    kept = await tell(store, *eg.PEOPLE)
    await store.close()

    store = await SqliteStore.open_path(str(path))
    assert (await store.open(MAIN)).epoch == head.epoch
    assert await store.read(MAIN, 0, 99) == kept
    await store.close()


async def test_the_file_and_its_folder_are_for_their_owner_alone(store: SqliteStore, path: Path):
    await tell(store, *eg.PEOPLE)

    assert modes(path.parent.parent) == {"data": 0o700}
    assert modes(path.parent) == dict.fromkeys(("desk.db", "desk.db-wal", "desk.db-shm"), 0o600)


async def test_a_file_that_others_could_read_is_closed_to_them(path: Path):
    await (await SqliteStore.open_path(str(path))).close()
    open_to_all(path)

    await (await SqliteStore.open_path(str(path))).close()

    assert modes(path.parent) == {"desk.db": 0o600}


async def test_closing_twice_is_fine_and_a_closed_store_says_so(path: Path):
    store = await SqliteStore.open_path(str(path))
    await store.close()
    await store.close()

    with pytest.raises(RuntimeError):
        await store.commit([])


async def test_what_was_under_way_is_finished_before_the_store_closes(path: Path):
    store = await SqliteStore.open_path(str(path))
    await tell(store, *eg.PEOPLE)

    said = asyncio.ensure_future(store.commit([batch(4, eg.said(eg.IDA, eg.ANAS_ROOM))]))
    await lowlevel.checkpoint()
    await store.close()

    assert await said == [Appended(5)]


async def test_a_commit_whose_author_no_longer_waits_is_carried_out(store: SqliteStore):
    await tell(store, *eg.PEOPLE)

    said = asyncio.ensure_future(store.commit([batch(4, eg.said(eg.IDA, eg.ANAS_ROOM))]))
    await lowlevel.checkpoint()
    said.cancel()

    await store.changed()  # In its turn: behind the commit.
    assert (await store.open(MAIN)).offset == 5


@pytest.mark.parametrize("version", ["3.7.0", "3.40.1", "3.51.2"])
def test_a_sqlite_that_can_damage_the_file_is_refused(version: str):
    with pytest.raises(CannotOpen, match=r"SQLite .* can damage .* Install"):
        connect.require_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.54.1", "4.0"])
def test_a_later_sqlite_is_fine(version: str):
    connect.require_sqlite(version)


async def test_a_file_that_is_no_database_is_refused(path: Path):
    write_diary(path)

    with pytest.raises(CannotOpen, match=r"is no database.* Restore a backup"):
        await SqliteStore.open_path(str(path))


@pytest.mark.parametrize("form", [1, 2])
async def test_a_file_with_auto_vacuum_is_refused_until_it_has_none(path: Path, form: int):
    await (await SqliteStore.open_path(str(path))).close()
    change_form(path, form)

    with pytest.raises(CannotOpen, match=r"auto_vacuum .* type: sqlite3 .* VACUUM"):
        await SqliteStore.open_path(str(path))

    change_form(path, 0)
    await (await SqliteStore.open_path(str(path))).close()


def change_form(path: Path, auto_vacuum: int) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(f"PRAGMA auto_vacuum = {auto_vacuum}; VACUUM")
    connection.close()


async def test_a_place_that_cannot_be_written_is_refused_with_a_reason(tmp_path: Path):
    (tmp_path / "data").write_text("not a folder")

    with pytest.raises(CannotOpen, match="cannot be written"):
        await SqliteStore.open_path(str(tmp_path / "data" / "desk.db"))


# --- tables to query ----------------------------------------------------------------------------


def rows_of(connection: apsw.Connection) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for table in TABLES:
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 -- our own
        found[table] = sorted(rows, key=repr)
    return found


async def test_projections_can_be_made_again_from_the_log(store: SqliteStore, sql: apsw.Connection):
    stay = [
        eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
        eg.said(eg.ANA.who, eg.ANAS_ROOM),
        eg.gone(eg.IDA, eg.ANA, eg.ANAS_ROOM),
    ]
    # All in one call, and one by one: rows that are made and changed in the same call as well.
    await tell(store, *eg.PEOPLE, *stay, *stay, eg.ended(eg.ANA, None, eg.ANAS_ROOM))
    await tell(store, *eg.PEOPLE[:2], eg.OF_EACH_KIND["person_changed"], desk=eg.NORTH)
    for entry in (eg.taken(eg.BEN, eg.JON, eg.BENS_ROOM), eg.ended(eg.BEN, eg.JON, eg.BENS_ROOM)):
        await tell(store, entry)
    rooms = ("group_opened", "member_joined", "member_left", "direct_opened")
    await tell(store, *(eg.OF_EACH_KIND[kind] for kind in rooms))
    await tell(store, eg.OF_EACH_KIND["room_rated"], eg.OF_EACH_KIND["note_left"])
    await tell(store, GuestRequeued(eg.NOON_MS, eg.ANA, RoomId("room-again"), 99))
    await tell(store, eg.OF_EACH_KIND["group_ended"])
    over = RoomId("room-over")
    opened = GroupOpened(eg.NOON_MS, eg.IDA, over, "Night", "")
    await tell(store, opened, GroupEnded(eg.NOON_MS, eg.IDA, over, ()))
    before = rows_of(sql)
    assert all(before.values())
    kinds = sql.execute("SELECT room, kind, guest, reason FROM room WHERE desk = 'main'").fetchall()
    assert {*kinds} == {
        (eg.ANAS_ROOM, "guest", eg.ANA.id, "agent"),
        (eg.BENS_ROOM, "guest", eg.BEN.id, "agent"),
        (eg.GROUP, "group", None, "monitor"),
        (eg.DIRECT, "direct", None, None),
        ("room-again", "guest", eg.ANA.id, None),
        (eg.NOTE, "guest", eg.CEM.id, "message"),
        ("room-over", "group", None, "monitor"),
    }

    for table in TABLES:
        sql.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own
    await store.rebuild_projections()

    assert rows_of(sql) == before


async def test_what_is_personal_stands_in_rows_of_its_own(store: SqliteStore, sql: apsw.Connection):
    await tell(store, *eg.PEOPLE, eg.said(eg.ANA.who, eg.ANAS_ROOM, "My card is 1234"))

    log = repr(sql.execute("SELECT * FROM entry").fetchall())
    for personal in ("Ana", "parcel", "Debian", "1234"):
        assert personal not in log

    sql.execute("UPDATE person SET user = NULL, topic = NULL, info = NULL WHERE kind = 'guest'")
    sql.execute("UPDATE text SET body = NULL")
    (message,) = (await store.backlog(MAIN, eg.ANAS_ROOM, None, 9)).messages
    assert (message.user, message.body) == ("erased-000001", "")
    # Whoever was erased does not come back with a later entry that still knows the name.
    await tell(store, eg.queued(eg.ANA, RoomId("room-ana-2")))
    assert sql.execute("SELECT user FROM person WHERE person = ?", (eg.ANA.id,)).get is None


async def test_a_replay_looks_things_up_and_does_not_search(
    store: SqliteStore, sql: apsw.Connection
):
    for name in ("find_marked", "hearings", "backlog", "read", "read_some", "find_key"):
        names = "desk person marks mark kind end low high limit offset part after offsets scope key"
        asked = dict.fromkeys(names.split(), "[]")
        plan = sql.execute(f"EXPLAIN QUERY PLAN {getattr(queries.SQL, name)}", asked).fetchall()
        steps = [str(step[3]) for step in plan]
        assert not [step for step in steps if step.startswith("SCAN") and "json_each" not in step]


# By themselves SQLite's estimates would have it go through all rooms of a desk.
LOOK_BACK = (
    "rooms_of_guest past_rooms past_rooms_of_guests past_rooms_of_many past_room_numbered"
    " past_room earlier_rooms find_guests_known find_guests_vouched"
    " helpers messages_of number_before indexed_rooms_of unindexed text_at any_erased_since"
)


@pytest.mark.parametrize("name", LOOK_BACK.split())
async def test_looking_back_goes_through_no_whole_desk(sql: apsw.Connection, name: str):
    statement = getattr(queries.SQL, name)
    asked = dict.fromkeys(re.findall(r":(\w+)", statement), 1)

    plan = sql.execute(f"EXPLAIN QUERY PLAN {statement}", asked).fetchall()

    steps = [str(step[3]) for step in plan]
    assert any(step.startswith("SEARCH") for step in steps)
    # Of many only the first are looked at; they have to come in order.
    if name in ("past_rooms", "past_rooms_of_many", "find_guests_known", "find_guests_vouched"):
        assert not [step for step in steps if "TEMP B-TREE" in step]
    for step in steps:
        # What was found by another step before is gone through.
        found_before = (
            step in ("SCAN CONSTANT ROW", "SCAN this", "SCAN same") or "json_each" in step
        )
        assert found_before or not step.startswith("SCAN")
        assert not re.fullmatch(r"SEARCH room .*\(desk=\?\).*", step), steps


def test_every_statement_has_a_name_of_its_own():
    assert queries.SQL.names()
    with pytest.raises(ValueError, match="same name"):
        queries.Queries("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n")
    with pytest.raises(AttributeError):
        queries.SQL.nonsense  # noqa: B018 -- asking is the test


# --- the WAL ------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_the_wal_does_not_grow_for_ever(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(checkpointer, "CHECKPOINT_PAGES", 20)
    monkeypatch.setattr(checkpointer, "RESTART_PAGES", 40)
    monkeypatch.setattr(store._checkpointer, "_next", 20)
    await tell(store, *eg.PEOPLE)

    for _ in range(300):
        await tell(store, eg.said(eg.IDA, eg.ANAS_ROOM, "x" * 1000))

    wal = path.with_name("desk.db-wal").stat().st_size
    assert wal < 1_000 * 4096  # of 2,700 pages written
    assert len(await store.read(MAIN, 0, 999)) == 304


async def test_keys_are_dropped_some_at_a_time_until_all_are_gone(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("frontdesk.store.sqlite.tidying.TIDY_KEYS", 3)
    await store.open(MAIN)
    await store.commit([batch(None, rows=[key(f"key-{number}") for number in range(10)])])

    await store.tidy(eg.NOON_MS + 86_400_000)

    assert [await store.find_key(eg.ANA.id, f"key-{number}") for number in range(10)] == [None] * 10


# --- the contract can fail ----------------------------------------------------------------------


async def test_the_contract_notices_a_replay_by_current_membership(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
):
    wrong = queries.SQL.find_marked.replace(
        "WHERE hearing.desk", "WHERE hearing.end_offset IS NULL AND hearing.desk"
    )
    assert wrong != queries.SQL.find_marked
    monkeypatch.setitem(queries.SQL._by_name, "find_marked", wrong)

    contract = TestSqliteStore()
    with pytest.raises(AssertionError):
        await contract.test_a_replay_hears_a_room_by_who_was_in_it_when_it_was_said(store)


async def test_agents_hear_the_same_from_a_replay_in_any_number_of_pieces(store: SqliteStore):
    await tell(store, *eg.PEOPLE, *eg.OF_EACH_KIND.values())
    found = await store.replay(MAIN, eg.IDA.id, [ALL, AGENTS], START, 3)
    assert [kept.offset for kept in found.kept] == [1, 2, 3]
    assert found.through == 3
