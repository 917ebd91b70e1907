import re

import pytest

from frontdesk.desk.commands import (
    AddDesk,
    AddPerson,
    ChangePerson,
    Command,
    Identify,
    LeaveNote,
    LoseLine,
    RestoreLine,
    Resume,
    SignOff,
    Tick,
)
from frontdesk.web.answers import EVENTS, SENTENCES
from tests.web.floor import Floor
from tests.web.front import SESSION, Front, Someone, new_key, refused, url

# Those that nobody sends over the wire, and those whose answer says more than a sentence.
NOT_ASKED = {AddDesk, AddPerson, ChangePerson, LoseLine, RestoreLine, Resume, Tick, SignOff}
OWN_ANSWER = {Identify, LeaveNote}


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


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("ida", "/transfer/{ana}", {"agent": "Jon"}),
        ("ida", "/transfer/{ana}", {"agent": "Mia", "force": True}),  # who watches: two entries
        ("ida", "/transfer/{ana}", {"agent": "Ida"}),  # who has the guest: none
        ("mia", "/transfer/{ben}", {"agent": "Jon"}),
        ("ida", "/direct_message", {"agent": "Jon", "body": "Lunch?"}),  # the first: two entries
        ("ida", "/direct_message", {"agent": "Mia", "body": "Lunch?"}),
        ("mia", "/create", {"name": "Returns", "topic": "Who may send back what"}),
        ("jon", "/join/{group}", {"as": "watcher"}),
        ("ida", "/join/{group}", {"as": "speaker"}),  # who watches: two entries
        ("mia", "/join/{ben}", {"as": "speaker"}),
        ("mia", "/leave/{ana}", {}),
        ("ida", "/leave/{ana}", {}),
        ("ida", "/leave/{group}", {}),
        ("mia", "/end/{group}", {}),
        ("cem", "/queue", {}),
        ("ben", "/queue", {}),  # who waits: no entry
    ],
)
async def test_a_command_of_rooms_and_queue_happens_once_whatever_comes_with_its_key(
    front: Front, floor: Floor, who: str, path: str, body: dict[str, object]
):
    someone, path = floor.people[who], floor.path(path)
    key = new_key()
    first = await someone.post(path, {**body, "key": key})
    offset = front.live.state.offset

    again = await someone.post(path, {**body, "key": key})
    other = await someone.post(f"/message/{'r' + '0' * 32}", {"body": "\0", "key": key})

    assert first.status_code == again.status_code == other.status_code == 200
    assert again.content == other.content == first.content[:-1] + b',"replayed":true}'
    assert front.live.state.offset == offset


async def test_an_answer_of_two_entries_is_made_again_after_a_restart(front: Front, floor: Floor):
    ida, key, other_key = floor.people["ida"], new_key(), new_key()
    entering = (floor.path("/join/{group}"), {"as": "speaker", "key": key})
    writing = ("/direct_message", {"agent": "Jon", "body": "Lunch?", "key": other_key})
    first = [(await ida.post(*asked)).json() for asked in (entering, writing)]
    again = Front(front.store)
    await again.start()
    try:
        ida = again.someone(token=ida.token)
        repeated = [(await ida.post(*asked)).json() for asked in (entering, writing)]
    finally:
        await again.stop()

    assert repeated == [{**one, "replayed": True} for one in first]


async def test_leaving_the_queue_happens_once(front: Front, floor: Floor):
    ben, header = floor.people["ben"], {"Idempotency-Key": new_key()}
    first = await ben.client.delete(url("/queue"), headers=header)

    again = await ben.client.delete(url("/queue"), headers=header)

    assert first.json() == {
        "type": "success",
        "success": "left the queue",
        "code": "leave_queue",
    }
    assert again.json() == {**first.json(), "replayed": True}
    refused(await ben.client.delete(url("/queue")), 409, "not_waiting")


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
