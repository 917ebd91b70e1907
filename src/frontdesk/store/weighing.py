"""Whether a batch may be written: the one rule of compare-and-append, for every store.

Pure: the store says what is so, under whatever keeps others from writing meanwhile.
"""

from collections.abc import Callable, Sequence

from frontdesk.desk.ids import DeskId
from frontdesk.engine.ports import (
    Appended,
    Batch,
    Condition,
    Conflict,
    KeyRow,
    KeysTaken,
    Outcome,
)

Key = tuple[str, str]

# Whether a condition holds before anything is written.
Holds = Callable[[Condition], bool]


def keys_of(batch: Batch) -> list[Key]:
    """The keys (scope, key) that a batch uses up."""
    return [(row.scope, row.key) for row in batch.rows if isinstance(row, KeyRow)]


def weigh_all(
    batches: Sequence[Batch],
    heads: dict[DeskId, int],
    taken: set[Key],
    holds: Holds,
    *,
    together: bool,
) -> list[Outcome]:
    """What becomes of each of these, which are written in this order, or together or not at all.

    Args:
        heads: moved on by what is written, as is `taken`.
    """
    moved, used = dict(heads), set(taken)
    outcomes = [weigh(batch, moved, used, holds) for batch in batches]
    if together and not all(isinstance(outcome, Appended) for outcome in outcomes):
        return [Conflict() if isinstance(one, Appended) else one for one in outcomes]
    heads |= moved
    taken |= used
    return outcomes


def weigh(batch: Batch, heads: dict[DeskId, int], taken: set[Key], holds: Holds) -> Outcome:
    """What becomes of this batch; if it is written, `heads` and `taken` are moved on by it.

    The log is compared first: a batch that is tried again after it had succeeded has to hear
    `Conflict`, so that its author looks into the log and finds it there.

    Raises:
        ValueError: entries without a place to go, or a desk that was never opened.
    """
    if batch.entries and batch.after is None:
        raise ValueError("entries need the offset that they were decided on")
    head = heads.get(batch.desk)
    if batch.after is not None:
        if head is None:
            raise ValueError(f"desk {batch.desk} was never opened")
        if head != batch.after:
            return Conflict()
    used: set[Key] = set()
    clash: list[Key] = []
    for key in keys_of(batch):
        if (key in taken or key in used) and key not in clash:
            clash.append(key)
        used.add(key)
    if clash:
        return KeysTaken(tuple(clash))
    if not all(holds(row) for row in batch.rows if isinstance(row, Condition)):
        return Conflict()
    taken |= used
    last = (head or 0) + len(batch.entries)
    if batch.entries:
        heads[batch.desk] = last
    return Appended(last)
