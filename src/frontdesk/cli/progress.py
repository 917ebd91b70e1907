"""How far something has come that takes long, for whoever sits there."""

import sys
import time
from typing import Any

import click


class Bar:
    """A bar on stderr; called with what is done and what there is in all, in the same unit.

    Args:
        after_ms: what is done by then needs no bar.
    """

    def __init__(self, label: str, *, after_ms: int = 0) -> None:
        self._label = label
        self._shown_from = time.monotonic() + after_ms / 1000
        self._bar: Any = None
        self._done = 0

    def __call__(self, done: int, of: int) -> None:
        """Show so much."""
        if self._bar is None:
            if time.monotonic() < self._shown_from:
                return
            self._bar = click.progressbar(length=of, label=self._label, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(max(0, done - self._done))
        self._done = max(done, self._done)
        if done >= of:
            self._bar.__exit__(None, None, None)
