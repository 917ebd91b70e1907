"""Who sits in the widget: on the next page, in another tab, and by the word of the site."""

import pytest
from playwright.async_api import Route, expect

from frontdesk.client import Desk
from tests.e2e.shopping import ADAM, Guest, Shopping, shopping, store
from tests.e2e.test_widget_looks import signed

__all__ = ["shopping", "store"]

pytestmark = pytest.mark.e2e


async def test_what_one_customer_was_told_the_next_one_does_not_read(shopping: Shopping):
    async with await Desk.sign_in(shopping.server.url, *ADAM, trust_env=False) as adam:
        key = await adam.command("make_key", label="Shop")

    def jwt(sub: str, **claims: str) -> str:
        return signed(key["id"], key["secret"], {"sub": sub, **claims})

    ana = await shopping.visit()
    label = ana.chat.get_by_label("Your name")
    await identify(ana, jwt("customer-1", name=ana.name))
    await ana.button.click()
    await expect(label).to_be_hidden()
    await ana.chat.get_by_label("Your question").fill("A secret of mine")
    await ana.press("Ask")
    await ana.reads("You can write already.")
    # Whoever it is again goes on, also on a page that has not said so yet.
    await ana.page.reload()
    await ana.reads("A secret of mine")
    await identify(ana, jwt("customer-1", name=ana.name))
    await ana.reads("A secret of mine")

    await identify(ana, jwt("customer-2"))
    await expect(label).to_have_value("")
    await expect(ana.chat.get_by_text("A secret of mine")).to_be_hidden()
    await ana.page.reload()
    await expect(label).to_be_visible()

    await identify(ana, "")
    await label.fill(ana.name)
    await ana.chat.get_by_label("Your question").fill("Of nobody in particular")
    await ana.press("Ask")
    await ana.reads("You can write already.")
    await identify(ana, jwt("customer-2"))
    await ana.page.reload()
    await ana.reads("Of nobody in particular")


async def test_a_tab_lets_go_of_its_own_conversation_alone(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask("The first one")
    bo = await shopping.another("Bo", ana.context)
    await bo.button.click()
    await bo.reads("The first one")
    await ana.press("Leave the queue")
    await ana.press("Leave the queue")
    await ana.reads("You have left the queue.")
    await bo.reads("You have left the queue.")
    await bo.press("Ask something else")
    await bo.fill("The second one")
    await bo.press("Ask")
    await bo.reads("You can write already.")
    # Here the first one is still looked at. What is done with it is not done with the second one.
    await ana.page.bring_to_front()
    await ana.press("Ask something else")
    await ana.reads("The second one")
    for one in (ana, bo):
        await one.page.reload()
        await one.reads("The second one")


async def test_a_long_question_in_any_script_outlives_a_reload(shopping: Shopping):
    ana = await shopping.visit()
    question = "Где моя посылка? " * 60
    await ana.ask(question)
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ana.page.reload()
        await ana.reads("Ida is here to help.")
        await ida.end(room)
        await ana.reads("We have ended the conversation.")
        await ana.page.reload()
        await ana.reads("Где моя посылка?")


async def test_what_is_unread_is_still_counted_on_the_next_page(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ana.reads("Ida is here to help.")
        await ana.button.click()
        await ida.say(room, "one")
        await ida.say(room, "two")
        await expect(ana.page.get_by_role("button", name="Chat (2)")).to_be_visible()
        await ana.page.reload()
        await expect(ana.page.get_by_role("button", name="Chat (2)")).to_be_visible()
        await ana.button.click()
        await expect(ana.page.get_by_role("button", name="Chat", exact=True)).to_be_visible()
        await ana.reads("two")


async def test_what_was_said_is_asked_for_until_it_comes(shopping: Shopping):
    ana = await shopping.visit()
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ida.say(room, "To be kept")
        await ida.end(room)
        await ana.reads("We have ended the conversation.")
    refused: list[str] = []

    async def once(route: Route) -> None:
        if refused:
            await route.continue_()
        else:
            refused.append(route.request.url)
            await route.fulfill(
                status=503, body='{"type": "error", "error": "", "code": "overloaded"}'
            )

    await ana.context.route("**/rooms/*/messages*", once)
    await ana.page.reload()
    await ana.reads("To be kept")
    assert refused


async def test_an_element_that_an_extension_puts_into_the_page_is_none_of_ours(shopping: Shopping):
    ana = await shopping.visit()
    await ana.context.add_init_script(
        """new MutationObserver((_, watch) => {
          if (!document.head) return;
          document.head.prepend(Object.assign(document.createElement("meta"), { id: "ext-dark" }));
          watch.disconnect();
        }).observe(document, { childList: true, subtree: true });"""
    )
    await ana.page.reload()
    await ana.ask()


async def test_a_frame_that_does_not_come_can_be_closed_and_is_asked_for_again(shopping: Shopping):
    ana = await shopping.visit(size={"width": 390, "height": 780})
    cut: list[Route] = []

    async def stall(route: Route) -> None:
        cut.append(route)

    await ana.context.route("**/chat/main*", stall)
    await ana.button.click()
    await expect(ana.page.get_by_role("link", name="Open the chat in a new tab.")).to_be_visible()
    await ana.button.click()
    await ana.context.unroute("**/chat/main*")
    assert cut
    await ana.button.click()
    await expect(ana.chat.get_by_label("Your name")).to_be_visible()


async def test_a_site_whose_title_begins_with_a_number_keeps_it(shopping: Shopping):
    ana = await shopping.visit(before="<script>document.title = '(500) Days'</script>")
    await expect(ana.page).to_have_title("(500) Days")
    await ana.ask()
    async with shopping.helping() as ida:
        room = (await ida.assist(ana.name)).room
        await ana.reads("Ida is here to help.")
        await ana.button.click()
        await ida.say(room, "one")
        await expect(ana.page).to_have_title("(1) (500) Days")
        await ana.button.click()
        await expect(ana.page).to_have_title("(500) Days")


async def identify(guest: Guest, jwt: str) -> None:
    await guest.page.evaluate("(jwt) => Frontdesk.identify(jwt)", jwt)
