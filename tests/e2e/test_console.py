"""The console of agents in a real browser."""

import pytest
from playwright.async_api import expect

from tests.e2e.office import Office, complaints, office, sign_in

__all__ = ["office"]

pytestmark = pytest.mark.e2e


async def test_an_agent_signs_in_sees_who_waits_and_signs_out(office: Office):
    await office.guest("Ana")
    page = await office.at("Ida")

    await expect(page.get_by_text("Ana")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Ana")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_wrong_password_is_said_and_what_was_entered_stays(office: Office):
    page = await office.open()
    await page.get_by_label("Name").fill("Ida")
    await page.get_by_label("Password").fill("wrong horse battery")
    await page.get_by_role("button", name="Sign in").click()

    await expect(page.get_by_role("alert")).to_have_text("That name and password do not fit.")
    await expect(page.get_by_label("Name")).to_have_value("Ida")
    await sign_in(page, "Ida")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(office: Office, scheme):
    page = await office.open(scheme=scheme)
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert await complaints(page) == []

    await sign_in(page, "Adam")
    for path in ("#/floor", "#/admin"):
        await page.evaluate("(path) => location.hash = path", path)
        await expect(page.locator("main[data-screen]")).to_be_visible()
        assert await complaints(page) == [], path
