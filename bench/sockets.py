"""Streams: durable messages a second, deliveries to many, memory of idle lines, coming back."""

import asyncio
import statistics
import time

from bench.server import AGENTS, ROOMS, Server
from frontdesk.trials.load import LINES_EACH, all_back, deliveries, guests, idle, measure
from frontdesk.trials.raw import TRANSPORTS

# Commands that each guest has under way, without waiting for answers.
AHEAD = 8


async def durable(server: Server, seconds: float, runs: int) -> None:
    """Messages that are stored and acknowledged, and delivered to two."""
    server.lift_limits()
    agents = server.agents(AGENTS)
    rows = [
        await measure(
            server.address, agents, transport="socket", rooms=ROOMS, ahead=AHEAD, seconds=seconds
        )
        for _ in range(runs)
    ]
    _, _, *columns = zip(*rows, strict=True)
    rate, ack, half, middle, late = map(statistics.median, columns)
    print(
        f"closed loop over WebSockets, {ROOMS} rooms, {AHEAD} ahead each: {rate:,.0f} durable"
        f" messages/s, p99 {ack:.0f} ms acknowledged"
    )
    print(f"open loop {half:,.0f}/s: due to received p50 {middle:.1f} ms, p99 {late:.1f} ms")


async def broadcast(server: Server, seconds: float, many: int = 1_000) -> None:
    """One group room with many readers: deliveries a second."""
    server.lift_limits()
    agents, monitor = server.agents(many // LINES_EACH), server.monitor()
    for transport in TRANSPORTS[:2]:
        rate = await deliveries(
            server.address, agents, monitor, transport=transport, seconds=seconds
        )
        print(f"1 to {many:,} over {transport}: {rate:,.0f} deliveries/s")


async def idle_lines(server: Server, transport: str, many: int = 10_000) -> None:
    """What an idle line takes; and for WebSockets, how long all take to come back."""
    people = await guests(server.address, many // LINES_EACH)
    before = server.rss_kib()
    lines = await idle(server.address, people, transport)
    await asyncio.sleep(2)
    each = (server.rss_kib() - before) / len(lines)
    print(f"{len(lines):,} idle lines over {transport}: {each:.1f} KiB each")
    begun = time.perf_counter()
    await server.stop()
    stopped = time.perf_counter() - begun
    await asyncio.gather(*(line.closed for line in lines))
    await server.start()
    took = await all_back(server.address, people, LINES_EACH)
    print(f"stopped with them in {stopped:.2f} s; all back over WebSockets in {took:.1f} s")


async def main(seconds: float = 5.0, runs: int = 3) -> None:
    """Measure, and print medians."""
    async with Server() as server:
        await durable(server, seconds, runs)
    async with Server() as server:
        await broadcast(server, seconds)
    for transport in TRANSPORTS:
        async with Server(connections=15_000) as server:
            await idle_lines(server, transport)
