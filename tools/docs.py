"""Writes the tables in the docs that are made from code; with `--check`, says whether they are.

Run from the project's root: `.venv/bin/python tools/docs.py`.
"""

import re
import sys
from pathlib import Path

from frontdesk.cli.desks import written
from frontdesk.desk.refusals import MEANINGS
from frontdesk.desk.settings import SETTINGS
from frontdesk.feed.hangups import ADVICE

PROTOCOL = Path("docs/protocol.md")
SETTINGS_PAGE = Path("docs/operations/settings.md")


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
        f"| `{reason.value}` | {'yes' if advice.come_back else 'no'} | "
        f"{f'{advice.after_ms} ms' if advice.come_back else '–'} | {advice.sentence} |"
        for reason, advice in ADVICE.items()
    ]
    head = ["| why | come back | after | sentence |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows])


def settings() -> str:
    """The table of a desk's settings."""
    rows = [
        f"| `{one.name}` | `{written(one.default)}` | {one.kind.wanted} | {one.unit or '–'} "
        f"| {one.help} |"
        for one in SETTINGS
    ]
    head = [
        "| setting | default | takes | unit | what it is for |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


TABLES = {
    PROTOCOL: {"refusals": refusals, "hangups": hangups},
    SETTINGS_PAGE: {"settings": settings},
}


def filled(page: Path, text: str) -> str:
    """The text of the page, with its tables made anew."""
    for name, table in TABLES[page].items():
        pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)"
        text, count = re.subn(pattern, rf"\g<1>{table()}\n\g<2>", text, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"{page}: the place of the table of {name} is not there")
    return text


def main() -> int:
    """Write, or check."""
    before = {page: page.read_text(encoding="utf-8") for page in TABLES}
    after = {page: filled(page, text) for page, text in before.items()}
    if "--check" in sys.argv:
        return int(before != after)
    for page, text in after.items():
        page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
