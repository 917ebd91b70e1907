"""A conversation in which nobody writes: warned of, over, and not while the server is down."""

from frontdesk.desk.limits import CLOSING_MS
from tests import examples as eg
from tests.web.front import Event, Front, Someone

# Often enough that nobody counts as gone meanwhile.
LOOKS_EVERY_MS = eg.MINUTE // 2


async def silence(front: Front, ms: int, *people: Someone) -> list[Event]:
    """What the first of these hears while nobody writes for so long and all of them listen."""
    heard: list[Event] = []
    for passed in range(0, ms, LOOKS_EVERY_MS):
        await front.pass_time(min(LOOKS_EVERY_MS, ms - passed))
        heard += await people[0].news()
        for one in people[1:]:
            await one.poll(one.since)
    return [one for one in heard if one["type"] in ("closing", "end")]


async def test_a_silent_conversation_is_warned_of_its_end_and_over(
    front: Front, ana: Someone, ida: Someone
):
    await ida.assist()

    assert await silence(front, eg.SILENCE_MS - CLOSING_MS - 1, ana, ida) == []
    (closing,) = await silence(front, 1, ana, ida)
    assert closing == {
        "type": "closing",
        "room": ana.room,
        "seconds": 60,
        "id": closing["id"],
    }
    assert closing in await ida.news()
    assert await silence(front, CLOSING_MS - 1, ana, ida) == []
    (end,) = await silence(front, 1, ana, ida)

    assert (end["type"], end["room"], end["reason"]) == ("end", ana.room, "silence")


async def test_a_word_after_the_warning_is_enough(front: Front, ana: Someone, ida: Someone):
    await ida.assist()
    await silence(front, eg.SILENCE_MS - 1, ana, ida)
    await ana.say(ana.room, "I am still here.")

    assert await silence(front, eg.SILENCE_MS - CLOSING_MS - 1, ana, ida) == []


async def test_who_waits_in_silence_waits_on(front: Front, ana: Someone, ida: Someone):
    assert await silence(front, 2 * eg.SILENCE_MS, ana, ida) == []
    assert (await ida.get("/guests")).json() == ["Ana"]


async def test_silence_while_the_server_was_down_ends_no_conversation(
    front: Front, ana: Someone, ida: Someone
):
    await ida.assist()
    await silence(front, eg.SILENCE_MS - CLOSING_MS - eg.MINUTE, ana, ida)
    await front.engine.stop()
    again = Front(front.store)
    again.clock.advance(front.clock.now_ms() + eg.SILENCE_MS - again.clock.now_ms())
    await again.start()
    try:
        mine, theirs = again.someone(token=ana.token), again.someone()
        theirs.client.cookies.update(ida.client.cookies)
        mine.since, theirs.since = ana.since, ida.since

        assert await silence(again, eg.MINUTE - 1, mine, theirs) == []
        (closing,) = await silence(again, 1, mine, theirs)
    finally:
        await again.stop()

    assert closing["type"] == "closing"
