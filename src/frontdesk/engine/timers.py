"""The one timer of a desk, and what time brings about: deadlines, lapsed lines, signals.

A desk's deadlines are data (`State.due`); this arms one timer for the earliest of all that is due
and sends `Tick`. Lines that fall silent and come back become commands here too.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog

from frontdesk.desk.commands import Command, LoseLine, RestoreLine, Tick
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.desk.refusals import Refused
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Clock

log = structlog.get_logger()

# After what was refused (the disk is full, say) and has to be: long enough not to spin.
RETRY_MS = 1_000

Submit = Callable[[Live, Command], Awaitable[object]]


class Errands:
    """Things that are done beside everything else, and whose refusal is nobody's to hear."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, errand: Callable[[], Awaitable[None]]) -> None:
        """Do this soon."""
        task = asyncio.create_task(self._quietly(errand))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, errand: Callable[[], Awaitable[None]]) -> None:
        with contextlib.suppress(Refused):
            await errand()

    async def stop(self) -> None:
        """Give up what is not done."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Timer:
    """The timer of one desk."""

    def __init__(self, live: Live, clock: Clock, submit: Submit, errands: Errands) -> None:
        self._live = live
        self._clock = clock
        self._submit = submit
        self._errands = errands
        self._kicked = asyncio.Event()
        # Whose return is being written down, so that it is not written down twice.
        self._restoring: set[PersonId] = set()

    def kick(self) -> None:
        """Something has changed: look again at what is due."""
        self._kicked.set()

    async def run(self) -> None:
        """Keep time for as long as the process lives."""
        live = self._live
        while True:
            self._kicked.clear()
            now_ms = self._clock.now_ms()
            due = live.next_due()
            if due is None or due > now_ms:
                await self._until(due)
                continue
            live.tell_places(now_ms)
            live.expire_typing(now_ms)
            for person in live.presence.lapsed(now_ms):
                self._errands.run(partial(self._lose, person))
            deadline = next_deadline(live.state)
            if deadline is not None and deadline <= now_ms:
                try:
                    await self._submit(live, Tick())
                except Exception as why:
                    _note(why, "tick", self._live.state.id)
                    await self._until(now_ms + RETRY_MS)

    async def _until(self, due: int | None) -> None:
        """Return when kicked, or when it is due."""
        kicked = asyncio.ensure_future(self._kicked.wait())
        waits: list[asyncio.Future[Any]] = [kicked]
        if due is not None:
            waits.append(asyncio.ensure_future(self._clock.sleep_until(due)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def restore(self, person: PersonId) -> None:
        """This person is there; if the log says otherwise, have it say so."""
        if self._live.is_absent(person) and person not in self._restoring:
            self._restoring.add(person)
            self._errands.run(partial(self._restore, person))

    async def _restore(self, person: PersonId) -> None:
        try:
            while self._live.presence.alive(person):
                try:
                    await self._submit(self._live, RestoreLine(person))
                    return
                except Exception as why:
                    _note(why, "restore line", self._live.state.id)
                    # A reader may live for hours and never ask again, so this has to.
                    await self._clock.sleep_until(self._clock.now_ms() + RETRY_MS)
        finally:
            self._restoring.discard(person)

    async def _lose(self, person: PersonId) -> None:
        if self._live.presence.alive(person) or self._live.is_absent(person):
            return
        try:
            await self._submit(self._live, LoseLine(person))
        except Exception as why:
            _note(why, "lose line", self._live.state.id)
            # Nobody else will say it; so it lapses once more.
            self._live.presence.seen(person, self._clock.now_ms())
            self.kick()
            return
        if self._live.presence.alive(person):
            # Somebody came back while this was being written down.
            self.restore(person)


def _note(why: Exception, what: str, desk: DeskId) -> None:
    """A refusal is tried again, and no more to be said of it; a bug of ours is."""
    if not isinstance(why, Refused):
        log.error("fault", what=what, desk=desk, exc_info=why)
