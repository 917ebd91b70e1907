import json
from typing import Any

import pytest
from msgspec import ValidationError

from tests.web.conformance import check, route_of
from tests.web.front import DESK, Front, Someone

JSON = "application/json"
SUCCESS = {"type": "success", "success": "room ended", "code": "end"}
ERROR = {"type": "error", "error": "No.", "code": "not_found"}
LEFT = {"type": "left", "room": "r", "id": "00000000.1.1"}


def said(path: str, value: Any, status: int = 200, method: str = "POST", kind: str = JSON) -> None:
    check(method, DESK + path, status, kind, json.dumps(value).encode())


def test_what_a_route_declares_is_let_through():
    said("/end/r", SUCCESS)
    said("/end/r", {**SUCCESS, "replayed": True})
    said("/end/r", ERROR, 404)
    said("/leave/r", LEFT)
    said("/listen", [LEFT, {"type": "queuepos", "position": 1, "wait": 2}], method="GET")
    said("/nothing", ERROR, 404, method="GET")


@pytest.mark.parametrize(
    "undeclared",
    [
        lambda: said("/end/r", SUCCESS, 201),
        lambda: said("/end/r", {**SUCCESS, "more": 1}),
        lambda: said("/end/r", {**SUCCESS, "replayed": False}),
        lambda: said("/end/r", {"type": "success", "success": "room ended"}),
        lambda: said("/end/r", {**SUCCESS, "code": "message"}),
        lambda: said("/end/r", SUCCESS, kind="text/plain"),
        lambda: said("/end/r", {**ERROR, "code": "queue_full"}, 409),
        lambda: said("/end/r", ERROR, 403),
        lambda: said("/end/r", {**ERROR, "code": "not_here"}, 404),
        lambda: said("/leave/r", {**LEFT, "type": "joined"}),
        lambda: said("/listen", [], method="GET"),
        lambda: said("/listen", [{"type": "left", "room": "r"}], method="GET"),
        lambda: said("/listen", [{"type": "left", "room": 1, "id": LEFT["id"]}], method="GET"),
        lambda: said("/listen", [{"type": "secrets"}], method="GET"),
        lambda: said("/guests", ["Ana", 1], method="GET"),
        lambda: said("/nothing", SUCCESS, method="GET"),
        lambda: said("/nothing", ERROR, 403, method="GET"),
    ],
)
def test_what_no_route_declares_is_found(undeclared: Any):
    with pytest.raises((AssertionError, ValidationError, KeyError)):
        undeclared()


def test_a_path_finds_its_route():
    one = route_of("POST", f"{DESK}/message/r1/typing")

    assert one is not None
    assert one.name == "typing"
    assert route_of("GET", f"{DESK}/message/r1/typing") is None


async def test_whoever_receives_an_undeclared_answer_in_a_test_fails_it(
    front: Front, stranger: Someone, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("frontdesk.web.guest_api.encode", lambda answer: b'{"state":"open"}')

    with pytest.raises(ValidationError):
        await stranger.get("/waittime")
