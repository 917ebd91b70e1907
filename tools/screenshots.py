"""Takes the pictures in docs/pictures, of a demo that plays for the purpose.

Run from the project's root: `.venv/bin/python tools/screenshots.py`, with names for some of them.
It takes two minutes and the Chromium of the machine. Look at what comes of it.
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

# Started as a script, it finds only what stands beside it.
sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.async_api import Browser, FrameLocator, Page, expect

from frontdesk.demo.house import FIELD, NEWCOMER, House, Plan, open_after_a_night, set_up
from frontdesk.demo.screenplay import read
from frontdesk.demo.shop import shop
from frontdesk.trials.server import Server
from tests.e2e.browsing import browsing

PICTURES = Path("docs/pictures")
# What is looked at over a slow line too.
MOST_BYTES = 150_000

PLAY = read()
PLAN = Plan(seed=7, speed=2.0)
WAITS_MS = 30_000
# From one flood of guests to the next, at that speed.
TIDE_MS = 150_000
LINE = 4

DESK_TOP = {"width": 1120, "height": 720}
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}

KETTLE = "The Harbour kettle drips"
# What a guest asks and says.
LINES = (
    "My parcel has been in Leeds since Tuesday.",
    "Can I still return the blanket that is in it?",
    "Thanks! And how long does *green* tea take?",
)
# What the agent says, and the last of what the guest says to it.
TALK = (
    ("Hello! Does it drip *while* you pour, or afterwards?", "About a teaspoon"),
    ("Then it is the seal. Turn the **grey ring** over, and push until it clicks.", "It clicked!"),
)


class Demo(NamedTuple):
    """What plays."""

    browser: Browser
    shop: str
    desk: str
    password: str

    async def page(self, **more: Any) -> Page:
        """A window of its own."""
        context = await self.browser.new_context(**{"viewport": DESK_TOP, **more})
        return await context.new_page()


@contextlib.asynccontextmanager
async def playing() -> AsyncIterator[Demo]:
    """A demo, and a browser before it."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-pictures-") as folder:
        server = Server(Path(folder) / "server")
        try:
            accounts = await set_up(server)
            await server.start()
            await open_after_a_night(server, PLAY)
            house = House(server.url, PLAN, PLAY)
            async with shop(server.url, 0) as address, browsing(Path(folder)) as browser:
                task = asyncio.create_task(house.run(accounts))
                yield Demo(browser, address, server.url, accounts.passwords[NEWCOMER])
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        finally:
            server.close()


# --- the widget ---------------------------------------------------------------------------------


Chat = FrameLocator | Page


async def opened(demo: Demo, **more: Any) -> tuple[Page, FrameLocator]:
    """The shop, with the chat open."""
    page = await demo.page(**more)
    await page.goto(f"{demo.shop}parcel")
    await page.locator("frontdesk-launcher").get_by_role("button").click()
    return page, page.frame_locator("iframe")


async def fill(chat: Chat, name: str, question: str) -> None:
    """Fill in the form, whatever its language."""
    await chat.locator("input[required]:visible").first.fill(name)
    await chat.locator("form textarea:visible").fill(question)


async def ask(chat: Chat, name: str, question: str) -> None:
    """Wait from now on."""
    await fill(chat, name, question)
    await chat.locator("form button:visible").first.click()
    await expect(chat.get_by_role("log")).to_be_visible()


async def say(chat: Chat, text: str) -> None:
    """Write it."""
    await chat.locator("form textarea:visible").fill(text)
    await chat.locator("form textarea:visible").press("Enter")


async def converse(chat: Chat, name: str, lines: tuple[str, ...]) -> None:
    """Ask, and go on when a bot has answered; the first line is the question."""
    await ask(chat, name, lines[0])
    answers = chat.get_by_role("log").locator("> ol > li:not(.mine)")
    # A greeting comes before the first answer.
    for number, line in enumerate(lines, start=1):
        if number > 1:
            await say(chat, line)
        await expect(answers).to_have_count(number + 1)


async def widget_closed(demo: Demo) -> Page:
    page = await demo.page()
    await page.goto(demo.shop)
    await expect(page.locator("frontdesk-launcher").get_by_role("button")).to_be_visible()
    return page


async def widget_form(demo: Demo) -> Page:
    page, chat = await opened(demo)
    await fill(chat, "Nora", "My parcel has been in Leeds since Tuesday. Is it lost?")
    await chat.get_by_label(FIELD).fill("KL-20417")
    return page


async def widget_queue(demo: Demo) -> Page:
    page, chat = await opened(demo)
    await ask(chat, "Nora", LINES[0])
    await say(chat, "It is number KL-20417, by the way")
    await expect(chat.get_by_role("log").locator("> ol > li")).to_have_count(1)
    await expect(chat.get_by_text("Sending")).to_have_count(0)
    return page


async def widget_conversation(demo: Demo) -> Page:
    page, chat = await opened(demo)
    await converse(chat, "Nora", LINES)
    return page


async def widget_dark(demo: Demo) -> Page:
    page, chat = await opened(demo, color_scheme="dark")
    await converse(chat, "Lars", LINES)
    return page


async def widget_right_to_left(demo: Demo) -> Page:
    """The chat as a page of its own, which is in the language of the browser."""
    page = await demo.page(viewport=PHONE, locale="ar")
    await page.goto(f"{demo.desk}/chat/main")
    await converse(page, "سلمى", ("أين طردي؟", "شكرًا! هذا يكفيني."))
    return page


# --- the console --------------------------------------------------------------------------------


async def signed_in(demo: Demo, **more: Any) -> Page:
    """The floor, as whoever started the demo sees it."""
    page = await demo.page(**{"viewport": WIDE, **more})
    await page.goto(f"{demo.desk}/console")
    await page.get_by_label("Name").fill(NEWCOMER)
    await page.get_by_label("Password").fill(demo.password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("main[data-screen=floor]")).to_be_visible()
    return page


async def a_line_forms(page: Page) -> None:
    """Wait until some wait."""
    await expect(page.locator(".waiting li").nth(LINE - 1)).to_be_visible(timeout=TIDE_MS)


async def helping(demo: Demo, **more: Any) -> Page:
    """An agent in the middle of a conversation."""
    page = await signed_in(demo, **more)
    if not await page.get_by_role("switch", checked=True).count():
        await page.get_by_role("switch").click()
    asking = page.locator(".waiting li").filter(has_text=KETTLE)
    await asking.get_by_role("button", name="Take").click(timeout=2 * TIDE_MS)
    for line, answer in TALK:
        await page.get_by_role("textbox").last.fill(line)
        await page.get_by_role("textbox").last.press("Enter")
        await expect(page.locator("main").get_by_text(answer).last).to_be_visible()
    return page


async def console_floor(demo: Demo) -> Page:
    page = await signed_in(demo)
    await a_line_forms(page)
    return page


async def console_conversation(demo: Demo) -> Page:
    return await helping(demo)


async def console_dark(demo: Demo) -> Page:
    page = await signed_in(demo, color_scheme="dark")
    await a_line_forms(page)
    return page


async def console_phone(demo: Demo) -> Page:
    return await helping(demo, viewport=PHONE, has_touch=True, is_mobile=True)


# --- all of them --------------------------------------------------------------------------------

TAKEN: dict[str, Callable[[Demo], Awaitable[Page]]] = {
    "widget-closed": widget_closed,
    "widget-form": widget_form,
    "widget-queue": widget_queue,
    "widget-conversation": widget_conversation,
    "widget-dark": widget_dark,
    "widget-right-to-left": widget_right_to_left,
    "console-floor": console_floor,
    "console-conversation": console_conversation,
    "console-dark": console_dark,
    "console-phone": console_phone,
}


async def take(names: list[str]) -> None:
    """Take the pictures of these names; all of them if there are none."""
    expect.set_options(timeout=WAITS_MS)
    async with playing() as demo:
        for name, take_it in TAKEN.items():
            if names and name not in names:
                continue
            page = await take_it(demo)
            path = PICTURES / f"{name}.png"
            await page.screenshot(path=path, animations="disabled", caret="hide")
            await page.context.close()
            if path.stat().st_size > MOST_BYTES:
                raise SystemExit(f"{path} has {path.stat().st_size} bytes, over {MOST_BYTES}")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(take(sys.argv[1:]))
