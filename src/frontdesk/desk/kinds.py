"""What may stand in a setting: one set of rules for what somebody types and for what comes as JSON.

Each kind reads a text (`read`), checks a value (`check`), and says in words what it takes
(`wanted`). Both raise ValueError with those words. Nothing here may import more than the standard
library: the command line reads it before every command.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from frontdesk.desk.fields import Fields, is_plain
from frontdesk.desk.sites import Sites

Value = bool | int | str

# More digits than any bound has; what is longer is refused unread, since reading a number of a
# million digits takes seconds.
DIGITS_MOST = 18

_COLOR = re.compile("#[0-9a-f]{6}")


class Whole(NamedTuple):
    """A whole number from `least` to `most`."""

    least: int
    most: int

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return f"a whole number from {self.least} to {self.most}"

    def read(self, written: str) -> int:
        """The number that somebody typed."""
        digits = written.strip()
        if not digits.isascii() or not digits.isdigit() or len(digits) > DIGITS_MOST:
            raise ValueError(self.wanted)
        return self.check(int(digits))

    def check(self, value: object) -> int:
        """The number, if it is one and within bounds; a boolean is none."""
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValueError(self.wanted)
        return value


class Switch(NamedTuple):
    """Yes or no."""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return "yes or no"

    def read(self, written: str) -> bool:
        """What somebody typed."""
        word = written.strip().lower()
        if word in ("1", "true", "yes", "on"):
            return True
        if word in ("0", "false", "no", "off"):
            return False
        raise ValueError(self.wanted)

    def check(self, value: object) -> bool:
        """The boolean, if it is one; a number is none."""
        if type(value) is not bool:
            raise ValueError("true or false")
        return value


class Choice(NamedTuple):
    """One of a few words."""

    options: tuple[str, ...]

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return " or ".join(self.options)

    def read(self, written: str) -> str:
        """What somebody typed."""
        return self.check(written.strip().lower())

    def check(self, value: object) -> str:
        """The word, if it is one of them."""
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(self.wanted)
        return value


class Text(NamedTuple):
    """A text of up to `most` characters that all can see: one line, or `lines`."""

    most: int
    lines: bool = False

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return f"{'a text' if self.lines else 'one line'} of up to {self.most} characters"

    def read(self, written: str) -> str:
        """What somebody typed; `\\n` is the end of a line where there may be several."""
        return self.check(written.replace("\\n", "\n") if self.lines else written)

    def check(self, value: object) -> str:
        """The text in Unicode's form NFC, without spaces around it, if it is one."""
        # Normalising takes time in the length; no form of so many has ten times as many.
        if not isinstance(value, str) or len(value) > 10 * self.most:
            raise ValueError(self.wanted)
        text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()
        if len(text) > self.most or not is_plain(text, "\n" if self.lines else ""):
            raise ValueError(self.wanted)
        return text


class Color(NamedTuple):
    """A colour, or none in particular."""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return "a colour such as #1a7f5c, or nothing"

    def read(self, written: str) -> str:
        """What somebody typed."""
        return self.check(written.strip())

    def check(self, value: object) -> str:
        """The colour in small letters, if it is one."""
        if not isinstance(value, str) or not (value == "" or _COLOR.fullmatch(value.lower())):
            raise ValueError(self.wanted)
        return value.lower()


Kind = Whole | Switch | Choice | Text | Color | Sites | Fields


def hint(name: str, known: Iterable[str], prefix: str = "") -> str:
    """Which name was meant instead of this one, or else which there are."""
    names = list(known)
    near = get_close_matches(name, names, 1)
    words = "Did you mean" if near else "There are"
    return f"{words}: {', '.join(prefix + one for one in near or names)}."
