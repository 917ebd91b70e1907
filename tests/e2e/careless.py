"""Frontdesk with bugs that repeat what they met: the program, and errors for who asks for them.

    python careless.py serve --data-dir ...
    python careless.py --tells serve --data-dir ...

A message with one of the words below makes its handler fail, the desk, or whoever is told of it.
With `--tells` the texts of all errors are logged, which the program takes care not to do.
"""

import sys
from collections.abc import Callable
from typing import Any

from frontdesk.cli import traces
from frontdesk.cli.main import main
from frontdesk.engine import batches
from frontdesk.web import room_api, sse, websocket

HANDLER, DESK, STREAM = "fail-in-the-handler", "fail-at-the-desk", "fail-in-the-stream"


def failing(does: Callable[..., Any], word: str, error: type[Exception]) -> Callable[..., Any]:
    """The same, but it fails where this word comes in, and says what came in."""

    def fails(*what: Any, **how: Any) -> Any:
        met = f"{what} {[getattr(one, name, None) for one in what for name in ('body', 'event')]}"
        if word in met:
            raise error(met)
        return does(*what, **how)

    return fails


def plant(module: Any, name: str, word: str, error: type[Exception]) -> None:
    """Put the bug where the program finds it."""
    setattr(module, name, failing(getattr(module, name), word, error))


if __name__ == "__main__":
    if sys.argv[1] == "--tells":
        sys.argv.pop(1)
        vars(traces)["_text"] = str
    plant(room_api, "clean_body", HANDLER, ValueError)
    plant(batches, "decide", DESK, KeyError)
    plant(websocket, "line_for", STREAM, LookupError)
    plant(sse, "line_for", STREAM, UnicodeError)
    main()
