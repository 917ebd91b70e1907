"""The AsyncAPI 3.0 document: what may be heard at a desk, by whom, and on which line.

Of the three lines of the contract this version serves the long poll; the other two are described
as planned, so that nobody builds on what is not there. Pure, and the same every time.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from frontdesk import __version__
from frontdesk.desk.events import EVENT_TYPES
from frontdesk.web.operations import query_schemas
from frontdesk.web.queries import ListenQuery
from frontdesk.web.schemas import components, feed_types, heard_by, prose

DESK = "/api/v1/desks/{desk}"

ABOUT = """\
The feed of a desk: the same facts in the same order with the same ids on each line, of which each \
reader hears its part. Clients ignore types, keys and values that they do not know.
"""

LISTEN = """\
A long poll. Each answer is an array of such messages, oldest first, never empty. The next `since` \
is the last `id` in the answer.
"""

EVENTS = "Planned, and not served by this version: the same as server-sent events."

SOCKET = """\
Planned, and not served by this version: the same over a WebSocket, together with the answers to \
commands that are sent on it.
"""

# Line → its words, whether this version serves it, and what is heard on it.
LINES: dict[str, tuple[str, bool, tuple[type[Struct], ...]]] = {
    "listen": (LISTEN, True, feed_types()),
    "events": (EVENTS, False, feed_types()),
    "socket": (SOCKET, False, EVENT_TYPES),
}


def document() -> dict[str, Any]:
    """The whole document."""
    _, schemas = components([], EVENT_TYPES, "#/components/schemas/{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Frontdesk: the feed",
            "version": __version__,
            "description": ABOUT.strip(),
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name, *line) for name, line in LINES.items()},
        "operations": {"listen": _listen()},
        "components": {
            "messages": {kind.__name__: _message(kind) for kind in EVENT_TYPES},
            "schemas": schemas,
        },
    }


def _channel(name: str, words: str, served: bool, kinds: Iterable[type[Struct]]) -> dict[str, Any]:
    return {
        "address": f"{DESK}/{name}",
        "description": words.strip(),
        "parameters": {"desk": {"description": "The desk.", "default": "main"}},
        "messages": {
            kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"} for kind in kinds
        },
        "x-served": served,
    }


def _listen() -> dict[str, Any]:
    query = {"type": "object", "properties": query_schemas(ListenQuery)}
    return {
        "action": "send",
        "channel": {"$ref": "#/channels/listen"},
        "summary": "The desk tells a reader what is new.",
        "messages": [
            {"$ref": f"#/channels/listen/messages/{kind.__name__}"} for kind in feed_types()
        ],
        "bindings": {"http": {"method": "GET", "query": query, "bindingVersion": "0.3.0"}},
    }


def _message(kind: type[Struct]) -> dict[str, Any]:
    summary, _, more = prose(kind.__doc__ or "").partition("\n\n")
    heard = heard_by(kind)
    told = {
        "name": str(kind.__struct_config__.tag),
        "summary": summary,
        "description": f"{more}\n\nHeard by {' or '.join(heard)}.".strip(),
        "payload": {"$ref": f"#/components/schemas/{kind.__name__}"},
        "x-heard-by": heard,
    }
    return told
