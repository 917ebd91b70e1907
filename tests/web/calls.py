"""One call of the application, with both ends in hand: in process, or over a real connection.

Both are told in the messages of ASGI, so what drives one drives the other.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

Message = MutableMapping[str, Any]
Begin = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]

# Long enough for anything that waits for no clock.
PATIENCE_S = 5.0

# For clients that speak no TLS: each would else read all authorities there are, for 20 ms.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Call:
    """What the client sends in `up`, and what it is sent in `down`; at the end `over`."""

    def __init__(self) -> None:
        self.up: asyncio.Queue[Message] = asyncio.Queue()
        self.down: asyncio.Queue[Message] = asyncio.Queue()
        # Cleared: the line takes nothing, as one whose reader does not read.
        self.takes = asyncio.Event()
        self.takes.set()

    async def message(self) -> Message:
        """What the application sends next."""
        # Not `wait_for`, which keeps a message from whoever is cancelled just then.
        async with asyncio.timeout(PATIENCE_S):
            return await self.down.get()


class InProcess(Call):
    """As a server calls the application."""

    def __init__(
        self, app: Callable[..., Awaitable[None]], scope: Mapping[str, Any], begin: Begin
    ) -> None:
        super().__init__()
        self._running = begin(self._run(app, scope))

    async def _run(self, app: Callable[..., Awaitable[None]], scope: Mapping[str, Any]) -> None:
        await app(dict(scope), self.up.get, self._send)
        await self.down.put({"type": "over"})

    async def _send(self, message: Message) -> None:
        await self.takes.wait()
        await self.down.put(message)


class Connected(Call):
    """Over a connection to the server at `url`."""

    def __init__(self, url: str, scope: Mapping[str, Any], begin: Begin) -> None:
        super().__init__()
        query = scope["query_string"].decode()
        self._url = f"{url}{scope['path']}{'?' if query else ''}{query}"
        self._headers = {
            name.decode(): value.decode() for name, value in scope["headers"] if name != b"host"
        }
        talk = self._stream if scope["type"] == "http" else self._socket
        self._connection: asyncio.Future[ClientConnection] = asyncio.Future()
        self._talking = begin(self._run(talk))
        self._sending = begin(self._until_hung_up())

    async def _run(self, talk: Callable[[], Awaitable[None]]) -> None:
        try:
            await talk()
        finally:
            self.down.put_nowait({"type": "over"})

    async def _until_hung_up(self) -> None:
        """Send what is to be sent."""
        while True:
            message = await self.up.get()
            match message["type"]:
                case "http.disconnect":
                    self._talking.cancel()
                    return
                case "websocket.receive":
                    connection = await self._connection
                    await connection.send(message.get("text", message.get("bytes")))
                case "websocket.disconnect":
                    await (await self._connection).close(message["code"])
                    return

    async def _stream(self) -> None:
        timeout = httpx2.Timeout(PATIENCE_S, read=60)
        async with (
            httpx2.AsyncClient(trust_env=False, timeout=timeout, verify=NO_TLS) as client,
            client.stream("GET", self._url, headers=self._headers) as answer,
        ):
            headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
            start = {"type": "http.response.start", "status": answer.status_code}
            self.down.put_nowait({**start, "headers": headers})
            rest = b""
            async for piece in answer.aiter_bytes():
                # A piece ends anywhere; whoever reads wants whole events.
                whole, end, rest = (rest + piece).rpartition(b"\n\n")
                if end:
                    self.down.put_nowait({"type": "http.response.body", "body": whole + end})
                await self.takes.wait()
            if rest:
                self.down.put_nowait({"type": "http.response.body", "body": rest})

    async def _socket(self) -> None:
        url = self._url.replace("http://", "ws://")
        try:
            connection = await connect(
                url, additional_headers=self._headers, ping_interval=None, proxy=None
            )
        except InvalidStatus as refused:
            start = {"type": "websocket.http.response.start"}
            self.down.put_nowait({**start, "status": refused.response.status_code})
            body = {"type": "websocket.http.response.body", "body": refused.response.body}
            self.down.put_nowait(body)
            return
        self.down.put_nowait({"type": "websocket.accept"})
        self._connection.set_result(connection)
        try:
            while True:
                text = await connection.recv()
                self.down.put_nowait({"type": "websocket.send", "text": text})
                await self.takes.wait()
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd_then_sent:
                close = {"type": "websocket.close", "code": closed.rcvd.code}
                self.down.put_nowait({**close, "reason": closed.rcvd.reason})
        finally:
            connection.transport.abort()
