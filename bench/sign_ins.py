"""What a flood of sign-ins costs everybody else: messages in time, and an agent who signs in.

Wrong passwords for ever new names, so that nothing but the queue for hashing stops them, as if they
came from as many networks. Whoever is refused tries again at once, as no honest client does.
"""

import asyncio
import statistics
import time
from collections import Counter

import httpx2

from bench.server import AGENTS, ROOMS, Server
from frontdesk.trials.load import open_floor, opened
from frontdesk.trials.raw import wire

SESSION = "/api/v1/session"
GUESSERS = 50
# Between two tries of one guesser: a thousand a second in all, if each is refused at once.
PAUSE_S = 0.05
RATE = 1_000
USER, PASSWORD = "Ida", "nobody guesses this one"


class Flood:
    """Guessers, from entering to leaving, and what they were told."""

    def __init__(self, server: Server) -> None:
        self.told: Counter[int] = Counter()
        self._server = server
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Flood":
        self._tasks = [asyncio.create_task(self._guess(number)) for number in range(GUESSERS)]
        return self

    async def _guess(self, number: int) -> None:
        line, tries = await wire(self._server.address), 0
        while True:
            tries += 1
            body = {"username": f"Clerk {number} {tries}", "password": PASSWORD}
            status, _ = await line.ask("POST", SESSION, body)
            self.told[status] += 1
            await asyncio.sleep(PAUSE_S)

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()


class Honest:
    """An agent with a browser."""

    def __init__(self, server: Server) -> None:
        url = f"http://127.0.0.1:{server.port}"
        self.browser = httpx2.AsyncClient(base_url=url, timeout=60, trust_env=False)

    async def sign_in(self) -> tuple[int, float]:
        """The status, and the seconds that it took."""
        begun = time.perf_counter()
        body = {"username": USER, "password": PASSWORD}
        answer = await self.browser.post(SESSION, json=body)
        return answer.status_code, time.perf_counter() - begun


async def main(seconds: float = 5.0, runs: int = 3) -> None:
    """Measure, and print medians."""
    async with Server() as server:
        server.lift_limits()
        server.command("user", "add", USER, "--password-stdin", stdin=PASSWORD)
        floor = await open_floor(
            server.address, server.agents(AGENTS), transport="poll", rooms=ROOMS, ahead=1
        )
        known, stranger = Honest(server), Honest(server)
        _, calm_s = await known.sign_in()
        print(f"signing in, nobody else does: {calm_s:.2f} s")
        for flooded in (False, True):
            late: list[tuple[float, float]] = []
            async with Flood(server) if flooded else asyncio.timeout(None) as flood:
                for _ in range(runs):
                    late.append(await opened(floor, RATE, seconds))
                half, tail = (statistics.median(column) for column in zip(*late, strict=True))
                name = f"{GUESSERS} guess" if flooded else "nobody guesses"
                print(f"{RATE:,} messages/s, {name}: received p50 {half:.1f} ms, p99 {tail:.1f} ms")
                if isinstance(flood, Flood):
                    print(f"guesses were told: {dict(flood.told)}")
                    for who, name in ((known, "a known device"), (stranger, "a new one")):
                        tries = [await who.sign_in() for _ in range(5)]
                        print(f"signing in on {name}: {[(s, round(t, 2)) for s, t in tries]}")
        await floor.close()
