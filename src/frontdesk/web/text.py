"""Makes what people type clean, once, on its way in (protocol §8).

A message is Markdown source and is stored as such. Here it loses the power to carry HTML: whatever
CommonMark would pass through as an HTML block or as inline HTML gets a backslash in front, so that
every reader's Markdown library shows it as text. No word is taken away, and what was no HTML
stays byte for byte: code, autolinks, `a < b`, `<3`.

Never done here: rendering, deciding which links are live, undoing. What is clean stays as it is
when it is cleaned again, so a stored text may pass through any number of times.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from pyromark import Options, events_with_range

from frontdesk.desk.names import is_blank
from frontdesk.desk.refusals import Reason, Refused

# Everything in Unicode's category Cc but newline and tab. A terminal, a log or a CSV export
# obeys these; a reader never sees them.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("[\n\t\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")

# All HTML that CommonMark knows begins so, and so does an autolink. Text without it needs no
# parser, which is nearly every message. A space after the `<` puts an end to both.
_MAY_OPEN = re.compile("<(?=[A-Za-z/!?])")
_MAY_OPEN_BYTES = re.compile(rb"<(?=[A-Za-z/!?])")

# What may stand between the start of a line and a block: indentation and the marks of quotes,
# lists and table cells.
_LINE_MARKS = re.compile(rb"[ \t>*+.)|:#\d-]*")
_LINE_OF_TAG_AND_WIDE_SPACE = re.compile(
    rb"^[ \t>*+.)|:#\d-]*(<)/?[A-Za-z][A-Za-z\d-]*"
    rb"(?:\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf)",
    re.MULTILINE,
)

# After these a link or a definition has its target. Whoever puts more space between hides no more
# than their own words.
_TARGET_MARKS = (b"](", b"]:")
_LOOK_BACK = 256

# What is HTML is asked of two readings. CommonMark is the contract. A table, which nearly every
# renderer has switched on, cuts a code span at a `|`, and then the tag inside it is live:
# "| `a | <b>` |". The other extensions bring no HTML to light that CommonMark does not see.
_PLAIN = Options(0)
_TABLES = Options.ENABLE_TABLES

# One backslash makes a paragraph of an HTML block, and the rest of the block is then read anew.
# What people paste settles in two or three rounds. From then on every `<` in a block is escaped
# at once, which may put a visible backslash into code that stands inside HTML.
_GENTLE_ROUNDS = 8
_MOST_ROUNDS = 12

# The parser's work for one text, over all rounds. Ordinary text makes less than one event a
# byte; a wide table with many short rows makes 60, since each missing cell is two.
_MOST_EVENTS = 20_000


def clean_body(raw: str, *, most_bytes: int) -> str:
    r"""The Markdown source to store for `raw`, free of HTML and of control characters.

    Line ends become `\n`. A byte order mark in front is dropped, since some parsers skip it and
    would see a block where others see a paragraph. Otherwise bytes are only added, a backslash
    before a `<` or, rarely, a space behind it: at most one for two bytes, so the answer has at
    most 1.5 times the bytes of `raw`.

    Args:
        most_bytes: most UTF-8 bytes of `raw`, as it arrives.

    Raises:
        Refused: TOO_LARGE; TEXT_NOT_ALLOWED for control characters other than newline and tab,
            lone surrogates, and text in which there is nothing to see.
    """
    # Before anything that costs time: a character is at least one byte.
    if len(raw) > most_bytes or len(raw.encode("utf-8", "surrogatepass")) > most_bytes:
        raise Refused(Reason.TOO_LARGE)
    text = raw.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if _CONTROL.search(text) or _SURROGATE.search(text):
        raise Refused(Reason.TEXT_NOT_ALLOWED)
    if all(is_blank(sign) for sign in text):
        raise Refused(Reason.TEXT_NOT_ALLOWED)
    return _without_html(text)


def clean_topic(raw: str, *, most_bytes: int) -> str:
    """A guest's question or a room's topic: Markdown like a message, with a limit of its own.

    Raises:
        Refused: as `clean_body`.
    """
    return clean_body(raw, most_bytes=most_bytes)


def clean_value(raw: str, *, most_chars: int) -> str:
    """A key or a value of a guest's `info`: one line of plain text, stripped of outer spaces.

    It is not Markdown and is shown as it is, so a `<` in it is only a `<`. May come out empty.

    Args:
        most_chars: most code points of `raw`, as it arrives.

    Raises:
        Refused: TOO_LARGE; TEXT_NOT_ALLOWED for control characters, also newline and tab, for
            line and paragraph separators, and for lone surrogates.
    """
    if len(raw) > most_chars:
        raise Refused(Reason.TOO_LARGE)
    if _CONTROL.search(raw) or _LINE_END.search(raw) or _SURROGATE.search(raw):
        raise Refused(Reason.TEXT_NOT_ALLOWED)
    return raw.strip()


class _TooMuchWork(Exception):
    """The text is made to keep the parser busy."""


class _Parser:
    """Reads one text again and again, up to `_MOST_EVENTS` in all."""

    def __init__(self) -> None:
        self._events_left = _MOST_EVENTS

    def read(self, text: str, extensions: Options) -> list[tuple[Any, Any]]:
        """What is in `text`, each part with the bytes that it covers in UTF-8.

        Raises:
            _TooMuchWork: it holds more events than are left.
        """
        # Merged text costs one event instead of one for each `<` or `*` that means nothing.
        events = events_with_range(text, options=extensions, merge_text=True)
        found = list(islice(events, self._events_left + 1))
        self._events_left -= len(found)
        if self._events_left < 0:
            raise _TooMuchWork
        return found


def _without_html(text: str) -> str:
    """`text` with a backslash before each `<` that would open HTML, until none does."""
    if _MAY_OPEN.search(text) is None:
        return text
    escaped = text
    parser = _Parser()
    try:
        for done in range(_MOST_ROUNDS):
            openers = _openers(parser, escaped, thorough=done >= _GENTLE_ROUNDS)
            if not openers:
                return escaped
            escaped = _disarmed(escaped.encode(), sorted(openers))
    except _TooMuchWork:
        pass
    # Only text made to get here does. A `<` before a space opens nothing in any reading, and
    # no parser is needed to know that this is the end of it.
    return _MAY_OPEN.sub("< ", text)


def _openers(parser: _Parser, text: str, *, thorough: bool) -> set[int]:
    """The byte offset of each `<` to escape; empty if `text` is clean in every reading.

    The contract's own reading settles first, so that the others add the least.

    Args:
        thorough: every `<` of an HTML block, not the first one alone.

    Raises:
        _TooMuchWork: the parser has had enough.
    """
    source = text.encode()
    events = parser.read(text, _PLAIN)
    openers = set(_html(source, events, thorough=thorough))
    if not openers and "|" in text:
        openers = set(_html(source, parser.read(text, _TABLES), thorough=thorough))
    if not openers:
        openers = set(_like_html(source, events)) or set(_like_blocks(source, events))
    return openers


def _html(source: bytes, events: Iterable[tuple[Any, Any]], *, thorough: bool) -> Iterator[int]:
    """Where HTML opens, in any order and perhaps twice."""
    for event, covers in events:
        start, end = covers["start"], covers["end"]
        match event:
            case {"Start": "HtmlBlock"} | {"InlineHtml": _}:
                # A backslash works only right before the `<`, not before its indentation.
                yield source.index(b"<", start, end)
            case {"Html": _} if thorough:
                yield from _bare(source, start, end)


def _like_html(source: bytes, events: Iterable[tuple[Any, Any]]) -> Iterator[int]:
    """Where plain text might be HTML to another library than ours.

    No two agree on the edges: a space that is one to Unicode only, as in `<b\u2003c>`, a tag that
    an older edition of CommonMark knew, CDATA next to brackets. A backslash changes nothing that
    a reader of plain text sees, so only what no library can take for HTML goes without: HTML
    opens at the start of a line or has a `>` after it. `if a<b` stays as it is.
    """
    last_close = source.rfind(b">")
    verbatim = False
    for event, covers in events:
        match event:
            case {"Start": {"CodeBlock": _} | {"Link": {"link_type": "Autolink" | "Email"}}}:
                verbatim = True
            case {"End": "CodeBlock" | "Link"}:
                verbatim = False
            case {"Text": _} if not verbatim:
                for opener in _bare(source, covers["start"], covers["end"]):
                    if opener < last_close or _starts_line(source, opener):
                        yield opener


def _like_blocks(source: bytes, events: Iterable[tuple[Any, Any]]) -> Iterator[int]:
    r"""Where a line opens with a tag and a space that is one to Unicode only: `<pre\u00a0`.

    A library that takes it for a block ends the paragraph there, and with it a code span or a
    title that goes over several lines. A code block it does not end.
    """
    starts: list[int] = []
    ends: list[int] = []
    for event, covers in events:
        match event:
            case {"Start": {"CodeBlock": _}}:
                starts.append(covers["start"])
                ends.append(covers["end"])
    for found in _LINE_OF_TAG_AND_WIDE_SPACE.finditer(source):
        opener = found.start(1)
        before = bisect_right(starts, opener)
        if before == 0 or opener >= ends[before - 1]:
            yield opener


def _starts_line(source: bytes, place: int) -> bool:
    start = source.rfind(b"\n", 0, place) + 1
    return _LINE_MARKS.fullmatch(source, start, place) is not None


def _bare(source: bytes, start: int, end: int) -> Iterator[int]:
    r"""Each `<` that may open something and that no backslash escapes.

    Of `\\<b` it is bare, since the backslashes escape one another; of `\<b` and `\\\<b` it is not.
    """
    for found in _MAY_OPEN_BYTES.finditer(source, start, end):
        opener = first = found.start()
        while source[first - 1 : first] == b"\\":
            first -= 1
        if (opener - first) % 2 == 0:
            yield opener


def _disarmed(source: bytes, openers: list[int]) -> str:
    """`source` with none of `openers`, which are in order, able to open HTML."""
    pieces: list[bytes] = []
    done = 0
    for opener in openers:
        # `[a]: <b>x</b>` is text because `<b>x` is no target; `\<b>x\</b>` is one, and the words
        # would vanish into it. A space keeps it the wrong target that it was.
        if source[max(0, opener - _LOOK_BACK) : opener].rstrip(b" \t\n>")[-2:] in _TARGET_MARKS:
            pieces += (source[done : opener + 1], b" ")
            done = opener + 1
        else:
            pieces += (source[done:opener], b"\\")
            done = opener
    return (b"".join(pieces) + source[done:]).decode()
