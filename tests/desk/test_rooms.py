import pytest

from frontdesk.desk.commands import (
    ChangePerson,
    Command,
    Create,
    Direct,
    End,
    Join,
    Leave,
    Post,
)
from frontdesk.desk.entries import (
    DirectOpened,
    EndReason,
    GroupEnded,
    GroupOpened,
    GuestReleased,
    GuestTaken,
    MemberJoined,
    MemberLeft,
    MessagePosted,
    RoomEnded,
)
from frontdesk.desk.ids import PersonId, RoomId
from frontdesk.desk.personal import Text, Who
from frontdesk.desk.reading import may_read
from frontdesk.desk.refusals import Reason
from frontdesk.desk.state import GuestState, RoomKind
from tests import examples as eg
from tests.desk.story import After, entries, given, only, refusal, then

CHAT = (
    *eg.at_work(eg.IDA, eg.JON, eg.MIA),
    *eg.waiting(eg.ANA, eg.BEN),
    eg.assist(eg.IDA),
)


# --- writing --------------------------------------------------------------------------------------


def test_the_guest_and_their_agent_may_write():
    for author in (eg.ANA, eg.IDA):
        entry = only(given(*CHAT), eg.post(author, eg.ANA, eg.THANKS))
        assert entry == MessagePosted(
            eg.NOW, Who(author.id, author.user), eg.ANA.room, Text(eg.THANKS)
        )


def test_a_guest_may_write_while_waiting():
    assert isinstance(only(given(*CHAT), eg.post(eg.BEN, eg.BEN)), MessagePosted)


def test_the_key_of_the_sender_stays_with_the_message():
    entry = only(given(*CHAT), Post(eg.ANA.id, eg.ANA.room, eg.HELLO, eg.KEY))

    assert isinstance(entry, MessagePosted)
    assert entry.key == eg.KEY


@pytest.mark.parametrize(
    ("by", "room"),
    [
        (eg.BEN.id, eg.ANA.room),
        (eg.JON.id, eg.ANA.room),
        (eg.MIA.id, eg.ANA.room),
        (eg.IDA.id, eg.BEN.room),
        (eg.ANA.id, RoomId("no-room")),
        (PersonId("nobody"), eg.ANA.room),
    ],
)
def test_nobody_else_may_write_nor_learn_that_the_room_exists(by: PersonId, room: RoomId):
    assert refusal(given(*CHAT), Post(by, room, eg.HELLO)) is Reason.NOT_FOUND


def test_nobody_writes_in_a_room_that_is_over():
    desk = given(*CHAT, eg.end(eg.ANA, eg.ANA))

    assert refusal(desk, eg.post(eg.ANA, eg.ANA)) is Reason.NOT_FOUND
    assert refusal(desk, eg.post(eg.IDA, eg.ANA)) is Reason.NOT_FOUND


def test_an_agent_who_is_gone_may_no_longer_write():
    desk = given(*CHAT, eg.sign_off(eg.IDA))

    assert refusal(desk, eg.post(eg.IDA, eg.ANA)) is Reason.NOT_FOUND


def test_a_desk_holds_no_texts():
    desk = given(*CHAT)

    assert then(desk, eg.post(eg.ANA, eg.ANA)).rooms == desk.rooms


# --- ending ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        (eg.ANA, EndReason.GUEST),
        (eg.IDA, EndReason.AGENT),
        (eg.MIA, EndReason.MONITOR),
        (eg.ADA, EndReason.MONITOR),
    ],
)
def test_a_room_is_ended_by_its_guest_its_agent_or_a_monitor(
    by: eg.Guest | eg.Agent, reason: EndReason
):
    desk = given(*CHAT, eg.account(eg.ADA))

    assert only(desk, eg.end(by, eg.ANA)) == RoomEnded(
        at_ms=eg.NOW,
        room=eg.ANA.room,
        reason=reason,
        guest=Who(eg.ANA.id, eg.ANA.user),
        members=(eg.ANA.id, eg.IDA.id),
        agent=Who(eg.IDA.id, eg.IDA.user),
        became=None,
    )


def test_a_monitor_who_has_the_guest_ends_the_room_as_its_agent():
    desk = given(*eg.at_work(eg.MIA), eg.identify(eg.ANA), eg.assist(eg.MIA))

    entry = only(desk, eg.end(eg.MIA, eg.ANA))
    assert isinstance(entry, RoomEnded)
    assert entry.reason is EndReason.AGENT


def test_the_room_of_a_guest_who_waits_is_ended_by_the_guest_or_a_monitor():
    for by, reason in ((eg.BEN, EndReason.GUEST), (eg.MIA, EndReason.MONITOR)):
        entry = only(given(*CHAT), eg.end(by, eg.BEN))
        assert isinstance(entry, RoomEnded)
        assert (entry.reason, entry.agent, entry.became) == (reason, None, None)


@pytest.mark.parametrize(
    "command",
    [
        eg.end(eg.BEN, eg.ANA),
        eg.end(eg.JON, eg.ANA),
        eg.end(eg.IDA, eg.BEN),
        End(PersonId("nobody"), eg.ANA.room),
        End(eg.MIA.id, RoomId("no-room")),
    ],
)
def test_nobody_else_may_end_it_nor_learn_that_it_exists(command: Command):
    assert refusal(given(*CHAT), command) is Reason.NOT_FOUND


def test_a_monitor_who_is_disabled_may_end_nothing():
    assert refusal(given(*CHAT, eg.disable(eg.MIA)), eg.end(eg.MIA, eg.ANA)) is Reason.NOT_FOUND


def test_a_room_ends_once():
    desk = given(*CHAT, eg.end(eg.ANA, eg.ANA))

    assert refusal(desk, eg.end(eg.ANA, eg.ANA)) is Reason.NOT_FOUND


def test_after_the_end_nothing_is_left_of_the_room():
    desk = given(*CHAT, eg.end(eg.ANA, eg.ANA), eg.end(eg.BEN, eg.BEN))

    assert not desk.rooms
    assert not desk.waiting
    assert desk.agents[eg.IDA.id].rooms == ()
    assert {guest.state for guest in desk.guests.values()} == {GuestState.IDLE}


def test_the_end_of_a_room_makes_a_full_agent_available():
    entry = only(given(*CHAT, eg.limit(eg.IDA, 1)), eg.end(eg.ANA, eg.ANA))

    assert isinstance(entry, RoomEnded)
    assert entry.became == "available"


def test_the_end_of_a_room_ends_the_wait_for_an_absent_guest():
    desk = given(*CHAT, eg.lose_line(eg.BEN), eg.end(eg.BEN, eg.BEN), After(eg.HOUR))

    assert desk.knows(eg.BEN.id)


# --- group rooms ----------------------------------------------------------------------------------

TEAM = (*CHAT, eg.create(eg.MIA), eg.join(eg.JON))


@pytest.mark.parametrize("by", [eg.MIA, eg.ADA], ids=lambda by: by.role)
def test_a_monitor_opens_a_group_room_with_nobody_in_it(by: eg.Agent):
    desk = given(*CHAT, eg.account(eg.ADA))

    entry = only(desk, eg.create(by))
    assert isinstance(entry, GroupOpened)
    assert (entry.name, entry.topic) == ("Returns", "Who may send back what")
    room = then(desk, eg.create(by)).rooms[eg.TEAM]
    assert (room.kind, room.members, room.name) == (RoomKind.GROUP, (), "Returns")


@pytest.mark.parametrize("by", [eg.IDA.id, eg.ANA.id, PersonId("nobody")])
def test_nobody_else_opens_a_group_room(by: PersonId):
    assert refusal(given(*CHAT), Create(by, eg.TEAM, "Returns")) is Reason.NOT_ALLOWED


def test_two_group_rooms_may_have_one_name():
    desk = given(*CHAT, eg.create(eg.MIA), Create(eg.MIA.id, RoomId("another"), "Returns"))

    assert [room.name for room in desk.rooms.values() if room.name] == ["Returns", "Returns"]


def test_every_agent_joins_a_group_room_and_writes_in_it():
    desk = given(*TEAM)

    entry = only(desk, eg.join(eg.IDA))
    assert isinstance(entry, MemberJoined)
    assert [other.user for other in entry.others] == ["Jon"]
    after = then(desk, eg.join(eg.IDA))
    assert after.rooms[eg.TEAM].speakers == (eg.JON.id, eg.IDA.id)
    assert isinstance(only(after, Post(eg.IDA.id, eg.TEAM, eg.HELLO)), MessagePosted)


def test_a_group_room_takes_no_guests_place():
    desk = given(*TEAM, eg.limit(eg.JON, 1))

    assert desk.agents[eg.JON.id].rooms == ()
    assert desk.agents[eg.JON.id].can_take


def test_a_watcher_is_in_the_room_and_no_speaker_and_may_not_write():
    desk = given(*TEAM, eg.watch(eg.IDA))

    assert desk.rooms[eg.TEAM].has(eg.IDA.id)
    assert desk.rooms[eg.TEAM].speakers == (eg.JON.id,)
    assert refusal(desk, Post(eg.IDA.id, eg.TEAM, eg.HELLO)) is Reason.NOT_ALLOWED


def test_who_asks_to_be_something_else_in_a_room_enters_anew():
    desk = given(*TEAM, eg.watch(eg.IDA))

    left, joined = entries(desk, eg.join(eg.IDA))
    assert left == MemberLeft(eg.NOW, Who(eg.IDA.id, "Ida"), eg.TEAM, watched=True)
    assert isinstance(joined, MemberJoined)
    after = then(desk, eg.join(eg.IDA))
    assert after.rooms[eg.TEAM].speakers == (eg.JON.id, eg.IDA.id)
    back = then(after, eg.watch(eg.IDA))
    assert back.rooms[eg.TEAM].speakers == (eg.JON.id,)
    assert back.agents[eg.IDA.id].inside == (eg.ANA.room, eg.TEAM)


def test_who_leaves_a_group_room_is_no_longer_in_it():
    desk = given(*TEAM, eg.join(eg.IDA), eg.leave(eg.JON))

    assert desk.rooms[eg.TEAM].speakers == (eg.IDA.id,)
    assert desk.agents[eg.JON.id].inside == ()
    assert refusal(desk, Post(eg.JON.id, eg.TEAM, eg.HELLO)) is Reason.NOT_FOUND


def test_a_group_room_goes_on_with_nobody_in_it():
    assert eg.TEAM in given(*TEAM, eg.leave(eg.JON)).rooms


@pytest.mark.parametrize("command", [eg.leave(eg.IDA), Leave(eg.JON.id, RoomId("no-room"))])
def test_nobody_leaves_a_room_that_they_are_not_in(command: Command):
    assert refusal(given(*TEAM), command) is Reason.NOT_FOUND


def test_a_monitor_ends_a_group_room_for_everybody():
    desk = given(*TEAM, eg.watch(eg.IDA))

    entry = only(desk, End(eg.MIA.id, eg.TEAM))
    assert isinstance(entry, GroupEnded)
    assert entry.members == (eg.JON.id, eg.IDA.id)
    after = then(desk, End(eg.MIA.id, eg.TEAM))
    assert eg.TEAM not in after.rooms
    assert after.agents[eg.JON.id].inside == ()
    assert after.agents[eg.IDA.id].inside == (eg.ANA.room,)


def test_an_agent_may_not_end_a_group_room_and_a_guest_does_not_learn_of_it():
    assert refusal(given(*TEAM), End(eg.JON.id, eg.TEAM)) is Reason.NOT_ALLOWED
    assert refusal(given(*TEAM), End(eg.ANA.id, eg.TEAM)) is Reason.NOT_FOUND


def test_a_guest_joins_and_leaves_nothing():
    for command in (Join(eg.ANA.id, eg.TEAM), Leave(eg.ANA.id, eg.ANA.room)):
        assert refusal(given(*TEAM), command) is Reason.NOT_ALLOWED


# --- who looks into a guest's room ----------------------------------------------------------------


@pytest.mark.parametrize("watch", [False, True], ids=["speaker", "watcher"])
def test_a_monitor_enters_any_guests_room(watch: bool):
    for guest in (eg.ANA, eg.BEN):
        desk = given(*CHAT, Join(eg.MIA.id, guest.room, watch))

        assert desk.rooms[guest.room].has(eg.MIA.id)
        assert (eg.MIA.id in desk.rooms[guest.room].speakers) != watch
        assert desk.agents[eg.MIA.id].rooms == ()


def test_an_agent_enters_no_guests_room_nor_learns_that_it_exists():
    for room in (eg.ANA.room, eg.BEN.room, RoomId("no-room")):
        assert refusal(given(*CHAT), Join(eg.JON.id, room)) is Reason.NOT_FOUND


def test_whoever_has_the_guest_need_not_join():
    desk = given(*eg.at_work(eg.MIA), eg.identify(eg.ANA), eg.assist(eg.MIA))

    for command in (eg.join(eg.MIA, eg.ANA.room), eg.watch(eg.MIA, eg.ANA.room)):
        assert refusal(desk, command) is Reason.NOT_ALLOWED


def test_a_monitor_who_watches_may_not_write_and_one_who_speaks_may():
    desk = given(*CHAT, eg.watch(eg.MIA, eg.ANA.room))

    assert refusal(desk, eg.post(eg.MIA, eg.ANA)) is Reason.NOT_ALLOWED
    desk = then(desk, eg.join(eg.MIA, eg.ANA.room))
    assert isinstance(only(desk, eg.post(eg.MIA, eg.ANA)), MessagePosted)


def test_a_monitor_leaves_and_the_guest_keeps_the_agent():
    desk = given(*CHAT, eg.join(eg.MIA, eg.ANA.room), eg.leave(eg.MIA, eg.ANA.room))

    assert desk.rooms[eg.ANA.room].speakers == (eg.ANA.id, eg.IDA.id)
    assert desk.rooms[eg.ANA.room].agent == eg.IDA.id


def test_a_monitor_who_watched_a_guest_wait_is_in_the_room_once_after_taking_them():
    desk = given(*CHAT, eg.watch(eg.MIA, eg.BEN.room))

    left, taken = entries(desk, eg.assist(eg.MIA, eg.BEN))
    assert isinstance(left, MemberLeft)
    assert isinstance(taken, GuestTaken)
    after = then(desk, eg.assist(eg.MIA, eg.BEN))
    assert [one.person for one in after.rooms[eg.BEN.room].members] == [eg.BEN.id, eg.MIA.id]
    assert after.agents[eg.MIA.id].inside == (eg.BEN.room,)


def test_whoever_takes_a_guest_is_told_which_monitors_speak_in_the_room():
    desk = given(*CHAT, eg.join(eg.MIA, eg.BEN.room))

    entry = only(desk, eg.assist(eg.JON, eg.BEN))
    assert isinstance(entry, GuestTaken)
    assert [other.user for other in entry.others] == ["Mia"]


@pytest.mark.parametrize(
    "change",
    [ChangePerson("Mia", role="agent"), ChangePerson("Mia", disabled=True)],
    ids=["an agent", "disabled"],
)
def test_a_monitor_who_is_one_no_more_is_no_longer_in_the_rooms_of_guests(change: Command):
    desk = given(*CHAT, eg.watch(eg.MIA, eg.ANA.room), eg.join(eg.MIA, eg.BEN.room), change)

    assert not desk.rooms[eg.ANA.room].has(eg.MIA.id)
    assert not desk.rooms[eg.BEN.room].has(eg.MIA.id)
    assert desk.agents[eg.MIA.id].inside == ()


def test_a_monitor_who_becomes_an_agent_keeps_their_own_guests_and_group_rooms():
    change = ChangePerson("Mia", role="agent")
    desk = given(*TEAM, eg.assist(eg.MIA, eg.BEN), eg.join(eg.MIA), change)

    assert desk.agents[eg.MIA.id].inside == (eg.BEN.room, eg.TEAM)
    assert desk.rooms[eg.BEN.room].agent == eg.MIA.id


def test_an_account_that_is_disabled_is_in_no_group_room_and_keeps_the_direct_ones():
    desk = given(*TEAM, eg.direct(eg.JON, eg.IDA), eg.disable(eg.JON))

    assert desk.agents[eg.JON.id].inside == (eg.ASIDE,)
    assert desk.rooms[eg.TEAM].members == ()


def test_a_role_that_may_still_watch_changes_nothing_in_the_rooms():
    change = ChangePerson("Mia", role="admin")
    desk = given(*CHAT, eg.watch(eg.MIA, eg.ANA.room))

    assert then(desk, change).rooms == desk.rooms


# --- leaving a guest ------------------------------------------------------------------------------


def test_a_guest_whom_the_agent_leaves_waits_again_with_the_old_ticket():
    desk = given(*CHAT)
    ticket = desk.guests[eg.ANA.id].ticket

    entry = only(desk, eg.leave(eg.IDA, eg.ANA.room))
    assert isinstance(entry, GuestReleased)
    assert (entry.returned.room, entry.returned.ticket) == (eg.ANA.room, ticket)
    after = then(desk, eg.leave(eg.IDA, eg.ANA.room))
    assert list(after.waiting.items())[0] == (eg.ANA.id, ticket)
    assert after.guests[eg.ANA.id].state is GuestState.WAITING
    assert after.rooms[eg.ANA.room].agent is None
    assert after.agents[eg.IDA.id].rooms == after.agents[eg.IDA.id].inside == ()


def test_a_full_agent_who_leaves_a_guest_is_available():
    entry = only(given(*CHAT, eg.limit(eg.IDA, 1)), eg.leave(eg.IDA, eg.ANA.room))

    assert isinstance(entry, GuestReleased)
    assert entry.became == "available"


def test_an_absent_guest_whom_the_agent_leaves_has_two_minutes_to_come_back():
    desk = given(*CHAT, eg.lose_line(eg.ANA), After(5 * eg.MINUTE), eg.leave(eg.IDA, eg.ANA.room))
    now_ms = eg.NOW + 5 * eg.MINUTE

    assert eg.ANA.id in then(desk, After(2 * eg.MINUTE - 1), at_ms=now_ms).waiting
    assert eg.ANA.id not in then(desk, After(2 * eg.MINUTE), at_ms=now_ms).waiting


def test_a_monitor_in_the_room_does_not_keep_the_guest_from_waiting():
    desk = given(*CHAT, eg.join(eg.MIA, eg.ANA.room), eg.leave(eg.IDA, eg.ANA.room))

    assert eg.ANA.id in desk.waiting
    assert desk.rooms[eg.ANA.room].speakers == (eg.ANA.id, eg.MIA.id)


# --- direct rooms ---------------------------------------------------------------------------------


def test_the_first_message_to_a_colleague_opens_the_room_of_the_two():
    desk = given(*CHAT)

    opened, posted = entries(desk, eg.direct(eg.IDA, eg.JON))
    ida, jon = Who(eg.IDA.id, "Ida"), Who(eg.JON.id, "Jon")
    assert opened == DirectOpened(eg.NOW, eg.ASIDE, ida, jon)
    assert posted == MessagePosted(eg.NOW, ida, eg.ASIDE, Text(eg.HELLO))
    room = then(desk, eg.direct(eg.IDA, eg.JON)).rooms[eg.ASIDE]
    assert (room.kind, room.speakers) == (RoomKind.DIRECT, (eg.IDA.id, eg.JON.id))


def test_every_later_message_is_in_that_room_whoever_writes():
    desk = given(*CHAT, eg.direct(eg.IDA, eg.JON))

    for by, to in ((eg.IDA, eg.JON), (eg.JON, eg.IDA)):
        entry = only(desk, Direct(by.id, to.user, eg.THANKS, RoomId("another")))
        assert isinstance(entry, MessagePosted)
        assert entry.room == eg.ASIDE
    assert isinstance(only(desk, Post(eg.JON.id, eg.ASIDE, eg.HELLO)), MessagePosted)


def test_the_room_is_kept_when_both_are_gone():
    desk = given(
        *CHAT,
        eg.direct(eg.IDA, eg.JON),
        eg.sign_off(eg.IDA),
        eg.disable(eg.JON),
        After(eg.DAY),
        eg.enable(eg.JON),
    )

    entry = only(desk, Direct(eg.JON.id, "Ida", eg.HELLO, RoomId("another")))
    assert isinstance(entry, MessagePosted)
    assert entry.room == eg.ASIDE


@pytest.mark.parametrize("user", ["Nobody", "Ana", "Ida", "Ada"])
def test_one_writes_to_another_agent_who_may_sign_in_and_to_nobody_else(user: str):
    desk = given(*CHAT, eg.account(eg.ADA), eg.disable(eg.ADA))

    assert refusal(desk, Direct(eg.IDA.id, user, eg.HELLO, eg.ASIDE)) is Reason.NOT_FOUND


def test_a_guest_writes_to_no_agent():
    command = Direct(eg.ANA.id, "Ida", eg.HELLO, eg.ASIDE)

    assert refusal(given(*CHAT), command) is Reason.NOT_ALLOWED


def test_a_direct_room_is_neither_left_nor_ended():
    desk = given(*CHAT, eg.direct(eg.IDA, eg.MIA))

    for command in (eg.leave(eg.IDA, eg.ASIDE), End(eg.IDA.id, eg.ASIDE), End(eg.MIA.id, eg.ASIDE)):
        assert refusal(desk, command) is Reason.NOT_ALLOWED


def test_a_direct_room_is_its_members_alone():
    desk = given(*CHAT, eg.direct(eg.IDA, eg.JON))

    for command in (
        eg.join(eg.MIA, eg.ASIDE),
        eg.watch(eg.MIA, eg.ASIDE),
        eg.leave(eg.MIA, eg.ASIDE),
        End(eg.MIA.id, eg.ASIDE),
        Post(eg.MIA.id, eg.ASIDE, eg.HELLO),
    ):
        assert refusal(desk, command) is Reason.NOT_FOUND
    assert not may_read(desk, eg.ASIDE, eg.MIA.id)
    assert may_read(desk, eg.ASIDE, eg.JON.id)
