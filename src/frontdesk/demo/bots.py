"""An agent of the play, who takes guests in their turn, says what the play has for them, and takes
breaks. To people who are not in the play it says what a bot can say.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from random import Random
from typing import Protocol

from frontdesk.client import Desk, Refused
from frontdesk.client.events import End, Event, Joined, Left, Message, Reset, Status, Transfer
from frontdesk.demo.pace import Pace
from frontdesk.demo.play import write
from frontdesk.demo.screenplay import People

# How many it has at most, and how many of them of the play: one place is for a newcomer.
PLACES = 3
PLAYED = 2

# How long until it looks again whether somebody waits.
LOOK_LEAST_MS = 1_500
LOOK_MOST_MS = 4_500
# A break: how many of those it has said good-bye to are followed by one, and how long it is.
BREAKS = 0.2
BREAK_MS = 20_000

# How often a colleague is looked for, and how long it takes each time.
ASKED = 15
ASKED_MS = 2_000


class House(Protocol):
    """What a bot asks of where it works."""

    def of_the_play(self, room: str) -> bool:
        """Whether that room's guest has lines."""

    def choose(self, waiting: list[str], *, played: bool) -> str | None:
        """Whom to take next of those who wait; with `played`, those of the play too."""

    def colleague(self, than: "Bot") -> "Bot | None":
        """Somebody else who has room."""

    def may_go_out(self, bot: "Bot") -> bool:
        """Whether enough others are there."""

    def hears(self, status: Status) -> None:
        """An agent has become available, or is away."""


class Bot:
    """One agent.

    Args:
        news: is told what is worth seeing.
    """

    def __init__(
        self,
        desk: Desk,
        house: House,
        people: People,
        pace: Pace,
        random: Random,
        news: Callable[[str], None],
    ) -> None:
        self.name = desk.user
        self.is_out = False
        self.desk = desk
        self._house = house
        self._people = people
        self._pace = pace
        self._random = random
        self._news = news
        self._rooms: set[str] = set()
        # To people who are not in the play, by room.
        self._talks: dict[str, Talk] = {}

    @property
    def load(self) -> int:
        """How many guests it has."""
        return len(self._rooms)

    @property
    def may_be_handed(self) -> bool:
        """Whether a colleague may hand it one more."""
        return not self.is_out and self.load < PLACES

    @property
    def has_room(self) -> bool:
        """Whether it can take one more of the play."""
        played = sum(map(self._house.of_the_play, self._rooms))
        return not self.is_out and played < PLAYED

    async def run(self) -> None:
        """Work, until cancelled."""
        await self.desk.set_limit(PLACES)
        await self.desk.status("available")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_forever())
            async for event in self.desk.events():
                self._hear(event, tasks)
        raise RuntimeError(f"the session of {self.name} is over")

    def _hear(self, event: Event, tasks: asyncio.TaskGroup) -> None:
        match event:
            case Reset(view=view):
                self._rooms = {room["room"] for room in view["rooms"]}
            case Joined(room=room, guest=guest) | Transfer(room=room, guest=guest) if guest:
                self._rooms.add(room)
                if not self._house.of_the_play(room):
                    said = [guest.question, *(one.body for one in event.backlog)]
                    talk = self._talks[room] = Talk(self, room, guest.user, said)
                    talk.task = tasks.create_task(talk.run(self._people, self._pace, self._random))
            case Left(room=room) | End(room=room):
                self._rooms.discard(room)
                if room in self._talks:
                    self._talks.pop(room).task.cancel()
            case Message(room=room, user=user, body=body) if room in self._talks:
                if user == self._talks[room].guest:
                    self._talks[room].said.put_nowait(body)
            case Status(of="availability"):
                self._house.hears(event)
            case _:
                pass

    async def _take_forever(self) -> None:
        while True:
            await self._pace.rest(self._random.uniform(LOOK_LEAST_MS, LOOK_MOST_MS))
            if self.is_out:
                continue
            name = self._house.choose(await self.desk.guests(), played=self.has_room)
            if name is not None:
                # A colleague may have been faster, or the guest has gone.
                with contextlib.suppress(Refused):
                    taken = await self.desk.assist(name)
                    if not self._house.of_the_play(taken.room):
                        self._news(f"{self.name} takes {name}, who is not in the play: is it you?")
                    else:
                        self._news(f"{self.name} takes {name}")

    async def goes_out(self) -> None:
        """Take a break, perhaps, after somebody has gone."""
        if self._random.random() > BREAKS or not self._house.may_go_out(self):
            return
        self.is_out = True
        try:
            await self.desk.status("away")
            self._news(f"{self.name} takes a break")
            await self._pace.rest(BREAK_MS)
            await self.desk.status("available")
        finally:
            self.is_out = False

    # --- in one room --------------------------------------------------------------------------

    def part(self, room: str) -> "Part":
        """The one who helps there."""
        return Part(self, room)

    async def hand_over(self, room: str, guest: str) -> bool:
        """Let a colleague have the guest, as soon as one has room; whether one had."""
        for _ in range(ASKED):
            if to := self._house.colleague(self):
                with contextlib.suppress(Refused):
                    await self.desk.transfer(room, to.name)
                    self._news(f"{self.name} hands {guest} over to {to.name}")
                    return True
            await self._pace.rest(ASKED_MS)
        return False


class Part:
    """A bot in one room."""

    def __init__(self, bot: Bot, room: str) -> None:
        self.name = bot.name
        self._bot = bot
        self._room = room

    async def say(self, text: str) -> None:
        await self._bot.desk.say(self._room, text)

    async def typing(self, *, state: bool) -> None:
        await self._bot.desk.typing(self._room, state=state)

    async def hand_over(self, guest: str) -> bool:
        return await self._bot.hand_over(self._room, guest)

    async def end(self) -> None:
        await self._bot.desk.end(self._room)


class Talk:
    """A bot, and somebody who is not in the play."""

    task: "asyncio.Task[None]"

    def __init__(self, bot: Bot, room: str, guest: str, said: list[str]) -> None:
        self.guest = guest
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self._bot = bot
        self._room = room
        self._first = " ".join(said)

    async def run(self, people: People, pace: Pace, random: Random) -> None:
        """Answer whatever they write, until it is over."""
        part = self._bot.part(self._room)
        hello = random.choice(people.hello)
        hello = hello.replace("{guest}", self.guest).replace("{agent}", self._bot.name)
        with contextlib.suppress(Refused):  # it has ended, which comes as an event too
            await write(part, hello, pace, after=self._first)
            await write(part, people.answer(self._first, 0), pace, after=hello)
            for turn in itertools.count(1):
                text = await self.said.get()
                await write(part, people.answer(text, turn), pace, after=text)
