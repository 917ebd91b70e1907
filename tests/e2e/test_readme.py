"""The walk in README.md, done as it stands there, by bash and curl, against a fresh server.

A fence ```sh walk holds commands; the ```json fence behind it shows what they print. All of them
run in one shell, in order. What is printed must have the shape of what is shown: the same keys,
types and values, where ids, tokens and times are placeholders. A placeholder that is shown twice
stands for the same thing both times.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.e2e.server import FRONTDESK, environment, free_port, serving

README = Path(__file__).parents[2] / "README.md"
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Between the answers of two fences; no command prints it.
SEPARATOR = "\x1e"

PLACEHOLDERS = {"id", "room", "token"}
# On a second walk Ana is somebody else, with another name.
NAMES = {"user", "users", "agent"}
NUMBERS_THAT_VARY = {"sent", "since", "ticket", "wait"}
SEED = {
    "welcome": {"type"},
    "queuepos": {"type", "position", "wait"},
    "update": {"type", "users", "details"},
    "notification": {"type", "room", "user", "details"},
    "message": {"type", "room", "user", "body", "sent"},
    "status": {"type", "room", "user", "of", "is"},
}
# Facts have an id, the sender's own message its key; nothing else may be there.
ADDED = {"id", "key"}


class Step(NamedTuple):
    """What to type, and what is shown as the answer."""

    commands: str
    shown: Any


def steps(readme: str) -> list[Step]:
    """The walk.

    Raises:
        ValueError: a step is not followed by its answer, or that is no JSON.
    """
    fences = FENCE.findall(readme)
    found = []
    for at, (info, commands) in enumerate(fences):
        if info.strip() == "sh walk":
            kind, answer = fences[at + 1] if at + 1 < len(fences) else ("", "")
            if kind.strip() != "json":
                raise ValueError(f"no answer is shown to:\n{commands}")
            found.append(Step(commands, json.loads(answer)))
    return found


class Shape:
    """Compares what was printed with what is shown, and remembers what placeholders stand for."""

    def __init__(self, placeholders: Set[str] = PLACEHOLDERS) -> None:
        self._placeholders = placeholders
        self._stands_for: dict[str, str] = {}

    def differences(self, shown: Any, printed: Any, where: str = "$") -> Iterator[str]:
        """Where the two differ, in words."""
        name = where.rpartition(".")[2].partition("[")[0]
        if type(shown) is not type(printed):
            yield f"{where}: {shown!r} is shown, {printed!r} printed"
        elif isinstance(shown, dict):
            if list(shown) != list(printed):
                yield f"{where}: keys {list(shown)} are shown, {list(printed)} printed"
                return
            for key in shown:
                yield from self.differences(shown[key], printed[key], f"{where}.{key}")
        elif isinstance(shown, list):
            if len(shown) != len(printed):
                yield f"{where}: {len(shown)} are shown, printed are {printed}"
                return
            for number, (one, other) in enumerate(zip(shown, printed, strict=True)):
                yield from self.differences(one, other, f"{where}[{number}]")
        elif name in self._placeholders:
            if self._stands_for.setdefault(shown, printed) != printed:
                yield f"{where}: {shown} stood for {self._stands_for[shown]}, now for {printed}"
        elif name not in NUMBERS_THAT_VARY and shown != printed:
            yield f"{where}: {shown!r} is shown, {printed!r} printed"


def events_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every event of an answer."""
    for event in value if isinstance(value, list) else [value]:
        if isinstance(event, dict) and "type" in event:
            yield event


def without_presence(answer: Any) -> Any:
    """Who was there a moment ago still is, so a walk on the heels of another shows less of it."""
    if not isinstance(answer, list):
        return answer
    return [event for event in answer if event.get("what") != "presence"]


def typed(walk: list[Step], home: Path) -> list[str]:
    """Type all of it into one shell; what each step printed."""
    end = f"printf '%s' '{SEPARATOR}'\n"
    # Without `-e`, as in a terminal: what fails shows in the answers.
    script = "set -u\n" + end.join(step.commands for step in walk)
    before = sorted(home.iterdir())
    told = subprocess.run(
        ["bash", "-c", script],
        cwd=home,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert told.returncode == 0, f"{told.stdout}\n{told.stderr}"
    assert sorted(home.iterdir()) == before, "something was left in the checkout"
    return told.stdout.split(SEPARATOR)


def differing(walk: list[Step], printed: list[Any], shape: Shape) -> Iterator[str]:
    """Where what was printed differs from what is shown, in words, with the commands."""
    for step, answer in zip(walk, printed, strict=True):
        for difference in shape.differences(step.shown, answer):
            yield f"{difference}\n{step.commands}"


@pytest.mark.e2e
async def test_the_walk_prints_what_the_readme_shows_twice(tmp_path: Path):
    port = free_port()
    readme = README.read_text(encoding="utf-8").replace("127.0.0.1:8420", f"127.0.0.1:{port}")
    walk = steps(readme)
    # ./start sets up a checkout, which is done here already; all else is the program itself.
    start = tmp_path / "start"
    start.write_text(f'#!/bin/sh\nexec {" ".join(FRONTDESK)} "$@"\n')
    start.chmod(0o755)
    async with serving(tmp_path, port=port, data=tmp_path / ".local/share/frontdesk"):
        printed = [json.loads(answer) for answer in typed(walk, tmp_path)]
        again = [json.loads(answer) for answer in typed(walk, tmp_path)]

    assert not list(differing(walk, printed, Shape()))
    shown = [Step(step.commands, without_presence(step.shown)) for step in walk]
    printed_again = [without_presence(answer) for answer in again]
    assert not list(differing(shown, printed_again, Shape(PLACEHOLDERS | NAMES)))
    assert len(walk) >= 8
    seen = [event for answer in printed for event in events_in(answer)]
    assert SEED.keys() <= {event["type"] for event in seen}
    for event in seen:
        if event["type"] in SEED:
            assert event.keys() - ADDED == SEED[event["type"]], event


# --- the comparison can fail ------------------------------------------------------------------

SHOWN = {"type": "message", "room": "r1", "sent": 7, "id": "e.1.1", "more": [True]}


@pytest.mark.parametrize(
    "printed",
    [
        SHOWN | {"type": "status"},
        SHOWN | {"sent": "7"},
        SHOWN | {"more": [False]},
        SHOWN | {"more": []},
        SHOWN | {"more": [1]},
        SHOWN | {"new": 1},
        {name: value for name, value in SHOWN.items() if name != "sent"},
        [SHOWN],
    ],
)
def test_another_shape_is_found(printed: object):
    assert list(Shape().differences(SHOWN, printed))


def test_a_placeholder_stands_for_one_thing():
    shape = Shape()

    assert not list(shape.differences(SHOWN, SHOWN | {"room": "r2", "sent": 8, "id": "f.5.1"}))
    assert list(shape.differences(SHOWN, SHOWN | {"room": "r3", "id": "f.5.1"}))


def test_a_step_without_an_answer_is_refused():
    with pytest.raises(ValueError, match="no answer"):
        steps("```sh walk\ntrue\n```\n\n```sh\nfalse\n```\n")
