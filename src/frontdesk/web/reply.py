"""What goes back: a status, headers and bytes, in one write each."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

# API answers are data for scripts: no browser should run, frame, cache or guess anything in them
# (OWASP ASVS 5.0, 3.4).
DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'; sandbox"

HTML = b"text/html; charset=utf-8"


def security_headers(
    policy: bytes, *, loaded_by: bytes = b"same-origin", cache: bytes = b"no-store"
) -> tuple[Header, ...]:
    """What is on every answer.

    Args:
        policy: what a browser may do with it.
        loaded_by: pages of which sites may load it as a part of theirs.
        cache: how long it may be kept, and by whom.
    """
    return (
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", policy),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", loaded_by),
        (b"cache-control", cache),
    )


SECURITY_HEADERS = security_headers(DATA_POLICY)


class Reply(Struct, frozen=True):
    """An answer to one request."""

    body: bytes
    status: int = 200
    headers: Sequence[Header] = ()
    kind: bytes = b"application/json"
    policy: bytes = DATA_POLICY
    loaded_by: bytes = b"same-origin"
    cache: bytes = b"no-store"


def with_header(reply: Reply, name: bytes, value: bytes) -> Reply:
    """The same, with one header more."""
    return replace(reply, headers=[*reply.headers, (name, value)])


class Streamed(Struct, frozen=True):
    """An answer that goes on: `run` sends it, from the first byte to the last."""

    run: Callable[[Send], Awaitable[None]]


def stream_headers(kind: bytes) -> list[Header]:
    """The headers of an answer that goes on. Proxies are asked not to collect it."""
    return [
        (b"content-type", kind),
        (b"x-accel-buffering", b"no"),
        *security_headers(DATA_POLICY),
    ]


async def write_refusal_of_socket(send: Send, reply: Reply) -> None:
    """Answer the request for a socket with a refusal, instead of the upgrade."""
    headers = [(b"content-type", reply.kind), *security_headers(reply.policy), *reply.headers]
    start = {"type": "websocket.http.response.start", "status": reply.status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": reply.body})


async def write(send: Send, reply: Reply) -> None:
    """Send the whole answer."""
    length = str(len(reply.body)).encode()
    headers = [
        (b"content-type", reply.kind),
        (b"content-length", length),
        *security_headers(reply.policy, loaded_by=reply.loaded_by, cache=reply.cache),
        *reply.headers,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
