import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from frontdesk.desk.ids import MAIN
from frontdesk.engine.ports import KeyRow
from frontdesk.web.exchange import BODY_BYTES
from tests import examples as eg
from tests.web.front import Front, Someone, new_key, refused


class Line:
    """A request whose body comes in parts, or breaks off."""

    def __init__(self, parts: Iterable[bytes], *, ends: str = "whole") -> None:
        self._parts = list(parts)
        self._ends = ends
        self.taken = 0

    async def receive(self) -> dict[str, Any]:
        if self._parts:
            part = self._parts.pop(0)
            self.taken += 1
            more = bool(self._parts) or self._ends != "whole"
            return {"type": "http.request", "body": part, "more_body": more}
        if self._ends == "hangs up":
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        raise AssertionError("never comes")


async def ask(
    front: Front, line: Line, path: str, *headers: tuple[bytes, bytes]
) -> tuple[int, bytes]:
    """What a request whose body comes like this is answered."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), *headers],
        "scheme": "http",
        "client": ("127.0.0.1", 40_000),
    }
    await front.app(scope, line.receive, send)
    return sent[0]["status"], sent[1]["body"]


IDENTIFY = "/api/v1/desks/main/identify"


# --- bodies -----------------------------------------------------------------


async def test_a_body_may_come_in_parts(front: Front):
    line = Line([b'{"username": "Ana"', b"", b', "question": "q"}'])

    assert (await ask(front, line, IDENTIFY))[0] == 201


async def test_a_body_that_says_it_is_too_large_is_not_read(front: Front):
    line = Line([b"{}"])
    length = str(BODY_BYTES + 1).encode()

    status, body = await ask(front, line, IDENTIFY, (b"content-length", length))

    assert (status, line.taken) == (413, 0)
    assert b'"too_large"' in body


async def test_a_body_that_turns_out_too_large_is_not_read_to_its_end(front: Front):
    line = Line([b" " * 30_000] * 10)

    status, _ = await ask(front, line, IDENTIFY)

    assert (status, line.taken) == (413, 3)


@pytest.mark.parametrize("length", [b"-1", b"\xb2", b"x", b"9" * 6_000, b""])
async def test_a_length_that_is_none_does_no_harm(front: Front, length: bytes):
    line = Line([b'{"username": "Ana", "question": "q"}'])

    assert (await ask(front, line, IDENTIFY, (b"content-length", length)))[0] == 201


async def test_a_body_that_breaks_off_changes_nothing(front: Front):
    line = Line([b'{"username": "Ana", "question": "q"}'], ends="hangs up")

    status, body = await ask(front, line, IDENTIFY)

    assert (status, b"broke off" in body) == (400, True)
    assert not front.live.state.guests


async def test_the_largest_message_fits_also_with_every_byte_escaped(ana: Someone):
    body = b'{"key": "%s", "body": "%s"}' % (new_key().encode(), b"\\u0041" * 8192)
    assert len(body) < BODY_BYTES

    answer = await ana.send(f"/message/{ana.room}", body)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"]
)
async def test_what_a_form_on_another_site_could_send_is_not_taken_from_a_browser(
    ida: Someone, stranger: Someone, kind: str
):
    for one, path, raw in (
        (ida, "/status", b'{"status": "away"}'),
        (stranger, "/identify", b'{"username": "Ana", "question": "q"}'),
    ):
        answer = await one.send(path, raw, content_type=kind)
        refused(answer, 400, "malformed", "Content-Type")


async def test_json_may_say_its_charset(ida: Someone):
    raw = b'{"status": "away"}'

    answer = await ida.send("/status", raw, content_type="Application/JSON; charset=utf-8")

    assert answer.status_code == 200


async def test_a_script_with_a_token_need_not_say_what_it_sends(ana: Someone):
    answer = await ana.send(f"/message/{ana.room}", b'{"body": "x"}', content_type="text/plain")

    assert answer.status_code == 200


async def test_a_command_without_a_body_is_good(ana: Someone, ida: Someone):
    assert (await ida.post("/assist")).status_code == 200


@pytest.mark.parametrize(
    "raw", [b'{"body": "\xff"}', b"\xff", b'{"body": "\\udfff"}', b"[" * 60_000]
)
async def test_bytes_that_are_no_text_or_too_deep_are_malformed(ana: Someone, raw: bytes):
    refused(await ana.send(f"/message/{ana.room}", raw), 400, "malformed", "$")


async def test_the_order_of_refusals_tells_strangers_nothing(stranger: Someone, ana: Someone):
    too_large = b" " * (BODY_BYTES + 1)

    refused(await stranger.send("/assist", too_large), 401, "not_signed_in")
    refused(await ana.send("/assist", too_large), 403, "not_allowed")
    refused(await stranger.send(f"/message/{ana.room}", b"\xff"), 401, "not_signed_in")


# --- keys -------------------------------------------------------------------


async def test_the_same_key_twice_is_one_message_and_the_same_answer(ana: Someone):
    key = new_key()
    path = f"/message/{ana.room}"
    first = (await ana.post(path, {"body": "once", "key": key})).json()

    again = await ana.post(path, {"body": "once", "key": key})
    changed = await ana.post(path, {"body": "something else", "key": key})

    assert again.status_code == 200
    assert again.json() == changed.json() == {**first, "replayed": True}
    assert [e["body"] for e in await ana.news() if e["type"] == "message"] == ["once"]


async def test_a_key_counts_before_what_is_wrong_with_the_text(ana: Someone):
    key = new_key()
    path = f"/message/{ana.room}"
    first = (await ana.post(path, {"body": "once", "key": key})).json()

    again = await ana.post(path, {"body": "\x00", "key": key})
    unkeyed = await ana.post(path, {"body": "\x00"})

    assert again.json() == {**first, "replayed": True}
    refused(unkeyed, 422, "text_not_allowed")


async def test_a_key_may_stand_in_the_header(ana: Someone):
    key = new_key()
    path = f"/message/{ana.room}"

    first = await ana.post(path, {"body": "once"}, {"Idempotency-Key": key})
    again = await ana.post(path, {"body": "once", "key": key})
    both = await ana.post(path, {"body": "once", "key": key}, {"Idempotency-Key": key})

    assert "replayed" not in first.json()
    assert again.json() == both.json() == {**first.json(), "replayed": True}
    (message,) = [e for e in await ana.news() if e["type"] == "message"]
    assert message["key"] == key


@pytest.mark.parametrize(
    "value",
    [b"short", b"x" * 65, b"with a space in it", b'x"x\\xxxxxxxxxxxxx\t', b"\xe9" * 16, b""],
)
async def test_a_header_that_is_no_key_is_refused(ana: Someone, value: bytes):
    headers: Any = {b"Idempotency-Key": value}

    answer = await ana.post(f"/message/{ana.room}", {"body": "x"}, headers)

    refused(answer, 400, "malformed", "Idempotency-Key")


async def test_two_keys_are_no_key(ana: Someone):
    answer = await ana.post(
        f"/message/{ana.room}", {"body": "x", "key": new_key()}, {"Idempotency-Key": new_key()}
    )

    refused(answer, 400, "malformed", "Idempotency-Key")


async def test_a_refusal_is_not_remembered(front: Front, ida: Someone):
    key = new_key()
    refused(await ida.post("/assist", {"key": key}), 409, "no_queued_guests")
    await front.guest(eg.ANA)

    answer = await ida.post("/assist", {"key": key})

    assert answer.json()["type"] == "joined"
    assert "replayed" not in answer.json()


async def test_an_assist_that_is_repeated_takes_nobody_else(
    ana: Someone, ben: Someone, ida: Someone
):
    key = new_key()
    first = (await ida.post("/assist", {"key": key})).json()

    again = (await ida.post("/assist", {"key": key, "guest": "Ben"})).json()

    assert again == {**first, "replayed": True}
    assert (await ida.get("/guests")).json() == ["Ben"]


async def test_a_message_whose_answer_got_lost_is_found_after_the_room_is_over(
    ana: Someone, ida: Someone
):
    key = new_key()
    first = await ana.say(ana.room, "last words", key)
    await ida.assist()
    await ida.post(f"/end/{ana.room}")

    again = await ana.post(f"/message/{ana.room}", {"body": "last words", "key": key})

    assert again.json() == {**first, "replayed": True}
    refused(await ana.post(f"/message/{ana.room}", {"body": "x"}), 404, "not_found")


async def test_a_key_is_its_senders_own(ana: Someone, ben: Someone):
    key = new_key()

    first, second = await ana.say(ana.room, key=key), await ben.say(ben.room, key=key)

    assert "replayed" not in second
    assert first["id"] != second["id"]


async def test_the_same_key_at_the_same_moment_is_one_message(ana: Someone):
    key = new_key()
    path = f"/message/{ana.room}"

    answers = await asyncio.gather(
        *(ana.post(path, {"body": "once", "key": key}) for _ in range(10))
    )

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("replayed" not in answer.json() for answer in answers) == 1


async def test_what_changed_nothing_is_remembered_too(ida: Someone):
    key = new_key()
    await ida.post("/status", {"status": "available", "key": key})

    again = await ida.post("/status", {"status": "away", "key": key})

    assert again.json()["replayed"] is True
    assert (await ida.get("/list")).json()["available_agents"] == ["Ida"]


async def test_a_key_is_kept_with_what_it_did_and_for_which_room(
    front: Front, ana: Someone, ida: Someone
):
    key = new_key()
    await ida.assist()
    await ida.say(ana.room, key=key)

    row = await front.store.find_key(eg.IDA.id, key)

    assert isinstance(row, KeyRow)
    assert (row.desk, row.command, row.room, row.count) == (MAIN, "Post", ana.room, 1)
