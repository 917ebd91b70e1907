"""Traces as they are logged: where it happened and what kind of error it was, not what was in it.

The text of an error may repeat what it stumbled over: `KeyError` a name, `ValueError` a password,
a decoder the body of a request. So that text is left out, but for errors of which it is known that
their texts are about the machine or the code. The lines of a trace are of our own source.
"""

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

import apsw

from frontdesk.engine.ports import Broken, Full, Unsure

# What these say is the system's, the store's or our own: an errno, a table, a sentence.
TOLD = (AssertionError, OSError, MemoryError, RuntimeError, apsw.Error, Broken, Full, Unsure)

# An error that was met while another was handled, and so on. More tell nobody more.
CHAIN_MOST = 8

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def trace(exc_info: ExcInfo) -> str:
    """The trace of an error and of those that led to it, the first one first."""
    return "\n".join(part for error in reversed(list(_chain(exc_info[1]))) for part in _one(error))


def write_trace(out: TextIO, exc_info: ExcInfo) -> None:
    """The same, where a terminal is to have it."""
    out.write("\n" + trace(exc_info))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(CHAIN_MOST):
        if error is None:
            return
        yield error
        hidden = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or hidden


def _one(error: BaseException) -> Iterator[str]:
    lines = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield f"Traceback (most recent call last):\n{lines}" if lines else "Without a trace:"
    text = _text(error)
    yield type(error).__qualname__ + (f": {text}" if text else "")
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _one(inner)


def _text(error: BaseException) -> str:
    if isinstance(error, OSError):
        # Without the path that it may be about.
        return error.strerror or ""
    return str(error) if isinstance(error, TOLD) else ""
