"""Requests that must not work, made from the table of routes: a new route gets its own at once."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from frontdesk.desk.refusals import Refused
from frontdesk.web.bodies import Body
from frontdesk.web.codec import decode
from frontdesk.web.exchange import BODY_BYTES, Asker, Route

# Who may ask, and who may not, by who the route is for. `stale` has signed out.
RIGHT = {
    Asker.ANYONE: ("stranger",),
    Asker.GUEST: ("ana",),
    Asker.AGENT: ("ida", "mia"),
    Asker.MONITOR: ("mia", "ada"),
    Asker.ADMIN: ("ada",),
    Asker.RUNS_ALL: ("ada",),
    Asker.PERSON: ("ana", "ida"),
    Asker.ACCOUNT: ("ida",),
}
WRONG = {
    Asker.ANYONE: (),
    Asker.GUEST: ("stranger", "stale", "ida", "ada"),
    Asker.AGENT: ("stranger", "stale", "ana"),
    Asker.MONITOR: ("stranger", "stale", "ana", "ida"),
    Asker.ADMIN: ("stranger", "stale", "ana", "ida", "mia"),
    Asker.RUNS_ALL: ("stranger", "stale", "ana", "ida", "mia"),
    Asker.PERSON: ("stranger", "stale"),
    Asker.ACCOUNT: ("stranger", "stale", "ana"),
}

DEEP = b"[" * 10_000
NOT_BODIES = (
    *(b"{", b"{}}", b"{} {}", b"[]", b"[{}]", b"null", b"true", b"1", b'"{}"', b"NaN", b" ", b"\0"),
    *(b"\xff", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'{"\xff": 1}', b"{'key': 1}", b"key=1"),
    *(b'{"key": 1e400}', b'{"key": null, "key": null}', b'{"key"', b'{"key":{"$ne":null}}'),
    *(DEEP, b'{"key":' + DEEP, b'{"x":' * 10_000, b'{"__proto__": {}}', b'{"": 1}'),
    *(b" " * (BODY_BYTES + 1), b'{"key": "' + b"x" * BODY_BYTES + b'"}'),
)
NOT_VALUES = (
    *(b"null", b"true", b"0", b"-1", b"1.5", b"1e400", b"-1e400", b"9" * 5_000, b"NaN", b"[]"),
    *(b'["Ana"]', b"{}", b'{"$ne": null}', b'{"$gt": ""}', b'"\\ud800"', b'"\xff"', DEEP, b"01"),
)
# Texts that are strings to JSON, and to no field a text of ours.
NOT_TEXTS = ("\0", "a\x1bb\0", "x" * 9_000, "\u202e\0")
NOT_ROOMS = (
    *("r" + "0" * 32, "1", "01", "1e0", "null", "..%2f", "%00", "%ff", "a%20", "*", "r%0a", "é"),
    *("id[]=1", "%7b%22$ne%22:null%7d", "x" * 8_000, "-1", "'%20OR%201=1--", "\u202e"),
)
NOT_KEYS = (b"short", b"x" * 65, b"\xff" * 20, b"with a space in it!", b"\0" * 16)
NOT_JSON = (b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data", b"")
NOT_QUERIES = {
    "/listen": (b"wait=-1", b"wait=56", b"wait=1e1", b"wait=%d9%a3", b"wait=1&wait=2", b"wait="),
    "/audit": (b"limit=0", b"limit=201", b"before=x", b"before=%d9%a3", b"before=" + b"9" * 30),
    "/messages": (
        b"limit=0",
        b"limit=201",
        b"limit=x",
        b"limit=1&limit=1",
        b"before=1",
        b"before=%00",
    ),
    "/history": (
        b"limit=0",
        b"limit=101",
        b"reason=x",
        b"reason=%00",
        b"before=1",
        b"q=a&q=b",
        b"q=" + b"x" * 201,
        b"q=" + b"%ff" * 201,
    ),
}
METHODS = (
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "get",
    "X",
)


class Request(NamedTuple):
    """One of them. `what` is what is wrong with it."""

    what: str
    who: str
    method: str
    path: str
    body: bytes = b""
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()


def hostile(table: Iterable[Route], room: str) -> Iterator[Request]:
    """All of them. `room` is one in which Ana is, and Ida helps her."""
    table = tuple(table)
    taken = {(route.method, route.path) for route in table}
    for route in table:
        for who in RIGHT[route.asker]:
            yield from _malformed(route, who, room)
        for who in WRONG[route.asker]:
            yield _request(route, room, f"{who} asks", who, _body(route, required(route.body)))
        for method in METHODS:
            if (method, route.path) not in taken:
                yield _request(route, room, "method", "ida")._replace(method=method)


def _malformed(route: Route, who: str, room: str) -> Iterator[Request]:
    good = required(route.body)
    for query in next((q for end, q in NOT_QUERIES.items() if route.path.endswith(end)), ()):
        yield _request(route, room, "query", "ana")._replace(query=query)
    if "{room}" in route.path:
        for other in NOT_ROOMS:
            yield _request(route, other, "room", who, _body(route, good))
    if route.method == "GET":
        return
    for raw in (*NOT_BODIES, *_wrong_values(route.body, good), *_wrong_texts(route.body, good)):
        yield _request(route, room, f"body {raw[:40]!r}", who, raw)
    for key in NOT_KEYS:
        headers = ((b"idempotency-key", key),)
        yield _request(route, room, "key", who, _body(route, good))._replace(headers=headers)
    if who in ("ida", "mia"):
        for kind in NOT_JSON:
            headers = ((b"content-type", kind),)
            yield _request(route, room, "type", who, b"{}")._replace(headers=headers)
        for name, value in ((b"sec-fetch-site", b"cross-site"), (b"origin", b"null")):
            headers = ((name, value),)
            yield _request(route, room, "site", who, _body(route, good))._replace(headers=headers)


def _request(route: Route, room: str, what: str, who: str, body: bytes = b"") -> Request:
    path = route.path.replace("{desk}", "main").replace("{room}", room)
    return Request(f"{route.method} {route.path}: {what}", who, route.method, path, body)


def _body(route: Route, good: dict[str, Any]) -> bytes:
    return json.dumps(good).encode() if route.method != "GET" else b""


def _wrong_values(form: type[Body], good: dict[str, Any]) -> Iterator[bytes]:
    """Each field in turn with each value that is of another type."""
    for name in form.__struct_encode_fields__:
        rest = json.dumps({other: value for other, value in good.items() if other != name})[1:-1]
        for value in NOT_VALUES:
            raw = b'{"%s": %s%s}' % (name.encode(), value, f", {rest}".encode() if rest else b"")
            if not _is_taken(raw, form):
                yield raw
    for name in good:
        yield json.dumps({other: value for other, value in good.items() if other != name}).encode()


def _wrong_texts(form: type[Body], good: dict[str, Any]) -> Iterator[bytes]:
    for field in _fields(form):
        if isinstance(_kind(field.type), inspect.StrType):
            for text in NOT_TEXTS:
                yield json.dumps(good | {field.encode_name: text}).encode()


def _is_taken(raw: bytes, form: type[Body]) -> bool:
    try:
        decode(raw, form)
    except Refused:
        return False
    return True


def _fields(form: type[Body]) -> tuple[inspect.Field, ...]:
    found = inspect.type_info(form)
    assert isinstance(found, inspect.StructType)
    return found.fields


def _kind(found: inspect.Type) -> inspect.Type:
    """The type, without that it may be missing."""
    if isinstance(found, inspect.Metadata):
        return _kind(found.type)
    if isinstance(found, inspect.UnionType):
        return next(one for one in found.types if not isinstance(one, inspect.NoneType))
    return found


def required(form: type[Body]) -> dict[str, Any]:
    """The least that this form takes; it names nobody, so that it does nothing."""
    return {field.encode_name: _example(field.type) for field in _fields(form) if field.required}


def _example(found: inspect.Type) -> Any:
    kind = _kind(found)
    match kind:
        case inspect.StrType():
            return "nobody"
        case inspect.IntType():
            return kind.ge or 1
        case inspect.BoolType():
            return True
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.DictType():
            # A setting of no interest, which most may not change.
            return {"agent_limit": 5} if kind.min_length else {}
    raise NotImplementedError(f"say what {msgspec.json.encode(type(kind).__name__)!r} may be")
