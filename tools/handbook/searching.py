"""The words of all pages, so that a browser can look for them by itself.

A place is what stands below one heading: its address, the title of its page, its heading, and its
words. Browsers get all of them as a script, since from a folder a page may load nothing else.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from frontdesk.web.docs_html import slug
from tools.handbook.pages import Page, plain


class Place(NamedTuple):
    """Somewhere to lead to."""

    address: str
    page: str
    heading: str
    words: str


def places(page: Page) -> Iterator[Place]:
    """All of a page, heading by heading."""
    headings = iter(page.headings)
    heading, words = next(headings), list[str]()
    for at, token in enumerate(page.tokens[3:], start=3):
        if token.type == "heading_open":
            yield _place(page, heading.id, heading.title, words)
            heading, words = next(headings), []
        elif token.type == "inline" and page.tokens[at - 1].type != "heading_open":
            words.append(plain(token))
        elif token.type in ("fence", "code_block"):
            words.append(token.content)
    yield _place(page, heading.id, heading.title, words)


def operations(page: Page, document: dict[str, Any]) -> Iterator[Place]:
    """What can be asked of the server, as it stands on that page."""
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            words = [method.upper(), path, one.get("description", "")]
            yield _place(page, slug(one["operationId"]), one["summary"], words)


def _place(page: Page, id: str, heading: str, words: Iterable[str]) -> Place:
    return Place(f"{page.address}#{id}", page.title, heading, " ".join(" ".join(words).split()))


def script(found: Iterable[Place]) -> str:
    """All of them, for `search.js`."""
    told = json.dumps(list(found), ensure_ascii=False, separators=(",", ":"))
    return f"window.places = {told};\n"
