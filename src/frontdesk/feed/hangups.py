"""How a stream or a poll ends, and whether to come back: a closed list.

A client never has to guess from a broken connection what it should do next. On a WebSocket the
reason is the close code; server-sent events end with an event `hangup` that says all of it.
"""

from enum import StrEnum
from typing import NamedTuple


class HangUp(StrEnum):
    """Why the server ends a stream. The values are part of the contract."""

    RESTART = "restart"
    SIGNED_OUT = "signed_out"
    ROLE_CHANGED = "role_changed"
    RESET = "reset"
    TOO_SLOW = "too_slow"
    TOO_MANY_READERS = "too_many_readers"
    OVERLOADED = "overloaded"
    NO_HELLO = "no_hello"
    NOT_UNDERSTOOD = "not_understood"
    TOO_FAST = "too_fast"
    FAULT = "fault"


class Advice(NamedTuple):
    """Whether to come back, after how long (spread by the client over as much again), and why.

    `code` closes a WebSocket: those below 4000 are of RFC 6455 (7.4) and its registry, the others
    are ours, and look like the HTTP status that they stand for.
    """

    code: int
    come_back: bool
    after_ms: int
    sentence: str


ADVICE: dict[HangUp, Advice] = {
    HangUp.RESTART: Advice(1012, True, 500, "The server restarts. Come back to the same id."),
    HangUp.SIGNED_OUT: Advice(4401, False, 0, "This session is over. Sign in or identify again."),
    HangUp.ROLE_CHANGED: Advice(
        4403, True, 100, "Your role has changed. Come back to the same id, with your new rights."
    ),
    HangUp.RESET: Advice(
        4410, True, 100, "That place cannot be served. Get the state and come back to its id."
    ),
    HangUp.TOO_SLOW: Advice(
        4408, True, 1_000, "You read too slowly. Come back to the last id that you have."
    ),
    HangUp.TOO_MANY_READERS: Advice(
        4429, True, 30_000, "Too many listen for this person already. Close one first."
    ),
    HangUp.OVERLOADED: Advice(1013, True, 5_000, "The server is busy. Come back to the same id."),
    HangUp.NO_HELLO: Advice(
        4400, False, 0, "The first frame has to be a hello, within 5 s. Mend the client."
    ),
    HangUp.NOT_UNDERSTOOD: Advice(
        1003, False, 0, "Frames are text, and this one was binary. Mend the client."
    ),
    HangUp.TOO_FAST: Advice(
        4420, True, 10_000, "That was too fast for too long. Come back, and wait where told to."
    ),
    HangUp.FAULT: Advice(
        1011, True, 2_000, "Something went wrong here, not with you. Come back to the same id."
    ),
}
