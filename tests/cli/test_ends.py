"""How the server ends where its store fails it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from frontdesk.cli import serve
from frontdesk.cli.address import bind
from frontdesk.cli.stops import Stop
from frontdesk.config import Config, load
from frontdesk.desk.commands import AddPerson
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.desk.refusals import Refused
from frontdesk.engine.engine import Engine
from frontdesk.engine.ports import Batch, Broken, Full, Outcome
from frontdesk.store.memory import MemoryStore

SECRET = bytes(32)


class Failing(MemoryStore):
    """Takes nothing more once it fails."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: Exception | None = None
        self.closed = False

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        if self.failure is not None:
            raise self.failure
        return await super().commit(batches, together=together)

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Failing:
    made = Failing()

    @asynccontextmanager
    async def open_store(config: Config) -> AsyncIterator[Failing]:
        yield made
        await made.close()

    monkeypatch.setattr(serve, "open_store", open_store)
    return made


def config(tmp_path: Path) -> Config:
    return load({"port": "0", "data_dir": str(tmp_path)}, {})


async def test_a_broken_store_ends_the_server_with_a_sentence(
    store: Failing,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    engines: list[Engine] = []
    start = Engine.start

    async def started(engine: Engine) -> None:
        engines.append(engine)
        await start(engine)

    monkeypatch.setattr(Engine, "start", started)
    ready = asyncio.Event()
    monkeypatch.setattr(serve, "_announce", lambda *_: ready.set())
    sockets = bind("127.0.0.1", 0)
    running = asyncio.create_task(serve.serve(config(tmp_path), SECRET, sockets))
    await ready.wait()

    store.failure = Broken("the disk is gone")
    with pytest.raises(Refused):
        await engines[0].submit(MAIN, AddPerson(PersonId("p"), "Ida", "agent"))

    async with asyncio.timeout(10):
        assert await running == 1
    said = capsys.readouterr().err
    assert "Check the disk and start again" in said
    assert store.closed


@pytest.mark.parametrize("failure", [Full("no space"), Broken("the disk is gone")])
async def test_a_store_that_takes_nothing_keeps_the_server_from_starting(
    store: Failing, tmp_path: Path, failure: Exception
):
    # Somebody was there before, so the start has something to write down.
    await store.open(MAIN)
    await store.beat(1)
    store.failure = failure
    sockets = bind("127.0.0.1", 0)

    with pytest.raises(Stop, match="cannot be written"):
        await serve.serve(config(tmp_path), SECRET, sockets)

    for one in sockets:
        one.close()
