"""The wire as JSON Schema 2020-12: every event by its `type`, every command by its `do`.

A command here is a frame as a socket will carry it (protocol §5): `do` is the last word of its
path, the parameters of the path and of the query are keys beside those of its body, `ref` comes
back with the answer. Today the same commands are sent over HTTP. Pure, and the same every time.
"""

import re
from collections.abc import Iterable

from frontdesk.desk.events import EVENT_TYPES
from frontdesk.web.frames import is_command, names_of
from frontdesk.web.operations import Row, query_schemas
from frontdesk.web.schemas import Schema, components

REF = "#/$defs/{name}"


def schema(rows: Iterable[Row]) -> Schema:
    """The whole schema: what holds for any event and for any command, and each by its name."""
    commands = named_commands(rows)
    bodies = {one.body for one in commands.values()}
    _, named = components(sorted(bodies, key=lambda body: body.__name__), EVENT_TYPES, REF)
    told = {_name_of(do): _command(do, one, named) for do, one in commands.items()}
    defs = {name: one for name, one in named.items() if name not in {b.__name__ for b in bodies}}
    events: dict[str, list[Schema]] = {}
    for kind in EVENT_TYPES:
        tag = str(kind.__struct_config__.tag)
        events.setdefault(tag, []).append({"$ref": REF.format(name=kind.__name__)})
    refs = {do: {"$ref": REF.format(name=_name_of(do))} for do in commands}
    defs["Event"] = {"oneOf": [one for same in events.values() for one in same]}
    defs["Command"] = {"oneOf": list(refs.values())}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Frontdesk: the wire",
        "description": "An event as a reader hears it, or a command as a socket will carry it.",
        "oneOf": [{"$ref": "#/$defs/Event"}, {"$ref": "#/$defs/Command"}],
        "x-events": events,
        "x-commands": refs,
        "$defs": dict(sorted({**defs, **told}.items())),
    }


def named_commands(rows: Iterable[Row]) -> dict[str, Row]:
    """The commands by name, as a socket takes them."""
    found = [one for one in rows if is_command(one.path, one.asker)]
    return dict(zip(names_of((one.path, one.name) for one in found), found, strict=True))


def _name_of(do: str) -> str:
    return "".join(word.capitalize() for word in do.split("_")) + "Command"


def _command(do: str, one: Row, named: dict[str, Schema]) -> Schema:
    body = named[one.body.__name__] if one.method != "GET" else {"properties": {}}
    places = [name for name in re.findall(r"\{(\w+)\}", one.path) if name != "desk"]
    return {
        "description": one.words,
        "type": "object",
        "properties": {
            "do": {"const": do},
            "ref": {"type": "string", "description": "Comes back with the answer."},
            **{
                name: {"type": "string", "description": f"The id of the {name}."} for name in places
            },
            **query_schemas(one.query),
            **body["properties"],
        },
        "required": ["do", *places, *body.get("required", [])],
        "additionalProperties": False,
    }
