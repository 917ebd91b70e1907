import pytest

from frontdesk.desk.events import GuestGiven, PastMessage, QueuedGuest, RosterAgent, VouchedFor
from frontdesk.desk.ids import PersonId
from frontdesk.desk.view import Me, RoomView, View, rooms_of, view
from tests import examples as eg
from tests.desk.story import After, given

FLOOR = (*eg.at_work(eg.JON, eg.IDA), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))
TOLD = PastMessage("00e0c0de.9.1", eg.ANA.room, "Ana", eg.HELLO, eg.NOW // 1000)
TAIL = {eg.ANA.room: ((TOLD,), True), eg.BEN.room: ((), False)}


def test_a_guest_sees_their_room_and_its_agent_and_nothing_of_the_floor():
    assert view(given(*FLOOR), eg.ANA.id, TAIL) == View(
        me=Me("Ana", "guest"),
        desk="open",
        rooms=(
            RoomView(
                room=eg.ANA.room,
                topic=eg.ANA.question,
                name="",
                watching=False,
                agent="Ida",
                guest=None,
                users=("Ana", "Ida"),
                messages=(TOLD,),
                more=True,
            ),
        ),
    )


def test_a_guest_who_waits_sees_a_room_without_an_agent():
    (room,) = view(given(*FLOOR), eg.BEN.id, TAIL).rooms

    assert (room.agent, room.users) == (None, ("Ben",))


def test_a_guest_whose_room_is_over_sees_none():
    desk = given(*FLOOR, eg.end(eg.ANA, eg.ANA))

    assert rooms_of(desk, eg.ANA.id) == ()
    assert view(desk, eg.ANA.id, {}) == View(Me("Ana", "guest"), "open", ())


def test_an_agent_sees_what_the_guest_gave():
    (room,) = view(given(*FLOOR), eg.IDA.id, TAIL).rooms

    assert room.guest == GuestGiven("Ana", eg.ANA.question, eg.ANA.info, None)
    assert room.agent is None


def test_agents_see_what_the_site_has_signed_of_a_guest():
    shop = (eg.account(eg.ADA), eg.make_key(), eg.identify_vouched(eg.CEM))
    signed = VouchedFor("customer-1042", "ana@example.org")

    waits = view(given(*FLOOR, *shop), eg.JON.id, {}).queue
    desk = given(*FLOOR, *shop, eg.assist(eg.JON, eg.CEM))
    helped = view(desk, eg.JON.id, {eg.CEM.room: ((), False)})

    assert waits is not None
    assert [one.vouched for one in waits] == [None, signed]
    (room,) = helped.rooms
    assert room.guest is not None
    assert room.guest.vouched == signed


def test_an_agent_sees_the_queue_in_order():
    desk = given(*FLOOR, After(eg.MINUTE), eg.identify(eg.CEM), eg.lose_line(eg.BEN))

    assert view(desk, eg.JON.id, {}).queue == (
        QueuedGuest("Ben", eg.BEN.room, eg.BEN.question, 8, eg.NOW // 1000, False, None),
        QueuedGuest("Cem", eg.CEM.room, eg.CEM.question, 10, eg.NOW // 1000 + 60, True, None),
    )


def test_an_agent_sees_colleagues_in_the_order_of_their_names():
    desk = given(*FLOOR, eg.account(eg.MIA), eg.limit(eg.IDA, 1))

    assert view(desk, eg.JON.id, {}).roster == (
        RosterAgent("Ida", "agent", "available", False, True, 1, ("Ana",)),
        RosterAgent("Jon", "agent", "available", True, True, 3, ()),
        RosterAgent("Mia", "monitor", "away", False, False, 3, ()),
    )


def test_a_disabled_colleague_is_not_on_the_roster():
    roster = view(given(*FLOOR, eg.disable(eg.JON)), eg.IDA.id, TAIL).roster

    assert roster is not None
    assert [one.user for one in roster] == ["Ida"]


def test_an_agent_is_in_the_rooms_in_the_order_of_entering():
    desk = given(*FLOOR, eg.identify(eg.CEM), eg.assist(eg.IDA, eg.CEM), eg.assist(eg.IDA))

    assert rooms_of(desk, eg.IDA.id) == (eg.ANA.room, eg.CEM.room, eg.BEN.room)


def test_there_is_no_view_for_somebody_whom_the_desk_does_not_know():
    with pytest.raises(KeyError):
        view(given(*FLOOR), PersonId("nobody"), {})
