"""What stands in the answers about keys of sites, key by key; as `forms.py` for all else."""

from typing import Literal

from msgspec import Struct


class KeySeen(Struct, frozen=True):
    """A key with which a site vouches for guests. Times are Unix timestamps, the last to a minute.

    Its secret was shown when it was made, and never again.
    """

    id: str
    label: str
    created: int
    last_used: int | None


class KeyMade(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="success"
):
    """There is a key `id`, and this is its `secret`, to be seen this once.

    With the characters of the secret, as they are, the site signs who a guest is.
    """

    success: str
    code: Literal["make_key"]
    id: str
    secret: str
    replayed: bool = False
