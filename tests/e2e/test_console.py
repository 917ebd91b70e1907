"""The console of agents in a real browser: the stories of a day."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.office import PASSWORD, PHONE, Office, accounts, office, sign_in, take_at_once

__all__ = ["accounts", "office"]

pytestmark = pytest.mark.e2e


def composer(page: Page, name: str = "Ana"):
    return page.get_by_role("textbox", name=f"Message to {name}")


def log(page: Page, name: str = "Ana"):
    return page.get_by_role("log", name=f"Conversation with {name}")


def told(page: Page):
    return page.locator(".notice.bad")


async def available(page: Page) -> None:
    """Be available, and see that one is."""
    await page.get_by_role("switch", name="Away").click()
    await expect(page.locator(".bar").get_by_text("Available")).to_be_visible()


async def take(page: Page, name: str = "Ana") -> None:
    await page.get_by_role("button", name=f"Take {name}").click()
    await expect(composer(page, name)).to_be_visible()


async def test_an_agent_signs_in_sees_who_waits_and_signs_out(office: Office):
    await office.guest("Ana")
    page = await office.at("Ida")

    await expect(page.locator(".waiting").get_by_text("Ana")).to_be_visible()
    await page.reload()
    await expect(page.locator(".waiting").get_by_text("Ana")).to_be_visible()
    await page.get_by_role("link", name="Ida").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_long_question_is_shown_as_plain_text_and_cut_with_a_mark(office: Office):
    await office.guest("Ana", r"My *parcel* costs 5\.50 \(EUR\)" + " and more" * 60)
    page = await office.at("Ida", size=PHONE)

    topic = page.locator(".waiting .topic")
    await expect(topic).to_contain_text("My parcel costs 5.50 (EUR) and more")
    # Two lines of it, and the browser says that there is more.
    assert await topic.evaluate("it => it.scrollHeight > it.clientHeight")
    assert await topic.evaluate("it => getComputedStyle(it).webkitLineClamp") == "2"


async def test_a_wrong_password_is_said_and_what_was_entered_stays(office: Office):
    page = await office.open()
    await page.get_by_label("Name").fill("Ida")
    await page.get_by_label("Password").fill("wrong horse battery")
    await page.get_by_role("button", name="Sign in").click()

    await expect(page.get_by_role("alert")).to_have_text("That name and password do not fit.")
    await expect(page.get_by_label("Name")).to_have_value("Ida")
    await sign_in(page, "Ida")


async def test_a_guest_is_taken_talked_to_and_done_with(office: Office):
    ana = await office.guest("Ana", browser="Firefox 120", page="https://shop.example/p")
    await ana.say("It was *late*")
    page = await office.at("Ida")
    await available(page)
    await page.locator(".waiting").get_by_role("button", name="Take next").click()

    await expect(page.get_by_role("heading", level=1, name="Ana")).to_be_attached()
    await expect(log(page).locator("em", has_text="late")).to_be_visible()
    link = page.get_by_role("link", name="https://shop.example/p")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await composer(page).press_sequentially("Which")
    await ana.hears("types")
    await composer(page).press("Shift+Enter")
    await composer(page).press_sequentially("**order**?")
    await composer(page).press("Enter")
    await ana.hears("Which\n**order**?")
    await expect(log(page).locator("strong", has_text="order")).to_be_visible()
    await expect(composer(page)).to_have_value("")
    await ana.desk.typing(ana.room)
    await expect(page.get_by_text("Ana is typing")).to_be_visible()
    await ana.say("Number 7")
    await expect(log(page).get_by_text("Number 7")).to_be_visible()
    await expect(page.get_by_text("Ana is typing")).to_be_hidden()

    await page.get_by_role("button", name="End", exact=True).click()
    await page.get_by_role("button", name="Cancel").click()
    assert "end: agent" not in ana.heard
    await page.get_by_role("button", name="End", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="End").click()
    await ana.hears("end: agent")
    await expect(page.get_by_role("heading", level=1, name="Floor")).to_be_visible()


async def test_of_two_who_take_the_same_guest_at_once_the_slower_reads_why(office: Office):
    await office.guest("Ana")
    ida, jon = await office.at("Ida"), await office.at("Jon")
    for page in (ida, jon):
        await available(page)
    winner, loser = await take_at_once(ida, jon)

    await expect(composer(winner)).to_be_visible()
    await expect(told(loser)).to_contain_text("A colleague took this guest just before you")
    await expect(loser.locator(".waiting")).to_contain_text("Nobody waits.")


async def test_a_guest_is_handed_to_a_colleague_who_sees_all_of_it(office: Office):
    ana = await office.guest("Ana")
    ida, jon = await office.at("Ida"), await office.at("Jon")
    await available(ida)
    await take(ida)
    await ana.say("The first word")
    await expect(log(ida).get_by_text("The first word")).to_be_visible()

    await ida.get_by_role("button", name="Hand over").click()
    dialog = ida.get_by_role("dialog")
    await expect(dialog.get_by_role("listitem").filter(has_text="Jon")).to_contain_text("Away")
    await expect(dialog.get_by_role("button", name="Hand over to Jon")).to_be_hidden()
    await available(jon)
    await dialog.get_by_role("button", name="Hand over to Jon").click()

    await expect(ida.get_by_text("Ana is with Jon now.")).to_be_visible()
    await expect(ida.locator(".team").get_by_text("Ana")).to_be_visible()
    await jon.get_by_role("link", name="Ana").first.click()
    await expect(log(jon).get_by_text("The first word")).to_be_visible()
    await composer(jon).fill("Jon here")
    await composer(jon).press("Enter")
    await ana.hears("Jon here")

    await jon.get_by_role("button", name="Hand over").click()
    dialog = jon.get_by_role("dialog")
    await dialog.get_by_role("switch").click()
    await dialog.get_by_role("button", name="Hand over to Mona").click()
    await expect(jon.get_by_text("Ana is with Mona now.")).to_be_visible()


async def test_a_guest_whom_a_monitor_hands_on_is_said_to_be_with_the_other(office: Office):
    ana = await office.guest("Ana")
    ida, mona = await office.at("Ida"), await office.agent("Mona")
    await ida.get_by_role("button", name="Take Ana").click()
    await expect(told(ida)).to_contain_text("You are away, so nobody is given to you.")
    await ida.get_by_role("button", name="Become available and take").click()
    await expect(composer(ida)).to_be_visible()
    await expect(ida.get_by_role("switch", name="Available")).to_be_checked()
    await expect(told(ida)).to_have_count(0)
    await ana.say("Hello?")
    entry = ida.locator(".rail .conversation", has_text="Ana")
    await expect(entry.get_by_text("unanswered for")).to_be_attached()

    await mona.transfer(ana.room, "Jon", force=True)

    await expect(entry).to_contain_text("handed over to Jon")
    await expect(entry.get_by_text("unanswered for")).to_have_count(0)
    await expect(ida.locator(".pane-bar")).to_contain_text("handed over to Jon")


async def test_a_monitor_watches_joins_in_and_ends(office: Office):
    ana = await office.guest("Ana")
    ida = await office.agent("Ida")
    await ida.status("available")
    taken = await ida.assist()
    mona = await office.at("Mona")
    await mona.get_by_role("button", name="Watch the conversation with Ana").click()

    await expect(mona.get_by_text("You are watching.")).to_be_visible()
    await ida.say(taken.room, "Just a moment")
    await expect(log(mona).get_by_text("Just a moment")).to_be_visible()
    await expect(composer(mona)).to_be_hidden()
    await mona.get_by_role("button", name="Join in").click()
    await composer(mona).fill("Mona here")
    await composer(mona).press("Enter")
    await ana.hears("Mona here")
    await mona.get_by_role("button", name="End", exact=True).click()
    await mona.get_by_role("dialog").get_by_role("button", name="End").click()
    await ana.hears("end: monitor")

    await mona.get_by_label("Limit of Ida").select_option("5")
    await expect(mona.locator(".colleague", has_text="Ida")).to_contain_text("0 of 5")


async def test_colleagues_write_to_each_other_and_meet_in_a_room(office: Office):
    ida, mona = await office.at("Ida"), await office.at("Mona")
    await ida.get_by_role("link", name="Write to Mona").click()
    await ida.get_by_role("textbox", name="Message to Mona").fill("Have you a minute?")
    await ida.get_by_role("button", name="Send").click()
    await expect(log(ida, "Mona").get_by_text("Have you a minute?")).to_be_visible()
    await mona.get_by_role("link", name="Ida").filter(has_text="unread").click()
    await composer(mona, "Ida").fill("In the room")
    await composer(mona, "Ida").press("Enter")
    await expect(log(ida, "Mona").get_by_text("In the room")).to_be_visible()

    await mona.get_by_role("link", name="Floor").click()
    await mona.get_by_role("button", name="Open a group room").click()
    await mona.get_by_label("Name").fill("Returns")
    await mona.get_by_role("dialog").get_by_role("button", name="Open a group room").click()
    await expect(composer(mona, "Returns")).to_be_visible()
    await ida.get_by_role("link", name="Floor").click()
    await ida.get_by_role("button", name="Join Returns").click()
    await composer(ida, "Returns").fill("Here I am")
    await composer(ida, "Returns").press("Enter")
    await expect(log(mona, "Returns").get_by_text("Here I am")).to_be_visible()
    await mona.get_by_role("button", name="End", exact=True).click()
    await mona.get_by_role("dialog").get_by_role("button", name="End").click()
    await expect(ida.get_by_text("A monitor has ended the conversation.")).to_be_visible()
    await ida.get_by_role("button", name="Close", exact=True).click()
    await expect(ida.get_by_text("There is no group room.")).to_be_visible()


async def test_drafts_outlive_a_reload_and_a_session_that_is_ended_elsewhere(office: Office):
    await office.guest("Ana")
    page = await office.at("Ida")
    await available(page)
    await take(page)
    await composer(page).fill("Half a *sentence*")
    await page.get_by_role("button", name="Preview").click()
    await expect(page.locator(".preview em")).to_have_text("sentence")
    await page.get_by_role("button", name="Send").click()
    await expect(composer(page)).to_be_focused()
    await expect(log(page).locator("em", has_text="sentence")).to_be_visible()
    await composer(page).fill("Half a *sentence*")
    await page.get_by_role("button", name="Preview").click()
    await page.get_by_role("button", name="Go on writing").click()
    await page.reload()
    await expect(composer(page)).to_have_value("Half a *sentence*")

    office.server.run("user", "passwd", "Ida", "--password-stdin", typed=PASSWORD)
    await expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    await expect(composer(page)).to_be_hidden()
    await sign_in(page, "Ida")
    # Who is signed off has no guests: she waits again, at her old place.
    await page.get_by_role("link", name="To the floor").click()
    await available(page)
    await take(page)
    await expect(composer(page)).to_have_value("Half a *sentence*")


async def test_without_a_connection_one_is_told_and_what_is_written_is_sent_later(office: Office):
    ana = await office.guest("Ana")
    page = await office.at("Ida")
    await available(page)
    await take(page)
    await office.server.stop()
    # What could not be loaded meanwhile says so too.
    line = told(page).filter(has_text="No connection to the desk.")
    await expect(line).to_contain_text("Next try in")
    await composer(page).fill("Still there?")
    await composer(page).press("Enter")
    await expect(log(page).get_by_text("Sending …")).to_be_visible()

    async with page.expect_websocket():
        await page.get_by_role("button", name="Try now").click()
    await office.server.start()
    # By itself it comes back within half a minute.
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(line).to_be_hidden()
    await ana.hears("Still there?")
    await expect(log(page).get_by_text("Sending …")).to_be_hidden()
    assert ana.heard.count("Still there?") == 1


async def test_a_conversation_that_is_over_is_still_read_until_it_is_put_away(office: Office):
    ana = await office.guest("Ana")
    page = await office.at("Ida")
    await available(page)
    await take(page)
    await ana.say("Thank you")
    await expect(log(page).get_by_text("Thank you")).to_be_visible()
    await composer(page).fill("You are wel")
    await ana.desk.end(ana.room)

    await expect(page.get_by_text("The guest has ended the conversation.")).to_be_visible()
    await expect(log(page).get_by_text("Thank you")).to_be_visible()
    await expect(page.locator(".unsent pre")).to_have_text("You are wel")
    await page.get_by_role("button", name="Close", exact=True).click()
    await expect(page.get_by_role("heading", level=1, name="Floor")).to_be_visible()


async def test_two_conversations_stand_side_by_side_and_what_is_new_is_counted(office: Office):
    ana, ben = await office.guest("Ana"), await office.guest("Ben")
    page = await office.at("Ida")
    await available(page)
    await take(page)
    await page.get_by_role("link", name="Floor").click()
    await take(page, "Ben")
    rail = page.locator(".rail")
    await ana.say("Hello?")
    await ana.say("Anybody?")
    first = rail.locator(".conversation").first
    await expect(first).to_contain_text("Ana")
    await expect(first).to_contain_text("2 unread")
    await expect(page).to_have_title("(1) Ben – Frontdesk")

    await page.get_by_role("link", name="Show Ana beside").click()
    await expect(composer(page)).to_be_visible()
    await expect(composer(page, "Ben")).to_be_visible()
    # There is no room for the list of them now; the strip has them all.
    await expect(rail.locator(".conversation")).to_have_count(0)
    await expect(page.locator(".tab", has_text="Ana")).not_to_contain_text("unread")
    await expect(page).to_have_title("Ben – Frontdesk")
    await composer(page, "Ben").fill("To Ben")
    await composer(page, "Ben").press("Enter")
    await ben.hears("To Ben")
    await (
        page.locator(".pane", has=composer(page))
        .get_by_role("button", name="Close this side")
        .click()
    )
    await expect(composer(page)).to_be_hidden()
    await expect(composer(page, "Ben")).to_be_visible()


async def test_the_keyboard_is_enough(office: Office):
    ana, ben = await office.guest("Ana"), await office.guest("Ben")
    page = await office.open()
    await expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Ida")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Floor")).to_be_visible()
    await expect(page.locator(".waiting")).to_contain_text("Ben")
    key = page.keyboard.press
    await key("a")
    await expect(page.locator(".bar").get_by_text("Available")).to_be_visible()
    await key("w")
    await expect(page.get_by_role("button", name="Take Ana")).to_be_focused()
    await key("ArrowDown")
    await key("Enter")
    # One writes at once, and no letter of it is a command.
    await expect(composer(page, "Ben")).to_be_focused()
    await page.keyboard.type("jen")
    await expect(composer(page, "Ben")).to_have_value("jen")
    await key("Alt+n")
    await expect(composer(page)).to_be_focused()
    await key("Escape")
    await expect(page.get_by_role("heading", level=1, name="Ana")).to_be_focused()
    await key("r")
    await expect(composer(page)).to_be_focused()
    await page.keyboard.type("Hello n")
    await key("Enter")
    await ana.hears("Hello n")
    await key("Alt+1")
    await expect(composer(page, "Ben")).to_be_visible()
    await key("b")
    await expect(composer(page)).to_be_visible()
    await key("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Take the next guest")
    await key("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await key("e")
    await expect(page.get_by_role("dialog")).to_contain_text("End the conversation with Ben?")
    await key("Tab")
    await key("Enter")
    await ben.hears("end: agent")
    await expect(composer(page, "Ben")).to_be_hidden()
    await expect(composer(page)).to_be_visible()


async def test_on_a_phone_one_thing_is_shown_at_a_time(office: Office):
    ana = await office.guest("Ana", page="https://shop.example/" + "w" * 150)
    page = await office.at("Ida", size=PHONE)
    await available(page)
    await take(page)
    await composer(page).fill("W" * 200)
    await page.get_by_role("button", name="Send").click()
    await ana.hears("W" * 200)
    await page.locator(".pane").get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Details", exact=True).click()
    await expect(page.get_by_role("link", name="https://shop.example/")).to_be_visible()
    await page.get_by_role("button", name="Hide the details").click()
    await expect(page.get_by_role("link", name="https://shop.example/")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.get_by_role("link", name="Back").click()
    await ana.say("A word from me")
    await expect(page.locator(".conversation")).to_contain_text("A word from me")
    await expect(composer(page)).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.locator(".conversation").click()
    await expect(log(page).get_by_text("A word from me")).to_be_visible()
