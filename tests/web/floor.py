"""A desk in the middle of a day: somebody in every kind of room, for tests of who may do what.

Ana is helped by Ida while Mia watches. Ben waits. Cem has been helped and is done. Ida watches the
group room, in which Ada speaks. Ida and Mia have a room of their own, in which both have written.
Dora has left a message, in the night.
"""

from typing import NamedTuple

from tests import examples as eg
from tests.web.front import Front, Json, Someone

NOBODYS = "r" + "0" * 32


class Floor(NamedTuple):
    """The people, and the rooms: of `ana`, `ben` and `cem`, `group`, `direct`, `note`, `none`."""

    people: dict[str, Someone]
    rooms: dict[str, str]

    def path(self, path: str) -> str:
        """The path, in which `{ana}` stands for the id of Ana's room."""
        return path.format(**self.rooms)

    async def do(self, name: str, path: str, body: Json = None) -> Json:
        """Have this person do it; it has to be done."""
        answer = await self.people[name].post(self.path(path), body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def quiet(self) -> None:
        """Let everybody hear what has been, so that only what comes is news."""
        for name, someone in self.people.items():
            if name != "stranger":
                await someone.news()


async def make_floor(front: Front) -> Floor:
    """The desk, and everybody there."""
    people = {"stranger": front.someone()}
    for name, agent in (("ida", eg.IDA), ("jon", eg.JON), ("mia", eg.MIA), ("ada", eg.ADA)):
        people[name] = await front.agent(agent)
    for name, guest in (("ana", eg.ANA), ("ben", eg.BEN), ("cem", eg.CEM)):
        people[name] = await front.guest(guest)
    rooms = {name: people[name].room for name in ("ana", "ben", "cem")} | {"none": NOBODYS}
    floor = Floor(people, rooms)
    await people["ida"].assist("Ana")
    await people["jon"].assist("Cem")
    await floor.do("jon", "/end/{cem}")
    await floor.do("mia", "/join/{ana}", {"as": "watcher"})
    group = {"name": "Returns", "topic": "Who may send back what"}
    rooms["group"] = (await floor.do("mia", "/create", group))["room"]
    await floor.do("ada", "/join/{group}", {"as": "speaker"})
    await floor.do("ida", "/join/{group}", {"as": "watcher"})
    written = {"agent": "Mia", "body": "Will you have a look at Ana?"}
    rooms["direct"] = (await floor.do("ida", "/direct_message", written))["room"]
    await people["mia"].say(rooms["direct"], "I do.")
    await front.set(open=False)
    left = {"username": "Dora", "body": eg.DORA.question, "contact": eg.CONTACT}
    rooms["note"] = (await people["stranger"].post("/leave_message", left)).json()["room"]
    await front.set(open=True)
    await floor.quiet()
    return floor
