"""The site of the docs: whole, all of it to be reached, and nothing from elsewhere."""

import json
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pytest

from tools.handbook.__main__ import main
from tools.handbook.pages import ENTRANCE, Faults, Page, gathered, way_around
from tools.handbook.site import built

ROOT = Path(__file__).parents[2]
INDEX = PurePosixPath("index.html")

Site = Mapping[PurePosixPath, bytes]


class Seen(HTMLParser):
    """What a page says of itself: ids, headings, where it leads, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.heads = 0
        self.links: list[str] = []
        # The same within the lists of all pages.
        self.around: list[str] = []
        self.loads: list[str] = []
        self._in_around = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids += [told["id"]] if "id" in told else []
        self.heads += tag == "h1"
        self._in_around |= tag == "nav" and told.get("aria-label") == "Pages"
        if tag == "a":
            self.links.append(told["href"])
            self.around += [told["href"]] if self._in_around else []
        else:
            self.loads += [told[name] for name in ("src", "srcset", "href", "data") if name in told]
            self.loads += re.findall(r"url\(([^)]*)\)", told.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_around &= tag != "nav"


@pytest.fixture(scope="module")
def site() -> Site:
    return built(ROOT)


@pytest.fixture(scope="module")
def seen(site: Site) -> Mapping[PurePosixPath, Seen]:
    return {path: Seen(body.decode()) for path, body in site.items() if path.suffix == ".html"}


def target(page: PurePosixPath, link: str) -> tuple[PurePosixPath, str]:
    """The file and the place to which a browser goes."""
    parts = urlsplit(link)
    where = Page(page, "").leads_to(parts.path) if parts.path else page
    return where, parts.fragment


# --- the site as it is ----------------------------------------------------------------------------


def test_every_link_and_every_anchor_of_every_page_leads_somewhere(site: Site, seen):
    ids = {path: set(page.ids) for path, page in seen.items()}

    for path, page in seen.items():
        for link in [*page.links, *page.loads]:
            if not urlsplit(link).scheme:
                where, place = target(path, link)
                assert where in site, f"{path}: {link}"
                assert not place or place in ids[where], f"{path}: {link}"


def test_every_page_of_the_docs_is_reached_by_the_lists_of_pages(seen):
    todo, reached = [INDEX], set[PurePosixPath]()
    while todo:
        path = todo.pop()
        if path not in reached:
            reached.add(path)
            todo += [target(path, link)[0] for link in seen[path].around]

    assert reached == seen.keys()
    docs = [one.relative_to(ROOT) for one in ROOT.glob("docs/**/*.md")]
    assert {Page(PurePosixPath(one), "").address for one in docs} <= reached
    assert len(docs) > 20


def test_nothing_that_a_page_loads_is_elsewhere(site: Site, seen):
    for path, page in seen.items():
        assert page.loads
        for loaded in page.loads:
            parts = urlsplit(loaded)
            assert loaded == "data:," or not (parts.scheme or parts.netloc), f"{path}: {loaded}"
    assert not re.search(r"url\(|@import", site[PurePosixPath("style.css")].decode())
    assert not re.search(r"https?:|fetch\(|import\(", site[PurePosixPath("search.js")].decode())


def test_a_page_has_one_first_heading_and_no_id_twice(seen):
    for path, page in seen.items():
        assert page.heads == 1, path
        assert len(page.ids) == len(set(page.ids)), path


def test_a_search_leads_to_places_that_there_are(site: Site, seen):
    script = site[PurePosixPath("places.js")].decode()
    places = json.loads(script.removeprefix("window.places = ").removesuffix(";\n"))

    for address, page, heading, _ in places:
        where, place = target(INDEX, address)
        assert place in seen[where].ids, address
        assert page
        assert heading
    told = {heading: words for _, _, heading, words in places}
    assert "POST /api/v1/desks/{desk}/identify" in told["Ask for help"]
    assert "FRONTDESK_PORT" in told["Settings of the server"]
    assert "without it, it is main" in told["The line"]


def test_the_reference_of_the_api_is_on_its_page(site: Site):
    page = site[PurePosixPath("docs/api.html")].decode()
    document = json.loads((ROOT / "wire" / "openapi.json").read_text(encoding="utf-8"))

    summaries = [one["summary"] for way in document["paths"].values() for one in way.values()]
    assert summaries
    for summary in summaries:
        assert f">{summary}</h3>" in page


def test_what_is_no_page_is_put_beside_so_that_a_browser_shows_it(site: Site):
    assert site[PurePosixPath("deploy/nginx.conf.txt")] == (ROOT / "deploy/nginx.conf").read_bytes()
    assert PurePosixPath("wire/openapi.json") in site
    folder = site[PurePosixPath("wire/fixtures.txt")].decode()
    names = [f"==> {one.name} <==" for one in sorted((ROOT / "wire/fixtures").iterdir())]
    assert re.findall("^==> .* <==$", folder, re.MULTILINE) == names


# --- pages that are made up -----------------------------------------------------------------------

FIRST = "# Docs\n\n## Begin\n\n* [One](one.md): the first\n\n## Run\n\n* [Two](run/two.md)\n"

Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A checkout with these docs, by path below docs/, besides two that are listed."""

    def make(docs: Mapping[str, str], entrance: str = FIRST) -> Path:
        pages = {"README.md": entrance, "one.md": "# One\n", "run/two.md": "# Two\n", **docs}
        for name, text in pages.items():
            page = tmp_path / "docs" / name
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
        (tmp_path / "README.md").write_text("# Home\n", encoding="utf-8")
        return tmp_path

    return make


def around(root: Path) -> dict[str, list[str]]:
    parts = way_around(gathered(root))
    return {part.name: [entry.name for entry in part.all] for part in parts}


def faults(root: Path) -> list[str]:
    """What is wrong with these pages, were the page of the API there."""
    (root / "wire").mkdir()
    document = {"info": {"description": ""}, "tags": [], "paths": {}}
    document |= {"components": {"schemas": {"Event": {"oneOf": []}, "Error": {"properties": {}}}}}
    (root / "wire/openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (root / "docs/api.md").write_text("# API\n", encoding="utf-8")
    with pytest.raises(Faults) as raised:
        built(root)
    return list(raised.value.faults)


def test_a_new_page_comes_behind_those_of_its_folder(made: Made):
    root = made({"run/new.md": "# A new one\n", "run/newer.md": "# A newer one\n"})

    assert around(root) == {"Begin": ["One"], "Run": ["Two", "A new one", "A newer one"]}


def test_a_new_page_of_a_folder_with_a_readme_belongs_to_that(made: Made):
    listed = FIRST + "* [All](why/README.md)\n"
    root = made({"why/README.md": "# Why\n", "why/0001.md": "# 0001\n"}, listed)

    parts = way_around(gathered(root))
    assert [one.name for one in parts[1].entries] == ["Two", "All"]
    assert [one.name for one in parts[1].entries[1].inner] == ["0001"]


def test_a_page_from_which_nothing_leads_is_a_fault_that_says_what_to_do(made: Made):
    root = made({"new/page.md": "# New\n"})

    with pytest.raises(Faults, match=r"docs/new/page.md: in no list of docs/README.md.*Add it"):
        way_around(gathered(root))


def test_a_page_in_two_lists_is_a_fault(made: Made):
    root = made({}, FIRST + "* [Again](one.md)\n")

    with pytest.raises(Faults, match=r"docs/one.md is listed twice"):
        way_around(gathered(root))


def test_an_item_that_leads_nowhere_is_a_fault(made: Made):
    root = made({}, FIRST + "* Something else\n")

    with pytest.raises(Faults, match="begins with a link to a page"):
        way_around(gathered(root))


def test_a_page_has_to_have_a_title(made: Made):
    with pytest.raises(Faults, match=r"docs/three.md: a page has one heading"):
        gathered(made({"three.md": "Words.\n"}))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[a](nowhere.md)", "docs/three.md: nowhere.md leads nowhere"),
        ("[a](nowhere.txt)", "docs/three.md: nowhere.txt leads nowhere"),
        ("[a](one.md#two)", "docs/three.md: one.md#two names no heading of docs/one.md"),
        ("[a](#four)", "docs/three.md: #four names no heading of docs/three.md"),
        ("![a](nowhere.png)", "docs/three.md: nowhere.png leads nowhere"),
        ("![a](https://x.example/a.png)", "https://x.example/a.png is not ours to show"),
        ("<b>bold</b>", "docs/three.md: HTML: <b>"),
        ("<div>\nwide\n</div>", "docs/three.md: HTML: <div>"),
    ],
)
def test_what_is_wrong_with_a_page_is_told(made: Made, text: str, fault: str):
    found = faults(made({"three.md": f"# Three\n\n{text}\n"}))

    assert [one for one in found if fault in one]


def test_all_faults_are_told_at_once_and_nothing_is_written(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    root = made({"three.md": "# Three\n\n[a](b.md) [c](d.md)\n"})
    assert len(faults(root)) == 2
    monkeypatch.setattr("tools.handbook.__main__.ROOT", root)

    assert main([str(tmp_path / "out")]) == 1
    assert "There is no site with 2 faults." in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_wants_a_folder(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    assert "python -m tools.handbook OUT" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("## 4. Listening: `listen`", ["4-listening-listen"]),
        ("## Caddy, nginx, https", ["caddy-nginx-https"]),
        ("## One\n\n## One\n\n## One", ["one", "one-1", "one-2"]),
        ("## A_b – *c*", ["a_b--c"]),
        ("## [A link](one.md) here", ["a-link-here"]),
    ],
)
def test_headings_have_the_ids_that_a_forge_gives_them(written: str, ids: list[str]):
    page = Page(ENTRANCE, written)

    assert [heading.id for heading in page.headings] == ids
