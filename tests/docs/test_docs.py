"""The docs say what the code says: generated tables are current, and what is named exists."""

import re
import runpy
from pathlib import Path

import pytest
from click import Command, Group, Option, UsageError
from msgspec.structs import fields

from frontdesk.cli.main import cli
from frontdesk.cli.soak import soak
from frontdesk.cli.stops import FAILED, WRONG_SETTING
from frontdesk.config import FILE, SETTINGS
from frontdesk.desk.events import GuestGiven, PastMessage, QueuedGuest, RosterAgent
from frontdesk.desk.view import Me, RoomView, View
from tools.commands import walked

ROOT = Path(__file__).parents[2]
NAMES = {FILE.name, *(setting.name for setting in SETTINGS)}
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


def test_every_flag_of_soak_stands_on_its_page_with_its_default():
    page = (ROOT / "docs" / "operations" / "soak.md").read_text()

    for option in soak.params:
        assert isinstance(option, Option)
        shown = f"{option.default:g}" if option.show_default else ""
        assert f"| `{option.opts[0]}` | {shown}" in page


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


# A command as it is shown: up to what ends it, or a quote, which may hold anything.
SHOWN = re.compile(r"\./start((?: [^\s`|<>;&()'\"\\]+)*)")


def wrong_with(shown: str) -> str | None:
    """What the program would say no to in a command that is shown, or None."""
    command: Command = cli
    words = shown.split()
    while isinstance(command, Group):
        is_named = bool(words) and words[0][0] not in "-["
        if not is_named and command is not cli:
            return None
        word = words.pop(0) if is_named else "serve"
        if word not in command.commands:
            return None if word in ("COMMAND", "…", "...") else f"there is no {word}"
        command = command.commands[word]
    flags = {flag for one in command.params for flag in one.opts} | {"--help"}
    wrong = [word for word in words if word.startswith("--") and word.strip(",.:") not in flags]
    return f"{command.name} takes no {wrong[0]}" if wrong else None


def test_every_command_that_is_shown_is_there_with_its_flags():
    shown = [(page, one) for page in PAGES for one in SHOWN.findall(page.read_text())]

    assert len(shown) > 60
    for page, one in shown:
        assert wrong_with(one) is None, f"{page.name}: ./start{one}: {wrong_with(one)}"


def test_a_command_that_is_not_there_would_be_noticed():
    assert wrong_with(" user ad NAME") == "there is no ad"
    assert wrong_with(" user add NAME --rule admin") == "add takes no --rule"
    assert wrong_with(" --prot 8420") == "serve takes no --prot"


def test_every_command_and_option_stands_on_the_page_of_commands():
    page = (ROOT / "docs" / "operations" / "commands.md").read_text()
    parts = dict(re.findall(r"^###? ([a-z ]+)\n(.*?)(?=^##|\Z)", page, re.M | re.S))

    assert set(parts) == {" ".join(words) for words, _ in walked(cli)}
    for words, command in walked(cli):
        part = parts[" ".join(words)]
        for option in command.params:
            is_set_elsewhere = "every [setting of the server]" in part and option.name in NAMES
            if isinstance(option, Option) and not is_set_elsewhere:
                assert f"| `{option.opts[0]}` |" in part, (words, option.name)


def test_the_console_is_described_with_the_keys_that_it_has():
    pages = [ROOT / "docs" / name for name in ("console.md", "design/console.md")]
    keys = (page.read_text().split("\n## Keys\n")[1].split("\n## ")[0] for page in pages)
    told, designed = (re.findall(r"^\| `(.+)` \| (.*) \|$", text, re.M) for text in keys)

    assert told == designed
    assert len(told) > 10
