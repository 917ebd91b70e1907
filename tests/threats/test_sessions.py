"""Who is let in, who no more, and what a sign-in tells about the accounts that there are."""

import asyncio
import threading
from typing import Any

import pytest
from anyio import lowlevel
from argon2 import PasswordHasher, Type, extract_parameters

from frontdesk.desk.commands import ChangePerson
from frontdesk.desk.ids import MAIN
from frontdesk.engine.ports import SessionEnd
from frontdesk.web.exchange import BODY_BYTES, Asker
from frontdesk.web.passwords import Passwords
from frontdesk.web.routes import routes
from tests import examples as eg
from tests.threats.hostile import Request, required
from tests.threats.wire import HOST, JSON, ask
from tests.web.front import PASSWORD, SESSION, Front, Someone, outcome, refused, settled, types, url

# What a hash has to cost at least (OWASP, as of 2025): KiB, rounds, lanes.
LEAST = (19_456, 2, 1)


async def test_every_way_to_say_who_one_is_goes_through_one_function(front: Front, ida: Someone):
    """A session that has ended is none by cookie, by bearer, on any route."""
    token = ida.token.encode()
    ways = [(b"authorization", b"Bearer " + token), (b"cookie", b"frontdesk=" + token)]
    await front.engine.submit(MAIN, None, rows=[SessionEnd(eg.IDA.id)])
    for told in front.engine.on_foreign_commit:
        told()

    for route in routes():
        if route.asker is not Asker.ANYONE:
            for way in ways:
                path = route.path.replace("{desk}", "main").replace("{room}", "x")
                request = Request("", "", route.method, path, b"")
                assert (await ask(front, request, [HOST, JSON, way])).status == 401, route


@pytest.mark.parametrize("planted", ["", "x", "fds_" + "0" * 64])
async def test_a_session_that_was_there_before_is_never_the_one_after(front: Front, planted: str):
    someone = front.someone()
    cookie = {"cookie": f"frontdesk={planted}"}

    answer = await someone.post(SESSION, {"username": "Ida", "password": PASSWORD}, cookie)

    given = answer.cookies["frontdesk"]
    assert given != planted
    refused(await front.someone(token=planted or "x").get(SESSION), 401, "not_signed_in")
    assert (await front.someone(token=given).get(SESSION)).json()["user"] == "Ida"


async def test_a_sign_in_tells_nothing_about_which_accounts_there_are(
    front: Front, stranger: Someone, monkeypatch: pytest.MonkeyPatch
):
    """The same status, headers and body, and the same hashing of the same cost."""
    await front.disable(eg.JON)
    costs: list[tuple[Any, ...]] = []
    verify = PasswordHasher.verify

    def noted(self: PasswordHasher, kept: str, typed: bytes) -> bool:
        found = extract_parameters(kept)
        costs.append((found.type, found.memory_cost, found.time_cost, found.parallelism))
        return verify(self, kept, typed)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    answers = [
        await stranger.post(SESSION, {"username": name, "password": password})
        for name, password in (
            ("Ida", "wrong wrong wrong"),
            ("Nobody", "wrong wrong wrong"),
            ("Nobody", PASSWORD),
            ("Jon", PASSWORD),
            ("\0", PASSWORD),
            ("x" * 300, PASSWORD),
        )
    ]

    assert len({(one.status_code, one.content, str(one.headers)) for one in answers}) == 1
    refused(answers[0], 401, "wrong_credentials")
    assert len(costs) == len(answers)
    assert len(set(costs)) == 1


async def test_a_password_is_kept_as_argon2id_at_the_cost_that_owasp_asks_for():
    kept = PasswordHasher().hash(PASSWORD)
    passwords = Passwords()
    try:
        assert not passwords.needs_rehash(kept)
    finally:
        passwords.close()

    found = extract_parameters(kept)
    assert found.type is Type.ID
    assert (found.memory_cost, found.time_cost, found.parallelism) >= LEAST
    assert found.memory_cost * found.time_cost >= LEAST[0] * LEAST[1]
    assert (found.salt_len, found.hash_len) >= (16, 32)
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("chars", "status"), [(1_025, 400), (60_000, 400), (BODY_BYTES, 413), (1_000_000, 413)]
)
async def test_a_password_that_is_too_long_is_refused_before_anything_is_hashed(
    front: Front, stranger: Someone, monkeypatch: pytest.MonkeyPatch, chars: int, status: int
):
    monkeypatch.setattr(front.passwords, "_run", lambda job: 1 / 0)

    answer = await stranger.post(SESSION, {"username": "Ida", "password": "x" * chars})

    refused(
        answer,
        status,
        "malformed" if status == 400 else "too_large",
        "$.password" * (status == 400),
    )


async def test_a_flood_of_sign_ins_does_not_hold_up_the_chat(
    front: Front, ana: Someone, monkeypatch: pytest.MonkeyPatch
):
    go = threading.Event()
    verify = PasswordHasher.verify

    def slow(self: PasswordHasher, kept: str, typed: bytes) -> bool:
        assert go.wait(10)
        return verify(self, kept, typed)

    monkeypatch.setattr(PasswordHasher, "verify", slow)
    body = {"username": "Ida", "password": "wrong wrong wrong"}
    flood = [front.task(front.someone().post(SESSION, body)) for _ in range(40)]
    await settled()

    assert (await ana.say(ana.room))["success"] == "message sent"

    go.set()
    statuses = [answer.status_code for answer in await asyncio.gather(*flood)]
    # Of one name from one address most have to wait before a password is looked at.
    assert {*statuses} == {401, 429}


# --- a revocation -------------------------------------------------------------------------------

REQUESTS = 200


async def test_nothing_succeeds_or_is_heard_once_the_account_is_disabled(
    front: Front, ana: Someone, ida: Someone, jon: Someone
):
    """Requests before, during and after; what counts is when the disabling was acknowledged."""
    await ida.assist()
    await ida.news()
    disabled = asyncio.Event()
    late: list[int] = []
    succeeded: list[bool] = []

    async def writes(number: int) -> None:
        for _ in range(number % 20):
            await lowlevel.checkpoint()
        too_late = disabled.is_set()
        path, body = (f"/message/{ana.room}", {"body": f"{number} by Ida"})
        if number % 3 == 0:
            path, body = "/status", {"status": "away" if number % 2 else "available"}
        answer = await ida.post(path, body)
        succeeded.append(answer.status_code == 200)
        if too_late:
            late.append(answer.status_code)

    parked = [await ida.park(str(front.live.head)) for _ in range(3)]

    async def disables() -> None:
        for _ in range(8):
            await lowlevel.checkpoint()
        await front.operator(ChangePerson("Ida", disabled=True))
        disabled.set()

    await asyncio.gather(disables(), *(writes(number) for number in range(REQUESTS)))

    assert any(succeeded)
    assert not all(succeeded)
    assert late
    assert set(late) == {401}
    offset = front.live.state.offset
    await ana.say(ana.room, "after")
    for one in parked:
        assert "after" not in str(await outcome(one))
    assert await ida.poll(ida.since) == [{"type": "welcome"}]
    refused(await ida.get("/state"), 401, "not_signed_in")
    assert front.live.state.offset == offset + 1


async def test_whoever_loses_a_role_loses_it_with_the_commit_that_says_so(
    front: Front, ana: Someone, mia: Someone
):
    await mia.post(f"/join/{ana.room}", {"as": "watcher"})
    await mia.news()
    parked = await mia.park()

    await front.operator(ChangePerson("Mia", role="agent"))
    await ana.say(ana.room, "private again")

    heard = await outcome(parked) + await mia.news()
    assert "message" not in types(heard)
    refused(await mia.get(f"/rooms/{ana.room}/messages"), 404, "not_found")


# --- what nobody can make of themselves ---------------------------------------------------------


async def test_nobody_can_give_themselves_a_role(front: Front, ana: Someone, ida: Someone):
    before = {who: agent.role for who, agent in front.live.state.agents.items()}

    for route in routes():
        for more in (
            {"role": "admin"},
            {"is_admin": True},
            {"person": eg.ADA.id},
            {"by": eg.ADA.id},
        ):
            body = required(route.body) | more
            path = route.path.replace("{desk}", "main").replace("{room}", ana.room)
            if route.method != "GET":
                for someone in (ana, ida, front.someone()):
                    # To be told that one is too fast would prove nothing.
                    front.clock.advance(eg.SECOND)
                    answer = await someone.client.request(route.method, path, json=body)
                    assert answer.status_code in (400, 401, 403), (route, answer.text)

    assert {who: agent.role for who, agent in front.live.state.agents.items()} == before


async def test_an_agent_sets_no_limit_but_their_own_and_a_guest_none(
    ana: Someone, ida: Someone, jon: Someone, mia: Someone
):
    limit = {"limit": 9, "agent": "Jon"}

    refused(await ana.client.post(url("/set_limit"), json=limit), 403, "not_allowed")
    refused(await ida.client.post(url("/set_limit"), json=limit), 403, "not_allowed")
    roster = (await jon.get("/state")).json()["roster"]
    assert [one["limit"] for one in roster if one["user"] == "Jon"] == [3]

    assert (await mia.post("/set_limit", limit)).status_code == 200


@pytest.mark.parametrize("name", ["Ida", "ida", "\u0406da", "Ida ", "I\u0501a", "1da"])
async def test_no_guest_is_called_what_looks_like_an_agent(front: Front, name: str):
    body = {"username": name, "question": "Your password, please"}

    refused(await front.someone().post("/identify", body), 422, "name_not_allowed")
