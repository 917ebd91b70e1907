"""What memory holds of an erased guest, in the process that erased and in one that hears of it."""

import gc

import pytest
from structlog.testing import capture_logs

from frontdesk.desk.checkpoint import dump
from frontdesk.desk.commands import Vouch
from frontdesk.desk.ids import MAIN
from frontdesk.desk.personal import Profile, Text, Vouched, Who, tombstone
from frontdesk.engine import engine
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import next_for, reader_for
from frontdesk.engine.ports import Unclean
from frontdesk.feed.position import Place, Position
from frontdesk.feed.reader import Served
from frontdesk.store.memory import MemoryStore
from tests import examples as eg
from tests.desk.invariants import plainly
from tests.engine.running import Disk, running, settled, welcome

# Nobody else in the whole test run is called so: what is looked for is all objects there are.
ZOE = eg.Guest(eg.ANA.id, "Zoe Quex", eg.ANA.room, "Is quexing allowed?", {"os": "Quexix"})
SIGNED = Vouch(eg.SHOP_KEY, "Quex-1042", email="quex@Quex.example")
CHAT = (
    *eg.at_work(eg.IDA, eg.JON, eg.ADA),
    eg.make_key(),
    eg.identify_vouched(ZOE, SIGNED),
    eg.assist(eg.IDA),
    eg.post(ZOE, ZOE, "Quex"),
)


def held() -> list[str]:
    """What of Zoe is held by anything that the process remembers."""
    gc.collect()
    found = []
    for one in gc.get_objects():
        match one:
            case Who() | Profile() | Vouched():
                found += [repr(one)] if "Quex" in repr(one) else []
            case Text():
                found += [repr(one)] if "Quex" in one.body else []
    return found


def ring_of(engine: Engine) -> str:
    ring = engine.live(MAIN).ring
    return repr([(line.event, line.wire) for parts in ring._entries for line in parts])


async def test_the_ring_of_a_desk_no_longer_says_the_name():
    async with running(Disk(), HandClock(eg.NOW), *CHAT) as engine:
        engine.typing(MAIN, ZOE.id, ZOE.room, typing=True)
        assert "Quex" in ring_of(engine)

        await engine.submit(MAIN, eg.erase(None, ZOE))

        assert "Quex" not in ring_of(engine)
        assert "Quex" not in plainly(engine.live(MAIN).state)
        assert not engine.live(MAIN).signals._typing
        assert not engine.live(MAIN).signals._places


async def test_a_reader_behind_is_served_without_the_name_and_misses_nothing():
    async with running(Disk(), HandClock(eg.NOW), *CHAT) as engine:
        live = engine.live(MAIN)
        begin = Position(live.epoch, Place(0, 0))
        await engine.submit(MAIN, eg.erase(None, ZOE))
        await engine.submit(MAIN, eg.away(eg.JON))

        reader, heard = reader_for(live, eg.IDA.id, begin), []
        while reader.position.place.offset <= live.state.offset:
            served = await next_for(engine, live, reader, 0, welcome)
            assert isinstance(served, Served)
            heard += [line.event for line in served.lines]
            reader.advance(served)

        assert "Quex" not in repr(heard)
        assert tombstone(ZOE.id) in repr(heard)
        assert [type(one).__name__ for one in heard][-3:] == [
            "FloorErased",
            "Availability",
            "Update",
        ]


async def test_another_process_learns_of_it_from_the_log():
    disk, clock = Disk(), HandClock(eg.NOW)
    async with running(disk, clock, *CHAT) as engine:
        other = Engine(disk, clock)
        await other.start()
        try:
            assert "Quex" in plainly(other.live(MAIN).state)
            await engine.submit(MAIN, eg.erase(None, ZOE))
            other._commits.look()
            await settled()

            assert "Quex" not in ring_of(other)
            assert dump(other.live(MAIN).state) == dump(engine.live(MAIN).state)
        finally:
            await other.stop()


async def test_nothing_in_memory_holds_what_was_erased():
    async with running(Disk(), HandClock(eg.NOW), *CHAT) as engine:
        await engine.store.save_checkpoint(engine.live(MAIN).state)
        assert held()
        await engine.submit(MAIN, eg.erase(None, ZOE))
        await settled()

        assert held() == []


async def test_a_start_from_a_checkpoint_of_before_knows_no_name():
    store, clock = MemoryStore(), HandClock(eg.NOW)
    engine = Engine(store, clock)
    await engine.start()
    for command in CHAT:
        await engine.submit(MAIN, command)
    await store.save_checkpoint(engine.live(MAIN).state)
    await engine.submit(MAIN, eg.erase(None, ZOE))
    engine.begin_drain()

    again = Engine(store, clock)
    await again.start()

    assert "Quex" not in plainly(again.live(MAIN).state)
    assert ZOE.id not in again.live(MAIN).state.guests
    await again.stop()
    await engine.stop()


class Stubborn(Disk):
    """A disk on which something is left for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.scrubs: list[bool] = []
        self.in_the_way = 2

    async def scrub(self) -> bool:
        self.in_the_way -= 1
        self.scrubs.append(self.in_the_way < 0)
        return self.scrubs[-1]


def test_what_is_in_the_way_is_tried_less_and_less_often():
    waits = [engine.scrub_wait_ms(failed) for failed in range(1, 12)]

    assert waits[:4] == [1_000, 2_000, 4_000, 8_000]
    assert waits[-2:] == [300_000, 300_000]
    assert engine.scrub_wait_ms(10_000) == 300_000


async def test_each_try_in_vain_waits_longer_and_a_new_erasure_waits_for_none(
    monkeypatch: pytest.MonkeyPatch,
):
    asked: list[int] = []

    def waits(failed: int) -> int:
        asked.append(failed)
        return 0 if failed < 3 else 3_600_000

    monkeypatch.setattr(engine, "scrub_wait_ms", waits)
    disk = Stubborn()
    disk.in_the_way = 3
    async with running(disk, HandClock(eg.NOW), *CHAT) as served:
        await settled()
        assert (asked, disk.scrubs) == ([1, 2, 3], [False] * 3)

        await served.submit(MAIN, eg.erase(None, ZOE))
        await settled()

        assert disk.scrubs == [False] * 3 + [True]


async def test_traces_that_somebody_has_to_remove_are_logged_and_everybody_is_served(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("frontdesk.engine.engine.SCRUB_RETRY_MS", 0)
    disk = Stubborn()

    async def stuck() -> bool:
        await Stubborn.scrub(disk)
        raise Unclean("a copy is in the way")

    monkeypatch.setattr(disk, "scrub", stuck)
    with capture_logs() as logs:
        async with running(disk, HandClock(eg.NOW), *CHAT) as engine:
            await engine.submit(MAIN, eg.erase(None, ZOE))
            await settled()

            assert not engine.failed.is_set()
            assert len(disk.scrubs) > 1
    assert {"a copy is in the way"} == {line["why"] for line in logs if "why" in line}


async def test_what_is_left_on_the_disk_is_looked_for_until_it_is_gone(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("frontdesk.engine.engine.SCRUB_RETRY_MS", 0)
    disk = Stubborn()
    async with running(disk, HandClock(eg.NOW), *CHAT) as engine:
        await settled()
        assert disk.scrubs == [False, False, True]

        await engine.submit(MAIN, eg.erase(None, ZOE))
        await settled()
        assert disk.scrubs == [False, False, True, True]
