"""An office: a server with accounts, and pages of the console that they have open.

    async def test_…(office: Office):
        page = await office.at("Ida")
        await office.guest("Ana")
        await nothing_wrong(page)

`Ida` and `Jon` are agents, `Mona` is a monitor, `Adam` an admin. What goes wrong in any page, or is
asked of any other address, stands in `office.wrong`, which the fixture finds empty at the end.
"""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, Route, expect

from frontdesk.client import Desk
from frontdesk.client.events import End, Message, Status
from tests.e2e.browsing import browsing
from tests.e2e.server import Server, serving
from tests.load import promised

PASSWORD = "correct horse battery"
ROLES = {"Ida": "agent", "Jon": "agent", "Mona": "monitor", "Adam": "admin"}
QUESTION = "Where is my parcel?"

AXE = Path(__file__).parents[2] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
# What WCAG 2.2 asks for at A and AA, and what axe's makers advise besides.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}


class Visitor:
    """A guest who listens, and what they have heard said by others."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk = desk
        self.name = name
        self.heard: list[str] = []
        self._listening = asyncio.create_task(self._listen())

    async def say(self, body: str) -> None:
        await self.desk.say(self.room, body)

    @property
    def room(self) -> str:
        assert self.desk.room is not None, "a guest has one"
        return self.desk.room

    async def hears(self, body: str) -> None:
        """Wait until somebody has said this."""
        until = asyncio.get_running_loop().time() + promised(10)
        while body not in self.heard:
            assert asyncio.get_running_loop().time() < until, (body, self.heard)
            await asyncio.sleep(0.02)

    async def leave(self) -> None:
        """Close the page."""
        self._listening.cancel()
        await self.desk.close()

    async def _listen(self) -> None:
        async for event in self.desk.events():
            match event:
                case Message(user=user, body=body) if user != self.name:
                    self.heard.append(body)
                case Status(of="typing", is_=True):
                    self.heard.append("types")
                case End(reason=reason):
                    self.heard.append(f"end: {reason}")
                case _:
                    pass


class Office:
    """A server with accounts, guests who come, and pages of the console."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser = browser
        self.server = server
        self.wrong: list[str] = []
        # What pages may ask for anything.
        self.ours = [server.url, "data:"]
        self._here = contextlib.AsyncExitStack()

    async def open(
        self,
        path: str = "/console",
        *,
        size: dict[str, int] = WIDE,
        scheme: Literal["light", "dark"] = "light",
        **more: Any,
    ) -> Page:
        """A page in a window of its own, without a session."""
        context = await self.browser.new_context(viewport=size, color_scheme=scheme, **more)  # type: ignore[arg-type]
        self._here.push_async_callback(context.close)
        page = await context.new_page()
        self.watch(page)
        await page.goto(self.server.url + path)
        return page

    def watch(self, page: Page) -> None:
        """Note what goes wrong in it from now on."""
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("request", lambda asked: self._asked(asked.url))

    async def at(self, user: str, path: str = "/console", **more: Any) -> Page:
        """The console of this account, who has signed in just now and sees the desk."""
        page = await self.open(path, **more)
        await sign_in(page, user)
        return page

    async def guest(self, name: str, question: str = QUESTION, **info: str) -> Visitor:
        """A guest, who waits and is there until the test is over."""
        desk = await Desk.identify(
            self.server.url, username=name, question=question, info=info, trust_env=False
        )
        visitor = Visitor(desk, name)
        self._here.push_async_callback(visitor.leave)
        return visitor

    async def stays(self, desk: Desk) -> Desk:
        """Somebody who is there until the test is over."""
        return await self._here.enter_async_context(desk)

    async def agent(self, user: str) -> Desk:
        """An agent by another program than the console."""
        desk = await Desk.sign_in(self.server.url, user, PASSWORD, trust_env=False)
        return await self.stays(desk)

    async def close(self) -> None:
        """Everybody goes home."""
        await self._here.aclose()

    def _said(self, kind: str, text: str) -> None:
        # A browser notes each answer that is a refusal, and each line that is lost.
        if kind == "error" and "Failed to load resource" not in text and "WebSocket" not in text:
            self.wrong.append(text)

    def _asked(self, url: str) -> None:
        # What a page has made itself is asked of nobody.
        if not url.startswith((*self.ours, f"blob:{self.server.url}/")):
            self.wrong.append(url)


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a server keeps that has these accounts, and nothing else."""
    server = Server(tmp_path_factory.mktemp("accounts"))
    for user, role in ROLES.items():
        server.add_user(user, PASSWORD, role=role)
    return server.data


@pytest.fixture
async def office(accounts: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """An office, in which nothing goes wrong that nobody sees."""
    expect.set_options(timeout=promised(10) * 1000)
    shutil.copytree(accounts, tmp_path / "data")
    async with browsing(tmp_path) as browser, serving(tmp_path) as server:
        here = Office(browser, server)
        try:
            yield here
            assert here.wrong == [], here.wrong
        finally:
            await here.close()


async def sign_in(page: Page, user: str) -> None:
    """Sign in on the page that asks for it, and wait until the desk has answered."""
    await page.get_by_label("Name").fill(user)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("main[data-screen]:not([data-screen=sign_in])")).to_be_visible()
    await expect(page.locator("[data-state=connecting]")).to_have_count(0)


# The address has changed, and the page has had a turn to draw what stands there.
GO = """(address) => new Promise((done) => {
  const before = location.href;
  addEventListener("hashchange", () => setTimeout(done), { once: true });
  location.hash = address;
  if (location.href === before) done();
})"""


async def go(page: Page, address: str) -> None:
    """Go to this screen of the console, and wait until it is drawn with all that it asked for."""
    await page.evaluate(GO, address)
    await expect(page.get_by_text("Loading …")).to_have_count(0)
    await expect(page.get_by_text("Connecting …")).to_have_count(0)


async def take_at_once(one: Page, other: Page) -> tuple[Page, Page]:
    """Both take the first who waits, and both have pressed before either is heard.

    Returns:
        Who has the guest, and who was too late.
    """
    pressed = asyncio.Barrier(2)

    async def hold(route: Route) -> None:
        await pressed.wait()
        await route.continue_()

    async def take(page: Page) -> int:
        await page.route("**/assist", hold, times=1)
        async with page.expect_response("**/assist") as answer:
            await page.locator(".take").first.click()
        return (await answer.value).status

    told = dict(zip(await asyncio.gather(take(one), take(other)), (one, other), strict=True))
    return told[200], told[409]


async def complaints(page: Page) -> list[str]:
    """What axe finds wrong with how the page stands, one line each."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        "async (tags) => (await axe.run({runOnly: tags})).violations.map((one) => ["
        "one.id, one.nodes.map((node) => [node.html, node.failureSummary])])",
        AXE_TAGS,
    )
    return [json.dumps(one) for one in found]
