"""The store of one file: puts its parts together and hands each call to the thread that does it.

`SqliteStore.open_path` is for the server and for a command line alike: several processes may have
the same file open, each a node of its own. Whether a second server may run is not decided here.
"""

import asyncio
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

import apsw

from frontdesk.desk import checkpoint
from frontdesk.desk.audience import Mark
from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.retention import Old
from frontdesk.desk.state import State
from frontdesk.engine.ports import (
    Account,
    Audited,
    Backlog,
    Batch,
    Broken,
    GuestRecord,
    Head,
    Hearing,
    InviteRow,
    Kept,
    KeyRow,
    Outcome,
    Past,
    PastRoom,
    Purged,
    Replay,
    SessionRow,
    Size,
    Sought,
    Wanted,
)
from frontdesk.feed.position import Place
from frontdesk.store import codec
from frontdesk.store.keeping import KEY_KEPT_MS
from frontdesk.store.sqlite import indexing, projections, purging, reading, scrubbing, searching
from frontdesk.store.sqlite.checkpointer import Checkpointer
from frontdesk.store.sqlite.committing import commit
from frontdesk.store.sqlite.connect import Database, Transaction, require_sqlite
from frontdesk.store.sqlite.erasing import Erasure
from frontdesk.store.sqlite.failures import CannotOpen, told_apart
from frontdesk.store.sqlite.migrations import migrate
from frontdesk.store.sqlite.queries import SQL
from frontdesk.store.sqlite.readers import Readers
from frontdesk.store.sqlite.tidying import drop_audit, drop_keys, drop_links, drop_sessions
from frontdesk.store.sqlite.writer import Writer


class SqliteStore:
    """A `frontdesk.engine.ports.Store` in one file. Make one with `open_path`, and `close` it."""

    def __init__(self, database: Database) -> None:
        """Open the file; waits for the disk, so `open_path` does it on another thread."""
        require_sqlite()
        with told_apart():
            writing = _begin_writing(database)
            try:
                scrubbing.require_plain(writing, database.path)
                migrate(writing, database)
                self._data_version = writing.pragma("data_version")
                self._readers = Readers(database)
                self._checkpointer = Checkpointer(database, writing)
            except BaseException:
                writing.close()
                raise
        self._path = database.path
        self._writer = Writer(writing)
        # Two who take in the same would both do it for nothing.
        self._indexing = asyncio.Lock()
        self._checkpointer.start(self._writer.breaks)

    @classmethod
    async def open_path(
        cls,
        path: str,
        *,
        vfs: str | None = None,
        synchronous: Literal["FULL", "NORMAL"] = "FULL",
    ) -> "SqliteStore":
        """Open the file at `path`, or begin it, and bring it to the newest schema.

        Raises:
            CannotOpen: with a sentence that says why and what to do.
            Broken: the file is damaged.
            Held: somebody else keeps it locked.
        """
        database = Database(path, vfs, synchronous)

        def open_now() -> "SqliteStore":
            try:
                database.prepare()
            except OSError as error:
                raise CannotOpen(f"{path} cannot be written: {error.strerror}.") from error
            return cls(database)

        return await asyncio.to_thread(open_now)

    # --- the log ----------------------------------------------------------------------------

    async def open(self, desk: DeskId) -> Head:
        """Where the desk's log stands; a desk that was never there begins, empty."""
        found = await self._readers.run(lambda db: reading.find_desk(db, desk))
        if found is not None:
            return found[0]
        return await self._writer.run(lambda db: _begin_desk(db, desk))

    async def desks(self) -> list[DeskId]:
        """All desks at which something has happened, in order of name."""
        return await self._readers.run(reading.desks)

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        """Write what can be written, in one transaction and one fsync."""
        return await self._writer.run(lambda db: commit(db, batches, together=together))

    async def read(self, desk: DeskId, after: int, limit: int) -> list[Kept]:
        """The log behind offset `after`, oldest first, at most `limit` entries."""
        return await self._readers.run(lambda db: reading.read(db, desk, after, limit))

    async def replay(
        self, desk: DeskId, person: PersonId, marks: Sequence[Mark], since: Place, limit: int
    ) -> Replay:
        """What may hold something for this reader behind `since`: a bounded look at the log."""
        return await self._readers.run(
            lambda db: reading.replay(db, desk, person, marks, since, limit)
        )

    async def hearings(self, desk: DeskId, person: PersonId, since: Place) -> list[Hearing]:
        """The rooms that this person heard at any place behind `since`, in order of start."""
        return await self._readers.run(lambda db: reading.hearings(db, desk, person, since))

    async def kept_from(self, desk: DeskId) -> int:
        """The first offset that the log still holds; 1 while it is whole."""
        return await self._readers.run(lambda db: reading.kept_from(db, desk))

    async def backlog(
        self, desk: DeskId, room: RoomId, before: Place | None, limit: int
    ) -> Backlog:
        """The last messages of a room before a place; None: before now."""
        return await self._readers.run(lambda db: reading.backlog(db, desk, room, before, limit))

    async def conversation(self, desk: DeskId, room: RoomId, after: int, limit: int) -> list[Kept]:
        """What was heard in a room, by any part of an entry, behind offset `after`, in order."""
        return await self._readers.run(
            lambda db: reading.conversation(db, desk, room, after, limit)
        )

    async def rebuild_projections(self) -> None:
        """Make the tables that people query again, from the log; commits wait meanwhile."""

        def rebuild(db: apsw.Connection) -> None:
            with Transaction(db):
                projections.rebuild(db, reading.whole_log(db))

        await self._writer.run(rebuild)

    # --- checkpoints ------------------------------------------------------------------------

    async def save_checkpoint(self, state: State) -> None:
        """Keep this state, so that a start need not read the whole log."""
        snapshot, version = checkpoint.dump(state), checkpoint.VERSION
        # Thousands of guests take milliseconds: neither the loop nor the writer has them to spare.
        data = await asyncio.to_thread(codec.encode_snapshot, snapshot)
        row = {
            "desk": snapshot.id,
            "version": version,
            "offset": snapshot.offset,
            "data": data.decode(),
        }
        await self._writer.run(lambda db: _write(db, SQL.save_checkpoint, row))

    async def load_checkpoint(self, desk: DeskId) -> State | None:
        """The last checkpoint that this version wrote; None if there is none."""
        return await self._readers.run(lambda db: reading.load_checkpoint(db, desk))

    # --- keys, sessions, accounts -----------------------------------------------------------

    async def find_key(self, scope: str, key: str) -> KeyRow | None:
        """What was done under this key; None if nothing was."""
        return await self._readers.run(lambda db: reading.find_key(db, scope, key))

    async def session(self, token_hash: bytes) -> SessionRow | None:
        """The session of this token; None if there is none or it has ended."""
        return await self._readers.run(lambda db: reading.session(db, token_hash))

    async def count_sessions(self, person: PersonId, since_ms: int) -> int:
        """How many sessions this person has that began at or after this time; no API tokens."""
        return await self._readers.run(lambda db: reading.count_sessions(db, person, since_ms))

    async def tokens(self, person: PersonId | None) -> list[SessionRow]:
        """The API tokens of a person, or of everybody (None), that have not ended; by age."""
        return await self._readers.run(lambda db: reading.tokens(db, person))

    async def invite(self, token_hash: bytes) -> InviteRow | None:
        """The link of this secret, also one that has ended; None if there never was one."""
        return await self._readers.run(lambda db: reading.invite(db, token_hash))

    async def audit(
        self, desk: DeskId, before: int | None, limit: int, *, shared: bool
    ) -> list[Audited]:
        """The audit trail of a desk, newest first, from before the row of this id."""
        return await self._readers.run(
            lambda db: reading.audit(db, desk, before, limit, shared=shared)
        )

    async def account(self, user: str) -> Account | None:
        """The account of exactly this name."""
        return await self._readers.run(lambda db: reading.account(db, user))

    async def accounts(self) -> list[Account]:
        """All accounts, in order of name."""
        return await self._readers.run(reading.accounts)

    async def guest(self, desk: DeskId, person: PersonId) -> GuestRecord | None:
        """What is known of this guest of the desk; None if there never was one."""
        return await self._readers.run(lambda db: reading.guest(db, desk, person))

    async def guests_named(self, desk: DeskId, user: str, limit: int) -> list[GuestRecord]:
        """The guests of the desk who had exactly this name, the last first, at most `limit`."""
        return await self._readers.run(lambda db: reading.guests_named(db, desk, user, limit))

    async def guests_sought(self, desk: DeskId, sought: Sought, limit: int) -> list[GuestRecord]:
        """The guests of the desk who are sought, at most `limit`."""
        return await self._readers.run(lambda db: reading.guests_sought(db, desk, sought, limit))

    async def ended_room(self, desk: DeskId, room: RoomId) -> EndedRoom | None:
        """What is known of a room that is over; None if there is none, or it is not over."""
        return await self._readers.run(lambda db: reading.ended_room(db, desk, room))

    async def ratings(self, desk: DeskId, room: RoomId) -> list[Kept]:
        """The ratings of a room, the last one at the end."""
        return await self._readers.run(lambda db: reading.ratings(db, desk, room))

    # --- looking back -----------------------------------------------------------------------

    async def history(self, desk: DeskId, wanted: Wanted, before: int | None, limit: int) -> Past:
        """Guests' rooms that were opened before an offset, the last opened first."""
        return await self._readers.run(
            lambda db: searching.history(db, reading.People(db), desk, wanted, before, limit)
        )

    async def past_room(self, desk: DeskId, room: RoomId) -> PastRoom | None:
        """This guest's room, open or over; None if the desk never had it."""
        return await self._readers.run(
            lambda db: searching.past_room(db, reading.People(db), desk, room)
        )

    async def earlier(self, desk: DeskId, room: RoomId, limit: int) -> list[PastRoom]:
        """Rooms that this room's guest had before it, the last first."""
        return await self._readers.run(
            lambda db: searching.earlier(db, reading.People(db), desk, room, limit)
        )

    async def index(self, desk: DeskId, limit: int) -> bool:
        """Take further entries of the log into what words are looked for in."""
        async with self._indexing:
            found = await self._readers.run(lambda db: indexing.gather(db, desk, limit))
            if found.last > found.after:
                await self._writer.run(lambda db: indexing.add(db, found))
            merged = await self._writer.run(indexing.merge)
            return merged or found.last < found.head

    # --- erasing ----------------------------------------------------------------------------

    async def scrub(self) -> bool:
        """Remove from the disk what erasures have left there, which commits do not wait for."""
        found = await self._writer.run(scrubbing.begin)
        if not found:
            return True
        await self._forget_words(found)
        left = await asyncio.to_thread(scrubbing.drop_copies, self._path)
        try:
            clean = await asyncio.to_thread(self._sweep)
        except Broken as broken:
            self._writer.breaks(broken)
            raise
        clean = clean and await self._writer.run(lambda _: self._checkpointer.truncate())
        if left is not None:
            raise left
        if not clean:
            return False
        await self._writer.run(lambda db: scrubbing.end(db, found))
        return True

    async def _forget_words(self, erasures: Sequence[Erasure]) -> None:
        """Take their words out of the index: what is taken out of a part of it stands in that part
        until it is merged with the others.
        """
        for desk, person in erasures:
            numbers = await self._readers.run(
                partial(indexing.numbers_of, desk=desk, person=person)
            )
            for number in numbers:
                while await self._writer.run(partial(indexing.forget_some, number=number)):
                    pass
        begun = await self._writer.run(partial(indexing.merge, all_parts=True))
        while begun and await self._writer.run(indexing.merge):
            pass

    def _sweep(self) -> bool:
        with told_apart():
            return self._checkpointer.sweep()

    # --- the rest ---------------------------------------------------------------------------

    async def beat(self, at_ms: int) -> None:
        """Remember that the server was alive at this time."""
        await self._writer.run(lambda db: _write(db, SQL.beat, {"at_ms": at_ms}))

    async def last_beat(self) -> int | None:
        """When the server was last known to be alive; None if it never was."""
        return await self._readers.run(reading.last_beat)

    async def size(self) -> Size:
        """How large the file and its WAL are."""
        return Size(_bytes_of(self._path), _bytes_of(f"{self._path}-wal"))

    async def tidy(self, now_ms: int) -> None:
        """Drop what nobody needs any more, some at a time."""
        before_ms = now_ms - KEY_KEPT_MS
        after: int | None = 0
        while after is not None:
            after = await self._writer.run(partial(drop_keys, after=after, before_ms=before_ms))
        token: bytes | None = b""
        while token is not None:
            token = await self._writer.run(partial(drop_sessions, after=token, now_ms=now_ms))
        for drop in (drop_links, drop_audit):
            while await self._writer.run(partial(drop, now_ms=now_ms)):
                pass

    async def purge(self, desk: DeskId, old: Old) -> Purged:
        """Take a little of what is old out of the log."""
        step = await self._readers.run(lambda db: purging.find(db, desk, old))
        if step is None:
            return Purged(await self.kept_from(desk), more=False)
        return await self._writer.run(lambda db: purging.carry_out(db, step))

    async def changed(self) -> bool:
        """Whether somebody else (another process) has committed since the last call.

        Asked on the connection that writes, where our own commits do not count.
        """

        def look(db: apsw.Connection) -> bool:
            before, self._data_version = self._data_version, db.pragma("data_version")
            return bool(before != self._data_version)

        return await self._writer.run(look)

    async def close(self) -> None:
        """Finish what was begun and let go of everything."""
        await self._readers.close()
        await asyncio.to_thread(self._checkpointer.close)
        # Last: whoever closes the last connection of all moves the WAL into the file.
        await self._writer.close()


def _begin_writing(database: Database) -> apsw.Connection:
    try:
        return database.connect_writer()
    except apsw.NotADBError:
        raise CannotOpen(
            f"{database.path} is no database, or its beginning is damaged. Restore a backup of it,"
            " or name another folder."
        ) from None


def _begin_desk(connection: apsw.Connection, desk: DeskId) -> Head:
    created_ms = time.time_ns() // 1_000_000
    row = {"desk": desk, "epoch": secrets.token_hex(4), "created_ms": created_ms}
    with Transaction(connection):
        connection.execute(SQL.begin_desk, row)
        found = reading.find_desk(connection, desk)
    assert found is not None
    return found[0]


def _write(connection: apsw.Connection, sql: str, row: Mapping[str, object]) -> int:
    """One statement in a transaction; how many rows it touched."""
    with Transaction(connection):
        connection.execute(sql, dict(row))
        return connection.changes()


def _bytes_of(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
