"""What is said: `conversations.toml`, read and checked.

A text that cannot be read is a fault of ours, so it is found when the demo starts and by a test.
"""

import re
import tomllib
from importlib.resources import files
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

Who = Literal["agent", "guest"]

FILE = "conversations.toml"

# Whoever says no more words than these greets or thanks, and asks nothing.
FEW = 4
# In so many words, one says what they are about.
SOME = 10


class Say(NamedTuple):
    """Somebody says a line, in Markdown; `{guest}` and `{agent}` stand for names."""

    who: Who
    text: str


class Types(NamedTuple):
    """Somebody types for so long, and thinks better of it."""

    who: Who
    ms: int


class Pause(NamedTuple):
    """Nothing happens for so long."""

    ms: int


class Transfer(NamedTuple):
    """Whoever helps hands the guest to a colleague."""


class Ends(NamedTuple):
    """Somebody ends it."""

    who: Who


Step = Say | Types | Pause | Transfer | Ends

LINE = re.compile(r"(agent|guest): (.*)")
DIRECTION = re.compile(r"(?:(agent|guest) )?(types|ends|pause|transfer)(?: (\d+))?")


class Script(Struct, frozen=True, forbid_unknown_fields=True):
    """One conversation. Who has waited for `leaves` seconds goes unhelped; 0: nobody does.

    `rating` is from 1 to 5; 0 is somebody who gives none.
    """

    name: str
    page: str
    question: str
    talk: str
    waiting: tuple[str, ...] = ()
    leaves: int = 0
    rating: int = 0
    comment: str = ""
    order: str = ""

    def steps(self) -> list[Step]:
        """The talk, step by step.

        Raises:
            ValueError: a line of it is none.
        """
        found: list[Step] = []
        for line in self.talk.strip("\n").splitlines():
            last = found[-1] if found else None
            if isinstance(last, Say) and (line.startswith("  ") or not line.strip()):
                found[-1] = Say(last.who, f"{last.text}\n{line[2:]}")
            else:
                found.append(_step(line))
        if not found or not isinstance(found[-1], Ends):
            raise ValueError(f"{self.name!r} does not end")
        return found


def _step(line: str) -> Step:
    if said := LINE.fullmatch(line):
        return Say("agent" if said[1] == "agent" else "guest", said[2])
    told = DIRECTION.fullmatch(line.strip())
    who: Who = "agent" if told and told[1] == "agent" else "guest"
    match told and (bool(told[1]), told[2], told[3]):
        case (True, "types", str(seconds)):
            return Types(who, int(seconds) * 1000)
        case (True, "ends", None):
            return Ends(who)
        case (False, "pause", str(seconds)):
            return Pause(int(seconds) * 1000)
        case (False, "transfer", None):
            return Transfer()
    raise ValueError(f"nobody says {line!r}, and it is no direction")


class Left(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody has left while nobody was there."""

    name: str
    contact: str
    page: str
    body: str


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """What a bot says to whoever uses one of these words; `alone`: and hardly any other."""

    words: tuple[str, ...]
    says: str
    alone: bool = False

    def heard(self, said: list[str]) -> list[str]:
        """Which of its words were said, in their order; also with an s behind them."""
        return [word for word in said if word in self.words or word.removesuffix("s") in self.words]


class People(Struct, frozen=True, forbid_unknown_fields=True):
    """What bots say to people who are not in the play."""

    hello: tuple[str, ...]
    otherwise: tuple[str, ...]
    guessed: str
    answers: tuple[Answer, ...]

    def found(self, text: str) -> str | None:
        """The answer to this text, if there is one for words in it: the one for most of them.

        One word of many may be about something else altogether. Then it says what it goes by.
        """
        said = re.findall(r"\w+", text.casefold())
        fits = [one for one in self.answers if not one.alone or len(said) <= FEW]
        heard = [(one, words) for one in fits if (words := one.heard(said))]
        if not heard:
            return None
        best, words = max(heard, key=lambda pair: len(set(pair[1])))
        says = best.says.strip()
        # Two that are known are no accident, whatever they are about.
        if len(said) <= SOME or len({word for _, each in heard for word in each}) > 1:
            return says
        return f"{self.guessed.replace('{word}', words[0])}\n\n{says}"

    def answer(self, text: str, turn: int) -> str:
        """To this text; `turn` counts the answers before, so that nobody repeats themselves."""
        return self.found(text) or self.otherwise[turn % len(self.otherwise)]


class Screenplay(Struct, frozen=True, forbid_unknown_fields=True):
    """All of the file."""

    guests: tuple[str, ...]
    initials: str
    systems: tuple[tuple[str, str], ...]
    conversation: tuple[Script, ...]
    overnight: tuple[Left, ...]
    people: People


def read() -> Screenplay:
    """The screenplay.

    Raises:
        ValueError: it cannot be read; says where.
    """
    text = files("frontdesk.demo").joinpath(FILE).read_text(encoding="utf-8")
    play = msgspec.convert(tomllib.loads(text), Screenplay)
    for script in play.conversation:
        script.steps()
    return play
