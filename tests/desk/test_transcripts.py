"""docs/transcripts.md says what each viewer hears of each action, and it is so.

The page is the expectation; `scenes.py` says by which commands each of its sections comes about. A
section that is wrong fails with the table as it is now, to be read and judged before it is pasted.
"""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec.structs import replace

from frontdesk.desk.commands import Command, Tick
from frontdesk.desk.entries import KINDS, MessagePosted
from frontdesk.desk.events import Fact, Joined, PastMessage, Transferred
from frontdesk.feed.kept import lines
from frontdesk.feed.position import Place, Position, after_entry
from tests import examples as eg
from tests.desk.scenes import SCENES, VIEWERS, Scene, desk_before, may_listen
from tests.desk.story import After, given, log, marks_of, ring_of, then

PAGE = Path(__file__).parents[2] / "docs" / "transcripts.md"

HEARS = "•"

# A row of a table: the event as JSON, and who hears it.
Row = tuple[str, tuple[str, ...]]


def played(scene: Scene) -> list[Row]:
    """What happens in the scene, event by event, with those who hear it."""
    desk, now_ms = desk_before(scene)
    kept = log(desk, *scene.now, at_ms=now_ms)
    ring = ring_of(desk, kept)
    heard: dict[Place, list[str]] = {}
    after = then(desk, *scene.now, at_ms=now_ms)
    for viewer in VIEWERS:
        if not may_listen(desk, viewer) or not may_listen(after, viewer):
            continue
        if desk.knows(viewer.id) and not after.knows(viewer.id):
            continue  # The session is over with what says so.
        marks = marks_of(viewer.id, isinstance(viewer, eg.Agent))
        found = ring.since(after_entry(desk.offset), viewer.id, marks, limit=999)
        assert isinstance(found, list)
        for line in found:
            heard.setdefault(line.place, []).append(viewer.user)
    return [
        (written(line.event, scene), tuple(heard.get(line.place, ())))
        for one in kept
        for line in lines(one)
    ]


def written(event: Fact, scene: Scene) -> str:
    """The event as JSON, with the backlog that the engine puts in for an agent."""
    if isinstance(event, Joined | Transferred) and event.more is not None:
        told = tuple(
            PastMessage(
                str(Position(eg.EPOCH, Place(kept.offset, 1))),
                kept.entry.room,
                kept.entry.author.user,
                kept.entry.text.body,
                kept.entry.at_ms // 1000,
            )
            for kept in log(given(), *scene.before)
            if isinstance(kept.entry, MessagePosted) and kept.entry.room == event.room
        )
        event = replace(event, backlog=told, more=False)
    return msgspec.json.encode(event).decode()


def table(rows: list[Row]) -> str:
    """The rows as the page writes them."""
    users = [viewer.user for viewer in VIEWERS]
    out = [f"| event | {' | '.join(users)} |", f"| --- |{' :-: |' * len(users)}"]
    for event, hearers in rows:
        cells = [HEARS if user in hearers else "" for user in users]
        out.append(f"| `{event}` | {' | '.join(cells)} |".replace("  ", " "))
    return "\n".join(out)


def sections() -> dict[str, list[Row]]:
    """What the page says, by headline."""
    found = {}
    for part in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, text = part.partition("\n")
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in text.splitlines()
            if line.startswith("|")
        ]
        users = rows[0][1:] if rows else []
        found[title.strip()] = [
            (
                cells[0].strip("`"),
                tuple(user for user, cell in zip(users, cells[1:], strict=True) if cell == HEARS),
            )
            for cells in rows[2:]
        ]
    return found


def test_the_page_and_the_scenes_have_the_same_headlines_in_the_same_order():
    assert list(sections()) == list(SCENES)


@pytest.mark.parametrize("title", SCENES)
def test_everybody_hears_what_the_page_says(title: str):
    rows = played(SCENES[title])

    assert sections()[title] == rows, f"\n{table(rows)}"


def test_every_command_has_a_transcript():
    # Time that passes is a `Tick`.
    shown = {
        Tick if isinstance(step, After) else type(step)
        for scene in SCENES.values()
        for step in scene.now
    }
    assert shown == set(get_args(Command))


def test_every_entry_has_a_transcript():
    shown = set()
    for scene in SCENES.values():
        desk, now_ms = desk_before(scene)
        shown |= {type(kept.entry) for kept in log(desk, *scene.now, at_ms=now_ms)}
    assert shown == {entry for entry, _ in KINDS.values()}
