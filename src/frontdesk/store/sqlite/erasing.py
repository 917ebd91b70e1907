"""What the entry that erases a guest takes out of the tables, in its own transaction.

What it leaves in the bytes of the file is for `scrubbing.py`.
"""

from collections.abc import Sequence

import apsw

from frontdesk.desk.entries import PersonErased
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.store.sqlite.queries import SQL

Erasure = tuple[DeskId, PersonId]


def erase(connection: apsw.Connection, desk: DeskId, entry: PersonErased) -> None:
    """Forget the guest's values, all texts of their rooms, their sessions and their keys.

    The rooms are those of the table, and not those that the entry names: one may have been opened
    between the question which there are and this commit.
    """
    of = {"desk": desk, "person": entry.person}
    for sql in (SQL.forget_person, SQL.forget_texts, SQL.forget_identify):
        connection.execute(sql, of)
    connection.execute(SQL.forget_own_keys, {"person": entry.person})
    connection.execute(SQL.end_sessions, (entry.person,))
    connection.execute(SQL.add_erasure, {**of, "at_ms": entry.at_ms})


def pending(connection: apsw.Connection) -> list[Erasure]:
    """The erasures that have left something in the file, as far as anybody knows."""
    return [(DeskId(desk), PersonId(person)) for desk, person in connection.execute(SQL.erasures)]


def done(connection: apsw.Connection, erasures: Sequence[Erasure]) -> None:
    """Nothing of these is left, within the caller's transaction."""
    connection.executemany(SQL.end_erasure, erasures)
