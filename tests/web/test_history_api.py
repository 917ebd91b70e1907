"""Looking back over HTTP: what is found and read, page by page, and by whom."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.engine import history
from frontdesk.web.queries import ROOMS_MOST, USER_MOST, WORDS_MOST
from frontdesk.web.vouching import SUB_CHARS
from tests import examples as eg
from tests.web.front import Front, Someone, refused, url


async def found(someone: Someone, **query: str) -> list[str]:
    """The rooms that are found, in order."""
    answer = await someone.get("/history", **query)
    assert answer.status_code == 200, answer.text
    return [one["room"] for one in answer.json()["rooms"]]


async def read(someone: Someone, room: str, **query: str) -> Any:
    answer = await someone.get(f"/history/{room}", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- finding ------------------------------------------------------------------------------------


async def test_a_monitor_finds_what_was_said_and_what_has_become_of_it(
    front: Front, ana: Someone, ben: Someone, ida: Someone, mia: Someone
):
    await ida.assist(ana.user)
    await ana.say(ana.room, "The *parcel* is blue.")
    await ida.post(f"/end/{ana.room}")

    answer = (await mia.get("/history", q="BLUE parc")).json()

    assert answer["next"] is None
    [room] = answer["rooms"]
    assert room.pop("opened") <= room.pop("ended")
    assert room == {
        "room": ana.room,
        "user": "Ana",
        "question": eg.ANA.question,
        "reason": "agent",
        "agents": ["Ida"],
        "rating": None,
        "messages": 1,
        "excerpt": "The *parcel* is blue.",
    }
    everything = (await mia.get("/history")).json()["rooms"]
    assert [one["room"] for one in everything] == [ben.room, ana.room]
    assert [one["excerpt"] for one in everything] == [None, None]
    assert everything[0]["ended"] is everything[0]["reason"] is None


async def test_rooms_are_found_by_guest_agent_and_reason(
    ana: Someone, ben: Someone, ida: Someone, jon: Someone, mia: Someone
):
    await ida.assist(ana.user)
    await jon.assist(ben.user)
    await ida.post(f"/end/{ana.room}")
    await ben.post(f"/end/{ben.room}")

    assert await found(mia, user=" aN") == [ana.room]
    assert await found(mia, user="Ana 2") == await found(mia, user="?") == []
    assert await found(mia, agent="Jon") == [ben.room]
    assert await found(mia, reason="guest") == [ben.room]
    assert await found(mia, reason="agent", user="Ben") == []
    # What nobody has typed anything into does not narrow it.
    assert await found(mia, q=" ", user="", agent="", reason="") == [ben.room, ana.room]


async def test_pages_go_on_where_the_one_before_has_ended(front: Front, ida: Someone, mia: Someone):
    for number in range(5):
        guest = eg.Guest(PersonId(""), f"Guest {number}", eg.ANA.room, "Where is it?", {})
        await front.guest(guest)
    everything = await found(mia, q="where")
    assert len(everything) == 5

    pages: list[list[str]] = []
    before = None
    while before is not None or not pages:
        more: dict[str, str] = {"before": before} if before is not None else {}
        answer = (await mia.get("/history", q="where", limit="2", **more)).json()
        pages.append([one["room"] for one in answer["rooms"]])
        before = answer["next"]
        await ida.assist()
        await front.guest(eg.Guest(PersonId(""), "Late", eg.ANA.room, "Where to?", {}))

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [room for page in pages for room in page] == everything


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("q=" + "x" * (WORDS_MOST + 1), "?q"),
        ("q=a&q=b", "?q"),
        ("user=" + "x" * (USER_MOST + 1), "?user"),
        ("sub=" + "x" * (SUB_CHARS + 1), "?sub"),
        ("reason=boredom", "?reason"),
        ("limit=0", "?limit"),
        (f"limit={ROOMS_MOST + 1}", "?limit"),
        ("limit=x", "?limit"),
        ("before=1", "?before"),
        ("before=00000000.1.0", "?before"),
        ("before=", "?before"),
    ],
)
async def test_a_parameter_that_is_wrong_is_named(mia: Someone, query: str, where: str):
    refused(await mia.client.get(url(f"/history?{query}")), 400, "malformed", where)


HOSTILE = (
    *('"', '""', "'", "*", "a*", "a AND", "NOT a", "NEAR(a b)", "{words} : a", "a^2", "-a", "(((("),
    *(
        "\0",
        "a\0b",
        "\x1b[31m",
        "👋🏽",
        "a\u202eb",
        "מה\u200fabc",
        "\ud800",
        "\ufffe",
        "\ue000main",
    ),
    *("e\u0301" * 100, "x" * WORDS_MOST, "a " * 100, '"' * WORDS_MOST, "'; DROP TABLE word; --"),
)


@pytest.mark.parametrize("words", HOSTILE, ids=ascii)
async def test_whatever_is_asked_for_is_answered(ana: Someone, mia: Someone, words: str):
    raw = quote(words.encode("utf-8", "surrogatepass"))

    answer = await mia.client.get(url(f"/history?q={raw}"))

    assert answer.status_code == 200, answer.text


async def test_a_search_takes_in_first_what_was_said_just_now(
    front: Front, ana: Someone, mia: Someone, monkeypatch: pytest.MonkeyPatch
):
    taken: list[int] = []

    async def index(desk: DeskId, limit: int) -> bool:
        taken.append(limit)
        return True

    monkeypatch.setattr(front.store, "index", index)

    assert await found(mia, q="question") == await found(mia, q="question")
    assert len(taken) == 2 * history.CATCH_UP_TURNS
    await found(mia)
    await found(mia, user="Ana")
    assert len(taken) == 2 * history.CATCH_UP_TURNS


# --- reading ------------------------------------------------------------------------------------


async def test_a_conversation_is_read_with_all_who_came_and_went(
    front: Front, ana: Someone, ida: Someone, mia: Someone
):
    await ana.say(ana.room, "Hello?")
    await ida.assist(ana.user)
    await ida.say(ana.room, "Hello!")
    await ida.post(f"/end/{ana.room}")
    await ana.post(f"/rate/{ana.room}", {"rating": 4, "comment": "Quick."})

    told = await read(mia, ana.room)

    lines = [{**one, "id": "", "at": 0} for one in told["lines"]]
    assert [one.get("body") or one.get("details") for one in lines] == [
        "Hello?",
        "joined",
        "Hello!",
        "agent",
    ]
    assert [one["type"] for one in lines] == [
        "message",
        "notification",
        "message",
        "end",
    ]
    assert lines[0] == {"id": "", "at": 0, "type": "message", "user": "Ana", "body": "Hello?"}
    assert lines[-1] == {"id": "", "at": 0, "type": "end", "details": "agent"}
    ids = [one["id"] for one in told["lines"]]
    assert len(set(ids)) == len(ids)
    assert told["guest"] == {
        "user": "Ana",
        "question": eg.ANA.question,
        "info": eg.ANA.info,
        "vouched": None,
    }
    assert (told["user"], told["agents"], told["messages"]) == ("Ana", ["Ida"], 2)
    assert (told["rating"], told["comment"], told["next"]) == (4, "Quick.", None)


async def test_a_long_conversation_is_read_part_by_part(
    ana: Someone, mia: Someone, monkeypatch: pytest.MonkeyPatch
):
    said = [f"message {number}" for number in range(9)]
    for body in said:
        await ana.say(ana.room, body)
    monkeypatch.setattr(history.part_of, "__kwdefaults__", {"most_bytes": 700})

    heard: list[str] = []
    after, parts = None, 0
    while after is not None or not parts:
        part = await read(mia, ana.room, **({"after": after} if after is not None else {}))
        heard += [one["body"] for one in part["lines"] if one["type"] == "message"]
        after, parts = part["next"], parts + 1

    assert heard == said
    assert parts > 2
    refused(await mia.get(f"/history/{ana.room}", after="1.2.3"), 400, "malformed", "?after")


async def test_only_an_admin_is_told_the_id_of_the_guest(ana: Someone, mia: Someone, ada: Someone):
    assert (await read(mia, ana.room))["person"] is None
    person = (await read(ada, ana.room))["person"]
    assert (await ada.get(f"/people/{person}")).json()["user"] == "Ana"


async def test_of_an_erased_guest_nothing_is_found_and_little_is_left(
    front: Front, ana: Someone, ida: Someone, ada: Someone
):
    await ida.assist(ana.user)
    await ana.say(ana.room, "My card is 4711.")
    await ana.post(f"/end/{ana.room}")
    await ana.post(f"/rate/{ana.room}", {"rating": 1, "comment": "I said 4711!"})
    person = (await read(ada, ana.room))["person"]
    assert await found(ada, q="4711") == [ana.room]

    await ada.client.delete(url(f"/people/{person}"))

    assert await found(ada, q="4711") == []
    assert await found(ada, user="Ana") == []
    [room] = (await ada.get("/history")).json()["rooms"]
    left = await read(ada, ana.room)
    for text in (json.dumps(room), json.dumps(left)):
        assert "Ana" not in text
        assert "4711" not in text
    assert (room["question"], room["messages"], room["agents"]) == ("", 1, ["Ida"])


# --- what a guest had before --------------------------------------------------------------------


async def test_who_helps_a_guest_sees_what_the_guest_had_before(
    ana: Someone, ida: Someone, jon: Someone, mia: Someone
):
    await ida.assist(ana.user)
    await ida.post(f"/end/{ana.room}")
    await ana.post(f"/rate/{ana.room}", {"rating": 5})
    again = (await ana.post("/queue")).json()["room"]
    await jon.assist()

    answer = (await jon.get(f"/rooms/{again}/earlier")).json()

    [room] = answer["rooms"]
    assert room.pop("opened") <= room.pop("ended")
    assert room == {
        "room": ana.room,
        "question": eg.ANA.question,
        "reason": "agent",
        "rating": 5,
    }
    refused(await ida.get(f"/rooms/{again}/earlier"), 404, "not_found")
    assert len((await mia.get(f"/rooms/{again}/earlier")).json()["rooms"]) == 1
    assert (await mia.get(f"/rooms/{ana.room}/earlier")).json() == {"rooms": []}
