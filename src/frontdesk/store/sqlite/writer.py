"""The one thread that writes: jobs in, results out, one after the other.

A commit waits for a disk, which must not hold up the event loop, and SQLite has one writer
anyway. Whoever collects commands while a commit is under way (the engine) hands them over as the
next one; nothing lingers here. After `Broken` every later job is refused at once.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

import apsw

from frontdesk.engine.ports import Broken
from frontdesk.store.sqlite.failures import told_apart

T = TypeVar("T")
Job = Callable[[apsw.Connection], T]


class _Asked(NamedTuple):
    job: Job[Any]
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[Any]"


class Writer:
    """A connection and the thread that uses it. Call `close` from an event loop, once."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._broken: Broken | None = None
        self._closed = False
        # A daemon, so that a process which forgets to close still ends. What is under way then was
        # never acknowledged.
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        """Do this job in its turn; it has the connection to itself."""
        if self._broken is not None:
            raise self._broken
        if self._closed:
            raise RuntimeError("the store is closed")
        loop = asyncio.get_running_loop()
        asked = _Asked(job, loop, loop.create_future())
        self._asked.put(asked)
        result: T = await asked.answer
        return result

    def breaks(self, why: Broken) -> None:
        """Refuse every job from now on; from any thread."""
        self._broken = self._broken or why

    async def close(self) -> None:
        """Finish what was begun and close the connection."""
        if self._closed:
            return
        self._closed = True
        self._asked.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            result: object = None
            error: Exception | None = None
            try:
                if self._broken is not None:
                    raise self._broken
                with told_apart():
                    result = asked.job(self._connection)
            except Broken as broken:
                self.breaks(broken)
                error = broken
            except Exception as exception:
                error = exception
            try:
                asked.loop.call_soon_threadsafe(_settle, asked.answer, result, error)
            except RuntimeError:
                pass  # The loop is closed: nobody is left to be told.
        self._connection.close()


def _settle(answer: "asyncio.Future[Any]", result: object, error: Exception | None) -> None:
    if answer.done():  # Whoever asked has been cancelled; the job was done all the same.
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(result)
