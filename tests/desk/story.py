"""What has happened at a desk, told by commands, and what came of it.

    desk = given(*eg.at_work(eg.IDA), *eg.waiting(eg.ANA), After(eg.MINUTE))

The times of a story begin at `eg.NOW` and move on with `After`, which lets the desk do what is due
at each moment that passes, as the engine's timer does.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from frontdesk.desk.audience import AGENTS, ALL, Mark, Tell, person_mark, script
from frontdesk.desk.commands import Command, Tick
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.desk import apply, decide
from frontdesk.desk.entries import Entry
from frontdesk.desk.events import Fact
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State
from frontdesk.feed.kept import Kept, Line
from frontdesk.feed.position import after_entry
from frontdesk.feed.ring import Gap, Ring
from tests import examples as eg


class After(NamedTuple):
    """So much time passes."""

    ms: int


Step = Command | After

# More ticks than any story needs at one moment; a desk that is never done would hang the test.
TICKS_MOST = 100


def given(*steps: Step) -> State:
    """A new desk at which all this has happened."""
    return then(State(MAIN), *steps)


def then(desk: State, *steps: Step, at_ms: int = eg.NOW) -> State:
    """The desk after all this. `desk` itself stays as it is."""
    after = desk.fork()
    for _ in _happening(after, steps, at_ms):
        pass
    return after


def log(desk: State, *steps: Step, at_ms: int = eg.NOW) -> list[Kept]:
    """What all this adds to the log of the desk."""
    return list(_happening(desk.fork(), steps, at_ms))


def entries(desk: State, command: Command, *, at_ms: int = eg.NOW) -> list[Entry]:
    """What the command brings about."""
    return decide(desk, command, at_ms)


def only(desk: State, command: Command, *, at_ms: int = eg.NOW) -> Entry:
    """The one thing that the command brings about."""
    (entry,) = decide(desk, command, at_ms)
    return entry


def refusal(desk: State, command: Command, *, at_ms: int = eg.NOW) -> Reason:
    """Why the desk says no."""
    try:
        made = decide(desk, command, at_ms)
    except Refused as refused:
        return refused.reason
    raise AssertionError(f"not refused, but {made}")


def heard(
    desk: State, person: eg.Guest | eg.Agent, *steps: Step, at_ms: int = eg.NOW
) -> list[Fact]:
    """What this person hears of all this, in order."""
    ring = ring_of(desk, log(desk, *steps, at_ms=at_ms))
    agent = isinstance(person, eg.Agent)
    found = ring.since(after_entry(desk.offset), person.id, marks_of(person.id, agent), limit=9_999)
    assert not isinstance(found, Gap)
    return [line.event for line in found]


def told(desk: State, *steps: Step, at_ms: int = eg.NOW) -> list[tuple[Mark, Fact]]:
    """All events of all this, in order, each with its mark."""
    return [
        (step.mark, step.event)
        for kept in log(desk, *steps, at_ms=at_ms)
        for step in script(kept.entry)
        if isinstance(step, Tell)
    ]


def marks_of(person: PersonId, is_agent: bool) -> frozenset[Mark]:
    """The marks that hold for a reader whenever they read."""
    own = {ALL, person_mark(person)}
    return frozenset(own | {AGENTS}) if is_agent else frozenset(own)


def keep(entry: Entry, offset: int) -> Kept:
    """The entry as it stands in the log."""
    marks = tuple(step.mark for step in script(entry) if isinstance(step, Tell))
    return Kept(offset, "batch", entry, marks)


def ring_of(desk: State, kept: Iterable[Kept], *, capacity: int = 10_000) -> Ring:
    """The recent past behind this desk."""
    ring = Ring(desk, capacity)
    for one in kept:
        ring.append(one)
    return ring


def places(lines: Iterable[Line]) -> list[tuple[int, int]]:
    """Where these lines stand."""
    return [(line.place.offset, line.place.part) for line in lines]


def _happening(desk: State, steps: Iterable[Step], at_ms: int) -> Iterator[Kept]:
    now_ms = at_ms
    for step in steps:
        if not isinstance(step, After):
            yield from _decided(desk, step, now_ms)
            continue
        until_ms = now_ms + step.ms
        for _ in range(TICKS_MOST):
            due = next_deadline(desk)
            if due is None or due > until_ms:
                break
            now_ms = max(now_ms, due)
            yield from _decided(desk, Tick(), now_ms)
        else:
            raise AssertionError("what is due stays due")
        now_ms = until_ms


def _decided(desk: State, command: Command, now_ms: int) -> Iterator[Kept]:
    for entry in decide(desk, command, now_ms):
        apply(desk, entry)
        yield keep(entry, desk.offset)
