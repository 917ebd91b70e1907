"""A whole conversation by keyboard alone, from either side; at each stop one sees where one is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from operator import ne
from typing import NamedTuple

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsing import shop
from tests.e2e.office import PASSWORD, Office, accounts, office
from tests.e2e.shopping import Guest
from tests.e2e.test_console import composer, log
from tests.load import promised

__all__ = ["accounts", "office"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

# Whoever presses Tab so often and has not come there does not come there.
STOPS = 60

# Where the focus is, also in the shadow of an element: what it is called, and how it is seen.
HERE = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  if (!one || one === document.body || one.localName === "frontdesk-launcher") return null;
  const shown = one.type === "radio" ? one.nextElementSibling : one;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(shown);
  const { x, y, width, height } = shown.getBoundingClientRect();
  return {
    kind: one.localName,
    name: (one.ariaLabel || one.labels?.[0]?.innerText || one.innerText || "").trim(),
    place: [x, y, width, height].map(Math.round).join(" "),
    works: one.matches("a, button, input, select, textarea, summary, [tabindex='0']"),
    seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2
      && !/^rgba\\(.*, 0\\)$|transparent/.test(outlineColor) && width > 0 && height > 0
      && x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0,
  };
}"""


class Stop(NamedTuple):
    """Where the focus is."""

    kind: str
    name: str
    place: str
    works: bool
    seen: bool


class Keys:
    """Somebody before a page who has a keyboard, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Writes where the focus is."""
        await self.page.keyboard.type(text)

    async def at(self, name: str) -> None:
        """The focus comes here by itself."""
        await self._stops(lambda here: here is not None and here.name.split("\n")[0] == name)

    async def to(self, name: str, *, back: bool = False) -> None:
        """Goes from stop to stop until it is at what is called so."""
        passed = []
        for _ in range(STOPS):
            moved = partial(ne, await self._here())
            await self.press("Shift+Tab" if back else "Tab")
            here = await self._stops(moved)
            if here is not None:
                passed.append(here.name)
                if here.name.split("\n")[0] == name:
                    return
        raise AssertionError(f"no key leads to {name}, but to {passed}")

    async def _stops(self, is_there: Callable[[Stop | None], bool]) -> Stop | None:
        """Wait until the focus is so: between two sites it moves a moment later."""
        until = asyncio.get_running_loop().time() + promised(10)
        while not is_there(here := await self._here()):
            assert asyncio.get_running_loop().time() < until, here
            await asyncio.sleep(0.02)
        if here is not None:
            assert here.seen or not here.works, f"nobody sees that the focus is here: {here}"
        return here

    async def _here(self) -> Stop | None:
        found = await self.page.evaluate(HERE)
        if found and found["kind"] == "iframe":
            found = await self.page.frames[-1].evaluate(HERE)
        return Stop(**found) if found else None


@pytest.fixture
async def guest(office: Office) -> AsyncIterator[Guest]:
    """Ana, before a page of another site."""
    async with shop(office.server.url) as url:
        office.ours.append(url.partition("/parcels")[0])
        page = await office.open("/healthz")
        await page.goto(url)
        yield Guest("Ana", page, page.frame_locator("iframe"))


async def signs_in(office: Office, user: str) -> Keys:
    """An agent who is at the console, and available."""
    keys = Keys(await office.open())
    await expect(keys.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await keys.to("Name")
    await keys.type(user)
    await keys.to("Password")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await expect(keys.page.get_by_role("switch", name="Away")).to_be_visible()
    await keys.to("Away")
    await keys.press("Space")
    await expect(keys.page.get_by_role("switch", name="Available")).to_be_checked()
    return keys


async def test_a_whole_conversation_by_keyboard_alone_from_either_side(
    office: Office, guest: Guest
):
    ana = Keys(guest.page)
    await ana.to("Chat")
    await ana.press("Enter")
    await ana.at("Your name")
    await ana.type("Ana")
    await ana.to("Your question")
    await ana.type("Where is my parcel?")
    await ana.to("Ask")
    await ana.press("Enter")
    await ana.at("Your message")
    await ana.type("It was late")
    await ana.press("Enter")
    await expect(guest.items).to_have_count(1)

    ida, jon = await signs_in(office, "Ida"), await signs_in(office, "Jon")
    await ida.to("Take Ana")
    await ida.press("Enter")
    await ida.at("Message to Ana")
    await ida.type("Which order?")
    await ida.press("Enter")
    await guest.reads("Which order?")
    await ana.type("Number 7")
    await ana.press("Enter")
    await expect(log(ida.page).get_by_text("Number 7")).to_be_visible()
    await ida.to("Hand over", back=True)
    await ida.press("Enter")
    await ida.to("Hand over to Jon")
    await ida.press("Enter")
    await guest.reads("Jon is here to help.")

    await jon.to("Ana")
    await jon.press("Enter")
    await expect(composer(jon.page)).to_be_visible()
    await jon.to("Message to Ana")
    await jon.type("It is here.")
    await jon.press("Enter")
    await guest.reads("It is here.")
    await jon.to("End", back=True)
    await jon.press("Enter")
    await expect(jon.page.get_by_role("dialog")).to_be_visible()
    await jon.to("End")
    await jon.press("Enter")

    await ana.at("We have ended the conversation.")
    await ana.to("1")
    await ana.press("ArrowLeft")
    await expect(guest.chat.get_by_role("radio", name="5")).to_be_checked()
    await guest.reads("Thank you for your rating.")
    await ana.to("Anything to add?")
    await ana.type("Quick & kind")
    await ana.to("Send")
    await ana.press("Enter")
    await expect(guest.chat.get_by_role("group", name="How was it")).to_be_hidden()

    mona = await office.agent("Mona")
    (found,) = (await mona.history(user="Ana"))["rooms"]
    kept = await mona.conversation(found["room"])
    said = [(one["user"], one["body"]) for one in kept["lines"] if one["type"] == "message"]
    assert said == [
        ("Ana", "It was late"),
        ("Ida", "Which order?"),
        ("Ana", "Number 7"),
        ("Jon", "It is here."),
    ]
    assert (kept["rating"], kept["comment"]) == (5, "Quick & kind")


async def test_a_focus_that_nobody_sees_is_noticed(office: Office):
    keys = Keys(await office.open())
    await expect(keys.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await keys.to("Name")

    await keys.page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(":focus-visible { outline: 0 !important; }");
          document.adoptedStyleSheets = [sheet];
        }"""
    )

    with pytest.raises(AssertionError, match="nobody sees"):
        await keys.to("Password")
