"""docs/security.md names tests that exist, and has no row without one or a reason."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NOT_YET = "does not apply yet: "
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

# As many as there are, so that none is lost unnoticed.
ROWS = {"Threats": 47, "What went wrong elsewhere": 38, "Where the disk fails": 7}


def rows(heading: str) -> list[str]:
    """The rows of the table under this heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ")][2:]


@cache
def functions_of(path: str) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def what_is_wrong(row: str) -> str:
    """Why this row says too little; empty if it does not."""
    named = NAMED.findall(row)
    gone = [f"{path}::{name}" for path, name in named if not is_there(path, name)]
    if gone:
        return f"{gone} not found"
    if "::" in NAMED.sub("", row):
        return "a test that is not named in full"
    return "" if named or NOT_YET in row else "neither a test nor a reason"


def is_there(path: str, name: str) -> bool:
    return (ROOT / path).exists() and name.startswith("test_") and name in functions_of(path)


@pytest.mark.parametrize("heading", ROWS)
def test_every_threat_is_shown_by_a_test_or_does_not_apply_yet(heading: str):
    wrong = {row[:60]: what_is_wrong(row) for row in rows(heading) if what_is_wrong(row)}

    assert not wrong
    assert len(rows(heading)) == ROWS[heading]


@pytest.mark.parametrize(
    "row",
    [
        "| CSRF | a form | 403 | – |",
        "| CSRF | a form | 403 | `tests/threats/test_other_sites.py::test_of_nothing` |",
        "| CSRF | a form | 403 | `tests/threats/gone.py::test_of_nothing` |",
        "| CSRF | a form | does not apply yet: `web/test_x.py::test_y` | |",
    ],
)
def test_a_row_without_would_be_noticed(row: str):
    assert what_is_wrong(row)


def test_the_page_is_linked_from_where_people_look():
    assert "](docs/security.md)" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
