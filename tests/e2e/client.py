"""People as HTTP clients: each with connections, keys and a place of their own.

They do what the protocol asks of a client. A command whose outcome is unknown is sent again under
the same key until there is an answer; who listens goes on from the last id that was heard. All
of it is written down.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import httpx2

from tests.e2e.history import Call, Feed, History, Json, Look, Poll, place_of

DESK = "/api/v1/desks/main"
SESSION = "/api/v1/session"

# Between attempts while the server is away.
PAUSE_S = 0.03
# As long as a server may be away, with all that a slow machine needs to start one.
PATIENCE_S = 30.0
# Shorter than a server would hold it, so that a test ends soon.
WAIT_S = 5


class Refusal(Exception):
    """The server said no."""

    def __init__(self, status: int, answer: Json) -> None:
        super().__init__(f"{status} {answer}")
        self.status = status
        self.code = str(answer.get("code"))


class Person:
    """Somebody with a browser. `who` is the label under which the history has them."""

    def __init__(self, url: str, history: History, who: str, role: Literal["guest", "agent"]):
        self.who = who
        self.role: Literal["guest", "agent"] = role
        self.history = history
        self.http = httpx2.AsyncClient(base_url=url, timeout=60, trust_env=False)
        self.feed: Feed | None = None
        self.since = ""
        self.lost_connections = 0
        # Seconds after which a command's connection breaks, before or after it was done; 0: not.
        self.breaks_after: Callable[[], float] = lambda: 0.0
        self._news = asyncio.Condition()
        self._listening: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Close the browser."""
        await self.deafen()
        await self.http.aclose()

    # --- asking -------------------------------------------------------------------------------

    async def request(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Ask until there is an answer. What changes something must carry a key."""
        until = time.monotonic() + PATIENCE_S
        while True:
            pause_s = PAUSE_S
            try:
                answer = await self.http.request(method, path, **more)
                if answer.status_code == 429:
                    pause_s = float(answer.headers["retry-after"])
                elif answer.status_code != 503:
                    return answer
            except httpx2.TransportError:
                self.lost_connections += 1
            if time.monotonic() > until:
                raise AssertionError(f"{self.who} gets no answer to {method} {path}")
            await asyncio.sleep(pause_s)

    async def command(self, name: str, path: str, *, again: bool = False, **args: Any) -> Call:
        """Have something done, once.

        Args:
            again: send it a second time after the answer, as a client does that lost it.

        Raises:
            Refusal: the desk says no.
        """
        call = Call(self.who, name, secrets.token_hex(12), args, time.monotonic())
        self.history.calls.append(call)
        body = {name: value for name, value in args.items() if value is not None}
        body.pop("room", None)
        body["key"] = call.key
        if breaks_after := self.breaks_after():
            with contextlib.suppress(TimeoutError, httpx2.TransportError):
                async with asyncio.timeout(breaks_after):
                    await self.http.post(f"{DESK}{path}", json=body)
        answer = await self.request("POST", f"{DESK}{path}", json=body)
        call.ended = time.monotonic()
        call.outcome = "refused" if answer.is_error else "ok"
        if answer.is_error:
            raise Refusal(answer.status_code, answer.json())
        call.answers.append(answer.json())
        if again:
            # A refusal here is an answer like any other to the checker: not the first one.
            call.answers.append((await self.request("POST", f"{DESK}{path}", json=body)).json())
        return call

    async def say(self, room: str, body: str, *, again: bool = False) -> Call:
        """Write in a room."""
        return await self.command("message", f"/message/{room}", room=room, body=body, again=again)

    async def type(self, room: str, *, state: bool = True) -> None:
        """Be seen typing. Lost if the server is away just now, as signals are."""
        path = f"{DESK}/message/{room}/typing"
        with contextlib.suppress(httpx2.TransportError):
            await self.http.post(path, json={"state": state})

    async def end(self, room: str) -> None:
        """End a room. That it is over already is as good."""
        try:
            await self.command("end", f"/end/{room}", room=room)
        except Refusal as refused:
            if refused.code != "not_found":
                raise

    async def get(self, path: str, **query: str) -> Any:
        """Look at something."""
        answer = await self.request("GET", f"{DESK}{path}", params=query)
        if answer.is_error:
            raise Refusal(answer.status_code, answer.json())
        return answer.json()

    async def look_at_state(self) -> Json:
        """The state, written down."""
        began = time.monotonic()
        body = await self.get("/state")
        self.history.looks.append(Look(self.who, "state", "", began, body))
        return dict(body)

    async def look_at_messages(self, room: str) -> None:
        """The last messages of a room, written down."""
        began = time.monotonic()
        body = await self.get(f"/rooms/{room}/messages")
        self.history.looks.append(Look(self.who, "messages", room, began, body))

    # --- listening ----------------------------------------------------------------------------

    def listen(self, since: str) -> None:
        """Begin to listen, or go on."""
        if self.feed is None:
            self.feed = Feed(self.who, self.role, since)
            self.history.feeds.append(self.feed)
            self.since = since
        assert self._listening is None, "one feed a person"
        self._listening = asyncio.create_task(self._listen(), name=f"{self.who} listens")

    async def deafen(self) -> None:
        """Stop listening; `listen` goes on from here."""
        if self._listening is not None:
            listening, self._listening = self._listening, None
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening

    async def dismissed(self, *, most_s: float = PATIENCE_S) -> None:
        """Wait until the feed ends with a welcome, since the session is over."""
        assert self._listening is not None, f"{self.who} listens"
        await asyncio.wait_for(self._listening, most_s)
        self._listening = None

    async def _listen(self) -> None:
        while True:
            query = {"since": self.since, "wait": str(WAIT_S)}
            events = await self.get("/listen", **query)
            await self._take(events)
            if events == [{"type": "welcome"}]:
                return

    async def _take(self, events: list[Json]) -> None:
        assert self.feed is not None, "somebody listens"
        self.feed.polls.append(Poll(time.monotonic(), events))
        for event in events:
            self.since = event.get("id", self.since)
            self.hear(event)
        async with self._news:
            self._news.notify_all()

    def hear(self, event: Json) -> None:
        """Something was heard; what to make of it is for those who derive from this."""

    @property
    def heard(self) -> list[Json]:
        """All that was heard."""
        assert self.feed is not None, f"{self.who} listens"
        return [event for poll in self.feed.polls for event in poll.events]

    async def until(self, happened: Callable[[], bool], *, most_s: float = PATIENCE_S) -> None:
        """Wait until what was heard makes this true."""
        assert self._listening is not None, f"{self.who} listens"
        async with asyncio.timeout(most_s), self._news:
            while not happened():
                if self._listening.done():
                    self._listening.result()
                await self._news.wait()

    async def catch_up(self, head: str) -> None:
        """Wait until all up to this id was heard."""
        await self.until(lambda: place_of(self.since) >= place_of(head))


class Guest(Person):
    """Asks for help, waits, and is helped."""

    def __init__(self, url: str, history: History) -> None:
        super().__init__(url, history, "", "guest")
        self.room = ""
        self.agent: str | None = None
        self.over = False

    async def identify(
        self,
        username: str,
        question: str,
        *,
        info: dict[str, str] | None = None,
        again: bool = False,
    ) -> None:
        """Ask for help, and begin to listen."""
        said = {"username": username, "question": question, "info": info}
        call = await self.command("identify", "/identify", again=again, **said)
        told = call.answers[0]
        self.who = call.who = told["user"]
        self.room = told["room"]
        self.http.headers["Authorization"] = f"Bearer {told['token']}"
        self.listen(told["id"])

    def hear(self, event: Json) -> None:
        match event:
            case {"type": "joined", "agent": agent}:
                self.agent = agent
            case {"type": "notification", "details": "left"}:
                self.agent = None
            case {"type": "end"}:
                self.over = True


class Agent(Person):
    """Helps, in several rooms."""

    def __init__(self, url: str, history: History, user: str, password: str) -> None:
        super().__init__(url, history, user, "agent")
        self.password = password
        self.rooms: dict[str, int] = {}

    async def sign_in(self) -> None:
        """Sign in, and listen: from now on at first, from where it was later."""
        body = {"username": self.who, "password": self.password}
        answer = await self.request("POST", SESSION, json=body)
        assert answer.status_code == 201, answer.text
        self.listen(self.since or (await self.get("/state"))["id"])

    async def sign_out(self) -> None:
        """Sign out; that the session was over already is as good."""
        answer = await self.request("DELETE", SESSION)
        assert answer.status_code in (200, 401), answer.text
        await self.dismissed()

    def hear(self, event: Json) -> None:
        match event:
            case {"type": "joined", "room": room}:
                self.rooms[room] = 0
            case {"type": "left", "room": room} | {"type": "end", "room": room}:
                self.rooms.pop(room, None)


@contextlib.asynccontextmanager
async def closing(*people: Person) -> AsyncIterator[None]:
    """These close their browsers at the end, come what may."""
    try:
        yield
    finally:
        for person in people:
            await person.close()
