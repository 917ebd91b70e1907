from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from frontdesk.engine.ports import Store
from frontdesk.store.sqlite.store import SqliteStore
from tests.contracts.store_contract import StoreContract


class TestSqliteStore(StoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Store]:
        store = await SqliteStore.open_path(str(tmp_path / "desk.db"))
        yield store
        await store.close()
