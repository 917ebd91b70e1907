"""A request to the application as ASGI gives it, without a client that would put anything right."""

import asyncio
from typing import Any, NamedTuple
from urllib.parse import unquote

from tests.threats.hostile import Request
from tests.web.front import Front


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(front: Front, request: Request, headers: list[tuple[bytes, bytes]]) -> Answer:
    """The answer to it; `headers` say who asks, unless the request's own say otherwise."""
    sent: list[Any] = []
    own = {name for name, _ in request.headers}
    scope = {
        "type": "http",
        "method": request.method,
        "path": unquote(request.path),
        "query_string": request.query,
        "headers": [*(one for one in headers if one[0] not in own), *request.headers],
        "scheme": "http",
        "client": ("127.0.0.1", 40_000),
    }

    bodies = [request.body]

    async def receive() -> dict[str, Any]:
        if not bodies:
            await asyncio.Event().wait()  # Nobody hangs up.
        return {"type": "http.request", "body": bodies.pop(), "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await front.app(scope, receive, send)
    named = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], named, sent[1]["body"])


JSON = (b"content-type", b"application/json")
HOST = (b"host", b"127.0.0.1")


def by_cookie(token: str) -> list[tuple[bytes, bytes]]:
    """The headers of a browser's request."""
    return [HOST, JSON, (b"cookie", b"frontdesk=" + token.encode())]


def by_bearer(token: str) -> list[tuple[bytes, bytes]]:
    """The headers of a script's request."""
    return [HOST, JSON, (b"authorization", b"Bearer " + token.encode())]
