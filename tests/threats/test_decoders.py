"""Whatever comes in from outside, or is found in the file, is read or refused; nothing else."""

import json
import os
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.config import SETTINGS, BadSetting, Config, load
from frontdesk.desk.checkpoint import dump
from frontdesk.desk.entries import KINDS
from frontdesk.desk.ids import MAIN
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State
from frontdesk.engine.ports import Broken
from frontdesk.feed.position import Position, parse
from frontdesk.store import codec
from frontdesk.store.upgrades import TooNew
from frontdesk.web import bodies as b
from frontdesk.web.bounds import Bounds
from frontdesk.web.codec import decode
from frontdesk.web.crowd import Crowd
from frontdesk.web.exchange import check_json, key_of
from frontdesk.web.failures import refusal
from frontdesk.web.identity import _token, check_origin, check_secure, hash_of
from frontdesk.web.queries import decode_query
from frontdesk.web.routes import routes
from frontdesk.web.text import clean_value
from tests import examples as floor
from tests.contracts import stories as eg
from tests.desk.story import given as desk_given
from tests.web.front import ERROR_CHARS_MOST

QUERIES = sorted({route.query for route in routes()}, key=lambda form: form.__name__)
FORMS = sorted({route.body for route in routes()}, key=lambda form: form.__name__)

# What a decoder trips over, if over anything.
SCRAPS = st.sampled_from(
    [
        *(
            '{"',
            '":',
            "null",
            "true",
            "NaN",
            "1e400",
            "-0",
            "9" * 400,
            "\\ud800",
            "\\u0000",
            "[" * 99,
        ),
        *(
            '"$ne"',
            '{"$ne":null}',
            "[[]]",
            "\x00",
            "\x7f",
            "\ufeff",
            "\ud7ff",
            "\U0010ffff",
            "{}",
            ",",
        ),
    ]
).map(lambda scrap: scrap.encode())
NAMES = sorted({field for form in FORMS for field in form.__struct_encode_fields__})
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.text(max_size=70),
        st.sampled_from(["available", "speaker", "0123456789abcdef", "Ana"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)


def tried(no: type[Exception], work: Callable[..., Any], *given: object) -> Any:
    """What comes of it: a value, or a refusal of that kind. Anything else goes through."""
    try:
        return work(*given)
    except no as refused:
        return refused


def mangled(valid: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """These bytes with a piece taken out and another put in."""

    def cut(source: bytes, at: int, length: int, piece: bytes) -> bytes:
        at %= len(source) + 1
        return source[:at] + piece + source[at + length :]

    places, lengths = st.integers(0, 10_000), st.integers(0, 9)
    pieces = st.one_of(SCRAPS, st.binary(max_size=4))
    return st.builds(cut, st.sampled_from(valid), places, lengths, pieces)


JSON = OBJECTS.map(lambda value: json.dumps(value).encode())
BODIES = st.one_of(
    st.binary(max_size=40),
    JSON,
    st.lists(SCRAPS, max_size=6).map(b"".join),
    mangled([b'{"username":"Ana","question":"q","info":{"os":"x"},"key":"0123456789abcdef"}']),
    mangled([b'{"body":"Hello","agent":"Ida","limit":3,"state":true,"as":"watcher"}']),
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@given(raw=BODIES)
def test_a_body_is_of_its_form_or_malformed(form: type[b.Body], raw: bytes):
    body = tried(Refused, decode, raw, form)

    if isinstance(body, Refused):
        assert body.reason is Reason.MALFORMED
        assert body.where.startswith("$")
        assert len(body.sentence) < ERROR_CHARS_MOST
        assert refusal(body).status == 400
    else:
        assert type(body) is form
        assert isinstance(json.loads(raw or b"{}"), dict)


HEADERS = st.one_of(
    st.binary(max_size=40),
    mangled(
        [
            b"Bearer fdg_0123456789abcdef",
            b"a=b; frontdesk=fds_0123; c",
            b"https://chat.example.org:8443",
            b"application/json; charset=utf-8",
            b"0123456789abcdef0123456789abcdef",
            b"[::1]:80",
        ]
    ),
)
HEADERS_REFUSED = {Reason.WRONG_ORIGIN, Reason.INSECURE_CONNECTION, Reason.MALFORMED}
NAMED = st.sampled_from(
    "authorization cookie origin host sec-fetch-site content-type idempotency-key".split()
).map(str.encode)


@settings(max_examples=settings().max_examples * 2)
@given(
    headers=st.lists(st.tuples(NAMED, HEADERS), max_size=5),
    scheme=st.sampled_from(["http", "https"]),
    client=st.sampled_from([None, ("127.0.0.1", 1), ("fe80::1%eth0", 1), ("nonsense", 0)]),
)
def test_headers_are_understood_or_refused(
    headers: list[tuple[bytes, bytes]], scheme: str, client: tuple[str, int] | None
):
    scope = {"headers": headers, "scheme": scheme, "client": client, "method": "POST"}

    token, by_cookie = _token(scope)
    assert token is None or len(hash_of(token)) == 32
    assert not (by_cookie and b"bearer " in dict(headers).get(b"authorization", b"")[:7].lower())
    no_body = b.NoBody()
    for check in (check_origin, check_secure, check_json, lambda one: key_of(one, no_body)):
        said = tried(Refused, check, scope)
        if isinstance(said, Refused):
            assert said.reason in HEADERS_REFUSED
    Crowd(Bounds(proxies=())).neighbourhood(client)


@settings(max_examples=settings().max_examples * 2)
@given(
    raw=st.one_of(st.binary(max_size=60), mangled([b"since=00e0c0de.7.1&wait=25&limit=50&before="]))
)
def test_a_query_is_understood_or_refused(raw: bytes):
    for form in QUERIES:
        said = tried(Refused, decode_query, raw, form)
        if isinstance(said, Refused):
            assert said.reason is Reason.MALFORMED
            assert said.where.removeprefix("?") in form.__struct_fields__
        else:
            parse(getattr(said, "since", None) or "")
            assert 0 <= getattr(said, "wait", 0) <= 55
            assert 1 <= getattr(said, "limit", 1) <= 200


@settings(max_examples=settings().max_examples * 2)
@given(
    id=st.one_of(
        st.text(max_size=30),
        mangled([b"00e0c0de.7.1", b"00e0c0de.12.0.9"]).map(
            lambda raw: raw.decode("utf-8", "replace")
        ),
    )
)
def test_an_id_is_a_position_that_is_written_the_same_way_or_none(id: str):
    position = parse(id)

    assert position is None or (isinstance(position, Position) and str(position) == id)


@given(st.text(max_size=40))
def test_a_value_of_a_guest_is_one_line_or_refused(raw: str):
    value = tried(Refused, lambda: clean_value(raw, most_chars=30))

    if isinstance(value, Refused):
        assert value.reason in (Reason.TOO_LARGE, Reason.TEXT_NOT_ALLOWED)
    else:
        assert isinstance(value, str)
        assert len(value.splitlines()) <= 1
        assert value in raw


# --- what stands in the file --------------------------------------------------------------------


def anybody(person: Any) -> Any:
    return codec.erased(person)


WRITTEN = [(kind, v, codec.encode(eg.OF_EACH_KIND[kind]).data) for kind, (_, v) in KINDS.items()]


@settings(max_examples=settings().max_examples * 2)
@given(data=st.data())
def test_an_entry_that_is_stored_is_read_or_known_to_be_damaged(data: st.DataObject):
    kind, v, valid = data.draw(st.sampled_from(WRITTEN))
    found = data.draw(st.one_of(mangled([valid]), st.binary(max_size=20), JSON))
    version, text = data.draw(st.integers(1, v + 1)), data.draw(st.sampled_from([None, "x"]))

    entry = tried(Exception, codec.decode, kind, version, found, anybody, text)

    if isinstance(entry, Broken):
        # The log of the server says so; what the entry held it does not.
        assert str(entry).startswith(f"an entry of the kind {kind} cannot be read: ")
        assert len(str(entry)) < 100
    elif version > v:
        assert isinstance(entry, TooNew)
    else:
        assert type(entry) is KINDS[kind][0]


def checkpoint() -> bytes:
    """That of a desk at work."""
    desk = desk_given(
        *floor.at_work(floor.IDA, floor.MIA), floor.identify(floor.ANA), floor.assist(floor.IDA)
    )
    return codec.encode_snapshot(dump(desk))


@settings(max_examples=settings().max_examples * 2)
@given(found=st.one_of(mangled([checkpoint()]), st.binary(max_size=20), JSON))
def test_a_checkpoint_is_read_or_known_to_be_damaged(found: bytes):
    state = tried(Broken, codec.decode_snapshot, found, anybody)

    if isinstance(state, Broken):
        assert str(state).startswith("a checkpoint cannot be read: ")
    else:
        assert type(state) is State


@given(
    found=st.one_of(st.text(max_size=30), st.sampled_from(['["all"]', "[1]", "{}", "[" * 5_000]))
)
def test_marks_are_read_or_known_to_be_damaged(found: str):
    marks = tried(Broken, codec.decode_marks, found)

    assert isinstance(marks, Broken | tuple)


def test_what_was_written_is_still_read():
    for kind, v, data in WRITTEN:
        assert type(codec.decode(kind, v, data, anybody, "x")) is KINDS[kind][0]
    assert codec.decode_snapshot(checkpoint(), anybody).id == MAIN


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
@given(
    written=st.one_of(
        st.text(max_size=30), st.sampled_from(["0", "-1", "٣", "1e3", "~", "~x", "::1", "yes"])
    )
)
def test_a_setting_is_understood_or_refused_with_what_may_stand_there(setting: Any, written: str):
    for flags, environment in (({setting.name: written}, {}), ({}, {setting.variable: written})):
        config = tried(BadSetting, load, flags, environment)
        if isinstance(config, BadSetting):
            assert " takes " in str(config)
            assert len(str(config)) < 400
        else:
            assert isinstance(config, Config)
            assert 0 <= config.port <= 65_535
            assert config.connections >= 1
            assert isinstance(config.data_dir, Path)
            assert "\0" not in os.fspath(config.data_dir)
            assert all(ip_address(one.network_address) for one in config.trusted_proxies)
