"""A server that logs all it can is told secrets in every way, and its log holds none of them.

Nor do its numbers and its audit trail. The same words are found where errors may say what they met:
so the search finds what is there.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from frontdesk.web.routes import routes
from tests.e2e import careless
from tests.e2e.raw import TEXT, Raw, frame, listening
from tests.e2e.server import DESK, SESSION, Server
from tests.threats.hostile import hostile
from tests.web.vouches import Key, claims, signed

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

API = "/api/v1"
# Words of staff, which the audit trail may hold, and of guests, which nothing may.
OURS, GUESTS = "zyzzyva", "quagga"
PASSWORD, CHOSEN, WRONG = (f"{OURS}-{which}-password" for which in ("first", "second", "wrong"))
PAGE = f"https://shop.example/{GUESTS}?token={GUESTS}"

# Every so manieth of the requests that must not work: much is the same for all routes.
EVERY = 20


class Talkative(Server):
    """At the lowest level, with bugs that repeat what they met."""

    program: Sequence[str] = (sys.executable, careless.__file__)

    @property
    def flags(self) -> Sequence[str]:
        return (*super().flags, "--log-level", "debug", "--metrics-from", "127.0.0.1")


class Telling(Talkative):
    program: Sequence[str] = (*Talkative.program, "--tells")


@contextlib.asynccontextmanager
async def serving(server: Server) -> AsyncIterator[Server]:
    try:
        await asyncio.to_thread(server.add_user, f"Ada {OURS}", PASSWORD, role="admin")
        await asyncio.to_thread(server.lift_limits)
        await server.start()
        yield server
    finally:
        server.close()


class People:
    """Everybody at the desk, and all that they were given that nobody else may have."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.secrets: list[str] = []
        self.refs: list[str] = []
        self.lines = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "People":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.lines.aclose()

    def someone(self, token: str = "") -> httpx2.AsyncClient:
        """A client whose every header holds a word; one that is no token is a stranger's."""
        headers = {
            "user-agent": OURS,
            "referer": PAGE,
            "x-request-id": GUESTS,
            "authorization": f"Bearer {token or GUESTS}",
        }
        made = httpx2.AsyncClient(base_url=self.server.url, headers=headers, timeout=20)
        self.lines.push_async_callback(made.aclose)
        return made

    async def ask(self, who: httpx2.AsyncClient, path: str, **body: Any) -> Any:
        """What is answered to a command that is taken."""
        answer = await who.post(path, json=body)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json()

    async def fails(self, answer: httpx2.Response) -> None:
        """It was a fault, of which nothing is said but a reference."""
        assert (answer.status_code, answer.json()["code"]) == (500, "fault"), answer.text
        assert answer.headers["x-request-id"] == answer.json()["ref"]
        assert GUESTS not in answer.text
        self.refs.append(answer.json()["ref"])

    async def admin(self) -> httpx2.AsyncClient:
        """Ada, who has guessed first, has a token of hers and has invited Kim, who came."""
        ada, wrong = self.someone(), {"username": f"Ada {OURS}", "password": WRONG}
        del ada.headers["authorization"]
        assert (await ada.post(SESSION, json=wrong)).status_code == 401
        await self.ask(ada, SESSION, username=f"Ada {OURS}", password=PASSWORD)
        self.secrets += dict(ada.cookies).values()
        made = await self.ask(ada, f"{API}/tokens", label=OURS)
        new = await self.ask(ada, f"{API}/accounts", username=f"Kim {OURS}", role="agent")
        self.secrets += [made["token"], new["invite"]]
        kim = self.someone()
        for link, password in ((OURS, CHOSEN), (new["invite"], "short"), (new["invite"], CHOSEN)):
            await kim.post(f"{API}/accept", json={"invite": link, "password": password})
        del kim.headers["authorization"]
        await kim.post(f"{API}/password", json={"old": WRONG, "new": WRONG})
        self.secrets += dict(kim.cookies).values()
        await ada.post(f"{DESK}/change_settings", json={"settings": {"greeting": OURS}})
        await ada.post(f"{DESK}/change_settings", json={"settings": {OURS: OURS}})
        return self.someone(made["token"])

    async def guest(self, ada: httpx2.AsyncClient) -> tuple[httpx2.AsyncClient, str]:
        """A guest for whom a site vouches, once with another's key; and their room."""
        made = await self.ask(ada, f"{DESK}/keys", label=OURS)
        self.secrets.append(made["secret"])
        asks = {"username": f"Ana {GUESTS}", "question": GUESTS, "info": {"page": PAGE}}
        forged, good = (vouched(Key(made["id"], one)) for one in (GUESTS, made["secret"]))
        self.secrets += [forged, good]
        await self.someone().post(f"{DESK}/identify", json={**asks, "vouch": forged})
        ana = await self.ask(self.someone(), f"{DESK}/identify", **asks, vouch=good)
        self.secrets.append(ana["token"])
        return self.someone(ana["token"]), ana["room"]


def vouched(key: Key) -> str:
    """What a site says of Ana, from now on."""
    email, until = f"{GUESTS}@shop.example", int(time.time()) + 600
    said = claims(sub=GUESTS, email=email, name=f"Ana {GUESTS}", iat=None, exp=until)
    head = {"alg": "HS256", "kid": key.id}
    return signed(json.dumps(head).encode(), json.dumps(said).encode(), key.secret.encode())


async def work(people: People, ada: httpx2.AsyncClient, ana: httpx2.AsyncClient, room: str) -> None:
    """A day at the desk, with all that may be looked for, refused and taken away."""
    await people.ask(ada, f"{DESK}/status", status="available")
    await people.ask(ada, f"{DESK}/assist")
    await people.ask(ana, f"{DESK}/message/{room}", body=GUESTS, key=f"{GUESTS}-key-of-ana")
    await people.ask(ana, f"{DESK}/message/{room}/typing", state=True)
    await people.ask(ada, f"{DESK}/message/{room}", body=OURS)
    await people.ask(ada, f"{DESK}/create", name=OURS, topic=OURS)
    for path in ("/history", "/people", "/state", "/audit", "/face", "/listen", f"/rooms/{room}"):
        await ada.get(DESK + path, params={"q": GUESTS, "user": GUESTS, "wait": "0"})
    for word in (careless.HANDLER, careless.DESK):
        answer = await ana.post(f"{DESK}/message/{room}", json={"body": f"{word} {GUESTS}"})
        await people.fails(answer)
    await people.ask(ada, f"{DESK}/end/{room}")
    await people.ask(ana, f"{DESK}/rate/{room}", rating=1, comment=GUESTS)
    await people.ask(ada, f"{DESK}/change_settings", settings={"open": False})
    left = {"username": f"Ben {GUESTS}", "body": GUESTS, "contact": f"{GUESTS}@shop.example"}
    await people.ask(people.someone(), f"{DESK}/leave_message", **left)
    await ana.post(f"{DESK}/identify", json={"username": GUESTS, "question": GUESTS})


async def talk(people: People, ana: httpx2.AsyncClient, room: str) -> None:
    """The same over sockets, with frames that are right, wrong, and met by a bug."""
    token = ana.headers["authorization"].removeprefix("Bearer ")
    for hello in (GUESTS, token):
        line = await Raw.open(people.server.port, f"X-Request-Id: {GUESTS}")
        await line.send(frame(TEXT, json.dumps({"do": "hello", "token": hello}).encode()))
        message = {"do": "message", "room": room, "body": f"{careless.DESK} {GUESTS}"}
        for said in (
            *({"do": GUESTS}, {"do": "message", "room": GUESTS, "body": GUESTS, "ref": GUESTS}),
            *({"do": "message", GUESTS: GUESTS}, message, {"do": "assist", "key": GUESTS}),
        ):
            await line.send(frame(TEXT, json.dumps(said).encode()))
        await line.send(frame(TEXT, b"{" + GUESTS.encode()))
        await line.send(frame(TEXT, b"\xff" + GUESTS.encode()))
        assert await line.code() in (4401, 1007)


async def streams(people: People, ana: httpx2.AsyncClient, room: str) -> None:
    """A stream and a socket that fail under what they have to tell."""
    body = f"{careless.STREAM} {GUESTS}"
    socket = await listening(people.server.port, ana.headers["authorization"][7:])
    async with ana.stream("GET", f"{DESK}/events") as stream:
        told = stream.aiter_bytes()
        await anext(told)
        await people.ask(ana, f"{DESK}/message/{room}", body=body)
        with contextlib.suppress(httpx2.HTTPError):
            async for _ in told:
                pass
    assert await socket.code() == 1011


async def attack(people: People, tokens: dict[str, str], room: str) -> None:
    """What must not work, of every route; and what is no request at all."""
    words = GUESTS.encode()
    for number, request in enumerate(hostile(routes(), room)):
        if number % EVERY:
            continue
        who = people.someone(tokens.get(request.who, GUESTS))
        with contextlib.suppress(httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, ValueError):
            await who.request(
                request.method,
                f"{request.path}?{request.query.decode('latin-1')}&x={GUESTS}",
                content=request.body + words,
                headers=[*request.headers, (b"idempotency-key", words * 3)],
            )
        await who.aclose()
    for said in (
        b"GET /" + words + b"?token=" + words + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /" + words + b"\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        words + b" / HTTP/1.1\r\nHost: a\r\n" + words + b": " + words + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nCookie: frontdesk=" + words * 9_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + words + b"\r\n\r\n" + words,
        b"GET / HTTP/1.1\r\nHost: " + words + b"\r\nUpgrade: " + words + b"\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", people.server.port)
        writer.write(said)
        writer.write_eof()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()


async def everything(people: People) -> tuple[str, str]:
    """All of it; what the numbers and the audit trail say behind it."""
    ada = await people.admin()
    ana, room = await people.guest(ada)
    await talk(people, ana, room)
    await streams(people, ana, room)
    await work(people, ada, ana, room)
    tokens = {"ana": ana, "ida": ada, "mia": ada, "ada": ada}
    await attack(
        people, {name: one.headers["authorization"][7:] for name, one in tokens.items()}, room
    )
    numbers = (await people.someone().get("/metrics")).text
    trail = (await ada.get(f"{DESK}/audit?limit=200")).text
    return numbers, trail


def words_in(text: str, words: list[str]) -> list[str]:
    """Which of these stand in a text, in whatever case."""
    return [word for word in words if word.lower() in text.lower()]


async def test_no_secret_stands_in_any_line_of_the_most_talkative_server(tmp_path: Path):
    async with serving(Talkative(tmp_path)) as server, People(server) as people:
        numbers, trail = await everything(people)
        await server.stop()
        log = server.logs()

    assert words_in(log, [OURS, GUESTS, *people.secrets]) == []
    assert words_in(numbers, [OURS, GUESTS, *people.secrets]) == []
    assert words_in(trail, [GUESTS, PASSWORD, CHOSEN, WRONG, *people.secrets]) == []
    # It was the server that was asked, and it has said what it may.
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    faults = {line.get("request") for line in lines if line["message"] == "fault"}
    assert faults >= set(people.refs)
    assert sum(line["message"] == "answered" for line in lines) > 100
    for error in ("ValueError", "KeyError", "LookupError", "UnicodeError"):
        assert f"\\n{error}" in log, "it was met, and its text left out"
    assert 'frontdesk_refusals_total{code="vouch_not_valid"}' in numbers
    assert OURS in trail


async def test_the_search_finds_what_errors_would_say(tmp_path: Path):
    async with serving(Telling(tmp_path)) as server, People(server) as people:
        ada = await people.admin()
        ana, room = await people.guest(ada)
        body = f"{careless.HANDLER} {GUESTS}"
        await people.fails(await ana.post(f"{DESK}/message/{room}", json={"body": body}))
        await server.stop()

    assert words_in(server.logs(), [GUESTS]) == [GUESTS]
