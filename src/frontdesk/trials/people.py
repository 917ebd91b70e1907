"""People at a desk who write down all that they do and hear: each a client with a place of its own.

They are clients like anybody's (`frontdesk.client`). What they add is a diary.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

from frontdesk.client import Desk, Refused, Timing, Transport
from frontdesk.client.desk import new_key
from frontdesk.trials.history import Call, Feed, History, Json, Look, place_of

# As long as a server may be away, with all that a slow machine needs to start one.
PATIENCE_S = 30.0
# Servers here are away for a second, nobody else is kept from them by who asks often, and a poll
# that waits for half of the silence ends soon.
TIMING = Timing(
    pause_ms=30, pause_most_ms=500, silence_ms=10_000, patience_ms=int(PATIENCE_S * 1000)
)


class Person:
    """Somebody with a client. `who` is the label under which the history has them."""

    def __init__(
        self,
        url: str,
        history: History,
        who: str,
        role: Literal["guest", "agent"],
        *,
        token: str = "",
        timing: Timing = TIMING,
        transport: Transport | None = None,
    ) -> None:
        self.who = who
        self.role: Literal["guest", "agent"] = role
        self.history = history
        self.feed: Feed | None = None
        self.since = ""
        # Of all clients that this person has had: how many lines of each transport.
        self.lines: Counter[Transport] = Counter()
        # Seconds after which a command's connection breaks, before or after it was done; 0: not.
        self.breaks_after: Callable[[], float] = lambda: 0.0
        self._more: dict[str, Any] = {
            "timing": timing,
            "transport": transport,
            "trust_env": False,
            "misplaced": self._take,
            "lines": self.lines,
        }
        self.url = url
        self.desk = Desk(url, token=token, **self._more)
        self._news = asyncio.Condition()
        self._listening: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Leave."""
        await self.deafen()
        await self.desk.close()

    async def become(self, desk: Desk) -> None:
        """Go on with another client: who has signed in, or identified."""
        await self.desk.close()
        self.desk = desk

    def use(self, transport: Transport | None) -> None:
        """Listen over this transport from now on."""
        self._more["transport"] = transport
        self.desk.use(transport)

    # --- asking -------------------------------------------------------------------------------

    async def command(self, name: str, *, again: bool = False, **args: Any) -> Call:
        """Have something done, once.

        Args:
            again: send it a second time after the answer, as a client does that lost it.

        Raises:
            Refused: the desk says no.
        """
        call = Call(self.who, name, new_key(), args, time.monotonic())
        self.history.calls.append(call)

        async def ask() -> Any:
            return await self.desk.command(name, key=call.key, **args)

        if breaks_after := self.breaks_after():
            with contextlib.suppress(TimeoutError, Refused):
                async with asyncio.timeout(breaks_after):
                    await ask()
        try:
            call.answers.append(await ask())
        except Refused:
            call.outcome = "refused"
            raise
        finally:
            call.ended = time.monotonic()
        call.outcome = "ok"
        if again:
            call.answers.append(await ask())
        return call

    async def say(self, room: str, body: str, *, again: bool = False) -> Call:
        """Write in a room."""
        return await self.command("message", room=room, body=body, again=again)

    async def end(self, room: str) -> None:
        """End a room. That it is over already is as good."""
        try:
            await self.command("end", room=room)
        except Refused as refused:
            if refused.code != "not_found":
                raise

    async def look_at_state(self) -> Json:
        """The state, written down."""
        began = time.monotonic()
        body = await self.desk.state()
        self.history.looks.append(Look(self.who, "state", "", began, body))
        return body

    async def look_at_messages(self, room: str) -> None:
        """The last messages of a room, written down."""
        began = time.monotonic()
        body = await self.desk.command("messages", room=room)
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

    def turn_page(self, history: History) -> None:
        """Write into another history from now on. All there is must have been heard."""
        self.history = history
        if self.feed is not None:
            self.feed = Feed(self.who, self.role, self.since)
            history.feeds.append(self.feed)

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
        async with contextlib.aclosing(self.desk.raw_events(self.since)) as events:
            async for event in events:
                self._take(event)
                self.since = event.get("id", self.since)
                self.hear(event)
                async with self._news:
                    self._news.notify_all()

    def _take(self, event: Json) -> None:
        assert self.feed is not None, "somebody listens"
        self.feed.events.append(event)

    def hear(self, event: Json) -> None:
        """Something was heard; what to make of it is for those who derive from this."""

    @property
    def heard(self) -> list[Json]:
        """All that was heard."""
        assert self.feed is not None, f"{self.who} listens"
        return self.feed.events

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

    def __init__(self, url: str, history: History, **more: Any) -> None:
        super().__init__(url, history, "", "guest", **more)
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
        """Ask for help, and begin to listen.

        Args:
            again: a second time, as a client does that lost the answer.
        """
        args: Json = {"username": username, "question": question, "info": info}
        call = Call("", "identify", new_key(), args, time.monotonic())
        self.history.calls.append(call)
        for _ in range(1 + again):
            desk = await Desk.identify(self.url, key=call.key, **args, **self._more)
            await self.become(desk)
            answer = {"user": desk.user, "room": desk.room, "id": desk.since, "token": desk.token}
            call.answers.append(answer)
            call.ended = call.ended or time.monotonic()
        call.outcome = "ok"
        self.who = call.who = self.desk.user
        self.room = self.desk.room
        self.listen(self.desk.since or "")

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

    def __init__(self, url: str, history: History, user: str, password: str, **more: Any) -> None:
        super().__init__(url, history, user, "agent", **more)
        self.password = password
        self.rooms: dict[str, int] = {}

    async def sign_in(self) -> None:
        """Sign in, and listen: from now on at first, from where it was later."""
        await self.become(await Desk.sign_in(self.url, self.who, self.password, **self._more))
        self.listen(self.since or (await self.desk.state())["id"])

    async def sign_out(self) -> None:
        """Sign out; that the session was over already is as good."""
        try:
            await self.desk.sign_out()
        except Refused as refused:
            if refused.code != "not_signed_in":
                raise
        await self.dismissed()

    def hear(self, event: Json) -> None:
        match event:
            case {"type": "joined", "room": room}:
                self.rooms[room] = 0
            case {"type": "left", "room": room} | {"type": "end", "room": room}:
                self.rooms.pop(room, None)


@contextlib.asynccontextmanager
async def closing(*people: Person) -> AsyncIterator[None]:
    """These leave at the end, come what may."""
    try:
        yield
    finally:
        for person in people:
            await person.close()
