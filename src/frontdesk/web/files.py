"""Files that browsers load, as answers: compressed where they are taken so, and kept for good."""

from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.assets import Asset, asset
from frontdesk.web.identity import header
from frontdesk.web.reply import Reply, Scope

# The address changes with what it holds.
HASHED_CACHE = b"public, max-age=31536000, immutable"

JAVASCRIPT = b"text/javascript; charset=utf-8"
CSS = b"text/css; charset=utf-8"


def hashed(scope: Scope, name: str, kind: bytes) -> Reply:
    """The file of this name, which is ours, if the address has its hash.

    Raises:
        Refused: NOT_FOUND for another version, before or after this one. Whoever loads the page
            anew gets ours.
    """
    found = asset(name)
    if scope["path_params"]["hash"] != found.hash:
        raise Refused(Reason.NOT_FOUND)
    return sent(scope, found, kind, HASHED_CACHE)


def sent(
    scope: Scope, found: Asset, kind: bytes, cache: bytes, *, loaded_by: bytes = b"same-origin"
) -> Reply:
    """The file, to be kept as long as `cache` says, by pages of the sites that `loaded_by` says."""
    headers = [(b"vary", b"Accept-Encoding")]
    body = found.plain
    if "gzip" in (header(scope, b"accept-encoding") or ""):
        headers.append((b"content-encoding", b"gzip"))
        body = found.compressed
    return Reply(body, headers=headers, kind=kind, loaded_by=loaded_by, cache=cache)
