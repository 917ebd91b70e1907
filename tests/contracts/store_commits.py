"""What every store promises about committing: offsets, conflicts, rows and keys."""

import asyncio

import pytest

from frontdesk.desk.audience import Tell, script
from frontdesk.desk.entries import GroupEnded, GroupOpened, GuestRequeued
from frontdesk.desk.ids import MAIN, DeskId, RoomId
from frontdesk.engine.ports import (
    Appended,
    Conflict,
    KeysTaken,
    PasswordRow,
    Store,
)
from frontdesk.feed.position import Position, parse
from tests.contracts import stories as eg
from tests.contracts.store_given import DAY_MS, NORTH, START, batch, key, tell


class CommitContract:
    # --- desks -----------------------------------------------------------------------------------

    async def test_a_desk_begins_empty_and_keeps_its_epoch(self, store: Store):
        assert await store.desks() == []

        first = await store.open(NORTH)
        again = await store.open(NORTH)

        assert first == again
        assert first.offset == 0
        assert parse(str(Position(first.epoch, START))) is not None
        assert await store.read(NORTH, 0, 10) == []
        assert await store.kept_from(NORTH) == 1

    async def test_desks_at_which_something_has_happened_are_listed_by_name(self, store: Store):
        for desk in (NORTH, MAIN, DeskId("slip")):
            await store.open(desk)
        for desk in (NORTH, MAIN):
            await store.commit([batch(0, eg.added(eg.IDA), desk=desk)])

        assert await store.desks() == [MAIN, NORTH]

    async def test_batches_that_go_together_are_all_written_or_none(self, store: Store):
        for desk in (MAIN, NORTH):
            await store.open(desk)
        ida = (batch(0, eg.added(eg.IDA)), batch(0, eg.added(eg.IDA), desk=NORTH))
        jon = (batch(1, eg.added(eg.JON)), batch(0, eg.added(eg.JON), desk=NORTH))
        taken = (
            batch(1, eg.added(eg.JON)),
            batch(1, eg.added(eg.JON), desk=NORTH, rows=[key(), key()]),
        )

        assert await store.commit(ida, together=True) == [Appended(1), Appended(1)]
        assert await store.commit(jon, together=True) == [Conflict(), Conflict()]
        assert (await store.commit(taken, together=True))[0] == Conflict()

        for desk in (MAIN, NORTH):
            assert (await store.open(desk)).offset == 1
        assert [one.user for one in await store.accounts()] == [eg.IDA.user]

    async def test_a_batch_that_compares_and_writes_nothing_keeps_others_from_being_written(
        self, store: Store
    ):
        for desk in (MAIN, NORTH):
            await store.open(desk)
        await store.commit([batch(0, eg.added(eg.IDA))])
        added = batch(0, eg.added(eg.IDA), desk=NORTH)

        assert await store.commit([batch(0), added], together=True) == [Conflict(), Conflict()]
        assert await store.commit([batch(1), added], together=True) == [Appended(1), Appended(1)]

    async def test_accounts_are_those_of_the_main_desk(self, store: Store):
        for desk in (MAIN, NORTH):
            await store.open(desk)
        await store.commit([batch(0, eg.added(eg.IDA))])
        await store.commit([batch(0, eg.added(eg.IDA), eg.added(eg.JON), desk=NORTH)])

        assert [one.user for one in await store.accounts()] == [eg.IDA.user]

    async def test_entries_are_not_written_to_a_desk_that_was_never_opened(self, store: Store):
        with pytest.raises(ValueError, match="never opened"):
            await store.commit([batch(0, eg.added(eg.IDA))])
        assert await store.desks() == []

    # --- committing ------------------------------------------------------------------------------

    async def test_offsets_begin_at_1_and_have_no_gap(self, store: Store):
        await tell(store, *eg.PEOPLE)
        await tell(store, eg.said(eg.IDA, eg.ANAS_ROOM), eg.said(eg.ANA.who, eg.ANAS_ROOM))

        offsets = [kept.offset for kept in await store.read(MAIN, 0, 100)]

        assert offsets == [1, 2, 3, 4, 5, 6]
        assert (await store.open(MAIN)).offset == 6

    async def test_reading_goes_on_behind_an_offset_up_to_a_limit(self, store: Store):
        await tell(store, *eg.PEOPLE)

        assert [kept.offset for kept in await store.read(MAIN, 1, 2)] == [2, 3]
        assert [kept.offset for kept in await store.read(MAIN, 3, 2)] == [4]
        assert await store.read(MAIN, 4, 2) == []

    async def test_every_entry_comes_back_as_it_was_with_its_marks_and_its_batch(
        self, store: Store
    ):
        entries = (*eg.PEOPLE, *eg.OF_EACH_KIND.values())
        await store.open(MAIN)
        written = batch(0, *entries)
        await store.commit([written])

        kept = await store.read(MAIN, 0, 100)

        assert [one.entry for one in kept] == list(entries)
        assert {one.batch for one in kept} == {written.id}
        for one in kept:
            told = [step.mark for step in script(one.entry) if isinstance(step, Tell)]
            assert one.marks == tuple(told)

    async def test_a_batch_decided_on_an_older_log_is_not_written(self, store: Store):
        await tell(store, *eg.PEOPLE)

        for after in (0, 3, 5):
            assert await store.commit([batch(after, eg.said(eg.IDA, eg.ANAS_ROOM))]) == [Conflict()]

        assert (await store.open(MAIN)).offset == len(eg.PEOPLE)

    async def test_of_two_batches_on_the_same_log_one_is_written(self, store: Store):
        await tell(store, *eg.PEOPLE)
        both = [batch(4, eg.said(who, eg.ANAS_ROOM)) for who in (eg.IDA, eg.JON)]

        outcomes = await asyncio.gather(*(store.commit([one]) for one in both))

        assert sorted(map(repr, outcomes)) == sorted(map(repr, [[Appended(5)], [Conflict()]]))
        winner = both[outcomes.index([Appended(5)])]
        assert [kept.batch for kept in await store.read(MAIN, 4, 9)] == [winner.id]

    async def test_a_batch_tried_again_after_it_succeeded_is_found_in_the_log(self, store: Store):
        await tell(store, *eg.PEOPLE)
        one = batch(4, eg.said(eg.IDA, eg.ANAS_ROOM), rows=[key(first=5)])

        assert await store.commit([one]) == [Appended(5)]
        assert await store.commit([one]) == [Conflict()]

        assert [kept.batch for kept in await store.read(MAIN, 4, 10)] == [one.id]

    async def test_a_conflict_of_one_desk_does_not_undo_another(self, store: Store):
        await store.open(MAIN)
        await store.open(NORTH)

        outcomes = await store.commit(
            [
                batch(7, eg.added(eg.IDA), rows=[key("lost")]),
                batch(0, eg.added(eg.JON), rows=[key("kept")], desk=NORTH),
            ]
        )

        assert outcomes == [Conflict(), Appended(1)]
        assert await store.read(MAIN, 0, 10) == []
        assert len(await store.read(NORTH, 0, 10)) == 1
        assert await store.find_key(eg.ANA.id, "lost") is None
        assert await store.find_key(eg.ANA.id, "kept") is not None

    async def test_a_batch_without_entries_still_compares_the_log(self, store: Store):
        await tell(store, *eg.PEOPLE)
        row = PasswordRow(eg.IDA.id, "hash-1")

        assert await store.commit([batch(3, rows=[row])]) == [Conflict()]
        assert await store.account("Ida") is not None
        assert (await self._password(store)) is None

        assert await store.commit([batch(4, rows=[row])]) == [Appended(4)]
        assert (await self._password(store)) == "hash-1"

    async def test_rows_that_do_not_depend_on_the_desk_are_written_whatever_it_does(
        self, store: Store
    ):
        await tell(store, *eg.PEOPLE)

        await store.commit([batch(None, rows=[PasswordRow(eg.IDA.id, "hash-1")])])
        await store.commit([batch(None, rows=[PasswordRow(eg.IDA.id, "hash-2")])])

        assert (await self._password(store)) == "hash-2"

    async def test_entries_without_a_place_in_the_log_are_a_fault(self, store: Store):
        await store.open(MAIN)
        with pytest.raises(ValueError, match="decided on"):
            await store.commit([batch(None, eg.added(eg.IDA))])
        assert await store.read(MAIN, 0, 10) == []

    @staticmethod
    async def _password(store: Store) -> str | None:
        account = await store.account("Ida")
        assert account is not None
        return account.password_hash

    # --- keys ------------------------------------------------------------------------------------

    async def test_a_key_is_found_with_what_was_done_under_it(self, store: Store):
        await tell(store, *eg.PEOPLE)
        row = key(room=eg.ANAS_ROOM, first=5)

        await store.commit([batch(4, eg.said(eg.ANA.who, eg.ANAS_ROOM), rows=[row])])

        assert await store.find_key(eg.ANA.id, "key-1") == row
        assert await store.find_key(eg.BEN.id, "key-1") is None
        assert await store.find_key(eg.ANA.id, "key-2") is None

    async def test_a_key_that_was_used_keeps_the_whole_batch_out(self, store: Store):
        await tell(store, *eg.PEOPLE)
        said = eg.said(eg.ANA.who, eg.ANAS_ROOM)
        first = key(first=5)
        await store.commit([batch(4, said, rows=[first])])

        password = PasswordRow(eg.IDA.id, "hash")
        again = batch(5, said, said, rows=[key("new", first=6), key(first=6), password])
        outcome = await store.commit([again])

        assert outcome == [KeysTaken(((eg.ANA.id, "key-1"),))]
        assert (await store.open(MAIN)).offset == 5
        assert await store.find_key(eg.ANA.id, "new") is None
        assert await store.find_key(eg.ANA.id, "key-1") == first
        assert (await self._password(store)) is None

    async def test_a_key_used_twice_in_one_batch_keeps_it_out(self, store: Store):
        await store.open(MAIN)

        outcome = await store.commit([batch(0, eg.added(eg.IDA), rows=[key(), key()])])

        assert outcome == [KeysTaken(((eg.ANA.id, "key-1"),))]
        assert await store.read(MAIN, 0, 10) == []

    async def test_a_key_used_by_an_earlier_batch_of_the_same_call_keeps_a_later_one_out(
        self, store: Store
    ):
        await store.open(MAIN)
        await store.open(NORTH)

        outcomes = await store.commit(
            [
                batch(0, eg.added(eg.IDA), rows=[key()]),
                batch(0, eg.added(eg.JON), rows=[key()], desk=NORTH),
            ]
        )

        assert outcomes == [Appended(1), KeysTaken(((eg.ANA.id, "key-1"),))]

    async def test_a_key_of_a_batch_that_was_not_written_is_still_free(self, store: Store):
        await store.open(MAIN)
        await store.open(NORTH)

        outcomes = await store.commit(
            [
                batch(9, eg.added(eg.IDA), rows=[key()]),
                batch(0, eg.added(eg.JON), rows=[key()], desk=NORTH),
            ]
        )

        assert outcomes == [Conflict(), Appended(1)]

    async def test_keys_stay_for_a_day_and_for_as_long_as_their_room(self, store: Store):
        await tell(store, *eg.PEOPLE)
        rows = [
            key("old", at_ms=eg.NOON_MS),
            key("young", at_ms=eg.NOON_MS + 1),
            key("open room", room=eg.ANAS_ROOM),
            key("ended room", room=eg.BENS_ROOM),
        ]
        await store.commit([batch(4, eg.ended(eg.BEN, None, eg.BENS_ROOM), rows=rows)])

        await store.tidy(eg.NOON_MS + DAY_MS)

        kept = [row.key for row in rows if await store.find_key(row.scope, row.key)]
        assert kept == ["young", "open room"]

    async def test_keys_stay_for_as_long_as_a_room_of_whatever_kind(self, store: Store):
        await tell(store, *eg.PEOPLE)
        rows = [
            key("again", room=RoomId("room-again")),
            key("group", room=eg.GROUP),
            key("direct", room=eg.DIRECT),
            key("ended group", room=RoomId("room-over")),
        ]
        opened = GroupOpened(eg.NOON_MS, eg.IDA, RoomId("room-over"), "Night", "")
        entries = [
            eg.ended(eg.ANA, None, eg.ANAS_ROOM),
            GuestRequeued(eg.NOON_MS, eg.ANA, RoomId("room-again"), 6),
            eg.OF_EACH_KIND["group_opened"],
            eg.OF_EACH_KIND["direct_opened"],
            opened,
        ]
        await store.commit([batch(4, *entries, rows=rows)])
        await tell(store, GroupEnded(eg.NOON_MS, eg.IDA, opened.room, ()))

        await store.tidy(eg.NOON_MS + DAY_MS)

        kept = [row.key for row in rows if await store.find_key(row.scope, row.key)]
        assert kept == ["again", "group", "direct"]
