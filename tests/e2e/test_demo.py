"""`./start demo`: a desk that is alive, and of which nothing is left."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from frontdesk.client import Desk
from frontdesk.demo.house import BOTS, NEWCOMER, House, Plan, open_after_a_night, set_up
from frontdesk.demo.screenplay import Say, read
from frontdesk.demo.visits import Visited
from tests.e2e.browsing import browsing
from tests.e2e.server import FRONTDESK, Server, environment, free_port
from tests.load import promised

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PLAY = read()

# Each conversation has been played at least once, and a line has formed and gone.
GUESTS = 2 * len(PLAY.conversation)
# At this speed a conversation takes two seconds.
SPEED = 20.0
PLAYED_S = 45

WAITS = re.compile(r"(.+) waits: ")

RATES = re.compile(r"(.+) gives [1-5] of 5")

# What is promised on Ctrl+C.
ENDS_S = 2


# --- what is said -------------------------------------------------------------------------------


async def test_everybody_is_helped_or_leaves_and_what_is_said_arrives_in_order(tmp_path: Path):
    server = Server(tmp_path)
    told: list[str] = []
    done: dict[str, Visited] = {}
    try:
        accounts = await set_up(server)
        await server.start()
        await open_after_a_night(server, PLAY)
        house = House(
            server.url,
            Plan(7, speed=SPEED),
            PLAY,
            news=told.append,
            done=lambda one: done.__setitem__(one.guest, one),
        )
        playing = asyncio.create_task(house.run(accounts))
        until = time.monotonic() + promised(PLAYED_S)
        while not set(came(told)[:GUESTS]) <= done.keys() or len(came(told)) < GUESTS:
            assert not playing.done(), playing.exception()
            assert time.monotonic() < until, f"{came(told)} came, {list(done)} are done"
            await asyncio.sleep(0.05)
        playing.cancel()
        await asyncio.wait({playing})
        async with await Desk.sign_in(
            server.url, NEWCOMER, accounts.passwords[NEWCOMER], trust_env=False
        ) as sam:
            view = await sam.state()
    finally:
        server.close()

    assert [one["contact"] for one in view["notes"]] == [one.contact for one in PLAY.overnight]
    assert {one.outcome for one in done.values()} == {"helped", "left"}
    assert {one.script.name for one in done.values()} == {one.name for one in PLAY.conversation}
    assert sum(one.misplaced for one in done.values()) == 0
    for one in done.values():
        assert_in_order(one)
    transferred = [one for one in done.values() if len(one.helpers) > 1]
    assert transferred
    assert {name for one in done.values() for name in one.helpers} == set(BOTS)
    assert longest_line(told) >= 4
    rated = {one.guest for one in done.values() if one.outcome == "helped" and one.script.rating}
    assert rated == {found[1] for found in map(RATES.match, told) if found} & done.keys()


def came(told: list[str]) -> list[str]:
    return [found[1] for found in map(WAITS.match, told) if found]


def assert_in_order(visited: Visited) -> None:
    """All that was to be said has been heard, and nothing else."""
    script, heard = visited.script, list(visited.heard)
    for text in script.waiting:
        # Whoever is taken meanwhile does not say the rest of it.
        if heard and heard[0] == (visited.guest, text):
            heard.pop(0)
    lines = [step for step in script.steps() if isinstance(step, Say)]
    if visited.outcome == "left":
        # Perhaps taken at the last moment, and gone before a word was said.
        lines = []
    assert len(heard) == len(lines), (visited, lines)
    for (user, text), line in zip(heard, lines, strict=True):
        assert (user == visited.guest) == (line.who == "guest")
        named = line.text.replace("{guest}", visited.guest)
        assert text in {named.replace("{agent}", name) for name in BOTS}


def longest_line(told: list[str]) -> int:
    waiting, longest = 0, 0
    for sentence in told:
        waiting += bool(WAITS.match(sentence))
        waiting -= " takes " in sentence and " takes a break" not in sentence
        waiting -= "has waited for long enough" in sentence
        longest = max(longest, waiting)
    return longest


# --- as it is typed -----------------------------------------------------------------------------


class Typed:
    """The demo, as somebody has typed it."""

    def __init__(self, home: Path, *words: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [*FRONTDESK, "demo", "--speed", "4", "--seed", "1", *words],
            env=environment(home) | {"TMPDIR": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []

    def until(self, words: str) -> str:
        """Read on until a line with these words; the line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"it never said {words!r}:\n{''.join(self.said)}")

    def address(self, words: str) -> str:
        found = re.search(r"http://\S+", self.until(words))
        assert found, self.said
        return found[0]

    def children(self) -> list[int]:
        folder = Path(f"/proc/{self.process.pid}/task")
        found = [one.read_text().split() for one in folder.glob("*/children")]
        return [int(number) for numbers in found for number in numbers]

    def end(self, number: signal.Signals) -> float:
        """Seconds until it has ended."""
        began = time.monotonic()
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=promised(20))
        self.said.append(said)
        return time.monotonic() - began


@contextlib.contextmanager
def typed(home: Path, *words: str) -> Iterator[Typed]:
    demo = Typed(home, *words)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.end(signal.SIGTERM)


def assert_nothing_is_left(demo: Typed, children: list[int]) -> None:
    assert demo.process.returncode == 0, demo.said
    assert demo.said[-1].endswith("Closed. Nothing of it is left.\n"), demo.said
    assert not list(demo.home.iterdir())
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_at_once_and_leaves_no_file_and_no_process(tmp_path: Path, number: signal.Signals):
    with typed(tmp_path) as demo:
        demo.until(" takes ")
        children = demo.children()
        assert children
        assert list(tmp_path.iterdir())
        took = demo.end(number)

    assert took < promised(ENDS_S)
    assert_nothing_is_left(demo, children)


def test_it_ends_as_well_while_it_sets_up(tmp_path: Path):
    with typed(tmp_path) as demo:
        demo.until("Opening the shop")
        until = time.monotonic() + promised(20)
        while not (children := demo.children()) and time.monotonic() < until:
            time.sleep(0.01)
        took = demo.end(signal.SIGTERM)

    assert took < promised(ENDS_S)
    assert_nothing_is_left(demo, children)


def test_a_server_that_ends_of_itself_is_told(tmp_path: Path):
    with typed(tmp_path) as demo:
        demo.until(" waits: ")
        os.kill(demo.children()[0], signal.SIGKILL)
        demo.until("The server of the demo has ended")
        demo.process.communicate(timeout=promised(20))

    assert demo.process.returncode == 1
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_taken_is_named_before_anything_is_done(tmp_path: Path):
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", port + 1)),
        typed(tmp_path, "--port", str(port)) as demo,
    ):
        said, _ = demo.process.communicate(timeout=promised(20))

    assert demo.process.returncode == 1
    assert f"The demo takes the ports {port} and {port + 1}. Port {port + 1} on" in said
    assert "is taken" in said
    assert not list(tmp_path.iterdir())


# --- as it is seen ------------------------------------------------------------------------------


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Typed]:
    expect.set_options(timeout=promised(15) * 1000)
    home = tmp_path / "home"
    home.mkdir()
    port = free_port()
    with typed(home, "--port", str(port)) as demo:
        yield demo


async def test_who_asks_in_the_shop_is_answered_by_a_bot(demo: Typed, tmp_path: Path):
    shop = await asyncio.to_thread(demo.address, "The shop")
    async with browsing(tmp_path) as browser:
        page = await browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await page.goto(shop)
        await expect(page.get_by_role("heading", name="Harbour kettle")).to_be_visible()
        await page.get_by_role("link", name="My parcel").click()
        await expect(page.get_by_role("heading", name="Parcel KL-20417")).to_be_visible()

        await page.get_by_role("button", name="Chat", exact=True).click()
        chat = page.frame_locator("iframe")
        await chat.get_by_label("Your name").fill("Newcomer")
        await chat.get_by_label("Your question").fill("Where is my parcel?")
        await chat.get_by_role("button", name="Ask").click()
        await expect(chat.get_by_text("is here to help")).to_be_visible()
        said = chat.get_by_role("log").get_by_role("listitem")
        await expect(said.filter(has_text="KL-20417")).to_be_visible()
        await chat.get_by_role("textbox", name="Message").fill("And how long does black tea take?")
        await chat.get_by_role("textbox", name="Message").press("Enter")
        await expect(said.filter(has_text="Four minutes")).to_be_visible()

    assert wrong == []
    line = await asyncio.to_thread(demo.until, "who is not in the play")
    assert "takes Newcomer" in line
