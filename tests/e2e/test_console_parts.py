"""What the console is made of does as it says: switches, keys, and the rows of a conversation."""

import pytest
from playwright.async_api import Request, Route, expect

from tests.e2e.office import Office, accounts, office
from tests.e2e.test_console import available, composer, log, take, told

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e


async def test_a_switch_that_was_refused_stands_as_it_is(office: Office):
    page = await office.at("Ida")

    async def refuse(route: Route) -> None:
        await route.fulfill(status=409, json={"code": "not_allowed", "message": "No."})

    await page.route("**/status", refuse)
    switch = page.get_by_role("switch", name="Away")
    await switch.click()
    await expect(told(page)).to_be_visible()
    await expect(switch).not_to_be_checked()
    await page.unroute("**/status")
    await switch.click()
    await expect(page.get_by_role("switch", name="Available")).to_be_checked()


async def test_a_key_that_is_held_is_one_press(office: Office):
    page = await office.at("Ida")
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            asked.append(request.url)

    page.on("request", note)
    for _ in range(5):
        await page.keyboard.down("a")
    await page.keyboard.up("a")
    await expect(page.get_by_role("switch", name="Available")).to_be_checked()
    assert len([url for url in asked if url.endswith("/status")]) == 1


async def test_ones_own_message_is_the_same_row_from_its_first_moment_on(office: Office):
    ana = await office.guest("Ana")
    page = await office.at("Ida")
    await available(page)
    await take(page)

    async def hold(route: Route) -> None:
        await expect(log(page).get_by_text("Sending …")).to_be_visible()
        await page.evaluate("window.row = document.querySelector('.log li:last-child')")
        await route.continue_()

    await page.route("**/message/*", hold)
    await composer(page).fill("Only once")
    await composer(page).press("Enter")
    await ana.hears("Only once")
    await expect(log(page).locator("time")).to_have_count(1)
    assert await page.evaluate("row.isConnected && row.innerText.includes('Only once')")
