"""Nobody is ever sent a byte that is not theirs: every role, every route, every event.

Two tables say what may be found where: `ROUTES` for the answers to requests, `HEARD` for the
events of the feed. Whoever adds a route or an event type says in them what it may show; until
then the tests fail. Each secret of the story knows who may ever see it, and is looked for in
every byte that anybody is sent.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args, get_type_hints

import httpx2
import pytest
from msgspec import Struct

from frontdesk.desk.audience import HEARERS, Kind
from frontdesk.desk.events import EVENT_TYPES, Answer, Availability, FloorGuest
from frontdesk.web import bodies as b
from frontdesk.web.exchange import Asker, Route, gives
from frontdesk.web.forms import Here
from frontdesk.web.queries import NoQuery
from frontdesk.web.routes import DESK, SESSION, routes
from tests.web.day import AGENTS, GUESTS, HELPERS, STAFF, Day, What
from tests.web.front import PASSWORD, Event, Front, settled

S, G, Q, R, N = What.STAFF, What.GUEST, What.QUESTION, What.ROOM, What.NAME
V = What.SIGNED
I, B, K, T, P = What.INFO, What.BODY, What.KEY, What.TOKEN, What.PERSON  # noqa: E741 -- a column of the tables
C = What.COMMENT

# What the answer of each route may hold, for somebody who may see it. The feed is below.
ROUTES: dict[tuple[str, str], set[What]] = {
    ("GET", "/"): set(),
    ("GET", "/healthz"): set(),
    ("GET", "/metrics"): set(),
    ("GET", "/api/v1/trickle"): set(),
    ("GET", "/readyz"): set(),
    ("GET", "/api/docs"): set(),
    ("GET", "/api/openapi.json"): set(),
    ("GET", "/widget.js"): set(),
    ("GET", "/chat/{desk}"): set(),
    ("GET", "/assets/{hash}/panel.js"): set(),
    ("GET", "/assets/{hash}/panel-fallbacks.js"): set(),
    ("GET", "/assets/{hash}/panel.css"): set(),
    ("GET", "/console"): set(),
    ("GET", "/assets/{hash}/console.js"): set(),
    ("GET", "/assets/{hash}/console-chunk.js"): set(),
    ("GET", "/assets/{hash}/console-admin.js"): set(),
    ("GET", "/assets/{hash}/console.css"): set(),
    ("POST", f"{DESK}/identify"): {G, R, T},
    ("GET", f"{DESK}/waittime"): set(),
    ("GET", f"{DESK}/face"): set(),
    ("GET", f"{DESK}/listen"): set(),
    ("GET", f"{DESK}/events"): set(),
    ("GET", f"{DESK}/state"): {S, G, Q, R, N, I, B, V},
    ("POST", f"{DESK}/message/{{room}}"): set(),
    ("POST", f"{DESK}/message/{{room}}/typing"): set(),
    ("POST", f"{DESK}/end/{{room}}"): set(),
    ("GET", f"{DESK}/rooms/{{room}}/messages"): {S, G, R, B},
    ("POST", f"{DESK}/assist"): {S, G, Q, R, I, B, V},
    ("POST", f"{DESK}/status"): set(),
    ("POST", f"{DESK}/set_limit"): set(),
    ("POST", f"{DESK}/transfer/{{room}}"): set(),
    ("POST", f"{DESK}/direct_message"): {R},
    ("POST", f"{DESK}/create"): {R},
    ("POST", f"{DESK}/join/{{room}}"): {S, G, Q, R, N, I, B, V},
    ("POST", f"{DESK}/leave/{{room}}"): {R},
    ("POST", f"{DESK}/queue"): {R},
    ("DELETE", f"{DESK}/queue"): set(),
    ("POST", f"{DESK}/rate/{{room}}"): set(),
    ("POST", f"{DESK}/leave_message"): {R},
    ("POST", f"{DESK}/note_done/{{room}}"): set(),
    ("GET", f"{DESK}/guests"): {G},
    ("GET", f"{DESK}/list"): {S, G},
    ("GET", f"{DESK}/rooms"): {S, G, Q, R},
    ("GET", f"{DESK}/settings"): set(),
    ("POST", f"{DESK}/change_settings"): set(),
    ("GET", f"{DESK}/keys"): set(),
    ("POST", f"{DESK}/keys"): set(),
    ("DELETE", f"{DESK}/keys/{{id}}"): set(),
    ("GET", "/api/v1/desks"): set(),
    ("POST", "/api/v1/desks"): set(),
    ("GET", "/api/v1/accounts"): {S},
    ("POST", "/api/v1/accounts"): {S},
    ("POST", "/api/v1/change_account"): set(),
    ("POST", "/api/v1/invite"): {S},
    ("POST", "/api/v1/welcome"): {S},
    ("POST", "/api/v1/accept"): {S, T},
    ("POST", "/api/v1/password"): set(),
    ("GET", "/api/v1/tokens"): {S},
    ("POST", "/api/v1/tokens"): set(),
    ("DELETE", "/api/v1/tokens/{id}"): set(),
    ("GET", f"{DESK}/audit"): {S},
    ("GET", f"{DESK}/history"): {S, G, Q, R, B},
    ("GET", f"{DESK}/history/{{room}}"): {V, S, G, Q, R, I, B, P, C},
    ("GET", f"{DESK}/rooms/{{room}}/earlier"): {Q, R},
    ("GET", f"{DESK}/people"): {G, P, R},
    ("GET", f"{DESK}/people/{{person}}"): {V, S, G, Q, R, I, B, P, C},
    ("DELETE", f"{DESK}/people/{{person}}"): set(),
    ("POST", SESSION): {S, T},
    ("GET", SESSION): {S},
    ("DELETE", SESSION): set(),
}

# What was written before anybody was at the desk is the same afterwards, whoever asks, and need not
# be searched: names of people are words of ours too ("Leave").
WRITTEN_BEFORE = {"/api/docs", "/api/openapi.json"}

# Those of the numbers are, too.
COMMANDS = re.compile(r'^frontdesk_commands_total{command="[A-Za-z]+"}', re.MULTILINE)

# What each event may hold, for somebody who hears it and may see it.
HEARD: dict[str, set[What]] = {
    "notification": {S, G, R},
    "message": {S, G, R, B, K},
    "status availability": {S, G},
    "status typing": {S, G, R},
    "update": {S, G},
    "welcome": set(),
    "queuepos": set(),
    "joined": {S, G, Q, R, N, I, B, V},
    "transfer": {S, G, Q, R, I, B, V},
    "closing": {R},
    "left": {R},
    "end": {R},
    "abandoned": {G},
    "floor guest": {G, Q, R, V},
    "floor released": {S, G},
    "floor group_room": {R, N},
    "floor limit": {S},
    "floor person": {S, G},
    "floor presence": {S},
    "floor role": {S},
    "floor settings": set(),
    "desk": set(),
    "floor erased": {S, G, R},
    "floor rated": {S, G, R},
    "floor note": {G, Q, R, I},
    "floor note_done": {S, R},
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
    @gives(Here)
    async def shows(ask: Any) -> None:
        return None

    fake = Route("GET", f"{DESK}/everything", Asker.ANYONE, shows, b.NoBody, NoQuery)

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


FOR_AGENTS = {name_of(event) for event, kinds in HEARERS.items() if kinds == {Kind.AGENTS}}


def check_feeds(day: Day) -> set[str]:
    """That nobody heard what is not theirs. Returns the names of the events heard."""
    heard = set()
    for name, answers in day.sent.items():
        for event in (event for answer in answers for event in json.loads(answer)):
            known = name_in(event)
            heard.add(known)
            text = json.dumps(event, ensure_ascii=False)
            assert not day.may_not_see(name, text, HEARD[known]), (name, event)
            assert name not in GUESTS or known not in FOR_AGENTS, (name, event)
    return heard


@pytest.fixture(params=[10_000, 3], ids=["from memory", "from the store"])
async def day(front: Front, request: pytest.FixtureRequest) -> Day:
    """The desk after that day. With a short memory most of it is read back from the store."""
    front.live.ring._capacity = request.param
    day = Day(front)
    await day.happens()
    return day


async def test_everybody_hears_what_is_theirs_and_nothing_else(day: Day):
    heard = check_feeds(day)

    # Every kind of event was there to be looked at; `reset` is for places that are none.
    assert heard == HEARD.keys() - {"reset"}


async def test_everybody_who_asks_again_hears_no_more_than_at_the_time(day: Day):
    day.sent.clear()
    await day.hear_it_all_again()

    heard = check_feeds(day)

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
        nowhere = (What.INNER, What.TOKEN, What.PERSON, What.COMMENT)
        hidden = secret.what in nowhere or secret.text.startswith("identify-key")
        given = secret.text.startswith("info-of-")
        lonely = given and secret.text[8:] not in HELPERS
        assert found != (hidden or lonely), secret


async def test_a_leak_would_be_found(day: Day):
    """What is Ana's is found in Ben's feed, and an agent's event in any guest's."""
    spoiled = {"type": "message", "room": "r", "user": "Ida", "body": "body by ida to ana helped."}
    day.sent = {"ben": [json.dumps([spoiled]).encode()]}
    with pytest.raises(AssertionError, match="body by ida to ana"):
        check_feeds(day)
    day.sent = {"ben": [b'[{"type":"abandoned","user":"Somebody"}]']}
    with pytest.raises(AssertionError, match="abandoned"):
        check_feeds(day)


BODIES: dict[type[b.Body], dict[str, object]] = {
    b.NoBody: {},
    b.IdentifyBody: {"username": "Zoe", "question": "Anybody there?"},
    b.MessageBody: {"body": "a text of no interest"},
    b.TypingBody: {"state": True},
    b.AssistBody: {},
    b.RateBody: {"rating": 5},
    b.NoteBody: {"username": "Zoe", "body": "Anybody there?", "contact": "nowhere"},
    b.StatusBody: {"status": "available"},
    b.LimitBody: {"limit": 4},
    b.TransferBody: {"agent": "Jon", "force": True},
    b.DirectBody: {"agent": "Jon", "body": "a text of no interest"},
    b.CreateBody: {"name": "a name of no interest"},
    b.JoinBody: {"as": "watcher"},
    b.SettingsBody: {"settings": {"silence_s": 600}},
    b.AccountBody: {"username": "Quinn", "role": "agent"},
    b.ChangeAccountBody: {"user": "Kim", "role": "monitor"},
    b.InviteBody: {"user": "Jon"},
    b.WelcomeBody: {"invite": "0" * 64},
    b.AcceptBody: {"invite": "0" * 64, "password": "a phrase that is long"},
    b.PasswordBody: {"old": "wrong", "new": "a phrase that is long"},
    b.TokenBody: {"label": "A bot"},
    b.DeskBody: {"desk": "night"},
    b.MakeKeyBody: {"label": "a name of no interest"},
}


def feed_in(answer: httpx2.Response) -> bytes:
    """The events of a poll or of a stream, as an array."""
    if not answer.headers["content-type"].startswith("text/event-stream"):
        return answer.content
    blocks = [block for block in answer.text.split("\n\n") if "event: hangup" not in block]
    found = [line[6:] for block in blocks for line in block.split("\n") if line[:6] == "data: "]
    return f"[{','.join(found)}]".encode()


# Those after which somebody is in a room who was not.
LETS_IN = {b.AssistBody, b.JoinBody, b.TransferBody}


def body_for(route: Route, name: str) -> dict[str, object]:
    """A body that this route takes, from this person."""
    if route.body is b.SignInBody:
        right = name in AGENTS
        user = STAFF[name].user if right else "Ida"
        return {"username": user, "password": PASSWORD if right else "wrong"}
    return BODIES[route.body]


# What leaves everybody who and where they were, so that one day does for all of these.
LEAVES_ALL_AS_IT_IS = {b.MessageBody, b.TypingBody, b.LimitBody, b.DirectBody, b.SettingsBody}

# Of these so many are asked here that the last ones are too fast.
PACED = {b.SignInBody, b.TypingBody, b.WelcomeBody, b.AcceptBody, b.PasswordBody}


def together(route: Route) -> str:
    """The name of those with which this route is asked on one day: its own, if it is alone."""
    if route.method == "GET" or route.body in LEAVES_ALL_AS_IT_IS:
        return route.method
    return f"{route.method} {route.path}"


GROUPS = {
    name: [one for one in routes() if together(one) == name] for name in map(together, routes())
}


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
async def test_an_answer_holds_nothing_that_is_not_the_askers(front: Front, group: str):
    before = {path: (await front.someone().client.get(path)).content for path in WRITTEN_BEFORE}
    day = Day(front)
    await day.happens()

    for route in GROUPS[group]:
        await check_answers(day, route, before)

    await settled()
    check_feeds(day)


async def check_answers(day: Day, route: Route, before: Mapping[str, bytes]) -> None:
    """That nobody who asks this, of every room there is, is answered what is not theirs."""
    may = ROUTES[route.method, route.path]
    rooms = {**day.rooms, "none": "r" + "0" * 32} if "{room}" in route.path else {"": ""}
    if "{person}" in route.path:
        rooms = {**day.ids, "none": "g" + "0" * 32}
    for name, someone in list(day.people.items()):
        for label, room in rooms.items():
            path = route.path.replace("{desk}", "main")
            path = path.replace("{room}", room).replace("{person}", room)
            path = path.replace("{id}", day.key.id)
            body = body_for(route, name) if route.method != "GET" else None
            query = {"wait": "0", "user": "Ana Qwx"} if route.method == "GET" else None
            if path.endswith("/history"):
                query = {"q": "by"}
            answer = await someone.client.request(route.method, path, params=query, json=body)
            assert answer.status_code < 500, answer.text
            # To be told that one is too fast proves nothing.
            assert answer.status_code != 429 or route.body in PACED, (name, path)
            if path.endswith(("/listen", "/events")):
                day.sent.setdefault(name, []).append(feed_in(answer))
                text = str(answer.headers)
            else:
                text = COMMANDS.sub("", answer.text) + str(answer.headers)
            if answer.status_code == 200 and route.body in LETS_IN:
                given = answer.json().get("room", room)
                known = label or next(one for one in GUESTS if day.rooms[one] == given)
                day.lets_in("jon" if route.body is b.TransferBody else name, known)
            if path in WRITTEN_BEFORE:
                assert answer.content == before[path]
                continue
            granted = may if answer.status_code < 400 else set()
            reading = path.endswith("/messages") or "/history" in path
            found = day.may_not_see(
                name, text, granted, reading=reading, exporting="/people" in path
            )
            assert not found, (name, path, text)


def test_what_agents_alone_hear_is_kept_from_guests():
    assert name_of(FloorGuest) in FOR_AGENTS
    assert name_of(Availability) not in FOR_AGENTS
    assert {one.__struct_config__.tag for one in get_args(Answer)} == ANSWERS | {"reset"}
