"""What one reader gets next: waiting, waking, and what memory no longer reaches."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import anyio.lowlevel
import pytest

from frontdesk.desk.audience import Mark
from frontdesk.desk.events import Joined, Message, QueuePos, Reset, Transferred
from frontdesk.desk.ids import MAIN, DeskId, PersonId
from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from frontdesk.engine.listening import next_for, reader_for, state_of
from frontdesk.engine.ports import Replay
from frontdesk.feed.hangups import HangUp
from frontdesk.feed.kept import Line
from frontdesk.feed.position import Place, Position, after_entry, parse
from frontdesk.feed.reader import Reader, Served
from frontdesk.store.memory import MemoryStore
from tests import examples as eg

STORY = (
    *eg.at_work(eg.IDA),
    *eg.waiting(eg.ANA, eg.BEN),
    eg.post(eg.ANA, eg.ANA, "before"),
    eg.assist(eg.IDA),
    eg.post(eg.ANA, eg.ANA, "while"),
    eg.sign_off(eg.IDA),
    eg.post(eg.ANA, eg.ANA, "without"),
    eg.post(eg.BEN, eg.BEN, "elsewhere"),
)


class Windowed(MemoryStore):
    """A store that looks at a few offsets at a time, as one with a long log does."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = 0
        self.most = 3

    async def replay(
        self, desk: DeskId, person: PersonId, marks: Sequence[Mark], since: Place, limit: int
    ) -> Replay:
        self.looked += 1
        return await super().replay(desk, person, marks, since, min(limit, self.most))


@pytest.fixture
async def store(monkeypatch) -> Windowed:
    # So that the log is longer than what memory holds.
    monkeypatch.setattr("frontdesk.engine.desks.RING_ENTRIES", 2)
    return Windowed()


@pytest.fixture
async def clock() -> HandClock:
    return HandClock(eg.NOW)


@pytest.fixture
async def engine(store: Windowed, clock: HandClock) -> AsyncIterator[Engine]:
    engine = Engine(store, clock)
    await engine.start()
    for command in STORY:
        await engine.submit(MAIN, command)
    yield engine
    await engine.stop()


async def welcome() -> bool:
    return True


def reader(engine: Engine, person: eg.Guest | eg.Agent, place: Place | None = None) -> Reader:
    """Somebody who listens from that place on, or from now."""
    live = engine.live(MAIN)
    return reader_for(live, person.id, Position(live.epoch, place) if place else live.head)


async def served(engine: Engine, one: Reader, wait_ms: int = 0) -> Served:
    found = await next_for(engine, engine.live(MAIN), one, wait_ms, welcome)
    assert isinstance(found, Served)
    one.advance(found)
    return found


async def everything(engine: Engine, one: Reader) -> list[Line]:
    """All that there is for this reader, answer by answer."""
    found: list[Line] = []
    while True:
        answer = await served(engine, one)
        found += answer.lines
        if not answer.lines:
            return found


def asleep(engine: Engine, one: Reader) -> "asyncio.Task[Served | Reset | HangUp]":
    """The reader waits for an hour."""
    return asyncio.create_task(next_for(engine, engine.live(MAIN), one, eg.HOUR, welcome))


async def settled() -> None:
    for _ in range(30):
        await anyio.lowlevel.checkpoint()


def bodies(found: Sequence[Line]) -> list[str]:
    return [line.event.body for line in found if isinstance(line.event, Message)]


BEGIN = Place(1, 0)


# --- waiting and waking -----------------------------------------------------------------------


async def test_what_is_there_is_given_at_once(engine: Engine):
    live = engine.live(MAIN)

    found = await served(engine, reader(engine, eg.BEN, Place(live.state.offset, 0)), eg.HOUR)
    assert bodies(found.lines) == ["elsewhere"]


async def test_a_quiet_poll_says_how_far_was_looked(engine: Engine):
    one = reader(engine, eg.IDA)

    assert await served(engine, one) == Served((), (), engine.live(MAIN).head)


async def test_a_reader_wakes_for_what_is_theirs(engine: Engine):
    ana, ida = reader(engine, eg.ANA), reader(engine, eg.IDA)
    await served(engine, ana)
    hears, does_not = asleep(engine, ana), asleep(engine, ida)
    await settled()
    await engine.submit(MAIN, eg.post(eg.ANA, eg.ANA, "now"))

    found = await hears
    assert isinstance(found, Served)
    assert bodies(found.lines) == ["now"]
    await settled()
    assert not does_not.done()
    does_not.cancel()


async def test_the_time_is_up_when_nothing_was(engine: Engine, clock: HandClock):
    one = reader(engine, eg.IDA)
    waits = asleep(engine, one)
    await settled()
    clock.advance(eg.HOUR)
    engine.live(MAIN).wakeups.wake_all()

    assert await waits == Served((), (), engine.live(MAIN).head)


async def test_real_time_wakes_a_reader_too(engine: Engine, clock: HandClock, monkeypatch):
    one = reader(engine, eg.IDA)
    waits = asyncio.create_task(next_for(engine, engine.live(MAIN), one, 1, welcome))
    await settled()
    clock.advance(1)

    assert await waits == Served((), (), engine.live(MAIN).head)


async def test_a_reader_who_is_given_up_leaves_nothing_behind(engine: Engine):
    live = engine.live(MAIN)
    waits = asleep(engine, reader(engine, eg.IDA))
    await settled()
    waits.cancel()
    await settled()

    assert waits.cancelled()
    assert not live.wakeups._asleep


async def test_a_place_that_moves_on_while_nothing_is_heard_is_no_news(engine: Engine):
    one = reader(engine, eg.IDA)
    before = one.position.place
    waits = asleep(engine, one)
    await settled()
    await engine.submit(MAIN, eg.post(eg.BEN, eg.BEN))
    await settled()
    assert not waits.done()
    waits.cancel()

    quiet = await served(engine, one)
    assert (quiet.lines, quiet.position.place) == ((), after_entry(before.offset))


async def test_everybody_is_sent_away_before_a_restart(engine: Engine):
    waits = asleep(engine, reader(engine, eg.IDA))
    await settled()
    engine.begin_drain()

    assert await waits is HangUp.RESTART
    # Not before they have got what there is.
    found = await served(engine, reader(engine, eg.BEN, BEGIN))
    assert found.lines


async def test_whoever_is_no_longer_welcome_gets_nothing(engine: Engine):
    live = engine.live(MAIN)
    here = [True]

    async def still_welcome() -> bool:
        return here[0]

    one = reader(engine, eg.IDA)
    waits = asyncio.create_task(next_for(engine, live, one, eg.HOUR, still_welcome))
    await settled()
    here[0] = False
    await engine.submit(MAIN, eg.disable(eg.IDA))

    assert await waits is HangUp.SIGNED_OUT


async def test_a_disabled_agent_has_no_agents_rights(engine: Engine):
    await engine.submit(MAIN, eg.disable(eg.IDA))

    assert Mark("agents") not in reader(engine, eg.IDA).marks


# --- further back than memory -----------------------------------------------------------------


@pytest.mark.parametrize("person", [eg.ANA, eg.BEN, eg.IDA], ids=lambda one: one.user)
async def test_the_store_gives_what_memory_would_have(
    person: eg.Guest | eg.Agent, store: Windowed, clock: HandClock, monkeypatch
):
    heard = []
    for entries in (2, 1_000):
        monkeypatch.setattr("frontdesk.engine.desks.RING_ENTRIES", entries)
        engine = Engine(store, clock)
        await engine.start()
        if entries == 2:
            for command in STORY:
                await engine.submit(MAIN, command)
        found = await everything(engine, reader(engine, person, BEGIN))
        heard.append([(line.place, line.event) for line in found])
        store._desks[MAIN].checkpoint = None
        await engine.stop()
        store._desks[MAIN].checkpoint = None

    assert store.looked
    assert heard[0] == heard[1]


async def test_an_agent_who_was_in_a_room_in_between_hears_that_time_alone(engine: Engine):
    assert bodies(await everything(engine, reader(engine, eg.IDA, BEGIN))) == ["while"]


async def test_a_replay_that_finds_nothing_goes_on_until_it_does(engine: Engine, store: Windowed):
    store.most = 1
    for _ in range(20):
        await engine.submit(MAIN, eg.post(eg.BEN, eg.BEN, "elsewhere"))
    await engine.submit(MAIN, eg.post(eg.ANA, eg.ANA, "at last"))

    found = await everything(engine, reader(engine, eg.ANA, BEGIN))
    assert bodies(found)[-1] == "at last"
    assert len({line.place for line in found}) == len(found)


async def test_a_replay_resumes_within_an_entry(engine: Engine):
    one = reader(engine, eg.IDA, BEGIN)
    all_of_it = await everything(engine, one)

    for at, line in enumerate(all_of_it, start=1):
        rest = await everything(engine, reader(engine, eg.IDA, line.place))
        assert [one.place for one in rest] == [one.place for one in all_of_it[at:]]


async def test_a_reader_is_not_served_beyond_the_desk_that_is_in_memory(
    engine: Engine, store: Windowed, clock: HandClock
):
    # Another process has written, and this one has not looked yet.
    other = Engine(store, clock)
    await other.start()
    await other.submit(MAIN, eg.post(eg.BEN, eg.BEN, "from elsewhere"))
    live = engine.live(MAIN)
    store.most = 1_000
    one = reader(engine, eg.BEN, BEGIN)

    found = await everything(engine, one)
    assert one.position.place == after_entry(live.state.offset)
    assert "from elsewhere" not in bodies(found)
    # And it comes as soon as this one has.
    await engine.desks.catch_up(live)
    assert bodies(await everything(engine, one)) == ["from elsewhere"]
    await other.stop()


# --- what is filled in ------------------------------------------------------------------------


async def test_an_agent_who_joins_is_given_what_was_said_before(engine: Engine):
    found = await everything(engine, reader(engine, eg.IDA, BEGIN))

    (joined,) = [line.event for line in found if isinstance(line.event, Joined)]
    assert joined.backlog is not None
    assert [one.body for one in joined.backlog] == ["before"]
    assert joined.more is False


async def test_a_guest_who_is_joined_needs_no_backlog(engine: Engine):
    found = await everything(engine, reader(engine, eg.ANA, BEGIN))

    (joined,) = [line.event for line in found if isinstance(line.event, Joined)]
    assert (joined.backlog, joined.more) == (None, None)


async def test_whoever_is_handed_a_guest_or_enters_a_room_gets_the_last_messages(engine: Engine):
    live = engine.live(MAIN)
    for command in (*eg.at_work(eg.JON, eg.MIA), eg.available(eg.IDA), eg.assist(eg.IDA, eg.ANA)):
        await engine.submit(MAIN, command)
    here = live.head
    for command in (
        eg.watch(eg.MIA, eg.ANA.room),
        eg.transfer(eg.IDA, eg.ANA, eg.JON),
        eg.post(eg.JON, eg.ANA, "later"),
    ):
        await engine.submit(MAIN, command)

    told = []
    for agent in (eg.MIA, eg.JON):
        found = await everything(engine, reader(engine, agent, here.place))
        told += [one.event for one in found if isinstance(one.event, Joined | Transferred)]
    assert [type(event) for event in told] == [Joined, Transferred]
    for event in told:
        assert event.backlog is not None
        assert [one.body for one in event.backlog] == ["before", "while", "without"]


async def test_the_state_goes_with_its_id(engine: Engine):
    seen, position = await state_of(engine, engine.live(MAIN), eg.ANA.id)

    assert position == engine.live(MAIN).head
    assert [one.body for one in seen.rooms[0].messages] == ["before", "while", "without"]
    for one in seen.rooms[0].messages:
        id = parse(one.id)
        assert id is not None
        assert id.place < position.place


async def test_there_is_no_state_for_a_stranger(engine: Engine):
    with pytest.raises(KeyError):
        await state_of(engine, engine.live(MAIN), PersonId("nobody"))


# --- signals ----------------------------------------------------------------------------------


async def test_a_place_in_the_queue_comes_with_the_first_answer_and_not_again(engine: Engine):
    one = reader(engine, eg.ANA)

    assert (await served(engine, one)).signals == (QueuePos(0, 0),)
    assert (await served(engine, one)).signals == ()


async def test_a_place_in_the_queue_waits_until_everything_before_it_was_heard(engine: Engine):
    one = reader(engine, eg.ANA, BEGIN)

    answers: list[Served] = []
    while not answers or answers[-1].lines:
        answers.append(await served(engine, one))
    assert [bool(answer.signals) for answer in answers].count(True) == 1
    signal = next(at for at, answer in enumerate(answers) if answer.signals)
    assert not any(answer.lines for answer in answers[signal + 1 :])


# --- places that cannot be served -------------------------------------------------------------


@pytest.mark.parametrize(
    ("epoch", "ahead", "reason"),
    [("0badc0de", 0, "unknown_epoch"), (None, 1, "from_the_future"), (None, 0, None)],
)
async def test_a_place_of_another_log_or_from_the_future_is_a_reset(
    engine: Engine, epoch: str | None, ahead: int, reason: str | None
):
    live = engine.live(MAIN)
    place = after_entry(live.state.offset + ahead)
    one = reader_for(live, eg.IDA.id, Position(epoch or live.epoch, place))

    found = await next_for(engine, live, one, 0, welcome)
    assert (found.reason if isinstance(found, Reset) else None) == reason


async def test_a_place_that_is_no_longer_kept_is_a_reset(engine: Engine):
    live = engine.live(MAIN)
    live.kept_from = 5

    found = await next_for(engine, live, reader(engine, eg.IDA, Place(4, 9)), 0, welcome)
    assert found == Reset("no_longer_kept")
