"""What every store promises about checkpoints, sessions, accounts and the rest."""

import asyncio

import pytest
from msgspec.structs import replace

from frontdesk.desk import checkpoint
from frontdesk.desk.audience import AGENTS, ALL
from frontdesk.desk.ids import MAIN, DeskId
from frontdesk.desk.names import skeleton
from frontdesk.desk.state import Agent, State
from frontdesk.engine.ports import (
    Appended,
    AuditRow,
    Condition,
    Conflict,
    InviteEnd,
    InviteGood,
    InviteRow,
    KeysTaken,
    OtherSessionsEnd,
    Outcome,
    PasswordIs,
    PasswordRow,
    Row,
    SessionEnd,
    SessionGood,
    SessionRow,
    SessionUsed,
    Store,
)
from tests.contracts import stories as eg
from tests.contracts.store_given import START, batch, key, tell


class PeopleContract:
    # --- checkpoints -----------------------------------------------------------------------------

    async def test_a_checkpoint_comes_back_as_it_was(self, store: Store):
        await tell(store, *eg.PEOPLE)
        assert await store.load_checkpoint(MAIN) is None

        await store.save_checkpoint(self._state(4))

        assert await store.load_checkpoint(MAIN) == self._state(4)

    async def test_an_older_checkpoint_does_not_replace_a_newer_one(self, store: Store):
        await tell(store, *eg.PEOPLE)

        await store.save_checkpoint(self._state(2))
        await store.save_checkpoint(self._state(4))
        await store.save_checkpoint(self._state(3))

        assert await store.load_checkpoint(MAIN) == self._state(4)

    async def test_a_checkpoint_of_another_version_is_ignored(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ):
        await tell(store, *eg.PEOPLE)
        await store.save_checkpoint(self._state(4))

        monkeypatch.setattr(checkpoint, "VERSION", checkpoint.VERSION + 1)
        assert await store.load_checkpoint(MAIN) is None

        await store.save_checkpoint(self._state(3))
        assert await store.load_checkpoint(MAIN) == self._state(3)

    async def test_a_checkpoint_is_as_of_when_it_was_asked_for(self, store: Store):
        await tell(store, *eg.PEOPLE)
        state = self._state(4)

        saving = asyncio.ensure_future(store.save_checkpoint(state.fork()))
        state.agents.drop(eg.IDA.id)
        await saving

        assert await store.load_checkpoint(MAIN) == self._state(4)

    @staticmethod
    def _state(offset: int) -> State:
        state = State(MAIN)
        state.offset = offset
        state.agents.put(eg.IDA.id, Agent(eg.IDA, "agent", 3))
        state.names.put(skeleton(eg.IDA.user), eg.IDA.id)
        return state

    # --- sessions and accounts -------------------------------------------------------------------

    async def test_a_session_is_found_by_its_token_until_it_ends(self, store: Store):
        await store.open(MAIN)
        row = SessionRow(b"\x00token", eg.IDA.id, "agent", eg.NOON_MS, {MAIN: "00000000.1.0"}, "")
        await store.commit([batch(None, rows=[row])])
        assert await store.session(b"\x00token") == row
        assert await store.session(b"token") is None

        await store.commit([batch(None, rows=[SessionEnd(eg.IDA.id, b"\x00token")])])

        assert await store.session(b"\x00token") is None

    async def test_a_session_that_exists_already_stays_as_it_was(self, store: Store):
        await store.open(MAIN)
        first = SessionRow(b"token", eg.ANA.id, "guest", 1, {MAIN: "00000000.1.0"})
        second = SessionRow(b"token", eg.BEN.id, "guest", 2)
        ended = SessionEnd(eg.ANA.id, b"token")

        await store.commit([batch(None, rows=[first])])
        await store.commit([batch(None, rows=[second])])
        assert await store.session(b"token") == first

        # Nor does one that has ended begin again.
        await store.commit([batch(None, rows=[ended, second])])
        assert await store.session(b"token") is None

    async def test_nobody_ends_the_session_of_somebody_else(self, store: Store):
        await store.open(MAIN)
        row = SessionRow(b"token", eg.IDA.id, "agent", 1)
        await store.commit([batch(None, rows=[row, SessionEnd(eg.JON.id, b"token")])])

        assert await store.session(b"token") == row

    async def test_all_of_a_persons_sessions_end_at_once(self, store: Store):
        await store.open(MAIN)
        rows = [
            SessionRow(b"1", eg.IDA.id, "agent", 1),
            SessionRow(b"2", eg.IDA.id, "token", 2, {}, "nightly export"),
            SessionRow(b"3", eg.JON.id, "agent", 3),
        ]
        await store.commit([batch(None, rows=rows)])
        assert await store.session(b"2") == rows[1]

        await store.commit([batch(None, rows=[SessionEnd(eg.IDA.id)])])

        found = [await store.session(row.token_hash) for row in rows]
        assert found == [None, None, rows[2]]

    async def test_sessions_are_counted_without_api_tokens(self, store: Store):
        await store.open(MAIN)
        rows = [
            SessionRow(b"1", eg.IDA.id, "agent", 8),
            SessionRow(b"2", eg.IDA.id, "agent", 9),
            SessionRow(b"3", eg.IDA.id, "token", 9),
            SessionRow(b"4", eg.JON.id, "agent", 9),
            SessionRow(b"5", eg.IDA.id, "agent", 7),
        ]
        await store.commit([batch(None, rows=rows)])
        assert await store.count_sessions(eg.IDA.id, 8) == 2

        await store.commit([batch(None, rows=[SessionEnd(eg.IDA.id, b"1")])])

        assert await store.count_sessions(eg.IDA.id, 8) == 1
        assert await store.count_sessions(eg.BEN.id, 0) == 0

    async def test_an_account_is_as_its_last_entry_says(self, store: Store):
        await tell(store, *eg.PEOPLE)
        before = await store.account("Ida")
        await tell(store, eg.OF_EACH_KIND["person_changed"])
        after = await store.account("Ida")

        assert before is not None
        assert after is not None
        assert (before.person, before.role, before.disabled) == (eg.IDA.id, "agent", False)
        assert after.disabled
        assert await store.account("ida") is None
        assert await store.account("Ana") is None  # a guest

    async def test_accounts_are_listed_by_name(self, store: Store):
        await store.open(MAIN)
        assert await store.accounts() == []
        await tell(store, eg.added(eg.JON), eg.added(eg.IDA), eg.queued(eg.ANA, eg.ANAS_ROOM))

        assert [one.user for one in await store.accounts()] == ["Ida", "Jon"]

    # --- links, tokens and the audit trail -------------------------------------------------------

    async def test_other_sessions_end_and_tokens_stay(self, store: Store):
        await store.open(MAIN)
        rows = [
            SessionRow(b"1", eg.IDA.id, "agent", 1),
            SessionRow(b"2", eg.IDA.id, "agent", 2),
            SessionRow(b"3", eg.IDA.id, "token", 3, {}, "nightly export"),
            SessionRow(b"4", eg.JON.id, "agent", 4),
        ]
        await store.commit([batch(None, rows=rows)])

        await store.commit([batch(None, rows=[OtherSessionsEnd(eg.IDA.id, b"2")])])

        found = [await store.session(row.token_hash) for row in rows]
        assert found == [None, *rows[1:]]

    async def test_tokens_are_listed_by_age_with_when_they_were_used(self, store: Store):
        await store.open(MAIN)
        rows: list[Row] = [
            SessionRow(b"2", eg.JON.id, "token", 2, {}, "of Jon"),
            SessionRow(b"1", eg.IDA.id, "token", 1, {}, "of Ida"),
            SessionRow(b"3", eg.IDA.id, "agent", 3),
            SessionRow(b"4", eg.IDA.id, "token", 4),
            SessionEnd(eg.IDA.id, b"4"),
            SessionUsed(b"1", 9),
            SessionUsed(b"5", 9),
        ]
        await store.commit([batch(None, rows=rows)])

        of_ida = SessionRow(b"1", eg.IDA.id, "token", 1, {}, "of Ida", 9)
        assert await store.tokens(None) == [of_ida, rows[0]]
        assert await store.tokens(eg.IDA.id) == [of_ida]
        assert await store.session(b"1") == of_ida

    async def test_a_link_ends_by_the_next_one_and_never_begins_again(self, store: Store):
        await tell(store, eg.added(eg.IDA), eg.added(eg.JON))
        first, second = InviteRow(b"1", eg.IDA.id, 10), InviteRow(b"2", eg.IDA.id, 20)
        of_jon = InviteRow(b"3", eg.JON.id, 30)

        await store.commit([batch(None, rows=[first, of_jon])])
        assert await store.invite(b"1") == first
        assert [one.invited_until_ms for one in await store.accounts()] == [10, 30]

        await store.commit([batch(None, rows=[second])])
        assert await store.invite(b"1") == replace(first, ended=True)
        assert await store.invite(b"2") == second

        await store.commit([batch(None, rows=[InviteEnd(eg.IDA.id), first])])
        assert await store.invite(b"1") == replace(first, ended=True)
        assert await store.invite(b"2") == replace(second, ended=True)
        assert await store.invite(b"3") == of_jon
        assert await store.invite(b"4") is None
        assert [one.invited_until_ms for one in await store.accounts()] == [None, 30]

    @pytest.mark.parametrize(
        ("holds", "does_not"),
        [
            (PasswordIs(eg.IDA.id, "hash"), PasswordIs(eg.IDA.id, "other")),
            (PasswordIs(eg.IDA.id, "hash"), PasswordIs(eg.IDA.id, None)),
            (PasswordIs(eg.JON.id, None), PasswordIs(eg.JON.id, "hash")),
            (InviteGood(b"link"), InviteGood(b"ended link")),
            (InviteGood(b"link"), InviteGood(b"session")),
            (SessionGood(b"session"), SessionGood(b"ended session")),
            (SessionGood(b"session"), SessionGood(b"link")),
        ],
    )
    async def test_a_batch_is_written_only_while_its_conditions_hold(
        self, store: Store, holds: Condition, does_not: Condition
    ):
        await tell(store, eg.added(eg.IDA), eg.added(eg.JON))
        rows: list[Row] = [
            PasswordRow(eg.IDA.id, "hash"),
            InviteRow(b"ended link", eg.IDA.id, 10),
            InviteRow(b"link", eg.IDA.id, 10),
            SessionRow(b"session", eg.IDA.id, "agent", 1),
            SessionRow(b"ended session", eg.IDA.id, "agent", 1),
            SessionEnd(eg.IDA.id, b"ended session"),
        ]
        await store.commit([batch(None, rows=rows)])
        lost, kept = (SessionRow(name, eg.JON.id, "agent", 2) for name in (b"lost", b"kept"))

        refused = batch(2, eg.said(eg.JON, eg.ANAS_ROOM), rows=[lost, holds, does_not])
        assert await store.commit([refused]) == [Conflict()]
        assert await store.commit([batch(2, rows=[holds, kept])]) == [Appended(2)]

        assert (await store.open(MAIN)).offset == 2
        assert await store.session(b"lost") is None
        assert await store.session(b"kept") == kept

    async def test_a_key_that_was_used_is_told_before_a_condition_that_does_not_hold(
        self, store: Store
    ):
        """Whoever sends it again, since the outcome was lost, has changed what it asks for."""
        await tell(store, eg.added(eg.IDA))
        was = PasswordIs(eg.IDA.id, None)
        mine = batch(None, rows=[was, PasswordRow(eg.IDA.id, "hash"), key()])

        assert await store.commit([mine]) == [Appended(1)]
        assert await store.commit([mine]) == [KeysTaken(((eg.ANA.id, "key-1"),))]

    async def test_the_audit_trail_is_read_backwards_and_by_desk(self, store: Store):
        await tell(store, eg.added(eg.IDA))
        detail: dict[str, bool | int | str] = {"old": 600, "new": 900, "on": True, "to": "all"}
        rows = [
            AuditRow(MAIN, 1, eg.IDA.id, "setting_changed", "silence_s", detail),
            AuditRow(None, 2, None, "account_added", "Jon"),
            AuditRow(DeskId("night"), 3, eg.IDA.id, "guest_erased", "erased-123456"),
            AuditRow(MAIN, 4, None, "setting_changed", "open"),
        ]
        await store.commit([batch(None, rows=rows)])

        told = await store.audit(MAIN, None, 10, shared=True)
        assert [one.at_ms for one in told] == [4, 2, 1]
        assert [one.by for one in told] == [None, None, "Ida"]
        assert (told[2].what, told[2].about, told[2].detail) == (
            "setting_changed",
            "silence_s",
            detail,
        )
        assert [one.at_ms for one in await store.audit(MAIN, None, 10, shared=False)] == [4, 1]
        assert [one.at_ms for one in await store.audit(MAIN, None, 2, shared=True)] == [4, 2]
        rest = await store.audit(MAIN, told[1].id, 2, shared=True)
        assert [one.at_ms for one in rest] == [1]
        night = await store.audit(DeskId("night"), None, 10, shared=False)
        assert [one.about for one in night] == ["erased-123456"]

    async def test_what_is_not_written_is_not_told_either(self, store: Store):
        await tell(store, eg.added(eg.IDA))
        told = AuditRow(MAIN, 1, None, "setting_changed", "silence_s")
        late = batch(0, eg.added(eg.JON), rows=[told])

        assert await store.commit([late]) == [Conflict()]

        assert await store.audit(MAIN, None, 10, shared=True) == []

    # --- the rest --------------------------------------------------------------------------------

    async def test_the_last_beat_is_remembered(self, store: Store):
        assert await store.last_beat() is None

        await store.beat(1_000)
        await store.beat(2_000)

        assert await store.last_beat() == 2_000

    async def test_own_commits_are_no_change_by_somebody_else(self, store: Store):
        await tell(store, *eg.PEOPLE)
        await store.beat(1)

        assert await store.changed() is False

    async def test_reads_and_commits_may_all_be_under_way_at_once(self, store: Store):
        await tell(store, *eg.PEOPLE)
        marks = [ALL, AGENTS]

        async def write() -> list[Outcome]:
            said = [eg.said(eg.ANA.who, eg.ANAS_ROOM, str(number)) for number in range(20)]
            return [
                (await store.commit([batch(4 + number, one)]))[0] for number, one in enumerate(said)
            ]

        async def look() -> None:
            for _ in range(20):
                await store.replay(MAIN, eg.ANA.id, marks, START, 100)
                log = await store.read(MAIN, 0, 100)
                assert [kept.offset for kept in log] == list(range(1, len(log) + 1))

        outcomes, *_ = await asyncio.gather(write(), look(), look(), look())

        assert outcomes == [Appended(5 + number) for number in range(20)]
