"""The composition root: settings to a running server, and an orderly end.

Every concrete class is named here and nowhere else. Nothing is decided here.
"""

import asyncio
import contextlib
import gc
import os
import resource
import secrets
import signal
import socket
import sys
from typing import NamedTuple

import click
import structlog
import uvloop

from frontdesk.cli import accounts, logs
from frontdesk.cli.address import (
    as_passed,
    bind,
    host_of,
    is_for_this_machine,
    links_begin,
    listens_at,
    public_address,
)
from frontdesk.cli.certificate import Certificate, Pair
from frontdesk.cli.folder import SECRET_BYTES, held, make_folder, refuse_second, secret_of
from frontdesk.cli.hints import to_type
from frontdesk.cli.open_files import needed, room_in
from frontdesk.cli.opening import clock_for, open_store
from frontdesk.cli.socket_file import listening
from frontdesk.cli.stops import FAILED, Stop, told
from frontdesk.cli.systemd import NOBODY, Supervisor, passed
from frontdesk.config import Config
from frontdesk.desk.refusals import Refused
from frontdesk.engine.engine import Engine
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Broken, Clock, Store
from frontdesk.web.app import make_app
from frontdesk.web.bounds import BACKLOG, Bounds
from frontdesk.web.passwords import Passwords
from frontdesk.web.rates import Rates
from frontdesk.web.server import Server

# Generations of the cycle collector: the youngest as often as by default, the oldest never by
# itself.
COLLECTOR = (50_000, 20, 1_000_000)
COLLECT_MS = 3_600_000

log = structlog.get_logger()


def run(config: Config) -> int:
    """Serve until told to end. Returns the exit code.

    Raises:
        Stop: it cannot start; the sentence says why.
    """
    logs.set_up(level=config.log_level)
    supervisor = Supervisor.of(os.environ)
    with contextlib.ExitStack() as stack, told(str(config.database)):
        given = passed(os.environ)
        for one in given:
            stack.callback(one.close)
        if given:
            config = as_passed(config, given)
        # Before the folder, so that a start on a taken port leaves nothing behind.
        certificate = _certificate(config)
        sockets = given or _bound(config, stack)
        if config.memory:
            secret = secrets.token_bytes(SECRET_BYTES)
        else:
            make_folder(config.data_dir)
            stack.enter_context(held(config.data_dir, listens_at(config, sockets)))
            secret = secret_of(config.data_dir)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(
                serve(config, secret, sockets, certificate, supervisor, kept=bool(given))
            )


def _certificate(config: Config) -> Certificate | None:
    """What browsers are shown, with what they will not like about it said; None for http."""
    if config.tls_cert is None or config.tls_key is None:
        return None
    certificate = Certificate(Pair(config.tls_cert, config.tls_key))
    for sentence in certificate.pair.looks(certificate.context, host_of(config)).shortcomings:
        click.echo(sentence, err=True)
    return certificate


def _bound(config: Config, stack: contextlib.ExitStack) -> list[socket.socket]:
    """Where to listen, until the stack ends."""
    try:
        if config.uds is not None:
            return [stack.enter_context(listening(config.uds, BACKLOG))]
        sockets = bind(config.host, config.port)
    except Stop:
        # Who starts the same server twice is helped more by hearing so than by another port.
        if not config.memory:
            refuse_second(config.data_dir)
        raise
    for one in sockets:
        stack.callback(one.close)
    return sockets


async def serve(
    config: Config,
    secret: bytes,
    sockets: list[socket.socket],
    certificate: Certificate | None = None,
    supervisor: Supervisor = NOBODY,
    *,
    kept: bool = False,
) -> int:
    """Put the parts together, serve, and take them apart again.

    Args:
        kept: the sockets stay open after us, and whoever comes then waits for the next server.
    """
    supervisor.is_starting("Opening the file and reading the log.")
    async with open_store(config) as store:
        clock = await clock_for(store)
        first = await _first_account(config, store, clock)
        engine = Engine(store, clock)
        _calm_collector()
        await _start(engine, config)
        passwords = Passwords()
        server = Server(
            make_app(
                engine,
                secret=secret,
                passwords=passwords,
                rates=_rates(config),
                watchers=config.metrics_from,
                base_url=config.base_url,
                first=first.secret,
            ),
            engine,
            Bounds(connections=_connections(config.connections), proxies=config.proxies),
            tls=certificate.context if certificate is not None else None,
            kept=kept,
            on_ready=lambda: _announce(config, sockets, first, supervisor),
            on_end=supervisor.is_ending,
        )
        beside = [
            asyncio.create_task(_end_when_broken(engine, server)),
            asyncio.create_task(_collect_forever()),
            asyncio.create_task(supervisor.reassure()),
        ]
        if certificate is not None:
            beside.append(asyncio.create_task(certificate.follow()))
        if certificate is not None or supervisor:
            where = public_address(config, sockets)
            _renew_on_hang_up(certificate, supervisor, where)
        await server.serve(sockets)
        for task in beside:
            task.cancel()
        passwords.close()
        await engine.stop()
    if not engine.failed.is_set():
        return 0
    why = (
        f"{config.database} could not be written. Check the disk and start again."
        if isinstance(engine.failure, Broken)
        else "of a fault of its own; the log above says which. Start again, and report it."
    )
    click.echo(
        f"The server has ended because {why} Everything that was acknowledged is kept.", err=True
    )
    return FAILED


def _calm_collector() -> None:
    """Keep Python's cycle collector from looking through everything that is remembered.

    With the defaults a full collection comes every few seconds under load and stops everybody for
    50 ms: the p99 of a message was 38 ms, and is 12 ms so. What the desk keeps has no cycles.
    Young objects are looked at as before; all of them once an hour (`_collect_forever`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR)


async def _collect_forever() -> None:
    while True:
        await asyncio.sleep(COLLECT_MS / 1000)
        gc.collect()


async def _start(engine: Engine, config: Config) -> None:
    """Let the desks resume, which is the first thing that is written.

    Raises:
        Stop: it cannot be written.
    """
    try:
        await engine.start()
    except Refused:
        raise Stop(
            f"The server cannot start because {config.database} cannot be written: the disk is"
            " full, or it fails. Free some space or check the disk, and start again."
        ) from None


def _renew_on_hang_up(certificate: Certificate | None, supervisor: Supervisor, where: str) -> None:
    """Read the certificate again on SIGHUP; but a terminal that is closed still ends the server.

    Where systemd asks for it and there is no certificate, nothing is read, and nothing ends.
    """

    def renew() -> None:
        supervisor.is_reloading()
        if certificate is not None:
            certificate.renew()
        supervisor.is_ready(where)

    if not sys.stdin.isatty():
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, renew)


def _rates(config: Config) -> Rates:
    return Rates(config.address_rate, config.sign_in_rate, config.proxies)


async def _end_when_broken(engine: Engine, server: Server) -> None:
    await engine.failed.wait()
    log.error("the engine has ended, so the server does")
    server.end()


def _connections(wanted: int) -> int:
    """As many connections as the machine lets this process have, up to what is wanted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = needed(wanted)
    if soft != resource.RLIM_INFINITY and soft < need:
        soft = need if hard == resource.RLIM_INFINITY else min(need, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= need:
        return wanted
    most = room_in(soft)
    click.echo(
        f"This process may open {soft} files, so there is room for {most} connections and not for"
        f" {wanted}. To have more, raise the limit (ulimit -n {need}).",
        err=True,
    )
    return most


# --- what is said at the start ------------------------------------------------------------------


class First(NamedTuple):
    """How somebody gets in as long as there is no account: by a link, with this secret, or so.

    The secret is in memory alone, and void as soon as there is an account.
    """

    secret: str | None = None
    hint: str = ""


async def _first_account(config: Config, store: Store, clock: Clock) -> First:
    """What lets the first one in while there is no account; makes one where nobody else could."""
    if await store.accounts():
        return First()
    if not config.memory:
        return First(secrets.token_urlsafe(SECRET_BYTES))
    # No other process sees this store, so nobody could make an account later.
    password = secrets.token_hex(8)
    work = accounts.Work(store, clock, await Node.load(store, clock))
    name = await accounts.add_at(work, accounts.NewAccount("Admin", "admin"), password)
    hint = f"Nothing is kept. Until the end you can sign in as {name} with {password}."
    return First(hint=hint)


def _announce(
    config: Config, sockets: list[socket.socket], first: First, supervisor: Supervisor
) -> None:
    supervisor.is_ready(public_address(config, sockets))
    click.echo(f"Frontdesk is ready: {public_address(config, sockets)}")
    if config.base_url is not None:
        click.echo(f"It listens at {listens_at(config, sockets)}", err=True)
    if not config.memory:
        click.echo(f"Everything is kept in {config.data_dir}", err=True)
    if config.tls_cert is None and not is_for_this_machine(sockets):
        click.echo(
            "Other machines can connect. They can sign in only by https, so put a TLS proxy in"
            " front, or give --tls-cert and --tls-key.",
            err=True,
        )
    if first.hint:
        click.echo(first.hint, err=True)
    if first.secret is not None:
        add = to_type("user", "add", "NAME", "--role", "admin", config=config)
        click.echo(
            "Nobody can sign in yet. Open this link, choose your name and a password, and you are"
            " the admin; it works until there is an account, and is another after a restart:\n\n"
            f"    {links_begin(config, sockets)}/console#/welcome/{first.secret}\n\n"
            f"Or make the first account here: {add}",
            err=True,
        )
