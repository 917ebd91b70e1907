"""What an operator types when a guest asks what is kept of them, or that it be erased."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from frontdesk.cli import erasure, main
from frontdesk.desk.commands import Post
from frontdesk.engine.clock import SystemClock
from frontdesk.engine.node import Node
from frontdesk.store.sqlite.store import SqliteStore
from tests import examples as eg


class Operator:
    """Somebody on the folder of a desk at which Ana was helped, and Ben waits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, *words: str, stdin: str = "") -> Result:
        runner = CliRunner(env={"FRONTDESK_DATA_DIR": str(self.folder)})
        return runner.invoke(main.cli, words, input=stdin, prog_name="frontdesk")

    def begins(self) -> None:
        asyncio.run(self._begins())

    async def _begins(self) -> None:
        store = await SqliteStore.open_path(str(self.folder / "frontdesk.db"))
        node = await Node.load(store, SystemClock(eg.NOW))
        said = Post(eg.ANA.id, eg.ANA.room, "Nobody is to know of order-4711-blue.")
        await node.carry_out(*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN), said)
        await node.carry_out(eg.assist(eg.IDA))
        await store.close()

    def bytes(self) -> bytes:
        return b"".join(file.read_bytes() for file in self.folder.iterdir())


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setattr("frontdesk.cli.hints.sys", SimpleNamespace(prefix="/usr"))
    operator = Operator(tmp_path / "data")
    operator.begins()
    return operator


def test_a_guest_is_found_by_name(operator: Operator):
    told = operator.types("guest", "find", "Ana")

    assert told.exit_code == 0
    assert told.stdout.startswith(f"{eg.ANA.id}  20")
    assert told.stdout.endswith(" UTC  open\n")
    [row] = json.loads(operator.types("guest", "find", "Ana", "--json").stdout)
    assert (row["person"], row["room"], row["open"]) == (eg.ANA.id, eg.ANA.room, True)


def test_nobody_of_that_name_is_no_failure(operator: Operator):
    told = operator.types("guest", "find", "ana")

    assert (told.exit_code, told.stdout) == (0, "")
    assert "exactly ana" in told.stderr


def test_an_export_is_json(operator: Operator):
    told = operator.types("guest", "export", eg.ANA.id)

    export = json.loads(told.stdout)
    assert (export["user"], export["question"]) == ("Ana", eg.ANA.question)
    assert export["rooms"][0]["messages"][0]["body"] == "Nobody is to know of order-4711-blue."
    assert export["next"] is None


def test_an_erased_guest_is_in_no_file(operator: Operator):
    copy = operator.folder / "frontdesk.db.schema-0002.backup"
    copy.write_text("order-4711-blue")
    assert b"order-4711-blue" in operator.bytes()

    told = operator.types("guest", "erase", eg.ANA.id, "--yes")

    assert (told.exit_code, told.stdout) == (0, "")
    assert "is erased" in told.stderr
    assert "traces" not in told.stderr
    for text in (b"order-4711-blue", eg.ANA.question.encode(), b"Debian 12"):
        assert text not in operator.bytes()
    assert eg.BEN.question.encode() in operator.bytes()
    assert not copy.exists()
    again = operator.types("guest", "erase", eg.ANA.id, "--yes")
    assert (again.exit_code, again.stderr) == (0, told.stderr)
    assert json.loads(operator.types("guest", "export", eg.ANA.id).stdout)["erased"]


def test_without_a_terminal_nothing_is_erased_that_was_not_said(operator: Operator):
    told = operator.types("guest", "erase", eg.ANA.id, stdin="y\n")

    assert told.exit_code == 2
    assert "--yes" in told.stderr
    assert b"order-4711-blue" in operator.bytes()


@pytest.mark.parametrize(("typed", "erased"), [("y\n", True), ("n\n", False), ("", False)])
def test_on_a_terminal_it_asks_first(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, typed: str, erased: bool
):
    class Terminal(SimpleNamespace):
        @property
        def stdin(self) -> Any:
            return SimpleNamespace(isatty=lambda: True)

    monkeypatch.setattr("frontdesk.cli.people.sys", Terminal())

    told = operator.types("guest", "erase", eg.ANA.id, stdin=typed)

    assert "Erase Ana, with 1 conversation, for good?" in told.stderr
    assert told.exit_code == (0 if erased else 1)
    assert (b"order-4711-blue" not in operator.bytes()) == erased


@pytest.mark.parametrize("word", ["export", "erase"])
def test_who_is_no_guest_is_told_apart(operator: Operator, word: str):
    extra = ["--yes"] if word == "erase" else []
    unknown = operator.types("guest", word, "nobody", *extra)
    account = operator.types("guest", word, eg.IDA.id, *extra)
    elsewhere = operator.types("guest", word, eg.ANA.id, "--desk", "north", *extra)

    assert [one.exit_code for one in (unknown, account, elsewhere)] == [1, 1, 1]
    assert "guest find NAME" in unknown.stderr
    assert "user disable Ida" in account.stderr
    assert "Desks: main." in elsewhere.stderr


def test_what_a_reader_keeps_is_said_and_left_to_the_server(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
):
    async def in_the_way(store: SqliteStore) -> bool:
        return False

    monkeypatch.setattr(SqliteStore, "scrub", in_the_way)
    monkeypatch.setattr(erasure, "SCRUB_S", 0)

    told = operator.types("guest", "erase", eg.ANA.id, "--yes")

    assert told.exit_code == 0
    assert "traces are left" in told.stderr


def test_a_copy_that_cannot_be_removed_is_said_with_what_to_do(operator: Operator):
    (operator.folder / "frontdesk.db.schema-0001.backup").mkdir()

    told = operator.types("guest", "erase", eg.ANA.id, "--yes")

    assert told.exit_code == 0
    assert "is erased" in told.stderr
    assert "Traces are left" in told.stderr
    assert "cannot be removed" in told.stderr


def test_backups_in_the_folder_are_told_of_and_left_alone(operator: Operator):
    assert operator.types("backup").exit_code == 0

    told = operator.types("guest", "erase", eg.ANA.id, "--yes")

    (copy,) = (operator.folder / "backups").glob("*.db")
    assert f"{copy.parent} holds 1 backup of before." in told.stderr
    assert b"order-4711-blue" in copy.read_bytes()


def test_an_empty_folder_is_left_empty(tmp_path: Path):
    told = Operator(tmp_path / "nothing").types("guest", "find", "Ana")

    assert told.exit_code == 1
    assert "Nothing is kept" in told.stderr
    assert not (tmp_path / "nothing").exists()
