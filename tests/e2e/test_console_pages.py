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


async def test_a_screen_for_others_says_so_and_an_address_that_is_none_is_the_floor(
    office: Office,
):
    page = await office.at("Ida", "/console#/nowhere/at/all")
    await expect(page.get_by_role("heading", level=1, name="Floor")).to_be_visible()
    await go(page, "#/room/r00000000000000000000000000000000")
    await expect(page.locator("main[data-state=missing]")).to_be_visible()
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
