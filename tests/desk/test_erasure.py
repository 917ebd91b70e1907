from collections.abc import Sequence

import pytest

from frontdesk.desk import events as ev
from frontdesk.desk.audience import AGENTS
from frontdesk.desk.checkpoint import dump, load
from frontdesk.desk.commands import Erase
from frontdesk.desk.entries import EndReason, Helping, PersonErased, RoomEnded
from frontdesk.desk.fold import fold
from frontdesk.desk.personal import Who
from frontdesk.desk.refusals import Reason
from frontdesk.desk.view import view
from tests import examples as eg
from tests.desk.invariants import plainly
from tests.desk.story import After, Step, entries, given, log, only, refusal, then, told

STAFF = (*eg.at_work(eg.IDA, eg.JON), eg.account(eg.ADA))
CHAT = (*STAFF, *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))
GONE = (*CHAT, eg.end(eg.IDA, eg.ANA))
FORGOTTEN = (*GONE, eg.lose_line(eg.ANA), After(2 * eg.DAY))

WHEREVER = pytest.mark.parametrize(
    "before",
    [(*STAFF, eg.identify(eg.ANA)), CHAT, GONE, FORGOTTEN],
    ids=["waiting", "helped", "gone", "forgotten"],
)


@WHEREVER
def test_nothing_of_an_erased_guest_is_left_at_the_desk(before: Sequence[Step]):
    desk = given(*before, eg.erase(eg.ADA, eg.ANA))

    for text in (eg.ANA.user, eg.ANA.question, eg.ANA.id, eg.ANA.room, *eg.ANA.info.values()):
        assert text not in plainly(desk)
    assert load(dump(desk)) == desk


def test_an_open_room_is_over_first():
    ended, erased = entries(given(*CHAT), eg.erase(eg.ADA, eg.ANA))

    assert isinstance(ended, RoomEnded)
    assert (ended.room, ended.reason) == (eg.ANA.room, EndReason.ERASED)
    assert ended.agent is not None
    assert ended.agent.id == eg.IDA.id
    assert erased == PersonErased(eg.NOW, eg.ANA.id, (eg.ANA.room,), ())


def test_a_room_that_the_caller_did_not_know_of_is_among_those_that_are_erased():
    desk = given(*GONE, eg.queue_again(eg.ANA))

    _, erased = entries(desk, eg.erase(None, eg.ANA))

    assert isinstance(erased, PersonErased)
    assert erased.rooms == (eg.ANA.room, eg.AGAIN)


def test_the_name_is_free_at_once():
    desk = given(*CHAT, eg.erase(eg.ADA, eg.ANA))

    again = then(desk, eg.identify(eg.ANA._replace(id=eg.CEM.id, room=eg.CEM.room)))
    assert again.label(eg.CEM.id) == "Ana"


def test_a_name_that_somebody_else_has_by_now_stays_theirs():
    desk = given(*FORGOTTEN, eg.identify(eg.ANA._replace(id=eg.CEM.id, room=eg.CEM.room)))

    assert then(desk, eg.erase(None, eg.ANA)).find("Ana") == eg.CEM.id


def test_only_admins_and_operators_erase():
    desk = given(*CHAT, eg.account(eg.MIA))

    for asker in (eg.IDA.id, eg.MIA.id, eg.BEN.id, eg.ANA.id):
        assert refusal(desk, Erase(asker, eg.ANA.id, (eg.ANA.room,))) is Reason.NOT_ALLOWED
    assert entries(desk, eg.erase(eg.ADA, eg.ANA)) == entries(desk, eg.erase(None, eg.ANA))


def test_an_account_is_not_erased():
    assert refusal(given(*CHAT), Erase(eg.ADA.id, eg.IDA.id, ())) is Reason.NOT_ALLOWED


def test_whoever_was_never_here_is_not_found():
    assert refusal(given(*CHAT), Erase(eg.ADA.id, eg.CEM.id, ())) is Reason.NOT_FOUND


def test_who_was_erased_already_is_not_erased_again():
    desk = given(*CHAT, eg.erase(eg.ADA, eg.ANA))

    assert entries(desk, Erase(eg.ADA.id, eg.ANA.id, (eg.ANA.room,), already=True)) == []


def test_agents_hear_who_is_no_longer_called_what_and_who_has_whom():
    desk = given(*CHAT, eg.assist(eg.JON))

    assert told(desk, eg.erase(None, eg.ANA))[-1] == (
        AGENTS,
        ev.FloorErased("erased-st-ana", (eg.ANA.room,), {"Jon": ("Ben",)}),
    )
    erased = log(desk, eg.erase(None, eg.ANA))[-1].entry
    assert isinstance(erased, PersonErased)
    assert erased.helping == (Helping(Who(eg.JON.id, "Jon"), (Who(eg.BEN.id, "Ben"),)),)


@pytest.mark.parametrize("before", [(*STAFF, *eg.waiting(eg.ANA, eg.BEN)), CHAT])
def test_an_agent_who_missed_all_but_the_erasure_has_the_right_picture(before: Sequence[Step]):
    # What lies between is read without the name, so it takes nothing away.
    desk = given(*before)
    after = then(desk, eg.erase(None, eg.ANA))
    seen = view(desk, eg.JON.id, {})

    _, event = told(desk, eg.erase(None, eg.ANA))[-1]

    assert fold(seen, event, "") == view(after, eg.JON.id, {})


def test_erasing_a_guest_who_is_gone_ends_nothing():
    assert isinstance(only(given(*GONE), eg.erase(None, eg.ANA)), PersonErased)
