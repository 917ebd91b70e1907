"""Makes what people type clean, once, on its way in (protocol §8).

A message is Markdown source and is stored as such. Here it loses the power to carry HTML: whatever
CommonMark would pass through as an HTML block or as inline HTML gets a backslash in front, so that
every reader's Markdown library shows it as text. No word is taken away, and what was no HTML
stays byte for byte: code, autolinks, `a < b`, `<3`.

Never done here: rendering, deciding which links are live, undoing. What is clean stays as it is
when it is cleaned again, so a stored text may pass through any number of times.
"""

import html
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

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

# The same where no backslash escapes it. Of `\\\\<b` it is bare, since the backslashes escape one
# another; of `\\<b` and `\\\\\\<b` it is not.
_BARE = re.compile(rb"(?<!\\)(?:\\\\)*+(<)(?=[A-Za-z/!?])")

# Between the start of a line and a block there may be indentation and the marks of quotes, lists
# and table cells.
_LINE_OPENS = re.compile(rb"^[ \t>*+.)|:#\d-]*+(<)", re.MULTILINE)
_LINE_OF_TAG_AND_WIDE_SPACE = re.compile(
    rb"^[ \t>*+.)|:#\d-]*+(<)/?[A-Za-z][A-Za-z\d-]*+"
    rb"(?:\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf)",
    re.MULTILINE,
)

# A line that opens a quote, and below it the mark of one, indented.
_BELOW_QUOTE = re.compile(rb"^[ \t*+.)\d-]*+>[^\n]*+\n(?=([ \t]++)>)", re.MULTILINE)

# Quotes and lists in one another, deeper than anybody reads. The parser looks through all of them
# for each line that follows.
_DEEP = re.compile(r"^(?:[ \t]*+(?:>|[-+*][ \t]|\d{1,9}+[.)][ \t])){100}", re.MULTILINE)

# After these a link or a definition has its target. Whoever puts more space between hides no more
# than their own words.
_TARGET_MARKS = (b"](", b"]:")
_LOOK_BACK = 256

# Addresses that some libraries take for none, whatever letters of them are written as entities.
_REFUSED_ADDRESS = re.compile("(?:javascript|vbscript|data|file):", re.IGNORECASE)

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

# The parser's work for one text, over all rounds, at half a microsecond each: everybody else waits
# for so long. Of pages of HTML, manuals and programs, 8 KiB each, the worst took 7,000; a wide
# table with many short rows makes 60 a byte, since each missing cell is two.
_MOST_EVENTS = 8_000


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


def clean_remark(raw: str, *, most_bytes: int) -> str:
    """What may be left out, Markdown like a message: empty where there is nothing to see.

    Raises:
        Refused: as `clean_body`, but not for a text that is blank.
    """
    return clean_body(raw, most_bytes=most_bytes) if raw.strip() else ""


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


Span = tuple[int, int]


class _Reading(NamedTuple):
    """Where in a text there is what matters here, in order, in bytes of UTF-8."""

    tags: list[Span]  # in a paragraph, and whole blocks: HTML for certain
    lines: list[Span]  # of blocks of HTML
    texts: list[Span]  # neither code nor the address of an autolink
    code: list[Span]  # blocks of it
    indented: list[Span]  # those that no fence is around


class _Parser:
    """Reads one text again and again, up to `_MOST_EVENTS` in all."""

    def __init__(self) -> None:
        self.events_left = _MOST_EVENTS

    def read(self, text: str, extensions: Options) -> _Reading:
        """What is in `text`.

        Raises:
            _TooMuchWork: it holds more events than are left.
        """
        # Merged text costs one event instead of one for each `<` or `*` that means nothing.
        events: Iterator[Any] = events_with_range(text, options=extensions, merge_text=True)
        reading = _Reading([], [], [], [], [])
        verbatim = False
        count = 0
        # By hand and not by `match`, which takes five times as long, of all the time that there is.
        for event, covers in islice(events, self.events_left + 1):
            count += 1
            if type(event) is str:
                continue
            ((name, what),) = event.items()
            if name == "Text":
                if not verbatim:
                    reading.texts.append((covers["start"], covers["end"]))
            elif name == "Start":
                if what == "HtmlBlock":
                    reading.tags.append((covers["start"], covers["end"]))
                elif type(what) is dict and "CodeBlock" in what:
                    reading.code.append((covers["start"], covers["end"]))
                    if what["CodeBlock"] == "Indented":
                        reading.indented.append(reading.code[-1])
                    verbatim = True
                elif type(what) is dict and "Link" in what:
                    verbatim = what["Link"]["link_type"] in ("Autolink", "Email")
            elif name == "End":
                if what == "CodeBlock" or what == "Link":
                    verbatim = False
            elif name == "InlineHtml":
                reading.tags.append((covers["start"], covers["end"]))
            elif name == "Html":
                reading.lines.append((covers["start"], covers["end"]))
        self.events_left -= count
        if self.events_left < 0:
            raise _TooMuchWork
        return reading


def _without_html(text: str) -> str:
    """`text` with a backslash before each `<` that would open HTML, until none does."""
    if _MAY_OPEN.search(text) is None:
        return text
    escaped = _escaped(text) if _DEEP.search(text) is None else None
    # Only text made to get here does. A `<` before a space opens nothing in any reading, and
    # no parser is needed to know that this is the end of it.
    return escaped if escaped is not None else _MAY_OPEN.sub("< ", text)


def _escaped(text: str) -> str | None:
    """The same; None if it would take too much of the parser's time."""
    parser = _Parser()
    try:
        for done in range(_MOST_ROUNDS):
            left = parser.events_left
            openers = _openers(parser, text, thorough=done >= _GENTLE_ROUNDS)
            if not openers:
                return text
            if left - parser.events_left > parser.events_left:
                return None  # The next round takes about as much as this one, and would not fit.
            text = _disarmed(text.encode(), sorted(openers))
    except _TooMuchWork:
        pass
    return None


def _openers(parser: _Parser, text: str, *, thorough: bool) -> set[int]:
    """The byte offset of each `<` to escape; empty if `text` is clean in every reading.

    The contract's own reading settles first, so that the others add the least.

    Args:
        thorough: every `<` of an HTML block, not the first one alone.

    Raises:
        _TooMuchWork: the parser has had enough.
    """
    source = text.encode()
    reading = parser.read(text, _PLAIN)
    openers = _html(source, reading, thorough=thorough)
    if not openers and "|" in text:
        openers = _html(source, parser.read(text, _TABLES), thorough=thorough)
    return (
        openers
        or _behind_refused_links(parser, text, thorough=thorough)
        or _like_html(source, reading)
        or _like_blocks(source, reading)
        or _like_quotes(source, reading)
    )


def _html(source: bytes, reading: _Reading, *, thorough: bool) -> set[int]:
    """Where HTML opens."""
    # A backslash works only right before the `<`, not before its indentation.
    openers = {source.index(b"<", start, end) for start, end in reading.tags}
    if thorough and reading.lines:
        openers |= _within(_bare(source), reading.lines)
    return openers


def _behind_refused_links(parser: _Parser, text: str, *, thorough: bool) -> set[int]:
    """Where HTML opens once a link to a script is taken for no link.

    `[a](data:,<b>)` is a link to CommonMark. markdown-it does not make links to such addresses: it
    reads on behind the brackets, and finds a tag.
    """
    if not any(mark.decode() in text for mark in _TARGET_MARKS):
        return set()
    if _REFUSED_ADDRESS.search(html.unescape(text.replace("\\", ""))) is None:
        return set()
    # As long as the text, so that what is found in the one is at the same place in the other.
    without = text.replace("](", "]{").replace("]:", "];")
    openers = _html(without.encode(), parser.read(without, _PLAIN), thorough=thorough)
    if not openers and "|" in text:
        openers = _html(without.encode(), parser.read(without, _TABLES), thorough=thorough)
    return openers


def _like_html(source: bytes, reading: _Reading) -> set[int]:
    """Where plain text might be HTML to another library than ours.

    No two agree on the edges: a space that is one to Unicode only, as in `<b\u2003c>`, a tag that
    an older edition of CommonMark knew, CDATA next to brackets. A backslash changes nothing that
    a reader of plain text sees, so only what no library can take for HTML goes without: HTML
    opens at the start of a line or has a `>` after it. `if a<b` stays as it is.
    """
    last_close = source.rfind(b">")
    first_on_line = {found.start(1) for found in _LINE_OPENS.finditer(source)}
    doubtful = [
        opener for opener in _bare(source) if opener < last_close or opener in first_on_line
    ]
    return _within(doubtful, reading.texts)


def _like_blocks(source: bytes, reading: _Reading) -> set[int]:
    r"""Where a line opens with a tag and a space that is one to Unicode only: `<pre\u00a0`.

    A library that takes it for a block ends the paragraph there, and with it a code span or a
    title that goes over several lines. A code block it does not end.
    """
    like = [found.start(1) for found in _LINE_OF_TAG_AND_WIDE_SPACE.finditer(source)]
    return set(like) - _within(like, reading.code)


def _like_quotes(source: bytes, reading: _Reading) -> set[int]:
    """Where a block of code might go on with the quote above it: `>` and then `    > <b>`.

    For CommonMark a `>` that is indented so far begins no quote and continues none. Of the others
    some look for the mark in every line below a quote.
    """
    marks = {found.end(1) for found in _BELOW_QUOTE.finditer(source)}
    if not marks:
        return set()
    quoted = [
        (start, end)
        for start, end in reading.indented
        if end - len(source[start:end].lstrip(b" \t")) in marks
    ]
    return _within(_bare(source), quoted)


def _bare(source: bytes) -> list[int]:
    """Each `<` that may open something and that no backslash escapes, in order."""
    return [found.start(1) for found in _BARE.finditer(source)]


def _within(places: Sequence[int], spans: Iterable[Span]) -> set[int]:
    """Those of `places`, which are in order, that one of `spans` covers."""
    found: set[int] = set()
    if places:
        for start, end in spans:
            first = bisect_left(places, start)
            found.update(places[first : bisect_left(places, end, first)])
    return found


def _disarmed(source: bytes, openers: list[int]) -> str:
    """`source` with none of `openers`, which are in order, able to open HTML."""
    pieces: list[bytes] = []
    done = 0
    has_targets = any(mark in source for mark in _TARGET_MARKS)
    for opener in openers:
        # `[a]: <b>x</b>` is text because `<b>x` is no target; `\<b>x\</b>` is one, and the words
        # would vanish into it. A space keeps it the wrong target that it was.
        before = source[max(0, opener - _LOOK_BACK) : opener] if has_targets else b""
        if before.rstrip(b" \t\n>").endswith(_TARGET_MARKS):
            pieces += (source[done : opener + 1], b" ")
            done = opener + 1
        else:
            pieces += (source[done:opener], b"\\")
            done = opener
    return (b"".join(pieces) + source[done:]).decode()
