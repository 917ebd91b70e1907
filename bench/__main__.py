"""`python -m bench [SCENE ...]`: measure what is named, of `SCENES`, or all."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import uvloop

from bench import (
    checkpoints,
    history,
    hostile,
    messages,
    pages,
    purging,
    sign_ins,
    sockets,
    start,
    waiting,
)

SCENES: dict[str, Callable[[], Awaitable[None]]] = {
    "start": start.main,
    "messages": messages.main,
    "waiting": waiting.main,
    "history": history.main,
    "purging": purging.main,
    "hostile": hostile.main,
    "sign_ins": sign_ins.main,
    "checkpoints": checkpoints.main,
    "sockets": sockets.main,
    "pages": pages.main,
}


async def main() -> None:
    """Run what was named."""
    for name in sys.argv[1:] or list(SCENES):
        print(f"--- {name}", flush=True)
        await SCENES[name]()


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main())
