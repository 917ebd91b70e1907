"""Guests and agents, who do at random what people do, and keep to the protocol.

A command whose outcome is unknown is sent again under its key until there is an answer, by
whatever way is at hand.
"""

import asyncio
import contextlib
from typing import Any

import msgspec

from frontdesk.desk.view import View
from tests.simulation.ear import Ear
from tests.simulation.network import Cut
from tests.simulation.process import PASSWORD
from tests.simulation.town import SESSION, Call, Json, Town

# Seconds between two things that somebody does.
THINKS_S = 1.5

# What somebody is told who does something that is no longer so: all in a day's work.
EXPECTED = set(
    "not_found no_queued_guests not_waiting agent_unavailable not_allowed desk_closed queue_full"
    " not_signed_in name_not_allowed wrong_credentials".split()
)

# Commands that a socket takes under another name than their path's last word.
POSTS = {
    "message": "/message/{room}",
    "typing": "/message/{room}/typing",
    "transfer": "/transfer/{room}",
    "join": "/join/{room}",
    "leave": "/leave/{room}",
    "end": "/end/{room}",
    "rate": "/rate/{room}",
}

# What becomes of a command on its way, beside what its line does.
FATES = {"twice at once": 60, "given up early": 30}


class Person:
    """Somebody with a browser, or two."""

    def __init__(self, town: Town, who: str) -> None:
        self.town = town
        self.world = town.world
        self.who = who
        self.token = ""
        self.ears: list[Ear] = []
        # The open rooms in which this person is, and whether as a speaker.
        self.rooms: dict[str, bool] = {}
        # Everything that was heard lately may be none of theirs any more.
        self.dismissed = False

    @property
    def ear(self) -> Ear | None:
        """The feed that is listened to."""
        return self.ears[-1] if self.ears and not self.ears[-1].over else None

    def listen(self, since: str, view: View | None = None) -> None:
        """Begin to listen at this id."""
        ear = Ear(self.town, self.who, self.token, since, self.hear, view)
        self.ears.append(ear)
        ear.open()

    def hear(self, event: Json) -> None:
        """Something was heard."""
        match event:
            case {"type": "joined", "room": room}:
                self.rooms[room] = not event.get("watching", False)
            case {"type": "transfer", "room": room}:
                self.rooms[room] = True
            case {"type": "left" | "end", "room": room}:
                self.rooms.pop(room, None)
            case {"type": "welcome"} if not self.dismissed:
                self.world.found(f"{self.who} has a session, and is told welcome")

    # --- asking -------------------------------------------------------------------------------

    async def command(self, do: str, *, method: str = "POST", **args: Any) -> Json | None:
        """Have something done, once; the answer, or None where the desk says no."""
        call = Call(self.who, do, f"key-{self.world.number():014}", args, self.world.now)
        self.town.calls.append(call)
        said = " ".join(str(one) for one in args.values())
        self.world.note(f"{self.who}  {do} {said}")
        while True:
            fate = self.world.fate(FATES)
            tries = [self.world.beside(self._try(call, method))]
            if fate == "twice at once":
                tries.append(self.world.beside(self._try(call, method)))
            if fate == "given up early":
                await asyncio.wait(tries, timeout=self.world.chance.random() * 0.05)
                continue
            await asyncio.gather(*tries)
            if call.answers:
                break
            if call.refusal and call.refusal not in ("too_fast", "overloaded"):
                break
            await self.world.pause(0.3)
        call.ended = self.world.now
        self.world.note(f"{self.who}  {do} {'done' if call.answers else call.refusal}")
        if call.answers:
            return call.answers[0]
        if call.refusal not in EXPECTED:
            self.world.found(f"{self.who} is refused: {call}")
        return None

    async def _try(self, call: Call, method: str) -> None:
        """One attempt; without an answer, nobody knows what became of it."""
        call.attempts += 1
        with contextlib.suppress(Cut):
            await self._attempt(call, method)

    async def _attempt(self, call: Call, method: str) -> None:
        body = {name: value for name, value in call.args.items() if value is not None}
        began = self.world.now
        ear = self.ear
        if ear is not None and ear.socket is not None and self.world.chance.random() < 0.7:
            answer = await ear.ask(call.do, {**body, "key": call.key})
        else:
            path = POSTS.get(call.do, "/queue" if call.do == "leave_queue" else f"/{call.do}")
            room = body.pop("room", "")
            body["key"] = call.key
            path = path.replace("{room}", room)
            _, answer, _ = await self.town.http(method, path, body, token=self.token)
        call.answered += 1
        if answer["type"] == "error":
            call.refusal, call.refused_at = answer["code"], began
            if "retry_after" in answer:
                await asyncio.sleep(answer["retry_after"])
        else:
            call.answers.append(answer)

    async def type(self, room: str) -> None:
        """Be seen typing; lost where the line is, as signals are."""
        body = {"state": self.world.chance.random() < 0.8}
        try:
            await self.town.http("POST", f"/message/{room}/typing", body, token=self.token)
        except Cut:
            pass

    async def get(self, path: str, most: int = 1_000) -> tuple[int, Any]:
        """Look at something, until there is an answer."""
        for _ in range(most):
            try:
                status, answer, _ = await self.town.http("GET", path, token=self.token)
                if status not in (429, 503):
                    return status, answer
            except Cut:
                pass
            await self.world.pause(0.3)
        raise AssertionError(f"{self.who} gets no answer to {path}")

    async def say(self, room: str) -> None:
        """Write what nobody has written before."""
        body = f"{self.who} says number {self.world.number()}"
        await self.command("message", room=room, body=body)

    async def away(self, mean_s: float) -> None:
        """Have no line for a while."""
        ear = self.ear
        if ear is not None:
            self.world.note(f"{self.who}  is away")
            await ear.close(goodbye=self.world.chance.random() < 0.5)
            await self.world.closes_within(mean_s)
            self.world.note(f"{self.who}  is back")
            if ear is self.ear:
                ear.open()

    async def look(self) -> None:
        """Open the page, anew or for the first time: look, and listen from there."""
        ear = self.ear
        if ear is not None:
            await ear.close()
        status, state = await self.get("/state")
        if status != 200:
            if not self.dismissed:
                self.world.found(f"{self.who} has a session and may not look: {state}")
            if ear is not None:
                ear.over = True
            return
        id = state.pop("id")
        self.rooms = {room["room"]: not room["watching"] for room in state["rooms"]}
        self.listen(id, msgspec.convert(state, View))

    def a_room(self) -> str | None:
        """One of the rooms in which this person may write."""
        rooms = [room for room, speaks in self.rooms.items() if speaks]
        return self.world.chance.choice(rooms) if rooms else None

    async def live(self) -> None:
        """Do one thing after the other, until closing time."""
        while not await self.world.closes_within(THINKS_S):
            await self.do_something()

    async def do_something(self) -> None:
        """One thing."""
        raise NotImplementedError


class Guest(Person):
    """Asks for help, waits, is helped, and asks again."""

    def __init__(self, town: Town, name: str) -> None:
        super().__init__(town, name)
        self.name = name
        # The rooms that were theirs, also of an earlier life.
        self.over: list[str] = []
        # Whether somebody has had them erased: then nothing of theirs is to be found any more.
        self.erased = False

    async def do_something(self) -> None:
        if not self.token or (self.erased and self.ear is None):
            return await self.identify()
        room = self.a_room() or next(iter(self.rooms), None)
        chance = self.world.chance.random()
        if self.ear is None or chance < 0.06:
            await self.away(40.0 if chance < 0.01 else 0.02 if chance < 0.03 else 4.0)
        elif chance < 0.10:
            await self.look()
        elif self.over and chance < (0.12 if room is not None else 0.30):
            await self.rate(self.world.chance.choice(self.over))
        elif chance < 0.13 or room is None:
            await self.command("queue")
        elif chance < 0.16:
            await self.command("leave_queue", method="DELETE")
        elif chance < 0.20:
            await self.command("end", room=room)
        elif chance < 0.35:
            await self.type(room)
        else:
            await self.say(room)

    async def identify(self) -> None:
        """Ask for help."""
        self.token, self.erased, self.dismissed = "", False, False
        self.rooms.clear()
        told = await self.command("identify", username=self.name, question="Why?")
        if told is None:
            return
        self.token, self.who = told["token"], told["user"]
        self.rooms[told["room"]] = True
        self.listen(told["id"])

    def hear(self, event: Json) -> None:
        super().hear(event)
        if event["type"] == "end":
            self.over.append(event["room"])

    async def rate(self, room: str) -> None:
        """Say how it was."""
        rating, number = self.world.chance.randint(1, 5), self.world.number()
        await self.command("rate", room=room, rating=rating, comment=f"{self.who} says {number}")

    def erase(self) -> None:
        """They are to be forgotten."""
        self.erased = self.dismissed = True


class Agent(Person):
    """Helps, in several rooms."""

    async def sign_in(self) -> None:
        """Sign in, look, and listen."""
        body = {"username": self.who, "password": PASSWORD}
        token = ""
        while True:
            try:
                status, _, token = await self.town.http("POST", SESSION, body)
                if status == 201:
                    break
            except Cut:
                pass
            if self.world.is_closing:
                return
            await self.world.pause(0.3)
        self.token, self.dismissed = token, False
        await self.look()
        await self.command("status", status="available")

    async def sign_out(self) -> None:
        """Sign out; the feed ends with it."""
        ear = self.ear
        self.dismissed = True
        while True:
            try:
                status, _, _ = await self.town.http("DELETE", SESSION, token=self.token)
                if status in (200, 401):
                    break
            except Cut:
                pass
            await self.world.pause(0.3)
        self.token = ""
        if ear is not None:
            await ear.close()
            ear.over = True
        self.rooms.clear()

    async def do_something(self) -> None:
        if not self.token or self.ear is None:
            return await self.sign_in()
        chance = self.world.chance.random()
        if chance < 0.02:
            await self.sign_out()
        elif chance < 0.07:
            await self.away(0.02 if chance < 0.04 else 3.0)
        elif chance < 0.10:
            await self.look()
        elif chance < 0.13:
            status = "away" if self.world.chance.random() < 0.4 else "available"
            await self.command("status", status=status)
        elif chance < 0.40 or self.a_room() is None:
            await self.take()
        else:
            await self.work_in(self.a_room() or "")

    async def take(self) -> None:
        """Take the next guest, or one by name."""
        ear = self.ear
        waiting = ear.view.queue if ear is not None and ear.view is not None else None
        guest = None
        if waiting and self.world.chance.random() < 0.4:
            guest = self.world.chance.choice(waiting).user
        await self.command("assist", guest=guest)

    async def work_in(self, room: str) -> None:
        """Do something in a room."""
        chance = self.world.chance.random()
        if chance < 0.12:
            await self.command("end", room=room)
        elif chance < 0.22:
            await self.command("leave", room=room)
        elif chance < 0.34:
            force = True if self.world.chance.random() < 0.2 else None
            await self.command("transfer", room=room, agent=self._colleague(), force=force)
        elif chance < 0.38:
            agent, number = self._colleague(), self.world.number()
            await self.command("direct_message", agent=agent, body=f"{self.who} aside {number}")
        elif chance < 0.5:
            await self.type(room)
        else:
            await self.say(room)

    def _colleague(self) -> str:
        return self.world.chance.choice([one for one in STAFF if one != self.who])


class Monitor(Agent):
    """An agent who also watches, and opens rooms for colleagues."""

    async def do_something(self) -> None:
        ear = self.ear
        chance = self.world.chance.random()
        if ear is None or ear.view is None or chance > 0.2:
            return await super().do_something()
        if chance < 0.03:
            await self.command("create", name=f"Room {self.world.number()}")
        elif chance < 0.06:
            await self.command("set_limit", limit=self.world.chance.randint(1, 4), agent="Ida")
        else:
            rooms = [group.room for group in ear.view.groups or ()]
            rooms += [guest.room for guest in ear.view.queue or ()] + list(self.rooms)
            if rooms:
                how = self.world.chance.choice(("watcher", "speaker"))
                await self.command("join", room=self.world.chance.choice(rooms), **{"as": how})


STAFF = ("Ida", "Jon", "Mia")
