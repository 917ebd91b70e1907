"""The documents of the feed and of the wire: whole, valid, and true to what is sent."""

import json
import re
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, ValidationError, meta

from frontdesk.desk.audience import HEARERS
from frontdesk.desk.events import EVENT_TYPES, Success
from frontdesk.web import asyncapi, wire
from frontdesk.web.exchange import Asker
from frontdesk.web.operations import row
from frontdesk.web.routes import routes
from frontdesk.web.samples import sample
from frontdesk.web.schemas import HEARD_BY, feed_types
from tests.web.conformance import answered_as

ROWS = tuple(row(route) for route in routes())
SCHEMA = wire.schema(ROWS)
FEED = asyncapi.document()
WIRE = Draft202012Validator(SCHEMA)


def resolves(document: dict[str, Any]) -> bool:
    """Whether every `$ref` leads somewhere."""
    for ref in re.findall(r'"\$ref": "#/([^"]*)"', json.dumps(document)):
        place: Any = document
        for step in ref.split("/"):
            if step not in place:
                return False
            place = place[step]
    return True


def test_the_schema_is_one():
    meta.validate(SCHEMA)
    assert resolves(SCHEMA)


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_event_is_in_the_schema_by_its_type_and_is_told_from_all_others(kind: Any):
    refs = SCHEMA["x-events"][kind.__struct_config__.tag]
    assert {"$ref": f"#/$defs/{kind.__name__}"} in refs

    event = sample(SCHEMA["$defs"][kind.__name__], SCHEMA["$defs"])

    WIRE.validate(event)
    with pytest.raises(ValidationError):
        WIRE.validate({**event, "type": "secrets"})


@pytest.mark.parametrize("do", SCHEMA["x-commands"])
def test_every_command_is_in_the_schema_by_what_it_does(do: str):
    command = SCHEMA["$defs"][SCHEMA["x-commands"][do]["$ref"].rpartition("/")[2]]
    frame = sample(command, SCHEMA["$defs"], required=True)

    assert frame["do"] == do
    WIRE.validate(frame)
    WIRE.validate({**frame, "ref": "1"})
    with pytest.raises(ValidationError):
        WIRE.validate({**frame, "surprise": 1})


@pytest.mark.parametrize("do", SCHEMA["x-answers"])
def test_every_command_has_an_answer_in_the_schema(do: str):
    form = SCHEMA["$defs"][SCHEMA["x-answers"][do]["$ref"].rpartition("/")[2]]
    form = form if "type" in form else SCHEMA["$defs"][form["allOf"][0]["$ref"].rpartition("/")[2]]
    answer = sample(form, SCHEMA["$defs"], required=True)

    answered_as(do).validate({**answer, "ref": "1"})
    for wrong in ({**answer, "ref": 1}, {**answer, "type": "welcome"}, {"ref": "1"}):
        with pytest.raises(ValidationError):
            answered_as(do).validate(wrong)


def test_every_command_is_answered():
    assert SCHEMA["x-answers"].keys() == SCHEMA["x-commands"].keys()


def test_every_route_of_a_desk_for_somebody_known_is_a_command_under_a_name_of_its_own():
    routes_of_people = [
        one for one in ROWS if "{desk}" in one.path and one.asker is not Asker.ANYONE
    ]

    assert list(wire.named_commands(ROWS).values()) == routes_of_people
    assert SCHEMA["x-commands"].keys() == wire.named_commands(ROWS).keys()
    # Written out again: clients send these.
    assert {"queue", "leave_queue", "find", "export", "erase"} <= SCHEMA["x-commands"].keys()


def test_the_document_of_the_feed_holds_together():
    assert resolves(FEED)
    assert FEED["asyncapi"] == "3.0.0"
    for schema in FEED["components"]["schemas"].values():
        meta.validate({**schema, "$schema": "http://json-schema.org/draft-07/schema#"})


def test_a_reference_into_nothing_is_noticed():
    assert not resolves({**FEED, "channels": {}})


def test_every_event_is_a_message_and_says_who_hears_it():
    messages = FEED["components"]["messages"]

    heard = [kind for kind in EVENT_TYPES if kind is not Success]
    assert messages.keys() == {kind.__name__ for kind in heard} | {"Answer", "Hello", "Command"}
    for kind in heard:
        assert set(messages[kind.__name__]["x-heard-by"]) == {
            HEARD_BY[one] for one in HEARERS[kind]
        }


def test_every_line_is_one_that_is_served():
    paths = {one.path for one in ROWS} | {"/api/v1/desks/{desk}/socket"}

    assert FEED["channels"].keys() == {"listen", "events", "socket"}
    for channel in FEED["channels"].values():
        assert channel["address"] in paths


def test_the_long_poll_carries_all_but_the_answers_to_commands():
    names = {kind.__name__ for kind in feed_types()}

    assert FEED["channels"]["listen"]["messages"].keys() == names
    frames = {"Answer", "Error", "Hello", "Command"}
    assert FEED["channels"]["socket"]["messages"].keys() == names | frames


def test_the_documents_name_no_machine():
    text = json.dumps([FEED, {**SCHEMA, "$schema": ""}])

    assert "://" not in text
