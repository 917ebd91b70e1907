"""Which pages there are, and what stands before what.

All of `docs/` are pages, and every other Markdown file that one of them leads to. `docs/README.md`
is the entrance, and its lists are the way around: each heading is a part, and each item begins with
a link to a page. A page of `docs/` that stands in no list comes behind the last of its folder that
does; in a folder with a README of its own it belongs to that.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

HOME = PurePosixPath("README.md")
ENTRANCE = PurePosixPath("docs/README.md")

MARKDOWN = MarkdownIt("commonmark").enable("table")


class Faults(Exception):
    """What is wrong with pages, one sentence each. There is no site then."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Heading:
    """A heading, and how it is linked to."""

    level: int
    id: str
    title: str


@dataclass(frozen=True)
class Page:
    """One Markdown file.

    Args:
        path: from the root of the checkout.
    """

    path: PurePosixPath
    text: str

    @property
    def address(self) -> PurePosixPath:
        """Where it stands in the site: where it stands in the checkout."""
        if self.path.name == "README.md":
            return self.path.with_name("index.html")
        return self.path.with_suffix(".html")

    @cached_property
    def tokens(self) -> list[Token]:
        """What Markdown makes of it."""
        return MARKDOWN.parse(self.text)

    @cached_property
    def headings(self) -> list[Heading]:
        """All of them, in order, with the ids that a forge gives them."""
        found: list[Heading] = []
        taken: dict[str, int] = {}
        for at, token in enumerate(self.tokens):
            if token.type == "heading_open":
                title = plain(self.tokens[at + 1])
                slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
                times = taken[slug] = taken.get(slug, -1) + 1
                found.append(
                    Heading(int(token.tag[1]), f"{slug}-{times}" if times else slug, title)
                )
        return found

    @property
    def title(self) -> str:
        """Its first heading."""
        return self.headings[0].title

    def leads_to(self, target: str) -> PurePosixPath:
        """The file to which a relative link of this page leads, from the root of the checkout."""
        parts: list[str] = []
        for part in (self.path.parent / target).parts:
            if part == ".." and parts:
                parts.pop()
            else:
                parts.append(part)
        return PurePosixPath(*parts)


@dataclass(frozen=True)
class Entry:
    """A page on the way around, by the name that it has there, and those that belong to it."""

    name: str
    page: Page
    inner: list["Entry"] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """What stands below one heading of the entrance."""

    name: str
    entries: list[Entry]

    @property
    def all(self) -> Iterator[Entry]:
        """Also those that belong to another."""
        for entry in self.entries:
            yield entry
            yield from entry.inner


def plain(inline: Token) -> str:
    """The words of a line, without what they look like."""
    told = ""
    for child in inline.children or ():
        told += " " if child.type == "softbreak" else child.content
    return told


def links(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Where links and pictures lead, and the words on them."""
    for token in tokens:
        inside = token.children or []
        for at, child in enumerate(inside):
            if child.type == "link_open":
                end = next(n for n, one in enumerate(inside) if n > at and one.type == "link_close")
                yield str(child.attrs["href"]), "".join(one.content for one in inside[at:end])
            elif child.type == "image":
                yield str(child.attrs["src"]), child.content


def is_elsewhere(target: str) -> bool:
    """Whether a link leads out of the checkout."""
    return re.match(r"[a-z]+:", target) is not None


def gathered(root: Path) -> dict[PurePosixPath, Page]:
    """Every page, by its path: those of docs/, and those that they lead to.

    Raises:
        Faults: a page has no title, or more than one.
    """
    found: dict[PurePosixPath, Page] = {}
    docs = [one.relative_to(root) for one in sorted(root.glob("docs/**/*.md"))]
    todo = [HOME, ENTRANCE, *map(PurePosixPath, docs)]
    while todo:
        path = todo.pop()
        if path in found or not (root / path).is_file():
            continue
        page = found[path] = Page(path, (root / path).read_text(encoding="utf-8"))
        for target, _ in links(page.tokens):
            file = target.partition("#")[0]
            if file.endswith(".md") and not is_elsewhere(target):
                todo.append(page.leads_to(file))
    wrong = [page.path for page in found.values() if [h.level for h in page.headings].count(1) != 1]
    if wrong:
        raise Faults([f"{path}: a page has one heading of the first level" for path in wrong])
    return found


def way_around(pages: Mapping[PurePosixPath, Page]) -> list[Part]:
    """The lists of the entrance, with every page in them.

    Raises:
        Faults: a page is in no list and in no folder of one that is, or is there twice.
    """
    parts = _listed(pages)
    times = Counter(entry.page.path for part in parts for entry in part.entries)
    faults = [f"{ENTRANCE}: {path} is listed twice" for path in times if times[path] > 1]
    for path in sorted(pages.keys() - times.keys() - {HOME, ENTRANCE}):
        if not _put(Entry(pages[path].title, pages[path]), parts):
            faults.append(f"{path}: in no list of {ENTRANCE}, nor is a page of its folder. Add it")
    if faults:
        raise Faults(faults)
    return parts


def _put(new: Entry, parts: Sequence[Part]) -> bool:
    """Put a page that is not listed to those of its folder, if one of them is."""
    folder = new.page.path.parent
    beside = [
        (part.entries, at)
        for part in parts
        for at, entry in enumerate(part.entries)
        if entry.page.path.parent == folder
    ]
    for entries, at in beside:
        if entries[at].page.path.name == "README.md":
            entries[at].inner.append(new)
            return True
    if beside:
        entries, at = beside[-1]
        entries.insert(at + 1, new)
    return bool(beside)


def _listed(pages: Mapping[PurePosixPath, Page]) -> list[Part]:
    """The parts as they are written: below each heading, the first link of each item."""
    entrance = pages[ENTRANCE]
    parts: list[Part] = []
    is_first = False
    for at, token in enumerate(entrance.tokens):
        if token.type == "heading_open" and token.tag == "h2":
            parts.append(Part(plain(entrance.tokens[at + 1]), []))
        is_first = is_first or token.type == "list_item_open"
        if token.type == "inline" and is_first and parts:
            is_first = False
            target, name = next(links([token]), ("", ""))
            page = pages.get(entrance.leads_to(target))
            if page is None:
                raise Faults([f"{ENTRANCE}: an item begins with a link to a page: {token.content}"])
            parts[-1].entries.append(Entry(name, page))
    return parts
