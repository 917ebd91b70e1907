"""What `doctor` and `config check` say of each thing that they look at."""

from typing import Literal

from msgspec import Struct

State = Literal["good", "look", "bad"]


class Finding(Struct, frozen=True, omit_defaults=True):
    """One thing that was looked at.

    Args:
        what: in a word or two.
        state: `look` works, and may not for long or for everybody.
        says: what was found; a sentence.
        do: what to do about it; empty where nothing is to be done.
    """

    what: str
    state: State
    says: str
    do: str = ""
