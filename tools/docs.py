"""Writes what is made from code: tables in the docs, the files in `wire/` and `clients/wire/`.

With `--check` nothing is written, and the exit code says whether everything is as it should be.

Run from the project's root: `.venv/bin/python tools/docs.py`.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

# Started as a script, it finds only what stands beside it.
sys.path.insert(0, str(Path(__file__).parents[1]))

from frontdesk.cli.desks import written
from frontdesk.config import FILE, Setting
from frontdesk.config import SETTINGS as SERVER_SETTINGS
from frontdesk.desk.refusals import MEANINGS
from frontdesk.desk.settings import SETTINGS
from frontdesk.feed.hangups import ADVICE
from frontdesk.web import asyncapi, openapi, wire
from frontdesk.web.operations import row
from frontdesk.web.routes import routes
from tests.wire import fixtures
from tools import typescript
from tools.commands import commands

PROTOCOL = Path("docs/protocol.md")
SETTINGS_PAGE = Path("docs/operations/settings.md")
COMMANDS_PAGE = Path("docs/operations/commands.md")
WIRE = Path("wire")
FIXTURES = WIRE / "fixtures"
CLIENTS = Path("clients/wire")


def refusals() -> str:
    """The table of refusals."""
    rows = [
        f"| `{reason.value}` | {meaning.status} | {meaning.sentence} |"
        for reason, meaning in MEANINGS.items()
    ]
    return "\n".join(["| code | status | sentence |", "| --- | --- | --- |", *rows])


def hangups() -> str:
    """The table of hang-ups."""
    rows = [
        f"| `{reason.value}` | {advice.code} | {'yes' if advice.come_back else 'no'} | "
        f"{f'{advice.after_ms} ms' if advice.come_back else '–'} | {advice.sentence} |"
        for reason, advice in ADVICE.items()
    ]
    head = ["| why | code | come back | after | sentence |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows])


def _default(one: Setting) -> str:
    default = one.default_in({})
    return f"`{default}`" if default else "–"


def server() -> str:
    """The table of the server's settings."""
    rows = [
        f"| `{one.flag}` | `{one.variable}` | {_default(one)} | {one.kind.wanted}"
        f"{f' ({one.unit})' if one.unit else ''} | {one.help} |"
        for one in SERVER_SETTINGS
    ]
    head = [
        "| flag | variable | default | takes | what it is for |",
        "| --- | --- | --- | --- | --- |",
    ]
    file = f"| `{FILE.flag}` | `{FILE.variable}` | – | the path of a file | {FILE.help} |"
    return "\n".join([*head, *rows, file])


def settings() -> str:
    """The table of a desk's settings."""
    rows = [
        f"| `{one.name}` | {f'`{written(one.default)}`' if one.default != '' else '–'} "
        f"| {cell(one.kind.wanted)} | {one.unit or '–'} | {one.help} |"
        for one in SETTINGS
    ]
    head = [
        "| setting | default | takes | unit | what it is for |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def cell(text: str) -> str:
    """The text as it stands in a table."""
    return text.replace("|", "\\|").replace("*", "\\*")


TABLES = {
    PROTOCOL: {"refusals": refusals, "hangups": hangups},
    SETTINGS_PAGE: {"server": server, "settings": settings},
    COMMANDS_PAGE: {"commands": commands},
}


def filled(page: Path, text: str) -> str:
    """The text of the page, with its tables made anew."""
    for name, table in TABLES[page].items():
        pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)"
        text, count = re.subn(pattern, rf"\g<1>{table()}\n\g<2>", text, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"{page}: the place of the table of {name} is not there")
    return text


def made() -> dict[Path, str]:
    """Every file of which nothing is written by hand."""
    told = documents()
    named = {name: json.dumps(one, ensure_ascii=False, indent=2) for name, one in told.items()}
    types = typescript.files(told["schema.json"], told["openapi.json"])
    return {
        **{WIRE / name: text + "\n" for name, text in named.items()},
        **{FIXTURES / name: text for name, text in fixtures.files().items()},
        **{CLIENTS / name: text for name, text in types.items()},
    }


def documents() -> dict[str, dict[str, Any]]:
    """The documents in `wire/`, by name."""
    rows = tuple(row(route) for route in routes())
    return {
        "asyncapi.json": asyncapi.document(),
        "openapi.json": openapi.document(rows),
        "schema.json": wire.schema(rows),
    }


def main() -> int:
    """Write, or check."""
    before = {page: page.read_text(encoding="utf-8") for page in TABLES}
    wanted = {page: filled(page, text) for page, text in before.items()}
    wanted |= made()
    if "--check" in sys.argv:
        return int(any(not_made(path, text) for path, text in wanted.items()))
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def not_made(path: Path, text: str) -> bool:
    """Whether this file is not there, or is not what the code makes."""
    return not path.exists() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
