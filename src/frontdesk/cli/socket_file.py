"""A Unix socket to listen on, in place of a host and a port.

Its file is made for the owner and the group, never for everybody, and is removed at the end. One
that a dead process has left is replaced; one on which somebody listens, and any file that is no
socket, is left as it is.
"""

import errno
import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from frontdesk.cli.stops import Stop, StopForSetting

MODE = 0o660

# The kernel has room for so many, with a zero at the end.
PATH_BYTES = 107


@contextmanager
def listening(path: Path, backlog: int) -> Iterator[socket.socket]:
    """A socket there that listens, so that nobody takes it for a dead one; gone afterwards.

    Raises:
        Stop: somebody listens there, or the path cannot be used.
    """
    made = _made(path, backlog)
    ours = path.stat()
    try:
        yield made
    finally:
        made.close()
        # What stands there now may be another server's, if somebody has moved ours away.
        with suppress(OSError):
            if os.path.samestat(path.lstat(), ours):
                path.unlink()


def _made(path: Path, backlog: int) -> socket.socket:
    if len(os.fsencode(path)) > PATH_BYTES:
        raise StopForSetting(
            f"{path} is too long for a Unix socket, which takes {PATH_BYTES} bytes. Give --uds a"
            " shorter path."
        )
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _unusable(path, error) from None
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Of two that start at once, the second must see the socket of the first.
        fcntl.flock(folder, fcntl.LOCK_EX)
        _clear(path)
        before = os.umask(0o777 & ~MODE)
        try:
            made.bind(str(path))
        finally:
            os.umask(before)
        made.listen(backlog)
    except OSError as error:
        made.close()
        raise _unusable(path, error) from None
    except Stop:
        made.close()
        raise
    finally:
        os.close(folder)
    return made


def _clear(path: Path) -> None:
    """Remove what a dead process has left.

    Raises:
        Stop: it is not that.
    """
    try:
        there = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(there.st_mode):
        raise StopForSetting(
            f"{path} is there, and is no socket. It was left as it is; give --uds another path."
        )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        # Who listens and is busy does not make us wait.
        probe.setblocking(False)
        answer = probe.connect_ex(str(path))
    if answer == errno.ECONNREFUSED:
        path.unlink()
    elif answer != errno.ENOENT:
        raise Stop(
            f"Somebody listens on {path}, perhaps another Frontdesk. Stop that, or give --uds"
            " another path."
        )


def _unusable(path: Path, error: OSError) -> Stop:
    return StopForSetting(
        f"No socket can be made at {path}: {error.strerror}. Give --uds a path in a folder that is"
        " there and is yours."
    )
