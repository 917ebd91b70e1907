"""One person at one desk: what bots call. Commands are in §6 of the protocol, with the same names.

Each command is done once or refused, whatever happens to lines meanwhile. Nothing here talks to
the network itself.
"""

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Literal
from weakref import WeakValueDictionary

import httpx2
import msgspec

from frontdesk.client import events
from frontdesk.client.address import server
from frontdesk.client.calls import API, SESSION, Calls
from frontdesk.client.errands import until_answered
from frontdesk.client.events import Event, Joined, Left, Noop, Past, Sent
from frontdesk.client.failures import Lost
from frontdesk.client.lines import Json, Roads, Transport
from frontdesk.client.link import Link
from frontdesk.client.paths import COMMANDS, KEYED
from frontdesk.client.poll import Poll
from frontdesk.client.socket import Socket
from frontdesk.client.sse import EventStream
from frontdesk.client.timing import Timing

KEY_BYTES = 16


class Desk:
    """Somebody at a desk, known by a token.

    Args:
        url: where the server is, as `https://desk.example`: scheme, host, and a port if need be.
        transport: listen over this one alone; None takes the best that works.
        http: what to ask with, in tests; else what connects.
        trust_env: take proxies from the environment, as programs do.
        misplaced: is told of each event that comes twice or out of order. No server of ours sends
            one; it is counted, and never handed on.
        lines: counts the lines of each transport.

    Raises:
        ValueError: `url` is no address of a server.
    """

    def __init__(
        self,
        url: str,
        *,
        desk: str = "main",
        token: str = "",
        transport: Transport | None = None,
        timing: Timing | None = None,
        http: httpx2.AsyncClient | None = None,
        trust_env: bool = True,
        misplaced: Callable[[Json], None] | None = None,
        lines: Counter[Transport] | None = None,
    ) -> None:
        self.timing = timing or Timing()
        self.calls = Calls(server(url), desk, self.timing, http=http, trust_env=trust_env)
        self.calls.token = token
        # Where the last event that was taken stands, and so where to go on.
        self.since: str | None = None
        # Of a guest who has identified: the name that was given, and the room.
        self.user = ""
        self.room = ""
        self.misplaced = 0
        self.lines: Counter[Transport] = Counter() if lines is None else lines
        self._told_misplaced = misplaced
        self._transport = transport
        self.roads: Roads = {
            Transport.SOCKET: partial(Socket.open, self.calls, self.timing),
            Transport.SSE: partial(EventStream.open, self.calls, self.timing),
            Transport.POLL: self._poll,
        }
        self._link: Link | None = None
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def _poll(self, since: str) -> Poll:
        return Poll(self.calls, self.timing, since)

    # --- getting in -------------------------------------------------------------------------

    @classmethod
    async def sign_in(cls, url: str, user: str, password: str, **more: Any) -> "Desk":
        """Somebody with an account. `more` is as for `Desk`.

        Raises:
            Refused: the name and the password do not fit, or signing in is not possible here.
            NoAnswer: nobody answers.
            ValueError: `url` is no address of a server.
        """
        desk = cls(url, **more)
        await desk._begin("session", None, partial(desk.calls.sign_in, user, password))
        desk.user = user
        return desk

    @classmethod
    async def identify(
        cls,
        url: str,
        *,
        username: str,
        question: str,
        info: Mapping[str, str] | None = None,
        key: str | None = None,
        **more: Any,
    ) -> "Desk":
        """A guest, who waits from now on. `more` is as for `Desk`; raises as `sign_in`."""
        desk = cls(url, **more)
        key = key or new_key()
        body = {"username": username, "question": question, "info": info or {}, "key": key}
        ask = partial(desk.calls.request, "POST", f"{desk.calls.desk}/identify", body=body)
        told = await desk._begin("identify", key, ask)
        desk.calls.token = told["token"]
        desk.user, desk.room, desk.since = told["user"], told["room"], told["id"]
        return desk

    @classmethod
    async def leave_message(
        cls,
        url: str,
        *,
        username: str,
        body: str,
        contact: str,
        info: Mapping[str, str] | None = None,
        key: str | None = None,
        **more: Any,
    ) -> str:
        """Leave a message at a desk where nobody is there, or that is closed or full; its room.

        `contact` is where to answer. `more` is as for `Desk`; raises as `sign_in`.
        """
        key = key or new_key()
        given = {"username": username, "body": body, "contact": contact, "info": info or {}}
        async with cls(url, **more) as desk:
            path = f"{desk.calls.desk}/leave_message"
            ask = partial(desk.calls.request, "POST", path, body={**given, "key": key})
            return str((await desk._answer("leave_message", ask, key=key))["room"])

    async def _begin(self, name: str, key: str | None, attempt: Any) -> Any:
        try:
            return await self._answer(name, attempt, key=key)
        except BaseException:
            await self.close()
            raise

    @property
    def token(self) -> str:
        """All that is needed to come back as the same person. A secret."""
        return self.calls.token

    async def sign_out(self) -> None:
        """End the session."""
        ask = partial(self.calls.request, "DELETE", SESSION)
        await self._answer("session", ask)

    async def __aenter__(self) -> "Desk":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave: close all connections. The session stays."""
        if self._link is not None:
            await self._link.close(for_good=True)
        await self.calls.close()

    # --- listening --------------------------------------------------------------------------

    async def events(self, since: str | None = None) -> AsyncGenerator[Event, None]:
        """All that is heard, in order and exactly once, until the session is over.

        Args:
            since: the id to go on from. Without it, from where one was last, or else with a
                `Reset` that brings the view.

        Raises:
            HungUp: the server said not to come back.
            Refused: the server does not let us listen.
        """
        async with contextlib.aclosing(self.raw_events(since)) as heard:
            async for told in heard:
                event = events.read(told)
                if not isinstance(event, Noop):
                    yield event

    async def raw_events(self, since: str | None = None) -> AsyncGenerator[Json, None]:
        """The same as JSON, as it came, with every `noop`."""
        if self._link is not None:
            await self._link.close(for_good=False)
        self.since = since or self.since
        view = partial(self.calls.command, "state", {})
        link = Link(
            self.roads,
            view,
            self.timing,
            since=self.since,
            misplaced=self._misplaced,
            lines=self.lines,
        )
        link.use(self._transport)
        self._link = link
        link.start()
        try:
            while True:
                try:
                    told = await link.next()
                except StopAsyncIteration:
                    return
                self.since = told.get("id") or told.get("view", {}).get("id") or self.since
                yield told
        finally:
            await link.close(for_good=False)

    def _misplaced(self, event: Json) -> None:
        self.misplaced += 1
        if self._told_misplaced is not None:
            self._told_misplaced(event)

    def use(self, transport: Transport | None) -> None:
        """Listen over this transport from now on; None takes the best that works."""
        self._transport = transport
        if self._link is not None:
            self._link.use(transport)

    @property
    def listening_over(self) -> Transport | None:
        """Over which transport events come just now."""
        return self._link.transport if self._link is not None else None

    # --- commands ---------------------------------------------------------------------------

    async def command(
        self, name: str, /, *, key: str | None = None, deadline_ms: int | None = None, **body: Any
    ) -> Any:
        """Any command, by its name: its answer, as JSON. What is None is left out.

        Args:
            key: of an earlier call that had no answer, to do it once; else a new one.
            deadline_ms: for all attempts together.

        Raises:
            Refused: the server says no.
            NoAnswer: the deadline is over; it says whether it may have been done.
            ValueError: there is no such command.
        """
        if name not in COMMANDS:
            raise ValueError(f"there is no command {name!r}, but {', '.join(sorted(COMMANDS))}")
        body = {word.rstrip("_"): value for word, value in body.items() if value is not None}
        if name in KEYED:
            key = key or new_key()
            body["key"] = key
        lost_once = False

        async def attempt() -> Any:
            nonlocal lost_once
            line = self._link.takes_commands if self._link is not None else None
            try:
                # A socket that has lost an answer may be dead: the next attempt goes beside it.
                if line is not None and not lost_once:
                    return await line.ask(name, body)
                return await self.calls.command(name, body)
            except Lost:
                lost_once = True
                raise

        return await self._answer(name, attempt, key=key, deadline_ms=deadline_ms)

    async def _answer(
        self,
        name: str,
        attempt: Callable[[], Awaitable[Any]],
        *,
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> Any:
        return await until_answered(
            attempt, self.timing, url=self.calls.url, name=name, key=key, deadline_ms=deadline_ms
        )

    async def say(self, room: str, body: str, **more: Any) -> Sent:
        """Write in a room. What is said in one room is sent in the order of the calls."""
        async with self._lane(room):
            told = await self.command("message", room=room, body=body, **more)
        return msgspec.convert(told, Sent)

    async def direct_message(self, agent: str, body: str, **more: Any) -> Sent:
        """Write to a colleague; the answer says in which room."""
        async with self._lane(f"to {agent}"):
            told = await self.command("direct_message", agent=agent, body=body, **more)
        return msgspec.convert(told, Sent)

    def _lane(self, room: str) -> asyncio.Lock:
        # First come, first served; gone when nobody holds it or waits for it.
        return self._lanes.setdefault(room, asyncio.Lock())

    async def typing(self, room: str, *, state: bool = True) -> None:
        """Be seen typing, for the next six seconds; lost if there is no line just now."""
        line = self._link.takes_commands if self._link is not None else None
        ask = line.ask if line is not None else self.calls.command
        with contextlib.suppress(Lost):
            await ask("typing", {"room": room, "state": state})

    async def assist(self, guest: str | None = None, **more: Any) -> Joined:
        """Take the next guest, or that one."""
        return msgspec.convert(await self.command("assist", guest=guest, **more), Joined)

    async def status(self, status: Literal["available", "away"], **more: Any) -> None:
        """Be available or away."""
        await self.command("status", status=status, **more)

    async def set_limit(self, limit: int, agent: str | None = None, **more: Any) -> None:
        """Have so many guests at once; `agent` is for monitors."""
        await self.command("set_limit", limit=limit, agent=agent, **more)

    async def end(self, room: str, **more: Any) -> None:
        """End a room."""
        await self.command("end", room=room, **more)

    async def transfer(self, room: str, agent: str, *, force: bool = False, **more: Any) -> None:
        """Let a colleague have the guest."""
        await self.command("transfer", room=room, agent=agent, force=force, **more)

    async def join(
        self, room: str, as_: Literal["speaker", "watcher"] = "speaker", **more: Any
    ) -> Joined:
        """Enter a room."""
        return msgspec.convert(await self.command("join", room=room, as_=as_, **more), Joined)

    async def leave(self, room: str, **more: Any) -> Left:
        """Leave a room, which goes on."""
        return msgspec.convert(await self.command("leave", room=room, **more), Left)

    async def create(self, name: str, topic: str = "", **more: Any) -> str:
        """Open a group room; its id."""
        told = await self.command("create", name=name, topic=topic, **more)
        return str(told["room"])

    async def queue(self, **more: Any) -> str:
        """A guest asks again, after an end; the new room."""
        told = await self.command("queue", **more)
        self.room = str(told.get("room", self.room))
        return self.room

    async def leave_queue(self, **more: Any) -> None:
        """A guest goes unhelped."""
        await self.command("leave_queue", **more)

    async def rate(self, room: str, rating: int, comment: str = "", **more: Any) -> None:
        """A guest says how it was, from 1 to 5, in a room that is over."""
        await self.command("rate", room=room, rating=rating, comment=comment, **more)

    async def note_done(self, room: str, **more: Any) -> None:
        """An agent has dealt with a message that was left, by its room in the view's `notes`."""
        await self.command("note_done", room=room, **more)

    async def change_settings(self, settings: Mapping[str, bool | int | str], **more: Any) -> None:
        """Change settings of the desk."""
        await self.command("change_settings", settings=dict(settings), **more)

    async def erase(self, person: str, **more: Any) -> None:
        """Erase a guest, by the id that `find` gives."""
        await self.command("erase", person=person, **more)

    # --- looking ----------------------------------------------------------------------------

    async def state(self) -> Json:
        """The view (protocol §4), with the `id` from which to go on listening."""
        return dict(await self.command("state"))

    async def guests(self) -> list[str]:
        """Who waits, in order."""
        return list(await self.command("guests"))

    async def rooms(self) -> list[Json]:
        """The guests' rooms that are open, as a monitor."""
        return list(await self.command("rooms"))

    async def people(self) -> Json:
        """Agents who can take a guest, agents who cannot, and guests: the command `list`."""
        return dict(await self.command("list"))

    async def messages(
        self, room: str, *, before: str | None = None, limit: int | None = None
    ) -> tuple[list[Past], bool]:
        """Messages of a room, newest first, and whether there are older ones."""
        told = await self.command("messages", room=room, before=before, limit=limit)
        return [msgspec.convert(one, Past) for one in told["messages"]], bool(told["more"])

    async def history(
        self,
        q: str | None = None,
        *,
        user: str | None = None,
        agent: str | None = None,
        reason: str | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Json:
        """Rooms of guests, the last opened first, in which these words stand; for monitors.

        `next` is what to say as `before` for more; None where there is nothing beyond.
        """
        asked: Json = {"q": q, "user": user, "agent": agent, "reason": reason}
        return dict(await self.command("history", **asked, before=before, limit=limit))

    async def conversation(self, room: str, after: str | None = None) -> Json:
        """A part of a conversation; `next` is where the rest begins. For monitors."""
        return dict(await self.command("conversation", room=room, after=after))

    async def earlier(self, room: str) -> list[Json]:
        """The rooms that this room's guest had before it, the last first."""
        return [dict(one) for one in (await self.command("earlier", room=room))["rooms"]]

    async def desks(self) -> list[Json]:
        """The desks at which the account works, and whether guests may come there."""
        ask = partial(self.calls.request, "GET", f"{API}/desks")
        told = await self._answer("desks", ask)
        return [dict(one) for one in told]

    async def settings(self) -> list[Json]:
        """Every setting of the desk."""
        return [dict(one) for one in await self.command("settings")]

    async def find(self, user: str) -> Json:
        """Which guests have or had that name."""
        return dict(await self.command("find", user=user))

    async def export(self, person: str, after: str | None = None) -> Json:
        """A part of what is kept of a guest; `next` is where the rest begins."""
        return dict(await self.command("export", person=person, after=after))


def new_key() -> str:
    """A key that nobody has used."""
    return secrets.token_hex(KEY_BYTES)
