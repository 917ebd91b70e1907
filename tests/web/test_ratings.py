"""Rating what is over, over HTTP and the socket."""

import pytest

from frontdesk.desk.limits import RATED_WITHIN_MS, RATING_COMMENT_BYTES, RATINGS_MOST
from tests import examples as eg
from tests.web.front import Front, Someone, new_key, refused, url
from tests.web.lines import Socket

KIND = "Ida was *kind*."


@pytest.fixture
async def over(ana: Someone, ida: Someone) -> Someone:
    """Ana, whom Ida has helped."""
    await ida.assist()
    assert (await ida.post(f"/end/{ana.room}")).status_code == 200
    await ida.news()
    return ana


async def exported(front: Front, ada: Someone) -> list[dict[str, object]]:
    """Ana's ratings of her first room."""
    person = front.live.state.find("Ana")
    export = (await ada.get(f"/people/{person}")).json()
    ratings: list[dict[str, object]] = export["rooms"][0]["ratings"]
    return ratings


async def test_a_rating_is_kept_and_agents_hear_the_stars_alone(
    front: Front, over: Someone, ida: Someone, ada: Someone
):
    answer = await over.post(f"/rate/{over.room}", {"rating": 4, "comment": KIND})

    assert answer.json() == {"type": "success", "success": "rated", "code": "rate"}
    event = (await ida.news())[-1]
    assert event == {
        "type": "floor",
        "what": "rated",
        "room": over.room,
        "user": "Ana",
        "rating": 4,
        "agent": "Ida",
        "id": event["id"],
    }
    now = eg.NOW // 1000
    assert await exported(front, ada) == [{"rating": 4, "comment": KIND, "at": now}]


async def test_the_later_rating_counts_and_both_are_kept(front: Front, over: Someone, ada: Someone):
    for rating in (1, 5):
        assert (await over.post(f"/rate/{over.room}", {"rating": rating})).status_code == 200

    assert [one["rating"] for one in await exported(front, ada)] == [1, 5]


async def test_nobody_changes_their_mind_without_end(over: Someone):
    answers = [
        (await over.post(f"/rate/{over.room}", {"rating": 3})).status_code
        for _ in range(RATINGS_MOST + 1)
    ]

    assert answers == [200] * RATINGS_MOST + [403]


async def test_a_repeat_rates_once(front: Front, over: Someone, ada: Someone):
    body = {"rating": 5, "key": new_key()}

    first, second = [await over.post(f"/rate/{over.room}", body) for _ in range(2)]

    assert second.json() == {**first.json(), "replayed": True}
    assert len(await exported(front, ada)) == 1


async def test_a_comment_loses_its_html_and_may_be_left_out(
    front: Front, over: Someone, ada: Someone
):
    for comment in ("<b>bold</b>", "", " \n "):
        await over.post(f"/rate/{over.room}", {"rating": 5, "comment": comment})

    assert [one["comment"] for one in await exported(front, ada)] == ["\\<b>bold\\</b>", "", ""]


async def test_a_rating_is_1_to_5_with_a_comment_of_2_kib(over: Someone):
    path = f"/rate/{over.room}"
    for rating in (0, 6, 4.5, "5", None, True):
        refused(await over.post(path, {"rating": rating}), 400, "malformed", "$.rating")
    for comment, status, code in (
        ("x" * (RATING_COMMENT_BYTES + 1), 413, "too_large"),
        ("a\0b", 422, "text_not_allowed"),
    ):
        refused(await over.post(path, {"rating": 5, "comment": comment}), status, code)


async def test_the_room_of_somebody_else_looks_like_none(over: Someone, ben: Someone):
    for room in (over.room, "r" + "0" * 32):
        refused(await ben.post(f"/rate/{room}", {"rating": 1}), 404, "not_found")
    refused(await ben.post(f"/rate/{ben.room}", {"rating": 1}), 403, "not_allowed")


async def test_a_desk_that_does_not_ask_and_a_day_that_is_over_take_no_rating(
    front: Front, over: Someone, ida: Someone
):
    await front.set(ratings=False)
    refused(await over.post(f"/rate/{over.room}", {"rating": 5}), 403, "not_allowed")
    await front.set(ratings=True)
    # Who is seen meanwhile is not forgotten.
    await front.pass_time(RATED_WITHIN_MS // 2)
    await over.get("/state")
    await front.pass_time(RATED_WITHIN_MS // 2)
    assert (await over.post(f"/rate/{over.room}", {"rating": 5})).status_code == 200
    await front.pass_time(1)
    refused(await over.post(f"/rate/{over.room}", {"rating": 5}), 403, "not_allowed")


async def test_of_an_erased_guest_the_stars_stay_and_no_word(
    front: Front, over: Someone, ida: Someone, ada: Someone
):
    await over.post(f"/rate/{over.room}", {"rating": 2, "comment": KIND})
    person = front.live.state.find("Ana")
    assert (await ada.client.delete(url(f"/people/{person}"))).status_code == 200

    (room,) = (await ada.get(f"/people/{person}")).json()["rooms"]
    assert [(one["rating"], one["comment"]) for one in room["ratings"]] == [(2, "")]
    ida.since = f"{front.live.epoch}.0.0"
    (event,) = [one for one in await ida.news() if one.get("what") == "rated"]
    assert event["user"].startswith("erased-")


async def test_a_guest_rates_over_the_socket(front: Front, over: Someone, ada: Someone):
    socket = await Socket.open(over, over.since)

    answer = await socket.ask("rate", room=over.room, rating=5, comment=KIND)

    assert (answer["type"], answer["code"]) == ("success", "rate")
    assert [one["comment"] for one in await exported(front, ada)] == [KIND]
