"""The schema, step by numbered step, each applied once and never changed afterwards.

A file's steps are kept with their checksums in the table `migration`. Before the first new step on
a file that holds anything, a copy is made beside it. A file of a newer Frontdesk is refused: an
older one would write what the newer one no longer expects.
"""

import hashlib
import time
from importlib import resources
from pathlib import Path

import apsw
from msgspec import Struct

from frontdesk.store.sqlite.connect import Database, Transaction, free_name, sync
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.words import known_name


class Migration(Struct, frozen=True):
    """One step: its number counts from 1, its name says what it is for."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """What tells a changed file from the one that was applied."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def ours() -> list[Migration]:
    """The steps that this version knows, in order."""
    folder = resources.files(__package__) / "migrations"
    found = []
    for file in folder.iterdir():
        number, _, rest = file.name.partition("_")
        if rest.endswith(".sql"):
            text = file.read_text(encoding="utf-8").replace("\r\n", "\n")
            found.append(Migration(int(number), rest.removesuffix(".sql"), text))
    return sorted(found, key=lambda one: one.number)


_TABLE = """
CREATE TABLE IF NOT EXISTS migration (
    number   INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    checksum TEXT NOT NULL,
    at_ms    INTEGER NOT NULL
) STRICT
"""


def migrate(
    connection: apsw.Connection, database: Database, known: list[Migration] | None = None
) -> Path | None:
    """Bring the file to the newest schema.

    Returns:
        The copy that was made before, if one was.

    Raises:
        CannotOpen: the file is not ours, is newer, or was made by a step that has changed since.
    """
    known = ours() if known is None else known
    applied = _applied(connection, database.path)
    if len(applied) == len(known):
        _check(applied, known, database.path)
        return None
    copy = None
    # Whoever else starts at the same moment waits here, and then finds nothing left to do.
    with Transaction(connection):
        applied = _applied(connection, database.path)
        _check(applied, known, database.path)
        pending = known[len(applied) :]
        if pending and applied:
            copy = _back_up(database, len(applied))
        connection.execute(_TABLE)
        # What they call of ours. Nothing that stays in the file may.
        connection.create_scalar_function("known_name", _known_name, 1, deterministic=True)
        for one in pending:
            connection.execute(one.sql)
            connection.execute(
                "INSERT INTO migration (number, name, checksum, at_ms) VALUES (?, ?, ?, ?)",
                (one.number, one.name, one.checksum, time.time_ns() // 1_000_000),
            )
    return copy


def _known_name(*given: object) -> str:
    return known_name(str(given[0]))


def check_applied(connection: apsw.Connection, path: str) -> int:
    """The number of the last step that the file at `path` has.

    Raises:
        CannotOpen: as `migrate`.
    """
    applied = _applied(connection, path)
    _check(applied, ours(), path)
    return len(applied)


def _applied(connection: apsw.Connection, path: str) -> list[tuple[int, str, str]]:
    tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    if not tables:
        return []
    if ("migration",) not in tables:
        raise CannotOpen(f"{path} is a database, but not one of Frontdesk's. Name another file.")
    rows = connection.execute("SELECT number, name, checksum FROM migration ORDER BY number")
    return [(number, name, checksum) for number, name, checksum in rows]


def _check(applied: list[tuple[int, str, str]], known: list[Migration], path: str) -> None:
    if len(applied) > len(known):
        raise CannotOpen(
            f"{path} was written by a newer Frontdesk: its schema is {len(applied)}, and"
            f" this version knows {len(known)}. Start the newer version again, or put back the"
            " copy that it made before the upgrade; it stands beside the file."
        )
    for (number, name, checksum), one in zip(applied, known, strict=False):
        if (number, name, checksum) != (one.number, one.name, one.checksum):
            raise CannotOpen(
                f"Migration {number:04} ({name}) is not the one that made {path}. Install"
                " an unchanged Frontdesk; a released migration must never be edited."
            )


def _back_up(database: Database, version: int) -> Path:
    """A copy beside the file, named after the schema that it has, for its owner alone."""
    path = free_name(Path(f"{database.path}.schema-{version:04}.backup"))
    unfinished = path.with_name(f"{path.name}.unfinished")
    # It has the file as it was before, and nobody can change that meanwhile.
    database.vacuum_into(unfinished)
    made = unfinished.rename(path)
    sync(path.parent)
    return made
