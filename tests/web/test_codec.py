from typing import Literal, get_type_hints

import pytest
from msgspec.structs import fields

from frontdesk.desk.audience import person_mark
from frontdesk.desk.events import Left, Message, QueuePos, Typing, Welcome
from frontdesk.desk.ids import PersonId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.feed.kept import Line
from frontdesk.feed.position import Place, Position
from frontdesk.feed.reader import Served
from frontdesk.web import bodies as b
from frontdesk.web.bodies import WANTED
from frontdesk.web.codec import answer_to_poll, array, decode, encode, line_for, spliced
from frontdesk.web.routes import routes
from tests import examples as eg

HELLO = Message("r1", "Ana", "Hello", 1_700_000_000)


def refused(body: bytes, form: type[b.Body]) -> Refused:
    """How this body is refused."""
    with pytest.raises(Refused) as caught:
        decode(body, form)
    assert caught.value.reason is Reason.MALFORMED
    return caught.value


def where(body: bytes, form: type[b.Body]) -> str:
    """The path with which this body is refused."""
    return refused(body, form).where


def line(author: str = eg.ANA.id, key: str = "") -> Line:
    return Line(Place(7, 1), person_mark(eg.BEN.id), HELLO, PersonId(author), key)


@pytest.mark.parametrize(
    ("body", "form", "path"),
    [
        (b"{", b.NoBody, "$"),
        (b" ", b.NoBody, "$"),
        (b"{} {}", b.NoBody, "$"),
        (b"null", b.NoBody, "$"),
        (b"[]", b.NoBody, "$"),
        (b'"{}"', b.NoBody, "$"),
        (b"\xef\xbb\xbf{}", b.NoBody, "$"),
        (b"{'key': 1}", b.NoBody, "$"),
        (b'{"x": 1}', b.NoBody, "$.x"),
        (b'{"__class__": "x"}', b.NoBody, "$.__class__"),
        (b'{"body": "\xff"}', b.MessageBody, "$"),
        (b'{"\xff": 1}', b.MessageBody, "$"),
        (b'{"body": "\\ud800"}', b.MessageBody, "$"),
        (b'{"body": "a\nb"}', b.MessageBody, "$"),
        (b'{"body": NaN}', b.MessageBody, "$"),
        (b'{"body": {"$ne": null}}', b.MessageBody, "$.body"),
        (b'{"Body": "a"}', b.MessageBody, "$.Body"),
        (b'{"state": "true"}', b.TypingBody, "$.state"),
        (b'{"state": 1}', b.TypingBody, "$.state"),
        (b'{"limit": 1e400}', b.LimitBody, "$.limit"),
        (b'{"limit": 1e1}', b.LimitBody, "$.limit"),
        (b'{"limit": 01}', b.LimitBody, "$"),
        (b'{"limit": ' + b"9" * 5_000 + b"}", b.LimitBody, "$.limit"),
        (b'{"limit": Infinity}', b.LimitBody, "$"),
        (b'{"username": "a", "password": true}', b.SignInBody, "$.password"),
        (b'{"username": "a", "question": "q", "info": {"": ""}}', b.IdentifyBody, "$.info"),
        (b'{"username": "a", "question": "q", "info": {"a": 1}}', b.IdentifyBody, "$.info[...]"),
    ],
)
def test_a_bad_body_is_refused_with_the_path_that_is_wrong(
    body: bytes, form: type[b.Body], path: str
):
    assert where(body, form) == path


@pytest.mark.parametrize(
    ("body", "form", "detail"),
    [
        (b"{", b.NoBody, "Input data was truncated."),
        (b"{} {}", b.NoBody, "JSON is malformed: trailing characters (byte 4)."),
        (b"[" * 30_000, b.MessageBody, "Expected `object`, got `array`."),
        (b'{"body":{"x":' + b"[" * 30_000, b.MessageBody, "Expected `str`, got `object`."),
        (b'{"body": "\xff"}', b.MessageBody, "The body is not UTF-8."),
        (b'{"zzz": 1}', b.NoBody, "Object contains unknown field `zzz`."),
        (b'{"status": "away", "state": 1}', b.StatusBody, "Object contains unknown field `state`."),
        (b'{"status": 1}', b.NoBody, "Object contains unknown field `status`."),
        (b"{}", b.MessageBody, "Object missing required field `body`."),
        (b'{"limit": 11}', b.LimitBody, "Expected `int` <= 10."),
        (b'{"limit": 1e400}', b.LimitBody, "Number out of range."),
        (b'{"status": "busy"}', b.StatusBody, "A status is `available` or `away`."),
        (b"{}", b.StatusBody, "A status is `available` or `away`."),
        (b'{"key": "x"}', b.NoBody, "A key is 16 to 64 printable characters of ASCII."),
        (b'{"key": "with a space in it"}', b.NoBody, WANTED["$.key"]),
    ],
)
def test_a_bad_body_is_told_what_would_be_right(body: bytes, form: type[b.Body], detail: str):
    assert refused(body, form).detail == detail


def test_a_body_that_nests_too_deep_for_us_is_told_so():
    class Anything(b.Body, frozen=True, kw_only=True):
        body: object

    deep = b'{"body":' + b"[" * 30_000 + b"]" * 30_000 + b"}"

    assert refused(deep, Anything).detail == "The body is nested too deep."


def test_a_value_of_a_closed_list_is_not_repeated_also_where_nobody_said_what_is_wanted():
    class Colour(b.Body, frozen=True, kw_only=True):
        colour: Literal["red", "blue"]

    caught = refused(b'{"colour": "secret"}', Colour)

    assert (caught.where, caught.detail) == (
        "$.colour",
        "This is none of the values that it takes.",
    )


def test_what_is_wanted_is_said_of_every_closed_list_that_a_body_has():
    for form in {route.body for route in routes()}:
        for field in fields(form):
            closed = "Literal" in str(get_type_hints(form)[field.name])
            assert not closed or f"$.{field.encode_name}" in WANTED


def test_a_long_name_of_a_field_is_not_repeated_to_its_end():
    caught = refused(b'{"%s": 1}' % (b"x" * 60_000), b.NoBody)

    assert caught.where == "$." + "x" * 117 + "…"
    assert len(caught.detail) <= 121


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 30_000,
        b"[" * 30_000 + b"]" * 30_000,
        b'{"body":' * 8_000,
        b'{"body":{"x":' + b"[" * 30_000 + b"]" * 30_000 + b"}}",
    ],
)
def test_a_deeply_nested_body_is_refused_like_any_other(body: bytes):
    assert where(body, b.MessageBody) in ("$", "$.body")


def test_no_body_is_an_empty_object():
    assert decode(b"", b.AssistBody) == b.AssistBody()


@pytest.mark.parametrize(
    ("body", "form", "path"),
    [
        (b'{"limit": 1, "limit": 2}', b.LimitBody, "$.limit"),
        (b'{"limit": 2, "limit": 2}', b.LimitBody, "$.limit"),
        (b'{"limit": 1, "l\\u0069mit": 2}', b.LimitBody, "$.limit"),
        (b'{"key": null, "key": null}', b.NoBody, "$.key"),
        (
            b'{"username":"a","question":"q","info":{"os":"x","os":"y"}}',
            b.IdentifyBody,
            "$.info.os",
        ),
        (b'{"username":"a","question":"q","info":{},"info":{}}', b.IdentifyBody, "$.info"),
    ],
)
def test_a_name_that_stands_twice_is_refused_wherever_it_is(
    body: bytes, form: type[b.Body], path: str
):
    caught = refused(body, form)

    assert (caught.where, caught.detail) == (path, "It may stand there once.")


def test_a_place_on_the_own_message_and_on_no_other():
    mine = line_for(line(key=eg.KEY), eg.EPOCH, eg.ANA.id)
    theirs = line_for(line(key=eg.KEY), eg.EPOCH, eg.BEN.id)

    start = (
        b'{"type":"message","room":"r1","user":"Ana","body":"Hello","sent":1700000000,'
        b'"id":"00e0c0de.7.1"'
    )
    assert mine == start + b',"key":"' + eg.KEY.encode() + b'"}'
    assert theirs == start + b"}"


def test_the_own_key_does_not_stay_in_what_is_kept_for_others():
    shared = line(key=eg.KEY)

    assert eg.KEY.encode() in line_for(shared, eg.EPOCH, eg.ANA.id)
    assert eg.KEY.encode() not in line_for(shared, eg.EPOCH, eg.BEN.id)


def test_keys_are_added_behind_the_others_and_to_an_empty_object():
    assert spliced(b"{}", id="x") == b'{"id":"x"}'
    assert spliced(b'{"a":1}', replayed=True) == b'{"a":1,"replayed":true}'
    assert spliced(b"{}", id='"}<') == b'{"id":"\\"}<"}'


def test_a_poll_with_facts_alone_ends_in_the_last_of_them():
    served = Served((line(),), (), Position(eg.EPOCH, Place(9, 0)))

    assert answer_to_poll(served, eg.BEN.id) == b"[" + line_for(line(), eg.EPOCH, eg.BEN.id) + b"]"


def test_a_poll_with_nothing_says_how_far_it_looked():
    served = Served((), (), Position(eg.EPOCH, Place(9, 0)))

    assert answer_to_poll(served, eg.BEN.id) == b'[{"type":"noop","id":"00e0c0de.9.0"}]'


def test_a_poll_with_signals_ends_in_an_id_that_carries_their_version():
    typing = Typing("r1", "Ana", "typing", True)
    served = Served((line(),), (QueuePos(1, 20), typing), Position(eg.EPOCH, Place(9, 0), 77))

    assert answer_to_poll(served, eg.BEN.id) == (
        b"["
        + line_for(line(), eg.EPOCH, eg.BEN.id)
        + b',{"type":"queuepos","position":1,"wait":20}'
        + b',{"type":"status","room":"r1","user":"Ana","of":"typing","is":true}'
        + b',{"type":"noop","id":"00e0c0de.9.0.77"}]'
    )


def test_the_keys_of_an_event_stand_in_the_order_of_the_contract():
    assert array([Welcome()]) == b'[{"type":"welcome"}]'
    assert encode(Left("r1")) == b'{"type":"left","room":"r1"}'
