from frontdesk.desk.checkpoint import dump, load
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.state import RoomKind, State
from tests import examples as eg
from tests.desk.story import After, given, then

BUSY = given(
    *eg.at_work(eg.IDA, eg.JON),
    *eg.waiting(eg.ANA, eg.BEN, eg.CEM),
    After(eg.MINUTE),
    eg.assist(eg.IDA),
    eg.assist(eg.JON, eg.CEM),
    eg.sign_off(eg.IDA),
    eg.end(eg.JON, eg.CEM),
    eg.lose_line(eg.CEM),
    eg.lose_line(eg.BEN),
)
# Rooms of every kind, one of them about to end.
ROOMS = given(
    *eg.at_work(eg.IDA, eg.JON, eg.MIA),
    *eg.waiting(eg.ANA, eg.BEN),
    eg.assist(eg.IDA, eg.ANA),
    eg.watch(eg.MIA, eg.ANA.room),
    eg.create(eg.MIA),
    eg.join(eg.JON),
    eg.direct(eg.JON, eg.MIA),
    eg.settings(open=False),
    eg.leave_note(eg.CEM),
    eg.leave_note(eg.DORA),
    eg.settings(open=True),
    After(14 * eg.MINUTE),
)


def test_an_empty_desk_comes_back():
    assert load(dump(State(MAIN))) == State(MAIN)


def test_a_busy_desk_comes_back_in_the_same_order():
    again = load(dump(BUSY))

    assert again == BUSY
    # Equal tables may differ in order, and the order of the queue is what it is for.
    assert dump(again) == dump(BUSY)
    assert list(again.waiting) == [eg.ANA.id, eg.BEN.id]


def test_the_names_are_found_again():
    again = load(dump(BUSY))

    assert again.find("Ana") == eg.ANA.id
    assert again.find("Ida") == eg.IDA.id
    assert again.find("Dora") is None


def test_a_desk_that_came_back_goes_on_as_the_first_would():
    steps = (After(eg.DAY + eg.HOUR), eg.identify(eg.DORA), eg.available(eg.IDA))
    at_ms = eg.NOW + eg.MINUTE

    assert then(load(dump(BUSY)), *steps, at_ms=at_ms) == then(BUSY, *steps, at_ms=at_ms)


def test_a_snapshot_does_not_change_with_the_desk():
    snapshot = dump(BUSY)
    then(BUSY, eg.identify(eg.DORA))

    assert load(snapshot) == BUSY


def test_two_guests_of_one_name_are_told_apart_again():
    another = eg.Guest(PersonId("x"), "Ana", RoomId("x"), "?", {})
    desk = given(eg.identify(eg.ANA), eg.identify(another))

    assert load(dump(desk)).find("Ana 2") == "x"


def test_rooms_of_every_kind_come_back_with_who_is_in_them():
    again = load(dump(ROOMS))

    assert again == ROOMS
    assert {room.kind for room in again.rooms.values()} == {*RoomKind}
    assert again.directs == ROOMS.directs
    assert again.agents[eg.MIA.id].inside == (eg.ANA.room, eg.ASIDE)


def test_a_room_that_came_back_is_silent_for_as_long_as_it_would_have_been():
    at_ms = eg.NOW + 14 * eg.MINUTE
    steps = (eg.direct(eg.MIA, eg.JON), After(eg.MINUTE), eg.leave(eg.JON))

    after = then(load(dump(ROOMS)), *steps, at_ms=at_ms)
    assert after == then(ROOMS, *steps, at_ms=at_ms)
    assert eg.ANA.room not in after.rooms
