"""Commands as frames of a socket: the same bodies, rules and answers as over HTTP.

A frame is an object: `do` names the command, `ref` comes back with the answer, the parameters of
the path and of the query stand beside the keys of the body (protocol §5). Each command's form is
made from its row in the table of routes, so there is nothing to keep in step.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from frontdesk.desk.events import Error
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.bodies import Body, NoBody
from frontdesk.web.codec import decode, decode_part, encode
from frontdesk.web.exchange import Asker, Route
from frontdesk.web.queries import NoQuery, Query

# A word of a path, which is no parameter.
_WORD = re.compile(r"/(\w+)(?=/|$)")

# Comes back with the answer, so it may be as long as a random id and no longer.
Ref = Annotated[str, Meta(min_length=1, max_length=64)]
# As long as an id of ours, with room to spare; what is longer is none.
Id = Annotated[str, Meta(min_length=1, max_length=100)]


class Head(Struct, frozen=True):
    """What says which command a frame is."""

    do: str
    ref: Ref | None = None


class Hello(Struct, frozen=True, forbid_unknown_fields=True):
    """The first frame: who one is, if no cookie says so, and where one stands."""

    do: str
    token: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    since: Annotated[str, Meta(max_length=100)] | None = None
    ref: Ref | None = None


class Command(NamedTuple):
    """What a socket takes: a route, and the form of its frames."""

    route: Route
    form: type[Any]
    places: tuple[str, ...]


class Frame(NamedTuple):
    """A command that has been found good, as its route's handler takes it."""

    do: str
    route: Route
    body: Body
    query: Query
    places: dict[str, str]
    ref: str | None


def commands(routes: Iterable[Route]) -> dict[str, Command]:
    """Every command that a socket takes, by the word in `do`."""
    taken = [one for one in routes if is_command(one.path, one.asker)]
    names = names_of((one.path, one.handler.act.__name__) for one in taken)
    return dict(zip(names, map(_command, taken), strict=True))


def is_command(path: str, asker: Asker) -> bool:
    """Whether somebody who is known sends this to a desk."""
    return "{desk}" in path and asker is not Asker.ANYONE


def names_of(commands: Iterable[tuple[str, str]]) -> list[str]:
    """The names of commands, by path and own name: the last word of the path.

    Where several have the same, their own.
    """
    found = [(str(_WORD.findall(path)[-1]), own) for path, own in commands]
    shared = Counter(word for word, _ in found)
    return [own if shared[word] > 1 else word for word, own in found]


@cache  # tests make many applications of one table
def _command(route: Route) -> Command:
    places = tuple(name for name in re.findall(r"\{(\w+)\}", route.path) if name != "desk")
    form = msgspec.defstruct(
        f"{route.body.__name__}Frame",
        [("do", str), ("ref", Ref | None, None), *((name, Id) for name in places)],
        bases=(route.query if route.method == "GET" else route.body,),
        kw_only=True,
        frozen=True,
        forbid_unknown_fields=True,
    )
    return Command(route, form, places)


def read(raw: bytes, known: Mapping[str, Command]) -> Frame:
    """The command in a frame.

    Raises:
        Refused: MALFORMED, with the path that is wrong and what would be right.
    """
    head = decode_part(raw, Head)
    command = known.get(head.do)
    if command is None:
        detail = f"It takes {', '.join(sorted(known))}."
        raise Refused(Reason.MALFORMED, "$.do", detail=detail)
    told = decode(raw, command.form)
    places = {name: getattr(told, name) for name in command.places}
    reads = command.route.method == "GET"
    body: Body = NoBody() if reads else told
    query: Query = told if reads else NoQuery()
    return Frame(head.do, command.route, body, query, places, head.ref)


def ref_in(raw: bytes) -> str | None:
    """What to say back with the refusal of a frame that is wrong elsewhere."""
    try:
        return msgspec.json.decode(raw, type=Head).ref
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def answered(body: bytes, do: str, ref: str | None) -> bytes:
    """An answer as a frame. What is read and is no event stands in `answer`."""
    if not body.startswith(b'{"type":'):
        head = encode({"type": "success", "success": "here it is", "code": do})
        body = head[:-1] + b',"answer":' + body + b"}"
    return body if ref is None else body[:-1] + b',"ref":' + encode(ref) + b"}"


def refused(body: bytes, ref: str | None) -> bytes:
    """A refusal or a fault as a frame. `ref` is the command's; a fault's own is in its sentence."""
    return body if ref is None else encode(replace(msgspec.json.decode(body, type=Error), ref=ref))
