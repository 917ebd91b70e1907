"""Messages that are left while nobody can come, until an agent has dealt with them."""

import pytest
from msgspec.json import encode
from msgspec.structs import replace

from frontdesk.desk import notes
from frontdesk.desk.commands import CloseNote, Identify
from frontdesk.desk.entries import GuestQueued, NoteClosed, NoteLeft
from frontdesk.desk.events import LeftNote
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.limits import NOTE_INFO_BYTES, NOTES_BYTES, NOTES_MOST, TOPIC_BYTES
from frontdesk.desk.personal import Profile, Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State
from frontdesk.desk.view import view
from tests import examples as eg
from tests.desk.story import After, given, only, refusal, then

STAFF = eg.at_work(eg.IDA, eg.JON, eg.MIA)
NIGHT = (*STAFF, eg.settings(open=False))
LEFT = (*NIGHT, eg.leave_note(eg.ANA))


def seen(desk: State, viewer: eg.Agent = eg.IDA) -> tuple[LeftNote, ...] | None:
    return view(desk, viewer.id, {}).notes


def test_at_a_desk_that_is_closed_a_message_is_left_by_somebody_who_does_not_wait():
    entry = only(given(*NIGHT), eg.leave_note(eg.ANA))

    ana = Profile(eg.ANA.id, "Ana", eg.ANA.question, {**eg.ANA.info, "contact": eg.CONTACT})
    assert entry == NoteLeft(eg.NOW, ana, eg.ANA.room)
    desk = given(*LEFT)
    assert not desk.waiting
    assert not desk.rooms


def test_also_at_one_that_is_full():
    desk = given(*STAFF, eg.settings(queue_most=1), eg.identify(eg.BEN))

    assert isinstance(only(desk, eg.leave_note(eg.ANA)), NoteLeft)


def test_where_somebody_is_there_one_asks_instead():
    assert refusal(given(*STAFF), eg.leave_note(eg.ANA)) is Reason.DESK_OPEN


def test_at_an_open_desk_at_which_nobody_takes_guests_one_may_do_either():
    desk = given(*STAFF, *(eg.away(one) for one in (eg.IDA, eg.JON, eg.MIA)))

    assert isinstance(only(desk, eg.leave_note(eg.ANA)), NoteLeft)
    assert isinstance(only(desk, eg.identify(eg.BEN)), GuestQueued)


def test_where_nobody_is_told_who_is_there_a_message_does_not_tell_either():
    told = eg.settings(availability_to="agents")
    desk = given(*STAFF, told, *(eg.away(one) for one in (eg.IDA, eg.JON, eg.MIA)))

    assert refusal(desk, eg.leave_note(eg.ANA)) is Reason.DESK_OPEN


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ([eg.away(one) for one in (eg.IDA, eg.JON, eg.MIA)], Reason.DESK_OPEN),
        ([eg.settings(open=False)], Reason.DESK_CLOSED),
        ([eg.settings(queue_most=1), eg.identify(eg.BEN)], Reason.QUEUE_FULL),
    ],
)
def test_a_desk_that_takes_no_messages_says_what_it_says_to_guests(before, reason: Reason):
    desk = given(*STAFF, eg.settings(leave_messages=False), *before)

    assert refusal(desk, eg.leave_note(eg.ANA)) is reason


def test_nobody_leaves_a_message_as_staff():
    command = replace(eg.leave_note(eg.ANA), user="Support")

    assert refusal(given(*NIGHT), command) is Reason.NAME_NOT_ALLOWED


def test_the_name_is_the_guests_own_for_a_day():
    desk = given(*LEFT, eg.settings(open=True))
    other = Identify(PersonId("guest-x"), RoomId("room-x"), "Ana", "?")

    assert then(desk, other).label(other.person) == "Ana 2"
    later = then(desk, After(eg.DAY + eg.HOUR))
    assert then(later, other).label(other.person) == "Ana"
    assert seen(later) == seen(desk)


def test_agents_see_what_was_left_in_the_order_in_which_it_was():
    ben = replace(eg.leave_note(eg.BEN), contact="+49 30 1234")
    desk = given(*LEFT, After(eg.MINUTE), ben)

    ana, told = eg.ANA, eg.NOW // 1000
    assert seen(desk) == (
        LeftNote(ana.room, "Ana", ana.question, eg.CONTACT, eg.ANA.info, told),
        LeftNote(eg.BEN.room, "Ben", eg.BEN.question, "+49 30 1234", eg.BEN.info, told + 60),
    )


def test_guests_see_none_of_it():
    desk = given(*STAFF, eg.identify(eg.BEN), eg.settings(open=False), eg.leave_note(eg.ANA))

    room = eg.BEN.room
    assert view(desk, eg.BEN.id, {room: ((), False)}).notes is None


def test_what_an_agent_has_dealt_with_is_seen_no_more():
    desk = given(*LEFT)

    assert only(desk, eg.close_note(eg.JON, eg.ANA)) == NoteClosed(
        eg.NOW, eg.ANA.room, Who(eg.JON.id, "Jon")
    )
    after = then(desk, eg.close_note(eg.JON, eg.ANA))
    assert seen(after) == ()
    assert refusal(after, eg.close_note(eg.IDA, eg.ANA)) is Reason.NOT_FOUND


def test_what_was_never_left_is_not_found():
    assert refusal(given(*LEFT), eg.close_note(eg.IDA, eg.BEN)) is Reason.NOT_FOUND


def test_no_guest_and_no_disabled_account_deals_with_messages():
    desk = given(*LEFT, eg.settings(open=True), eg.identify(eg.BEN), eg.disable(eg.JON))

    for person in (eg.BEN.id, eg.JON.id):
        assert refusal(desk, CloseNote(person, eg.ANA.room)) is Reason.NOT_ALLOWED


def test_so_many_may_be_open_and_no_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(notes, "NOTES_MOST", 1)
    desk = given(*LEFT)

    assert refusal(desk, eg.leave_note(eg.BEN)) is Reason.QUEUE_FULL
    after = then(desk, eg.close_note(eg.IDA, eg.ANA))
    assert isinstance(only(after, eg.leave_note(eg.BEN)), NoteLeft)


def test_all_that_are_open_fit_into_a_view(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(notes, "NOTES_BYTES", 200)
    desk = given(*LEFT)
    large = replace(eg.leave_note(eg.BEN), info={"page": "\N{SNOWMAN}" * 60})

    assert refusal(desk, large) is Reason.QUEUE_FULL
    assert isinstance(only(desk, eg.leave_note(eg.BEN)), NoteLeft)
    after = then(desk, eg.close_note(eg.IDA, eg.ANA))
    assert refusal(after, large) is Reason.QUEUE_FULL
    monkeypatch.setattr(notes, "NOTES_BYTES", 300)
    assert isinstance(only(after, large), NoteLeft)


def test_strangers_fill_no_view_of_an_agent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(notes, "NOTES_BYTES", NOTES_BYTES // 16)
    desk, refused = given(*LEFT), 0
    info = {"page": "x" * (NOTE_INFO_BYTES - 4)}
    for number in range(NOTES_MOST // 16):
        person, room = PersonId(f"guest-{number}"), RoomId(f"room-{number}")
        most = replace(eg.leave_note(eg.BEN), person=person, room=room, user=f"B{number}")
        most = replace(most, body="x" * TOPIC_BYTES, info=info)
        try:
            desk = then(desk, most)
        except Refused:
            refused += 1

    assert refused
    assert len(desk.notes) == 1 + NOTES_BYTES // 16 // (TOPIC_BYTES + NOTE_INFO_BYTES + 50)
    assert len(encode(view(desk, eg.IDA.id, {}).notes)) < NOTES_BYTES // 14


def test_what_is_given_besides_is_short():
    desk = given(*LEFT)
    fits = {"page": "x" * 500, "Ö": "ö" * ((NOTE_INFO_BYTES - 506) // 2)}

    assert isinstance(only(desk, replace(eg.leave_note(eg.BEN), info=fits)), NoteLeft)
    long = replace(eg.leave_note(eg.BEN), info={**fits, "n": ""})
    assert refusal(desk, long) is Reason.TOO_LARGE


@pytest.mark.parametrize("later", [0, eg.DAY + eg.HOUR])
def test_erasing_who_left_it_takes_the_message_away(later: int):
    desk = given(*LEFT, After(later), eg.erase(None, eg.ANA))

    assert seen(desk) == ()
    assert "Ana" not in repr(desk.notes)
