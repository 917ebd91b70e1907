"""How words are known, what is asked for, and what is shown of where they stand."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.store.words import (
    EXCERPT_AFTER_CHARS,
    EXCERPT_BEFORE_CHARS,
    WORD_CHARS_MOST,
    Phrase,
    excerpt,
    holds,
    phrases_of,
    words_of,
)

# What is hard to cut into words: marks, folding that grows, other directions, halves of nothing.
HARD = 'aB1 "é\u0301ßİſﬁ½ﷺשׁلَا東京กำ👋🏽\0\ue000_*-^:(\u200f\u202e\n'


def known(text: str) -> list[str]:
    return [word.known for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("snake_case and-dash", ["snake", "case", "and", "dash"]),
        ("ÀÉîõü Straße", ["aeiou", "strasse"]),
        (unicodedata.normalize("NFD", "été"), ["ete"]),
        ("İstanbul", ["istanbul"]),
        ("Привет МИР", ["привет", "мир"]),
        ("שָׁלוֹם", ["שלום"]),
        ("東京tower", ["東", "京", "tower"]),
        ("ABC1２３", ["abc123"]),
        ("👋 *** \0 \u0301", []),
    ],
)
def test_case_and_marks_make_no_difference(text: str, words: list[str]):
    assert known(text) == words


def test_a_word_that_never_ends_is_known_by_its_beginning():
    assert known("x" * 8_000) == ["x" * WORD_CHARS_MOST]
    assert known("é" * 8_000) == ["e" * WORD_CHARS_MOST]
    assert known("e" + "\u0301" * 8_000 + " end") == ["e", "end"]
    assert holds(phrases_of("x" * 100), "x" * 8_000)


@pytest.mark.parametrize(
    ("asked", "phrases"),
    [
        ("", ()),
        ('" "', ()),
        ("lost", (Phrase(("lost",), True),)),
        ("lost parcel", (Phrase(("lost",)), Phrase(("parcel",), True))),
        ('"lost parcel"', (Phrase(("lost", "parcel")),)),
        ('"lost parcel', (Phrase(("lost", "parcel"), True),)),
        (
            'lost "a parcel" now',
            (Phrase(("lost",)), Phrase(("a", "parcel")), Phrase(("now",), True)),
        ),
        ("ana@shop.example", (Phrase(("ana", "shop", "example"), True),)),
        ("東京", (Phrase(("東", "京"), True),)),
        ("no no no", (Phrase(("no",)), Phrase(("no",), True))),
    ],
)
def test_what_is_typed_is_words_and_phrases(asked: str, phrases: tuple[Phrase, ...]):
    assert phrases_of(asked) == phrases


def test_an_excerpt_is_a_line_around_the_first_hit():
    before, after = "before " * 40, "\n\n after" * 40

    shown = excerpt(phrases_of("needle"), f"{before}a Needle{after}")

    assert "a Needle after" in shown
    assert shown[0] == shown[-1] == "…"
    assert shown[1:].startswith("before")
    assert len(shown) < EXCERPT_BEFORE_CHARS + EXCERPT_AFTER_CHARS
    assert excerpt(phrases_of("b a"), "x a b") == "x a b"
    assert excerpt(phrases_of("none"), "Nothing of it") == "Nothing of it"


def test_an_excerpt_of_one_endless_word_is_short_too():
    shown = excerpt(phrases_of("needle"), "x" * 5_000 + " needle" + "y" * 5_000)

    assert "needle" in shown
    assert len(shown) <= EXCERPT_BEFORE_CHARS + EXCERPT_AFTER_CHARS + 2


@given(st.text(alphabet=HARD, max_size=60) | st.text(max_size=60))
def test_any_text_is_cut_into_words_in_order(text: str):
    words = words_of(text)

    places = [place for word in words for place in (word.start, word.end)]
    assert places == sorted(places)
    assert all(word.known and word.known.isalnum() for word in words)
    # What is known of a word is known of itself.
    assert all("".join(known(word.known)) == word.known for word in words)
    assert holds(phrases_of(text), text)
    assert len(excerpt(phrases_of(text), text)) <= len(text) + 2
