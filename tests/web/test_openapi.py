"""The description says what the code does: whole, valid, and nothing that is not so."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from frontdesk.desk.refusals import MEANINGS, Reason
from frontdesk.web import docs_api, frames, openapi
from frontdesk.web.codec import decode
from frontdesk.web.docs_html import found
from frontdesk.web.docs_page import GUIDE, curl, page
from frontdesk.web.exchange import Asker
from frontdesk.web.forms import Page
from frontdesk.web.keys import MEANS
from frontdesk.web.operations import TEXTS, WHO, reasons, row
from frontdesk.web.routes import DESK, routes
from frontdesk.web.schemas import feed_types
from tests.web.front import Front, Someone

ROWS = tuple(row(route) for route in routes())
DOCUMENT: dict[str, Any] = json.loads(msgspec.json.encode(openapi.document(ROWS)))
OPERATIONS = {
    (method.upper(), path): operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_the_document_is_openapi_3_1():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


async def test_the_document_is_made_once_and_not_before_somebody_asks():
    docs_api._written.cache_clear()
    front = Front()
    await front.start()
    assert not docs_api._written.cache_info().currsize

    answers = [await front.someone().client.get("/api/openapi.json") for _ in range(3)]

    assert docs_api._written.cache_info().misses == 1
    assert len({answer.content for answer in answers}) == 1
    await front.stop()


def test_a_document_that_is_not_is_noticed():
    with pytest.raises(OpenAPIValidationError):
        OpenAPIV31SpecValidator({**DOCUMENT, "paths": {"/": {"get": {}, "teapot": 1}}}).validate()


def test_every_route_is_described_and_nothing_else():
    assert OPERATIONS.keys() == {(one.method, one.path) for one in ROWS}


def test_the_names_of_operations_are_unique_and_plain():
    names = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z_]+", name) for name in names)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda one: one["operationId"])
def test_every_operation_says_in_words_what_it_does_and_for_whom(operation: dict[str, Any]):
    assert re.fullmatch("[A-Z][^.`]{3,39}", operation["summary"])
    assert operation.get("description", "A.").endswith(".")
    assert operation["x-who"] in WHO.values()
    assert not re.search("Raises|Args|Refused", json.dumps(operation))


def test_every_asker_has_words():
    assert WHO.keys() == set(Asker)


@pytest.mark.parametrize("one", ROWS, ids=lambda one: one.name)
def test_every_refusal_of_a_route_stands_under_its_status_and_no_other_does(one: Any):
    said: dict[str, set[str]] = {}
    for status, answer in OPERATIONS[one.method, one.path]["responses"].items():
        if status != str(one.status):
            refusal = found(DOCUMENT, answer)
            said[status] = set(re.findall(r"^\* `(\w+)`: ", refusal["description"], re.MULTILINE))
            if one.form is Page and status != "500":
                assert list(refusal["content"]) == ["text/html"]
                continue
            schema = refusal["content"]["application/json"]["schema"]
            said[status] = set(schema["properties"]["code"]["enum"])

    wanted: dict[str, set[str]] = {"500": {"fault"}}
    for reason in reasons(one):
        wanted.setdefault(str(MEANINGS[reason].status), set()).add(reason.value)
    assert said == wanted
    for status in {"429", "503"} & said.keys():
        response = found(DOCUMENT, OPERATIONS[one.method, one.path]["responses"][status])
        assert "Retry-After" in response["headers"]


def test_every_reason_is_given_by_some_route_or_is_no_answer_to_a_route():
    given = frozenset[Reason]().union(*(reasons(one) for one in ROWS))
    # No route has that method; nobody closes a desk yet; accounts are made on the command line.
    elsewhere = {
        Reason.METHOD_NOT_ALLOWED,
        Reason.DESK_CLOSED,
        Reason.NAME_TAKEN,
        Reason.PASSWORD_NOT_ALLOWED,
    }

    assert given | elsewhere == set(Reason)


def test_examples_of_bodies_are_such_bodies():
    for one in ROWS:
        if one.method != "GET":
            body = OPERATIONS[one.method, one.path]["requestBody"]["content"]["application/json"]
            msgspec.convert(body["example"], one.body)


def test_examples_of_answers_are_such_answers():
    for one in ROWS:
        content = OPERATIONS[one.method, one.path]["responses"][str(one.status)]["content"]
        if one.form not in TEXTS and isinstance(one.form, type):
            if issubclass(one.form, msgspec.Struct):
                msgspec.convert(content["application/json"]["example"], one.form)


def test_what_goes_out_has_every_key_or_says_which_may_be_missing():
    floor = DOCUMENT["components"]["schemas"]["FloorPerson"]
    joined = DOCUMENT["components"]["schemas"]["Joined"]

    assert set(floor["required"]) == {"type", "user", "agent", "what", "id"}
    assert set(joined["required"]) == {"type", "room", "topic", "id"}
    assert joined["properties"]["agent"]["type"] == "string"
    assert {"type": "null"} in floor["properties"]["agent"]["anyOf"]


def test_patterns_are_what_every_language_understands():
    text = json.dumps(DOCUMENT)

    assert r"\\A" not in text
    assert r"\\Z" not in text


def test_every_event_is_described_with_who_hears_it():
    schemas = DOCUMENT["components"]["schemas"]

    assert len(schemas["Event"]["oneOf"]) == len(feed_types())
    for kind in feed_types():
        assert schemas[kind.__name__]["x-heard-by"]


def test_no_key_is_explained_that_is_nowhere():
    text = json.dumps(DOCUMENT["components"]["schemas"])

    assert {name for name in MEANS if f'"{name}": {{' not in text} == set()


def test_the_document_names_no_machine_and_is_the_same_every_time():
    again = openapi.document.__wrapped__(tuple(row(route) for route in routes()))

    assert msgspec.json.encode(again) == msgspec.json.encode(openapi.document(ROWS))
    assert "://" not in json.dumps(DOCUMENT)


# --- served -----------------------------------------------------------------


async def test_the_document_is_served_to_anybody(stranger: Someone, ida: Someone):
    for someone in (stranger, ida):
        assert (await someone.client.get("/api/openapi.json")).json() == DOCUMENT


async def test_the_page_has_every_operation_event_and_refusal(stranger: Someone):
    html = (await stranger.client.get("/api/docs")).text

    for operation in OPERATIONS.values():
        assert f">{operation['summary']}</h3>" in html
    for kind in feed_types():
        assert f'id="is-{kind.__name__.lower()}"' in html
    for one in ROWS:
        for reason in reasons(one):
            assert f"<code>{reason.value}</code>" in html


async def test_the_page_links_to_nothing_that_is_not_there(stranger: Someone):
    html = (await stranger.client.get("/api/docs")).text
    ids = re.findall(' id="([^"]*)"', html)

    assert len(set(ids)) == len(ids)
    for target in re.findall('href="([^"]*)"', html):
        assert target == "/api/openapi.json" or target[1:] in ids, target


async def test_the_page_runs_nothing_and_fetches_nothing(stranger: Someone):
    answer = await stranger.client.get("/api/docs")

    assert re.findall("<(script|img|link|iframe|form|object|svg)", answer.text) == []
    assert not re.search(r" (on\w+|style|src)=|@import|url\(", answer.text)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 's")
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_the_policy_lets_in_the_style_of_the_page_and_no_other(stranger: Someone):
    answer = await stranger.client.get("/api/docs")
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}';" in answer.headers["content-security-policy"]


def test_whatever_is_in_the_document_is_shown_as_text():
    evil = json.loads(json.dumps(DOCUMENT).replace("Nora", "<script>alert(1)</script>"))
    evil["info"]["title"] = "<script>"
    evil["tags"][0]["description"] = "`<script>` <b>"

    assert "<script" not in page(evil)


def test_an_example_for_the_shell_survives_quotes():
    operation = {
        "security": [{"token": []}],
        "requestBody": {"content": {"application/json": {"example": {"body": "it's"}}}},
    }

    assert curl("post", "/x", operation) == (
        'curl "$SERVER/x" \\\n  -H "Authorization: Bearer $TOKEN" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        """  -d '{"body": "it'\\''s"}'"""
    )


def test_the_page_says_how_to_begin_on_a_socket():
    hello, command = re.findall(r"`({[^`]*})`", GUIDE)

    assert f"`{DESK}/socket`" in GUIDE
    assert decode(hello.encode(), frames.Hello).do == "hello"
    assert frames.read(command.encode(), frames.commands(routes())).do == "end"
