"""Guests for whom a site vouches: who they are to agents, and for how long."""

from typing import Any

from frontdesk.desk.ids import DeskId
from frontdesk.engine.node import Node
from tests import examples as eg
from tests.web.front import Front, Someone, new_key, refused, url
from tests.web.vouches import NOW_S, asks, guest_of, make_key, vouch

SIGNED = {"sub": "customer-1042", "email": "ana@example.org"}


async def test_agents_see_what_the_site_has_signed_and_other_guests_do_not(
    front: Front, ada: Someone, ida: Someone, ben: Someone
):
    key = await make_key(ada)
    asked = await front.someone().post("/identify", asks(vouch(key), info={"os": "Debian"}))
    assert asked.status_code == 201, asked.text
    ana = await guest_of(front, asked.json())

    waits = (await ida.get("/state")).json()["queue"]
    assert [one["vouched"] for one in waits] == [None, SIGNED]
    given = (await ida.assist("Ana"))["guest"]
    assert given == {
        "user": "Ana",
        "question": eg.ANA.question,
        "info": {"os": "Debian"},
        "vouched": SIGNED,
    }
    (room,) = (await ida.get("/state")).json()["rooms"]
    assert room["guest"] == given
    for guest in (ana, ben):
        seen = (await guest.get("/state")).text + repr(await guest.news())
        assert "customer-1042" not in seen
        assert "example.org" not in seen


async def test_what_the_site_does_not_say_is_left_out(front: Front, ada: Someone, ida: Someone):
    key = await make_key(ada)
    await front.someone().post("/identify", asks(vouch(key, email=None)))

    (waits,) = (await ida.get("/state")).json()["queue"]
    assert waits["vouched"] == {"sub": "customer-1042"}


async def test_the_name_that_the_site_gives_goes_before_the_one_that_was_typed(
    front: Front, ada: Someone
):
    key = await make_key(ada)

    named = await front.someone().post("/identify", asks(vouch(key, name="Ana García")))
    staff = await front.someone().post("/identify", asks(vouch(key, name="Support")))

    assert (named.json()["user"], staff.json()["user"]) == ("Ana García", "Ana")


async def test_a_time_may_have_a_fraction_and_the_desk_may_stand_in_a_list(
    front: Front, ada: Someone
):
    key = await make_key(ada)

    for more in ({"exp": NOW_S + 0.5}, {"aud": ["other", "main"]}, {"jti": {"a": [1, {}]}}):
        answer = await front.someone().post("/identify", asks(vouch(key, **more)))
        assert answer.status_code == 201, answer.text


async def test_clocks_may_differ_by_a_minute(front: Front, ada: Someone):
    key = await make_key(ada)
    fine: tuple[dict[str, Any], ...] = (
        {"exp": NOW_S - 59},
        {"exp": NOW_S + 86_400 + 59},
        {"nbf": NOW_S + 59, "iat": NOW_S + 59},
    )

    for more in fine:
        answer = await front.someone().post("/identify", asks(vouch(key, **more)))
        assert answer.status_code == 201, answer.text


async def test_a_repeat_with_the_same_key_is_answered_also_when_the_word_is_late_by_then(
    front: Front, ada: Someone
):
    key, once = await make_key(ada), new_key()
    asked = asks(vouch(key), key=once)
    first = await front.someone().post("/identify", asked)
    await front.pass_time(eg.HOUR)
    await ada.client.delete(url(f"/keys/{key.id}"))

    again = await front.someone().post("/identify", asked)

    assert again.status_code == 201
    assert again.json() == {**first.json(), "replayed": True}
    refused(
        await front.someone().post("/identify", {**asked, "key": new_key()}), 422, "vouch_not_valid"
    )


async def test_an_ended_key_takes_nothing_from_who_was_vouched_for(
    front: Front, ada: Someone, ida: Someone
):
    key = await make_key(ada)
    asked = await front.someone().post("/identify", asks(vouch(key)))
    ana = await guest_of(front, asked.json())
    await ana.post(f"/end/{ana.room}")
    await ada.client.delete(url(f"/keys/{key.id}"))

    await ana.post("/queue")

    (waits,) = (await ida.get("/state")).json()["queue"]
    assert waits["vouched"] == SIGNED


async def test_a_key_of_one_desk_is_none_of_another(front: Front, ada: Someone):
    await (await Node.load(front.store, front.clock)).add_desk(DeskId("sales"))
    await front.engine._serve_new()
    key = await make_key(ada)
    sales = "/api/v1/desks/sales"

    other = await front.someone().post(f"{sales}/identify", asks(vouch(key, aud="sales")))
    at_sales = await make_key(ada, desk=sales)

    refused(other, 422, "vouch_not_valid")
    right = await front.someone().post(f"{sales}/identify", asks(vouch(at_sales, aud="sales")))
    assert right.status_code == 201


async def test_an_export_says_who_vouched_and_an_erasure_takes_it_away(
    front: Front, ada: Someone, ida: Someone
):
    key = await make_key(ada)
    await front.someone().post("/identify", asks(vouch(key)))
    (found,) = (await ada.get("/people", user="Ana")).json()["people"]

    export = (await ada.get(f"/people/{found['person']}")).json()
    assert export["vouched"] == SIGNED
    await ida.assist("Ana")
    await ada.client.delete(url(f"/people/{found['person']}"))

    after = (await ada.get(f"/people/{found['person']}")).json()
    assert after["vouched"] is None
    epoch = front.live.epoch
    heard = (await ida.get("/listen", since=f"{epoch}.0.0", wait="0")).text
    for left in (heard, (await ida.get("/state")).text, repr(vars(front.store))):
        assert "customer-1042" not in left
        assert "ana@example.org" not in left


async def test_a_guest_of_whom_nothing_is_said_is_as_before(front: Front, ida: Someone):
    body = {"username": "Ana", "question": "?", "vouch": None}

    assert (await front.someone().post("/identify", body)).status_code == 201
    (waits,) = (await ida.get("/state")).json()["queue"]
    assert waits["vouched"] is None


async def test_who_leaves_a_message_may_be_vouched_for_too(front: Front, ada: Someone):
    key, once = await make_key(ada), new_key()
    await front.set(open=False)
    body = {"username": "Ana", "body": "Call me.", "contact": "7", "vouch": vouch(key), "key": once}

    left = await front.someone().post("/leave_message", body)

    assert left.status_code == 201, left.text
    (found,) = (await ada.get("/people", user="Ana")).json()["people"]
    assert (await ada.get(f"/people/{found['person']}")).json()["vouched"] == SIGNED
    await front.pass_time(eg.HOUR)
    again = await front.someone().post("/leave_message", body)
    assert again.json() == {**left.json(), "replayed": True}
    late = await front.someone().post("/leave_message", {**body, "key": new_key()})
    refused(late, 422, "vouch_not_valid")
