"""Events and answers to JSON, bodies from JSON: the only place where either happens.

Unknown and malformed input stops here, with the JSON path that is wrong and what would be right.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from frontdesk.desk.events import Event
from frontdesk.desk.ids import PersonId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.feed.kept import Line
from frontdesk.feed.position import Place, Position
from frontdesk.feed.reader import Served
from frontdesk.web.bodies import WANTED

T = TypeVar("T")

_encoder = msgspec.json.Encoder()
# msgspec says "Expected `int`, got `str` - at `$.limit`"; of these two it names the object alone.
_FIELD = re.compile(r"Object (missing required|contains unknown) field `([^`]*)`")
# The one answer of msgspec that repeats a value.
_REPEATS_VALUE = "Invalid enum value"
# Objects as tuples of pairs, in which a name that stands there twice is still there twice.
_pairs = json.JSONDecoder(object_pairs_hook=tuple)
# Of the name of a field that we do not know. Ours have 40 at most.
_SAID_CHARS = 120
_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}


def encode(value: object) -> bytes:
    """JSON of a struct, a list or a dictionary."""
    return _encoder.encode(value)


def decode(body: bytes, form: type[T]) -> T:
    """The body of a request; no body at all counts as an empty object.

    A name that stands twice in an object is refused: JSON does not say which of the two counts, so
    a filter in front of us might have read the other one.

    Args:
        form: one that refuses what it does not know, so that what is let in is not nested deep.

    Raises:
        Refused: MALFORMED, with the path that is wrong and what would be right.
    """
    value = decode_part(body, form)
    # What the form takes nests two deep, so that this reads no more than was let in above. A
    # microsecond for a message, and as much again for one in which every byte is escaped.
    twice = _stands_twice(_pairs.decode(body.decode()), "$") if body else None
    if twice is not None:
        raise Refused(Reason.MALFORMED, _cut(twice), detail="It may stand there once.")
    return value


def decode_open(text: bytes, form: type[T]) -> T:
    """The same of what may hold more than the form knows, and so may be nested deep.

    Raises:
        Refused: MALFORMED, as `decode`.
    """
    value = decode_part(text, form)
    try:
        twice = _stands_twice(_pairs.decode(text.decode()), "$")
    except RecursionError:
        raise Refused(Reason.MALFORMED, "$", detail="It is nested too deep.") from None
    if twice is not None:
        raise Refused(Reason.MALFORMED, _cut(twice), detail="It may stand there once.")
    return value


def decode_part(body: bytes, form: type[T]) -> T:
    """What the form knows of a body. Whoever reads the rest of it has to `decode` the whole.

    Raises:
        Refused: MALFORMED, with the path that is wrong and what would be right.
    """
    decoder = _decoders.get(form)
    if decoder is None:
        decoder = _decoders[form] = msgspec.json.Decoder(form)
    try:
        value: T = decoder.decode(body or b"{}")
    except msgspec.ValidationError as error:
        where, detail = _misfit(str(error))
    except msgspec.DecodeError as error:
        where, detail = "$", f"{error}."
    except UnicodeDecodeError:
        where, detail = "$", "The body is not UTF-8."
    except RecursionError:
        where, detail = "$", "The body is nested too deep."
    else:
        return value
    raise Refused(Reason.MALFORMED, where, detail=detail)


def _stands_twice(value: object, path: str) -> str | None:
    """The path of the first name that an object holds twice."""
    names: set[str] = set()
    for name, inner in value if isinstance(value, tuple) else ():
        here = f"{path}.{name}"
        if name in names:
            return here
        names.add(name)
        if (deeper := _stands_twice(inner, here)) is not None:
            return deeper
    return None


def _misfit(error: str) -> tuple[str, str]:
    """Where a body does not fit its form, and what would."""
    said, separator, where = error.rpartition(" - at `")
    if not separator:
        said, where = error, "$"
    # What is wrong with a name in a map stands there as "at `key` in `$.info`".
    path = where.removeprefix("key` in `").rstrip("`")
    field = _FIELD.match(said)
    if field is not None:
        path = f"{path}.{field[2]}"
    if said.startswith(_REPEATS_VALUE):
        said = "This is none of the values that it takes"
    known = field is None or field[1] == "missing required"
    return _cut(path), WANTED[path] if known and path in WANTED else f"{_cut(said)}."


def _cut(text: str) -> str:
    return text if len(text) <= _SAID_CHARS else text[: _SAID_CHARS - 1] + "…"


def spliced(encoded: bytes, **more: str | bool) -> bytes:
    """An encoded object with more keys at its end."""
    tail = _encoder.encode(more)
    return encoded[:-1] + (b"," if len(encoded) > 2 else b"") + tail[1:]


def line_for(line: Line, epoch: str, reader: PersonId) -> bytes:
    """A fact as this reader gets it: with its id, and with the key on the reader's own message."""
    wire = line.wire
    if wire is None:
        wire = line.wire = spliced(encode(line.event), id=id_of(epoch, line.place))
    if line.key and line.author == reader:
        return spliced(wire, key=line.key)
    return wire


def id_of(epoch: str, place: Place) -> str:
    """The id of an event."""
    return str(Position(epoch, place))


def answer_to_poll(served: Served, reader: PersonId) -> bytes:
    """The array that answers a long poll: facts, signals, and a `noop` where the id needs one.

    An id is needed where the last event has none, or where it has to carry the signals' version:
    else the same signals would be news again at once.
    """
    epoch = served.position.epoch
    parts = [line_for(line, epoch, reader) for line in served.lines]
    parts += [encode(event) for event in served.signals]
    if not served.lines or served.signals or served.position.signal:
        parts.append(noop(served.position))
    return b"[" + b",".join(parts) + b"]"


def noop(position: Position) -> bytes:
    """How far a reader has been served, where no event says it."""
    return b'{"type":"noop","id":"' + str(position).encode() + b'"}'


def array(events: Sequence[Event]) -> bytes:
    """An array of events that have no place in the log."""
    return encode(list(events))
