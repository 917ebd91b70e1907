"""A day at the desk, full of secrets, and who may be sent which: the story of the leak test."""

from enum import StrEnum
from typing import Any, NamedTuple

from frontdesk.desk.commands import AddPerson, ChangePerson
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.limits import CLOSING_MS
from frontdesk.engine.ports import PasswordRow
from frontdesk.web.identity import hash_of
from tests import examples as eg
from tests.web.front import HASH, PASSWORD, SESSION, Front, Someone, settled, url
from tests.web.vouches import make_key, vouch


class What(StrEnum):
    """The kinds of secret."""

    STAFF = "the name of an agent"
    GUEST = "the name of a guest"
    QUESTION = "a guest's question"
    ROOM = "the id of a room"
    NAME = "the name or the topic of a group room"
    INFO = "what the host site told of a guest"
    BODY = "the text of a message"
    COMMENT = "what a guest has added to a rating"
    KEY = "an idempotency key"
    TOKEN = "what somebody is known by"
    PERSON = "the id of a guest"
    SIGNED = "what a site has signed of a guest"
    INNER = "what never leaves the server"


class Secret(NamedTuple):
    """Something that is looked for, and who may ever be sent it; of a room, if it is one's."""

    what: What
    text: str
    seen_by: frozenset[str]
    room: str = ""

    def is_for(self, name: str, *, reading: bool, exporting: bool) -> bool:
        """Whether this person may see it. Monitors read what they are not told of itself, and
        admins all that is kept of a guest.
        """
        if exporting and name == "ada" and self.room != "direct":
            return True
        readable = self.what in (What.BODY, What.INFO, What.COMMENT) and self.room != "direct"
        return name in self.seen_by or (reading and readable and name in MONITORS)


AGENTS = ("ida", "jon", "mia", "ada")
MONITORS = ("mia", "ada")
GUESTS = ("ana", "ben", "cem", "dora", "eve", "fay")
KIM = eg.Agent(PersonId("agent-kim"), "Kim", "agent")
LEA = eg.Agent(PersonId("agent-lea"), "Leandra", "agent")
NIA = eg.Agent(PersonId("agent-nia"), "Nia", "agent")
NAMED = ("name", "topic")
STAFF = {"ida": eg.IDA, "jon": eg.JON, "mia": eg.MIA, "ada": eg.ADA, "kim": KIM, "lea": LEA}

# Who has each guest at some time, or watches, and so is told what the host site says of the guest.
HELPERS = {"ana": ("ida",), "cem": ("jon", "mia"), "dora": ("ida", "jon", "mia")}
# A conversation is warned of its end after a minute of silence here, not after 14.
SILENCE_MS = CLOSING_MS + eg.MINUTE


class Day:
    """Everybody at the desk, what they must keep to themselves, and all that each was sent."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.people: dict[str, Someone] = {"stranger": front.someone()}
        self.secrets: list[Secret] = []
        self.sent: dict[str, list[bytes]] = {}
        # The ids of guests' rooms, by the guest, and of those named `group` and `direct`.
        self.rooms: dict[str, str] = {}
        # The ids of guests, by the guest.
        self.ids: dict[str, PersonId] = {}

    def keep(self, what: What, text: str, *seen_by: str, room: str = "") -> str:
        """Look for this from now on."""
        self.secrets.append(Secret(what, text, frozenset(seen_by), room))
        return text

    # --- the story --------------------------------------------------------

    async def happens(self) -> None:
        await self.front.engine.submit(MAIN, eg.settings(silence_s=SILENCE_MS // eg.SECOND))
        await self._accounts()
        for name in GUESTS:
            await self._guest(name)
        for name in self.people:
            if name != "fay":
                self._listens(name)
        await settled()
        await self._talks()
        await self._changes_hands()
        await self._among_staff()
        await self._is_watched()
        await self._is_transferred()
        await self._goes_on_without_words()
        await self._is_erased()
        await self.front.engine.submit(MAIN, eg.settings(open=False))
        await self._leaves_a_message()
        await settled()

    async def _accounts(self) -> None:
        for agent in (KIM, LEA):
            add = AddPerson(agent.id, agent.user, agent.role)
            await self.front.engine.submit(MAIN, add, rows=[PasswordRow(agent.id, HASH)])
        for name, agent in STAFF.items():
            person = self.people[name] = await self.front.agent(agent)
            self.keep(What.STAFF, agent.user, *AGENTS, *GUESTS)
            self.keep(What.INNER, agent.id)
            self._known_by(name, person.token)
        self.keep(What.INNER, PASSWORD)
        self.keep(What.INNER, HASH)
        token = self.people["lea"].token
        await self.people["lea"].client.delete(SESSION)
        self.people["lea"] = self.front.someone(token=token)
        await self.front.disable(KIM)
        self.key = await make_key(self.people["ada"])
        self.keep(What.INNER, self.key.secret)

    async def _guest(self, name: str) -> None:
        given = eg.Guest(
            id=PersonId(""),
            user=self.keep(What.GUEST, f"{name.title()} Qwx", name, *AGENTS),
            room=eg.ANA.room,
            question=self.keep(What.QUESTION, f"question-of-{name}", name, *AGENTS),
            info={"os": self.keep(What.INFO, f"info-of-{name}", name, room=name)},
        )
        key = self.keep(What.KEY, f"identify-key-of-{name}", name)
        sub = self.keep(What.SIGNED, f"sub-of-{name}", *AGENTS)
        token = vouch(self.key, sub=sub, email=f"{sub}@example.org")
        person = self.people[name] = await self.front.guest(given, key, token)
        self.keep(What.INNER, token.rpartition(".")[2])
        self.rooms[name] = self.keep(What.ROOM, person.room, name, *AGENTS)
        self._known_by(name, person.token)
        found = self.front.live.state.find(person.user)
        assert found is not None
        self.ids[name] = found
        self.keep(What.PERSON, found, "ada")

    def _known_by(self, name: str, token: str) -> None:
        self.keep(What.TOKEN, token, name)
        self.keep(What.INNER, hash_of(token).hex())

    async def _talks(self) -> None:
        await self._says("ana", "ana", "waiting", seen_by=("ida",))
        for agent, guest in (("ida", "ana"), ("jon", "cem"), ("jon", "dora")):
            await self.people[agent].assist(self.people[guest].user)
            self.lets_in(agent, guest)
        for room, agent in (("ana", "ida"), ("cem", "jon")):
            await self.people[agent].type(self.rooms[room])
            await self.people[room].type(self.rooms[room])
            await settled()
            await self._says(agent, room, "helped", seen_by=(room,))
            await self._says(room, room, "helped", seen_by=(agent,))
        await self._says("jon", "dora", "before", seen_by=("dora", "ida"))

    async def _changes_hands(self) -> None:
        """Jon goes; Ida takes Dora; Jon comes back and takes Cem again."""
        await self.people["jon"].client.delete(SESSION)
        await self._says("cem", "cem", "alone", seen_by=("jon",))
        await self.people["ida"].assist(self.people["dora"].user)
        self.lets_in("ida", "dora")
        await self._says("dora", "dora", "after jon", seen_by=("ida",))
        await self._says("ida", "dora", "after jon", seen_by=("dora",))
        self.people["jon"] = await self.front.agent(eg.JON)
        self._known_by("jon", self.people["jon"].token)
        self._listens("jon")
        await self.people["jon"].assist(self.people["cem"].user)

    async def _among_staff(self) -> None:
        """A group room which Jon leaves and Ada watches, and a room of Ida's and Jon's own."""
        for label, open in (("brief", False), ("group", True)):
            said = {kind: self.keep(What.NAME, f"{kind}-of-{label}", *AGENTS) for kind in NAMED}
            room = (await self._done("mia", "/create", said))["room"]
            self.rooms[label] = self.keep(What.ROOM, room, *AGENTS)
            if not open:
                await self._done("mia", f"/end/{room}")
        group = self.rooms["group"]
        for name, how in (("jon", "speaker"), ("ida", "speaker"), ("ada", "watcher")):
            await self._done(name, f"/join/{group}", {"as": how})
        await self._done("jon", f"/leave/{group}")
        await self._says("ida", "group", "without jon", seen_by=("ada",))
        body = self.keep(What.BODY, "body by ida to jon alone.", "ida", "jon", room="direct")
        key = self.keep(What.KEY, "key-of-ida-to-jon-alone", "ida")
        said = {"agent": "Jon", "body": body, "key": key}
        room = (await self._done("ida", "/direct_message", said))["room"]
        self.rooms["direct"] = self.keep(What.ROOM, room, "ida", "jon")
        await self._says("jon", "direct", "alone", seen_by=("ida",))

    async def _is_watched(self) -> None:
        """Mia watches Cem and Jon for a while."""
        await self._done("mia", f"/join/{self.rooms['cem']}", {"as": "watcher"})
        self.lets_in("mia", "cem")
        await self._says("cem", "cem", "watched", seen_by=("jon", "mia"))
        await self.people["cem"].type(self.rooms["cem"])
        await settled()
        await self._done("mia", f"/leave/{self.rooms['cem']}")
        await self._says("jon", "cem", "watched no more", seen_by=("cem",))

    async def _is_transferred(self) -> None:
        """Ida hands Dora to Mia."""
        await self._done("ida", f"/transfer/{self.rooms['dora']}", {"agent": "Mia"})
        self.lets_in("mia", "dora")
        await self._says("dora", "dora", "after ida", seen_by=("mia",))

    async def _done(self, name: str, path: str, body: object = None) -> Any:
        answer = await self.people[name].post(path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def _goes_on_without_words(self) -> None:
        await self._done("eve", f"/end/{self.rooms['eve']}")
        room = (await self._done("eve", "/queue"))["room"]
        self.keep(What.ROOM, room, "eve", *AGENTS)
        await self.people["eve"].client.delete(url("/queue"))
        await self.people["mia"].post("/set_limit", {"limit": 5, "agent": "Jon"})
        await self.front.operator(AddPerson(NIA.id, NIA.user, NIA.role))
        await self.front.operator(ChangePerson(NIA.user, role="monitor"))
        self.keep(What.STAFF, NIA.user, *AGENTS, *GUESTS)
        self.keep(What.INNER, NIA.id)
        await self.front.pass_time(61_000)  # nothing has been heard of Fay for half of it
        await self.people["ida"].post(f"/end/{self.people['ana'].room}")
        comment = self.keep(What.COMMENT, "comment-of-ana", room="ana")
        await self._done("ana", f"/rate/{self.rooms['ana']}", {"rating": 4, "comment": comment})

    async def _leaves_a_message(self) -> None:
        """Hal finds nobody, twice; Ida has dealt with the second message."""
        room = ""
        for label in ("first", "second"):
            body = {
                "username": self.keep(What.GUEST, f"Hal {label} Qwx", *AGENTS),
                "body": self.keep(What.QUESTION, f"{label}-message-of-hal", *AGENTS),
                "contact": self.keep(What.INFO, f"{label}-contact-of-hal", *AGENTS),
                "info": {"os": self.keep(What.INFO, f"{label}-info-of-hal", *AGENTS)},
            }
            left = await self.people["stranger"].post("/leave_message", body)
            assert left.status_code == 201, left.text
            room = self.keep(What.ROOM, left.json()["room"], *AGENTS)
        await self._done("ida", f"/note_done/{room}")

    async def _is_erased(self) -> None:
        """Gus was here for a moment."""
        await self._guest("gus")
        gus = self.ids.pop("gus")
        erased = await self.people["ada"].client.delete(url(f"/people/{gus}"))
        assert erased.status_code == 200, erased.text

    async def _says(self, by: str, room: str, when: str, *, seen_by: tuple[str, ...]) -> None:
        body = self.keep(What.BODY, f"body by {by} to {room} {when}.", by, *seen_by, room=room)
        key = self.keep(What.KEY, f"key-of-{by}-to-{room}-{when}".replace(" ", "-"), by)
        await self.people[by].say(self.rooms[room], body, key)

    def lets_in(self, name: str, label: str) -> None:
        """This agent is in the room, and so is told all that was said in it, and of the guest."""
        room = self.front.live.state.rooms[RoomId(self.rooms[label])]
        assert room.has(STAFF[name].id)
        self.secrets = [
            one._replace(seen_by=one.seen_by | {name}) if one.room == label else one
            for one in self.secrets
        ]

    # --- listening and looking --------------------------------------------

    def _listens(self, name: str) -> None:
        _ = self.front.task(self._hears(name, self.people[name], wait=55))

    async def _hears(self, name: str, someone: Someone, *, wait: int) -> None:
        """Listen from the beginning; without `wait`, up to now."""
        since = f"{self.front.live.epoch}.0.0"
        while True:
            answer = await someone.client.get(
                url("/listen"), params={"since": since, "wait": str(wait)}
            )
            self.sent.setdefault(name, []).append(answer.content)
            events = answer.json()
            places = [event["id"] for event in events if "id" in event]
            if not places or (not wait and places[-1] == since):
                return
            since = places[-1]

    async def hear_it_all_again(self) -> None:
        """Everybody asks for all that there ever was."""
        for name, someone in self.people.items():
            await self._hears(name, someone, wait=0)

    def may_not_see(
        self,
        name: str,
        text: str,
        may: set[What],
        *,
        reading: bool = False,
        exporting: bool = False,
    ) -> list[Secret]:
        """What this person was sent and should not have been."""
        return [
            secret
            for secret in self.secrets
            if secret.text in text
            and not (
                secret.what in may and secret.is_for(name, reading=reading, exporting=exporting)
            )
        ]
