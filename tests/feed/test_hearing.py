from frontdesk.desk.audience import AGENTS, ALL, Mark, room_mark
from frontdesk.desk.events import Update
from frontdesk.desk.ids import PersonId
from frontdesk.feed.hearing import (
    Change,
    Hearing,
    RecentHearings,
    changes,
    current_rooms,
    may_hear,
)
from frontdesk.feed.kept import Line
from frontdesk.feed.position import Place
from tests import examples as eg
from tests.desk.story import Step, given, log

CHAT = (*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA))


def line(offset: int, part: int, mark: Mark) -> Line:
    return Line(Place(offset, part), mark, Update((), "queued"), None, "")


def followed(*steps: Step) -> RecentHearings:
    """Who hears what, having followed all this from the beginning."""
    found = RecentHearings(given())
    for kept in log(given(), *steps):
        found.note(kept)
    return found


def test_a_hearing_is_open_at_its_start_and_closed_at_its_end():
    hearing = Hearing(eg.ANA.room, Place(3, 2), Place(5, 1))

    assert [hearing.covers(Place(3, part)) for part in (1, 2, 3)] == [False, False, True]
    assert [hearing.covers(Place(5, part)) for part in (1, 2)] == [True, False]
    assert Hearing(eg.ANA.room, Place(3, 2), None).covers(Place(999, 1))


def test_a_reader_hears_what_is_for_them_whenever_it_was():
    marks = frozenset({ALL})

    assert may_hear(line(1, 1, ALL), marks, ())
    assert not may_hear(line(1, 1, AGENTS), marks, ())


def test_a_reader_hears_a_room_while_they_are_in_it():
    room = room_mark(eg.ANA.room)
    hearings = (
        Hearing(eg.ANA.room, Place(3, 2), Place(5, 1)),
        Hearing(eg.ANA.room, Place(8, 0), None),
    )

    heard = [offset for offset in range(1, 12) if may_hear(line(offset, 1, room), ALL_OF, hearings)]
    assert heard == [4, 5, 8, 9, 10, 11]
    assert not may_hear(line(4, 1, room_mark(eg.BEN.room)), ALL_OF, hearings)


ALL_OF = frozenset({ALL})


def test_who_enters_and_leaves_by_an_entry():
    (kept,) = log(given(*CHAT), eg.end(eg.ANA, eg.ANA))

    assert changes(kept) == [
        Change(eg.ANA.id, eg.ANA.room, Place(kept.offset, 1), False),
        Change(eg.IDA.id, eg.ANA.room, Place(kept.offset, 1), False),
    ]


def test_what_is_noted_is_what_the_state_says():
    desk = given(*CHAT)
    noted, loaded = followed(*CHAT), RecentHearings(desk)

    for person in (eg.ANA.id, eg.IDA.id, PersonId("nobody")):
        assert list(noted.of(person)) == list(loaded.of(person))
    assert list(noted.of(eg.IDA.id)) == [Hearing(eg.ANA.room, Place(5, 4), None)]


def test_somebody_who_leaves_and_comes_back_has_two_hearings():
    found = followed(*CHAT, eg.sign_off(eg.IDA), eg.available(eg.IDA), eg.assist(eg.IDA))

    first, second = found.of(eg.IDA.id)
    assert (first.start, first.end) == (Place(5, 4), Place(6, 2))
    assert (second.start, second.end) == (Place(8, 4), None)
    assert current_rooms(found.of(eg.IDA.id)) == [eg.ANA.room]


def test_what_ended_before_the_recent_past_is_forgotten():
    found = followed(*CHAT, eg.sign_off(eg.IDA), eg.available(eg.IDA), eg.assist(eg.IDA))

    found.trim(6)
    assert len(found.of(eg.IDA.id)) == 2
    found.trim(7)
    assert len(found.of(eg.IDA.id)) == 1
    assert len(found.of(eg.ANA.id)) == 1


def test_somebody_without_a_recent_hearing_is_forgotten_whole():
    found = followed(*CHAT, eg.end(eg.ANA, eg.ANA))

    found.trim(7)
    assert list(found.of(eg.ANA.id)) == []
    assert list(found.of(eg.IDA.id)) == []
    found.trim(8)


def test_leaving_a_room_that_began_before_the_recent_past_ends_the_hearing():
    desk = given(*CHAT)
    found = RecentHearings(desk)
    for kept in log(desk, eg.end(eg.ANA, eg.ANA)):
        found.note(kept)

    assert current_rooms(found.of(eg.ANA.id)) == []


def test_leaving_one_room_leaves_the_others_heard():
    found = followed(*CHAT, eg.identify(eg.BEN), eg.assist(eg.IDA), eg.end(eg.BEN, eg.BEN))

    assert current_rooms(found.of(eg.IDA.id)) == [eg.ANA.room]
