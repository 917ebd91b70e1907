"""No message lost, none shown twice, no guest taken twice, while the server is killed again and
again: with separate clients over HTTP, and a checker over all that they wrote down.
"""

import asyncio
import os
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from tests.e2e.checker import check
from tests.e2e.server import free_port, serving
from tests.e2e.storm import PASSWORD, Storm, rage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(150)]

AGENTS = ("Ida", "Jon", "Mia", "Ada", "Eva")
USERS = [(user, PASSWORD) for user in AGENTS]
GUESTS = 20

KILLS = 24
# As often the server is killed while it is starting.
KILLS_IN_START = 0.15
CONVERSATIONS = 200


@pytest.fixture
def seed() -> int:
    """Of this run; STORM_SEED in the environment repeats one, as far as time allows."""
    chosen = int(os.environ.get("STORM_SEED") or random.SystemRandom().randrange(2**32))
    say(f"STORM_SEED={chosen}")
    return chosen


def say(line: str) -> None:
    """For the report of a failure, and for `pytest -s`."""
    sys.stdout.write(f"\n{line}")


def report(storm: Storm, began: float, **more: object) -> None:
    heard = Counter(
        event["type"]
        for feed in storm.history.feeds
        for poll in feed.polls
        for event in poll.events
    )
    lost = sum(person.lost_connections for person in [*storm.agents, *storm.guests])
    say(f"{time.monotonic() - began:.1f} s, {more}")
    say(f"done {dict(storm.counts)}, {len(storm.history.calls)} commands")
    say(f"heard {dict(heard)}; {lost} times without a connection")
    # pytest keeps the folders of the last three runs.
    kept = storm.server.folder / "history.json"
    kept.write_bytes(msgspec.json.encode(storm.history))


async def test_nothing_is_lost_or_doubled_while_the_server_is_killed(tmp_path: Path, seed: int):
    began = time.monotonic()
    chance = random.Random(seed)
    starts: list[float] = []
    async with serving(tmp_path, port=free_port(), users=USERS) as server:
        storm = Storm(server, seed)

        async def kills() -> None:
            while len(starts) < KILLS or storm.counts["over"] < CONVERSATIONS:
                await asyncio.sleep(chance.uniform(0.1, 2.0))
                await server.kill()
                if chance.random() < KILLS_IN_START:
                    server.spawn()
                    await asyncio.sleep(chance.uniform(0.0, 1.0))
                    await server.kill()
                starts.append(await server.start())

        await rage(storm, AGENTS, GUESTS, asyncio.create_task(kills()))
        report(storm, began, kills=server.starts - 1, start_s=statistics.median(starts))
        found = check(storm.history)

    assert not found, "\n".join(map(str, found[:20]))
    assert server.starts > 20
    assert "Traceback" not in server.logs()


async def test_restarts_under_load_lose_nothing_and_are_quick(tmp_path: Path, seed: int):
    began = time.monotonic()
    chance = random.Random(seed)
    stops: list[tuple[int, float]] = []
    async with serving(tmp_path, port=free_port(), users=USERS) as server:
        storm = Storm(server, seed)

        async def restarts() -> None:
            for _ in range(8):
                await asyncio.sleep(chance.uniform(0.5, 2.5))
                stops.append(await server.stop())
                await server.start()

        await rage(storm, AGENTS, 30, asyncio.create_task(restarts()))
        report(storm, began, stop_s=max(seconds for _, seconds in stops))
        found = check(storm.history)

    assert not found, "\n".join(map(str, found[:20]))
    assert [status for status, _ in stops] == [0] * 8
    assert max(seconds for _, seconds in stops) < 1.0, stops
    assert "Traceback" not in server.logs()
