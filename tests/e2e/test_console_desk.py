"""What admins set at a desk, in the console: settings, sites, keys, the snippet."""

import json

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.office import PHONE, Office, accounts, complaints, go, office
from tests.web.vouches import Key, vouch

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e

DESK = "/api/v1/desks/main"


async def to(page: Page, path: str) -> None:
    await go(page, f"#/admin/{path}")


def setting(page: Page, name: str) -> Locator:
    return page.locator(f"[data-setting={name}]")


def items(page: Page) -> Locator:
    """What is listed on the screen."""
    return page.locator("main").get_by_role("listitem")


async def face(page: Page) -> dict[str, object]:
    """How the desk presents itself to anybody."""
    told = await page.evaluate(f"async () => (await fetch('{DESK}/face')).json()")
    assert isinstance(told, dict)
    return told


# --- settings -------------------------------------------------------------------------------------


async def test_a_setting_is_saved_as_it_is_changed_and_says_so(office: Office):
    page = await office.at("Adam")
    await to(page, "settings")

    await page.get_by_label("Name of the desk").fill("  Tea & Biscuits ")
    await page.get_by_label("Greeting").fill("Hello!\nWe are here.")
    await expect(setting(page, "title").get_by_role("status")).to_have_text("Saved")
    await page.get_by_label("Colour").fill("#ffe08a")
    await page.get_by_label("Colour").dispatch_event("change")
    await expect(setting(page, "greeting").get_by_role("status")).to_have_text("Saved")
    await expect(setting(page, "color").get_by_role("status")).to_have_text("Saved")
    await page.get_by_role("switch", name="Ask guests how it was").click()
    await expect(setting(page, "ratings").get_by_role("status")).to_have_text("Saved")

    await expect(page.get_by_label("Name of the desk")).to_have_value("Tea & Biscuits")
    shown = page.locator(".face")
    await expect(shown.locator(".bar")).to_have_text("Tea & Biscuits")
    await expect(shown.locator(".bar")).to_have_css("color", "rgb(0, 0, 0)")
    await expect(shown.locator(".greeting")).to_have_text("Hello!\nWe are here.")
    told = await face(page)
    assert (told["title"], told["color"], told["ratings"]) == ("Tea & Biscuits", "#ffe08a", False)
    assert await complaints(page) == []
    await page.get_by_role("button", name="Use the standard colour").click()
    await expect(page.get_by_role("button", name="Use the standard colour")).to_have_count(0)
    assert (await face(page))["color"] == ""


async def test_what_a_setting_does_not_take_is_said_beside_it_and_stays_to_be_mended(
    office: Office,
):
    page = await office.at("Adam")
    await to(page, "settings")

    wait = page.get_by_label("Silence that ends a conversation")
    await wait.fill("5")
    await wait.blur()
    await expect(setting(page, "silence_s")).to_contain_text("A whole number from 120 to 86400.")
    await expect(setting(page, "silence_s").get_by_role("status")).to_have_text("Not saved")
    await expect(wait).to_have_value("5")
    await expect(wait).to_have_attribute("aria-invalid", "true")
    fields = page.get_by_label("Fields of your own")
    await fields.fill("Page")
    await fields.blur()
    await expect(setting(page, "fields")).to_contain_text("Up to 6 lines")
    assert await complaints(page) == []
    await wait.fill("")
    await wait.blur()
    await expect(setting(page, "silence_s").get_by_role("status")).to_have_text("Not saved")

    await wait.fill("600")
    await wait.press("Enter")
    await expect(setting(page, "silence_s").get_by_role("status")).to_have_text("Saved")
    await fields.fill("Order number\nPlan* = Free|Paid")
    await fields.blur()
    await expect(fields).to_have_value("Order number\nPlan* = Free | Paid")
    assert [one["label"] for one in (await face(page))["fields"]] == ["Order number", "Plan"]  # type: ignore[attr-defined]


async def test_what_another_admin_sets_is_seen_at_once(office: Office):
    page = await office.at("Adam")
    await to(page, "settings")
    adam = await office.agent("Adam")

    await adam.command("change_settings", settings={"title": "The Shop", "queue_most": 7})

    await expect(page.get_by_label("Name of the desk")).to_have_value("The Shop")
    await expect(page.get_by_label("How many may wait")).to_have_value("7")


@pytest.mark.parametrize("path", ["settings", "sites", "keys"])
async def test_what_cannot_be_loaded_says_so_and_is_asked_for_again(office: Office, path: str):
    page = await office.at("Adam")
    asked = f"**{DESK}/{'keys' if path == 'keys' else 'settings'}"
    body = json.dumps({"type": "error", "code": "not_allowed", "error": "No."})

    async def refuse(route: Route) -> None:
        await route.fulfill(status=403, body=body, content_type="application/json")

    await page.route(asked, refuse)
    await to(page, path)
    await expect(page.get_by_text("This could not be loaded.")).to_be_visible()
    assert await complaints(page) == []
    await page.unroute(asked)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("This could not be loaded.")).to_have_count(0)


@pytest.mark.parametrize("path", ["settings", "sites", "keys", "snippet"])
async def test_who_is_no_admin_is_told_so(office: Office, path: str):
    page = await office.at("Mona")
    await to(page, path)

    await expect(page.get_by_text("This is not for you to see.")).to_be_visible()


# --- sites ----------------------------------------------------------------------------------------


async def test_sites_are_added_and_removed_and_the_last_one_is_asked_about(office: Office):
    page = await office.at("Adam")
    await to(page, "sites")
    await expect(page.get_by_text("Any site may show the chat", exact=True)).to_be_visible()

    site = page.get_by_label("Site", exact=True)
    await site.fill("shop.example")
    await site.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("That is no site.")
    await site.fill("HTTPS://Shop.Example/")
    await site.press("Enter")
    await expect(page.get_by_text("https://shop.example", exact=True)).to_be_visible()
    await expect(site).to_have_value("")
    await site.fill("https://*.shop.example")
    await site.press("Enter")
    await expect(items(page)).to_have_count(2)
    assert await complaints(page) == []
    policy = (await page.request.get(f"{office.server.url}/chat/main")).headers
    assert (
        "frame-ancestors 'self' https://shop.example https://*.shop.example;"
        in policy["content-security-policy"]
    )

    await page.get_by_role("button", name="Remove: https://shop.example").click()
    await expect(items(page)).to_have_count(1)
    await page.get_by_role("button", name="Remove: https://*.shop.example").click()
    dialog = page.get_by_role("dialog", name="Let any site show the chat?")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(items(page)).to_have_count(1)
    await page.get_by_role("button", name="Remove: https://*.shop.example").click()
    await dialog.get_by_role("button", name="Remove").click()
    await expect(page.locator("main[data-state=any]")).to_be_visible()


# --- keys -----------------------------------------------------------------------------------------


async def test_a_key_is_made_shown_once_used_and_ended(office: Office):
    page = await office.at("Adam", size=PHONE)
    await to(page, "keys")
    await expect(page.get_by_text("There is no key.")).to_be_visible()

    await page.get_by_label("Where it is used").fill("Web shop")
    await page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog", name="Your new key")
    secret = await dialog.get_by_label("Secret").input_value()
    key = Key(await dialog.get_by_label("Id, for kid").input_value(), secret)
    await dialog.get_by_role("button", name="Copy").first.click()
    await expect(dialog.get_by_role("status").first).not_to_be_empty()
    assert await complaints(page) == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    assert secret not in await page.content()
    await expect(page.get_by_text("never used")).to_be_visible()

    now_s = await page.evaluate("Math.floor(Date.now() / 1000)")
    body = {
        "username": "Ana",
        "question": "Where is it?",
        "vouch": vouch(key, iat=now_s, exp=now_s + 60),
    }
    url = f"{office.server.url}{DESK}/identify"
    asked = await page.request.post(url, data=body)
    assert asked.status == 201, await asked.text()
    await to(page, "settings")
    await to(page, "keys")
    await expect(page.get_by_text("last used")).to_be_visible()

    await page.get_by_role("button", name="End: Web shop").click()
    sure = page.get_by_role("dialog", name="End the key “Web shop”?")
    await sure.get_by_role("button", name="End", exact=True).click()
    await expect(page.get_by_text("There is no key.")).to_be_visible()
    assert (await page.request.post(url, data=body)).status == 422


async def test_a_sixth_key_is_refused_with_what_to_do(office: Office):
    page = await office.at("Adam")
    adam = await office.agent("Adam")
    for number in range(5):
        await adam.command("make_key", label=f"Site {number}")
    await to(page, "keys")

    await page.get_by_label("Where it is used").fill("One more")
    await page.get_by_label("Where it is used").press("Enter")

    await expect(page.get_by_role("alert")).to_have_text(
        "A desk has five keys at most. End one first."
    )
    await expect(items(page)).to_have_count(5)


# --- the snippet ----------------------------------------------------------------------------------


async def test_the_snippet_is_there_to_be_copied_beside_the_chat_as_guests_see_it(office: Office):
    page = await office.at("Adam")
    adam = await office.agent("Adam")
    await adam.command("change_settings", settings={"sites": "https://shop.example"})
    await to(page, "snippet")

    url = office.server.url
    line = await page.get_by_label("The snippet").input_value()
    assert line == f'<script src="{url}/widget.js" data-desk="main" async></script>'
    assert await page.get_by_label("For the policy").input_value() == (
        f"script-src {url}; frame-src {url}"
    )
    chat = page.frame_locator("iframe.chat")
    await expect(chat.get_by_label("Your name")).to_be_visible()
    assert await complaints(page) == []
    await page.get_by_role("button", name="Load it again").click()
    await expect(chat.get_by_label("Your name")).to_be_visible()
