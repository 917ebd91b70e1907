"""Looking back in the console: what is found, read, saved and erased; and what agents see of it."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.e2e.office import PHONE, Office, accounts, complaints, go, office

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e


async def talk(office: Office, name: str, *said: str, end: bool = True) -> str:
    """A guest who is helped by Ida; the room."""
    guest = await office.guest(name, f"{name} has a question")
    ida = await office.agent("Ida")
    await ida.status("available")
    await ida.assist(name)
    for body in said:
        await guest.say(body)
    await ida.say(guest.room, f"Dear {name}, *here* it is.")
    if end:
        await ida.end(guest.room)
    return guest.room


async def test_what_a_guest_gave_has_the_words_that_it_has_beside_a_conversation(office: Office):
    given = {"system": "Plan 9", "page": "https://shop.example/p", "contact": "ana@mail.example"}
    guest = await office.guest("Ana", r"5\.50 for *this*\?", **given)
    await guest.desk.end(guest.room)
    page = await office.at("Mona", "/console#/history")

    entry = page.locator(".past-room")
    await expect(entry.locator(".excerpt")).to_have_text("5.50 for this?")
    await entry.click()

    facts = page.locator(".facts")
    await expect(facts).to_contain_text("5.50 for this?")
    await expect(facts.locator("dt")).to_contain_text(["Operating system", "Page", "Contact"])
    await expect(facts.get_by_role("link")).to_have_attribute("href", given["page"])


async def look_for(page: Page, words: str) -> None:
    await page.get_by_label("Words in what was said or asked").fill(words)
    await page.get_by_role("button", name="Search").click()


async def saved(page: Page, button: str, folder: Path) -> str:
    """What a button saves, and under which name."""
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name=button).click()
    download = await waiting.value
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path.read_text(encoding="utf-8")


async def test_a_monitor_finds_reads_and_saves_what_was_said(office: Office, tmp_path: Path):
    body = "The Überraschung <3 is lost"
    await talk(office, "Ana", "Hello", body)
    await talk(office, "Ben", "Nothing of it")
    page = await office.at("Mona", "/console#/history")
    found = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    await expect(found).to_have_count(2)

    await look_for(page, "uberr")
    await expect(found).to_have_count(1)
    await expect(found.locator("mark")).to_have_text("Überraschung")
    await expect(found).to_contain_text("<3")
    await page.screenshot(path=tmp_path / "found.png")
    assert await complaints(page) == []

    await found.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Conversation with Ana")).to_be_visible()
    lines = page.locator(".past-lines > li")
    await expect(lines).to_have_count(5)
    await expect(lines.first).to_contain_text("Ida came in")
    await expect(page.get_by_role("button", name="Erase")).to_have_count(0)
    await page.screenshot(path=tmp_path / "past.png")
    assert await complaints(page) == []
    text = await saved(page, "Save as text", tmp_path)
    assert "Ana has a question" in text
    assert re.search(
        rf"^\[\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\dZ\] Ana: {re.escape(body)}$", text, re.MULTILINE
    )
    told = json.loads(await saved(page, "Save as JSON", tmp_path))
    assert [one["body"] for one in told["lines"] if "body" in one][:2] == ["Hello", body]

    await page.get_by_role("link", name="Back to the list").click()
    await expect(found).to_have_count(1)
    await look_for(page, "nobody said this")
    await expect(page.get_by_text("Nothing was found.")).to_be_visible()
    await expect(page.locator("main")).to_have_attribute("data-state", "none")


async def test_a_transcript_is_whole_however_long_the_conversation(office: Office, tmp_path: Path):
    guest = await office.guest("Ana")
    await office.agent("Ida")
    said = [f"{number} " + "x" * 7_900 for number in range(80)]
    for body in said:
        await guest.say(body)
    page = await office.at("Mona", f"/console#/history/{guest.room}")
    await expect(page.get_by_role("button", name="Load more")).to_be_visible()

    told = json.loads(await saved(page, "Save as JSON", tmp_path))

    assert [one["body"] for one in told["lines"] if "body" in one] == said
    assert "next" not in told


async def test_what_comes_late_does_not_stand_in_place_of_what_is_looked_at(office: Office):
    late, looked_at = await talk(office, "Ana", "Hello"), await talk(office, "Ben", "Hello")
    page = await office.at("Mona", "/console#/history")
    drawn = asyncio.Event()

    async def hold(route: Route) -> None:
        await drawn.wait()
        await route.continue_()

    await page.route(f"**/history/{late}", hold)
    await page.evaluate("(room) => { location.hash = `#/history/${room}`; }", late)
    async with page.expect_response(f"**/history/{late}") as answer:
        await go(page, f"#/history/{looked_at}")
        await expect(page.get_by_role("heading", name="Conversation with Ben")).to_be_visible()
        drawn.set()
    await (await answer.value).finished()

    # Asked after it, and answered after it.
    await page.evaluate("async () => (await fetch('/healthz')).text()")
    await expect(page.get_by_role("heading", name="Conversation with Ben")).to_be_visible()


async def test_more_is_loaded_and_filters_narrow_what_is_found(office: Office):
    for number in range(33):
        await (await office.guest(f"Guest {number}")).desk.leave_queue()
    page = await office.at("Mona", "/console#/history")
    found = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    await expect(found).to_have_count(30)

    await page.get_by_role("button", name="Load more").click()
    await expect(found).to_have_count(33)
    await expect(page.get_by_role("button", name="Load more")).to_have_count(0)

    await page.get_by_label("Guest").fill("Guest 7")
    await page.get_by_role("button", name="Search").click()
    await expect(found).to_have_count(1)
    await page.get_by_label("How it ended").select_option("agent")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_text("Nothing was found.")).to_be_visible()


async def test_an_admin_saves_what_is_kept_of_a_guest_and_erases_it(office: Office, tmp_path: Path):
    room = await talk(office, "Ana", "My card is 4711")
    page = await office.at("Adam", f"/console#/history/{room}", size=PHONE)
    kept = json.loads(await saved(page, "Save all that is kept of the guest", tmp_path))
    assert (kept["user"], kept["next"]) == ("Ana", None)
    assert "4711" in json.dumps(kept)

    await page.get_by_role("button", name="Erase the guest").click()
    asked = page.get_by_role("dialog", name="Erase Ana for good?")
    assert await complaints(page) == []
    await asked.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("4711")).to_be_visible()
    await page.get_by_role("button", name="Erase the guest").click()
    await asked.get_by_role("button", name="Erase", exact=True).click()

    found = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    await expect(found).to_contain_text("erased-")
    await found.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="erased-")).to_be_visible()
    await expect(page.get_by_text("4711")).to_have_count(0)


async def test_what_is_broken_is_told_and_tried_again(office: Office):
    await talk(office, "Ana", "Hello")
    page = await office.at("Mona")
    await page.route("**/history*", lambda route: route.abort())
    await page.evaluate("location.hash = '#/history'")
    await expect(page.get_by_role("alert")).to_contain_text("does not answer")
    await expect(page.locator("main")).to_have_attribute("data-state", "failed")

    await page.unroute("**/history*")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("listitem").filter(has_text="Ana")).to_be_visible()


async def test_it_is_for_monitors_alone(office: Office):
    page = await office.at("Ida")
    await page.evaluate("location.hash = '#/history'")
    await expect(page.get_by_text("This is not for you to see.")).to_be_visible()


async def test_an_agent_reads_what_the_guest_had_before(office: Office, tmp_path: Path):
    guest = await office.guest("Ana", "Where is my parcel?")
    page = await office.at("Ida")
    ida = await office.agent("Ida")
    await ida.status("available")
    await ida.assist("Ana")
    await guest.say("It is **blue**")
    await ida.end(guest.room)
    again = await guest.desk.queue()
    await ida.assist("Ana")

    await page.evaluate(f"location.hash = '#/room/{again}'")
    earlier = page.get_by_role("region", name="Earlier conversations")
    await earlier.get_by_role("button").click()
    then = page.get_by_role("dialog", name="Where is my parcel?")
    await expect(then).to_contain_text("It is blue")
    await page.screenshot(path=tmp_path / "earlier.png")
    assert await complaints(page) == []
