import re

import pytest

from frontdesk.desk.commands import (
    AddPerson,
    ChangePerson,
    Command,
    Identify,
    LoseLine,
    RestoreLine,
    Resume,
    SignOff,
    Tick,
)
from frontdesk.web.answers import EVENTS, SENTENCES
from tests.web.front import SESSION, Front, Someone, new_key

# Those that nobody sends over the wire, and those whose answer says more than a sentence.
NOT_ASKED = {AddPerson, ChangePerson, LoseLine, RestoreLine, Resume, Tick, SignOff}
OWN_ANSWER = {Identify}


def test_every_command_that_people_send_has_an_answer():
    asked = {command.__name__ for command in set(Command.__args__) - NOT_ASKED - OWN_ANSWER}

    assert SENTENCES.keys() | EVENTS.keys() == asked
    assert not SENTENCES.keys() & EVENTS.keys()


def test_the_codes_of_answers_are_all_different_and_plain():
    codes = [code for code, _ in SENTENCES.values()]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[a-z_]+", code) for code in codes)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/assist", {}),
        ("/status", {"status": "away"}),
        ("/set_limit", {"limit": 7}),
        ("/message/{room}", {"body": "Hello"}),
        ("/end/{room}", {}),
    ],
)
async def test_a_repeated_command_is_answered_byte_for_byte_like_the_first(
    front: Front, ana: Someone, ida: Someone, path: str, body: dict[str, object]
):
    if path != "/assist":
        await ida.assist()
    body = {**body, "key": new_key()}
    path = path.format(room=ana.room)
    first = await ida.post(path, body)

    again = await ida.post(path, body)

    assert first.status_code == again.status_code == 200
    assert again.content == first.content[:-1] + b',"replayed":true}'


async def test_an_answer_is_made_again_after_a_restart(front: Front, ana: Someone, ida: Someone):
    key = new_key()
    first = (await ida.post("/assist", {"key": key})).json()
    again = Front(front.store)
    await again.start()
    try:
        repeated = await again.someone(token=ida.token).post("/assist", {"key": key})
    finally:
        await again.stop()

    assert repeated.json() == {**first, "replayed": True}


async def test_a_repeated_assist_brings_the_backlog_of_that_moment(
    front: Front, ana: Someone, ida: Someone
):
    await ana.say(ana.room, "before")
    key = new_key()
    first = (await ida.post("/assist", {"key": key})).json()
    await ana.say(ana.room, "after")

    again = (await ida.post("/assist", {"key": key})).json()

    assert [message["body"] for message in again["backlog"]] == ["before"]
    assert again["backlog"] == first["backlog"]


async def test_the_answer_that_is_an_event_is_in_the_feed_with_the_same_id(
    ana: Someone, ida: Someone
):
    joined = await ida.assist()

    assert [event for event in await ida.news() if event["type"] == "joined"] == [joined]


async def test_signing_in_answers_with_no_token_in_the_body(stranger: Someone):
    answer = await stranger.post(SESSION, {"username": "Ida", "password": "correct horse battery"})

    assert b"fds_" not in answer.content
