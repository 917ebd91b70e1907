"""The widget in pages of sites that restrict what they load, and of sites that may not show it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browsing import browsing, shop
from tests.e2e.server import Server, serving
from tests.load import promised

pytestmark = pytest.mark.e2e

# As docs/embedding.md says, and nothing else.
STRICT = (
    "default-src 'none'; script-src {desk}; frame-src {desk}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    expect.set_options(timeout=promised(10) * 1000)
    async with serving(tmp_path) as server:
        yield server


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with browsing(tmp_path / "browser") as browser:
        yield browser


async def opened(browser: Browser, url: str) -> tuple[Page, list[str]]:
    """The page of the site, with its chat opened, and what the browser complained of."""
    page = await browser.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(url)
    await page.get_by_role("button", name="Chat", exact=True).click()
    return page, wrong


async def allow(server: Server, sites: str) -> None:
    done = await asyncio.to_thread(server.run, "desk", "set", "main", f"sites={sites}")
    assert done.returncode == 0, done.stderr


async def test_a_page_that_restricts_what_it_loads_has_to_allow_the_server_in_two_places(
    server: Server, browser: Browser
):
    async with shop(server.url, STRICT.format(desk=server.url)) as url:
        page, wrong = await opened(browser, url)

        await expect(page.frame_locator("iframe").get_by_label("Your name")).to_be_visible()
        assert wrong == []
        button = page.get_by_role("button", name="Chat", exact=True)
        assert await button.evaluate("one => getComputedStyle(one).position") == "fixed"


async def test_a_site_that_the_desk_lists_shows_the_chat_and_no_other_does(
    server: Server, browser: Browser
):
    async with shop(server.url) as listed, shop(server.url) as other:
        await allow(server, listed.partition("/parcels")[0])

        page, wrong = await opened(browser, listed)
        await expect(page.frame_locator("iframe").get_by_label("Your name")).to_be_visible()
        assert wrong == []

        page, wrong = await opened(browser, other)
        # What leads to the chat as a page of its own.
        await expect(page.get_by_role("link")).to_be_visible()
        await expect(page.locator("iframe")).to_be_hidden()
        assert any("frame-ancestors" in one for one in wrong), wrong


async def test_a_page_that_names_a_desk_that_is_not_says_so(server: Server, browser: Browser):
    page = await browser.new_page()
    answer = await page.goto(f"{server.url}/chat/nowhere")

    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_role("heading", name="There is no chat here")).to_be_visible()
