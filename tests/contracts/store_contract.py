"""What every store promises (`frontdesk.engine.ports.Store`), as tests that each one passes.

A subclass gives the fixture `store`: open, and empty.
"""

from tests.contracts.store_commits import CommitContract
from tests.contracts.store_erasure import ErasureContract
from tests.contracts.store_history import HistoryContract
from tests.contracts.store_people import PeopleContract
from tests.contracts.store_purging import PurgingContract
from tests.contracts.store_replays import ReplayContract


class StoreContract(
    CommitContract,
    ReplayContract,
    PeopleContract,
    ErasureContract,
    HistoryContract,
    PurgingContract,
):
    """All of it."""
