"""Keys with which sites vouch for their guests, over HTTP."""

import pytest

from frontdesk.desk.limits import VOUCH_KEYS_MOST
from tests import examples as eg
from tests.web.front import Front, Someone, new_key, refused, url
from tests.web.vouches import NOW_S, asks, make_key, vouch


async def end(someone: Someone, id: str) -> None:
    answer = await someone.client.delete(url(f"/keys/{id}"))
    told = {"type": "success", "success": "key ended", "code": "end_key"}
    assert (answer.status_code, answer.json()) == (200, told)


async def test_a_key_is_made_and_its_secret_is_shown_this_once(ada: Someone):
    key = new_key()
    made = await ada.post("/keys", {"label": "  Web shop ", "key": key})

    told = made.json()
    assert made.status_code == 201
    assert {name: told[name] for name in ("success", "code")} == {
        "success": "key made",
        "code": "make_key",
    }
    assert len(told["secret"]) == 43
    listed = await ada.get("/keys")
    assert listed.json() == [
        {"id": told["id"], "label": "Web shop", "created": NOW_S, "last_used": None}
    ]
    assert told["secret"] not in listed.text
    # Who did not hear the answer asks for the same again, and has made no second one.
    again = (await ada.post("/keys", {"label": "x", "key": key})).json()
    assert again == {**told, "replayed": True}
    assert len((await ada.get("/keys")).json()) == 1


async def test_no_two_keys_have_the_same_secret(ada: Someone):
    keys = [await make_key(ada) for _ in range(2)]

    assert len({one.secret for one in keys}) == len({one.id for one in keys}) == 2


async def test_a_secret_is_in_no_row_of_the_store_and_in_no_entry(front: Front, ada: Someone):
    key = await make_key(ada)

    assert key.secret not in repr(vars(front.store))
    assert key.id in repr(vars(front.store))


async def test_only_admins_see_make_and_end_keys(
    front: Front, ana: Someone, ida: Someone, mia: Someone, ada: Someone
):
    key = await make_key(ada)

    for someone in (ana, ida, mia):
        refused(await someone.get("/keys"), 403, "not_allowed")
        refused(await someone.post("/keys", {"label": "x"}), 403, "not_allowed")
        refused(await someone.client.delete(url(f"/keys/{key.id}")), 403, "not_allowed")
    refused(await front.someone().get("/keys"), 401, "not_signed_in")
    assert len((await ada.get("/keys")).json()) == 1


async def test_there_are_five_keys_at_most(ada: Someone):
    keys = [await make_key(ada) for _ in range(VOUCH_KEYS_MOST)]

    refused(await ada.post("/keys", {"label": "one more"}), 403, "not_allowed")
    await end(ada, keys[0].id)
    await make_key(ada)


@pytest.mark.parametrize(
    ("label", "status", "code"),
    [
        ("", 400, "malformed"),
        ("x" * 61, 400, "malformed"),
        (7, 400, "malformed"),
        (" ", 422, "text_not_allowed"),
        ("a\nb", 422, "text_not_allowed"),
        ("a\0b", 422, "text_not_allowed"),
    ],
)
async def test_a_label_is_one_line(ada: Someone, label: object, status: int, code: str):
    answer = await ada.post("/keys", {"label": label})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await ada.get("/keys")).json() == []


async def test_a_key_that_was_ended_is_gone_at_once_and_cannot_be_ended_again(
    front: Front, ada: Someone
):
    key, other = await make_key(ada, "old"), await make_key(ada, "new")

    await end(ada, key.id)

    refused(await ada.client.delete(url(f"/keys/{key.id}")), 404, "not_found")
    refused(await ada.client.delete(url("/keys/none")), 404, "not_found")
    assert [one["label"] for one in (await ada.get("/keys")).json()] == ["new"]
    stranger = front.someone()
    refused(await stranger.post("/identify", asks(vouch(key))), 422, "vouch_not_valid")
    assert (await stranger.post("/identify", asks(vouch(other)))).status_code == 201


async def test_when_a_key_was_used_last_is_known_to_the_minute(front: Front, ada: Someone):
    key = await make_key(ada)
    await front.pass_time(90 * eg.SECOND)
    token = vouch(key, iat=NOW_S + 60, exp=NOW_S + 1_000)

    await front.someone().post("/identify", asks(token))
    await front.pass_time(30 * eg.SECOND)
    await front.someone().post("/identify", asks(token))

    (told,) = (await ada.get("/keys")).json()
    assert (told["created"], told["last_used"]) == (NOW_S, NOW_S + 90)


async def test_the_audit_trail_tells_of_keys_and_of_no_secret(ada: Someone):
    key = await make_key(ada, "Web shop")
    await end(ada, key.id)

    trail = await ada.get("/audit")

    told = [(one["by"], one["what"], one["about"], one["detail"]) for one in trail.json()["events"]]
    assert told[:2] == [
        ("Ada", "key_ended", "Web shop", {"id": key.id}),
        ("Ada", "key_made", "Web shop", {"id": key.id}),
    ]
    assert key.secret not in trail.text
