"""The six event types that never change, and the form of our own."""

import json
from typing import get_args

import msgspec
import pytest

from frontdesk.desk import events as ev
from frontdesk.desk.events import EVENT_TYPES, Event

# The six, as the document that fixes them writes them: keys, JSON types and closed lists.
SIX = [
    (
        ev.Notification("r", "Ida", "joined"),
        {"type": "notification", "room": "r", "user": "Ida", "details": "joined"},
    ),
    (
        ev.Message("r", "Ida", "*hi*", 1_284_455_555),
        {"type": "message", "room": "r", "user": "Ida", "body": "*hi*", "sent": 1_284_455_555},
    ),
    (
        ev.Typing("r", "Ida", "typing", True),
        {"type": "status", "room": "r", "user": "Ida", "of": "typing", "is": True},
    ),
    (
        ev.Availability("", "Ida", "availability", "away"),
        {"type": "status", "room": "", "user": "Ida", "of": "availability", "is": "away"},
    ),
    (
        ev.Update(("Ana", "Ida"), "assigned"),
        {"type": "update", "users": ["Ana", "Ida"], "details": "assigned"},
    ),
    (ev.Welcome(), {"type": "welcome"}),
    (ev.QueuePos(0, 42), {"type": "queuepos", "position": 0, "wait": 42}),
]


@pytest.mark.parametrize(("event", "form"), SIX)
def test_the_six_event_types_keep_their_form(event: Event, form: dict[str, object]):
    assert json.loads(msgspec.json.encode(event)) == form


@pytest.mark.parametrize(
    ("event", "form"),
    [
        (ev.Joined("r", "Help!", agent="Ida"), {"room": "r", "topic": "Help!", "agent": "Ida"}),
        (ev.FloorPerson("Ida", None), {"what": "person", "user": "Ida", "agent": None}),
        (ev.Success("room ended", "end"), {"success": "room ended", "code": "end"}),
        (ev.Error("No.", "not_found"), {"error": "No.", "code": "not_found"}),
    ],
)
def test_what_is_not_said_is_left_out(event: Event, form: dict[str, object]):
    found = json.loads(msgspec.json.encode(event))
    del found["type"]

    assert found == form


def test_every_event_type_is_listed():
    assert set(EVENT_TYPES) == set(get_args(Event))
    assert set(get_args(ev.Fact)) < set(EVENT_TYPES)


def test_every_event_says_its_type():
    for event in EVENT_TYPES:
        assert event.__struct_config__.tag_field == "type"
        assert event.__struct_config__.tag


def test_a_type_that_several_structs_share_is_told_apart_by_a_second_key():
    second = {"status": "of", "floor": "what"}
    for event in EVENT_TYPES:
        tag = event.__struct_config__.tag
        sharing = [one for one in EVENT_TYPES if one.__struct_config__.tag == tag]
        if len(sharing) > 1:
            at = {one.__struct_fields__.index(second[str(tag)]) for one in sharing}
            values = {get_args(one.__annotations__[second[str(tag)]])[0] for one in sharing}
            assert len(values) == len(sharing), at
