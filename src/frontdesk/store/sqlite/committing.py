"""What a commit does once it is its turn: all batches weighed, then all written, then one sync.

Under the write lock nobody else can move a log or use a key, so what is read first still holds
when it is written, and no batch has to be undone for another.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import apsw
import msgspec

from frontdesk.desk.audience import Tell, script
from frontdesk.desk.entries import PersonErased
from frontdesk.desk.ids import DeskId
from frontdesk.desk.personal import Profile
from frontdesk.engine.ports import (
    Appended,
    AuditRow,
    Batch,
    Condition,
    InviteEnd,
    InviteGood,
    InviteRow,
    KeyRow,
    OtherSessionsEnd,
    Outcome,
    PasswordIs,
    PasswordRow,
    Row,
    SessionEnd,
    SessionGood,
    SessionRow,
    SessionUsed,
)
from frontdesk.feed.kept import Kept
from frontdesk.store import codec
from frontdesk.store.sqlite import reading
from frontdesk.store.sqlite.connect import Transaction
from frontdesk.store.sqlite.erasing import erase
from frontdesk.store.sqlite.projections import Projections
from frontdesk.store.sqlite.queries import SQL
from frontdesk.store.weighing import Key, keys_of, weigh_all
from frontdesk.store.words import known_name

_encode = msgspec.json.Encoder().encode


def commit(
    connection: apsw.Connection, batches: Sequence[Batch], *, together: bool = False
) -> list[Outcome]:
    """Write what can be written, in one transaction; an outcome for each batch."""
    with Transaction(connection):
        heads = _heads(connection, batches)
        before = dict(heads)
        taken = _taken(connection, [key for batch in batches for key in keys_of(batch)])
        writing = _Writing()
        outcomes = weigh_all(
            batches, heads, taken, lambda one: _holds(connection, one), together=together
        )
        for batch, outcome in zip(batches, outcomes, strict=True):
            if isinstance(outcome, Appended):
                writing.add(batch, outcome.last - len(batch.entries))
        writing.write(connection)
        moved = [(head, desk) for desk, head in heads.items() if head != before[desk]]
        if moved:
            connection.executemany(SQL.move_head, moved)
    return outcomes


def _heads(connection: apsw.Connection, batches: Sequence[Batch]) -> dict[DeskId, int]:
    desks = _encode([batch.desk for batch in batches]).decode()
    rows: Iterable[Any] = connection.execute(SQL.heads, {"desks": desks}).fetchall()
    return {DeskId(desk): head for desk, head in rows}


def _taken(connection: apsw.Connection, keys: list[Key]) -> set[Key]:
    found: Iterable[Any] = connection.executemany(SQL.taken_keys, keys).fetchall() if keys else ()
    return set(found)


def _holds(connection: apsw.Connection, condition: Condition) -> bool:
    match condition:
        case PasswordIs(person, password_hash):
            found = connection.execute(SQL.password_of, (person,)).fetchone()
            return (found[0] if found is not None else None) == password_hash
        case InviteGood(token_hash):
            link = reading.invite(connection, token_hash)
            return link is not None and not link.ended
        case SessionGood(token_hash):
            return reading.session(connection, token_hash) is not None


class _Writing:
    """The rows of all batches that are written, table by table."""

    def __init__(self) -> None:
        self._entries: list[tuple[object, ...]] = []
        self._texts: list[tuple[DeskId, int, str]] = []
        self._people: list[tuple[object, ...]] = []
        self._keys: list[tuple[object, ...]] = []
        self._others: list[Row] = []
        self._erased: list[tuple[DeskId, PersonErased]] = []
        self._projections = Projections()

    def add(self, batch: Batch, head: int) -> None:
        """Take in a batch whose entries go behind `head`."""
        for offset, entry in enumerate(batch.entries, start=head + 1):
            marks = tuple(step.mark for step in script(entry) if isinstance(step, Tell))
            kept = Kept(offset, batch.id, entry, marks)
            self._add_entry(batch.desk, kept)
            self._projections.add(batch.desk, kept)
        for row in batch.rows:
            if isinstance(row, KeyRow):
                self._keys.append(
                    (row.scope, row.key, row.desk, row.command)
                    + (row.first, row.count, row.room, row.at_ms)
                )
            else:
                self._others.append(row)

    def _add_entry(self, desk: DeskId, kept: Kept) -> None:
        entry, written = kept.entry, codec.encode(kept.entry)
        self._entries.append(
            (desk, kept.offset, written.kind, written.v, entry.at_ms, kept.batch)
            + (codec.encode_marks(kept.marks), written.data.decode())
        )
        if isinstance(entry, PersonErased):
            self._erased.append((desk, entry))
        if written.text is not None:
            self._texts.append((desk, kept.offset, written.text))
        match codec.introduced(entry):
            case Profile() as guest:
                info = _encode(dict(guest.info)).decode()
                vouched = guest.vouched
                told = (vouched.sub, vouched.email) if vouched is not None else (None, None)
                self._people.append(
                    (
                        *(guest.id, desk, "guest", guest.user, known_name(guest.user)),
                        *(guest.topic, info, *told, entry.at_ms),
                    )
                )
            case None:
                pass
            case who:
                nothing = (None,) * 5
                self._people.append((who.id, None, "agent", who.user, *nothing, entry.at_ms))

    def write(self, connection: apsw.Connection) -> None:
        """Write all of it."""
        for sql, rows in (
            (SQL.add_entry, self._entries),
            (SQL.add_text, self._texts),
            (SQL.add_person, self._people),
            (SQL.add_key, self._keys),
        ):
            if rows:
                connection.executemany(sql, rows)
        self._projections.write(connection)
        # In order, one by one: somebody may sign in and out in one call, and both are rare.
        for row in self._others:
            _write_row(connection, row)
        # After all that could be theirs.
        for desk, entry in self._erased:
            erase(connection, desk, entry)


def _write_row(connection: apsw.Connection, row: Row) -> None:
    match row:
        case SessionRow():
            began = _encode(row.began).decode()
            connection.execute(
                SQL.add_session,
                (row.token_hash, row.person, row.kind, row.at_ms, began, row.label),
            )
        case SessionEnd(token_hash=None):
            connection.execute(SQL.end_sessions, (row.person,))
        case SessionEnd():
            connection.execute(SQL.end_session, (row.token_hash, row.person))
        case OtherSessionsEnd():
            connection.execute(SQL.end_other_sessions, (row.person, row.token_hash))
        case SessionUsed():
            connection.execute(SQL.use_session, (row.at_ms, row.token_hash))
        case PasswordRow():
            connection.execute(SQL.set_password, (row.person, row.password_hash))
        case InviteRow():
            connection.execute(SQL.end_invites, (row.person,))
            connection.execute(
                SQL.add_invite, (row.token_hash, row.person, row.until_ms, row.ended)
            )
        case InviteEnd():
            connection.execute(SQL.end_invites, (row.person,))
        case AuditRow():
            detail = _encode(row.detail).decode()
            connection.execute(
                SQL.add_audit, (row.desk, row.at_ms, row.by, row.what, row.about, detail)
            )
