"""Connections that only read, in a few threads, so that reading never holds up a commit.

In WAL mode a reader sees the file as of the start of its transaction, whatever is written
meanwhile. A job must end soon: as long as it reads, the WAL cannot begin again.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

import apsw

from frontdesk.store.sqlite.connect import Database
from frontdesk.store.sqlite.failures import told_apart

T = TypeVar("T")

# One for the many short questions while another answers a long one. More would only compete for
# the interpreter.
READERS = 2


class Readers:
    """A few connections and as many threads."""

    def __init__(self, database: Database) -> None:
        self._idle: SimpleQueue[apsw.Connection] = SimpleQueue()
        for _ in range(READERS):
            connection = database.connect()
            connection.execute("PRAGMA query_only = ON")
            self._idle.put(connection)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def run(self, job: Callable[[apsw.Connection], T]) -> T:
        """Do this job on one state of the file."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._do, job)

    def _do(self, job: Callable[[apsw.Connection], T]) -> T:
        connection = self._idle.get()
        try:
            with told_apart():
                connection.execute("BEGIN")
                try:
                    return job(connection)
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
        finally:
            self._idle.put(connection)

    async def close(self) -> None:
        """Finish what was begun and close the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        while not self._idle.empty():
            self._idle.get().close()
