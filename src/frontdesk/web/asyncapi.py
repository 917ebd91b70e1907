"""The AsyncAPI 3.0 document: what may be heard at a desk, by whom, and on which line.

Pure, and the same every time.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from frontdesk import __version__
from frontdesk.desk.audience import Kind
from frontdesk.desk.events import EVENT_TYPES, Success
from frontdesk.web.operations import query_schemas
from frontdesk.web.queries import ListenQuery
from frontdesk.web.schemas import HEARD_BY, components, feed_types, heard_by, prose
from frontdesk.web.wire import YOURS

DESK = "/api/v1/desks/{desk}"

ABOUT = """\
The feed of a desk: the same facts in the same order with the same ids on each line, of which each \
reader hears its part. Clients ignore types, keys and values that they do not know.
"""

LISTEN = """\
A long poll. Each answer is an array of such messages, oldest first, never empty. The next `since` \
is the last `id` in the answer.
"""

EVENTS = """\
Server-sent events. `id:` is the id of each fact, and `Last-Event-ID` goes on behind it. The last \
event is named `hangup`, and is none of these: why the stream ends, whether to come back, and when.
"""

SOCKET = """\
A WebSocket, with the answers to the commands that are sent on it. The first frame to the server \
is a `hello`; the close code says whether to come back, and when.
"""

# Line → its words, and what is heard on it.
LINES: dict[str, tuple[str, tuple[type[Struct], ...]]] = {
    "listen": (LISTEN, feed_types()),
    "events": (EVENTS, feed_types()),
    "socket": (SOCKET, feed_types()),
}

ANSWER = """\
The answer to a command: that of HTTP, with the `ref` of the command. What is read stands in \
`answer`; what is an event of one's own, as `joined`, is that event, and is in the feed too. The \
form for each command stands in schema.json, under `x-answers`.
"""

REFUSAL = """\
The command was refused, and nothing has changed; or, with the code `fault`, something of ours is \
broken.
"""

# What only the socket carries: to the client the answers, and to the server hello and commands.
ANSWERS = ("Answer", "Error")
SENT = ("Hello", "Command")


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
        "operations": {"listen": _listen(), **_operations()},
        "components": {
            "messages": {
                **{kind.__name__: _message(kind) for kind in EVENT_TYPES if kind is not Success},
                **_frames(schemas),
            },
            "schemas": schemas,
        },
    }


def _channel(name: str, words: str, kinds: Iterable[type[Struct]]) -> dict[str, Any]:
    names = [kind.__name__ for kind in kinds]
    names += [*ANSWERS, *SENT] if name == "socket" else []
    return {
        "address": f"{DESK}/{name}",
        "description": words.strip(),
        "parameters": {"desk": {"description": "The desk.", "default": "main"}},
        "messages": {one: {"$ref": f"#/components/messages/{one}"} for one in names},
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


def _operations() -> dict[str, Any]:
    """What goes over the socket beside the feed."""

    def operation(action: str, summary: str, names: Iterable[str]) -> dict[str, Any]:
        return {
            "action": action,
            "channel": {"$ref": "#/channels/socket"},
            "summary": summary,
            "messages": [{"$ref": f"#/channels/socket/messages/{one}"} for one in names],
        }

    return {
        "command": operation("receive", "Somebody says who they are, then what to do.", SENT),
        "answer": operation("send", "The desk answers a command.", ANSWERS),
    }


def _frames(schemas: dict[str, Any]) -> dict[str, Any]:
    """The messages that are no events."""
    answer = {
        "type": "object",
        "properties": {
            **schemas["Success"]["properties"],
            "answer": {"description": "What was asked for."},
            "ref": dict(YOURS),
        },
        "required": schemas["Success"]["required"],
    }
    command = {
        "type": "object",
        "properties": {"do": {"type": "string"}, "ref": {"type": "string", "maxLength": 64}},
        "required": ["do"],
    }
    words = {"do": {"const": "hello"}, "token": {"type": "string"}, "since": {"type": "string"}}
    hello = {"type": "object", "properties": words, "required": ["do"]}
    return {
        "Answer": {"name": "success", "summary": "An answer", "description": ANSWER.strip()}
        | {"payload": answer, "x-heard-by": [HEARD_BY[Kind.ASKER]]},
        "Error": {"name": "error", "summary": "A refusal", "description": REFUSAL.strip()}
        | {"payload": {"$ref": "#/components/schemas/Error"}}
        | {"x-heard-by": [HEARD_BY[Kind.ASKER]]},
        "Hello": {"name": "hello", "summary": "The first frame", "payload": hello},
        "Command": {"name": "command", "payload": command}
        | {"summary": "A command", "description": "Each stands in schema.json by its `do`."},
    }
