"""The index of words, made behind the log: what is taken in next, and what is taken out for good.

A commit does not wait for it. Entries are read and their words found beside the writer; what the
writer then does takes a few milliseconds. The index holds no text, so somebody who is erased is
found in it no more as soon as the name is gone (`searching.py`); their words leave it in a scrub.
"""

from collections import Counter
from typing import Any

import apsw
from msgspec import Struct

from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.store.sqlite.connect import Transaction
from frontdesk.store.sqlite.queries import SQL
from frontdesk.store.words import words_of

# Pages of the index that one step of a merge writes: about two milliseconds.
MERGE_PAGES = 16
# Rows that are taken out in one transaction: a few milliseconds.
FORGET_ROWS = 200

# A rowid is the number of a room and an offset. No file holds so many entries (`gaps.PAGES_MOST`).
OFFSET_BITS = 32
OFFSETS = 1 << OFFSET_BITS
NUMBERS = 1 << 31

# Stands before the name of a desk, so that it is no word which anybody could look for.
_DESK = "\ue000"


class Words(Struct, frozen=True):
    """What some entries add to the index, those behind `after` up to `last`.

    `head` is where the log stood when they were read. `texts` are (words, room, offset), where a
    room is the offset that opened it.
    """

    desk: DeskId
    after: int
    last: int
    head: int
    rooms: tuple[int, ...]
    messages: dict[int, int]
    texts: tuple[tuple[str, int, int], ...]


def desk_word(desk: DeskId) -> str:
    """A word that stands with every text of this desk and with no other."""
    return _DESK + desk.replace("-", _DESK)


def indexed(connection: apsw.Connection, desk: DeskId) -> int:
    """How far the index has come."""
    row = connection.execute(SQL.indexed, {"desk": desk}).fetchone()
    return int(row[0]) if row else 0


def gather(connection: apsw.Connection, desk: DeskId, limit: int) -> Words:
    """What the next entries add, to be read beside the writer."""
    after = indexed(connection, desk)
    row: Any = connection.execute(SQL.find_desk, {"desk": desk}).fetchone()
    head = row[1] if row else 0
    rows: list[Any] = connection.execute(
        SQL.unindexed, {"desk": desk, "after": after, "limit": limit}
    ).fetchall()
    counted: Counter[int] = Counter()
    rooms: list[int] = []
    texts = []
    for offset, is_message, opened, text in rows:
        if opened is None:
            continue
        rooms.append(opened)
        counted[opened] += is_message
        if words := " ".join(word.known for word in words_of(text or "")):
            texts.append((f"{desk_word(desk)} {words}", opened, offset))
    # The last entries may no longer be kept.
    last = rows[-1][0] if len(rows) == limit else max(head, after)
    in_order = tuple(sorted(set(rooms)))
    return Words(desk, after, last, head, in_order, dict(+counted), tuple(texts))


def add(connection: apsw.Connection, found: Words) -> None:
    """Put in what was read, unless somebody else has, or what was read may be erased since."""
    desk = found.desk
    with Transaction(connection):
        if indexed(connection, desk) != found.after:
            return
        if connection.execute(SQL.any_erased_since, {"desk": desk, "head": found.head}).get:
            return
        # Rooms are opened in the order of the log, so their numbers are in that order too.
        connection.executemany(SQL.number_room, [(desk, opened) for opened in found.rooms])
        counts = [(count, desk, opened) for opened, count in found.messages.items()]
        connection.executemany(SQL.count_messages, counts)
        # In the order of rowids, or the index would be written out once for each step back.
        texts = sorted(found.texts, key=lambda row: row[1:])
        rows = [(offset, words, desk, opened) for words, opened, offset in texts]
        connection.executemany(SQL.add_words, rows)
        connection.execute(SQL.move_indexed, {"desk": desk, "offset": found.last})


def merge(connection: apsw.Connection, *, all_parts: bool = False) -> bool:
    """Go on making few parts out of many, one step; whether there was anything to do.

    Args:
        all_parts: begin to make one part of all that there are.
    """
    before = connection.total_changes()
    with Transaction(connection):
        connection.execute(SQL.merge_words, {"pages": -MERGE_PAGES if all_parts else MERGE_PAGES})
    # As FTS5 has it: the statement itself counts as one.
    return connection.total_changes() - before >= 2


def numbers_of(connection: apsw.Connection, desk: DeskId, person: PersonId) -> list[int]:
    """The rooms of this guest as the index numbers them."""
    asked = {"desk": desk, "person": person}
    return [int(number) for (number,) in connection.execute(SQL.indexed_rooms_of, asked)]


def forget_some(connection: apsw.Connection, number: int) -> bool:
    """Take some texts of this room out of the index; whether there were any."""
    first = number << OFFSET_BITS
    row = {"first": first, "last": first + OFFSETS - 1, "limit": FORGET_ROWS}
    with Transaction(connection):
        connection.execute(SQL.forget_words, row)
        return bool(connection.changes())


def clear(connection: apsw.Connection) -> None:
    """Throw all of it away, within the caller's transaction; it is made again from the log."""
    for sql in (SQL.clear_words, SQL.clear_indexed, SQL.clear_indexed_rooms):
        connection.execute(sql)
