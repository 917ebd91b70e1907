"""The WebSocket: events down, commands up, over one line.

The first frame is a hello. After it two things go on side by side: the feed, by the same pump as
every stream, and the commands, by the same handlers as over HTTP, in the order in which they come.
Either ends the line, with a code that says what to do next.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial

import structlog

from frontdesk.desk.events import Reset, Welcome
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.listening import READERS_MOST, reader_for
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Broken, Full
from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.feed.position import Position
from frontdesk.feed.reader import Reader, Served
from frontdesk.web import asking, failures, frames
from frontdesk.web.asking import Asking
from frontdesk.web.codec import decode, encode, line_for, noop
from frontdesk.web.exchange import Ask, Context, Route, carried_out, check_asker, check_place
from frontdesk.web.identity import Identity, at_desk, check_origin_of_socket, who_asks
from frontdesk.web.reply import Receive, Reply, Scope, Send, write_refusal_of_socket
from frontdesk.web.standing import place_of
from frontdesk.web.streams import in_time, pump

log = structlog.get_logger()

# From the upgrade to the hello.
HELLO_MS = 5_000

# Commands of one socket on their way at once; the next is read when one is done. A client that
# waits for no answer still fills whole commits.
IN_FLIGHT = 32

# Commands that are refused as too fast, before the line is: whoever waits as told has none.
TOO_FAST_MOST = 100

# What a client closes with that goes for good; all others may be a reload (RFC 6455, 7.4.1).
GOODBYE = 1000

# How long commands that are under way may take once the line has to end.
FINISH_MS = 1_000


class Left(Exception):
    """The client has closed the line, or it is broken."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class WebSocket:
    """The endpoint, for all sockets."""

    def __init__(self, context: Context, routes: Sequence[Route]) -> None:
        self._context = context
        self._commands = frames.commands(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = asking.begin("socket")
        try:
            self._context.throttle.come(scope)
            live = self._context.engine.live(DeskId(scope["path_params"]["desk"]))
            asked.at(live, {})
            check_origin_of_socket(scope)
        except Refused as refused:
            await write_refusal_of_socket(send, failures.refusal(refused))
            return
        await receive()  # websocket.connect
        await send({"type": "websocket.accept"})
        try:
            why = await self._talk(scope, receive, send, live, asked)
        except Left:
            return
        except Exception as error:
            failures.fault(error, asked)
            why = HangUp.FAULT
        self._context.engine.counts.hung_up[why] += 1
        await _hang_up(send, why)

    async def _talk(
        self, scope: Scope, receive: Receive, send: Send, live: Live, asked: Asking
    ) -> HangUp:
        """All that is said on the line. Returns why it has to end."""
        hello = await _hello(receive)
        if hello is None:
            return HangUp.NO_HELLO
        identity = await self._who(scope, hello.token)
        # They have said all that they can, and a line may be open for days.
        scope["headers"].clear()
        if identity is None or not at_desk(live, identity.person):
            await _say(send, encode(Welcome()))
            return HangUp.SIGNED_OUT
        try:
            check_place(scope, live, identity)
        except Refused:
            return HangUp.OVERLOADED
        if live.presence.readers(identity.person) >= READERS_MOST:
            return HangUp.TOO_MANY_READERS
        position = place_of(identity, live, hello.since)
        if position is None:
            await _say(send, encode(Reset("malformed_id")))
            return HangUp.RESET
        line = _Line(self._context, self._commands, scope, live, identity, receive, send, asked)
        return await line.go_on(position)

    async def _who(self, scope: Scope, token: str | None) -> Identity | None:
        if token is None:
            return await who_asks(self._context.sessions, scope)
        row = await self._context.sessions.find(token)
        return Identity(row.person, row, by_cookie=False) if row is not None else None


class _Line:
    """One socket after its hello."""

    def __init__(
        self,
        context: Context,
        commands: dict[str, frames.Command],
        scope: Scope,
        live: Live,
        identity: Identity,
        receive: Receive,
        send: Send,
        asked: Asking,
    ) -> None:
        self._context = context
        self._commands = commands
        self._scope = scope
        self._live = live
        self._identity = identity
        self._receive = receive
        self._send = send
        self._asked = asked
        self._loop = asyncio.get_running_loop()
        self._under_way: set[asyncio.Task[None]] = set()
        self._too_fast = 0
        # Why no more is taken, once that is so: the client has left, or we have had enough.
        self._left: Left | None = None
        self._enough: HangUp | None = None

    @property
    def _person(self) -> PersonId:
        return self._identity.person

    async def go_on(self, position: Position) -> HangUp:
        """Feed, and take commands beside it, until one of the two ends.

        Raises:
            Left: the client ended it.
        """
        engine, live = self._context.engine, self._live
        reader = reader_for(live, self._person, position)
        taking = self._loop.create_task(self._take_until_over())
        engine.opened(live, self._person)
        engine.counts.streams["socket"] += 1
        try:
            why = await pump(engine, live, reader, self._goes_on, partial(self._feed, reader))
            if self._left is not None:
                raise self._left
            await self._finish()
            if self._enough is None and why is HangUp.SIGNED_OUT:
                await self._say_in_time(encode(Welcome()))
            return self._enough or why
        except Left:
            # Who is found gone by a write may have said goodbye in the same turn.
            await asyncio.wait((taking,), timeout=FINISH_MS / 1000)
            raise
        finally:
            engine.counts.streams["socket"] -= 1
            taking.cancel()
            await asyncio.wait((taking,))
            goodbye = self._left is not None and self._left.code == GOODBYE
            engine.closed(live, self._person, goodbye=goodbye)

    async def _finish(self) -> None:
        """Let commands that are under way be answered; they are carried out in any case."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=FINISH_MS / 1000)

    # --- down -------------------------------------------------------------------------------

    async def _feed(self, reader: Reader, found: Served | Reset) -> None:
        if isinstance(found, Reset):
            await _say(self._send, encode(found))
            return
        epoch = found.position.epoch
        for line in found.lines:
            await _say(self._send, line_for(line, epoch, reader.person))
        for event in found.signals:
            await _say(self._send, encode(event))
        if not found.lines and not found.signals:
            await _say(self._send, noop(found.position))

    async def _goes_on(self) -> bool:
        # In this order: what ends while the store is asked wakes nobody.
        welcome = await self._still_welcome()
        return welcome and self._left is None and self._enough is None

    async def _still_welcome(self) -> bool:
        return await self._context.sessions.lives(self._identity, self._live)

    # --- up ---------------------------------------------------------------------------------

    async def _take_until_over(self) -> None:
        """Take commands, and let the feed know when there will be no more."""
        try:
            self._enough = await self._take()
        except Left as left:
            self._left = left
        except Exception as error:
            failures.fault(error, self._asked)
            self._enough = HangUp.FAULT
        finally:
            self._live.wake_person(self._person)

    async def _take(self) -> HangUp:
        """Take commands, one after the other, until the line ends."""
        while True:
            while len(self._under_way) >= IN_FLIGHT:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            raw = await _text(self._receive)
            if raw is None:
                return HangUp.NOT_UNDERSTOOD
            if self._too_fast >= TOO_FAST_MOST:
                return HangUp.TOO_FAST
            try:
                # Here, since it may have to ask the store, where one may overtake another.
                welcome = await self._still_welcome()
            except (Full, Broken) as error:
                reply = failures.store_failed(error, self._asked)
                await self._say_in_time(frames.refused(reply.body, frames.ref_in(raw)))
                continue
            # Each begins in turn and is with the desk before it waits, so they stay in order.
            task = self._loop.create_task(self._answer(raw, welcome=welcome))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _answer(self, raw: bytes, *, welcome: bool) -> None:
        # In a task of its own, so each command has its own id in the log.
        asked, clock = asking.begin("socket"), self._context.engine.clock
        began_ms = clock.monotonic_ms()
        ref, status = None, 200
        try:
            self._context.throttle.come(self._scope, self._identity)
            told = frames.read(raw, self._commands)
            ref = told.ref
            asked.route = told.do
            asked.at(self._live, told.places)
            if not welcome:
                raise Refused(Reason.NOT_SIGNED_IN)
            body = await self._carried_out(told)
        except Refused as refused:
            self._context.engine.counts.refused[refused.reason] += 1
            if refused.reason is Reason.TOO_FAST:
                self._too_fast += 1
            reply, ref = failures.refusal(refused), ref or frames.ref_in(raw)
            body, status = frames.refused(reply.body, ref), reply.status
        except (Full, Broken) as error:
            reply = failures.store_failed(error, asked)
            body, status = frames.refused(reply.body, ref), reply.status
        except Exception as error:
            reply = failures.fault(error, asked)
            body, status = frames.refused(reply.body, ref), reply.status
        await self._say_in_time(body)
        log.debug("answered", method="socket", status=status, ms=clock.monotonic_ms() - began_ms)

    async def _say_in_time(self, body: bytes) -> None:
        # Whoever takes nothing in time is found out by the feed, which writes here too.
        with contextlib.suppress(TimeoutError, Left):
            await in_time(_say(self._send, body))

    async def _carried_out(self, told: frames.Frame) -> bytes:
        check_asker(told.route.asker, self._live, self._identity)
        if told.route.method != "GET":
            self._context.throttle.ask(told.route.pace, self._live, self._identity, self._scope)
        self._context.engine.seen(self._live, self._person)
        scope = {**self._scope, "path_params": {**self._scope["path_params"], **told.places}}
        ask = Ask(
            context=self._context,
            scope=scope,
            receive=self._receive,
            live=self._live,
            identity=self._identity,
            body=told.body,
            query=told.query,
            key=told.body.key,
        )
        reply = await carried_out(told.route, ask)
        assert isinstance(reply, Reply), "what goes on is no command"
        return frames.answered(reply.body, told.do, told.ref)


# --- frames -------------------------------------------------------------------------------------


async def _hello(receive: Receive) -> frames.Hello | None:
    """The first frame, if it is a hello and comes in time."""
    try:
        async with asyncio.timeout(HELLO_MS / 1000):
            raw = await _text(receive)
        hello = decode(raw, frames.Hello) if raw is not None else None
    except (TimeoutError, Refused):
        return None
    return hello if hello is not None and hello.do == "hello" else None


async def _text(receive: Receive) -> bytes | None:
    """The next frame; None if it is not text.

    Raises:
        Left: there is no next one.
    """
    message = await receive()
    if message["type"] == "websocket.disconnect":
        raise Left(message.get("code", 1006))
    text = message.get("text")
    return text.encode() if text is not None else None


async def _say(send: Send, body: bytes) -> None:
    """Put a frame on the line; returns when the line has room for more.

    Raises:
        Left: there is nobody to take it.
    """
    try:
        await send({"type": "websocket.send", "text": body.decode()})
    except OSError:
        raise Left(1006) from None


async def _hang_up(send: Send, why: HangUp) -> None:
    with contextlib.suppress(OSError):
        await send({"type": "websocket.close", "code": ADVICE[why].code, "reason": why.value})
