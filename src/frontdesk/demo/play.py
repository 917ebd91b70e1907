"""Lets a guest and whoever helps say their lines, at the pace of people.

Where somebody helps who is not in the play, the lines of the agent are theirs to find: the guest
waits until they have written, and goes on with the next line.
"""

from collections.abc import Sequence
from typing import Protocol

from frontdesk.demo.pace import Pace, reading_ms, typing_ms
from frontdesk.demo.screenplay import Ends, Pause, Say, Step, Transfer, Types

# Whoever types says so again before it is over by itself, which is after 6 s.
TYPING_MS = 3_000


class Speaker(Protocol):
    """Somebody in a room."""

    async def say(self, text: str) -> None:
        """Write it."""

    async def typing(self, *, state: bool) -> None:
        """Be seen typing, or not any more."""


class Cast(Protocol):
    """Who plays one conversation."""

    @property
    def guest(self) -> Speaker:
        """Who asks."""

    async def helper(self) -> Speaker | None:
        """Who helps just now, as soon as somebody does; None is somebody who has no lines."""

    async def answered(self) -> None:
        """Wait until whoever helps has written, and has nothing more to say."""

    async def hand_over(self) -> None:
        """Whoever helps hands the guest to a colleague, if one has room."""

    async def end(self, *, by_guest: bool) -> None:
        """Somebody ends it."""

    def named(self, text: str) -> str:
        """The text with the names of those who are there."""


async def play(steps: Sequence[Step], cast: Cast, pace: Pace, *, after: str) -> None:
    """Play it to its end.

    Args:
        after: what was said before, and is read first.
    """
    owed = False
    for step in steps:
        match step:
            case Say(who="guest", text=text) | Say(who="agent", text=text):
                speaker = cast.guest if step.who == "guest" else await cast.helper()
                if speaker is None:
                    owed = True
                    continue
                if owed and step.who == "guest":
                    await cast.answered()
                owed = False
                await write(speaker, cast.named(text), pace, after=after)
                after = text
            case Types(who=who, ms=ms):
                speaker = cast.guest if who == "guest" else await cast.helper()
                if speaker is not None:
                    await types(speaker, ms, pace)
                    await speaker.typing(state=False)
            case Pause(ms=ms):
                await pace.rest(ms)
            case Transfer():
                if await cast.helper() is not None:
                    await pace.rest(reading_ms(after))
                    await cast.hand_over()
            case Ends(who=who):
                if owed:
                    await cast.answered()
                await pace.rest(reading_ms(after))
                by_bot = who == "agent" and await cast.helper() is not None
                await cast.end(by_guest=not by_bot)


async def write(who: Speaker, text: str, pace: Pace, *, after: str) -> None:
    """Read what was said, type the answer, and send it."""
    await pace.rest(reading_ms(after))
    await types(who, typing_ms(text), pace)
    await who.say(text)


async def types(who: Speaker, ms: int, pace: Pace) -> None:
    """Be seen typing for so long."""
    while ms > 0:
        await who.typing(state=True)
        await pace.rest(min(ms, TYPING_MS))
        ms -= TYPING_MS
