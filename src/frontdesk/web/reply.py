"""What goes back: a status, headers and bytes, in one write each."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from msgspec import Struct

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

# On everything. API answers are data for scripts: no browser should run, frame, cache or guess
# anything in them (OWASP ASVS 5.0, 3.4).
SECURITY_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Reply(Struct, frozen=True):
    """An answer to one request."""

    body: bytes
    status: int = 200
    headers: Sequence[Header] = ()


async def write(send: Send, reply: Reply) -> None:
    """Send the whole answer."""
    length = str(len(reply.body)).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", length),
        *SECURITY_HEADERS,
        *reply.headers,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
