"""No line of the log holds what somebody wrote, a name, a password, a key or a token."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from frontdesk.cli import logs
from frontdesk.engine import engine, timers
from frontdesk.web import agent_api, exchange, failures, room_api, websocket
from frontdesk.web.routes import routes
from tests import examples as eg
from tests.threats.hostile import hostile
from tests.threats.house import open_house
from tests.threats.wire import ask, by_cookie
from tests.web.floor import Floor
from tests.web.front import PASSWORD, SESSION, Front, Someone, refused

# Each is in what somebody sends, or is given.
NAME, QUESTION, TEXT = "Canary Zzyzx", "canary-question-zzyzx", "canary-text-zzyzx"
INFO, KEY, WRONG = "canary-info-zzyzx", "canary-key-zzyzx", "canary-password-zzyzx"
CANARIES = ("zzyzx", "Zzyzx", PASSWORD)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, at any level, as the server writes it."""
    root, config = logging.getLogger(), structlog.get_config()
    before = (root.handlers, root.level)
    stream = io.StringIO()
    logs.set_up(stream, "debug")
    noisy = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error", "asyncio")]
    levels = [logger.level for logger in noisy]
    for logger in noisy:
        logger.setLevel(logging.DEBUG)
    for module in (exchange, failures, websocket, engine, timers):
        # A logger stays as it was set up when it was first used; these are this test's own.
        monkeypatch.setattr(module, "log", structlog.get_logger())
    # The client of these tests says what it asks; it is no part of the server.
    monkeypatch.setattr(logging.getLogger("httpx2"), "disabled", True)
    root.debug("the lowest level is here")
    yield stream
    for logger, level in zip(noisy, levels, strict=True):
        logger.setLevel(level)
    root.handlers, level = before
    root.setLevel(level)
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)
    logging.getLogger("frontdesk").setLevel(logging.NOTSET)
    structlog.configure(**config)


def check(log: io.StringIO, *tokens: str) -> None:
    """That nothing of what is secret was logged, and that something was."""
    said = log.getvalue()
    assert "the lowest level is here" in said
    assert '"message": "answered"' in said
    for canary in (*CANARIES, *tokens):
        assert canary not in said, said[max(0, said.index(canary) - 500) :][:700]


async def day(front: Front) -> tuple[Someone, Someone]:
    """A conversation, and what goes wrong in one."""
    guest = eg.ANA._replace(user=NAME, question=QUESTION, info={"page": INFO})
    ana, ida = await front.guest(guest, KEY), await front.agent(eg.IDA)
    await ida.assist()
    await ana.say(ana.room, TEXT, f"{KEY}-2")
    await ana.post(f"/message/{ana.room}", {"body": TEXT + "\0"})
    await ana.post(f"/message/{ana.room}", {TEXT: TEXT})
    await ana.get(f"/rooms/{TEXT}/messages", before=TEXT, limit=TEXT)
    wrong = {"username": NAME, "password": WRONG}
    refused(await front.someone().post(SESSION, wrong), 401, "wrong_credentials")
    await front.someone(token=WRONG).get("/state")
    return ana, ida


async def test_no_secret_is_logged_in_a_day_of_work(front: Front, log: io.StringIO):
    ana, ida = await day(front)
    await ida.client.delete(SESSION)

    check(log, ana.token, ida.token)


async def test_no_secret_is_logged_of_what_is_malformed(
    front: Front, floor: Floor, log: io.StringIO
):
    for request in hostile(routes(), floor.rooms["ana"]):
        headers = by_cookie(floor.people["ida"].token)
        query = (request.query or b"wait=0") + b"&x=" + TEXT.encode()
        spoiled = request._replace(body=request.body + TEXT.encode(), query=query)
        await ask(front, spoiled, headers)

    check(log, floor.people["ida"].token)


@pytest.mark.parametrize("error", [KeyError, ValueError, LookupError, TypeError, UnicodeError])
async def test_no_secret_is_logged_of_a_fault_with_its_trace(
    front: Front, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
):
    """Also where the error repeats what it met, as many do."""
    ana, ida = await day(front)

    def breaks(what: object, **_: object) -> None:
        raise error(f"{what!r} {TEXT} {ana.token}")

    monkeypatch.setattr(agent_api, "encode", breaks)
    monkeypatch.setattr(room_api, "clean_body", breaks)
    monkeypatch.setattr("frontdesk.engine.batches.decide", lambda *what: breaks(what))
    assert (await ida.get("/guests")).status_code == 500
    assert (await ana.post(f"/message/{ana.room}", {"body": TEXT})).status_code == 500
    assert (await ida.post("/status", {"status": "away"})).status_code == 500

    check(log, ana.token, ida.token)
    assert log.getvalue().count(error.__name__) >= 3
    assert log.getvalue().count("in breaks") >= 3


async def test_no_secret_is_logged_of_what_comes_over_the_line(front: Front, log: io.StringIO):
    ana = await front.guest(eg.ANA._replace(user=NAME))
    secret = TEXT.encode()
    async with open_house(front) as house:
        for said in (
            b"GET /" + secret + b"?token=" + secret + b" HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /" + secret + b"\0 HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + secret + b"\0\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nCookie: frontdesk=" + secret * 9_000 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: " + secret + b"\r\nConnection: upgrade\r\n\r\n",
        ):
            reader = await house.line(said)
            assert await reader.read(1)

    check(log, ana.token)


async def test_no_link_and_no_token_of_an_account_is_logged(
    log: io.StringIO, front: Front, ada: Someone
):
    new = {"username": "Canary Zzyzx", "role": "agent"}
    link = (await ada.post("/api/v1/accounts", new)).json()["invite"]
    kim = front.someone()
    await kim.post("/api/v1/accept", {"invite": link[:-1], "password": WRONG})
    await kim.post("/api/v1/accept", {"invite": link, "password": "short"})
    answer = await kim.post("/api/v1/accept", {"invite": link, "password": WRONG})
    assert answer.status_code == 201
    token = (await kim.post("/api/v1/tokens", {"label": TEXT[:40]})).json()["token"]
    await kim.post("/api/v1/password", {"old": WRONG, "new": WRONG + "2"})
    await ada.post("/api/v1/change_account", {"user": "Canary Zzyzx", "disabled": True})

    check(log, link, token)
