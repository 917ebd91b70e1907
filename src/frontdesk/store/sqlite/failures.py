"""What goes wrong with a file, told apart by what the engine has to do about it.

The three answers of the port, and one for the start: `CannotOpen` says in a sentence what an
operator can do. Everything else is a fault and passes through as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw
import msgspec

from frontdesk.engine.ports import Broken, Full, Held


class CannotOpen(Exception):
    """The store cannot be used as it is; the message says why and what to do."""


# An error while writing or syncing says nothing about what has reached the disk: the kernel may
# have dropped the pages that it could not write, so the only truth left is the file as a new start
# finds it. The same goes for a disk that is full in the middle of the wal-index, which SQLite
# reports as an I/O error: by then the commit may be in the WAL. Hence all of these are `Broken`.
_BROKEN = (
    apsw.IOError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.CantOpenError,
    apsw.ReadOnlyError,
    apsw.PermissionsError,
    apsw.NoMemError,
    apsw.ProtocolError,
)


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn what SQLite says into what the port promises to say.

    Raises:
        Full: no space. SQLite has not written the commit, and the file stays usable.
        Held: somebody else had the write lock for longer than we wait. Nothing was written, so it
            is not `Unsure`; and the file is sound, so it is not `Broken`.
        Broken: the process has to end and recover from the file; of what was only read, that the
            file is damaged there.
    """
    try:
        yield
    except apsw.FullError as error:
        raise Full(f"no space to write: {error}") from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise Held(f"somebody else holds the file: {error}") from error
    except _BROKEN as error:
        raise Broken(f"{type(error).__name__}: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # A row that is no JSON, or no text: nobody but us writes there. What it holds is not said.
        raise Broken(f"what is stored cannot be read: {type(error).__name__}") from None
