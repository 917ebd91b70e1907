"""What browsers load, as the clients' sources were built into it: `assets/` beside this file.

Read at the start, since a newer version may be laid over them while this one serves, and compressed
when first asked for. The hash of a file is a part of its address, so that a browser may keep it for
good and still never has an old one.
"""

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files

from msgspec import Struct

# Enough that two versions never meet, and short enough to be read.
HASH_CHARS = 16


# What asks for the next file by its place beside it: with one hash for all, it gets that of its own
# version or none.
CONSOLE = ("console.js", "console-chunk.js", "console-admin.js", "console.css")
PANEL = ("panel.js", "panel-fallbacks.js")

FILES = {one.name: one.read_bytes() for one in files("frontdesk.web").joinpath("assets").iterdir()}


class Asset(Struct, frozen=True):
    """One file. `hash` is that of what it holds, or of all the files that it belongs to."""

    plain: bytes
    compressed: bytes
    hash: str


@cache
def asset(name: str) -> Asset:
    """The file of this name, which is ours and never out of a request."""
    plain = FILES[name]
    together = next((some for some in (CONSOLE, PANEL) if name in some), (name,))
    hashed = sha256(b"".join(FILES[one] for one in together))
    return Asset(plain, gzip.compress(plain, mtime=0), hashed.hexdigest()[:HASH_CHARS])
