"""What somebody may do who has a link, and the first of all who has the server's own."""

import asyncio

import pytest

from frontdesk.desk.commands import AddPerson
from frontdesk.engine import accounts
from frontdesk.engine.node import Node
from frontdesk.engine.ports import PasswordRow
from frontdesk.store.keeping import KEY_KEPT_MS
from frontdesk.web.guesses import FREE
from tests import examples as eg
from tests.web.front import HASH, SESSION, Front, Json, Someone, new_key, refused

API = "/api/v1"
WELCOME, ACCEPT, INVITE = f"{API}/welcome", f"{API}/accept", f"{API}/invite"
CHOSEN = "a phrase of my own"
FIRST = "the-secret-that-the-server-tells-at-its-start"
ADMIN = {"invite": FIRST, "password": CHOSEN, "username": "Ada", "title": "Tea & Biscuits"}


class Empty(Front):
    """A server at which nobody has an account yet."""

    first = FIRST


empty = pytest.mark.parametrize("front", [pytest.param(None, id="empty")], indirect=True)


@pytest.fixture
async def front(request: pytest.FixtureRequest):
    front = Empty() if hasattr(request, "param") else Front()
    await front.start()
    yield front
    await front.stop()


async def link_for(ada: Someone, user: str = "Ida") -> str:
    answer = await ada.post(INVITE, {"user": user, "key": new_key()})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["invite"])


# --- the first of all -----------------------------------------------------------------------------


@empty
async def test_the_first_of_all_becomes_an_admin_and_names_the_desk(front: Front):
    someone = front.someone()
    whose = await someone.post(WELCOME, {"invite": FIRST})
    assert whose.json() == {"user": None, "first": True}

    answer = await someone.post(ACCEPT, ADMIN)

    assert answer.status_code == 201
    assert answer.json() == {
        "type": "success",
        "success": "signed in",
        "code": "session",
        "user": "Ada",
        "role": "admin",
    }
    assert (await someone.get(f"{API}/accounts")).json()[0]["desks"] == "all"
    face = (await front.someone().get("/face")).json()
    assert face["title"] == "Tea & Biscuits"
    again = await front.someone().post(SESSION, {"username": "Ada", "password": CHOSEN})
    assert again.status_code == 201


@empty
async def test_the_first_link_is_void_once_there_is_an_account(front: Front):
    someone = front.someone()
    assert (await someone.post(ACCEPT, ADMIN)).status_code == 201

    other = front.someone()
    refused(await other.post(WELCOME, {"invite": FIRST}), 404, "not_found")
    refused(await other.post(ACCEPT, {**ADMIN, "username": "Eve"}), 404, "not_found")
    assert [one.user for one in await front.store.accounts()] == ["Ada"]


@empty
async def test_of_two_who_are_first_at_once_one_is(front: Front):
    answers = await asyncio.gather(
        *(front.someone().post(ACCEPT, {**ADMIN, "username": name}) for name in ("Ada", "Eve"))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 404]
    assert len(await front.store.accounts()) == 1


@empty
async def test_the_first_link_is_void_also_if_the_command_line_was_faster_by_a_hair(front: Front):
    """The server has not heard of it when it decides, and finds out when it writes."""
    node = await Node.load(front.store, front.clock)
    command = AddPerson(eg.IDA.id, "Ida", "agent")
    await accounts.add(node, command, [PasswordRow(eg.IDA.id, HASH)])
    assert not front.live.state.agents

    refused(await front.someone().post(ACCEPT, ADMIN), 404, "not_found")

    assert [one.user for one in await front.store.accounts()] == ["Ida"]
    assert front.live.state.settings.title == ""


@empty
@pytest.mark.parametrize(
    ("wrong", "status", "code", "where"),
    [
        ({"username": None}, 400, "malformed", "$.username"),
        ({"username": "A\u200bda"}, 422, "name_not_allowed", ""),
        ({"title": "x" * 61}, 400, "malformed", "$.title"),
        ({"title": "two\nlines"}, 400, "malformed", "$.title"),
        ({"password": "too short"}, 422, "password_not_allowed", ""),
        ({"password": "x" * 257}, 422, "password_not_allowed", ""),
    ],
)
async def test_what_the_first_of_all_may_not_choose_uses_nothing_up(
    front: Front, wrong: Json, status: int, code: str, where: str
):
    body = {key: value for key, value in {**ADMIN, **wrong}.items() if value is not None}

    refused(await front.someone().post(ACCEPT, body), status, code, where)

    assert await front.store.accounts() == []
    assert (await front.someone().post(ACCEPT, ADMIN)).status_code == 201


async def test_a_server_with_accounts_has_no_first_link(front: Front, stranger: Someone):
    refused(await stranger.post(WELCOME, {"invite": FIRST}), 404, "not_found")


# --- links of accounts ----------------------------------------------------------------------------


async def test_a_link_is_used_once(front: Front, ada: Someone):
    link = await link_for(ada)

    assert (
        await front.someone().post(ACCEPT, {"invite": link, "password": CHOSEN})
    ).status_code == 201

    for path in (WELCOME, ACCEPT):
        body = {"invite": link} | ({"password": "another phrase"} if path == ACCEPT else {})
        refused(await front.someone().post(path, body), 404, "not_found")
    assert (
        await front.someone().post(SESSION, {"username": "Ida", "password": CHOSEN})
    ).status_code == 201


async def test_of_two_who_accept_one_link_at_once_one_does(front: Front, ada: Someone):
    link = await link_for(ada)
    phrases = ["the phrase of one", "the phrase of the other"]

    answers = await asyncio.gather(
        *(front.someone().post(ACCEPT, {"invite": link, "password": word}) for word in phrases)
    )

    assert sorted(answer.status_code for answer in answers) == [201, 404]
    right = [
        (await front.someone().post(SESSION, {"username": "Ida", "password": word})).status_code
        for word in phrases
    ]
    assert right == [answer.status_code if answer.status_code == 201 else 401 for answer in answers]


async def test_a_link_runs_out(front: Front, ada: Someone, stranger: Someone):
    link = await link_for(ada)
    front.clock.advance(accounts.INVITE_MS - 1)
    assert (await stranger.post(WELCOME, {"invite": link})).json() == {
        "user": "Ida",
        "first": False,
    }
    front.clock.advance(1)

    refused(await stranger.post(WELCOME, {"invite": link}), 404, "not_found")
    refused(await stranger.post(ACCEPT, {"invite": link, "password": CHOSEN}), 404, "not_found")
    found = {one["user"]: one for one in (await ada.get(f"{API}/accounts")).json()}
    assert found["Ida"]["until"] is None


async def test_a_key_that_was_forgotten_makes_a_link_of_its_own(
    front: Front, ada: Someone, stranger: Someone
):
    """After a day nobody knows whom the key was for, and that link is good for two more."""
    before = await ada.post(INVITE, {"user": "Ida", "key": "the-same-key-again"})
    front.clock.advance(KEY_KEPT_MS)
    await front.store.tidy(front.clock.now_ms())

    answer = await ada.post(INVITE, {"user": "Jon", "key": "the-same-key-again"})

    assert answer.json()["user"] == "Jon"
    for link, user in ((before, "Ida"), (answer, "Jon")):
        whose = await stranger.post(WELCOME, {"invite": link.json()["invite"]})
        assert whose.json()["user"] == user
    again = await ada.post(INVITE, {"user": "Jon", "key": "the-same-key-again"})
    assert again.json() == {**answer.json(), "replayed": True}


async def test_who_accepts_is_signed_in_and_everything_else_of_theirs_is_out(
    front: Front, ada: Someone, ida: Someone
):
    link = await link_for(ada)
    poll = await ida.park()

    someone = front.someone()
    answer = await someone.post(ACCEPT, {"invite": link, "password": CHOSEN})

    assert (await poll)[-1]["type"] == "welcome"
    refused(await ida.get("/list"), 401, "not_signed_in")
    cookies = answer.headers.get_list("set-cookie")
    assert [one.partition("=")[0] for one in cookies] == ["frontdesk", "frontdesk-device"]
    assert all("HttpOnly" in one for one in cookies)
    assert (await someone.get(SESSION)).json()["user"] == "Ida"


async def test_a_name_is_only_for_who_comes_first(front: Front, ada: Someone, stranger: Someone):
    link = await link_for(ada)

    for more in ({"username": "Eve"}, {"title": "Mine"}):
        body = {"invite": link, "password": CHOSEN, **more}
        refused(await stranger.post(ACCEPT, body), 400, "malformed", f"$.{[*more][0]}")
    assert (await stranger.post(WELCOME, {"invite": link})).status_code == 200


# --- guesses, other sites, open lines -------------------------------------------------------------


@pytest.mark.parametrize("path", [WELCOME, ACCEPT])
async def test_guesses_at_links_wait_and_others_do_not(front: Front, ada: Someone, path: str):
    body = {"password": CHOSEN} if path == ACCEPT else {}
    guesser, elsewhere = front.someone(), front.someone(address="127.0.0.2")
    link = await link_for(ada)

    for number in range(FREE):
        wrong = {"invite": f"{number:064}", **body}
        refused(await guesser.post(path, wrong), 404, "not_found")
    answer = await guesser.post(path, {"invite": link, **body})

    assert answer.status_code == 429
    assert (await elsewhere.post(WELCOME, {"invite": link})).status_code == 200
    front.clock.advance(1_000)
    assert (await guesser.post(path, {"invite": link, **body})).status_code in (200, 201)


async def test_a_wrong_password_of_an_invited_person_is_no_guess_at_the_link(
    front: Front, ada: Someone, stranger: Someone
):
    link = await link_for(ada)

    for _ in range(FREE + 3):
        answer = await stranger.post(ACCEPT, {"invite": link, "password": "short"})
        refused(answer, 422, "password_not_allowed")

    assert (await stranger.post(ACCEPT, {"invite": link, "password": CHOSEN})).status_code == 201


@pytest.mark.parametrize("path", [WELCOME, ACCEPT])
async def test_a_link_is_taken_over_no_open_line_and_from_no_other_site(
    front: Front, ada: Someone, stranger: Someone, path: str
):
    body = {"invite": await link_for(ada)} | ({"password": CHOSEN} if path == ACCEPT else {})
    far = front.someone(base="http://desk.example", address="203.0.113.9")

    refused(await far.post(path, body), 403, "insecure_connection")
    other_site = {"Sec-Fetch-Site": "cross-site"}
    refused(await stranger.post(path, body, other_site), 403, "wrong_origin")
    near = front.someone(base="https://desk.example", address="203.0.113.9")
    assert (await near.post(path, body)).status_code in (200, 201)


async def test_nothing_of_a_link_comes_back_where_it_is_none(stranger: Someone):
    answer = await stranger.post(WELCOME, {"invite": "a-guess-at-a-link"})

    assert "a-guess" not in answer.text + str(answer.headers)
