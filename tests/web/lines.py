"""Clients of the three transports, in process and over real connections alike.

Each has the events in `next`, and at the end `ended`: why, in the words of the contract.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from frontdesk.feed.hangups import ADVICE, HangUp
from tests.web.calls import PATIENCE_S
from tests.web.conformance import answered_as, refused_as
from tests.web.front import DESK, Event, Front, Someone
from tests.web.real import RealFront

BY_CODE = {advice.code: why for why, advice in ADVICE.items()}


class Closed(Exception):
    """The line has ended, so nothing more comes."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, in which each key stands once."""
    found = dict(pairs)
    assert len(found) == len(pairs), pairs
    return found


def scope_of(kind: str, path: str, **headers: str) -> dict[str, Any]:
    """What a server hands to the application."""
    path, _, query = path.partition("?")
    named = {"host": "127.0.0.1", **headers}
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "ws" if kind == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in named.items()
        ],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 80),
        "extensions": {"websocket.http.response": {}},
    }


class Line:
    """What all three have in common."""

    ended: HangUp | None = None

    async def next(self) -> Event:
        """The next event.

        Raises:
            Closed: there is none; `ended` says why.
        """
        raise NotImplementedError

    async def all(self) -> list[Event]:
        """All that is there by now, without `noop`."""
        raise NotImplementedError

    async def close(self) -> None:
        """Hang up."""
        raise NotImplementedError

    async def rest(self) -> list[Event]:
        """All until the end."""
        found = []
        while True:
            try:
                found.append(await self.next())
            except Closed:
                return [event for event in found if event["type"] != "noop"]


class EventSource(Line):
    """Server-sent events."""

    def __init__(self, who: Someone, since: str | None, **headers: str) -> None:
        self.who = who
        query = "?" + urlencode({"since": since}) if since is not None else ""
        if who.token:
            headers = {"authorization": f"Bearer {who.token}", **headers}
        scope = scope_of("http", f"{DESK}/events{query}", **headers)
        self.line = who.front.call(scope)
        self.line.up.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        self.status = 0
        self.headers: dict[str, str] = {}
        self.told: list[dict[str, str]] = []
        self.farewell: Event | None = None

    async def next(self) -> Event:
        while not self.told:
            await self._read()
        fields = self.told.pop(0)
        event: Event = json.loads(fields["data"])
        if fields.get("event") == "hangup":
            self.farewell = {**event, "retry": int(fields["retry"])}
            self.ended = HangUp(event["why"])
            raise Closed
        assert fields.get("id") == event.get("id"), fields
        return event

    async def _read(self) -> None:
        message = await self.line.message()
        if message["type"] == "over":
            raise Closed
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        blocks = message["body"].decode().split("\n\n")
        assert blocks.pop() == ""
        self.told += [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]

    async def all(self) -> list[Event]:
        await self.who.front.settled()
        found = []
        while self.told or not self.line.down.empty():
            if not self.told:
                await self._read()
                continue
            found.append(await self.next())
        return [event for event in found if event["type"] != "noop"]

    async def close(self) -> None:
        self.line.up.put_nowait({"type": "http.disconnect"})
        await self.who.front.settled()


class Socket(Line):
    """A WebSocket."""

    def __init__(self, who: Someone, path: str = f"{DESK}/socket", **headers: str) -> None:
        self.who = who
        self.line = who.front.call(scope_of("websocket", path, **headers))
        self.line.up.put_nowait({"type": "websocket.connect"})
        self.code = 0
        self.refused: tuple[int, Event] | None = None
        self.asked = 0
        self.kept: list[Event] = []

    @classmethod
    async def open(cls, who: Someone, since: str | None = None, **headers: str) -> "Socket":
        """A socket that has said hello."""
        socket = cls(who, **headers)
        await socket.accepted()
        await socket.send(do="hello", token=who.token or None, since=since)
        return socket

    async def accepted(self) -> None:
        """The upgrade."""
        message = await self.line.message()
        assert message["type"] == "websocket.accept", message

    async def refusal(self) -> tuple[int, Event]:
        """The answer that came instead of the upgrade."""
        start = await self.line.message()
        assert start["type"] == "websocket.http.response.start", start
        body = await self.line.message()
        return start["status"], json.loads(body["body"])

    async def send(self, **frame: Any) -> None:
        """A frame; what is None is left out."""
        await self.send_raw(json.dumps({k: v for k, v in frame.items() if v is not None}))

    async def send_raw(self, text: str) -> None:
        self.line.up.put_nowait({"type": "websocket.receive", "text": text})

    async def next(self) -> Event:
        return self.kept.pop(0) if self.kept else await self._frame()

    async def _frame(self) -> Event:
        message = await self.line.message()
        if message["type"] == "websocket.close":
            self.code = message["code"]
            self.ended = BY_CODE[self.code]
            assert message["reason"] == self.ended.value
            raise Closed
        if message["type"] == "over":
            raise Closed
        event: Event = json.loads(message["text"], object_pairs_hook=_once)
        return event

    async def all(self) -> list[Event]:
        await self.who.front.settled()
        found = []
        while self.kept or not self.line.down.empty():
            found.append(await self.next())
        return [event for event in found if event["type"] != "noop"]

    async def ask(self, do: str, **frame: Any) -> Event:
        """Send a command and return its answer; the events that come meanwhile are kept."""
        self.asked += 1
        ref = f"ref-{self.asked}"
        await self.send(do=do, ref=ref, **frame)
        while True:
            event = await self._frame()
            if event.get("ref") == ref:
                (refused_as() if event["type"] == "error" else answered_as(do)).validate(event)
                return event
            self.kept.append(event)

    async def close(self, code: int = 1001) -> None:
        self.line.up.put_nowait({"type": "websocket.disconnect", "code": code})
        await self.who.front.settled()


class Poll(Line):
    """Long polls, one after the other."""

    def __init__(self, who: Someone, since: str | None) -> None:
        self.who = who
        self.since = since
        self.told: list[Event] = []

    async def next(self) -> Event:
        if self.ended is not None:
            raise Closed
        while not self.told:
            query = {"wait": "25"} | ({"since": self.since} if self.since is not None else {})
            answer = await asyncio.wait_for(self.who.get("/listen", **query), PATIENCE_S)
            self._take(answer.json())
        event = self.told.pop(0)
        ends = {"welcome": HangUp.SIGNED_OUT, "reset": HangUp.RESET}
        self.ended = ends.get(event["type"])
        return event

    def _take(self, events: list[Event]) -> None:
        self.told += events
        ids = [event["id"] for event in events if "id" in event]
        if ids:
            self.since = ids[-1]

    async def all(self) -> list[Event]:
        await self.who.front.settled()
        found = self.told
        self.told = []
        while True:
            events = await self.who.poll(self.since)
            self._take(events)
            found += self.told
            self.told = []
            if all(event["type"] == "noop" for event in events):
                return [event for event in found if event["type"] != "noop"]

    async def close(self) -> None:
        await self.who.front.settled()


Connect = Callable[[Someone, str | None], Awaitable[Line]]


async def by_poll(who: Someone, since: str | None = None) -> Line:
    """Somebody who polls."""
    return Poll(who, since)


async def by_events(who: Someone, since: str | None = None) -> Line:
    """Somebody who reads server-sent events."""
    return EventSource(who, since)


async def by_socket(who: Someone, since: str | None = None) -> Line:
    """Somebody with a WebSocket."""
    return await Socket.open(who, since)


TRANSPORTS: dict[str, Connect] = {"poll": by_poll, "events": by_events, "socket": by_socket}
STREAMS = {name: connect for name, connect in TRANSPORTS.items() if name != "poll"}

# A story that is told in process, and over real connections to a real server.
IN_PROCESS_AND_REAL = pytest.mark.parametrize(
    "front",
    [Front, pytest.param(RealFront, marks=pytest.mark.e2e)],
    ids=["in-process", "real"],
    indirect=True,
)
