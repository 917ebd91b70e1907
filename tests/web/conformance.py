"""Holds every answer to what its route declares: status, form, code, to the last key.

`Front` asks this of whatever anybody receives, so every test of the web tests it too.
"""

import json
import re
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

import httpx2
import msgspec
from jsonschema_rs import Draft202012Validator
from msgspec import Struct

from frontdesk.desk.events import Error, Fact, Message
from frontdesk.desk.refusals import MEANINGS, Reason
from frontdesk.web import wire
from frontdesk.web.forms import Feed, Page
from frontdesk.web.operations import TEXTS, Row, reasons, replays, row
from frontdesk.web.routes import routes
from frontdesk.web.schemas import FAULT, feed_types

# Given for addresses and methods that are no route, and so on none.
NO_ROUTE = {404: Reason.NOT_FOUND, 405: Reason.METHOD_NOT_ALLOWED}
FACTS = frozenset(get_args(Fact))
KEY = "key"


@cache
def table() -> tuple[tuple[re.Pattern[str], Row], ...]:
    """Every route, with the paths that are its own."""
    return tuple(
        (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one.path))), one)
        for one in map(row, routes())
    )


def route_of(method: str, path: str) -> Row | None:
    """The route that answers this, if there is one."""
    for pattern, one in table():
        if one.method == method and pattern.fullmatch(path):
            return one
    return None


def conforms(answer: httpx2.Response) -> None:
    """That the answer is one that its route declares. To HEAD there is none to look at."""
    if answer.request.method == "HEAD":
        assert answer.status_code == 405
        return
    check(
        *(answer.request.method, answer.request.url.path, answer.status_code),
        *(answer.headers["content-type"], answer.content),
    )


def check(method: str, path: str, status: int, kind: str, body: bytes) -> None:
    """The same, of its parts."""
    one = route_of(method, path)
    is_text = one is not None and one.form in TEXTS and status == one.status
    # A refusal of a page is a page too.
    is_no_page = one is not None and one.form is Page and status not in (one.status, 500)
    is_told = is_text or is_no_page
    wanted = f"{TEXTS[one.form][0]}; charset=utf-8" if one and is_told else "application/json"
    assert kind == wanted
    if one is None:
        assert status in NO_ROUTE, (method, path, status)
        is_refusal(body, {NO_ROUTE[status].value})
    elif status == one.status:
        if not is_text:
            told = json.loads(body)
            is_replay = replays(one) and told.get("replayed")
            is_form(told, replayed_form(told) if is_replay else one.form)
    else:
        codes = {reason.value for reason in reasons(one) if MEANINGS[reason].status == status}
        assert codes or status == 500, f"{method} {one.path} gives an undeclared {status}: {body!r}"
        if is_no_page:
            assert body.startswith(b"<!doctype html>"), body
        else:
            is_refusal(body, codes or {FAULT})


def replayed_form(told: dict[str, Any]) -> Any:
    """The form of an answer to a key that was used before, perhaps for another command."""
    forms = {one.form for _, one in table() if replays(one)}
    fitting = [
        form
        for form in forms
        if form.__struct_config__.tag == told["type"]
        and told.get("code", "") in get_args(get_type_hints(form).get("code", Literal[""]))
    ]
    # `queue` has two forms, of which one is the other with more keys.
    return max(fitting, key=lambda form: len(form.__struct_fields__))


def is_refusal(body: bytes, codes: set[str]) -> None:
    """That this is an error with one of these codes."""
    told = json.loads(body)
    is_form(told, Error)
    assert told["code"] in codes, (told, codes)


def is_form(value: Any, form: Any) -> None:
    """That this is such a value, and holds neither more nor less."""
    if form is Feed:
        assert value, "a feed says something"
        for event in value:
            is_event(event)
        return
    read = msgspec.convert(value, form, strict=True)
    assert json.loads(msgspec.json.encode(read)) == value, (form, value)


def is_event(event: dict[str, Any]) -> None:
    """That this is one of the events, as a reader hears it."""
    kind = events()[event["type"], event.get("of", event.get("what", ""))]
    told = dict(event)
    if kind in FACTS:
        assert re.fullmatch(r"[0-9a-f]{8}(\.[0-9]+){2}", told.pop("id")), event
    if kind is Message:
        assert told.pop(KEY, "a key"), event
    is_form(told, kind)


@cache
def events() -> dict[tuple[str, str], type[Struct]]:
    """Every event by its type, and by what tells it from others of that type."""
    return {(str(kind.__struct_config__.tag), _told(kind)): kind for kind in feed_types()}


def _told(kind: type[Struct]) -> str:
    for name in ("of", "what"):
        if name in kind.__struct_fields__:
            return str(get_args(get_type_hints(kind)[name])[0])
    return ""


@cache
def _wire() -> dict[str, Any]:
    return wire.schema(row(route) for route in routes())


@cache
def answered_as(do: str) -> Draft202012Validator:
    """What a socket may answer to this command, if it does not refuse it."""
    schema = _wire()
    return Draft202012Validator({**schema["x-answers"][do], "$defs": schema["$defs"]})


@cache
def refused_as() -> Draft202012Validator:
    """What a socket may answer to what it refuses."""
    return Draft202012Validator({"$ref": "#/$defs/Error", "$defs": _wire()["$defs"]})
