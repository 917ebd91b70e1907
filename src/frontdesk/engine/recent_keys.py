"""The idempotency keys used last, so that a quick retry costs no look into the store.

Only a shortcut: what is not in here is found by the store's unique index.
"""

from collections import OrderedDict

from frontdesk.engine.batches import KeyUse
from frontdesk.engine.ports import KeyRow

# Retries come within seconds; this is minutes of a busy desk, and about 3 MB.
KEYS = 10_000


class RecentKeys:
    """The last `KEYS` keys."""

    def __init__(self) -> None:
        self._rows: OrderedDict[tuple[str, str], KeyRow] = OrderedDict()

    def get(self, key: KeyUse) -> KeyRow | None:
        """What was done under this key, if it was lately."""
        return self._rows.get(key.id)

    def clear(self) -> None:
        """Look all of them up again: some are no longer what they were."""
        self._rows.clear()

    def put(self, row: KeyRow) -> None:
        """This was done."""
        self._rows[(row.scope, row.key)] = row
        if len(self._rows) > KEYS:
            self._rows.popitem(last=False)
