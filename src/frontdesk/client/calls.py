"""One attempt at one request over HTTP, told apart into answers, refusals and no answer at all."""

import asyncio
import ssl
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec

from frontdesk.client.failures import WAITED_OUT, Lost, Refused, failure
from frontdesk.client.lines import Json
from frontdesk.client.paths import COMMANDS
from frontdesk.client.timing import Timing

API = "/api/v1"
SESSION = f"{API}/session"

# How the session's cookie is called on https, and within the machine.
COOKIES = ("__Host-frontdesk", "frontdesk")


class Calls:
    """Somebody at a server, with connections of their own.

    Args:
        url: where the server is, as `https://desk.example`.
        http: made for another transport, in tests; else one that connects.
        trust_env: whether proxies are taken from the environment, as programs do.
    """

    def __init__(
        self,
        url: str,
        desk: str,
        timing: Timing,
        *,
        http: httpx2.AsyncClient | None = None,
        trust_env: bool = True,
    ) -> None:
        self.url = url.rstrip("/")
        self.desk = f"{API}/desks/{quote(desk, safe='')}"
        self.token = ""
        self.trust_env = trust_env
        self._timing = timing
        # Time is kept here, for whole attempts; what the library bounds is each read.
        self.http = http or httpx2.AsyncClient(timeout=None, trust_env=trust_env, verify=_tls())

    @property
    def headers(self) -> dict[str, str]:
        """Who asks."""
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    async def command(self, name: str, body: Json) -> Any:
        """One attempt at a command of the desk.

        Raises:
            Refused: the server says no.
            Lost: no answer came.
        """
        method, _ = path = COMMANDS[name]
        at, rest = path.filled(body)
        if method == "GET":
            return await self.request(method, self.desk + at, query=rest)
        if method == "DELETE":
            return await self.request(method, self.desk + at, key=rest.pop("key", None))
        return await self.request(method, self.desk + at, body=rest)

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        query: Json | None = None,
        key: str | None = None,
        within_ms: int = 0,
    ) -> Any:
        """One attempt at a request. Raises as `command`.

        Args:
            within_ms: how long the answer may take; `answer_ms` if 0.
        """
        headers = self.headers
        if key is not None:
            headers["idempotency-key"] = key
        if body is not None:
            headers["content-type"] = "application/json"
        try:
            async with asyncio.timeout((within_ms or self._timing.answer_ms) / 1000):
                answer = await self.http.request(
                    method,
                    self.url + path,
                    content=None if body is None else msgspec.json.encode(body),
                    params=query or None,
                    headers=headers,
                )
        except (TimeoutError, httpx2.RequestError) as error:
            raise lost(error) from error
        return read(answer.status_code, answer.headers.get("retry-after"), answer.content)

    async def sign_in(self, user: str, password: str) -> None:
        """One attempt at a session; its token is kept. Raises as `command`."""
        await self.request("POST", SESSION, body={"username": user, "password": password})
        jar = self.http.cookies
        self.token = next(filter(None, (jar.get(name) for name in COOKIES)), "")
        # From now on the token says who asks, to this desk alone, and no cookie beside it.
        jar.clear()

    async def close(self) -> None:
        """Let go of all connections."""
        await self.http.aclose()


@cache
def _tls() -> ssl.SSLContext:
    """How to trust servers; to read all authorities takes 20 ms, which many clients share."""
    return httpx2.create_ssl_context()


def lost(error: Exception) -> Lost:
    """What the library calls an error, as what it is to us."""
    what = f"{type(error).__name__} {error}".strip()
    return Lost(what, reached=not isinstance(error, httpx2.ConnectError))


def read(status: int, retry_after: str | None, content: bytes) -> Any:
    """What an answer says.

    Raises:
        Refused: no, and nothing was changed.
        Lost: nobody knows what was done: a fault of the server's, or of a proxy on the way.
    """
    try:
        told = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = None
    if told is not None and status < 400:
        return told
    if isinstance(told, dict) and told.get("type") == "error":
        if status < 500 or told.get("code") in WAITED_OUT:
            raise failure(told)
    after_ms = int(retry_after) * 1000 if retry_after and retry_after.isdecimal() else 0
    if status == 429:
        raise Refused("overloaded", "The server is busy.", after_ms or 1_000)
    if 400 <= status < 500:
        raise Refused(f"http {status}", "This is no answer of Frontdesk's. Check the address.")
    raise Lost(f"status {status}", after_ms=after_ms)
