import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from frontdesk.desk.audience import room_mark
from frontdesk.desk.desk import apply
from frontdesk.desk.entries import MessagePosted
from frontdesk.desk.ids import PersonId
from frontdesk.desk.personal import Text, Who
from frontdesk.desk.state import State
from frontdesk.feed.hearing import may_hear
from frontdesk.feed.kept import Kept, Line, lines
from frontdesk.feed.position import Place, after_entry
from frontdesk.feed.ring import Gap, Ring
from tests import examples as eg
from tests.desk.story import After, given, log, marks_of, places, ring_of

STORY = (
    *eg.at_work(eg.IDA, eg.JON),
    *eg.waiting(eg.ANA, eg.BEN),
    eg.post(eg.ANA, eg.ANA, "before"),
    eg.assist(eg.IDA),
    eg.post(eg.IDA, eg.ANA, "while"),
    eg.sign_off(eg.IDA),
    eg.post(eg.ANA, eg.ANA, "without"),
    eg.available(eg.IDA),
    eg.assist(eg.IDA),
    eg.assist(eg.JON),
    eg.post(eg.BEN, eg.BEN, "elsewhere"),
    eg.post(eg.ANA, eg.ANA, "again"),
    eg.end(eg.ANA, eg.ANA),
    eg.lose_line(eg.ANA),
    After(eg.HOUR),
)
KEPT = log(given(), *STORY)
EVERYBODY = (eg.ANA, eg.BEN, eg.IDA, eg.JON)


def since(ring: Ring, person: eg.Guest | eg.Agent, place: Place, limit: int = 999) -> list[Line]:
    found = ring.since(
        place, person.id, marks_of(person.id, isinstance(person, eg.Agent)), limit=limit
    )
    assert not isinstance(found, Gap)
    return found


def bodies(found: list[Line]) -> list[str]:
    return [line.event.body for line in found if hasattr(line.event, "body")]


def test_an_agent_hears_a_room_exactly_while_they_are_in_it():
    ring = ring_of(given(), KEPT)

    assert bodies(since(ring, eg.IDA, Place(1, 0))) == ["while", "again"]
    assert bodies(since(ring, eg.ANA, Place(1, 0))) == ["before", "while", "without", "again"]
    assert bodies(since(ring, eg.JON, Place(1, 0))) == ["elsewhere"]


def test_whoever_has_heard_everything_hears_nothing():
    ring = ring_of(given(), KEPT)

    assert since(ring, eg.IDA, after_entry(ring.head)) == []


def test_a_place_within_an_entry_is_exact_to_the_part():
    ring = ring_of(given(), KEPT)
    everything = since(ring, eg.IDA, Place(1, 0))

    for at, line in enumerate(everything, start=1):
        assert since(ring, eg.IDA, line.place) == everything[at:]


def test_the_parts_of_one_entry_are_not_torn_apart():
    ring = ring_of(given(), KEPT)

    found = since(ring, eg.IDA, Place(1, 0), limit=1)
    assert places(found) == [(1, 1)]
    taken = next(kept.offset for kept in KEPT if type(kept.entry).__name__ == "GuestTaken")
    found = since(ring, eg.IDA, Place(taken, 0), limit=1)
    assert {line.place.offset for line in found} == {taken}
    assert len(found) > 1


def test_a_place_older_than_the_ring_is_a_gap():
    ring = ring_of(given(), KEPT, capacity=3)
    oldest = ring.head - 2
    marks = marks_of(eg.IDA.id, True)

    assert ring.since(Place(oldest - 1, 99), eg.IDA.id, marks, limit=9) is Gap.GAP
    assert ring.since(Place(oldest, 0), eg.IDA.id, marks, limit=9) is not Gap.GAP


def test_a_ring_begins_behind_the_state_that_it_is_given():
    desk = given(*STORY)
    ring = Ring(desk, 10)

    assert ring.head == desk.offset
    marks = marks_of(eg.IDA.id, True)
    assert ring.since(Place(desk.offset, 9), eg.IDA.id, marks, limit=9) is Gap.GAP
    assert since(ring, eg.IDA, after_entry(desk.offset)) == []


def test_only_the_next_entry_may_follow():
    ring = ring_of(given(), KEPT[:3])

    for wrong in (KEPT[2], KEPT[4]):
        with pytest.raises(ValueError, match="after 3"):
            ring.append(wrong)
    assert ring.head == 3


def test_a_flood_of_long_texts_does_not_fill_the_memory():
    ana = Who(eg.ANA.id, eg.ANA.user)
    long = MessagePosted(eg.NOW, ana, eg.ANA.room, Text("x" * 8_000))
    posted = [Kept(number, "b", long, (room_mark(eg.ANA.room),)) for number in range(1, 101)]
    ring = Ring(given(), capacity=1_000, most_bytes=100_000)

    for one in posted:
        ring.append(one)

    assert ring.head == 100
    assert ring.since(Place(90, 0), eg.ANA.id, frozenset(), limit=10) is Gap.GAP
    assert ring.since(Place(99, 0), eg.ANA.id, frozenset(), limit=10) == []


@over(
    capacity=st.integers(1, len(KEPT) + 1),
    begin=st.integers(0, len(KEPT)),
    offset=st.integers(0, len(KEPT) + 1),
    part=st.integers(0, 7),
    person=st.sampled_from(EVERYBODY),
)
def test_a_ring_of_any_size_tells_what_a_look_at_every_line_tells(
    capacity: int, begin: int, offset: int, part: int, person: eg.Guest | eg.Agent
):
    place = Place(offset, part)
    marks = marks_of(person.id, isinstance(person, eg.Agent))
    whole = ring_of(given(), KEPT)
    hearings = whole.hearings.of(person.id)
    expected = [
        (line.place, line.event)
        for kept in KEPT
        for line in lines(kept)
        if line.place > place and may_hear(line, marks, hearings)
    ]
    ring = ring_of(rebuilt(begin), KEPT[begin:], capacity=capacity)

    found = ring.since(place, person.id, marks, limit=999)
    oldest = max(begin, len(KEPT) - capacity) + 1
    if place < Place(oldest, 0):
        assert found is Gap.GAP
    else:
        assert not isinstance(found, Gap)
        assert [(line.place, line.event) for line in found] == expected


def rebuilt(offset: int) -> State:
    """The desk after so many entries of the story."""
    desk = given()
    for kept in KEPT[:offset]:
        apply(desk, kept.entry)
    return desk


def test_a_ring_forgets_what_it_no_longer_holds():
    ring = ring_of(given(), KEPT, capacity=1)

    assert list(ring.hearings.of(eg.IDA.id)) == []
    assert list(ring.hearings.of(PersonId("nobody"))) == []
