import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from frontdesk.cli.main import cli
from frontdesk.trials import load
from tests.e2e.server import serving


def types(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["bench", *words])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.e2e
def test_a_small_load_is_measured_over_each_transport():
    status, out, _ = types("--rooms", "3", "--ahead", "2", "--seconds", "0.3", "--json")

    assert status == 0
    found = json.loads(out)
    assert [figures["transport"] for figures in found] == ["socket", "sse", "poll"]
    for figures in found:
        assert figures["rooms"] == 3
        assert figures["rate"] > 0
        assert figures["half_rate"] == figures["rate"] / 2
        assert 0 < figures["received_p50_ms"] <= figures["received_p99_ms"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--url", "http://127.0.0.1:1"], "belong together"),
        (["--token", "x"], "belong together"),
        (["--url", "ftp://127.0.0.1", "--token", "x"], "by http"),
        (["--url", "http://127.0.0.1:99999", "--token", "x"], "no address"),
        (["--url", "http://127.0.0.1:1", "--token", "x", "--rooms", "11"], "take 2 agents"),
        (["--rooms", "0"], "0 is not in the range"),
        (["pigeon"], "'pigeon'"),
    ],
)
def test_what_cannot_be_measured_is_said_before_anything_is(words: list[str], said: str):
    status, out, error = types(*words)

    assert (status, out) == (2, "")
    assert said in error


def test_a_server_that_is_not_there_is_named():
    status, _, error = types("--url", "http://127.0.0.1:1", "--token", "x", "--rooms", "1")

    assert status == 1
    assert "did not take part" in error


@pytest.mark.e2e
async def test_a_token_that_is_not_good_is_said_in_the_sentence_of_the_refusal(tmp_path: Path):
    async with serving(tmp_path) as server:
        words = ("--url", server.url, "--token", "x", "--seconds", "0.2")
        status, out, error = await asyncio.to_thread(types, *words)

    assert (status, out) == (1, "")
    assert error.splitlines()[-1] == (
        "Error: The server did not take part: Sign in first, or identify as a guest."
    )


@pytest.mark.parametrize(
    ("words", "rooms"),
    [
        ([], 100),
        (["--rooms", "7"], 7),
        (["--url", "http://127.0.0.1:1", "--token", "x"], 10),
        (["--url", "http://127.0.0.1:1", "--token", "x", "--token", "y", "--rooms", "3"], 3),
        (["--url", "http://127.0.0.1:1", *(["--token", "x"] * 3)], 30),
        (["--url", "http://127.0.0.1:1", *(["--token", "x"] * 11)], 100),
    ],
)
def test_each_agent_has_ten_rooms_unless_it_is_said_how_many_there_are(
    words: list[str], rooms: int, monkeypatch: pytest.MonkeyPatch
):
    asked = []

    @asynccontextmanager
    async def own_server(rooms: int) -> AsyncIterator[tuple[object, list[str]]]:
        yield None, []

    async def measure(*_: object, rooms: int, **more: object) -> load.Figures:
        asked.append(rooms)
        return load.Figures("socket", rooms, 1, 1, 1, 1, 1)

    monkeypatch.setattr(load, "own_server", own_server)
    monkeypatch.setattr(load, "measure", measure)

    assert types("socket", *words)[0] == 0
    assert asked == [rooms]
