"""What the OpenAPI document says of one route: its parameters, body, answer and refusals.

The document around it is `openapi.py`. Pure, and the same every time.
"""

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from frontdesk.desk.events import Error
from frontdesk.desk.refusals import MEANINGS, Reason
from frontdesk.web.bodies import Body, NoBody
from frontdesk.web.exchange import Asker, Route
from frontdesk.web.forms import Feed, Metrics, Page, Script, SignedIn, Stream, Style, Trickle
from frontdesk.web.queries import Query
from frontdesk.web.samples import VALUES, sample
from frontdesk.web.schemas import FAULT, Schema, components, prose

REF = "#/components/schemas/{name}"

# The schema of what answers a key that was used for another command.
REPLAYED = "Replayed"

# Whatever is asked may be broken HTTP, too large, or one too many at once (`connection.py`), or one
# too many in a minute from that address (`throttle.py`).
EVERYWHERE = frozenset({Reason.MALFORMED, Reason.TOO_LARGE, Reason.OVERLOADED, Reason.TOO_FAST})

WHO = {
    Asker.ANYONE: "Anyone, also without a session.",
    Asker.GUEST: "The guest whose token it is.",
    Asker.AGENT: "Agents; monitors and admins are agents too.",
    Asker.MONITOR: "Monitors; admins are monitors too.",
    Asker.ADMIN: "Admins.",
    Asker.RUNS_ALL: "Admins of all desks.",
    Asker.PERSON: "Guests and agents of this desk.",
    Asker.ACCOUNT: "Whoever is signed in to an account.",
}

# Answers that are no JSON: their media type, and what they are.
TEXTS: dict[Any, tuple[str, str]] = {
    Page: ("text/html", "A page for people."),
    Metrics: ("text/plain; version=0.0.4", "The text format of Prometheus."),
    Script: ("text/javascript", "A script, compressed for whoever takes it so."),
    Style: ("text/css", "A style sheet, compressed for whoever takes it so."),
    Trickle: ("text/event-stream", "Four events of no meaning, and then the end."),
    Stream: ("text/event-stream", "Events, each with its `id` and as JSON in `data`."),
}

# The names of the ways to say who one is.
TOKEN, SECURE, LOOPBACK = "token", "cookie", "loopback_cookie"


class Row(NamedTuple):
    """What a document says of one route, and nothing that changes from start to start."""

    method: str
    path: str
    asker: Asker
    body: type[Body]
    query: type[Query]
    form: Any
    status: int
    reasons: frozenset[Reason]
    name: str
    words: str
    module: str


def row(route: Route) -> Row:
    """The same of a route, with the words of its handler."""
    handler = route.handler
    act: Any = handler.act
    is_function = inspect.isroutine(act)
    return Row(
        *(route.method, route.path, route.asker, route.body, route.query),
        *(handler.form, handler.status, handler.reasons),
        name=act.__name__.strip("_") if is_function else route.path.rpartition("/")[2],
        words=prose(inspect.getdoc(act if is_function else type(act).__call__) or ""),
        module=act.__module__ if is_function else type(act).__module__,
    )


def reasons(one: Row) -> frozenset[Reason]:
    """Every reason for which this route may say no."""
    found = EVERYWHERE | one.reasons
    if "{" in one.path:
        found |= {Reason.NOT_FOUND}
    if one.asker is not Asker.ANYONE:
        found |= {Reason.NOT_SIGNED_IN}
    if one.asker is not Asker.ANYONE:
        found |= {Reason.NOT_ALLOWED}
    if one.method != "GET":
        found |= {Reason.WRONG_ORIGIN}
    return found


def replays(one: Row) -> bool:
    """Whether a key that was used for another command gives that one's answer here.

    Somebody who identifies has no other commands yet.
    """
    has_key = "replayed" in getattr(one.form, "__struct_fields__", ())
    return has_key and one.asker is not Asker.ANYONE


def operation(
    one: Row, tag: str, schemas: dict[Any, Schema], named: dict[str, Schema]
) -> dict[str, Any]:
    summary, _, more = one.words.partition("\n\n")
    told = {
        "operationId": one.name,
        "tags": [tag],
        "summary": summary.rstrip("."),
        "description": more,
        "x-who": WHO[one.asker],
        "security": _security(one.asker),
        "parameters": _parameters(one),
        "requestBody": _request_body(one, schemas, named) if one.method != "GET" else "",
        "responses": _responses(one, schemas, named),
    }
    return {name: value for name, value in told.items() if value not in ("", [])}


def _parameters(one: Row) -> list[Schema]:
    found: list[Schema] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": IN_PATH[name],
            "schema": {"type": "string"},
            "example": sample({"type": "string"}, {}, name),
        }
        for name in re.findall(r"\{(\w+)\}", one.path)
    ]
    found += [
        {
            "name": name,
            "in": "query",
            "description": schema.pop("description"),
            **_asked(name, schema),
            "schema": schema,
        }
        for name, schema in query_schemas(one.query).items()
    ]
    if one.method != "GET":
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The `key` of the command. If the body has one too, it is the same.",
                "schema": key_schema(),
            }
        )
    return found


# Parameters without which an example would be of no use.
ASKED = {"since": VALUES["id"], "user": VALUES["user"]}


def _asked(name: str, schema: Schema) -> dict[str, Any]:
    """What more is said of a parameter. One that is empty by itself has to be given."""
    told: dict[str, Any] = {"example": ASKED[name]} if name in ASKED else {}
    if schema.get("default") == "":
        del schema["default"]
        told["required"] = True
    return told


IN_PATH = {
    "desk": "The desk; `main` is always there.",
    "room": "The id of a room.",
    "person": "The id of a guest, as the search gives it.",
    "id": "The id of a token or a key, as the list gives it.",
    "hash": "Of what is in the file; the page that loads it knows it.",
}


def query_schemas(query: type[Query]) -> dict[str, Schema]:
    """The schemas of a route's parameters: a parameter is there or not, and never null."""
    found = {}
    _, named = components([query], [], REF)
    for name, schema in named[query.__name__]["properties"].items():
        for kind in schema.pop("anyOf", []):
            if kind != {"type": "null"}:
                schema |= kind
        if schema.get("default", ...) is None:
            del schema["default"]
        found[name] = schema
    return found


def key_schema() -> Schema:
    """What may be an idempotency key."""
    _, named = components([NoBody], [], REF)
    schema: Schema = named[NoBody.__name__]["properties"]["key"]["anyOf"][0]
    return schema


def _request_body(one: Row, schemas: dict[Any, Schema], named: dict[str, Schema]) -> dict[str, Any]:
    schema = named[one.body.__name__]
    media = {"schema": schemas[one.body], "example": sample(schema, named, required=True)}
    required = bool(schema.get("required"))
    return {"required": required, "content": {"application/json": media}}


def _responses(one: Row, schemas: dict[Any, Schema], named: dict[str, Schema]) -> dict[str, Any]:
    found: dict[str, Any] = {str(one.status): _success(one, schemas, named)}
    names = {status: _name_of(one, given) for status, given in _by_status(one).items()}
    for status, name in sorted([*names.items(), (500, FAULT)]):
        found[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return found


def refusals(one: Row) -> dict[str, dict[str, Any]]:
    """The refusals of a route as components, by name: many routes share them."""
    found = {
        _name_of(one, given): _refusal(status, given, as_page=one.form is Page)
        for status, given in _by_status(one).items()
    }
    return {FAULT: _fault(), **found}


def _by_status(one: Row) -> dict[int, list[Reason]]:
    """The refusals of a route by their status, in the order of the list of reasons."""
    found: dict[int, list[Reason]] = {}
    for reason, meaning in MEANINGS.items():
        if reason in reasons(one):
            found.setdefault(meaning.status, []).append(reason)
    return found


def _name_of(one: Row, given: Iterable[Reason]) -> str:
    """The name of a refusal. Who asks for a page is told in a page."""
    name = ".".join(reason.value for reason in given)
    return f"{name}.page" if one.form is Page else name


def _fault() -> dict[str, Any]:
    words = "Something of ours is broken. The log has the rest under `ref`."
    return {"description": words, "content": _error([FAULT])}


def _success(one: Row, schemas: dict[Any, Schema], named: dict[str, Schema]) -> dict[str, Any]:
    if one.form in TEXTS:
        kind, words = TEXTS[one.form]
        # What stands in a stream is said where the events are; OpenAPI 3.1 has no word for it.
        stream: Schema = {} if one.form is Stream else {"schema": {"type": "string"}}
        return {"description": words, "content": {kind: stream}}
    schema = schemas[one.form]
    words = prose(Feed.__doc__ or "") if one.form is Feed else one.words.partition("\n\n")[0]
    media = {"schema": schema, "example": sample(schema, named, one.name)}
    if replays(one):
        media["schema"] = {"anyOf": [schema, {"$ref": REF.format(name=REPLAYED)}]}
    told: dict[str, Any] = {
        "description": named.get(getattr(one.form, "__name__", ""), {}).get("description", words),
        "content": {"application/json": media},
    }
    if one.form is SignedIn:
        cookie = {"description": "The session, `HttpOnly`.", "schema": {"type": "string"}}
        told["headers"] = {"Set-Cookie": cookie}
    return told


def _refusal(status: int, given: Sequence[Reason], *, as_page: bool) -> dict[str, Any]:
    lines = [f"* `{reason.value}`: {MEANINGS[reason].sentence}" for reason in given]
    page = {TEXTS[Page][0]: {"schema": {"type": "string"}}}
    told: dict[str, Any] = {
        "description": "\n".join(lines),
        "content": page if as_page else _error([reason.value for reason in given]),
    }
    if status in (429, 503):
        seconds = {"type": "integer", "minimum": 1}
        told["headers"] = {
            "Retry-After": {"description": "When to come back, in seconds.", "schema": seconds}
        }
    if status == 401:
        challenge = {"description": "Always `Bearer`.", "schema": {"type": "string"}}
        told["headers"] = {"WWW-Authenticate": challenge}
    return told


def _error(codes: Sequence[str]) -> dict[str, Any]:
    error = {"$ref": REF.format(name=Error.__name__)}
    schema = {"allOf": [error], "properties": {"code": {"enum": list(codes)}}}
    return {"application/json": {"schema": schema}}


def _security(asker: Asker) -> list[dict[str, list[str]]]:
    token: list[dict[str, list[str]]] = [{TOKEN: []}]
    cookies: list[dict[str, list[str]]] = [{SECURE: []}, {LOOPBACK: []}]
    if asker is Asker.GUEST:
        return token
    return [*([{}] if asker is Asker.ANYONE else []), *token, *cookies]
