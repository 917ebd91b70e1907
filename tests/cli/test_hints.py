from pathlib import Path
from types import SimpleNamespace

import pytest

from frontdesk.cli.hints import program, to_type
from frontdesk.config import load


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "my frontdesk"
    (root / ".venv").mkdir(parents=True)
    (root / "start").touch()
    monkeypatch.setattr("frontdesk.cli.hints.sys", SimpleNamespace(prefix=str(root / ".venv")))
    return root


def test_in_a_checkout_it_is_start(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(checkout)
    assert program() == "./start"

    monkeypatch.chdir("/")
    assert program() == f"'{checkout}/start'"


def test_elsewhere_it_is_the_program_that_was_installed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
):
    (checkout / "start").unlink()
    assert program() == "frontdesk"

    monkeypatch.setattr("frontdesk.cli.hints.sys", SimpleNamespace(prefix="/usr"))
    assert program() == "frontdesk"


def test_a_program_that_the_shell_does_not_find_is_named_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    installed = tmp_path / "my desk" / "bin" / "frontdesk"
    installed.parent.mkdir(parents=True)
    installed.touch(mode=0o755)
    monkeypatch.setattr(
        "frontdesk.cli.hints.sys", SimpleNamespace(prefix=str(installed.parents[1]))
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() == f"'{installed}'"

    # As pipx does it.
    (tmp_path / "frontdesk").symlink_to(installed)
    assert program() == "frontdesk"


def test_a_folder_that_was_chosen_is_named_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("frontdesk.cli.hints.sys", SimpleNamespace(prefix="/usr"))
    usual = load({}, {})
    chosen = load({"data_dir": "/srv/my desk"}, {})

    assert to_type("user", "list", config=usual) == "frontdesk user list"
    assert to_type("user", "passwd", "Ida B") == "frontdesk user passwd 'Ida B'"
    assert to_type("user", "list", config=chosen) == "frontdesk user list --data-dir '/srv/my desk'"
