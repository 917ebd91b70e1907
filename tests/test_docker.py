"""The Dockerfile and compose.yaml, held against the program. No engine is needed, and none is used.

The steps by which the image is built are carried out in a folder, with the folder's name put before
the paths; what only an engine knows (layers, volumes, users) is not seen here.
"""

import asyncio
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml  # type: ignore[import-untyped]  # brings no types

from frontdesk.cli.open_files import needed
from frontdesk.config import SETTINGS, load
from frontdesk.web.bounds import SHUTDOWN_MS
from tests.e2e.server import Server, environment, free_port

ROOT = Path(__file__).parents[1]
DOCKER = ROOT / "deploy" / "docker"
PAGE = ROOT / "docs" / "operations" / "docker.md"


class Step(NamedTuple):
    """One instruction, its lines joined."""

    word: str
    rest: str


def stages() -> list[list[Step]]:
    """The steps of each stage, which begins with FROM."""
    text = re.sub(r"^#.*\n", "", (DOCKER / "Dockerfile").read_text(), flags=re.M)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    found: list[list[Step]] = [[]]
    for line in filter(None, lines):
        step = Step(*line.split(" ", 1))
        if step.word == "FROM":
            found.append([])
        found[-1].append(step)
    return found[1:]


BUILD, FINAL = stages()


def said(word: str) -> list[str]:
    """What the image itself says so."""
    return [step.rest for step in FINAL if step.word == word]


def variables() -> dict[str, str]:
    [text] = said("ENV")
    return dict(one.split("=", 1) for one in text.split())


def composed() -> Any:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


# --- the image ----------------------------------------------------------------------------------


def test_the_image_runs_as_nobody_else_and_needs_no_shell():
    assert said("USER") == ["8420:8420"]
    assert [json.loads(one) for one in said("ENTRYPOINT")] == [["frontdesk"]]
    assert [json.loads(one) for one in said("CMD")] == [["serve"]]
    [check] = said("HEALTHCHECK")
    assert json.loads(check[check.index("[") :]) == ["frontdesk", "healthcheck"]
    assert said("STOPSIGNAL") == ["SIGTERM"]


def test_everything_is_kept_in_the_volume_and_it_listens_where_it_is_exposed():
    config = load({}, {k: v for k, v in variables().items() if k.startswith("FRONTDESK_")})

    assert [str(config.data_dir)] == said("VOLUME") == said("WORKDIR")
    assert [str(config.port)] == said("EXPOSE")
    assert config.host == "0.0.0.0"


def test_both_stages_have_the_same_python_so_that_the_environment_runs():
    first, second = (
        [step.rest for step in stage if step.word == "FROM"] for stage in (BUILD, FINAL)
    )

    assert first == [f"{second[0]} AS build"]


def test_the_build_gets_what_it_copies_and_nothing_that_is_somebodys_own():
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] != "#"]
    let_in = {line[1:] for line in rules if line.startswith("!")}
    copied = {name for step in BUILD if step.word == "COPY" for name in step.rest.split()[:-1]}

    assert rules[0] == "*"
    assert copied == let_in
    assert all((ROOT / name).exists() for name in let_in)


# --- carried out --------------------------------------------------------------------------------


def carried_out(folder: Path) -> Path:
    """The environment that the first stage makes, below this folder."""
    source, made = folder / "source", folder / "opt" / "frontdesk"
    source.mkdir()
    around = environment(folder) | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    # pip is told by its variables where to get packages.
    around |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    base = folder / "base"
    subprocess.run([sys.executable, "-m", "venv", str(base)], check=True)
    around["PATH"] = f"{base / 'bin'}:{around['PATH']}"
    for step in BUILD:
        if step.word == "COPY":
            *names, target = step.rest.split()
            for name in names:
                lay(ROOT / name, source / target, rename=len(names) == 1 and target == name)
        elif step.word == "RUN":
            command = step.rest.replace("/opt/frontdesk", str(made))
            told = subprocess.run(
                ["sh", "-ec", command],
                cwd=source,
                env=around,
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0, f"{command}\n{told.stdout}\n{told.stderr}"
        else:
            assert step.word in ("FROM", "WORKDIR"), "a step that nobody carries out here"
    return made


def lay(path: Path, target: Path, *, rename: bool) -> None:
    """As COPY does: a folder's contents, or a file into a folder."""
    if path.is_dir():
        shutil.copytree(path, target, ignore=lambda _, names: fnmatch.filter(names, "__pycache__"))
    else:
        into = target.parent if rename else target
        into.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, into)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_what_the_build_makes_starts_is_healthy_and_ends(tmp_path: Path):
    made = await asyncio.to_thread(carried_out, tmp_path)
    shutil.rmtree(tmp_path / "source")
    shutil.rmtree(tmp_path / "base")
    assert not (made / "bin" / "pip").exists()

    [start], [command] = (json.loads(one) for one in (*said("ENTRYPOINT"), *said("CMD")))
    assert (start, command) == ("frontdesk", "serve")
    server = Server(tmp_path / "desk", free_port())
    server.program = (str(made / "bin" / start),)
    [check] = said("HEALTHCHECK")
    asks = [str(made / "bin" / start), *json.loads(check[check.index("[") :])[1:]]
    port = {"FRONTDESK_PORT": str(server.port), "FRONTDESK_HOST": "0.0.0.0"}

    def is_healthy() -> bool:
        told = subprocess.run(
            asks, env=environment(tmp_path) | port, capture_output=True, check=False
        )
        return told.returncode == 0

    try:
        await server.start()
        assert await asyncio.to_thread(is_healthy)
        status, took_s = await server.stop()
        assert status == 0
        assert took_s * 1000 < 2 * SHUTDOWN_MS
        assert not await asyncio.to_thread(is_healthy)
    finally:
        server.close()


# --- compose ------------------------------------------------------------------------------------


def test_the_service_is_shut_in():
    service = composed()["services"]["frontdesk"]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "user" not in service, "the image says it"


def test_only_this_machine_reaches_it_past_the_proxy():
    service = composed()["services"]["frontdesk"]
    [port] = said("EXPOSE")

    assert service["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_the_volume_is_where_the_image_keeps_everything():
    document = composed()
    [mounted] = document["services"]["frontdesk"]["volumes"]

    assert mounted.split(":") == ["data", *said("VOLUME")]
    assert mounted.split(":")[0] in document["volumes"]


def test_the_proxies_that_are_believed_are_the_gateway_and_caddy():
    document = composed()
    told = document["services"]["frontdesk"]["environment"]
    config = load({}, {**told, "FRONTDESK_BASE_URL": "https://desk.example"})
    [network] = document["networks"]["desk"]["ipam"]["config"]
    caddy = document["services"]["caddy"]["networks"]["desk"]["ipv4_address"]

    assert [str(one) for one in config.trusted_proxies] == [
        f"{network['gateway']}/32",
        f"{caddy}/32",
    ]
    assert told.keys() <= {setting.variable for setting in SETTINGS}


def test_there_are_files_and_time_enough():
    service = composed()["services"]["frontdesk"]

    assert service["ulimits"]["nofile"] >= needed(load({}, {}).connections)
    assert int(service["stop_grace_period"].removesuffix("s")) * 1000 > 2 * SHUTDOWN_MS


def test_the_caddyfile_of_the_containers_is_the_other_one_with_their_names():
    ours = (ROOT / "deploy" / "Caddyfile").read_text().split("\n\n", 1)[1]
    theirs = (DOCKER / "Caddyfile").read_text().split("\n\n", 1)[1]

    assert theirs == ours.replace("desk.example", "{$DESK_NAME}", 1).replace(
        "127.0.0.1:8420", "frontdesk:8420"
    )


@pytest.mark.slow
def test_caddy_takes_its_file():
    told = subprocess.run(
        [
            Path(sys.executable).with_name("caddy"),
            "validate",
            "--adapter",
            "caddyfile",
            "--config",
            "-",
        ],
        input=(DOCKER / "Caddyfile").read_text(),
        env={"DESK_NAME": "desk.example", "PATH": os.environ["PATH"], "HOME": os.environ["HOME"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
