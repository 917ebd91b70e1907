"""Has something done, once, whatever happens to lines: attempts under one key until an answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from frontdesk.client.backoff import Backoff
from frontdesk.client.failures import WAITED_OUT, Lost, NoAnswer, Refused
from frontdesk.client.timing import Timing, now_ms

T = TypeVar("T")


async def until_answered(
    attempt: Callable[[], Awaitable[T]],
    timing: Timing,
    *,
    name: str,
    key: str | None,
    deadline_ms: int | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """Ask until there is an answer; wait out what passes.

    Args:
        deadline_ms: for all attempts and pauses together; `timing.patience_ms` if None. No pause
            goes beyond it.

    Raises:
        Refused: the server says no, and has not done it.
        NoAnswer: the deadline is over, and it may have been done.
    """
    backoff = Backoff(timing)
    until_ms = now_ms() + (timing.patience_ms if deadline_ms is None else deadline_ms)
    in_doubt = False
    refusal: Refused | None
    while True:
        refusal, least_ms = None, 0
        try:
            return await attempt()
        except Refused as refused:
            if refused.code not in WAITED_OUT:
                raise
            least_ms, refusal = refused.retry_after_ms, refused
        except Lost as lost:
            # From now on even a refusal for being too fast leaves open what became of it.
            least_ms, in_doubt = lost.after_ms, True
        pause_ms = backoff.next_ms(least_ms)
        if now_ms() + pause_ms > until_ms:
            raise NoAnswer(name, key) if in_doubt or refusal is None else refusal
        await pause(pause_ms / 1000)
