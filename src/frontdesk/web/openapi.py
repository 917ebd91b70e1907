"""The OpenAPI 3.1 document: what routes and structs say, in the form that tools read.

Nothing is described by hand that the code knows: paths, bodies and answers are the structs', words
are the docstrings', refusals follow from the route and from what its handler `gives`. Pure, with no
host in it, and the same every time.
"""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from frontdesk import __version__
from frontdesk.desk.events import Error
from frontdesk.web.forms import Feed
from frontdesk.web.identity import LOOPBACK_COOKIE, SECURE_COOKIE
from frontdesk.web.operations import (
    LOOPBACK,
    REF,
    REPLAYED,
    SECURE,
    TEXTS,
    TOKEN,
    Row,
    operation,
    refusals,
    replays,
)
from frontdesk.web.schemas import Schema, components, feed_types, heard_by, prose

ABOUT = """\
Live support chat: guests wait in a fair queue, agents take them and talk.

Bodies are JSON objects, and a key that a command does not know is refused; parameters that it \
does not know are ignored. Answers grow: ignore keys, types and values that you do not know.

A guest gets a token from `identify` and sends it as `Authorization: Bearer …`. An agent signs in \
and has a cookie; scripts use API tokens as a bearer, which beats a cookie.

A `key` makes a command happen once: sent again under the same key, it gives the first answer, \
with `replayed: true`. A refusal changes nothing, and its `code` is from a closed list.
"""

# What a module of handlers is called by who reads about it.
TITLES = {
    "root": "Documents",
    "docs": "Documents",
    "guest": "Guests",
    "longpoll": "Listening",
    "sse": "Listening",
    "room": "Rooms",
    "agent": "Agents",
    "account": "Accounts",
    "welcome": "Accounts",
    "staff": "Accounts",
    "tokens": "Accounts",
    "vouch": "Keys of sites",
}


@cache
def document(rows: tuple[Row, ...]) -> dict[str, Any]:
    """The whole document. Not to be changed by who gets it."""
    schemas, named = _components(rows)
    paths: dict[str, dict[str, Any]] = {}
    for one in rows:
        told = operation(one, _tag(one.module), schemas, named)
        paths.setdefault(one.path, {})[one.method.lower()] = told
    said: dict[str, Any] = {}
    for one in rows:
        said |= refusals(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Frontdesk",
            "version": __version__,
            "description": ABOUT.strip(),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "Where this document was served from."}],
        "tags": _tags(rows),
        "paths": paths,
        "components": {
            "schemas": named,
            "responses": dict(sorted(said.items())),
            "securitySchemes": _security_schemes(),
        },
    }


def _components(rows: Sequence[Row]) -> tuple[dict[Any, Schema], dict[str, Schema]]:
    incoming = dict.fromkeys([*(one.body for one in rows), *(one.query for one in rows)])
    outgoing = dict.fromkeys(one.form for one in rows if one.form not in (Feed, *TEXTS))
    schemas, named = components(incoming, [*outgoing, Error, *feed_types()], REF)
    for kind in feed_types():
        named[kind.__name__]["x-heard-by"] = heard_by(kind)
    events = [{"$ref": REF.format(name=kind.__name__)} for kind in feed_types()]
    named["Event"] = {"description": "Something that a reader hears.", "oneOf": events}
    items = {"$ref": REF.format(name="Event")}
    schemas[Feed] = {"type": "array", "minItems": 1, "items": items}
    forms = {one.form.__name__ for one in rows if replays(one)}
    named[REPLAYED] = {
        "description": "The first answer to another command that you sent under the same key.",
        "anyOf": [{"$ref": REF.format(name=name)} for name in sorted(forms)],
        "properties": {"replayed": {"const": True}},
        "required": ["replayed"],
    }
    for one in rows:
        # Parameters stand where they are used.
        named.pop(one.query.__name__, None)
    return schemas, dict(sorted(named.items()))


def _tag(module: str) -> str:
    name = module.rpartition(".")[2].removesuffix("_api")
    return TITLES.get(name, name.capitalize())


def _tags(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The modules of handlers, in the order of the table. Two of one name are told as the first."""
    found: dict[str, str] = {}
    for one in rows:
        words = prose(sys.modules[one.module].__doc__ or "")
        found.setdefault(_tag(one.module), words.partition("\n\n")[0])
    return [{"name": name, "description": words} for name, words in found.items()]


def _security_schemes() -> dict[str, Any]:
    return {
        TOKEN: {
            "type": "http",
            "scheme": "bearer",
            "description": "A guest's token, from `identify`, or an API token of an account.",
        },
        SECURE: {
            "type": "apiKey",
            "in": "cookie",
            "name": SECURE_COOKIE,
            "description": "An account's session, over https.",
        },
        LOOPBACK: {
            "type": "apiKey",
            "in": "cookie",
            "name": LOOPBACK_COOKIE,
            "description": "The same over http, within the machine itself.",
        },
    }
