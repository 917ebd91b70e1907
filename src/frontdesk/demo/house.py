"""All of it: a server on a folder that is thrown away, the shop, the agents, and guests who come.

The server is a process of its own, as an operator's is. What is set at its desk lets the play go
on as fast as it is asked to; everything else is as it is everywhere.
"""

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from frontdesk.client import Desk
from frontdesk.client.events import Status
from frontdesk.demo.bots import Bot, Part
from frontdesk.demo.pace import Pace
from frontdesk.demo.screenplay import Screenplay
from frontdesk.demo.tide import gap_ms
from frontdesk.demo.visits import TIMING, Visit, Visited
from frontdesk.trials.server import Server

BOTS = ("Ida", "Jon", "Mara")
NEWCOMER = "Sam"

# Who is not in the play is taken after so long; or, while the newcomer is available and may want to
# do it, after so much longer.
REAL_MS = 6_000
REAL_LONGER_MS = 45_000

# Where guests of the play say that they are: their shop has a name of its own.
SITE = "https://shop.example"
# The desk's own field in the form.
FIELD = "Order number"

SETTINGS = (
    "title=Kettle & Loom",
    "greeting=Ask us anything about kettles, mugs and blankets, or about your parcel.",
    "color=#8a4b2a",
    f"fields={FIELD}",
    # It opens when messages have been left, as after a night.
    "open=no",
    # All guests come from one address, and at a speed of twenty as many more.
    *("identify_rate=60000", "guest_rate=60000", "account_rate=600000"),
)


# How often we look whether the server is still there.
LOOKS_S = 0.5


class Plan(NamedTuple):
    """What is to be shown. `guests` are there at once at most."""

    seed: int
    guests: int = 14
    speed: float = 1.0


class Accounts(NamedTuple):
    """Their passwords, by name."""

    passwords: dict[str, str]


async def set_up(server: Server) -> Accounts:
    """Make the accounts, and set what is set; before the server runs."""
    accounts = Accounts({name: secrets.token_urlsafe(9) for name in (NEWCOMER, *BOTS)})
    for name, password in accounts.passwords.items():
        role = "admin" if name == NEWCOMER else "agent"
        await asyncio.to_thread(server.add_user, name, password, role=role)
    told = await asyncio.to_thread(server.run, "desk", "set", "main", *SETTINGS)
    assert told.returncode == 0, told.stderr
    return accounts


async def open_after_a_night(server: Server, play: Screenplay) -> None:
    """Let messages be left at the desk, which is closed, and open it."""
    for one in play.overnight:
        await Desk.leave_message(
            server.url,
            username=one.name,
            body=one.body,
            contact=one.contact,
            info={"page": SITE + one.page},
            trust_env=False,
        )
    told = await asyncio.to_thread(server.run, "desk", "open", "main")
    assert told.returncode == 0, told.stderr


class House:
    """Agents and guests.

    Args:
        news: is told what is worth seeing, in a sentence.
        done: is told of each guest who has gone.
        pace: of another clock, in tests.
    """

    def __init__(
        self,
        url: str,
        plan: Plan,
        play: Screenplay,
        *,
        news: Callable[[str], None] = lambda _: None,
        done: Callable[[Visited], None] = lambda _: None,
        pace: Pace | None = None,
    ) -> None:
        self.url = url
        self.bots: dict[str, Bot] = {}
        self._plan = plan
        self._play = play
        self._pace = pace or Pace(plan.speed)
        self._random = Random(f"{plan.seed}")
        self._news = news
        self._done = done
        # Of those who are here: names that will come, names that wait or talk, and rooms.
        self._expected: set[str] = set()
        self._known: set[str] = set()
        self._rooms: set[str] = set()
        # Those who are not in the play, and since when each has been seen waiting.
        self._seen_ms: dict[str, int] = {}
        self._newcomer_is_there = False

    async def run(self, accounts: Accounts) -> None:
        """Open, and go on until cancelled."""
        async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
            for name in BOTS:
                desk = await Desk.sign_in(
                    self.url, name, accounts.passwords[name], timing=TIMING, trust_env=False
                )
                await stack.enter_async_context(desk)
                chance = Random(f"{self._plan.seed} {name}")
                self.bots[name] = Bot(desk, self, self._play.people, self._pace, chance, self._news)
                tasks.create_task(self.bots[name].run())
            await self._let_guests_come(tasks)

    async def _let_guests_come(self, tasks: asyncio.TaskGroup) -> None:
        there = asyncio.Semaphore(self._plan.guests)
        opened_ms = self._pace.now_ms()
        for number, (visit, about) in enumerate(self._visits()):
            at_ms = self._pace.now_ms() - opened_ms
            await self._pace.rest(gap_ms(number, at_ms, self._plan.guests, self._random))
            await there.acquire()
            task = tasks.create_task(self._see_through(visit, about, tasks))
            task.add_done_callback(lambda _: there.release())

    def _visits(self) -> Iterator[tuple[Visit, dict[str, str]]]:
        """Who comes: all conversations in another order each time, each time by somebody else."""
        play, chance = self._play, self._random
        names = [f"{name} {initial}." for name in play.guests for initial in play.initials]
        chance.shuffle(names)
        called = itertools.cycle(names)
        while True:
            for script in chance.sample(play.conversation, len(play.conversation)):
                system, browser = chance.choice(play.systems)
                about = {"page": SITE + script.page, "system": system, "browser": browser}
                if script.order:
                    about[FIELD] = script.order
                visit = Visit(script, next(called), self._pace, bot=self._part, news=self._news)
                yield visit, about

    async def _see_through(
        self, visit: Visit, about: dict[str, str], tasks: asyncio.TaskGroup
    ) -> None:
        expected = visit.visited.guest
        came: list[Desk] = []

        def comes(desk: Desk) -> None:
            came.append(desk)
            self.comes(desk.user, desk.room)

        self.expects(expected)
        await visit.run(self.url, about, comes)
        self._expected.discard(expected)
        for desk in came:
            self._known.discard(desk.user)
            self._rooms.discard(desk.room)
        self._done(visit.visited)
        for name in visit.visited.helpers[-1:]:
            if bot := self.bots.get(name):
                tasks.create_task(bot.goes_out())

    def expects(self, name: str) -> None:
        """A guest of the play of this name is on the way."""
        self._expected.add(name)

    def comes(self, name: str, room: str) -> None:
        """A guest of the play waits."""
        self._known.add(name)
        self._rooms.add(room)

    def _part(self, name: str, room: str) -> Part | None:
        """The bot of this name in that room."""
        bot = self.bots.get(name)
        return bot.part(room) if bot is not None else None

    # --- for the bots -------------------------------------------------------------------------

    def of_the_play(self, room: str) -> bool:
        return room in self._rooms

    def choose(self, waiting: list[str], *, played: bool) -> str | None:
        now_ms = self._pace.now_ms()
        real = [name for name in waiting if name not in self._known | self._expected]
        self._seen_ms = {name: self._seen_ms.get(name, now_ms) for name in real}
        # Nobody who came to see the play is to wait for all of it.
        patience_ms = REAL_MS + (REAL_LONGER_MS if self._newcomer_is_there else 0)
        found = [name for name in real if now_ms - self._seen_ms[name] >= patience_ms]
        if played:
            found += [name for name in waiting if name in self._known]
        return next(iter(found), None)

    def colleague(self, than: Bot) -> Bot | None:
        others = [bot for bot in self.bots.values() if bot is not than and bot.may_be_handed]
        return min(others, key=lambda bot: bot.load, default=None)

    def may_go_out(self, bot: Bot) -> bool:
        return not any(one.is_out for one in self.bots.values())

    def hears(self, status: Status) -> None:
        if status.user == NEWCOMER:
            self._newcomer_is_there = status.is_ == "available"


async def ended(server: Server) -> None:
    """Wait until the server has ended, which it does when somebody ends it."""
    while server.is_running:  # noqa: ASYNC110 -- a process that ends sets no event
        await asyncio.sleep(LOOKS_S)
