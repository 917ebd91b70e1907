"""A server in process, and the people at its desk."""

from pathlib import Path

import pytest

from tests import examples as eg
from tests.web.floor import Floor, make_floor
from tests.web.front import Front, Someone
from tests.web.lines import STREAMS, TRANSPORTS, Connect


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out, unread, what is slow in all its tests and takes a second to import."""
    if collection_path.name == "test_unthought_of.py":
        return "not slow" in config.option.markexpr or None
    return None


@pytest.fixture
async def front(request: pytest.FixtureRequest):
    """The server; it ends with the test. In process, unless the test says which."""
    front = getattr(request, "param", Front)()
    await front.start()
    yield front
    await front.stop()


@pytest.fixture
async def ana(front: Front) -> Someone:
    """A guest who waits."""
    return await front.guest(eg.ANA)


@pytest.fixture
async def ben(front: Front) -> Someone:
    """Another guest who waits."""
    return await front.guest(eg.BEN)


@pytest.fixture
async def ida(front: Front) -> Someone:
    """An agent, available."""
    return await front.agent(eg.IDA)


@pytest.fixture
async def jon(front: Front) -> Someone:
    """Another agent, available."""
    return await front.agent(eg.JON)


@pytest.fixture
async def mia(front: Front) -> Someone:
    """A monitor, away."""
    return await front.agent(eg.MIA, status="away")


@pytest.fixture
async def ada(front: Front) -> Someone:
    """An admin, away."""
    return await front.agent(eg.ADA, status="away")


@pytest.fixture
def stranger(front: Front) -> Someone:
    """Somebody without a session."""
    return front.someone()


@pytest.fixture
async def floor(front: Front) -> Floor:
    """A desk in the middle of a day, everybody up to date."""
    return await make_floor(front)


@pytest.fixture(params=TRANSPORTS)
def connect(request: pytest.FixtureRequest) -> Connect:
    """Each of the three transports."""
    return TRANSPORTS[request.param]


@pytest.fixture(params=STREAMS)
def stream(request: pytest.FixtureRequest) -> Connect:
    """Each of those that go on."""
    return STREAMS[request.param]
