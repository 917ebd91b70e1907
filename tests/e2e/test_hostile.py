"""Hostile texts, in every place where the text of somebody is shown: they stay texts.

`hostile.json` has them. Nothing runs, nothing is asked of anybody else, the page stays as it was,
and each word of them can be read. The screens of the console are those that `screens.ts` lists, so
one that is new is visited at once.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from playwright.async_api import Dialog, Frame, FrameLocator, Page, expect

from frontdesk.client import Desk, Refused
from frontdesk.client.calls import API
from frontdesk.desk.limits import (
    CONTACT_CHARS,
    INFO_FIELDS,
    INFO_KEY_CHARS,
    INFO_VALUE_CHARS,
    ROOM_NAME_CHARS,
    TOPIC_BYTES,
)
from tests.e2e.browsing import shop
from tests.e2e.office import Office, accounts, office, sign_in

__all__ = ["accounts", "office"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

HERE = Path(__file__).parent
TEXTS: list[str] = [one["text"] for one in json.loads((HERE / "hostile.json").read_text())]
SCREENS = (HERE.parents[1] / "clients" / "console" / "screens.ts").read_text()
PATHS = dict(re.findall(r'(\w+): \{\s*path: "([^"]+)"', SCREENS))

# As long may a guest's name be.
NAME_CHARS = 40
# In as many rooms, so that all of what was said is in what a room shows at first.
ROOMS = 3

# As many texts, said by two, as the widget shows at once.
SHOWN = 20

# So many API tokens get a label, each as long as fits.
LABELS = 10
LABEL_CHARS = 60

# Screens that lead to another if there is something there.
LEADS = {"colleague": "room", "beside": "room"}
# As much of a question stands on the floor.
SEEN_CHARS = 200

# The console draws its own, with a number in it.
ICON = r"data:(,|image/svg\+xml,%3Csvg((?!script|pwned|evil).)*)$"

# Of the rooms, those of guests among them; the floor has the names of all.
VISITED = 4 * ROOMS

# What would have run, or stands where no text of anybody may be.
FOREIGN = """
(icon) => {
  const ICON = new RegExp(icon);
  const live = ["http:", "https:", "mailto:", "tel:"];
  const ours = (url) => new URL(url, location.href).origin === location.origin;
  // The tint of a desk, and what can be read on it: two colours, and no text of anybody's.
  const TINT = /^background: rgb\\([0-9, ]+\\); color: rgb\\([0-9, ]+\\);$/;
  const kinds = [
    "iframe", "object", "embed", "video", "audio", "source", "base", "math", "template", "noscript",
    "style", "use", "animate", "image", "foreignObject", "frame", "portal", "marquee", "isindex",
  ];
  const wrong = window.pwned === undefined ? [] : ["it has run"];
  for (const one of document.querySelectorAll("*")) {
    const names = one.getAttributeNames().filter((name) => /^on|^srcdoc$|^style$/.test(name))
      .filter((name) => name !== "style" || !TINT.test(one.getAttribute(name)));
    if (one.type === "text/json") continue;
    // The chat as guests see it, beside the line that puts it into a site.
    const chat = one.localName === "iframe" && !names.length && ours(one.src);
    if (chat && new URL(one.src).pathname.startsWith("/chat/")) continue;
    const loads = ["script", "link", "img"].includes(one.localName);
    const from = one.src || (typeof one.href === "string" ? one.href : "");
    if (kinds.includes(one.localName) && !(one.localName === "noscript" && !one.children.length))
      wrong.push(one.outerHTML.slice(0, 200));
    else if (names.length || one.hasAttribute("http-equiv") || one.hasAttribute("action"))
      wrong.push(one.outerHTML.slice(0, 200));
    else if (one.rel === "icon" && ICON.test(from)) continue;
    else if (loads && !(from && ours(from))) wrong.push(one.outerHTML.slice(0, 200));
    else if (from && !loads && !live.includes(new URL(from, location.href).protocol))
      wrong.push(one.outerHTML.slice(0, 200));
  }
  if (getComputedStyle(document.body).display === "none") wrong.push("it is hidden");
  return wrong;
}
"""


def words(text: str) -> set[str]:
    """What must be read of it: words, but for where a link leads and what a code block is in."""
    text = re.sub(r"\]\([^\n]*|^\[\d+\]:.*|^```.*", " ", text, flags=re.MULTILINE)
    return set(re.findall(r"[^\W\d_]{3,}", text))


def unread(text: str, shown: str) -> set[str]:
    """What of it cannot be read there."""
    return {word for word in words(text) if word not in shown}


def watch(page: Page, office: Office) -> None:
    """Note also what asks something of whoever looks, or hides in an address."""

    async def dismiss(dialog: Dialog) -> None:
        office.wrong.append(f"a dialog: {dialog.message}")
        await dialog.dismiss()

    def asked_for(url: str) -> None:
        if url.startswith("data:") and not re.match(ICON, url):
            office.wrong.append(url)

    page.on("dialog", dismiss)
    page.on("request", lambda asked: asked_for(asked.url))
    page.context.on("page", lambda opened: office.wrong.append(f"a window: {opened.url}"))


async def assert_clean(where: Page | Frame) -> None:
    assert await where.evaluate(FOREIGN, ICON) == []


def line(text: str, most: int) -> str:
    """As much of it as fits, in one line."""
    return " ".join(text.split())[:most].strip()


# --- the widget ---------------------------------------------------------------------------------


class Front(NamedTuple):
    """The page of a site, with the chat open in it."""

    page: Page
    chat: FrameLocator

    @property
    def frame(self) -> Frame:
        return self.page.frames[-1]


@pytest.fixture
async def front(office: Office) -> AsyncIterator[Front]:
    async with shop(office.server.url) as url:
        site = url.partition("/parcels")[0]
        page = await office.open("/healthz", user_agent="Chrome/1<img src=x onerror=alert(1)>")
        office.ours.append(site)
        watch(page, office)
        await page.goto(f"{site}/<img src=x onerror=alert(window.pwned=1)>?<script>#<svg onload=x>")
        await page.get_by_role("button", name="Chat", exact=True).click()
        yield Front(page, page.frame_locator("iframe"))


async def test_what_agents_and_guests_write_is_text_in_the_widget(office: Office, front: Front):
    page, chat = front
    await asyncio.to_thread(office.server.lift_limits)
    ida = await office.agent("Ida")
    await ask(chat, "Ana", TEXTS[0])
    await ida.status("available")
    taken = await ida.assist()
    box, items = (
        chat.get_by_role("textbox", name="Message"),
        chat.get_by_role("log").locator("> ol > li"),
    )
    for first in range(0, len(TEXTS), SHOWN):
        some = TEXTS[first : first + SHOWN]
        for text in some:
            await ida.say(taken.room, text)
            await box.fill(text)
            await box.press("Enter")
        await expect(chat.get_by_text("Sending")).to_have_count(0)
        await ida.say(taken.room, f"That was number {first}")
        await expect(items.filter(has_text=f"That was number {first}")).to_be_visible()
        shown = await chat.locator("[role=log] > ol > li > div").all_inner_texts()
        for text in some:
            assert sum(not unread(text, one) for one in shown) >= 2, (text, shown)
        await assert_clean(front.frame)

    assert taken.guest is not None
    assert taken.guest.info["page"].endswith("alert(window.pwned=1)%3E")
    assert await page.evaluate("window.pwned") is None


async def test_each_question_and_each_name_is_text_in_the_widget(office: Office):
    await asyncio.to_thread(office.server.lift_limits)
    page = await office.open("/chat/main")
    watch(page, office)
    for text in TEXTS:
        await page.get_by_label("Your name").fill(line(text, NAME_CHARS))
        await page.get_by_label("Your question").fill(text)
        await page.get_by_role("button", name="Ask", exact=True).click()
        await page.locator("[role=alert]:visible, html.queue").first.wait_for()
        if await page.locator("[role=alert]:visible").count():
            await page.get_by_label("Your name").fill("Ana")
            await page.get_by_role("button", name="Ask", exact=True).click()
        await page.locator("html.queue").wait_for()
        assert not unread(
            text,
            await page.locator("[role=log]").evaluate(
                "(log) => log.previousElementSibling.innerText"
            ),
        ), text
        await assert_clean(page)
        await page.get_by_role("button", name="Leave the queue").click()
        await page.get_by_role("button", name="Leave the queue").click()
        await page.get_by_role("button", name="Ask something else").click()


async def ask(chat: FrameLocator | Page, name: str, question: str) -> None:
    await chat.get_by_label("Your name").fill(name)
    await chat.get_by_label("Your question").fill(question)
    await chat.get_by_role("button", name="Ask", exact=True).click()
    await expect(chat.get_by_role("log")).to_be_visible()


# --- the console --------------------------------------------------------------------------------


class Crowd(NamedTuple):
    """Where hostile texts were sent to."""

    rooms: list[str]


async def crowd(office: Office) -> Crowd:
    """Hostile texts in all that guests and agents can send."""
    adam, ida = await office.agent("Adam"), await office.agent("Ida")
    most = {"guest_rate": 60_000, "account_rate": 600_000, "identify_rate": 60_000}
    await adam.change_settings({**most, "guest_absence_s": 3_600, "title": line(TEXTS[5], 60)})
    await adam.set_limit(2 * ROOMS)
    await adam.status("available")
    rooms = []
    for number in range(ROOMS):
        guest = await comes(office, TEXTS[number])
        rooms.append((await adam.assist(guest.user)).room)
        for text in TEXTS[number::ROOMS]:
            await guest.say(guest.room, text)
            await adam.say(guest.room, text)
    for text in TEXTS:
        rooms.append(await create(adam, text))
        await ida.direct_message("Adam", text)
    for text in TEXTS[:LABELS]:
        label = {"label": line(text, LABEL_CHARS)}
        await adam.calls.request("POST", f"{API}/tokens", body=label)
    await rated(office, adam)
    for text in TEXTS:
        await comes(office, text)
    await adam.change_settings({"open": False})
    for text in TEXTS:
        await left(office, text)
    return Crowd(rooms)


async def comes(office: Office, text: str) -> Desk:
    """A guest of this name if it may be one, with this question, and this all over the page."""
    value = line(text, INFO_VALUE_CHARS)
    page = {line(text, INFO_KEY_CHARS): value, "page": value}
    more = {f"{number}": line(TEXTS[number], INFO_VALUE_CHARS) for number in range(INFO_FIELDS - 2)}
    question = text.encode()[:TOPIC_BYTES].decode(errors="ignore")
    for name in (line(text, NAME_CHARS), "Ana"):
        try:
            desk = await Desk.identify(
                office.server.url,
                username=name,
                question=question,
                info=more | page,
                trust_env=False,
            )
        except Refused as refused:
            if refused.code != "name_not_allowed":
                raise
        else:
            return await office.stays(desk)
    raise AssertionError("nobody may be called Ana")


async def create(adam: Desk, text: str) -> str:
    """A group room of this name, if it may be one, and with this topic."""
    for name in (line(text, ROOM_NAME_CHARS), "A room"):
        try:
            return await adam.create(name, line(text, INFO_VALUE_CHARS))
        except Refused as refused:
            if refused.code != "text_not_allowed":
                raise
    raise AssertionError("no room may be called A room")


async def rated(office: Office, adam: Desk) -> None:
    """Guests who have gone, and said how it was."""
    for text in TEXTS[:ROOMS]:
        guest = await comes(office, text)
        taken = await adam.assist(guest.user)
        await guest.end(taken.room)
        await guest.rate(taken.room, 1, text)


async def left(office: Office, text: str) -> None:
    """A message by somebody of this name, if one may have it, and with this contact."""
    for name in (line(text, NAME_CHARS), "Ana"):
        try:
            await Desk.leave_message(
                office.server.url,
                username=name,
                body=text,
                contact=line(text, CONTACT_CHARS),
                info={"page": line(text, INFO_VALUE_CHARS)},
                trust_env=False,
            )
        except Refused as refused:
            if refused.code != "name_not_allowed":
                raise
        else:
            return
    raise AssertionError("nobody may be called Ana")


async def test_nothing_that_was_sent_is_more_than_text_on_any_screen_of_the_console(office: Office):
    sent = await crowd(office)
    page = await office.open()
    watch(page, office)
    await assert_clean(page)
    await sign_in(page, "Adam")

    shown: dict[str, str] = {}
    for screen, path in PATHS.items():
        if screen == "sign_in":
            continue  # where one who has signed in does not come
        drawn = page.locator(f"main[data-screen={screen}], main[data-screen={LEADS.get(screen)}]")
        for address in addresses(path, sent):
            await page.evaluate("(path) => { location.hash = path }", address)
            await expect(drawn).to_be_visible()
            await expect(page.locator("[data-state=connecting]")).to_have_count(0)
            await expect(page.get_by_text("Loading …")).to_have_count(0)
            await assert_clean(page)
            shown[screen] = shown.get(screen, "") + await text_of(page)

    for text in TEXTS:
        assert not unread(text[:SEEN_CHARS], shown["floor"]), text
        assert not unread(text, shown["room"]), text
        assert not unread(text[:SEEN_CHARS], shown["notes"]), text
    for text in TEXTS[:LABELS]:
        assert not unread(line(text, LABEL_CHARS), shown["tokens"]), text


async def text_of(page: Page) -> str:
    """All that one can read there, if need be by scrolling."""
    return await page.locator("main").text_content() or ""


def addresses(path: str, sent: Crowd) -> list[str]:
    """The path with all that may stand in it; in two places, one of all and some others."""
    # Addresses come from anybody, too.
    hostile = [quote(text, safe="") for text in TEXTS[:VISITED]]
    given = {
        "room": [*sent.rooms[:VISITED], *hostile],
        "other": sent.rooms[:1],
        "user": ["Ida", *hostile],
        "secret": hostile,
    }
    names = re.findall(r":(\w+)", path)
    found = [path]
    for name in names:
        values = given[name][1 : 1 + ROOMS] if len(names) > 1 and name == "room" else given[name]
        found = [one.replace(f":{name}", value) for one in found for value in values]
    return found
