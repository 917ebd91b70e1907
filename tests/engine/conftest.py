"""An engine at which something is going on already."""

from collections.abc import AsyncIterator

import pytest

from frontdesk.engine.clock import HandClock
from frontdesk.engine.engine import Engine
from tests import examples as eg
from tests.engine.running import Disk, running


@pytest.fixture
def clock() -> HandClock:
    return HandClock(eg.NOW)


@pytest.fixture
async def disk() -> Disk:
    return Disk()


@pytest.fixture
async def engine(disk: Disk, clock: HandClock) -> AsyncIterator[Engine]:
    """Ida is available and helps Ana; Ben waits."""
    steps = (*eg.at_work(eg.IDA), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))
    async with running(disk, clock, *steps) as engine:
        yield engine
