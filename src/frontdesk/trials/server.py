"""A real server in a process of its own, which trials may kill.

On the loopback only, in a folder of its own. Ends no process but those that it started.
"""

import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

FRONTDESK = (str(Path(sys.executable).with_name("frontdesk")),)

# The most that a desk takes, where what is tried is the server and not its bounds.
LIFTED = ("guest_rate=60000", "account_rate=600000")

# Below the ports from which the kernel takes the near ends of connections: a client that keeps
# trying a port of that range while the server is down can be connected to itself, and then holds
# the port against the server.
PORTS = range(20_000, 32_000)

# An import of everything on a slow machine with a cold cache, and a recovery.
START_S = 20.0
ADDRESS = re.compile(rb"https?://127\.0\.0\.1:(\d+)")


def free_port() -> int:
    """A port on which nobody listens, and which no outgoing connection gets."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def environment(home: Path) -> dict[str, str]:
    """As after a fresh login of somebody who never used Frontdesk."""
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"HOME": str(home)}


class Server:
    """The server of one folder. Started again, it keeps its port.

    Args:
        port: 0 takes the one that the server says it has.
        data: where it keeps everything; a folder in `folder` if None.
    """

    # The words before `serve` or another command.
    program: Sequence[str] = FRONTDESK

    # For the server alone: what starts it, with which files open, and what else it is told.
    starter: Sequence[str] = ()
    files: Sequence[int] = ()
    variables: Mapping[str, str] = MappingProxyType({})

    def __init__(self, folder: Path, port: int = 0, data: Path | None = None) -> None:
        self.folder = folder
        self.data = data or folder / "data"
        self.log = folder / "server.log"
        self.port = port
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def flags(self) -> Sequence[str]:
        """With which it is started, beside its folder."""
        return ("--port", str(self.port))

    def logs(self) -> str:
        """All that it wrote, of all its starts."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """A command of the same program on the same folder; waits for its end."""
        return subprocess.run(
            [*self.program, *arguments, "--data-dir", str(self.data)],
            input=typed,
            env=environment(self.folder),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def add_user(self, user: str, password: str, *, role: str = "agent") -> None:
        """Make an account, as an operator does."""
        told = self.run("user", "add", user, "--role", role, "--password-stdin", typed=password)
        assert told.returncode == 0, told.stderr

    def lift_limits(self) -> None:
        """Let people write as fast as they like; there has to be an account already."""
        told = self.run("desk", "set", "main", *LIFTED)
        assert told.returncode == 0, told.stderr

    def spawn(self) -> None:
        """Start the process, and do not wait until it answers."""
        assert self._process is None, "one at a time"
        self._from = self.log.stat().st_size if self.log.exists() else 0
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.starter, *self.program, "serve", "--data-dir", str(self.data), *self.flags],
                env={**environment(self.folder), **self.variables},
                pass_fds=self.files,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl+C in the terminal is for us, who then end this one ourselves.
                start_new_session=True,
            )

    async def start(self) -> float:
        """Start, and wait until it answers; returns how many seconds that took."""
        began = time.monotonic()
        self.spawn()
        await self.ready()
        return time.monotonic() - began

    async def ready(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            assert self._process is not None, "it was spawned"
            assert self._process.poll() is None, f"it ended:\n{self.logs()}"
            if self.port == 0:
                self.port = self._said()
            if self.port and await self._answers():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"no answer in {START_S} s:\n{self.logs()}")

    def _said(self) -> int:
        found = ADDRESS.search(self.log.read_bytes()[self._from :])
        return int(found[1]) if found else 0

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None, "it runs"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    async def ended(self) -> int:
        """The exit status of a process that ends by itself."""
        assert self._process is not None, "it runs"
        status = await asyncio.wait_for(asyncio.to_thread(self._process.wait), 20)
        self._process = None
        return status

    async def kill(self) -> None:
        """As the kernel does it when memory is short: nothing of it runs any more."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> tuple[int, float]:
        """As an operator does it; returns the exit status, and how many seconds it took."""
        began = time.monotonic()
        status = await self._end(signal.SIGTERM)
        return status, time.monotonic() - began

    async def _end(self, number: signal.Signals) -> int:
        process = self._process
        assert process is not None, "it runs"
        process.send_signal(number)
        status = await asyncio.wait_for(asyncio.to_thread(process.wait), 20)
        self._process = None
        return status

    def close(self) -> None:
        """Let nothing of it stay."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
