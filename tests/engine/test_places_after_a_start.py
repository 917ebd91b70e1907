"""What guests are told of their place by a server that has just started."""

import pytest

from frontdesk.desk.commands import Command
from frontdesk.desk.events import QueuePos
from frontdesk.desk.ids import MAIN
from frontdesk.desk.state import State
from frontdesk.engine.clock import HandClock
from frontdesk.engine.desks import PAGE, Desks
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Batch
from frontdesk.store.memory import MemoryStore
from tests import examples as eg
from tests.desk.story import log, then

JOINED: tuple[Command, ...] = (*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN, eg.CEM))
# Ben's place changes behind the first page of the log.
MUCH_LATER: tuple[Command, ...] = (
    *(eg.post(eg.ANA, eg.ANA) for _ in range(PAGE)),
    eg.assist(eg.IDA, eg.ANA),
)


async def started(*steps: Command, checkpoint: bool) -> Live:
    """The desk of a server that starts after all this."""
    store = MemoryStore()
    await store.open(MAIN)
    entries = tuple(kept.entry for kept in log(State(MAIN), *steps))
    await store.commit([Batch(MAIN, 0, "b1", entries)])
    if checkpoint:
        await store.save_checkpoint(then(State(MAIN), *steps))
    return await Desks(store, HandClock(eg.NOW)).load(MAIN)


def told(live: Live, guest: eg.Guest) -> list[int]:
    news, _ = live.signals.news(guest.id, (), 0)
    return [event.position for event in news if isinstance(event, QueuePos)]


@pytest.mark.parametrize("checkpoint", [False, True])
async def test_each_who_waits_is_told_the_place_as_it_is_now(checkpoint: bool):
    live = await started(*JOINED, *MUCH_LATER, checkpoint=checkpoint)

    assert told(live, eg.ANA) == []
    assert told(live, eg.BEN) == [0]
    assert told(live, eg.CEM) == [1]
