"""How long a client waits for what, and its clock. All of it in milliseconds."""

import time

from msgspec import Struct


class Timing(Struct, frozen=True, kw_only=True):
    """The defaults are for people and bots; a trial on one machine has shorter ones."""

    # A quiet line says `noop` after 25 s at the latest; what is silent for as long as that and a
    # phone's worst second hop has nobody at its other end.
    silence_ms: int = 40_000
    # Until a line is there. A proxy that swallows upgrades must not cost a minute each time.
    open_ms: int = 10_000
    # Until the answer to one attempt. A commit takes milliseconds; a restart, some seconds.
    answer_ms: int = 10_000
    # For all attempts at one command, unless the caller says otherwise: a restart and a slow disk.
    patience_ms: int = 60_000
    # The first pause between attempts, and the longest: the first is below what people notice,
    # and at the longest ten thousand clients that have lost their server are 330 a second.
    pause_ms: int = 250
    pause_most_ms: int = 30_000
    # How long to stay with a lesser transport before the better is tried again; doubled each time
    # that it fails, to at most an hour. A train leaves its tunnel, an office proxy stays.
    better_ms: int = 60_000
    better_most_ms: int = 3_600_000


def now_ms() -> int:
    """Counts from no time in particular, and never goes back."""
    return time.monotonic_ns() // 1_000_000
