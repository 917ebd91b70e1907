"""A soak: people talk through a bad network to a server that is killed, and nothing may be lost.

It goes round by round. In a round guests come, are taken, and everybody talks, while lines break,
people change their transport and the server is killed or stopped, all at random, but at least once
in each round: after a share of its messages that is drawn. Then it is calm:
everybody hears the rest, the checker goes through what was written down, and it is forgotten. So
memory holds one round, however many there are. Whatever is found ends the soak at that round.
"""

import asyncio
import random
import resource
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from msgspec import Struct, field

from frontdesk.client import HungUp, NoAnswer, Refused, Timing, Transport
from frontdesk.trials.checker import check
from frontdesk.trials.history import History
from frontdesk.trials.people import Agent, Guest, Person
from frontdesk.trials.proxy import Proxy
from frontdesk.trials.server import Server, free_port
from frontdesk.trials.truth import Finding

PASSWORD = "nobody else signs in here"
# Each has as many guests as a new agent may have; the fourth of four clients helps the others.
GUESTS_EACH = 3

# One machine, so what is silent for seconds is dead; and a server is back after two or three.
TIMING = Timing(
    silence_ms=4_000,
    open_ms=3_000,
    answer_ms=3_000,
    patience_ms=120_000,
    pause_ms=30,
    pause_most_ms=500,
)

# Messages that are written down and checked at once: about 3.5 KiB each, so 90 MiB.
ROUND = 25_000
# What one person has on its way in one room at once. Lines that break hold up their messages for
# seconds, and the server is to have enough to do meanwhile.
AHEAD = 2
# Of all ends of the server, in good order.
STOPS = 0.3
# How long a person stays with a transport, and a connection lives, on average.
CHANGE_EVERY_S = 4.0
FATE_EVERY_MS = 10_000
# How often it is told how things stand.
TELL_EVERY_S = 10.0
# How long a round may take to come to rest once nothing more is broken. It takes a second or two.
REST_S = 60.0


class Plan(Struct, frozen=True, kw_only=True):
    """What to do.

    `kill_every_s` is the mean time between two ends of the server, from its start to the next end,
    beside the one that each round has; 0: it is never ended.
    """

    messages: int
    clients: int
    seed: int
    kill_every_s: float = 10.0
    most_s: float = 3_600.0


class Result(Struct, kw_only=True):
    """What has been done and found. Counts are of the whole soak.

    `untried` says that the server was to be ended, and never was: that nothing was broken then
    says little.
    """

    seed: int
    messages: int = 0
    rounds: int = 0
    kills: int = 0
    stops: int = 0
    replayed: int = 0
    fates: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    changes: int = 0
    seconds: float = 0.0
    memory_mib: int = 0
    # Promises that were not kept, by rule, and the first of them in words.
    broken: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    untried: bool = False

    @property
    def kept(self) -> bool:
        """Whether all promises were tried and kept."""
        return not self.broken and not self.untried


# So many findings say what is wrong; more say it again.
FINDINGS_MOST = 20
# What Python begins a trace with, and as much of one as tells where it comes from.
TRACE = "Traceback"
TRACE_CHARS = 4_000


class Soak:
    """The people, the network and the server of one soak."""

    def __init__(self, plan: Plan, server: Server, proxy: Proxy) -> None:
        self.plan = plan
        self.server = server
        self.proxy = proxy
        self.chance = random.Random(plan.seed)
        self.result = Result(seed=plan.seed)
        self.began = time.monotonic()
        self.agents: list[Agent] = []
        self.history = History()
        # Held by whoever ends the server, and by a round that comes to rest.
        self._calm = asyncio.Lock()
        self._texts = 0
        self._lines: Counter[Transport] = Counter()

    # --- the people -------------------------------------------------------------------------

    async def open(self, count: int) -> None:
        """So many agents come to work."""
        for number in range(1, count + 1):
            url, more = self.proxy.url, {"timing": TIMING, "transport": self._transport()}
            agent = Agent(url, self.history, f"Agent {number}", PASSWORD, **more)
            self.agents.append(agent)
            await agent.sign_in()
            await agent.command("status", status="available")

    def _transport(self) -> Transport:
        return self.chance.choice(list(Transport))

    async def round(self, messages: int) -> list[Finding]:
        """So many messages, and what is wrong with what became of them."""
        stuck: list[Finding] = []
        try:
            await self._round(messages)
        except* (NoAnswer, Refused, HungUp, TimeoutError) as group:
            stuck = [Finding("stuck", repr(error)) for error in group.exceptions]
        self._count()
        return stuck + await asyncio.to_thread(check, self.history)

    async def _round(self, messages: int) -> None:
        self.history = History()
        for agent in self.agents:
            agent.turn_page(self.history)
        many = self.plan.clients - len(self.agents)
        more = {"timing": TIMING}
        guests = [
            Guest(self.proxy.url, self.history, transport=self._transport(), **more)
            for _ in range(many)
        ]
        try:
            async with asyncio.TaskGroup() as group:
                people: list[Person] = [*self.agents, *guests]
                beside = [group.create_task(self._change(person)) for person in people]
                await self._talk(guests, messages)
                for task in beside:
                    task.cancel()
            async with self._calm:
                self.proxy.calm = True
                await asyncio.wait_for(self._rest(guests), REST_S)
                self.proxy.calm = False
        finally:
            for guest in guests:
                await guest.close()
                self._lines.update(guest.lines)

    async def _talk(self, guests: list[Guest], messages: int) -> None:
        """Everybody comes, and both sides of each room write until so much is said."""
        await asyncio.gather(*(guest.identify("Guest", "Why?") for guest in guests))
        for number, guest in enumerate(guests):
            await self.agents[number % len(self.agents)].command("assist", guest=guest.who)
        left = messages
        first_end = self.chance.randint(1, messages) if self.plan.kill_every_s > 0 else None

        async def write(person: Person, room: str) -> None:
            nonlocal left
            while left > 0:
                if left == first_end:
                    group.create_task(self._end_and_start())
                left -= 1
                self._texts += 1
                await person.say(room, f"{person.who} says thing number {self._texts}")
                self.result.messages += 1

        async with asyncio.TaskGroup() as group:
            for number, guest in enumerate(guests):
                for person in (guest, self.agents[number % len(self.agents)]):
                    for _ in range(AHEAD):
                        group.create_task(write(person, guest.room))

    async def _rest(self, guests: list[Guest]) -> None:
        """Let everybody hear everything, look at all there is, and end."""
        people: list[Person] = [*self.agents, *guests]
        for person in people:
            # A poll says at once how far one has heard; a quiet stream takes its time.
            person.use(Transport.POLL)
        for number, guest in enumerate(guests):
            await guest.look_at_messages(guest.room)
            await self.agents[number % len(self.agents)].end(guest.room)
        await self.agents[0].look_at_state()
        head = (await self.agents[0].desk.state())["id"]
        await asyncio.gather(*(person.catch_up(head) for person in people))
        self.history.settled = True
        for agent in self.agents:
            agent.use(self._transport())

    # --- what goes wrong --------------------------------------------------------------------

    async def _end_and_start(self) -> None:
        """End the server, and start it."""
        async with self._calm:
            if self.chance.random() < STOPS:
                await self.server.stop()
                self.result.stops += 1
            else:
                await self.server.kill()
                self.result.kills += 1
            await self.server.start()

    async def keep_ending(self) -> None:
        """End the server again and again, and start it."""
        every_s = self.plan.kill_every_s
        while every_s > 0:
            await asyncio.sleep(self.chance.uniform(0.5 * every_s, 1.5 * every_s))
            await self._end_and_start()

    async def _change(self, person: Person) -> None:
        """Change the transport again and again."""
        while True:
            await asyncio.sleep(self.chance.expovariate(1 / CHANGE_EVERY_S))
            person.use(self._transport())
            self.result.changes += 1

    async def keep_calm(self, ending: "asyncio.Task[None]") -> None:
        """End the server no more; it runs."""
        async with self._calm:
            ending.cancel()

    # --- counting ---------------------------------------------------------------------------

    def _count(self) -> None:
        result = self.result
        said = [call for call in self.history.calls if call.name == "message"]
        result.replayed += sum("replayed" in call.answers[0] for call in said if call.answers)
        result.rounds += 1
        self.look()

    def look(self) -> None:
        """Count what is counted elsewhere, as it stands."""
        result = self.result
        result.seconds = time.monotonic() - self.began
        result.fates = {fate.value: count for fate, count in sorted(self.proxy.fates.items())}
        lines = sum((agent.lines for agent in self.agents), self._lines)
        result.lines = {transport.value: lines[transport] for transport in Transport}
        result.memory_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    async def tell(self, how: Callable[[Result], None], every_s: float) -> None:
        """Tell how things stand, again and again."""
        while True:
            await asyncio.sleep(every_s)
            self.look()
            how(self.result)

    def note(self, found: list[Finding]) -> None:
        """What is wrong, for the report."""
        self.result.broken = dict(Counter(finding.rule for finding in found))
        self.result.findings = [str(finding) for finding in found[:FINDINGS_MOST]]

    async def close(self) -> None:
        """Everybody goes."""
        for agent in self.agents:
            await agent.close()


@asynccontextmanager
async def _opened(
    plan: Plan, folder: Path, tamper: Callable[[bytes], bytes] | None
) -> AsyncIterator[Soak]:
    agents = -(-plan.clients // (GUESTS_EACH + 1))
    server = Server(folder, free_port())
    async with AsyncExitStack() as stack:
        stack.callback(server.close)
        for number in range(1, agents + 1):
            await asyncio.to_thread(server.add_user, f"Agent {number}", PASSWORD)
        await asyncio.to_thread(server.lift_limits)
        await server.start()
        chance = random.Random(f"{plan.seed} network")
        proxy = Proxy(server.port, chance, every_ms=FATE_EVERY_MS, tamper=tamper)
        soak = Soak(plan, server, await stack.enter_async_context(proxy))
        stack.push_async_callback(soak.close)
        proxy.calm = True
        await soak.open(agents)
        proxy.calm = False
        yield soak


async def run(
    plan: Plan,
    folder: Path,
    *,
    tamper: Callable[[bytes], bytes] | None = None,
    on_news: Callable[[Result], None] = lambda result: None,
    tell_every_s: float = TELL_EVERY_S,
) -> Result:
    """Soak a server of its own, in this folder, until enough is said or time is over.

    Args:
        tamper: as for `Proxy`.
        on_news: is told how things stand after each round, and every `tell_every_s` within it.
    """
    async with _opened(plan, folder, tamper) as soak, asyncio.TaskGroup() as group:
        result = soak.result
        ending = group.create_task(soak.keep_ending())
        telling = group.create_task(soak.tell(on_news, tell_every_s))
        while result.messages < plan.messages and time.monotonic() - soak.began < plan.most_s:
            found = await soak.round(min(ROUND, plan.messages - result.messages))
            soak.note(found)
            soak.look()
            on_news(result)
            if found:
                break
        telling.cancel()
        await soak.keep_calm(ending)
    result.untried = plan.kill_every_s > 0 and not result.kills + result.stops
    logs = soak.server.logs()
    if TRACE in logs:
        soak.result.broken["fault"] = logs.count(TRACE)
        soak.result.findings.append(f"the server wrote: {_first_trace(logs)}")
    return soak.result


def _first_trace(logs: str) -> str:
    """What the server wrote around its first trace."""
    at = logs.index(TRACE)
    return logs[max(0, at - TRACE_CHARS // 4) : at + TRACE_CHARS]
