"""What holds for all commands, and for the two functions that take them."""

from typing import get_args

import pytest
from msgspec.structs import replace

from frontdesk.desk.checkpoint import dump
from frontdesk.desk.commands import (
    AddDesk,
    AddPerson,
    Assist,
    ChangePerson,
    ChangeSettings,
    Command,
    Create,
    Identify,
    LeaveNote,
    Queue,
    Rate,
    Resume,
    SetLimit,
    Tick,
    Vouch,
)
from frontdesk.desk.desk import decide
from frontdesk.desk.ids import MAIN, KeyId, PersonId, RoomId
from frontdesk.desk.refusals import Refused
from frontdesk.desk.state import State
from tests import examples as eg
from tests.desk.story import given, log

NOTE = eg.Guest(PersonId("guest-fay"), "Fay", RoomId("room-fay"), "?", {})
AMY = eg.Agent(PersonId("agent-amy"), "Amy", "admin")
DESK = given(
    *eg.at_work(eg.IDA, eg.JON, eg.MIA),
    *eg.waiting(eg.ANA, eg.BEN, eg.CEM),
    eg.assist(eg.IDA),
    eg.lose_line(eg.CEM),
    eg.create(eg.MIA),
    eg.join(eg.JON),
    eg.identify(eg.DORA),
    eg.end(eg.DORA, eg.DORA),
    eg.settings(open=False),
    eg.leave_note(NOTE),
    eg.settings(open=True),
    *eg.at_work(AMY),
    eg.make_key(AMY),
)

CARRIED_OUT: list[Command] = [
    Identify(PersonId("guest-eve"), RoomId("room-eve"), "Eve", "?"),
    eg.assist(eg.IDA),
    eg.post(eg.ANA, eg.ANA),
    eg.end(eg.ANA, eg.ANA),
    eg.transfer(eg.IDA, eg.ANA, eg.JON),
    Create(eg.MIA.id, RoomId("another"), "Night"),
    eg.watch(eg.MIA, eg.ANA.room),
    eg.leave(eg.JON),
    eg.direct(eg.IDA, eg.JON),
    eg.queue_again(eg.DORA),
    eg.leave_queue(eg.BEN),
    replace(eg.rate(eg.DORA), ended=replace(eg.rated_room(eg.DORA), ended_ms=eg.NOW + eg.HOUR)),
    eg.away(eg.IDA),
    eg.limit(eg.IDA, 1),
    eg.sign_off(eg.IDA),
    eg.lose_line(eg.ANA),
    eg.restore_line(eg.CEM),
    eg.account(eg.ADA),
    eg.disable(eg.IDA),
    eg.settings(open=False),
    eg.make_key(AMY, KeyId("another")),
    eg.end_key(AMY),
    eg.erase(None, eg.ANA),
    eg.close_note(eg.JON, NOTE),
    Tick(),
    Resume(eg.HOUR),
]
REFUSED: list[Command] = [
    Identify(PersonId("guest-eve"), RoomId("room-eve"), "Support", "?"),
    eg.assist(eg.IDA, eg.ANA),
    Assist(eg.ANA.id),
    eg.post(eg.JON, eg.ANA),
    eg.end(eg.BEN, eg.ANA),
    eg.transfer(eg.JON, eg.ANA, eg.JON),
    eg.create(eg.IDA),
    eg.join(eg.JON, eg.ANA.room),
    eg.leave(eg.IDA),
    eg.direct(eg.IDA, eg.IDA),
    Queue(eg.IDA.id, RoomId("another")),
    eg.leave_queue(eg.ANA),
    Rate(eg.ANA.id, eg.ANA.room, 5),
    eg.leave_note(eg.ANA),
    eg.close_note(eg.JON, eg.ANA),
    eg.limit(eg.IDA, 0),
    SetLimit(eg.IDA.id, 2, "Jon"),
    AddPerson(PersonId("x"), "Ida", "agent"),
    ChangePerson("Nobody", disabled=True),
    eg.settings(silence_s=1),
    eg.settings(colour=1),
    ChangeSettings(eg.MIA.id, {"open": False}),
    eg.make_key(eg.MIA),
    eg.end_key(eg.MIA),
    eg.end_key(AMY, KeyId("none")),
    Identify(PersonId("guest-eve"), RoomId("room-eve"), "Eve", "?", {}, Vouch(KeyId("none"), "7")),
    eg.erase(eg.MIA, eg.ANA),
]
LATER = eg.NOW + eg.DAY


def plainly(desk: State) -> str:
    """All that the desk knows, written out, so that no shared table can hide a change."""
    infos = [dict(guest.profile.info) for guest in desk.guests.values()]
    return repr((dump(desk), dict(desk.names), infos))


def test_every_command_is_carried_out_here():
    # One is for a desk that is new, the other for one that is closed (test_notes.py).
    elsewhere = {AddDesk, LeaveNote}
    assert {type(command) for command in CARRIED_OUT} == set(get_args(Command)) - elsewhere


@pytest.mark.parametrize("command", CARRIED_OUT, ids=lambda command: type(command).__name__)
def test_deciding_changes_nothing(command: Command):
    before = plainly(DESK)

    assert decide(DESK, command, LATER)
    assert plainly(DESK) == before


@pytest.mark.parametrize("command", CARRIED_OUT, ids=lambda command: type(command).__name__)
def test_deciding_twice_means_the_same(command: Command):
    assert decide(DESK, command, LATER) == decide(DESK, command, LATER)


@pytest.mark.parametrize("command", CARRIED_OUT, ids=lambda command: type(command).__name__)
def test_what_happens_on_a_fork_leaves_the_desk_as_it_is(command: Command):
    before = plainly(DESK)

    assert log(DESK, command, at_ms=LATER)
    assert plainly(DESK) == before


@pytest.mark.parametrize("command", CARRIED_OUT, ids=lambda command: type(command).__name__)
def test_every_entry_says_when_it_was_and_takes_the_next_offset(command: Command):
    kept = log(DESK, command, at_ms=LATER)

    assert [one.offset for one in kept] == [DESK.offset + 1 + at for at in range(len(kept))]
    assert {one.entry.at_ms for one in kept} == {LATER}


@pytest.mark.parametrize("command", REFUSED, ids=lambda command: type(command).__name__)
def test_a_refused_command_changes_nothing(command: Command):
    before = plainly(DESK)

    with pytest.raises(Refused):
        decide(DESK, command, LATER)
    assert plainly(DESK) == before


def test_a_new_desk_is_empty():
    desk = State(MAIN)

    assert desk.offset == 0
    assert not any((desk.agents, desk.guests, desk.rooms, desk.waiting, desk.due))
