"""The docs say what the code says: generated tables are current, and what is named exists."""

import re
import runpy
from pathlib import Path

import pytest
from click import Option, UsageError
from msgspec.structs import fields

from frontdesk.cli.desk import desk
from frontdesk.cli.people import token, user
from frontdesk.cli.settings import config
from frontdesk.cli.soak import soak
from frontdesk.cli.stops import FAILED, WRONG_SETTING
from frontdesk.config import FILE, SETTINGS
from frontdesk.desk.events import GuestGiven, PastMessage, QueuedGuest, RosterAgent
from frontdesk.desk.view import Me, RoomView, View

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")])


def generator():
    return runpy.run_path(str(ROOT / "tools" / "docs.py"))


def test_the_tables_made_from_code_are_current():
    made = generator()

    for page in made["TABLES"]:
        text = (ROOT / page).read_text()
        assert made["filled"](page, text) == text, "run tools/docs.py"


def test_a_stale_table_would_be_noticed():
    made = generator()
    text = (ROOT / made["PROTOCOL"]).read_text()

    assert made["filled"](made["PROTOCOL"], text.replace("| 409 |", "| 418 |")) == text


def test_the_files_made_from_code_are_current():
    made = generator()["made"]()
    folders = {path.parent for path in made}

    there = {path for folder in folders for path in (ROOT / folder).iterdir() if path.is_file()}
    assert there == {ROOT / path for path in made}
    for path, text in made.items():
        assert (ROOT / path).read_text() == text, f"{path}: run tools/docs.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["architecture.md", "glossary.md"])
def test_every_file_that_is_named_exists(page):
    text = (ROOT / "docs" / page).read_text()
    named = re.findall(
        r"`((?:desk|feed|engine|store|web|client|trials|cli|config|tests|tools)/[a-z0-9_/.]*)`",
        text,
    )

    assert named
    for name in named:
        home = ROOT if name.startswith(("tests/", "tools/")) else ROOT / "src" / "frontdesk"
        assert (home / name).exists(), name


def test_every_decision_is_linked():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()

    for page in folder.glob("[0-9]*.md"):
        title = page.read_text().splitlines()[0].removeprefix("# ")
        assert f"* [{title}]({page.name})\n" in index


def test_the_settings_of_the_server_and_the_exit_codes_stand_on_their_page():
    page = (ROOT / "docs" / "operations" / "settings.md").read_text()

    for setting in SETTINGS:
        default = setting.default_in({})
        told = f"`{default}`" if default else "–"
        assert f"| `{setting.flag}` | `{setting.variable}` | {told} | " in page
    assert f"| `{FILE.flag}` | `{FILE.variable}` | – | " in page
    for code in (0, FAILED, UsageError.exit_code, WRONG_SETTING):
        assert f"\n| {code} | " in page


def test_every_command_stands_in_the_readme():
    page = (ROOT / "README.md").read_text()

    for group in (user, desk, token, config):
        for name in group.commands:
            assert f"| `./start {group.name} {name}" in page


def test_every_flag_of_soak_stands_on_its_page_with_its_default():
    page = (ROOT / "docs" / "operations" / "soak.md").read_text()

    for option in soak.params:
        assert isinstance(option, Option)
        shown = f"{option.default:g}" if option.show_default else ""
        assert f"| `{option.opts[0]}` | {shown}" in page
    assert "| `./start soak` |" in (ROOT / "README.md").read_text()


def test_every_key_of_the_view_is_explained():
    page = (ROOT / "docs" / "protocol.md").read_text()
    explained = page[page.index("### The view") : page.index("## 5.")]

    for part in (View, Me, RoomView, GuestGiven, PastMessage, QueuedGuest, RosterAgent):
        for field in fields(part):
            assert f"`{field.encode_name}`" in explained, f"{part.__name__}.{field.name}"


def test_the_sections_that_comments_quote_exist():
    headings = set(re.findall(r"^## (\d+)\.", (ROOT / "docs" / "protocol.md").read_text(), re.M))
    quoted = {
        section
        for source in (ROOT / "src").rglob("*.py")
        for section in re.findall(r"protocol §(\d+)", source.read_text())
    }

    assert quoted
    assert quoted <= headings
