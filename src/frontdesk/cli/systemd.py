"""What systemd hands to a process that it starts, and what it wants to hear of it.

Both are asked for by variables, as sd_listen_fds(3) and sd_notify(3) say; without them nothing here
does anything. A socket that was opened for us stays open after us, so that whoever connects while
the server starts again waits in it and is not refused.
"""

import asyncio
import os
import socket
import stat
import time
from collections.abc import MutableMapping

import structlog

from frontdesk.cli.stops import StopForSetting

# Where those that are passed begin: behind stdin, stdout and stderr.
FIRST = 3

# A server has a few. Whoever passes more has mistaken it for something else.
MOST = 16

log = structlog.get_logger()


# --- sockets ------------------------------------------------------------------------------------


def passed(environment: MutableMapping[str, str]) -> list[socket.socket]:
    """The sockets that were opened for this process, which listen already; none if none were.

    They are to be closed like any others: who opened them has them all the same. The variables are
    removed, for no child of ours is meant by them.

    Raises:
        StopForSetting: a server cannot serve on them.
    """
    names = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")
    pid, count, named = (environment.pop(name, "") for name in names)
    if pid != str(os.getpid()):
        return []
    if not count.isascii() or not count.isdigit() or not 1 <= int(count[:9]) <= MOST:
        raise StopForSetting(
            f"LISTEN_FDS is {count!r}, and not the number of sockets that were opened, from 1 to"
            f" {MOST}. It is for systemd to set."
        )
    called = [*named.split(":"), *[""] * int(count)]
    sockets: list[socket.socket] = []
    try:
        for at in range(int(count)):
            sockets.append(_taken(FIRST + at, called[at]))
        _refuse_odd(sockets)
    except StopForSetting:
        for one in sockets:
            one.close()
        raise
    return sockets


def _taken(file: int, name: str) -> socket.socket:
    """Raises StopForSetting: nobody can connect there."""
    try:
        listens = stat.S_ISSOCK(os.fstat(file).st_mode)
        made = socket.socket(fileno=file) if listens else None
    except OSError:
        made = None
    if made is None or not _listens(made):
        if made is not None:
            made.close()
        raise StopForSetting(
            f"File {file} ({name or 'without a name'}) was passed to listen on, and is no socket"
            " that listens. In the socket unit it takes ListenStream=, and Accept=no."
        )
    made.set_inheritable(False)
    return made


def _listens(made: socket.socket) -> bool:
    return (
        made.family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)
        and made.type == socket.SOCK_STREAM
        and made.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
    )


def _refuse_odd(sockets: list[socket.socket]) -> None:
    """Raises StopForSetting: nobody could say whom to believe who comes there."""
    files = [one.getsockname() for one in sockets if one.family == socket.AF_UNIX]
    if files and len(sockets) > 1:
        raise StopForSetting(
            "Several sockets were passed, and one of them is a Unix socket. Whoever comes by that"
            " is a proxy and is believed, so it has to be the only one: leave out the other"
            " ListenStream= in the socket unit."
        )
    # Without a name, or with one that begins with a zero, there is no file with an owner.
    if files and not (isinstance(files[0], str) and files[0].startswith("/")):
        raise StopForSetting(
            "The Unix socket that was passed is no file, so anybody on this machine could be taken"
            " for the proxy. Give ListenStream= in the socket unit a path."
        )
    if files and _is_for_others(files[0]):
        raise StopForSetting(
            f"Everybody on this machine may open {files[0]}, so anybody could be taken for the"
            " proxy. Give the socket unit SocketMode=0660, and SocketGroup= the group of the proxy."
        )


def _is_for_others(path: str) -> bool:
    try:
        return bool(os.stat(path).st_mode & 0o006)
    except OSError as error:
        raise StopForSetting(
            f"The Unix socket {path} was passed, and it cannot be seen who may open it:"
            f" {error.strerror}. Its file has to be within reach of the server."
        ) from None


# --- what is told -------------------------------------------------------------------------------


class Supervisor:
    """Whoever started us and waits to hear how it goes; perhaps nobody.

    Telling never waits and never fails: a server does not end because nobody listens.

    Args:
        address: of the socket to tell it to; None tells nobody.
        patience_ms: for how long it may hear nothing before it starts us again; None for ever.
    """

    def __init__(self, address: str | None, patience_ms: int | None = None) -> None:
        self._address = address
        self._patience_ms = patience_ms if address is not None else None
        self._is_deaf = False

    @classmethod
    def of(cls, environment: MutableMapping[str, str]) -> "Supervisor":
        """As the variables say, which are removed."""
        names = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
        address, patience, pid = (environment.pop(name, "") for name in names)
        watches = patience.isascii() and patience.isdigit() and pid in ("", str(os.getpid()))
        patience_ms = int(patience[:18]) // 1_000 if watches else 0
        if address.startswith("@"):
            # Of Linux: a name beside all files, which begins with a zero.
            return cls("\0" + address[1:], patience_ms or None)
        return cls(address if address.startswith("/") else None, patience_ms or None)

    def __bool__(self) -> bool:
        return self._address is not None

    def is_starting(self, doing: str) -> None:
        """What takes time, in a sentence."""
        self._tell(f"STATUS={doing}")

    def is_ready(self, where: str) -> None:
        """Whoever connects is answered."""
        self._tell("READY=1", f"STATUS=Ready: {where}")

    def is_reloading(self) -> None:
        """Until `is_ready` is told again."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1_000}")

    def is_ending(self) -> None:
        """It was told to, or has to."""
        self._tell("STOPPING=1", "STATUS=Letting everybody leave.")

    async def reassure(self) -> None:
        """Say again and again that we live, for ever; twice as often as is asked for.

        It runs beside everything else, so it falls silent when nobody gets a turn any more.
        """
        if self._patience_ms is None:
            return
        while True:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._patience_ms / 2_000)

    def _tell(self, *lines: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.setblocking(False)
                line.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            if not self._is_deaf:
                log.warning("systemd cannot be told how it goes", why=error.strerror)
            self._is_deaf = True


NOBODY = Supervisor(None)
