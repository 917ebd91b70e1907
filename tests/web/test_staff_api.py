"""Accounts, links and desks over HTTP: who may, what becomes of whom, and what comes of races."""

import asyncio
from typing import Any

import pytest

from frontdesk.desk.commands import AddPerson, ChangePerson
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.engine import accounts
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Full, PasswordRow
from frontdesk.web.identity import hash_of
from tests import examples as eg
from tests.web.front import HASH, SESSION, Front, Json, Someone, new_key, refused, settled

API = "/api/v1"
ACCOUNTS, CHANGE, INVITE = f"{API}/accounts", f"{API}/change_account", f"{API}/invite"
ACCEPT, WELCOME, DESKS, TOKENS = f"{API}/accept", f"{API}/welcome", f"{API}/desks", f"{API}/tokens"
CHOSEN = "a phrase of my own"


async def done(someone: Someone, path: str, body: Json, status: int = 200) -> Json:
    """What this is answered, which is done."""
    answer = await someone.post(path, {"key": new_key(), **body})
    assert answer.status_code == status, answer.text
    return answer.json()


async def added(ada: Someone, user: str = "Kim", **more: Any) -> Json:
    return await done(ada, ACCOUNTS, {"username": user, "role": "agent", **more}, 201)


async def listed(someone: Someone) -> dict[str, Json]:
    return {one["user"]: one for one in (await someone.get(ACCOUNTS)).json()}


async def second_admin(front: Front) -> Someone:
    """Jon, who is an admin too."""
    await front.operator(ChangePerson("Jon", role="admin"))
    return await front.agent(eg.JON, status="away")


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ida", "mia"])
async def test_accounts_and_desks_are_for_admins(
    front: Front, ida: Someone, mia: Someone, name: str
):
    someone = {"ida": ida, "mia": mia}[name]

    refused(await someone.get(ACCOUNTS), 403, "not_allowed")
    for path, body in (
        (ACCOUNTS, {"username": "Kim", "role": "admin"}),
        (CHANGE, {"user": someone.user, "role": "admin"}),
        (INVITE, {"user": "Ada"}),
        (DESKS, {"desk": "night"}),
    ):
        refused(await someone.post(path, body), 403, "not_allowed")
    assert [*(await listed(await front.agent(eg.ADA)))] == ["Ada", "Ida", "Jon", "Mia"]


async def test_an_admin_of_some_desks_gives_nobody_the_others(front: Front, ada: Someone):
    await done(ada, CHANGE, {"user": "Jon", "role": "admin", "desks": ["main"]})
    jon = await front.agent(eg.JON)

    for path, body in (
        (CHANGE, {"user": "Jon", "desks": "all"}),
        (ACCOUNTS, {"username": "Kim", "role": "admin"}),
        (INVITE, {"user": "Ada"}),
        (DESKS, {"desk": "night"}),
    ):
        refused(await jon.post(path, body), 403, "not_allowed")
    assert (await jon.get("/settings")).status_code == 200


async def test_who_is_an_admin_no_longer_by_the_time_it_is_done_does_it_no_longer(
    front: Front, ada: Someone
):
    jon = await second_admin(front)
    go = asyncio.Event()

    async def takes_the_right_away(node: Node) -> None:
        await go.wait()
        await accounts.change(node, ChangePerson("Jon", role="agent"))

    taking = front.task(front.engine.as_node(takes_the_right_away))
    await settled()
    asking = front.task(jon.post(ACCOUNTS, {"username": "Kim", "role": "admin"}))
    await settled()
    go.set()
    await taking

    refused(await asking, 403, "not_allowed")
    assert "Kim" not in await listed(ada)


# --- accounts -------------------------------------------------------------------------------------


async def test_an_account_begins_with_a_link_with_which_somebody_chooses_a_password(
    front: Front, ada: Someone, stranger: Someone
):
    given = await added(ada, role="monitor")

    assert given == {
        "type": "success",
        "success": "account added",
        "code": "add_account",
        "user": "Kim",
        "invite": given["invite"],
        "until": (eg.NOW + accounts.INVITE_MS) // 1000,
    }
    assert len(given["invite"]) == 64
    assert (await listed(ada))["Kim"] == {
        "user": "Kim",
        "role": "monitor",
        "disabled": False,
        "desks": "all",
        "invited": True,
        "until": given["until"],
    }
    wrong = {"username": "Kim", "password": CHOSEN}
    refused(await stranger.post(SESSION, wrong), 401, "wrong_credentials")

    whose = await stranger.post(WELCOME, {"invite": given["invite"]})
    assert whose.json() == {"user": "Kim", "first": False}
    accepted = await stranger.post(ACCEPT, {"invite": given["invite"], "password": CHOSEN})

    assert accepted.status_code == 201
    assert accepted.json()["user"] == "Kim"
    assert (await stranger.get(SESSION)).json()["role"] == "monitor"
    assert (await listed(ada))["Kim"]["invited"] is False
    assert (await listed(ada))["Kim"]["until"] is None
    assert (await front.someone().post(SESSION, wrong)).status_code == 201


async def test_only_a_hash_of_a_link_is_kept(front: Front, ada: Someone):
    given = await added(ada)

    kept = await front.store.invite(hash_of(given["invite"]))
    assert kept is not None
    assert given["invite"] not in repr(vars(front.store))


async def test_an_account_of_some_desks_works_there(front: Front, ada: Someone):
    await done(ada, DESKS, {"desk": "night"}, 201)

    await added(ada, desks=["night", "night"])

    assert (await listed(ada))["Kim"]["desks"] == ["night"]
    refused(
        await ada.post(ACCOUNTS, {"username": "Lea", "role": "agent", "desks": ["noon"]}),
        *(400, "malformed", "$.desks"),
    )
    refused(await ada.post(CHANGE, {"user": "Kim", "desks": []}), 400, "malformed", "$.desks")


@pytest.mark.parametrize(
    ("username", "status", "code"),
    [
        ("Ida", 409, "name_taken"),
        ("1da", 409, "name_taken"),
        ("Ana", 409, "name_taken"),
        ("", 422, "name_not_allowed"),
        ("x" * 41, 422, "name_not_allowed"),
        ("K\u200bim", 422, "name_not_allowed"),
    ],
)
async def test_a_name_that_nobody_may_have_makes_no_account(
    ana: Someone, ada: Someone, username: str, status: int, code: str
):
    before = await listed(ada)

    refused(await ada.post(ACCOUNTS, {"username": username, "role": "agent"}), status, code)

    assert await listed(ada) == before


async def test_the_same_key_gives_the_same_link_also_to_two_at_once(front: Front, ada: Someone):
    body = {"username": "Kim", "role": "agent", "key": new_key()}

    first, second = await asyncio.gather(ada.post(ACCOUNTS, body), ada.post(ACCOUNTS, body))
    third = await ada.post(ACCOUNTS, {**body, "username": "Lea"})

    told = [answer.json() for answer in (first, second, third)]
    assert [answer.status_code for answer in (first, second, third)] == [201] * 3
    assert sorted(one.pop("replayed", False) for one in told) == [False, True, True]
    assert told[0] == told[1] == told[2]
    assert [*(await listed(ada))] == ["Ada", "Ida", "Jon", "Kim", "Mia"]


async def test_a_role_changes_at_every_desk(front: Front, ada: Someone, ida: Someone):
    await done(ada, DESKS, {"desk": "night"}, 201)

    await done(ada, CHANGE, {"user": "Ida", "role": "monitor"})

    roles = [live.state.agents[eg.IDA.id].role for live in front.engine.desks.all()]
    assert roles == ["monitor", "monitor"]
    refused(await ada.post(CHANGE, {"user": "Nobody", "role": "agent"}), 404, "not_found")


async def test_who_is_disabled_is_out_at_once_with_every_session_token_and_link(
    front: Front, ada: Someone, ida: Someone
):
    token = (await done(ida, TOKENS, {"label": "A bot"}, 201))["token"]
    bot = front.someone(token=token)
    link = (await done(ada, INVITE, {"user": "Ida"}))["invite"]
    poll = await ida.park()
    assert (await bot.get("/list")).status_code == 200

    await done(ada, CHANGE, {"user": "Ida", "disabled": True})

    assert (await poll)[-1]["type"] == "welcome"
    for someone in (ida, bot):
        refused(await someone.get("/list"), 401, "not_signed_in")
    refused(await front.someone().post(WELCOME, {"invite": link}), 404, "not_found")

    await done(ada, CHANGE, {"user": "Ida", "disabled": False})
    refused(await bot.get("/list"), 401, "not_signed_in")
    late = {"invite": link, "password": CHOSEN}
    refused(await front.someone().post(ACCEPT, late), 404, "not_found")
    assert (await front.agent(eg.IDA)).user == "Ida"


# --- somebody who may change accounts stays -------------------------------------------------------


@pytest.mark.parametrize("change", [{"role": "monitor"}, {"disabled": True}, {"desks": ["main"]}])
async def test_the_last_admin_stays(ada: Someone, change: Json):
    refused(await ada.post(CHANGE, {"user": "Ada", **change}), 409, "last_admin")

    assert (await listed(ada))["Ada"]["role"] == "admin"


async def test_an_admin_who_has_no_password_yet_is_nobody_to_rely_on(
    front: Front, ada: Someone, stranger: Someone
):
    given = await added(ada, role="admin")
    refused(await ada.post(CHANGE, {"user": "Ada", "role": "agent"}), 409, "last_admin")
    # Who never came may be sent away again.
    await done(ada, CHANGE, {"user": "Kim", "role": "agent"})
    await done(ada, CHANGE, {"user": "Kim", "role": "admin"})

    await stranger.post(ACCEPT, {"invite": given["invite"], "password": CHOSEN})

    await done(ada, CHANGE, {"user": "Ada", "role": "agent"})


async def test_of_two_admins_who_demote_each_other_one_stays(front: Front, ada: Someone):
    jon = await second_admin(front)

    answers = await asyncio.gather(
        ada.post(CHANGE, {"user": "Jon", "role": "agent"}),
        jon.post(CHANGE, {"user": "Ada", "role": "agent"}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 403]
    roles = [front.live.state.agents[one.id].role for one in (eg.ADA, eg.JON)]
    assert sorted(roles) == ["admin", "agent"]


async def test_of_two_processes_that_demote_one_admin_each_one_stays(front: Front):
    await front.operator(ChangePerson("Jon", role="admin"))
    nodes = [await Node.load(front.store, front.clock) for _ in range(2)]

    outcomes = await asyncio.gather(
        *(
            accounts.change(node, ChangePerson(user, role="agent"))
            for node, user in zip(nodes, ("Ada", "Jon"), strict=True)
        ),
        return_exceptions=True,
    )

    assert [str(one) for one in outcomes if one is not None] == ["last_admin"]


# --- links ----------------------------------------------------------------------------------------


async def test_a_new_link_voids_the_one_before_and_leaves_the_password_until_it_is_used(
    front: Front, ada: Someone, ida: Someone
):
    first = (await done(ada, INVITE, {"user": "Ida"}))["invite"]
    second = (await done(ada, INVITE, {"user": "Ida"}))["invite"]

    refused(await front.someone().post(WELCOME, {"invite": first}), 404, "not_found")
    assert (await ida.get("/list")).status_code == 200
    found = (await listed(ada))["Ida"]
    assert (found["invited"], found["until"]) == (False, (eg.NOW + accounts.INVITE_MS) // 1000)

    bot = front.someone(token=(await done(ida, TOKENS, {"label": "A bot"}, 201))["token"])
    someone = front.someone()
    assert (await someone.post(ACCEPT, {"invite": second, "password": CHOSEN})).status_code == 201
    for out in (ida, bot):
        refused(await out.get("/list"), 401, "not_signed_in")
    assert (await someone.get("/list")).status_code == 200


async def test_nobody_is_invited_who_is_not_there_or_is_disabled(front: Front, ada: Someone):
    await front.disable(eg.JON)

    refused(await ada.post(INVITE, {"user": "Nobody"}), 404, "not_found")
    refused(await ada.post(INVITE, {"user": "Jon"}), 403, "not_allowed")


# --- desks ----------------------------------------------------------------------------------------


async def test_a_desk_that_is_added_is_served_at_once_with_its_title_and_all_accounts(
    front: Front, ada: Someone, ida: Someone
):
    body = {"desk": "night", "title": "Night shift", "key": new_key()}

    answer = await ada.post(DESKS, body)

    assert (answer.status_code, answer.json()) == (
        201,
        {"type": "success", "success": "desk added", "code": "add_desk"},
    )
    assert (await ada.post(DESKS, body)).json()["replayed"]
    assert {one["desk"] for one in (await ida.get(DESKS)).json()} == {"main", "night"}
    face = (await front.someone().get("/api/v1/desks/night/face")).json()
    assert (face["state"], face["title"]) == ("open", "Night shift")
    guest = await front.someone().post(
        "/api/v1/desks/night/identify", {"username": "Ana", "question": "?", "key": new_key()}
    )
    assert guest.status_code == 201
    refused(await ada.post(DESKS, {"desk": "night"}), 409, "name_taken")


@pytest.mark.parametrize("desk", ["", "Night", "-night", "night-", "n" * 41, "a/b", "näh", "a\n"])
async def test_a_desk_has_a_name_that_stands_in_addresses(ada: Someone, desk: str):
    refused(await ada.post(DESKS, {"desk": desk}), 400, "malformed", "$.desk")


async def test_a_title_that_is_none_adds_no_desk(front: Front, ada: Someone):
    body = {"desk": "night", "title": "x" * 61}

    refused(await ada.post(DESKS, body), 400, "malformed", "$.title")

    assert front.engine.desks.get(MAIN) is not None
    assert len(front.engine.desks.all()) == 1
    assert await front.store.desks() == [MAIN]


async def test_a_desk_that_cannot_be_written_is_not_served(
    front: Front, ada: Someone, monkeypatch: pytest.MonkeyPatch
):
    async def full(*batches: object, **more: object) -> Any:
        raise Full

    with monkeypatch.context() as patch:
        patch.setattr(front.store, "commit", full)
        refused(await ada.post(DESKS, {"desk": "night"}), 503, "overloaded")

    refused(await front.someone().get("/api/v1/desks/night/waittime"), 404, "not_found")
    await done(ada, DESKS, {"desk": "night"}, 201)


async def test_there_is_room_for_so_many_desks_and_accounts(
    ada: Someone, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(accounts, "DESKS_MOST", 1)
    monkeypatch.setattr(accounts, "ACCOUNTS_MOST", 4)

    refused(await ada.post(DESKS, {"desk": "night"}), 413, "too_large")
    refused(await ada.post(ACCOUNTS, {"username": "Kim", "role": "agent"}), 413, "too_large")


# --- beside everything else -----------------------------------------------------------------------


async def test_what_others_say_meanwhile_is_neither_lost_nor_said_twice(
    front: Front, ana: Someone, ida: Someone, ada: Someone
):
    await ida.assist()

    async def talks() -> None:
        for number in range(20):
            await ida.say(ana.room, f"line {number}")

    async def changes() -> None:
        for number in range(5):
            await added(ada, f"Kim {number + 3}")

    await asyncio.gather(talks(), changes())
    await settled()

    said = [event["body"] for event in await ana.news() if event["type"] == "message"]
    assert said == [f"line {number}" for number in range(20)]
    assert len(await listed(ada)) == 9


async def test_the_password_of_somebody_whom_the_command_line_has_added_is_nobody_elses_business(
    front: Front, ada: Someone
):
    node = await Node.load(front.store, front.clock)
    command = AddPerson(PersonId("agent-kim"), "Kim", "agent")
    await accounts.add(node, command, [PasswordRow(command.person, HASH)])

    # The server has not heard of it yet, and finds out by what it writes itself.
    refused(await ada.post(ACCOUNTS, {"username": "Kim", "role": "agent"}), 409, "name_taken")
    assert (await listed(ada))["Kim"]["invited"] is False


async def test_a_token_makes_no_way_in_that_outlives_it(front: Front, ada: Someone):
    bot = front.someone(token=(await done(ada, TOKENS, {"label": "A bot"}, 201))["token"])

    for path, body in (
        (INVITE, {"user": "Ada"}),
        (ACCOUNTS, {"username": "Another", "role": "admin"}),
    ):
        answer = await bot.post(path, body)
        refused(answer, 403, "not_allowed")
        assert "Sign in first" in answer.json()["error"]
    assert "Another" not in await listed(ada)
