"""The file of settings, as operators name it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from frontdesk.cli import main
from frontdesk.config import Config


def types(*words: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main.cli, words, prog_name="frontdesk")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Config]:
    """The settings with which a server would have been started."""
    found: list[Config] = []

    def run(config: Config) -> int:
        found.append(config)
        return 0

    monkeypatch.setattr("frontdesk.cli.serve.run", run)
    return found


def test_a_server_is_told_by_a_file_and_a_flag_beats_it(tmp_path: Path, served: list[Config]):
    file = tmp_path / "desk.toml"
    file.write_text('port = 9000\nhost = "::1"\n')

    for words in (("serve", "--config", str(file)), ("--config", str(file), "--host", "::2")):
        assert types(*words).exit_code == 0
    assert types(FRONTDESK_CONFIG=str(file), FRONTDESK_PORT="9001").exit_code == 0

    assert [(one.port, one.host) for one in served] == [
        (9000, "::1"),
        (9000, "::2"),
        (9001, "::1"),
    ]


def test_commands_find_the_folder_of_the_server_by_the_same_file(tmp_path: Path):
    file = tmp_path / "desk.toml"
    file.write_text(f'data_dir = "{tmp_path / "data"}"\nport = 9000\n')

    result = types("user", "list", "--config", str(file))

    assert result.exit_code == 1
    assert f"--data-dir {tmp_path / 'data'}" in result.stderr


@pytest.mark.parametrize("words", [("serve",), ("user", "list"), ("desk", "show", "main")])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "but there is no such file."),
        ("prot = 1", "Did you mean: port."),
        ("port = 'http'", "is 'http', but it takes a whole number from 0 to 65535."),
        ("port =", "it is no TOML"),
    ],
)
def test_a_bad_file_ends_every_command_with_a_sentence(
    tmp_path: Path, served: list[Config], words: tuple[str, ...], text: str | None, said: str
):
    file = tmp_path / "desk.toml"
    if text is not None:
        file.write_text(text)

    result = types(*words, "--config", str(file))

    assert result.exit_code == 3
    assert str(file) in result.stderr
    assert said in result.stderr
    assert result.stdout == ""
    assert not served


def test_a_folder_means_nothing_where_the_file_says_to_keep_nothing(
    tmp_path: Path, served: list[Config]
):
    file = tmp_path / "desk.toml"
    file.write_text("memory = true\n")

    result = types("--config", str(file), "--data-dir", str(tmp_path))

    assert result.exit_code == 2
    assert "memory in the file" in result.stderr
    assert not served


@pytest.mark.parametrize("words", [("serve",), ("user", "add"), ("token", "create")])
def test_help_says_how_to_name_the_file(words: tuple[str, ...]):
    said = types(*words, "--help").stdout

    assert "--config FILE" in said
    assert "FRONTDESK_CONFIG" in said
