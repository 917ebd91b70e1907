"""The shape that docs/architecture.md promises, read off the syntax trees.

Each rule is a function from one file to what is wrong with it. Every rule is run twice: over
the tree, which must be clean, and over a sample that breaks it, which must be found.
"""

import ast
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]

# What each room may import of us, apart from itself. `__version__` stands for the package's own
# module. Nothing imports uphill; store and bus know the engine by its ports alone.
MAY_IMPORT = {
    "desk": (),
    "feed": ("desk",),
    "engine": ("desk", "feed", "__version__"),
    "store": ("desk", "feed", "engine.ports", "__version__"),
    "bus": ("desk", "feed", "engine.ports", "__version__"),
    "config": ("desk", "feed", "__version__"),
    "web": ("desk", "feed", "engine", "config", "__version__"),
    # It knows the server by its protocol alone, as anybody's client does.
    "client": ("__version__",),
    "trials": ("client", "__version__"),
    # Its people are clients like anybody's; its server is a process, run as a trial's is.
    "demo": ("client", "trials.server"),
    "cli": (
        *("desk", "feed", "engine", "store", "bus", "config", "web", "trials", "demo"),
        "__version__",
    ),
    "__init__": (),
    "__main__": ("cli",),
}

# The same for what runs in browsers, below clients/.
CLIENTS_MAY_IMPORT = {
    "wire": (),
    "model": ("wire",),
    "link": ("wire",),
    "text": (),
    # The two know nothing of each other but what they say to each other.
    "launcher": (),
    "widget": ("wire", "model", "link", "text", "launcher"),
    # The console shows the chat in a frame, and so has to greet it as the launcher does.
    "console": ("wire", "model", "link", "text", "launcher"),
    "tests": ("wire", "model", "link", "text", "launcher", "widget", "console"),
}

# What we did not write and browsers load all the same, and by whom.
CLIENTS_PARTS = {"console": ("preact", "preact/hooks", "@preact/signals")}

# These run in Node alone.
CLIENTS_IN_NODE = {"tests", "tools"}

# A desk is a function of what it is handed, so that a log replays to the same desk for ever.
# Only modules without clock, chance, files, network or threads may be named there.
PURE_ROOMS = {"desk", "feed"}
PURE_MODULES = set(
    "__future__ abc base64 bisect collections copy dataclasses difflib enum functools hashlib heapq"
    " hmac itertools math msgspec operator re string struct types typing unicodedata".split()
)
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "compile", "breakpoint", "__import__"}

# Names that say nothing about what the thing is.
EMPTY_WORDS = {"manager", "helper", "util", "common", "base", "service"}

FILE_LINES = 500
FUNCTION_LINES = 70
# Long because they are tables or schemas: "path:function" and the reason.
LONG_FUNCTIONS: dict[str, str] = {}

# Written so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    r"(?:pypi|python[h]osted|crates|npmjs|yarnpkg)\.(?:org|io|com)\b|(?:deb|proxy)\.(?:debian|golang)\."
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.~}-])/(?:(?:work|root|Users/\w+|home/\w+)/|opt/(?:wheels|pypi)|tmp/\w+/)"
)
TEXT_SUFFIXES = set(
    ".py .pyi .sql .md .toml .txt .sh .json .ts .tsx .js .css .html .yaml .yml .service".split()
)
OURS = "src tests bench clients wire docs deploy requirements .ci".split()
NOT_OURS = set("node_modules .built __pycache__ dist .pytest_cache .mypy_cache .ruff_cache".split())
# Not the tree's: a lock, and what a linked worktree has instead of a folder `.git`.
NOT_TEXTS = {".venv.lock", ".git"}


@dataclass(frozen=True)
class Source:
    """One file: its path from the root of the checkout, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> tuple[str, ...]:
        """The dotted name below `frontdesk`, in parts; empty outside the package."""
        parts = PurePosixPath(self.path).with_suffix("").parts
        return parts[2:] if parts[:2] == ("src", "frontdesk") else ()

    @property
    def room(self) -> str:
        return self.module[0] if self.module else ""


Rule = Callable[[Source], Iterator[str]]


# --- the rules --------------------------------------------------------------


def imports_only_downhill(source: Source) -> Iterator[str]:
    allowed = MAY_IMPORT.get(source.room)
    if allowed is None:
        yield f"{source.room} is a new room: say in MAY_IMPORT what it may import"
        return
    for line, name in imported(source):
        if name.split(".")[0] != "frontdesk":
            continue
        ours = name.removeprefix("frontdesk").removeprefix(".")
        if not any(f"{ours}.".startswith(f"{one}.") for one in (source.room, *allowed)):
            yield f"{line}: {source.room} may not import {name}"


def clients_import_only_downhill(source: Source) -> Iterator[str]:
    room = PurePosixPath(source.path).parts[1]
    allowed = (room, *CLIENTS_MAY_IMPORT.get(room, ()))
    for number, line in enumerate(source.text.splitlines(), start=1):
        for name in re.findall(r"""\b(?:from|import) ?\(?["']([^"']+)["']""", line):
            inside = PurePosixPath(source.path).parent / name
            parts = [part for part in os.path.normpath(inside).split("/") if name[0] == "."]
            if room in CLIENTS_IN_NODE or name in CLIENTS_PARTS.get(room, ()):
                continue
            if parts[:1] != ["clients"] or parts[1] not in allowed:
                yield f"{number}: {room} may not import {name}"


def pure_rooms_touch_nothing(source: Source) -> Iterator[str]:
    if source.room not in PURE_ROOMS:
        return
    for line, name in imported(source):
        if name.split(".")[0] not in PURE_MODULES | {"frontdesk"}:
            yield f"{line}: a pure room may not import {name}"
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield f"{node.lineno}: a pure room may not call {name}()"
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield f"{node.lineno}: a pure room may not await"
            case ast.Global():
                yield f"{node.lineno}: a pure room keeps no global state"


def modules_say_what_they_are_for(source: Source) -> Iterator[str]:
    if source.module and not ast.get_docstring(source.tree):
        yield "1: no docstring"


def files_stay_small(source: Source) -> Iterator[str]:
    lines = len(source.text.splitlines())
    if lines > FILE_LINES:
        yield f"1: {lines} lines, more than {FILE_LINES}"


def files_and_functions_stay_small(source: Source) -> Iterator[str]:
    yield from files_stay_small(source)
    for node in functions(source):
        if length(node) > FUNCTION_LINES and f"{source.path}:{node.name}" not in LONG_FUNCTIONS:
            yield f"{node.lineno}: {node.name} has {length(node)} lines, over {FUNCTION_LINES}"


def names_say_something(source: Source) -> Iterator[str]:
    named = [(1, part) for part in source.module]
    named += [(n.lineno, n.name) for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef)]
    for line, name in named:
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
        for word in words:
            if word.lower().removesuffix("s") in EMPTY_WORDS:
                yield f"{line}: {name} is called {word.lower()}; say what it is"


# In the simulation time passes of itself as soon as nothing else happens, so nobody waits for it.
MAY_SLEEP = ("tests/e2e/", "tests/simulation/")


def no_test_sleeps(source: Source) -> Iterator[str]:
    if not source.path.startswith("tests/") or source.path.startswith(MAY_SLEEP):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id="sleep") | ast.Attribute(attr="sleep")):
                yield f"{node.lineno}: wait for what you need, not for time to pass"


def limits_have_a_unit_and_a_reason(source: Source) -> Iterator[str]:
    if source.module[-1:] != ("limits",):
        return
    lines = source.text.splitlines()
    for node in source.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                # One reason may stand above several that belong together.
                above = list(takewhile(str.strip, reversed(lines[: node.lineno - 1])))
                if not any(line.startswith("#") for line in above):
                    yield f"{node.lineno}: no reason above {name}"
                if re.search(r"_(S|SECS?|SECONDS|MINUTES|HOURS|[KM]I?B|KIB|MIB)$", name):
                    yield f"{node.lineno}: {name} should be in _MS or _BYTES"


def names_no_registry_and_no_machine(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        for found in (*REGISTRIES.finditer(line), *MACHINE_PATHS.finditer(line)):
            yield f"{number}: names {found[0]}"


# --- reading ----------------------------------------------------------------


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Every import, in functions and under TYPE_CHECKING too: line and absolute name."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                above = ("frontdesk", *source.module)[: -node.level]
                start = ".".join((*above, start) if start else above)
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def texts() -> Iterator[Source]:
    """Every text of ours, committed or about to be."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    found += [path for top in OURS for path in (ROOT / top).rglob("*") if path.is_file()]
    for path in sorted(found):
        inside = path.relative_to(ROOT)
        named = path.suffix in TEXT_SUFFIXES or not path.suffix
        if named and NOT_OURS.isdisjoint(inside.parts) and inside.name not in NOT_TEXTS:
            yield Source(inside.as_posix(), path.read_text(encoding="utf-8"))


TEXTS = list(texts())
PYTHON = [one for one in TEXTS if one.path.endswith(".py")]
PACKAGE = [one for one in PYTHON if one.module]
CLIENTS = [one for one in TEXTS if one.path.endswith((".ts", ".tsx"))]


# --- the tree keeps the rules -----------------------------------------------


@pytest.mark.parametrize(
    ("rule", "sources"),
    [
        (imports_only_downhill, PACKAGE),
        (clients_import_only_downhill, CLIENTS),
        (pure_rooms_touch_nothing, PACKAGE),
        (modules_say_what_they_are_for, PACKAGE),
        (files_and_functions_stay_small, PYTHON),
        (files_stay_small, CLIENTS),
        (names_say_something, PACKAGE),
        (no_test_sleeps, PYTHON),
        (limits_have_a_unit_and_a_reason, PACKAGE),
        (names_no_registry_and_no_machine, TEXTS),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_the_tree_keeps_the_rule(rule: Rule, sources: list[Source]):
    assert sources
    found = [f"{source.path}:{wrong}" for source in sources for wrong in rule(source)]
    assert not found, "\n".join(found)


def test_every_excuse_for_a_long_function_is_still_needed():
    long = {
        f"{source.path}:{node.name}"
        for source in PYTHON
        if any(excused.startswith(f"{source.path}:") for excused in LONG_FUNCTIONS)
        for node in functions(source)
        if length(node) > FUNCTION_LINES
    }
    assert LONG_FUNCTIONS.keys() <= long


# --- each rule can fail -----------------------------------------------------


def package(inside: str, text: str) -> Source:
    return Source(f"src/frontdesk/{inside}", text)


def client(inside: str, text: str) -> Source:
    return Source(f"clients/{inside}", text)


BROKEN = [
    (imports_only_downhill, package("desk/rooms.py", "from frontdesk.feed import ring")),
    (imports_only_downhill, package("feed/ring.py", "import frontdesk.engine.ports")),
    (imports_only_downhill, package("engine/desks.py", "from ..store import memory")),
    (imports_only_downhill, package("engine/desks.py", "def f():\n    import frontdesk.web")),
    (imports_only_downhill, package("store/memory.py", "from frontdesk.engine import desks")),
    (imports_only_downhill, package("store/memory.py", "from frontdesk.engine.clock import now")),
    (imports_only_downhill, package("store/sqlite/writer.py", "from ...bus import local")),
    (imports_only_downhill, package("bus/local.py", "from frontdesk import engine")),
    (imports_only_downhill, package("web/sse.py", "from frontdesk.store import memory")),
    (imports_only_downhill, package("web/sse.py", "import frontdesk.bus.local")),
    (imports_only_downhill, package("web/sse.py", "from frontdesk.cli import main")),
    (imports_only_downhill, package("engine/__init__.py", "from .. import store")),
    (imports_only_downhill, package("attic/x.py", "")),
    (clients_import_only_downhill, client("link/feed.ts", 'import { f } from "../model/f.ts";')),
    (clients_import_only_downhill, client("link/feed.ts", 'import ws from "ws";')),
    (clients_import_only_downhill, client("link/feed.ts", "export * from './../../src/x.ts';")),
    (clients_import_only_downhill, client("model/fold.ts", 'import "node:fs";')),
    (clients_import_only_downhill, client("widget/panel.ts", 'import { h } from "preact";')),
    (clients_import_only_downhill, client("wire/events.ts", 'const x = import("../link/x.ts");')),
    (files_stay_small, client("link/feed.ts", "\n" * (FILE_LINES + 1))),
    *(
        (pure_rooms_touch_nothing, package("desk/queue.py", f"import {name}"))
        for name in "time datetime random secrets uuid asyncio os io logging sqlite3 apsw".split()
    ),
    (pure_rooms_touch_nothing, package("feed/reader.py", "from time import monotonic")),
    (pure_rooms_touch_nothing, package("feed/reader.py", "def f():\n    import os.path")),
    (pure_rooms_touch_nothing, package("feed/reader.py", "open('x')")),
    (pure_rooms_touch_nothing, package("feed/reader.py", "print('x')")),
    (pure_rooms_touch_nothing, package("feed/reader.py", "async def f(): ...")),
    (pure_rooms_touch_nothing, package("feed/reader.py", "def f():\n    global x")),
    (modules_say_what_they_are_for, package("desk/queue.py", "x = 1")),
    (modules_say_what_they_are_for, package("desk/__init__.py", "")),
    (files_and_functions_stay_small, package("desk/queue.py", "\n" * (FILE_LINES + 1))),
    (
        files_and_functions_stay_small,
        package("desk/queue.py", "class Q:\n  async def f():\n" + "    x = 1\n" * FUNCTION_LINES),
    ),
    (names_say_something, package("engine/desk_manager.py", "")),
    (names_say_something, package("engine/utils/clock.py", "")),
    (names_say_something, package("engine/desks.py", "class BaseStore: ...")),
    (names_say_something, package("engine/desks.py", "class HTTPHelpers: ...")),
    (no_test_sleeps, Source("tests/desk/test_queue.py", "time.sleep(1)")),
    (no_test_sleeps, Source("tests/examples.py", "async def f():\n    await sleep(0)")),
    (limits_have_a_unit_and_a_reason, package("desk/limits.py", '"""X."""\n\nABSENCE_MS = 1')),
    (limits_have_a_unit_and_a_reason, package("desk/limits.py", "# Y.\nLEAST = 1\n\nMOST = 2")),
    (limits_have_a_unit_and_a_reason, package("desk/limits.py", "# Y.\nABSENCE_SECONDS = 1")),
    (limits_have_a_unit_and_a_reason, package("desk/limits.py", "# Y.\nBODY_KB: int = 1")),
    (names_no_registry_and_no_machine, Source("a.md", "from https://" + "pypi" + ".org/simple")),
    (names_no_registry_and_no_machine, Source("a.txt", "files.python" + "hosted.org")),
    (names_no_registry_and_no_machine, Source("a.json", "registry." + "npmjs" + ".org/x")),
    (names_no_registry_and_no_machine, Source("a.md", "in /" + "root/frontdesk")),
    (names_no_registry_and_no_machine, Source("a.md", "--find-links=/" + "opt/wheels")),
    (names_no_registry_and_no_machine, Source("a.md", "cd /" + "home/ana/desk")),
]


@pytest.mark.parametrize(("rule", "source"), BROKEN)
def test_a_break_of_the_rule_is_found(rule: Rule, source: Source):
    assert list(rule(source))


FINE = [
    (imports_only_downhill, package("store/memory.py", "from frontdesk.engine.ports import Store")),
    (imports_only_downhill, package("store/memory.py", "from ..engine import ports")),
    (imports_only_downhill, package("store/sqlite/writer.py", "from . import schema")),
    (imports_only_downhill, package("web/sse.py", "from frontdesk import __version__, engine")),
    (imports_only_downhill, package("desk/__init__.py", "from .queue import Queue")),
    (clients_import_only_downhill, client("link/feed.ts", 'import { X } from "../wire/x.ts";')),
    (clients_import_only_downhill, client("link/feed.ts", 'import { Y } from "./y.ts";')),
    (clients_import_only_downhill, client("tests/x.test.ts", 'import { test } from "node:test";')),
    (clients_import_only_downhill, client("console/x.tsx", 'import { render } from "preact";')),
    (pure_rooms_touch_nothing, package("desk/queue.py", "import msgspec\nimport enum")),
    (pure_rooms_touch_nothing, package("engine/clock.py", "import time")),
    (names_say_something, package("desk/database.py", "class Commonplace: ...")),
    (no_test_sleeps, Source("tests/e2e/test_serve.py", "time.sleep(1)")),
    (no_test_sleeps, Source("tests/simulation/people.py", "async def f():\n    await sleep(1)")),
    (limits_have_a_unit_and_a_reason, package("desk/limits.py", "# Why.\nABSENCE_MS = 1")),
    (limits_have_a_unit_and_a_reason, package("desk/limits.py", "# Why.\nLEAST = 1\nMOST = 2")),
    (names_no_registry_and_no_machine, Source("a.md", "art~/" + "work/x, a/" + "root/x, pypi")),
]


@pytest.mark.parametrize(("rule", "source"), FINE)
def test_what_keeps_the_rule_is_left_alone(rule: Rule, source: Source):
    assert not list(rule(source))
