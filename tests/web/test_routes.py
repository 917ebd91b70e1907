import json
import re
from typing import Any

import pytest

from frontdesk.web.assets import asset
from frontdesk.web.exchange import Asker, Route
from frontdesk.web.forms import Page, Script, Stream, Style, Trickle
from frontdesk.web.operations import TEXTS
from frontdesk.web.queries import NoQuery
from frontdesk.web.reply import SECURITY_HEADERS
from frontdesk.web.routes import routes
from tests.web.front import SESSION, Front, Someone, refused

TABLE = routes()
IDS = [f"{route.method} {route.path}" for route in TABLE]


# What pages and their files say for themselves; see test_widget_api.py and test_openapi.py.
OWN_HEADERS = {
    Page: {"content-security-policy"},
    Script: {"cache-control", "cross-origin-resource-policy"},
    Style: {"cache-control"},
}


def path_of(route: Route, room: str = "r" + "0" * 32) -> str:
    """The route's path at the main desk, with this room."""
    path = route.path.replace("{desk}", "main").replace("{room}", room)
    path = path.replace("{person}", "g" + "0" * 32).replace("{id}", "0" * 32)
    return path.replace("{hash}", hash_of(path))


def hash_of(path: str) -> str:
    """What stands in the address of a file that is kept for good."""
    return asset(path.rpartition("/")[2]).hash if "{hash}" in path else ""


async def call(someone: Someone, route: Route, **headers: str):
    """The route with an empty body, or with an empty query."""
    return await someone.client.request(route.method, path_of(route), headers=headers)


def test_no_route_stands_twice_in_the_table():
    assert len({(route.method, route.path) for route in TABLE}) == len(TABLE)


def test_every_path_stands_where_the_contract_says():
    for route in TABLE:
        assert re.fullmatch(
            r"/|/healthz|/metrics|/readyz|/widget\.js|/chat/\{desk\}|/console"
            r"|/assets/\{hash\}/(panel|console)(-[a-z]+)?\.(js|css)"
            r"|/api/(docs|openapi\.json|v1/(session|trickle|desks|desks/\{desk\}/[a-z_]+(/[a-z{}_]+)*"
            r"|accounts|change_account|invite|welcome|accept|password|tokens|tokens/\{id\}))",
            route.path,
        )


def test_reading_and_changing_have_their_methods():
    assert {route.method for route in TABLE} <= {"GET", "POST", "DELETE"}
    for route in TABLE:
        if route.method == "GET":
            assert route.body.__name__ == "NoBody"


def test_only_what_is_read_takes_parameters():
    for route in TABLE:
        assert route.method == "GET" or route.query is NoQuery


@pytest.mark.parametrize("route", TABLE, ids=IDS)
async def test_a_stranger_is_let_in_only_where_anyone_is(stranger: Someone, route: Route):
    answer = await call(stranger, route)

    if route.asker is Asker.ANYONE:
        assert answer.status_code in (200, 400)
    else:
        refused(answer, 401, "not_signed_in")


@pytest.mark.parametrize("route", TABLE, ids=IDS)
async def test_every_answer_carries_the_security_headers(
    stranger: Someone, ida: Someone, route: Route
):
    for someone in (stranger, ida):
        answer = await call(someone, route)
        goes_on = route.handler.form in (Stream, Trickle)
        own = OWN_HEADERS.get(route.handler.form, set())
        for name, value in SECURITY_HEADERS:
            if name.decode() in own:
                assert answer.headers[name.decode()]
            else:
                assert answer.headers[name.decode()] == value.decode()
        kind, _ = TEXTS.get(route.handler.form, ("application/json", ""))
        assert answer.headers["content-type"].removesuffix("; charset=utf-8") == kind
        if not goes_on:
            assert int(answer.headers["content-length"]) == answer.num_bytes_downloaded


def test_the_security_headers_are_those_that_keep_data_data():
    headers = dict(SECURITY_HEADERS)

    assert headers[b"x-content-type-options"] == b"nosniff"
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert b"sandbox" in headers[b"content-security-policy"]
    assert headers[b"cache-control"] == b"no-store"


@pytest.mark.parametrize(
    "path",
    [
        "//",
        "/index.html",
        "/api",
        "/api/v1/session/",
        "/api/v1/sessions",
        "/api/v1/desks/main",
        "/api/v1/desks/main/nothing",
        "/api/v1/desks/main/listen/",
        "/api/v1//session",
        "/api/v1/desks/main/message/a/b",
    ],
)
async def test_an_address_that_is_none_is_an_honest_404(ida: Someone, path: str):
    answer = await ida.client.get(f"http://127.0.0.1{path}")

    refused(answer, 404, "not_found")
    for name, value in SECURITY_HEADERS:
        assert answer.headers[name.decode()] == value.decode()


@pytest.mark.parametrize("desk", ["other", "Main", "main%20", "%00", "..", "é"])
async def test_a_desk_that_does_not_exist_is_a_404_before_anything_else(
    ida: Someone, stranger: Someone, desk: str
):
    for someone in (ida, stranger):
        for path in ("state", "waittime", "listen"):
            refused(await someone.get(f"/api/v1/desks/{desk}/{path}"), 404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "HEAD", "TRACE"])
async def test_a_method_that_is_not_taken_is_a_405_that_says_which_are(ida: Someone, method: str):
    answer = await ida.client.request(method, SESSION)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, POST"
    for name, value in SECURITY_HEADERS:
        assert answer.headers[name.decode()] == value.decode()


@pytest.mark.parametrize("path", sorted({route.path for route in TABLE}))
async def test_every_address_takes_the_methods_of_the_table_and_no_other(front: Front, path: str):
    someone = front.someone(token="fdg_" + "0" * 64)
    taken = sorted(route.method for route in TABLE if route.path == path)
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]:
        if method not in taken:
            answer = await someone.client.request(method, path.replace("{desk}", "main"))
            refused(answer, 405, "method_not_allowed")
            assert answer.headers["allow"] == ", ".join(taken)


@pytest.mark.parametrize("path", sorted({route.path for route in TABLE if route.method == "GET"}))
async def test_nothing_is_answered_to_a_request_for_the_head_alone(ana: Someone, path: str):
    named = path.replace("{desk}", "main").replace("{room}", ana.room).replace("{person}", "g")
    answer = await ana.client.head(named)

    assert answer.status_code == 405
    assert "HEAD" not in answer.headers["allow"]
    assert "GET" in answer.headers["allow"]


async def test_the_bare_address_says_what_runs_here_and_where_the_api_is(
    stranger: Someone, ida: Someone
):
    for someone in (stranger, ida):
        answer = await someone.client.get("/")
        said = answer.json()

        assert "Frontdesk" in said["here"]
        assert {route.path for route in TABLE if route.path.startswith(said["api"] + "/")}
        assert (await someone.get(said["desk"] + "/waittime")).status_code == 200
        assert (await someone.client.get(said["docs"])).status_code == 200
        assert (await someone.client.get(said["openapi"])).json()["openapi"] == "3.1.0"


async def test_a_command_is_not_taken_by_get(ida: Someone):
    read = {route.path for route in TABLE if route.method == "GET"}
    for route in TABLE:
        if route.method == "POST" and route.path not in read:
            answer = await ida.client.get(path_of(route))
            taken = sorted(one.method for one in TABLE if one.path == route.path)
            refused(answer, 405, "method_not_allowed")
            assert answer.headers["allow"] == ", ".join(taken)


@pytest.mark.parametrize("route", TABLE, ids=IDS)
async def test_a_bearer_that_is_nobodys_is_nobody_on_every_route(
    front: Front, route: Route, ida: Someone
):
    ida.client.headers["authorization"] = "Bearer fds_" + "0" * 64

    answer = await call(ida, route)

    assert answer.status_code in ((200, 400) if route.asker is Asker.ANYONE else (401,))


@pytest.mark.parametrize("route", [one for one in TABLE if one.method != "GET"])
async def test_whatever_changes_something_is_refused_to_another_site_with_a_cookie(
    ida: Someone, route: Route
):
    answer = await call(ida, route, **{"Sec-Fetch-Site": "cross-site"})

    refused(answer, 403, "wrong_origin")


async def test_a_socket_that_nobody_serves_is_closed(front: Front):
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/nothing", "headers": []}
    await front.app(scope, receive, send)

    start, body = sent
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 404)
    assert json.loads(body["body"])["code"] == "not_found"


def test_every_body_takes_a_key_and_nothing_that_it_does_not_know():
    for route in TABLE:
        config = route.body.__struct_config__
        assert config.forbid_unknown_fields
        assert "key" in route.body.__struct_fields__
