"""The console in a real browser: what calls for attention, what was before, and what is hostile."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.office import Office, accounts, office, sign_in
from tests.e2e.test_console import available, composer, log, take
from tests.e2e.test_widget import HOSTILE

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e

# Counts notes and notifications, and lets the test say whether somebody looks.
WATCHED = """
window.notes = 0; window.asked = 0; window.shown = []; window.looks = true;
Document.prototype.hasFocus = () => window.looks;
window.AudioContext = class { state = "running"; currentTime = 0; };
window.OscillatorNode = class { connect(on) { return on; } start() { notes++; } stop() {} };
window.GainNode = class { gain = { linearRampToValueAtTime() {} }; connect(on) { return on; } };
window.Notification = class {
  static permission = "default";
  static async requestPermission() { asked++; return this.permission = "granted"; }
  constructor(text) { shown.push(text); }
};
"""
# The notes of one call that a guest waits, and after how long it is repeated.
CALL, REPEAT_MS = 2, 5_000


async def notes(page: Page, least: int) -> None:
    """Wait until so many were played."""
    await page.wait_for_function("(least) => notes >= least", arg=least)


async def test_who_looks_elsewhere_is_called_until_they_look_and_asked_for_nothing(office: Office):
    page = await office.open()
    await page.add_init_script(WATCHED)
    await page.clock.install()
    await page.reload()
    await sign_in(page, "Ida")
    await office.guest("Too early")
    await expect(page.locator(".waiting")).to_contain_text("Too early")
    assert await page.evaluate("notes") == 0, "who is away is not called"
    await available(page)
    await page.evaluate("looks = false")
    await office.guest("Ana")
    await notes(page, CALL)
    assert await page.evaluate("[asked, shown]") == [0, []]
    # A dot: somebody waits.
    icon = page.locator("link[rel=icon]")
    await expect(icon).to_have_attribute("href", re.compile("circle"))
    await page.clock.fast_forward(REPEAT_MS)
    await notes(page, 2 * CALL)

    await page.evaluate("looks = true; dispatchEvent(new Event('focus'))")
    quiet = await page.evaluate("notes")
    await page.get_by_role("link", name="Ida").click()
    await page.get_by_role("button", name="Allow notifications").click()
    await expect(page.get_by_role("button", name="Allow notifications")).to_be_hidden()
    await page.get_by_role("switch", name="Sound when a guest begins to wait").click()
    await page.clock.fast_forward(2 * REPEAT_MS)
    assert await page.evaluate("notes") == quiet, "looked at, it is silent"
    await page.evaluate("looks = false")
    await office.guest("Ben")
    await page.wait_for_function("() => shown.length")
    assert await page.evaluate("[asked, shown]") == [1, ["Ben waits"]]
    assert await page.evaluate("notes") == quiet, "that sound is turned off"
    jon = await office.agent("Jon")
    await jon.status("available")
    taken = await jon.assist("Ben")
    await jon.transfer(taken.room, "Ida")
    await notes(page, quiet + 3)
    assert await page.evaluate("shown.at(-1)") == "Ben is yours now"


async def test_what_was_said_before_comes_as_one_scrolls_and_nothing_is_missing(office: Office):
    office.server.lift_limits()
    ana = await office.guest("Ana")
    said = [f"Message {number}" for number in range(230)]
    for text in said:
        await ana.say(text)
    page = await office.at("Ida")
    await available(page)
    await take(page)
    # While it is read from, more is said than the view holds.
    more = [f"Later {number}" for number in range(70)]
    for text in more:
        await ana.say(text)
    await expect(log(page).get_by_text("Later 69", exact=True)).to_be_in_viewport()
    before = page.locator(".before")
    while await before.inner_text() != "This is where it began.":
        await log(page).evaluate("(log) => { log.scrollTop = 0; }")
        await asyncio.sleep(0.05)

    assert await log(page).locator("li .body").all_text_contents() == said + more
    await log(page).evaluate("(log) => { log.scrollTop = 0; }")
    await expect(log(page).get_by_text("Message 0", exact=True)).to_be_in_viewport()
    await ana.say("The newest")
    await expect(log(page).get_by_text("Message 0", exact=True)).to_be_in_viewport()
    await page.get_by_role("button", name="Go to the newest message").click()
    await expect(log(page).get_by_text("The newest")).to_be_in_viewport()


async def test_what_looks_like_markup_is_text_wherever_it_comes_from(office: Office):
    info = {f"field{number}": text.replace("\n", " ") for number, text in enumerate(HOSTILE)}
    ana = await office.guest("Ana", HOSTILE[1], **info)
    page = await office.at("Ida")
    await available(page)
    await take(page)
    for text in HOSTILE:
        await ana.say(text)
    await expect(log(page).get_by_role("listitem")).to_have_count(len(HOSTILE))
    kinds = await page.locator(".markdown *, .about dd *").evaluate_all(
        "all => [...new Set(all.map((one) => one.tagName.toLowerCase()))]"
    )
    links = await page.locator(".pane a[target]").evaluate_all(
        "all => all.map((one) => [new URL(one.href).protocol, one.rel])"
    )

    assert set(kinds) <= {"p", "pre", "code", "blockquote", "a", "br", "em", "strong"}
    assert {tuple(link) for link in links} <= {("https:", "noopener noreferrer nofollow")}
    assert await page.title() == "Ana – Frontdesk"


async def test_who_works_at_several_desks_chooses_one_and_can_change(office: Office):
    told = office.server.run("desk", "add", "sales")
    assert told.returncode == 0, told.stderr
    await office.guest("Ana")
    page = await office.open()
    await sign_in(page, "Ida")
    await expect(page.get_by_role("heading", name="Choose a desk")).to_be_visible()
    await page.get_by_role("button", name="sales").click()
    await expect(page.get_by_text("Nobody waits.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Nobody waits.")).to_be_visible()
    await page.get_by_role("link", name="Ida").click()
    await page.get_by_role("link", name="Desk: sales").click()
    await page.get_by_role("button", name="main").click()
    await expect(page.locator(".waiting")).to_contain_text("Ana")


async def test_tabs_share_one_line_and_sign_out_together(office: Office):
    page = await office.at("Ida")
    other = await page.context.new_page()
    office.watch(other)
    lines: list[str] = []
    other.on("websocket", lambda line: lines.append(line.url))
    await other.goto(office.server.url + "/console")
    await office.guest("Ana")
    await expect(other.locator(".waiting")).to_contain_text("Ana")
    assert lines == []
    await available(other)
    await take(other)
    await expect(page.locator(".rail").get_by_role("link", name="Ana")).to_be_visible()
    await composer(other).fill("Half a sentence")
    await page.get_by_role("link", name="Ida").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(other.get_by_text("is kept here")).to_have_count(0)
    kept = await page.evaluate("Object.keys(localStorage).filter((one) => one.includes('draft'))")
    assert kept == []
