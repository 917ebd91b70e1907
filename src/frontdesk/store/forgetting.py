"""What is held in memory, made anew without the values of somebody who was erased. Pure.

By way of how it would be stored: what the codec writes has no values in it, and whoever is asked
for them on reading knows this person no more.
"""

from collections.abc import Callable
from typing import Any

from frontdesk.desk import checkpoint
from frontdesk.desk.checkpoint import Snapshot
from frontdesk.desk.entries import Entry
from frontdesk.desk.ids import PersonId
from frontdesk.desk.personal import Profile, Who
from frontdesk.store import codec


def entry_without(entry: Entry, person: PersonId, *, text: bool) -> Entry:
    """The entry as it is read once this person is erased.

    Args:
        text: whether its text, if it has one, is erased too.
    """
    known, note = _collector()
    written = codec.encode(entry, note)
    if not text and person not in known:
        return entry
    known[person] = codec.erased(person)
    left = None if text else written.text
    return codec.decode(written.kind, written.v, written.data, known.__getitem__, left)


def snapshot_without(snapshot: Snapshot, person: PersonId) -> Snapshot:
    """The checkpoint as it is read once this person is erased."""
    known, note = _collector()
    data = codec.encode_snapshot(snapshot, note)
    known[person] = codec.erased(person)
    return checkpoint.dump(codec.decode_snapshot(data, known.__getitem__))


def _collector() -> tuple[dict[PersonId, Profile], Callable[[Any], None]]:
    known: dict[PersonId, Profile] = {}

    def note(value: Any) -> None:
        match value:
            case Profile():
                known[value.id] = value
            case Who():
                known.setdefault(value.id, Profile(value.id, value.user, "", {}))

    return known, note
