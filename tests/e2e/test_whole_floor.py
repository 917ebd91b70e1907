"""A whole floor at once: two guests on the page of another site, two agents, a monitor.

Each in a window of their own. What goes wrong in any of them stands in `office.wrong`.
"""

import contextlib
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from frontdesk.client import Desk
from tests.e2e.browsing import shop
from tests.e2e.office import Office, accounts, office, take_at_once
from tests.e2e.shopping import Guest
from tests.e2e.test_console import available, composer, log, take, told
from tests.load import promised

__all__ = ["accounts", "office"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

# The least that a desk takes: an agent whose window is closed is gone after it.
ABSENCE_S = 30
# As fast as it goes.
SPEED = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


@pytest.fixture
async def site(office: Office) -> AsyncIterator[str]:
    """The address of a page with the widget, which is another site than the desk."""
    async with shop(office.server.url) as url:
        office.ours.append(url.partition("/parcels")[0])
        yield url


class Network:
    """Between one page and the desk; it can be cut, also what is open already."""

    def __init__(self) -> None:
        self._is_cut = False
        self._lines: list[WebSocketRoute] = []

    async def between(self, line: WebSocketRoute) -> None:
        """A socket that the page opens."""
        if self._is_cut:
            await line.close()
        else:
            self._lines += [line, line.connect_to_server()]

    @contextlib.asynccontextmanager
    async def cut(self, page: Page) -> AsyncIterator[None]:
        """Nothing of the chat in this page gets through, and the browser knows it."""
        # The frame is of another site, and so in a process to which the page's own switch is no
        # word; and what a browser emulates spares the sockets that are open.
        browser = await page.context.new_cdp_session(page.frames[-1])
        await browser.send("Network.enable")
        await browser.send("Network.emulateNetworkConditions", {"offline": True, **SPEED})
        self._is_cut = True
        for line in self._lines:
            await line.close()
        self._lines.clear()
        yield
        self._is_cut = False
        await browser.send("Network.emulateNetworkConditions", {"offline": False, **SPEED})


async def comes(office: Office, site: str, name: str, network: Network | None = None) -> Guest:
    """Somebody before that page."""
    page = await office.open("/healthz")
    if network is not None:
        await page.route_web_socket(re.compile("/socket$"), network.between)
    await page.goto(site)
    return Guest(name, page, page.frame_locator("iframe"))


async def says(page: Page, name: str, text: str) -> None:
    """An agent writes to this guest."""
    await composer(page, name).fill(text)
    await composer(page, name).press("Enter")
    await expect(log(page, name).get_by_text(text)).to_be_visible()


def messages(lines: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Who said what, as the history of a room has it."""
    return [(one["user"], one["body"]) for one in lines if one["type"] == "message"]


async def loses_an_answer(page: Page) -> list[int]:
    """The next message gets through, and its answer does not. Returns what was answered."""
    answered: list[int] = []

    async def swallow(route: Route) -> None:
        answered.append((await route.fetch()).status)
        await route.abort()

    await page.route("**/message/*", swallow, times=1)
    return answered


class Floor:
    """Who is there. `fast` has the first guest, for whom `slow` was too late."""

    def __init__(self, office: Office, consoles: dict[str, Page], guests: list[Guest]) -> None:
        self.office = office
        self.mona = consoles["Mona"]
        self.pages = consoles
        self.ana, self.ben = guests
        self.fast = self.slow = self.mona

    def name(self, page: Page) -> str:
        """Whose window this is."""
        return next(name for name, one in self.pages.items() if one is page)

    async def waiting(self, page: Page, *names: str, seconds: float = 10) -> None:
        """These wait, in this order, as this window shows it."""
        shown = page.locator(".waiting li b")
        await expect(shown).to_have_text(list(names), timeout=promised(seconds) * 1000)


@pytest.fixture
async def network() -> Network:
    """Between Ana's page and the desk."""
    return Network()


@pytest.fixture
async def floor(office: Office, site: str, network: Network) -> Floor:
    """Zoe waits, then Ben, then Ana; two agents are available, and a monitor looks on."""
    adam = await office.agent("Adam")
    await adam.change_settings({"agent_absence_s": ABSENCE_S})
    consoles = {name: await office.at(name) for name in ("Ida", "Jon", "Mona")}
    for name in ("Ida", "Jon"):
        await available(consoles[name])
    await office.guest("Zoe")
    ana, ben = await comes(office, site, "Ana", network), await comes(office, site, "Ben")
    await ben.ask("Do you ship to Malta?")
    await ana.ask("Where is my parcel?")
    return Floor(office, consoles, [ana, ben])


async def test_a_whole_floor_and_each_word_of_it_is_kept_once_and_in_order(
    floor: Floor, network: Network
):
    await each_knows_the_place_and_two_take_at_once(floor)
    await a_monitor_watches_and_she_is_handed_on(floor)
    await an_agent_is_gone_and_his_guests_have_their_old_places(floor)
    await what_is_written_without_a_network_arrives_once(floor, network)
    await it_ends_from_either_side(floor)
    await all_of_it_is_kept(floor)


async def each_knows_the_place_and_two_take_at_once(floor: Floor) -> None:
    ana, ben = floor.ana, floor.ben
    for page in floor.pages.values():
        await floor.waiting(page, "Zoe", "Ben", "Ana")
    await ben.reads("1 person is ahead of you.")
    await ana.reads("2 people are ahead of you.")
    await ana.say("It was *late*")

    fast, slow = await take_at_once(floor.pages["Ida"], floor.pages["Jon"])
    floor.fast, floor.slow = fast, slow
    await expect(composer(fast, "Zoe")).to_be_visible()
    await expect(told(slow)).to_contain_text("A colleague took this guest just before you")
    await ben.reads("You are next.")
    await ana.reads("1 person is ahead of you.")

    await take(slow, "Ben")
    await ana.reads("You are next.")
    await says(slow, "Ben", "We do.")
    await ben.say("How much is it?")
    await expect(log(slow, "Ben").get_by_text("How much is it?")).to_be_visible()


async def a_monitor_watches_and_she_is_handed_on(floor: Floor) -> None:
    ana, fast, slow, mona = floor.ana, floor.fast, floor.slow, floor.mona
    await fast.get_by_role("link", name="Floor").click()
    await take(fast, "Ana")
    await ana.reads(f"{floor.name(fast)} is here to help.")
    await says(fast, "Ana", "Which order?")
    await ana.say("Number 7")

    await mona.get_by_role("button", name="Watch the conversation with Ana").click()
    await expect(mona.get_by_text("You are watching.")).to_be_visible()
    await expect(log(mona).get_by_text("Number 7")).to_be_visible()
    await says(fast, "Ana", "My colleague knows.")
    await expect(log(mona).get_by_text("My colleague knows.")).to_be_visible()

    await fast.get_by_role("button", name="Hand over").click()
    await fast.get_by_role("button", name=f"Hand over to {floor.name(slow)}").click()
    await expect(fast.get_by_text(f"Ana is with {floor.name(slow)} now.")).to_be_visible()
    await ana.reads(f"{floor.name(slow)} is here to help.")
    await slow.locator(".rail").get_by_role("link", name="Ana").click()
    for text in ("It was late", "Number 7", "My colleague knows."):
        await expect(log(slow).get_by_text(text)).to_be_visible()
    await says(slow, "Ana", "It is in Malta.")
    await ana.reads("It is in Malta.")


async def an_agent_is_gone_and_his_guests_have_their_old_places(floor: Floor) -> None:
    await floor.office.guest("Cid")
    await floor.slow.context.close()
    await floor.waiting(floor.fast, "Ben", "Ana", "Cid", seconds=ABSENCE_S + 30)
    await floor.ben.reads("You are next.")
    await floor.ana.reads("1 person is ahead of you.")
    await take(floor.fast, "Ana")
    await floor.ana.reads(f"{floor.name(floor.fast)} is here to help.")


async def what_is_written_without_a_network_arrives_once(floor: Floor, network: Network) -> None:
    """Though the answer to it is lost, too."""
    ana, fast = floor.ana, floor.fast
    async with network.cut(ana.page):
        await ana.reads("No connection. What you write is sent later.")
        await ana.say("Written offline")
        await expect(ana.items.last.get_by_text("Sending …")).to_be_visible()
        await says(fast, "Ana", "Are you there?")
        answered = await loses_an_answer(ana.page)
    await expect(log(fast).get_by_text("Written offline")).to_have_count(1)
    await ana.reads("Are you there?")
    await expect(ana.items.filter(has_text="Sending …")).to_have_count(0)
    assert answered == [200]
    await says(fast, "Ana", "All is well.")
    await ana.reads("All is well.")


async def it_ends_from_either_side(floor: Floor) -> None:
    ana, ben, fast = floor.ana, floor.ben, floor.fast
    await fast.get_by_role("button", name="End", exact=True).click()
    await fast.get_by_role("dialog").get_by_role("button", name="End").click()
    await ana.reads("We have ended the conversation.")
    await ana.chat.get_by_text("5", exact=True).click()
    await ana.reads("Thank you for your rating.")
    await ana.chat.get_by_label("Anything to add?").fill("Quick & kind")
    await ana.press("Send")
    await expect(ana.chat.get_by_role("group", name="How was it")).to_be_hidden()

    await fast.get_by_role("link", name="Floor").click()
    await take(fast, "Ben")
    await ben.say("I have found it")
    await expect(log(fast, "Ben").get_by_text("I have found it")).to_be_visible()
    await ben.press("End")
    await ben.press("End")
    await expect(fast.get_by_text("The guest has ended the conversation.")).to_be_visible()
    await ben.reads("The conversation has ended.")


async def all_of_it_is_kept(floor: Floor) -> None:
    one, two = floor.name(floor.fast), floor.name(floor.slow)
    said = {
        "Ana": [
            ("Ana", "It was *late*"),
            (one, "Which order?"),
            ("Ana", "Number 7"),
            (one, "My colleague knows."),
            (two, "It is in Malta."),
            (one, "Are you there?"),
            ("Ana", "Written offline"),
            (one, "All is well."),
        ],
        "Ben": [(two, "We do."), ("Ben", "How much is it?"), ("Ben", "I have found it")],
    }
    mona = await floor.office.agent("Mona")
    kept = {name: await history(mona, name) for name in said}
    for name, expected in said.items():
        lines = kept[name]["lines"]
        assert messages(lines) == expected
        ids = [line["id"] for line in lines]
        assert len(set(ids)) == len(ids)
        comings = {line["user"] for line in lines if line["type"] == "notification"}
        assert comings == {one, two}, "who watches is not seen"
    assert kept["Ana"]["agents"] == [one, two]
    assert kept["Ben"]["agents"] == [two, one]
    assert (kept["Ana"]["rating"], kept["Ana"]["comment"]) == (5, "Quick & kind")
    shown = await floor.ana.items.locator("> div").all_inner_texts()
    assert shown == [body.replace("*", "") for _, body in said["Ana"]]


async def history(desk: Desk, name: str) -> dict[str, Any]:
    """All that is kept of the only room of this guest."""
    (found,) = (await desk.history(user=name))["rooms"]
    told: dict[str, Any] = await desk.conversation(found["room"])
    assert told["next"] is None
    return told
