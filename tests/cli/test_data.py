"""What an operator types to look after the file: copy it, go back, bring it up to date."""

import json
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import apsw
import pytest
from click.testing import Result

from frontdesk.cli.folder import held, secret_of
from frontdesk.store.sqlite import copies, migrations
from frontdesk.store.sqlite.connect import Database
from tests import examples as eg
from tests.cli.test_guests import Operator

SECRET = b"order-4711-blue"


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setattr("frontdesk.cli.hints.sys", SimpleNamespace(prefix="/usr"))
    operator = Operator(tmp_path / "data")
    operator.begins()
    return operator


def copied(operator: Operator, *words: str) -> Path:
    told = operator.types("backup", *words)
    assert told.exit_code == 0, told.output
    return Path(told.stdout.strip())


def epochs(file: Path) -> list[str]:
    connection = apsw.Connection(str(file))
    try:
        return [epoch for (epoch,) in connection.execute("SELECT epoch FROM desk")]
    finally:
        connection.close()


def names(operator: Operator, user: str) -> list[str]:
    found = json.loads(operator.types("guest", "find", user, "--json").stdout)
    return [row["user"] for row in found]


def failed(told: Result, words: str, code: int = 1) -> None:
    assert told.exit_code == code, told.output
    assert words in told.stderr
    assert "Traceback" not in told.output


def test_a_copy_for_a_folder_that_is_not_there_is_not_a_file_of_its_name(
    operator: Operator, tmp_path: Path
):
    folder = tmp_path / "elsewhere"

    failed(operator.types("backup", f"{folder}/"), f"There is no folder {folder}. Make it")
    assert not folder.exists()

    folder.mkdir()
    assert copied(operator, f"{folder}/").parent == folder


def test_a_copy_is_one_file_with_everything_for_its_owner_alone(operator: Operator):
    made = copied(operator)

    assert made.parent == operator.folder / "backups"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    assert [one.name for one in made.parent.iterdir()] == [made.name], "it has no secret yet"
    assert SECRET in made.read_bytes()
    assert copied(operator) != made, "made in the same second"


def test_a_copy_says_how_far_it_goes(operator: Operator, tmp_path: Path):
    told = operator.types("backup", str(tmp_path / "one.db"), "--json")

    made = json.loads(told.stdout)
    assert made["path"] == str(tmp_path / "one.db")
    assert made["size_bytes"] == (tmp_path / "one.db").stat().st_size
    [desk] = made["desks"]
    assert desk["desk"] == "main"
    assert desk["offset"] > 3
    assert [desk["epoch"]] == epochs(operator.folder / "frontdesk.db")


def test_no_copy_is_made_over_anything(operator: Operator, tmp_path: Path):
    there = tmp_path / "there.db"
    there.write_text("mine")

    failed(operator.types("backup", str(there)), "There is a file")

    assert there.read_text() == "mine"
    assert not list(tmp_path.glob("*.unfinished"))
    failed(operator.types("backup", str(tmp_path / "nowhere" / "x.db")), "cannot be written")


def test_where_nothing_is_kept_there_is_nothing_to_copy(tmp_path: Path):
    failed(Operator(tmp_path / "none").types("backup"), "Nothing is kept")
    assert not (tmp_path / "none").exists()


def test_going_back_brings_back_what_was_with_new_epochs(operator: Operator):
    copy = copied(operator)
    before = epochs(copy)
    assert operator.types("desk", "close", "main").exit_code == 0

    told = operator.types("restore", str(copy), "--yes")

    assert told.exit_code == 0, told.output
    assert "is now what" in told.stderr
    rows = json.loads(operator.types("desk", "list", "--json").stdout)
    assert [row["state"] for row in rows] == ["open"]
    assert names(operator, "Ana") == ["Ana"]
    assert set(before).isdisjoint(epochs(operator.folder / "frontdesk.db"))
    assert epochs(copy) == before, "the copy stays as it is"
    [aside] = operator.folder.glob("frontdesk.db.replaced-*.backup")
    assert str(aside) in told.stderr
    assert epochs(aside) == before
    assert not list(operator.folder.glob("*.restoring*"))


def test_a_copy_begins_a_folder_that_is_empty(operator: Operator, tmp_path: Path):
    copy = copied(operator)
    other = Operator(tmp_path / "other")

    told = other.types("restore", str(copy))

    assert told.exit_code == 0, told.output
    assert "kept as" not in told.stderr
    assert names(other, "Ana") == ["Ana"]


def test_the_secret_goes_with_a_copy_and_comes_with_it(operator: Operator, tmp_path: Path):
    secret = secret_of(operator.folder)
    copy = copied(operator)
    beside = copy.with_name(f"{copy.name}.secret")
    other, third = Operator(tmp_path / "other"), Operator(tmp_path / "third")

    assert beside.read_bytes() == secret
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    told = other.types("restore", str(copy), "--yes")
    assert ".secret" not in told.stderr
    assert secret_of(other.folder) == secret
    own = secret_of(third.folder.parent)
    third.folder.mkdir()
    (third.folder / "secret").write_bytes(own)
    told = third.types("restore", str(copy), "--yes")
    assert secret_of(third.folder) == own, "it keeps what it has"
    assert f"before a start: {beside}" in told.stderr
    beside.unlink()
    told = Operator(tmp_path / "fourth").types("restore", str(copy), "--yes")
    assert "need new keys" in told.stderr


@pytest.mark.parametrize("found", [b"", b"short", b"x" * 33])
def test_a_damaged_secret_is_told_and_goes_nowhere(
    operator: Operator, tmp_path: Path, found: bytes
):
    whole = secret_of(operator.folder)
    copy = copied(operator)
    beside = copy.with_name(f"{copy.name}.secret")
    beside.write_bytes(found)
    other = Operator(tmp_path / "other")

    failed(other.types("restore", str(copy), "--yes"), "Nothing was changed")
    assert not (other.folder / "frontdesk.db").exists()
    assert not (other.folder / "secret").exists()

    (operator.folder / "secret").write_bytes(found)
    failed(operator.types("backup", str(tmp_path / "one.db")), "is there, and whole; but")
    assert (tmp_path / "one.db").exists()
    assert not (tmp_path / "one.db.secret").exists()
    assert whole not in (tmp_path / "one.db").read_bytes()


def test_the_secret_of_another_backup_is_not_written_over(operator: Operator, tmp_path: Path):
    secret = secret_of(operator.folder)
    (tmp_path / "one.db.secret").write_bytes(b"y" * 32)
    (tmp_path / "two.db.secret").write_bytes(secret)

    failed(operator.types("backup", str(tmp_path / "one.db")), "of another backup")

    assert not (tmp_path / "one.db").exists()
    assert (tmp_path / "one.db.secret").read_bytes() == b"y" * 32
    copied(operator, str(tmp_path / "two.db"))
    assert not list(tmp_path.glob("*.secret.*"))


def test_of_two_backups_to_one_file_one_is_made(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    target, told = tmp_path / "one.db", list[Result]()
    checked = copies.check

    def meanwhile(draft: Path) -> copies.Copied:
        if not told:
            told.append(operator.types("backup", str(target)))
        return checked(draft)

    monkeypatch.setattr(copies, "check", meanwhile)
    copied(operator, str(target))

    failed(told[0], "Another backup is being written")
    assert copies.check(target).desks
    assert [one.name for one in tmp_path.glob("one.db*")] == ["one.db"]


def test_what_an_interrupted_backup_has_left_is_removed_and_told(
    operator: Operator, tmp_path: Path
):
    folder = tmp_path / "copies"
    folder.mkdir()
    left = folder / "frontdesk-20261122-031500.db.unfinished"
    mine, ours = folder / "mine.db.unfinished", folder / "frontdesk-20261122-031500.db"
    for file in (left, mine, ours, folder / "one.db.unfinished"):
        file.write_bytes(b"half of it" * 999)

    told = operator.types("backup", str(folder / "one.db"))

    assert told.exit_code == 0, told.output
    assert f"had left {left}, which is removed" in told.stderr
    assert not left.exists()
    assert mine.exists(), "it has no name that we give"
    assert ours.exists()
    assert not (folder / "one.db.unfinished").exists()
    assert copies.check(folder / "one.db").desks


@pytest.mark.parametrize("mode", [0o600, 0o666])
def test_no_copy_is_written_into_what_was_there(operator: Operator, tmp_path: Path, mode: int):
    theirs, draft = tmp_path / "theirs", tmp_path / "one.db.unfinished"
    theirs.write_text("theirs")
    theirs.chmod(mode)
    draft.hardlink_to(theirs)

    with draft.open() as reading:
        copied(operator, str(tmp_path / "one.db"))
        assert reading.read() == "theirs", "whoever has it open reads the copy"

    assert theirs.read_text() == "theirs"
    assert stat.S_IMODE(theirs.stat().st_mode) == mode
    assert not draft.exists()
    assert stat.S_IMODE((tmp_path / "one.db").stat().st_mode) == 0o600


def test_the_draft_of_a_copy_that_is_whole_is_not_emptied(operator: Operator, tmp_path: Path):
    """The power went when it had both names."""
    whole = copied(operator, str(tmp_path / "one.db"))
    before = whole.read_bytes()
    copies.unfinished(whole).hardlink_to(whole)
    assert operator.types("desk", "close", "main").exit_code == 0

    failed(operator.types("backup", str(whole)), "There is a file")

    assert whole.read_bytes() == before


@pytest.mark.parametrize("there", [True, False])
def test_no_copy_is_written_through_a_link(operator: Operator, tmp_path: Path, there: bool):
    theirs, draft = tmp_path / "theirs", tmp_path / "one.db.unfinished"
    if there:
        theirs.write_text("theirs")
    draft.symlink_to(theirs)

    failed(operator.types("backup", str(tmp_path / "one.db")), "cannot be written")
    with pytest.raises(OSError, match="symbolic links"):
        Database(str(operator.folder / "frontdesk.db")).vacuum_into(draft)

    assert (theirs.read_text() if theirs.exists() else None) == ("theirs" if there else None)
    assert draft.is_symlink()


def test_what_somebody_else_has_left_is_neither_written_nor_removed(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    draft = tmp_path / "one.db.unfinished"
    named_as_ours = tmp_path / "frontdesk-20261122-031500.db.unfinished"
    for file in (draft, named_as_ours):
        file.write_text("theirs")
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)

    failed(operator.types("backup", str(tmp_path / "one.db")), "is somebody else's")

    assert draft.read_text() == named_as_ours.read_text() == "theirs"
    assert not (tmp_path / "one.db").exists()


def test_what_another_backup_is_at_work_on_stays(operator: Operator, tmp_path: Path):
    at_work = tmp_path / "frontdesk-20261122-031500.db.unfinished"
    with copies._to_oneself(at_work):
        told = operator.types("backup", str(tmp_path / "one.db"))
        assert at_work.exists()
    assert told.exit_code == 0
    assert "interrupted" not in told.stderr


def test_who_was_erased_since_is_erased_again(operator: Operator):
    copy = copied(operator)
    assert operator.types("guest", "erase", eg.ANA.id, "--yes").exit_code == 0

    told = operator.types("restore", str(copy), "--yes")

    assert "erased since: 1." in told.stderr
    assert "What was there before is gone" in told.stderr
    assert names(operator, "Ana") == []
    assert names(operator, "Ben") == ["Ben"]
    assert SECRET in copy.read_bytes()
    for file in operator.folder.iterdir():
        assert file.is_dir() or SECRET not in file.read_bytes(), file


def test_what_a_crash_leaves_of_going_back_goes_with_the_next_erasure(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    copy = copied(operator, str(tmp_path / "copy.db"))

    class Crash(Exception):
        pass

    def crash(draft: Database) -> None:
        os.link(draft.path, f"{draft.path}-kept")
        raise Crash

    monkeypatch.setattr("frontdesk.store.sqlite.copies._renew", crash)
    assert isinstance(operator.types("restore", str(copy), "--yes").exception, Crash)
    [kept] = operator.folder.glob("*-kept")
    kept.rename(str(kept).removesuffix("-kept"))
    monkeypatch.undo()

    assert operator.types("guest", "erase", eg.ANA.id, "--yes").exit_code == 0

    for file in operator.folder.iterdir():
        assert file.is_dir() or SECRET not in file.read_bytes(), file


def test_a_damaged_file_is_replaced_and_its_loss_is_told(operator: Operator):
    copy = copied(operator)
    file = operator.folder / "frontdesk.db"
    file.write_bytes(b"no database at all" * 1000)

    told = operator.types("restore", str(copy), "--yes")

    assert told.exit_code == 0, told.output
    assert "Nobody could read who was erased since" in told.stderr
    assert names(operator, "Ana") == ["Ana"]
    [aside] = operator.folder.glob("frontdesk.db.replaced-*.backup")
    assert aside.read_bytes().startswith(b"no database")


def test_a_wal_of_before_does_not_get_into_what_is_put_back(operator: Operator):
    """As a crash leaves it. SQLite would take its pages for those of any file of that name."""
    copy = copied(operator)
    file = operator.folder / "frontdesk.db"
    connection = apsw.Connection(str(file))
    connection.pragma("journal_mode", "wal")
    connection.wal_autocheckpoint(0)
    connection.execute("UPDATE person SET user = 'Anon' WHERE user = 'Ana'")
    wal = Path(f"{file}-wal").read_bytes()
    connection.close()
    damaged = bytearray(file.read_bytes())
    damaged[:16] = bytes(16)
    file.write_bytes(damaged)
    Path(f"{file}-wal").write_bytes(wal)

    told = operator.types("restore", str(copy), "--yes")

    assert told.exit_code == 0, told.output
    assert names(operator, "Ana") == ["Ana"]


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:5000]), "no whole database"),
        (lambda file: file.write_bytes(b"nothing"), "no whole database"),
        (lambda file: file.write_bytes(b""), "is empty"),
        (lambda file: file.unlink(), "There is no file"),
    ],
    ids=["cut off", "no database", "empty", "not there"],
)
def test_nothing_is_put_back_that_is_not_whole(operator: Operator, harm: object, words: str):
    copy = copied(operator)
    harm(copy)  # type: ignore[operator]
    before = (operator.folder / "frontdesk.db").read_bytes()

    failed(operator.types("restore", str(copy), "--yes"), words)

    assert (operator.folder / "frontdesk.db").read_bytes() == before
    assert not list(operator.folder.glob("*.replaced-*"))


def test_a_page_that_says_something_else_is_found(operator: Operator):
    copy = copied(operator)
    pages = bytearray(copy.read_bytes())
    # The count of cells of some page of a tree: no page has as many.
    for page in range(2 * 4096, len(pages), 4096):
        if pages[page] in (2, 5, 10, 13):
            pages[page + 3 : page + 5] = b"\xff\xff"
    copy.write_bytes(pages)

    told = operator.types("restore", str(copy), "--yes")

    assert told.exit_code == 1
    assert "damaged" in told.stderr or "no whole database" in told.stderr


def test_a_database_of_somebody_else_is_not_put_in_place(operator: Operator, tmp_path: Path):
    other = tmp_path / "other.db"
    connection = apsw.Connection(str(other))
    connection.execute("CREATE TABLE recipe (name TEXT)")
    connection.close()

    failed(operator.types("restore", str(other), "--yes"), "not one of Frontdesk's")


def test_a_copy_of_a_newer_version_is_not_put_in_place(operator: Operator):
    copy = copied(operator)
    connection = apsw.Connection(str(copy))
    connection.execute("INSERT INTO migration SELECT number + 100, 'later', 'x', 0 FROM migration")
    connection.close()

    failed(operator.types("restore", str(copy), "--yes"), "written by a newer Frontdesk")


def test_nothing_is_put_back_under_a_server(operator: Operator):
    copy = copied(operator)
    with held(operator.folder):
        failed(operator.types("restore", str(copy), "--yes"), "Stop it first")
    assert not list(operator.folder.glob("*.replaced-*"))


def test_nothing_is_put_back_under_another_command(operator: Operator):
    copy = copied(operator)
    reader = apsw.Connection(str(operator.folder / "frontdesk.db"))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchall()
    try:
        failed(operator.types("restore", str(copy), "--yes"), "Something else has")
    finally:
        reader.close()
    assert not list(operator.folder.glob("*.replaced-*"))


def test_nobody_goes_back_without_being_asked(operator: Operator):
    copy = copied(operator)

    failed(operator.types("restore", str(copy)), "--yes", code=2)


def test_the_steps_of_the_schema_are_told(operator: Operator):
    told = operator.types("migrate", "--dry-run", "--json")

    steps = json.loads(told.stdout)
    assert steps["applied"][:2] == ["0001 beginning", "0002 kinds_of_room"]
    assert steps["pending"] == []
    assert operator.types("migrate").exit_code == 0


def test_an_older_file_is_brought_up_to_date(operator: Operator):
    file = operator.folder / "frontdesk.db"
    for one in operator.folder.glob("frontdesk.db*"):
        one.unlink()
    connection = apsw.Connection(str(file))
    migrations.migrate(connection, Database(str(file)), migrations.ours()[:1])
    connection.close()

    pending = json.loads(operator.types("migrate", "--dry-run", "--json").stdout)["pending"]
    assert pending[0] == "0002 kinds_of_room"
    told = operator.types("migrate")

    assert "0002 kinds_of_room  done now" in told.stdout
    [copy] = operator.folder.glob("frontdesk.db.schema-0001.backup")
    assert str(copy) in told.stderr
    assert json.loads(operator.types("migrate", "--json").stdout)["pending"] == []
