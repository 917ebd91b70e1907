import re

import pytest

from frontdesk.desk.ids import MAIN
from frontdesk.desk.names import NAME_CHARS
from tests import examples as eg
from tests.web.front import Front, Someone, new_key, refused

TOKEN = re.compile(r"fdg_[0-9a-f]{64}")
ID = re.compile(r"[0-9a-f]{8}\.[0-9]+\.[0-9]+")


def asking(**more: object) -> dict[str, object]:
    return {"username": "Ana", "question": "My invoice is wrong", **more}


async def test_a_guest_who_identifies_is_given_a_token_a_name_a_room_and_a_place(
    stranger: Someone,
):
    answer = await stranger.post("/identify", asking(info={"os": "Debian 12"}))

    given = answer.json()
    assert answer.status_code == 201
    assert given.keys() == {"type", "success", "code", "token", "user", "room", "id"}
    assert (given["type"], given["success"]) == ("success", "identity set")
    assert (given["code"], given["user"]) == ("identify", "Ana")
    assert TOKEN.fullmatch(given["token"])
    assert ID.fullmatch(given["id"])
    assert "set-cookie" not in answer.headers


async def test_the_place_in_the_answer_is_where_the_guests_feed_begins(front: Front, ana: Someone):
    await front.agent(eg.IDA)

    events = await ana.news()

    assert events[0]["of"] == "availability"
    assert "queuepos" in [event["type"] for event in events]


async def test_a_guest_without_a_question_is_told_what_is_missing(stranger: Someone):
    refused(await stranger.post("/identify", {"username": "Ana"}), 400, "malformed", "$.question")


async def test_a_name_that_another_guest_has_gets_a_number(stranger: Someone, ana: Someone):
    answer = await stranger.post("/identify", asking())

    assert answer.json()["user"] == "Ana 2"


@pytest.mark.parametrize(
    "name", ["Ida", "IDA", "Support", "Suppоrt", "A\u200bna", "A\u202ena", " "]
)
async def test_a_name_that_looks_like_staff_or_hides_something_is_refused(
    stranger: Someone, name: str
):
    answer = await stranger.post("/identify", asking(username=name))

    refused(answer, 422, "name_not_allowed")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "This one is empty."),
        (" \t ", "This one is empty."),
        ("x" * 41, "This one is longer than 40 characters."),
        ("\ufdfa" * 3, "This one is longer than 40 characters."),
        ("x" * 300, "This one is longer than 40 characters."),
        ("x" * 60_000, "This one is longer than 40 characters."),
        ("A\u200bna", "This one holds what cannot be seen."),
        ("Ana\u2714", "This one wears a badge."),
        ("a\u0334\u0335\u0336\u0337", "too many on one."),
        ("!?", "This one has no letter and no digit."),
        ("Аna", "This one mixes scripts within a word."),
        ("Support", "or looks like one of those."),
    ],
)
async def test_a_name_that_is_none_is_told_why_and_what_would_be_one(
    stranger: Someone, name: str, why: str
):
    answer = await stranger.post("/identify", asking(username=name))

    refused(answer, 422, "name_not_allowed")
    assert answer.json()["error"].endswith(why)
    assert f"at most {NAME_CHARS} characters" in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (asking(username=7), "$.username"),
        (asking(username=None), "$.username"),
        (asking(question=["My", "invoice"]), "$.question"),
        (asking(question=True), "$.question"),
        (asking(info=["os"]), "$.info"),
        (asking(info={"os": 12}), "$.info[...]"),
        (asking(info={"os": {"name": "Debian"}}), "$.info[...]"),
        (asking(info={"": "Debian"}), "$.info"),
        (asking(info={"x" * 41: "Debian"}), "$.info"),
        (asking(info={"os": "x" * 501}), "$.info[...]"),
        (asking(info={str(number): "" for number in range(17)}), "$.info"),
        (asking(mail="ana@example.org"), "$.mail"),
        (asking(key="short"), "$.key"),
        (asking(key="x" * 65), "$.key"),
        (asking(key="with a space in it"), "$.key"),
        (asking(key=1234567890123456), "$.key"),
    ],
)
async def test_what_is_not_of_the_form_is_refused_with_its_place(
    stranger: Someone, body: dict[str, object], where: str
):
    refused(await stranger.post("/identify", body), 400, "malformed", where)


async def test_a_question_of_too_many_bytes_is_refused(stranger: Someone):
    assert (await stranger.post("/identify", asking(question="é" * 1024))).status_code == 201

    refused(await stranger.post("/identify", asking(question="é" * 1025)), 413, "too_large")


@pytest.mark.parametrize("question", ["", " \n", "a\0b", "a\x1b[31mb"])
async def test_a_question_with_nothing_to_see_or_with_control_characters_is_refused(
    stranger: Someone, question: str
):
    refused(await stranger.post("/identify", asking(question=question)), 422, "text_not_allowed")


async def test_what_a_guest_tells_about_themselves_may_not_break_the_line(stranger: Someone):
    answer = await stranger.post("/identify", asking(info={"os": "a\r\nBcc: x@example.org"}))

    refused(answer, 422, "text_not_allowed")


async def test_html_in_a_question_loses_its_power(front: Front, ida: Someone, stranger: Someone):
    await stranger.post("/identify", asking(question="<img src=x onerror=alert(1)> help"))

    queue = (await ida.get("/state")).json()["queue"]

    assert queue[0]["topic"] == "\\<img src=x onerror=alert(1)> help"


async def test_a_repeated_identify_is_the_same_guest_with_the_same_token(stranger: Someone):
    key = new_key()
    first = (await stranger.post("/identify", asking(key=key))).json()

    again = await stranger.post("/identify", asking(key=key))
    changed = await stranger.post("/identify", asking(username="Somebody", key=key))

    assert again.status_code == changed.status_code == 201
    assert again.json() == changed.json() == {**first, "replayed": True}


async def test_guests_without_a_key_are_as_many_guests_as_requests(stranger: Someone):
    first, second = [(await stranger.post("/identify", asking())).json() for _ in range(2)]

    assert first["token"] != second["token"]
    assert first["room"] != second["room"]


async def test_a_refused_identify_may_be_made_good_under_its_key(stranger: Someone):
    key = new_key()
    refused(
        await stranger.post("/identify", asking(username="Ida", key=key)), 422, "name_not_allowed"
    )

    answer = await stranger.post("/identify", asking(key=key))

    assert answer.status_code == 201
    assert "replayed" not in answer.json()


async def test_the_wait_for_whoever_would_join_now_needs_no_session(
    front: Front, stranger: Someone
):
    assert (await stranger.get("/waittime")).json() == {
        "state": "open",
        "position": 0,
        "waittime": 0,
    }
    await front.guest(eg.ANA)
    await front.pass_time(20_000)

    assert (await stranger.get("/waittime")).json() == {
        "state": "open",
        "position": 1,
        "waittime": 20,
    }


async def test_what_agents_may_do_guests_may_not(ana: Someone):
    for path in ("/assist", "/status", "/set_limit"):
        refused(await ana.post(path, {}), 403, "not_allowed")
    for path in ("/guests", "/list"):
        refused(await ana.get(path), 403, "not_allowed")


async def test_a_guest_has_no_account(ana: Someone):
    refused(await ana.get("/api/v1/session"), 403, "not_allowed")
    refused(await ana.client.delete("/api/v1/session"), 403, "not_allowed")


async def test_a_full_queue_says_so_to_whoever_would_join(
    front: Front, stranger: Someone, ana: Someone
):
    await front.engine.submit(MAIN, eg.settings(queue_most=1))

    assert (await stranger.get("/waittime")).json()["state"] == "full"


async def test_the_key_of_an_identify_is_good_for_as_long_as_the_room(
    front: Front, stranger: Someone
):
    key = new_key()
    first = (await stranger.post("/identify", asking(key=key))).json()
    for _ in range(26):
        ana = front.someone(token=first["token"])
        await ana.poll(first["id"])
        front.clock.advance(eg.HOUR)
    await front.store.tidy(front.clock.now_ms())
    row = await front.store.find_key("identify:main", key)

    again = (await stranger.post("/identify", asking(key=key))).json()

    assert row is not None
    assert again == {**first, "replayed": True}
