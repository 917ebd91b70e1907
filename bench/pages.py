"""How long a person waits for a page: the chat after the press of its button, and the console.

Measured in Chromium on this machine, by the clock of the browser; what a line would add is left
out. Cold is a browser that was never here, warm is its next page.
"""

import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, expect

from bench.server import PASSWORD, Server
from frontdesk.trials.raw import wire
from tests.e2e.browsing import browsing, shop

DESK = "/api/v1/desks/main"
WAITING = 20

# When somebody presses, and when a field has the focus and is to be seen: in two processes, so by
# the clock that they share.
CHAT = """
const now = () => performance.timeOrigin + performance.now();
addEventListener("pointerdown", () => { window.pressed = now(); }, true);
addEventListener("focusin", ({ target }) => {
  if (target.matches("input") && target.offsetHeight) window.ready ??= now();
}, true);
"""

# When all who wait are drawn, each with a button, and the browser has come to the next frame: from
# the start of the navigation.
FLOOR = f"""
new MutationObserver((_, watch) => {{
  if (document.querySelectorAll(".waiting .take").length < {WAITING}) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => {{ window.ready = performance.now(); }}));
}}).observe(document, {{ childList: true, subtree: true }});
"""

Measure = Callable[[Page], Awaitable[float]]


async def main(runs: int = 9) -> None:
    """Measure, and print medians."""
    async with Server() as server:
        url = f"http://127.0.0.1:{server.port}"
        server.agents(1)
        with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
            async with browsing(Path(folder)) as browser, shop(url) as site:
                await _compare(browser, runs, CHAT, lambda page: _chat(page, site), "the chat")
                for _ in range(WAITING):
                    guest = await wire(server.address)
                    await guest.post(f"{DESK}/identify", username="Ana", question="Where is it?")
                    guest.close()
                await _compare(browser, runs, FLOOR, lambda page: _floor(page, url), "the console")


async def _compare(browser: Browser, runs: int, script: str, measure: Measure, what: str) -> None:
    cold, warm = [], []
    for _ in range(runs):
        context = await browser.new_context()
        await context.add_init_script(script)
        cold.append(await _once(context, measure))
        warm.append(await _once(context, measure))
        await context.close()
    for how, found in (("cold", cold), ("warm", warm)):
        least, middle, most = min(found), statistics.median(found), max(found)
        print(f"{what}, {how}: {middle:.0f} ms, from {least:.0f} to {most:.0f}, {runs} runs")


async def _once(context: BrowserContext, measure: Measure) -> float:
    page = await context.new_page()
    try:
        return await measure(page)
    finally:
        await page.close()


async def _chat(page: Page, site: str) -> float:
    """From the press of the button until one can write one's name."""
    await page.goto(site)
    await page.get_by_role("button", name="Chat").click()
    await expect(page.frame_locator("iframe").get_by_label("Your name")).to_be_focused()
    pressed: float = await page.evaluate("window.pressed")
    ready: float = await page.frames[-1].evaluate("window.ready")
    return ready - pressed


async def _floor(page: Page, url: str) -> float:
    """From the address until one can take somebody."""
    told = await page.context.request.post(
        f"{url}/api/v1/session", data={"username": "Clerk 0", "password": PASSWORD}
    )
    if not told.ok:
        raise RuntimeError(await told.text())
    await page.goto(f"{url}/console")
    await page.wait_for_function("() => window.ready")
    await expect(page.get_by_role("button", name="Take Ana", exact=True)).to_be_enabled()
    ready: float = await page.evaluate("window.ready")
    return ready
