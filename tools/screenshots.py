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

from frontdesk.demo.house import House, Plan, open_after_a_night, set_up
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
DESK_TOP = {"width": 980, "height": 760}


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
                yield Demo(browser, address, server.url, accounts.passwords["Sam"])
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        finally:
            server.close()


# --- the widget ---------------------------------------------------------------------------------


async def opened(demo: Demo, **more: Any) -> tuple[Page, FrameLocator]:
    """The shop, with the chat open."""
    page = await demo.page(**more)
    await page.goto(f"{demo.shop}parcel")
    await page.locator("frontdesk-launcher button").click()
    chat = page.frame_locator("iframe")
    await expect(chat.locator("#name")).to_be_visible()
    return page, chat


async def asked(demo: Demo, name: str, question: str, **more: Any) -> tuple[Page, FrameLocator]:
    """Somebody who waits."""
    page, chat = await opened(demo, **more)
    await chat.locator("#name").fill(name)
    await chat.locator("#question").fill(question)
    await chat.locator(".arrival button.main").click()
    await expect(chat.locator(".talk .place")).not_to_be_empty()
    return page, chat


async def talking(demo: Demo, name: str, lines: tuple[str, ...], **more: Any) -> Page:
    """Somebody whom a bot has answered each line; the first is the question."""
    page, chat = await asked(demo, name, lines[0], **more)
    said = chat.locator("[role=log] > li:not(.mine)")
    # A greeting comes before the first answer.
    for answers, line in enumerate(lines, start=1):
        if answers > 1:
            await chat.locator("#text").fill(line)
            await chat.locator("#text").press("Enter")
        await expect(said).to_have_count(answers + 1)
    return page


async def widget_closed(demo: Demo) -> Page:
    page = await demo.page()
    await page.goto(demo.shop)
    await expect(page.locator("frontdesk-launcher button")).to_be_visible()
    return page


async def widget_form(demo: Demo) -> Page:
    page, chat = await opened(demo)
    await chat.locator("#name").fill("Nora")
    await chat.locator("#question").fill("My parcel has been in Leeds since Tuesday. Is it lost?")
    return page


async def widget_queue(demo: Demo) -> Page:
    page, chat = await asked(demo, "Nora", "My parcel has been in Leeds since Tuesday.")
    await chat.locator("#text").fill("It is number KL-20417, by the way")
    await chat.locator("#text").press("Enter")
    await expect(chat.locator("[role=log] > li")).to_have_count(1)
    return page


LINES = (
    "My parcel has been in Leeds since Tuesday.",
    "Can I still return the blanket that is in it?",
    "Thanks! And how long does *green* tea take?",
)


async def widget_conversation(demo: Demo) -> Page:
    return await talking(demo, "Nora", LINES)


async def widget_dark(demo: Demo) -> Page:
    return await talking(demo, "Lars", LINES, color_scheme="dark")


async def widget_right_to_left(demo: Demo) -> Page:
    lines = ("أين طردي؟", "شكرًا! هل *الطرد* في Leeds؟")
    return await talking(demo, "سلمى", lines, locale="ar")


# --- all of them --------------------------------------------------------------------------------

TAKEN: dict[str, Callable[[Demo], Awaitable[Page]]] = {
    "widget-closed": widget_closed,
    "widget-form": widget_form,
    "widget-queue": widget_queue,
    "widget-conversation": widget_conversation,
    "widget-dark": widget_dark,
    "widget-right-to-left": widget_right_to_left,
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
