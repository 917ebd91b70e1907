"""The file of settings: what stands in it holds, and what is wrong with it is told."""

import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.config import SETTINGS, BadSetting, Config, load
from frontdesk.config.file import FILE_BYTES

ROOT = Path(__file__).parents[1]
ALL = """\
host = "0.0.0.0"
port = 9000
data_dir = "/srv/frontdesk"
memory = true
uds = "/run/frontdesk.sock"
tls_cert = "/etc/frontdesk/cert.pem"
tls_key = "/etc/frontdesk/key.pem"
base_url = "https://desk.example"
connections = 500
trusted_proxies = ["10.0.0.5", "fd00::/8"]
address_rate = 60_000
sign_in_rate = 20
metrics_from = ["10.0.0.9"]
log_level = "debug"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "frontdesk.toml"


def loaded(file: Path, text: str | bytes) -> Config:
    """The settings of a file with this in it."""
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load({"config": str(file)}, {})


def wrong(file: Path, text: str | bytes) -> str:
    """What is said of a file with this in it, without its path."""
    with pytest.raises(BadSetting) as bad:
        loaded(file, text)
    said = str(bad.value)
    assert str(file) in said
    return said.replace(str(file), "FILE")


def test_every_setting_may_stand_in_the_file(file: Path):
    config = loaded(file, ALL)

    assert config == Config(
        host="0.0.0.0",
        port=9000,
        data_dir=Path("/srv/frontdesk"),
        memory=True,
        uds=Path("/run/frontdesk.sock"),
        tls_cert=Path("/etc/frontdesk/cert.pem"),
        tls_key=Path("/etc/frontdesk/key.pem"),
        base_url="https://desk.example",
        connections=500,
        trusted_proxies=(ip_network("10.0.0.5/32"), ip_network("fd00::/8")),
        address_rate=60_000,
        sign_in_rate=20,
        metrics_from=(ip_network("10.0.0.9/32"),),
        log_level="debug",
    )
    assert all(f"{setting.name} = " in ALL for setting in SETTINGS)


def test_an_empty_file_sets_nothing(file: Path):
    assert loaded(file, "# Nothing yet.\n") == load({}, {})


def test_a_flag_beats_a_variable_which_beats_the_file_which_beats_the_default(file: Path):
    file.write_text('port = 9000\nhost = "::1"\nconnections = 5\nmemory = true\n')
    environment = {
        "FRONTDESK_CONFIG": str(file),
        "FRONTDESK_PORT": "9001",
        "FRONTDESK_HOST": "::2",
        "FRONTDESK_MEMORY": "no",
    }

    config = load({"port": "9002"}, environment)

    assert (config.port, config.host, config.connections) == (9002, "::2", 5)
    assert not config.memory
    assert config.sign_in_rate == load({}, {}).sign_in_rate


def test_a_flag_names_another_file_than_the_variable(file: Path):
    file.write_text("port = 9000\n")

    config = load({"config": str(file)}, {"FRONTDESK_CONFIG": "/there/is/none.toml"})

    assert config.port == 9000


def test_an_empty_variable_names_no_file():
    assert load({}, {"FRONTDESK_CONFIG": ""}) == load({}, {})


def test_homes_are_known_in_the_file_and_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "desk.toml").write_text('data_dir = "~/desk"\n')

    assert load({"config": "~/desk.toml"}, {}).data_dir == tmp_path / "desk"


@pytest.mark.parametrize(
    ("setting", "typed", "stands", "shown"),
    [
        ("port", "65536", "65536", "{}65536, but it takes a whole number from 0 to 65535."),
        ("port", "-1", "-1", "{}-1, but it takes a whole number from 0 to 65535."),
        ("host", "a b", '"a b"', "{}'a b', but it takes a host name or an address, such as"),
        ("sign_in_rate", "0", "0", "{}0, but it takes a whole number from 1 to 10000."),
        ("data_dir", "~nobody-here/x", '"~nobody-here/x"', "; this ~ is nobody's home."),
    ],
)
def test_a_bad_value_is_refused_with_the_same_sentence_wherever_it_stands(
    file: Path, setting: str, typed: str, stands: str, shown: str
):
    with pytest.raises(BadSetting) as bad:
        load({setting: typed}, {})

    of_the_flag = str(bad.value).replace(f"'{typed}'", typed) if stands == typed else str(bad.value)
    assert shown.format(f"--{setting.replace('_', '-')} is ") in of_the_flag
    assert shown.format(f"{setting} in FILE is ") in wrong(file, f"{setting} = {stands}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('port = "8420"', "port in FILE is '8420', but it takes a whole number from 0 to 65535."),
        ("port = true", "port in FILE is true, but"),
        ("port = 8420.0", "port in FILE is 8420.0, but"),
        (f"port = 0x{'f' * 9_000}", "port in FILE is a huge number, but"),
        ("port = []", "port in FILE is [], but"),
        ("port.of = 1", "port in FILE is a table, but"),
        ("port = 2026-01-01", "port in FILE is 2026-01-01, but"),
        ("host = 127", "host in FILE is 127, but it takes a host name"),
        ("host = ''", "host in FILE is '', but it takes a host name"),
        ("memory = 'yes'", "memory in FILE is 'yes', but it takes true or false."),
        ("memory = 1", "memory in FILE is 1, but it takes true or false."),
        (
            "data_dir = 'data'",
            "data_dir in FILE is 'data', but it takes the whole path of a folder",
        ),
        ("data_dir = ''", "data_dir in FILE is '', but it takes the whole path of a folder"),
        ("data_dir = '/a\\u0000b'".replace("'", '"'), "it takes the whole path of a folder"),
        ("data_dir = 1", "data_dir in FILE is 1, but it takes the whole path of a folder"),
        ("trusted_proxies = '10.0.0.5'", "is '10.0.0.5', but it takes an array of addresses"),
        ("trusted_proxies = [1]", "is [1], but it takes an array of addresses and networks"),
        ("trusted_proxies = ['10.0.0.5/8']", "is ['10.0.0.5/8'], but it takes an array"),
        (f"host = '{'/' * 5_000}'", "host in FILE is '////"),
        ("tls_cert = 'cert.pem'", "it takes the whole path of a file, such as"),
        ("tls_key = ''", "tls_key in FILE is '', but it takes the whole path of a file"),
        ("base_url = 443", "base_url in FILE is 443, but it takes an address such as https"),
    ],
)
def test_a_wrong_type_is_refused_with_what_may_stand_there(file: Path, line: str, said: str):
    sentence = wrong(file, line)

    assert said in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("prot = 1", "'prot' stands in FILE, but is no setting. Did you mean: port."),
        ("data-dir = '/d'", "Did you mean: data_dir."),
        ("[server]\nport = 1", "'server' stands in FILE, but is no setting."),
        ("xyz = 1", "There are: host, port, data_dir,"),
        ("config = '/another'", "'config' stands in FILE, but is no setting."),
        (f"{'x' * 5_000} = 1", "There are: host,"),
    ],
)
def test_a_name_that_is_none_is_told_with_the_nearest(file: Path, line: str, said: str):
    sentence = wrong(file, line)

    assert said in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = ", "--config names FILE, but it is no TOML: Invalid value (at "),
        ("port: 8420", "it is no TOML: Expected '=' after a key"),
        ("port = 1\nport = 2", "it is no TOML: Cannot overwrite a value (at "),
        ("{}", "it is no TOML:"),
        (f"port = {'9' * 5_000}", "it is no TOML:"),
        (f"port = {'[' * 20_000}", "it is no TOML:"),
        (b"host = '\xff'", "it is no text in UTF-8, from byte 9 on."),
        ("port = 1".encode("utf-16"), "it is no text in UTF-8, from byte 1 on."),
        (b"#" * (FILE_BYTES + 1), "it is larger than 64 KiB."),
        (b"\0" * 100, "it is no TOML:"),
    ],
)
def test_what_is_no_file_of_settings_is_told_in_a_sentence(
    file: Path, text: str | bytes, said: str
):
    sentence = wrong(file, text)

    assert said in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 300


def test_a_file_of_the_largest_size_with_a_mark_at_its_beginning_is_read(file: Path):
    text = b"\xef\xbb\xbfport = 9000\n"

    assert loaded(file, text + b"#" * (FILE_BYTES - len(text))).port == 9000


@pytest.mark.parametrize("source", ["--config", "FRONTDESK_CONFIG"])
@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("{}/none.toml", " names {}/none.toml, but there is no such file."),
        ("{}", " names {}, but that is a folder, not a file."),
        ("{}/there/x.toml", " names {}/there/x.toml, but it cannot be read: Not a directory."),
        (" ", " is ' ', but it takes the path of a file."),
        ("a\0b", "but it takes the path of a file."),
        ("~nobody-here/x", "but it takes the path of a file; this ~ is nobody's home."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_who_names_it(
    tmp_path: Path, source: str, named: str, said: str
):
    (tmp_path / "there").touch()
    path = named.format(tmp_path)
    flags, environment = ({"config": path}, {}) if source == "--config" else ({}, {source: path})

    with pytest.raises(BadSetting) as bad:
        load(flags, environment)

    assert str(bad.value).startswith(source)
    assert said.format(tmp_path) in str(bad.value)


@pytest.mark.slow
@given(
    st.binary(max_size=60)
    | st.builds(
        lambda name, value: f"{name} = {value}".encode("utf-8", "surrogatepass"),
        st.sampled_from([setting.name for setting in SETTINGS]),
        st.text(max_size=20)
        | st.sampled_from(["1", "-1", "nan", "[[]]", "{}", "''", "[1, '']", "07:32:00"]),
    )
)
def test_whatever_stands_there_is_understood_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
):
    file = tmp_path_factory.getbasetemp() / "any.toml"
    said = ""
    try:
        assert isinstance(loaded(file, raw), Config)
    except BadSetting as bad:
        said = str(bad)
    assert not said or str(file) in said
    assert len(said) < 300 + len(str(file))


def test_the_reader_of_toml_is_loaded_only_where_a_file_is_named(file: Path):
    file.write_text("port = 9000\n")
    code = (
        "import sys, frontdesk.cli.options; from frontdesk.config import load; load({});"
        " print('tomllib' in sys.modules)"
    )

    def asked(**environment: str) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert asked() == "False"
    assert asked(FRONTDESK_CONFIG=str(file)) == "True"


def test_the_example_of_the_docs_is_a_file_of_settings(file: Path):
    page = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.S)
    assert example is not None

    config = loaded(file, example[1])

    assert config.port == 8420
    assert config.data_dir == Path("/srv/frontdesk")
    assert ip_network("10.0.0.5/32") in config.trusted_proxies
