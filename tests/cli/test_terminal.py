"""What somebody meets who sits at a terminal: one that is real to the program."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

FRONTDESK = Path(sys.executable).with_name("frontdesk")
PASSWORD = b"correct horse"
CTRL_C = b"\x03"

PATIENCE_S = 30


class Terminal:
    """A program that runs on a terminal, and who sits there."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self.process = process
        self._screen = screen
        self.shown = b""

    def types(self, keys: bytes) -> None:
        os.write(self._screen, keys)

    def waits_for(self, words: bytes) -> None:
        while words not in self.shown:
            more = self._read()
            assert more, self.shown
            self.shown += more

    def waits_to_be_told(self) -> None:
        """Until it reads what is typed unseen.

        A signal just before that is heard by Python only when something has been read: such a
        moment is nobody's who sits there, but it is a program's.
        """
        stat = Path(f"/proc/{self.process.pid}/stat")
        while termios.tcgetattr(self._screen)[3] & termios.ECHO or ") S " not in stat.read_text():
            assert self.process.poll() is None, self.shown
            os.sched_yield()

    def ends(self) -> int:
        """The exit code; everything is shown by then."""
        while more := self._read():
            self.shown += more
        return self.process.wait(PATIENCE_S)

    def _read(self) -> bytes:
        # Linux says "I/O error" where nobody holds the other end any more.
        with suppress(OSError):
            return os.read(self._screen, 4096)
        return b""


def _sit_down() -> None:
    """Have Ctrl+C be the program's to hear, also where what runs the tests is deaf to it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def terminal(home: Path, *words: str) -> Iterator[Terminal]:
    screen, program = pty.openpty()
    process = subprocess.Popen(
        [FRONTDESK, *words],
        stdin=program,
        stdout=program,
        stderr=program,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        start_new_session=True,
        preexec_fn=_sit_down,
    )
    os.close(program)
    try:
        yield Terminal(process, screen)
    finally:
        process.kill()
        process.wait()
        os.close(screen)


def test_the_first_ctrl_c_at_a_password_ends_it_and_leaves_nothing(tmp_path: Path):
    with terminal(tmp_path, "user", "add", "Ida") as ida:
        ida.waits_for(b"Password")
        ida.waits_to_be_told()
        ida.types(CTRL_C)

        assert ida.ends() == 1
        assert b"Aborted" in ida.shown
        assert b"Traceback" not in ida.shown
    assert not list(tmp_path.iterdir())


def test_accounts_are_listed_under_a_head(tmp_path: Path):
    with terminal(tmp_path, "user", "add", "Ida", "--role", "admin") as ida:
        ida.waits_for(b"Password:")
        ida.types(PASSWORD + b"\n")
        ida.waits_for(b"The same again:")
        ida.types(PASSWORD + b"\n")
        assert ida.ends() == 0, ida.shown
        assert PASSWORD not in ida.shown

    with terminal(tmp_path, "user", "list") as operator:
        assert operator.ends() == 0
        lines = [line.split() for line in operator.shown.splitlines()]
        assert lines == [[b"NAME", b"ROLE", b"DESKS", b"STATE"], [b"Ida", b"admin", b"all"]]
