"""Durable messages over HTTP with long polls: how many a second, and how late they arrive.

Rooms of two, each person with one connection to write and one that polls. First as fast as it goes
(closed loop), then at a given rate, each message timed from the moment at which it was due (open
loop), so that a stall counts for every message that it held up.
"""

import asyncio
import json
import secrets
import statistics
import time

from bench.server import Server
from bench.wire import Wire, connect

DESK = "/api/v1/desks/main"
AGENTS, ROOMS_EACH = 10, 10


class Person:
    """Somebody with a line to write and a line that listens; knows when each message came."""

    def __init__(self, write: Wire, listen: Wire, since: str) -> None:
        self.write = write
        self._listen = listen
        self._since = since
        self.heard: dict[str, float] = {}
        self.task = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        while True:
            status, body = await self._listen.ask("GET", f"{DESK}/listen?since={self._since}")
            now = time.perf_counter()
            if status != 200:
                raise RuntimeError(body.decode())
            for event in json.loads(body):
                self._since = event.get("id", self._since)
                if event["type"] == "message":
                    self.heard[event["id"]] = now


Lane = asyncio.Queue[tuple[float, Person, Person, str]]


async def rooms(server: Server) -> list[tuple[Person, Person, str]]:
    """Agents, guests and their rooms, ready to talk."""
    found = []
    for token in server.agents(AGENTS):
        write = await connect(server.port, token)
        await write.post(f"{DESK}/set_limit", limit=ROOMS_EACH)
        await write.post(f"{DESK}/status", status="available")
        state = await write.get(f"{DESK}/state")
        agent = Person(write, await connect(server.port, token), state["id"])
        for _ in range(ROOMS_EACH):
            stranger = await connect(server.port)
            known = await stranger.post(f"{DESK}/identify", username="Ana", question="Where is it?")
            stranger.close()
            lines = [await connect(server.port, known["token"]) for _ in range(2)]
            guest = Person(lines[0], lines[1], known["id"])
            await write.post(f"{DESK}/assist", guest=known["user"])
            found.append((guest, agent, known["room"]))
    return found


async def closed(talks: list[tuple[Person, Person, str]], seconds: float) -> float:
    """Every guest writes the next message once the last is acknowledged; messages a second."""
    until = time.perf_counter() + seconds
    count = 0

    async def talk(guest: Person, room: str) -> None:
        nonlocal count
        while time.perf_counter() < until:
            await guest.write.post(
                f"{DESK}/message/{room}", body="It has not come yet.", key=secrets.token_hex(16)
            )
            count += 1

    begun = time.perf_counter()
    await asyncio.gather(*(talk(guest, room) for guest, _, room in talks))
    return count / (time.perf_counter() - begun)


async def opened(
    talks: list[tuple[Person, Person, str]], rate: float, seconds: float
) -> tuple[list[float], list[float]]:
    """So many messages a second; milliseconds from due to acknowledged, and to received."""
    acknowledged: list[float] = []
    sent: list[tuple[float, str, Person]] = []
    # One writer a room, so that no connection is used twice at once.
    lanes: list[Lane] = [asyncio.Queue() for _ in talks]
    clerks = [asyncio.create_task(_clerk(lane, acknowledged, sent)) for lane in lanes]
    begun = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        delay = due - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        guest, agent, room = talks[number % len(talks)]
        lanes[number % len(talks)].put_nowait((due, guest, agent, room))
    await asyncio.gather(*(lane.join() for lane in lanes))
    for task in clerks:
        task.cancel()
    await _all_heard(sent)
    received = [(agent.heard[id] - due) * 1000 for due, id, agent in sent]
    return acknowledged, received


async def _clerk(
    lane: Lane, acknowledged: list[float], sent: list[tuple[float, str, Person]]
) -> None:
    while True:
        due, guest, agent, room = await lane.get()
        answer = await guest.write.post(
            f"{DESK}/message/{room}", body="It has not come yet.", key=secrets.token_hex(16)
        )
        acknowledged.append((time.perf_counter() - due) * 1000)
        sent.append((due, answer["id"], agent))
        lane.task_done()


async def _all_heard(sent: list[tuple[float, str, Person]]) -> None:
    until = time.perf_counter() + 10
    while any(id not in agent.heard for _, id, agent in sent):
        if time.perf_counter() > until:
            raise RuntimeError("a message was acknowledged and did not arrive")
        await asyncio.sleep(0.01)


def quantile(values: list[float], share: float) -> float:
    """The value below which this share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def main(seconds: float = 5.0, runs: int = 3) -> None:
    """Measure, and print medians."""
    async with Server() as server:
        server.lift_limits()
        talks = await rooms(server)
        await closed(talks, 1)
        speeds = [await closed(talks, seconds) for _ in range(runs)]
        top = statistics.median(speeds)
        print(f"closed loop, {len(talks)} rooms: {top:,.0f} durable messages/s")
        for rate in (1_000, top / 2):
            acks, arrivals = [], []
            for _ in range(runs):
                acknowledged, received = await opened(talks, rate, seconds)
                acks.append((quantile(acknowledged, 0.5), quantile(acknowledged, 0.99)))
                arrivals.append((quantile(received, 0.5), quantile(received, 0.99)))
            for name, rows in (("acknowledged", acks), ("received", arrivals)):
                half, late = (statistics.median(column) for column in zip(*rows, strict=True))
                print(f"open loop {rate:,.0f}/s, {name}: p50 {half:.1f} ms, p99 {late:.1f} ms")
        for guest, agent, _ in talks:
            guest.task.cancel()
            agent.task.cancel()
