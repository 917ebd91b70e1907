"""Rooms that are none of one's business look like rooms that never were, whatever the id."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import frontdesk
from frontdesk.desk.ids import MAIN
from frontdesk.web.routes import routes
from tests import examples as eg
from tests.threats.hostile import Request, required
from tests.threats.wire import HOST, JSON, Answer, ask, by_bearer, by_cookie
from tests.web.floor import NOBODYS, Floor
from tests.web.front import Front, refused, settled, url

IN_ROOMS = [one for one in routes() if "{room}" in one.path]

# Whose rooms are asked for by whom: a guest's by another guest, and those of colleagues.
STRANGE = [
    ("ben", "ana"),
    ("ben", "group"),
    ("ben", "direct"),
    ("jon", "direct"),
    ("ada", "direct"),
]


@pytest.fixture(autouse=True)
def nothing_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server does by itself now and then would be counted too."""
    monkeypatch.setattr("frontdesk.engine.engine.INDEX_MS", 3_600_000)


def request_for(route: Any, room: str) -> Request:
    path = route.path.replace("{desk}", "main").replace("{room}", room)
    body = b"" if route.method == "GET" else str(required(route.body)).encode()
    body = body.replace(b"'", b'"').replace(b"True", b"true")
    return Request("", "", route.method, path, body)


def headers_of(floor: Floor, name: str) -> list[tuple[bytes, bytes]]:
    token = floor.people[name].token
    return by_bearer(token) if name in ("ana", "ben", "cem") else by_cookie(token)


# Not by the name of a folder alone: a checkout may have the same.
OURS = str(Path(frontdesk.__file__).parent)

# What an engine does every now and then, whoever asks for whatever.
BESIDE = ("_forever", "Store.changed", "Store.beat", "Store.tidy", "Store.scrub")


@contextmanager
def work() -> Iterator[list[str]]:
    """The functions of ours that are called meanwhile, one after the other."""
    called: list[str] = []

    def note(frame: Any, event: str, _: object) -> None:
        if event != "call" or not frame.f_code.co_filename.startswith(OURS):
            return
        name = frame.f_code.co_qualname
        if not name.endswith(BESIDE):
            called.append(name)

    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize(("asker", "room"), STRANGE)
async def test_a_room_of_others_gets_the_answer_and_the_work_of_one_that_never_was(
    front: Front, floor: Floor, asker: str, room: str
):
    headers = headers_of(floor, asker)
    for route in IN_ROOMS:
        answers, works = [], []
        # What is worked out once and remembered is worked out by now.
        await ask(front, request_for(route, NOBODYS), headers)
        for id in (floor.rooms[room], NOBODYS):
            with work() as called:
                answers.append(await ask(front, request_for(route, id), headers))
                await settled()
            works.append(called)

        assert answers[0] == answers[1], route
        assert answers[0].status in (403, 404), route
        # Nothing is looked up for the one that would not be looked up for the other.
        assert abs(len(works[0]) - len(works[1])) <= 5, set(works[0]) ^ set(works[1])


SPELLINGS = [
    lambda id: id.upper(),
    lambda id: f"%20{id}",
    lambda id: f"{id}%20",
    lambda id: f"{id}%00",
    lambda id: f"0{id}",
    lambda id: f"{id}%0a",
    lambda id: f"id[]={id}",
    lambda id: f'["{quote(id)}"]',
    lambda id: id[:-1],
    lambda id: id[:-1] + "%",
    lambda id: f"{id}*",
    lambda id: f"{id[:1]}-{id[1:]}",
    lambda id: "".join(chr(ord(sign) + 0xFEE0) for sign in id),
]


@pytest.mark.parametrize("asker", ["ana", "ida"])
async def test_an_id_is_exactly_its_own_or_none(front: Front, floor: Floor, asker: str):
    """Also for those who are in that room."""
    headers = headers_of(floor, asker)
    await front.engine.submit(MAIN, eg.settings(guest_rate=60_000))
    for route in IN_ROOMS:
        nobodys = await ask(front, request_for(route, NOBODYS), headers)
        for spell in SPELLINGS:
            request = request_for(route, spell(floor.rooms["ana"]))
            assert await ask(front, request, headers) == nobodys, request.path
        assert nobodys.status in (403, 404)


async def test_an_id_of_a_room_cannot_be_guessed(floor: Floor):
    ids = [room for name, room in floor.rooms.items() if name != "none"]

    assert len(set(ids)) == len(ids)
    for id in ids:
        assert id[0] == "r"
        assert len(bytes.fromhex(id[1:])) == 16


async def test_a_place_in_the_log_opens_no_room_of_others(front: Front, floor: Floor):
    """Ids of events can be counted up; what they lead to is one's own all the same."""
    epoch = front.live.epoch
    secret = "said where Ben is not"
    said = await floor.people["ana"].say(floor.rooms["ana"], secret)

    for id in (said["id"], f"{epoch}.0.0", f"{epoch}.1.0", f"{epoch}.99999.0"):
        heard = await floor.people["ben"].get("/listen", since=id, wait="0")
        read = await floor.people["ben"].get(f"/rooms/{floor.rooms['ana']}/messages", before=id)
        assert secret not in heard.text + read.text


async def test_a_desk_that_is_not_there_looks_the_same_to_everybody(front: Front, floor: Floor):
    answers: list[Answer] = []
    for headers in ([HOST, JSON], *(headers_of(floor, name) for name in ("ana", "ida", "ada"))):
        for path in ("/state", "/guests", "/message/x"):
            method = "POST" if path == "/message/x" else "GET"
            request = Request("", "", method, f"/api/v1/desks/other{path}")
            answers.append(await ask(front, request, headers))

    assert len({(one.status, one.body, str(one.headers)) for one in answers}) == 1
    assert answers[0].status == 404


async def test_a_colleague_who_is_not_there_looks_like_a_guest_and_like_oneself(floor: Floor):
    ida = floor.people["ida"]

    answers = [
        await ida.post("/direct_message", {"agent": name, "body": "x"})
        for name in ("Nobody", "Ana", "Ida", "ana", "agent-jon")
    ]

    for answer in answers:
        refused(answer, 404, "not_found")
    assert len({answer.content for answer in answers}) == 1


async def test_a_guest_who_is_not_there_looks_like_one_who_does_not_wait(floor: Floor):
    jon = floor.people["jon"]

    for name in ("Nobody", "Ana", "Cem", "Mia"):
        answer = await jon.client.post(url("/assist"), json={"guest": name})
        refused(answer, 409, "not_waiting")
