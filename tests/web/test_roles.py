"""Who may do what in whose room: every role, every route of rooms and of the queue."""

import pytest
from httpx2 import Response

from frontdesk.desk.commands import ChangePerson
from frontdesk.web.routes import DESK, routes
from tests.web.floor import Floor
from tests.web.front import Front, refused, types, url

CODES = {401: "not_signed_in", 403: "not_allowed", 404: "not_found", 409: "not_waiting"}
ROLES = ("stranger", "ana", "ben", "cem", "ida", "jon", "mia", "ada")

# Nobody but agents may come in here; what follows are those four.
STAFF = "401 403 403 403 "

# Ida has Ana and watches the group room, in which Ada speaks. Mia watches Ana; Ida and Mia have a
# room of their own. Jon is nowhere.
TABLE: dict[tuple[str, str], str] = {
    # stranger, Ana, Ben, Cem, Ida, Jon, Mia (a monitor), Ada (an admin)
    ("POST /transfer/{ana}", "agent=Jon"): STAFF + "200 404 200 200",
    ("POST /transfer/{ben}", "agent=Jon"): STAFF + "404 404 200 200",
    ("POST /transfer/{ana}", "agent=Ben"): STAFF + "404 404 404 404",
    ("POST /transfer/{group}", "agent=Jon"): STAFF + "404 404 404 404",
    ("POST /transfer/{direct}", "agent=Jon"): STAFF + "404 404 404 404",
    ("POST /transfer/{none}", "agent=Jon"): STAFF + "404 404 404 404",
    ("POST /direct_message", "agent=Mia body=Hello"): STAFF + "200 200 404 200",
    ("POST /direct_message", "agent=Ana body=Hello"): STAFF + "404 404 404 404",
    ("POST /create", "name=Returns"): STAFF + "403 403 200 200",
    ("POST /join/{ana}", "as=speaker"): STAFF + "404 404 200 200",
    ("POST /join/{ana}", "as=watcher"): STAFF + "404 404 200 200",
    ("POST /join/{ben}", "as=watcher"): STAFF + "404 404 200 200",
    ("POST /join/{group}", "as=speaker"): STAFF + "200 200 200 200",
    ("POST /join/{group}", "as=watcher"): STAFF + "200 200 200 200",
    ("POST /join/{direct}", "as=watcher"): STAFF + "404 404 404 404",
    ("POST /join/{none}", "as=watcher"): STAFF + "404 404 404 404",
    ("POST /leave/{ana}", ""): STAFF + "200 404 200 404",
    ("POST /leave/{ben}", ""): STAFF + "404 404 404 404",
    ("POST /leave/{group}", ""): STAFF + "200 404 404 200",
    ("POST /leave/{direct}", ""): STAFF + "403 404 403 404",
    ("POST /queue", ""): "401 200 200 200 403 403 403 403",
    ("POST /rate/{ana}", "rating=5"): "401 403 404 404 403 403 403 403",
    ("POST /rate/{cem}", "rating=5"): "401 404 404 200 403 403 403 403",
    ("POST /rate/{group}", "rating=5"): "401 404 404 404 403 403 403 403",
    ("POST /rate/{none}", "rating=5"): "401 404 404 404 403 403 403 403",
    ("POST /note_done/{note}", ""): STAFF + "200 200 200 200",
    ("POST /note_done/{ana}", ""): STAFF + "404 404 404 404",
    ("POST /note_done/{none}", ""): STAFF + "404 404 404 404",
    ("DELETE /queue", ""): "401 409 200 409 403 403 403 403",
    ("POST /message/{ana}", "body=Hello"): "401 200 404 404 200 404 403 404",
    ("POST /message/{ben}", "body=Hello"): "401 404 200 404 404 404 404 404",
    ("POST /message/{cem}", "body=Hello"): "401 404 404 404 404 404 404 404",
    ("POST /message/{group}", "body=Hello"): "401 404 404 404 403 404 404 200",
    ("POST /message/{direct}", "body=Hello"): "401 404 404 404 200 404 200 404",
    ("POST /message/{ana}/typing", "state"): "401 200 404 404 200 404 403 404",
    ("POST /message/{group}/typing", "state"): "401 404 404 404 403 404 404 200",
    ("POST /message/{direct}/typing", "state"): "401 404 404 404 200 404 200 404",
    ("POST /end/{ana}", ""): "401 200 404 404 200 404 200 200",
    ("POST /end/{ben}", ""): "401 404 200 404 404 404 200 200",
    ("POST /end/{group}", ""): "401 404 404 404 403 403 200 200",
    ("POST /end/{direct}", ""): "401 404 404 404 403 404 403 404",
    ("GET /rooms/{ana}/messages", ""): "401 200 404 404 200 404 200 200",
    ("GET /rooms/{ben}/messages", ""): "401 404 200 404 404 404 200 200",
    ("GET /rooms/{cem}/messages", ""): "401 404 404 200 404 200 200 200",
    ("GET /rooms/{group}/messages", ""): "401 404 404 404 200 404 200 200",
    ("GET /rooms/{direct}/messages", ""): "401 404 404 404 200 404 200 404",
    ("GET /rooms/{ana}/earlier", ""): STAFF + "200 404 200 200",
    ("GET /rooms/{ben}/earlier", ""): STAFF + "404 404 200 200",
    ("GET /rooms/{cem}/earlier", ""): STAFF + "404 404 200 200",
    ("GET /rooms/{group}/earlier", ""): STAFF + "404 404 404 404",
    ("GET /rooms/{direct}/earlier", ""): STAFF + "404 404 404 404",
    ("GET /history/{ana}", ""): STAFF + "403 403 200 200",
    ("GET /history/{cem}", ""): STAFF + "403 403 200 200",
    ("GET /history/{group}", ""): STAFF + "403 403 404 404",
    ("GET /history/{direct}", ""): STAFF + "403 403 404 404",
    ("GET /history/{none}", ""): STAFF + "403 403 404 404",
}


def body_of(words: str) -> dict[str, object]:
    """The body that such words stand for."""
    return {
        name: int(value) if value.isdigit() else value or True
        for name, _, value in (word.partition("=") for word in words.split())
    }


def test_every_route_of_a_room_or_of_the_queue_is_in_the_table():
    wanted = {
        f"{one.method} {one.path.removeprefix(DESK)}"
        for one in routes()
        if "{room}" in one.path or one.path.endswith(("/queue", "/create", "/direct_message"))
    }

    assert wanted
    for route in wanted:
        start, brace, end = route.partition("{room}")
        asked = [path for path, _ in TABLE if path.startswith(start) and path.endswith(end)]
        assert asked if brace else route in asked, route


async def asks(floor: Floor, row: tuple[str, str], role: str) -> Response:
    """What this person is answered."""
    asked, words = row
    method, path = asked.split()
    body = body_of(words) if method == "POST" else None
    return await floor.people[role].client.request(method, url(floor.path(path)), json=body)


@pytest.mark.parametrize("row", TABLE, ids=" ".join)
async def test_a_role_may_not_do_this(front: Front, floor: Floor, row: tuple[str, str]):
    # Who is refused leaves everything as it was, so that one floor does for all of them.
    offset = front.live.state.offset

    for role, status in zip(ROLES, TABLE[row].split(), strict=True):
        if status != "200":
            refused(await asks(floor, row, role), int(status), CODES[int(status)])
            assert front.live.state.offset == offset, role


@pytest.mark.parametrize(
    ("row", "role"),
    [
        pytest.param(row, role, id=f"{' '.join(row)}-{role}")
        for row, statuses in TABLE.items()
        for role, status in zip(ROLES, statuses.split(), strict=True)
        if status == "200"
    ],
)
async def test_a_role_may_do_this(floor: Floor, row: tuple[str, str], role: str):
    answer = await asks(floor, row, role)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", sorted({path for path, _ in TABLE if "{direct}" in path}))
async def test_a_room_that_is_none_of_your_business_looks_like_one_that_is_not_there(
    floor: Floor, path: str
):
    method, _, path = path.partition(" ")
    words = next(words for asked, words in TABLE if asked == f"{method} {path}")
    body = body_of(words) if method == "POST" else None
    ada = floor.people["ada"].client

    theirs, nobodys = [
        await ada.request(method, url(floor.path(path.replace("{direct}", room))), json=body)
        for room in ("{direct}", "{none}")
    ]

    assert theirs.content == nobodys.content
    assert theirs.headers == nobodys.headers


async def test_who_may_do_nothing_in_a_room_hears_nothing_of_its_words(floor: Floor):
    for room, speaker in (("ana", "ana"), ("group", "ada"), ("direct", "mia")):
        await floor.people[speaker].say(floor.rooms[room], f"said to {room}")
    heard = {
        "ana": {"ana", "ida", "mia"},
        "group": {"ada", "ida"},
        "direct": {"ida", "mia"},
    }

    for role in ROLES[1:]:
        said = [one["body"] for one in await floor.people[role].news() if one["type"] == "message"]
        assert said == [f"said to {room}" for room, them in heard.items() if role in them]


async def test_a_watcher_hears_all_of_a_room_and_is_not_seen_in_it(floor: Floor):
    ana, ida, ada = (floor.people[name] for name in ("ana", "ida", "ada"))

    await floor.do("ada", "/join/{ana}", {"as": "watcher"})
    assert await ana.news() == []
    assert await ida.news() == []
    assert (await ana.get("/state")).json()["rooms"][0]["users"] == ["Ana", "Ida"]
    await ana.say(ana.room, "Anybody else here?")
    await ida.type(ana.room)
    assert types(await ada.news())[-2:] == ["message", "status"]
    await floor.do("ada", "/leave/{ana}")

    assert types(await ana.news()) == ["message", "status"]
    await ana.say(ana.room, "Really nobody?")
    assert types(await ada.news()) == ["left"]


async def test_who_is_a_monitor_no_more_hears_and_reads_no_more(front: Front, floor: Floor):
    mia = floor.people["mia"]
    await front.operator(ChangePerson("Mia", role="agent"))
    await floor.people["ana"].say(floor.rooms["ana"])

    assert "message" not in types(await mia.news())
    refused(await mia.get(floor.path("/rooms/{ana}/messages")), 404, "not_found")
    refused(await mia.post(floor.path("/join/{ana}"), {"as": "watcher"}), 404, "not_found")
    refused(await mia.post("/create", {"name": "Returns"}), 403, "not_allowed")


async def test_the_backlog_of_a_direct_room_is_in_nobody_elses_state(floor: Floor):
    for role in ROLES[1:]:
        state = (await floor.people[role].get("/state")).text
        assert (floor.rooms["direct"] in state) == (role in ("ida", "mia"))
        assert ("have a look at Ana" in state) == (role in ("ida", "mia"))
