"""docs/quickstart.md, done as it stands there, from the first start to the first chat."""

import asyncio
import contextlib
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsing import browsing
from tests.e2e.office import PASSWORD, Office
from tests.e2e.server import FRONTDESK, environment, free_port, serving
from tests.load import promised

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200)]

PAGE = Path(__file__).parents[2] / "docs" / "quickstart.md"
COMMANDS = re.compile(r"^```sh quickstart\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A server after its very first start, by the address that the page says."""
    expect.set_options(timeout=promised(10) * 1000)
    data = tmp_path / ".local/share/frontdesk"
    async with browsing(tmp_path) as browser, serving(tmp_path, data=data) as server:
        here = Office(browser, server)
        # The page of the shop asks for an icon that there is none of.
        here.ours.append("http://127.0.0.1:")
        try:
            yield here
            assert here.wrong == []
        finally:
            await here.close()


def typed(commands: str, home: Path, address: str) -> str:
    """What the commands print, in a folder with this `./start`."""
    start = home / "start"
    start.write_text(f'#!/bin/sh\nexec {" ".join(FRONTDESK)} "$@"\n')
    start.chmod(0o755)
    # The settings of the server, as they would be if the port were the usual one.
    port = {"FRONTDESK_PORT": address.rpartition(":")[2]}
    told = subprocess.run(
        ["bash", "-euc", commands.replace("http://127.0.0.1:8420", address)],
        cwd=home,
        env=environment(home) | port,
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    return told.stdout


async def signed_up(office: Office) -> Page:
    """The console of who has opened the link that the first start prints."""
    link = re.search(r"/console#/welcome/\S+", office.server.logs())
    assert link
    page = await office.open(link[0])
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Name of the desk").fill("The Shop")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("The same again").fill(PASSWORD)
    await page.get_by_role("button", name="Begin").click()
    return page


async def test_from_the_first_start_to_the_first_chat(office: Office, tmp_path: Path):
    text = PAGE.read_text(encoding="utf-8")
    snippet, page_of_shop = COMMANDS.findall(text)
    address = office.server.url
    assert "Frontdesk is ready: http://127.0.0.1:8420" in text
    assert f"Frontdesk is ready: {address}" in office.server.logs()

    console = await signed_up(office)
    await expect(console.get_by_role("heading", level=1, name="Get started")).to_be_visible()
    shown = await console.get_by_label("The snippet").input_value()
    assert typed(snippet, tmp_path, address).strip() == shown
    typed(page_of_shop, tmp_path, address)
    assert shown in (tmp_path / "shop" / "index.html").read_text(encoding="utf-8")
    [serve] = [line for line in text.splitlines() if line.startswith("python3 -m http.server")]
    async with shown_by(serve, tmp_path) as shop:
        await ask_and_help(office, console, shop)


@contextlib.asynccontextmanager
async def shown_by(command: str, folder: Path) -> AsyncIterator[str]:
    """The address of what this command shows, on another port than the page says."""
    port = free_port()
    words = command.replace("8000", str(port)).split()
    process = await asyncio.create_subprocess_exec(
        *words, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        until = asyncio.get_running_loop().time() + promised(10)
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            assert process.returncode is None
            assert asyncio.get_running_loop().time() < until
            await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def ask_and_help(office: Office, console: Page, shop: str) -> None:
    """Section 4 of the page."""
    await console.get_by_role("button", name="Go to the floor").click()
    await console.get_by_role("heading", level=1, name="Floor").click()
    await console.keyboard.press("a")
    await expect(console.get_by_role("switch", name="Available")).to_be_checked()

    page = await office.open("/healthz")
    await page.goto(shop)
    await page.locator("frontdesk-launcher").get_by_role("button").click()
    chat = page.frame_locator("iframe")
    await chat.get_by_label("Your name").fill("Ana")
    await chat.get_by_label("Your question").fill("Where is my parcel?")
    await chat.get_by_role("button", name="Ask").click()
    await expect(chat.get_by_text("You are next.").filter(visible=True)).to_be_visible()

    await expect(console.locator(".waiting").get_by_text("Ana", exact=True)).to_be_visible()
    await console.keyboard.press("n")
    box = console.get_by_role("textbox", name="Message to Ana")
    await box.fill("On its way.")
    await box.press("Enter")
    await expect(chat.get_by_text("On its way.")).to_be_visible()
    await chat.get_by_role("textbox", name="Your message").fill("Thank you!")
    await chat.get_by_role("textbox", name="Your message").press("Enter")
    await expect(console.get_by_role("log").get_by_text("Thank you!")).to_be_visible()

    for _ in range(2):
        await chat.get_by_role("button", name="End", exact=True).click()
    ended = chat.get_by_text("The conversation has ended.")
    await expect(ended.filter(visible=True)).to_be_visible()
