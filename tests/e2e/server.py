"""Servers for tests: with accounts, and with what they wrote shown where a test fails."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from frontdesk.trials.server import FRONTDESK, Server, environment, free_port

__all__ = ["FRONTDESK", "Server", "environment", "free_port"]

DESK = "/api/v1/desks/main"
SESSION = "/api/v1/session"


@contextlib.asynccontextmanager
async def serving(
    folder: Path,
    *,
    port: int = 0,
    users: Sequence[tuple[str, str]] = (),
    data: Path | None = None,
) -> AsyncIterator[Server]:
    """A server that answers, with these accounts (name, password); gone afterwards.

    Prints what the server wrote if the test fails.
    """
    server = Server(folder, port, data)
    for user, password in users:
        await asyncio.to_thread(server.add_user, user, password)
    try:
        await server.start()
        yield server
    except BaseException:
        sys.stdout.write(f"--- the server's log\n{server.logs()[-20_000:]}")
        raise
    finally:
        server.close()
