"""The wire as JSON Schema 2020-12: every event by its `type`, every command and answer by its `do`.

A command here is a frame as a socket carries it (protocol §5): `do` is the last word of its path,
the parameters of the path and of the query are keys beside those of its body, `ref` comes back
with the answer. The answer is that of HTTP, with `ref`; what is no event, and has no `type` of its
own there, stands in `answer`. Pure, and the same every time.
"""

import re
from collections.abc import Iterable
from typing import Any

from frontdesk.desk.events import EVENT_TYPES
from frontdesk.web.frames import is_command, names_of
from frontdesk.web.operations import Row, query_schemas
from frontdesk.web.schemas import Schema, components

REF = "#/$defs/{name}"

ANSWER = "Answer"

YOURS = {"type": "string", "description": "The `ref` of the command, if it had one."}


def schema(rows: Iterable[Row]) -> Schema:
    """The whole schema: what holds for any event, command or answer, and each by its name."""
    commands = named_commands(rows)
    bodies = {one.body for one in commands.values()}
    forms = [one.form for one in commands.values()]
    incoming = sorted(bodies, key=lambda body: body.__name__)
    schemas, named = components(incoming, [*EVENT_TYPES, *forms], REF)
    told = {_name_of(do): _command(do, one, named) for do, one in commands.items()}
    told |= {_name_of(do, ANSWER): answer(do, one, schemas) for do, one in commands.items()}
    defs = {name: one for name, one in named.items() if name not in {b.__name__ for b in bodies}}
    events: dict[str, list[Schema]] = {}
    for kind in EVENT_TYPES:
        tag = str(kind.__struct_config__.tag)
        events.setdefault(tag, []).append({"$ref": REF.format(name=kind.__name__)})
    refs = {do: {"$ref": REF.format(name=_name_of(do))} for do in commands}
    defs["Event"] = {"oneOf": [one for same in events.values() for one in same]}
    defs["Command"] = {"oneOf": list(refs.values())}
    answers = {do: {"$ref": REF.format(name=_name_of(do, ANSWER))} for do in commands}
    # Commands with nothing to add have one form between them, which tells them apart by `code`.
    defs["Answer"] = {"anyOf": [*answers.values(), {"$ref": REF.format(name="Error")}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Frontdesk: the wire",
        "description": "An event as a reader hears it, or a command or its answer, as a socket"
        " carries it.",
        "anyOf": [{"$ref": REF.format(name=one)} for one in ("Event", "Command", "Answer")],
        "x-events": events,
        "x-commands": refs,
        "x-answers": answers,
        "$defs": dict(sorted({**defs, **told}.items())),
    }


def named_commands(rows: Iterable[Row]) -> dict[str, Row]:
    """The commands by name, as a socket takes them."""
    found = [one for one in rows if is_command(one.path, one.asker)]
    return dict(zip(names_of((one.path, one.name) for one in found), found, strict=True))


def answer(do: str, one: Row, schemas: dict[Any, Schema]) -> Schema:
    """What a socket answers to this command, if it does not refuse it."""
    if has_type(one.form):
        # What is sent may grow, so a key more is one that such an answer may have.
        return {"allOf": [schemas[one.form]], "properties": {"ref": dict(YOURS)}}
    success = {"type": {"const": "success"}, "success": {"type": "string"}, "code": {"const": do}}
    return {
        "description": "What was asked for stands in `answer`.",
        "type": "object",
        "properties": {**success, "answer": schemas[one.form], "ref": dict(YOURS)},
        "required": [*success, "answer"],
    }


def has_type(form: Any) -> bool:
    """Whether such an answer says itself what it is, as events do."""
    return hasattr(form, "__struct_config__") and form.__struct_config__.tag is not None


def _name_of(do: str, kind: str = "Command") -> str:
    return "".join(word.capitalize() for word in do.split("_")) + kind


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
