"""What every store promises about reading back: replays, hearings and backlogs."""

from collections.abc import Sequence

import pytest

from frontdesk.desk.audience import AGENTS, ALL, Mark, person_mark, room_mark
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.engine.ports import (
    Replay,
    Store,
)
from frontdesk.feed.hearing import Hearing, may_hear
from frontdesk.feed.kept import Kept, lines
from frontdesk.feed.position import Place, Position, after_entry
from tests.contracts import stories as eg
from tests.contracts.store_given import NORTH, START, tell


async def everything(
    store: Store, person: PersonId, marks: Sequence[Mark], since: Place = START, limit: int = 100
) -> Replay:
    """What all replays from `since` to the end of the log find together."""
    head = await store.open(MAIN)
    kept: list[Kept] = []
    hearings: dict[Hearing, None] = {}
    place = since
    while True:
        found = await store.replay(MAIN, person, marks, place, limit)
        assert len(found.kept) <= limit
        kept += found.kept
        hearings |= dict.fromkeys(found.hearings)
        if found.through >= head.offset:
            return Replay(tuple(kept), tuple(hearings), found.through)
        assert found.through >= place.offset
        place = after_entry(found.through)


def heard(found: Replay, marks: Sequence[Mark], since: Place = START) -> list[Place]:
    """The places of all events that this replay lets its reader hear."""
    return [
        line.place
        for kept in found.kept
        for line in lines(kept)
        if line.place > since and may_hear(line, frozenset(marks), found.hearings)
    ]


class ReplayContract:
    # --- replay ----------------------------------------------------------------------------------

    async def test_a_replay_finds_what_has_one_of_the_readers_marks(self, store: Store):
        await tell(
            store,
            *eg.PEOPLE,
            eg.said(eg.ANA.who, eg.ANAS_ROOM),
            eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
            eg.OF_EACH_KIND["status_set"],
            eg.OF_EACH_KIND["resumed"],
        )

        agents = await everything(store, eg.JON.id, [ALL, AGENTS, person_mark(eg.JON.id)])
        guest = await everything(store, eg.BEN.id, [ALL, person_mark(eg.BEN.id)])

        assert [kept.offset for kept in agents.kept] == [1, 2, 3, 4, 6, 7]
        assert [kept.offset for kept in guest.kept] == [7]
        assert agents.through == guest.through == 8
        assert list(agents.kept) == [
            kept for kept in await store.read(MAIN, 0, 99) if kept.offset not in (5, 8)
        ]

    async def test_a_replay_hears_a_room_by_who_was_in_it_when_it_was_said(self, store: Store):
        """The one that fails if a replay asks who is in the room now."""
        await tell(store, *eg.PEOPLE)
        await tell(store, eg.said(eg.ANA.who, eg.ANAS_ROOM, "before"))  # 5
        await tell(store, eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM))  # 6
        await tell(store, eg.said(eg.ANA.who, eg.ANAS_ROOM, "to Ida"))  # 7
        await tell(store, eg.gone(eg.IDA, eg.ANA, eg.ANAS_ROOM))  # 8
        await tell(store, eg.said(eg.ANA.who, eg.ANAS_ROOM, "alone"))  # 9
        await tell(store, eg.taken(eg.ANA, eg.JON, eg.ANAS_ROOM))  # 10
        await tell(store, eg.said(eg.ANA.who, eg.ANAS_ROOM, "to Jon"))  # 11

        messages = {}
        for reader in (eg.IDA.id, eg.JON.id, eg.ANA.id, eg.BEN.id):
            found = await everything(store, reader, [])
            messages[reader] = [kept.offset for kept in found.kept if kept.offset in (5, 7, 9, 11)]

        assert messages == {
            eg.IDA.id: [7],
            eg.JON.id: [11],
            eg.ANA.id: [5, 7, 9, 11],
            eg.BEN.id: [],
        }

    async def test_who_enters_and_leaves_hears_the_room_exactly_to_the_part(self, store: Store):
        await tell(
            store,
            *eg.PEOPLE,
            eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
            eg.gone(eg.IDA, eg.ANA, eg.ANAS_ROOM),
        )
        room_events = {
            line.place
            for kept in await store.read(MAIN, 4, 2)
            for line in lines(kept)
            if line.mark == room_mark(eg.ANAS_ROOM)
        }

        ida = await everything(store, eg.IDA.id, [])
        ana = await everything(store, eg.ANA.id, [])

        # "Ida joined" and "Ida left" go to the room; she hears neither, and Ana hears both.
        assert heard(ida, []) == []
        assert ida.kept == ()
        assert set(heard(ana, [])) == room_events
        assert len(room_events) == 2

    async def test_who_comes_back_within_one_call_hears_both_stays(self, store: Store):
        await tell(
            store,
            *eg.PEOPLE,
            eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
            eg.gone(eg.IDA, eg.ANA, eg.ANAS_ROOM),
            eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
            eg.said(eg.ANA.who, eg.ANAS_ROOM),
        )
        await tell(store, eg.ended(eg.ANA, eg.IDA, eg.ANAS_ROOM))

        stays = await store.hearings(MAIN, eg.IDA.id, START)

        assert [(one.start.offset, one.end and one.end.offset) for one in stays] == [(5, 6), (7, 9)]
        assert [one.offset for one in (await everything(store, eg.IDA.id, [])).kept] == [8, 9]

    async def test_a_replay_from_within_an_entry_gives_only_what_is_behind_it(self, store: Store):
        await tell(store, *eg.PEOPLE, eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM))
        marks = [person_mark(eg.IDA.id)]
        (kept,) = await store.read(MAIN, 4, 1)
        own = [line.place for line in lines(kept) if line.mark in marks]
        assert len(own) == 2

        from_first = await store.replay(MAIN, eg.IDA.id, marks, own[0], 10)
        from_last = await store.replay(MAIN, eg.IDA.id, marks, own[1], 10)

        assert heard(from_first, marks, own[0]) == [own[1]]
        assert from_last.kept == ()
        assert from_last.through == 5

    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
    async def test_replays_in_pieces_find_what_one_finds(self, store: Store, limit: int):
        await tell(store, *eg.PEOPLE, *eg.OF_EACH_KIND.values(), *eg.OF_EACH_KIND.values())
        marks = [ALL, AGENTS, person_mark(eg.IDA.id)]

        whole = await store.replay(MAIN, eg.IDA.id, marks, START, 1_000)
        pieces = await everything(store, eg.IDA.id, marks, limit=limit)

        assert pieces.kept == whole.kept
        assert set(pieces.hearings) == set(whole.hearings)

    async def test_a_replay_of_a_long_log_comes_to_its_end(self, store: Store):
        await tell(store, *eg.PEOPLE)
        await tell(store, *(eg.OF_EACH_KIND["resumed"] for _ in range(5_000)))
        await tell(store, eg.said(eg.ANA.who, eg.ANAS_ROOM))

        first = await store.replay(MAIN, eg.BEN.id, [ALL], START, 10)
        found = await everything(store, eg.ANA.id, [])

        # Nothing for Ben anywhere, and yet one look does not go through the whole log.
        assert first.kept == ()
        assert first.through < 5_005
        assert [kept.offset for kept in found.kept] == [5_005]

    async def test_a_replay_from_the_end_of_the_log_finds_nothing(self, store: Store):
        await tell(store, *eg.PEOPLE)

        found = await store.replay(MAIN, eg.ANA.id, [ALL, AGENTS], after_entry(4), 10)

        assert found.kept == ()
        assert found.through == 4
        # She is still in her room, which what comes next will have to be held against.
        assert [one.room for one in found.hearings] in ([], [eg.ANAS_ROOM])

    async def test_a_replay_of_an_empty_log_finds_nothing(self, store: Store):
        await store.open(MAIN)

        assert await store.replay(MAIN, eg.ANA.id, [ALL], START, 10) == Replay((), (), 0)

    async def test_hearings_are_those_that_reach_beyond_a_place(self, store: Store):
        await tell(
            store,
            *eg.PEOPLE,
            eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
            eg.taken(eg.BEN, eg.IDA, eg.BENS_ROOM),
            eg.ended(eg.ANA, eg.IDA, eg.ANAS_ROOM),
        )
        all_of_them = await store.hearings(MAIN, eg.IDA.id, START)
        (over, going_on) = all_of_them

        assert (over.room, going_on.room) == (eg.ANAS_ROOM, eg.BENS_ROOM)
        assert going_on.end is None
        # "The room is over" is the one part that she still hears.
        assert over.end == Place(7, 1)
        assert await store.hearings(MAIN, eg.IDA.id, Place(7, 0)) == all_of_them
        assert await store.hearings(MAIN, eg.IDA.id, Place(7, 1)) == [going_on]
        assert await store.hearings(MAIN, eg.JON.id, START) == []

    async def test_desks_do_not_hear_each_other(self, store: Store):
        await tell(store, *eg.PEOPLE)
        await tell(store, *eg.PEOPLE, eg.said(eg.ANA.who, eg.ANAS_ROOM), desk=NORTH)

        found = await everything(store, eg.ANA.id, [])

        assert found.kept == ()
        assert (await store.backlog(MAIN, eg.ANAS_ROOM, None, 10)).messages == ()

    # --- backlog ---------------------------------------------------------------------------------

    async def test_the_backlog_is_the_last_messages_of_the_room_oldest_first(self, store: Store):
        await tell(store, *eg.PEOPLE)
        for number in range(5):
            await tell(
                store,
                eg.said(eg.ANA.who, eg.ANAS_ROOM, f"Ana {number}"),
                eg.said(eg.BEN.who, eg.BENS_ROOM, f"Ben {number}"),
            )
        head = await store.open(MAIN)

        backlog = await store.backlog(MAIN, eg.ANAS_ROOM, None, 2)

        assert [one.body for one in backlog.messages] == ["Ana 3", "Ana 4"]
        assert backlog.more
        last = backlog.messages[-1]
        assert (last.user, last.room) == ("Ana", eg.ANAS_ROOM)
        assert last.sent == (eg.NOON_MS + 7_500) // 1000
        (line,) = lines((await store.read(MAIN, 12, 1))[0])
        assert last.id == str(Position(head.epoch, line.place))

    @pytest.mark.parametrize(
        ("before", "limit", "bodies", "more"),
        [
            (None, 3, ["1", "2", "3"], False),
            (None, 2, ["2", "3"], True),
            (Place(7, 1), 9, ["1", "2"], False),
            (Place(7, 1), 1, ["2"], True),
            (Place(7, 2), 9, ["1", "2", "3"], False),
            (Place(5, 1), 9, [], False),
            (Place(0, 0), 9, [], False),
        ],
    )
    async def test_the_backlog_before_a_place(
        self, store: Store, before: Place | None, limit: int, bodies: list[str], more: bool
    ):
        said = [eg.said(eg.ANA.who, eg.ANAS_ROOM, body) for body in "123"]
        await tell(store, *eg.PEOPLE, *said)

        backlog = await store.backlog(MAIN, eg.ANAS_ROOM, before, limit)

        assert [one.body for one in backlog.messages] == bodies
        assert backlog.more is more
