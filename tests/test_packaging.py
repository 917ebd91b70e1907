import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import frontdesk

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package(tmp_path):
    package = ROOT / "src" / "frontdesk"
    kept = {
        path.relative_to(ROOT / "src").as_posix()
        for path in package.rglob("*")
        if path.is_file() and path.suffix in {".py", ".sql", ".css", ".typed"}
    }

    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert kept <= set(archive.namelist())
    assert wheel.name.startswith(f"frontdesk-{frontdesk.__version__}-")


@pytest.mark.parametrize("name", ["runtime", "dev", "build", "node"])
def test_every_locked_requirement_has_a_version_and_a_hash(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = [line for line in text.splitlines() if line and line[0] not in " #"]

    assert entries
    assert all("==" in entry and entry.endswith("\\") for entry in entries)
    assert text.count("--hash=sha256:") >= len(entries)


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    runtime = locked("runtime")

    assert {name_of(one) for one in project["dependencies"]} <= runtime.keys()
    assert {name_of(one) for one in project["optional-dependencies"]["dev"]} <= locked("dev").keys()
    assert runtime.items() <= locked("dev").items(), "tests run on other versions than people do"


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return dict(line.split(" ")[0].split("==") for line in lines if line and line[0] not in " #")


def name_of(requirement: str) -> str:
    return requirement.split(">")[0].strip()


def test_no_environment_is_made_where_nobody_says_for_which_checkout():
    """With an empty `root` it would be made, and what is there cleared, at the top of the disk."""
    script = ". requirements/venv.sh; make_venv() { echo MADE; }; prepare runtime"
    for root in ({}, {"root": ""}):
        path = {"PATH": os.environ["PATH"], **root}
        told = subprocess.run(
            ["sh", "-euc", script], cwd=ROOT, env=path, capture_output=True, text=True, check=False
        )
        assert told.returncode != 0
        assert "root" in told.stderr
        assert told.stdout == ""
