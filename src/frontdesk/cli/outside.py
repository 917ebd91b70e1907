"""What the world sees of a server: asked at its own address and at the one that people use.

A proxy in between may let plain requests through and still hold up the rest, so each way to listen
is tried by itself, and the word that is missing in the proxy's configuration is said.
"""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
from websockets.asyncio.client import connect, unix_connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from frontdesk.cli.address import UNIX
from frontdesk.cli.findings import Finding
from frontdesk.config import Config

# A server answers at once; a proxy that knows no server says so within this.
ANSWER_S = 10.0
# Drops of a stream are 250 ms apart. What comes within this of each other has been kept back.
KEPT_BACK_S = 0.1
# A certificate is renewed a month before its end; then somebody should look.
EXPIRES_LOOK_DAYS = 14
CLOCK_S = 5

SOCKET = "/api/v1/desks/main/socket"
TRICKLE = "/api/v1/trickle"

PAGE = "docs/operations/proxies.md has whole configurations."


class Way(NamedTuple):
    """A way to the server: an address, and the socket file if that is how it listens."""

    url: str
    uds: str | None = None
    # On this machine, by an address that no certificate names.
    trusting: bool = False

    def client(self) -> httpx2.AsyncClient:
        """What to ask with."""
        # Without TLS there is nothing to verify, and reading all roots takes a while.
        transport = httpx2.AsyncHTTPTransport(uds=self.uds) if self.uds is not None else None
        return httpx2.AsyncClient(
            base_url=self.url,
            transport=transport,
            verify=self.tls() or False,
            timeout=ANSWER_S,
            trust_env=False,
        )

    def tls(self) -> ssl.SSLContext | None:
        """How a socket speaks TLS there, if it does."""
        if urlsplit(self.url).scheme != "https":
            return None
        context = ssl.create_default_context()
        if self.trusting:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


def near(config: Config, listens_at: str = "") -> Way:
    """The way to the server from this machine, past any proxy.

    Args:
        listens_at: where it says that it is; without it, where the settings say.
    """
    if listens_at.startswith(UNIX):
        return Way("http://localhost", listens_at.removeprefix(UNIX))
    if listens_at:
        return Way(listens_at, trusting=True)
    if config.uds is not None:
        return Way("http://localhost", str(config.uds))
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(config.host, config.host)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    scheme = "http" if config.tls_cert is None else "https"
    return Way(f"{scheme}://{host}:{config.port}", trusting=True)


async def is_ready(way: Way) -> str | None:
    """Whether a server answers there and can serve; if not, why not."""
    try:
        async with way.client() as client:
            answer = await client.get("/readyz")
    except httpx2.HTTPError as error:
        return _short(error)
    if answer.status_code != 200:
        return f"it answers {answer.status_code}"
    return None


async def examined(config: Config, here: Way, *, patient: bool) -> AsyncIterator[Finding]:
    """The server from here, and from where people are.

    Args:
        here: the way to it from this machine.
        patient: also hold a stream for as long as a poll may wait, which takes a minute.
    """
    why = await is_ready(here)
    if why is None:
        yield Finding("answers here", "good", f"It is ready at {here.uds or here.url}.")
    else:
        yield Finding(
            "answers here",
            "bad",
            f"Nothing that is ready answers at {here.uds or here.url}: {why}.",
            "Give doctor the settings of the server (--host, --port, --uds), or start it.",
        )
    if config.base_url is None:
        yield Finding(
            "base URL",
            "look",
            "It is not set, so what people see cannot be tried.",
            "Set --base-url to what they type, such as https://desk.example.",
        )
        return
    async for finding in _from_outside(here, Way(config.base_url), patient=patient):
        yield finding


async def _from_outside(here: Way, way: Way, *, patient: bool) -> AsyncIterator[Finding]:
    try:
        async with way.client() as client:
            answer = await client.get("/healthz")
    except httpx2.HTTPError as error:
        yield _unreached(way, error)
        return
    if not _is_ours(answer):
        yield Finding(
            "base URL",
            "bad",
            f"{way.url} answers {answer.status_code}, and it is not Frontdesk who answers.",
            f"Let the proxy pass all of that host name on to {here.uds or here.url}. {PAGE}",
        )
        return
    yield Finding("base URL", "good", f"Frontdesk answers at {way.url}.")
    for finding in (_clock(answer), await _certificate(way)):
        if finding is not None:
            yield finding
    yield await _socket(way)
    yield await _stream(way)
    if patient:
        yield await _silence(way)


def _is_ours(answer: httpx2.Response) -> bool:
    try:
        return answer.status_code == 200 and answer.json() == {"status": "alive"}
    except ValueError:
        return False


def _unreached(way: Way, error: httpx2.HTTPError) -> Finding:
    told = _short(error)
    if "CERTIFICATE_VERIFY_FAILED" in told:
        return Finding(
            "certificate",
            "bad",
            f"No browser will trust the certificate of {way.url}: {told}.",
            "Renew it, with its whole chain (fullchain.pem), for that very name.",
        )
    return Finding(
        "base URL",
        "bad",
        f"{way.url} cannot be reached from here: {told}.",
        "Check its DNS entry, the firewall, and that the proxy runs. Where this machine cannot"
        " reach its own outer address, run doctor on another one.",
    )


def _clock(answer: httpx2.Response) -> Finding | None:
    """What a proxy on another machine says of the time."""
    try:
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None
    if theirs.tzinfo is None:
        # It says that it does not know its zone (RFC 5322, 4.3).
        theirs = theirs.replace(tzinfo=UTC)
    apart_s = abs((theirs - datetime.now(UTC)).total_seconds())
    if apart_s <= CLOCK_S:
        return None
    return Finding(
        "clock",
        "look",
        f"What answers at the base URL has a clock that is {apart_s:.0f} s away from this one.",
        "Keep both right (timedatectl set-ntp true).",
    )


async def _certificate(way: Way) -> Finding | None:
    """How long the certificate is good for; that it is trusted has been seen."""
    tls = way.tls()
    if tls is None:
        return Finding(
            "certificate",
            "bad",
            f"{way.url} is not https, so nobody can sign in from outside.",
            "Put a TLS proxy in front, or give --tls-cert and --tls-key.",
        )
    parts = urlsplit(way.url)
    try:
        async with asyncio.timeout(ANSWER_S):
            opening = asyncio.open_connection(parts.hostname, parts.port or 443, ssl=tls)
            _, writer = await opening
    except OSError:
        # It answered a moment ago, with a certificate that was trusted.
        return None
    told: dict[str, Any] = writer.get_extra_info("peercert") or {}
    writer.close()
    left_days = (ssl.cert_time_to_seconds(told["notAfter"]) - time.time()) / 86_400
    says = f"It is good for {left_days:.1f} days more."
    if left_days < EXPIRES_LOOK_DAYS:
        return Finding("certificate", "look", says, "See why it is not renewed by itself.")
    return Finding("certificate", "good", says)


async def _socket(way: Way) -> Finding:
    """Who says no token is told `welcome`: that is enough to know that frames go both ways."""
    try:
        async with asyncio.timeout(ANSWER_S), await _connected(way) as socket:
            await socket.send(json.dumps({"do": "hello"}))
            heard = json.loads(await socket.recv())
    except (InvalidHandshake, WebSocketException, OSError, ValueError) as error:
        return Finding(
            "WebSocket",
            "bad",
            f"It does not come through: {_short(error)}. People are served by slower ways.",
            "In nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
            f" proxy_set_header Connection upgrade. {PAGE}",
        )
    if not isinstance(heard, dict) or heard.get("type") != "welcome":
        return Finding("WebSocket", "bad", "Somebody else answers it.", PAGE)
    return Finding("WebSocket", "good", "It comes through.")


async def _connected(way: Way) -> Any:
    scheme = "wss" if urlsplit(way.url).scheme == "https" else "ws"
    url = f"{scheme}://{urlsplit(way.url).netloc}{SOCKET}"
    if way.uds is not None:
        return await unix_connect(way.uds, url)
    return await connect(url, ssl=way.tls(), proxy=None)


async def _stream(way: Way) -> Finding:
    """Server-sent events and polls: whether each drop comes when it is sent."""
    times: list[float] = []
    try:
        async with way.client() as client, client.stream("GET", TRICKLE) as answer:
            if answer.status_code != 200:
                says = f"They could not be tried: it answers {answer.status_code}."
                return Finding("server-sent events", "look", says, "Try again in a minute.")
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    times.append(time.monotonic())
    except httpx2.HTTPError as error:
        return Finding("server-sent events", "bad", f"They are cut: {_short(error)}.", PAGE)
    apart = [after - before for before, after in zip(times, times[1:], strict=False)]
    if not apart or min(apart) < KEPT_BACK_S:
        return Finding(
            "server-sent events",
            "bad",
            "Something keeps them back and gives them all at once.",
            "In nginx: proxy_buffering off; in Caddy: flush_interval -1. Compression of"
            f" text/event-stream does it too. {PAGE}",
        )
    return Finding("server-sent events", "good", "They come as they are sent.")


async def _silence(way: Way) -> Finding:
    """Whether an answer may take as long as a quiet poll."""
    from frontdesk.web.queries import WAIT_MOST_S

    began = time.monotonic()
    try:
        async with way.client() as client:
            answer = await client.get(
                TRICKLE, params={"wait": WAIT_MOST_S}, timeout=WAIT_MOST_S + ANSWER_S
            )
    except httpx2.HTTPError as error:
        why = _short(error)
    else:
        if answer.status_code == 200:
            return Finding("long polls", "good", f"{WAIT_MOST_S} s of silence are let be.")
        if answer.status_code in (429, 503):
            says = f"They could not be tried: it answers {answer.status_code}."
            return Finding("long polls", "look", says, "Try again in a minute.")
        why = f"it answers {answer.status_code}"
    took_s = time.monotonic() - began
    return Finding(
        "long polls",
        "bad",
        f"After {took_s:.0f} s of silence the line is cut: {why}.",
        f"Raise the timeout of the proxy to 120 s; in nginx: proxy_read_timeout 120s. {PAGE}",
    )


def _short(error: Exception) -> str:
    told = " ".join(str(error).split()).rstrip(".")
    return (told or type(error).__name__)[:200]
