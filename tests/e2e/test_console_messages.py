"""Messages that were left, in the console, in a real browser."""

import json
import re

import pytest
from playwright.async_api import Page, Route, expect

from frontdesk.client import Desk
from tests.e2e.office import PHONE, Office, accounts, complaints, office, sign_in

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e

FIRST = {"username": "Ana", "body": "Call me *back*.", "contact": "ana@mail.example"}
SECOND = {"username": "Ben", "body": "Do you ship <b>to</b> Malta?", "contact": "+49 (30) 1234"}
THIRD = {"username": "Cem", "body": "I come by.", "contact": "room 7"}
# The widget's own, and a field of the desk's.
INFO = {"browser": "Firefox 140", "Order number": "<b>7</b>"}


async def closed(office: Office) -> None:
    adam = await office.agent("Adam")
    await adam.change_settings({"open": False})


async def left(office: Office, *messages: dict[str, str]) -> None:
    for one in messages:
        await Desk.leave_message(
            office.server.url,
            username=one["username"],
            body=one["body"],
            contact=one["contact"],
            info=INFO,
            trust_env=False,
        )


async def to_messages(page: Page) -> None:
    await page.get_by_role("link", name=re.compile("^Messages")).click()
    await expect(page.get_by_role("heading", name="Messages")).to_be_visible()


async def test_what_was_left_is_counted_read_and_done_with_by_press_and_by_key(office: Office):
    page = await office.at("Ida")
    await to_messages(page)
    await expect(page.get_by_text("No messages")).to_be_visible()
    await closed(office)

    await left(office, FIRST, SECOND, THIRD)

    notes = page.get_by_role("article")
    await expect(notes).to_have_count(3)
    link = page.get_by_role("link", name="Messages 3 messages to answer")
    await expect(link).to_be_visible()
    ana, ben, cem = [notes.nth(at) for at in range(3)]
    await expect(ana.locator("em")).to_have_text("back")
    await expect(ana.get_by_role("link")).to_have_attribute("href", "mailto:ana@mail.example")
    await expect(ben.get_by_role("link")).to_have_attribute("href", "tel:+49301234")
    await expect(ben).to_contain_text("Do you ship <b>to</b> Malta?")
    await expect(cem.get_by_role("link")).to_have_count(0)
    await expect(cem.get_by_role("term")).to_have_text(["Browser", "Order number"])
    await expect(cem.get_by_role("definition")).to_have_text(["Firefox 140", "<b>7</b>"])

    await ana.get_by_role("button", name="Done with the message from Ana").click()
    await expect(notes).to_have_count(2)
    # The focus has gone on to the next.
    await expect(notes.nth(0).get_by_role("button")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("d")
    await expect(notes).to_have_count(1)
    await expect(page.get_by_role("article", name="Message from Ben")).to_be_visible()
    await expect(notes.nth(0).get_by_role("button")).to_be_focused()
    await page.keyboard.press("d")
    await expect(page.get_by_text("No messages")).to_be_visible()
    await expect(page.get_by_role("link", name="Messages", exact=True)).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("No messages")).to_be_visible()


async def test_a_colleague_who_was_faster_takes_it_away_from_everybody(office: Office):
    await closed(office)
    await left(office, FIRST)
    page, other = await office.at("Ida", "/console#/messages"), await office.at("Jon")
    await expect(page.get_by_role("article")).to_have_count(1)

    await to_messages(other)
    await other.get_by_role("button", name=re.compile("^Done")).click()

    await expect(page.get_by_role("article")).to_have_count(0)


async def test_why_it_was_not_done_is_said_and_the_message_stays(office: Office):
    await closed(office)
    await left(office, FIRST)
    page = await office.at("Ida", "/console#/messages")

    async def refuse(route: Route) -> None:
        body = {"type": "error", "error": "Not found.", "code": "not_found"}
        await route.fulfill(status=404, content_type="application/json", body=json.dumps(body))

    await page.route("**/note_done/*", refuse)
    await page.get_by_role("button", name=re.compile("^Done")).click()

    told = "A colleague has dealt with it already, or it was erased."
    await expect(page.get_by_role("alert")).to_have_text(told)
    await expect(page.get_by_role("article")).to_have_count(1)
    await page.unroute("**/note_done/*")
    await page.get_by_role("button", name=re.compile("^Done")).click()
    await expect(page.get_by_role("article")).to_have_count(0)
    await expect(page.get_by_role("alert")).to_have_count(0)


# A system that shows what it is given, to somebody who looks elsewhere.
ELSEWHERE = """
window.told = [];
window.Notification = class {
  static permission = "granted";
  constructor(text) { window.told.push(text); window.shown = this; }
  close() {}
};
document.hasFocus = () => false;
"""


async def test_who_looks_elsewhere_is_told_of_a_message_and_led_to_it(office: Office):
    page = await office.open()
    await page.add_init_script(ELSEWHERE)
    await page.reload()
    await sign_in(page, "Ida")
    await page.get_by_role("switch").click()
    await expect(page.get_by_role("switch")).to_be_checked()
    await closed(office)

    await left(office, FIRST)

    await page.wait_for_function("() => window.told.includes('Ana has left a message')")
    await page.evaluate("window.shown.onclick()")
    await expect(page.get_by_role("heading", name="Messages")).to_be_visible()


async def test_how_it_was_is_told_to_the_agent_and_stands_where_the_conversation_ends(
    office: Office,
):
    ana = await office.guest("Ana")
    page = await office.at("Ida")
    await page.get_by_role("switch").click()
    await expect(page.get_by_role("switch")).to_be_checked()
    await page.get_by_role("button", name="Take next").click()
    await expect(page.locator("main[data-state=open]")).to_be_visible()
    await ana.desk.end(ana.room)
    await expect(page.locator("main[data-state=over]")).to_be_visible()

    await ana.desk.rate(ana.room, 2)
    await expect(page.get_by_text("Ana rates the conversation 2 of 5.")).to_be_visible()
    await ana.desk.rate(ana.room, 4)

    await expect(page.get_by_text("The guest rates it 4 of 5.")).to_be_visible()
    await expect(page.get_by_text("The guest rates it 2 of 5.")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_wrong_with_messages(office: Office, scheme):
    page = await office.at("Ida", "/console#/messages", scheme=scheme, size=PHONE)
    await expect(page.get_by_text("No messages")).to_be_visible()
    assert await complaints(page) == []
    await closed(office)

    await left(office, FIRST, SECOND, THIRD)

    await expect(page.get_by_role("article")).to_have_count(3)
    assert await complaints(page) == []
