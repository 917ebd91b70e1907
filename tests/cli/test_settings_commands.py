"""`config check` and `config show`: looking before starting."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from frontdesk.cli import main
from frontdesk.config import SETTINGS
from tests.certificates import HOST, Authority


def types(*words: str, **environment: str) -> Result:
    runner = CliRunner(env={"FRONTDESK_DATA_DIR": None, **environment})
    return runner.invoke(main.cli, ("config", *words), prog_name="frontdesk")


def wrong(result: Result) -> list[str]:
    return [line.removeprefix("wrong ") for line in found(result) if line.startswith("wrong ")]


def found(result: Result) -> list[str]:
    return result.stdout.splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "desk.toml"


def test_all_that_is_wrong_is_told_and_not_only_the_first(tmp_path: Path, file: Path):
    file.write_text('prot = 1\nhsot = "x"\nconnections = 0\nport = 9000\n')
    (tmp_path / "no-folder").touch()

    result = types(
        *("check", "--config", str(file), "--sign-in-rate", "many"),
        *("--data-dir", str(tmp_path / "no-folder")),
        FRONTDESK_PORT="http",
        FRONTDESK_DATA="x",
    )

    assert result.exit_code == 3
    assert wrong(result) == [
        "FRONTDESK_DATA is set, but is no setting. Did you mean: FRONTDESK_DATA_DIR.",
        f"'prot' stands in {file}, but is no setting. Did you mean: port.",
        f"'hsot' stands in {file}, but is no setting. Did you mean: host.",
        "FRONTDESK_PORT is 'http', but it takes a whole number from 0 to 65535.",
        f"connections in {file} is 0, but it takes a whole number from 1 to 1000000.",
        "--sign-in-rate is 'many', but it takes a whole number from 1 to 10000.",
        f"{tmp_path / 'no-folder'} is a file, not a folder. Give --data-dir a folder.",
    ]
    assert "7 to put right" in result.stderr
    assert sorted(os.listdir(tmp_path)) == ["desk.toml", "no-folder"]


def test_a_file_that_cannot_be_read_does_not_hide_what_else_is_wrong(tmp_path: Path):
    result = types("check", "--config", str(tmp_path / "none.toml"), "--port", "-1")

    assert result.exit_code == 3
    assert [line.split(",")[0] for line in wrong(result)] == [
        f"--config names {tmp_path / 'none.toml'}",
        "--port is '-1'",
    ]


def test_a_flag_that_means_nothing_is_wrong(tmp_path: Path):
    result = types("check", "--memory", "--data-dir", str(tmp_path))

    assert result.exit_code == 3
    [sentence] = wrong(result)
    assert "Leave one of them out" in sentence


def test_what_is_fine_is_told_and_nothing_is_made(tmp_path: Path, file: Path):
    file.write_text("sign_in_rate = 20\naddress_rate = 600\n")
    data = tmp_path / "far" / "away"

    result = types("check", "--config", str(file), "--port", "0", FRONTDESK_DATA_DIR=str(data))

    assert result.exit_code == 0, result.stdout
    assert found(result) == [
        f"fine  {len(SETTINGS)} settings can be read: 1 flag, 1 variable, 2 in the file of"
        f" --config, {len(SETTINGS) - 4} defaults.",
        f"fine  Everything is kept in {data}, which is made at the first start.",
    ]
    data.mkdir(parents=True)
    again = types("check", "--data-dir", str(data))
    assert found(again)[1] == f"fine  Everything is kept in {data}, which is there."
    assert not list(data.iterdir())


def test_a_folder_below_one_that_is_not_ours_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Whoever runs the tests may write anywhere.
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)

    result = types("check", "--data-dir", str(tmp_path / "data"))

    assert result.exit_code == 3
    [sentence] = wrong(result)
    assert sentence.startswith(f"{tmp_path} cannot be used: Permission denied.")


def test_each_setting_is_shown_with_the_place_where_it_stands(file: Path):
    file.write_text('host = "::1"\nport = 9000\ntrusted_proxies = ["10.0.0.5", "fd00::/8"]\n')

    result = types("show", "--config", str(file), "--port", "9001", FRONTDESK_MEMORY="yes")

    assert result.exit_code == 0, result.stderr
    lines = [line.split(maxsplit=2) for line in found(result)]
    assert [line[0] for line in lines] == [setting.name for setting in SETTINGS]
    for line in (
        ["host", "::1", f"host in {file}"],
        ["port", "9001", "--port"],
        ["memory", "yes", "FRONTDESK_MEMORY"],
        ["trusted_proxies", "10.0.0.5/32,fd00::/8", f"trusted_proxies in {file}"],
        ["sign_in_rate", "10", "default"],
    ):
        assert line in lines


def test_scripts_are_shown_the_same_with_its_types(tmp_path: Path, file: Path):
    file.write_text('trusted_proxies = ["10.0.0.5"]\n')

    result = types("show", "--json", "--config", str(file), "--data-dir", str(tmp_path))

    told = json.loads(result.stdout)
    assert list(told) == [setting.name for setting in SETTINGS]
    assert told["port"] == {"value": 8420, "source": "default", "place": "default"}
    assert told["memory"]["value"] is False
    assert told["data_dir"] == {"value": str(tmp_path), "source": "flag", "place": "--data-dir"}
    assert told["trusted_proxies"] == {
        "value": ["10.0.0.5/32"],
        "source": "file",
        "place": f"trusted_proxies in {file}",
    }


def test_what_cannot_be_used_is_not_shown(file: Path):
    file.write_text("port = 'http'")

    result = types("show", "--config", str(file))

    assert result.exit_code == 3
    assert f"port in {file} is 'http'" in result.stderr
    assert result.stdout == ""


# --- the certificate ----------------------------------------------------------------------------


def test_a_certificate_is_looked_at_as_a_start_would(tmp_path: Path):
    authority = Authority(tmp_path)
    pair = authority.issue()
    flags = ("--memory", "--tls-cert", str(pair.cert), "--tls-key", str(pair.key))

    good = types("check", *flags, "--base-url", f"https://{HOST}")
    other = types("check", *flags, "--base-url", "https://shop.example")
    authority.issue(days=(-2, -1))
    late = types("check", *flags)
    pair.key.unlink()
    none = types("check", *flags)

    assert (good.exit_code, other.exit_code, late.exit_code, none.exit_code) == (0, 0, 0, 3)
    assert found(good)[-1].startswith(f"fine  The certificate in {pair.cert} is good until 20")
    assert any(
        line == f"note  The certificate in {pair.cert} is not for shop.example: browsers refuse it"
        " there."
        for line in found(other)
    )
    assert found(late)[-1].startswith(f"note  The certificate in {pair.cert} has expired")
    assert wrong(none) == [
        f"--tls-key names {pair.key}, but it cannot be read: No such file or directory."
    ]


def test_settings_that_clash_are_wrong():
    result = types("check", "--memory", "--tls-cert", "/c", "--port", "1", FRONTDESK_UDS="/s")

    assert result.exit_code == 3
    assert [line.split(",")[0] for line in wrong(result)] == [
        "--tls-cert is set",
        "FRONTDESK_UDS and --tls-cert are both set. Over a Unix socket comes a proxy",
        "With FRONTDESK_UDS the server listens on that socket alone",
    ]
