"""The fields that a desk adds to the form of the guests: `Order number`, `Plan* = Free | Paid`.

One a line. A `*` behind the label asks for an answer, and behind a `=` stand the answers to choose
from. What is given stands in `info`, under the label. Nothing here may import more than the
standard library: the command line reads it before every command.
"""

import unicodedata
from typing import NamedTuple

from frontdesk.desk.limits import INFO_KEY_CHARS

# Whoever wants help fills in a few lines, and not a questionnaire.
FIELDS_MOST = 6
OPTIONS_MOST = 20
OPTION_CHARS = 60

# No form that is good has more.
_CHARS_MOST = FIELDS_MOST * (INFO_KEY_CHARS + OPTIONS_MOST * (OPTION_CHARS + 3) + 8)

# In `info` these are the widget's own, or what a guest who leaves a message gives.
_TAKEN = frozenset({"browser", "contact", "page", "system"})

# What hides, or ends a line somewhere else. Emoji need their joiners (Cf), so those stay.
_UNSEEN = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})


class Field(NamedTuple):
    """One field of the form. No `options`: whatever one likes."""

    label: str
    required: bool = False
    options: tuple[str, ...] = ()


class Fields(NamedTuple):
    """Fields of a form, one a line; none at all is a form without them."""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        return (
            f"up to {FIELDS_MOST} lines such as Order number* or Plan = Free | Paid, each with a"
            f" name of its own of up to {INFO_KEY_CHARS} characters and up to {OPTIONS_MOST}"
            " choices"
        )

    def read(self, written: str) -> str:
        """What somebody typed; `\\n` is the end of a line too."""
        return self.check(written[: _CHARS_MOST + 1].replace("\\n", "\n"))

    def check(self, value: object) -> str:
        """The fields, one a line and evenly spaced, if they are such."""
        if not isinstance(value, str) or len(value) > _CHARS_MOST or not is_plain(value, "\r\n"):
            raise ValueError(self.wanted)
        text = unicodedata.normalize("NFC", value).replace("\r\n", "\n")
        fields = [
            self._field(line, n) for n, line in enumerate(text.split("\n"), 1) if line.strip()
        ]
        labels = {field.label.casefold() for field in fields}
        if len(fields) > FIELDS_MOST or len(labels) < len(fields) or labels & _TAKEN:
            raise ValueError(self.wanted)
        return "\n".join(_written(field) for field in fields)

    def _field(self, line: str, number: int) -> Field:
        field = _read(line)
        if not _is_good(field):
            raise ValueError(f"{self.wanted}; line {number} is none")
        return field


def listed(fields: str) -> tuple[Field, ...]:
    """The fields of a value that `Fields` has found good."""
    return tuple(map(_read, fields.split("\n"))) if fields else ()


def is_plain(text: str, also: str = "") -> bool:
    """Whether a text is one line that all can see, but for the signs in `also`."""
    return all(sign in also or unicodedata.category(sign) not in _UNSEEN for sign in text)


def _read(line: str) -> Field:
    before, chosen, after = line.partition("=")
    label = before.strip()
    options = tuple(_spaced(one) for one in after.split("|")) if chosen else ()
    return Field(_spaced(label.removesuffix("*")), label.endswith("*"), options)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _is_good(field: Field) -> bool:
    label, options = field.label, field.options
    is_named = len(label) <= INFO_KEY_CHARS and any(sign.isalnum() for sign in label)
    are_told = all(0 < len(one) <= OPTION_CHARS for one in options)
    are_few = len(set(options)) == len(options) <= OPTIONS_MOST
    return is_named and are_told and are_few and not set(label) & {"*", "|"}


def _written(field: Field) -> str:
    label = field.label + "*" * field.required
    return f"{label} = {' | '.join(field.options)}" if field.options else label
