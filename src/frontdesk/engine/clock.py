"""What time it is: really, or as a test says."""

import asyncio
import time


class SystemClock:
    """Real time, carried by the monotonic clock from where it starts.

    So it never goes back, and it does not jump when somebody sets the machine's clock: a deadline
    of two minutes takes two minutes.

    Args:
        not_before_ms: the last time that anybody has written down; the machine's clock may have
            been set back since.
    """

    def __init__(self, not_before_ms: int = 0) -> None:
        self._base_ms = max(self.wall_ms(), not_before_ms) - self.monotonic_ms()

    def now_ms(self) -> int:
        return self._base_ms + self.monotonic_ms()

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000

    async def sleep_until(self, at_ms: int) -> None:
        # One sleep and a millisecond: the loop's clock is the monotonic one too.
        await asyncio.sleep(max(0, at_ms - self.now_ms() + 1) / 1000)

    def not_before(self, at_ms: int) -> None:
        """Somebody has written down this time, so it is at least that late."""
        self._base_ms = max(self._base_ms, at_ms - self.monotonic_ms())


class HandClock:
    """Time that stands still until it is moved by hand. For tests and demonstrations.

    Args:
        ahead_ms: how far it is ahead of the machine's clock, which was set back after the start.
    """

    def __init__(self, now_ms: int = 1_700_000_000_000, ahead_ms: int = 0) -> None:
        self.ahead_ms = ahead_ms
        self._now_ms = now_ms
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        return self._now_ms

    def wall_ms(self) -> int:
        return self._now_ms - self.ahead_ms

    def monotonic_ms(self) -> int:
        return self._now_ms

    async def sleep_until(self, at_ms: int) -> None:
        if at_ms <= self._now_ms:
            return
        future = asyncio.get_running_loop().create_future()
        self._sleepers.append((at_ms, future))
        await future

    def not_before(self, at_ms: int) -> None:
        self.advance(max(0, at_ms - self._now_ms))

    def advance(self, ms: int) -> None:
        """Let so much time pass."""
        self._now_ms += ms
        due = [future for at, future in self._sleepers if at <= self._now_ms]
        self._sleepers = [row for row in self._sleepers if row[0] > self._now_ms]
        for future in due:
            if not future.done():
                future.set_result(None)
