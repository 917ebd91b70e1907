"""The wire for browsers: `clients/wire/*.ts`, from the documents in `wire/` and the closed lists.

Types say what this version sends. Clients ignore what they do not know (protocol §2), so closed
lists of values stay open in types, and an event of an unknown type is no `Event` at all.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from frontdesk.desk.limits import BACKLOG
from frontdesk.desk.refusals import MEANINGS
from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.web.schemas import FAULT
from frontdesk.web.streams import HEARTBEAT_MS

Schema = dict[str, Any]

HEAD = "// Made by tools/docs.py from the server's own code. Do not edit.\n"
OPEN = """
/** One of these, or what a later version may say. */
export type Open<T extends string> = T | (string & Record<never, never>);
"""
PLAIN = {"string": "string", "integer": "number", "boolean": "boolean", "null": "null"}


def files(schema: Schema, openapi: Schema) -> dict[str, str]:
    """The files of `clients/wire/`, by name.

    Args:
        schema: the document of the wire.
        openapi: the document of the routes, which has the view.
    """
    tags = schema["x-events"]
    kinds = [_name(ref) for refs in schema["x-events"].values() for ref in refs]
    commands = [_name(ref) for ref in schema["x-commands"].values()]
    events = _with_parts(kinds, schema["$defs"])
    views = openapi["components"]["schemas"]
    seen = [name for name in _with_parts(["Seen"], views) if name not in events]
    shapes = "".join(_interface(name, views[name]) for name in seen)
    shared = [name for name in events if re.search(rf": .*\b{name}\b", shapes)]
    return {
        "events.ts": "".join(
            [
                HEAD,
                OPEN,
                *(_interface(name, schema["$defs"][name]) for name in events),
                f"\nexport type Event =\n  | {_lines(kinds)};\n",
                _said("Every type that an event may have."),
                f"export const EVENT_TYPES: ReadonlySet<string> = new Set({_list(tags)});\n",
            ]
        ),
        "view.ts": "".join(
            [
                HEAD,
                f'import type {{ Open, {", ".join(shared)} }} from "./events.ts";\n',
                shapes,
                _said("As many of a room's last messages stand in a view."),
                f"export const BACKLOG = {BACKLOG};\n",
            ]
        ),
        "commands.ts": "".join(
            [
                HEAD,
                'import type { Open } from "./events.ts";\n',
                *(_interface(name, schema["$defs"][name]) for name in commands),
                f"\nexport type Command =\n  | {_lines(commands)};\n",
            ]
        ),
        "refusals.ts": HEAD + _refusals(),
        "hangups.ts": HEAD + _hangups(),
    }


def _refusals() -> str:
    statuses = {reason.value: meaning.status for reason, meaning in MEANINGS.items()}
    rows = "".join(f"  {code}: {status},\n" for code, status in (statuses | {FAULT: 500}).items())
    return (
        _said("Why a command was refused: the code, and the HTTP status that comes with it.")
        + f"export const REFUSALS = {{\n{rows}}} as const;\n\n"
        + "export type Refusal = keyof typeof REFUSALS;\n"
    )


def _hangups() -> str:
    rows = "".join(
        f"  {advice.code}: {advice.after_ms},\n" for advice in ADVICE.values() if advice.come_back
    )
    whys = " | ".join(f'"{why.value}"' for why in ADVICE)
    return (
        f"\nexport type HangUp = {whys};\n"
        + _said("By close code: after how many milliseconds to come back.")
        + "export const COME_BACK_MS: Readonly<Record<number, number>> = {\n"
        + f"{rows}}};\n"
        + _said("The close code after which there is nothing to come back for.")
        + f"export const HANGUP_SIGNED_OUT = {ADVICE[HangUp.SIGNED_OUT].code};\n"
        + _said("A quiet line says `noop` at least this often.")
        + f"export const HEARTBEAT_MS = {HEARTBEAT_MS[1]};\n"
    )


def _with_parts(names: Iterable[str], defs: dict[str, Schema]) -> list[str]:
    """These, and all that they hold, in the order of names."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(
                r'"\$ref": "#/(?:\w+/)*(?:\$defs/)?(\w+)"', json.dumps(defs[name])
            )
    return sorted(found)


def _interface(name: str, schema: Schema) -> str:
    words = schema.get("description", "").split("\n\n")[0]
    fields = "".join(_fields(schema))
    return f"{_said(words)}export interface {name} {{\n{fields}}}\n"


def _fields(schema: Schema) -> Iterator[str]:
    required = schema.get("required", [])
    for name, one in schema["properties"].items():
        mark = "" if name in required else "?"
        yield f"  readonly {name}{mark}: {_type(one)};\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return _name(schema)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return f"Open<{' | '.join(json.dumps(one) for one in schema['enum'])}>"
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if schema["type"] == "array":
        return f"readonly {_bracketed(_type(schema['items']))}[]"
    if schema["type"] == "object":
        return f"Readonly<Record<string, {_type(schema['additionalProperties'])}>>"
    return PLAIN[schema["type"]]


def _bracketed(told: str) -> str:
    return f"({told})" if " " in told else told


def _name(schema: Schema) -> str:
    return str(schema["$ref"].rpartition("/")[2])


def _said(words: str) -> str:
    one = f"\n/** {words} */\n"
    if len(one) <= 102:
        return one
    return "\n/**\n" + textwrap.indent(textwrap.fill(words, 96), " * ") + "\n */\n"


def _lines(names: Iterable[str]) -> str:
    return "\n  | ".join(names)


def _list(words: Iterable[str]) -> str:
    return "[\n" + "".join(f"  {json.dumps(one)},\n" for one in words) + "]"
