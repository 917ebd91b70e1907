"""What is the WebSocket's own: the upgrade, the hello, commands as frames, and close codes."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from anyio.lowlevel import checkpoint

from frontdesk.desk.ids import MAIN
from frontdesk.desk.refusals import MEANINGS, Reason, Refused
from frontdesk.engine.ports import Batch, Outcome, SessionRow
from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.web.exchange import Asker
from frontdesk.web.frames import commands, read
from frontdesk.web.routes import routes
from tests import examples as eg
from tests.web.front import Event, Front, Someone, new_key, settled
from tests.web.lines import Socket

HERE = "http://127.0.0.1"


async def ended(socket: Socket) -> HangUp | None:
    await socket.rest()
    return socket.ended


def is_refused(answer: Event, reason: Reason, where: str = "") -> None:
    assert (answer["type"], answer["code"], answer.get("where", "")) == ("error", reason, where)
    assert answer["error"].startswith(MEANINGS[reason].sentence)


# --- getting in -----------------------------------------------------------------------------------


async def test_a_cookie_counts_for_a_page_of_this_very_origin(front: Front):
    ida = await front.agent(eg.IDA)
    cookie = f"frontdesk={ida.token}"
    stranger = front.someone()

    socket = await Socket.open(stranger, origin=HERE, cookie=cookie)

    assert (await socket.ask("list"))["answer"]["available_agents"] == ["Ida"]


async def test_a_cookie_from_nowhere_counts_nothing(front: Front):
    ida = await front.agent(eg.IDA)

    socket = await Socket.open(front.someone(), cookie=f"frontdesk={ida.token}")

    assert await socket.next() == {"type": "welcome"}
    assert await ended(socket) is HangUp.SIGNED_OUT


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://127.0.0.1",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:444",
        "",
    ],
)
async def test_another_site_is_refused_before_the_upgrade(front: Front, origin: str):
    ida = await front.agent(eg.IDA)

    socket = Socket(front.someone(), origin=origin, cookie=f"frontdesk={ida.token}")

    status, body = await socket.refusal()
    assert (status, body["code"]) == (403, "wrong_origin")
    assert not front.live.presence.readers(eg.IDA.id)


async def test_a_desk_that_is_not_there_is_refused_before_the_upgrade(front: Front):
    socket = Socket(front.someone(), path="/api/v1/desks/nowhere/socket")

    assert (await socket.refusal())[0] == 404


@pytest.mark.parametrize(
    "first",
    [
        '{"do": "message", "room": "r", "body": "x"}',
        '{"do": "hello", "surprise": 1}',
        '{"do": "hello", "token": 5}',
        '{"do": "hello", "do": "hello"}',
        "[]",
        "{",
        "",
    ],
)
async def test_the_first_frame_has_to_be_a_hello(front: Front, first: str):
    socket = Socket(front.someone())
    await socket.accepted()

    await socket.send_raw(first)

    assert await ended(socket) is HangUp.NO_HELLO
    assert socket.code == 4400


async def test_a_hello_has_to_come_in_time(front: Front, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("frontdesk.web.websocket.HELLO_MS", 10)
    socket = Socket(front.someone())
    await socket.accepted()

    assert await ended(socket) is HangUp.NO_HELLO


async def test_who_hangs_up_before_a_hello_is_gone(front: Front):
    socket = Socket(front.someone())
    await socket.accepted()

    await socket.close()

    assert (await socket.line.message())["type"] == "over"


# --- commands -------------------------------------------------------------------------------------


def test_every_command_of_a_desk_is_one_of_the_socket():
    rows = [one for one in routes() if "{desk}" in one.path and one.asker is not Asker.ANYONE]

    known = commands(routes())

    assert [command.route.path for command in known.values()] == [row.path for row in rows]
    assert {"assist", "message", "typing", "queue", "leave_queue", "erase", "state"} <= known.keys()


async def test_a_whole_conversation_goes_over_two_sockets(front: Front):
    ana, ida = await front.guest(eg.ANA), await front.agent(eg.IDA)
    guest = await Socket.open(ana, ana.since)
    ida.token = ida.client.cookies["frontdesk"]
    agent = await Socket.open(ida, ida.since)

    joined = await agent.ask("assist", key=new_key())
    room = joined["room"]
    await guest.ask("typing", room=room, state=True)
    sent = await guest.ask("message", room=room, body="Hello?", key=new_key())
    said = await agent.ask("message", room=room, body="Hello!", key=new_key())
    over = await agent.ask("end", room=room, key=new_key())

    assert (joined["type"], sent["success"], over["success"]) == (
        "joined",
        "message sent",
        "room ended",
    )
    heard = await guest.all()
    bodies = [(event["id"], event["body"]) for event in heard if event["type"] == "message"]
    assert bodies == [(sent["id"], "Hello?"), (said["id"], "Hello!")]
    assert heard[-1]["type"] == "end"
    # The answer that is an event is in the feed too, under the same id.
    assert joined["id"] in [event.get("id") for event in await agent.all()]


async def test_the_same_key_is_the_same_command_on_any_transport(front: Front):
    ana = await front.guest(eg.ANA)
    socket, key = await Socket.open(ana), new_key()

    first = await socket.ask("message", room=ana.room, body="once", key=key)
    again = await socket.ask("message", room=ana.room, body="other", key=key)
    over_http = await ana.say(ana.room, "third", key)

    assert (again["id"], again["replayed"]) == (first["id"], True)
    assert (over_http["id"], over_http["replayed"]) == (first["id"], True)
    told = [event for event in await socket.all() if event["type"] == "message"]
    assert [(event["body"], event["key"]) for event in told] == [("once", key)]


async def test_a_thousand_repeats_at_once_are_one_message(front: Front):
    await front.engine.submit(MAIN, eg.settings(guest_rate=60_000))
    ana = await front.guest(eg.ANA)
    socket, key = await Socket.open(ana), new_key()
    before = front.live.state.offset

    for number in range(1_000):
        await socket.send(do="message", ref=str(number), room=ana.room, body="once", key=key)
    answers: list[Event] = []
    while len(answers) < 1_000:
        event = await socket.next()
        answers += [event] if "ref" in event else []

    assert {answer["type"] for answer in answers} == {"success"}
    assert len({answer["id"] for answer in answers}) == 1
    assert front.live.state.offset == before + 1


async def test_commands_that_wait_for_no_answer_stay_in_order(front: Front):
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana)

    for number in range(15):
        await socket.send(do="message", ref=str(number), room=ana.room, body=f"{number}")
    told: list[Event] = []
    while len(told) < 15:
        event = await socket.next()
        told += [event] if event["type"] == "message" else []

    assert [event["body"] for event in told] == [str(number) for number in range(15)]


@pytest.mark.parametrize(
    ("frame", "reason", "where"),
    [
        ({"do": "nonsense"}, Reason.MALFORMED, "$.do"),
        ({"do": "hello"}, Reason.MALFORMED, "$.do"),
        ({"do": "identify", "username": "Eve", "question": "?"}, Reason.MALFORMED, "$.do"),
        ({"do": "message", "room": "r", "body": 5}, Reason.MALFORMED, "$.body"),
        ({"do": "message", "body": "x"}, Reason.MALFORMED, "$.room"),
        ({"do": "message", "room": "r", "body": "x", "more": 1}, Reason.MALFORMED, "$.more"),
        ({"do": "message", "room": "r", "body": "x", "key": "short"}, Reason.MALFORMED, "$.key"),
        ({"do": "message", "room": "none", "body": "x"}, Reason.NOT_FOUND, ""),
        ({"do": "message", "room": "r" * 101, "body": "x"}, Reason.MALFORMED, "$.room"),
        ({"do": "messages", "room": "none", "limit": 201}, Reason.MALFORMED, "$.limit"),
        ({"do": "messages", "room": "none", "limit": "9"}, Reason.MALFORMED, "$.limit"),
        ({"do": "assist"}, Reason.NOT_ALLOWED, ""),
        ({"do": "settings"}, Reason.NOT_ALLOWED, ""),
        ({"do": "find", "user": "Ana"}, Reason.NOT_ALLOWED, ""),
        ({"do": "message", "room": "ROOM", "body": "x" * 8_193}, Reason.TOO_LARGE, ""),
        ({"do": "message", "room": "ROOM", "body": "\0"}, Reason.TEXT_NOT_ALLOWED, ""),
    ],
)
async def test_what_cannot_be_is_refused_in_an_answer_and_the_line_goes_on(
    front: Front, frame: dict[str, Any], reason: Reason, where: str
):
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana)
    before = front.live.state.offset
    frame = {name: ana.room if value == "ROOM" else value for name, value in frame.items()}

    is_refused(await socket.ask(**frame), reason, where)

    assert front.live.state.offset == before
    assert (await socket.ask("state"))["answer"]["me"]["user"] == "Ana"


DEEP = [f'{{"do": "state", "x": {"[" * deep}{"]" * deep}}}' for deep in (100, 300, 900, 20_000)]


@pytest.mark.parametrize(
    "raw", ["{", "[]", "null", '{"do": 1}', '{"ref": "x"}', "[" * 10_000, *DEEP], ids=range(10)
)
async def test_a_frame_that_is_no_command_is_refused_and_the_line_goes_on(front: Front, raw: str):
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana)
    await socket.all()

    await socket.send_raw(raw)

    while "code" not in (answer := await socket.next()):
        pass
    assert (answer["type"], answer["code"]) == ("error", "malformed")
    assert (await socket.ask("state"))["type"] == "success"


def test_a_frame_is_refused_however_deep_what_it_should_not_hold_is_nested():
    known = commands(routes())
    for deep in range(800, 1_100):
        raw = b'{"do": "state", "x": ' + b"[" * deep + b"]" * deep + b"}"
        with pytest.raises(Refused):
            read(raw, known)


async def test_a_frame_that_is_no_text_ends_the_line(front: Front):
    socket = await Socket.open(await front.guest(eg.ANA))
    await socket.all()

    socket.line.up.put_nowait({"type": "websocket.receive", "bytes": b"{}"})

    assert await ended(socket) is HangUp.NOT_UNDERSTOOD
    assert socket.code == 1003


async def test_a_fault_of_ours_is_told_as_one_and_the_line_goes_on(
    front: Front, monkeypatch: pytest.MonkeyPatch
):
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana)
    monkeypatch.setattr("frontdesk.web.room_api.clean_body", lambda *_, **__: 1 // 0)

    answer = await socket.ask("message", room=ana.room, body="x")

    assert (answer["code"], answer["ref"]) == ("fault", "ref-1")
    assert "ZeroDivision" not in json.dumps(answer)
    assert (await socket.ask("state"))["type"] == "success"


async def test_who_is_too_fast_is_told_how_long_to_wait_and_hung_up_on_in_the_end(front: Front):
    await front.engine.submit(MAIN, eg.settings(guest_rate=10))
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana)

    for number in range(300):
        await socket.send(do="message", ref=str(number), room=ana.room, body="x")
    answers = [event for event in await socket.rest() if "ref" in event]

    assert socket.ended is HangUp.TOO_FAST
    refused = [answer for answer in answers if answer["type"] == "error"]
    assert {answer["code"] for answer in refused} == {"too_fast"}
    assert 1 <= refused[0]["retry_after"] <= 60
    assert len(answers) - len(refused) == 5


# --- going ----------------------------------------------------------------------------------------


async def test_who_says_goodbye_is_gone_at_once(front: Front):
    ana = await front.guest(eg.ANA)
    await front.pass_time(20 * eg.SECOND)
    socket = await Socket.open(ana, ana.since)
    await socket.all()
    await front.pass_time(eg.MINUTE)

    await socket.close(code=1000)
    await front.pass_time(1)

    assert front.live.is_absent(front.live.state.find("Ana"))  # type: ignore[arg-type]


async def test_what_was_asked_before_the_client_left_is_carried_out(front: Front):
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana)
    before = front.live.state.offset

    await socket.send(do="message", room=ana.room, body="my last words")
    await socket.close()
    await settled()

    assert front.live.state.offset == before + 1


async def test_a_drain_answers_what_is_under_way_and_closes_with_the_code(
    front: Front, monkeypatch: pytest.MonkeyPatch
):
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana)
    await socket.all()
    commit, written = front.store.commit, asyncio.Event()

    async def slowly(batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        await written.wait()
        return await commit(batches, together=together)

    monkeypatch.setattr(front.store, "commit", slowly)
    await socket.send(do="message", ref="last", room=ana.room, body="just in time")
    await settled()
    front.engine.begin_drain()
    await settled()
    written.set()

    told = await socket.rest()
    assert "last" in [event.get("ref") for event in told]
    assert socket.code == ADVICE[HangUp.RESTART].code == 1012


async def test_commands_stay_in_order_also_where_a_session_has_to_be_looked_up(
    front: Front, monkeypatch: pytest.MonkeyPatch
):
    ana = await front.guest(eg.ANA)
    socket = await Socket.open(ana)
    await socket.all()
    sessions, looked_up = front.store.session, 0

    async def slowly(token_hash: bytes) -> SessionRow | None:
        nonlocal looked_up
        looked_up += 1
        # The first takes longer than the second, as in a pool of readers.
        for _ in range(10 if looked_up % 2 else 0):
            await checkpoint()
        return await sessions(token_hash)

    monkeypatch.setattr(front.store, "session", slowly)
    said = [f"line {number}" for number in range(6)]
    for number in range(0, len(said), 2):
        for told in front.engine.on_foreign_commit:
            told()
        for body in said[number : number + 2]:
            await socket.send(do="message", room=ana.room, body=body)
        await settled()

    heard = [event["body"] for event in await socket.all() if event["type"] == "message"]
    assert heard == said


async def test_a_session_that_has_ended_carries_out_nothing_more(front: Front):
    ida = await front.agent(eg.IDA)
    ida.token = ida.client.cookies["frontdesk"]
    socket = await Socket.open(ida)
    await socket.all()

    await front.disable(eg.IDA)
    await socket.send(do="status", ref="late", status="available")

    told = await socket.rest()
    assert told[-1] == {"type": "welcome"}
    assert not any(event["type"] == "success" for event in told)
    assert socket.ended is HangUp.SIGNED_OUT


async def test_nobody_hears_over_a_socket_what_is_not_theirs(front: Front):
    ana, ben = await front.guest(eg.ANA), await front.guest(eg.BEN)
    other = await Socket.open(ben, ben.since)
    await other.all()

    await ana.say(ana.room, "for Ida alone")
    is_refused(await other.ask("messages", room=ana.room), Reason.NOT_FOUND)

    assert "for Ida alone" not in json.dumps(await other.all())
    assert isinstance(ben, Someone)
