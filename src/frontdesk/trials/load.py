"""How much a server does: messages a second, how late they arrive, deliveries, idle lines.

Closed loop: everybody sends the next message once one is acknowledged. Open loop: each message is
timed from the moment at which it was due, so that a stall counts for every message that it held up.
"""

import asyncio
import json
import re
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from frontdesk.trials.raw import DESK, Address, Line, Socket, Wire, listen, refusal, wire
from frontdesk.trials.server import Server, free_port

# One person may have so many readers, and an agent so many guests.
LINES_EACH = 20
ROOMS_EACH = 10

# How long the last of what was sent may take to arrive.
LAST_S = 10.0

# How long a crowd may take to come back.
BACK_S = 60.0

DUE = re.compile(rb"It was due at ([0-9.]+)")


class Figures(NamedTuple):
    """What a load has shown. Times are in milliseconds; rates in messages a second."""

    transport: str
    rooms: int
    rate: float
    acknowledged_p99_ms: float
    half_rate: float
    received_p50_ms: float
    received_p99_ms: float


class Receipts:
    """How late one line has brought each message, from when it was due."""

    def __init__(self, line: Line) -> None:
        self.late_ms: list[float] = []
        self.heard = 0
        self.line = line
        line.hear = self._hear

    def _hear(self, events: bytes) -> None:
        now = time.perf_counter()
        late_ms = [(now - float(due)) * 1000 for due in DUE.findall(events)]
        self.late_ms += late_ms
        self.heard += len(late_ms)


class Talk(Protocol):
    """A guest who writes.

    `goes_on`: each answer makes the next message. `said` counts them, `late_ms` is how late each
    was acknowledged, `refused` why there is no more.
    """

    goes_on: bool
    said: int
    late_ms: list[float]
    refused: str

    def write(self, due: float) -> None:
        """Send a message that was due then. It says so."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class SocketTalk:
    """Writes and is answered on the WebSocket on which the guest listens."""

    def __init__(self, line: Socket, room: str) -> None:
        self.goes_on = True
        self.said = 0
        self.late_ms: list[float] = []
        self.refused = ""
        self._line = line
        self._room = room
        self._sent: dict[str, float] = {}
        line.hear = self._hear

    def write(self, due: float) -> None:
        ref = secrets.token_hex(16)
        self.said += 1
        self._sent[ref] = due
        body = f"It was due at {due:.6f}"
        self._line.send({"do": "message", "room": self._room, "body": body, "key": ref, "ref": ref})

    def _hear(self, event: bytes) -> None:
        if b'"ref":' not in event:
            return
        told = json.loads(event)
        if told["type"] != "success":
            self.refused = refusal(event)
            return
        now = time.perf_counter()
        self.late_ms.append((now - self._sent.pop(told["ref"])) * 1000)
        if self.goes_on:
            self.write(now)

    def close(self) -> None:
        self._line.close()


class HttpTalk:
    """Writes over HTTP, on as many connections as there are to be messages under way."""

    def __init__(self, line: Line, wires: Sequence[Wire], room: str) -> None:
        self.goes_on = True
        self.said = 0
        self.late_ms: list[float] = []
        self.refused = ""
        self._line = line
        self._wires = wires
        self._path = f"{DESK}/message/{room}"
        self._due: asyncio.Queue[float] = asyncio.Queue()
        self._clerks = [asyncio.create_task(self._send(one)) for one in wires]

    def write(self, due: float) -> None:
        self.said += 1
        self._due.put_nowait(due)

    async def _send(self, over: Wire) -> None:
        while True:
            due = await self._due.get()
            body = f"It was due at {due:.6f}"
            try:
                await over.post(self._path, body=body, key=secrets.token_hex(16))
            except (OSError, RuntimeError) as error:
                self.refused = str(error)
                return
            now = time.perf_counter()
            self.late_ms.append((now - due) * 1000)
            if self.goes_on:
                self.write(now)

    def close(self) -> None:
        for clerk in self._clerks:
            clerk.cancel()
        self._line.close()
        for one in self._wires:
            one.close()


class Floor(NamedTuple):
    """Rooms of two: guests who write, and the agents' lines, on which it arrives."""

    address: Address
    talks: list[Talk]
    receipts: list[Receipts]
    # The token of who may end each room.
    rooms: dict[str, str]

    async def arrived(self) -> None:
        """Wait until everything that was said has been heard.

        Raises:
            RuntimeError: somebody was refused, or it takes longer than `LAST_S`.
        """
        until = time.perf_counter() + LAST_S
        while sum(one.heard for one in self.receipts) < sum(talk.said for talk in self.talks):
            refused = [talk.refused for talk in self.talks if talk.refused]
            if refused:
                raise RuntimeError(f"{len(refused)} guests were refused: {refused[0]}")
            if time.perf_counter() > until:
                raise RuntimeError("not every message has arrived")
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        """Everybody hangs up, and all rooms end."""
        self.hang_up()
        for room, token in self.rooms.items():
            clerk = await wire(self.address, token)
            await clerk.post(f"{DESK}/end/{room}")
            clerk.close()

    def hang_up(self) -> None:
        """Everybody goes; the rooms stay."""
        for talk in self.talks:
            talk.close()
        for receipt in self.receipts:
            receipt.line.close()


async def open_floor(
    address: Address, agents: Sequence[str], *, transport: str, rooms: int, ahead: int
) -> Floor:
    """Open so many rooms.

    Args:
        agents: their tokens; `ROOMS_EACH` rooms for each at most.
        ahead: messages that each guest has under way.

    Raises:
        RuntimeError: somebody was refused. Nobody stays.
    """
    if rooms > len(agents) * ROOMS_EACH:
        raise ValueError(f"{rooms} rooms take {-(-rooms // ROOMS_EACH)} agents")
    floor = Floor(address, [], [], {})
    try:
        for token in agents:
            many = min(ROOMS_EACH, rooms - len(floor.talks))
            await _come(floor, token, transport, many, ahead)
    except BaseException:
        floor.hang_up()
        raise
    return floor


async def _come(floor: Floor, token: str, transport: str, rooms: int, ahead: int) -> None:
    """An agent comes, and so many guests whom it takes."""
    address = floor.address
    clerk = await wire(address, token)
    try:
        await clerk.post(f"{DESK}/set_limit", limit=ROOMS_EACH)
        await clerk.post(f"{DESK}/status", status="available")
        head = (await clerk.get(f"{DESK}/state"))["id"]
        floor.receipts.append(Receipts(await listen(address, transport, token, head)))
        for known in await guests(address, rooms):
            await clerk.post(f"{DESK}/assist", guest=known["user"])
            floor.rooms[known["room"]] = token
            line = await listen(address, transport, known["token"], known["id"])
            if isinstance(line, Socket):
                floor.talks.append(SocketTalk(line, known["room"]))
            else:
                wires = [await wire(address, known["token"]) for _ in range(ahead)]
                floor.talks.append(HttpTalk(line, wires, known["room"]))
    finally:
        clerk.close()


async def guests(address: Address, many: int) -> list[dict[str, str]]:
    """So many guests, who wait."""
    stranger = await wire(address)
    found = [
        await stranger.post(f"{DESK}/identify", username="Ana", question="Where is it?")
        for _ in range(many)
    ]
    stranger.close()
    return found


async def closed(floor: Floor, seconds: float, ahead: int) -> tuple[float, float]:
    """Everybody writes as fast as they are answered.

    Returns:
        Messages a second, and the p99 of the milliseconds until they are acknowledged.

    Raises:
        RuntimeError: somebody was refused.
    """
    for talk in floor.talks:
        talk.goes_on = True
        for _ in range(ahead):
            talk.write(time.perf_counter())
    await asyncio.sleep(min(1.0, seconds))
    for talk in floor.talks:
        talk.late_ms.clear()
    begun = time.perf_counter()
    await asyncio.sleep(seconds)
    took = time.perf_counter() - begun
    late = [ms for talk in floor.talks for ms in talk.late_ms]
    for talk in floor.talks:
        talk.goes_on = False
    await floor.arrived()
    if not late:
        raise RuntimeError("nothing was acknowledged")
    return len(late) / took, quantile(late, 0.99)


async def opened(floor: Floor, rate: float, seconds: float) -> tuple[float, float]:
    """So many messages a second; p50 and p99 of the milliseconds from due to received.

    Raises:
        RuntimeError: somebody was refused, or not all have arrived.
    """
    for one in floor.receipts:
        one.late_ms.clear()
    begun = time.perf_counter()
    for number in range(max(1, int(rate * seconds))):
        due = begun + number / rate
        if due > time.perf_counter():
            await asyncio.sleep(due - time.perf_counter())
        floor.talks[number % len(floor.talks)].write(due)
    await floor.arrived()
    late = [ms for one in floor.receipts for ms in one.late_ms]
    return quantile(late, 0.5), quantile(late, 0.99)


async def measure(
    address: Address,
    agents: Sequence[str],
    *,
    transport: str,
    rooms: int,
    ahead: int,
    seconds: float,
) -> Figures:
    """Rooms of two: as fast as it goes, and then at half of that."""
    floor = await open_floor(address, agents, transport=transport, rooms=rooms, ahead=ahead)
    try:
        rate, acknowledged = await closed(floor, seconds, ahead)
        half = rate / 2
        middle, late = await opened(floor, half, seconds)
    finally:
        await floor.close()
    return Figures(transport, rooms, rate, acknowledged, half, middle, late)


async def deliveries(
    address: Address, agents: Sequence[str], monitor: str, *, transport: str, seconds: float
) -> float:
    """One group room, in which each agent has `LINES_EACH` lines: deliveries a second."""
    opener = await wire(address, monitor)
    room = (await opener.post(f"{DESK}/create", name="All"))["room"]
    lines: list[Line] = []
    for token in agents:
        clerk = await wire(address, token)
        joined: dict[str, Any] = await clerk.post(f"{DESK}/join/{room}", **{"as": "speaker"})
        for _ in range(LINES_EACH):
            lines.append(await listen(address, transport, token, joined["id"]))
        clerk.close()
    receipts = [Receipts(line) for line in lines]
    speaker = await wire(address, monitor)
    await speaker.post(f"{DESK}/join/{room}", **{"as": "speaker"})
    begun, sent = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        await speaker.post(f"{DESK}/message/{room}", body=f"It was due at {0.0:.6f}")
        sent += 1
    async with asyncio.timeout(LAST_S):
        while sum(len(one.late_ms) for one in receipts) < sent * len(lines):  # noqa: ASYNC110 -- it is not worth an event
            await asyncio.sleep(0.01)
    took = time.perf_counter() - begun
    opener.close()
    speaker.close()
    for line in lines:
        line.close()
    return sent * len(lines) / took


async def idle(
    address: Address, people: Sequence[dict[str, str]], transport: str, each: int = LINES_EACH
) -> list[Line]:
    """Lines on which nothing happens, so many for each of these guests."""
    lines: list[Line] = []
    for who in people:
        lines += await asyncio.gather(
            *(listen(address, transport, who["token"], who["id"]) for _ in range(each))
        )
    return lines


async def all_back(address: Address, people: Sequence[dict[str, str]], each: int) -> float:
    """All of them come back over WebSockets at once; seconds until each has heard something."""
    begun = time.perf_counter()
    lines: list[Line] = []
    for start in range(0, len(people), 25):
        some = people[start : start + 25]
        lines += await asyncio.gather(
            *(
                listen(address, "socket", who["token"], who["id"])
                for who in some
                for _ in range(each)
            )
        )
    async with asyncio.timeout(BACK_S):
        while any(line.frames == 0 for line in lines):  # noqa: ASYNC110 -- it is not worth an event
            await asyncio.sleep(0.05)
    took = time.perf_counter() - begun
    for line in lines:
        line.close()
    return took


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@asynccontextmanager
async def own_server(rooms: int) -> AsyncIterator[tuple[Address, list[str]]]:
    """A server on a folder that is thrown away, and tokens of agents for so many rooms."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        server = Server(Path(folder), free_port())
        try:
            tokens = []
            for number in range(-(-rooms // ROOMS_EACH)):
                name = f"Agent {number}"
                await asyncio.to_thread(server.add_user, name, secrets.token_hex(8))
                told = await asyncio.to_thread(server.run, "token", "create", name)
                tokens.append(told.stdout.strip())
            await asyncio.to_thread(server.lift_limits)
            await server.start()
            yield Address("127.0.0.1", server.port), tokens
        finally:
            server.close()
