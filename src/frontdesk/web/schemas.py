"""The structs of the wire as JSON Schema (2020-12), for every document that describes it.

msgspec makes them; here they are brought to what is really sent. What comes in may be short of
what has a default. What goes out holds every key, or leaves one out and then never says null.
Pure, and the same every time.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Struct

from frontdesk.desk.audience import HEARERS, Kind
from frontdesk.desk.entries import EndReason
from frontdesk.desk.events import EVENT_TYPES, Ended, Error, Fact, Message, Noop, Success
from frontdesk.desk.refusals import Reason
from frontdesk.web.keys import MEANS

Schema = dict[str, Any]

# Events that have a place in the log, and so an id.
FACTS = frozenset(get_args(Fact))

# Said in our own JSON, besides the reasons for which we say no: something of ours is broken.
FAULT = "fault"

_ID = {"type": "string", "description": MEANS["id"]}
_KEY = {"type": "string", "description": "Your own key, on your own message, and nobody else's."}

# Closed lists that the structs hold as plain words.
_LISTS: dict[tuple[str, str], list[str]] = {
    (Error.__name__, "code"): [*(reason.value for reason in Reason), FAULT],
    (Ended.__name__, "reason"): [reason.value for reason in EndReason],
}


HEARD_BY = {
    Kind.ALL: "everybody at the desk",
    Kind.AGENTS: "every agent at the desk",
    Kind.ROOM: "whoever is in that room",
    Kind.PERSON: "the one person whom it concerns",
    Kind.READER: "the one reader to whom it is said",
    Kind.ASKER: "whoever sent the command",
}


def components(
    incoming: Iterable[Any], outgoing: Iterable[Any], ref: str
) -> tuple[dict[Any, Schema], dict[str, Schema]]:
    """The schemas of these types, and by name those of all structs that they hold.

    Args:
        incoming: types of what clients send.
        outgoing: types of what they are sent.
        ref: where the named ones will stand, as `#/components/schemas/{name}`.
    """
    kinds = [*incoming, *outgoing]
    schemas, named = msgspec.json.schema_components(kinds, ref_template=ref)
    sent = {kind.__name__: kind for kind in structs(outgoing)}
    told: dict[str, Schema] = {}
    for name, schema in sorted(named.items()):
        if name in sent:
            schema = _as_sent(schema, sent[name])
        elif "key" in schema.get("properties", {}):
            # It means the same everywhere, so it comes behind what a command is about.
            schema["properties"]["key"] = schema["properties"].pop("key")
        told[name] = _plain(schema)
    return dict(zip(kinds, map(_plain, schemas), strict=True)), told


def structs(kinds: Iterable[Any]) -> Iterator[type[Struct]]:
    """Every struct in these types, each once."""
    seen: set[Any] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.add(kind)
        if isinstance(kind, type) and issubclass(kind, Struct):
            yield kind
            waiting += hints(kind).values()
        elif not (isinstance(kind, type) and issubclass(kind, Enum)):
            waiting += [one for one in get_args(kind) if not isinstance(one, str)]


@cache
def hints(kind: type[Struct]) -> dict[str, Any]:
    """The types of a struct's fields."""
    return get_type_hints(kind)


def _as_sent(schema: Schema, kind: type[Struct]) -> Schema:
    """The schema of what goes out: with every key, or without those that are left out."""
    properties = schema["properties"]
    if kind.__struct_config__.omit_defaults:
        properties = {name: _never_null(one) for name, one in properties.items()}
    else:
        schema["required"] = list(properties)
    for name, one in properties.items():
        one.pop("default", None)
        if name in MEANS and "$ref" not in one:
            one.setdefault("description", MEANS[name])
        if (kind.__name__, name) in _LISTS:
            one["enum"] = _LISTS[kind.__name__, name]
    if kind in FACTS:
        properties = {**properties, "id": dict(_ID)}
        schema["required"] = [*schema["required"], "id"]
        if kind is Message:
            properties["key"] = dict(_KEY)
    elif kind is Noop:
        properties = {**properties, "id": dict(_ID)}
    return {**schema, "properties": properties}


def _never_null(schema: Schema) -> Schema:
    """A key that is left out where there is nothing to say."""
    if schema.get("default", ...) is not None or "anyOf" not in schema:
        return schema
    kinds = [one for one in schema["anyOf"] if one != {"type": "null"}]
    rest = {name: one for name, one in schema.items() if name not in ("anyOf", "default")}
    return {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}


def _plain(value: Any) -> Any:
    """Without what only Python understands or only we need to know."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    told = {name: _plain(one) for name, one in value.items() if name != "title"}
    if isinstance(value.get("title"), dict):
        told["title"] = _plain(value["title"])
    if isinstance(told.get("pattern"), str):
        told["pattern"] = told["pattern"].replace(r"\A", "^").replace(r"\Z", "$")
    if isinstance(told.get("description"), str):
        told["description"] = prose(told["description"])
    if isinstance(told.get("enum"), list) and len(told["enum"]) == 1:
        told["const"] = told.pop("enum")[0]
    if told.get("required") == []:
        del told["required"]
    return told


def prose(text: str) -> str:
    """A docstring as paragraphs, each on a line of its own, without what is for programmers."""
    kept = re.split(r"\n\s*(?:Raises|Args|Returns):", text)[0]
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", kept.strip()))


def feed_types() -> tuple[type[Struct], ...]:
    """What may stand in a feed: all events but the answers to commands."""
    return tuple(kind for kind in EVENT_TYPES if kind not in (Success, Error))


def heard_by(kind: type[Struct]) -> list[str]:
    """Who may hear such an event: one of these, by what has happened."""
    return [words for one, words in HEARD_BY.items() if one in HEARERS[kind]]
