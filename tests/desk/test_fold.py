import pytest
from msgspec.structs import replace

from frontdesk.desk import events as ev
from frontdesk.desk.commands import ChangePerson, End
from frontdesk.desk.fold import fold
from frontdesk.desk.limits import BACKLOG
from frontdesk.desk.state import State
from frontdesk.desk.view import View, rooms_of, view
from tests import examples as eg
from tests.desk.story import After, Step, given, heard, then

FLOOR = (*eg.at_work(eg.IDA, eg.JON, eg.MIA), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))

# One thing at a time; any mix of them is in test_desk_model.py.
CHANGES: list[tuple[Step, ...]] = [
    (eg.identify(eg.CEM),),
    (eg.assist(eg.JON),),
    (eg.assist(eg.IDA, eg.BEN), eg.end(eg.IDA, eg.ANA)),
    (eg.end(eg.ANA, eg.ANA),),
    (eg.end(eg.BEN, eg.BEN),),
    (eg.end(eg.MIA, eg.ANA),),
    (eg.away(eg.IDA),),
    (eg.limit(eg.IDA, 1),),
    (eg.limit(eg.IDA, 1), eg.limit(eg.IDA, 2)),
    (eg.sign_off(eg.IDA),),
    (eg.assist(eg.IDA), eg.away(eg.IDA), eg.sign_off(eg.IDA)),
    (eg.lose_line(eg.ANA),),
    (eg.lose_line(eg.BEN),),
    (eg.lose_line(eg.BEN), eg.restore_line(eg.BEN)),
    (eg.lose_line(eg.JON),),
    (eg.account(eg.ADA),),
    (eg.disable(eg.IDA),),
    (eg.disable(eg.JON), eg.lose_line(eg.JON), eg.enable(eg.JON)),
    (ChangePerson(eg.JON.user, role="monitor"),),
    (eg.transfer(eg.IDA, eg.ANA, eg.JON),),
    (eg.transfer(eg.MIA, eg.BEN, eg.JON),),
    (eg.join(eg.MIA, eg.ANA.room), eg.transfer(eg.IDA, eg.ANA, eg.MIA)),
    (eg.watch(eg.MIA, eg.ANA.room), eg.transfer(eg.IDA, eg.ANA, eg.MIA)),
    (eg.join(eg.MIA, eg.BEN.room), eg.assist(eg.JON, eg.BEN)),
    (eg.watch(eg.MIA, eg.BEN.room), eg.assist(eg.MIA, eg.BEN)),
    (eg.leave(eg.IDA, eg.ANA.room),),
    (eg.watch(eg.MIA, eg.ANA.room), eg.leave(eg.MIA, eg.ANA.room)),
    (eg.watch(eg.MIA, eg.ANA.room), ChangePerson(eg.MIA.user, role="agent")),
    (eg.create(eg.MIA), eg.join(eg.JON), eg.watch(eg.IDA), eg.join(eg.IDA)),
    (eg.create(eg.MIA), eg.join(eg.JON), End(eg.MIA.id, eg.TEAM)),
    (eg.end(eg.ANA, eg.ANA), eg.queue_again(eg.ANA)),
    (eg.leave_queue(eg.BEN),),
    (eg.settings(open=False), eg.leave_note(eg.CEM)),
    (eg.settings(open=False), eg.leave_note(eg.CEM), eg.close_note(eg.JON, eg.CEM)),
    (eg.settings(open=False), eg.leave_note(eg.CEM), eg.erase(None, eg.CEM)),
    (After(eg.HOUR),),
]


def seen(desk: State, person: eg.Guest | eg.Agent) -> View:
    """What this person sees, with no message written."""
    return view(desk, person.id, {room: ((), False) for room in rooms_of(desk, person.id)})


def folded(before: View, facts: list[ev.Fact]) -> View:
    """The view after these facts."""
    for fact in facts:
        before = fold(before, fact, "id")
    return before


@pytest.mark.parametrize("person", [eg.ANA, eg.BEN, eg.IDA, eg.JON, eg.MIA], ids=lambda p: p.user)
@pytest.mark.parametrize("change", CHANGES)
def test_a_view_and_what_is_heard_give_the_next_view(
    person: eg.Guest | eg.Agent, change: tuple[Step, ...]
):
    desk = given(*FLOOR)
    after = then(desk, *change)
    if isinstance(person, eg.Agent) and after.agents[person.id].disabled:
        return  # sees nothing any more

    assert folded(seen(desk, person), heard(desk, person, *change)) == seen(after, person)


def test_somebody_whose_role_changed_while_disabled_sees_the_new_one():
    desk = given(*FLOOR)
    change = (eg.disable(eg.JON), ChangePerson("Jon", role="admin"), eg.enable(eg.JON))

    now = folded(seen(desk, eg.JON), heard(desk, eg.JON, *change))
    assert now == seen(then(desk, *change), eg.JON)
    assert now.me.role == "admin"


def test_the_agent_who_joins_gets_the_backlog():
    told = ev.PastMessage("id", eg.BEN.room, "Ben", eg.HELLO, 1)
    given_ = ev.GuestGiven("Ben", eg.BEN.question, {}, None)
    joined = ev.Joined(eg.BEN.room, eg.BEN.question, guest=given_, backlog=(told,), more=True)

    room = fold(seen(given(*FLOOR), eg.JON), joined, "id").rooms[-1]
    assert (room.messages, room.more, room.users) == ((told,), True, ("Jon",))


def test_a_message_stands_last_in_its_room_under_its_id():
    message = ev.Message(eg.ANA.room, "Ana", eg.HELLO, 1_700_000_000)
    after = fold(seen(given(*FLOOR), eg.IDA), message, "00e0c0de.12.1")

    (room,) = after.rooms
    assert room.messages == (
        ev.PastMessage("00e0c0de.12.1", eg.ANA.room, "Ana", eg.HELLO, 1_700_000_000),
    )


def test_a_room_shows_its_last_fifty_messages_and_that_there_are_more():
    now = seen(given(*FLOOR), eg.ANA)
    for number in range(BACKLOG):
        now = fold(now, ev.Message(eg.ANA.room, "Ana", "x", 1), str(number))
    assert (len(now.rooms[0].messages), now.rooms[0].more) == (BACKLOG, False)

    now = fold(now, ev.Message(eg.ANA.room, "Ana", "x", 1), "last")
    assert [one.id for one in now.rooms[0].messages] == [
        *(str(number) for number in range(1, BACKLOG)),
        "last",
    ]
    assert now.rooms[0].more
    assert fold(now, ev.Message(eg.ANA.room, "Ana", "x", 1), "after").rooms[0].more


def test_what_happens_in_another_room_changes_nothing():
    now = seen(given(*FLOOR), eg.ANA)

    assert fold(now, ev.Message(eg.BEN.room, "Ben", "x", 1), "id") == now
    assert fold(now, ev.Notification(eg.BEN.room, "Ida", "joined"), "id") == now


def test_a_guest_keeps_no_picture_of_the_floor():
    now = seen(given(*FLOOR), eg.ANA)

    for event in (
        ev.Update(("Ben",), "dequeued"),
        ev.Availability("", "Ida", "availability", "away"),
    ):
        assert fold(now, event, "id") == now


@pytest.mark.parametrize("person", [eg.ANA, eg.IDA], ids=lambda p: p.user)
@pytest.mark.parametrize(
    "event",
    [
        ev.QueuePos(0, 12),
        ev.Typing(eg.ANA.room, "Ana", "typing", True),
        ev.Noop("id"),
        ev.Welcome(),
        ev.Success("message sent", "message"),
        ev.Error("no", "not_found"),
        ev.Update(("Ana",), "queued"),
    ],
)
def test_signals_and_answers_change_nothing(person: eg.Guest | eg.Agent, event: ev.Event):
    now = seen(given(*FLOOR), person)

    assert fold(now, event, "id") == now


def test_somebody_else_who_leaves_a_room_is_not_taken_for_its_agent():
    now = fold(seen(given(*FLOOR), eg.ANA), ev.Notification(eg.ANA.room, "Mia", "joined"), "id")
    assert now.rooms[0].users == ("Ana", "Ida", "Mia")

    now = fold(now, ev.Notification(eg.ANA.room, "Mia", "left"), "id")
    assert now == seen(given(*FLOOR), eg.ANA)
    now = fold(now, ev.Notification(eg.ANA.room, "Ida", "left"), "id")
    assert now.rooms[0] == replace(seen(given(*FLOOR), eg.ANA).rooms[0], agent=None, users=("Ana",))
