"""Who gets up from a browser, and who sits down next: nothing of the one is the other's."""

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.e2e.office import Office, accounts, go, office, sign_in
from tests.e2e.test_console import available, composer, log, take

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e

KEPT = "Object.keys(localStorage).filter((one) => /Ida/.test(one + localStorage.getItem(one)))"


async def lost(route: Route) -> None:
    await route.abort()


def rail(page: Page):
    return page.get_by_role("navigation", name="Conversations")


async def test_the_next_one_at_a_browser_reads_nothing_of_the_last(office: Office):
    ana = await office.guest("Ana")
    page = await office.at("Ida")
    await available(page)
    await take(page)
    await ana.say("My number is 4711.")
    await ana.desk.end(ana.room)
    await expect(rail(page)).to_contain_text("Ana")
    await go(page, "#/me")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    await sign_in(page, "Jon")
    await expect(rail(page)).to_contain_text("No conversation yet.")
    await go(page, f"#/room/{ana.room}")
    await expect(page.get_by_role("heading", name="You are not in")).to_be_visible()
    assert "4711" not in await page.content()


async def test_another_desk_shows_nothing_of_the_one_before(office: Office):
    assert office.server.run("desk", "add", "sales").returncode == 0
    ana = await office.guest("Ana")
    page = await office.open()
    await sign_in(page, "Ida")
    await page.get_by_role("button", name="main").click()
    await available(page)
    await take(page)
    await ana.desk.end(ana.room)
    await expect(rail(page)).to_contain_text("Ana")
    await go(page, "#/desks")
    await page.get_by_role("button", name="sales").click()
    await expect(rail(page)).to_contain_text("No conversation yet.")


async def test_nothing_is_left_in_the_browser_of_any_desk_or_of_what_was_not_sent(office: Office):
    assert office.server.run("desk", "add", "sales").returncode == 0
    await office.guest("Ana")
    page = await office.open()
    await sign_in(page, "Ida")
    await page.get_by_role("button", name="main").click()
    await available(page)
    await take(page)
    await page.route("**/message/*", lost)
    await composer(page).fill("Not sent")
    await composer(page).press("Enter")
    await expect(log(page).get_by_text("Sending …")).to_be_visible()
    await composer(page).fill("Half a sentence")
    await go(page, "#/desks")
    await page.get_by_role("button", name="sales").click()
    await expect(page.get_by_text("Nobody waits.")).to_be_visible()
    assert len(await page.evaluate(KEPT)) > 1
    # Before there is any view as well.
    await page.route("**/state", lost)
    await page.reload()
    await page.evaluate("location.hash = '#/me'")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert await page.evaluate(KEPT) == []


async def test_a_sign_out_that_does_not_come_through_says_so_and_is_carried_out(office: Office):
    page = await office.at("Ida", "/console#/me")
    other = await page.context.new_page()
    office.watch(other)
    await other.goto(office.server.url + "/console")
    await expect(other.get_by_role("heading", name="Floor")).to_be_visible()

    async def lose(route: Route) -> None:
        if route.request.method == "DELETE":
            await route.abort()
        else:
            await route.continue_()

    await page.context.route("**/api/v1/session", lose)
    await page.get_by_role("button", name="Sign out").click()
    for one in (page, other):
        await expect(one.get_by_text("You are not signed out yet")).to_be_visible()
    await other.close()
    await page.reload()
    await expect(page.get_by_text("You are not signed out yet")).to_be_visible()
    assert await _signed_in(page.context, office) == "Ida"
    await page.context.unroute("**/api/v1/session", lose)
    await page.get_by_role("button", name="Try now").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert await _signed_in(page.context, office) is None
    await sign_in(page, "Jon")
    await page.reload()
    await expect(page.get_by_role("heading", name="Floor")).to_be_visible()


async def test_a_tab_becomes_that_of_whoever_has_signed_in_at_the_browser(office: Office):
    page = await office.at("Ida", "/console#/me")
    mine = page.get_by_role("banner").get_by_role("link")
    # The line goes on as that of Ida, and the cookie is somebody else's when the tab wakes.
    elsewhere = await office.at("Adam")
    await page.context.add_cookies(await elsewhere.context.cookies())  # type: ignore[arg-type]
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    await expect(page.get_by_text("This tab is that of Adam now.")).to_be_visible()
    await expect(mine.get_by_text("Adam")).to_be_visible()

    # And by the console in another tab.
    other = await page.context.new_page()
    office.watch(other)
    await other.goto(office.server.url + "/console#/me")
    await other.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    await sign_in(other, "Mona")
    await expect(mine.get_by_text("Mona")).to_be_visible()

    # Also without a sign-out before it.
    elsewhere = await office.at("Jon")
    await page.context.add_cookies(await elsewhere.context.cookies())  # type: ignore[arg-type]
    await other.evaluate("localStorage.setItem('frontdesk:console:who', 'Jon')")
    await expect(page.get_by_text("This tab is that of Jon now.")).to_be_visible()


async def test_who_signs_out_while_taking_somebody_can_take_the_next_time(office: Office):
    await office.guest("Ana")
    page = await office.at("Ida")
    await available(page)
    await page.route("**/assist", lost)
    await page.locator(".take").first.click()
    await go(page, "#/me")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.unroute("**/assist")

    await sign_in(page, "Jon")
    await expect(page.locator("[aria-live=assertive] .notice")).to_have_count(0)
    await available(page)
    await take(page)


async def _signed_in(context: BrowserContext, office: Office) -> str | None:
    told = await context.request.get(office.server.url + "/api/v1/session")
    return (await told.json())["user"] if told.ok else None
