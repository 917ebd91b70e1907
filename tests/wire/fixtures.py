"""The files in `wire/fixtures/`: a view and the events that are heard from there give a view.

For guests, agents and monitors: what each hears of every scene of docs/transcripts.md, and of long
days in which anything happens. They come from the desk itself, so that a client in another
language can show that it folds as the server does. Signals are in no view.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from frontdesk.desk import events as ev
from frontdesk.desk.commands import ChangePerson, Post
from frontdesk.desk.entries import MessagePosted
from frontdesk.desk.fold import fold
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import BACKLOG
from frontdesk.desk.state import State
from frontdesk.desk.view import Tail, View, rooms_of, view
from frontdesk.feed.kept import Kept, Line
from frontdesk.feed.position import Place, after_entry
from frontdesk.feed.ring import Gap
from frontdesk.web.codec import id_of, line_for
from tests import examples as eg
from tests.desk.scenes import SCENES, Scene, desk_before, may_listen
from tests.desk.story import given, log, marks_of, ring_of, then
from tests.desk.test_desk_model import DeskModel

Json = dict[str, Any]

# One of each kind of viewer.
SEEN_BY = (eg.ANA, eg.IDA, eg.MIA)

# Each has fifty steps to begin with, and as many in its fixtures.
WALKS = range(1, 13)
# Of these, those at whose end there is much to read.
TALKATIVE = {2, 5}


def files() -> dict[str, str]:
    """The files by name: one fixture a line, so that a change shows as itself."""
    return {"scenes.json": _written(_scenes()), "days.json": _written(_days())}


def _written(fixtures: Iterator[Json]) -> str:
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in fixtures)
    return "[\n" + ",\n".join(lines) + "\n]\n"


# --- scenes -----------------------------------------------------------------------------------


def _scenes() -> Iterator[Json]:
    for title, scene in SCENES.items():
        for viewer in SEEN_BY:
            fixture = _seen(title, scene, viewer)
            if fixture is not None and fixture["events"]:
                yield fixture


def _seen(title: str, scene: Scene, viewer: eg.Guest | eg.Agent) -> Json | None:
    """What becomes of this viewer's view; None if they see nothing before or after."""
    before, now_ms = desk_before(scene)
    kept = log(before, *scene.now, at_ms=now_ms)
    after = then(before, *scene.now, at_ms=now_ms)
    for desk in (before, after):
        if not desk.knows(viewer.id) or not may_listen(desk, viewer):
            return None
    texts = [one for one in (*log(given(), *scene.before), *kept) if _is_text(one)]
    ring = ring_of(before, kept)
    marks = marks_of(viewer.id, viewer.id in before.agents)
    heard = ring.since(after_entry(before.offset), viewer.id, marks, limit=9_999)
    assert not isinstance(heard, Gap)

    def tail(room: RoomId, end: Place) -> Tail:
        told = tuple(
            _past(one) for one in texts if _text(one).room == room and one.offset < end.offset
        )
        return told[-BACKLOG:], len(told) > BACKLOG

    def seen(desk: State) -> View:
        rooms = rooms_of(desk, viewer.id)
        end = after_entry(desk.offset)
        return view(desk, viewer.id, {room: tail(room, end) for room in rooms})

    for line in heard:
        _fill(line, tail(RoomId(getattr(line.event, "room", "")), line.place))
    return _fixture(title, viewer.id, seen(before), heard, seen(after))


def _is_text(kept: Kept) -> bool:
    return isinstance(kept.entry, MessagePosted)


def _text(kept: Kept) -> MessagePosted:
    assert isinstance(kept.entry, MessagePosted)
    return kept.entry


def _past(kept: Kept) -> ev.PastMessage:
    entry, id = _text(kept), id_of(eg.EPOCH, Place(kept.offset, 1))
    sent = entry.at_ms // 1000
    return ev.PastMessage(id, entry.room, entry.author.user, entry.text.body, sent)


# --- days -------------------------------------------------------------------------------------


def _days() -> Iterator[Json]:
    for seed in WALKS:
        chance = Random(seed)
        day = DeskModel()
        day.open_the_desk(chance.getrandbits(32))
        # Roles are among what has happened so far.
        day.administer(ChangePerson(eg.MIA.user, "monitor", False, "all"))
        began = dict(day.views)
        day.busy_while(chance.getrandbits(32))
        if seed in TALKATIVE:
            _talk(day)
        present = [person for person in day.viewers() if person in began]
        guests = [person for person in present if person in day.desk.guests]
        for person in (*guests[:2], eg.IDA.id, eg.MIA.id):
            if person not in present:
                continue
            before, place = began[person]
            heard = day.heard(person, place)
            for line in heard:
                _fill(line, day.tail(RoomId(getattr(line.event, "room", "")), line.place))
            yield _fixture(f"day {seed}", person, before, heard, day.seen(person))


def _talk(day: DeskModel) -> None:
    """More is written in every room than a view holds."""
    rooms = [room for room in day.desk.rooms.values() if room.speakers]
    for room in rooms:
        for _ in range(BACKLOG + 1):
            day.carry_out(Post(room.speakers[0], room.id, eg.THANKS), look=False)


# --- both -------------------------------------------------------------------------------------


def _fill(line: Line, tail: Tail) -> None:
    """Put in the backlog, as the engine does when the event is written out."""
    if isinstance(line.event, ev.Joined | ev.Transferred) and line.event.more is not None:
        line.event = replace(line.event, backlog=tail[0], more=tail[1])


def _fixture(name: str, person: PersonId, before: View, heard: list[Line], after: View) -> Json:
    now = before
    for line in heard:
        now = fold(now, line.event, id_of(eg.EPOCH, line.place))
    assert now == after, f"{name}: the desk's own fold differs"
    return {
        "name": name,
        "viewer": before.me.role,
        "before": msgspec.to_builtins(before),
        "events": [json.loads(line_for(line, eg.EPOCH, person)) for line in heard],
        "after": msgspec.to_builtins(after),
    }
