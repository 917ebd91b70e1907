"""The WebSocket: events down, commands up, over one line."""

import asyncio
import itertools
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from frontdesk.client.calls import Calls, read
from frontdesk.client.failures import WAITED_OUT, Ended, Lost, Refused, failure
from frontdesk.client.lines import Json, read_event
from frontdesk.client.timing import Timing

# An export of a guest comes in parts of about 8 MiB.
FRAME_BYTES_MOST = 32 * 1024 * 1024
# What a server may take to say good-bye; one that is gone takes all of it.
CLOSE_S = 1.0

# Of a client that goes for good, and of one that may be back (RFC 6455, 7.4.1).
GOODBYE, AWAY = 1000, 1001

# Close code → why, whether to come back, and after how long (protocol §7).
ENDS: dict[int, tuple[str, bool, int]] = {
    1003: ("not_understood", False, 0),
    1011: ("fault", True, 2_000),
    1012: ("restart", True, 500),
    1013: ("overloaded", True, 5_000),
    4400: ("no_hello", False, 0),
    4401: ("signed_out", False, 0),
    4403: ("role_changed", True, 100),
    4408: ("too_slow", True, 1_000),
    4410: ("reset", True, 100),
    4420: ("too_fast", True, 10_000),
    4429: ("too_many_readers", True, 30_000),
}


class Socket:
    """A line that takes commands, too."""

    def __init__(self, connection: ClientConnection, timing: Timing) -> None:
        self._connection = connection
        self._timing = timing
        self._numbers = itertools.count()
        # By `ref`; None says that no answer will come any more.
        self._waiting: dict[str, asyncio.Future[Json | None]] = {}

    @classmethod
    async def open(cls, calls: Calls, timing: Timing, since: str) -> "Socket":
        """A socket that has said hello from this id on. Raises as `Line.next`."""
        scheme, rest = (
            ("wss", calls.url[5:]) if calls.url[:6] == "https:" else ("ws", calls.url[4:])
        )
        try:
            connection = await connect(
                f"{scheme}{rest}{calls.desk}/socket",
                open_timeout=timing.open_ms / 1000,
                close_timeout=CLOSE_S,
                # The server speaks by itself, and silence is noticed above.
                ping_interval=None,
                # The texts of a chat are too short for it to be worth the memory.
                compression=None,
                max_size=FRAME_BYTES_MOST,
                proxy=True if calls.trust_env else None,
            )
            hello = {"do": "hello", "token": calls.token, "since": since}
            await connection.send(msgspec.json.encode(hello), text=True)
        except InvalidStatus as refused:
            raise _no_socket(refused) from refused
        except (OSError, EOFError, TimeoutError, InvalidHandshake, ConnectionClosed) as error:
            what, gone = (
                f"{type(error).__name__} {error}",
                isinstance(error, ConnectionRefusedError),
            )
            raise Lost(what, reached=not gone) from error
        return cls(connection, timing)

    async def next(self) -> list[Json]:
        while True:
            try:
                event = read_event(await self._connection.recv(decode=False))
            except ConnectionClosed as closed:
                self._fail()
                raise _ended(closed) from closed
            if "ref" not in event:
                return [event]
            waiting = self._waiting.pop(event["ref"], None)
            # What nobody waits for any more was asked again elsewhere, under the same key.
            if waiting is not None and not waiting.done():
                waiting.set_result(event)

    async def ask(self, name: str, body: Json) -> Any:
        ref = str(next(self._numbers))
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[ref] = waiting
        try:
            async with asyncio.timeout(self._timing.answer_ms / 1000):
                frame = {**body, "do": name, "ref": ref}
                await self._connection.send(msgspec.json.encode(frame), text=True)
                told = await waiting
        except (TimeoutError, ConnectionClosed) as error:
            raise Lost(f"no answer on the socket: {error}") from error
        finally:
            self._waiting.pop(ref, None)
        if told is None:
            raise Lost("the socket is closed")
        if told["type"] == "error":
            raise failure(told)
        del told["ref"]
        return told.get("answer", told)

    async def close(self, *, for_good: bool) -> None:
        self._fail()
        await self._connection.close(GOODBYE if for_good else AWAY)

    def _fail(self) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()


def _ended(closed: ConnectionClosed) -> Ended | Lost:
    if closed.rcvd is None or closed.rcvd.code not in ENDS:
        return Lost(f"the socket is closed: {closed}")
    why, come_back, after_ms = ENDS[closed.rcvd.code]
    return Ended(why, come_back=come_back, after_ms=after_ms)


def _no_socket(refused: InvalidStatus) -> Exception:
    """What it means that there was an answer and no socket.

    Whoever passes no upgrades on asks the server for a page that is not there, or says no by
    itself. What waiting does not help is for the next transport to find out.
    """
    answer = refused.response
    try:
        read(answer.status_code, answer.headers.get("retry-after"), bytes(answer.body or b""))
    except Refused as no:
        if no.code in WAITED_OUT:
            return no
    except Lost as lost:
        return lost
    return Lost(f"no socket but status {answer.status_code}")
