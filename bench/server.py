"""A Frontdesk server of its own process, on one core, on a folder that is thrown away."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

from frontdesk.trials.load import ROOMS_EACH
from frontdesk.trials.raw import Address
from frontdesk.trials.server import LIFTED

PASSWORD = "known to whoever measures"
# Rooms of two, for every load.
ROOMS = 100
AGENTS = ROOMS // ROOMS_EACH
FRONTDESK = str(Path(sys.executable).with_name("frontdesk"))
SERVER_CORE, GENERATOR_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """Starts on entering, is gone on leaving. `started_s` is how long it took to listen."""

    def __init__(self, *, memory: bool = False, connections: int = 0) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="frontdesk-bench-")
        self._memory = memory
        self._connections = connections
        self.port = 0
        self.started_s = 0.0

    async def __aenter__(self) -> "Server":
        self.pin(GENERATOR_CORE)
        await self.start()
        return self

    def pin(self, core: int) -> None:
        """Put this process on one core, if there are two."""
        if len(os.sched_getaffinity(0)) > 1 or (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(0, {core})

    async def start(self) -> None:
        """Start the server and wait until it answers."""
        begun = time.monotonic()
        command = [FRONTDESK, "serve", "--port", "0", *self._data()]
        if self._memory:
            command.append("--memory")
        if self._connections:
            command += ["--connections", str(self._connections)]
        self._process = await asyncio.create_subprocess_exec(
            "taskset",
            "-c",
            str(SERVER_CORE),
            *command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        said = ""
        async with asyncio.timeout(30):
            while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", said)):
                line = await self._process.stdout.readline()
                if not line:
                    raise RuntimeError(f"the server did not start: {said}")
                said += line.decode()
        self.port = int(found[1])
        self.started_s = time.monotonic() - begun

    def _data(self) -> list[str]:
        return ["--data-dir", str(Path(self._folder.name) / "data")]

    def command(self, *words: str, stdin: str = "") -> str:
        """Run the command line on the server's folder; what it printed."""
        done = subprocess.run(
            [FRONTDESK, *words, *self._data()],
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.strip()

    def lift_limits(self) -> None:
        """Let everybody send as fast as they can: what is measured is the server, not its bounds.

        Addresses need no lifting: what comes from this machine counts as coming from a proxy.
        """
        self.command("desk", "set", "main", *LIFTED)

    def agents(self, count: int) -> list[str]:
        """Make so many accounts; a token of each."""
        return [self._account(f"Clerk {number}", "agent") for number in range(count)]

    def monitor(self) -> str:
        """Make a monitor's account; its token."""
        return self._account("Watcher", "monitor")

    def _account(self, name: str, role: str) -> str:
        self.command("user", "add", name, "--role", role, "--password-stdin", stdin=PASSWORD)
        return self.command("token", "create", name)

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address("127.0.0.1", self.port)

    def rss_kib(self) -> int:
        """Resident memory of the server."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found is not None
        return int(found[1])

    def cpu_s(self) -> float:
        """Processor time that the server has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self.stop()
        finally:
            self._folder.cleanup()

    async def stop(self) -> None:
        """As an operator does it. It can be started again on the same folder."""
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), timeout=10)
        except TimeoutError:
            self._process.kill()
            raise
