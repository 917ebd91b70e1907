"""A long queue: what a waiting guest costs in memory, and what taking one costs the server.

Taking one guest moves everybody behind them, and each of them is told within ten seconds. So the
cost of one taking is that of the command and of all those answers; it is measured over the time in
which everybody has been told.
"""

import asyncio
import json
import statistics
import time

from bench.server import Server
from frontdesk.trials.raw import Wire, wire

DESK = "/api/v1/desks/main"

# Everybody is told within 10 s; some seconds more, so that nothing of it is missed.
TOLD_S = 12


class Crowd:
    """Guests who wait, each with one poll open."""

    def __init__(self) -> None:
        self.told = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, server: Server) -> None:
        """One more guest."""
        stranger = await wire(server.address)
        known = await stranger.post(f"{DESK}/identify", username="Ana", question="Where is it?")
        stranger.close()
        line = await wire(server.address, known["token"])
        self._tasks.append(asyncio.create_task(self._poll(line, known["id"])))

    async def _poll(self, line: Wire, since: str) -> None:
        while True:
            status, body = await line.ask("GET", f"{DESK}/listen?since={since}&wait=55")
            if status != 200:
                raise RuntimeError(body.decode())
            for event in json.loads(body):
                since = event.get("id", since)
                self.told += event["type"] == "queuepos"

    def leave(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()


async def main(waiting: int = 5_000, takings: int = 3) -> None:
    """Measure, and print."""
    async with Server() as server:
        token = server.agents(1)[0]
        agent = await wire(server.address, token)
        await agent.post(f"{DESK}/set_limit", limit=10)
        await agent.post(f"{DESK}/status", status="available")
        await asyncio.sleep(1)
        before_kib = server.rss_kib()
        crowd = Crowd()
        for start in range(0, waiting, 50):
            await asyncio.gather(*(crowd.join(server) for _ in range(min(50, waiting - start))))
        await asyncio.sleep(TOLD_S)
        each = (server.rss_kib() - before_kib) / waiting
        print(f"{waiting:,} waiting guests, one poll each: {each:.1f} KiB a guest")
        idle_s = await _cpu(server, TOLD_S)
        costs, answers, told = [], [], []
        for _ in range(takings):
            crowd.told = 0
            cpu_s = server.cpu_s()
            begun = time.perf_counter()
            await agent.post(f"{DESK}/assist")
            answers.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(TOLD_S)
            costs.append(server.cpu_s() - cpu_s - idle_s)
            told.append(crowd.told)
        print(
            f"one taking: answered in {statistics.median(answers):.1f} ms; "
            f"{statistics.median(told):,.0f} guests told within {TOLD_S} s, for "
            f"{statistics.median(costs) * 1000:.0f} ms of processor time "
            f"(idle: {idle_s * 1000:.0f} ms)"
        )
        crowd.leave()


async def _cpu(server: Server, seconds: float) -> float:
    before = server.cpu_s()
    await asyncio.sleep(seconds)
    return server.cpu_s() - before
