"""The guest's widget in a real browser, in a page of another site, without third parties' cookies.

A private window, as these are, gives the frame neither storage nor locks.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Error, expect

from frontdesk.client import Desk
from tests.e2e.shopping import QUESTION, Shopping, shopping, store

__all__ = ["shopping", "store"]

pytestmark = pytest.mark.e2e

HOSTILE = [
    "<script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "<svg/onload=\"document.title='pwned'\">",
    "[a](javascript:document.title='pwned')",
    "<javascript:document.title='pwned'>",
    "[a](data:text/html,<script>alert(1)</script>)",
    '[a](https://example.com" onmouseover="x)',
    "`</code><img src=x>`",
    "```\n</pre><iframe src=//example.com></iframe>\n```",
    "<style>body{display:none}</style>",
    "![a](https://example.com/pixel.gif)",
    "> > > > > > > > <b onclick=x>deep</b>",
]

# What people write, and what it is drawn as.
MARKDOWN = [
    ("a **b** *c* ~~d~~ __e__ _f_", "<p>a <strong>b</strong> <em>c</em> <s>d</s> "
     "<strong>e</strong> <em>f</em></p>"),
    ("***both*** snake_case_name 2 * 3 * 4", "<p><strong><em>both</em></strong> "
     "snake_case_name 2 * 3 * 4</p>"),
    ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
    ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    ("3. a\n4. *b*", '<ol start="3"><li>a</li><li><em>b</em></li></ol>'),
    ("# Big\ntext", "<p><strong>Big</strong></p><p>text</p>"),
    ("> a\n> b\nc", "<blockquote><p>a<br>b</p></blockquote><p>c</p>"),
    ("```js\nif (a < b) *c*\n```\nafter", '<pre tabindex="0"><code>if (a &lt; b) *c*</code></pre>'
     "<p>after</p>"),
    ("~~~\nnever closed", '<pre tabindex="0"><code>never closed</code></pre>'),
    ("`` a`b `` and `c", "<p><code>a`b</code> and `c</p>"),
    (r"\*a\* 1\. b", "<p>*a* 1. b</p>"),
    ("see https://example.com/a?b=1.", '<p>see <a href="https://example.com/a?b=1" target="_blank" '
     'rel="noopener noreferrer nofollow">https://example.com/a?b=1</a>.</p>'),
    ("[**here**](mailto:a@b.example)", '<p><a href="mailto:a@b.example" target="_blank" '
     'rel="noopener noreferrer nofollow"><strong>here</strong></a></p>'),
    ("**open *and", "<p>**open *and</p>"),
]  # fmt: skip


async def test_a_guest_asks_is_helped_reloads_and_is_done(shopping: Shopping):
    """The whole of it, and nothing of it ever reaches the page around."""
    ana = await shopping.visit("Ana")
    await ana.ask()
    await ana.reads("You are next.")
    await ana.say("It was *late*")
    async with shopping.helping() as ida:
        taken = await ida.assist(ana.name)
        assert taken.topic == QUESTION
        assert taken.guest is not None
        assert taken.guest.user == ana.name
        assert taken.guest.info["page"].endswith("/parcels"), "without what stands behind the ?"
        assert taken.guest.info["browser"].startswith("Chrome ")
        assert [one.body for one in taken.backlog] == ["It was *late*"]
        await ana.reads("Ida is here to help.")
        await ida.typing(taken.room)
        await ana.reads("Ida is typing …")
        await ida.say(taken.room, "Which **order**?")
        await expect(ana.chat.locator("strong", has_text="order")).to_be_visible()
        await expect(ana.chat.get_by_text("Ida is typing")).to_be_hidden()

        await ana.page.reload()
        await ana.reads("Ida is here to help.")
        await ana.say("Number 7")
        await expect(ana.items).to_have_count(3)
        assert [one["body"] for one in await bodies(ida, taken.room)] == [
            "It was *late*",
            "Which **order**?",
            "Number 7",
        ]

        await ida.end(taken.room)
        await ana.reads("We have ended the conversation.")
        await expect(ana.chat.get_by_role("textbox", name="Your message")).to_be_hidden()
        await ana.page.reload()
        await ana.reads("The conversation has ended.")
        await expect(ana.items).to_have_count(3)
        await ana.press("Ask the same again")
        await ana.reads("You are next.")
        await expect(ana.items).to_have_count(0)

    assert await ana.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert await ana.page.evaluate("Object.values(sessionStorage)") == ["open"]
    with pytest.raises(Error, match="SecurityError|cross-origin"):
        await ana.page.evaluate(
            "document.querySelector('frontdesk-launcher').shadowRoot"
            ".querySelector('iframe').contentWindow.document"
        )


async def test_a_guest_leaves_the_queue(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    await ana.press("Leave the queue")
    await ana.press("Stay")
    await ana.press("Leave the queue")
    await ana.reads("Leave the queue and lose your place?")
    await ana.press("Leave the queue")
    await ana.reads("You have left the queue.")
    await expect(ana.chat.get_by_text("How was it")).to_be_hidden()
    await ana.press("Ask something else")
    await expect(ana.chat.get_by_label("Your question")).to_have_value("")


async def test_a_guest_knows_the_place_and_ends_the_conversation(shopping: Shopping):
    bo = await shopping.visit("Bo")
    await bo.ask()
    ana = await shopping.visit("Ana")
    await ana.button.click()
    await ana.reads("1 person is ahead of you.")
    await ana.fill()
    await ana.press("Ask")
    await ana.reads("You can write already.")
    await ana.reads("1 person is ahead of you.")
    async with shopping.helping() as ida:
        await ida.assist(bo.name)
        await ana.reads("You are next.")
        await ida.assist(ana.name)
        await ana.press("End")
        await ana.reads("End the conversation?")
        await ana.press("End")
        await ana.reads("The conversation has ended.")


async def test_what_cannot_be_sent_says_why_and_is_sent_again_or_given_up(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    refusal = '{"type": "error", "error": "", "code": "too_large"}'
    messages = "**/message/*"
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ida.say(room, "What is it?")
        await ana.reads("What is it?")
        await ana.context.route(messages, lambda route: route.fulfill(status=413, body=refusal))
        await ana.say("one")
        await ana.say("two")
        await expect(ana.items.get_by_text("Not sent. This text is too long.")).to_have_count(2)
        await ana.items.filter(has_text="two").get_by_role("button", name="Discard").click()
        await expect(ana.items).to_have_count(2)

        await ana.context.unroute(messages)
        await ana.press("Try again")
        await expect(ana.chat.get_by_text("Not sent.")).to_be_hidden()
        assert [one["body"] for one in await bodies(ida, room)] == ["What is it?", "one"]


async def test_what_is_markdown_is_drawn_so(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        for text, _ in MARKDOWN:
            await ida.say(room, text)
        await expect(ana.items).to_have_count(len(MARKDOWN))
        drawn = await ana.items.locator("> div").evaluate_all(
            "all => all.map((one) => one.innerHTML)"
        )

    assert drawn == [html for _, html in MARKDOWN]


async def test_what_looks_like_markup_is_text(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    async with shopping.helping() as ida:
        taken = await ida.assist(ana.name)
        for text in HOSTILE:
            await ida.say(taken.room, text)
        await expect(ana.items).to_have_count(len(HOSTILE))
        kinds = await ana.items.locator("> div *").evaluate_all(
            "all => [...new Set(all.map((one) => one.tagName.toLowerCase()))]"
        )
        links = await ana.items.locator("a").evaluate_all(
            "all => all.map((one) => new URL(one.href).protocol)"
        )

    assert set(kinds) <= {"p", "pre", "code", "blockquote", "a", "br", "em", "strong"}
    assert set(links) <= {"https:"}
    assert await ana.page.title() == "A shop"


async def test_a_long_text_of_marks_takes_no_long_time(shopping: Shopping):
    """Each of them opens what never closes."""
    ana = await shopping.visit(own=True)
    await ana.ask()
    async with shopping.helping() as ida:
        taken = await ida.assist(ana.name)
        for marks in (
            "*",
            "**a",
            "_a ",
            "`",
            "[",
            "<https://",
            "> ",
            "1. ",
            "~~~a\n",
            "[a](",
            "\\",
        ):
            await ida.say(taken.room, "x" + marks * (4_000 // len(marks)))
        await expect(ana.items).to_have_count(11)


async def test_how_it_was_is_asked_and_told(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ida.end(room)
        stars = ana.chat.get_by_role("group", name="How was it")
        await expect(stars.get_by_role("radio")).to_have_count(5)
        await stars.get_by_role("radio", name="1").focus()
        for _ in range(3):
            await ana.page.keyboard.press("ArrowRight")
        await expect(stars.get_by_role("radio", name="4")).to_be_checked()
        await ana.reads("Thank you for your rating.")
        await ana.chat.get_by_label("Anything to add?").fill("Quick.")
        await ana.press("Send")
        await ana.reads("Thank you for your rating.")
        await expect(stars).to_be_hidden()
        await ana.page.reload()
        await ana.reads("Thank you for your rating.")
        await expect(stars).to_be_hidden()

    eva = await shopping.visit("Eva")
    await eva.ask()
    async with shopping.helping() as ida:
        await ida.end((await ida.assist(eva.name)).room)
        await eva.chat.get_by_text("5", exact=True).click()
        await eva.reads("Thank you for your rating.")
        await eva.page.reload()
        await eva.reads("Thank you for your rating.")
        await expect(eva.chat.get_by_role("group", name="How was it")).to_be_hidden()

    await shopping.set(ratings=False)
    bo = await shopping.visit("Bo")
    await bo.ask()
    async with shopping.helping() as ida:
        await ida.end((await ida.assist(bo.name)).room)
        await bo.reads("We have ended the conversation.")
        await expect(bo.chat.get_by_role("group", name="How was it")).to_be_hidden()


async def test_the_conversation_is_saved_as_a_text_with_all_of_it(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        for number in range(60):
            await ida.say(room, f"line \\<{number}>")
        await ida.end(room)
        await ana.page.reload()
        await expect(ana.items).to_have_count(60)
        async with ana.page.expect_download() as waited:
            await ana.press("Save as text")
        download = await waited.value
        text = (await download.path()).read_text(encoding="utf-8")

    assert download.suggested_filename == "Chat with us.txt"
    assert text.startswith(QUESTION)
    said = re.findall(r"^(\S+Z) Ida\n+(.*)$", text, re.MULTILINE)
    assert [line for _, line in said] == [f"line <{number}>" for number in range(60)]
    now = datetime.now(UTC)
    for at, _ in said:
        assert timedelta() < now - datetime.fromisoformat(at) < timedelta(hours=1)


@pytest.mark.parametrize("why", ["closed", "full"])
async def test_who_finds_nobody_leaves_a_message(shopping: Shopping, why: str):
    bo = None
    if why == "closed":
        await shopping.set(open=False)
    else:
        await shopping.set(queue_most=1)
        bo = await shopping.visit("Bo")
        await bo.ask()
    ana = await shopping.visit()
    await ana.button.click()
    told = {"closed": "We are closed at the moment.", "full": "Very many people are waiting."}
    await ana.reads(told[why] + " Leave us a message, and we will answer it.")
    await expect(ana.chat.get_by_role("button", name="Ask")).to_be_hidden()
    await ana.chat.get_by_label("Your name").fill("Ana")
    await ana.press("Leave a message")
    await expect(ana.chat.get_by_label("E-mail or telephone")).to_be_focused()
    await ana.chat.get_by_label("E-mail or telephone").fill("ana@example.com")
    await ana.chat.get_by_label("Your message").first.fill("Call me.")
    await ana.press("Leave a message")
    await ana.reads("Thank you. We have your message.")

    async with shopping.helping() as ida:
        (note,) = (await ida.state())["notes"]
        await ida.note_done(note["room"])
    assert (note["topic"], note["contact"]) == ("Call me.", "ana@example.com")
    await ana.press("Ask something else")
    await expect(ana.chat.get_by_label("Your message").first).to_have_value("")


async def test_where_every_agent_is_away_guests_are_told_and_ask_or_leave_a_message(
    shopping: Shopping,
):
    nobody = "Nobody is here right now."
    ana = await shopping.visit()
    await ana.button.click()
    await ana.reads(f"{nobody} Ask and stay, and you keep your place until somebody comes.")
    await ana.fill("Where is it?")
    contact = ana.chat.get_by_label("E-mail or telephone")
    for press, is_note in (
        ("Leave a message", True),
        ("Ask", False),
        ("Leave a message", True),
    ):
        await expect(contact).to_be_visible(visible=not is_note)
        await ana.press(press)
    await contact.fill("ana@example.com")
    async with shopping.helping():
        # Somebody has come meanwhile. What was written stays.
        await ana.press("Leave a message")
        await ana.reads("We are here.")
        await expect(contact).to_be_hidden()
        await expect(ana.chat.get_by_label("Your question")).to_have_value("Where is it?")
        await expect(ana.chat.get_by_role("button", name="Leave a message")).to_be_hidden()
    await ana.press("Ask")
    await ana.reads("You can write already.")
    # It looks again every now and then, and at once when it is opened.
    await ana.button.click()
    await ana.button.click()
    await ana.reads(f"You are next. {nobody} You can write already.")
    async with shopping.helping():
        await ana.button.click()
        await ana.button.click()
        await expect(ana.chat.get_by_text(nobody)).to_be_hidden()

    bo = await shopping.visit("Bo")
    await bo.button.click()
    await bo.reads(nobody)
    await bo.press("Leave a message")
    await bo.chat.get_by_label("Your name").fill("Bo")
    await bo.chat.get_by_label("E-mail or telephone").fill("bo@example.com")
    await bo.chat.get_by_label("Your message").first.fill("Call me.")
    await bo.press("Leave a message")
    await bo.reads("Thank you. We have your message.")
    await shopping.set(availability_to="agents")
    await bo.press("Ask something else")
    await bo.button.click()
    await bo.button.click()
    await expect(bo.chat.get_by_text(nobody)).to_be_hidden()
    await expect(bo.chat.get_by_role("button", name="Leave a message")).to_be_hidden()


async def test_what_was_typed_to_a_rating_and_not_sent_is_kept_for_the_guest_to_send(
    shopping: Shopping,
):
    ana = await shopping.visit()
    await ana.ask()
    comment = ana.chat.get_by_label("Anything to add?")
    async with shopping.helping() as ida:
        await ida.end((await ida.assist(ana.name)).room)
        await ana.chat.get_by_text("4", exact=True).click()
        await ana.reads("Thank you for your rating.")
        await comment.fill("Quick, but loud: schön!")
        await ana.page.keyboard.press("Escape")
        await ana.page.goto(shopping.url + "&next")
        await ana.button.click()
        await expect(comment).to_have_value("Quick, but loud: schön!")
        await expect(ana.chat.get_by_role("radio", name="4")).to_be_checked()
        sent: list[str] = []
        ana.page.on("request", lambda request: sent.append(request.post_data or ""))
        await ana.press("Send")
        await expect(comment).to_be_hidden()
        assert [one for one in sent if '"rating":4' in one and "schön!" in one]
        await ana.page.reload()
        await expect(ana.chat.get_by_text("Thank you for your rating.")).to_be_visible()
        await expect(comment).to_be_hidden()

        # It belongs to that conversation, and to no other.
        await ana.press("Ask the same again")
        await ana.reads("You can write already.")
        await ida.end((await ida.assist(ana.name)).room)
        await ana.chat.get_by_text("2", exact=True).click()
        await expect(comment).to_have_value("")


async def test_a_desk_that_is_closed_says_so_before_anything_is_asked(shopping: Shopping):
    await shopping.set(open=False, leave_messages=False)
    ana = await shopping.visit()

    await ana.button.click()

    await ana.reads("We are closed at the moment. Please come back later.")
    await expect(ana.chat.locator("form:visible")).to_have_count(0)


async def test_the_desk_presents_itself_and_asks_for_its_fields(shopping: Shopping):
    await shopping.set(
        title="Söhne & <Co>",
        greeting="<b>Hello!</b>",
        fields="Order number\nPlan* = Free | Paid",
        color="#ffd400",
    )
    ana = await shopping.visit()
    await ana.button.click()
    await expect(ana.chat.get_by_role("heading", name="Söhne & <Co>")).to_be_visible()
    await ana.reads("<b>Hello!</b>")
    await ana.fill()
    await ana.chat.get_by_label("Order number").fill('7 "<i>')
    await ana.press("Ask")
    plan = ana.chat.get_by_label("Plan *")
    await expect(plan).to_be_focused()
    await plan.select_option("Paid")
    await ana.press("Ask")
    await ana.reads("You can write already.")
    async with shopping.helping() as ida:
        guest = (await ida.assist(ana.name)).guest
    assert guest is not None
    assert (guest.info["Order number"], guest.info["Plan"]) == ('7 "<i>', "Paid")


async def bodies(desk: Desk, room: str) -> list[dict[str, str]]:
    """What is stored of the room, oldest first."""
    view = await desk.state()
    (found,) = [one for one in view["rooms"] if one["room"] == room]
    messages: list[dict[str, str]] = found["messages"]
    return messages
