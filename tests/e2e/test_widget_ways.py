"""The widget among others: bad lines, other tabs, the page around it, sites that are not let in."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Route, WebSocketRoute, expect

from tests.e2e.shopping import Guest, Shopping, shopping, store

__all__ = ["shopping", "store"]

pytestmark = pytest.mark.e2e


WAYS = re.compile(r"/(socket|events|listen|panel-fallbacks\.js)(?:[?#]|$)")


async def blocked(ana: Guest, *paths: str) -> list[str]:
    """No socket comes to be, and none of these paths. Returns what is asked for to listen."""
    asked: list[str] = []

    def note(url: str) -> None:
        if way := WAYS.search(url):
            asked.append(way[1])

    ana.page.on("request", lambda request: note(request.url))

    async def shut(line: WebSocketRoute) -> None:
        note(line.url)
        await line.close()

    await ana.context.route_web_socket(re.compile("/socket$"), shut)
    for path in paths:
        await ana.context.route(re.compile(rf"/{path}\?"), lambda route: route.abort())
    return asked


async def helped(shopping: Shopping, ana: Guest) -> None:
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ana.reads("Ida is here to help.")
        await ida.say(room, "Hello!")
        await ana.reads("Hello!")


@pytest.mark.parametrize(
    ("paths", "ways"),
    [
        ((), ["socket", "panel-fallbacks.js", "events"]),
        (("events",), ["socket", "panel-fallbacks.js", "events", "listen"]),
    ],
)
async def test_where_sockets_are_blocked_events_serve_and_then_polls(
    shopping: Shopping, paths: tuple[str, ...], ways: list[str]
):
    ana = await shopping.visit()
    asked = await blocked(ana, *paths)
    await helped(shopping, ana)

    assert list(dict.fromkeys(asked)) == ways
    assert asked.count("panel-fallbacks.js") == 1
    assert asked.count("events") == (2 if paths else 1)


async def test_who_has_a_socket_loads_nothing_for_other_ways(shopping: Shopping):
    ana = await shopping.visit()
    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url))
    await helped(shopping, ana)

    assert any("/assets/" in url for url in asked)
    assert not any(WAYS.search(url) for url in asked)


async def test_other_ways_that_could_not_be_loaded_are_loaded_once_the_network_is_back(
    shopping: Shopping,
):
    ana = await shopping.visit()
    asked = await blocked(ana)
    lost: list[str] = []

    async def lose(route: Route) -> None:
        lost.append(route.request.url)
        await route.abort()

    await ana.context.route(re.compile("/panel-fallbacks"), lose, times=1)
    await helped(shopping, ana)

    assert len(lost) == 1
    assert asked.count("panel-fallbacks.js") == 2
    assert asked[-1] == "events"


async def test_what_is_written_without_a_line_is_sent_when_it_is_back(shopping: Shopping):
    """Also by the page after this one, and in the order of writing."""
    ana = await shopping.visit(own=True)
    await ana.ask()
    await ana.say("zero")
    await expect(ana.chat.get_by_text("Sending …")).to_be_hidden()
    await shopping.server.stop()
    await ana.say("one")
    await ana.say("two")
    await ana.reads("No connection. What you write is sent later.")
    await expect(ana.items.get_by_text("Sending …")).to_have_count(2)
    kept = await ana.page.evaluate("Object.values(sessionStorage).join()")
    assert [one["body"] for one in json.loads(kept)] == ["one", "two"]
    await shopping.server.start()
    await ana.page.reload()
    await expect(ana.items).to_have_count(3)
    await expect(ana.chat.get_by_text("Sending …")).to_be_hidden()
    await expect(ana.chat.get_by_text("No connection.")).to_be_hidden()
    async with shopping.helping() as ida:
        taken = await ida.assist(ana.name)
    assert [one.body for one in taken.backlog] == ["zero", "one", "two"]


async def test_another_tab_goes_on_with_the_conversation(shopping: Shopping):
    """Opened before anything is asked, or after: each sees what was written in the other."""
    ana = await shopping.visit()
    early = await shopping.another("Ana", ana.context)
    await early.button.click()
    await early.reads("Nobody is here right now.")
    await ana.page.bring_to_front()
    await ana.ask()
    await ana.say("from the first")
    late = await shopping.another("Ana", ana.context)
    await late.button.click()
    await late.reads("from the first")
    await late.say("from the last")
    await ana.reads("from the last")
    await early.page.bring_to_front()
    await early.button.click()
    await early.button.click()
    await expect(early.items).to_have_count(2)


async def test_a_page_that_slept_goes_on_where_it_was(shopping: Shopping):
    ana = await shopping.visit(own=True)
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ana.reads("Ida is here to help.")
        browser = await ana.context.new_cdp_session(ana.page)
        await browser.send("Page.setWebLifecycleState", {"state": "frozen"})
        await ida.say(room, "while you slept")
        await browser.send("Page.setWebLifecycleState", {"state": "active"})
        await ana.reads("while you slept")
        await expect(ana.items).to_have_count(1)


async def test_silence_that_is_about_to_end_it_is_told(shopping: Shopping):
    """The desk says so after minutes; here its word comes at once, from the line."""
    ana = await shopping.visit(own=True)
    lines: list[Any] = []

    async def between(line: Any) -> None:
        line.connect_to_server()
        lines.append(line)

    await ana.page.route_web_socket(re.compile("/socket$"), between)
    await ana.page.reload()
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ana.reads("Ida is here to help.")
        warning = "Write something, or the conversation will end soon."
        lines[-1].send(json.dumps({"type": "closing", "room": room, "seconds": 60, "id": ""}))
        await ana.reads(warning)
        await ana.say("I am here.")
        await expect(ana.chat.get_by_text(warning)).to_be_hidden()


# --- the page around it -------------------------------------------------------------------------

QUEUE = """<script>
window.told = [];
window.Frontdesk = window.Frontdesk || [];
for (const what of ["open", "close", "message", "unread"])
  Frontdesk.push(["on", what, (detail) => told.push([what, detail])]);
Frontdesk.push(["on", "open", () => { throw new Error("a fault of the page's"); }]);
Frontdesk.push(["open"]);
</script>"""


async def test_a_page_opens_it_and_hears_of_it_and_of_no_text(shopping: Shopping):
    ana = await shopping.visit(before=QUEUE)
    await ana.reads("Nobody is here right now.")
    assert await ana.page.evaluate("told") == [["open", None]]
    await ana.fill()
    await ana.press("Ask")
    await ana.reads("You can write already.")
    await ana.page.evaluate("Frontdesk.close()")
    await expect(ana.page.locator("iframe")).to_be_hidden()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ida.say(room, "a secret of ours")
        await ida.say(room, "another")
        await expect(ana.page.get_by_role("button", name="Chat (2)")).to_be_visible()
        await expect(ana.page).to_have_title("(2) A shop")
        told = await ana.page.evaluate("told")
        assert [what for what, _ in told] == [
            *("open", "close", "message", "unread", "message", "unread"),
        ]
        assert told[2][1].keys() == {"user", "sent"}
        assert "secret" not in json.dumps(told)

        # The next page knows that there is somebody to wait for.
        await ana.page.evaluate("window.Frontdesk.on('open', () => {})")
        await ana.page.goto(shopping.url + "&next")
        await expect(ana.page.locator("iframe")).to_be_hidden()
        await ida.say(room, "on the next page")
        await expect(ana.page.get_by_role("button", name="Chat (3)")).to_be_visible()
        await ana.button.click()
        await ana.reads("on the next page")
        await expect(ana.page.get_by_role("button", name="Chat", exact=True)).to_be_visible()
        await expect(ana.page).to_have_title("A shop")
    faults = [one for one in shopping.wrong if "a fault of the page's" in one]
    assert len(faults) == 1
    shopping.wrong.remove(faults[0])


async def test_a_guest_who_wants_quiet_has_it_also_after_a_reload(shopping: Shopping):
    ana = await shopping.visit()
    count = """() => {
      window.tones = 0;
      const real = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function () { tones++; return real.call(this); };
    }"""
    await ana.ask()
    frame = ana.page.frames[-1]
    await frame.evaluate(count)
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ana.page.keyboard.press("Escape")
        await expect(ana.page.locator("iframe")).to_be_hidden()
        await ida.say(room, "with a tone")
        await expect(ana.page).to_have_title("(1) A shop")
        assert await frame.evaluate("tones") == 1
        await ana.button.click()
        sound = ana.chat.get_by_role("button", name="Sound")
        await expect(sound).to_have_attribute("aria-pressed", "true")
        await sound.click()
        await ana.page.reload()
        await expect(sound).to_have_attribute("aria-pressed", "false")
        frame = ana.page.frames[-1]
        await frame.evaluate(count)
        await ana.button.click()
        await expect(ana.page.locator("iframe")).to_be_hidden()
        await ida.say(room, "in silence")
        await expect(ana.page.get_by_role("button", name="Chat (1)")).to_be_visible()
        assert await frame.evaluate("tones") == 0
        await expect(ana.page).to_have_title("A shop")


async def test_a_site_that_is_not_let_in_is_told_kindly_and_led_around(shopping: Shopping):
    await shopping.set(sites="https://shop.example")
    ana = await shopping.visit()
    await ana.button.click()
    way = ana.page.get_by_role("link", name="Open the chat in a new tab.")
    await expect(way).to_be_visible()
    async with ana.context.expect_page() as opened:
        await way.click()
    chat = await opened.value
    await expect(chat.get_by_label("Your name")).to_be_visible()
    await ana.button.click()
    await expect(way).to_be_hidden()
    refused = [one for one in shopping.wrong if "frame-ancestors" in one]
    assert refused
    shopping.wrong = [one for one in shopping.wrong if one not in refused]


async def test_nobody_but_the_page_around_it_speaks_to_the_panel(shopping: Shopping):
    """A greeting by another window, or one that is none, is not taken."""
    ana = await shopping.visit(own=True)
    await ana.page.evaluate(
        """() => {
          const { port1, port2 } = new MessageChannel();
          window.said = [];
          port1.onmessage = ({ data }) => said.push(data);
          postMessage({ frontdesk: "hello", page: "https://shop.example/" }, "*", [port2]);
          for (const wrong of [null, 1, "hello", { frontdesk: "hello" }]) postMessage(wrong, "*");
        }"""
    )
    await ana.ask()
    assert await ana.page.evaluate("said") == []
    async with shopping.helping() as ida:
        guest = (await ida.assist(ana.name)).guest
    assert guest is not None
    assert "page" not in guest.info


# --- how it is used and read --------------------------------------------------------------------


async def test_the_keyboard_is_enough(shopping: Shopping):
    ana = await shopping.visit()
    keys = ana.page.keyboard
    await keys.press("Tab")
    await expect(ana.button).to_be_focused()
    await keys.press("Enter")
    await expect(ana.chat.get_by_label("Your name")).to_be_focused()
    await keys.type(ana.name)
    await keys.press("Tab")
    await keys.type("Where is it?")
    await keys.press("Tab")
    await keys.press("Tab")
    await keys.press("Enter")
    box = ana.chat.get_by_role("textbox", name="Your message")
    await expect(box).to_be_focused()
    await keys.type("one")
    await keys.press("Shift+Enter")
    await keys.type("two")
    await keys.press("Enter")
    await expect(ana.items).to_have_text(re.compile("onetwo"))
    # More than once: a frame that is not drawn yet takes no focus, or not for long.
    for _ in range(10):
        await keys.press("Escape")
        await expect(ana.button).to_be_focused()
        await expect(ana.page.locator("iframe")).to_be_hidden()
        await keys.press("Enter")
        await expect(box).to_be_focused()
    await ana.chat.get_by_role("button", name="Leave the queue").focus()
    await keys.press("Enter")
    await expect(ana.chat.get_by_role("button", name="Stay")).to_be_focused()
    await keys.press("Shift+Tab")
    await keys.press("Enter")
    await expect(ana.chat.get_by_text("You have left the queue.")).to_be_focused()


async def test_the_end_takes_no_key_of_whoever_is_typing(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    box = ana.chat.get_by_role("textbox", name="Your message")
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ana.reads("Ida is here to help.")
        await box.press_sequentially("But what")
        await ida.end(room)
        await expect(ana.chat.get_by_text("We have ended the conversation.")).to_be_focused()
        await ana.page.keyboard.type(" if it is late?")
        await ana.page.keyboard.press("Enter")
        await ana.reads("We have ended the conversation.")
        assert (await ida.state())["queue"] == []
        await ana.press("Ask the same again")
        await expect(box).to_have_value("But what")


LANGUAGES = [
    ("en", "", "de-AT", "Your name"),
    ("de", "", "en", "Ihr Name"),
    ("de-CH", 'data-lang="ar"', "en", "اسمك"),
    ("fr", "", "de-AT", "Ihr Name"),
    ("fr", "", "fr", "Your name"),
    ("", 'data-lang="DE"', "fr", "Ihr Name"),
]


@pytest.mark.parametrize(("lang", "more", "locale", "label"), LANGUAGES)
async def test_it_speaks_the_language_of_the_page(
    shopping: Shopping, lang: str, more: str, locale: str, label: str
):
    ana = await shopping.visit(lang=lang, more=more, locale=locale)
    await ana.button.click()
    await expect(ana.chat.get_by_label(label)).to_be_visible()


async def test_in_german_people_are_counted_and_minutes_told(shopping: Shopping):
    for number in range(2):
        one = await shopping.visit(f"Bo{number}")
        await one.ask()
    ana = await shopping.visit(own=True, locale="de")
    await expect(ana.chat.get_by_text("2 Personen sind vor Ihnen.")).to_be_visible()


async def test_in_arabic_it_stands_the_other_way_round(shopping: Shopping):
    ana = await shopping.visit(lang="ar", own=True, locale="ar")
    await ana.chat.get_by_label("اسمك").fill("ليلى")
    await ana.chat.get_by_label("سؤالك").fill("أين طردي؟")
    await ana.chat.get_by_role("button", name="اسأل").click()
    await ana.chat.get_by_role("textbox", name="رسالتك").fill("مرحبا")
    await ana.page.keyboard.press("Enter")
    await expect(ana.items).to_have_count(1)
    # What is on its way is drawn anew once it is there, so both are asked in one turn.
    mine, log = await ana.log.evaluate(
        """(log) => [log.querySelector("li > div"), log].map((one) => {
          const { x, width } = one.getBoundingClientRect();
          return { x, width };
        })"""
    )
    assert mine["x"] - log["x"] < 40, "one's own stand at the left"
    assert await ana.page.evaluate("document.documentElement.dir") == "rtl"
    leave = await ana.chat.get_by_role("button", name="مغادرة الانتظار").bounding_box()
    assert leave is not None
    assert leave["x"] < log["width"] / 2
