"""Guesses at passwords, over HTTP: slowed down, and never a way to keep somebody else out."""

import asyncio
from typing import Any

import httpx2
import pytest

from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.rates import Rates
from frontdesk.web.sign_ins import SignIns
from tests import examples as eg
from tests.web.front import PASSWORD, SESSION, Front, Someone, refused

THERE = "https://chat.example.org"
OFFICE = "203.0.113.7"
AT_HOME = "198.51.100.20"
COOKIE = "__Host-frontdesk-device"


def browser(front: Front, address: str = OFFICE) -> Someone:
    """Somebody's browser on another machine."""
    return front.someone(base=THERE, address=address)


async def try_in(someone: Someone, user: str = "Ida", password: str = "wrong") -> httpx2.Response:
    return await someone.post(SESSION, {"username": user, "password": password})


async def sign_in(someone: Someone, user: str = "Ida") -> httpx2.Response:
    answer = await try_in(someone, user, PASSWORD)
    assert answer.status_code == 201, answer.text
    return answer


def waits_s(answer: httpx2.Response) -> int:
    refused(answer, 429, "too_fast")
    return int(answer.headers["retry-after"])


async def guess(front: Front, someone: Someone, times: int, user: str = "Ida") -> None:
    """So many wrong passwords, each as early as it is let in."""
    for _ in range(times):
        answer = await try_in(someone, user)
        if answer.status_code == 429:
            front.clock.advance(waits_s(answer) * 1_000)
            answer = await try_in(someone, user)
        refused(answer, 401, "wrong_credentials")


@pytest.fixture
def hashed(front: Front, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were looked at."""
    found: list[str] = []
    verify = front.passwords.verify

    async def counting(kept: str | None, password: str, *, first: bool) -> bool:
        found.append(password)
        return await verify(kept, password, first=first)

    monkeypatch.setattr(front.passwords, "verify", counting)
    return found


# --- one account, many passwords --------------------------------------------


@pytest.mark.slow
async def test_ten_thousand_passwords_on_one_account_from_one_network_are_a_handful(
    front: Front, hashed: list[str]
):
    stranger = browser(front)
    codes = [(await try_in(stranger)).status_code for _ in range(1_000)]

    assert codes == [401] * 5 + [429] * 995
    # At ten tries a second over a quarter of an hour, 9,000 more.
    for _ in range(9_000 // 50):
        await try_in(stranger)
        front.clock.advance(5_000)
    assert len(hashed) < 20


async def test_the_wait_after_wrong_passwords_doubles_and_is_honest(
    front: Front, hashed: list[str]
):
    stranger = browser(front)
    await guess(front, stranger, 5)

    for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300):
        assert waits_s(await try_in(stranger)) == seconds
        front.clock.advance(seconds * 1_000 - 1)
        assert waits_s(await try_in(stranger, password=PASSWORD)) == 1
        front.clock.advance(1)
        refused(await try_in(stranger), 401, "wrong_credentials")

    assert PASSWORD not in hashed


async def test_many_passwords_at_once_are_not_all_free(front: Front):
    answers = await asyncio.gather(*(try_in(browser(front)) for _ in range(50)))

    assert sum(answer.status_code == 401 for answer in answers) == 5


async def test_the_right_password_lets_the_wrong_ones_be_forgotten(front: Front):
    owner = browser(front)
    await guess(front, owner, 4)
    await sign_in(owner)

    await guess(front, browser(front), 5)
    waits_s(await try_in(browser(front)))


async def test_a_new_spelling_of_a_name_is_no_new_account(front: Front):
    stranger = browser(front)
    for user in ("Ida", "ida", "IDA", " Ida ", "lda"):
        refused(await try_in(stranger, user), 401, "wrong_credentials")

    waits_s(await try_in(stranger, "i d a"))


async def test_names_that_nobody_can_have_are_one(front: Front):
    stranger = browser(front)
    for number in range(5):
        refused(await try_in(stranger, "x" * (60 + number)), 401, "wrong_credentials")

    waits_s(await try_in(stranger, "y\u200b"))


# --- who else is kept waiting -----------------------------------------------


async def test_a_stranger_does_not_keep_the_owner_out_elsewhere(front: Front):
    await guess(front, browser(front), 12)
    waits_s(await try_in(browser(front)))

    await sign_in(browser(front, AT_HOME))


async def test_a_stranger_in_the_same_network_does_not_keep_out_a_known_device(front: Front):
    owner = browser(front)
    await sign_in(owner)
    await owner.client.delete(SESSION)
    await guess(front, browser(front), 12)
    await spray(front, 60)
    waits_s(await try_in(browser(front), password=PASSWORD))

    # Also after a slip of one's own.
    await guess(front, owner, 2)
    await sign_in(owner)


async def test_a_known_device_of_one_is_none_of_another(front: Front):
    owner = browser(front)
    await sign_in(owner, "Jon")

    await guess(front, browser(front), 5)

    waits_s(await try_in(owner, "Ida", PASSWORD))


async def test_on_a_known_device_wrong_passwords_wait_too(front: Front):
    thief = browser(front)
    await sign_in(thief)

    await guess(front, thief, 5)

    assert waits_s(await try_in(thief)) == 1
    # Which keeps nobody else waiting.
    await sign_in(browser(front))


async def test_a_forged_device_is_a_new_one(front: Front):
    await guess(front, browser(front), 5)

    forged = {"cookie": f"{COOKIE}={'0' * 32}.{'0' * 64}"}
    body = {"username": "Ida", "password": PASSWORD}

    waits_s(await browser(front).post(SESSION, body, forged))


async def test_the_cookie_of_a_device_stays_out_of_reach_and_opens_nothing(front: Front):
    owner = browser(front)
    given = (await sign_in(owner)).headers.get_list("set-cookie")[1]

    name, *attributes = given.split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert set(attributes) == {
        "Path=/",
        "HttpOnly",
        "SameSite=Strict",
        "Max-Age=34560000",
        "Secure",
    }
    device = name.partition("=")[2]
    alone = await browser(front).client.get(SESSION, headers={"cookie": f"{COOKIE}={device}"})
    refused(alone, 401, "not_signed_in")
    assert len((await owner.client.delete(SESSION)).headers.get_list("set-cookie")) == 1
    assert COOKIE in owner.client.cookies
    # The same device again, for longer.
    assert (await sign_in(owner)).headers.get_list("set-cookie")[1] == given


async def test_within_the_machine_the_cookie_of_a_device_has_the_plain_name(front: Front):
    given = (await sign_in(front.someone())).headers.get_list("set-cookie")[1]

    assert given.startswith("frontdesk-device=")
    assert "Secure" not in given


# --- many accounts, one password --------------------------------------------


async def spray(front: Front, names: int, address: str = OFFICE) -> list[httpx2.Response]:
    """One password on so many made-up names."""
    stranger = browser(front, address)
    return [await try_in(stranger, f"Clerk {number}") for number in range(names)]


@pytest.mark.slow
async def test_one_password_on_a_thousand_accounts_is_a_few_a_minute(
    front: Front, hashed: list[str]
):
    answers = await spray(front, 1_000)

    codes = [answer.status_code for answer in answers]
    assert codes == [401] * 50 + [429] * 950
    assert len(hashed) == 50
    assert waits_s(answers[-1]) == 6
    front.clock.advance(6_000)
    assert [answer.status_code for answer in await spray(front, 3)] == [401, 429, 429]
    # Elsewhere nobody notices.
    await sign_in(browser(front, AT_HOME))


async def test_a_company_that_signs_in_at_nine_is_no_spray(front: Front):
    for _ in range(200):
        await sign_in(browser(front))


async def test_what_a_spray_kept_waiting_is_no_guess_at_the_account(front: Front):
    await spray(front, 50)
    for _ in range(10):
        waits_s(await try_in(browser(front)))

    front.clock.advance(6_000)

    await sign_in(browser(front))


async def test_one_account_is_not_guessed_at_from_every_network_of_a_site(
    front: Front, hashed: list[str]
):
    for number in range(100):
        await try_in(browser(front, f"2001:db8:0:{number:x}::1"))

    assert len(hashed) == 40
    await sign_in(browser(front, "2001:db8:1::1"))


@pytest.mark.slow
async def test_a_site_sprays_no_more_passwords_than_eight_places(front: Front, hashed: list[str]):
    for number in range(1_000):
        await try_in(browser(front, f"2001:db8:0:{number:x}::1"), f"Clerk {number}")

    assert len(hashed) == 8 * 50


async def test_names_at_which_nobody_has_looked_are_not_remembered(front: Front):
    sign_ins = SignIns(front.clock, Rates(), b"secret")
    for number in range(500):
        with pytest.raises(Refused):
            with sign_ins.attempt({"client": (OFFICE, 1)}, f"Clerk {number}", None):
                raise Refused(Reason.WRONG_CREDENTIALS)

    assert len(sign_ins._guesses) == 50


# --- no oracle --------------------------------------------------------------


async def test_an_unknown_name_is_answered_and_kept_waiting_exactly_like_a_known_one(front: Front):
    await front.disable(eg.JON)

    async def story(user: str, address: str) -> list[Any]:
        told = []
        stranger = browser(front, address)
        for _ in range(30):
            answer = await try_in(stranger, user)
            told.append((answer.status_code, answer.content, sorted(answer.headers.items())))
            front.clock.advance(700)
        return told

    known, unknown = await story("Ida", "192.0.2.1"), await story("Nobody", "192.0.2.2")

    assert known == unknown == await story("Jon", "192.0.2.3")
    assert {status for status, _, _ in known} == {401, 429}


async def test_a_million_letters_are_refused_before_they_are_hashed(
    front: Front, hashed: list[str]
):
    refused(await try_in(browser(front), password="x" * 1_000_000), 413, "too_large")
    refused(await try_in(browser(front), password="x" * 2_000), 400, "malformed", "$.password")

    assert not hashed


# --- a server that has no time ----------------------------------------------


async def test_a_guess_for_which_the_server_had_no_time_does_not_count(
    front: Front, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as busy:

        async def full(kept: str | None, password: str, *, first: bool) -> bool:
            raise Refused(Reason.OVERLOADED, retry_after_ms=2_000)

        busy.setattr(front.passwords, "verify", full)
        for number in range(100):
            refused(await try_in(browser(front)), 503, "overloaded")
            refused(await try_in(browser(front), f"Clerk {number}"), 503, "overloaded")

    await guess(front, browser(front), 4)
    await sign_in(browser(front))


async def test_known_devices_have_their_own_places_in_the_queue_for_hashing(
    front: Front, monkeypatch: pytest.MonkeyPatch
):
    owner = browser(front)
    await sign_in(owner)
    asked: list[bool] = []

    async def counting(kept: str | None, password: str, *, first: bool) -> bool:
        asked.append(first)
        return False

    monkeypatch.setattr(front.passwords, "verify", counting)
    await try_in(owner)
    await try_in(owner, "Jon")
    await try_in(browser(front))

    assert asked == [True, False, False]
