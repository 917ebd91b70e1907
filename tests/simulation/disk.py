"""A disk that is slow, full, silent or broken as the seed says, and never forgets what it has said.

`Disk` is what outlives the process; each process has a `Drive` of its own to it. A call takes time
before and after it has its effect, so a process that is killed in between has written, or has not.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from frontdesk.desk.ids import MAIN
from frontdesk.engine.ports import Appended, Batch, Broken, Full, Kept, Outcome, Unsure
from frontdesk.store.memory import MemoryStore
from tests.simulation.world import World

# Seconds that a commit takes before it has its effect and behind it, and a look: on one disk or
# another, and now and then.
COMMIT_S = (0.000_1, 0.001, 0.004)
READ_S = (0.000_5, 0.005, 0.05)
SLOW_S = 1.5
# An append of unknown outcome may still be on its way for so long.
LATE_S = 0.06
# What may become of a commit while the weather is bad, each with its chance of a thousand.
FATES = {"slow": 20, "done, unsaid": 10, "not done, unsaid": 10, "late, unsaid": 10, "broken": 1}


class Disk:
    """What is kept. `appends` are the times and last offsets of all that was appended."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.platter = MemoryStore()
        self.commit_s = world.chance.choice(COMMIT_S)
        self.read_s = world.chance.choice(READ_S)
        self.full = False
        # When it was last too full, or too slow, for anything to be heard in time.
        self.held_up = 0.0
        self.appends: list[tuple[float, int]] = []
        self._drives: list[Drive] = []

    def drive(self) -> "Drive":
        """For one process."""
        drive = Drive(self)
        self._drives.append(drive)
        return drive

    def unplug(self, drive: "Drive") -> None:
        """Its process is gone."""
        self._drives.remove(drive)

    async def write(self, by: "Drive", batches: Sequence[Batch], together: bool) -> list[Outcome]:
        """The effect of a commit, at this very moment."""
        outcomes = await self.platter.commit(batches, together=together)
        said = " ".join(
            f"{batch.after}+{len(batch.entries)}:{type(outcome).__name__}"
            for batch, outcome in zip(batches, outcomes, strict=True)
        )
        self.world.note(f"disk  {said}")
        if any(isinstance(outcome, Appended) for outcome in outcomes):
            for other in self._drives:
                other.news |= other is not by
        for batch, outcome in zip(batches, outcomes, strict=True):
            if isinstance(outcome, Appended) and batch.entries and batch.desk == MAIN:
                self.appends.append((self.world.now, outcome.last))
        return outcomes

    def appended_at(self, offset: int) -> float:
        """When this entry was."""
        place = bisect_left(self.appends, offset, key=lambda append: append[1])
        return self.appends[place][0]

    async def log(self) -> list[Kept]:
        """All of the main desk's."""
        return await self.platter.read(MAIN, 0, 1_000_000)


class Drive:
    """A process's way to the disk: a `Store`. What only reads goes by `__getattr__`."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._world = disk.world
        self.news = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._disk.platter, name)

        async def slowly(*args: Any, **more: Any) -> Any:
            before = self._world.chance.random() < 0.5
            if before:
                await self._takes(self._disk.read_s)
            found = await call(*args, **more)
            if not before:
                await self._takes(self._disk.read_s)
            return found

        setattr(self, name, slowly)
        return slowly

    async def _takes(self, most_s: float) -> None:
        await asyncio.sleep(self._world.chance.random() * most_s)

    async def changed(self) -> bool:
        """Whether somebody else has committed since the last call."""
        news, self.news = self.news, False
        return news

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        """As the port says, and as the weather is."""
        fate = self._world.fate(FATES)
        await self._takes(SLOW_S if fate == "slow" else self._disk.commit_s)
        if fate == "slow" or self._disk.full:
            self._disk.held_up = self._world.now
        if self._disk.full:
            raise Full
        if fate == "not done, unsaid":
            self._world.note("disk  says nothing, and has not written")
            raise Unsure
        if fate == "late, unsaid":
            self._world.note("disk  says nothing, and writes later")
            _ = self._world.beside(self._late(batches, together))
            raise Unsure
        if fate == "broken" and self._world.chance.random() < 0.5:
            raise Broken
        outcomes = await self._disk.write(self, batches, together)
        if fate == "done, unsaid":
            self._world.note("disk  says nothing, and has written")
            raise Unsure
        if fate == "broken":
            raise Broken
        await self._takes(self._disk.commit_s)
        return outcomes

    async def _late(self, batches: Sequence[Batch], together: bool) -> None:
        await self._takes(LATE_S)
        await self._disk.write(self, batches, together)
