"""Installations that are broken, each in one way: it is found, named, and said what to do."""

import json
import os
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import apsw
import pytest

from frontdesk.cli import outside, symptoms
from frontdesk.cli.folder import held, secret_of
from frontdesk.config import load
from tests.certificates import Authority
from tests.cli.test_guests import Operator

SYNC_MS = symptoms._sync_ms
Harm = Callable[[Operator, pytest.MonkeyPatch], object]
GB = 1_000_000_000


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setattr("frontdesk.cli.hints.sys", SimpleNamespace(prefix="/usr"))
    # The machine that runs the tests is not what is examined.
    monkeypatch.setattr(symptoms, "_sync_ms", lambda folder: 1.0)
    room(monkeypatch, 50 * GB)
    operator = Operator(tmp_path / "data")
    operator.begins()
    operator.folder.chmod(0o700)
    secret_of(operator.folder)
    return operator


def room(patch: pytest.MonkeyPatch, free: int) -> None:
    patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))


def findings(operator: Operator) -> list[dict[str, str]]:
    told = operator.types("doctor", "--json")
    found: list[dict[str, str]] = json.loads(told.stdout)
    assert told.exit_code == any(one["state"] == "bad" for one in found)
    return found


def execute(operator: Operator, sql: str) -> None:
    connection = apsw.Connection(str(operator.folder / "frontdesk.db"))
    connection.execute(sql)
    connection.close()


def damage(operator: Operator, patch: pytest.MonkeyPatch) -> None:
    execute(operator, "PRAGMA journal_mode = delete")
    file = operator.folder / "frontdesk.db"
    pages = bytearray(file.read_bytes())
    for page in range(4096, len(pages), 4096):
        if pages[page] in (2, 5, 10, 13):
            pages[page + 3 : page + 5] = b"\xff\xff"
    file.write_bytes(pages)


def no_database(operator: Operator, patch: pytest.MonkeyPatch) -> None:
    (operator.folder / "frontdesk.db").write_bytes(b"my recipes" * 1000)


def somebody_elses(operator: Operator, patch: pytest.MonkeyPatch) -> None:
    for file in operator.folder.glob("frontdesk.db*"):
        file.unlink()
    execute(operator, "CREATE TABLE recipe (name TEXT)")
    (operator.folder / "frontdesk.db").chmod(0o600)


def folder_is_a_file(operator: Operator, patch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(operator.folder)
    operator.folder.write_text("")


class Broken(NamedTuple):
    harm: Harm
    what: str
    state: str
    says: str
    do: str


BROKEN = {
    "no room": Broken(lambda op, patch: room(patch, GB // 10), "room", "bad", "0.1 GB", "Free"),
    "little room": Broken(lambda op, patch: room(patch, GB), "room", "look", "1.0 GB", "Free"),
    "slow disk": Broken(
        lambda op, patch: patch.setattr(symptoms, "_sync_ms", lambda folder: 250.0),
        *("disk", "bad", "about 250.0 ms", "local disk"),
    ),
    "folder is a file": Broken(
        folder_is_a_file, "data folder", "bad", "no folder", "Give --data-dir"
    ),
    "folder cannot be written": Broken(
        lambda op, patch: patch.setattr(os, "access", lambda path, mode: False),
        *("data folder", "bad", "cannot be written", "chown"),
    ),
    "folder of somebody else": Broken(
        lambda op, patch: patch.setattr(os, "geteuid", lambda: 4_711),
        *("data folder", "bad", "belongs to another", "chown -R 4711"),
    ),
    "others may read": Broken(
        lambda op, patch: (op.folder / "frontdesk.db").chmod(0o644),
        *("data folder", "look", "can look into", "chmod"),
    ),
    "secret cut off": Broken(
        lambda op, patch: (op.folder / "secret").write_bytes(b"x"),
        *("secret", "bad", "not the 32 bytes", "delete it"),
    ),
    "secret missing": Broken(
        lambda op, patch: (op.folder / "secret").unlink(),
        *("secret", "look", "is missing", "of a backup"),
    ),
    "damaged": Broken(damage, "database", "bad", "is damaged", "frontdesk restore COPY"),
    "no database": Broken(no_database, "database", "bad", "is damaged", "restore"),
    "somebody else's": Broken(somebody_elses, "database", "bad", "not one of Frontdesk's", ""),
    "newer": Broken(
        lambda op, patch: execute(
            op, "INSERT INTO migration SELECT number + 100, 'later', 'x', 0 FROM migration"
        ),
        *("database", "bad", "written by a newer Frontdesk", ""),
    ),
    "clock": Broken(
        lambda op, patch: execute(op, "UPDATE entry SET at_ms = (unixepoch() + 10000) * 1000"),
        *("clock", "bad", "in the future", "Set the clock"),
    ),
    "old SQLite": Broken(
        lambda op, patch: patch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1"),
        *("versions", "bad", "SQLite 3.40.1", "can damage a file"),
    ),
    "few files": Broken(
        lambda op, patch: patch.setattr(resource, "getrlimit", lambda what: (1024, 1024)),
        *("open files", "look", "room for 924 connections", "LimitNOFILE"),
    ),
}


@pytest.mark.parametrize("case", BROKEN, ids=list(BROKEN))
def test_what_is_broken_is_found_and_named(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, case: str
):
    broken = BROKEN[case]
    broken.harm(operator, monkeypatch)

    found = findings(operator)

    [one] = [one for one in found if one["what"] == broken.what and one["state"] != "good"]
    assert one["state"] == broken.state
    assert broken.says in one["says"]
    assert broken.do in one.get("do", one["says"])


def test_a_sound_installation_is_sound(operator: Operator):
    found = findings(operator)

    told = [(one["what"], one["state"]) for one in found if one["state"] != "good"]
    assert told == [("server", "look")]
    told_words = operator.types("doctor")
    assert told_words.exit_code == 0
    assert "ok    database:" in told_words.stdout
    assert "To start it: frontdesk serve" in told_words.stdout


@pytest.mark.parametrize(
    ("days", "base_url", "states", "said"),
    [
        ((0, 30), "https://desk.example", ["good"], "is good until 20"),
        ((0, 30), "https://shop.example", ["look", "good"], "is not for shop.example"),
        ((-2, -1), "https://desk.example", ["bad"], "has expired"),
        (None, "https://desk.example", ["bad"], "but that is no key in PEM."),
    ],
)
def test_a_certificate_is_looked_at(
    tmp_path: Path, days: tuple[int, int] | None, base_url: str, states: list[str], said: str
):
    pair = Authority(tmp_path).issue(days=days or (0, 1))
    if days is None:
        pair.key.write_text("")
    flags = {"tls_cert": str(pair.cert), "tls_key": str(pair.key), "base_url": base_url}

    found = list(symptoms.tls_files(load(flags, {})))

    assert [one.state for one in found] == states
    assert said in found[0].says
    assert not list(symptoms.tls_files(load({}, {})))


def test_nothing_is_changed_by_looking(operator: Operator):
    before = {file.name: file.read_bytes() for file in operator.folder.iterdir()}

    findings(operator)

    after = {file.name: file.read_bytes() for file in operator.folder.iterdir()}
    assert {name: after[name] for name in before} == before
    assert {name.rpartition("-")[2] for name in after.keys() - before.keys()} <= {"wal", "shm"}


def test_a_server_that_runs_is_found(operator: Operator):
    with held(operator.folder):
        [one] = [one for one in findings(operator) if one["what"] == "server"]

    assert one["state"] == "good"


def answers(operator: Operator) -> dict[str, str]:
    return next(one for one in findings(operator) if one["what"] == "answers here")


def test_a_server_is_asked_where_it_says_that_it_listens(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
):
    """Nobody has to give the doctor the port, or the socket file, that the server was given."""
    asked: list[outside.Way] = []

    async def is_ready(way: outside.Way) -> str | None:
        asked.append(way)
        return None if ":8123" in way.url or way.uds else "nobody is there"

    monkeypatch.setattr(outside, "is_ready", is_ready)
    for told in ("http://127.0.0.1:8123", "unix:/run/frontdesk.sock"):
        with held(operator.folder, told):
            assert answers(operator)["state"] == "good"
    with held(operator.folder):
        assert answers(operator)["state"] == "bad"

    ours, sockets, default = asked
    assert (ours.url, ours.uds) == ("http://127.0.0.1:8123", None)
    assert (sockets.url, sockets.uds) == ("http://localhost", "/run/frontdesk.sock")
    assert default == outside.near(load({}, {}))


def test_before_the_first_start_there_is_little_to_say(tmp_path: Path, operator: Operator):
    found = findings(Operator(tmp_path / "none"))

    assert "look" in {one["state"] for one in found if one["what"] == "data folder"}
    assert not (tmp_path / "none").exists()


def test_the_disk_is_measured(tmp_path: Path):
    assert 0 < SYNC_MS(tmp_path) < 60_000
    assert list(tmp_path.iterdir()) == []
