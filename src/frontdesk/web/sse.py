"""Server-sent events: the feed as one answer that goes on (WHATWG HTML, 9.2).

`id:` is the id of each fact, so that `Last-Event-ID` resumes exactly. What has no place in the log
(signals) has no `id:`, and an end is said by an event `hangup`, with what to do next.
"""

from functools import partial

from frontdesk.desk.events import Reset, Welcome
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.listening import READERS_MOST, reader_for
from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.feed.position import Position
from frontdesk.feed.reader import Reader, Served
from frontdesk.web.bodies import NoBody
from frontdesk.web.codec import encode, id_of, line_for, noop
from frontdesk.web.exchange import Ask, Handler, gives
from frontdesk.web.forms import Stream
from frontdesk.web.identity import header
from frontdesk.web.queries import EventsQuery
from frontdesk.web.reply import Reply, Send, Streamed, stream_headers
from frontdesk.web.standing import Line, place_of
from frontdesk.web.streams import pump

KIND = b"text/event-stream; charset=utf-8"

# A browser's EventSource comes back by itself whatever it is told; so late that nobody notices.
NEVER_MS = 86_400_000


class EventStream:
    """The handler."""

    async def __call__(self, ask: Ask[NoBody]) -> Reply | Streamed:
        """Listen, as server-sent events.

        Each has `data`, the event as JSON; facts have their `id`, so `Last-Event-ID` goes on where
        you were, and beats `since`. The last one is `hangup`: whether to come back, and when.

        Raises:
            Refused: TOO_MANY_READERS beyond `READERS_MOST`.
        """
        if ask.identity is None:
            body = frame(encode(Welcome())) + farewell(HangUp.SIGNED_OUT)
            return Reply(body, kind=KIND)
        assert isinstance(ask.query, EventsQuery), "the table says so"
        # The header first: a browser comes back to the address it began with.
        since = header(ask.scope, b"last-event-id") or ask.query.since
        position = place_of(ask.identity, ask.live, since)
        if position is None:
            return Reply(frame(encode(Reset("malformed_id"))) + farewell(HangUp.RESET), kind=KIND)
        if ask.live.presence.readers(ask.person) >= READERS_MOST:
            after_ms = ADVICE[HangUp.TOO_MANY_READERS].after_ms
            raise Refused(Reason.TOO_MANY_READERS, retry_after_ms=after_ms)
        return Streamed(partial(_stream, ask, position))


async def _stream(ask: Ask[NoBody], position: Position, send: Send) -> None:
    engine, live, person = ask.context.engine, ask.live, ask.person
    assert ask.identity is not None, "strangers were turned away"
    reader = reader_for(live, person, position)
    line = Line(engine, ask.context.sessions, live, ask.identity, ask.receive)

    async def write(found: Served | Reset) -> None:
        body = frames(found, reader) if isinstance(found, Served) else frame(encode(found))
        await send({"type": "http.response.body", "body": body, "more_body": True})

    headers = stream_headers(KIND)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    engine.opened(live, person)
    engine.counts.streams["sse"] += 1
    try:
        why = await pump(engine, live, reader, line.still_welcome, write)
    finally:
        line.close()
        engine.counts.streams["sse"] -= 1
        engine.closed(live, person)
    if line.gone:
        return
    engine.counts.hung_up[why] += 1
    last = frame(encode(Welcome())) if why is HangUp.SIGNED_OUT else b""
    await send({"type": "http.response.body", "body": last + farewell(why)})


def frames(served: Served, reader: Reader) -> bytes:
    """What a reader gets at once; a `noop` if there is nothing."""
    epoch = served.position.epoch
    parts = [
        frame(line_for(line, epoch, reader.person), id_of(epoch, line.place))
        for line in served.lines
    ]
    parts += [frame(encode(event)) for event in served.signals]
    if not parts:
        parts.append(frame(noop(served.position), str(served.position)))
    return b"".join(parts)


def frame(data: bytes, id: str | None = None) -> bytes:
    """One event. JSON has no line break in it, so it is one line."""
    head = b"id: " + id.encode() + b"\n" if id is not None else b""
    return head + b"data: " + data + b"\n\n"


def farewell(why: HangUp) -> bytes:
    """The last event: why the stream ends, and what to do then."""
    advice = ADVICE[why]
    told = {"why": why.value, "come_back": advice.come_back, "after_ms": advice.after_ms}
    retry_ms = advice.after_ms if advice.come_back else NEVER_MS
    return b"event: hangup\nretry: %d\ndata: %s\n\n" % (retry_ms, encode(told))


def event_stream() -> Handler:
    """The handler, for the table of routes."""
    return gives(Stream, Reason.TOO_MANY_READERS)(EventStream())
