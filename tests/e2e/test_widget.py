"""The guest's widget in a real browser, in a page of another site, without third parties' cookies.

A private window, as these are, gives the frame neither storage nor locks.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import BrowserContext, Error, FrameLocator, Page, expect

from frontdesk.client import Desk
from tests.e2e.browsing import browsing, shop
from tests.e2e.server import Server, serving
from tests.load import promised

pytestmark = pytest.mark.e2e

IDA = ("Ida", "correct horse battery")
QUESTION = "Where is my parcel?"

HOSTILE = [
    "<script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "<svg/onload=\"document.title='pwned'\">",
    "[a](javascript:document.title='pwned')",
    "<javascript:document.title='pwned'>",
    "[a](data:text/html,<script>alert(1)</script>)",
    '[a](https://example.com" onmouseover="x)',
    "`</code><img src=x>`",
    "```\n</pre><iframe src=//example.com></iframe>\n```",
    "<style>body{display:none}</style>",
    "![a](https://example.com/pixel.gif)",
    "> > > > > > > > <b onclick=x>deep</b>",
]


class Shop(NamedTuple):
    """A guest before a page of another site, and the server of the desk."""

    page: Page
    chat: FrameLocator
    context: BrowserContext
    server: Server
    # Whatever went wrong in the page or in the frame, or was asked of others.
    wrong: list[str]

    async def ask(self, name: str) -> None:
        await self.page.get_by_role("button", name="Open chat").click()
        await self.chat.get_by_label("Your name").fill(name)
        await self.chat.get_by_label("Your question").fill(QUESTION)
        await self.chat.get_by_role("button", name="Ask").click()
        await expect(self.chat.get_by_text("You are next.")).to_be_visible()

    async def say(self, text: str) -> None:
        box = self.chat.get_by_role("textbox", name="Message")
        await box.fill(text)
        await box.press("Enter")


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Shop]:
    expect.set_options(timeout=promised(10) * 1000)
    async with (
        browsing(tmp_path) as browser,
        serving(tmp_path, users=[IDA]) as server,
        shop(server.url) as url,
    ):
        context = await browser.new_context(viewport={"width": 900, "height": 720})
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        ours = (server.url, url.partition("/parcels")[0])
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(ours) else wrong.append(asked.url),
        )
        await page.goto(url)
        yield Shop(page, page.frame_locator("iframe"), context, server, wrong)


async def test_a_guest_asks_is_helped_reloads_and_is_done(there: Shop):
    """The whole of it, and nothing of it ever reaches the page around."""
    await there.ask("Ana")
    await there.say("It was *late*")
    async with await Desk.sign_in(there.server.url, *IDA, trust_env=False) as ida:
        await ida.status("available")
        taken = await ida.assist()
        assert taken.topic == QUESTION
        assert taken.guest is not None
        assert taken.guest.user == "Ana"
        assert taken.guest.info["page"].endswith("/parcels"), "without what stands behind the ?"
        assert [one.body for one in taken.backlog] == ["It was *late*"]
        await expect(there.chat.get_by_text("Ida is here to help.")).to_be_visible()
        await ida.typing(taken.room)
        await expect(there.chat.get_by_text("Ida is typing")).to_be_visible()
        await ida.say(taken.room, "Which **order**?")
        await expect(there.chat.locator("strong", has_text="order")).to_be_visible()
        await expect(there.chat.get_by_text("Ida is typing")).to_be_hidden()

        await there.page.reload()
        await expect(there.chat.get_by_text("Ida is here to help.")).to_be_visible()
        await there.say("Number 7")
        items = there.chat.get_by_role("log").get_by_role("listitem")
        await expect(items).to_have_count(3)
        assert [one["body"] for one in await bodies(ida, taken.room)] == [
            "It was *late*",
            "Which **order**?",
            "Number 7",
        ]

        await ida.end(taken.room)
        await expect(there.chat.get_by_text("ended by our side")).to_be_visible()
        await expect(there.chat.get_by_role("textbox", name="Message")).to_be_hidden()
        await there.chat.get_by_role("button", name="Ask the same again").click()
        await expect(there.chat.get_by_text("You are next.")).to_be_visible()

    assert await there.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert await there.page.evaluate("Object.values(sessionStorage)") == ["open"]
    with pytest.raises(Error, match="SecurityError|cross-origin"):
        await there.page.evaluate(
            "document.querySelector('frontdesk-launcher').shadowRoot"
            ".querySelector('iframe').contentWindow.document"
        )
    assert there.wrong == []


async def test_a_guest_leaves_the_queue(there: Shop):
    await there.ask("Ana")
    await there.chat.get_by_role("button", name="Leave the queue").click()
    await there.chat.get_by_role("button", name="Stay").click()
    await there.chat.get_by_role("button", name="Leave the queue").click()
    await there.chat.get_by_role("button", name="Leave the queue").click()
    await expect(there.chat.get_by_text("You have left the queue.")).to_be_visible()
    await there.chat.get_by_role("button", name="Ask something else").click()
    await expect(there.chat.get_by_label("Your question")).to_have_value("")

    assert there.wrong == []


async def test_a_desk_that_is_closed_says_so_before_anything_is_asked(there: Shop):
    told = there.server.run("desk", "close", "main")
    assert told.returncode == 0, told.stderr

    await there.page.get_by_role("button", name="Open chat").click()

    await expect(there.chat.get_by_text("We are closed at the moment.")).to_be_visible()
    await expect(there.chat.get_by_role("button", name="Ask")).to_be_hidden()


async def test_what_looks_like_markup_is_text(there: Shop):
    await there.ask("Ana")
    async with await Desk.sign_in(there.server.url, *IDA, trust_env=False) as ida:
        await ida.status("available")
        taken = await ida.assist()
        for text in HOSTILE:
            await ida.say(taken.room, text)
        items = there.chat.get_by_role("log").get_by_role("listitem")
        await expect(items).to_have_count(len(HOSTILE))
        kinds = await there.chat.locator(".body *").evaluate_all(
            "all => [...new Set(all.map((one) => one.tagName.toLowerCase()))]"
        )
        links = await there.chat.locator(".body a").evaluate_all(
            "all => all.map((one) => new URL(one.href).protocol)"
        )

    assert set(kinds) <= {"p", "pre", "code", "blockquote", "a", "br", "em", "strong"}
    assert set(links) <= {"https:"}
    assert await there.page.title() == "A shop"
    assert there.wrong == []


async def test_the_keyboard_opens_and_closes_it_and_comes_back_to_the_button(there: Shop):
    button = there.page.get_by_role("button", name="Open chat")
    await button.focus()
    await there.page.keyboard.press("Enter")
    name = there.chat.get_by_label("Your name")
    await expect(name).to_be_visible()
    await there.page.keyboard.type("Ana")
    await expect(name).to_have_value("Ana")
    await there.page.keyboard.press("Escape")
    await expect(button).to_be_focused()
    await expect(there.page.locator("iframe")).to_be_hidden()


async def test_the_page_of_its_own_fits_a_narrow_screen(there: Shop):
    page = await there.context.new_page()
    await page.set_viewport_size({"width": 320, "height": 568})
    await page.goto(f"{there.server.url}/chat/main")
    await page.get_by_label("Your name").fill("Ana")
    await page.get_by_label("Your question").fill("W" * 300)
    await page.get_by_role("button", name="Ask").click()
    await expect(page.get_by_text("You are next.")).to_be_visible()

    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.reload()
    await expect(page.get_by_text("You are next.")).to_be_visible()


async def bodies(desk: Desk, room: str) -> list[dict[str, str]]:
    """What is stored of the room, oldest first."""
    view = await desk.state()
    (found,) = [one for one in view["rooms"] if one["room"] == room]
    messages: list[dict[str, str]] = found["messages"]
    return messages
