"""The pages of the shop: another site than the desk's, which has one line of ours in them.

It is served from `localhost`, and the desk from `127.0.0.1`: browsers take these for two sites, as
those of a shop and of its desk are.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from importlib.resources import files

# The desk's address is put in for `{desk}` where a page is served.
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/parcel": ("parcel.html", "text/html; charset=utf-8"),
    "/shop.css": ("shop.css", "text/css; charset=utf-8"),
    "/things.svg": ("things.svg", "image/svg+xml"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}

# What a site that restricts its pages has to allow: the desk's script and its frame.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src {desk}; frame-src {desk}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# A request is a line and some headers; who is slower than that is nobody's browser.
HEAD_BYTES = 16_384
HEAD_MS = 5_000


@contextlib.asynccontextmanager
async def shop(desk: str, port: int) -> AsyncIterator[str]:
    """The shop's address, while it is open.

    Raises:
        OSError: the port is taken.
    """
    pages = {path: _answer(name, kind, desk) for path, (name, kind) in FILES.items()}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(HEAD_MS / 1000):
                head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_to(head, pages))
            await writer.drain()
        writer.close()

    sockets = _sockets(port)
    servers = [await asyncio.start_server(answer, sock=one, limit=HEAD_BYTES) for one in sockets]
    try:
        yield f"http://localhost:{sockets[0].getsockname()[1]}/"
    finally:
        for one in servers:
            one.close()


def _sockets(port: int) -> list[socket.socket]:
    """What `localhost` is: 127.0.0.1, and ::1 where there is such a thing."""
    found = [socket.create_server(("127.0.0.1", port))]
    port = found[0].getsockname()[1]
    with contextlib.suppress(OSError):
        found.append(socket.create_server(("::1", port), family=socket.AF_INET6))
    return found


def _to(head: bytes, pages: dict[str, bytes]) -> bytes:
    method, target, *_ = [*head.split(b"\r\n", 1)[0].decode("latin-1").split(" "), "", ""]
    if method != "GET":
        return _plain("405 Method Not Allowed")
    return pages.get(target.partition("?")[0]) or _plain("404 Not Found")


def _plain(status: str) -> bytes:
    return _http(status, "text/plain; charset=utf-8", "default-src 'none'", status.encode())


def _answer(name: str, kind: str, desk: str) -> bytes:
    text = files("frontdesk.demo").joinpath("shop", name).read_text(encoding="utf-8")
    policy = POLICY.replace("{desk}", desk)
    return _http("200 OK", kind, policy, text.replace("{desk}", desk).encode())


def _http(status: str, kind: str, policy: str, body: bytes) -> bytes:
    headers = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        f"Content-Security-Policy: {policy}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    return "\r\n".join([*headers, "", ""]).encode() + body
