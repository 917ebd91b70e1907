"""Entries and checkpoints as they are stored: a kind, a version and JSON, with nobody in it.

What belongs to a person is split off. A `Who` or a `Profile` is written as the person's id and a
`Text` as null; the values stand in rows of their own, which can be erased, and are joined back on
reading. So nothing that this module writes may hold a name, an answer or a text.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct

from frontdesk.desk import checkpoint
from frontdesk.desk.audience import Mark
from frontdesk.desk.checkpoint import Snapshot
from frontdesk.desk.entries import (
    KINDS,
    Entry,
    GuestQueued,
    MessagePosted,
    NoteLeft,
    PersonAdded,
    RoomRated,
)
from frontdesk.desk.ids import PersonId
from frontdesk.desk.personal import Profile, Text, Who, tombstone
from frontdesk.desk.state import State
from frontdesk.engine.ports import Broken
from frontdesk.store.upgrades import STEPS, Steps, TooNew, upgrade, upgrade_snapshot

# All that is known of a person; whoever was erased reads as `erased`.
People = Callable[[PersonId], Profile]

_KIND_OF = {entry: (kind, v) for kind, (entry, v) in KINDS.items()}


class Written(Struct, frozen=True):
    """An entry without what is personal in it. `text` is what was split off, if anything."""

    kind: str
    v: int
    data: bytes
    text: str | None


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """Around what reads stored bytes.

    Raises:
        Broken: they are not what was written. Nothing of what they hold is said.
    """
    try:
        yield
    except (msgspec.MsgspecError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise Broken(f"{what} cannot be read: {type(error).__name__}") from None


def erased(person: PersonId) -> Profile:
    """What is left of somebody whose values are gone."""
    return Profile(person, tombstone(person), "", {})


def introduced(entry: Entry) -> Profile | Who | None:
    """Whoever this entry is the first to name: from here the store takes their values.

    Every other entry names people who are known already, and never writes their values again:
    what was erased must not come back with somebody's next message.
    """
    match entry:
        case GuestQueued() | NoteLeft():
            return entry.guest
        case PersonAdded():
            return entry.person
    return None


def _without_values(value: object) -> object:
    match value:
        case Who() | Profile():
            return value.id
        case Text():
            return None
    raise NotImplementedError(f"do not know how to store {type(value).__name__}")


_encoder = msgspec.json.Encoder(enc_hook=_without_values)

# Told of each value that is left out.
Note = Callable[[Any], None]


def _encode(value: object, note: Note | None) -> bytes:
    if note is None:
        return _encoder.encode(value)

    def noted(personal: object) -> object:
        note(personal)
        return _without_values(personal)

    return msgspec.json.encode(value, enc_hook=noted)


def encode(entry: Entry, note: Note | None = None) -> Written:
    """The entry as it is stored."""
    kind, v = _KIND_OF[type(entry)]
    text = entry.text.body or None if isinstance(entry, MessagePosted | RoomRated) else None
    return Written(kind, v, _encode(entry, note), text)


def decode(
    kind: str, v: int, data: bytes, people: People, text: str | None, *, steps: Steps = STEPS
) -> Entry:
    """The entry that was stored, whichever version wrote it.

    Args:
        text: what was split off; None also where it has been erased.

    Raises:
        TooNew: a newer Frontdesk has written it.
        Broken: it is damaged.
    """
    if kind not in KINDS:
        raise TooNew(
            f"This log holds {kind}, which this Frontdesk does not know."
            " Start the newer Frontdesk that wrote it."
        )
    form, current = KINDS[kind]
    with_values = _joiner(people, text)
    with _reading(f"an entry of the kind {kind}"):
        if v == current:
            return msgspec.json.decode(data, type=form, dec_hook=with_values)
        old = msgspec.json.decode(data, type=dict[str, Any])
    fields = upgrade(kind, v, old, to=current, steps=steps)
    with _reading(f"an entry of the kind {kind}"):
        return msgspec.convert(fields, form, dec_hook=with_values)


def _joiner(people: People, text: str | None) -> Callable[[type, Any], Any]:
    def with_values(form: type, value: Any) -> Any:
        if form is Who:
            return people(value).who
        if form is Profile:
            return people(value)
        if form is Text:
            return Text(text or "")
        raise NotImplementedError(f"do not know how to read {form.__name__}")

    return with_values


def encode_snapshot(snapshot: Snapshot, note: Note | None = None) -> bytes:
    """A checkpoint as it is stored, by the version that `checkpoint.VERSION` says."""
    return _encode(snapshot, note)


def decode_snapshot(data: bytes, people: People, v: int | None = None) -> State:
    """The state of a checkpoint that version `v` wrote, an earlier one or (None) this one.

    Raises:
        Broken: it is damaged.
    """
    with_values = _joiner(people, None)
    with _reading("a checkpoint"):
        if v is None or v == checkpoint.VERSION:
            return checkpoint.load(msgspec.json.decode(data, type=Snapshot, dec_hook=with_values))
        old = msgspec.json.decode(data, type=dict[str, Any])
        fields = upgrade_snapshot(v, old, to=checkpoint.VERSION)
        return checkpoint.load(msgspec.convert(fields, Snapshot, dec_hook=with_values))


def encode_marks(marks: tuple[Mark, ...]) -> str:
    """The marks of an entry's parts, in order, as they are stored."""
    return msgspec.json.encode(marks).decode()


def decode_marks(data: str) -> tuple[Mark, ...]:
    """The marks that were stored.

    Raises:
        Broken: they are damaged.
    """
    with _reading("the marks of an entry"):
        return tuple(Mark(mark) for mark in msgspec.json.decode(data, type=list[str]))
