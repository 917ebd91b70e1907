"""What can be told of a start before it: all that is wrong with the settings, and what is fine.

Nothing here opens, makes or changes anything; a port that is taken now may be free by then.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from frontdesk.cli.folder import look
from frontdesk.cli.stops import Stop
from frontdesk.config import FILE, Found, Judged
from frontdesk.config.loading import Source
from frontdesk.config.together import idle_flags

NOUNS: dict[Source, str] = {"flag": "flags", "variable": "variables", "default": "defaults"}


class Finding(NamedTuple):
    """One thing that was looked at."""

    grade: Literal["fine", "wrong"]
    sentence: str


def foreseen(judged: Judged) -> Iterator[Finding]:
    """All that can be said, what is wrong first."""
    for sentence in (*judged.faults, *idle_flags(judged.found)):
        yield Finding("wrong", sentence)
    yield Finding("fine", _summary(judged))
    if "data_dir" in judged.found and "memory" in judged.found:
        yield _of_folder(judged.found)


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
