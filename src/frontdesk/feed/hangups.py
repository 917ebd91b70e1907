"""How a stream or a poll ends, and whether to come back: a closed list.

A client never has to guess from a broken connection what it should do next.
"""

from enum import StrEnum
from typing import NamedTuple


class HangUp(StrEnum):
    """Why the server ends a stream. The values are part of the contract."""

    RESTART = "restart"
    SIGNED_OUT = "signed_out"


class Advice(NamedTuple):
    """Whether to come back, after how long (spread by the client over as much again), and why."""

    come_back: bool
    after_ms: int
    sentence: str


ADVICE: dict[HangUp, Advice] = {
    HangUp.RESTART: Advice(True, 500, "The server restarts. Come back to the same id."),
    HangUp.SIGNED_OUT: Advice(False, 0, "This session is over. Sign in or identify again."),
}
