"""The page that people read: the OpenAPI document in HTML, whole, with no script and no address.

Everything on it comes out of the document, and is escaped by the small parts in `docs_html.py`.
"""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from frontdesk.web.docs_html import (
    block,
    found,
    inline,
    json_block,
    keys,
    kind,
    slug,
    table,
    text,
    words,
)

Document = dict[str, Any]
# Method, path, and what the document says of it.
Operation = tuple[str, str, dict[str, Any]]

GUIDE = """\
To try the examples, say where the server is: `SERVER=http://127.0.0.1:8420`. A guest has `TOKEN` \
from the answer to `identify`; an agent has one from `./start token create NAME`.

Events and commands also go over one WebSocket, `/api/v1/desks/{desk}/socket`. Its first frame is \
`{"do": "hello", "token": "…"}`; then `{"do": "end", "room": "…"}` is a command, and whatever is \
for guests or agents of a desk can be sent so. The rest stands in `docs/protocol.md`, section 5, \
and for tools in `wire/asyncapi.json`; both come with the source.
"""

EVENTS = """\
What `listen` answers with. What is kept has an `id`; what has none (typing, places in the queue) \
is never stored, and the latest wins.
"""

# The style of the page, whose policy names it by its hash. Read at the start, as `assets.py` says.
STYLE = files("frontdesk.web").joinpath("docs.css").read_text(encoding="utf-8")

OBJECTS = "What stands inside of answers and events, and the form of every refusal."


def page(document: Document) -> str:
    """The whole page."""
    info = document["info"]
    listed = contents(document)
    lines = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{text(info['title'])}: the HTTP API</title>\n<style>{STYLE}</style>",
        '</head>\n<body>\n<a class="skip" href="#top">Skip to the text</a>\n<div class="layout">',
        f'<nav class="wide" aria-label="Contents">{listed}</nav>',
        f'<nav class="narrow" aria-label="Contents"><details><summary>Contents</summary>{listed}'
        "</details></nav>",
        f'<main id="top"><h1>{text(info["title"])}: the HTTP API</h1>',
        f'<p class="soft">Version {text(info["version"])}. The same for tools: '
        '<a href="/api/openapi.json">openapi.json</a>.</p>',
        reference(document),
        "<footer>Made by the server from its own code.</footer></main></div>",
    ]
    return "\n".join([*lines, "</body>\n</html>\n"])


def reference(document: Document) -> str:
    """All that is said of the API, for any page that has the style of this one."""
    lines = [words(document["info"]["description"]), words(GUIDE)]
    for tag in document["tags"]:
        lines.append(_heading(tag["name"], tag["description"]))
        lines += [_operation(document, *one) for one in _operations(document, tag["name"])]
        lines.append("</section>")
    return "\n".join([*lines, *_events(document), *_objects(document)])


def _heading(name: str, about: str) -> str:
    return f'<section><h2 id="{slug("part " + name)}">{text(name)}</h2>{words(about)}'


def _operations(document: Document, tag: str) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield method, path, operation


def contents(document: Document) -> str:
    """What leads to each part of `reference`."""
    lines = []
    for tag in document["tags"]:
        inner = "".join(
            f'<li><a href="#{slug(one["operationId"])}">{text(one["summary"])}</a></li>'
            for _, _, one in _operations(document, tag["name"])
        )
        lines.append(_part(tag["name"], f"<ul>{inner}</ul>"))
    return f"<ul>{''.join(lines)}{_part('Events', '')}{_part('Objects', '')}</ul>"


def _part(name: str, inner: str) -> str:
    return f'<li><a class="part" href="#{slug("part " + name)}">{text(name)}</a>{inner}</li>'


# --- operations -------------------------------------------------------------


def _operation(document: Document, method: str, path: str, one: dict[str, Any]) -> str:
    id = slug(one["operationId"])
    told = [
        f'<article aria-labelledby="{id}"><h3 id="{id}">{text(one["summary"])}</h3>',
        f'<p class="address"><span class="method {method}">{method.upper()}</span> '
        f"<code>{text(path)}</code></p>",
        words(one.get("description", "")),
        f'<p class="who"><b>Who:</b> {text(one["x-who"])}</p>',
    ]
    if one.get("parameters"):
        rows = [_parameter(parameter) for parameter in one["parameters"]]
        told += ["<h4>Parameters</h4>", table(["name", "type", "what"], rows)]
    body = _json(one.get("requestBody", {}))
    if body is not None:
        told += ["<h4>Body</h4>", keys(found(document, body["schema"]))]
    told += ["<h4>Example</h4>", block(curl(method, path, one))]
    told += [*_answer(document, one), _errors(document, one), "</article>"]
    return "".join(told)


def _json(content: dict[str, Any]) -> dict[str, Any] | None:
    media: dict[str, Any] | None = content.get("content", {}).get("application/json")
    return media


def curl(method: str, path: str, operation: dict[str, Any]) -> str:
    """How to call it from a shell."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    asked = [
        f"{parameter['name']}={parameter['example']}"
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and parameter.get("example")
    ]
    told = [f'curl "$SERVER{path}{"?" if asked else ""}{"&".join(asked)}"']
    if {} not in operation["security"] or "since" in path + "".join(asked):
        told.append('-H "Authorization: Bearer $TOKEN"')
    example = (_json(operation.get("requestBody", {})) or {}).get("example")
    if method == "delete" or (method == "post" and not example):
        told[0] = told[0].replace("curl", f"curl -X {method.upper()}", 1)
    if example:
        sent = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
        told += ["-H 'Content-Type: application/json'", f"-d '{sent}'"]
    return " \\\n  ".join(told)


def _parameter(parameter: dict[str, Any]) -> list[str]:
    where = {"path": "in the path", "query": "behind the ?", "header": "header"}[parameter["in"]]
    name = f'<code>{text(parameter["name"])}</code> <span class="need">{where}</span>'
    default = parameter["schema"].get("default")
    more = f" Else {default}." if default not in (None, "") else ""
    return [name, kind(parameter["schema"]), inline(parameter["description"] + more)]


def _answer(document: Document, one: dict[str, Any]) -> Iterator[str]:
    status, answer = next((status, one) for status, one in one["responses"].items() if status < "3")
    yield f"<h4>Answer: {status}</h4>{words(answer['description'])}"
    media = _json(answer)
    if media is None:
        return
    schema = media["schema"]
    # Behind the answer stands what a key may give that was used before; the introduction says so.
    schema = found(document, schema.get("anyOf", [schema])[0])
    if "properties" in schema:
        yield keys(schema)
    elif "items" in schema:
        yield f"<p>An {kind(schema)}.</p>"
    if media["example"]:
        yield json_block(media["example"])


def _errors(document: Document, one: dict[str, Any]) -> str:
    rows = []
    for status, answer in one["responses"].items():
        if status > "3":
            answer = found(document, answer)
            lines = re.findall(r"\* `(\w+)`: (.*)", answer["description"])
            for code, sentence in lines or [("fault", answer["description"])]:
                rows.append([f"{status} <code>{text(code)}</code>", inline(sentence)])
    return (
        f'<details class="errors"><summary>When it says no: {len(rows)} reasons</summary>'
        f"{table(['status, code', 'what it means'], rows)}</details>"
    )


_REF = "#/components/schemas/([A-Za-z0-9]+)"


# --- events and objects -----------------------------------------------------


def _events(document: Document) -> Iterator[str]:
    schemas = document["components"]["schemas"]
    yield _heading("Events", EVENTS)
    for ref in schemas["Event"]["oneOf"]:
        name = ref["$ref"].rpartition("/")[2]
        heard = " or ".join(schemas[name]["x-heard-by"])
        yield _object(document, name, f'<p class="who"><b>Who hears it:</b> {text(heard)}.</p>')
    yield "</section>"


def _objects(document: Document) -> Iterator[str]:
    yield _heading("Objects", OBJECTS)
    for name in _inner(document):
        yield _object(document, name)
    yield "</section>"


def _inner(document: Document) -> list[str]:
    """The objects that others hold or that stand in lists, and the one that is every refusal."""
    schemas = document["components"]["schemas"]
    held = {
        name
        for name, schema in schemas.items()
        if "properties" in schema and name != "Replayed"
        for name in re.findall(_REF, json.dumps(schema))
    }
    listed = re.findall(f'"items": {{"\\$ref": "{_REF}"', json.dumps(document["paths"]))
    return sorted({"Error", *held, *(name for name in listed if "properties" in schemas[name])})


def _object(document: Document, name: str, who: str = "") -> str:
    schema = document["components"]["schemas"][name]
    id = slug("is " + name)
    return (
        f'<article aria-labelledby="{id}"><h3 id="{id}">{text(_called(name, schema))}</h3>'
        f"{words(schema.get('description', ''))}{who}{keys(schema)}</article>"
    )


def _called(name: str, schema: dict[str, Any]) -> str:
    """An event by its type and what tells it apart; any other object by its name."""
    properties = schema["properties"]
    tag = properties.get("type", {}).get("const")
    told = properties.get("of", properties.get("what", {})).get("const")
    return " ".join(part for part in (tag, told) if part) or name
