"""Another process beside the server: nothing lost, nothing done twice, nothing pretended."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import anyio.lowlevel
import pytest

from frontdesk.desk.commands import AddPerson, ChangePerson, End, Identify, LoseLine, SignOff, Tick
from frontdesk.desk.desk import decide
from frontdesk.desk.entries import PersonAdded
from frontdesk.desk.ids import MAIN, DeskId, PersonId, RoomId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Batch, Kept, Outcome, PasswordRow, Unsure
from frontdesk.store.memory import MemoryStore
from frontdesk.store.sqlite.store import SqliteStore

IDA = AddPerson(PersonId("p-ida"), "Ida", "agent")
JON = AddPerson(PersonId("p-jon"), "Jon", "agent")


async def entries(store: MemoryStore, desk: DeskId = MAIN) -> list[object]:
    return [kept.entry for kept in await store.read(desk, 0, 100)]


async def test_a_node_writes_what_was_decided_and_nothing_about_itself():
    store = MemoryStore()
    node = await Node.load(store, HandClock())

    await node.carry_out(IDA, rows=[PasswordRow(IDA.person, "hash")])

    [added] = await entries(store)
    assert isinstance(added, PersonAdded)
    account = await store.account("Ida")
    assert account is not None
    assert account.password_hash == "hash"
    assert await store.last_beat() is None


async def test_two_nodes_that_loaded_the_same_log_both_get_through():
    store = MemoryStore()
    first, second = await Node.load(store, HandClock()), await Node.load(store, HandClock())

    await first.carry_out(IDA)
    await second.carry_out(JON)

    assert [account.user for account in await store.accounts()] == ["Ida", "Jon"]


async def test_what_was_free_when_it_was_loaded_may_be_taken_by_now():
    store = MemoryStore()
    first, second = await Node.load(store, HandClock()), await Node.load(store, HandClock())
    await first.carry_out(IDA)

    with pytest.raises(Refused) as refused:
        await second.carry_out(AddPerson(PersonId("p-other"), "Ida", "agent"))

    assert refused.value.reason is Reason.NAME_TAKEN
    assert len(await entries(store)) == 1


async def test_what_is_only_checked_is_not_written():
    store = MemoryStore()
    node = await Node.load(store, HandClock())

    node.check(IDA)

    assert await entries(store) == []


async def test_a_person_is_added_to_every_desk():
    store = MemoryStore()
    night = DeskId("night")
    node = await Node.load(store, HandClock())
    await node.add_desk(night)

    await node.carry_out(IDA)
    await node.carry_out(ChangePerson("Ida", disabled=True))

    assert (await entries(store, night))[1:] == await entries(store)


async def test_a_new_desk_has_all_accounts_as_they_are():
    store = MemoryStore()
    node = await Node.load(store, HandClock())
    await node.carry_out(IDA)
    await node.carry_out(ChangePerson("Ida", role="admin", disabled=True))
    await node.carry_out(JON)

    await node.add_desk(DeskId("night"))

    main, night = node.states()
    assert night.agents == main.agents


async def test_a_desk_is_added_once():
    store = MemoryStore()
    node = await Node.load(store, HandClock())
    await node.carry_out(IDA)
    await node.add_desk(DeskId("night"))
    before = await entries(store, DeskId("night"))

    await (await Node.load(store, HandClock())).add_desk(DeskId("night"))

    assert await entries(store, DeskId("night")) == before


async def test_an_account_of_some_desks_is_known_at_all_and_works_at_its_own():
    store = MemoryStore()
    node = await Node.load(store, HandClock())
    await node.add_desk(DeskId("night"))

    await node.carry_out(AddPerson(IDA.person, "Ida", "agent", (DeskId("night"),)))

    main, night = node.states()
    assert (main.agents[IDA.person].works_here, night.agents[IDA.person].works_here) == (
        False,
        True,
    )
    with pytest.raises(Refused, match="name_not_allowed"):
        node.check(Identify(PersonId("g"), RoomId("r"), "Ida", "?"))


class Races(MemoryStore):
    """A store at which somebody else does something just after the next commit."""

    def __init__(self) -> None:
        super().__init__()
        self.then: Callable[[], Awaitable[None]] | None = None

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        outcomes = await super().commit(batches, together=together)
        then, self.then = self.then, None
        if then is not None:
            await then()
        return outcomes


async def test_an_account_that_is_made_while_a_desk_is_added_is_there_too():
    store = Races()
    node, other = await Node.load(store, HandClock()), await Node.load(store, HandClock())
    store.then = lambda: other.carry_out(IDA)

    await node.add_desk(DeskId("night"))

    for state in (await Node.load(store, HandClock())).states():
        assert [*state.agents] == [IDA.person]


async def test_a_desk_that_is_added_while_an_account_is_made_has_it_too():
    store = Races()
    node, other = await Node.load(store, HandClock()), await Node.load(store, HandClock())
    await node.carry_out(JON)
    store.then = lambda: other.add_desk(DeskId("night"))

    await node.carry_out(ChangePerson("Jon", role="monitor"))

    for state in (await Node.load(store, HandClock())).states():
        assert state.agents[JON.person].role == "monitor"


async def test_an_account_is_made_at_every_desk_or_at_none():
    store = MemoryStore()
    node, other = await Node.load(store, HandClock()), await Node.load(store, HandClock())
    await node.add_desk(DeskId("night"))
    await other.carry_out(JON)
    late = await Node.load(store, HandClock())
    await other.carry_out_at(
        DeskId("night"), Identify(PersonId("g-ida"), RoomId("r-ida"), "Ida", "?")
    )

    with pytest.raises(Refused, match="name_taken"):
        await late.carry_out(IDA)

    for state in (await Node.load(store, HandClock())).states():
        assert [*state.agents] == [JON.person]
    assert [one.user for one in await store.accounts()] == ["Jon"]


async def test_an_account_that_a_desk_lacks_is_changed_at_the_others_and_brought_over_later():
    store, night = MemoryStore(), DeskId("night")
    node = await Node.load(store, HandClock())
    await node.add_desk(night)
    guest = Identify(PersonId("g-ida"), RoomId("r-ida"), "Ida", "?")
    await node.carry_out_at(night, guest)
    added = decide(node.states()[0], IDA, 0)
    await store.commit([Batch(MAIN, 0, "half", tuple(added))])
    after = await Node.load(store, HandClock())

    await after.carry_out(ChangePerson("Ida", disabled=True))
    main, there = after.states()
    assert main.agents[IDA.person].disabled
    assert IDA.person not in there.agents

    await after.carry_out_at(night, End(guest.person, guest.room), LoseLine(guest.person))
    later = HandClock(HandClock().now_ms() + 2 * 86_400_000)
    healed = await Node.load(store, later)
    await healed.carry_out_at(night, Tick())
    await healed.add_desk(night)
    assert healed.states()[1].agents[IDA.person].disabled


async def test_a_desk_that_is_added_while_an_account_is_disabled_does_not_revive_it():
    store = MemoryStore()
    node, other = await Node.load(store, HandClock()), await Node.load(store, HandClock())
    await node.carry_out(IDA)
    stale = await Node.load(store, HandClock())
    await other._desks.catch_up(other._live(MAIN))
    await other.carry_out(ChangePerson("Ida", disabled=True))

    await stale.add_desk(DeskId("night"))

    account = await store.account("Ida")
    assert account is not None
    assert account.disabled
    assert all(state.agents[IDA.person].disabled for state in stale.states())


async def test_rows_alone_are_written_where_there_is_nothing_to_decide():
    store = MemoryStore()
    node = await Node.load(store, HandClock())
    await node.carry_out(IDA)

    await node.carry_out(SignOff(IDA.person), rows=[PasswordRow(IDA.person, "new")])

    assert len(await entries(store)) == 1
    account = await store.account("Ida")
    assert account is not None
    assert account.password_hash == "new"


class Doubtful(MemoryStore):
    """Says once that it does not know, after the commit or instead of it."""

    def __init__(self, *, happened: bool) -> None:
        super().__init__()
        self.doubts = [happened]

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        if self.doubts:
            if self.doubts.pop():
                await super().commit(batches, together=together)
            raise Unsure
        return await super().commit(batches, together=together)


@pytest.mark.parametrize("happened", [True, False])
async def test_an_append_of_unknown_outcome_happens_once(happened: bool):
    store = Doubtful(happened=happened)
    node = await Node.load(store, HandClock())

    await node.carry_out(IDA)

    assert len(await entries(store)) == 1


async def test_the_running_server_takes_in_what_a_node_has_written(tmp_path: Path):
    path = str(tmp_path / "desk.db")
    ours, theirs = await SqliteStore.open_path(path), await SqliteStore.open_path(path)
    engine = Engine(ours, HandClock())
    await engine.start()
    try:
        node = await Node.load(theirs, HandClock())
        await node.carry_out(IDA)

        async with asyncio.timeout(10):
            while engine.live(MAIN).state.find("Ida") is None:
                await engine.submit(MAIN, None)
    finally:
        await engine.stop()
        await ours.close()
        await theirs.close()


class SlowToRead(MemoryStore):
    """A store whose log is read only once it may be."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.go.set()

    async def read(self, desk: DeskId, after: int, limit: int) -> list[Kept]:
        await self.go.wait()
        return await super().read(desk, after, limit)


async def test_a_desk_that_is_being_loaded_is_not_served_yet():
    store, night = SlowToRead(), DeskId("night")
    engine = Engine(store, HandClock())
    await engine.start()
    await (await Node.load(store, HandClock())).add_desk(night)
    store.go.clear()

    serving = asyncio.create_task(engine._serve_new())
    await anyio.lowlevel.checkpoint()
    with pytest.raises(Refused, match="not_found"):
        engine.live(night)
    store.go.set()
    await serving

    assert engine.live(night).state.offset == 1
    await engine.stop()
