"""What tells those who watch the server whether it lives, and whether to send people to it."""

import pytest

from frontdesk.engine.ports import Broken, Full
from tests.web.front import Front, Someone, refused
from tests.web.real import RealFront


async def test_a_server_that_serves_says_so_to_anybody(stranger: Someone):
    for path, status in (("/healthz", "alive"), ("/readyz", "ready")):
        answer = await stranger.client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
        assert answer.headers["connection"] == "close"


async def test_a_server_that_is_about_to_end_lives_and_is_not_ready(front: Front):
    front.engine.begin_drain()

    assert (await front.someone().client.get("/healthz")).status_code == 200
    answer = await front.someone().client.get("/readyz")
    refused(answer, 503, "overloaded")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("wrong", [Full("no room"), Broken("a page is damaged")])
async def test_a_store_that_does_not_answer_is_not_ready(
    front: Front, monkeypatch: pytest.MonkeyPatch, wrong: Exception
):
    async def fails() -> int:
        raise wrong

    monkeypatch.setattr(front.store, "last_beat", fails)

    assert (await front.someone().client.get("/healthz")).status_code == 200
    refused(await front.someone().client.get("/readyz"), 503, "overloaded")


async def test_an_engine_that_has_failed_is_not_ready(front: Front):
    front.engine.failed.set()

    refused(await front.someone().client.get("/readyz"), 503, "overloaded")


async def test_connections_that_are_open_or_come_late_hear_that_it_ends_and_are_let_go():
    front = RealFront()
    await front.start()
    here = front.someone()
    assert (await here.get("/waittime")).headers.get("connection") is None

    # What a signal does at once; uvicorn takes connections until it looks, up to 0.1 s later.
    front.begin_drain()

    for someone in (here, front.someone()):
        answer = await someone.client.get("/readyz")
        refused(answer, 503, "overloaded")
    answer = await front.someone().get("/waittime")
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    await front.stop()
