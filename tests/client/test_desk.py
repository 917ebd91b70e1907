"""What bots call, against a server in process: all is done once, and heard once, in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx2
import pytest

from frontdesk.client import Desk, NoAnswer, Refused, Timing, Transport
from frontdesk.client import events as ev
from frontdesk.web.reply import Message, Receive, Scope, Send
from tests import examples as eg
from tests.client.inside import Wire
from tests.web.front import HERE, PASSWORD, Front, Someone

TRANSPORTS = list(Transport)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    front = Front()
    await front.start()
    wire = Wire(front)
    yield wire
    await wire.close()


def to(app: Any) -> httpx2.AsyncClient:
    """A client of this application."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app))


async def taken(desk: Desk, wanted: type[ev.Event], many: int = 1) -> list[Any]:
    """The next so many events of this type, from where this client was last."""
    found: list[Any] = []
    async with asyncio.timeout(10), aclosing(desk.events()) as heard:
        async for event in heard:
            if isinstance(event, wanted):
                found.append(event)
                if len(found) == many:
                    return found
    raise AssertionError(f"the feed ended after {found}")


async def helped(wire: Wire, transport: Transport = Transport.POLL) -> tuple[Desk, Desk, Someone]:
    """Ana, whom Ida helps."""
    ana, ida = await wire.front.guest(eg.ANA), await wire.front.agent(eg.IDA)
    ida_s, anas = wire.desk(ida, transport), wire.desk(ana, transport)
    await ida_s.assist()
    return anas, ida_s, ana


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_is_said_is_heard_in_order_and_once_across_restarts(wire, transport):
    ana, ida, room = await helped(wire, transport)
    said = []
    for number in range(3):
        said += [f"{number} {word}" for word in ("one", "two", "three")]
        for body in said[-3:]:
            await ida.say(room.room, body)
        # Gone for a while in the middle of them, and the server is another one meanwhile.
        assert [one.body for one in await taken(ana, ev.Message, 1)] == said[-3:-2]
        await wire.restart()
        assert [one.body for one in await taken(ana, ev.Message, 2)] == said[-2:]

    assert ana.misplaced == 0


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_who_was_cut_off_within_an_entry_hears_its_rest_after_a_restart(wire, transport):
    ida = wire.desk(await wire.front.agent(eg.IDA), transport)
    await wire.front.guest(eg.ANA)
    await ida.assist()
    told = [(await taken(ida, ev.Update))[0].details for _ in range(2)]
    assert told == ["queued", "dequeued"]

    await wire.restart()

    assert (await taken(ida, ev.Update))[0].details == "assigned"
    assert len(await taken(ida, ev.Joined)) == 1
    assert ida.misplaced == 0


async def test_a_change_of_transport_at_any_moment_loses_and_repeats_nothing(wire):
    ana, ida, room = await helped(wire)
    heard = []
    async with asyncio.timeout(10), aclosing(ana.events()) as events:
        for number in range(12):
            await ida.say(room.room, str(number))
            ana.use(TRANSPORTS[number % 3])
            async for event in events:
                if isinstance(event, ev.Message):
                    heard.append(event.body)
                    break

    assert heard == [str(number) for number in range(12)]
    assert ana.misplaced == 0
    assert set(ana.lines) == set(TRANSPORTS)


async def test_without_an_id_one_begins_with_the_view(wire):
    ida = await wire.front.agent(eg.IDA)
    await wire.front.guest(eg.BEN)
    ida.since = ""
    desk = wire.desk(ida, Transport.POLL)

    (fresh,) = await taken(desk, ev.Reset)

    assert (fresh.reason, fresh.view["me"]["user"]) == ("start", "Ida")
    assert [one["user"] for one in fresh.view["queue"]] == ["Ben"]
    assert desk.since == fresh.view["id"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_id_that_cannot_be_served_brings_the_view_and_goes_on_behind_it(wire, transport):
    ana, ida, room = await helped(wire, transport)
    await ida.say(room.room, "before")
    ana.since = "ffffffff.1.1"

    (fresh,) = await taken(ana, ev.Reset)
    await ida.say(room.room, "behind")

    assert fresh.reason == "unknown_epoch"
    assert [one["body"] for one in fresh.view["rooms"][0]["messages"]] == ["before"]
    assert [one.body for one in await taken(ana, ev.Message)] == ["behind"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_session_that_is_over_ends_the_feed(wire, transport):
    ida = wire.desk(await wire.front.agent(eg.IDA), transport)
    await wire.front.disable(eg.IDA)

    async with asyncio.timeout(10):
        found = [event async for event in ida.events()]

    assert isinstance(found[-1], ev.Welcome)
    with pytest.raises(Refused, match="not_signed_in"):
        await ida.state()


async def test_what_is_said_at_once_is_sent_in_the_order_of_the_calls(wire):
    ana, ida, room = await helped(wire)

    sent = await asyncio.gather(*(ida.say(room.room, str(number)) for number in range(20)))

    assert [one.body for one in await taken(ana, ev.Message, 20)] == [str(n) for n in range(20)]
    assert [one.id for one in sent] == sorted((one.id for one in sent), key=ev_place)


def ev_place(id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in id.split(".")[1:])


class Forgetful:
    """A line on which the answers to the first so many posts are lost, once they were done."""

    def __init__(self, wire: Wire, lost: int) -> None:
        self.wire = wire
        self.lost = lost

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def swallowed(message: Message) -> None:
            pass

        if scope["method"] != "POST" or self.lost == 0:
            await self.wire.front.app(scope, receive, send)
            return
        self.lost -= 1
        await self.wire.front.app(scope, receive, swallowed)
        raise httpx2.ReadError("cut before the answer")


async def test_a_lost_answer_is_asked_for_again_and_the_thing_is_done_once(wire):
    ana, ida, room = await helped(wire)
    ida.calls.http = to(Forgetful(wire, 2))

    sent = await ida.say(room.room, "once")
    await ida.say(room.room, "behind it")

    heard = await taken(ana, ev.Message, 2)
    assert [one.body for one in heard] == ["once", "behind it"]
    assert heard[0].id == sent.id


async def test_who_had_no_answer_may_ask_again_under_the_same_key(wire):
    ana, ida, room = await helped(wire)
    ida.calls.http = to(Forgetful(wire, 1))

    with pytest.raises(NoAnswer) as unknown:
        await ida.say(room.room, "once", deadline_ms=-1)
    told = await ida.say(room.room, "once", key=unknown.value.key)

    assert [one.id for one in await taken(ana, ev.Message)] == [told.id]
    (view,) = (await ida.state())["rooms"]
    assert len(view["messages"]) == 1


async def test_leaving_a_message_and_dealing_with_it(wire):
    await wire.front.set(open=False)
    ida = wire.desk(await wire.front.agent(eg.IDA), Transport.POLL)

    room = await Desk.leave_message(
        HERE, username="Ana", body="Call me.", contact=eg.CONTACT, http=to(wire.front.app)
    )

    (note,) = (await ida.state())["notes"]
    assert (note["room"], note["topic"], note["contact"]) == (room, "Call me.", eg.CONTACT)
    await ida.note_done(room)
    assert (await ida.state())["notes"] == []


async def test_getting_in_by_password_and_as_a_guest(wire):
    async with await Desk.sign_in(HERE, "Mia", PASSWORD, http=to(wire.front.app)) as mia:
        async with await Desk.identify(
            HERE, username="Ana", question="Why?", http=to(wire.front.app)
        ) as ana:
            assert await mia.guests() == [ana.user]
            await ana.leave_queue()
            assert await mia.guests() == []
            assert await ana.queue() == ana.room
            await ana.say(ana.room, "Anybody there?")
            over = ana.room
            await ana.end(over)
            await ana.rate(over, 4, "Nobody was there.")
            for reader in (ana, mia):
                assert [one.body for one in (await reader.messages(over))[0]] == ["Anybody there?"]
            await ana.queue()
        room = await mia.create("Returns", "Who may send back what")
        assert (await mia.join(room)).name == "Returns"
        await mia.say(room, "Hello")
        ((message,), more) = await mia.messages(room, limit=1)
        assert (message.body, more) == ("Hello", False)
        assert (await mia.leave(room)).room == room
        assert (await mia.people())["guests"] == ["Ana"]
        assert (await mia.desks())[0]["desk"] == "main"
        await mia.sign_out()
        with pytest.raises(Refused, match="not_signed_in"):
            await mia.state()
    with pytest.raises(Refused, match="wrong_credentials"):
        await Desk.sign_in(HERE, "Mia", "not it", http=to(wire.front.app))


@pytest.mark.parametrize(
    "url",
    [
        "desk.example",
        "localhost:8440",
        "ftp://desk.example",
        "https://",
        "https://desk.example/desk",
        "https://desk.example?desk=main",
        "https://ida@desk.example",
        "https://desk.example:99999",
    ],
)
async def test_what_is_no_address_of_a_server_is_said_at_once(url):
    with pytest.raises(ValueError, match="one looks like https://desk.example"):
        Desk(url)
    with pytest.raises(ValueError, match="one looks like https://desk.example"):
        await Desk.sign_in(url, "Ida", PASSWORD)


async def test_a_slash_at_the_end_of_an_address_does_not_matter():
    async with Desk("HTTPS://desk.example:8440/") as desk:
        assert desk.calls.url == "https://desk.example:8440"


async def test_a_server_that_is_not_there_is_named_with_the_cause():
    with pytest.raises(NoAnswer) as unknown:
        await Desk.sign_in(
            "http://127.0.0.1:1",
            "Ida",
            PASSWORD,
            timing=Timing(pause_ms=0, pause_most_ms=0, patience_ms=-1),
            trust_env=False,
        )

    assert str(unknown.value) == "no answer to session from http://127.0.0.1:1: Connection refused"
    assert not unknown.value.in_doubt


async def test_a_command_that_does_not_exist_is_answered_with_those_that_do(wire):
    desk = wire.desk(await wire.front.agent(eg.IDA), Transport.POLL)

    with pytest.raises(ValueError, match=r"no command 'fly', but assist, .*, typing"):
        await desk.command("fly")
