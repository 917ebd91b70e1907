import pytest

from frontdesk.desk.ids import MAIN, DeskId, PersonId
from frontdesk.desk.state import State
from tests import examples as eg
from tests.desk.story import given, then

DESK = given(*eg.at_work(eg.IDA), *eg.waiting(eg.ANA))


def test_people_are_found_by_exactly_their_name():
    assert DESK.find("Ana") == eg.ANA.id
    assert DESK.find("Ida") == eg.IDA.id
    assert DESK.find("ana") is None
    assert DESK.find("Eva") is None


def test_people_have_a_label():
    assert DESK.label(eg.ANA.id) == "Ana"
    assert DESK.label(eg.IDA.id) == "Ida"
    with pytest.raises(KeyError):
        DESK.label(PersonId("nobody"))


def test_a_desk_knows_its_people():
    assert DESK.knows(eg.ANA.id)
    assert DESK.knows(eg.IDA.id)
    assert not DESK.knows(PersonId("nobody"))


def test_a_fork_is_equal_until_something_happens_to_it():
    fork = DESK.fork()

    assert fork == DESK
    assert then(DESK, eg.assist(eg.IDA)) != DESK
    assert fork == DESK


def test_desks_differ_by_name():
    assert State(MAIN) == State(MAIN)
    assert State(MAIN) != State(DeskId("other"))
    assert State(MAIN) != MAIN


def test_who_is_in_a_room():
    room = DESK.rooms[eg.ANA.room]

    assert room.has(eg.ANA.id)
    assert not room.has(eg.IDA.id)


def test_an_agent_can_take_another_guest_below_the_limit_and_while_available():
    assert DESK.agents[eg.IDA.id].can_take
    full = given(*eg.at_work(eg.IDA), eg.limit(eg.IDA, 1), eg.identify(eg.ANA), eg.assist(eg.IDA))
    assert not full.agents[eg.IDA.id].can_take
    for command in (eg.away(eg.IDA), eg.disable(eg.IDA)):
        assert not then(DESK, command).agents[eg.IDA.id].can_take
