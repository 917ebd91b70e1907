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
from collections.abc import Coroutine
from pathlib import Path

import msgspec
import pytest

from frontdesk.client import Transport
from frontdesk.trials.checker import check
from frontdesk.trials.history import History
from frontdesk.trials.people import Guest, closing
from tests.e2e.server import free_port, serving
from tests.e2e.storm import PASSWORD, Storm, rage
from tests.load import promised

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(150)]

AGENTS = ("Ida", "Jon", "Mia", "Ada", "Eva")
USERS = [(user, PASSWORD) for user in AGENTS]
GUESTS = 20

KILLS = 24
# As often the server is killed while it is starting.
KILLS_IN_START = 0.15
# As often it is stopped in good order, which leaves a checkpoint: what is older then comes from
# the file to those who were away.
STOPS = 0.15
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


async def weathered(storm: Storm, guests: int, weather: Coroutine[None, None, None]) -> None:
    """Let it storm, and check what was written down, also where it did not come to its end."""
    began = time.monotonic()
    try:
        await rage(storm, AGENTS, guests, asyncio.create_task(weather))
    finally:
        report(storm, time.monotonic() - began)
        # pytest keeps the folders of the last three runs.
        kept = storm.server.folder / "history.json"
        kept.write_bytes(msgspec.json.encode(storm.history))
        found = check(storm.history)
        for finding in found[:50]:
            say(f"FOUND {finding}")
    assert not found, f"{len(found)} promises broken"
    assert "Traceback" not in storm.server.logs()


def report(storm: Storm, seconds: float) -> None:
    history = storm.history
    heard = Counter(event["type"] for feed in history.feeds for event in feed.events)
    people = [*storm.agents, *storm.guests]
    unknown = [call for call in history.calls if call.answers and "replayed" in call.answers[0]]
    say(f"{seconds:.1f} s, {storm.server.starts - 1} starts, {len(people)} people")
    say(f"{len(history.calls)} commands: {dict(storm.counts)}")
    say(f"{len(unknown)} of them had happened though their answer was lost")
    say(f"{sum(heard.values())} events: {dict(heard)}")
    say(f"{sum((person.lines for person in people), Counter())} lines")


async def test_nothing_is_lost_or_doubled_while_the_server_is_killed(tmp_path: Path, seed: int):
    chance = random.Random(seed)
    kills = 0
    async with serving(tmp_path, port=free_port(), users=USERS) as server:
        storm = Storm(server, seed)

        async def killing() -> None:
            nonlocal kills
            while kills < KILLS or storm.counts["over"] < CONVERSATIONS:
                await asyncio.sleep(chance.uniform(0.1, 1.8))
                if chance.random() < STOPS:
                    await server.stop()
                else:
                    await server.kill()
                    kills += 1
                if chance.random() < KILLS_IN_START:
                    server.spawn()
                    await asyncio.sleep(chance.uniform(0.0, 1.0))
                    await server.kill()
                    kills += 1
                await server.start()

        await weathered(storm, GUESTS, killing())

    assert kills >= 20


async def test_parked_polls_are_answered_before_the_server_ends(tmp_path: Path):
    async with serving(tmp_path, port=free_port()) as server:
        over = {"transport": Transport.POLL}
        guests = [Guest(server.url, History(), **over) for _ in range(30)]
        async with closing(*guests):
            for guest in guests:
                await guest.identify("Guest", "Why?")
            # All places have been told by then, and nothing else happens.
            await asyncio.sleep(1.5)
            before = [len(guest.heard) for guest in guests]
            status, seconds = await server.stop()
            after = [guest.heard[known:] for guest, known in zip(guests, before, strict=True)]

    assert (status, seconds < promised(1.0)) == (0, True), seconds
    # On a slow machine the wait may have moved meanwhile, which is told with a `noop` of its own.
    told = [[event["type"] for event in events] for events in after]
    assert [types[-1:] for types in told] == [["noop"]] * 30
    assert {one for types in told for one in types} <= {"noop", "queuepos"}


async def test_restarts_under_load_lose_nothing_and_are_quick(tmp_path: Path, seed: int):
    chance = random.Random(seed)
    stops: list[tuple[int, float]] = []
    async with serving(tmp_path, port=free_port(), users=USERS) as server:
        storm = Storm(server, seed)

        async def restarting() -> None:
            for _ in range(8):
                await asyncio.sleep(chance.uniform(0.5, 2.0))
                stops.append(await server.stop())
                await server.start()

        await weathered(storm, 30, restarting())

    say(f"seconds to stop: {[round(seconds, 2) for _, seconds in stops]}")
    assert [status for status, _ in stops] == [0] * 8
    assert statistics.median(seconds for _, seconds in stops) < promised(1.0)
