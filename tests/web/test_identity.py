from typing import Any

import pytest

from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.engine.ports import SessionEnd, SessionRow
from frontdesk.web.identity import hash_of
from tests import examples as eg
from tests.web.front import HERE, PASSWORD, SESSION, Front, Someone, refused, settled, types, url

ELSEWHERE = "https://chat.example.org"
GOOD = {"username": "Ida", "password": PASSWORD}


async def over_https(front: Front) -> Someone:
    """An agent on another machine, over https."""
    someone = front.someone(base=ELSEWHERE, address="192.0.2.7")
    assert (await someone.post(SESSION, GOOD)).status_code == 201
    return someone


# --- cookies ----------------------------------------------------------------


async def test_the_cookie_within_this_machine_is_for_this_machine(stranger: Someone):
    cookie = (await stranger.post(SESSION, GOOD)).headers.get_list("set-cookie")[0]

    name, *attributes = cookie.split("; ")
    assert name.startswith("frontdesk=fds_")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"}


async def test_the_cookie_over_https_is_bound_to_the_host_and_to_https(front: Front):
    someone = front.someone(base=ELSEWHERE, address="192.0.2.7")

    cookie = (await someone.post(SESSION, GOOD)).headers.get_list("set-cookie")[0]

    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-frontdesk=fds_")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000", "Secure"}


async def test_the_cookie_for_plain_http_is_not_taken_over_https(front: Front, ida: Someone):
    someone = front.someone(base=ELSEWHERE)

    answer = await someone.client.get(SESSION, headers={"cookie": f"frontdesk={ida.token}"})

    refused(answer, 401, "not_signed_in")


async def test_among_many_cookies_ours_is_found(front: Front, ida: Someone):
    someone = front.someone()
    cookies = f"a=b; xfrontdesk=1; frontdesk={ida.token};c"

    answer = await someone.client.get(SESSION, headers={"cookie": cookies})

    assert answer.json()["user"] == "Ida"


# --- tokens -----------------------------------------------------------------


async def test_a_token_beats_a_cookie(front: Front, ana: Someone, ida: Someone):
    ida.client.headers["authorization"] = f"bEaReR  {ana.token} "

    assert (await ida.get("/state")).json()["me"] == {"user": "Ana", "role": "guest"}


async def test_a_bad_token_is_not_made_good_by_a_cookie(ida: Someone):
    ida.client.headers["authorization"] = "Bearer nonsense"

    refused(await ida.get(SESSION), 401, "not_signed_in")
    assert await ida.poll() == [{"type": "welcome"}]


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic aWRhOnh4", "Token x", "Bearer \xe9", "bearer  fdg_ x"]
)
async def test_what_is_no_token_is_nobody(stranger: Someone, value: str):
    answer = await stranger.client.get(SESSION, headers={b"authorization": value.encode("latin-1")})

    refused(answer, 401, "not_signed_in")
    assert answer.headers["www-authenticate"] == 'Bearer realm="frontdesk"'


async def test_of_a_token_only_a_hash_is_kept(front: Front, ana: Someone, ida: Someone):
    kept: Any = front.store._sessions

    for person in (ana, ida):
        assert hash_of(person.token) in kept
        assert person.token not in repr(kept)
        assert person.token.partition("_")[2] not in repr(kept)


async def test_a_token_that_an_operator_gave_is_good_as_a_bearer(front: Front):
    token = "fdt_" + "5" * 64
    row = SessionRow(hash_of(token), eg.IDA.id, "token", eg.NOW, label="a script")
    await front.engine.submit(MAIN, None, rows=[row])

    script = front.someone(token=token)

    assert (await script.post("/status", {"status": "available"})).status_code == 200
    assert (await script.get(SESSION)).json()["user"] == "Ida"


async def test_a_session_of_somebody_whom_the_desk_does_not_know_is_nobodys(front: Front):
    token = "fdt_" + "6" * 64
    row = SessionRow(hash_of(token), PersonId("somebody"), "token", eg.NOW)
    await front.engine.submit(MAIN, None, rows=[row])

    refused(await front.someone(token=token).get("/state"), 401, "not_signed_in")


async def test_what_another_process_ended_is_over_here_too(front: Front, ida: Someone):
    assert (await ida.get(SESSION)).status_code == 200
    await front.engine.submit(MAIN, None, rows=[SessionEnd(eg.IDA.id)])

    for told in front.engine.on_foreign_commit:
        told()

    refused(await ida.get(SESSION), 401, "not_signed_in")


async def test_a_session_that_ends_while_it_is_looked_up_is_not_remembered(
    front: Front, ida: Someone, monkeypatch: pytest.MonkeyPatch
):
    other = front.someone(token=ida.token)
    for told in front.engine.on_foreign_commit:
        told()  # nothing is remembered any more
    look_up = front.store.session

    async def slow(token_hash: bytes) -> SessionRow | None:
        row = await look_up(token_hash)
        await settled()
        return row

    with monkeypatch.context() as patch:
        patch.setattr(front.store, "session", slow)
        asked = front.task(other.get(SESSION))
        signed_out = front.task(ida.client.delete(SESSION))
        await asked
        assert (await signed_out).status_code == 200

    refused(await other.get(SESSION), 401, "not_signed_in")


# --- other sites ------------------------------------------------------------


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin", "x"])
async def test_a_browser_that_says_another_site_asks_is_refused(ida: Someone, site: str):
    answer = await ida.post("/status", {"status": "away"}, {"Sec-Fetch-Site": site})

    refused(answer, 403, "wrong_origin")
    assert (await ida.get("/list")).json()["available_agents"] == ["Ida"]


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_a_browser_that_says_our_own_page_asks_is_let_in(ida: Someone, site: str):
    answer = await ida.post("/status", {"status": "away"}, {"Sec-Fetch-Site": site})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "https://chat.example.org.evil.example",
        "https://chat.example.org:444",
        "http://chat.example.org",
        "https://chat.example.org/",
        "https://CHAT.example.org",
    ],
)
async def test_an_origin_is_ours_only_if_it_is_exactly_ours(front: Front, origin: str):
    someone = await over_https(front)

    answer = await someone.post("/status", {"status": "away"}, {"Origin": origin})

    refused(answer, 403, "wrong_origin")


@pytest.mark.parametrize("base", [ELSEWHERE, "https://chat.example.org:8443", f"{HERE}:8000"])
async def test_our_own_origin_is_let_in_with_its_port(front: Front, base: str):
    someone = front.someone(base=base)
    await someone.post(SESSION, GOOD)

    answer = await someone.post("/status", {"status": "away"}, {"Origin": base})

    assert answer.status_code == 200


async def test_signing_in_and_out_from_another_site_is_refused(stranger: Someone, ida: Someone):
    evil = {"Origin": "https://evil.example"}

    refused(await stranger.post(SESSION, GOOD, evil), 403, "wrong_origin")
    refused(await ida.client.delete(SESSION, headers=evil), 403, "wrong_origin")


async def test_a_poll_that_acknowledges_is_refused_to_another_site_with_a_cookie(ida: Someone):
    evil = {"Sec-Fetch-Site": "cross-site"}

    refused(await ida.client.get(url("/listen?wait=0"), headers=evil), 403, "wrong_origin")

    assert types(await ida.poll()) != ["noop"]
    # With its place, it takes nothing away.
    place = url(f"/listen?wait=0&since={ida.since}")
    assert (await ida.client.get(place, headers=evil)).status_code == 200


async def test_a_token_may_come_from_anywhere(ana: Someone):
    answer = await ana.post(
        f"/message/{ana.room}",
        {"body": "x"},
        {"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 200


async def test_no_answer_lets_another_site_read_it(ida: Someone):
    answer = await ida.client.get(SESSION, headers={"Origin": "https://evil.example"})

    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_nothing_changes_on_get(front: Front, ana: Someone, ida: Someone):
    await settled()
    before = front.live.state.offset

    for path in (
        "/state",
        "/guests",
        "/list",
        "/waittime",
        "/listen",
        f"/rooms/{ana.room}/messages",
    ):
        await ida.get(path, wait="0")
        await ana.get(path, wait="0")
    await settled()

    assert front.live.state.offset == before


async def test_sessions_beyond_those_remembered_are_looked_up_again(
    ana: Someone, ben: Someone, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("frontdesk.web.identity.REMEMBERED", 1)

    for _ in range(2):
        assert (await ana.get("/state")).json()["me"]["user"] == "Ana"
        assert (await ben.get("/state")).json()["me"]["user"] == "Ben"
