"""How fast people are: they read, think and type. All of it in milliseconds of the play's own time.

Nothing else in this room waits for time to pass.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

# People who chat for a living type about as fast as that, and nobody watches a longer sentence
# being typed than one of so many seconds.
CHAR_TYPED_MS = 55
TYPED_MOST_MS = 7_000
# What was said last is read before it is answered.
CHAR_READ_MS = 22
READ_LEAST_MS = 900
READ_MOST_MS = 4_000


class Pace:
    """Time that passes `speed` times as fast as it does.

    Args:
        sleep: waits so many seconds, and `clock` counts them; in tests, of themselves.
    """

    def __init__(
        self,
        speed: float = 1.0,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.speed = speed
        self._sleep = sleep
        self._clock = clock

    async def rest(self, ms: float) -> None:
        """Let so much of the play's time pass."""
        await self._sleep(ms / 1000 / self.speed)

    def seconds(self, ms: float) -> float:
        """How many seconds of everybody's time that is."""
        return ms / 1000 / self.speed

    def now_ms(self) -> int:
        """The play's time, from no moment in particular on."""
        return int(self._clock() * 1000 * self.speed)


def typing_ms(text: str) -> int:
    """How long somebody types this."""
    return min(TYPED_MOST_MS, CHAR_TYPED_MS * len(text))


def reading_ms(text: str) -> int:
    """How long somebody reads this."""
    return max(READ_LEAST_MS, min(READ_MOST_MS, CHAR_READ_MS * len(text)))
