"""A server as systemd starts it: on a socket that was there before it, and that stays after it."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.e2e.server import Server
from tests.load import promised

# Who is passed a socket is named by its process, and so only known after the fork.
START = (
    "import os, sys\n"
    "os.dup2(int(sys.argv[1]), 3)\n"
    "os.environ['LISTEN_PID'] = str(os.getpid())\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)


class Activated(Server):
    """A server with a socket of ours, which tells us how it goes.

    Args:
        more: flags beside those that say where it keeps everything.
        watchdog_ms: for how long it may be silent.
    """

    def __init__(
        self, folder: Path, listener: socket.socket, *more: str, watchdog_ms: int | None = None
    ) -> None:
        super().__init__(folder, listener.getsockname()[1])
        self._more = more
        self.starter = (sys.executable, "-c", START, str(listener.fileno()))
        self.files = (listener.fileno(),)
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.setblocking(False)
        self._ear.bind(str(folder / "notify"))
        self.variables = {"LISTEN_FDS": "1", "NOTIFY_SOCKET": str(folder / "notify")}
        if watchdog_ms is not None:
            self.variables["WATCHDOG_USEC"] = str(watchdog_ms * 1_000)

    @property
    def flags(self) -> Sequence[str]:
        return self._more

    async def ready(self) -> None:
        """Wait until it says so: whoever connects waits in the socket all the same."""
        await self.says("READY=1")

    async def says(self, word: str) -> list[str]:
        """The lines of the next thing it tells that begins with this word."""
        async with asyncio.timeout(promised(30)):
            while True:
                heard = await asyncio.get_running_loop().sock_recv(self._ear, 4_096)
                lines = heard.decode().split("\n")
                if lines[0] == word:
                    return lines

    def close(self) -> None:
        super().close()
        self._ear.close()


@contextlib.contextmanager
def socket_unit() -> Iterator[socket.socket]:
    """What a socket unit holds open: a port on which nobody serves yet."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield listener
