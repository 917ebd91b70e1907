"""What everything in a simulation shares: chance, time, the weather, and what was found wrong."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from tests.simulation.loop import Life, Loop
from tests.simulation.trace import Trace

T = TypeVar("T")


class World:
    """One seed's. While it is `calm`, no line breaks and no disk fails."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.loop = Loop(self.chance, disorder=self.chance.random() < 0.25)
        self.trace = Trace(self.loop.time)
        self.calm = False
        self._closing = asyncio.Event()
        # Ends of lines whose clients have not noticed yet that they are dead.
        self.half_open: list[Callable[[], None]] = []
        self.findings: list[str] = []
        self._numbers = 0
        self._lives: list[Life] = []
        # What happens outside of every process.
        self._nature = self.life()

    @property
    def now(self) -> float:
        """Seconds since the world began."""
        return self.loop.time()

    def note(self, what: str) -> None:
        """This happens."""
        self.trace.note(what)

    def found(self, what: str) -> None:
        """A promise is broken."""
        self.note(f"FOUND {what}")
        self.findings.append(what)

    def fate(self, chances: Mapping[str, int]) -> str:
        """One of these, each with its chance of a thousand; or "", also when it is calm."""
        if self.calm:
            return ""
        drawn = self.chance.random() * 1_000
        for fate, chance in chances.items():
            drawn -= chance
            if drawn < 0:
                return fate
        return ""

    def beside(self, coroutine: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Something that goes on whatever process lives or dies."""
        return self._nature.begin(coroutine)

    def life(self) -> Life:
        """One that ends with the world, if not before."""
        life = Life()
        self._lives.append(life)
        return life

    async def end(self) -> None:
        """Let nothing go on."""
        for life in self._lives:
            await life.end()

    def number(self) -> int:
        """One that nobody has had."""
        self._numbers += 1
        return self._numbers

    async def pause(self, mean_s: float) -> None:
        """Wait for about so long."""
        await asyncio.sleep(self.chance.expovariate(1 / mean_s))

    @property
    def is_closing(self) -> bool:
        """Whether it is closing time: people finish what they do, and begin nothing new."""
        return self._closing.is_set()

    async def closes_within(self, mean_s: float) -> bool:
        """Wait for about so long, or until closing time; whether it is that."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.chance.expovariate(1 / mean_s)):
                await self._closing.wait()
        return self._closing.is_set()

    def close(self) -> None:
        """It is closing time, and the weather clears up: whoever has a dead line finds out."""
        self.note("it is closing time")
        self.calm = True
        self._closing.set()
        for notice in self.half_open:
            notice()
        self.half_open.clear()
