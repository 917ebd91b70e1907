"""The ASGI application: the table of routes, and an honest 404 for everything else."""

from itertools import groupby

from starlette.routing import BaseRoute, Router, WebSocketRoute
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp

from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.engine import Engine
from frontdesk.web import failures
from frontdesk.web.bounds import Network
from frontdesk.web.devices import Devices
from frontdesk.web.exchange import Context, Exchange, closing, is_kept
from frontdesk.web.identity import Sessions, hash_of
from frontdesk.web.named import Named
from frontdesk.web.passwords import Passwords
from frontdesk.web.rates import Rates
from frontdesk.web.reply import Receive, Scope, Send, write, write_refusal_of_socket
from frontdesk.web.routes import DESK, routes
from frontdesk.web.sign_ins import SignIns
from frontdesk.web.throttle import Throttle
from frontdesk.web.vouching import Vouching
from frontdesk.web.websocket import WebSocket


def make_app(
    engine: Engine,
    *,
    secret: bytes,
    passwords: Passwords,
    rates: Rates | None = None,
    watchers: tuple[Network, ...] = (),
    base_url: str | None = None,
    first: str | None = None,
) -> ASGIApp:
    """The application for this engine.

    Args:
        secret: at least 32 random bytes that stay the same across restarts.
        rates: of the server; as `rates.py` says if None.
        watchers: whence `/metrics` may be read.
        base_url: what the world calls it, if that is known.
        first: what makes the first account of all, by whoever knows it; None if nobody may.
    """
    sessions = Sessions(engine, secret)
    rates = rates or Rates()
    throttle = Throttle(engine.clock, sessions, rates)
    sign_ins = SignIns(engine.clock, rates, secret)
    begin = hash_of(first) if first is not None else None
    context = Context(
        *(engine, sessions, passwords, throttle, sign_ins, Devices(secret), Vouching(secret)),
        *(watchers, begin),
    )
    table = sorted(routes(), key=lambda route: route.path)
    paths: list[BaseRoute] = [
        StarletteRoute(path, Exchange(context, tuple(same)))
        for path, same in groupby(table, key=lambda route: route.path)
    ]
    paths.append(WebSocketRoute(f"{DESK}/socket", WebSocket(context, routes())))
    router = Router(routes=paths, default=nothing_here, redirect_slashes=False)
    return router if base_url is None else Named(router, base_url)


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer for an address that is none of ours."""
    if scope["type"] == "http":
        reply = failures.refusal(Refused(Reason.NOT_FOUND))
        await write(send, closing(reply) if is_kept(scope) else reply)
    elif scope["type"] == "websocket":
        await write_refusal_of_socket(send, failures.refusal(Refused(Reason.NOT_FOUND)))
