"""Every screen of the console, as those meet it who do not see it or use no mouse."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.e2e.office import PHONE, WIDE, Office, accounts, complaints, go, office, sign_in

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e

# The list of all screens, held to the code by the tests of the clients.
DESIGN = Path(__file__).parents[2] / "docs" / "design" / "console.md"
ADDRESSES = re.findall(r"^\| `(#/[^`]+)` ", DESIGN.read_text(encoding="utf-8"), re.MULTILINE)


async def fine(page: Page, where: str) -> None:
    """Nothing to complain about, and nothing wider than the window."""
    assert await complaints(page) == [], where
    width = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], where


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_screen(
    office: Office, scheme: Literal["light", "dark"], size: dict[str, int]
):
    names = ("Ana", "Ben", "Cem", "Dan")
    guests = {
        name: await office.guest(name, browser="Firefox", page="https://a/b") for name in names
    }
    page = await office.open(scheme=scheme, size=size)
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await fine(page, "signing in")
    await sign_in(page, "Adam")
    adam = await office.agent("Adam")
    await adam.status("available")
    for name in ("Ana", "Ben", "Cem"):
        await adam.assist(name)
    await guests["Ana"].say("- one\n- two\n\n> `code` **bold** https://example.com")
    await guests["Cem"].desk.end(guests["Cem"].room)
    rooms = {name: guests[name].room for name in names}
    given = {"room": rooms["Ana"], "other": rooms["Ben"], "user": "Ida", "secret": "of nobody"}

    for address in ADDRESSES:
        # A screen with another parameter than these is added here.
        await go(page, re.sub(":(\\w+)", lambda named: given[named[1]], address))
        await expect(page.locator("main[data-screen]")).to_be_visible()
        await fine(page, address)
    for state, name in (("over", "Cem"), ("missing", "Dan")):
        await go(page, f"#/room/{rooms[name]}")
        await expect(page.locator(f"main[data-state={state}]")).to_be_visible()
        await fine(page, state)
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator("main[data-state=watching]")).to_be_visible()
    await fine(page, "watching")
    await go(page, f"#/room/{rooms['Ana']}")
    dialog = page.get_by_role("dialog")
    for key in ("t", "e", "l", "?"):
        await page.keyboard.press(key)
        await expect(dialog).to_be_visible()
        await fine(page, f"key {key}")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
    await page.keyboard.press("i")
    await fine(page, "details")
    await adam.leave(rooms["Ana"])
    await go(page, "#/floor")
    await fine(page, "somebody waits")


async def test_an_address_that_is_none_says_so_and_so_does_a_screen_for_others(office: Office):
    page = await office.at("Ida", "/console#/nonsense/at/all")
    await expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    await expect(page).to_have_title("There is no such page – Frontdesk")
    await page.get_by_role("link", name="To the floor").click()
    await expect(page.get_by_role("heading", level=1, name="Floor")).to_be_visible()
    await go(page, "#/room/r00000000000000000000000000000000")
    await expect(page.locator("main[data-state=missing]")).to_contain_text("there never was one")
    await page.evaluate("location.hash = '#/admin/people'")
    await expect(page.get_by_text("This is not for you to see.")).to_be_visible()
    await go(page, "#/colleague/Nobody")
    await expect(page.get_by_text("There is no such colleague.")).to_be_visible()


async def test_the_focus_goes_to_the_heading_of_a_screen_and_back_from_a_dialog(office: Office):
    page = await office.at("Ida")
    await page.get_by_role("link", name="Ida").click()
    await expect(page.get_by_role("heading", level=1, name="Ida")).to_be_focused()
    keys = page.locator(".bar").get_by_role("button", name="Keys")
    await keys.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(keys).to_be_focused()


async def test_each_page_of_an_admin_says_what_it_is_for_and_which_one_it_is(office: Office):
    page = await office.at("Adam", "/console#/admin")
    listed = page.locator("main").get_by_role("link")
    names = await listed.all_inner_texts()
    whys = await page.locator("main .entry .hint").all_inner_texts()
    assert len(names) == len(whys) == len([one for one in ADDRESSES if is_of_an_admin(one)])
    for name, why in zip(names, whys, strict=True):
        await go(page, "#/admin")
        await listed.get_by_text(name, exact=True).click()
        await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        await expect(page.locator("main > .hint").first).to_have_text(why)
        marked = page.locator("a[aria-current=page]")
        assert await marked.all_inner_texts() == ["Admin", name]
        ground = "(it) => getComputedStyle(it).backgroundColor"
        other = page.locator(".pages a:not([aria-current])").first
        assert await marked.last.evaluate(ground) != await other.evaluate(ground)


def is_of_an_admin(address: str) -> bool:
    """Whether it is a page of its own, among those that the overview lists."""
    return address.startswith(("#/admin/", "#/history")) and ":" not in address


async def test_on_a_phone_one_bar_of_one_row_stands_above_everything(office: Office):
    ana = await office.guest("Ana")
    page = await office.at("Adam", size={"width": 375, "height": 740}, has_touch=True)
    height = """() => [...document.querySelectorAll(".bar, .pane-bar")]
        .reduce((all, one) => all + one.getBoundingClientRect().height, 0)"""
    bar = page.locator(".bar")
    for address in ("#/floor", "#/conversations", "#/messages", "#/admin/people", "#/me"):
        await go(page, address)
        assert await page.evaluate(height) <= 56, address
    await bar.get_by_role("button", name="More").click()
    await bar.get_by_role("link", name="Messages").click()
    await expect(page.get_by_role("heading", level=1, name="Messages")).to_be_visible()
    await expect(bar.get_by_role("link", name="Messages")).to_be_hidden()

    await go(page, f"#/room/{ana.room}")
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".pane-bar")).to_be_visible()
    assert await page.evaluate(height) <= 56
    await expect(bar).to_be_hidden()
    more = page.locator(".pane").get_by_role("button", name="More")
    await more.click()
    await expect(more).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="End")).to_be_hidden()
    await expect(more).to_be_focused()
    await more.click()
    await page.get_by_role("button", name="End").click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(more).to_be_focused()
    await page.get_by_role("link", name="Back").click()
    await expect(bar).to_be_visible()


async def test_two_side_by_side_have_room_and_names_and_buttons_stay_in_a_row(office: Office):
    names = ("Ana", "Benedikt von und zu Hohenstein")
    guests = [await office.guest(name) for name in names]
    adam = await office.agent("Adam")
    await adam.status("available")
    for name in names:
        await adam.assist(name)
    await office.guest("Cem")
    page = await office.at("Adam", f"/console#/room/{guests[0].room}/beside/{guests[1].room}")
    width = "(all) => Math.min(...all.map((it) => it.getBoundingClientRect().width))"
    panes = page.locator(".pane")
    await expect(panes).to_have_count(2)
    assert await panes.evaluate_all(width) > 600
    for bar in await page.locator(".pane-bar").all():
        assert (await bar.bounding_box() or {"height": 0.0})["height"] <= 56
    await expect(page.locator(".rail").get_by_role("link", name="1 guest waits")).to_be_visible()

    fold = page.locator(".rail > .fold")
    await fold.click()
    await expect(page.locator(".rail").get_by_role("link", name="Ana")).to_be_visible()
    await page.reload()
    await expect(page.locator(".rail").get_by_role("link", name="Ana")).to_be_visible()
    await go(page, f"#/room/{guests[0].room}")
    await fold.click()
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await go(page, f"#/room/{guests[0].room}/beside/{guests[1].room}")
    await expect(fold).to_have_attribute("aria-expanded", "true")
