"""The site of the docs in a browser: it asks nobody else, and everybody can read it."""

import functools
import http.server
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browsing import browsing
from tests.e2e.office import complaints
from tests.load import promised
from tools.handbook.__main__ import main

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200)]

# One of words, one of tables and pictures, and the longest, which is made by other means.
KINDS = ["docs/quickstart.html", "docs/console.html", "docs/api.html"]
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}

# Of the reference of the API, which has hundreds of parts alike, axe looks at three of each kind.
SHORTEN = "document.querySelectorAll('article:nth-of-type(n+4)').forEach((one) => one.remove())"
# Those that come only when somebody looks, too; fails where one does not come, or is no picture.
SHOW_PICTURES = """() => Promise.all([...document.images].map((one) => {
    one.loading = "eager";
    return one.decode();
}))"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site in a folder."""
    out = tmp_path_factory.mktemp("site")
    assert main([str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def served(built: Path) -> Iterator[str]:
    """The address of the site, from any server there is."""
    handler = functools.partial(Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    expect.set_options(timeout=promised(10) * 1000)
    async with browsing(tmp_path) as browser:
        yield browser


@pytest.fixture(scope="module")
def addresses(built: Path) -> list[str]:
    """Every page, from the root of the site."""
    return sorted(str(one.relative_to(built)) for one in built.rglob("*.html"))


async def opened(browser: Browser, asked: list[str], **more: Any) -> Page:
    """A page, with what it asks for, and what its browser complains of."""
    context = await browser.new_context(**more)
    page = await context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: asked.append(f"failed: {request.url}"))
    page.on("console", lambda said: asked.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: asked.append(f"error: {error}"))
    return page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_kind_of_page(
    served: str, browser: Browser, scheme: Literal["light", "dark"], kind: str
):
    for size in (WIDE, NARROW):
        page = await opened(browser, [], viewport=size, color_scheme=scheme, bypass_csp=True)
        await page.goto(f"{served}/{kind}")
        await page.evaluate(SHORTEN)
        assert await complaints(page) == [], size


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_what_a_search_has_found(
    served: str, browser: Browser, scheme: Literal["light", "dark"]
):
    page = await opened(browser, [], viewport=NARROW, color_scheme=scheme, bypass_csp=True)
    await page.goto(f"{served}/index.html")
    await page.get_by_role("searchbox", name="Search").fill("queue")
    await expect(page.locator("#found a").first).to_be_visible()
    assert await complaints(page) == []


async def test_every_page_fits_a_narrow_screen_and_asks_this_server_alone(
    served: str, addresses: list[str], browser: Browser
):
    asked: list[str] = []
    page = await opened(browser, asked, viewport=NARROW)
    for address in addresses:
        await page.goto(f"{served}/{address}")
        await page.evaluate(SHOW_PICTURES)
        width = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], address

    assert len(addresses) > 30
    assert [url for url in asked if not url.startswith((f"{served}/", "data:,"))] == []
    assert any(url.endswith(".png") for url in asked)


@pytest.mark.parametrize("way", ["a server", "a folder"])
async def test_a_search_leads_to_the_place(way: str, served: str, built: Path, browser: Browser):
    home = served if way == "a server" else built.as_uri()
    asked: list[str] = []
    page = await opened(browser, asked, viewport=WIDE)
    await page.goto(f"{home}/docs/operations/settings.html")

    await page.keyboard.press("/")
    await expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    await page.keyboard.type("rocking horse")
    await expect(page.get_by_role("status")).to_have_text("Nothing is found.")
    await page.get_by_role("searchbox", name="Search").fill("CHANGING keys")
    await expect(page.get_by_role("status")).to_contain_text("place")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await page.wait_for_url(f"{home}/docs/embedding.html#changing-keys")
    await expect(page.get_by_role("heading", name="Changing keys")).to_be_in_viewport()
    assert [one for one in asked if not one.startswith((f"{home}/", "data:,"))] == []


async def test_what_is_looked_for_is_text_and_no_pattern(served: str, browser: Browser):
    asked: list[str] = []
    page = await opened(browser, asked, viewport=WIDE)
    await page.goto(f"{served}/index.html")

    for typed in ("<img src=x onerror=alert(1)>", "(", "[a-", "\\", "a|", "$^", "…"):
        await page.get_by_role("searchbox", name="Search").fill(typed)
        await expect(page.get_by_role("status")).not_to_be_empty()
    await page.get_by_role("searchbox", name="Search").fill("**")
    await expect(page.locator("#found img")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.locator("#found")).to_be_hidden()
    assert not [one for one in asked if one.startswith(("error", "failed"))]


async def test_without_scripts_all_but_the_search_is_there(served: str, browser: Browser):
    page = await opened(browser, [], viewport=WIDE, java_script_enabled=False)
    await page.goto(f"{served}/index.html")

    await page.get_by_role("link", name="Quickstart").first.click()
    await expect(page.get_by_role("heading", level=1, name="Quickstart")).to_be_visible()
    await expect(page.get_by_role("searchbox", name="Search")).to_be_hidden()
