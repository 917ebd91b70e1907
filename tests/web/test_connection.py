"""Raw bytes against a real server on loopback, with short deadlines."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

import pytest

from frontdesk.web.bounds import Bounds
from frontdesk.web.crowd import Crowd
from frontdesk.web.server import Server

pytestmark = pytest.mark.slow  # real sockets, real waits

# Long enough that a busy machine does not fail a test, which never waits for it to pass.
PATIENCE_S = 10

GET = b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n"
HANDSHAKE = (
    b"GET /socket HTTP/1.1\r\nHost: desk\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)


@pytest.fixture(scope="module")
def anyio_backend():
    # As it is served; uvloop's transports differ from asyncio's where they close.
    return ("asyncio", {"use_uvloop": True})


class App:
    """Answers with the length of the body; holds polls until it is told to let go."""

    def __init__(self) -> None:
        self.polls = 0
        self.gone = 0
        self.held = asyncio.Condition()
        self.released = asyncio.Event()

    def begin_drain(self) -> None:
        self.released.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await receive()
            return
        if scope["path"] == "/lazy":
            await self.released.wait()
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                await self._count(gone=1)
                return
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        if scope["path"] == "/poll":
            await self._count(polls=1)
            await self.released.wait()
        body = json.dumps([scope["path"], size, len(scope["headers"])]).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _count(self, polls: int = 0, gone: int = 0) -> None:
        async with self.held:
            self.polls += polls
            self.gone += gone
            self.held.notify_all()

    async def until(self, *, polls: int = 0, gone: int = 0) -> None:
        async with asyncio.timeout(PATIENCE_S), self.held:
            await self.held.wait_for(lambda: self.polls >= polls and self.gone >= gone)


class Line:
    """A client's end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> tuple[int, dict[str, str], Any]:
        async with asyncio.timeout(PATIENCE_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.rstrip().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines)
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return int(first.split()[1]), headers, json.loads(body or b"null")

    async def is_closed(self) -> bool:
        """Wait for the end; False if there is something else to read."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self.reader.read(1) == b""
            except ConnectionError:
                return True


class Desk:
    """A server that listens, and its app."""

    def __init__(self, bounds: Bounds, *, kept: bool = False) -> None:
        self.app = App()
        self.ready, self.ending = asyncio.Event(), asyncio.Event()
        self.server = Server(
            self.app,
            self.app,
            bounds,
            kept=kept,
            on_ready=self.ready.set,
            on_end=self.ending.set,
        )
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.lines: list[Line] = []

    @property
    def crowd(self) -> Crowd:
        assert isinstance(self.server.server_state, Crowd)
        return self.server.server_state

    async def line(self, *sent: bytes) -> Line:
        host, port = self.socket.getsockname()
        line = Line(*await asyncio.open_connection(host, port))
        self.lines.append(line)
        for data in sent:
            line.send(data)
        return line


@asynccontextmanager
async def open_desk(*, kept: bool = False, **bounds: Any) -> AsyncIterator[Desk]:
    desk = Desk(Bounds(**bounds), kept=kept)
    task = asyncio.create_task(desk.server.serve([desk.socket]))
    await desk.ready.wait()
    try:
        yield desk
    finally:
        desk.server.end()
        for line in desk.lines:
            line.writer.close()
        async with asyncio.timeout(PATIENCE_S):
            await task


@pytest.fixture(scope="module")
async def desk() -> AsyncIterator[Desk]:
    """One that all may use who leave it as it was: starting another takes a fifth of a second."""
    async with open_desk(head_bytes=1000, headers=20) as opened:
        yield opened


@pytest.fixture(scope="module")
async def hurried() -> AsyncIterator[Desk]:
    """The same, where nobody has time for a head."""
    async with open_desk(head_ms=50) as opened:
        yield opened


def code(answer: tuple[int, dict[str, str], Any]) -> tuple[int, str]:
    status, headers, body = answer
    assert headers["content-type"] == "application/json"
    assert headers["connection"] == "close"
    assert headers["cache-control"] == "no-store"
    assert body["type"] == "error"
    return status, body["code"]


# --- heads --------------------------------------------------------------------------------------


async def test_requests_follow_one_another_on_a_connection(desk: Desk):
    line = await desk.line(GET)
    status, headers, _ = await line.answer()
    line.send(b"POST /x HTTP/1.1\r\nHost: desk\r\nContent-Length: 5\r\n\r\nhe")
    line.send(b"llo")

    assert status == 200
    assert "date" in headers
    assert "server" not in headers
    assert await line.answer() == (200, {**headers, "content-length": "12"}, ["/x", 5, 2])


async def test_a_head_may_come_in_pieces(desk: Desk):
    line = await desk.line()
    for byte in GET:
        line.send(bytes([byte]))
        await line.writer.drain()

    assert (await line.answer())[0] == 200


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: desk\r\nX: " + b"x" * 1000 + b"\r\n\r\n",
        b"GET /" + b"x" * 1000 + b" HTTP/1.1\r\nHost: desk\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: desk\r\n" + b"X: y\r\n" * 20 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: desk\r\n" + b"X: y\r\n" * 10_000,
    ],
    ids=["long header", "long address", "many headers", "many headers, and no end"],
)
async def test_too_large_a_head_is_told_so(desk: Desk, head: bytes):
    line = await desk.line(head)
    if not head.endswith(b"\r\n\r\n"):
        await line.writer.drain()
        line.send(b"X: y")

    assert code(await line.answer()) == (413, "too_large")
    assert await line.is_closed()


async def test_a_header_without_end_is_told_so(desk: Desk):
    line = await desk.line(b"GET / HTTP/1.1\r\nHost: desk\r\nX: ")
    answer = asyncio.create_task(line.answer())
    while not answer.done():
        line.send(b"x" * 1000)
        await asyncio.wait([asyncio.create_task(line.writer.drain())])

    assert code(await answer) == (413, "too_large")


async def test_as_many_headers_as_allowed_are_let_in(desk: Desk):
    line = await desk.line(b"GET / HTTP/1.1\r\nHost: desk\r\n" + b"X: y\r\n" * 19 + b"\r\n")

    assert (await line.answer())[2] == ["/", 0, 20]


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    ],
    ids=[
        *("TLS", "a greeting", "no host", "two hosts", "space", "HTTP/2", "HTTP/0.9", "address"),
        *("length and chunks", "two lengths", "unknown coding", "two codings"),
    ],
)
async def test_what_is_no_request_is_told_so(desk: Desk, said: bytes):
    line = await desk.line(said)

    answer = await line.answer()
    assert code(answer) == (400, "malformed")
    assert answer[2]["error"].endswith(
        "It must stand there once." if answer[2].get("where") == "Host" else "as HTTP/1.1."
    )
    assert await line.is_closed()


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n"])
async def test_one_host_is_asked_for(desk: Desk, hosts: bytes):
    line = await desk.line(b"GET / HTTP/1.1\r\n" + hosts + b"\r\n")

    assert (await line.answer())[2]["where"] == "Host"


async def test_a_trailer_is_no_header(desk: Desk):
    head = b"POST / HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n"
    line = await desk.line(head, b"1\r\na\r\n0\r\nX: y\r\nHost: evil\r\n\r\n")

    assert (await line.answer())[2] == ["/", 1, 2]


# --- time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [b"", b"\r\n", b"GET / HT", GET[:-2]])
async def test_who_does_not_get_a_head_out_is_cut_off(hurried: Desk, said: bytes):
    line = await hurried.line(said)

    assert await line.is_closed()
    assert len(hurried.crowd) == 0


async def test_dripping_a_head_does_not_buy_time(hurried: Desk):
    line = await hurried.line(b"GET / HTTP/1.1\r\nHost: desk\r\nX: ")
    closed = asyncio.create_task(line.is_closed())
    while not closed.done():
        line.send(b"x")
        await asyncio.wait([closed], timeout=0.005)

    assert await closed
    assert hurried.app.polls == 0


async def test_a_second_head_has_its_time_too(hurried: Desk):
    line = await hurried.line(GET)
    assert (await line.answer())[0] == 200
    line.send(b"GET /")

    assert await line.is_closed()


async def test_who_does_not_get_a_body_out_is_cut_off():
    async with open_desk(body_ms=50) as desk:
        line = await desk.line(b"POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 9\r\n\r\nabc")

        assert await line.is_closed()
        await desk.app.until(gone=1)


async def test_a_long_poll_is_not_late():
    async with open_desk(head_ms=20, body_ms=20) as desk:
        line = await desk.line(b"GET /poll HTTP/1.1\r\nHost: desk\r\n\r\n")
        await desk.app.until(polls=1)
        late = await desk.line(b"GET")
        assert await late.is_closed()
        desk.app.released.set()

        assert (await line.answer())[0] == 200


async def test_a_request_behind_a_long_poll_is_not_late():
    async with open_desk(head_ms=20, body_ms=20) as desk:
        line = await desk.line(b"GET /poll HTTP/1.1\r\nHost: desk\r\n\r\n")
        line.send(b"POST /2 HTTP/1.1\r\nHost: desk\r\nContent-Length: 3\r\n\r\nabc")
        await desk.app.until(polls=1)
        late = await desk.line(b"GET")
        assert await late.is_closed()
        desk.app.released.set()

        assert (await line.answer())[2] == ["/poll", 0, 1]
        assert (await line.answer())[2] == ["/2", 3, 2]


async def test_a_body_that_we_do_not_read_is_not_late():
    async with open_desk(body_ms=20, head_ms=50) as desk:
        head = b"POST /lazy HTTP/1.1\r\nHost: desk\r\nContent-Length: 9000000\r\n\r\n"
        line = await desk.line(head, b"x" * 9_000_000)
        late = await desk.line(b"GET")
        assert await late.is_closed()
        desk.app.released.set()

        assert (await line.answer())[2] == ["/lazy", 9_000_000, 2]


async def test_an_idle_connection_is_let_go_and_an_empty_line_does_not_keep_it():
    async with open_desk(idle_ms=50) as desk:
        line = await desk.line(GET)
        assert (await line.answer())[0] == 200
        line.send(b"\r\n")

        assert await line.is_closed()


# --- crowds -------------------------------------------------------------------------------------


async def test_requests_piled_up_ahead_of_their_answers_end_the_connection():
    async with open_desk(ahead=3) as desk:
        line = await desk.line(b"GET /poll HTTP/1.1\r\nHost: desk\r\n\r\n" + GET * 1000)

        assert await line.is_closed()


async def test_a_full_house_says_so_and_has_room_again():
    async with open_desk(connections=2) as desk:
        first, second = await desk.line(GET), await desk.line(GET)
        assert (await first.answer())[0] == (await second.answer())[0] == 200
        third = await desk.line(GET)

        answer = await third.answer()
        assert code(answer) == (503, "overloaded")
        assert answer[1]["retry-after"] == "5"
        assert await third.is_closed()
        first.writer.close()
        async with asyncio.timeout(PATIENCE_S):
            while (await (await desk.line(GET)).answer())[0] != 200:
                pass


async def test_one_address_does_not_take_all_places():
    async with open_desk(address_connections=1, proxies=()) as desk:
        line = await desk.line(GET)
        assert (await line.answer())[0] == 200

        assert code(await (await desk.line(GET)).answer()) == (503, "overloaded")


async def test_a_proxy_is_not_counted_as_one_visitor():
    proxies = (ip_network("127.0.0.0/8"),)
    async with open_desk(address_connections=1, proxies=proxies) as desk:
        for _ in range(3):
            assert (await (await desk.line(GET)).answer())[0] == 200


async def test_a_websocket_is_counted_like_any_other_and_is_not_compressed():
    async with open_desk(connections=1) as desk:
        line = await desk.line(HANDSHAKE)
        status, headers, _ = await line.answer()
        assert status == 101
        assert "sec-websocket-extensions" not in headers
        assert len(desk.crowd) == 1

        assert code(await (await desk.line(GET)).answer()) == (503, "overloaded")


async def test_a_websocket_may_stay_silent():
    async with open_desk(head_ms=20, body_ms=20) as desk:
        line = await desk.line(HANDSHAKE)
        assert (await line.answer())[0] == 101
        late = await desk.line()
        assert await late.is_closed()
        line.send(b"\x89\x80abcd")  # a ping

        assert await line.reader.readexactly(2) == b"\x8a\x00"


async def test_the_crowd_forgets_who_has_left():
    crowd = Crowd(Bounds(proxies=()))
    neighbours = [crowd.neighbourhood((f"2001:db8:0:1::{n}", 1)) for n in (1, 2)]
    assert neighbours == ["2001:db8:0:1::/64"] * 2
    assert crowd.neighbourhood(("::ffff:192.0.2.1", 1)) == "192.0.2.1"
    assert crowd.neighbourhood(("fe80::1%eth0", 1)) == "fe80::/64"
    assert crowd.neighbourhood(None) is None

    for one in neighbours:
        crowd.enter(one)
        crowd.leave(one)

    assert not crowd._from


# --- the end ------------------------------------------------------------------------------------


async def test_no_connection_is_kept_for_another_request_once_the_server_ends():
    async with open_desk() as desk:
        line = await desk.line(b"GET /poll HTTP/1.1\r\nHost: desk\r\n\r\n")
        await desk.app.until(polls=1)
        desk.crowd.end()
        late = await desk.line(GET)

        assert (await late.answer())[1]["connection"] == "close"
        desk.app.released.set()
        assert (await line.answer())[1]["connection"] == "close"


async def test_open_polls_are_answered_when_the_server_ends():
    async with open_desk() as desk:
        lines = [await desk.line(b"GET /poll HTTP/1.1\r\nHost: desk\r\n\r\n") for _ in range(50)]
        await desk.app.until(polls=50)
        began = asyncio.get_running_loop().time()
        desk.server.end()

        for line in lines:
            status, headers, _ = await line.answer()
            assert (status, headers["connection"]) == (200, "close")
            assert await line.is_closed()
        assert asyncio.get_running_loop().time() - began < 1
