"""What has happened, line by line: its end for people, and a hash of all of it for machines."""

import hashlib
from collections import deque
from collections.abc import Callable

# Lines that are shown of a seed that has failed.
SHOWN = 40


class Trace:
    """Lines with their times, in seconds of the simulated clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._hash = hashlib.sha256()
        self._last: deque[str] = deque(maxlen=SHOWN)
        self.steps = 0

    def note(self, what: str) -> None:
        """This happens now."""
        line = f"{self._now():9.4f}  {what}"
        self.steps += 1
        self._hash.update(line.encode() + b"\n")
        self._last.append(line)

    @property
    def digest(self) -> str:
        """The same for the same happenings, to the byte."""
        return self._hash.hexdigest()

    @property
    def end(self) -> str:
        """The last lines."""
        return "\n".join(self._last)
