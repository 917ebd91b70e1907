"""What stands in `deploy/` for whoever runs Frontdesk by it, held against the program."""

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from frontdesk.cli.open_files import needed
from frontdesk.cli.stops import WRONG_SETTING
from frontdesk.config import SETTINGS, load
from frontdesk.web.bounds import BACKLOG, SHUTDOWN_MS

ROOT = Path(__file__).parents[1]
SYSTEMD = ROOT / "deploy" / "systemd"
PAGE = (ROOT / "docs" / "operations" / "systemd.md").read_text()


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Section, key, and what was said of it, in order."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    section = ""
    for line in (SYSTEMD / name).read_text().splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line):
            section = found[1]
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert section, f"{line!r} stands in no section"
            assert equals, f"{line!r} says nothing"
            said[section][key].append(value)
    return said


SERVICE, SOCKET = unit("frontdesk.service"), unit("frontdesk.socket")


def test_the_socket_is_where_the_proxies_look_for_it():
    config = load({}, {})

    assert SOCKET["Socket"]["ListenStream"] == [f"{config.host}:{config.port}"]
    assert SOCKET["Socket"]["Backlog"] == [str(BACKLOG)]
    assert "Accept" not in SOCKET["Socket"], "each connection would be a server"
    assert SERVICE["Unit"]["Requires"] == ["frontdesk.socket"]


def test_the_unit_starts_what_is_there_and_knows_what_it_says():
    service = SERVICE["Service"]

    assert service["Type"] == ["notify"]
    assert service["ExecStart"] == ["/opt/frontdesk/bin/frontdesk serve"]
    assert service["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert str(WRONG_SETTING) in service["RestartPreventExitStatus"][0].split()
    assert int(service["TimeoutStopSec"][0].removesuffix("s")) * 1_000 > 2 * SHUTDOWN_MS


def test_the_unit_gives_as_many_files_as_connections_need():
    assert int(SERVICE["Service"]["LimitNOFILE"][0]) >= needed(load({}, {}).connections)


def test_every_variable_that_a_unit_or_the_page_sets_is_a_setting():
    known = {setting.variable for setting in SETTINGS}
    texts = [PAGE, *(path.read_text() for path in SYSTEMD.iterdir())]
    named = {name for text in texts for name in re.findall(r"FRONTDESK_[A-Z_]+", text)}

    assert named
    assert named <= known


def test_everything_is_kept_in_the_folder_that_the_unit_makes_and_the_account_owns():
    service = SERVICE["Service"]
    folder = f"/var/lib/{service['StateDirectory'][0]}"

    assert service["Environment"] == [f"FRONTDESK_DATA_DIR={folder}"]
    assert service["User"] == service["Group"] == ["frontdesk"]
    assert f'u {service["User"][0]} - "Frontdesk" {folder}' in (
        (SYSTEMD / "frontdesk.sysusers").read_text().splitlines()
    )
    assert f"--data-dir {folder}" in PAGE


@pytest.mark.parametrize(
    "key", ["NoNewPrivileges", "ProtectHome", "PrivateDevices", "PrivateUsers", "RestrictSUIDSGID"]
)
def test_the_unit_shuts_the_server_in(key: str):
    assert SERVICE["Service"][key] == ["yes"]
    assert SERVICE["Service"]["ProtectSystem"] == ["strict"]
    assert SERVICE["Service"]["CapabilityBoundingSet"] == [""]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd")
def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path):
    for path in SYSTEMD.iterdir():
        # It looks whether the program is there.
        text = path.read_text().replace("/opt/frontdesk/bin/frontdesk", "/bin/true")
        (tmp_path / path.name).write_text(text)

    told = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.glob("frontdesk.s[eo][rc]*"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stdout + told.stderr) == (0, "")
