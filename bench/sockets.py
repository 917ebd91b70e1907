"""WebSockets: durable messages a second, deliveries to many, memory of idle streams, coming back.

Every client here is a few bytes of state in one process: what is measured is the server.
"""

import asyncio
import base64
import json
import os
import secrets
import statistics
import struct
import time
from collections.abc import Callable
from typing import cast

from bench.messages import quantile
from bench.server import Server
from bench.wire import connect

DESK = "/api/v1/desks/main"
AGENTS, ROOMS_EACH = 10, 10
# Commands that each guest has under way, without waiting for answers.
AHEAD = 8
# One person may have so many readers.
LINES_EACH = 20


class Socket(asyncio.Protocol):
    """A WebSocket that counts frames, and shows them to whoever wants to see them."""

    def __init__(self, port: int, token: str, since: str = "") -> None:
        self.frames = 0
        self.closed = asyncio.get_running_loop().create_future()
        self.opened = asyncio.get_running_loop().create_future()
        self.hear: Callable[[bytes], None] | None = None
        self._buffer = b""
        self._upgraded = False
        self._hello = {"do": "hello", "token": token} | ({"since": since} if since else {})
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not isinstance: uvloop's transports are of no class of asyncio's.
        self.transport = transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {DESK}/socket HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head[:20]:
                raise RuntimeError(head.decode())
            self._upgraded, self._buffer = True, rest
            self.send(self._hello)
            self.opened.set_result(None)
        at, buffer = 0, self._buffer
        while len(buffer) - at >= 2:
            length, start = buffer[at + 1], at + 2
            if length == 126:
                if len(buffer) - at < 4:
                    break
                length, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            if len(buffer) - start < length:
                break
            self._frame(buffer[at] & 15, buffer[start : start + length])
            at = start + length
        self._buffer = buffer[at:]

    def _frame(self, opcode: int, data: bytes) -> None:
        if opcode == 9:
            self._write(10, data)
        elif opcode == 8:
            self._write(8, data)
            self.transport.close()
        elif opcode == 1:
            self.frames += 1
            if self.hear is not None:
                self.hear(data)

    def send(self, frame: object) -> None:
        """A frame of JSON, with a mask that changes nothing."""
        self._write(1, json.dumps(frame).encode())

    def _write(self, opcode: int, data: bytes) -> None:
        length = len(data)
        size = bytes([128 | length]) if length < 126 else b"\xfe" + struct.pack("!H", length)
        self.transport.write(bytes([128 | opcode]) + size + b"\0\0\0\0" + data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)


async def socket(server: Server, token: str, since: str = "") -> Socket:
    """A socket that has said hello."""
    loop = asyncio.get_running_loop()
    _, made = await loop.create_connection(
        lambda: Socket(server.port, token, since), "127.0.0.1", server.port
    )
    await made.opened
    return made


async def guests(server: Server, many: int) -> list[dict[str, str]]:
    """So many guests, who wait."""
    stranger = await connect(server.port)
    found = [
        await stranger.post(f"{DESK}/identify", username="Ana", question="Where is it?")
        for _ in range(many)
    ]
    stranger.close()
    return found


class Talk:
    """A guest who writes, and the clock of it. `goes_on`: each answer makes the next message."""

    def __init__(self, guest: Socket, room: str) -> None:
        self.guest = guest
        self.room = room
        self.goes_on = True
        self.acknowledged = 0
        self.late_ms: list[float] = []
        self._sent: dict[str, float] = {}
        guest.hear = self._hear

    def write(self, due: float | None = None) -> None:
        """Send a message, timed from when it was due. It says when that was."""
        due = due or time.perf_counter()
        ref = secrets.token_hex(16)
        self._sent[ref] = due
        body = f"It was due at {due!r}"
        self.guest.send({"do": "message", "room": self.room, "body": body, "key": ref, "ref": ref})

    def _hear(self, data: bytes) -> None:
        if b'"ref":' not in data:
            return
        told = json.loads(data)
        sent = self._sent.pop(told["ref"])
        if told["type"] != "success":
            raise RuntimeError(data.decode())
        self.late_ms.append((time.perf_counter() - sent) * 1000)
        self.acknowledged += 1
        if self.goes_on:
            self.write()


class Receipts:
    """How late an agent's line has brought each message, from when it was due."""

    def __init__(self, agent: Socket) -> None:
        self.late_ms: list[float] = []
        agent.hear = self._hear

    def _hear(self, data: bytes) -> None:
        _, found, rest = data.partition(b"It was due at ")
        if found:
            due = float(rest.partition(b'"')[0])
            self.late_ms.append((time.perf_counter() - due) * 1000)


async def talks(server: Server) -> tuple[list[Talk], list[Receipts]]:
    """Rooms of two, all of whom are on WebSockets."""
    found, receipts = [], []
    for token in server.agents(AGENTS):
        write = await connect(server.port, token)
        await write.post(f"{DESK}/set_limit", limit=ROOMS_EACH)
        await write.post(f"{DESK}/status", status="available")
        receipts.append(Receipts(await socket(server, token)))
        for known in await guests(server, ROOMS_EACH):
            await write.post(f"{DESK}/assist", guest=known["user"])
            found.append(Talk(await socket(server, known["token"], known["id"]), known["room"]))
    return found, receipts


async def durable(server: Server, seconds: float, runs: int) -> None:
    """Messages that are stored and acknowledged, and delivered to two."""
    rooms, receipts = await talks(server)
    for talk in rooms:
        for _ in range(AHEAD):
            talk.write()
    await asyncio.sleep(1)
    speeds, late = [], []
    for _ in range(runs):
        before = sum(talk.acknowledged for talk in rooms)
        for talk in rooms:
            talk.late_ms.clear()
        begun = time.perf_counter()
        await asyncio.sleep(seconds)
        count = sum(talk.acknowledged for talk in rooms) - before
        speeds.append(count / (time.perf_counter() - begun))
        late.append(quantile([ms for talk in rooms for ms in talk.late_ms], 0.99))
    print(
        f"closed loop over WebSockets, {len(rooms)} rooms, {AHEAD} ahead each: "
        f"{statistics.median(speeds):,.0f} durable messages/s, p99 "
        f"{statistics.median(late):.0f} ms acknowledged"
    )
    for talk in rooms:
        talk.goes_on = False
    await asyncio.sleep(1)
    half = statistics.median(speeds) / 2
    rows = [await paced(rooms, receipts, half, seconds) for _ in range(runs)]
    middle, late_ms = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"open loop {half:,.0f}/s: due to received p50 {middle:.1f} ms, p99 {late_ms:.1f} ms")


async def paced(
    rooms: list[Talk], receipts: list[Receipts], rate: float, seconds: float
) -> tuple[float, float]:
    """So many messages a second; p50 and p99 of the milliseconds from due to received."""
    for agent in receipts:
        agent.late_ms.clear()
    begun, count = time.perf_counter(), int(rate * seconds)
    for number in range(count):
        due = begun + number / rate
        if due > time.perf_counter():
            await asyncio.sleep(due - time.perf_counter())
        rooms[number % len(rooms)].write(due)
    async with asyncio.timeout(10):
        while sum(len(agent.late_ms) for agent in receipts) < count:  # noqa: ASYNC110 -- a bench
            await asyncio.sleep(0.01)
    late = [ms for agent in receipts for ms in agent.late_ms]
    return quantile(late, 0.5), quantile(late, 0.99)


async def broadcast(server: Server, seconds: float, many: int = 1_000) -> None:
    """One group room with many readers: deliveries a second."""
    tokens = server.agents(many // LINES_EACH)
    admin = await connect(server.port, server.monitor())
    room = (await admin.post(f"{DESK}/create", name="All"))["room"]
    lines = []
    for token in tokens:
        write = await connect(server.port, token)
        await write.post(f"{DESK}/join/{room}", **{"as": "speaker"})
        lines += [await socket(server, token) for _ in range(LINES_EACH)]
    await asyncio.sleep(1)
    before, begun, sent = sum(line.frames for line in lines), time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        await write.post(f"{DESK}/message/{room}", body="Lunch?")
        sent += 1
    await asyncio.sleep(1)
    count = sum(line.frames for line in lines) - before
    took = time.perf_counter() - begun - 1
    print(
        f"1 to {len(lines):,} over WebSockets: {count / took:,.0f} deliveries/s ({sent} messages)"
    )


async def idle(server: Server, many: int = 10_000) -> None:
    """What an idle WebSocket takes, and how long all take to come back after a restart."""
    people = await guests(server, many // LINES_EACH)
    before = server.rss_kib()
    lines = []
    for who in people:
        lines += await asyncio.gather(
            *(socket(server, who["token"], who["id"]) for _ in range(LINES_EACH))
        )
    await asyncio.sleep(2)
    each = (server.rss_kib() - before) / len(lines)
    print(f"{len(lines):,} idle WebSockets: {each:.1f} KiB each")
    begun = time.perf_counter()
    await server.stop()
    stopped = time.perf_counter() - begun
    await asyncio.gather(*(line.closed for line in lines))
    await server.start()
    begun = time.perf_counter()

    async def back(who: dict[str, str]) -> Socket:
        return await socket(server, who["token"], who["id"])

    again = []
    for start in range(0, len(people), 25):
        some = people[start : start + 25]
        again += await asyncio.gather(*(back(who) for who in some for _ in range(LINES_EACH)))
    while any(line.frames == 0 for line in again):  # noqa: ASYNC110 -- a bench, of one process
        await asyncio.sleep(0.05)
    took = time.perf_counter() - begun
    print(f"stopped with them in {stopped:.2f} s; all {len(again):,} back in {took:.1f} s")


async def main(seconds: float = 5.0, runs: int = 3) -> None:
    """Measure, and print medians."""
    async with Server() as server:
        server.lift_limits()
        await durable(server, seconds, runs)
    async with Server() as server:
        server.lift_limits()
        await broadcast(server, seconds)
    async with Server(connections=15_000) as server:
        await idle(server)
