"""Whatever is wrong with a request, on every route: a clear no, soon, and nothing has changed."""

import json
import sys
import time
from collections import Counter

import pytest
import structlog.testing

from frontdesk.desk.checkpoint import dump
from frontdesk.desk.refusals import MEANINGS, Reason
from frontdesk.web import agent_api
from frontdesk.web.reply import SECURITY_HEADERS
from frontdesk.web.routes import routes
from tests import examples as eg
from tests.load import promised
from tests.threats.hostile import Request, hostile
from tests.threats.wire import HOST, JSON, Answer, ask, by_bearer, by_cookie
from tests.web.floor import Floor
from tests.web.front import SESSION, Front, settled

# Promised of the 99th of a hundred hostile requests, as of any other.
P99_MS = 50

Headers = list[tuple[bytes, bytes]]


async def headers_of(front: Front, floor: Floor) -> dict[str, Headers]:
    """How each of them says who asks; `stale` has a session no more."""
    known: dict[str, Headers] = {"stranger": [HOST, JSON]}
    for name, someone in floor.people.items():
        if name != "stranger":
            by = by_bearer if someone.user in ("Ana", "Ben", "Cem") else by_cookie
            known[name] = by(someone.token)
    gone = await front.agent(eg.IDA)
    await gone.client.delete(SESSION)
    known["stale"] = by_cookie(gone.token)
    await settled()
    return known


def what_is_wrong(request: Request, answer: Answer) -> str:
    """Why this is no proper no; empty if it is one."""
    if not 400 <= answer.status < 500:
        return f"{answer.status} to {request.what} {answer.body[:200]!r}"
    said = json.loads(answer.body)
    if said["code"] not in set(Reason) or MEANINGS[Reason(said["code"])].status != answer.status:
        return f"{answer.status} with {said['code']} to {request.what}"
    if any(answer.headers.get(name.decode()) != value.decode() for name, value in SECURITY_HEADERS):
        return f"no security headers on {request.what}"
    return ""


async def test_whatever_is_wrong_is_refused_soon_and_changes_nothing(front: Front, floor: Floor):
    known = await headers_of(front, floor)
    requests = list(hostile(routes(), floor.rooms["ana"]))
    before, wrong, taken_ms = dump(front.live.state), [], []

    for request in requests:
        began = time.perf_counter()
        answer = await ask(front, request, known[request.who])
        taken_ms.append((time.perf_counter() - began) * 1000)
        offset = front.live.state.offset
        problem = what_is_wrong(request, answer)
        if problem or offset != before.offset:
            wrong.append(problem or f"offset {offset} after {request.what} {request.body[:99]!r}")
            assert offset == before.offset, wrong
    await settled()

    assert not wrong, "\n".join(wrong)
    assert dump(front.live.state) == before
    taken_ms.sort()
    p99 = taken_ms[len(taken_ms) * 99 // 100]
    sys.stdout.write(
        f"{len(taken_ms)} hostile requests: p99 {p99:.2f} ms, {taken_ms[-1]:.1f} most\n"
    )
    assert p99 < promised(P99_MS), taken_ms[-20:]


async def test_every_route_is_asked_in_every_wrong_way_that_it_has(floor: Floor):
    kinds = Counter(
        request.what.partition(": ")[0] for request in hostile(routes(), floor.rooms["ana"])
    )

    assert kinds.keys() == {f"{route.method} {route.path}" for route in routes()}
    for route in routes():
        asked = kinds[f"{route.method} {route.path}"]
        assert asked >= (9 if route.method == "GET" else 40), route


async def test_a_route_that_breaks_would_be_noticed(
    front: Front, floor: Floor, monkeypatch: pytest.MonkeyPatch
):
    """Also one that lets somebody in who should not be, or takes what it should not."""
    known = await headers_of(front, floor)
    request = Request("POST /status: {", "ida", "POST", "/api/v1/desks/main/status", b"{")
    assert not what_is_wrong(request, await ask(front, request, known["ida"]))

    monkeypatch.setattr(agent_api, "encode", lambda _: 1 / 0)
    broken = Request("GET /guests", "ida", "GET", "/api/v1/desks/main/guests")
    with structlog.testing.capture_logs():
        answer = await ask(front, broken, known["ida"])
    assert what_is_wrong(broken, answer).startswith("500 to GET")
