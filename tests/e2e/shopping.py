"""A shop with the widget in its pages, guests before them, and Ida, who helps.

    async def test_…(shopping: Shopping):
        ana = await shopping.visit("Ana")
        await ana.ask()
        async with shopping.helping() as ida:
            room = (await ida.assist(ana.name)).room

One server and one browser for the tests of a file; each guest has a window of their own, and what
is left of a test is cleared away. What goes wrong in a page stands in `shopping.wrong`, which the
fixture finds empty at the end.
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from frontdesk.client import Desk
from tests.e2e.browsing import browsing, shop
from tests.e2e.server import Server, serving
from tests.load import promised

IDA = ("Ida", "correct horse battery")
ADAM = ("Adam", "correct horse battery")
QUESTION = "Where is my parcel?"
WIDE = {"width": 900, "height": 720}

# All guests come from one address.
RATES = {"guest_rate": 6_000, "identify_rate": 6_000}

PAGE = """\
<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A shop</title></head>
<body><main><h1>A shop</h1></main>{before}
<script src="{desk}/widget.js" {more} async></script>
</body>
</html>
"""

# What a browser says of a request that a test has cut off, or that the desk has refused.
EXPECTED = ("net::ERR_", "Failed to load resource", "WebSocket connection")


class Guest:
    """Somebody before a page, or before the page of the chat itself."""

    def __init__(self, name: str, page: Page, chat: FrameLocator | Page) -> None:
        self.name = name
        self.page = page
        self.chat = chat
        self.context: BrowserContext = page.context
        self.button = page.locator("frontdesk-launcher").get_by_role("button")

    async def ask(self, question: str = QUESTION) -> None:
        """Opens the chat and asks; waits until the desk has it."""
        if self.chat is not self.page:
            await self.button.click()
        await self.fill(question)
        await self.chat.get_by_role("button", name="Ask").click()
        await expect(self.log).to_be_visible()
        await expect(self.chat.get_by_text("You can write already.")).to_be_visible()

    async def fill(self, question: str = QUESTION) -> None:
        await self.chat.get_by_label("Your name").fill(self.name)
        await self.chat.get_by_label("Your question").fill(question)

    async def say(self, text: str) -> None:
        box = self.chat.get_by_role("textbox", name="Your message")
        await box.fill(text)
        await box.press("Enter")

    async def press(self, name: str) -> None:
        await self.chat.get_by_role("button", name=name, exact=True).click()

    async def reads(self, text: str) -> None:
        await expect(self.chat.get_by_text(text).filter(visible=True)).to_be_visible()

    @property
    def log(self) -> Locator:
        return self.chat.get_by_role("log")

    @property
    def items(self) -> Locator:
        return self.log.locator("> ol > li")


class Shopping:
    """The shop, the desk and the browser."""

    def __init__(self, browser: Browser, server: Server, url: str, pages: dict[str, str]) -> None:
        self.browser = browser
        self._pages = pages
        self._guests = 0
        self.server = server
        self.url = url
        self.wrong: list[str] = []
        self._here = contextlib.AsyncExitStack()

    async def visit(
        self,
        name: str = "Ana",
        *,
        lang: str = "en",
        more: str = "",
        before: str = "",
        size: dict[str, int] = WIDE,
        own: bool = False,
        **context: Any,
    ) -> Guest:
        """A guest before a page of the shop, which is on another site than the desk.

        Args:
            lang: of the page.
            more: attributes of the element that loads the widget.
            before: markup in front of it.
            own: before the page of the chat itself instead.
            context: how the window is, see `Browser.new_context`.
        """
        window = await self.browser.new_context(viewport=size, **context)  # type: ignore[arg-type]
        self._here.push_async_callback(window.close)
        text = PAGE.format(lang=lang, desk=self.server.url, more=more, before=before)
        self._pages[self.url.partition("?")[2]] = text
        return await self.another(name, window, own=own)

    async def another(self, name: str, window: BrowserContext, *, own: bool = False) -> Guest:
        """One more tab of this window, with the last page that somebody visited."""
        page = await window.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("request", lambda asked: self._asked(asked.url))
        await page.goto(f"{self.server.url}/chat/main" if own else self.url)
        # A name is taken for a day.
        self._guests += 1
        name = f"{name} of {self._guests}"
        return Guest(name, page, page if own else page.frame_locator("iframe"))

    @contextlib.asynccontextmanager
    async def helping(self) -> AsyncIterator[Desk]:
        """Ida, who is available. Her conversations end with her."""
        async with await Desk.sign_in(self.server.url, *IDA, trust_env=False) as ida:
            await ida.status("available")
            await ida.set_limit(10)
            try:
                yield ida
            finally:
                for room in (await ida.state())["rooms"]:
                    await ida.end(room["room"])
                await ida.status("away")

    async def set(self, **settings: bool | int | str) -> None:
        """Settings of the desk."""
        async with await Desk.sign_in(self.server.url, *ADAM, trust_env=False) as adam:
            await adam.change_settings(settings)

    async def clear(self) -> None:
        """Nobody is here any more, and everything is set as it was."""
        await self._here.aclose()
        self._here = contextlib.AsyncExitStack()
        async with await Desk.sign_in(self.server.url, *ADAM, trust_env=False) as adam:
            for guest in (await adam.state())["queue"]:
                await adam.end(guest["room"])
            settings = await adam.settings()
            changed = {
                one["name"]: one["default"]
                for one in settings
                if one["value"] != one["default"] and one["name"] not in RATES
            }
            if changed:
                await adam.change_settings(changed)

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and not any(one in text for one in EXPECTED):
            self.wrong.append(text)

    def _asked(self, url: str) -> None:
        ours = (self.server.url, self.url.partition("/parcels")[0], "blob:", "data:")
        if not url.startswith(ours):
            self.wrong.append(f"asked of others: {url}")


@pytest.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shopping]:
    """The shop, for all tests of a file."""
    expect.set_options(timeout=promised(10) * 1000)
    folder, pages = tmp_path_factory.mktemp("shop"), dict[str, str]()
    async with (
        browsing(folder) as browser,
        serving(folder, users=[IDA, ADAM]) as server,
        shop(server.url, pages=pages) as url,
    ):
        told = server.run("user", "role", ADAM[0], "admin")
        assert told.returncode == 0, told.stderr
        rates = [f"{name}={much}" for name, much in RATES.items()]
        told = server.run("desk", "set", "main", *rates)
        assert told.returncode == 0, told.stderr
        yield Shopping(browser, server, url, pages)


@pytest.fixture
async def shopping(store: Shopping) -> AsyncIterator[Shopping]:
    """The shop, in which nobody is yet."""
    yield store
    await store.clear()
    wrong, store.wrong = store.wrong, []
    assert wrong == [], wrong
