"""What can be told of a start before it: all that is wrong with the settings, and what is fine.

Nothing here opens, makes or changes anything; a port that is taken now may be free by then.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from frontdesk.cli.certificate import Pair
from frontdesk.cli.folder import look
from frontdesk.cli.stops import Stop
from frontdesk.config import FILE, Found, Judged
from frontdesk.config.loading import Source
from frontdesk.config.together import clashes, idle_flags

NOUNS: dict[Source, str] = {"flag": "flags", "variable": "variables", "default": "defaults"}


class Finding(NamedTuple):
    """One thing that was looked at."""

    grade: Literal["fine", "note", "wrong"]
    sentence: str


def foreseen(judged: Judged) -> Iterator[Finding]:
    """All that can be said, what is wrong first."""
    found = judged.found
    for sentence in (*judged.faults, *clashes(found), *idle_flags(found)):
        yield Finding("wrong", sentence)
    yield Finding("fine", _summary(judged))
    if "data_dir" in found and "memory" in found:
        yield _of_folder(found)
    wanted = ("tls_cert", "tls_key", "base_url")
    cert, key, name = (found[one].value if one in found else None for one in wanted)
    if cert is not None and key is not None:
        yield from _of_certificate(Pair(cert, key), urlsplit(name).hostname if name else None)


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
        return Finding("fine", "Nothing is kept, as memory says.")
    try:
        return Finding("fine", look(found["data_dir"].value))
    except Stop as stop:
        return Finding("wrong", stop.message)


def _of_certificate(pair: Pair, host: str | None) -> Iterator[Finding]:
    try:
        looks = pair.looks(pair.load(), host)
    except Stop as stop:
        yield Finding("wrong", stop.message)
        return
    for sentence in looks.shortcomings:
        yield Finding("note", sentence)
    if looks.until is not None:
        yield Finding("fine", f"The certificate in {pair.cert} is good until {looks.until:%F}.")
