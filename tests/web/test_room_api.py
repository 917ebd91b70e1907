import pytest

from tests import examples as eg
from tests.web.front import Front, Someone, new_key, refused, types


async def test_the_answer_to_a_message_is_its_id_and_time_and_the_room_hears_it(
    ana: Someone, ida: Someone
):
    await ida.assist()
    await ana.news()
    key = new_key()

    sent = await ida.say(ana.room, "Hello, *Ana*", key)

    assert sent == {
        "type": "success",
        "success": "message sent",
        "code": "message",
        "id": sent["id"],
        "sent": eg.NOW // 1000,
    }
    message = {
        "type": "message",
        "room": ana.room,
        "user": "Ida",
        "body": "Hello, *Ana*",
        "sent": sent["sent"],
        "id": sent["id"],
    }
    assert await ana.news() == [message]
    assert (await ida.news())[-1] == {**message, "key": key}


async def test_a_guest_may_write_while_waiting(ana: Someone):
    await ana.news()

    await ana.say(ana.room)

    assert types(await ana.news()) == ["message"]


async def test_html_in_a_message_loses_its_power(ana: Someone):
    await ana.say(ana.room, "a < b <b>bold</b> `<i>` <https://example.org>")

    state = (await ana.get("/state")).json()

    body = state["rooms"][0]["messages"][0]["body"]
    assert body == "a < b \\<b>bold\\</b> `<i>` <https://example.org>"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "$.body"),
        ({"body": None}, "$.body"),
        ({"body": 1}, "$.body"),
        ({"body": ["a"]}, "$.body"),
        ({"body": "a", "to": "Ida"}, "$.to"),
        ("a", "$"),
    ],
)
async def test_what_is_no_message_is_refused_with_its_place(ana: Someone, body: object, where: str):
    refused(await ana.post(f"/message/{ana.room}", body), 400, "malformed", where)


async def test_a_message_of_more_than_8_kib_is_refused(ana: Someone):
    assert (await ana.post(f"/message/{ana.room}", {"body": "é" * 4096})).status_code == 200

    refused(await ana.post(f"/message/{ana.room}", {"body": "é" * 4096 + "x"}), 413, "too_large")


@pytest.mark.parametrize("body", ["", " \n\t", "a\0b", "\x1b[2J", "a\x85b"])
async def test_a_message_with_nothing_to_see_or_with_control_characters_is_refused(
    ana: Someone, body: str
):
    refused(await ana.post(f"/message/{ana.room}", {"body": body}), 422, "text_not_allowed")


async def test_a_room_that_does_not_exist_looks_like_one_that_is_not_yours(
    ana: Someone, ben: Someone, ida: Someone
):
    there, not_there = ben.room, "r" + "0" * 32
    for path, body in (
        ("/message/{}", {"body": "x"}),
        ("/message/{}/typing", {"state": True}),
        ("/end/{}", {}),
    ):
        for one in (ana, ida):
            answers = [await one.post(path.format(room), body) for room in (there, not_there)]
            refused(answers[0], 404, "not_found")
            assert answers[0].content == answers[1].content
            assert answers[0].headers == answers[1].headers
    for room in (there, not_there):
        refused(await ana.get(f"/rooms/{room}/messages"), 404, "not_found")
        refused(await ida.get(f"/rooms/{room}/messages"), 404, "not_found")


async def test_a_room_is_found_by_exactly_its_id(ana: Someone):
    for room in (ana.room.upper(), ana.room + "%20", ana.room[:-1], f"%00{ana.room}", "%ff", "1"):
        refused(await ana.get(f"/rooms/{room}/messages"), 404, "not_found")


async def test_typing_is_answered_and_heard_by_the_others_alone(ana: Someone, ida: Someone):
    await ida.assist()
    await ana.news()
    await ida.news()

    answer = await ida.post(f"/message/{ana.room}/typing", {"state": True})

    assert answer.json() == {"type": "success", "success": "typing sent", "code": "typing"}
    assert await ana.news() == [
        {"type": "status", "room": ana.room, "user": "Ida", "of": "typing", "is": True}
    ]
    assert await ida.news() == []


@pytest.mark.parametrize("state", ["true", 1, None, {}])
async def test_typing_is_true_or_false(ana: Someone, state: object):
    answer = await ana.post(f"/message/{ana.room}/typing", {"state": state})

    refused(answer, 400, "malformed", "$.state")


@pytest.mark.parametrize(
    ("who", "reason"), [("ana", "guest"), ("ida", "agent"), ("mia", "monitor")]
)
async def test_an_end_is_heard_in_the_room_with_who_ended_it(
    front: Front, who: str, reason: str, ana: Someone, ida: Someone, mia: Someone
):
    await ida.assist()
    await ana.news()
    await ida.news()

    answer = await {"ana": ana, "ida": ida, "mia": mia}[who].post(f"/end/{ana.room}")

    assert answer.json() == {"type": "success", "success": "room ended", "code": "end"}
    for one in (ana, ida):
        (event,) = [event for event in await one.news() if event["type"] == "end"]
        assert event == {
            "type": "end",
            "room": ana.room,
            "reason": reason,
            "id": event["id"],
        }


async def test_nobody_writes_in_a_room_that_is_over(ana: Someone, ida: Someone):
    await ida.assist()
    await ana.post(f"/end/{ana.room}")

    for one in (ana, ida):
        refused(await one.post(f"/message/{ana.room}", {"body": "x"}), 404, "not_found")
        refused(await one.post(f"/end/{ana.room}"), 404, "not_found")
        assert (await one.get("/state")).json()["rooms"] == []


async def test_earlier_messages_come_newest_first_and_in_pages(ana: Someone):
    sent = [await ana.say(ana.room, str(number)) for number in range(5)]
    path = f"/rooms/{ana.room}/messages"

    page = (await ana.get(path, limit="2")).json()
    rest = (await ana.get(path, limit="200", before=page["messages"][-1]["id"])).json()

    assert page["more"] is True
    assert [one["body"] for one in page["messages"]] == ["4", "3"]
    assert rest["more"] is False
    assert rest["messages"] == [
        {
            "id": one["id"],
            "room": ana.room,
            "user": "Ana",
            "body": body,
            "sent": eg.NOW // 1000,
        }
        for one, body in zip(sent[2::-1], "210", strict=True)
    ]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1e1", "", "٣", "²", "00200999", "0" * 5000])
async def test_a_page_has_1_to_200_messages(ana: Someone, limit: str):
    answer = await ana.get(f"/rooms/{ana.room}/messages", limit=limit)

    refused(answer, 400, "malformed", "?limit")


@pytest.mark.parametrize("before", ["", "x", "00000000.1.0", "1", "' OR 1=1 --"])
async def test_a_page_ends_before_a_real_id(ana: Someone, before: str):
    answer = await ana.get(f"/rooms/{ana.room}/messages", before=before)

    refused(answer, 400, "malformed", "?before")


async def test_a_query_that_says_two_things_says_nothing(ana: Someone):
    answer = await ana.get(f"/rooms/{ana.room}/messages?limit=1&limit=2")

    refused(answer, 400, "malformed", "?limit")


async def test_the_state_of_a_guest_holds_the_own_room_and_nothing_of_the_floor(
    ana: Someone, ben: Someone, ida: Someone
):
    await ida.assist()
    sent = await ida.say(ana.room)

    state = (await ana.get("/state")).json()

    assert state == {
        "me": {"user": "Ana", "role": "guest"},
        "desk": "open",
        "rooms": [
            {
                "room": ana.room,
                "topic": eg.ANA.question,
                "name": "",
                "watching": False,
                "agent": "Ida",
                "guest": None,
                "users": ["Ana", "Ida"],
                "messages": [
                    {
                        "id": sent["id"],
                        "room": ana.room,
                        "user": "Ida",
                        "body": eg.HELLO,
                        "sent": sent["sent"],
                    }
                ],
                "more": False,
            }
        ],
        "id": state["id"],
    }


async def test_the_state_of_an_agent_holds_queue_and_roster(
    ana: Someone, ben: Someone, ida: Someone
):
    await ida.assist()

    state = (await ida.get("/state")).json()

    assert state.keys() == {
        *("me", "desk", "rooms", "queue", "roster", "groups", "settings", "notes", "id"),
    }
    assert state["me"] == {"user": "Ida", "role": "agent"}
    (room,) = state["rooms"]
    assert room["guest"] == {
        "user": "Ana",
        "question": eg.ANA.question,
        "info": eg.ANA.info,
        "vouched": None,
    }
    (waits,) = state["queue"]
    assert waits == {
        "user": "Ben",
        "room": ben.room,
        "topic": eg.BEN.question,
        "ticket": waits["ticket"],
        "since": eg.NOW // 1000,
        "present": True,
        "vouched": None,
    }
    assert {
        "user": "Ida",
        "role": "agent",
        "status": "available",
        "available": True,
        "present": True,
        "limit": 3,
        "guests": ["Ana"],
    } in state["roster"]


async def test_no_message_in_a_state_is_newer_than_its_id_and_none_comes_twice(
    ana: Someone, ida: Someone
):
    await ida.assist()
    await ida.say(ana.room, "in the state")
    state = (await ana.get("/state")).json()
    await ida.say(ana.room, "in the feed")

    ana.since = state["id"]
    news = await ana.news()

    assert [one["body"] for one in state["rooms"][0]["messages"]] == ["in the state"]
    assert [one["body"] for one in news if one["type"] == "message"] == ["in the feed"]
