"""Somebody's feed, kept alive over one line after the other: polls, server-sent events, sockets.

What is heard is checked as it comes (each fact once, in order, folded into the view), and kept, to
be compared with the log in the end.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import msgspec

from frontdesk.desk import events as ev
from frontdesk.desk.fold import fold
from frontdesk.desk.view import View
from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.feed.position import Position, parse
from tests.simulation.network import Cut, Line
from tests.simulation.town import Json, Town

# Seconds without a word after which a client takes a stream for dead: heartbeats come every 25 s.
SILENCE_S = 40.0
# What a client may be busy with before it takes what has come; rarely longer than a write may wait.
BUSY_S = 0.05
STUCK_S = 14.0

# Seconds within which whoever listens hears of what is stored, over a bad line too.
LATE_S = 3.5

FATES = {"busy": 30, "stuck": 2}

BY_CODE = {advice.code: why for why, advice in ADVICE.items()}
# Ends that nobody here gives a reason for.
NEVER = {HangUp.NO_HELLO, HangUp.NOT_UNDERSTOOD, HangUp.FAULT, HangUp.RESET, HangUp.TOO_FAST}

_BY_TYPE: dict[str, type[Any]] = {
    "notification": ev.Notification,
    "message": ev.Message,
    "update": ev.Update,
    "joined": ev.Joined,
    "transfer": ev.Transferred,
    "closing": ev.Closing,
    "left": ev.Left,
    "end": ev.Ended,
    "abandoned": ev.Abandoned,
    "desk": ev.Desk,
}
_FLOOR: dict[str, type[Any]] = {
    "guest": ev.FloorGuest,
    "released": ev.FloorReleased,
    "group_room": ev.FloorGroup,
    "limit": ev.FloorLimit,
    "person": ev.FloorPerson,
    "presence": ev.FloorPresence,
    "role": ev.FloorRole,
    "settings": ev.FloorSettings,
    "erased": ev.FloorErased,
    "rated": ev.FloorRated,
    "note": ev.FloorNote,
    "note_done": ev.FloorNoteDone,
}


def struct_of(event: Json) -> ev.Event | None:
    """The event as a struct, if it is a fact."""
    kind = event["type"]
    if kind == "floor":
        form: type[Any] | None = _FLOOR[event["what"]]
    elif kind == "status":
        form = ev.Availability if event["of"] == "availability" else None
    else:
        form = _BY_TYPE.get(kind)
    return msgspec.convert(event, form) if form is not None else None


class Ear:
    """One feed, from the id where it began.

    Args:
        news: told of every event.
        view: what was seen at that id, to be folded on; None if nobody looked.
    """

    def __init__(
        self,
        town: Town,
        who: str,
        token: str,
        since: str,
        news: Callable[[Json], None],
        view: View | None = None,
    ) -> None:
        self._town = town
        self._world = town.world
        self.who = who
        self.token = token
        self.person = town.whose(token)
        self.start = self.end = _position(since).place
        self.began = since
        self.since = since
        self.view = view
        self._news = news
        self.facts: list[Json] = []
        # The place in the queue that was told last; and who types where, as far as was told.
        self.told: int | None = None
        self.typing: set[tuple[str, str]] = set()
        # No session is behind it any more.
        self.over = False
        self._server = town.process
        # Since when there is somebody on the line to hear at once what there is.
        self._ready_at = 0.0
        self.line: Line | None = None
        self.socket: Line | None = None
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._task: asyncio.Task[None] | None = None

    # --- life ---------------------------------------------------------------------------------

    @property
    def listens(self) -> bool:
        """Whether it is at it."""
        return self._task is not None and not self.over

    def open(self) -> None:
        """Begin to listen, or go on."""
        if self._task is None:
            self._task = self._world.beside(self._listen())

    async def close(self, *, goodbye: bool = False) -> None:
        """Stop listening; `open` goes on from here."""
        if self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        await asyncio.wait([task])
        if self.line is not None:
            self.line.close(1000 if goodbye else 1001)
        self._forget_line()

    async def _listen(self) -> None:
        ways = (self._poll, self._poll, self._sse, self._talk, self._talk)
        while not self.over:
            way = self._world.chance.choice(ways)
            self._begin()
            try:
                await way()
            except Cut:
                self._world.note(f"{self.who}  cut at {self.since}")
            self._forget_line()
            await self._world.pause(0.05 if self._world.calm else 0.3)

    def _begin(self) -> None:
        """A new connection: who types was said on the old one, and may be forgotten there."""
        self._server = self._town.process
        self._ready_at = self._world.now
        self.typing.clear()

    def _forget_line(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = self.socket = None
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(Cut())
                answer.exception()
        self._answers.clear()

    async def _busy(self) -> None:
        fate = self._world.fate(FATES)
        if fate:
            most_s = BUSY_S if fate == "busy" else STUCK_S
            await asyncio.sleep(self._world.chance.random() * most_s)
            self._ready_at = self._world.now

    # --- the three ways -------------------------------------------------------------------------

    async def _poll(self) -> None:
        for _ in range(self._world.chance.randint(1, 8)):
            if self._town.process is not self._server:
                # The connection that is kept from poll to poll is closed.
                self._begin()
            self._ready_at = self._world.now
            wait_s = self._world.chance.choice((0, 2, 10, 25))
            query = f"since={self.since}&wait={wait_s}"
            status, events, _ = await self._town.http(
                "GET", "/listen", query=query, token=self.token, most_s=wait_s + 15.0
            )
            if status != 200:
                return await self._refused(status, events)
            if not events:
                self._world.found(f"{self.who} has an empty answer to a poll")
            for event in events:
                self.hear(event)
            if self.over:
                return
            await self._busy()

    async def _sse(self) -> None:
        self.line = self._town.line(
            "http",
            "GET",
            "/events",
            f"since={self.since}",
            {"authorization": f"Bearer {self.token}"},
        )
        self.line.send({"type": "http.request", "body": b"", "more_body": False})
        start = await self.line.take(SILENCE_S)
        got = b""
        while (message := await self.line.take(SILENCE_S))["type"] != "over":
            got += message["body"]
            while b"\n\n" in got and start["status"] == 200:
                block, _, got = got.partition(b"\n\n")
                self._block(block.decode())
            await self._busy()
        if start["status"] != 200:
            await self._refused(start["status"], json.loads(got))

    def _block(self, block: str) -> None:
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        event = json.loads(fields["data"])
        if fields.get("event") == "hangup":
            return self._hung_up(HangUp(event["why"]))
        if fields.get("id") != event.get("id"):
            self._world.found(f"{self.who} has {fields.get('id')} for {event}")
        self.hear(event)

    async def _talk(self) -> None:
        self.line = self._town.line("websocket", "GET", "/socket", "", {})
        self.line.send({"type": "websocket.connect"})
        first = await self.line.take(10.0)
        if first["type"] != "websocket.accept":
            body = await self.line.take(10.0)
            return await self._refused(first["status"], json.loads(body["body"]))
        hello = {"do": "hello", "token": self.token, "since": self.since}
        self.line.send({"type": "websocket.receive", "text": json.dumps(hello)})
        self.socket = self.line
        while True:
            message = await self.line.take(SILENCE_S)
            if message["type"] == "websocket.close":
                return self._hung_up(BY_CODE[message["code"]])
            frame = json.loads(message["text"])
            ref = frame.pop("ref", None)
            # What is answered may be an event too, and the answer to what was given up on.
            answer = self._answers.pop(ref, None)
            if ref is None:
                self.hear(frame)
            elif answer is not None and not answer.done():
                answer.set_result(frame)
            await self._busy()

    async def ask(self, do: str, body: Json) -> Json:
        """Send a command over the socket.

        Raises:
            Cut: there is none, or no answer came.
        """
        if self.socket is None:
            raise Cut
        ref = f"ref-{self._world.number()}"
        answer = self._answers[ref] = self._world.loop.create_future()
        frame = {"do": do, "ref": ref, **body}
        self.socket.send({"type": "websocket.receive", "text": json.dumps(frame)})
        try:
            async with asyncio.timeout(15.0):
                said: Json = await answer
        except TimeoutError:
            raise Cut from None
        finally:
            self._answers.pop(ref, None)
        self._town.check_answer(200, said)
        return said

    async def _refused(self, status: int, answer: Json) -> None:
        self._world.note(f"{self.who}  may not listen: {answer['code']}")
        if status not in (429, 503):
            self._world.found(f"{self.who} may not listen: {answer}")
        await self._world.pause(float(answer.get("retry_after", 1)))

    def _hung_up(self, why: HangUp) -> None:
        self._world.note(f"{self.who}  is hung up on: {why}")
        if why in NEVER:
            self._world.found(f"{self.who} is hung up on: {why}")

    # --- hearing --------------------------------------------------------------------------------

    def hear(self, event: Json) -> None:
        """Take one event in."""
        kind = event["type"]
        if kind == "welcome":
            self._world.note(f"{self.who}  is told welcome")
            self.over = True
        elif kind == "reset":
            self._world.found(f"{self.who} at {self.since} is told {event}")
            self.over = True
        elif kind == "queuepos":
            self.told = event["position"]
        elif kind == "status" and event["of"] == "typing":
            slot = (event["room"], event["user"])
            (self.typing.add if event["is"] else self.typing.discard)(slot)
        else:
            self._fact(event)
        self._news(event)

    def _fact(self, event: Json) -> None:
        place = _position(event["id"]).place
        self.since = event["id"]
        if event["type"] == "noop":
            if place < self.end:
                self._world.found(f"{self.who} is set back from {self.end}: {event}")
            self.end = max(self.end, place)
            return
        self._world.note(f"{self.who}  hears {event['id']} {event['type']}")
        if place <= self.end:
            self._world.found(f"{self.who} has heard up to {self.end}, and hears {event}")
        self.end = max(self.end, place)
        self._in_time(event, place.offset)
        self.facts.append(event)
        if event["type"] == "message":
            self.typing.discard((event["room"], event["user"]))
            if "key" in event and event["user"] != self.who and "erased" not in event["user"]:
                self._world.found(f"{self.who} hears the key of somebody else: {event}")
        elif event["type"] in ("end", "left"):
            self.typing = {one for one in self.typing if one[0] != event["room"]}
        elif event["type"] == "notification" and event["details"] == "left":
            self.typing.discard((event["room"], event["user"]))
        fact = struct_of(event)
        if self.view is not None and fact is not None:
            self.view = fold(self.view, fact, event["id"])

    def _in_time(self, event: Json, offset: int) -> None:
        """That it was not a heartbeat which brought this."""
        disk = self._town.disk
        since = max(disk.appended_at(offset), self._ready_at, disk.held_up)
        if self._world.now - since > LATE_S:
            self._world.found(f"{self.who} hears {self._world.now - since:.1f} s late of {event}")


def _position(id: str) -> Position:
    position = parse(id)
    assert position is not None, id
    return position
