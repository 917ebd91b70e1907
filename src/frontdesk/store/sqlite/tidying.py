"""Drops what nobody needs any more, a little at a time, between two commits."""

import apsw

from frontdesk.store.sqlite.connect import Transaction
from frontdesk.store.sqlite.queries import SQL

# Keys looked at in one transaction: a few milliseconds.
TIDY_KEYS = 1_000


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
