"""How a conversation is played, in a time that passes of itself."""

import anyio.lowlevel
import pytest

from frontdesk.demo.pace import READ_LEAST_MS, Pace, reading_ms, typing_ms
from frontdesk.demo.play import TYPING_MS, play
from frontdesk.demo.screenplay import Script, Step


class Clock:
    """Time that passes as soon as somebody waits for it."""

    def __init__(self) -> None:
        self.now_ms = 0

    async def sleep(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)
        await anyio.lowlevel.checkpoint()

    def pace(self, speed: float = 1.0) -> Pace:
        return Pace(speed, sleep=self.sleep, clock=lambda: self.now_ms / 1000)


class Somebody:
    """Speaks, and is written down."""

    def __init__(self, name: str, stage: "Stage") -> None:
        self.name = name
        self._stage = stage

    async def say(self, text: str) -> None:
        self._stage.note(f"{self.name}: {text}")

    async def typing(self, *, state: bool) -> None:
        self._stage.note(f"{self.name} {'types' if state else 'stops'}")


class Stage:
    """Ana, and those who help her: bots, or somebody who has no lines."""

    def __init__(self, clock: Clock, *helpers: str) -> None:
        self.happened: list[tuple[int, str]] = []
        self.guest = Somebody("Ana", self)
        self._clock = clock
        self._helpers = list(helpers)

    def note(self, what: str) -> None:
        self.happened.append((self._clock.now_ms, what))

    @property
    def said(self) -> list[str]:
        return [what for _, what in self.happened if not what.endswith((" types", " stops"))]

    async def helper(self) -> Somebody | None:
        return Somebody(self._helpers[0], self) if self._helpers else None

    async def answered(self) -> None:
        self.note("somebody answers")

    async def hand_over(self) -> None:
        self.note(f"{self._helpers.pop(0)} hands over")

    async def end(self, *, by_guest: bool) -> None:
        self.note("the guest ends" if by_guest else "the agent ends")

    def named(self, text: str) -> str:
        return text.replace("{guest}", "Ana").replace("{agent}", (*self._helpers, "")[0])


def steps(*lines: str) -> list[Step]:
    return Script("a test", "/", "Where is it?", "\n".join(lines)).steps()


async def played(*lines: str, helpers: tuple[str, ...] = ("Ida",), speed: float = 1.0) -> Stage:
    clock = Clock()
    stage = Stage(clock, *helpers)
    await play(steps(*lines), stage, clock.pace(speed), after="Where is it?")
    return stage


async def test_lines_are_said_in_order_each_after_it_was_read_and_typed():
    stage = await played("agent: Hello {guest}!", "guest: Hello {agent}", "guest ends")

    first = READ_LEAST_MS + typing_ms("Hello Ana!")
    then = first + READ_LEAST_MS + typing_ms("Hello Ida")
    assert stage.happened == [
        (READ_LEAST_MS, "Ida types"),
        (first, "Ida: Hello Ana!"),
        (first + READ_LEAST_MS, "Ana types"),
        (then, "Ana: Hello Ida"),
        (then + READ_LEAST_MS, "the guest ends"),
    ]


async def test_a_long_line_is_typed_for_as_long_as_it_is_seen_and_no_longer_than_anybody_looks():
    stage = await played(f"agent: {'W' * 500}", "agent ends")

    begins = [at for at, what in stage.happened if what == "Ida types"]
    assert begins == [READ_LEAST_MS + TYPING_MS * turn for turn in range(3)]
    assert stage.happened[3][0] - begins[0] == typing_ms("W" * 500)
    assert stage.happened[-1] == (
        stage.happened[3][0] + reading_ms("W" * 500),
        "the agent ends",
    )


async def test_at_twice_the_speed_it_takes_half_of_the_time():
    lines = ("agent: Which order was it?", "pause 4", "guest: The last", "guest ends")

    once, twice = await played(*lines), await played(*lines, speed=2)

    assert [what for _, what in twice.happened] == [what for _, what in once.happened]
    assert twice.happened[-1][0] == pytest.approx(once.happened[-1][0] / 2, abs=10)


async def test_somebody_types_and_thinks_better_of_it():
    stage = await played("guest types 4", "pause 2", "guest ends")

    assert stage.happened[:3] == [(0, "Ana types"), (TYPING_MS, "Ana types"), (4_000, "Ana stops")]
    assert stage.happened[3] == (6_000 + READ_LEAST_MS, "the guest ends")


async def test_who_takes_over_says_the_lines_that_follow():
    lines = ("agent: One moment", "transfer", "agent: {agent} here", "agent ends")

    stage = await played(*lines, helpers=("Ida", "Jon"))

    assert stage.said == ["Ida: One moment", "Ida hands over", "Jon: Jon here", "the agent ends"]


async def test_who_has_no_lines_is_waited_for_before_each_answer_and_ends_nothing():
    stage = await played(
        *("agent: Hello", "agent: Which one?", "guest: The red one", "guest: It is small"),
        *("agent types 3", "transfer", "agent: Good", "agent ends"),
        helpers=(),
    )

    assert stage.said == [
        "somebody answers",
        "Ana: The red one",
        "Ana: It is small",
        "somebody answers",
        "the guest ends",
    ]
