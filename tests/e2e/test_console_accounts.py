"""People in the console: the first steps of all, links, accounts, tokens, desks."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsing import browsing
from tests.e2e.office import PASSWORD, PHONE, Office, accounts, complaints, go, office, sign_in
from tests.e2e.server import serving

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e

CHOSEN = "a phrase of my own"
ADMIN = ("people", "desks", "audit", "tokens", "password", "start")


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which nobody has an account yet."""
    async with browsing(tmp_path) as browser, serving(tmp_path) as server:
        here = Office(browser, server)
        try:
            yield here
            assert here.wrong == []
        finally:
            await here.close()


def screen(page: Page, name: str, state: str | None = None):
    """The screen of this name, in this state."""
    in_state = "" if state is None else f"[data-state={state}]"
    return page.locator(f"main[data-screen={name}]{in_state}")


async def to(page: Page, path: str) -> None:
    await go(page, f"#/{path}")


async def press(page: Page, name: str, *, exact: bool = False) -> None:
    await page.get_by_role("button", name=name, exact=exact).click()


async def chooses(page: Page, password: str, again: str | None = None) -> None:
    """Types a new password, twice."""
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_label("The same again").fill(password if again is None else again)


async def link_of(page: Page) -> str:
    """The link that is shown once, without the address of the server."""
    shown = page.get_by_label("The link", exact=True)
    await expect(shown).to_be_visible()
    link = await shown.input_value()
    await press(page, "Done")
    return link[link.index("/console") :]


# --- the first of all -----------------------------------------------------------------------------


async def test_the_link_of_the_first_start_leads_to_a_chat_with_oneself(empty: Office):
    found = re.search(r"/console#/welcome/\S+", empty.server.logs())
    assert found, empty.server.logs()
    page = await empty.open(found[0])
    await expect(screen(page, "welcome", "first")).to_be_visible()

    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Name of the desk").fill("Tea & Biscuits")
    await chooses(page, CHOSEN, "another phrase")
    await press(page, "Begin")
    await expect(page.get_by_role("alert")).to_have_text("The two are not the same.")
    await chooses(page, "short")
    await press(page, "Begin")
    await expect(page.get_by_role("alert")).to_contain_text("10 to 256 characters")
    await chooses(page, CHOSEN)
    await press(page, "Begin")

    await expect(screen(page, "start")).to_be_visible()
    assert "welcome" not in page.url
    snippet = await page.get_by_label("The snippet").input_value()
    assert snippet == (
        f'<script src="{empty.server.url}/widget.js" data-desk="main" async></script>'
    )
    assert await complaints(page) == []

    async with page.expect_popup() as opens:
        await press(page, "Open the chat")
    chat = await opens.value
    await chat.get_by_label("Your name").fill("Me")
    await chat.get_by_label("Your question").fill("Is anybody there?")
    await chat.get_by_role("button", name="Ask").click()
    await press(page, "Go to the floor")
    await expect(page.locator(".waiting").get_by_text("Me", exact=True)).to_be_visible()
    face = await page.evaluate("async () => (await fetch('/api/v1/desks/main/face')).json()")
    assert face["title"] == "Tea & Biscuits"

    # The link is void for whoever finds it.
    late = await empty.open(found[0])
    await expect(screen(late, "welcome", "refused")).to_be_visible()


# --- people ---------------------------------------------------------------------------------------


async def test_somebody_is_invited_chooses_a_password_and_the_link_is_used_up(office: Office):
    page = await office.at("Adam")
    await to(page, "admin/people")
    await press(page, "Invite somebody")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Ida")
    await dialog.get_by_role("button", name="Invite somebody").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("There is somebody of that name")
    await dialog.get_by_label("Name").fill("Kim")
    await dialog.get_by_label("Role").select_option("monitor")
    await dialog.get_by_role("button", name="Invite somebody").click()
    link = await link_of(page)
    row = page.get_by_role("listitem").filter(has_text="Kim")
    await expect(row).to_contain_text("invited")
    await expect(row).to_contain_text("Monitor")

    kim = await office.open(link, size=PHONE)
    await expect(kim.get_by_text("You are Kim here.")).to_be_visible()
    assert await complaints(kim) == []
    await chooses(kim, CHOSEN)
    await press(kim, "Choose this password")

    await expect(screen(kim, "floor")).to_be_visible()
    assert "welcome" not in kim.url
    again = await office.open(link)
    await expect(screen(again, "welcome", "refused")).to_be_visible()
    await expect(again.get_by_role("heading")).to_have_text("This link does not work")
    await to(page, "admin")
    await to(page, "admin/people")
    await expect(row).not_to_contain_text("invited")


async def test_an_account_is_changed_shut_out_and_let_in_again(office: Office):
    page = await office.at("Adam")
    ida = await office.at("Ida")
    await to(page, "admin/people")
    row = page.get_by_role("listitem").filter(has_text="Ida")

    await press(page, "Change: Ida")
    await page.get_by_label("Role").select_option("monitor")
    await press(page, "Save")
    await expect(row).to_contain_text("Monitor")

    await press(page, "Disable: Ida")
    await press(page, "Disable", exact=True)
    await expect(row).to_contain_text("disabled")
    await expect(screen(ida, "sign_in", "over")).to_be_visible()

    await press(page, "Let in again: Ida")
    await expect(row).not_to_contain_text("disabled")
    await sign_in(ida, "Ida")

    await press(page, "Change: Adam")
    await page.get_by_label("Role").select_option("agent")
    await press(page, "Save")
    await expect(page.get_by_role("alert").last).to_contain_text("Nobody else could change people")
    await page.keyboard.press("Escape")
    await press(page, "Make a new link: Ida")
    await press(page, "Make a new link", exact=True)
    assert "#/welcome/" in await link_of(page)
    await expect(row).to_contain_text("link until")


async def test_who_works_at_some_desks_is_assigned_to_them(office: Office):
    page = await office.at("Adam")
    await to(page, "admin/desks")
    await page.get_by_label("Name in addresses").fill("Night Shift")
    await press(page, "Add a desk")
    await expect(page.get_by_role("alert")).to_contain_text("cannot be sent like that")
    await page.get_by_label("Name in addresses").fill("night")
    await press(page, "Add a desk")
    await expect(page.get_by_role("listitem").filter(has_text="night")).to_be_visible()
    await press(page, "Work here: night")
    await expect(page.get_by_role("listitem").filter(has_text="night")).to_contain_text(
        "you work here"
    )

    await to(page, "admin/people")
    await press(page, "Change: Jon")
    await page.get_by_role("switch", name="All desks").click()
    await press(page, "Save")
    await expect(page.get_by_role("alert").last).to_have_text("Choose a desk at least.")
    await page.get_by_role("checkbox", name="night").check()
    await press(page, "Save")
    await expect(page.get_by_role("listitem").filter(has_text="Jon")).to_contain_text("at night")


# --- one's own ------------------------------------------------------------------------------------


async def test_a_token_is_shown_once_and_ended(office: Office):
    page = await office.at("Ida")
    await to(page, "admin/tokens")
    await expect(page.get_by_text("There is none.")).to_be_visible()

    await page.get_by_label("What it is for").fill("Nightly export")
    await press(page, "Create a token")
    token = await page.get_by_label("The token", exact=True).input_value()
    assert re.fullmatch("fdt_[0-9a-f]{64}", token)
    await press(page, "Close")
    row = page.get_by_role("listitem").filter(has_text="Nightly export")
    await expect(row).to_contain_text("never used")
    await page.reload()
    await expect(row).to_be_visible()
    assert token not in await page.content()

    await press(page, "End: Nightly export")
    await press(page, "End", exact=True)
    await expect(page.get_by_text("There is none.")).to_be_visible()


async def test_a_password_is_changed_and_other_windows_are_signed_out(office: Office):
    page, other = await office.at("Ida"), await office.at("Ida")
    await to(page, "admin/password")
    for old, why in (("wrong horse battery", "do not fit"), (PASSWORD, "")):
        await page.get_by_label("The password until now").fill(old)
        await page.get_by_label("The new password").fill(CHOSEN)
        await page.get_by_label("The same again").fill(CHOSEN)
        await press(page, "Change it")
        if why:
            await expect(page.get_by_role("alert")).to_contain_text(why)

    await expect(screen(page, "own_password", "changed")).to_be_visible()
    await expect(screen(other, "sign_in", "over")).to_be_visible()
    await to(page, "floor")
    await expect(screen(page, "floor")).to_be_visible()


# --- who changed what, and what is not for everybody ----------------------------------------------


async def test_who_has_changed_what_is_read(office: Office):
    page = await office.at("Adam")
    await to(page, "admin/people")
    await press(page, "Change: Ida")
    await page.get_by_label("Role").select_option("monitor")
    await press(page, "Save")
    await expect(page.get_by_role("listitem").filter(has_text="Ida")).to_contain_text("Monitor")
    await to(page, "admin/audit")

    events = page.get_by_role("listitem")
    await expect(events.first).to_contain_text("Adam changed Ida from agent to monitor")
    await expect(events.last).to_contain_text("An operator added Ida as agent")


async def test_screens_of_admins_are_not_for_agents_and_say_what_failed(office: Office):
    ida = await office.at("Ida")
    await to(ida, "admin")
    await expect(ida.get_by_role("link", name="API tokens")).to_be_visible()
    await expect(ida.get_by_role("link", name="People")).to_have_count(0)
    await to(ida, "admin/people")
    await expect(ida.get_by_text("This is not for you to see.")).to_be_visible()

    page = await office.at("Adam")
    await page.route("**/api/v1/accounts", lambda route: route.abort())
    await to(page, "admin/people")
    await expect(page.get_by_text("This could not be loaded.")).to_be_visible()
    await page.unroute("**/api/v1/accounts")
    await press(page, "Try again")
    await expect(page.get_by_role("listitem").filter(has_text="Ida")).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", None), ("dark", PHONE)], ids=["light", "dark phone"]
)
async def test_axe_finds_nothing_in_what_admins_look_after(office: Office, scheme, size):
    page = await office.at("Adam", scheme=scheme, **({} if size is None else {"size": size}))
    for path in ADMIN:
        await to(page, f"admin/{path}")
        await expect(page.locator("main[data-screen]:not([data-screen=admin])")).to_be_visible()
        await expect(page.get_by_text("Loading")).to_have_count(0)
        assert await complaints(page) == [], path
    await to(page, "admin/people")
    for opens in ("Invite somebody", "Change: Ida"):
        await press(page, opens)
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await complaints(page) == [], opens
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    bad = await office.open("/console#/welcome/none", scheme=scheme)
    await expect(screen(bad, "welcome", "refused")).to_be_visible()
    assert await complaints(bad) == []
