"""The application in process: the real engine, over the store that forgets, with time by hand.

    ana = await front.guest(eg.ANA)
    ida = await front.agent(eg.IDA)
    await ida.assist()
    assert types(await ana.news()) == [...]

Everybody here speaks HTTP. What only an operator can do goes to the engine, as the command line
does it.
"""

import asyncio
import itertools
from collections.abc import Coroutine, Mapping
from typing import Any

import anyio.lowlevel
import httpx2
from argon2 import PasswordHasher

from frontdesk.desk.commands import AddPerson, ChangePerson, ChangeSettings, Command
from frontdesk.desk.ids import MAIN
from frontdesk.desk.kinds import Value
from frontdesk.desk.refusals import MEANINGS, Reason
from frontdesk.engine.batches import Done
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.live import Live
from frontdesk.engine.ports import PasswordRow
from frontdesk.store.memory import MemoryStore
from frontdesk.web.app import make_app
from frontdesk.web.bounds import LOOPBACK
from frontdesk.web.passwords import Passwords
from frontdesk.web.reply import Message, Receive, Scope, Send
from tests import examples as eg
from tests.web.calls import Call, InProcess
from tests.web.conformance import conforms

Json = Any
Event = dict[str, Any]

HERE = "http://127.0.0.1"
DESK = "/api/v1/desks/main"
SESSION = "/api/v1/session"
SECRET = b"a secret of the server, 32 bytes"
PASSWORD = "correct horse battery"

# As cheap as the library allows; the real cost is tested with the module itself.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)

# No sentence about a refusal is longer, whatever was sent.
ERROR_CHARS_MOST = 300

# A task that is waited for answers in a few turns; one that has not by then hangs.
PATIENCE_S = 5
# More polls than any story has answers; what is new for ever would hang the test.
POLLS_MOST = 50
# More turns of the event loop than anything takes that waits for no clock and no thread.
TURNS = 40

_numbers = itertools.count()


def new_key() -> str:
    """An idempotency key that nobody has used."""
    return f"a-key-of-a-test-{next(_numbers):06}"


def url(path: str) -> str:
    """A path below the desk, or a whole one."""
    return path if path.startswith("/api/") or path.startswith("//") else DESK + path


async def settled() -> None:
    """Let everything run that waits for neither time nor a request."""
    for _ in range(TURNS):
        await anyio.lowlevel.checkpoint()


def types(events: list[Event]) -> list[str]:
    """What kinds of events these are."""
    return [event["type"] for event in events]


class Someone:
    """Somebody who speaks HTTP: `client` holds who they are."""

    def __init__(self, front: "Front", client: httpx2.AsyncClient) -> None:
        self.front = front
        self.client = client
        self.user = ""
        self.room = ""
        self.token = ""
        self.since = ""

    async def get(self, path: str, **query: str) -> httpx2.Response:
        return await self.client.get(url(path), params=query or None)

    async def post(
        self, path: str, body: Json = None, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        content = {} if body is None else {"json": body}
        return await self.client.post(url(path), headers=headers, **content)

    async def send(self, path: str, raw: bytes, **headers: str) -> httpx2.Response:
        """Post these bytes, as JSON unless `headers` say otherwise."""
        named = {"content-type": "application/json"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(url(path), content=raw, headers=named)

    async def poll(self, since: str | None = None, wait: int = 0) -> list[Event]:
        """What one poll answers."""
        query = {"wait": str(wait)} | ({} if since is None else {"since": since})
        answer = await self.client.get(url("/listen"), params=query)
        assert answer.status_code == 200, answer.text
        events: list[Event] = answer.json()
        assert events, "a poll is never empty"
        return events

    async def news(self) -> list[Event]:
        """What is new since this was asked last, without `noop`."""
        found: list[Event] = []
        for _ in range(POLLS_MOST):
            events = await self.poll(self.since)
            places = [event["id"] for event in events if "id" in event]
            self.since = places[-1]
            heard = [event for event in events if event["type"] != "noop"]
            found += heard
            if not heard:
                return found
        raise AssertionError(f"new for ever: {found[-1]}")

    async def park(self, since: str | None = None, wait: int = 25) -> "asyncio.Task[list[Event]]":
        """A poll that has gone to sleep."""
        task = self.front.task(self.poll(self.since if since is None else since, wait))
        await self.front.settled()
        assert not task.done(), f"answered at once: {task.result()}"
        return task

    async def assist(self, guest: str | None = None) -> Json:
        """Take the next guest, or that one."""
        answer = await self.post("/assist", {"guest": guest, "key": new_key()})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def say(self, room: str, body: str = eg.HELLO, key: str | None = None) -> Json:
        """Write in a room."""
        answer = await self.post(f"/message/{room}", {"body": body, "key": key or new_key()})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def type(self, room: str, *, state: bool = True) -> None:
        """Begin or stop typing."""
        answer = await self.post(f"/message/{room}/typing", {"state": state})
        assert answer.status_code == 200, answer.text


class Front:
    """A server with four accounts: Ida and Jon are agents, Mia a monitor, Ada an admin.

    With `first` there is none, and that makes the first.
    """

    first: str | None = None

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.clock = HandClock(eg.NOW)
        self.store = store or MemoryStore()
        self.engine = Engine(self.store, self.clock)
        self.passwords = Passwords(CHEAP)
        # As it is; and as it is to those who hang up on a stream once all is said.
        self.streaming = make_app(
            self.engine,
            secret=SECRET,
            passwords=self.passwords,
            watchers=LOOPBACK,
            first=self.first,
        )
        self._clients: list[httpx2.AsyncClient] = []
        self._tasks: list[asyncio.Task[Any]] = []

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, to those who hang up on a stream once all is said."""
        if not scope["path"].endswith(("/events", "/trickle")):
            await self.streaming(scope, receive, send)
            return
        asked, ended = False, False

        async def receives() -> Message:
            nonlocal asked
            if not asked:
                asked = True
                return await receive()
            await settled()
            return {"type": "http.disconnect"}

        async def sends(message: Message) -> None:
            nonlocal ended
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        await self.streaming(scope, receives, sends)
        if not ended:
            await send({"type": "http.response.body", "body": b""})

    @property
    def live(self) -> Live:
        """The desk."""
        return self.engine.live(MAIN)

    async def start(self) -> None:
        await self.engine.start()
        if self.live.state.agents or self.first is not None:
            return  # the store is one that was there before, or nobody is to be there
        for agent in eg.AGENTS:
            add = AddPerson(agent.id, agent.user, agent.role)
            await self.engine.submit(MAIN, add, rows=[PasswordRow(agent.id, HASH)])

    async def stop(self) -> None:
        await self._leave()
        await self.engine.stop()
        self.passwords.close()

    async def _leave(self) -> None:
        """Let everybody go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for client in self._clients:
            await client.aclose()

    def task(self, coroutine: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Something that goes on beside the test."""
        task = asyncio.create_task(coroutine)
        self._tasks.append(task)
        return task

    async def operator(self, command: Command) -> Done:
        """Do what only an operator can."""
        return await self.engine.submit(MAIN, command)

    async def settled(self) -> None:
        """Let everything run that waits for neither time nor a request."""
        await settled()

    async def pass_time(self, ms: int) -> None:
        """Let so much time pass, and let come of it what comes."""
        await self.settled()
        self.clock.advance(ms)
        await self.settled()

    def drain(self) -> None:
        """Begin to end the server, as an operator does."""
        self.engine.begin_drain()

    def call(self, scope: Mapping[str, Any]) -> Call:
        """A stream, as its client sees it."""
        return InProcess(self.streaming, scope, self.task)

    async def set(self, **settings: Value) -> None:
        """An operator changes settings of the desk."""
        await self.operator(ChangeSettings(None, settings))

    def someone(
        self, *, base: str = HERE, address: str = "127.0.0.1", token: str | None = None
    ) -> Someone:
        """Somebody at this address, with no session but what `token` gives."""
        client = self._client(base, address)
        client.event_hooks = {"response": [self._read]}
        if token is not None:
            client.headers["authorization"] = f"Bearer {token}"
        self._clients.append(client)
        return Someone(self, client)

    def _client(self, base: str, address: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app, client=(address, 40_000))
        return httpx2.AsyncClient(transport=transport, base_url=base)

    async def _read(self, answer: httpx2.Response) -> None:
        await answer.aread()
        conforms(answer)

    async def guest(
        self, guest: eg.Guest, key: str | None = None, vouch: str | None = None
    ) -> Someone:
        """This guest waits. `vouch` is what a site has signed of them."""
        body = {
            "username": guest.user,
            "question": guest.question,
            "info": guest.info,
            "vouch": vouch,
            "key": key or new_key(),
        }
        answer = await self.someone().post("/identify", body)
        assert answer.status_code == 201, answer.text
        given = answer.json()
        person = self.someone(token=given["token"])
        person.user, person.room = given["user"], given["room"]
        person.token, person.since = given["token"], given["id"]
        return person

    async def agent(self, agent: eg.Agent, *, status: str = "available") -> Someone:
        """This agent has signed in on this machine, with a cookie, and said `status`."""
        person = self.someone()
        answer = await person.post(SESSION, {"username": agent.user, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        person.user, person.token = agent.user, person.client.cookies["frontdesk"]
        await person.post("/status", {"status": status})
        await settled()
        person.since = (await person.get("/state")).json()["id"]
        return person

    async def disable(self, agent: eg.Agent) -> None:
        """An operator takes the account away."""
        await self.operator(ChangePerson(agent.user, disabled=True))


async def outcome(task: "asyncio.Task[list[Event]]") -> list[Event]:
    """What a parked poll answers."""
    return await asyncio.wait_for(task, PATIENCE_S)


def refused(answer: httpx2.Response, status: int, code: str, where: str = "") -> None:
    """That this is exactly such a refusal."""
    body = answer.json()
    assert (answer.status_code, body["code"], body.get("where", "")) == (status, code, where), body
    assert body["type"] == "error"
    sentence = MEANINGS[Reason(code)].sentence
    # What is malformed is told what would be right.
    assert (len(body["error"]) > len(sentence)) or code != "malformed", body
    assert body["error"].startswith(sentence)
    assert body["error"].endswith(".")
    assert len(body["error"]) < ERROR_CHARS_MOST
    assert body.keys() <= {"type", "error", "code", "where", "retry_after"}
    assert str(body.get("retry_after", "")) == answer.headers.get("retry-after", "")
