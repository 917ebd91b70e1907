"""What `doctor` says of a server as the world reaches it, through proxies that are set wrong."""

import asyncio
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.in_front import FRONTS, Front, fronted
from tests.e2e.server import FRONTDESK, environment, serving
from tests.load import promised

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200)]

KEPT_BACK = ("proxy_buffering off;", "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;")
NO_UPGRADE = ("proxy_set_header Upgrade $http_upgrade;", "")
SHORT = ("proxy_read_timeout 120s;", "proxy_read_timeout 5s;")
ELSEWHERE = ("proxy_pass http://frontdesk;", "return 200 hello;")


async def doctor(front: Front, *more: str) -> dict[str, dict[str, Any]]:
    """What is found, by what it is about."""

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                *(*FRONTDESK, "doctor", "--json", *front.server.flags),
                *("--data-dir", str(front.server.data), *more),
            ],
            env={**environment(front.server.folder), "SSL_CERT_FILE": str(front.authority.roots)},
            capture_output=True,
            text=True,
            timeout=promised(90),
            check=False,
        )

    told = await asyncio.to_thread(run)
    assert "Traceback" not in told.stderr, told.stderr
    found = json.loads(told.stdout)
    assert told.returncode == any(one["state"] == "bad" for one in found), told.stderr
    return {one["what"]: one for one in found}


@pytest.mark.parametrize("kind", FRONTS)
async def test_what_is_right_is_said_to_be_right(tmp_path: Path, kind: str):
    async with fronted(kind, tmp_path) as front:
        found = await doctor(front)

    states = {what: one["state"] for what, one in found.items()}
    for what in ("answers here", "base URL", "WebSocket", "server-sent events"):
        assert states[what] == "good", found[what]
    # Ours are good for a day.
    assert states["certificate"] == "look"
    assert "bad" not in states.values()


@pytest.mark.parametrize(
    ("harm", "what", "says", "do"),
    [
        (KEPT_BACK, "server-sent events", "keeps them back", "proxy_buffering off"),
        (NO_UPGRADE, "WebSocket", "does not come through", "Upgrade $http_upgrade"),
        (ELSEWHERE, "base URL", "not Frontdesk who answers", "pass all of that host name"),
    ],
    ids=["buffering", "no upgrade", "another server"],
)
async def test_what_a_proxy_holds_up_is_named(
    tmp_path: Path, harm: tuple[str, str], what: str, says: str, do: str
):
    async with fronted("nginx", tmp_path, harm) as front:
        found = await doctor(front)

    assert [one["what"] for one in found.values() if one["state"] == "bad"] == [what]
    assert says in found[what]["says"]
    assert do in found[what]["do"]


async def test_a_proxy_without_patience_is_named(tmp_path: Path):
    async with fronted("nginx", tmp_path, SHORT) as front:
        found = await doctor(front, "--patient")

    assert found["long polls"]["state"] == "bad"
    assert "After 5 s" in found["long polls"]["says"]
    assert "proxy_read_timeout 120s" in found["long polls"]["do"]


async def test_a_certificate_that_is_over_is_named(tmp_path: Path):
    async with fronted("nginx", tmp_path, days=(-3, -1)) as front:
        found = await doctor(front)

    assert found["certificate"]["state"] == "bad"
    assert "expired" in found["certificate"]["says"]


async def test_the_port_of_a_server_that_runs_need_not_be_given(tmp_path: Path):
    async with serving(tmp_path) as server:
        told = await asyncio.to_thread(_types, "doctor", "--json", "--data-dir", str(server.data))

    found = {one["what"]: one for one in json.loads(told.stdout)}
    assert found["answers here"]["state"] == "good", told.stdout
    assert f":{server.port}." in found["answers here"]["says"]


async def test_an_address_that_leads_nowhere_is_named(tmp_path: Path):
    async with fronted("itself", tmp_path) as front:
        found = await doctor(front, "--base-url", "https://nowhere.invalid")

    assert found["base URL"]["state"] == "bad"
    assert "cannot be reached" in found["base URL"]["says"]


@pytest.mark.parametrize("kind", ["itself", "nginx to a socket file"])
async def test_a_health_check_says_whether_it_is_ready(tmp_path: Path, kind: str):
    async with fronted(kind, tmp_path) as front:
        flags = [flag for flag in front.server.flags]
        known = ("--port", "--uds", "--tls-cert", "--tls-key")
        wanted = [
            word
            for name, value in zip(flags[::2], flags[1::2], strict=True)
            if name in known
            for word in (name, value)
        ]
        alive = await asyncio.to_thread(_types, "healthcheck", *wanted)
        await front.server.stop()
        dead = await asyncio.to_thread(_types, "healthcheck", *wanted)

    assert alive.returncode == 0, alive.stderr
    assert dead.returncode == 1
    assert "It is not ready" in dead.stderr


def _types(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FRONTDESK, *words],
        env=environment(Path(os.devnull).parent),
        capture_output=True,
        text=True,
        timeout=promised(30),
        check=False,
    )
