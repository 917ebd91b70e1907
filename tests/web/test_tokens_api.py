"""API tokens over HTTP."""

import re

import pytest

from frontdesk.desk.commands import ChangePerson
from frontdesk.engine import accounts
from tests import examples as eg
from tests.web.front import PASSWORD, SESSION, Front, Json, Someone, new_key, refused, settled

TOKENS = "/api/v1/tokens"


async def created(someone: Someone, label: str = "A bot") -> Json:
    answer = await someone.post(TOKENS, {"label": label, "key": new_key()})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(someone: Someone) -> list[Json]:
    return list((await someone.get(TOKENS)).json())


async def test_a_token_is_told_once_and_may_do_what_its_account_may(front: Front, ida: Someone):
    given = await created(ida)

    assert given == {
        "type": "success",
        "success": "token created",
        "code": "create_token",
        "id": given["id"],
        "token": given["token"],
    }
    assert re.fullmatch("fdt_[0-9a-f]{64}", given["token"])
    bot = front.someone(token=given["token"])
    assert (await bot.get(SESSION)).json()["user"] == "Ida"
    await settled()
    found = await listed(ida)
    assert found[0].pop("last_used") is not None
    assert found == [
        {"id": given["id"], "user": "Ida", "label": "A bot", "created": eg.NOW // 1000}
    ]
    assert given["token"][4:] not in repr(vars(front.store))


async def test_when_a_token_was_used_is_known_by_the_hour(front: Front, ida: Someone):
    given = await created(ida)
    assert (await listed(ida))[0]["last_used"] is None
    bot = front.someone(token=given["token"])

    used = []
    for wait_ms in (0, 1_000, 3_600_000):
        front.clock.advance(wait_ms)
        await bot.get("/list")
        await settled()
        used.append((await listed(ida))[0]["last_used"])

    first = eg.NOW // 1000
    assert used == [first, first, first + 3_601]


async def test_agents_see_their_own_tokens_and_admins_all(
    front: Front, ida: Someone, jon: Someone, ada: Someone
):
    await created(ida, "of Ida")
    await created(jon, "of Jon")

    assert [one["user"] for one in await listed(ida)] == ["Ida"]
    assert sorted(one["user"] for one in await listed(ada)) == ["Ida", "Jon"]
    await front.operator(ChangePerson("Ada", desks=(front.live.state.id,)))
    assert await listed(ada) == []


async def test_a_token_that_is_ended_opens_nothing_and_is_hung_up(front: Front, ida: Someone):
    given = await created(ida)
    bot = front.someone(token=given["token"])
    bot.since = (await bot.get("/state")).json()["id"]
    poll = await bot.park()

    answer = await ida.client.delete(f"{TOKENS}/{given['id']}")

    assert answer.json()["success"] == "token ended"
    assert (await poll)[-1]["type"] == "welcome"
    refused(await bot.get("/list"), 401, "not_signed_in")
    assert await listed(ida) == []
    refused(await ida.client.delete(f"{TOKENS}/{given['id']}"), 404, "not_found")
    assert (await ida.get("/list")).status_code == 200


async def test_nobody_ends_the_token_of_another_but_admins(
    ida: Someone, jon: Someone, mia: Someone, ada: Someone
):
    given = await created(ida)

    for someone in (jon, mia):
        refused(await someone.client.delete(f"{TOKENS}/{given['id']}"), 404, "not_found")
    assert (await ada.client.delete(f"{TOKENS}/{given['id']}")).status_code == 200


async def test_a_session_is_no_token_that_could_be_ended_here(front: Front, ida: Someone):
    from frontdesk.web.identity import hash_of
    from frontdesk.web.once import id_of_token

    id = id_of_token(hash_of(ida.token))

    refused(await ida.client.delete(f"{TOKENS}/{id}"), 404, "not_found")
    assert (await ida.get("/list")).status_code == 200


async def test_a_token_creates_no_tokens(front: Front, ida: Someone):
    bot = front.someone(token=(await created(ida))["token"])

    refused(await bot.post(TOKENS, {"label": "Another"}), 403, "not_allowed")


async def test_guests_have_no_tokens(ana: Someone):
    refused(await ana.get(TOKENS), 403, "not_allowed")
    refused(await ana.post(TOKENS, {"label": "Mine"}), 403, "not_allowed")


@pytest.mark.parametrize(
    ("label", "status", "code"),
    [
        ("x" * 61, 413, "too_large"),
        ("two\nlines", 422, "text_not_allowed"),
        ("  ", 422, "text_not_allowed"),
    ],
)
async def test_a_label_is_one_line(ida: Someone, label: str, status: int, code: str):
    refused(await ida.post(TOKENS, {"label": label}), status, code)
    assert await listed(ida) == []


async def test_the_same_key_gives_the_same_token(front: Front, ida: Someone, jon: Someone):
    body = {"label": "A bot", "key": new_key()}

    first, again = [(await ida.post(TOKENS, body)).json() for _ in range(2)]
    other = (await jon.post(TOKENS, body)).json()

    assert again.pop("replayed")
    assert first == again
    assert other["token"] != first["token"]
    assert len(await listed(ida)) == 1


async def test_an_account_has_so_many_tokens(ida: Someone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(accounts, "TOKENS_MOST", 2)
    await created(ida)
    given = await created(ida)

    refused(await ida.post(TOKENS, {"label": "A third"}), 413, "too_large")

    await ida.client.delete(f"{TOKENS}/{given['id']}")
    await created(ida)


# --- one's own password ---------------------------------------------------------------------------

OWN = "/api/v1/password"
NEW = "another phrase of mine"


async def test_a_new_password_ends_the_other_sessions_and_links_and_leaves_tokens(
    front: Front, ida: Someone, ada: Someone
):
    bot = front.someone(token=(await created(ida))["token"])
    other = await front.agent(eg.IDA)
    poll = await other.park()
    invite = (await ada.post("/api/v1/invite", {"user": "Ida"})).json()["invite"]

    answer = await ida.post(OWN, {"old": PASSWORD, "new": NEW})

    assert answer.json() == {
        "type": "success",
        "success": "password changed",
        "code": "password",
    }
    assert (await poll)[-1]["type"] == "welcome"
    refused(await other.get("/list"), 401, "not_signed_in")
    assert (await ida.get("/list")).status_code == 200
    assert (await bot.get("/list")).status_code == 200
    stranger = front.someone()
    refused(await stranger.post("/api/v1/welcome", {"invite": invite}), 404, "not_found")
    old = {"username": "Ida", "password": PASSWORD}
    refused(await stranger.post(SESSION, old), 401, "wrong_credentials")
    assert (await stranger.post(SESSION, {**old, "password": NEW})).status_code == 201


async def test_a_wrong_old_password_changes_nothing_and_is_a_guess(front: Front, ida: Someone):
    ida.client.cookies.delete("frontdesk-device")
    for _ in range(5):
        answer = await ida.post(OWN, {"old": "wrong", "new": NEW})
        refused(answer, 401, "wrong_credentials")

    answer = await ida.post(OWN, {"old": PASSWORD, "new": NEW})

    assert answer.status_code == 429
    stranger = front.someone()
    answer = await stranger.post(SESSION, {"username": "Ida", "password": PASSWORD})
    assert answer.status_code == 429
    front.clock.advance(1_000)
    assert (await ida.post(OWN, {"old": PASSWORD, "new": NEW})).status_code == 200


@pytest.mark.parametrize("new", ["", "too short", "x" * 257])
async def test_a_password_that_nobody_may_choose_is_refused(ida: Someone, new: str):
    refused(await ida.post(OWN, {"old": PASSWORD, "new": new}), 422, "password_not_allowed")


async def test_a_password_goes_over_no_open_line(front: Front, ida: Someone):
    far = front.someone(base="http://desk.example", address="203.0.113.9", token=ida.token)

    refused(await far.post(OWN, {"old": PASSWORD, "new": NEW}), 403, "insecure_connection")


async def test_a_password_that_an_operator_changes_meanwhile_is_not_overwritten(
    front: Front, ida: Someone, monkeypatch: pytest.MonkeyPatch
):
    from frontdesk.engine.node import Node
    from tests.web.front import CHEAP

    operators = CHEAP.hash("what the operator chose")
    hash_one = front.passwords.hash

    async def meanwhile(password: str) -> str:
        account = await front.store.account("Ida")
        assert account is not None
        node = await Node.load(front.store, front.clock)
        await accounts.set_password(node, account, operators)
        return await hash_one(password)

    monkeypatch.setattr(front.passwords, "hash", meanwhile)
    answer = await ida.post(OWN, {"old": PASSWORD, "new": NEW})

    refused(answer, 401, "wrong_credentials")
    account = await front.store.account("Ida")
    assert account is not None
    assert account.password_hash == operators
