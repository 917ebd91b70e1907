"""Hostile texts by way of forms and settings: what admins set, sites sign, and guests leave behind.

Texts and what is wrong with a page are those of `test_hostile.py`. Each is sent as it is, and where
that is refused, as much of it as fits in one line: both happen, and both are counted.
"""

import json
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from frontdesk.client import Desk, Refused
from frontdesk.client.calls import API
from frontdesk.desk.limits import CONTACT_CHARS, INFO_KEY_CHARS, VOUCH_LABEL_CHARS
from tests.e2e.browsing import shop
from tests.e2e.office import Office, accounts, go, office
from tests.e2e.test_hostile import (
    FOREIGN,
    ICON,
    LABEL_CHARS,
    NAME_CHARS,
    TEXTS,
    VISITED,
    ask,
    assert_clean,
    line,
    text_of,
    unread,
    watch,
    words,
)
from tests.e2e.test_widget_looks import signed

__all__ = ["accounts", "office"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

TITLE_CHARS, GREETING_CHARS = 60, 300
OPTION_CHARS = 60
COMMENT_CHARS = 500
QUERY_CHARS = 200
CLAIM_CHARS = 200

# As many tokens are there at once; an account has at most 50. Of keys a desk has five.
TOKENS, KEYS = 33, 5


class Tally:
    """How many texts were taken, and how many were refused, by the desk."""

    def __init__(self) -> None:
        self.taken = self.refused = 0

    async def offer(self, ask: Callable[[str], Awaitable[Any]], *forms: str) -> tuple[str, Any]:
        """Sends the first form that is taken. Which one that was, empty if none, and the answer."""
        for form in forms:
            try:
                answer = await ask(form)
            except Refused:  # with a code of the closed list; what is a fault is none
                self.refused += 1
            else:
                self.taken += 1
                return form, answer
        return "", None


async def admin(office: Office) -> Desk:
    """Adam, who is there, at a desk that bounds nobody's pace."""
    adam = await office.agent("Adam")
    most = {"guest_rate": 60_000, "account_rate": 600_000, "identify_rate": 60_000}
    await adam.change_settings(most)
    await adam.status("available")
    return adam


async def opened(office: Office, path: str) -> Page:
    """A page of guests, watched."""
    page = await office.open("/healthz")
    watch(page, office)
    await page.goto(office.server.url + path)
    return page


async def seen(page: Page, address: str) -> str:
    """All that can be read on this screen of the console, loaded anew; nothing in it is alive."""
    await go(page, "#/admin")
    await go(page, address)
    await assert_clean(page)
    return await text_of(page)


def readable(texts: Iterable[str], shown: str) -> None:
    """Each of them can be read there."""
    for text in texts:
        assert not unread(unicodedata.normalize("NFC", text), shown), text


async def trail(page: Page) -> str:
    """All of the audit trail."""
    await go(page, "#/admin/audit")
    older = page.get_by_role("button", name="Show older ones")
    entries = page.locator(".entry")
    while await older.count():
        before = await entries.count()
        await older.click()
        await expect(entries.nth(before)).to_be_attached()
    await assert_clean(page)
    return await text_of(page)


# --- what admins set ------------------------------------------------------------------------------


def fields(text: str) -> str:
    """A form that asks for this, and where this is to be chosen."""
    label, option = re.sub(r"[=*|]", " ", text), text.replace("|", " ")
    return f"a {line(label, INFO_KEY_CHARS - 2)}\nPlan = {line(option, OPTION_CHARS)}"


async def test_what_a_desk_says_of_itself_is_text_to_guests_and_to_admins(office: Office):
    adam = await admin(office)
    chat, page = await opened(office, "/chat/main"), await office.at("Adam")
    watch(page, office)
    await go(page, "#/admin/settings")
    titles, others = Tally(), Tally()
    said: list[str] = []

    async def set_to(name: str, tally: Tally, *forms: str) -> str:
        taken, _ = await tally.offer(lambda form: adam.change_settings({name: form}), *forms)
        return taken

    for text in TEXTS:
        title = await set_to("title", titles, text, line(text, TITLE_CHARS))
        greeting = await set_to("greeting", others, text, text[:GREETING_CHARS], line(text, 200))
        asked = await set_to("fields", others, text, fields(text))
        await chat.reload()
        await expect(chat.locator("html")).to_have_class(re.compile("ask|note"))
        await assert_clean(chat)
        readable([title, greeting, asked], await chat.locator("body").inner_text())
        if title:
            shown = unicodedata.normalize("NFC", title)
            await expect(page.locator(".face .bar")).to_have_text(shown)
        await assert_clean(page)
        said += [title, greeting]

    assert titles.taken > 0 < titles.refused
    assert others.taken > len(TEXTS), "fields and greetings"
    readable(said, await trail(page))


async def test_labels_and_names_are_text_on_the_screens_of_admins_and_in_the_trail(office: Office):
    adam = await admin(office)
    page = await office.at("Adam")
    watch(page, office)
    tally, people = Tally(), Tally()
    said: list[str] = []

    async def make(path: str, **body: str) -> Any:
        return await adam.calls.request("POST", path, body=body)

    async def labelled(path: str, address: str, most: int, chars: int) -> None:
        """So many at a time, seen on the screen and ended."""
        for first in range(0, len(TEXTS), most):
            ids, labels = [], []
            for text in TEXTS[first : first + most]:
                label, made = await tally.offer(
                    lambda form: make(path, label=form), text, line(text, chars)
                )
                if label:
                    ids.append(made["id"])
                    labels.append(label)
            readable(labels, await seen(page, address))
            said.extend(labels)
            for one in ids:
                await adam.calls.request("DELETE", f"{path}/{one}")

    await labelled(f"{API}/tokens", "#/admin/tokens", TOKENS, LABEL_CHARS)
    await labelled(f"{adam.calls.desk}/keys", "#/admin/keys", KEYS, VOUCH_LABEL_CHARS)
    assert tally.taken > 0 < tally.refused

    names = []
    for number, text in enumerate(TEXTS):
        name, _ = await people.offer(
            lambda form: make(f"{API}/accounts", username=form, role="agent"),
            text,
            line(text, NAME_CHARS),
        )
        names.append(name)
        desks = Tally()
        await desks.offer(lambda form: make(f"{API}/desks", desk=form), text, line(text, 40))
        assert desks.taken == 0, "the name of a desk stands in addresses"
        if number < KEYS:
            made = f"desk-{number}"
            title, _ = await tally.offer(
                lambda form, made=made: make(f"{API}/desks", desk=made, title=form),  # type: ignore[misc]
                line(text, TITLE_CHARS),
            )
            chat = await opened(office, f"/chat/{made}")
            readable([title], await chat.get_by_role("heading", level=1).inner_text())
            await assert_clean(chat)
    assert people.taken > 0 < people.refused
    for address in ("#/admin/people", "#/floor"):
        readable(names, await seen(page, address))
    await seen(page, "#/admin/desks")
    readable([*said, *names], await trail(page))


# --- what sites sign ------------------------------------------------------------------------------


async def test_what_a_site_signs_is_text_in_the_widget_and_in_the_console(office: Office):
    adam = await admin(office)
    key = await adam.command("make_key", label="Shop")
    stranger = await office.stays(Desk(office.server.url, trust_env=False))
    tally = Tally()
    rooms: dict[str, str] = {}

    def vouch(text: str) -> str:
        address = "ana@" + re.sub(r"[\s@]", "", text)[:CLAIM_CHARS]
        told = {"sub": text, "name": text, "email": address, text: text}
        return signed(key["id"], key["secret"], told)

    async def identify(text: str) -> Any:
        body = {"username": "Ana", "question": "Where is it?", "vouch": vouch(text)}
        return await stranger.calls.request("POST", f"{stranger.calls.desk}/identify", body=body)

    for text in TEXTS:
        signs, answer = await tally.offer(identify, text, line(text, CLAIM_CHARS))
        if signs:
            rooms[answer["room"]] = signs
    assert tally.taken > 0 < tally.refused

    page = await office.at("Adam")
    watch(page, office)
    for room, signs in rooms.items():
        await go(page, f"#/history/{room}")
        await expect(page.locator(".facts")).to_be_visible()
        readable([signs], await page.locator(".facts").inner_text())
        await assert_clean(page)
    await seen(page, "#/floor")
    for room in list(rooms)[:VISITED]:
        await adam.join(room, "watcher")
        await go(page, f"#/room/{room}")
        readable([rooms[room]], await page.locator(".about").inner_text())
        await assert_clean(page)

    async with shop(office.server.url) as url:
        office.ours.append(url.partition("/parcels")[0])
        site = await opened(office, "/chat/main")
        await site.goto(url)
        await site.get_by_role("button", name="Chat", exact=True).click()
        chat = site.frame_locator("iframe")
        name = chat.locator("input[autocomplete=given-name]")
        await expect(chat.get_by_label("Your question")).to_be_visible()
        for text in TEXTS:
            await site.evaluate("(jwt) => Frontdesk.identify(jwt)", vouch(text))
            first = re.findall(r"[^\W\d_]{3,}", text[: NAME_CHARS // 2])[:-1]
            await expect(name).to_have_value(re.compile(".*".join(["", *first, ""])))
            await assert_clean(site.frames[-1])


# --- what guests leave behind ---------------------------------------------------------------------


async def test_what_is_left_by_the_form_is_text_there_and_among_the_messages(office: Office):
    adam = await admin(office)
    await adam.change_settings({"open": False})
    page = await opened(office, "/chat/main")
    refused = 0
    for text in TEXTS:
        await page.get_by_label("Your name").fill(line(text, NAME_CHARS))
        await page.get_by_label("E-mail or telephone").fill(line(text, CONTACT_CHARS))
        await page.get_by_label("Your message").first.fill(text)
        await page.get_by_role("button", name="Leave a message").click()
        await page.locator("[role=alert]:visible, html.thanked").first.wait_for()
        if await page.locator("[role=alert]:visible").count():
            refused += 1
            await page.get_by_label("Your name").fill("Ana")
            await page.get_by_role("button", name="Leave a message").click()
        await page.locator("html.thanked").wait_for()
        await assert_clean(page)
        await page.get_by_role("button", name="Ask something else").click()
    assert 0 < refused < len(TEXTS)

    console = await office.at("Adam")
    watch(console, office)
    shown = await seen(console, "#/messages")
    await expect(console.get_by_role("article")).to_have_count(len(TEXTS))
    readable(TEXTS, shown)


async def test_what_is_said_of_a_conversation_is_text_there_and_in_the_history(office: Office):
    adam = await admin(office)
    page = await opened(office, "/chat/main")
    await ask(page, "Ana", "Where is it?")
    rooms = []
    for text in TEXTS:
        rooms.append((await adam.assist()).room)
        await adam.end(rooms[-1])
        await page.get_by_text("1", exact=True).click()
        await page.get_by_label("Anything to add?").fill(text[:COMMENT_CHARS])
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.get_by_role("group", name="How was it")).to_be_hidden()
        await assert_clean(page)
        await page.get_by_role("button", name="Ask the same again").click()
        await page.locator("html.queue").wait_for()

    console = await office.at("Adam")
    watch(console, office)
    for room, text in zip(rooms, TEXTS, strict=True):
        await go(console, f"#/history/{room}")
        await expect(console.locator(".facts")).to_be_visible()
        readable([text[:COMMENT_CHARS]], await console.locator(".facts").inner_text())
        await assert_clean(console)


async def test_what_is_found_and_what_is_saved_is_text(office: Office, tmp_path: Path):
    adam = await admin(office)
    await adam.change_settings({"title": line(TEXTS[0], TITLE_CHARS)})
    chat = await opened(office, "/chat/main")
    await ask(chat, "Ana", TEXTS[0])
    room = (await adam.assist()).room
    for text in TEXTS:
        await adam.say(room, text)
    await expect(chat.get_by_role("log").locator("> ol > li")).to_have_count(len(TEXTS))
    await adam.end(room)
    readable(TEXTS, await saved(chat, "Save as text", tmp_path))

    page = await office.at("Adam")
    watch(page, office)
    await go(page, "#/history")
    found = 0
    for text in TEXTS:
        for label, value in (("Words in", line(text, QUERY_CHARS)), ("Guest", line(text, 40))):
            await page.get_by_label(label).fill(value)
            async with page.expect_response("**/history?*"):
                await page.get_by_role("button", name="Search").click()
            await expect(page.get_by_text("Loading …")).to_have_count(0)
            await assert_clean(page)
            found += await page.locator(".past-room mark").count()
            await page.get_by_label(label).fill("")
    assert found > len(TEXTS) / 2

    await go(page, f"#/history/{room}")
    await expect(page.locator(".past-lines > li").nth(len(TEXTS))).to_be_attached()
    readable(TEXTS, await text_of(page))
    await assert_clean(page)
    readable(TEXTS, await saved(page, "Save as text", tmp_path))
    told = json.loads(await saved(page, "Save as JSON", tmp_path))
    readable(TEXTS, "\n".join(one.get("body", "") for one in told["lines"]))


async def saved(page: Page, button: str, folder: Path) -> str:
    """What a button saves. Its name leads nowhere."""
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name=button).click()
    download = await waiting.value
    assert not re.search(r"[/\\<>]", download.suggested_filename)
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path.read_text(encoding="utf-8")


# --- whether it would be noticed ------------------------------------------------------------------

PLANT = f"""
([text, icon]) => {{
  const here = document.createElement("div");
  document.body.append(here);
  // What the one before has run.
  delete window.pwned;
  here.innerHTML = text;
  const wrong = ({FOREIGN.strip()})(icon);
  here.remove();
  return wrong;
}}
"""
# So many of the texts are alive where they are taken for HTML; the others are Markdown, templates,
# signs that look like brackets, or elements that do nothing there.
ALIVE = 39


async def test_what_is_planted_as_html_is_noticed(office: Office):
    page = await office.open("/healthz", bypass_csp=True)
    watch(page, office)
    # Some would lead away from the page.
    await page.route(re.compile("evil"), lambda route: route.abort("aborted"))
    await page.goto(office.server.url + "/chat/main")
    await assert_clean(page)
    noticed = [text for text in TEXTS if await page.evaluate(PLANT, [text, ICON])]
    assert len(noticed) >= ALIVE, len(noticed)

    plant = "(text) => document.body.insertAdjacentHTML('beforeend', text)"
    async with page.expect_event("dialog"):
        await page.evaluate(plant, "<img src=x onerror=alert(window.pwned=1)>")
    async with page.expect_event("requestfailed"):
        await page.evaluate(plant, "<img src=https://evil.invalid/x.gif>")
    with pytest.raises(AssertionError, match="it has run"):
        await assert_clean(page)
    assert unread(TEXTS[0], "") == words(TEXTS[0])
    await page.context.close()
    assert any("a dialog" in one for one in office.wrong)
    assert any("evil.invalid" in one for one in office.wrong)
    office.wrong.clear()
