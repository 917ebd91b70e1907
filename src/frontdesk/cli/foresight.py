"""What can be told of a start before it: all that is wrong with the settings, and what is fine.

Nothing here opens, makes or changes anything; a port that is taken now may be free by then.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from frontdesk.cli.certificate import Pair
from frontdesk.cli.findings import Finding
from frontdesk.cli.folder import look
from frontdesk.cli.stops import Stop
from frontdesk.config import FILE, Found, Judged
from frontdesk.config.loading import Source
from frontdesk.config.together import clashes, idle_flags

NOUNS: dict[Source, str] = {"flag": "flags", "variable": "variables", "default": "defaults"}


def foreseen(judged: Judged) -> Iterator[Finding]:
    """All that can be said, what is wrong first."""
    found = judged.found
    for sentence in (*judged.faults, *clashes(found), *idle_flags(found)):
        yield Finding("settings", "bad", sentence)
    yield Finding("settings", "good", _summary(judged))
    if "data_dir" in found and "memory" in found:
        yield _of_folder(found)
    wanted = ("tls_cert", "tls_key", "base_url")
    cert, key, name = (found[one].value if one in found else None for one in wanted)
    if cert is not None and key is not None:
        host = urlsplit(name).hostname if name else None
        # A server starts with one that browsers refuse.
        yield from Pair(cert, key).judged(host, refused="look")


def _summary(judged: Judged) -> str:
    found = judged.found.values()
    counts = Counter(one.source for one in found)
    parts = [
        f"{counts[source]} {noun if counts[source] != 1 else noun[:-1]}"
        for source, noun in NOUNS.items()
        if counts[source]
    ]
    if counts["file"]:
        parts.insert(-1, f"{counts['file']} in the file of {FILE.flag}")
    return f"{len(found)} settings can be read: {', '.join(parts)}."


def _of_folder(found: Mapping[str, Found]) -> Finding:
    if found["memory"].value:
        return Finding("data folder", "good", "Nothing is kept, as memory says.")
    try:
        return Finding("data folder", "good", look(found["data_dir"].value))
    except Stop as stop:
        return Finding("data folder", "bad", stop.message)
