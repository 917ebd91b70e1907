"""An event loop with a time of its own: where nothing is ready, it is the time of the next timer.

Nothing sleeps, nothing runs in a thread, and the same seed gives the same order of everything. Each
callback takes a moment, so that timers fall due in the middle of what has many steps; some seeds
also let the callbacks of one turn run in any order, which asyncio does not, but no promise to
anybody should rest on.
"""

import asyncio
import contextvars
import heapq
import itertools
import random
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# What one callback takes at most, in seconds.
CALLBACK_S = 0.000_05

# Whose life a task belongs to: a process that is killed takes all of its tasks with it.
LIFE: contextvars.ContextVar["Life | None"] = contextvars.ContextVar("life", default=None)


# Callbacks of one run; a seed takes about ten thousand.
CALLBACKS_MOST = 300_000


class Stuck(Exception):
    """Nothing is ready, and no timer is set: what is waited for never comes."""


class Endless(Exception):
    """There is always something to do, and no end to it."""


class Task(asyncio.Task[Any]):
    """A task whose place in a set does not depend on where it lies in memory."""

    number: int

    def __hash__(self) -> int:
        return self.number


class Life:
    """The tasks of one process."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []
        self._prune_at = 64

    def add(self, task: Task) -> None:
        """One more."""
        self._tasks.append(task)
        if len(self._tasks) >= self._prune_at:
            self._tasks = self.left()
            self._prune_at = 2 * len(self._tasks) + 64

    def left(self) -> list[Task]:
        """Those that have not ended, in the order in which they began."""
        return [task for task in self._tasks if not task.done()]

    async def end(self) -> None:
        """End all of them, whatever they do about it."""
        while left := self.left():
            for task in left:
                task.cancel()
            await asyncio.sleep(0)

    def begin(self, coroutine: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """A task of this process."""
        context = contextvars.copy_context()
        context.run(LIFE.set, self)
        return asyncio.get_running_loop().create_task(coroutine, context=context)


# Most of it is about sockets, processes and signals, of which there are none.
_Abstract: Any = asyncio.AbstractEventLoop


class Loop(_Abstract):  # type: ignore[misc]  # as above: it makes only what is asked of it
    """The loop. `unhandled` is what would have been printed and forgotten.

    Args:
        disorder: whether what is ready at once runs in any order.
    """

    def __init__(self, chance: random.Random, *, disorder: bool) -> None:
        self._chance = chance
        self._disorder = disorder
        self._now = 0.0
        self._ready: list[asyncio.Handle] = []
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._running = False
        self._numbers = itertools.count()
        self.unhandled: list[str] = []
        self.callbacks = 0

    # --- running ----------------------------------------------------------------------------

    def run_until_complete(self, future: Any) -> Any:
        """Run until this has ended.

        Raises:
            Stuck, Endless: it never will.
        """
        most = self.callbacks + CALLBACKS_MOST
        asyncio._set_running_loop(self)
        self._running = True
        try:
            task = asyncio.ensure_future(future, loop=self)
            while not task.done():
                self._turn()
                if self.callbacks > most:
                    raise Endless
            return task.result()
        finally:
            self._running = False
            asyncio._set_running_loop(None)

    def _turn(self) -> None:
        if not self._ready:
            self._jump()
        while self._timers and self._timers[0][0] <= self._now:
            self._ready.append(heapq.heappop(self._timers)[2])
        batch, self._ready = self._ready, []
        if self._disorder:
            self._chance.shuffle(batch)
        chance = self._chance.random
        for handle in batch:
            if not handle._cancelled:
                self._now += chance() * CALLBACK_S
                handle._run()
        self.callbacks += len(batch)

    def _jump(self) -> None:
        while self._timers and self._timers[0][2]._cancelled:
            heapq.heappop(self._timers)
        if not self._timers:
            raise Stuck
        self._now = max(self._now, self._timers[0][0])

    def time(self) -> float:
        return self._now

    def is_running(self) -> bool:
        return self._running

    def is_closed(self) -> bool:
        return False

    def get_debug(self) -> bool:
        return False

    # --- what asyncio asks of a loop ----------------------------------------------------------

    def call_soon(
        self, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._numbers), timer))
        return timer

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It stays where it is, and nothing comes of it."""

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(
        self, coro: Any, *, name: str | None = None, context: Any = None, **more: Any
    ) -> Any:
        life = context.get(LIFE) if context is not None else LIFE.get()
        task = Task.__new__(Task)
        task.number = next(self._numbers)
        task.__init__(coro, loop=self, name=name, context=context)  # type: ignore[misc]  # counted first: its set of all tasks asks for the hash
        if life is not None:
            life.add(task)
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.unhandled.append(f"{context.get('message')}: {error!r}")

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        raise AssertionError("threads are not simulated")
