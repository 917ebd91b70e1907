"""What is said of a setting that cannot be used."""

from collections.abc import Iterable
from difflib import get_close_matches


class BadSetting(Exception):
    """A setting cannot be used as it is; the message says which, why, and what may stand there."""


def hint(name: str, known: Iterable[str], prefix: str = "") -> str:
    """Which name was meant instead of this one, or else which there are."""
    names = list(known)
    near = get_close_matches(name, names, 1)
    words = "Did you mean" if near else "There are"
    return f"{words}: {', '.join(prefix + one for one in near or names)}."
