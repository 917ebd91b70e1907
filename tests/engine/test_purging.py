"""What a desk need not keep leaves its log, and whoever reads from there is told."""

from collections.abc import AsyncIterator, Sequence

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from frontdesk.desk.audience import Mark
from frontdesk.desk.checkpoint import dump
from frontdesk.desk.events import Reset
from frontdesk.desk.ids import MAIN, DeskId, PersonId, RoomId
from frontdesk.desk.retention import Old
from frontdesk.engine.batches import KeyUse
from frontdesk.engine.clock import HandClock
from frontdesk.engine.desks import Desks
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import next_for, reader_for
from frontdesk.engine.ports import Broken, Purged, Replay, SessionRow
from frontdesk.engine.purging import TIDY_MS, Purging, first_round_ms
from frontdesk.feed.position import Place, Position
from frontdesk.feed.reader import Served
from tests import examples as eg
from tests.engine.running import Disk, passes, running, settled, welcome

MONTH = 30 * eg.DAY

# Ana was helped and has gone; Ben is helped still.
STORY = (
    *eg.at_work(eg.IDA),
    *eg.waiting(eg.ANA, eg.BEN),
    eg.assist(eg.IDA),
    eg.post(eg.IDA, eg.ANA),
    eg.assist(eg.IDA),
    eg.end(eg.ANA, eg.ANA),
    eg.lose_line(eg.ANA),
)


@pytest.fixture
async def engine(disk: Disk, clock: HandClock) -> AsyncIterator[Engine]:
    async with running(disk, clock, *STORY) as engine:
        yield engine


@pytest.fixture
def purging(disk: Disk, clock: HandClock) -> Purging:
    """In its second round: in the first it only looked at what is set."""
    made = Purging(disk, clock)
    made._log_days[MAIN] = 1
    return made


async def grown_old(engine: Engine, clock: HandClock, days: int = 30) -> None:
    """Two months later, and this is how long things are kept."""
    live = engine.live(MAIN)
    live.presence.opened(eg.IDA.id)
    live.presence.opened(eg.BEN.id)
    for _ in range(60):
        await passes(clock, eg.DAY)
        await engine.submit(MAIN, eg.post(eg.IDA, eg.BEN, "still there?"))
    await engine.submit(MAIN, eg.settings(log_days=days))


async def next_of(engine: Engine, person: eg.Agent, place: Place) -> object:
    live = engine.live(MAIN)
    one = reader_for(live, person.id, Position(live.epoch, place))
    return await next_for(engine, live, one, 0, welcome)


async def test_who_reads_from_what_is_gone_is_told_and_goes_on_from_the_view(
    engine: Engine, clock: HandClock, disk: Disk, purging: Purging
):
    await grown_old(engine, clock)
    live = engine.live(MAIN)
    assert isinstance(await next_of(engine, eg.IDA, Place(2, 0)), Served)

    await purging.purge(live)

    assert live.kept_from == await disk.kept_from(MAIN) > 10
    assert await next_of(engine, eg.IDA, Place(2, 0)) == Reset("no_longer_kept")
    last = Place(live.kept_from - 1, 99)
    assert await next_of(engine, eg.IDA, last) == Reset("no_longer_kept")
    assert isinstance(await next_of(engine, eg.IDA, Place(live.kept_from, 0)), Served)
    assert isinstance(await next_of(engine, eg.IDA, live.head.place), Served)
    assert await disk.past_room(MAIN, eg.ANA.room) is None
    assert (await disk.backlog(MAIN, eg.BEN.room, None, 99)).messages


async def test_what_goes_while_it_is_looked_for_is_no_gap_without_a_word(
    engine: Engine, clock: HandClock, disk: Disk, purging: Purging, monkeypatch: pytest.MonkeyPatch
):
    await grown_old(engine, clock)
    live = engine.live(MAIN)
    live.ring.drop()
    looked = disk.replay

    async def late(
        desk: DeskId, person: PersonId, marks: Sequence[Mark], since: Place, limit: int
    ) -> Replay:
        await purging.purge(live)
        live.kept_from = 1  # As in another process, which knows nothing of it.
        return await looked(desk, person, marks, since, limit)

    monkeypatch.setattr(disk, "replay", late)
    assert await next_of(engine, eg.IDA, Place(2, 0)) == Reset("no_longer_kept")


async def test_a_start_finds_the_same_desk(
    engine: Engine, clock: HandClock, disk: Disk, purging: Purging
):
    await grown_old(engine, clock)
    await purging.purge(engine.live(MAIN))
    await engine.submit(MAIN, eg.post(eg.IDA, eg.BEN))

    again = await Desks(disk, clock).load(MAIN)

    assert dump(again.state) == dump(engine.live(MAIN).state)
    assert again.kept_from == engine.live(MAIN).kept_from


@pytest.mark.parametrize("before", ["load_checkpoint", "kept_from", "read"])
async def test_what_is_purged_by_a_server_while_a_command_loads_is_no_damage(
    engine: Engine,
    clock: HandClock,
    disk: Disk,
    purging: Purging,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
):
    await grown_old(engine, clock)
    reads, purges = getattr(disk, before), list[bool]()

    async def late(*args: object) -> object:
        if not purges:
            purges.append(True)
            await engine.submit(MAIN, eg.post(eg.IDA, eg.BEN))
            await purging.purge(engine.live(MAIN))
        return await reads(*args)

    monkeypatch.setattr(disk, before, late)
    loaded = await Desks(disk, clock).load(MAIN)

    assert purges
    assert await disk.kept_from(MAIN) > 10
    assert dump(loaded.state) == dump(engine.live(MAIN).state)


async def test_a_start_without_the_checkpoint_does_not_begin_anew(
    engine: Engine, clock: HandClock, disk: Disk, purging: Purging
):
    await grown_old(engine, clock)
    await purging.purge(engine.live(MAIN))
    disk._desks[MAIN].checkpoint = None

    with pytest.raises(Broken, match="start the newer one"):
        await Desks(disk, clock).load(MAIN)


async def test_nothing_goes_unless_somebody_says_so(
    engine: Engine, clock: HandClock, disk: Disk, purging: Purging
):
    await grown_old(engine, clock, days=0)
    before = await disk.log()

    await purging.purge(engine.live(MAIN))

    assert await disk.log() == before


@pytest.mark.parametrize(("first", "then"), [(0, 1), (90, 1), (1, 0), (1, 90)])
async def test_what_was_set_by_mistake_can_be_set_right_for_a_round(
    first: int, then: int, engine: Engine, clock: HandClock, disk: Disk, purging: Purging
):
    await grown_old(engine, clock, days=first)
    purging.note(engine.live(MAIN))
    before = await disk.log()

    await engine.submit(MAIN, eg.settings(log_days=then))
    await purging.purge(engine.live(MAIN))
    assert (await disk.log())[: len(before)] == before

    await purging.purge(engine.live(MAIN))
    assert (await disk.kept_from(MAIN) > 1) == (then == 1)


async def test_it_stops_when_more_is_to_be_kept(
    engine: Engine, clock: HandClock, disk: Disk, purging: Purging, monkeypatch: pytest.MonkeyPatch
):
    await grown_old(engine, clock)
    steps = []

    async def step(desk: DeskId, old: Old) -> Purged:
        steps.append(old)
        await engine.submit(MAIN, eg.settings(log_days=0))
        return Purged(1, more=True)

    monkeypatch.setattr(disk, "purge", step)
    await purging.purge(engine.live(MAIN))

    assert len(steps) == 1


async def test_nothing_goes_at_a_start_and_a_round_later_it_does(disk: Disk, clock: HandClock):
    session = SessionRow(b"old", eg.IDA.id, "agent", clock.now_ms())
    async with running(disk, clock, *STORY) as engine:
        await engine.submit(MAIN, None, rows=[session])
        await grown_old(engine, clock)
    async with running(disk, clock) as engine:
        await settled()
        assert engine.live(MAIN).kept_from == 1
        assert await disk.session(b"old") is not None

        await engine._tidy()
        assert engine.live(MAIN).kept_from > 10
        assert await disk.past_room(MAIN, eg.ANA.room) is None
        assert await disk.session(b"old") is None


async def test_rounds_come_by_themselves(
    disk: Disk, clock: HandClock, monkeypatch: pytest.MonkeyPatch
):
    async with running(disk, clock, *STORY) as engine:
        await grown_old(engine, clock)
    monkeypatch.setattr("frontdesk.engine.purging.TIDY_MS", 0)
    async with running(disk, clock) as engine:
        await settled()

        assert engine.live(MAIN).kept_from > 10


async def test_a_clock_that_was_ahead_at_the_start_makes_nothing_old(disk: Disk, clock: HandClock):
    session = SessionRow(b"young", eg.IDA.id, "agent", clock.now_ms())
    async with running(disk, clock, *STORY, eg.settings(log_days=30)) as engine:
        await engine.submit(MAIN, None, rows=[session])
        before = (await disk.log())[:10]
    clock.advance(400 * eg.DAY)
    clock.ahead_ms = 400 * eg.DAY
    async with running(disk, clock) as engine:
        await settled()
        for _ in range(3):
            await engine._tidy()

        assert (await disk.log())[:10] == before
        assert engine.live(MAIN).kept_from == 1
        assert await disk.session(b"young") is not None


def test_after_a_long_time_there_is_one_more_round_to_set_the_clock_right():
    with capture_logs() as logs:
        assert first_round_ms(0) == first_round_ms(eg.DAY) == TIDY_MS
    assert logs == []

    with capture_logs() as logs:
        assert first_round_ms(400 * eg.DAY) == 2 * TIDY_MS
    assert [(one["event"], one["days"]) for one in logs] == [("the clock is far ahead", 400)]


async def test_a_start_tells_that_the_clock_is_far_ahead(disk: Disk, clock: HandClock):
    async with running(disk, clock):
        pass
    clock.advance(2 * eg.DAY)
    with capture_logs() as logs:
        async with running(disk, clock):
            pass

    assert [one["days"] for one in logs if one["log_level"] == "warning"] == [2]


async def test_a_key_that_is_forgotten_in_the_store_is_forgotten_in_memory(
    engine: Engine, clock: HandClock, disk: Disk
):
    key = KeyUse("ana", "0123456789abcdef")
    first = await engine.submit(MAIN, eg.post(eg.BEN, eg.BEN), key=key)
    assert (await engine.submit(MAIN, eg.post(eg.BEN, eg.BEN), key=key)).replayed
    clock.advance(2 * eg.DAY)
    await disk.tidy(clock.now_ms())

    await engine._tidy()

    again = await engine.submit(MAIN, eg.post(eg.IDA, eg.BEN), key=key)
    assert not again.replayed
    assert again.first > first.first


async def test_a_repeat_is_answered_from_its_own_entries_though_some_are_gone(
    engine: Engine, clock: HandClock, purging: Purging
):
    key = KeyUse("cem", "0123456789abcdef")
    await engine.submit(MAIN, eg.make_key(await there(engine)))
    first = await engine.submit(MAIN, eg.identify_vouched(eg.CEM), key=key)
    assert len(first.entries) == 2
    engine.live(MAIN).presence.opened(eg.CEM.id)
    await grown_old(engine, clock)
    await purging.purge(engine.live(MAIN))
    engine._commits.forget_keys()

    fresh = replace(
        eg.identify_vouched(eg.CEM), person=PersonId("guest-again"), room=RoomId("room-again")
    )
    again = await engine.submit(MAIN, fresh, key=key)

    assert again.replayed
    assert again.entries == first.entries[:1]


async def there(engine: Engine) -> eg.Agent:
    """An admin is there."""
    for command in eg.at_work(eg.ADA):
        await engine.submit(MAIN, command)
    engine.live(MAIN).presence.opened(eg.ADA.id)
    return eg.ADA


async def test_memory_holds_nothing_that_is_gone(
    engine: Engine, clock: HandClock, purging: Purging
):
    await grown_old(engine, clock)
    live = engine.live(MAIN)

    await purging.purge(live)

    assert live.ring.at_ms(live.kept_from - 1) is None
    assert live.ring.at_ms(live.kept_from) is not None
