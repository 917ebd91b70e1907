"""Every event that is logged stands in the page about logs, with its level and its fields."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations" / "logs.md"
SOURCES = sorted((ROOT / "src" / "frontdesk").rglob("*.py"))
LEVELS = ("debug", "info", "warning", "error", "critical", "exception")

# Whoever logs does it by this, under this name.
OURS = "\nlog = structlog.get_logger()\n"

# The event, its level, and the names of what comes with it.
Event = tuple[str, str, tuple[str, ...]]


def logged(source: str) -> Iterator[Event]:
    """What this code logs.

    Raises:
        AssertionError: in a way of which nobody can tell what it will say.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("log"), attr=level)):
                [event] = node.args
                assert level in LEVELS, level
                assert isinstance(event, ast.Constant), ast.unparse(node)
                names = [keyword.arg for keyword in node.keywords]
                assert None not in names, ast.unparse(node)
                yield str(event.value), level, tuple(str(one) for one in names if one != "exc_info")


def documented(page: str) -> list[Event]:
    """The rows of the table of events."""
    rows = re.findall(r"^\| `([^`]+)` \| `(\w+)` \| ((?:`\w+`(?:, )?)*) ?\| \S", page, re.MULTILINE)
    return [(event, level, tuple(re.findall(r"\w+", fields))) for event, level, fields in rows]


def test_every_event_stands_in_the_page_with_its_level_and_its_fields():
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    found = {one for text in texts if OURS in text for one in logged(text)}

    assert len(found) > 8
    assert sorted(documented(PAGE.read_text(encoding="utf-8"))) == sorted(found)


def test_nothing_is_logged_by_another_name():
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        others = text.replace(OURS, "")
        assert "get_logger" not in others, path
        assert path.name == "logs.py" or "import logging" not in text, path


@pytest.mark.parametrize(
    "source",
    [
        "log.info('a new one')",
        "log.warning('fault')",
        "log.error('the engine has ended', user=name)",
    ],
)
def test_an_event_that_does_not_stand_there_would_be_noticed(source: str):
    known = set(documented(PAGE.read_text(encoding="utf-8")))

    assert not set(logged(source)) <= known


@pytest.mark.parametrize("source", ["log.info(name)", "log.info('a', **all)", "log.msg('a')"])
def test_what_cannot_be_told_is_not_taken(source: str):
    with pytest.raises(AssertionError):
        list(logged(source))
