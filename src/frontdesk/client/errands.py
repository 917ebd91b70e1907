"""Has something done, once, whatever happens to lines: attempts under one key until an answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from frontdesk.client.backoff import Backoff
from frontdesk.client.failures import WAITED_OUT, Lost, NoAnswer, Refused, cause
from frontdesk.client.timing import Timing, now_ms

T = TypeVar("T")


async def until_answered(
    attempt: Callable[[], Awaitable[T]],
    timing: Timing,
    *,
    url: str,
    name: str,
    key: str | None,
    deadline_ms: int | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """Ask until there is an answer; wait out what passes.

    Args:
        url: of the server, to be named where there is no answer.
        deadline_ms: for all attempts and pauses together; `timing.patience_ms` if None. No pause
            goes beyond it.

    Raises:
        Refused: the server says no, and has not done it.
        NoAnswer: the deadline is over; it says whether it may have been done.
    """
    backoff = Backoff(timing)
    until_ms = now_ms() + (timing.patience_ms if deadline_ms is None else deadline_ms)
    in_doubt, why = False, ""
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
            # Whoever was reached may have done it: from now on even a refusal for being too fast
            # leaves open what became of it.
            in_doubt, why = in_doubt or lost.reached, cause(lost)
            least_ms = lost.after_ms
        pause_ms = backoff.next_ms(least_ms)
        if now_ms() + pause_ms > until_ms:
            if refusal is not None and not in_doubt:
                raise refusal
            raise NoAnswer(name, key, url=url, why=why, in_doubt=in_doubt)
        await pause(pause_ms / 1000)
