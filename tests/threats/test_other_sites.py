"""What another site can do with the browser of somebody who is signed in here: nothing."""

from typing import Any

import pytest

from frontdesk.desk.checkpoint import dump
from frontdesk.desk.events import Message
from frontdesk.web import agent_api
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Asker
from frontdesk.web.operations import TEXTS
from frontdesk.web.reply import SECURITY_HEADERS
from frontdesk.web.routes import routes
from tests import examples as eg
from tests.threats.hostile import Request, required
from tests.threats.wire import ask, by_bearer, by_cookie
from tests.web.floor import Floor
from tests.web.front import HERE, SESSION, Front, Someone, refused, settled, url

TABLE = routes()
CHANGING = [one for one in TABLE if one.method != "GET"]
EVIL = "https://evil.example"

# What a form, an image, a frame or `fetch` of another site can put there without asking us first.
FORMS = {
    "text/plain": b'{"body": "x", "status": "away", "state": true, "limit": 1}',
    "application/x-www-form-urlencoded": b'{"status":"away","x":"=y"}',
    "multipart/form-data; boundary=x": b"--x\r\n\r\n{}\r\n--x--",
    "text/plain; charset=application/json": b'{"status": "away"}',
    "application/jsonx": b'{"status": "away"}',
    "": b'{"status": "away"}',
}


def path_of(path: str, room: str) -> str:
    return path.replace("{desk}", "main").replace("{room}", room)


@pytest.mark.parametrize("kind", FORMS)
async def test_no_form_of_another_site_changes_anything_with_our_cookie(
    front: Front, floor: Floor, kind: str
):
    before = dump(front.live.state)

    for route in CHANGING:
        if route.asker is not Asker.GUEST:
            name = "ada" if route.asker in (Asker.ADMIN, Asker.RUNS_ALL) else "ida"
            path = path_of(route.path, floor.rooms["ana"])
            headers = ((b"content-type", kind.encode()),)
            request = Request("", name, route.method, path, FORMS[kind], headers=headers)
            answer = await ask(front, request, by_cookie(floor.people[name].token))
            assert answer.status == 400, (route, answer)
    await settled()

    assert dump(front.live.state) == before


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": f"{HERE}.evil.example"},
        {"Origin": f"{HERE}:444"},
        {"Origin": "https://127.0.0.1"},
    ],
    ids=str,
)
async def test_no_request_from_another_site_changes_anything_with_our_cookie(
    front: Front, floor: Floor, said: dict[str, str]
):
    ida, before = floor.people["ida"], dump(front.live.state)

    for route in CHANGING:
        body = required(route.body)
        path = path_of(route.path, floor.rooms["ana"])
        for someone in (ida.client, front.someone().client):
            if someone is ida.client or route.path == SESSION:
                answer = await someone.request(route.method, path, json=body, headers=said)
                if someone is ida.client or route.method == "POST":
                    refused(answer, 403, "wrong_origin")
    await settled()

    assert dump(front.live.state) == before
    assert (await ida.get(SESSION)).json()["user"] == "Ida"


async def test_getting_an_address_changes_nothing(front: Front, floor: Floor):
    before = dump(front.live.state)

    for name in ("stranger", "ana", "ben", "ida", "mia"):
        for route in TABLE:
            for method in ("GET", "HEAD"):
                path = path_of(route.path, floor.rooms["ana"])
                client = floor.people[name].client
                await client.request(method, path, params={"wait": "0"})
    await settled()

    assert dump(front.live.state) == before
    assert (await floor.people["ida"].get(SESSION)).status_code == 200


async def answers_of_every_kind(front: Front, floor: Floor) -> dict[str, Any]:
    """One with each status that there is, and the answer of each route that is read."""
    ida, ana, nobody = (floor.people[name].client for name in ("ida", "ana", "stranger"))
    evil = {"Origin": EVIL}
    found = {
        "200": await ida.get(SESSION, headers=evil),
        "201": await nobody.post(url("/identify"), json={"username": "Zoe", "question": "?"}),
        "400": await ida.post(url("/status"), json={"state": "<script>"}),
        "401": await nobody.get(url("/state"), headers=evil),
        "403": await ida.post(url("/status"), json={"status": "away"}, headers=evil),
        "404": await ida.get("/nothing", headers=evil),
        "404 room": await ana.get(url("/rooms/none/messages")),
        "405": await ida.put(SESSION, headers=evil),
        "405 options": await ida.options(
            url("/status"), headers={**evil, "Access-Control-Request-Method": "POST"}
        ),
        "409": await ana.delete(url("/queue")),
        "413": await ana.post(url(f"/message/{floor.rooms['ana']}"), json={"body": "x" * 9_000}),
        "422": await nobody.post(url("/identify"), json={"username": "Support", "question": "?"}),
    }
    for route in TABLE:
        if route.method == "GET" and route.handler.form not in TEXTS:
            path = path_of(route.path, floor.rooms["ana"])
            found[route.path] = await ida.get(path, params={"wait": "0"}, headers=evil)
    return found


async def test_no_answer_may_be_read_by_another_site_or_taken_for_a_page(
    front: Front, floor: Floor, monkeypatch: pytest.MonkeyPatch
):
    found = await answers_of_every_kind(front, floor)
    monkeypatch.setattr(agent_api, "encode", lambda _: [][0])
    found["500"] = await floor.people["ida"].client.get(url("/guests"))
    monkeypatch.setattr("frontdesk.engine.commits.PENDING_MOST", 0)
    found["503"] = await floor.people["ida"].client.post(url("/status"), json={"status": "away"})

    for what, answer in found.items():
        assert what.partition(" ")[0] in (str(answer.status_code), what), (what, answer.text)
        assert not [name for name in answer.headers if name.startswith("access-control")], what
        assert answer.headers["content-type"] == "application/json", what
        for name, value in SECURITY_HEADERS:
            assert answer.headers[name.decode()] == value.decode(), what


async def test_the_one_page_may_run_nothing_and_is_in_no_frame(front: Front):
    answer = await front.someone().client.get("/api/docs", headers={"Origin": "https://evil"})

    policy = answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy


async def test_what_looks_like_markup_is_sent_as_data(front: Front, ida: Someone):
    """In names it is refused or harmless; in JSON it is a string, and nothing sniffs it."""
    guest = await front.guest(eg.ANA._replace(user="{{7*7}}", question="<svg/onload=alert(1)>"))
    await guest.say(guest.room, '"><img src=x onerror=alert(1)>')

    answer = await ida.get("/state")
    await ida.assist()
    heard = await ida.client.get(url("/listen"), params={"since": ida.since, "wait": "0"})

    for one in (answer, heard):
        assert one.headers["content-type"] == "application/json"
        assert one.headers["x-content-type-options"] == "nosniff"
        assert b"\\\\<svg/onload" in one.content or b"\\\\<img" in one.content
    assert b'\\"' in encode(Message("r", "Ana", '"', 1))


async def test_a_token_is_no_cookie_and_a_cookie_no_token_of_a_guest(
    front: Front, ana: Someone, ida: Someone
):
    """A guest's token is never in a cookie, so no other site has a guest's browser at its hands."""
    state = Request("", "", "GET", url("/state"))

    assert (await ask(front, state, by_bearer(ana.token))).status == 200
    answer = await front.someone().client.post(
        url("/identify"), json={"username": "Zoe", "question": "?"}
    )
    assert "set-cookie" not in answer.headers
