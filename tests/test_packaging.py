"""The wheel and the sdist, the locks, and that the version is the same wherever it stands."""

import asyncio
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

import frontdesk
from tests.e2e.server import Server

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "frontdesk"


class Built(NamedTuple):
    """What a release consists of."""

    wheel: Path
    sdist: Path


def build(folder: Path, into: Path, *targets: str) -> None:
    wanted = [word for target in targets for word in ("-t", target)]
    command = [sys.executable, "-m", "hatchling", "build", *wanted, "-d", str(into)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder, "wheel", "sdist")
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


def held_in(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(built: Built):
    kept = {
        path.relative_to(ROOT / "src").as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    inside = held_in(built.wheel)
    version = frontdesk.__version__
    told = f"frontdesk-{version}.dist-info"

    assert {name for name in inside if not name.startswith(f"{told}/")} == kept
    assert "frontdesk/web/assets/widget.js" in kept
    assert built.wheel.name == f"frontdesk-{version}-py3-none-any.whl"
    assert b"\nLicense-File: LICENSE\n" in inside[f"{told}/METADATA"]


@pytest.mark.slow
def test_nothing_in_a_release_knows_where_it_was_built(built: Built):
    places = [f"{one}/".encode() for one in (ROOT, Path.home(), sys.prefix, built.wheel.parent)]
    inside = held_in(built.wheel)
    with tarfile.open(built.sdist) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member)
            inside[member.name] = file.read() if file is not None else b""

    found = [(name, one) for name, text in inside.items() for one in places if one in text]
    assert not found
    assert not [name for name in inside if re.search(r"tests?/|node_modules|__pycache__", name)]


@pytest.mark.slow
def test_the_sdist_builds_the_same_wheel_without_the_repository(built: Built, tmp_path: Path):
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()

    build(folder, tmp_path / "again", "wheel")

    [again] = (tmp_path / "again").glob("*.whl")
    assert held_in(again) == held_in(built.wheel)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_wheel_serves_from_an_environment_of_its_own(built: Built, tmp_path: Path):
    """As docs/operations/packages.md says, with the versions that we test with."""
    venv = tmp_path / "venv"

    def run(*words: str) -> str:
        told = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr
        return told.stdout

    pip = (str(venv / "bin" / "pip"), "-q", "--disable-pip-version-check", "install")
    lock = str(ROOT / "requirements" / "runtime.txt")
    await asyncio.to_thread(run, sys.executable, "-m", "venv", str(venv))
    await asyncio.to_thread(run, *pip, "--require-hashes", "--only-binary", ":all:", "-r", lock)
    await asyncio.to_thread(run, *pip, "--no-deps", "--no-index", str(built.wheel))
    program = str(venv / "bin" / "frontdesk")
    run(str(venv / "bin" / "pip"), "check")
    assert run(program, "--version") == f"{frontdesk.__version__}\n"

    server = Server(tmp_path / "desk")
    server.program = (program,)
    try:
        await server.start()
        async with httpx2.AsyncClient(base_url=server.url) as client:
            for path in ("/healthz", "/widget.js", "/console", "/chat/main", "/api/docs"):
                answer = await client.get(path)
                assert answer.status_code == 200, f"{path}: {answer.text}"
                assert answer.content
        assert (await server.stop())[0] == 0
    finally:
        server.close()
    assert (server.data / "frontdesk.db").exists()
    assert str(ROOT) not in server.logs()


def test_the_changelog_begins_with_this_version_or_with_what_comes_after_it():
    changelog = (ROOT / "CHANGELOG.md").read_text()
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changelog, re.M)
    headings = re.findall(r"^## (.*)$", changelog, re.M)

    assert headings[0] == "[Unreleased]"
    assert len(headings) == 1 + len(released), "a version is [1.2.3] - 2026-11-30"
    assert released == sorted(released, key=numbers, reverse=True)
    # Between two releases the version is that of the next one.
    assert numbers(frontdesk.__version__) >= max(map(numbers, released), default=(0, 0, 0))


def test_the_version_stands_in_one_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert "version" not in project["project"]
    assert ROOT / project["tool"]["hatch"]["version"]["path"] == PACKAGE / "__init__.py"
    assert re.fullmatch(r"\d+\.\d+\.\d+", frontdesk.__version__)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


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
