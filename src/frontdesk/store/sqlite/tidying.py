"""Drops what nobody needs any more, a little at a time, between two commits."""

import apsw

from frontdesk.store.keeping import AUDIT_KEPT_MS, INVITE_KEPT_MS, SESSION_KEPT_MS
from frontdesk.store.sqlite.connect import Transaction
from frontdesk.store.sqlite.queries import SQL

# Rows looked at in one transaction: a few milliseconds.
TIDY_KEYS = 1_000
TIDY_ROWS = 1_000


def drop_keys(connection: apsw.Connection, after: int, before_ms: int) -> int | None:
    """Drop old keys whose room is over, among the next few behind `after`.

    Returns:
        Where to go on; None when only younger ones follow.
    """
    with Transaction(connection):
        some = {"after": after, "limit": TIDY_KEYS}
        row = connection.execute(SQL.some_keys, some).fetchone()
        last, oldest_ms = row or (None, None)
        if not isinstance(last, int) or not isinstance(oldest_ms, int) or oldest_ms > before_ms:
            return None
        old = {"after": after, "last": last, "before_ms": before_ms}
        connection.execute(SQL.drop_keys, old)
        return last


def drop_sessions(connection: apsw.Connection, after: bytes, now_ms: int) -> bytes | None:
    """Drop sessions that have long been over, among the next few behind `after`.

    Returns:
        Where to go on; None when there are no more.
    """
    last = connection.execute(SQL.some_sessions, {"after": after, "limit": TIDY_ROWS}).get
    if not isinstance(last, bytes):
        return None
    old = {"after": after, "last": last, "before_ms": now_ms - SESSION_KEPT_MS}
    with Transaction(connection):
        connection.execute(SQL.drop_sessions, old)
    return last


def drop_links(connection: apsw.Connection, now_ms: int) -> bool:
    """Drop some links that have long been no good; whether there were any."""
    return _drop(connection, SQL.drop_invites, now_ms - INVITE_KEPT_MS)


def drop_audit(connection: apsw.Connection, now_ms: int) -> bool:
    """Drop some of the oldest of the audit trail; whether there was any."""
    return _drop(connection, SQL.drop_audit, now_ms - AUDIT_KEPT_MS)


def _drop(connection: apsw.Connection, sql: str, before_ms: int) -> bool:
    with Transaction(connection):
        connection.execute(sql, {"before_ms": before_ms, "limit": TIDY_ROWS})
        return bool(connection.changes())
