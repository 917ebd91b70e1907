import re

import pytest
import structlog.testing

from frontdesk.cli.logs import with_what_is_asked
from frontdesk.desk.refusals import MEANINGS, Reason, Refused
from frontdesk.engine.ports import Broken, Full, Held
from frontdesk.web import agent_api
from frontdesk.web.asking import Asking
from frontdesk.web.failures import fault, refusal
from tests.web.front import Front, Someone, refused

# The statuses of the contract (section 7), and 405, which HTTP has for what we do not take.
STATUSES = {400, 401, 403, 404, 405, 409, 413, 422, 429, 503}


def test_every_reason_has_a_status_and_a_sentence_that_says_what_to_do():
    assert MEANINGS.keys() == set(Reason)
    for meaning in MEANINGS.values():
        assert meaning.status in STATUSES
        assert re.fullmatch(r"[A-Z].+\.", meaning.sentence)


def test_a_sentence_fits_whoever_it_may_be_said_to():
    """Guests and agents are refused for one reason; agents ask for themselves and for others."""
    sentences = {reason: meaning.sentence for reason, meaning in MEANINGS.items()}

    assert "As a guest" in sentences[Reason.NOT_ALLOWED]
    assert "as an agent" in sentences[Reason.NOT_ALLOWED]
    assert "conversation is over" in sentences[Reason.NOT_FOUND]
    assert not re.search("[Yy]ou", sentences[Reason.AGENT_UNAVAILABLE])
    for way_out in ("say available", "end a conversation", "raise the limit"):
        assert way_out in sentences[Reason.AGENT_UNAVAILABLE]
    # Guests may wait without being there; they are in the queue, and not for the taking.
    assert sentences[Reason.NO_QUEUED_GUESTS] == "No guest who waits is there right now."


@pytest.mark.parametrize("reason", Reason)
def test_a_refusal_is_its_reason_its_sentence_and_nothing_else(reason: Reason):
    reply = refusal(Refused(reason))

    sentence = MEANINGS[reason].sentence.replace('"', '\\"')
    assert reply.body.decode() == f'{{"type":"error","error":"{sentence}","code":"{reason}"}}'
    assert reply.status == MEANINGS[reason].status


def test_a_place_that_is_wrong_stands_in_where():
    assert b'"where":"$.body"' in refusal(Refused(Reason.MALFORMED, "$.body")).body


def test_the_sentence_goes_on_with_what_would_be_right():
    reply = refusal(Refused(Reason.MALFORMED, "?wait", detail="A wait is 0 to 55 seconds."))

    sentence = MEANINGS[Reason.MALFORMED].sentence
    assert f'"error":"{sentence} A wait is 0 to 55 seconds."'.encode() in reply.body


@pytest.mark.parametrize(
    ("ms", "seconds"), [(1, b"1"), (1_000, b"1"), (1_001, b"2"), (60_000, b"60")]
)
def test_when_to_come_back_is_rounded_up_to_seconds(ms: int, seconds: bytes):
    reply = refusal(Refused(Reason.OVERLOADED, retry_after_ms=ms))

    assert (b"retry-after", seconds) in reply.headers


def test_what_is_not_a_matter_of_time_has_no_time():
    assert not refusal(Refused(Reason.NOT_WAITING)).headers


def test_a_fault_is_logged_with_its_trace_and_shows_a_reference_alone():
    asked = Asking("/assist")
    with structlog.testing.capture_logs() as logs:
        reply = fault(KeyError("secret of Ana"), asked)

    (entry,) = logs
    assert isinstance(entry["exc_info"], KeyError)
    assert reply.status == 500
    assert b"secret" not in reply.body
    assert b"KeyError" not in reply.body
    assert asked.id.encode() in reply.body
    assert reply.headers == [(b"x-request-id", asked.id.encode())]


async def test_a_handler_that_breaks_is_answered_with_a_reference(
    ida: Someone, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object) -> str:
        raise RuntimeError("secret of Ana")

    monkeypatch.setattr(agent_api, "encode", broken)

    with structlog.testing.capture_logs([with_what_is_asked]) as logs:
        answer = await ida.get("/guests")

    body = answer.json()
    assert (answer.status_code, body["type"], body["code"]) == (500, "error", "fault")
    assert re.fullmatch("[0-9a-f]{8}", body["ref"])
    assert body["ref"] in body["error"]
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [log["request"] for log in logs if log["event"] == "fault"] == [body["ref"]]
    assert answer.headers["x-request-id"] == body["ref"]


async def test_a_rule_that_breaks_is_a_fault_and_the_next_command_goes_on(
    ana: Someone, ida: Someone, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch, structlog.testing.capture_logs():
        patch.setattr("frontdesk.engine.batches.decide", lambda *_: 1 / 0)
        assert (await ida.post("/assist")).status_code == 500

    assert (await ida.post("/assist")).status_code == 200


async def test_a_busy_server_says_so_and_when_to_come_back(
    ida: Someone, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("frontdesk.engine.commits.PENDING_MOST", 0)

    answer = await ida.post("/assist")

    refused(answer, 503, "overloaded")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("failure", "logged"), [(Held("a backup"), 0), (Full("no space"), 0), (Broken("page 7"), 1)]
)
async def test_a_store_that_cannot_be_read_is_a_busy_desk_and_no_fault(
    front: Front,
    ana: Someone,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    logged: int,
):
    async def backlog(*_: object) -> None:
        raise failure

    monkeypatch.setattr(front.store, "backlog", backlog)

    with structlog.testing.capture_logs() as logs:
        answer = await ana.get(f"/rooms/{ana.room}/messages")

    refused(answer, 503, "overloaded")
    assert answer.headers["retry-after"] == "5"
    assert len([log for log in logs if log["log_level"] == "error"]) == logged
