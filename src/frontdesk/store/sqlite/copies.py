"""Copies of the file: made while it is written to, checked, and put in its place.

A copy is one file that needs nothing beside it: no WAL, no shared memory. It has the log as it
stood at one moment, and nothing of what was deleted or erased before: every row is written anew.
"""

import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import apsw
from msgspec import Struct

from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.store.sqlite.connect import Database, Transaction, sync
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.sqlite.indexing import clear
from frontdesk.store.sqlite.migrations import check_applied
from frontdesk.store.sqlite.queries import SQL

# Faults of a damaged file that are told; the first says enough.
FAULTS_TOLD = 1


class DeskHead(Struct, frozen=True):
    """How far a desk's log goes in a copy."""

    desk: str
    epoch: str
    offset: int


class Copied(Struct, frozen=True):
    """A copy that was found whole. `schema` is the number of its last migration."""

    path: str
    size_bytes: int
    schema: int
    desks: list[DeskHead]


def copy_to(database: Database, target: Path) -> Copied:
    """Write what the file holds at this moment to `target`, and check it there.

    Others may write meanwhile; the WAL grows for as long as it takes. `target` appears whole or
    not at all, for its owner alone.

    Raises:
        CannotOpen: the copy is not whole, which says that the file is not either; or somebody else
            makes one of that name, or has put something where it would grow.
        FileExistsError: somebody has put something there.
    """
    draft = unfinished(target)
    with _to_oneself(draft):
        database.vacuum_into(draft)
        _leave_out_words(Database(str(draft), database.vfs))
        found = check(draft)
        # Unlike a rename, never over what is there.
        os.link(draft, target)
    sync(target.parent)
    return Copied(str(target), found.size_bytes, found.schema, found.desks)


@contextmanager
def _to_oneself(draft: Path) -> Iterator[None]:
    """Have this file, new and empty, which is removed in the end. A crash leaves it behind, and
    nobody has it.

    Raises:
        CannotOpen: somebody else has it, or has put something there.
    """
    while (file := _held(draft)) is None:
        pass  # It has been removed a moment ago, by us or by whoever had it.
    try:
        yield
    finally:
        draft.unlink(missing_ok=True)
        os.close(file)


def _held(draft: Path) -> int | None:
    """The file that was made now, locked until it is closed; None if it is not there any more.

    Never one that was there: it may be somebody else's, open to others, or another name of a copy
    that is whole. What an interrupted backup of ours has left is removed.
    """
    flags, is_new = os.O_RDWR | os.O_NOFOLLOW, True
    try:
        file = os.open(draft, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        is_new = False
        try:
            file = os.open(draft, flags)
        except FileNotFoundError:
            return None
    kept = False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = os.fstat(file)
        if draft.exists() and os.path.samestat(found, draft.lstat()):
            kept = is_new
            if not is_new:
                _drop_left(draft, found)
    except BlockingIOError:
        raise CannotOpen(
            f"Another backup is being written to {draft}. Wait for it, or name another file."
        ) from None
    finally:
        if not kept:
            os.close(file)
    return file if kept else None


def _drop_left(draft: Path, found: os.stat_result) -> None:
    """Remove what a backup has left, which nobody is at work on."""
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise CannotOpen(f"{draft} is somebody else's. Have it removed, or name another file.")
    draft.unlink()


def drop_unfinished(folder: Path) -> list[Path]:
    """Remove what backups that were interrupted have left in a folder, under names of ours."""
    gone = []
    for draft in sorted(folder.glob("frontdesk-*.db.unfinished")):
        # Somebody is at work on it, or it is not ours to remove: neither is in anybody's way.
        with suppress(CannotOpen, OSError), _to_oneself(draft):
            gone.append(draft)
    return gone


def _leave_out_words(draft: Database) -> None:
    """Keep no word of guests whose erasure is not done: the index has them until it is.

    It is left out as a whole, and made again where the copy is served from.
    """
    connection = draft.connect()
    try:
        tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
        if ("indexed",) not in tables or not connection.execute(SQL.any_erasure).get:
            return
        connection.pragma("journal_mode", "memory")
        with Transaction(connection):
            clear(connection)
        connection.execute("VACUUM")
    finally:
        connection.close()


def unfinished(target: Path) -> Path:
    """Where a copy stands until it is whole."""
    return target.with_name(f"{target.name}.unfinished")


def check(path: Path) -> Copied:
    """Read all of a copy, and say what it holds.

    Raises:
        CannotOpen: it is not whole, none of ours, or of a newer Frontdesk.
    """
    with _reading(path) as connection:
        pragma = f"PRAGMA integrity_check({FAULTS_TOLD})"
        faults = [fault for (fault,) in connection.execute(pragma)]
        if faults != ["ok"]:
            raise CannotOpen(f"{path} is damaged: {faults[0]}")
        schema = check_applied(connection, str(path))
        if not schema:
            raise CannotOpen(f"{path} is empty.")
        rows = connection.execute("SELECT desk, epoch, head FROM desk ORDER BY desk")
        desks = [DeskHead(desk, epoch, head) for desk, epoch, head in rows]
    return Copied(str(path), path.stat().st_size, schema, desks)


def erased_in(database: Database) -> list[tuple[DeskId, PersonId]]:
    """The guests who were erased from the file, with their desks.

    Raises:
        CannotOpen: it is damaged, so that nobody can say any more.
    """
    with _told(database.path):
        connection = database.connect()
        try:
            rows = connection.execute(
                "SELECT desk, person FROM person WHERE kind = 'guest' AND user IS NULL"
            )
            return [(DeskId(desk), PersonId(person)) for desk, person in rows]
        finally:
            connection.close()


@contextmanager
def _told(path: str | Path) -> Iterator[None]:
    try:
        yield
    except (apsw.NotADBError, apsw.CorruptError, apsw.CantOpenError, apsw.SQLError) as error:
        raise CannotOpen(f"{path} is no whole database: {error}.") from None


@contextmanager
def _reading(path: Path) -> Iterator[apsw.Connection]:
    """Without the files beside it that a writer needs: nobody writes to a copy."""
    uri = f"file:{quote(str(path))}?immutable=1"
    with _told(path):
        connection = apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        try:
            yield connection
        finally:
            connection.close()


def put_in_place(copy: Path, database: Database, aside: Path) -> None:
    """Have the file be what the copy holds, with new epochs; what was there is kept as `aside`.

    A place in the log of before says nothing in the log of now, though its numbers may be there:
    with a new epoch every client is told to begin anew, and none takes one for the other.

    No server may have the file. The copy stays as it is. If the power goes, there is the one file
    or the other, and never a mixture.

    Raises:
        CannotOpen: something else has the file open.
    """
    # Left by a crash, it goes with the next erasure like all copies (`scrubbing.drop_copies`).
    draft = Path(f"{database.path}.restoring.backup")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        shutil.copyfile(copy, draft)
        _renew(Database(str(draft), database.vfs))
        sync(draft)
        _keep(database, aside)
        draft.replace(database.path)
    finally:
        draft.unlink(missing_ok=True)
    sync(draft.parent)


def _renew(draft: Database) -> None:
    connection = draft.connect()
    try:
        with Transaction(connection):
            for (desk,) in connection.execute("SELECT desk FROM desk").fetchall():
                row = (secrets.token_hex(4), desk)
                connection.execute("UPDATE desk SET epoch = ? WHERE desk = ?", row)
    finally:
        connection.close()


def _keep(database: Database, aside: Path) -> None:
    """Give what is there a second name, with all that it consists of in one file."""
    file = Path(database.path)
    if not file.exists():
        return
    try:
        _fold_in(database)
    except (apsw.NotADBError, apsw.CorruptError, apsw.IOError):
        # Damaged: nothing can be folded in. A WAL without its file is nothing, and with another
        # file it would be that one's damage.
        for tail in ("-wal", "-shm"):
            beside = Path(database.path + tail)
            if beside.exists():
                beside.rename(f"{aside}{tail}")
    os.link(file, aside)


def _fold_in(database: Database) -> None:
    """Move the WAL into the file for good, which nobody may have open."""
    connection = database.connect()
    try:
        connection.pragma("journal_mode", "delete")
    except (apsw.BusyError, apsw.LockedError):
        raise CannotOpen(
            f"Something else has {database.path} open. Nothing was changed. Try again when it has"
            " finished."
        ) from None
    finally:
        connection.close()
