"""How long a start takes until the server listens, and what it needs when nobody is there."""

import asyncio
import statistics

from bench.server import Server


async def main(runs: int = 7) -> None:
    """Measure, and print medians."""
    starts, memory = [], []
    for _ in range(runs):
        async with Server() as server:
            await asyncio.sleep(1)
            starts.append(server.started_s)
            memory.append(server.rss_kib() / 1024)
    print(f"cold start on an empty folder: {statistics.median(starts):.2f} s until it listens")
    print(f"idle memory: {statistics.median(memory):.0f} MiB")
