"""What happens to each request: who asks, may they, what do they say, what is answered.

Everything that can be refused is refused here, in that order, before any work is done for it. A
handler gets an `Ask` with all of that done, and gives a `Reply`.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

import structlog
from msgspec import Struct

from frontdesk.desk.commands import Command
from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.people import is_monitor, runs_all
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.batches import Done, KeyUse, RowMaker
from frontdesk.engine.engine import Engine
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Broken, Full, Row
from frontdesk.web import asking, failures
from frontdesk.web.answers import answer
from frontdesk.web.asking import Asking
from frontdesk.web.bodies import Body
from frontdesk.web.bounds import Network
from frontdesk.web.codec import decode, encode
from frontdesk.web.crowd import FULL_MS, KEPT
from frontdesk.web.devices import Devices
from frontdesk.web.forms import Page
from frontdesk.web.identity import Identity, Sessions, at_desk, header, who_asks
from frontdesk.web.passwords import Passwords
from frontdesk.web.queries import Query, decode_query
from frontdesk.web.reply import Receive, Reply, Scope, Send, Streamed, with_header, write
from frontdesk.web.sign_ins import SignIns
from frontdesk.web.throttle import Pace, Throttle
from frontdesk.web.vouching import Vouching

log = structlog.get_logger()

# The largest body that any command takes: a message of 8 KiB in which every byte is escaped.
BODY_BYTES = 65_536


# For these a handler refuses what was sent, before the desk has looked at its key. The desk's own
# refusals have been looked up by then (`Commits.submit`).
BEFORE_THE_DESK = frozenset({Reason.MALFORMED, Reason.TOO_LARGE, Reason.TEXT_NOT_ALLOWED})


class Asker(StrEnum):
    """Who may use a route. Every route names one; there is no default."""

    ANYONE = "anyone"
    GUEST = "guest"
    AGENT = "agent"
    MONITOR = "monitor"  # admins too
    ADMIN = "admin"
    RUNS_ALL = "runs_all"  # an admin of all desks
    PERSON = "person"  # a guest or an agent, of this desk
    ACCOUNT = "account"  # an agent, at no desk in particular


class Context(NamedTuple):
    """What handlers work with."""

    engine: Engine
    sessions: Sessions
    passwords: Passwords
    throttle: Throttle
    sign_ins: SignIns
    devices: Devices
    vouching: Vouching
    # Whence the numbers of this process may be read (`metrics_api.py`).
    watchers: tuple[Network, ...] = ()
    # The SHA-256 of what makes the first account, as long as there is none.
    first: bytes | None = None


B = TypeVar("B", bound=Body)


class Ask(Struct, Generic[B], frozen=True):
    """A request that has been found good so far. `live` is the desk; at accounts' routes, main."""

    context: Context
    scope: Scope
    receive: Receive
    live: Live
    identity: Identity | None
    body: B
    query: Query
    key: str | None

    @property
    def person(self) -> PersonId:
        """Who asks, where the route lets only known people in."""
        assert self.identity is not None, "this route is for anyone"
        return self.identity.person

    @property
    def named(self) -> PersonId:
        """The person in the path."""
        return PersonId(self.scope["path_params"]["person"])

    @property
    def room(self) -> RoomId:
        """The room in the path."""
        return RoomId(self.scope["path_params"]["room"])

    async def submit(
        self, command: Command, *, room: RoomId | None = None, rows: RowMaker | Sequence[Row] = ()
    ) -> Done:
        """Have the desk carry this out, under the sender's key if there is one.

        Raises:
            Refused: the desk says no.
        """
        key = KeyUse(self.person, self.key, room) if self.key is not None else None
        return await self.context.engine.submit(self.live.state.id, command, key=key, rows=rows)

    async def do(self, command: Command, *, room: RoomId | None = None) -> Reply:
        """Have the desk carry this out, and answer as the contract says.

        Raises:
            Refused: the desk says no.
        """
        return await self.answer(await self.submit(command, room=room))

    async def answer(self, done: Done) -> Reply:
        """What is said to who had this carried out, now or before."""
        engine, vouching = self.context.engine, self.context.vouching
        return Reply(await answer(engine, self.live, done, self.person, vouching))


def fresh_id() -> str:
    """An id that nobody guesses and nobody has had: 128 random bits."""
    return secrets.token_hex(16)


Act = Callable[[Ask[Any]], Awaitable[Reply | Streamed | None]]


class Handler(NamedTuple):
    """What answers a route: how, with which status and form, and for which reasons it says no.

    `reasons` are those of its own; what follows from method, path and asker is in `openapi.py`.
    """

    act: Act
    status: int
    form: Any
    reasons: frozenset[Reason]


def gives(form: Any, *reasons: Reason, status: int = 200) -> Callable[[Act], Handler]:
    """Say of a handler what it answers. Only what says so can stand in the table of routes.

    Args:
        form: the type of the answer, as `forms.py` has them.
        reasons: for which the handler, or the desk, may refuse.
    """
    return lambda act: Handler(act, status, form, frozenset(reasons))


class Route(NamedTuple):
    """A URL: who may use it, what answers, what its body and query are. Tests read this table."""

    method: str
    path: str
    asker: Asker
    handler: Handler
    body: type[Body]
    query: type[Query]
    pace: Pace = Pace.COMMAND
    # Answered to anybody also where the place is kept for staff: nobody knows yet who they are.
    always: bool = False


class Exchange:
    """One path of the table as an ASGI application, with all the methods that it takes."""

    def __init__(self, context: Context, routes: Sequence[Route]) -> None:
        self._context = context
        self._routes = {route.method: route for route in routes}
        self._path = routes[0].path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get(scope["method"])
        asked = asking.begin(self._path)
        began_ms = self._context.engine.clock.monotonic_ms()
        try:
            if route is None:
                # Not counted, like an address that is none of ours: to say so costs no more than
                # to say that it is too fast.
                raise Refused(Reason.METHOD_NOT_ALLOWED)
            self._context.throttle.come(scope)
            ask = await self._ask(route, scope, receive, asked)
            reply = await carried_out(route, ask)
        except Refused as refused:
            self._context.engine.counts.refused[refused.reason] += 1
            is_page = route is not None and route.handler.form is Page
            reply = failures.refused_page(refused) if is_page else failures.refusal(refused)
            if is_kept(scope):
                # The place is for somebody else.
                reply = closing(reply)
            if refused.reason is Reason.METHOD_NOT_ALLOWED:
                allow = ", ".join(sorted(self._routes)).encode()
                reply = with_header(reply, b"allow", allow)
        except (Full, Broken) as error:
            reply = failures.store_failed(error, asked)
        except Exception as error:
            reply = failures.fault(error, asked)
        if isinstance(reply, Streamed):
            await reply.run(send)
        elif reply is not None:
            await write(send, reply)
        log.debug(
            "answered",
            method=route.method if route is not None else "",
            status=reply.status if isinstance(reply, Reply) else 200,
            ms=self._context.engine.clock.monotonic_ms() - began_ms,
        )

    async def _ask(self, route: Route, scope: Scope, receive: Receive, asked: Asking) -> Ask[Any]:
        context = self._context
        desk = DeskId(scope["path_params"].get("desk", "main"))
        live = context.engine.live(desk)
        asked.at(live, scope["path_params"])
        identity = await who_asks(context.sessions, scope)
        if identity is not None and not _belongs(route.asker, live, identity):
            if route.asker is not Asker.ANYONE and _works_elsewhere(context.engine, identity):
                detail = "Your account works at other desks; an operator can assign it to this one."
                raise Refused(Reason.NOT_ALLOWED, detail=detail)
            identity = None
        if not route.always:
            check_place(scope, live, identity)
        check_asker(route.asker, live, identity)
        if route.method != "GET":
            context.throttle.ask(route.pace, live, identity, scope)
        raw = await read_body(scope, receive) if scope["method"] != "GET" else b""
        if raw and (identity is None or identity.by_cookie):
            check_json(scope)
        body = decode(raw, route.body)
        query = decode_query(scope["query_string"], route.query)
        if identity is not None and at_desk(live, identity.person):
            context.engine.seen(live, identity.person)
        key = key_of(scope, body)
        return Ask(context, scope, receive, live, identity, body, query, key)


async def carried_out(route: Route, ask: Ask[Any]) -> Reply | Streamed | None:
    """What the handler says; what was done under the key before, if that is refused.

    A key is looked up before any rule, also before those about texts: whatever is sent with it the
    second time, the first answer stands.

    Raises:
        Refused: the handler or the desk says no.
    """
    try:
        return await route.handler.act(ask)
    except Refused as refused:
        if refused.reason not in BEFORE_THE_DESK or ask.key is None or ask.identity is None:
            raise
        done = await ask.context.engine.done_before(KeyUse(ask.person, ask.key))
        if done is None:
            raise
        return await ask.answer(done)


def _belongs(asker: Asker, live: Live, identity: Identity) -> bool:
    """Whether this is somebody here: at the desk, or at accounts' routes among the accounts."""
    if asker is not Asker.ACCOUNT:
        return at_desk(live, identity.person)
    agent = live.state.agents.get(identity.person)
    return identity.person in live.state.guests or (agent is not None and not agent.disabled)


def _works_elsewhere(engine: Engine, identity: Identity) -> bool:
    """Whether this is an account in good standing, but of other desks."""
    staff = (live.state.agents.get(identity.person) for live in engine.desks.all())
    return any(agent is not None and agent.works_here for agent in staff)


def check_asker(asker: Asker, live: Live, identity: Identity | None) -> None:
    """Let in whom the route is for.

    Raises:
        Refused: NOT_SIGNED_IN for somebody unknown, NOT_ALLOWED for somebody else.
    """
    if asker is Asker.ANYONE:
        return
    if identity is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    agent = live.state.agents.get(identity.person)
    wrong = agent is not None if asker is Asker.GUEST else agent is None
    if asker is Asker.MONITOR:
        wrong = not is_monitor(live.state, identity.person)
    if asker is Asker.ADMIN:
        wrong = agent is None or agent.role != "admin"
    if asker is Asker.RUNS_ALL and (agent is None or not runs_all(agent)):
        detail = "All desks share it, so it is for admins of all desks."
        raise Refused(Reason.NOT_ALLOWED, detail=detail)
    if asker is not Asker.PERSON and wrong:
        raise Refused(Reason.NOT_ALLOWED)


def is_kept(scope: Scope) -> bool:
    """Whether the connection has one of the places that are kept for staff."""
    return bool(scope.get("state", {}).get(KEPT))


def closing(reply: Reply) -> Reply:
    """The same, with which the connection ends."""
    return with_header(reply, b"connection", b"close")


def check_place(scope: Scope, live: Live, identity: Identity | None) -> None:
    """Let nobody but staff have the last places (`bounds.KEPT_SHARE`).

    Raises:
        Refused: OVERLOADED for a guest, or somebody unknown, whose connection has one.
    """
    if is_kept(scope) and (identity is None or identity.person not in live.state.agents):
        raise Refused(Reason.OVERLOADED, retry_after_ms=FULL_MS)


def check_json(scope: Scope) -> None:
    """Let in no body that a form on another site could send.

    Raises:
        Refused: MALFORMED unless the body says that it is JSON.
    """
    kind = (header(scope, b"content-type") or "").partition(";")[0].strip().lower()
    if kind != "application/json":
        detail = "The body must be sent as application/json."
        raise Refused(Reason.MALFORMED, "Content-Type", detail=detail)


def key_of(scope: Scope, body: Body) -> str | None:
    """The idempotency key, from the body or from its header.

    Raises:
        Refused: MALFORMED if it is no key, or if the two differ.
    """
    value = header(scope, b"idempotency-key")
    if value is None:
        return body.key
    try:
        named = decode(encode({"key": value}), Body).key
    except Refused as refused:
        detail = refused.detail
        raise Refused(Reason.MALFORMED, "Idempotency-Key", detail=detail) from None
    if body.key is not None and body.key != named:
        detail = "The body names another key."
        raise Refused(Reason.MALFORMED, "Idempotency-Key", detail=detail)
    return named


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. How long it may take is for the connection to bound (`bounds.BODY_MS`).

    Raises:
        Refused: TOO_LARGE as soon as it is clear that it is more than `BODY_BYTES`; MALFORMED if
            it breaks off, also because it took too long.
    """
    length = header(scope, b"content-length")
    # What says no such number is for the server to refuse; here only what was read is counted.
    if length is not None and re.fullmatch("[0-9]{1,18}", length) and int(length) > BODY_BYTES:
        raise Refused(Reason.TOO_LARGE)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(Reason.MALFORMED, "$", detail="The body broke off.")
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_BYTES:
            raise Refused(Reason.TOO_LARGE)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
