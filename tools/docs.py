"""Writes the tables in the docs that are made from code; with `--check`, says whether they are.

Run from the project's root: `.venv/bin/python tools/docs.py`.
"""

import re
import sys
from pathlib import Path

from frontdesk.desk.refusals import MEANINGS
from frontdesk.feed.hangups import ADVICE

PROTOCOL = Path("docs/protocol.md")


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


def filled(text: str) -> str:
    """The page, with its tables made anew."""
    for name, table in (("refusals", refusals()), ("hangups", hangups())):
        pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)"
        text, count = re.subn(pattern, rf"\g<1>{table}\n\g<2>", text, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"{PROTOCOL}: the place of the table of {name} is not there")
    return text


def main() -> int:
    """Write, or check."""
    before = PROTOCOL.read_text(encoding="utf-8")
    after = filled(before)
    if "--check" in sys.argv:
        return int(before != after)
    PROTOCOL.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
