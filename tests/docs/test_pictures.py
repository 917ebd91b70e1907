"""The pictures in docs/pictures: those that are taken, no larger than is good, and shown."""

from pathlib import Path

import pytest

from tools.screenshots import MOST_BYTES, TAKEN

ROOT = Path(__file__).parents[2]
PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())
PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]


def test_those_that_are_taken_are_there_and_no_others():
    assert {one.name for one in PICTURES} == {f"{name}.png" for name in TAKEN}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.name)
def test_a_picture_is_small_and_shown_somewhere(picture: Path):
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size <= MOST_BYTES
    assert any(f"pictures/{picture.name}" in page.read_text(encoding="utf-8") for page in PAGES)
