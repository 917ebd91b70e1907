import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from frontdesk.desk.commands import AddPerson, ChangePerson, SignOff
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.engine.ports import PasswordRow, Row, SessionEnd
from frontdesk.web.identity import SESSION_MS
from tests import examples as eg
from tests.web.front import (
    CHEAP,
    HASH,
    HERE,
    PASSWORD,
    SESSION,
    Front,
    Someone,
    outcome,
    refused,
    types,
)

GOOD = {"username": "Ida", "password": PASSWORD}


async def test_signing_in_answers_who_one_is_and_gives_the_session_as_a_cookie(stranger: Someone):
    answer = await stranger.post(SESSION, GOOD)

    assert answer.status_code == 201
    assert answer.json() == {
        "type": "success",
        "success": "signed in",
        "code": "session",
        "user": "Ida",
        "role": "agent",
    }
    whoami = await stranger.get(SESSION)
    assert whoami.json() == {"user": "Ida", "role": "agent", "desks": ["main"]}


async def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(
    front: Front, stranger: Someone
):
    await front.disable(eg.JON)
    await front.operator(AddPerson(PersonId("agent-kim"), "Kim", "agent"))

    answers = [
        await stranger.post(SESSION, {"username": "Ida", "password": "wrong"}),
        await stranger.post(SESSION, {"username": "Nobody", "password": PASSWORD}),
        await stranger.post(SESSION, {"username": "Jon", "password": PASSWORD}),
        await stranger.post(SESSION, {"username": "Kim", "password": PASSWORD}),
        await stranger.post(SESSION, {"username": "ida", "password": PASSWORD}),
    ]

    for answer in answers:
        refused(answer, 401, "wrong_credentials")
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


async def test_an_unknown_name_costs_a_hash_like_a_known_one(
    front: Front, stranger: Someone, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str | None] = []
    verify = front.passwords.verify

    async def counting(kept: str | None, password: str, *, first: bool) -> bool:
        asked.append(kept)
        return await verify(kept, password, first=first)

    monkeypatch.setattr(front.passwords, "verify", counting)
    await stranger.post(SESSION, {"username": "Nobody", "password": PASSWORD})
    await stranger.post(SESSION, {"username": "Ida", "password": "wrong"})

    assert [kept is None for kept in asked] == [True, False]


@pytest.mark.parametrize("name", ["", " ", "I\u200bda", "Ida\u2714", "x" * 60_000])
async def test_a_name_that_nobody_can_have_is_an_unknown_one(
    front: Front, stranger: Someone, monkeypatch: pytest.MonkeyPatch, name: str
):
    asked: list[str | None] = []

    async def counting(kept: str | None, password: str, *, first: bool) -> bool:
        asked.append(kept)
        return False

    monkeypatch.setattr(front.passwords, "verify", counting)
    answer = await stranger.post(SESSION, {"username": name, "password": PASSWORD})

    refused(answer, 401, "wrong_credentials")
    assert asked == [None]


@pytest.mark.parametrize("typed", [" Zoe\u0308  K. ", "Zo\u00eb\u00a0K."])
async def test_a_name_may_be_typed_in_any_form_that_it_is_kept_for(
    front: Front, stranger: Someone, typed: str
):
    zoe = AddPerson(PersonId("agent-zoe"), "Zo\u00eb K.", "agent")
    await front.engine.submit(MAIN, zoe, rows=[PasswordRow(zoe.person, HASH)])

    answer = await stranger.post(SESSION, {"username": typed, "password": PASSWORD})

    assert answer.json()["user"] == "Zo\u00eb K."


NEW_HASH = CHEAP.hash("another password")


async def passwd(front: Front) -> None:
    """An operator changes the password, as the command line does it."""
    rows: list[Row] = [PasswordRow(eg.IDA.id, NEW_HASH), SessionEnd(eg.IDA.id)]
    await front.engine.submit(MAIN, SignOff(eg.IDA.id), rows=rows)


async def shut_out(front: Front) -> None:
    """An operator disables the account, as the command line does it."""
    change = ChangePerson("Ida", disabled=True)
    await front.engine.submit(MAIN, change, rows=[SessionEnd(eg.IDA.id)])


async def nobody_is_in(front: Front, answer: httpx2.Response) -> None:
    """That the sign-in was refused, and left nothing behind."""
    refused(answer, 401, "wrong_credentials")
    assert "set-cookie" not in answer.headers
    assert await front.store.count_sessions(eg.IDA.id, 0) == 0


@pytest.mark.parametrize("change", [passwd, shut_out])
async def test_who_changes_an_account_while_a_password_is_checked_wins(
    front: Front,
    stranger: Someone,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Front], Awaitable[None]],
):
    verify = front.passwords.verify

    async def slow(kept: str | None, password: str, *, first: bool) -> bool:
        good = await verify(kept, password, first=first)
        await change(front)
        return good

    monkeypatch.setattr(front.passwords, "verify", slow)

    await nobody_is_in(front, await stranger.post(SESSION, GOOD))


@pytest.mark.parametrize("change", [passwd, shut_out])
async def test_who_changes_an_account_right_before_its_session_is_written_down_wins(
    front: Front,
    stranger: Someone,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Front], Awaitable[None]],
):
    submit = front.engine.submit

    async def late(*what: Any, **how: Any) -> Any:
        monkeypatch.setattr(front.engine, "submit", submit)
        await change(front)
        return await submit(*what, **how)

    monkeypatch.setattr(front.engine, "submit", late)

    await nobody_is_in(front, await stranger.post(SESSION, GOOD))


async def test_a_password_that_is_kept_anew_does_not_bring_back_an_old_one(
    front: Front, stranger: Someone, monkeypatch: pytest.MonkeyPatch
):
    keep_anew = front.passwords.hash

    async def slow(password: str) -> str:
        await passwd(front)
        return await keep_anew(password)

    monkeypatch.setattr(front.passwords, "needs_rehash", lambda _: True)
    monkeypatch.setattr(front.passwords, "hash", slow)

    await nobody_is_in(front, await stranger.post(SESSION, GOOD))
    account = await front.store.account("Ida")
    assert account is not None
    assert account.password_hash == NEW_HASH


async def test_two_who_sign_in_at_once_both_get_in_though_the_password_is_kept_anew(
    front: Front, monkeypatch: pytest.MonkeyPatch
):
    keep_anew, both = front.passwords.hash, asyncio.Barrier(2)

    async def together(password: str) -> str:
        await both.wait()
        return await keep_anew(password)

    weak = front.passwords.needs_rehash
    monkeypatch.setattr(front.passwords, "needs_rehash", lambda kept: kept == HASH or weak(kept))
    monkeypatch.setattr(front.passwords, "hash", together)

    answers = await asyncio.gather(*(front.someone().post(SESSION, GOOD) for _ in range(2)))

    assert [one.status_code for one in answers] == [201, 201]
    assert await front.store.count_sessions(eg.IDA.id, 0) == 2


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"username": "Ida"}, "$.password"),
        ({"password": PASSWORD}, "$.username"),
        ({"username": "Ida", "password": True}, "$.password"),
        ({"username": "Ida", "password": {"$ne": None}}, "$.password"),
        ({"username": "Ida", "password": ""}, "$.password"),
        ({"username": "Ida", "password": "x" * 1025}, "$.password"),
        ({"username": ["Ida"], "password": PASSWORD}, "$.username"),
        ({**GOOD, "role": "admin"}, "$.role"),
    ],
)
async def test_what_is_not_of_the_form_is_refused_with_its_place(
    stranger: Someone, body: object, where: str
):
    refused(await stranger.post(SESSION, body), 400, "malformed", where)


async def test_each_sign_in_is_a_session_of_its_own(front: Front):
    here, there = await front.agent(eg.IDA), await front.agent(eg.IDA)

    assert here.token != there.token
    assert (await here.client.delete(SESSION)).status_code == 200
    refused(await here.get(SESSION), 401, "not_signed_in")
    assert (await there.get(SESSION)).status_code == 200


async def test_a_session_that_was_planted_before_is_not_the_one_after(front: Front):
    planted, victim = await front.agent(eg.IDA), front.someone()

    await victim.post(
        SESSION,
        {"username": "Jon", "password": PASSWORD},
        {"cookie": f"frontdesk={planted.token}"},
    )

    assert victim.client.cookies["frontdesk"] != planted.token
    assert (await victim.get(SESSION)).json()["user"] == "Jon"
    refused(await planted.get(SESSION), 401, "not_signed_in")


async def test_signing_in_again_in_the_same_browser_leaves_one_session_to_end(
    front: Front, ana: Someone, ida: Someone, jon: Someone
):
    await ida.assist()
    await ida.post(SESSION, GOOD)
    assert (await jon.get("/guests")).json() == []

    await ida.client.delete(SESSION)

    assert (await jon.get("/guests")).json() == ["Ana"]


async def test_somebody_else_who_signs_in_in_the_same_browser_ends_the_session_there(
    front: Front, ana: Someone, ida: Someone
):
    await ida.assist()

    await ida.post(SESSION, {"username": "Jon", "password": PASSWORD})

    assert (await ida.get("/guests")).json() == ["Ana"]
    assert (await ida.get(SESSION)).json()["user"] == "Jon"


async def test_signing_out_takes_the_cookie_and_the_token(front: Front, ida: Someone):
    answer = await ida.client.delete(SESSION)

    assert answer.json() == {"type": "success", "success": "signed out", "code": "session"}
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert "frontdesk" not in ida.client.cookies
    refused(await front.someone(token=ida.token).get(SESSION), 401, "not_signed_in")


async def test_signing_out_ends_a_parked_poll_with_welcome(front: Front, ida: Someone):
    await ida.news()
    parked = await ida.park()

    await ida.client.delete(SESSION)

    assert await outcome(parked) == [{"type": "welcome"}]


async def test_signing_out_lets_the_guests_wait_again(ana: Someone, ida: Someone, jon: Someone):
    await ida.assist()
    await ana.news()
    await jon.news()

    await ida.client.delete(SESSION)

    floor = [(e["type"], e.get("details", e.get("is", e.get("what")))) for e in await jon.news()]
    assert floor == [
        ("status", "away"),
        ("update", "unavailable"),
        ("floor", "released"),
        ("update", "queued"),
        ("floor", "guest"),
    ]
    assert types(await ana.news()) == ["status", "notification", "queuepos"]
    assert (await jon.get("/guests")).json() == ["Ana"]


async def test_only_the_last_session_to_end_makes_an_agent_go(front: Front, ana: Someone):
    here, there = await front.agent(eg.IDA), await front.agent(eg.IDA)
    await here.assist()

    await here.client.delete(SESSION)

    assert [room["agent"] for room in (await ana.get("/state")).json()["rooms"]] == ["Ida"]
    assert (await there.get("/list")).json()["available_agents"] == ["Ida"]


async def test_sessions_that_end_at_the_same_moment_make_an_agent_go(
    front: Front, ana: Someone, jon: Someone
):
    here, there = await front.agent(eg.IDA), await front.agent(eg.IDA)
    await here.assist()

    await asyncio.gather(here.client.delete(SESSION), there.client.delete(SESSION))

    assert (await jon.get("/guests")).json() == ["Ana"]


async def test_a_session_is_over_after_a_month(front: Front, ida: Someone):
    front.clock.advance(SESSION_MS)
    assert (await ida.get(SESSION)).status_code == 200

    front.clock.advance(1)

    refused(await ida.get(SESSION), 401, "not_signed_in")


async def test_a_session_is_good_after_a_restart(front: Front, ida: Someone):
    again = Front(front.store)
    await again.start()
    try:
        found = again.someone(token=ida.token)
        assert (await found.get(SESSION)).json() == {
            "user": "Ida",
            "role": "agent",
            "desks": ["main"],
        }
    finally:
        await again.stop()


async def test_a_disabled_account_is_out_at_once_on_every_way(front: Front, ida: Someone):
    await ida.news()
    parked = await ida.park()

    await front.disable(eg.IDA)

    assert await outcome(parked) == [{"type": "welcome"}]
    assert await ida.poll(ida.since) == [{"type": "welcome"}]
    refused(await ida.get(SESSION), 401, "not_signed_in")
    refused(await ida.get("/state"), 401, "not_signed_in")
    refused(await ida.post("/assist"), 401, "not_signed_in")
    refused(await front.someone().post(SESSION, GOOD), 401, "wrong_credentials")


async def test_a_password_is_not_taken_over_a_line_that_others_can_read(front: Front):
    for base, address in (
        ("http://chat.example.org", "192.0.2.7"),
        ("http://127.0.0.1", "192.0.2.7"),
        ("http://chat.example.org", "127.0.0.1"),
        ("http://192.0.2.1", "127.0.0.1"),
    ):
        answer = await front.someone(base=base, address=address).post(SESSION, GOOD)
        refused(answer, 403, "insecure_connection")
        assert "https" in answer.json()["error"]
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("base", "address"),
    [
        (HERE, "127.0.0.1"),
        (f"{HERE}:8443", "127.0.0.1"),
        ("http://localhost:8000", "127.0.0.1"),
        ("http://[::1]:8000", "::1"),
        ("https://chat.example.org", "192.0.2.7"),
    ],
)
async def test_a_password_is_taken_over_https_or_within_the_machine(
    front: Front, base: str, address: str
):
    answer = await front.someone(base=base, address=address).post(SESSION, GOOD)

    assert answer.status_code == 201


@pytest.mark.parametrize("host", ["[::1", "", "::::", "127.0.0.1@evil.example", "a b", "[x]"])
async def test_a_host_that_is_none_is_not_this_machine(stranger: Someone, host: str):
    answer = await stranger.post(SESSION, GOOD, {"host": host})

    refused(answer, 403, "insecure_connection")


async def test_a_password_kept_in_a_weaker_way_is_kept_anew_by_signing_in(
    front: Front, monkeypatch: pytest.MonkeyPatch
):
    weak = front.passwords.needs_rehash
    monkeypatch.setattr(front.passwords, "needs_rehash", lambda kept: kept == HASH or weak(kept))

    await front.agent(eg.IDA)

    account = await front.store.account("Ida")
    assert account is not None
    assert account.password_hash not in (None, HASH)
    assert (await front.someone().post(SESSION, GOOD)).status_code == 201
