"""How connections to the file are opened: each thread has its own, all with the same settings.

The file and its folder are for their owner alone. Nothing here may open the file other than
through SQLite once a connection to it exists: closing any other handle drops SQLite's locks.
"""

import os
import time
from pathlib import Path
from typing import Literal

import apsw
from msgspec import Struct

from frontdesk.store.sqlite.failures import CannotOpen

# The first release without the WAL-reset bug (3.7.0 to 3.51.2), by which two connections that
# write and checkpoint at the same moment can damage the file. Two connections are what we do.
SQLITE_LEAST = (3, 51, 3)

# How long a transaction waits for the write lock. A command line holds it for under 50 ms; one
# that holds it for longer is stuck, and people should be told rather than kept waiting.
HELD_MS = 10_000
# SQLite's own busy handler backs off up to 100 ms a time and starves (1.9 s measured) next to a
# server that commits all the time. Asking every half millisecond costs little and gets a turn.
HELD_RETRY_MS = 0.5

# Readers wait only while another process recovers or closes the file, which is short.
READ_BUSY_MS = 5_000

# Pages of the writer's cache in KiB: the right edges of all tables with room to spare.
WRITER_CACHE_KIB = 16_384

# What is left of the WAL after it has been moved into the file. It need not shrink every time.
WAL_KEPT_BYTES = 67_108_864


class Database(Struct, frozen=True):
    """A file and how it is to be opened.

    `vfs` names another file system of apsw's, for tests. `synchronous` is FULL everywhere but in
    the test which shows that NORMAL loses acknowledged commits when the power goes.
    """

    path: str
    vfs: str | None = None
    synchronous: Literal["FULL", "NORMAL"] = "FULL"

    def prepare(self) -> None:
        """Make the folder and the file, readable for their owner alone."""
        path = Path(self.path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            path.chmod(0o600)
            return
        # The file's name must survive a power cut as well as what will be in it.
        sync(path.parent)

    def connect(self) -> apsw.Connection:
        """A new connection, for one thread at a time."""
        connection = apsw.Connection(self.path, vfs=self.vfs)
        connection.set_busy_timeout(READ_BUSY_MS)
        connection.execute(f"PRAGMA synchronous = {self.synchronous}")
        # A disk's own cache is not stable storage; elsewhere than on macOS these do nothing.
        connection.execute("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON")
        connection.execute("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF")
        # "x" is a column or an error, never a string.
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
        connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
        # What is deleted is overwritten where it stood (docs/decisions/0008). This one answers, so
        # `execute` alone would not carry it out.
        connection.pragma("secure_delete", True)
        connection.wal_autocheckpoint(0)
        return connection

    def vacuum_into(self, path: Path) -> None:
        """Write what the file holds at this moment to a new one, for its owner alone.

        Others may write meanwhile. What was begun at `path` before is overwritten: the file stays
        the same, so that whoever has it locked has it still.
        """
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW
        file = os.open(path, flags, 0o600)
        try:
            os.fchmod(file, 0o600)
        finally:
            os.close(file)
        # A connection of its own: a transaction that writes cannot copy itself.
        reader = self.connect()
        try:
            reader.execute("VACUUM INTO ?", (str(path),))
        finally:
            reader.close()
        sync(path)

    def connect_writer(self) -> apsw.Connection:
        """The connection that writes; there is one a process."""
        connection = self.connect()
        if connection.pragma("journal_mode", "wal") != "wal":
            raise CannotOpen(
                f"{self.path} is on a file system without shared memory (a network drive?),"
                " where SQLite cannot keep its promises. Put it on a local disk."
            )
        connection.execute(f"PRAGMA journal_size_limit = {WAL_KEPT_BYTES}")
        connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        connection.set_busy_timeout(0)
        return connection


def free_name(wanted: Path) -> Path:
    """This path or, where something has it, with a number before its last suffix."""
    path, count = wanted, 1
    while path.exists():
        count += 1
        path = wanted.with_name(f"{wanted.stem}-{count}{wanted.suffix}")
    return path


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def require_sqlite(version: str | None = None) -> None:
    """Refuse to start on a SQLite that can damage the file.

    Raises:
        CannotOpen: it is older than `SQLITE_LEAST`.
    """
    version = version or apsw.sqlite_lib_version()
    if tuple(int(part) for part in version.split(".")) < SQLITE_LEAST:
        least = ".".join(map(str, SQLITE_LEAST))
        raise CannotOpen(
            f"SQLite {version} can damage a file that is written and read at once;"
            f" {least} or later is needed. Install the apsw of requirements/runtime.txt."
        )


def begin(connection: apsw.Connection) -> None:
    """Begin a transaction that writes, waiting for others who write.

    Raises:
        apsw.BusyError: somebody has held the file for `HELD_MS`.
    """
    give_up = time.monotonic() + HELD_MS / 1000
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except apsw.BusyError:
            if time.monotonic() >= give_up:
                raise
            time.sleep(HELD_RETRY_MS / 1000)
        else:
            return


class Transaction:
    """`with Transaction(connection):` commits what is done within, or leaves no trace of it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        begin(self._connection)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            # After some errors SQLite has rolled back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
