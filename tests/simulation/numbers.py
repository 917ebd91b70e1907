"""Numbers that are made small, so that what comes after hours in a server comes in every seed."""

import contextlib
import random
import secrets
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from frontdesk.engine import desks, engine, listening
from frontdesk.feed import reader
from frontdesk.store import looking

# Where each number is used, and what it may be instead.
SMALL: list[tuple[tuple[ModuleType, ...], str, tuple[int, ...]]] = [
    ((desks,), "RING_ENTRIES", (8, 40, 10_000)),
    ((desks,), "PAGE", (3, 20, 1_000)),
    ((desks,), "CHECKPOINT_ENTRIES", (15, 60, 5_000)),
    ((reader, listening), "LINES", (2, 6, 200)),
    ((looking,), "WINDOW", (7, 50, 2_000)),
    ((engine,), "LOOK_MS", (200, 1_000)),
]


@contextlib.contextmanager
def small_numbers(chance: random.Random) -> Iterator[None]:
    """Within this, the numbers are as the seed says, and so is all that is drawn at random."""
    with contextlib.ExitStack() as stack:
        for modules, name, choices in SMALL:
            value = chance.choice(choices)
            for module in modules:
                stack.enter_context(_put(module, name, value))
        drawn = random.getstate()
        stack.callback(random.setstate, drawn)
        random.seed(chance.random())
        stack.enter_context(_put(secrets, "token_hex", lambda size: chance.randbytes(size).hex()))
        stack.enter_context(_put(secrets, "token_bytes", chance.randbytes))
        yield


@contextlib.contextmanager
def _put(module: ModuleType, name: str, value: Any) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)
