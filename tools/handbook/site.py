"""The site, put together: every page in its frame, and what they show or lead to."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from string import Template

from frontdesk import __version__
from frontdesk.web import docs_page
from frontdesk.web.docs_html import text
from tools.handbook import searching
from tools.handbook.links import Links, between, content
from tools.handbook.pages import ENTRANCE, HOME, Entry, Faults, Page, Part, gathered, way_around
from tools.handbook.rendering import Setting, html

HERE = Path(__file__).parent
REFERENCE = PurePosixPath("docs/api.md")
OPENAPI = "wire/openapi.json"

FRAME = Template((HERE / "frame.html").read_text(encoding="utf-8"))
STYLE = docs_page.STYLE + (HERE / "handbook.css").read_text(encoding="utf-8")
SEARCH = (HERE / "search.js").read_text(encoding="utf-8")


def built(root: Path) -> dict[PurePosixPath, bytes]:
    """Every file of the site, by its place in it.

    Args:
        root: the checkout.

    Raises:
        Faults: something is wrong with the pages.
    """
    pages = gathered(root)
    parts = way_around(pages)
    links = Links(root, pages)
    document = json.loads((root / OPENAPI).read_text(encoding="utf-8"))
    made = {"reference": docs_page.reference(document)}
    entrance = Entry("Overview", pages[ENTRANCE])
    order = [pages[HOME], entrance.page, *(entry.page for part in parts for entry in part.all)]
    site = {}
    for at, page in enumerate(order):
        site[page.address] = FRAME.substitute(
            title=text(page.title if page.path == HOME else f"{page.title} · Frontdesk"),
            root=f"{between(page.address, PurePosixPath())}/",
            around=_around(page, entrance, parts, made=docs_page.contents(document)),
            body=html(Setting(root, page, links, made)),
            turn=_turn(page, order[max(at - 1, 0) : at], order[at + 1 : at + 2]),
            version=__version__,
        ).encode()
    if links.faults:
        raise Faults(links.faults)
    found = [place for page in order for place in searching.places(page)]
    found += searching.operations(pages[REFERENCE], document)
    return {
        **site,
        **{shown: content(root / path) for path, shown in links.files.items()},
        PurePosixPath("places.js"): searching.script(found).encode(),
        PurePosixPath("search.js"): SEARCH.encode(),
        PurePosixPath("style.css"): STYLE.encode(),
    }


def _around(here: Page, entrance: Entry, parts: Sequence[Part], *, made: str) -> str:
    """The lists of all pages, with what stands on this one."""
    told = [_item(here, entrance, made)]
    for part in parts:
        items = "".join(_item(here, entry, made) for entry in part.entries)
        told.append(f'<li><span class="part">{text(part.name)}</span><ul>{items}</ul></li>')
    return f"<ul>{''.join(told)}</ul>"


def _item(here: Page, entry: Entry, made: str) -> str:
    is_here = entry.page is here
    current = ' aria-current="page"' if is_here else ""
    link = f'<a href="{between(here.address, entry.page.address)}"{current}>{text(entry.name)}</a>'
    inner = ""
    if is_here or here in [one.page for one in entry.inner]:
        inner = "".join(_item(here, one, made) for one in entry.inner)
    # What stands on the entrance stands below it already.
    if is_here and here.path != ENTRANCE:
        inner = "".join(_places(here)) + inner
    below = f"<ul>{inner}</ul>" if inner else ""
    return f"<li>{link}{below}{made if is_here and here.path == REFERENCE else ''}</li>"


def _places(here: Page) -> Iterator[str]:
    for heading in here.headings:
        if heading.level == 2:
            yield f'<li><a href="#{text(heading.id)}">{text(heading.title)}</a></li>'


def _turn(here: Page, before: Sequence[Page], after: Sequence[Page]) -> str:
    """To the page before and the page after."""
    told = [("prev", "Before", one) for one in before] + [("next", "Next", one) for one in after]
    return "".join(
        f'<a rel="{rel}" href="{between(here.address, one.address)}">{word}: {text(one.title)}</a>'
        for rel, word, one in told
    )
