"""Moves the WAL into the file, on a thread and a connection of its own.

A checkpoint is two syncs and thousands of scattered writes: on the writer's thread it would be the
one slow commit in a thousand. Passive ones get in nobody's way. Only when readers and writers
have kept the WAL from beginning again for long does one hold them up for a moment.

It is also who takes out of the file what erasures have left in it (`gaps.py`). Only until that is
done do pages pass through our hands, one by one: each of them waits for the interpreter.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import apsw
from msgspec.structs import replace

from frontdesk.engine.ports import Broken, Full
from frontdesk.store.sqlite.connect import Database
from frontdesk.store.sqlite.failures import told_apart
from frontdesk.store.sqlite.gaps import Gapless
from frontdesk.store.sqlite.queries import SQL

# 4 MiB of 4 KiB pages: rare enough to cost nothing, small enough to recover from at once.
CHECKPOINT_PAGES = 1_000
# 64 MiB. A passive checkpoint lets the WAL begin again only if nobody wrote meanwhile, which under
# constant load is never; from here on writers wait for the rest to be moved.
RESTART_PAGES = 16_000
# How long such a checkpoint may hold up writers while it waits for readers to finish.
RESTART_BUSY_MS = 100
# The same for one that empties the WAL after an erasure: it is asked for again, so it need not be
# stubborn, and no commit should take much longer for it.
TRUNCATE_BUSY_MS = 30


class Checkpointer:
    """A thread that sleeps until the WAL has grown."""

    def __init__(self, database: Database, writer: apsw.Connection) -> None:
        self._files = Gapless(database.vfs)
        self._mover = database.connect()
        self._sweeper = replace(database, vfs=self._files.name).connect()
        # Held by whoever uses the connections.
        self._using = threading.Lock()
        self._sweeper.set_busy_timeout(RESTART_BUSY_MS)
        self._wanted = threading.Event()
        self._stopping = False
        self._seen = 0
        self._next = CHECKPOINT_PAGES
        self._on_broken: Callable[[Broken], None] = lambda broken: None
        writer.set_wal_hook(self._grown)
        self._thread = threading.Thread(target=self._work, name="store-checkpoint", daemon=True)

    def start(self, on_broken: Callable[[Broken], None]) -> None:
        """Begin; `on_broken` is called if the file cannot be trusted any more."""
        self._on_broken = on_broken
        self._thread.start()

    def _grown(self, connection: apsw.Connection, schema: str, pages: int) -> int:
        """The WAL holds so many pages after a commit (called on the writer's thread)."""
        if pages < self._seen:  # It has begun again.
            self._next = CHECKPOINT_PAGES
        self._seen = pages
        if pages >= self._next:
            self._next = pages + CHECKPOINT_PAGES
            self._wanted.set()
        return apsw.SQLITE_OK

    def close(self) -> None:
        """Stop, after what is under way."""
        self._stopping = True
        # A sweep may take long; the next start begins it anew.
        self._files.sweep_bytes = 0
        self._wanted.set()
        self._thread.join()
        with self._using:
            self._mover.close()
            self._sweeper.close()
            self._files.close()

    def _work(self) -> None:
        while self._wanted.wait() and not self._stopping:
            self._wanted.clear()
            try:
                with told_apart(), self._using:
                    self._checkpoint()
            except Full:
                pass  # Everything is in the WAL, which stays as it is until there is room again.
            except Broken as broken:
                self._on_broken(broken)
                return

    def sweep(self) -> bool:
        """Go through the whole file and empty the gaps of its pages, from any thread.

        Nobody waits for this: commits go into the WAL meanwhile, and readers do not look there.

        Returns:
            Whether it was gone through. It is not where a reader or another process keeps this
            checkpoint from moving anything, or there was nothing to move.
        """
        with self._using:
            if self._stopping:
                return False
            self._files.swept = False
            self._files.sweep_bytes = self._sweeper.pragma("page_size")
            try:
                self._sweeper.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
                # Commits went on; what they wrote is moved now and not in `truncate`.
                self._sweeper.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            except apsw.BusyError:
                return False  # Another process moves the WAL right now.
            finally:
                self._files.sweep_bytes = 0
            return self._files.swept

    def truncate(self) -> bool:
        """Empty the WAL, from the writer's thread, so that nobody of this process writes meanwhile.

        Everybody's cache of pages is void with that, and with it what stood in their gaps.

        Returns:
            Whether it is empty; False if a reader still needs it, or somebody else writes.
        """
        with self._using:
            self._sweeper.set_busy_timeout(TRUNCATE_BUSY_MS)
            try:
                self._sweeper.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            except apsw.BusyError:
                return False
            finally:
                self._sweeper.set_busy_timeout(RESTART_BUSY_MS)
            return True

    def _checkpoint(self) -> None:
        if self._move() < RESTART_PAGES:
            return
        try:
            # What is left to move are a few pages, and nobody knows whether they hold anything.
            self._sweeper.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
        except apsw.BusyError:
            pass  # A reader took too long; the next growth tries again.

    def _move(self) -> int:
        """Move what can be moved; how many pages the WAL has.

        Behind a sweep, until the WAL is empty, no page with anything in its gap may come into the
        file, whoever swept. What the plain way moves is older than any erasure that is not done:
        while we still read at the moment of the look, nothing that came later can be moved.
        """
        with self._reading():
            if not self._sweeper.execute(SQL.any_erasure).get:
                return self._mover.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)[0]
        return self._sweeper.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)[0]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        self._sweeper.execute("BEGIN")
        try:
            yield
        finally:
            self._sweeper.execute("ROLLBACK")
