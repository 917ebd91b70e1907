"""What an operator types and reads, in this process."""

import asyncio
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from frontdesk import __version__
from frontdesk.cli import main
from frontdesk.cli.folder import _unusable
from frontdesk.config import Config
from frontdesk.desk.commands import Identify
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.engine.clock import SystemClock
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Account, SessionRow
from frontdesk.store.sqlite.store import SqliteStore
from frontdesk.web.passwords import Passwords

PASSWORD = "correct horse"

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Operator:
    """Somebody at a terminal without a keyboard: what is typed comes from stdin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, *words: str, stdin: str | bytes = "", **environment: str) -> Result:
        variables = {"FRONTDESK_DATA_DIR": str(self.folder), **environment}
        runner = CliRunner(env=variables)
        return runner.invoke(main.cli, words, input=stdin, prog_name="frontdesk")

    @property
    def on_the_folder(self) -> str:
        return f"--data-dir {self.folder}"

    def adds(self, name: str, *words: str) -> Result:
        result = self.types("user", "add", name, "--password-stdin", *words, stdin=PASSWORD + "\n")
        assert result.exit_code == 0, result.output
        return result

    def account(self, name: str) -> Account:
        found = self._ask(lambda store: store.account(name))
        assert isinstance(found, Account)
        return found

    def session(self, token: str) -> SessionRow | None:
        digest = hashlib.sha256(token.encode()).digest()
        found: SessionRow | None = self._ask(lambda store: store.session(digest))
        return found

    def _ask(self, question: Any) -> Any:
        async def asked() -> Any:
            store = await SqliteStore.open_path(str(self.folder / "frontdesk.db"))
            try:
                return await question(store)
            finally:
                await store.close()

        return asyncio.run(asked())


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setattr("frontdesk.cli.accounts.Passwords", lambda: Passwords(CHEAP))
    # As where it is installed. What is said to somebody in a checkout is in test_hints.py.
    monkeypatch.setattr("frontdesk.cli.hints.sys", SimpleNamespace(prefix="/usr"))
    return Operator(tmp_path / "data")


def fits(account: Account, password: str) -> bool:
    passwords = Passwords(CHEAP)
    try:
        return asyncio.run(passwords.verify(account.password_hash, password))
    finally:
        passwords.close()


# --- accounts -----------------------------------------------------------------------------------


def test_an_account_can_be_made_before_the_server_ever_ran(operator: Operator):
    result = operator.adds("  Ida ", "--role", "admin")

    assert "Ida can sign in now, as admin." in result.stderr
    assert result.stdout == ""
    account = operator.account("Ida")
    assert (account.role, account.disabled) == ("admin", False)
    assert fits(account, PASSWORD)
    assert operator.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in operator.folder.iterdir()} == {0o600}


def test_the_desk_knows_each_account_once(operator: Operator):
    operator.adds("Ida")

    result = operator.types("user", "add", "IDA", "--password-stdin", stdin=PASSWORD)

    assert result.exit_code == 1
    assert "There is an account Ida already." in result.stderr
    assert f"frontdesk user passwd Ida {operator.on_the_folder}\n" in result.stderr


def test_the_name_of_a_disabled_account_brings_how_to_let_it_in_again(operator: Operator):
    operator.adds("Ida")
    operator.types("user", "disable", "Ida")

    result = operator.types("user", "add", "Ida", "--password-stdin", stdin=PASSWORD)

    assert result.exit_code == 1
    assert f"frontdesk user enable Ida {operator.on_the_folder}\n" in result.stderr


def test_the_name_of_a_guest_is_told_as_one(operator: Operator):
    operator.adds("Ida")

    async def queue() -> None:
        store = await SqliteStore.open_path(str(operator.folder / "frontdesk.db"))
        try:
            node = await Node.load(store, SystemClock())
            ana = Identify(PersonId("g1"), RoomId("r1"), "Ana", "Where is it?", {})
            await node.carry_out(ana)
        finally:
            await store.close()

    asyncio.run(queue())
    result = operator.types("user", "add", "Ana", "--password-stdin", stdin=PASSWORD)

    assert result.exit_code == 1
    assert "A guest has the name Ana" in result.stderr


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("", PASSWORD, "Choose another name"),
        ("I\u200bda", PASSWORD, "Choose another name"),
        ("Ida", "short", "a password of 10 to 256 characters"),
        ("Ida", "", "a password of 10 to 256 characters"),
        ("Ida", b"\xff" * 12, "a password of 10 to 256 characters"),
    ],
)
def test_a_name_or_password_that_may_not_be_makes_no_account(
    operator: Operator, name: str, password: str | bytes, said: str
):
    result = operator.types("user", "add", name, "--password-stdin", stdin=password)

    assert result.exit_code == 1
    assert said in result.stderr
    assert not operator.folder.exists()


def test_without_a_terminal_nobody_is_asked_for_a_password(operator: Operator):
    result = operator.types("user", "add", "Ida", "--role", "admin")

    assert result.exit_code == 2
    again = f"frontdesk user add Ida --role admin --password-stdin {operator.on_the_folder}"
    assert again in result.stderr
    assert not operator.folder.exists()


def test_on_a_terminal_a_password_is_asked_for_until_it_is_good(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
):
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("frontdesk.cli.people.sys", terminal)
    typed = ["short", PASSWORD, "another horse", PASSWORD, PASSWORD]

    result = operator.types("user", "add", "Ida", stdin="\n".join(typed))

    assert result.exit_code == 0
    assert "a password of 10 to 256 characters" in result.output
    assert "do not match" in result.output
    assert PASSWORD not in result.output
    assert fits(operator.account("Ida"), PASSWORD)


def test_a_name_is_judged_before_a_password_is_asked_for(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
):
    operator.adds("Ida")
    asked: list[str] = []
    monkeypatch.setattr(
        "frontdesk.cli.people._new_password", lambda again, **_: asked.append(again)
    )

    assert operator.types("user", "add", "Ida").exit_code == 1
    assert operator.types("user", "passwd", "Jon").exit_code == 1
    assert not asked


def test_accounts_are_listed_for_people_and_for_scripts(operator: Operator):
    operator.adds("Jonathan")
    operator.adds("Ida", "--role", "admin")
    operator.types("user", "disable", "Jonathan")

    assert operator.types("user", "list").stdout == (
        "Ida       admin  all\nJonathan  agent  all  disabled\n"
    )
    assert json.loads(operator.types("user", "list", "--json").stdout) == [
        {"user": "Ida", "role": "admin", "disabled": False, "desks": "all"},
        {"user": "Jonathan", "role": "agent", "disabled": True, "desks": "all"},
    ]


def test_a_new_password_ends_what_was_begun_with_the_old_one(operator: Operator):
    operator.adds("Ida")
    token = operator.types("token", "create", "Ida").stdout.strip()

    result = operator.types("user", "passwd", "Ida", "--password-stdin", stdin="another horse\n")

    assert result.exit_code == 0
    assert "signed out everywhere" in result.stderr
    assert fits(operator.account("Ida"), "another horse")
    assert not fits(operator.account("Ida"), PASSWORD)
    assert operator.session(token) is None


def test_a_disabled_account_has_lost_its_tokens_and_gets_none(operator: Operator):
    operator.adds("Ida")
    token = operator.types("token", "create", "Ida").stdout.strip()

    assert "API tokens are ended too" in operator.types("user", "disable", "Ida").stderr
    assert operator.types("user", "disable", "Ida").exit_code == 0

    assert operator.account("Ida").disabled
    assert operator.session(token) is None
    refused = operator.types("token", "create", "Ida")
    assert refused.exit_code == 1
    assert "frontdesk user enable Ida" in refused.stderr


def test_an_enabled_account_has_its_password_and_no_old_session(operator: Operator):
    operator.adds("Ida")
    token = operator.types("token", "create", "Ida").stdout.strip()
    operator.types("user", "disable", "Ida")

    enabled = operator.types("user", "enable", "Ida")

    assert enabled.exit_code == 0
    assert "API tokens that were ended stay so" in enabled.stderr
    assert not operator.account("Ida").disabled
    assert fits(operator.account("Ida"), PASSWORD)
    assert operator.session(token) is None


@pytest.mark.parametrize(
    "words", [("disable", "Ada"), ("role", "Ada", "agent"), ("assign", "Ada", "--desk", "main")]
)
def test_the_last_admin_stays_also_at_the_command_line(operator: Operator, words: tuple[str, ...]):
    operator.adds("Ada", "--role", "admin")
    operator.adds("Ida")

    refused = operator.types("user", *words)

    assert refused.exit_code == 1
    assert "First make somebody else an admin" in refused.output
    assert operator.account("Ada").role == "admin"
    operator.adds("Mia", "--role", "admin")
    assert operator.types("user", *words).exit_code == 0


def test_a_token_is_printed_once_and_only_its_hash_is_kept(operator: Operator):
    operator.adds("Ida")

    result = operator.types("token", "create", "Ida", "--label", "nightly report")

    assert result.exit_code == 0
    assert "not shown again" in result.stderr
    token = result.stdout.strip()
    assert token not in result.stderr
    row = operator.session(token)
    assert row is not None
    assert (row.kind, row.label) == ("token", "nightly report")
    assert row.person == operator.account("Ida").person
    assert set(row.began) == {"main"}
    kept = b"".join(path.read_bytes() for path in operator.folder.iterdir())
    assert token.encode() not in kept


@pytest.mark.parametrize(
    "words",
    [
        ("user", "passwd", "Idda", "--password-stdin"),
        ("user", "disable", "Idda"),
        ("user", "enable", "Idda"),
        ("token", "create", "Idda"),
    ],
)
def test_a_name_that_nobody_has_brings_the_nearest(operator: Operator, words: tuple[str, ...]):
    operator.adds("Ida")

    result = operator.types(*words, stdin=PASSWORD)

    assert result.exit_code == 1
    assert "Did you mean 'Ida'?" in result.stderr


def test_another_name_altogether_brings_the_list(operator: Operator):
    operator.adds("Ida")

    said = operator.types("user", "disable", "B\u200bbb").stderr

    assert f"frontdesk user list {operator.on_the_folder}" in said


@pytest.mark.parametrize(
    "words",
    [
        ("user", "list"),
        ("user", "passwd", "Ida", "--password-stdin"),
        ("user", "disable", "Ida"),
        ("user", "enable", "Ida"),
        ("token", "create", "Ida"),
    ],
)
def test_what_needs_an_account_makes_no_folder(operator: Operator, words: tuple[str, ...]):
    result = operator.types(*words, stdin=PASSWORD)

    assert result.exit_code == 1
    assert f"frontdesk user add NAME --role admin {operator.on_the_folder}\n" in result.stderr
    assert result.stdout == ""
    assert not operator.folder.exists()


@pytest.mark.parametrize("words", [("list",), ("add", "Ida", "--password-stdin")])
def test_accounts_of_a_server_that_keeps_nothing_are_out_of_reach(
    operator: Operator, words: tuple[str, ...]
):
    result = operator.types("user", *words, stdin=PASSWORD, FRONTDESK_MEMORY="yes")

    assert result.exit_code == 3
    assert "FRONTDESK_MEMORY is set" in result.stderr
    assert not operator.folder.exists()


# --- usage --------------------------------------------------------------------------------------


def test_the_version_is_one_line(operator: Operator):
    assert operator.types("version").stdout == f"{__version__}\n"
    assert operator.types("--version").stdout == f"{__version__}\n"


@pytest.mark.parametrize("words", [(), ("serve",)])
def test_the_server_is_what_is_meant_without_a_command(
    operator: Operator, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    served: list[Config] = []

    def run(config: Config) -> int:
        served.append(config)
        return 0

    monkeypatch.setattr("frontdesk.cli.serve.run", run)

    result = operator.types(*words, "--port", "9000", "--memory", FRONTDESK_HOST="::1")

    assert result.exit_code == 0
    [config] = served
    assert (config.port, config.host, config.memory) == (9000, "::1", True)
    assert config.data_dir == operator.folder


@pytest.mark.parametrize(
    ("words", "environment", "exit_code", "said"),
    [
        (("--port", "http"), {}, 3, "--port is 'http'"),
        ((), {"FRONTDESK_PORT": "-1"}, 3, "FRONTDESK_PORT is '-1'"),
        ((), {"FRONTDESK_PROT": "1"}, 3, "FRONTDESK_PORT"),
        (("user", "list", "--data-dir", ""), {}, 3, "the path of a folder"),
        (("--prot", "1"), {}, 2, "--port"),
        (("usre",), {}, 2, "user"),
        (("user", "add", "Ida", "--role", "boss"), {}, 2, "monitor"),
        (("--data-dir", "d", "user", "list"), {}, 2, "frontdesk user list --data-dir d"),
        (("--memory", "--data-dir", "d"), {}, 2, "Leave one of them out"),
        (("--data-dir", "d"), {"FRONTDESK_MEMORY": "yes"}, 2, "FRONTDESK_MEMORY"),
    ],
)
def test_a_slip_is_told_with_what_to_type_instead(
    operator: Operator,
    words: tuple[str, ...],
    environment: dict[str, str],
    exit_code: int,
    said: str,
):
    result = operator.types(*words, **environment)

    assert result.exit_code == exit_code
    assert said in result.stderr
    assert result.stdout == ""


def test_help_says_where_a_setting_comes_from(operator: Operator):
    said = " ".join(operator.types("serve", "--help").stdout.split())

    assert "FRONTDESK_PORT; default: 8420" in said


@pytest.mark.parametrize("group", [(), ("user",), ("token",), ("config",)])
def test_no_line_of_help_is_cut_off(operator: Operator, group: tuple[str, ...]):
    assert "..." not in operator.types(*group, "--help").stdout.replace("[ARGS]...", "")


@pytest.mark.parametrize("below", [".", "data"])
@pytest.mark.parametrize("words", [("list",), ("add", "Ida", "--password-stdin")])
def test_a_file_where_a_folder_should_be_is_told(
    operator: Operator, tmp_path: Path, below: str, words: tuple[str, ...]
):
    file = tmp_path / "file"
    file.write_text("")

    result = operator.types("user", *words, "--data-dir", str(file / below), stdin=PASSWORD)

    assert result.exit_code == 3
    assert f"{file} is a file, not a folder" in result.stderr


def test_whose_folder_it_is_matters_only_where_that_is_why(tmp_path: Path):
    for error, theirs in [
        (PermissionError(13, "Permission denied"), True),
        (OSError(5, "I/O"), False),
    ]:
        said = _unusable(tmp_path, error).message
        assert ("make this one yours" in said) == theirs


def test_a_file_that_is_no_store_is_told(operator: Operator):
    operator.folder.mkdir()
    (operator.folder / "frontdesk.db").write_bytes(b"not a database, but a letter\n" * 1000)

    result = operator.types("user", "list")

    assert result.exit_code == 1
    assert "frontdesk.db" in result.stderr
    assert not isinstance(result.exception, AssertionError)
