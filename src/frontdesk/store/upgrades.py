"""How entries and checkpoints that an earlier version wrote become what this version reads.

A step makes version `v + 1` of a kind out of version `v`, on plain JSON values. Steps are never
changed or removed once released: the log is never rewritten, so what was written once is read for
ever. The current version of each kind stands in `frontdesk.desk.entries.KINDS`.
"""

from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]
Step = Callable[[Fields], Fields]
Steps = Mapping[tuple[str, int], Step]


def _at_the_one_desk(old: Fields) -> Fields:
    # Whoever is disabled was told so of again, if they were so already.
    was_here = bool(old.get("disabled")) or not old.get("was_disabled")
    new = {name: value for name, value in old.items() if name != "was_disabled"}
    return {**new, "desks": "all", "here": True, "was_here": was_here}


# (kind, version that it reads) -> the step to the next version.
STEPS: Steps = {
    # Before monitors could be in a room, whoever took the guest was alone with them.
    ("guest_taken", 1): lambda old: {**old, "others": []},
    # Before a desk could keep it to agents, who is available was told to all.
    ("status_set", 1): lambda old: {**old, "narrowed": False},
    ("agent_gone", 1): lambda old: {**old, "narrowed": False},
    # Before there were several desks, an account acted at the one that there was.
    ("person_added", 1): lambda old: {**old, "desks": "all", "here": True},
    ("person_changed", 1): _at_the_one_desk,
}


# The same for checkpoints. Since logs are cut (`frontdesk.desk.retention`), what a checkpoint says
# may stand nowhere else: each version from this one on has a step to the next.
FIRST_SNAPSHOT = 4
SNAPSHOT_STEPS: Mapping[int, Step] = {}


class TooNew(Exception):
    """The log holds something that only a newer Frontdesk can read."""


def upgrade(kind: str, v: int, fields: Fields, *, to: int, steps: Steps = STEPS) -> Fields:
    """The fields of an entry of version `v` as version `to` would have written them.

    Raises:
        TooNew: `v` is beyond `to`.
        LookupError: a step is missing, which is a fault of ours.
    """
    if v > to:
        raise TooNew(
            f"This log holds {kind} in version {v}, and this Frontdesk reads up to {to}."
            " Start the newer Frontdesk that wrote it."
        )
    for version in range(v, to):
        step = steps.get((kind, version))
        if step is None:
            raise LookupError(f"no step from {kind} version {version}")
        fields = step(fields)
    return fields


def upgrade_snapshot(v: int, fields: Fields, *, to: int) -> Fields:
    """The fields of a checkpoint of version `v` as version `to` would have written them.

    Raises:
        LookupError: a step is missing: no log was cut behind a checkpoint of that version.
    """
    for version in range(v, to):
        fields = SNAPSHOT_STEPS[version](fields)
    return fields
