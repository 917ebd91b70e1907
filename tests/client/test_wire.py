"""The client says what the contract says: its tables are held to the documents in `wire/`."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from frontdesk.client.events import TYPES, Floor, Unknown, read
from frontdesk.client.paths import COMMANDS, KEYED
from frontdesk.client.socket import ENDS
from frontdesk.feed.hangups import ADVICE
from frontdesk.web.samples import sample

WIRE = Path(__file__).parents[2] / "wire"
SCHEMA = json.loads((WIRE / "schema.json").read_text())
OPENAPI = json.loads((WIRE / "openapi.json").read_text())
DESK = "/api/v1/desks/{desk}"
# Answers to commands, which are in no feed.
ANSWERS = {"success", "error"}
FORMS = [(kind, form) for kind, forms in SCHEMA["x-events"].items() for form in forms]


def properties(name: str) -> dict[str, Any]:
    """The keys of a command, by its name in `do`."""
    found: dict[str, Any] = SCHEMA["$defs"][SCHEMA["x-commands"][name]["$ref"][8:]]["properties"]
    return found


def test_every_event_of_the_contract_has_a_type():
    assert TYPES.keys() | {"floor"} == SCHEMA["x-events"].keys() - ANSWERS


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize(
    ("kind", "form"),
    [pytest.param(*one, id=one[1]["$ref"]) for one in FORMS if one[0] not in ANSWERS],
)
def test_every_key_of_every_event_is_read(kind, form, required):
    told = sample(form, SCHEMA["$defs"], required=required)

    event = read(told)

    assert not isinstance(event, Unknown)
    if isinstance(event, Floor):
        assert (event.what, event.fields) == (told["what"], told)
    else:
        assert type(event) is TYPES[kind]
        kept = msgspec.to_builtins(event) | {"type": kind}
        assert {name: kept[name] for name in told} == told


def test_what_is_new_is_unknown_and_breaks_nothing():
    message = {"type": "message", "room": "r", "user": "Ana", "body": "Hello", "sent": 1}

    assert read(message | {"colour": "red"}) == read(message)
    assert read({"type": "weather", "id": "e.1.1"}) == Unknown(
        id="e.1.1", type="weather", fields={"type": "weather", "id": "e.1.1"}
    )
    assert isinstance(read(message | {"sent": "noon"}), Unknown)
    assert not isinstance(read({"type": "end", "room": "r", "reason": "rain"}), Unknown)


def test_every_command_goes_where_the_contract_says():
    assert COMMANDS.keys() == SCHEMA["x-commands"].keys()
    for name, (method, pattern) in COMMANDS.items():
        assert method.lower() in OPENAPI["paths"][DESK + pattern], name
        assert (name in KEYED) == ("key" in properties(name) and name != "typing"), name


def test_a_command_is_put_into_its_path():
    path, rest = COMMANDS["transfer"].filled({"room": "a/b", "agent": "Jon"})

    assert (path, rest) == ("/transfer/a%2Fb", {"agent": "Jon"})


def test_every_close_code_is_known_with_its_advice():
    assert ENDS == {
        advice.code: (why.value, advice.come_back, advice.after_ms)
        for why, advice in ADVICE.items()
    }
