import socket
import ssl

import pytest

from frontdesk.client.errands import until_answered
from frontdesk.client.failures import Lost, NoAnswer, Refused
from frontdesk.client.timing import Timing

TIMING = Timing(pause_ms=1, patience_ms=60_000)
FAST = Refused("too_fast", "That was too fast.", 2_000)


class Server:
    """Answers with each of these, in turn; the pauses between them are noted and not waited."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.paused: list[float] = []

    async def attempt(self) -> str:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    async def asked(self, deadline_ms: int | None = None) -> str:
        return await until_answered(
            self.attempt,
            TIMING,
            url="https://desk.example",
            name="end",
            key="a key",
            deadline_ms=deadline_ms,
            pause=self.pause,
        )


async def test_a_lost_answer_is_asked_for_again():
    server = Server(Lost("cut"), Lost("cut"), "done")

    assert await server.asked() == "done"
    assert len(server.paused) == 2


async def test_a_refusal_is_raised_at_once():
    server = Server(Refused("not_allowed", "No."), "done")

    with pytest.raises(Refused, match="not_allowed"):
        await server.asked()
    assert server.paused == []


@pytest.mark.parametrize("code", ["too_fast", "overloaded"])
async def test_what_passes_is_waited_out_as_long_as_was_told(code):
    server = Server(Refused(code, "Wait.", 2_000), "done")

    assert await server.asked() == "done"
    assert 2.0 <= server.paused[0] <= 4.0


async def test_no_pause_goes_beyond_the_deadline():
    server = Server(FAST)

    with pytest.raises(Refused, match="too_fast") as refused:
        await server.asked(deadline_ms=1_999)
    assert refused.value.retry_after_ms == 2_000
    assert server.paused == []


async def test_at_the_deadline_it_is_said_that_nobody_knows():
    with pytest.raises(NoAnswer) as unknown:
        await Server(Lost("cut")).asked(deadline_ms=-1)
    assert (unknown.value.name, unknown.value.key) == ("end", "a key")
    assert unknown.value.in_doubt
    assert str(unknown.value) == "no answer to end from https://desk.example: cut"


async def test_where_nobody_was_reached_it_was_not_done():
    nobody = Lost("nobody", reached=False)

    with pytest.raises(NoAnswer) as unknown:
        await Server(nobody).asked(deadline_ms=-1)
    assert not unknown.value.in_doubt
    with pytest.raises(Refused, match="too_fast"):
        await Server(nobody, FAST).asked(deadline_ms=1_900)
    with pytest.raises(NoAnswer) as unknown:
        await Server(Lost("cut"), nobody).asked(deadline_ms=1)
    assert unknown.value.in_doubt, "the first attempt may have come through"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ConnectionRefusedError(111, "Connect call failed"), "Connection refused"),
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (ssl.SSLError(1, "certificate verify failed"), "certificate verify failed"),
        (TimeoutError(), "it took too long"),
        (ValueError("odd"), "ValueError odd"),
    ],
)
async def test_no_answer_names_the_last_cause_in_the_words_of_the_system(error, why):
    lost = Lost(f"{type(error).__name__} {error}")
    lost.__cause__ = OSError("All connection attempts failed")
    lost.__cause__.__cause__ = error

    with pytest.raises(NoAnswer) as unknown:
        await Server(lost).asked(deadline_ms=-1)
    assert unknown.value.why == why


async def test_a_refusal_after_a_lost_answer_leaves_it_open_what_became_of_it():
    with pytest.raises(NoAnswer):
        await Server(Lost("cut"), FAST).asked(deadline_ms=1_900)
