"""What `doctor` says of each thing that it looks at."""

from typing import Literal

from msgspec import Struct


class Finding(Struct, frozen=True, omit_defaults=True):
    """One thing that was looked at.

    Args:
        what: in a word or two.
        state: `look` works, and may not for long or for everybody.
        says: what was found; a sentence.
        do: what to do about it; empty where nothing is to be done.
    """

    what: str
    state: Literal["good", "look", "bad"]
    says: str
    do: str = ""
