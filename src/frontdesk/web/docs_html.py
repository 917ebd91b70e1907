"""The small parts of the page that people read: texts, tables, types. All that comes in is escaped.

Docstrings have paragraphs, lists and `code`, and so has the page; nothing else is understood.
"""

import json
import re
from html import escape
from typing import Any

Schema = dict[str, Any]


def text(value: object) -> str:
    """A text as HTML."""
    return escape(str(value))


def words(source: str) -> str:
    """Paragraphs, lists and `code`, which is all that docstrings use."""
    told = []
    for part in source.strip().split("\n\n"):
        if part.startswith("* "):
            items = "".join(f"<li>{inline(one)}</li>" for one in re.split(r"\n?\* ", part)[1:])
            told.append(f"<ul>{items}</ul>")
        elif part:
            told.append(f"<p>{inline(part)}</p>")
    return "".join(told)


def inline(source: str) -> str:
    """One line, with `code` in it."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", text(source))


def slug(name: str) -> str:
    """The name as a place on the page."""
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")


def json_block(value: object) -> str:
    """JSON to read: short ones on a line, others by key."""
    flat = json.dumps(value, ensure_ascii=False)
    told = flat if len(flat) <= 72 else json.dumps(value, ensure_ascii=False, indent=2)
    return block(told)


def block(source: str) -> str:
    """Text as it is, to be scrolled where it is wide, also by keyboard."""
    return f'<pre tabindex="0"><code>{text(source)}</code></pre>'


def found(document: dict[str, Any], schema: Schema) -> Schema:
    """What a `$ref` stands for."""
    if "$ref" not in schema:
        return schema
    told: Any = document
    for step in schema["$ref"].removeprefix("#/").split("/"):
        told = told[step]
    return dict(told)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table, without the columns in which nothing stands."""
    shown = [place for place in range(len(head)) if any(row[place] for row in rows)]
    head = [head[place] for place in shown]
    rows = [[row[place] for place in shown] for row in rows]
    top = "".join(f'<th scope="col">{text(one)}</th>' for one in head)
    body = "".join(f"<tr>{''.join(f'<td>{one}</td>' for one in row)}</tr>" for row in rows)
    return (
        '<div class="scroll"><table>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def keys(schema: Schema) -> str:
    """The keys of an object, one a row."""
    needed = schema.get("required", ())
    rows = []
    for name, one in schema.get("properties", {}).items():
        optional = "" if name in needed else ' <span class="need">optional</span>'
        rows.append([f"<code>{text(name)}</code>{optional}", kind(one), _said(one)])
    return table(["key", "type", "what"], rows)


def _said(schema: Schema) -> str:
    told = schema.get("description") or " ".join(
        one["description"] for one in schema.get("anyOf", []) if "description" in one
    )
    default = schema.get("default")
    more = f" Else <code>{text(json.dumps(default))}</code>." if default not in (None, {}) else ""
    return (inline(told) + more).strip()


def kind(schema: Schema) -> str:
    """What a schema allows, in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        # Any event: they have a part of the page.
        place = slug("part events" if name == "Event" else "is " + name)
        return f'<a href="#{place}">{text(name)}</a>'
    if "const" in schema:
        return f"<code>{text(json.dumps(schema['const']))}</code>"
    if "enum" in schema:
        return " or ".join(f"<code>{text(json.dumps(one))}</code>" for one in schema["enum"])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            # What may be left out may be null too; to say so of each would be noise.
            quiet = {"type": "null"} if "default" in schema else None
            return " or ".join(kind(one) for one in schema[choice] if one != quiet)
    if schema.get("type") == "array":
        return f"array of {kind(schema['items'])}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of {kind(schema['additionalProperties'])}"
    return text(schema.get("type", "anything")) + _bounds(schema)


def _bounds(schema: Schema) -> str:
    low = schema.get("minimum", schema.get("minLength"))
    high = schema.get("maximum", schema.get("maxLength"))
    unit = " characters" if "maxLength" in schema else ""
    if low is not None and high is not None:
        return f", {low} to {high}{unit}"
    return f", at most {high}{unit}" if high is not None else ""
