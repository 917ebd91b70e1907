"""What the world calls the server: its pages are ours, and browsers stay on https."""

import httpx2
import pytest

from frontdesk.web.app import make_app
from tests.web.front import PASSWORD, SECRET, Front

STAY = "strict-transport-security"
NAME = "https://desk.example"


@pytest.fixture
async def front():
    front = Front()
    front.streaming = make_app(
        front.engine, secret=SECRET, passwords=front.passwords, base_url=NAME
    )
    await front.start()
    yield front
    await front.stop()


def browser(front: Front, at: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(front.app), base_url=at)


async def sign_in(client: httpx2.AsyncClient, **headers: str) -> httpx2.Response:
    body = {"username": "Ida", "password": PASSWORD}
    return await client.post("/api/v1/session", json=body, headers=headers)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (NAME, 201),
        # As the proxy asks for it.
        ("https://backend.internal", 201),
        ("https://desk.example.evil.example", 403),
        ("https://desk.example:8443", 403),
        ("http://desk.example", 403),
        ("null", 403),
    ],
)
async def test_a_page_of_that_name_is_ours_and_no_other(front: Front, origin: str, status: int):
    async with browser(front, "https://backend.internal") as client:
        answer = await sign_in(client, origin=origin)

    assert answer.status_code == status


async def test_what_the_browser_says_of_itself_still_counts(front: Front):
    async with browser(front, "https://backend.internal") as client:
        headers = {"sec-fetch-site": "cross-site", "origin": NAME}

        assert (await sign_in(client, **headers)).status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/v1/desks/main/state", "/nowhere", "/chat/main"])
async def test_who_comes_by_https_is_told_to_stay_there(front: Front, path: str):
    async with browser(front, NAME) as client:
        assert (await client.get(path)).headers[STAY] == "max-age=31536000"
    # Over http somebody on the line could have said it.
    async with browser(front, "http://127.0.0.1:8420") as client:
        assert STAY not in (await client.get(path)).headers


@pytest.mark.parametrize("name", ["http://localhost:8420", None])
async def test_nobody_is_told_so_by_a_server_that_the_world_knows_by_http(
    front: Front, name: str | None
):
    front.streaming = make_app(
        front.engine, secret=SECRET, passwords=front.passwords, base_url=name
    )
    async with browser(front, NAME) as client:
        assert STAY not in (await client.get("/")).headers


async def test_the_name_is_told_to_who_makes_links(front: Front):
    async with browser(front, "http://127.0.0.1:8420") as client:
        assert (await client.get("/")).json()["url"] == NAME
