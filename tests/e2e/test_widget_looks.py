"""How the widget looks and reads: what axe finds, narrow screens, other languages, other wishes."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode

import pytest
from playwright.async_api import Page, expect

from frontdesk.client import Desk
from tests.docs.test_design import contrast
from tests.e2e.office import complaints
from tests.e2e.shopping import ADAM, Guest, Shopping, shopping, store

__all__ = ["shopping", "store"]

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_axe_finds_nothing_in_any_state(shopping: Shopping, scheme: str, lang: str):
    await shopping.set(fields="Plan* = Free | Paid", greeting="Hello!", color="#c9a227")
    ana = await shopping.visit(own=True, color_scheme=scheme, locale=lang)
    page = ana.page
    root = page.locator("html")
    await expect(root).to_have_class("ask")
    await page.locator("summary").click()
    assert await complaints(page) == []
    await page.locator("input[autocomplete=given-name]").fill(ana.name)
    await page.locator("select").select_option("Paid")
    await page.locator("textarea:visible").fill("Where is *it*?")
    await page.locator("form button:visible").first.click()
    await expect(root).to_have_class("queue")
    assert await complaints(page) == []
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await expect(root).to_have_class("talk")
        await ida.say(
            room, "A [link](https://example.com), `code` and\n\n> a quote\n\n```\nmore\n```"
        )
        await page.locator("textarea:visible").fill("Thanks")
        await page.keyboard.press("Enter")
        await expect(ana.items).to_have_count(2)
        await ida.typing(room)
        await expect(page.locator("[role=log] + p")).to_be_visible()
        assert await complaints(page) == []
        await ida.end(room)
        await expect(root).to_have_class("over")
        await page.get_by_role("radio").nth(3).check(force=True)
        assert await complaints(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_where_nobody_is_there(shopping: Shopping, scheme: str):
    await shopping.set(open=False)
    ana = await shopping.visit(own=True, color_scheme=scheme)
    await expect(ana.page.locator("html")).to_have_class("note")
    assert await complaints(ana.page) == []
    shop = await shopping.visit(color_scheme=scheme)
    assert await complaints(shop.page) == []
    await shop.button.click()
    await expect(shop.chat.get_by_label("Your name")).to_be_visible()
    assert await complaints(shop.page) == []


@pytest.mark.parametrize(
    "color", ["", "#ffffff", "#000000", "#ffd400", "#7a7a7a", "#777777", "#e4002b"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_stands_on_any_tint_can_be_read(shopping: Shopping, color: str, scheme: str):
    await shopping.set(color=color)
    more = f'data-color="{color}"' if color else ""
    ana = await shopping.visit(more=more, color_scheme=scheme)
    await told_apart(ana.button.first)
    await ana.button.click()
    # Its style has come: the script waits for that.
    await expect(ana.chat.locator("html")).to_have_class("ask")
    await told_apart(ana.chat.get_by_role("banner"))
    await told_apart(ana.chat.get_by_role("button", name="Ask"))


async def told_apart(where: object) -> None:
    """The text from its ground, as the browser has worked them out."""
    both = await where.evaluate(  # type: ignore[attr-defined]
        """(one) => {
          const { color, backgroundColor } = getComputedStyle(one);
          const canvas = new OffscreenCanvas(1, 1).getContext("2d");
          return [color, backgroundColor].map((each) => {
            canvas.fillStyle = each;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
          });
        }"""
    )
    text, ground = (f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in both)
    assert text in ("#000000", "#ffffff")
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("locale", ["en", "de", "ar"])
async def test_it_fits_a_narrow_screen(shopping: Shopping, locale: str):
    ana = await shopping.visit(own=True, locale=locale, size={"width": 320, "height": 568})
    page = ana.page
    await page.locator("input[autocomplete=given-name]").fill(ana.name)
    await page.locator("textarea:visible").fill("W" * 300)
    assert await width(page) <= 320
    await page.locator("form button:visible").first.click()
    await expect(page.locator("html")).to_have_class("queue")
    await page.locator("textarea:visible").fill("W" * 300)
    await page.keyboard.press("Enter")
    await expect(ana.items).to_have_count(1)
    assert await width(page) <= 320
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ida.say(room, "```\n" + "x" * 300 + "\n```")
        await expect(ana.items).to_have_count(2)
        await ida.end(room)
        await expect(page.locator("html")).to_have_class("over")
        assert await width(page) <= 320


async def width(page: Page) -> int:
    found: int = await page.evaluate("document.documentElement.scrollWidth")
    return found


async def test_on_a_phone_the_panel_is_the_whole_screen(shopping: Shopping):
    ana = await shopping.visit(size={"width": 390, "height": 780})
    await ana.button.click()
    await expect(ana.button).to_be_hidden()
    frame = await ana.page.locator("iframe").bounding_box()
    assert frame == {"x": 0, "y": 0, "width": 390, "height": 780}
    await ana.press("Close chat")
    await expect(ana.button).to_be_focused()


async def test_nothing_moves(shopping: Shopping):
    """So there is nothing to stop for who wants less motion."""
    ana = await shopping.visit(reduced_motion="no-preference")
    await ana.ask()
    for frame in ana.page.frames:
        assert await frame.evaluate("document.getAnimations().length") == 0
        moving = await frame.evaluate(
            """[...document.querySelectorAll("*")].filter((one) => {
              const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
              return animationName !== "none" || transitionDuration !== "0s"
                || scrollBehavior === "smooth";
            }).length"""
        )
        assert moving == 0


async def test_in_forced_colours_what_is_chosen_and_what_is_pressed_are_seen(shopping: Shopping):
    ana = await shopping.visit(forced_colors="active")
    await ana.ask()
    async with shopping.helping() as ida:
        await ida.end((await ida.assist(ana.name)).room)
        stars = ana.chat.get_by_role("radio")
        await stars.nth(3).check(force=True)
        widths = await stars.evaluate_all(
            "all => all.map((one) => getComputedStyle(one.nextSibling).borderTopWidth)"
        )
    assert widths == ["1px", "1px", "1px", "3px", "1px"]
    again = ana.chat.get_by_role("button", name="Ask the same again")
    assert await again.evaluate("(one) => getComputedStyle(one).borderTopWidth") == "1px"
    assert await ana.button.evaluate("(one) => getComputedStyle(one).borderTopWidth") == "2px"


async def test_a_guest_whom_the_site_knows_need_not_say_a_name(shopping: Shopping):
    async with await Desk.sign_in(shopping.server.url, *ADAM, trust_env=False) as adam:
        key = await adam.command("make_key", label="Shop")
    ana = await shopping.visit("Ána")
    jwt = signed(key["id"], key["secret"], {"sub": "customer-7", "name": ana.name})
    await ana.page.evaluate("(jwt) => Frontdesk.identify(jwt)", jwt)
    await ana.button.click()
    await expect(ana.chat.get_by_label("Your question")).to_be_focused()
    await expect(ana.chat.get_by_label("Your name")).to_be_hidden()
    await ana.chat.get_by_label("Your question").fill("Where is it?")
    await ana.press("Ask")
    await ana.reads("You can write already.")
    async with shopping.helping() as ida:
        (waiting,) = (await ida.state())["queue"]
        assert waiting["vouched"]["sub"] == "customer-7"
        assert waiting["user"] == ana.name
    assert jwt not in await everything_kept(ana)


async def test_who_cannot_be_vouched_for_reads_so(shopping: Shopping):
    ana = await shopping.visit()
    jwt = signed("nobody", "x" * 43, {"sub": "customer-7", "name": "Ana"})
    await ana.page.evaluate("(jwt) => Frontdesk.identify(jwt)", jwt)
    await ana.button.click()
    await ana.chat.get_by_label("Your question").fill("Where is it?")
    await ana.press("Ask")
    await ana.reads("Please load the page again.")


async def everything_kept(ana: Guest) -> str:
    text: str = await ana.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    return text


def signed(key: str, secret: str, claims: dict[str, str]) -> str:
    def part(value: object) -> bytes:
        return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    more = {**claims, "aud": "main", "exp": int(time.time()) + 600}
    said = part({"alg": "HS256", "kid": key}) + b"." + part(more)
    mark = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return (said + b"." + urlsafe_b64encode(mark).rstrip(b"=")).decode()
