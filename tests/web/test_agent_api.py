import pytest

from tests import examples as eg
from tests.web.front import Front, Someone, new_key, refused, types


async def test_the_answer_to_assist_is_the_agents_own_joined(ana: Someone, ida: Someone):
    joined = await ida.assist()

    assert joined == {
        "type": "joined",
        "room": ana.room,
        "topic": eg.ANA.question,
        "guest": {"user": "Ana", "question": eg.ANA.question, "info": eg.ANA.info, "vouched": None},
        "backlog": [],
        "more": False,
        "id": joined["id"],
    }
    assert joined in await ida.news()


async def test_what_a_guest_wrote_while_waiting_comes_with_the_guest(ana: Someone, ida: Someone):
    sent = await ana.say(ana.room, "Hello? Anybody?")

    joined = await ida.assist()

    assert joined["backlog"] == [
        {
            "id": sent["id"],
            "room": ana.room,
            "user": "Ana",
            "body": "Hello? Anybody?",
            "sent": sent["sent"],
        }
    ]


async def test_of_many_messages_the_last_fifty_come_and_that_there_are_more(
    front: Front, ana: Someone, ida: Someone
):
    await front.set(guest_rate=60_000)
    for number in range(51):
        await ana.say(ana.room, str(number))

    joined = await ida.assist()

    assert [message["body"] for message in joined["backlog"]] == [str(n) for n in range(1, 51)]
    assert joined["more"] is True


async def test_assist_takes_who_came_first_or_who_is_named(
    ana: Someone, ben: Someone, ida: Someone, jon: Someone
):
    assert (await ida.assist("Ben"))["guest"]["user"] == "Ben"
    assert (await jon.assist())["guest"]["user"] == "Ana"


async def test_assist_says_why_not(front: Front, ida: Someone, jon: Someone):
    refused(await ida.post("/assist", {}), 409, "no_queued_guests")
    refused(await ida.post("/assist", {"guest": "Ana"}), 409, "not_waiting")
    await front.guest(eg.ANA)
    await jon.post("/status", {"status": "away"})
    refused(await jon.post("/assist"), 409, "agent_unavailable")
    await ida.assist()
    refused(await jon.post("/assist", {"guest": "Ana"}), 409, "not_waiting")


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/assist", {"guest": {"$ne": None}}, "$.guest"),
        ("/assist", {"guest": ""}, "$.guest"),
        ("/assist", {"geust": "Ana"}, "$.geust"),
        ("/assist", ["Ana"], "$"),
        ("/status", {}, "$.status"),
        ("/status", {"status": "busy"}, "$.status"),
        ("/status", {"status": True}, "$.status"),
        ("/set_limit", {}, "$.limit"),
        ("/set_limit", {"limit": 0}, "$.limit"),
        ("/set_limit", {"limit": 11}, "$.limit"),
        ("/set_limit", {"limit": -(10**30)}, "$.limit"),
        ("/set_limit", {"limit": "3"}, "$.limit"),
        ("/set_limit", {"limit": 3.0}, "$.limit"),
        ("/set_limit", {"limit": True}, "$.limit"),
        ("/set_limit", {"limit": 3, "agent": 7}, "$.agent"),
    ],
)
async def test_what_is_not_of_the_form_is_refused_with_its_place(
    ida: Someone, path: str, body: object, where: str
):
    refused(await ida.post(path, body), 400, "malformed", where)


async def test_an_agent_is_away_until_they_say_available(front: Front):
    ida = await front.agent(eg.IDA, status="away")
    assert (await ida.get("/list")).json()["available_agents"] == []

    answer = await ida.post("/status", {"status": "available"})

    assert answer.json() == {"type": "success", "success": "status updated", "code": "status"}
    assert (await ida.get("/list")).json()["available_agents"] == ["Ida"]


async def test_saying_available_twice_is_heard_once(ida: Someone, jon: Someone):
    await ida.news()

    answer = await jon.post("/status", {"status": "available"})

    assert answer.status_code == 200
    assert await ida.news() == []


async def test_the_floor_hears_of_a_limit(ida: Someone, jon: Someone):
    await ida.news()

    answer = await jon.post("/set_limit", {"limit": 5, "key": new_key()})

    assert answer.json() == {"type": "success", "success": "limit changed", "code": "set_limit"}
    (event,) = await ida.news()
    assert (event["type"], event["what"]) == ("floor", "limit")
    assert (event["user"], event["limit"]) == ("Jon", 5)


async def test_only_monitors_set_the_limits_of_others(ida: Someone, mia: Someone, jon: Someone):
    theirs = {"limit": 1, "agent": "Jon"}

    refused(await ida.post("/set_limit", theirs), 403, "not_allowed")
    assert (await ida.post("/set_limit", {"limit": 1, "agent": "Ida"})).status_code == 200
    assert (await mia.post("/set_limit", theirs)).status_code == 200
    refused(await mia.post("/set_limit", {"limit": 1, "agent": "Kim"}), 404, "not_found")


async def test_an_agent_who_is_full_takes_nobody(ana: Someone, ben: Someone, ida: Someone):
    await ida.post("/set_limit", {"limit": 1})
    await ida.assist()

    refused(await ida.post("/assist"), 409, "agent_unavailable")


async def test_guests_are_who_waits_in_order(ana: Someone, ben: Someone, ida: Someone):
    assert (await ida.get("/guests")).json() == ["Ana", "Ben"]
    await ida.assist()

    assert (await ida.get("/guests")).json() == ["Ben"]


async def test_the_list_is_who_is_around(
    front: Front, ana: Someone, ben: Someone, ida: Someone, jon: Someone
):
    await front.disable(eg.ADA)
    await jon.post("/status", {"status": "away"})
    await ida.assist()

    assert (await ida.get("/list")).json() == {
        "available_agents": ["Ida"],
        "unavailable_agents": ["Jon", "Mia"],
        "guests": ["Ana", "Ben"],
    }


async def test_who_has_never_signed_in_listens_to_nothing(ida: Someone):
    roster = (await ida.get("/state")).json()["roster"]

    assert [(one["user"], one["present"]) for one in roster] == [
        ("Ada", False),
        ("Ida", True),
        ("Jon", False),
        ("Mia", False),
    ]


async def test_everybody_hears_of_an_assist_in_the_order_of_the_contract(
    ana: Someone, ida: Someone, jon: Someone
):
    for one in (ana, ida, jon):
        await one.news()
    await ida.post("/set_limit", {"limit": 1})
    await ida.assist()

    assert types(await ana.news()) == ["joined", "notification"]
    floor = [(e["type"], e.get("details", e.get("what"))) for e in await jon.news()]
    assert floor == [
        ("floor", "limit"),
        ("update", "dequeued"),
        ("update", "assigned"),
        ("update", "unavailable"),
    ]
    own = [(e["type"], e.get("user", "")) for e in await ida.news()]
    assert own[4:] == [("joined", ""), ("notification", "Ana")]
