"""Takes what erasures have left out of every byte of the data folder.

A commit that erases has overwritten the values in their tables. They may still stand in the WAL, in
gaps of pages, and in the copies beside the file. The table `erasure` remembers for whom the
file was not gone through yet, so that a crash only delays it to the next start.
"""

import glob
from pathlib import Path

import apsw

from frontdesk.engine.ports import Unclean
from frontdesk.store.sqlite import erasing
from frontdesk.store.sqlite.connect import Transaction, sync
from frontdesk.store.sqlite.erasing import Erasure
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.sqlite.gaps import PAGES_MOST
from frontdesk.store.sqlite.queries import SQL


def require_plain(connection: apsw.Connection, path: str) -> None:
    """Refuse a file out of which nothing could be taken, before anybody relies on it.

    Raises:
        CannotOpen: its pages cannot be told apart (`gaps.plain`).
    """
    if _is_plain(connection):
        return
    raise CannotOpen(
        f"{path} has auto_vacuum on, or is too large, so that erased guests could not be taken out"
        " of every byte of it. While no Frontdesk has it open, type:"
        f" sqlite3 {path} 'PRAGMA auto_vacuum = NONE; VACUUM'"
    )


def _is_plain(connection: apsw.Connection) -> bool:
    auto_vacuum, pages = connection.pragma("auto_vacuum"), connection.pragma("page_count")
    return bool(auto_vacuum == 0 and pages < PAGES_MOST)


def begin(connection: apsw.Connection) -> list[Erasure]:
    """Whom to go through the file for. Where there is anybody, this writes: a checkpoint that has
    nothing to move does nothing.

    Raises:
        Unclean: its pages cannot be told apart any more.
    """
    found = erasing.pending(connection)
    if found:
        with Transaction(connection):
            _still_plain(connection)
            connection.execute(SQL.try_erasures)
    return found


def end(connection: apsw.Connection, found: list[Erasure]) -> None:
    """Nothing of these is left.

    Raises:
        Unclean: nobody can say so, since the file has become another meanwhile.
    """
    with Transaction(connection):
        _still_plain(connection)
        erasing.done(connection, found)


def _still_plain(connection: apsw.Connection) -> None:
    # An operator may change the form of a file that is being served from.
    if not _is_plain(connection):
        raise Unclean("the database has auto_vacuum on, or is too large; the next start says more")


def drop_copies(database: str) -> Unclean | None:
    """Remove the copies that stand beside the file: they hold what was before.

    Migrations make such, and whoever goes back to a backup.


    Returns:
        What to say if one of them could not be removed; the others are.
    """
    left: OSError | None = None
    copies = glob.glob(f"{glob.escape(database)}.*.backup*")
    for copy in copies:
        try:
            Path(copy).unlink(missing_ok=True)
        except OSError as error:
            left = error
    if copies:
        try:
            sync(Path(database).parent)
        except OSError as error:
            left = left or error
    if left is None:
        return None
    return Unclean(
        f"a copy of the database that stands beside it cannot be removed ({left.strerror});"
        " remove what is called frontdesk.db.*.backup*"
    )
