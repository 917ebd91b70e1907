from typing import get_args

import pytest

from frontdesk.desk import events as ev
from frontdesk.desk.audience import (
    AGENTS,
    ALL,
    HEARERS,
    Enter,
    Kind,
    Leave,
    Mark,
    Tell,
    kind_of,
    person_mark,
    room_mark,
    script,
)
from frontdesk.desk.commands import AddDesk, ChangePerson, End, Resume, Tick
from frontdesk.desk.entries import KINDS
from tests import examples as eg
from tests.desk.story import After, given, heard, log, only, then, told

# All that can be heard at a desk happens in here.
EVERYTHING = (
    AddDesk(),
    *eg.at_work(eg.IDA, eg.JON, eg.MIA),
    *eg.waiting(eg.ANA, eg.BEN, eg.CEM),
    eg.lose_line(eg.BEN),
    eg.restore_line(eg.BEN),
    eg.assist(eg.IDA),
    eg.limit(eg.IDA, 1),
    eg.post(eg.ANA, eg.ANA),
    eg.lose_line(eg.ANA),
    eg.away(eg.JON),
    eg.available(eg.JON),
    eg.assist(eg.JON),
    eg.sign_off(eg.IDA),
    eg.watch(eg.MIA, eg.BEN.room),
    eg.transfer(eg.JON, eg.BEN, eg.MIA),
    eg.leave(eg.MIA, eg.BEN.room),
    eg.transfer(eg.MIA, eg.BEN, eg.JON, force=True),
    After(16 * eg.MINUTE),
    eg.create(eg.MIA),
    eg.join(eg.MIA),
    eg.watch(eg.JON),
    eg.join(eg.JON),
    End(eg.MIA.id, eg.TEAM),
    eg.direct(eg.JON, eg.MIA),
    eg.queue_again(eg.BEN),
    eg.leave_queue(eg.BEN),
    eg.account(eg.ADA),
    eg.make_key(),
    eg.identify_vouched(eg.DORA),
    eg.end_key(),
    eg.assist(eg.JON, eg.DORA),
    eg.end(eg.JON, eg.DORA),
    eg.rate(eg.DORA),
    eg.end(eg.MIA, eg.CEM),
    eg.disable(eg.JON),
    eg.enable(eg.JON),
    ChangePerson(eg.JON.user, role="monitor"),
    eg.erase(None, eg.DORA),
    eg.settings(open=False),
    eg.leave_note(eg.DORA),
    eg.close_note(eg.MIA, eg.DORA),
    eg.lose_line(eg.MIA),
    Resume(5),
    After(2 * eg.DAY),
)
KEPT = log(given(), *EVERYTHING)
TOLD = [step for kept in KEPT for step in script(kept.entry) if isinstance(step, Tell)]


def test_the_story_holds_every_entry_and_every_fact():
    assert {type(kept.entry) for kept in KEPT} == {entry for entry, _ in KINDS.values()}
    assert {type(tell.event) for tell in TOLD} == set(get_args(ev.Fact))


def test_every_event_type_says_who_may_hear_it():
    assert set(HEARERS) == set(ev.EVENT_TYPES)


def test_every_event_has_a_mark_of_a_kind_that_its_type_allows():
    for tell in TOLD:
        assert kind_of(tell.mark) in HEARERS[type(tell.event)], tell


def test_no_fact_is_for_one_reader_or_one_asker_alone():
    for fact in get_args(ev.Fact):
        assert not HEARERS[fact] & {Kind.READER, Kind.ASKER}


def test_what_is_for_the_floor_is_for_agents():
    # Written out again on purpose: a guest who hears one of these hears of other guests.
    for event in (
        *(ev.Update, ev.Abandoned, ev.FloorGuest, ev.FloorReleased, ev.FloorLimit),
        ev.FloorGroup,
        *(ev.FloorPerson, ev.FloorPresence, ev.FloorRole, ev.FloorSettings),
        *(ev.FloorErased, ev.FloorRated, ev.FloorNote, ev.FloorNoteDone),
    ):
        assert HEARERS[event] == {Kind.AGENTS}


@pytest.mark.parametrize("guest", [eg.ANA, eg.BEN, eg.CEM, eg.DORA])
def test_a_guest_hears_their_own_room_and_the_availability_of_agents_alone(guest: eg.Guest):
    for event in heard(given(), guest, *EVERYTHING):
        match event:
            case ev.Availability():
                assert event.user in {agent.user for agent in eg.AGENTS}
            case ev.Notification() | ev.Message() | ev.Joined() | ev.Closing() | ev.Ended():
                assert event.room in {guest.room, eg.AGAIN if guest is eg.BEN else None}
            case ev.Desk():
                assert event.state == "closed"
            case _:
                raise AssertionError(event)


def test_that_a_guests_line_is_dead_is_for_agents():
    assert told(given(eg.identify(eg.ANA)), eg.lose_line(eg.ANA)) == [
        (AGENTS, ev.Availability("", "Ana", "availability", "away"))
    ]


def test_a_guest_without_a_room_comes_and_goes_unheard():
    desk = given(eg.identify(eg.ANA), eg.end(eg.ANA, eg.ANA))

    assert told(desk, eg.lose_line(eg.ANA), eg.restore_line(eg.ANA)) == []


def test_that_an_agent_is_available_is_for_all():
    assert told(given(eg.account(eg.IDA)), eg.available(eg.IDA)) == [
        (ALL, ev.Availability("", "Ida", "availability", "available")),
        (AGENTS, ev.Update(("Ida",), "available")),
    ]


def test_that_an_agents_line_is_dead_is_for_agents():
    assert told(given(*eg.at_work(eg.IDA)), eg.lose_line(eg.IDA)) == [
        (AGENTS, ev.FloorPresence("Ida", False))
    ]


def test_an_agent_enters_between_the_news_of_it_and_what_they_are_told():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA))

    steps = script(only(desk, eg.assist(eg.IDA)))
    at = steps.index(Enter(eg.IDA.id, eg.ANA.room))
    before, after = steps[:at], steps[at + 1 :]
    assert Tell(room_mark(eg.ANA.room), ev.Notification(eg.ANA.room, "Ida", "joined")) in before
    assert all(isinstance(step, Tell) and step.mark == "person:agent-ida" for step in after)
    member = then(desk, eg.assist(eg.IDA)).rooms[eg.ANA.room].members[-1]
    assert member.part == sum(isinstance(step, Tell) for step in before)


def test_an_agent_leaves_before_the_room_is_told():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA))

    steps = script(only(desk, eg.sign_off(eg.IDA)))
    left = steps.index(Leave(eg.IDA.id, eg.ANA.room))
    news = Tell(room_mark(eg.ANA.room), ev.Notification(eg.ANA.room, "Ida", "left"))
    assert left < steps.index(news)


def test_everybody_in_the_room_hears_its_end_and_leaves():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA))

    steps = script(only(desk, eg.end(eg.ANA, eg.ANA)))
    assert steps[:3] == (
        Tell(room_mark(eg.ANA.room), ev.Ended(eg.ANA.room, "guest")),
        Leave(eg.ANA.id, eg.ANA.room),
        Leave(eg.IDA.id, eg.ANA.room),
    )


def test_an_agent_who_was_away_is_not_told_away_again_when_gone():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA), eg.away(eg.IDA))

    first = told(desk, eg.sign_off(eg.IDA))[0]
    assert first == (person_mark(eg.IDA.id), ev.Left(eg.ANA.room))


def test_forgetting_and_restarting_are_heard_by_nobody():
    desk = given(eg.identify(eg.ANA), eg.end(eg.ANA, eg.ANA), eg.lose_line(eg.ANA))

    assert told(desk, Tick(), at_ms=eg.NOW + eg.DAY) == []
    assert told(desk, Resume(5)) == []


def test_a_time_is_told_in_whole_seconds():
    desk = given(eg.identify(eg.ANA))

    assert told(desk, eg.post(eg.ANA, eg.ANA)) == [
        (room_mark(eg.ANA.room), ev.Message(eg.ANA.room, "Ana", eg.HELLO, eg.NOW // 1000))
    ]


def test_the_kind_of_a_mark_stands_before_its_colon():
    assert kind_of(ALL) is Kind.ALL
    assert kind_of(AGENTS) is Kind.AGENTS
    assert kind_of(room_mark(eg.ANA.room)) is Kind.ROOM
    assert kind_of(person_mark(eg.ANA.id)) is Kind.PERSON
    with pytest.raises(ValueError, match="floor"):
        kind_of(Mark("floor"))
