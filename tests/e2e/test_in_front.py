"""What holds of the server as the world reaches it, whoever speaks https for it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from frontdesk.client import Transport, calls
from frontdesk.trials.history import History
from frontdesk.trials.people import Agent, Guest, closing
from tests.e2e.in_front import ADDRESS_RATE, FRONTS, PASSWORD, Front, fronted
from tests.e2e.server import DESK, SESSION
from tests.load import promised

pytestmark = pytest.mark.e2e

# Where a browser is that is no proxy, and not the machine of one.
WORLD = "127.0.0.4"

# What is promised of a message.
HEARD_S = 1.0
PATIENCE_S = 30
NAMES = (f"Ana {number}x" for number in count(1))


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module", params=FRONTS)
async def front(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Front]:
    async with trusted(request.param, tmp_path_factory.mktemp("front")) as running:
        yield running


@asynccontextmanager
async def trusted(kind: str, folder: Path, *harm: tuple[str, str]) -> AsyncIterator[Front]:
    """A front whose authority our client trusts, as it does those of the machine."""
    with pytest.MonkeyPatch.context() as patch:
        async with fronted(kind, folder, *harm) as running:
            patch.setenv("SSL_CERT_FILE", str(running.authority.roots))
            calls._tls.cache_clear()
            yield running
    calls._tls.cache_clear()


def browser(front: Front, address: str = WORLD) -> httpx2.AsyncClient:
    """A browser at this address of the machine."""
    transport = httpx2.AsyncHTTPTransport(verify=front.tls, local_address=address, trust_env=False)
    return httpx2.AsyncClient(base_url=front.url, transport=transport, timeout=PATIENCE_S)


async def sign_in(client: httpx2.AsyncClient, **headers: str) -> httpx2.Response:
    body = {"username": "Ida", "password": PASSWORD}
    return await client.post(SESSION, json=body, headers=headers)


async def hears(who: Agent | Guest, body: str) -> None:
    """Wait for this message; no longer than is promised."""
    await who.until(
        lambda: any(event.get("body") == body for event in who.heard), most_s=promised(HEARD_S)
    )


async def opens(front: Front, **headers: str) -> int:
    """With which status a WebSocket is answered."""
    try:
        async with connect(
            f"wss://localhost:{front.port}{DESK}/socket",
            ssl=front.tls,
            additional_headers=headers,
            proxy=None,
            local_addr=(WORLD, 0),
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def test_who_signs_in_gets_a_cookie_for_this_host_and_https_alone(front: Front):
    async with browser(front) as client:
        # What the browser says of the scheme counts nothing.
        answer = await sign_in(client, **{"x-forwarded-proto": "http", "origin": front.url})

        assert answer.status_code == 201, answer.text
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-frontdesk=")
        for part in ("; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"):
            assert part in cookie
        assert (await client.get(SESSION)).status_code == 200
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("transport", list(Transport))
async def test_a_message_is_heard_within_a_second(front: Front, transport: Transport):
    ida = Agent(front.url, History(), "Ida", PASSWORD, transport=transport)
    ana = Guest(front.url, History(), transport=transport)

    async with closing(ida, ana):
        await ida.sign_in()
        await ida.command("status", status="available")
        await ana.identify(next(NAMES), "Where is it?")
        await ida.command("assist")
        await ana.until(lambda: ana.agent == "Ida")
        for number in range(3):
            for one, other in ((ida, ana), (ana, ida)):
                await one.say(ana.room, f"{one.who} {number}")
                await hears(other, f"{one.who} {number}")
        assert set(ana.lines) == {transport}
        await ida.end(ana.room)


async def test_only_a_page_of_ours_opens_a_socket(front: Front):
    assert await opens(front, origin=front.url) == 101
    for origin in (
        "https://evil.example",
        f"http://localhost:{front.port}",
        "https://localhost",
        f"https://localhost.evil.example:{front.port}",
        "null",
    ):
        assert await opens(front, origin=origin) == 403, origin
        # What a browser cannot be made to send changes nothing either.
        forged = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}
        assert await opens(front, origin=origin, **forged) == 403, origin


async def test_a_socket_is_known_by_the_cookie(front: Front):
    async with browser(front) as client:
        assert (await sign_in(client)).status_code == 201
        cookie = f"__Host-frontdesk={client.cookies['__Host-frontdesk']}"
        since = (await client.get(f"{DESK}/state")).json()["id"]
    async with connect(
        f"wss://localhost:{front.port}{DESK}/socket",
        ssl=front.tls,
        origin=front.url,  # type: ignore[arg-type]  # a NewType of str
        additional_headers={"cookie": cookie},
        proxy=None,
    ) as socket:
        await socket.send(json.dumps({"do": "hello", "since": since}))
        await socket.send(json.dumps({"do": "status", "status": "away", "ref": "1"}))
        async with asyncio.timeout(promised(HEARD_S)):
            while json.loads(await socket.recv()).get("ref") != "1":
                pass


async def test_a_page_of_another_site_changes_nothing(front: Front):
    async with browser(front) as client:
        assert (await sign_in(client)).status_code == 201
        body = {"status": "away"}
        for origin, status in ((front.url, 200), ("https://evil.example", 403)):
            answer = await client.post(f"{DESK}/status", json=body, headers={"origin": origin})
            assert answer.status_code == status, answer.text


async def test_everybody_is_counted_where_they_really_are(front: Front):
    async def asked(address: str, times: int, *names: str) -> list[int]:
        async with browser(front, address) as client:
            answers = [
                await client.get(
                    f"{DESK}/waittime", headers={name: f"10.0.{number}.1" for name in names}
                )
                for number in range(times)
            ]
        return [answer.status_code for answer in answers]

    forged = await asked("127.0.0.2", ADDRESS_RATE, "x-forwarded-for", "x-real-ip", "forwarded")

    assert 429 in forged, "what the browser says of itself is no other address"
    assert await asked("127.0.0.3", 1) == [200], "somebody else is not counted with them"


async def test_a_restart_loses_nothing_and_people_go_on(front: Front):
    ida = Agent(front.url, History(), "Ida", PASSWORD)
    ana = Guest(front.url, History())
    async with closing(ida, ana):
        await ida.sign_in()
        await ida.command("status", status="available")
        await ana.identify(next(NAMES), "Are you still there?")
        await ida.command("assist")
        await ana.until(lambda: ana.agent == "Ida")
        await ida.say(ana.room, "Before.")
        began = time.monotonic()
        status, took = await front.server.stop()
        assert status == 0
        assert took < promised(3)
        await front.server.start()
        await ida.say(ana.room, "After.")
        await ana.until(lambda: bool(ana.heard) and ana.heard[-1].get("body") == "After.")
        assert time.monotonic() - began < promised(20)
        said = [event["body"] for event in ana.heard if event["type"] == "message"]
        assert said == ["Before.", "After."]
        await ida.end(ana.room)


async def test_a_proxy_that_passes_no_sockets_is_got_through_all_the_same(tmp_path: Path):
    drops_upgrades = ("proxy_set_header Upgrade $http_upgrade;", "")
    async with trusted("nginx", tmp_path, drops_upgrades) as front:
        ida = Agent(front.url, History(), "Ida", PASSWORD)
        ana = Guest(front.url, History())
        async with closing(ida, ana):
            await ida.sign_in()
            await ida.command("status", status="available")
            await ana.identify("Ana", "Can you hear me?")
            await ida.command("assist")
            await ida.say(ana.room, "Yes.")
            await ana.until(lambda: any(event.get("body") == "Yes." for event in ana.heard))

            assert set(ana.lines) == {Transport.SSE}
