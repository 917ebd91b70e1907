"""Requests that must not work: how long a server takes to say so, one after the other."""

import itertools
import statistics
import time
from collections import Counter

from bench.server import Server
from frontdesk.trials.raw import wire

DESK = "/api/v1/desks/main"
REQUESTS = 5_000

BODIES = (
    *(b"{", b"[]", b"\xff", b'{"body": true}', b'{"body": {"$ne": null}}', b'{"body": 1e400}'),
    *(b'{"body": "x", "body": "y"}', b'{"x": 1}', b"[" * 10_000, b'{"body":' + b"[" * 10_000),
    *(b'{"body": "' + b"x" * 60_000 + b'"}', b'{"body": ' + b"9" * 10_000 + b"}", b" " * 65_537),
    *(b'{"body": "\\ud800"}', b'{"body": ""}', b'{"body": "\\u0000"}', b""),
)
PATHS = ("/message/{room}", "/message/nobodys", "/assist", "/end/nobodys", "/status", "/nothing")


async def main() -> None:
    """Time each of them."""
    async with Server() as server:
        stranger = await wire(server.address)
        known = await stranger.post(f"{DESK}/identify", username="Ana", question="Where is it?")
        ana = await wire(server.address, known["token"])
        asked = itertools.product((ana, stranger), PATHS, BODIES)
        statuses: Counter[int] = Counter()
        taken_ms = []
        for line, path, body in itertools.islice(itertools.cycle(asked), REQUESTS):
            began = time.perf_counter()
            status, _ = await line.send("POST", DESK + path.format(room=known["room"]), body)
            taken_ms.append((time.perf_counter() - began) * 1000)
            statuses[status] += 1
        cuts = statistics.quantiles(taken_ms, n=100)
        print(f"{REQUESTS} hostile requests: p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms")
        print(f"most {max(taken_ms):.1f} ms; statuses {dict(sorted(statuses.items()))}")
