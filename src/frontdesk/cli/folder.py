"""The data folder: made for its owner alone, with the server's secret and its lock.

Only what is made here is set to be private. A folder that somebody made is left as it is, for
they may have had their reasons; the files in it are private all the same.
"""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from frontdesk.cli.stops import Stop, StopForSetting

SECRET_BYTES = 32
LOCK = "lock"

# The number of a process, and the longest path of a Unix socket.
HOLDER_BYTES = 200
SECRET = "secret"


class Holder(NamedTuple):
    """Who has a folder, as far as they could write it down.

    Args:
        process: its number, or `unknown`.
        address: where it is reached from this machine, as it says when it starts; or empty.
    """

    process: str
    address: str

    def __str__(self) -> str:
        """In a few words."""
        return f"process {self.process}" + (f", at {self.address}" if self.address else "")


def make_folder(folder: Path) -> None:
    """Make the folder if it is not there.

    Raises:
        Stop: it cannot be made or used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from None


def look(folder: Path) -> str:
    """What a start would find there, in a sentence. Makes nothing.

    Raises:
        Stop: it could not be made or used.
    """
    there = next(one for one in (folder, *folder.parents) if has_file(one))
    if not there.is_dir():
        raise _unusable(folder, NotADirectoryError())
    if not os.access(there, os.W_OK | os.X_OK):
        raise _unusable(there, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    if there == folder:
        return f"Everything is kept in {folder}, which is there."
    return f"Everything is kept in {folder}, which is made at the first start."


def backups_in(folder: Path) -> Path:
    """Where in a data folder the copies stand for which nobody has named another place."""
    return folder / "backups"


def has_file(file: Path) -> bool:
    """Whether this file of a data folder is there. Makes nothing.

    Raises:
        Stop: what is given as the folder is none, or cannot be looked into.
    """
    try:
        file.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(file.parent, error) from None
    return True


def secret_of(folder: Path) -> bytes:
    """The server's secret: random bytes, made on the first start and then the same for ever.

    Raises:
        Stop: it is damaged, or cannot be read or made.
    """
    path = folder / SECRET
    try:
        if not path.exists():
            # Somebody else may be faster; theirs is as good.
            with suppress(FileExistsError):
                put_secret(secrets.token_bytes(SECRET_BYTES), path)
        secret = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from None
    if not is_secret(secret):
        raise Stop(
            f"{path} is not the {SECRET_BYTES} bytes that it should be. Restore it from a backup."
            " If there is none, delete it: a new one is made, and guests who are connected have to"
            " begin again, and sites need new keys to vouch for their guests."
        )
    return secret


def is_secret(found: bytes) -> bool:
    """Whether this can be the secret of a server."""
    return len(found) == SECRET_BYTES


def put_secret(secret: bytes, path: Path) -> None:
    """Keep a secret there, for its owner alone: all or nothing, and never over what is there.

    Raises:
        FileExistsError: something is.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "wb") as out:
            out.write(secret)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def held(folder: Path, address: str = "") -> Iterator[None]:
    """Be the only server on this folder. The kernel lets go when the process ends, however it ends.

    Args:
        address: where we are reached, for whoever comes second or looks after it.

    Raises:
        Stop: another server has it.
    """
    path = folder / LOCK
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(path, error) from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(
                f"Another server ({holder(file)}) has {folder}. Stop it first, or"
                " name another folder, with --data-dir."
            ) from None
        # Who holds it is a courtesy; on a full disk the store says what is to be done.
        with suppress(OSError):
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n{address}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def holder(lock: int) -> Holder:
    """Who has a folder, as its open lock says."""
    number, _, rest = os.pread(lock, HOLDER_BYTES, 0).decode("utf-8", "replace").partition("\n")
    return Holder(number or "unknown", rest.partition("\n")[0])


def refuse_second(folder: Path) -> None:
    """Say so if another server has the folder. Makes nothing.

    Raises:
        Stop: it has.
    """
    if has_file(folder / LOCK):
        with held(folder):
            pass


def _unusable(path: Path, error: OSError) -> Stop:
    if isinstance(error, FileExistsError | NotADirectoryError):
        file = next((one for one in (path, *path.parents) if one.is_file()), path)
        return StopForSetting(f"{file} is a file, not a folder. Give --data-dir a folder.")
    advice = "Choose another folder with --data-dir"
    if isinstance(error, PermissionError):
        advice += ", or make this one yours"
    return StopForSetting(f"{path} cannot be used: {error.strerror}. {advice}.")
