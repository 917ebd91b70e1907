"""What may become of a command or a feed besides what was wanted: a closed list.

`Refused`, `NoAnswer` and `HungUp` are for callers. `Lost` and `Ended` stay within this room: they
say how an attempt or a line ended, and the loops around them try again.
"""

import os
from socket import gaierror
from ssl import SSLError
from typing import Any


class Refused(Exception):
    """The server said no, and changed nothing.

    Args:
        code: from the closed list in protocol §7, or `http <status>` of what is not Frontdesk.
        sentence: for people.
        retry_after_ms: when to ask again; 0 where waiting does not help.
    """

    def __init__(self, code: str, sentence: str, retry_after_ms: int = 0) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.retry_after_ms = retry_after_ms


class NoAnswer(Exception):
    """No answer came in time. The same `command` with the same `key` asks again, and does it once.

    Args:
        name: of the command.
        url: of the server that was asked.
        why: the last attempt came to nothing.
        in_doubt: whether it may have been done. It was not if nobody was reached at all.
    """

    def __init__(self, name: str, key: str | None, *, url: str, why: str, in_doubt: bool) -> None:
        super().__init__(f"no answer to {name} from {url}: {why}")
        self.name = name
        self.key = key
        self.url = url
        self.why = why
        self.in_doubt = in_doubt


class HungUp(Exception):
    """The server ended the feed and said not to come back, for a reason that is our fault."""


class Lost(Exception):
    """A connection is broken, or there was none. What it carried may have been done.

    Args:
        reached: false where there was nobody at all, which no other transport would change.
        after_ms: when to try again at the earliest, if somebody said so.
    """

    def __init__(self, what: str, *, reached: bool = True, after_ms: int = 0) -> None:
        super().__init__(what)
        self.reached = reached
        self.after_ms = after_ms


class Ended(Exception):
    """The server ended a line, and said why and what to do then (protocol §7)."""

    def __init__(self, why: str, *, come_back: bool, after_ms: int) -> None:
        super().__init__(why)
        self.why = why
        self.come_back = come_back
        self.after_ms = after_ms


# Of refusals, those that waiting mends.
WAITED_OUT = frozenset({"too_fast", "overloaded"})


def cause(lost: Lost) -> str:
    """Why, in the words of the system, such as `Connection refused`, or else in the library's."""
    error: BaseException | None = lost
    while error is not None:
        if isinstance(error, gaierror | SSLError):
            return str(error.strerror)
        if isinstance(error, OSError) and error.errno:
            return os.strerror(error.errno)
        if isinstance(error, TimeoutError):
            return "it took too long"
        # The library hides some causes (`from None`), but for the context.
        error = error.__cause__ or error.__context__
    return str(lost)


def failure(told: dict[str, Any]) -> Refused | Lost:
    """What an `error` says (protocol §7).

    Nobody knows how far the server came before a fault: it is no refusal.
    """
    if told.get("code") == "fault":
        return Lost("a fault of the server's")
    retry_after_ms = int(told.get("retry_after", 0)) * 1000
    return Refused(str(told.get("code", "")), str(told.get("error", "")), retry_after_ms)
