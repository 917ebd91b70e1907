"""What browsers load, as the clients' sources were built into it: `assets/` beside this file.

Read and compressed once, when first asked for; the hash of a file is a part of its address, so that
a browser may keep it for good and still never has an old one.
"""

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files

from msgspec import Struct

# Enough that two versions never meet, and short enough to be read.
HASH_CHARS = 16


class Asset(Struct, frozen=True):
    """One file. `hash` is that of what it holds."""

    plain: bytes
    compressed: bytes
    hash: str


@cache
def asset(name: str) -> Asset:
    """The file of this name, which is ours and never out of a request."""
    plain = files("frontdesk.web").joinpath("assets", name).read_bytes()
    return Asset(plain, gzip.compress(plain, mtime=0), sha256(plain).hexdigest()[:HASH_CHARS])
