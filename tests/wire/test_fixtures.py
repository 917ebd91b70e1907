import json
from typing import get_args

from msgspec.structs import fields

from frontdesk.desk.events import Fact
from frontdesk.desk.limits import BACKLOG
from tests.wire.fixtures import Json, files

FIXTURES: list[Json] = [one for text in files().values() for one in json.loads(text)]


def test_every_kind_of_viewer_and_of_fact_is_in_the_fixtures():
    viewers = {one["viewer"] for one in FIXTURES}
    told = {(event["type"], event.get("what")) for one in FIXTURES for event in one["events"]}

    assert viewers == {"guest", "agent", "monitor"}
    assert told == {
        (kind.__struct_config__.tag, {one.name: one.default for one in fields(kind)}.get("what"))
        for kind in get_args(Fact)
    }


def test_a_room_holds_more_than_a_view_in_some():
    rooms = [room for one in FIXTURES for room in one["after"]["rooms"]]

    assert any(room["more"] and len(room["messages"]) == BACKLOG for room in rooms)
