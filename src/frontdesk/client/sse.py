"""Server-sent events: one answer that goes on (WHATWG HTML, 9.2)."""

import asyncio
import contextlib
from collections.abc import Iterator

import httpx2

from frontdesk.client.calls import Calls, lost, read
from frontdesk.client.failures import Ended, Lost
from frontdesk.client.lines import Json, read_event
from frontdesk.client.timing import Timing

# The largest event is a room with fifty long messages, under one; what is larger is no event.
BLOCK_BYTES_MOST = 32 * 1024 * 1024


class Blocks:
    """Bytes as they come, into events: (`event`, `data`). Pure.

    Lines end where the standard says, and not where a text library would end them: U+2028 in a
    message is a letter like any other here.
    """

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """The events that are complete by now.

        Raises:
            Lost: this is no stream of events.
        """
        *blocks, self._buffer = (self._buffer + data.replace(b"\r", b"")).split(b"\n\n")
        if len(self._buffer) > BLOCK_BYTES_MOST:
            raise Lost("an event that has no end")
        for block in blocks:
            fields: dict[bytes, bytes] = {}
            for line in block.split(b"\n"):
                name, _, value = line.partition(b":")
                fields[name] = value.removeprefix(b" ")
            if b"data" in fields:
                yield fields.get(b"event", b"").decode(), fields[b"data"]


class EventStream:
    """A line of server-sent events."""

    def __init__(self, answer: httpx2.Response) -> None:
        self._answer = answer
        self._chunks = answer.aiter_raw()
        self._blocks = Blocks()
        self._ended: Ended | None = None

    @classmethod
    async def open(cls, calls: Calls, timing: Timing, since: str) -> "EventStream":
        """A stream from this id on. Raises as `Line.next`."""
        headers = {
            **calls.headers,
            "accept": "text/event-stream",
            # It is read as it comes, and a proxy that packs it would also keep it for a while.
            "accept-encoding": "identity",
            "last-event-id": since,
        }
        request = calls.http.build_request(
            "GET", f"{calls.url}{calls.desk}/events", headers=headers
        )
        try:
            async with asyncio.timeout(timing.open_ms / 1000):
                answer = await calls.http.send(request, stream=True)
                kind = answer.headers.get("content-type", "")
                if answer.status_code == 200 and kind.startswith("text/event-stream"):
                    return cls(answer)
                await answer.aread()
                await answer.aclose()
        except (TimeoutError, httpx2.RequestError) as error:
            raise lost(error) from error
        read(answer.status_code, answer.headers.get("retry-after"), answer.content)
        raise Lost(f"no stream of events but {kind}")

    async def next(self) -> list[Json]:
        found: list[Json] = []
        while not found:
            # Said once what came before it has been taken.
            if self._ended is not None:
                raise self._ended
            try:
                chunk = await anext(self._chunks)
            except StopAsyncIteration:
                raise Lost("the stream ended without a word") from None
            except (httpx2.RequestError, httpx2.StreamError) as error:
                raise lost(error) from error
            for kind, data in self._blocks.feed(chunk):
                told = read_event(data)
                if kind == "hangup":
                    self._ended = _ended(told)
                else:
                    found.append(told)
        return found

    async def close(self, *, for_good: bool) -> None:
        with contextlib.suppress(httpx2.RequestError, RuntimeError):
            await self._answer.aclose()


def _ended(told: Json) -> Ended:
    why, come_back = str(told.get("why", "")), bool(told.get("come_back", True))
    return Ended(why, come_back=come_back, after_ms=int(told.get("after_ms", 0)))
