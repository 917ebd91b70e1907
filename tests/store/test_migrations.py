import stat
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from frontdesk.store.sqlite import migrations
from frontdesk.store.sqlite.connect import Database
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.sqlite.migrations import Migration, migrate

FIRST = Migration(1, "beginning", "CREATE TABLE guest (name TEXT) STRICT;")
SECOND = Migration(2, "ages", "ALTER TABLE guest ADD COLUMN age INTEGER; CREATE TABLE x (y);")
FAULTY = Migration(2, "ages", "ALTER TABLE guest ADD COLUMN age INTEGER; CREATE TABLE guest (y);")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(str(tmp_path / "desk.db"))
    database.prepare()
    return database


@pytest.fixture
def connection(database: Database) -> Iterator[apsw.Connection]:
    connection = database.connect_writer()
    yield connection
    connection.close()


def tables(connection: apsw.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}


def test_steps_are_numbered_from_1_without_a_gap():
    steps = migrations.ours()

    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0].name == "beginning"


def test_an_empty_file_gets_every_step_and_no_copy(
    connection: apsw.Connection, database: Database, tmp_path: Path
):
    assert migrate(connection, database, [FIRST, SECOND]) is None

    assert {"guest", "x", "migration"} <= tables(connection)
    assert not list(tmp_path.glob("*backup*"))
    applied = connection.execute("SELECT number, name, checksum FROM migration").fetchall()
    assert applied == [(1, "beginning", FIRST.checksum), (2, "ages", SECOND.checksum)]


def test_a_file_that_is_up_to_date_is_left_alone(connection: apsw.Connection, database: Database):
    migrate(connection, database, [FIRST])

    assert migrate(connection, database, [FIRST]) is None


def test_before_a_new_step_a_copy_of_the_file_is_made(
    connection: apsw.Connection, database: Database
):
    migrate(connection, database, [FIRST])
    connection.execute("INSERT INTO guest VALUES ('Ana')")

    copy = migrate(connection, database, [FIRST, SECOND])

    assert connection.execute("SELECT name, age FROM guest").fetchall() == [("Ana", None)]
    assert copy is not None
    assert copy.name == "desk.db.schema-0001.backup"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
    assert kept.execute("SELECT * FROM guest").fetchall() == [("Ana",)]
    assert kept.pragma("integrity_check") == "ok"
    kept.close()


def test_guests_who_were_there_before_are_known_by_their_names(
    connection: apsw.Connection, database: Database
):
    every = migrations.ours()
    migrate(connection, database, every[:9])
    connection.execute(
        "INSERT INTO person (person, desk, kind, user, created_ms)"
        " VALUES ('g1', 'main', 'guest', 'Ömer Ünal', 1), ('g2', 'main', 'guest', NULL, 1),"
        " ('a1', NULL, 'agent', 'Ida', 1)"
    )

    migrate(connection, database, every)

    known = connection.execute("SELECT person, known FROM person ORDER BY person").fetchall()
    assert known == [("a1", None), ("g1", "omer unal"), ("g2", None)]


def test_an_earlier_copy_is_never_overwritten(connection: apsw.Connection, database: Database):
    migrate(connection, database, [FIRST])
    earlier = Path(f"{database.path}.schema-0001.backup")
    earlier.write_text("precious")

    copy = migrate(connection, database, [FIRST, SECOND])

    assert earlier.read_text() == "precious"
    assert copy is not None
    assert copy.name == "desk.db.schema-0001-2.backup"


def test_a_step_that_fails_leaves_the_file_as_it_was(
    connection: apsw.Connection, database: Database
):
    migrate(connection, database, [FIRST])

    with pytest.raises(apsw.SQLError):
        migrate(connection, database, [FIRST, FAULTY])

    assert migrate(connection, database, [FIRST]) is None
    assert connection.execute("SELECT * FROM guest").fetchall() == []


def test_a_step_that_was_edited_after_it_was_applied_is_refused(
    connection: apsw.Connection, database: Database
):
    migrate(connection, database, [FIRST])
    edited = Migration(1, "beginning", FIRST.sql + " -- tidied up")

    for known in ([edited], [edited, SECOND]):
        with pytest.raises(CannotOpen, match=r"Migration 0001 \(beginning\) is not the one"):
            migrate(connection, database, known)
    assert "x" not in tables(connection)


def test_a_file_of_a_newer_version_is_refused_with_what_to_do(
    connection: apsw.Connection, database: Database
):
    migrate(connection, database, [FIRST, SECOND])

    with pytest.raises(CannotOpen, match=r"newer Frontdesk.*Start the newer version"):
        migrate(connection, database, [FIRST])


def test_somebody_elses_database_is_refused(connection: apsw.Connection, database: Database):
    connection.execute("CREATE TABLE recipes (name)")

    with pytest.raises(CannotOpen, match="Name another file"):
        migrate(connection, database, [FIRST])
    assert tables(connection) == {"recipes"}


def test_the_first_step_is_the_one_that_was_released():
    # Written out: files are out there that were made by it.
    assert (
        migrations.ours()[0].checksum
        == "6e0fd283c4eb095ceca287e4b0a8b2fa8ba35ab1bdfa11dfe13b97dce39c354c"
    )


def test_an_older_file_says_who_helped_in_which_room(
    connection: apsw.Connection, database: Database
):
    steps = migrations.ours()
    migrate(connection, database, steps[:3])
    log = [
        ("guest_taken", 1, '{"guest": "ana", "agent": "ida", "room": "one"}'),
        ("guest_transferred", 1, '{"from_agent": "ida", "to_agent": "jon", "room": "one"}'),
        ("guest_taken", 2, '{"guest": "ben", "agent": "ida", "room": "two"}'),
    ]
    for offset, (kind, v, data) in enumerate(log, start=5):
        connection.execute(
            "INSERT INTO entry VALUES ('main', ?, ?, ?, 0, '', '[]', ?)", (offset, kind, v, data)
        )

    migrate(connection, database, steps)

    helped = connection.execute("SELECT room, offset, agent FROM helped ORDER BY offset").fetchall()
    assert helped == [("one", 5, "ida"), ("one", 6, "jon"), ("two", 7, "ida")]


def test_an_older_file_says_which_entry_opened_each_room(
    connection: apsw.Connection, database: Database
):
    steps = migrations.ours()
    migrate(connection, database, steps[:6])
    kinds = {"guest_queued": "one", "direct_opened": "two", "guest_requeued": "three"}
    for offset, (kind, room) in enumerate(kinds.items(), start=7):
        data = f'{{"guest": "ana", "room": "{room}"}}'
        connection.execute(
            "INSERT INTO entry VALUES ('main', ?, ?, 1, 0, '', '[]', ?)", (offset, kind, data)
        )
        connection.execute(
            "INSERT INTO room VALUES ('main', ?, 'guest', 'ana', 5, NULL, NULL)", (room,)
        )

    migrate(connection, database, steps)

    opened = connection.execute("SELECT room, opened FROM room ORDER BY opened").fetchall()
    assert opened == [("one", 7), ("two", 8), ("three", 9)]


def test_the_rooms_of_an_older_file_are_those_of_guests(
    connection: apsw.Connection, database: Database
):
    steps = migrations.ours()
    migrate(connection, database, steps[:1])
    connection.execute(
        "INSERT INTO room VALUES ('main', 'one', 'ana', 5, NULL, NULL), "
        "('main', 'two', 'ben', 6, 9, 'guest')"
    )

    migrate(connection, database, steps)

    columns = "room, kind, guest, opened_ms, ended_ms, reason"
    rooms = connection.execute(f"SELECT {columns} FROM room ORDER BY room")  # noqa: S608 -- our own
    assert rooms.fetchall() == [
        ("one", "guest", "ana", 5, None, None),
        ("two", "guest", "ben", 6, 9, "guest"),
    ]
