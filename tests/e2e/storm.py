"""A busy afternoon at a support desk: guests and agents who do what people do, at random."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence

from msgspec import Struct, field

from frontdesk.client import Refused, Transport
from frontdesk.trials.history import History
from frontdesk.trials.people import Agent, Guest, Person, closing
from tests.e2e.server import Server

PASSWORD = "correct horse battery"
NAMES = ("Ana", "Ben", "Cem", "Dora", "Guest")
# People think between two words; shorter than a server takes to start, so that all of them meet
# every restart.
THINKS_S = 0.05
# A room that the guest has ended, a colleague who was faster, a limit: all in a day's work.
EXPECTED = {"not_found", "no_queued_guests", "not_waiting", "agent_unavailable"}


class Storm(Struct):
    """Who is there, what became of it, and when it is to end.

    `closing_time` ends what is random: guests begin nothing new, and stay where they are.
    """

    server: Server
    seed: int
    history: History = field(default_factory=History)
    agents: list[Agent] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    closing_time: asyncio.Event = field(default_factory=asyncio.Event)
    texts: int = 0

    def lines_break(self, chance: random.Random) -> Callable[[], float]:
        """Of a tenth of the commands the client cannot know whether they were done."""
        return lambda: chance.uniform(0.001, 0.01) if chance.random() < 0.1 else 0.0

    def change_transport(self, person: Person, chance: random.Random) -> None:
        """Listen over another one from now on, or over the best that works."""
        person.use(chance.choice([None, *Transport]))
        self.counts["changes of transport"] += 1

    def text(self, who: str) -> str:
        """What nobody has said before."""
        self.texts += 1
        return f"{who} says thing number {self.texts}"


async def guest_comes_and_comes(storm: Storm, number: int) -> None:
    """One guest after another at the same machine, until closing time."""
    chance = random.Random(f"{storm.seed} guest {number}")
    while not storm.closing_time.is_set():
        guest = Guest(storm.server.url, storm.history)
        storm.guests.append(guest)
        guest.breaks_after = storm.lines_break(chance)
        storm.change_transport(guest, chance)
        await asyncio.sleep(chance.expovariate(1 / THINKS_S))
        await guest.identify(chance.choice(NAMES), "Why?", again=chance.random() < 0.1)
        storm.counts["identified"] += 1
        await _one_conversation(storm, guest, chance)
        if guest.over:
            storm.counts["over"] += 1
            await guest.close()


async def _one_conversation(storm: Storm, guest: Guest, chance: random.Random) -> None:
    words = chance.randint(1, 8)
    leaves_unhelped = chance.random() < 0.1
    says_good_bye = chance.random() < 0.5
    while not guest.over and not storm.closing_time.is_set():
        await asyncio.sleep(chance.expovariate(1 / THINKS_S))
        try:
            if guest.agent is None and leaves_unhelped:
                await guest.end(guest.room)
                await guest.until(lambda: guest.over)
            elif words > 0 and (guest.agent is not None or chance.random() < 0.2):
                words -= 1
                if chance.random() < 0.3:
                    await guest.desk.typing(guest.room)
                await guest.say(guest.room, storm.text(guest.who), again=chance.random() < 0.1)
                storm.counts["guests' messages"] += 1
            elif words == 0 and guest.agent is not None and says_good_bye:
                await guest.end(guest.room)
                await guest.until(lambda: guest.over)
            elif chance.random() < 0.05:
                await guest.look_at_messages(guest.room)
            elif chance.random() < 0.05:
                await away(storm, guest, chance)
            elif chance.random() < 0.05:
                storm.change_transport(guest, chance)
        except Refused as refused:
            # The agent ended it a moment ago, and the word of it is on its way.
            if refused.code != "not_found":
                raise
            await guest.until(lambda: guest.over)


async def away(storm: Storm, person: Person, chance: random.Random) -> None:
    """Have no connection for some seconds, and come back."""
    await person.deafen()
    storm.counts["away"] += 1
    await asyncio.sleep(chance.uniform(0.5, 3.0))
    person.listen(person.since)


async def agent_works(storm: Storm, agent: Agent) -> None:
    """Take guests, talk, end; be away for a moment; now and then sign out and in."""
    chance = random.Random(f"{storm.seed} {agent.who}")
    agent.breaks_after = storm.lines_break(chance)
    await agent.command("status", status="available")
    while not storm.closing_time.is_set():
        await asyncio.sleep(chance.expovariate(1 / THINKS_S))
        try:
            await _one_thing(storm, agent, chance)
        except Refused as refused:
            storm.counts[refused.code] += 1
            if refused.code not in EXPECTED:
                raise


async def _one_thing(storm: Storm, agent: Agent, chance: random.Random) -> None:
    dice = chance.random()
    if dice < 0.01:
        await agent.sign_out()
        storm.counts["signed out"] += 1
        await agent.sign_in()
        await agent.command("status", status="available")
    elif dice < 0.03:
        await agent.command("status", status="away")
        await asyncio.sleep(chance.expovariate(1 / THINKS_S))
        await agent.command("status", status="available")
    elif dice < 0.04:
        await agent.command("set_limit", limit=chance.randint(2, 5))
    elif dice < 0.06:
        await agent.look_at_state()
    elif dice < 0.07:
        await away(storm, agent, chance)
    elif dice < 0.09:
        storm.change_transport(agent, chance)
    elif dice < 0.35 or not agent.rooms:
        await _take(storm, agent, chance)
    else:
        await _work_in_a_room(storm, agent, chance)


async def _take(storm: Storm, agent: Agent, chance: random.Random) -> None:
    chosen = None
    if chance.random() < 0.3:
        waiting = await agent.desk.guests()
        chosen = chance.choice(waiting) if waiting else None
    again = chance.random() < 0.1
    await agent.command("assist", again=again, guest=chosen)
    storm.counts["chosen" if chosen else "next"] += 1


async def _work_in_a_room(storm: Storm, agent: Agent, chance: random.Random) -> None:
    room = chance.choice(list(agent.rooms))
    if agent.rooms[room] >= chance.randint(2, 12):
        await agent.end(room)
        await agent.until(lambda: room not in agent.rooms)
        return
    agent.rooms[room] += 1
    if chance.random() < 0.3:
        await agent.desk.typing(room)
    elif chance.random() < 0.05:
        await agent.look_at_messages(room)
    else:
        await agent.say(room, storm.text(agent.who), again=chance.random() < 0.1)
        storm.counts["agents' messages"] += 1


async def settle(storm: Storm) -> None:
    """Let everybody hear everything, and look once more at all there is."""
    # Places in the queue are told within a second.
    await asyncio.sleep(1.5)
    head = (await storm.agents[0].desk.state())["id"]
    staying = [*storm.agents, *(guest for guest in storm.guests if not guest.over)]
    for person in staying:
        # A poll says in a few seconds how far one has heard; a quiet stream takes its time.
        person.use(Transport.POLL)
    await asyncio.gather(*(person.catch_up(head) for person in staying))
    for person in staying:
        state = await person.look_at_state()
        for room in state["rooms"]:
            await person.look_at_messages(room["room"])
    await asyncio.gather(*(person.deafen() for person in staying))
    storm.history.settled = True


async def rage(
    storm: Storm, users: Sequence[str], guests: int, weather: asyncio.Task[None]
) -> None:
    """Everybody at once, until the weather is over; then settle."""
    storm.agents = [Agent(storm.server.url, storm.history, user, PASSWORD) for user in users]
    try:
        async with closing(*storm.agents), asyncio.TaskGroup() as group:
            # The agents' feeds begin before all else, so that together they hold the whole log.
            for agent in storm.agents:
                await agent.sign_in()
            group.create_task(_until_closing(storm, weather))
            workers = [group.create_task(agent_works(storm, agent)) for agent in storm.agents]
            workers += [
                group.create_task(guest_comes_and_comes(storm, number)) for number in range(guests)
            ]
            await storm.closing_time.wait()
            await asyncio.gather(*workers)
            await settle(storm)
    finally:
        weather.cancel()
        await asyncio.wait([weather])
        for guest in storm.guests:
            await guest.close()


async def _until_closing(storm: Storm, weather: asyncio.Task[None]) -> None:
    await weather
    storm.closing_time.set()
