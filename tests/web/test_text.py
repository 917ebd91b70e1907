"""Text on its way in: no HTML gets through, nothing else is lost. Seen with another parser.

`clean_body` asks pyromark; what it made is judged here by markdown-it with HTML switched on, and by
what markdown-it shows of the original with HTML switched off, where each tag is mere text.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pyromark import events_with_range

from frontdesk.desk.limits import MESSAGE_BYTES
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.text import clean_body, clean_topic, clean_value

EXAMPLES = 5_000 if settings().max_examples > 1_000 else 300

WITH_HTML = MarkdownIt("commonmark", {"html": True})
WITH_TABLES = MarkdownIt("commonmark", {"html": True}).enable("table")
WITHOUT_HTML = MarkdownIt("commonmark", {"html": False})


def clean(raw: str) -> str:
    return clean_body(raw, most_bytes=MESSAGE_BYTES)


def html_in(text: str, parser: MarkdownIt = WITH_HTML) -> list[str]:
    return [
        token.content
        for block in parser.parse(text)
        for token in (block, *(block.children or []))
        if token.type in {"html_block", "html_inline"}
    ]


def words(rendered: str) -> list[str]:
    """The words that a reader sees, in order."""
    return re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", " ", rendered)))


# What goes in, and what must come out.
CHANGED = [
    # Inline HTML.
    ("<b>x</b>", r"\<b>x\</b>"),
    ("a <b\nc> d", "a \\<b\nc> d"),
    ("x <y and z> w", r"x \<y and z> w"),
    ("> a <b\n> c='x'> d", "> a \\<b\n> c='x'> d"),
    ("**<b>x**", r"**\<b>x**"),
    ("[<b>](x)", r"[\<b>](x)"),
    ("a <!-- b --> c", r"a \<!-- b --> c"),
    ("a <!--> b", r"a \<!--> b"),
    ("a <?php x ?> b", r"a \<?php x ?> b"),
    ("a <!DOCTYPE x> b", r"a \<!DOCTYPE x> b"),
    ("a <![CDATA[<b>]]> c", r"a \<![CDATA[\<b>]]> c"),
    ("a <img src=x onerror=alert(1)> b", r"a \<img src=x onerror=alert(1)> b"),
    ("<svg/onload=alert(1)>", r"\<svg/onload=alert(1)>"),
    # Tags that appear once another is taken away.
    ("<scr<b>ipt>", r"\<scr\<b>ipt>"),
    ('<a b="`"><i>`', r'\<a b="`">\<i>`'),
    ("<<b>script>", r"<\<b>script>"),
    # Blocks of all seven kinds.
    ("<script>alert(1)</script>", r"\<script>alert(1)\</script>"),
    ("<pre>\n\n*a*\n</pre>", "\\<pre>\n\n*a*\n\\</pre>"),
    ("<!-- open", r"\<!-- open"),
    ("<?open", r"\<?open"),
    ("<!Xopen", r"\<!Xopen"),
    ("<![CDATA[open", r"\<![CDATA[open"),
    ("<div\nx", "\\<div\nx"),
    ("</div>\n*x*", "\\</div>\n*x*"),
    ("<i>\n*x*", "\\<i>\n*x*"),
    # A block where it is hard to see.
    ("   <div>x", r"   \<div>x"),
    ("> <div>x", r"> \<div>x"),
    ("- <div>x", r"- \<div>x"),
    ("1. > - <!-- x", r"1. > - \<!-- x"),
    ("text\n<div>\n<p>\n\nmore <i>x</i>", "text\n\\<div>\n\\<p>\n\nmore \\<i>x\\</i>"),
    ("\ufeff<!-- x", r"\<!-- x"),
    # Code within HTML stays whole.
    ("<div>\n`<b>`\n</div>", "\\<div>\n`<b>`\n\\</div>"),
    ("<div>\n```\n<b>\n```\n</div>", "\\<div>\n```\n<b>\n```\n\\</div>"),
    # Backslashes that escape one another.
    (r"\\<b>", r"\\\<b>"),
    (r"\\\\<b>", r"\\\\\<b>"),
    (r"`x\`<b>", r"`x\`\<b>"),
    # No two libraries agree on these, so they are escaped although CommonMark shows text.
    ("a <b\u2003c> d", "a \\<b\u2003c> d"),
    ("<style\u2003>x", "\\<style\u2003>x"),
    ("<source x", r"\<source x"),
    ("\\\\<b\u2003c>", "\\\\\\<b\u2003c>"),
    ("`a  \nb\n<pre\u00a0b`", "`a  \nb\n\\<pre\u00a0b`"),
    (">\n    ><b>", ">\n    >\\<b>"),
    ("- > # x\n      > <b>\n      y <i>", "- > # x\n      > \\<b>\n      y \\<i>"),
    # A backslash would make a target, and the words in it would be gone.
    ("[a]: <b>x</b>", r"[a]: < b>x\</b>"),
    ("[a](<b> c) d", r"[a](< b> c) d"),
    # Only where a link to a script is taken for none.
    ("[a](data:,<b>)", r"[a](data:,\<b>)"),
    ("[a](&#106;avascript:<b>)", r"[a](&#106;avascript:\<b>)"),
    ("[a][1]\n\n[1]: javascript:<b>x</b>", "[a][1]\n\n[1]: javascript:\\<b>x\\</b>"),
    ("[a](vbscript:x '<i>')", r"[a](vbscript:x '\<i>')"),
    ("| [a](data:,<b>) |\n|---|", "| [a](data:,\\<b>) |\n|---|"),
    # Only where a table cuts a code span in two.
    ("| `a | <b>` |\n|---|---|", "| `a | \\<b>` |\n|---|---|"),
    # Line ends.
    ("a\r\nb\rc", "a\nb\nc"),
]

KEPT = [
    *("a < b", "<3", "a <= b", "if a<b", "1<2 and 3>2", "<", "<>", "< b>", "x <", "->", "<-"),
    *(r"\<b>", r"\\\<b>", r"a \<div> b", "&lt;b&gt;", "&#60;b>", "&amp;", "AT&T"),
    *("`<b>`", "``<b>` ``", "` <script> `", "`a\n<b>`", "a `<!-- x -->` b", "`<https://x.org>`"),
    *("```\n<b>\n```", "~~~\n<div>\n~~~", "```html\n<div>\n", "    <div>", "\t<b>", "> ```\n> <b>"),
    *("- x\n\n      <div>", "1. ```\n   <b>\n   ```", "````\n```\n<b>\n````", "~~~<b>\nx\n~~~"),
    *(">\n\n    > <b>", "    > a\n    > <b>", ">\n    x\n    > <b>", "> ```\n>  > <b>\n> ```"),
    *("```\n<pre\u00a0x\n```", "> ~~~\n> <b\u3000x"),
    *("<https://example.org/a?b=c&d>", "<me@example.org>", "<mailto:me@x.org>", "<tel:+49123>"),
    *(
        "see <https://a.b> and <https://c.d>.",
        "<x-y:z>",
        "[a](<b c>)",
        "[a]: <b c>",
        '[a](b "<c>")',
    ),
    *("[a](https://x.org/<b>)", "[a](data:,`<b>`)", "`[a](data:,<b>)`", "javascript: 1<2"),
    *("# x\n\n* a\n* b\n\n> c", "**b** _i_ ~~s~~", "| a | b |\n|---|---|\n| `<b>` | 1 < 2 |"),
    *("![x](y.png)", "[x](javascript:alert(1))", "a  \nb", "\n\n  x\n\n", "    indented", "\tx"),
    *(
        "王芳 < 3",
        "שלום",
        "\u202bאבג\u202c",
        "👩\u200d💻 ❤️",
        "e\u0301",
        "a\u00a0b\u3000c",
        "\ufffe",
    ),
    *(">" * 99 + "`<b>`", "- " * 99 + "`<b>`", "-" * 200 + "\n`<b>`", "+1 " * 200 + "`<b>`"),
    *("[" * 1_000, ">" * 1_000, "`" * 1_000, "\\" * 1_000, "- " * 500 + "x"),
]


@pytest.mark.parametrize(("raw", "text"), CHANGED, ids=lambda text: ascii(text)[:50])
def test_html_becomes_text(raw: str, text: str):
    assert clean(raw) == text
    assert clean(text) == text
    assert html_in(text) == html_in(text, WITH_TABLES) == []


@pytest.mark.parametrize("raw", KEPT, ids=lambda text: ascii(text)[:50])
def test_what_is_no_html_stays_byte_for_byte(raw: str):
    assert clean(raw) == raw


@pytest.mark.parametrize(
    "raw",
    ["<b>x</b>", "a <!-- b --> c", "<div>\n*x*\n</div>", "    <b>", "<!-- x", "<pre>\n\n1. a"],
)
def test_the_judge_sees_html_where_there_is_some(raw: str):
    assert bool(html_in(raw)) is (raw != "    <b>")


HOSTILE = {
    "less": "<" * 8_192,
    "divs": "<div>\n" * 1_365,
    "divs apart": "<div>\n\n" * 1_170,
    "comments apart": "<!--\n\n" * 1_365,
    "quoted divs": "><div>\n" * 1_170,
    "deep quote": ">" * 4_000 + "<div>\n" * 600,
    "deep list": "- " * 2_000 + "<div>\n" + "<b>\n" * 900,
    "tags": "<b>" * 2_730,
    "open tags": "<a " * 2_730,
    "open tags by line": "<a\n" * 2_730,
    "open quotes": '<a b="' * 1_365,
    "closed by the last": "<a " * 2_700 + ">",
    "declarations": "<!" * 4_095 + ">",
    "instructions": "a<?" * 2_730,
    "cdata": "a<![CDATA[" * 819,
    "brackets": "[" * 8_188 + "<b>",
    "links": "[<b>](" * 1_365,
    "quotes": ">" * 8_188 + "<b>",
    "emphasis": "<b>*_" * 1_638,
    "ticks": "<b>" + "".join("`" * n + " " for n in range(1, 126)),
    "fences": "```\n" * 2_040 + "<b>",
    "escapes": "<div>" + "\\" * 4_000 + "<" * 4_000,
    "escaped tags": "<div>\n" * 20 + "\\<" * 4_000,
    "tag after tag": '<a b="`"> ' * 819,
    "wide table": "|a" * 1_000 + "\n" + "|-" * 1_000 + "\n" + "|<b>\n" * 800,
    "table": "|a" * 60 + "\n" + "|-" * 60 + "\n" + "|<b>\n" * 300 + "<div>\n" * 900,
    "definitions": "[a]: <b>c\n" * 819,
    "divs before quotes": "<div>\n" * 20 + ">" * 8_000,
    "tags in a deep list": "- " * 1_000 + "<div>\n" + "<b>\n" * 1_500,
    "quotes over lines": ">" * 3_000 + "<a\n" * 1_730,
    "lists below a table": "|a|b|\n|-|-|\n" + "1. <a\n" * 1_300,
    "tags by line in a table": "|<a\n" * 2_000,
}

# What the parser may find in one text, over all rounds. Half a microsecond each: 4 ms, for which
# everybody else has to wait.
EVENTS_MOST = 8_000


@pytest.mark.slow
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_text_made_to_hurt_comes_out_clean_and_not_much_longer(raw: str):
    assert len(raw) <= MESSAGE_BYTES

    text = clean(raw)

    assert html_in(text) == []
    assert clean_body(text, most_bytes=MESSAGE_BYTES * 2) == text
    assert len(text) <= 1.5 * len(raw)


@pytest.fixture
def events_read(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the parser is asked for from now on."""
    read: list[object] = []

    def noted(*what: Any, **how: Any) -> Iterator[Any]:
        for event in events_with_range(*what, **how):
            read.append(event)
            yield event

    monkeypatch.setattr("frontdesk.web.text.events_with_range", noted)
    return read


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_text_made_to_hurt_takes_little_of_the_parsers_time(raw: str, events_read: list[object]):
    clean(raw)

    assert len(events_read) <= EVENTS_MOST + 1


@pytest.mark.parametrize("mark", [">", "> ", "- ", "* ", "1. ", "> 1) + "])
def test_nests_too_deep_to_be_read_are_not(mark: str, events_read: list[object]):
    assert clean(mark * 100 + "`<a`\n" * 100).count("< a") == 100
    assert not events_read


def test_what_is_not_going_to_fit_is_not_begun(events_read: list[object]):
    # Once takes 5,461, and with the openers escaped it would be as many again.
    assert clean("<a\n" * 2_730) == "< a\n" * 2_730
    assert len(events_read) < 6_000


def test_text_that_keeps_the_parser_busy_is_given_up_early():
    # 60 events a byte, were they all read: each missing cell of the short rows is two.
    text = clean(HOSTILE["wide table"])

    assert "|< b>" in text
    assert "\\" not in text


def refusal(raw: str, most_bytes: int = MESSAGE_BYTES) -> Reason:
    with pytest.raises(Refused) as caught:
        clean_body(raw, most_bytes=most_bytes)
    return caught.value.reason


@pytest.mark.parametrize(
    "raw",
    [
        *("", " ", "\n\t\r\n", "\u3000", "\u200b", "\ufeff", "\u3164 \u200d"),
        *("a\x00b", "a\x1bb", "a\x07", "\x0b", "a\x0cb", "a\x7f", "a\x85b", "a\x9bb"),
        *("\ud800", "a\udfff", "\ud83d \ude00"),
    ],
    ids=ascii,
)
def test_what_nobody_can_see_or_nothing_should_obey_is_refused(raw: str):
    assert refusal(raw) is Reason.TEXT_NOT_ALLOWED


@pytest.mark.parametrize("letter", ["x", "é", "王", "😀", "\r\n"])
def test_the_limit_counts_bytes_as_they_arrive(letter: str):
    size = len(letter.encode())
    fits = "x" * (MESSAGE_BYTES % size) + letter * (MESSAGE_BYTES // size)

    assert clean("x" + fits[1:])
    assert refusal(fits + "x") is Reason.TOO_LARGE


def test_too_large_is_said_before_anything_is_read():
    assert refusal("\ud800\x00" * 5_000_000) is Reason.TOO_LARGE
    assert refusal("\ud800" * (MESSAGE_BYTES // 2)) is Reason.TOO_LARGE


def test_a_topic_is_cleaned_like_a_message():
    assert clean_topic("<b>Where</b> is\r\n`<i>`?", most_bytes=100) == "\\<b>Where\\</b> is\n`<i>`?"
    with pytest.raises(Refused) as caught:
        clean_topic("x" * 101, most_bytes=100)
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("  Firefox 140 ", "Firefox 140"),
        ("<b>Shop</b> | a_b", "<b>Shop</b> | a_b"),
        ("", ""),
        ("\u00a0", ""),
        ("/a?b=c#d", "/a?b=c#d"),
    ],
)
def test_a_value_is_one_line_of_plain_text(raw: str, value: str):
    assert clean_value(raw, most_chars=20) == value


@pytest.mark.parametrize(
    "raw",
    ["a\nb", "a\tb", "a\rb", "a\x00", "\x1b[0m", "a\x85", "a\u2028b", "a\u2029", "\ud800", "a\n"],
)
def test_a_value_of_two_lines_or_with_control_characters_is_refused(raw: str):
    with pytest.raises(Refused) as caught:
        clean_value(raw, most_chars=20)
    assert caught.value.reason is Reason.TEXT_NOT_ALLOWED


def test_a_long_value_is_too_large():
    with pytest.raises(Refused) as caught:
        clean_value("é" * 21, most_chars=20)
    assert caught.value.reason is Reason.TOO_LARGE


# --- searched ---------------------------------------------------------------

TAGS = (
    "< > <b> </b> <div> </div> <div <!-- --> <![CDATA[ ]]> <?x ?> <!X <script> </script> <pre"
    ' <textarea> <source <search> <link <a <x-y <!--> <!---> <!a> <<b> /> = x="y" " \''
).split(" ")
MARKS = "` `` ``` ~~~ * _ | # ## --- 1. - + > [ ] ! \\ \\\\ & &lt; <https://a.b> <me@x.org>".split(
    " "
)
GAPS = ["\n", "\n\n", "\n    ", "\n> ", "\n- ", "\n|-|-|\n", "   ", "\t", " ", "\u2003", "\u00a0"]
WORDS = [f"w{n}" for n in range(20)]
LINKS = ["[a](", "](", "[a]: ", ")", "data:x,", "javascript:", "&#106;avascript:", "https://x.y/"]
PIECES = st.sampled_from([*TAGS, *MARKS, *GAPS, *WORDS, *LINKS])
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map("".join)
ANYTHING = st.one_of(TEXTS, st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join))


def text_or_reason(raw: str) -> str | Reason:
    try:
        return clean(raw)
    except Refused as refused:
        return refused.reason


@settings(max_examples=EXAMPLES)
@given(ANYTHING)
def test_no_html_is_left_for_another_parser(raw: str):
    text = text_or_reason(raw)
    if isinstance(text, Reason):
        assert text is Reason.TEXT_NOT_ALLOWED
        return

    assert html_in(text) == []
    assert clean(text) == text
    # Nothing but backslashes before a `<`, or spaces behind it, was put in or taken out.
    plain = raw.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    assert re.sub(r"\\*< ?", "<", text) == re.sub(r"\\*< ?", "<", plain)
    assert len(text.encode()) <= 1.5 * len(plain.encode())


@settings(max_examples=EXAMPLES)
@given(TEXTS)
def test_every_visible_word_is_still_visible(raw: str):
    text = text_or_reason(raw)
    if isinstance(text, Reason):
        assert text is Reason.TEXT_NOT_ALLOWED
        return

    assert words(WITH_HTML.render(text)) == words(WITHOUT_HTML.render(raw))
