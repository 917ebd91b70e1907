import pytest

from frontdesk.desk.audience import AGENTS, ALL, person_mark, room_mark
from frontdesk.desk.events import Message, QueuePos, Typing, Update
from frontdesk.desk.state import State
from frontdesk.feed.position import Place, Position, after_entry
from frontdesk.feed.reader import LINES, Lag, Reader, Served
from frontdesk.feed.ring import Ring
from frontdesk.feed.signals import Signals
from tests import examples as eg
from tests.desk.story import given, log, ring_of, then

CHAT = (*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))
DESK = given(*CHAT)


def reader(person: eg.Guest | eg.Agent, place: Place, signal: int = 0) -> Reader:
    role = person.role if isinstance(person, eg.Agent) else None
    return Reader(person.id, Position(eg.EPOCH, place, signal), role=role)


def serve(one: Reader, ring: Ring, signals: Signals | None = None) -> Served:
    served = one.serve(ring, signals if signals is not None else Signals(1_000))
    assert isinstance(served, Served)
    return served


def said(desk: State, count: int) -> Ring:
    """The recent past in which Ana has written so often."""
    return ring_of(desk, log(desk, *[eg.post(eg.ANA, eg.ANA)] * count))


# --- facts ----------------------------------------------------------------------------------------


def test_a_reader_gets_what_is_new_and_stands_behind_it():
    ring = said(DESK, 2)
    ana = reader(eg.ANA, after_entry(DESK.offset))

    served = serve(ana, ring)
    assert [type(line.event) for line in served.lines] == [Message, Message]
    assert served.position == Position(eg.EPOCH, after_entry(ring.head))
    # Not before it has been written out.
    assert serve(ana, ring).lines == served.lines
    ana.advance(served)
    assert serve(ana, ring) == Served((), (), served.position)


def test_a_reader_for_whom_nothing_was_is_served_as_far_as_was_looked():
    desk = then(DESK, eg.post(eg.ANA, eg.ANA))
    ring = ring_of(DESK, log(DESK, eg.post(eg.ANA, eg.ANA)))

    served = serve(reader(eg.BEN, after_entry(DESK.offset)), ring)
    assert served == Served((), (), Position(eg.EPOCH, after_entry(desk.offset)))


def test_a_long_answer_ends_within_the_log_and_goes_on_from_there():
    ring = said(DESK, LINES + 5)
    ana = reader(eg.ANA, after_entry(DESK.offset))

    first = serve(ana, ring)
    assert len(first.lines) == LINES
    assert first.position.place == first.lines[-1].place
    ana.advance(first)
    second = serve(ana, ring)
    assert len(second.lines) == 5
    assert second.lines[0].place.offset == first.lines[-1].place.offset + 1


def test_a_reader_further_back_than_memory_reaches_lags():
    ring = Ring(DESK, 10)

    assert reader(eg.ANA, Place(1, 0)).serve(ring, Signals(0)) is Lag.LAG


def test_what_the_store_found_counts_as_far_as_it_has_looked():
    ana = reader(eg.ANA, Place(1, 0), signal=9)

    assert ana.replayed([], 7) == Served((), (), Position(eg.EPOCH, after_entry(7), 9))


def test_rights_are_those_of_now():
    ring = ring_of(given(), log(given(), *CHAT))
    anybody = Reader(eg.IDA.id, Position(eg.EPOCH, Place(1, 0)), role=None)

    assert not any(isinstance(line.event, Update) for line in serve(anybody, ring).lines)


# --- signals --------------------------------------------------------------------------------------


def test_signals_come_after_every_fact():
    ring = said(DESK, 1)
    signals = Signals(1_000)
    signals.set_typing(eg.IDA.id, "Ida", eg.ANA.room, typing=True, now_ms=eg.NOW)

    ana = reader(eg.ANA, after_entry(DESK.offset))
    served = serve(ana, ring, signals)
    assert len(served.lines) == 1
    assert served.signals == (Typing(eg.ANA.room, "Ida", "typing", True),)
    assert served.position.signal == signals.version
    ana.advance(served)
    assert serve(ana, ring, signals).signals == ()


def test_signals_wait_while_there_may_be_more_facts():
    ring = said(DESK, LINES + 1)
    signals = Signals(1_000)
    signals.set_place(eg.ANA.id, QueuePos(0, 1))
    ana = reader(eg.ANA, after_entry(DESK.offset), signal=7)

    first = serve(ana, ring, signals)
    assert first.signals == ()
    assert first.position.signal == 7
    ana.advance(first)
    assert serve(ana, ring, signals).signals == (QueuePos(0, 1),)


def test_nobody_hears_who_is_typing_in_a_room_that_is_not_theirs():
    signals = Signals(1_000)
    signals.set_typing(eg.IDA.id, "Ida", eg.ANA.room, typing=True, now_ms=eg.NOW)

    assert serve(reader(eg.BEN, after_entry(DESK.offset)), Ring(DESK, 9), signals).signals == ()


# --- places that cannot be served -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "epoch", "kept_from", "reason"),
    [
        (Place(5, 0), eg.EPOCH, 1, None),
        (Place(0, 0), eg.EPOCH, 1, None),
        (Place(5, 0), "0badc0de", 1, "unknown_epoch"),
        (after_entry(9), eg.EPOCH, 1, None),
        (Place(10, 1), eg.EPOCH, 1, "from_the_future"),
        (Place(11, 0), eg.EPOCH, 1, "from_the_future"),
        (Place(6, 0), eg.EPOCH, 6, None),
        (Place(5, 9), eg.EPOCH, 6, "no_longer_kept"),
    ],
)
def test_a_place_that_cannot_be_served_is_said_so(
    place: Place, epoch: str, kept_from: int, reason: str | None
):
    one = Reader(eg.ANA.id, Position(epoch, place), role=None)

    reset = one.refuse(eg.EPOCH, 9, kept_from)
    assert (reset.reason if reset is not None else None) == reason


# --- waking ---------------------------------------------------------------------------------------


def test_a_reader_wakes_for_all_for_themselves_and_for_their_rooms():
    ring = Ring(DESK, 9)

    assert set(reader(eg.BEN, Place(1, 0)).wake_marks(ring)) == {
        ALL,
        person_mark(eg.BEN.id),
        room_mark(eg.BEN.room),
    }
    assert set(reader(eg.IDA, Place(1, 0)).wake_marks(ring)) == {
        ALL,
        AGENTS,
        person_mark(eg.IDA.id),
        room_mark(eg.ANA.room),
    }
