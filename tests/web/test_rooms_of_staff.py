"""Transfers, group rooms, watching, direct messages: what is answered, heard and refused."""

import pytest

from tests import examples as eg
from tests.web.floor import Floor
from tests.web.front import Event, Front, Someone, refused, types


def success(sentence: str, code: str, **more: object) -> Event:
    """The answer to a command that was carried out."""
    return {"type": "success", "success": sentence, "code": code, **more}


def told(events: list[Event]) -> list[tuple[str, str]]:
    """The events in short: their types, and what they say of whom."""
    return [
        (one["type"], " ".join([*one.get("users", [one.get("user", "")]), one.get("details", "")]))
        for one in events
    ]


GIVEN = {"user": "Ana", "question": eg.ANA.question, "info": eg.ANA.info, "vouched": None}

# --- transfers --------------------------------------------------------------


async def test_a_transfer_is_heard_by_everybody_as_the_contract_says(floor: Floor):
    sent = await floor.people["ana"].say(floor.rooms["ana"], "Still wrong.")
    await floor.quiet()

    answer = await floor.do("ida", "/transfer/{ana}", {"agent": "Jon"})

    assert answer == success("room transferred", "transfer")
    floors = ("update", "Ana Jon assigned")
    assert told(await floor.people["ada"].news()) == [floors]
    assert told(await floor.people["ida"].news()) == [floors, ("left", " ")]
    guest = await floor.people["ana"].news()
    assert told(guest) == [
        ("notification", "Ida left"),
        ("joined", " "),
        ("notification", "Jon joined"),
    ]
    assert guest[1]["agent"] == "Jon"
    first, transfer, last = await floor.people["jon"].news()
    assert told([first, last]) == [floors, ("notification", "Ana joined")]
    message = {"room": floor.rooms["ana"], "user": "Ana", "body": "Still wrong."}
    assert transfer == {
        "type": "transfer",
        "room": floor.rooms["ana"],
        "topic": eg.ANA.question,
        "guest": GIVEN,
        "backlog": [{"id": sent["id"], **message, "sent": sent["sent"]}],
        "more": False,
        "id": transfer["id"],
    }


@pytest.mark.parametrize("why", ["away", "full", "gone"])
async def test_over_the_limit_of_the_other_agent_goes_only_force(
    front: Front, floor: Floor, why: str
):
    asked = {"agent": "Jon"}
    if why == "away":
        await floor.do("jon", "/status", {"status": "away"})
    elif why == "full":
        await floor.do("jon", "/set_limit", {"limit": 1})
        await floor.people["jon"].assist("Ben")
    else:
        await front.pass_time(31_000)
    path = floor.path("/transfer/{ana}")

    refused(await floor.people["ida"].post(path, asked), 409, "agent_unavailable")

    assert await floor.do("ida", path, {**asked, "force": True}) == success(
        "room transferred", "transfer"
    )
    roster = (await floor.people["ida"].get("/state")).json()["roster"]
    (jon,) = [one for one in roster if one["user"] == "Jon"]
    assert "Ana" in jon["guests"]


async def test_a_monitor_gives_a_guest_who_waits_to_an_agent(floor: Floor):
    await floor.do("mia", "/transfer/{ben}", {"agent": "Jon"})

    heard = told(await floor.people["jon"].news())
    assert heard[:2] == [("update", "Ben dequeued"), ("update", "Ben Jon assigned")]
    assert ("joined", " ") in heard
    assert (await floor.people["ida"].get("/guests")).json() == []


async def test_a_transfer_to_whoever_has_the_guest_changes_nothing(floor: Floor):
    answer = await floor.do("ida", "/transfer/{ana}", {"agent": "Ida"})

    assert answer == success("room transferred", "transfer")
    assert await floor.people["ana"].news() == []


async def test_whoever_watched_and_is_given_the_guest_is_seen_from_then_on(floor: Floor):
    await floor.do("ida", "/transfer/{ana}", {"agent": "Mia"})

    mine = types(await floor.people["mia"].news())
    assert [one for one in mine if one != "update"] == ["left", "transfer", "notification"]
    (room,) = (await floor.people["ana"].get("/state")).json()["rooms"]
    assert room["users"] == ["Ana", "Mia"]
    await floor.people["mia"].say(floor.rooms["ana"])


async def test_a_monitor_learns_whose_rooms_are_open_and_an_agent_does_not(floor: Floor):
    told = (await floor.people["mia"].get("/rooms")).json()

    assert {one["user"]: (one["room"], one["agent"]) for one in told} == {
        "Ana": (floor.rooms["ana"], "Ida"),
        "Ben": (floor.rooms["ben"], None),
    }
    assert all(one["question"] for one in told)
    await floor.do("ida", "/end/{ana}")
    (ben,) = (await floor.people["mia"].get("/rooms")).json()
    assert ben["user"] == "Ben"
    refused(await floor.people["ida"].get("/rooms"), 403, "not_allowed")


# --- group rooms and watching -----------------------------------------------


async def test_a_group_room_is_told_to_agents_and_is_there_to_join(floor: Floor):
    answer = await floor.do("mia", "/create", {"name": " Outage ", "topic": "Since *ten*"})

    room = answer["room"]
    assert answer == success("room created", "create", room=room)
    (event,) = await floor.people["jon"].news()
    opened = {"room": room, "name": "Outage", "topic": "Since *ten*"}
    assert event == {
        "type": "floor",
        **opened,
        "open": True,
        "what": "group_room",
        "id": event["id"],
    }
    state = (await floor.people["jon"].get("/state")).json()
    assert opened in state["groups"]
    assert state["rooms"] == []
    assert await floor.people["ana"].news() == []


async def test_the_end_of_a_group_room_is_heard_in_it_and_on_the_floor(floor: Floor):
    answer = await floor.do("mia", "/end/{group}")

    assert answer == success("room ended", "end")
    ended = [one for one in await floor.people["ada"].news() if one["type"] == "end"]
    assert [(one["room"], one["reason"]) for one in ended] == [(floor.rooms["group"], "monitor")]
    (event,) = await floor.people["jon"].news()
    assert (event["what"], event["room"], event["open"]) == (
        "group_room",
        floor.rooms["group"],
        False,
    )
    assert (await floor.people["jon"].get("/state")).json()["groups"] == []


async def test_the_answer_to_join_is_the_own_joined_and_brings_what_was_said(floor: Floor):
    sent = await floor.people["ada"].say(floor.rooms["group"], "Nobody, so far.")
    await floor.quiet()

    joined = await floor.do("jon", "/join/{group}", {"as": "speaker"})

    message = {"room": floor.rooms["group"], "user": "Ada", "body": "Nobody, so far."}
    assert joined == {
        "type": "joined",
        "room": floor.rooms["group"],
        "topic": "Who may send back what",
        "name": "Returns",
        "backlog": [{"id": sent["id"], **message, "sent": sent["sent"]}],
        "more": False,
        "id": joined["id"],
    }
    news = await floor.people["jon"].news()
    assert news[0] == joined
    assert told(news[1:]) == [("notification", "Ada joined"), ("notification", "Jon joined")]
    assert told(await floor.people["ada"].news()) == [("notification", "Jon joined")]
    assert told(await floor.people["ida"].news()) == [("notification", "Jon joined")]


async def test_a_monitor_who_joins_a_guest_is_told_of_the_guest(floor: Floor):
    joined = await floor.do("ada", "/join/{ana}", {"as": "watcher"})

    assert joined["guest"] == GIVEN
    assert joined["topic"] == eg.ANA.question
    assert joined["watching"] is True
    assert "name" not in joined
    assert joined in await floor.people["ada"].news()
    rooms = (await floor.people["ada"].get("/state")).json()["rooms"]
    assert [one["watching"] for one in rooms if one["room"] == floor.rooms["ana"]] == [True]


async def test_of_a_long_conversation_the_last_fifty_messages_come_with_join(
    front: Front, floor: Floor
):
    await front.set(guest_rate=60_000)
    for number in range(51):
        await floor.people["ana"].say(floor.rooms["ana"], str(number))

    joined = await floor.do("ada", "/join/{ana}", {"as": "speaker"})

    assert [one["body"] for one in joined["backlog"]] == [str(n) for n in range(1, 51)]
    assert joined["more"] is True


async def test_who_watches_may_speak_after_joining_anew(floor: Floor):
    joined = await floor.do("ida", "/join/{group}", {"as": "speaker"})

    assert "watching" not in joined
    assert types(await floor.people["ida"].news())[:2] == ["left", "joined"]
    assert told(await floor.people["ada"].news()) == [("notification", "Ida joined")]
    await floor.people["ida"].say(floor.rooms["group"])


async def test_the_answer_to_leave_is_the_own_left(floor: Floor):
    left = await floor.do("ada", "/leave/{group}")

    assert left == {"type": "left", "room": floor.rooms["group"], "id": left["id"]}
    assert await floor.people["ada"].news() == [left]
    assert told(await floor.people["ida"].news()) == [("notification", "Ada left")]
    refused(await floor.people["ada"].post(floor.path("/leave/{group}")), 404, "not_found")


async def test_a_guest_whose_agent_leaves_waits_at_the_old_place(floor: Floor):
    left = await floor.do("ida", "/leave/{ana}")

    assert left["type"] == "left"
    assert left in await floor.people["ida"].news()
    assert told(await floor.people["ana"].news())[0] == ("notification", "Ida left")
    assert (await floor.people["ida"].get("/guests")).json() == ["Ana", "Ben"]


async def test_a_monitor_takes_the_guest_whom_they_watch(floor: Floor):
    await floor.do("ada", "/join/{ben}", {"as": "watcher"})
    await floor.people["ada"].news()

    joined = await floor.people["ada"].assist("Ben")

    assert "watching" not in joined
    news = [one for one in await floor.people["ada"].news() if one["type"] != "update"]
    assert types(news) == ["left", "joined", "notification"]
    assert news[1] == joined
    assert [one["type"] for one in await floor.people["ben"].news()] == ["joined", "notification"]


# --- direct messages --------------------------------------------------------


async def test_the_first_direct_message_opens_a_room_for_both(floor: Floor):
    answer = await floor.do("ida", "/direct_message", {"agent": "Jon", "body": "Lunch <b>now</b>?"})

    room = answer["room"]
    assert answer == success(
        "message sent", "direct_message", id=answer["id"], sent=eg.NOW // 1000, room=room
    )
    joined, notification, message = await floor.people["jon"].news()
    assert joined == {
        "type": "joined",
        "room": room,
        "topic": "",
        "backlog": [],
        "more": False,
        "id": joined["id"],
    }
    assert told([notification]) == [("notification", "Ida joined")]
    assert message == {
        "type": "message",
        "room": room,
        "user": "Ida",
        "body": "Lunch \\<b>now\\</b>?",
        "sent": answer["sent"],
        "id": answer["id"],
    }
    assert types(await floor.people["ida"].news()) == ["joined", "notification", "message"]


async def test_two_agents_have_one_direct_room_whoever_writes(floor: Floor):
    first = await floor.do("mia", "/direct_message", {"agent": "Ida", "body": "And now?"})
    second = await floor.do("ida", "/direct_message", {"agent": "Mia", "body": "Better."})

    assert first["room"] == second["room"] == floor.rooms["direct"]
    assert types(await floor.people["mia"].news()) == ["message", "message"]
    page = (await floor.people["ida"].get(floor.path("/rooms/{direct}/messages"))).json()
    assert [one["body"] for one in page["messages"]][:2] == ["Better.", "And now?"]


# --- asking again, and no longer --------------------------------------------


async def test_a_guest_who_asks_again_waits_in_a_new_room(floor: Floor):
    cem = floor.people["cem"]

    answer = await floor.do("cem", "/queue")

    room = answer["room"]
    assert answer == success("queued", "queue", id=answer["id"], room=room)
    assert room != floor.rooms["cem"]
    *news, place = await cem.news()
    assert place == {"type": "queuepos", "position": 1, "wait": 0}
    topic = {"topic": eg.CEM.question}
    assert news == [{"type": "joined", "room": room, **topic, "id": answer["id"]}]
    assert (await floor.people["ida"].get("/guests")).json() == ["Ben", "Cem"]
    await cem.say(room)
    heard = await floor.people["jon"].news()
    assert [one.get("details", one.get("what")) for one in heard] == ["queued", "guest"]


async def test_a_guest_who_has_a_room_already_stays_in_it(front: Front, floor: Floor):
    offset = front.live.state.offset

    for name in ("ana", "ben"):
        assert await floor.do(name, "/queue") == success("queued", "queue")

    assert front.live.state.offset == offset


async def test_a_guest_who_leaves_the_queue_has_no_room_and_may_ask_again(floor: Floor):
    ben = floor.people["ben"]

    answer = await ben.client.delete("/api/v1/desks/main/queue")

    assert answer.json() == success("left the queue", "leave_queue")
    (ended,) = [one for one in await ben.news() if one["type"] == "end"]
    assert (ended["room"], ended["reason"]) == (floor.rooms["ben"], "left_queue")
    assert types(await floor.people["jon"].news()) == ["abandoned"]
    assert (await ben.get("/state")).json()["rooms"] == []
    await floor.do("ben", "/queue")
    assert (await floor.people["jon"].get("/guests")).json() == ["Ben"]


# --- what is not of the form ------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/transfer/{ana}", {}, "$.agent"),
        ("/transfer/{ana}", {"agent": ""}, "$.agent"),
        ("/transfer/{ana}", {"agent": "Jon", "force": "yes"}, "$.force"),
        ("/transfer/{ana}", {"agent": "Jon", "room": "r"}, "$.room"),
        ("/direct_message", {"agent": "Jon"}, "$.body"),
        ("/direct_message", {"body": "x"}, "$.agent"),
        ("/direct_message", {"agent": ["Jon", "Ida"], "body": "x"}, "$.agent"),
        ("/create", {}, "$.name"),
        ("/create", {"name": ""}, "$.name"),
        ("/create", {"name": "  "}, "$.name"),
        ("/create", {"name": "Returns", "topic": None}, "$.topic"),
        ("/join/{ana}", {}, "$.as"),
        ("/join/{ana}", {"as": "guest"}, "$.as"),
        ("/join/{ana}", {"as_": "watcher"}, "$.as_"),
        ("/leave/{ana}", {"as": "watcher"}, "$.as"),
        ("/leave/{ana}", [], "$"),
    ],
)
async def test_what_is_not_of_the_form_is_refused_with_its_place(
    floor: Floor, path: str, body: object, where: str
):
    refused(await floor.people["mia"].post(floor.path(path), body), 400, "malformed", where)


async def test_how_one_joins_is_said_in_words(floor: Floor):
    answer = await floor.people["mia"].post(floor.path("/join/{ana}"), {"as": "guest"})

    assert "`speaker` or as `watcher`" in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/direct_message", {"agent": "Jon", "body": ""}, 422, "text_not_allowed"),
        ("/direct_message", {"agent": "Jon", "body": "a\0b"}, 422, "text_not_allowed"),
        ("/direct_message", {"agent": "Jon", "body": "x" * 8193}, 413, "too_large"),
        ("/create", {"name": "x" * 61}, 413, "too_large"),
        ("/create", {"name": "a\nb"}, 422, "text_not_allowed"),
        ("/create", {"name": "x", "topic": "x" * 501}, 413, "too_large"),
        ("/create", {"name": "x", "topic": "a\x1bb"}, 422, "text_not_allowed"),
    ],
)
async def test_a_text_that_does_not_do_is_refused(
    floor: Floor, path: str, body: object, status: int, code: str
):
    refused(await floor.people["mia"].post(path, body), status, code)


async def test_a_guests_body_for_the_queue_holds_a_key_at_most(ana: Someone):
    refused(await ana.post("/queue", {"topic": "x"}), 400, "malformed", "$.topic")
    refused(await ana.post("/queue", {"key": "short"}), 400, "malformed", "$.key")
