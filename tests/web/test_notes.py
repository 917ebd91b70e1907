"""Leaving a message where nobody is there, and dealing with it, over HTTP and the socket."""

import pytest

from frontdesk.desk.limits import CONTACT_CHARS, INFO_FIELDS, INFO_VALUE_CHARS, TOPIC_BYTES
from tests import examples as eg
from tests.web.front import Front, Json, Someone, new_key, refused, url
from tests.web.lines import Socket

BODY = {
    "username": "Cem",
    "body": "Call me *back*, please.",
    "contact": " +49 30 1234 ",
    "info": {"os": "BSD"},
}


@pytest.fixture
async def night(front: Front, ida: Someone) -> Front:
    """A desk that is closed, with Ida beside it."""
    await front.set(open=False)
    await ida.news()
    return front


async def left(front: Front, **changes: Json) -> str:
    """The room of a message that somebody has left."""
    answer = await front.someone().post("/leave_message", BODY | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["room"])


async def notes(someone: Someone) -> list[Json]:
    """What this agent sees of them."""
    found: list[Json] = (await someone.get("/state")).json()["notes"]
    return found


async def test_a_message_is_taken_and_every_agent_hears_it(night: Front, ida: Someone):
    answer = await night.someone().post("/leave_message", BODY)

    room = answer.json()["room"]
    assert answer.status_code == 201
    assert answer.json() == {
        "type": "success",
        "success": "message left",
        "code": "leave_message",
        "room": room,
    }
    (event,) = await ida.news()
    note = {
        "room": room,
        "user": "Cem",
        "topic": "Call me *back*, please.",
        "contact": "+49 30 1234",
        "info": {"os": "BSD"},
        "since": eg.NOW // 1000,
    }
    assert event == {"type": "floor", "what": "note", "note": note, "id": event["id"]}
    assert await notes(ida) == [note]


async def test_one_agent_deals_with_it_and_all_hear_so(night: Front, ida: Someone, jon: Someone):
    room = await left(night)
    await ida.news()

    answer = await jon.post(f"/note_done/{room}")

    assert answer.json() == {"type": "success", "success": "note done", "code": "note_done"}
    (event,) = [one for one in await ida.news() if one["type"] == "floor"]
    assert (event["what"], event["room"], event["user"]) == ("note_done", room, "Jon")
    assert await notes(ida) == []
    refused(await ida.post(f"/note_done/{room}"), 404, "not_found")


@pytest.mark.parametrize("checkpoint", [True, False])
async def test_messages_outlive_a_restart_and_those_dealt_with_stay_so(
    night: Front, ida: Someone, checkpoint: bool
):
    first, second = await left(night), await left(night)
    await ida.post(f"/note_done/{first}")
    before = await notes(ida)
    if not checkpoint:
        night.engine.failed.set()  # it ends without one
    await night.stop()

    again = Front(night.store)
    await again.start()
    ida = await again.agent(eg.IDA)

    assert await notes(ida) == before
    assert [one["room"] for one in before] == [second]
    await again.stop()


async def test_where_somebody_is_there_one_asks_instead(front: Front, ida: Someone):
    await ida.post("/status", {"status": "available"})
    refused(await front.someone().post("/leave_message", BODY), 409, "desk_open")

    await ida.post("/status", {"status": "away"})
    assert await left(front)


async def test_a_desk_may_take_no_messages(night: Front):
    await night.set(leave_messages=False)

    refused(await night.someone().post("/leave_message", BODY), 409, "desk_closed")


async def test_a_repeat_leaves_one_message(night: Front, ida: Someone):
    key = new_key()

    first, second = [
        await night.someone().post("/leave_message", BODY | {"key": key}) for _ in range(2)
    ]

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == {**first.json(), "replayed": True}
    assert len(await notes(ida)) == 1


async def test_a_key_of_one_arrival_is_none_of_another(night: Front):
    key = new_key()
    room = await left(night, key=key)
    await night.set(open=True)

    asked = {"username": "Cem", "question": "?", "key": key}
    answer = await night.someone().post("/identify", asked)

    assert answer.status_code == 201
    assert answer.json()["room"] != room


@pytest.mark.parametrize(
    ("changes", "status", "code", "where"),
    [
        ({"contact": ""}, 400, "malformed", "$.contact"),
        ({"contact": "x" * (CONTACT_CHARS + 1)}, 400, "malformed", "$.contact"),
        ({"contact": None}, 400, "malformed", "$.contact"),
        ({"contact": "  "}, 422, "text_not_allowed", ""),
        ({"contact": "a\nb"}, 422, "text_not_allowed", ""),
        ({"info": dict.fromkeys(map(str, range(INFO_FIELDS + 1)), "")}, 400, "malformed", "$.info"),
        ({"info": {"os": "x" * (INFO_VALUE_CHARS + 1)}}, 400, "malformed", "$.info[...]"),
        ({"info": {"os": "a\nb"}}, 422, "text_not_allowed", ""),
        ({"info": dict.fromkeys(map(str, range(9)), "x" * 500)}, 413, "too_large", ""),
        ({"body": " "}, 422, "text_not_allowed", ""),
        ({"body": "x" * (TOPIC_BYTES + 1)}, 413, "too_large", ""),
        ({"username": "Support"}, 422, "name_not_allowed", ""),
        ({"room": "r"}, 400, "malformed", "$.room"),
    ],
)
async def test_what_is_no_message_is_refused_and_nothing_is_kept(
    night: Front, ida: Someone, changes: Json, status: int, code: str, where: str
):
    answer = await night.someone().post("/leave_message", BODY | changes)

    refused(answer, status, code, where)
    assert await notes(ida) == []


async def test_html_in_a_message_loses_its_power_and_a_contact_is_plain(night: Front, ida: Someone):
    await left(night, body="<b>bold</b>", contact="<b>@mail.example")

    (note,) = await notes(ida)
    assert (note["topic"], note["contact"]) == ("\\<b>bold\\</b>", "<b>@mail.example")


async def test_who_leaves_many_messages_is_told_to_wait(night: Front):
    await night.set(identify_rate=1)
    flood = [night.someone(base="https://desk.example", address="203.0.113.7") for _ in range(3)]
    answers = [await one.post("/leave_message", BODY) for one in flood]

    assert [one.status_code for one in answers] == [201, 429, 429]


async def test_an_admin_finds_exports_and_erases_who_left_it(
    night: Front, ida: Someone, ada: Someone
):
    key = new_key()
    room = await left(night, key=key)
    (found,) = (await ada.get("/people", user="Cem")).json()["people"]
    assert (found["room"], found["open"]) == (room, False)
    path = f"/people/{found['person']}"
    export = (await ada.get(path)).json()
    assert (export["question"], export["info"]) == (
        "Call me *back*, please.",
        {"os": "BSD", "contact": "+49 30 1234"},
    )
    (kept,) = export["rooms"]
    assert (kept["room"], kept["reason"], kept["messages"]) == (room, "message", [])
    assert kept["opened"] == kept["ended"] == eg.NOW // 1000

    assert (await ada.client.delete(url(path))).status_code == 200

    assert await notes(ida) == []
    refused(await ida.post(f"/note_done/{room}"), 404, "not_found")
    ida.since = f"{night.live.epoch}.0.0"
    told = str(await ida.news()) + (await ada.get(path)).text
    for hidden in ("Cem", "1234", "back", "BSD"):
        assert hidden not in told
    # The key is gone with the rest: the same again is another message.
    assert await left(night, key=key) != room


async def test_a_message_is_found_in_the_history_by_its_words(night: Front, mia: Someone):
    room = await left(night)
    await left(night, body="Something else.")

    (found,) = (await mia.get("/history", q="call back", reason="message")).json()["rooms"]

    assert (found["room"], found["user"], found["reason"]) == (room, "Cem", "message")
    assert found["question"] == "Call me *back*, please."
    assert (found["agents"], found["rating"], found["messages"]) == ([], None, 0)


async def test_guests_neither_see_nor_close_what_was_left(night: Front):
    await night.set(open=True)
    ben = await night.guest(eg.BEN)
    await night.set(open=False)
    await ben.news()
    room = await left(night)

    assert "notes" not in (await ben.get("/state")).json()
    assert await ben.news() == []
    refused(await ben.post(f"/note_done/{room}"), 403, "not_allowed")
    refused(await ben.get(f"/rooms/{room}/messages"), 404, "not_found")


async def test_over_the_socket_one_hears_and_deals_with_it(night: Front, ida: Someone):
    socket = await Socket.open(ida, ida.since)
    room = await left(night)

    answer = await socket.ask("note_done", room=room)

    assert (answer["type"], answer["code"]) == ("success", "note_done")
    heard = [one["what"] for one in await socket.all() if one["type"] == "floor"]
    assert heard == ["note", "note_done"]
