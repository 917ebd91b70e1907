"""Frames against a real server on loopback, with an application that does as a test says."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from anyio.lowlevel import checkpoint

from frontdesk.web import server as server_module
from frontdesk.web.server import Server
from frontdesk.web.upgraded import TOGETHER_BYTES, WAITING_MOST, Mailbox, Socket, text_frame
from tests.e2e.raw import CLOSE, CONT, PING, PONG, TEXT, Raw, frame

pytestmark = pytest.mark.slow  # real sockets, real waits

PATIENCE_S = 10

Talk = Callable[[Any, Any], Awaitable[None]]


@pytest.fixture(scope="module")
def anyio_backend():
    # As it is served.
    return ("asyncio", {"use_uvloop": True})


class App:
    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self.failure: BaseException | None = None
        self.ended = asyncio.Event()

    def begin_drain(self) -> None:
        pass

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        try:
            await self._talk(receive, send)
        except Exception as error:
            self.failure = error
        self.ended.set()


@asynccontextmanager
async def line(talk: Talk) -> AsyncIterator[tuple[App, Raw]]:
    """A client of an application that talks like this."""
    app, ready = App(talk), asyncio.Event()
    server = Server(app, app, on_ready=ready.set)
    listener = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve([listener]))
    await ready.wait()
    async with asyncio.timeout(PATIENCE_S):
        client = await Raw.open(listener.getsockname()[1])
        try:
            yield app, client
        finally:
            client.writer.close()
            server.end()
            await task


def says(text: str) -> dict[str, str]:
    return {"type": "websocket.send", "text": text}


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_frame_has_the_size_that_it_says(size: int):
    frame = text_frame(b"x" * size)

    head = {True: 2, size > 125: 4, size > 65_535: 10}[True]
    said = frame[1] if head == 2 else int.from_bytes(frame[2:head], "big")
    assert (frame[0], said, len(frame)) == (0x81, size, head + size)


async def test_frames_arrive_whole_and_in_order():
    texts = [f"{number} " + "ü" * (number * number % 40_000) for number in range(300)]

    async def talk(receive: Any, send: Any) -> None:
        for text in texts:
            await send(says(text))
        await send({"type": "websocket.close", "code": 4001, "reason": "enough"})

    async with line(talk) as (_, client):
        heard = [await client.next() for _ in texts]
        last = await client.next()

    assert [one.data.decode() for one in heard] == texts
    assert {one.opcode for one in heard} == {TEXT}
    assert last == (CLOSE, (4001).to_bytes(2, "big") + b"enough")


async def test_who_reads_nothing_holds_up_the_application():
    sent, stuck = 0, asyncio.Event()

    async def talk(receive: Any, send: Any) -> None:
        nonlocal sent
        with contextlib.suppress(TimeoutError):
            while True:
                async with asyncio.timeout(0.5):
                    await send(says("x" * TOGETHER_BYTES))
                sent += 1
        stuck.set()

    async with line(talk) as (_, client):
        await stuck.wait()
        # What is sent fills the buffers of the kernel and of both ends, and no more.
        assert sent * TOGETHER_BYTES < 32 * 1024 * 1024
        for _ in range(sent):
            await client.next()


async def test_what_is_said_after_the_end_is_no_fault():
    async def talk(receive: Any, send: Any) -> None:
        await send({"type": "websocket.close", "code": 1000})
        await send(says("too late"))

    async with line(talk) as (app, _):
        await app.ended.wait()

    assert isinstance(app.failure, OSError)


async def test_a_line_that_breaks_while_frames_wait_to_go_out_is_no_fault():
    faults: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, fault: faults.append(fault))

    async def talk(receive: Any, send: Any) -> None:
        send.__self__.transport.abort()
        await send(says("on its way"))
        await receive()

    async with line(talk) as (app, _):
        await app.ended.wait()

    assert faults == []


async def test_an_answer_that_waited_goes_out_before_the_close():
    stuck, sent = asyncio.Event(), 0

    async def talk(receive: Any, send: Any) -> None:
        nonlocal sent
        with contextlib.suppress(TimeoutError):
            while True:
                async with asyncio.timeout(0.2):
                    await send(says("x" * TOGETHER_BYTES))
                sent += 1
        answer = asyncio.create_task(send(says("the answer")))
        await checkpoint()
        stuck.set()
        await send({"type": "websocket.close", "code": 4408})
        await answer

    async with line(talk) as (app, client):
        await stuck.wait()
        for _ in range(sent):
            await client.next()
        rest = [await client.next() for _ in range(2)]

    assert app.failure is None
    assert [one.opcode for one in rest] == [TEXT, CLOSE]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (frame(TEXT, b"\xff"), 1007),
        (frame(TEXT, fin=False) + frame(CONT, fin=False) * 300, 1009),
    ],
)
async def test_what_comes_behind_an_error_is_dropped_and_logs_nothing(
    wrong: bytes, code: int, caplog: pytest.LogCaptureFixture
):
    async def talk(receive: Any, send: Any) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async with line(talk) as (app, client):
        await client.send(wrong + frame(PING) + frame(PONG))
        # The parser reads ahead, so the answer to a ping may have been on its way already.
        while (last := await client.next()).opcode != CLOSE:
            assert last.opcode == PONG
        await app.ended.wait()

    assert (last.opcode, int.from_bytes(last.data[:2], "big")) == (CLOSE, code)
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


async def test_more_than_the_application_takes_waits_on_the_line():
    go = asyncio.Event()
    heard: list[str] = []

    async def talk(receive: Any, send: Any) -> None:
        await go.wait()
        while len(heard) < 5 * WAITING_MOST:
            heard.append((await receive())["text"])

    async with line(talk) as (app, client):
        texts = [str(number) for number in range(5 * WAITING_MOST)]
        for text in texts:
            await client.send(frame(TEXT, text.encode()))
        go.set()
        await app.ended.wait()

    assert app.failure is None
    assert heard == texts


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> "asyncio.Queue[bool]":
    """Pings follow one another, and each wait for a pong that is over is told here."""
    told: asyncio.Queue[bool] = asyncio.Queue()
    over = Socket.keepalive_timeout

    def tell(socket: Socket) -> None:
        over(socket)
        told.put_nowait(socket.close_sent)

    monkeypatch.setattr(server_module, "PING_MS", 20)
    monkeypatch.setattr(server_module, "PONG_MS", 20)
    monkeypatch.setattr(Socket, "keepalive_timeout", tell)
    return told


async def test_nobody_is_gone_whose_pong_we_do_not_read(waits: "asyncio.Queue[bool]"):
    """While the store stalls no command is done, and behind 64 of them no more is read."""
    go, texts = asyncio.Event(), [str(number) for number in range(2 * WAITING_MOST)]

    async def talk(receive: Any, send: Any) -> None:
        await go.wait()
        for text in texts:
            assert (await receive())["text"] == text
        await send(says("all of it"))
        await receive()

    async with line(talk) as (app, client):
        for text in texts:
            await client.send(frame(TEXT, text.encode()))
        ping = await client.next()
        assert ping.opcode == PING
        await client.send(frame(PONG, ping.data))
        for _ in range(5):
            assert await waits.get() is False
        go.set()
        while (last := await client.next()).opcode == PING:
            await client.send(frame(PONG, last.data))
        assert (last.opcode, last.data) == (TEXT, b"all of it")

    assert app.failure is None


async def test_who_answers_no_ping_is_gone(waits: "asyncio.Queue[bool]"):
    async def talk(receive: Any, send: Any) -> None:
        await receive()

    async with line(talk) as (_, client):
        assert (await client.next()).opcode == PING
        assert await waits.get() is True
        last = await client.next()

    assert (last.opcode, int.from_bytes(last.data[:2], "big")) == (CLOSE, 1011)


async def test_a_mailbox_gives_in_order_what_was_put_before_and_while_somebody_waits():
    box = Mailbox(asyncio.get_running_loop())
    waiting = asyncio.create_task(box.get())
    await checkpoint()

    for text in ("a", "b", "c"):
        box.put_nowait({"type": "websocket.receive", "text": text})

    assert (await waiting)["text"] == "a"  # type: ignore[typeddict-item]
    assert (box.qsize(), box.empty()) == (2, False)
    assert [(await box.get())["text"] for _ in range(2)] == ["b", "c"]  # type: ignore[typeddict-item]
    assert box.empty()


async def test_a_mailbox_loses_nothing_when_its_taker_is_cancelled():
    box = Mailbox(asyncio.get_running_loop())
    waiting = asyncio.create_task(box.get())
    await checkpoint()
    box.put_nowait({"type": "websocket.receive", "text": "a"})
    waiting.cancel()
    await asyncio.wait((waiting,))

    assert (await box.get())["text"] == "a"  # type: ignore[typeddict-item]
