"""A guest of the play: comes, asks, waits, talks, goes. And what was heard meanwhile, in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Protocol

from msgspec import Struct

from frontdesk.client import Desk, NoAnswer, Refused, Timing
from frontdesk.client.events import End, Event, Joined, Message, Notification
from frontdesk.demo.pace import Pace, reading_ms, typing_ms
from frontdesk.demo.play import Speaker, play, write
from frontdesk.demo.screenplay import Script

# Everybody has gone by then, whoever helps.
WAITS_MS = 600_000
# Somebody who is not in the play gets so long for an answer; after that the guest asks again, once.
PATIENCE_MS = 90_000
# What a person writes in several parts is answered when nothing has come for so long.
QUIET_MS = 3_500
# The last word of the room, when the guest has ended it.
LAST_S = 5.0

TIMING = Timing(patience_ms=15_000)

STILL_THERE = "Are you still there?"


class Agent(Speaker, Protocol):
    """A bot that helps in one room."""

    name: str

    async def hand_over(self, guest: str) -> bool:
        """Let a colleague have the guest; whether one had room."""

    async def end(self) -> None:
        """End the room."""


class Visited(Struct):
    """What became of a guest. `heard` is who said what, in the order in which it came."""

    guest: str
    script: Script
    heard: list[tuple[str, str]] = []
    helpers: list[str] = []
    # `helped`, `left` the queue, or why not.
    outcome: str = ""
    misplaced: int = 0


class Mouth:
    """The guest, who speaks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def say(self, text: str) -> None:
        await self._desk.say(self._desk.room, text)

    async def typing(self, *, state: bool) -> None:
        await self._desk.typing(self._desk.room, state=state)


class Visit:
    """One guest.

    Args:
        bot: who helps in that room under that name, if it is one of ours.
        news: is told what is worth seeing.
    """

    def __init__(
        self,
        script: Script,
        guest: str,
        pace: Pace,
        *,
        bot: Callable[[str, str], Agent | None],
        news: Callable[[str], None],
    ) -> None:
        self.visited = Visited(guest, script)
        self._pace = pace
        self._bot = bot
        self._news = news
        self._inside: list[str] = []
        # Whether somebody who is not in the play has written since the guest did, and when.
        self._spoken_to = False
        self._spoken_ms = 0
        self._heard = asyncio.Condition()

    # --- from coming to going -----------------------------------------------------------------

    async def run(self, url: str, about: Mapping[str, str], came: Callable[[Desk], None]) -> None:
        """All of it.

        Args:
            came: is told when the guest waits, and under which name.
        """
        script = self.visited.script
        try:
            self._desk = await Desk.identify(
                url,
                username=self.visited.guest,
                question=script.question,
                info=about,
                timing=TIMING,
                trust_env=False,
            )
            async with self._desk, self._listening() as over:
                self.guest = Mouth(self._desk)
                self.visited.guest = self._desk.user
                came(self._desk)
                self._news(f"{self._desk.user} waits: {script.question}")
                await self._until_over(over)
                self.visited.misplaced = self._desk.misplaced
        except (Refused, NoAnswer) as no:
            self.visited.outcome = str(no)

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator["asyncio.Task[None]"]:
        task = asyncio.create_task(self._listen())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen(self) -> None:
        """Until the room is over."""
        async for event in self._desk.events():
            async with self._heard:
                self._take(event)
                self._heard.notify_all()
            if isinstance(event, End):
                return

    def _take(self, event: Event) -> None:
        match event:
            case Joined(agent=str(name)) | Notification(user=name, details="joined"):
                self._comes(name)
            case Notification(user=name, details="left"):
                self._inside = [one for one in self._inside if one != name]
            case Message(user=name, body=body):
                self.visited.heard.append((name, body))
                self._spoken_to = name != self._desk.user and not self._of_ours(name)
                self._spoken_ms = self._pace.now_ms()
            case _:
                pass

    def _comes(self, name: str) -> None:
        if name != self._desk.user and name not in self._inside:
            self._inside.append(name)
            self.visited.helpers.append(name)

    def _of_ours(self, name: str) -> Agent | None:
        return self._bot(name, self._desk.room)

    async def _until_over(self, over: "asyncio.Task[None]") -> None:
        playing = asyncio.create_task(self._play())
        try:
            await asyncio.wait({over, playing}, return_when=asyncio.FIRST_COMPLETED)
            if playing.done():
                playing.result()
                await asyncio.wait({over}, timeout=LAST_S)
            if not over.done():
                # The last word of the play was refused; the guest goes all the same.
                with contextlib.suppress(Refused):
                    await self._desk.end(self._desk.room)
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
        if not self.visited.outcome:
            self.visited.outcome = "helped"
            await self._rate()

    async def _rate(self) -> None:
        """Say how it was, as those do who have something to say."""
        rating, comment = self.visited.script.rating, self.visited.script.comment
        if rating:
            await self._pace.rest(reading_ms(comment) + typing_ms(comment))
            await self._desk.rate(self._desk.room, rating, comment)
            said = f": {comment}" if comment else ""
            self._news(f"{self._desk.user} gives {rating} of 5{said}")

    async def _play(self) -> None:
        script = self.visited.script
        said = script.question
        waiting = asyncio.create_task(self._say_meanwhile())
        try:
            async with asyncio.timeout(self._pace.seconds(script.leaves * 1000 or WAITS_MS)):
                await self.helper()
        except TimeoutError:
            await self._leave()
            return
        finally:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        with contextlib.suppress(Refused):  # somebody else has ended it
            await play(script.steps(), self, self._pace, after=said)

    async def _say_meanwhile(self) -> None:
        """What one writes while one waits; nobody has to be there."""
        said = self.visited.script.question
        for text in self.visited.script.waiting:
            await write(self.guest, text, self._pace, after=said)
            said = text

    async def _leave(self) -> None:
        try:
            await self._desk.leave_queue()
        except Refused:
            # Taken at the last moment.
            await self._desk.end(self._desk.room)
        self.visited.outcome = "left"
        self._news(f"{self._desk.user} has waited for long enough, and goes")

    # --- for the play -------------------------------------------------------------------------

    async def helper(self) -> Agent | None:
        async with self._heard:
            await self._heard.wait_for(lambda: self._inside)
        return next(filter(None, map(self._of_ours, self._inside)), None)

    async def answered(self) -> None:
        if not await self._is_spoken_to():
            await self.guest.say(STILL_THERE)
            if not await self._is_spoken_to():
                await self.end(by_guest=True)
                return
        while (quiet_ms := self._pace.now_ms() - self._spoken_ms) < QUIET_MS:
            await self._pace.rest(QUIET_MS - quiet_ms)

    async def _is_spoken_to(self) -> bool:
        try:
            async with asyncio.timeout(self._pace.seconds(PATIENCE_MS)), self._heard:
                return await self._heard.wait_for(lambda: self._spoken_to)
        except TimeoutError:
            return False

    async def hand_over(self) -> None:
        helper = await self.helper()
        if helper is None or not await helper.hand_over(self._desk.user):
            return
        async with self._heard:
            await self._heard.wait_for(lambda: self._inside and helper.name not in self._inside)

    async def end(self, *, by_guest: bool) -> None:
        helper = await self.helper()
        if by_guest or helper is None:
            await self._desk.end(self._desk.room)
        else:
            await helper.end()
        said = len(self.visited.heard)
        self._news(f"{self._desk.user} is done, after {said} messages")

    def named(self, text: str) -> str:
        agent = self._inside[0] if self._inside else "somebody"
        return text.replace("{guest}", self._desk.user).replace("{agent}", agent)
