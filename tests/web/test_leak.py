"""Nobody is ever sent a byte that is not theirs: every role, every route, every event.

Two tables say what may be found where: `ROUTES` for the answers to requests, `HEARD` for the
events of the feed. Whoever adds a route or an event type says in them what it may show; until
then the tests fail. Each secret of the story knows who may ever see it, and is looked for in
every byte that anybody is sent.
"""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Literal, NamedTuple, get_args, get_type_hints

import pytest
from msgspec import Struct

from frontdesk.desk import silence
from frontdesk.desk.audience import HEARERS, Kind
from frontdesk.desk.commands import AddPerson, ChangePerson
from frontdesk.desk.events import EVENT_TYPES, Answer, Availability, FloorGuest
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.limits import CLOSING_MS
from frontdesk.engine.ports import PasswordRow
from frontdesk.web import bodies as b
from frontdesk.web.exchange import Asker, Route
from frontdesk.web.identity import hash_of
from frontdesk.web.routes import DESK, SESSION, routes
from tests import examples as eg
from tests.web.front import HASH, PASSWORD, Event, Front, Someone, settled, url


class What(StrEnum):
    """The kinds of secret."""

    STAFF = "the name of an agent"
    GUEST = "the name of a guest"
    QUESTION = "a guest's question"
    ROOM = "the id of a room"
    NAME = "the name or the topic of a group room"
    INFO = "what the host site told of a guest"
    BODY = "the text of a message"
    KEY = "an idempotency key"
    TOKEN = "what somebody is known by"
    INNER = "what never leaves the server"


S, G, Q, R, N = What.STAFF, What.GUEST, What.QUESTION, What.ROOM, What.NAME
I, B, K, T = What.INFO, What.BODY, What.KEY, What.TOKEN  # noqa: E741 -- a column of the tables

# What the answer of each route may hold, for somebody who may see it. The feed is below.
ROUTES: dict[tuple[str, str], set[What]] = {
    ("GET", "/"): set(),
    ("POST", f"{DESK}/identify"): {G, R, T},
    ("GET", f"{DESK}/waittime"): set(),
    ("GET", f"{DESK}/listen"): set(),
    ("GET", f"{DESK}/state"): {S, G, Q, R, N, I, B},
    ("POST", f"{DESK}/message/{{room}}"): set(),
    ("POST", f"{DESK}/message/{{room}}/typing"): set(),
    ("POST", f"{DESK}/end/{{room}}"): set(),
    ("GET", f"{DESK}/rooms/{{room}}/messages"): {S, G, R, B},
    ("POST", f"{DESK}/assist"): {S, G, Q, R, I, B},
    ("POST", f"{DESK}/status"): set(),
    ("POST", f"{DESK}/set_limit"): set(),
    ("POST", f"{DESK}/transfer/{{room}}"): set(),
    ("POST", f"{DESK}/direct_message"): {R},
    ("POST", f"{DESK}/create"): {R},
    ("POST", f"{DESK}/join/{{room}}"): {S, G, Q, R, N, I, B},
    ("POST", f"{DESK}/leave/{{room}}"): {R},
    ("POST", f"{DESK}/queue"): {R},
    ("DELETE", f"{DESK}/queue"): set(),
    ("GET", f"{DESK}/guests"): {G},
    ("GET", f"{DESK}/list"): {S, G},
    ("POST", SESSION): {S, T},
    ("GET", SESSION): {S},
    ("DELETE", SESSION): set(),
}

# What each event may hold, for somebody who hears it and may see it.
HEARD: dict[str, set[What]] = {
    "notification": {S, G, R},
    "message": {S, G, R, B, K},
    "status availability": {S, G},
    "status typing": {S, G, R},
    "update": {S, G},
    "welcome": set(),
    "queuepos": set(),
    "joined": {S, G, Q, R, N, I, B},
    "transfer": {S, G, Q, R, I, B},
    "closing": {R},
    "left": {R},
    "end": {R},
    "abandoned": {G},
    "floor guest": {G, Q, R},
    "floor released": {S, G},
    "floor group_room": {R, N},
    "floor limit": {S},
    "floor person": {S, G},
    "floor presence": {S},
    "floor role": {S},
    "noop": set(),
    "reset": set(),
}

# The answers to commands stand in no feed; what they may hold is said of each route.
ANSWERS = {"success", "error"}


def name_of(event: type[Struct]) -> str:
    """The name of an event type in the table: its type, and by what it is told apart."""
    tag = event.__struct_config__.tag
    for field in ("of", "what"):
        if field in event.__struct_fields__:
            (told,) = get_args(get_type_hints(event)[field])
            return f"{tag} {told}"
    return str(tag)


def name_in(event: Event) -> str:
    """The same of an event as it was sent."""
    told = event.get("of", event.get("what"))
    return f"{event['type']} {told}" if told is not None else str(event["type"])


def unclassified(table: Iterable[Route], events: Iterable[type[Any]]) -> set[str]:
    """The routes and events of which nobody has said what they may show."""
    paths = {f"{one.method} {one.path}" for one in table}
    names = {name_of(one) for one in events} - ANSWERS
    known = {f"{method} {path}" for method, path in ROUTES} | HEARD.keys()
    return (paths | names) - known


def unheard(events: Iterable[type[Any]]) -> set[str]:
    """The events of which nobody has said who hears them."""
    return {one.__name__ for one in events} - {one.__name__ for one in HEARERS}


# --- the tables are whole, and must be --------------------------------------


def test_every_route_and_every_event_is_classified():
    assert not unclassified(routes(), EVENT_TYPES)
    assert not unheard(EVENT_TYPES)


def test_the_tables_hold_nothing_that_is_gone():
    table = {(one.method, one.path) for one in routes()}

    assert ROUTES.keys() == table
    assert HEARD.keys() == {name_of(one) for one in EVENT_TYPES} - ANSWERS


def test_a_route_that_nobody_classified_is_found():
    async def shows(ask: Any) -> None:
        return None

    fake = Route("GET", f"{DESK}/everything", Asker.ANYONE, shows, b.NoBody)

    assert unclassified([*routes(), fake], EVENT_TYPES) == {f"GET {DESK}/everything"}


def test_an_event_that_nobody_classified_is_found():
    class Secrets(Struct, frozen=True, tag_field="type", tag="secrets"):
        body: str

    class FloorSecret(Struct, frozen=True, tag_field="type", tag="floor"):
        body: str
        what: Literal["secret"] = "secret"

    fakes: list[type[Any]] = [*EVENT_TYPES, Secrets, FloorSecret]

    assert unclassified(routes(), fakes) == {"secrets", "floor secret"}
    assert unheard(fakes) == {"Secrets", "FloorSecret"}


# --- a day at the desk, full of secrets -------------------------------------


class Secret(NamedTuple):
    """Something that is looked for, and who may ever be sent it; of a room, if it is one's."""

    what: What
    text: str
    seen_by: frozenset[str]
    room: str = ""

    def is_for(self, name: str, *, reading: bool) -> bool:
        """Whether this person may see it. Monitors read what they are not told of itself."""
        readable = self.what is What.BODY and self.room != "direct"
        return name in self.seen_by or (reading and readable and name in MONITORS)


AGENTS = ("ida", "jon", "mia", "ada")
MONITORS = ("mia", "ada")
GUESTS = ("ana", "ben", "cem", "dora", "eve", "fay")
KIM = eg.Agent(PersonId("agent-kim"), "Kim", "agent")
LEA = eg.Agent(PersonId("agent-lea"), "Lea", "agent")
NIA = eg.Agent(PersonId("agent-nia"), "Nia", "agent")
STAFF = {"ida": eg.IDA, "jon": eg.JON, "mia": eg.MIA, "ada": eg.ADA, "kim": KIM, "lea": LEA}

# Who has each guest at some time, or watches, and so is told what the host site says of the guest.
HELPERS = {"ana": ("ida",), "cem": ("jon", "mia"), "dora": ("ida", "jon", "mia")}
# A conversation is warned of its end after half a minute of silence here, not after 14.
SILENCE_MS = CLOSING_MS + 30_000


class Day:
    """Everybody at the desk, what they must keep to themselves, and all that each was sent."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.people: dict[str, Someone] = {"stranger": front.someone()}
        self.secrets: list[Secret] = []
        self.sent: dict[str, list[bytes]] = {}
        # The ids of guests' rooms, by the guest, and of those named `group` and `direct`.
        self.rooms: dict[str, str] = {}

    def keep(self, what: What, text: str, *seen_by: str, room: str = "") -> str:
        """Look for this from now on."""
        self.secrets.append(Secret(what, text, frozenset(seen_by), room))
        return text

    # --- the story --------------------------------------------------------

    async def happens(self) -> None:
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

    async def _guest(self, name: str) -> None:
        given = eg.Guest(
            id=PersonId(""),
            user=self.keep(What.GUEST, f"{name.title()} Qwx", name, *AGENTS),
            room=eg.ANA.room,
            question=self.keep(What.QUESTION, f"question-of-{name}", name, *AGENTS),
            info={"os": self.keep(What.INFO, f"info-of-{name}", name, room=name)},
        )
        key = self.keep(What.KEY, f"identify-key-of-{name}", name)
        person = self.people[name] = await self.front.guest(given, key)
        self.rooms[name] = self.keep(What.ROOM, person.room, name, *AGENTS)
        self._known_by(name, person.token)
        found = self.front.live.state.find(person.user)
        assert found is not None
        self.keep(What.INNER, found)

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
        await self.front.pass_time(31_000)  # nothing has been heard of Fay since
        await self.people["ida"].post(f"/end/{self.people['ana'].room}")

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
        self.front.task(self._hears(name, self.people[name], wait=55))

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
        self, name: str, text: str, may: set[What], *, reading: bool = False
    ) -> list[Secret]:
        """What this person was sent and should not have been."""
        return [
            secret
            for secret in self.secrets
            if secret.text in text
            and not (secret.what in may and secret.is_for(name, reading=reading))
        ]

    def check_feeds(self) -> set[str]:
        """That nobody heard what is not theirs. Returns the names of the events heard."""
        heard = set()
        for name, answers in self.sent.items():
            for event in (event for answer in answers for event in json.loads(answer)):
                known = name_in(event)
                heard.add(known)
                text = json.dumps(event, ensure_ascii=False)
                assert not self.may_not_see(name, text, HEARD[known]), (name, event)
                assert name not in GUESTS or known not in FOR_AGENTS, (name, event)
        return heard


NAMED = ("name", "topic")
FOR_AGENTS = {name_of(event) for event, kinds in HEARERS.items() if kinds == {Kind.AGENTS}}


@pytest.fixture(autouse=True)
def warned_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute of silence is long, so that a story may be short."""
    monkeypatch.setattr(silence, "SILENCE_MS", SILENCE_MS)


@pytest.fixture(params=[10_000, 3], ids=["from memory", "from the store"])
async def day(front: Front, request: pytest.FixtureRequest) -> Day:
    """The desk after that day. With a short memory most of it is read back from the store."""
    front.live.ring._capacity = request.param
    day = Day(front)
    await day.happens()
    return day


async def test_everybody_hears_what_is_theirs_and_nothing_else(day: Day):
    heard = day.check_feeds()

    # Every kind of event was there to be looked at; `reset` is for places that are none.
    assert heard == HEARD.keys() - {"reset"}


async def test_everybody_who_asks_again_hears_no_more_than_at_the_time(day: Day):
    day.sent.clear()
    await day.hear_it_all_again()

    heard = day.check_feeds()

    assert heard >= {"message", "joined", "left", "floor guest", "status availability"}
    for name in ("stranger", "kim", "lea"):
        assert day.sent[name] == [b'[{"type":"welcome"}]']


async def test_the_secrets_are_there_to_be_found(day: Day):
    """Each is seen by somebody who may: else looking for it would prove nothing."""
    await day.hear_it_all_again()
    states = {name: (await day.people[name].get("/state")).content for name in (*AGENTS, *GUESTS)}
    seen = b"".join([*(part for parts in day.sent.values() for part in parts), *states.values()])

    for secret in day.secrets:
        found = secret.text.encode() in seen
        hidden = secret.what in (What.INNER, What.TOKEN) or secret.text.startswith("identify-key")
        lonely = secret.what is What.INFO and secret.text[8:] not in HELPERS
        assert found != (hidden or lonely), secret


async def test_a_leak_would_be_found(day: Day):
    """What is Ana's is found in Ben's feed, and an agent's event in any guest's."""
    spoiled = {"type": "message", "room": "r", "user": "Ida", "body": "body by ida to ana helped."}
    day.sent = {"ben": [json.dumps([spoiled]).encode()]}
    with pytest.raises(AssertionError, match="body by ida to ana"):
        day.check_feeds()
    day.sent = {"ben": [b'[{"type":"abandoned","user":"Somebody"}]']}
    with pytest.raises(AssertionError, match="abandoned"):
        day.check_feeds()


BODIES: dict[type[b.Body], dict[str, object]] = {
    b.NoBody: {},
    b.IdentifyBody: {"username": "Zoe", "question": "Anybody there?"},
    b.MessageBody: {"body": "a text of no interest"},
    b.TypingBody: {"state": True},
    b.AssistBody: {},
    b.StatusBody: {"status": "available"},
    b.LimitBody: {"limit": 4},
    b.TransferBody: {"agent": "Jon", "force": True},
    b.DirectBody: {"agent": "Jon", "body": "a text of no interest"},
    b.CreateBody: {"name": "a name of no interest"},
    b.JoinBody: {"as": "watcher"},
}


# Those after which somebody is in a room who was not.
LETS_IN = {b.AssistBody, b.JoinBody, b.TransferBody}


def body_for(route: Route, name: str) -> dict[str, object]:
    """A body that this route takes, from this person."""
    if route.body is b.SignInBody:
        right = name in AGENTS
        user = STAFF[name].user if right else "Ida"
        return {"username": user, "password": PASSWORD if right else "wrong"}
    return BODIES[route.body]


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{route.method} {route.path}")
async def test_an_answer_holds_nothing_that_is_not_the_askers(front: Front, route: Route):
    day = Day(front)
    await day.happens()
    may = ROUTES[route.method, route.path]
    rooms = {**day.rooms, "none": "r" + "0" * 32} if "{room}" in route.path else {"": ""}
    asked = 0
    for name, someone in list(day.people.items()):
        for label, room in rooms.items():
            path = route.path.replace("{desk}", "main").replace("{room}", room)
            body = body_for(route, name) if route.method != "GET" else None
            query = {"wait": "0"} if path.endswith("/listen") else None
            answer = await someone.client.request(route.method, path, params=query, json=body)
            asked += 1
            assert answer.status_code < 500, answer.text
            if path.endswith("/listen"):
                day.sent.setdefault(name, []).append(answer.content)
                text = str(answer.headers)
            else:
                text = answer.text + str(answer.headers)
            if answer.status_code == 200 and route.body in LETS_IN:
                given = answer.json().get("room", room)
                known = label or next(one for one in GUESTS if day.rooms[one] == given)
                day.lets_in("jon" if route.body is b.TransferBody else name, known)
            granted = may if answer.status_code < 400 else set()
            reading = path.endswith("/messages")
            found = day.may_not_see(name, text, granted, reading=reading)
            assert not found, (name, path, text)
    assert asked >= len(day.people)
    await settled()
    day.check_feeds()


def test_what_agents_alone_hear_is_kept_from_guests():
    assert name_of(FloorGuest) in FOR_AGENTS
    assert name_of(Availability) not in FOR_AGENTS
    assert {one.__struct_config__.tag for one in get_args(Answer)} == ANSWERS | {"reset"}
