"""A file of which a part is damaged: what can be read is, and what cannot is said."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import pytest

from frontdesk.desk.ids import MAIN
from frontdesk.desk.state import State
from frontdesk.engine.ports import Broken, SessionRow
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.sqlite.store import SqliteStore
from tests.contracts import stories as eg
from tests.contracts.store_given import batch, tell


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open_path(str(path))
    await tell(store, *eg.PEOPLE)
    yield store
    await store.close()


async def damage(path: Path, statement: str) -> None:
    """Change rows behind the store's back, as a failing disk does."""

    def change() -> None:
        connection = apsw.Connection(str(path))
        connection.execute(statement)
        connection.close()

    await asyncio.to_thread(change)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET data = '{}' WHERE offset = 2",
        "UPDATE entry SET data = CAST(x'ff' AS TEXT) WHERE offset = 2",
        "UPDATE entry SET marks = '{' WHERE offset = 2",
    ],
)
async def test_an_entry_that_is_damaged_is_said_to_be_and_the_others_are_read(
    store: SqliteStore, path: Path, statement: str
):
    await damage(path, statement)

    with pytest.raises(Broken, match="cannot be read"):
        await store.read(MAIN, 0, 99)

    assert [kept.offset for kept in await store.read(MAIN, 2, 99)] == [3, 4]


async def test_what_a_guest_gave_and_where_a_session_began_may_be_damaged(
    store: SqliteStore, path: Path
):
    session = SessionRow(b"x" * 32, eg.ANA.id, "guest", eg.NOON_MS)
    await store.commit([batch(None, rows=[session])])
    await damage(path, "UPDATE person SET info = '[' WHERE kind = 'guest'")
    await damage(path, "UPDATE session SET began = '['")

    with pytest.raises(Broken, match="cannot be read"):
        await store.read(MAIN, 0, 99)
    with pytest.raises(Broken, match="what is stored cannot be read"):
        await store.session(b"x" * 32)


async def test_a_damaged_checkpoint_is_none_while_the_log_is_whole(store: SqliteStore, path: Path):
    state = State(MAIN)
    state.offset = 4
    await store.save_checkpoint(state)
    assert await store.load_checkpoint(MAIN) is not None

    await damage(path, "UPDATE checkpoint SET data = '{' || data")
    assert await store.load_checkpoint(MAIN) is None

    await damage(path, "UPDATE desk SET kept_from = 3")
    with pytest.raises(Broken, match="a checkpoint cannot be read"):
        await store.load_checkpoint(MAIN)


@pytest.mark.parametrize("kept", [0.5, 0.2, 0.01, 0.001])
async def test_a_file_that_was_cut_short_is_not_served_from(path: Path, kept: float):
    store = await SqliteStore.open_path(str(path))
    await tell(store, *eg.PEOPLE)
    await store.close()
    os.truncate(path, int(kept * os.stat(path).st_size))

    with pytest.raises((Broken, CannotOpen)):
        await reads_all(path)


async def reads_all(path: Path) -> None:
    store = await SqliteStore.open_path(str(path))
    try:
        await store.read(MAIN, 0, 99)
    finally:
        await store.close()
