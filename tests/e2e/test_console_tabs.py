"""One agent with several tabs of the console open."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.e2e.office import PASSWORD, Office, accounts, office
from tests.e2e.test_console import available, composer, log, take
from tests.e2e.test_console_signs import CALL, WATCHED
from tests.load import promised

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e

# Counts how often a tab has asked whether it is the one that calls.
ASKED = """
window.claims = 0;
const request = LockManager.prototype.request;
LockManager.prototype.request = function (name, ...more) {
  if (name.includes(":call:")) claims++;
  return request.call(this, name, ...more);
};
"""


async def second(office: Office, page: Page) -> Page:
    """Another tab beside this one, with the desk before it."""
    other = await page.context.new_page()
    office.watch(other)
    await other.goto(office.server.url + "/console")
    await expect(other.get_by_role("heading", name="Floor")).to_be_visible()
    await expect(other.locator("[data-state=connecting]")).to_have_count(0)
    return other


async def test_what_one_tab_has_sent_no_other_holds_to_be_sent_again(office: Office):
    ana = await office.guest("Ana")
    page = await office.at("Ida")
    await available(page)
    await take(page)
    other = await second(office, page)
    await other.goto(page.url)
    await composer(page).fill("Once")
    await expect(composer(other)).to_have_value("Once")
    await composer(page).press("Enter")
    await expect(log(other).get_by_text("Once")).to_be_visible()
    await expect(composer(other)).to_have_value("")
    await composer(other).press("Enter")
    await composer(other).fill("Twice")
    await composer(other).press("Enter")
    await ana.hears("Twice")
    assert ana.heard.count("Once") == 1


async def test_of_several_tabs_one_calls_and_it_is_the_one_that_is_looked_at(office: Office):
    page = await office.open()
    await page.context.add_init_script(WATCHED + ASKED)
    await page.reload()
    await page.get_by_label("Name").fill("Ida")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await available(page)
    other = await second(office, page)
    tabs = (page, other)
    for name, looked in {"Ana": (False, True), "Ben": (True, False), "Cem": (False, False)}.items():
        for tab, looks in zip(tabs, looked, strict=True):
            await tab.evaluate("(looks) => { window.looks = looks; notes = claims = 0; }", looks)
        guest = await office.guest(name)
        for tab in tabs:
            await tab.wait_for_function("() => claims > 0")
        heard = [0, 0]
        async with asyncio.timeout(promised(10)):
            while sum(heard) < CALL:
                heard = [await tab.evaluate("notes") for tab in tabs]
        assert sum(heard) == CALL, (looked, heard)
        for looks, notes in zip(looked, heard, strict=True):
            assert notes == CALL or not looks, (looked, heard)
        await guest.desk.leave_queue()
        await expect(page.locator(".waiting")).not_to_contain_text(name)
