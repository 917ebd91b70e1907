"""Durable messages over HTTP with long polls: how many a second, and how late they arrive."""

import statistics

from bench.server import AGENTS, ROOMS, Server
from frontdesk.trials.load import closed, open_floor, opened

RATE = 1_000


async def main(seconds: float = 5.0, runs: int = 3) -> None:
    """Measure, and print medians."""
    async with Server() as server:
        server.lift_limits()
        agents = server.agents(AGENTS)
        floor = await open_floor(server.address, agents, transport="poll", rooms=ROOMS, ahead=1)
        speeds = [await closed(floor, seconds, ahead=1) for _ in range(runs)]
        top = statistics.median(speed for speed, _ in speeds)
        print(f"closed loop, {ROOMS} rooms: {top:,.0f} durable messages/s")
        for rate in (RATE, top / 2):
            late = [await opened(floor, rate, seconds) for _ in range(runs)]
            half, tail = (statistics.median(column) for column in zip(*late, strict=True))
            print(f"open loop {rate:,.0f}/s, received: p50 {half:.1f} ms, p99 {tail:.1f} ms")
        await floor.close()
