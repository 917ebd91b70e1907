"""Words of texts, what is asked for in them, and the place to show: the same for every store. Pure.

Whoever looks for words knows them by ear: upper case and accents make no difference, and marks
stand between words. Scripts that write no spaces have a word in each character, so that what
stands in the middle of a sentence is found there too.
"""

import re
import unicodedata

from msgspec import Struct

# Nobody types more of a word than this, and what is longer is no word: a key, a picture as text.
WORD_CHARS_MOST = 64

# What is shown of a text around what was found in it: a line or two.
EXCERPT_BEFORE_CHARS = 60
EXCERPT_AFTER_CHARS = 120
CUT = "…"

# Thai, Lao, Burmese and Khmer, and what Chinese and Japanese are written with.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# What is set above, below or behind a letter, in scripts where it does not end the word.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903"
    "\u093a-\u094f\u0951-\u0957\u0962-\u0963\u0980-\u0dff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
)
_WORD = re.compile(rf"[{_ALONE}]|(?:(?![{_ALONE}])[^\W_]|[{_MARKS}])+")
_PLAIN_WORD = re.compile("[0-9a-z]+")


class Word(Struct, frozen=True, gc=False):
    """A word of a text: where it begins and ends, and how it is known."""

    start: int
    end: int
    known: str


class Phrase(Struct, frozen=True, gc=False):
    """Words that are to stand side by side. `begins`: the last one need only begin so."""

    words: tuple[str, ...]
    begins: bool = False


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    if text.isascii():
        found = _PLAIN_WORD.finditer(text.lower())
        return [Word(at.start(), at.end(), at[0][:WORD_CHARS_MOST]) for at in found]
    every = ((at, _known(at[0])) for at in _WORD.finditer(text))
    return [Word(at.start(), at.end(), known) for at, known in every if known]


def known_name(name: str) -> str:
    """How a name is known: its words, one space apart. Empty if it has no word.

    What a name begins with is known by what the name is known by begins with.
    """
    return " ".join(word.known for word in words_of(name))


def _known(word: str) -> str:
    if word.isascii():
        return word.lower()[:WORD_CHARS_MOST]
    # No word needs more to be told from another, and marks upon marks can be thousands.
    apart = unicodedata.normalize("NFKD", word[: 4 * WORD_CHARS_MOST]).casefold()
    # Once more: what folding makes of a letter may have a mark of its own.
    letters = (one for one in unicodedata.normalize("NFKD", apart) if one.isalnum())
    return "".join(letters)[:WORD_CHARS_MOST]


def phrases_of(asked: str) -> tuple[Phrase, ...]:
    """What somebody looks for who types this. None where there is no word in it.

    What stands between two quotes, or in one piece between two spaces, stands so in the text. The
    last word may go on, unless a quote ends it.
    """
    found: list[Phrase] = []
    parts = asked.split('"')
    for number, part in enumerate(parts):
        quoted = number % 2 == 1
        pieces = [part] if quoted else part.split()
        every = (tuple(word.known for word in words_of(piece)) for piece in pieces)
        found += [Phrase(words) for words in every if words]
    ends_in_quotes = len(parts) > 1 and not words_of(parts[-1])
    if found and not ends_in_quotes:
        found[-1] = Phrase(found[-1].words, begins=True)
    return tuple(dict.fromkeys(found))


def place_of(phrase: Phrase, words: list[Word]) -> int | None:
    """Where the phrase first stands among these words; None if it does not."""
    *first, last = phrase.words
    size = len(phrase.words)
    for at in range(len(words) - size + 1):
        end = words[at + size - 1].known
        fits = end.startswith(last) if phrase.begins else end == last
        before = words[at : at + size - 1]
        if fits and all(word.known == one for word, one in zip(before, first, strict=True)):
            return at
    return None


def holds(phrases: tuple[Phrase, ...], text: str) -> bool:
    """Whether all of these stand in the text, in whatever order."""
    words = words_of(text)
    return all(place_of(phrase, words) is not None for phrase in phrases)


def excerpt(phrases: tuple[Phrase, ...], text: str) -> str:
    """The words around the first place at which one of these stands, in one line."""
    words = words_of(text)
    places = [at for at in (place_of(phrase, words) for phrase in phrases) if at is not None]
    hit = words[min(places)] if places else Word(0, 0, "")
    start, end = hit.start - EXCERPT_BEFORE_CHARS, hit.start + EXCERPT_AFTER_CHARS
    if start <= 0:
        start = 0
    else:
        start = next((one.start for one in words if one.start >= start), hit.start)
    if end >= len(text):
        end = len(text)
    else:
        end = max((one.end for one in words if hit.end < one.end <= end), default=end)
    shown = " ".join(text[start:end].split())
    return f"{CUT if start else ''}{shown}{CUT if end < len(text) else ''}"
