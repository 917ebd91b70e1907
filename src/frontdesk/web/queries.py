"""What may stand behind the `?` of a route. Unknown parameters are ignored, unlike those of bodies:
proxies and analytics add their own.
"""

import re
from functools import cache
from typing import Annotated, TypeVar, get_type_hints
from urllib.parse import parse_qs

import msgspec
from msgspec import Meta, Struct

from frontdesk.desk.names import NAME_CHARS
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.vouching import SUB_CHARS

WAIT_S = 25
# Below the minute after which proxies give up on a silent answer.
WAIT_MOST_S = 55

HISTORY = 50
HISTORY_MOST = 200

# A screen of what was found; a page of it in one answer.
ROOMS = 30
ROOMS_MOST = 100
# More words than anybody types who looks for something.
WORDS_MOST = 200

# Longer than any name.
USER_MOST = 2 * NAME_CHARS
BEGINNING = Meta(
    max_length=USER_MOST,
    description="How the name of the guest begins. Upper case and accents make no difference.",
)
SUB = Meta(
    max_length=SUB_CHARS,
    description="Exactly who the guest is to the site that vouched for them: the `sub` of it.",
)

# No parameter has more; Python itself would read numbers of any length, and other digits too.
_NUMBER = re.compile("[0-9]{1,3}")

# Of languages one is wanted, or a few.
LANGUAGES_CHARS = 100

# Parameter → what may stand there, where it does not say so itself.
WANTED = {
    "lang": f"Languages, with commas between them: at most {LANGUAGES_CHARS} characters.",
    "wait": f"A wait is 0 to {WAIT_MOST_S} whole seconds.",
    "q": f"It takes up to {WORDS_MOST} characters.",
    "user": f"It takes up to {USER_MOST} characters.",
    "sub": f"It takes up to {SUB_CHARS} characters.",
}


class Query(Struct, frozen=True, kw_only=True):
    """The parameters of a route: words and whole numbers, each at most once."""


class NoQuery(Query, frozen=True):
    """Nothing."""


class ChatQuery(Query, frozen=True, kw_only=True):
    """In which language."""

    lang: Annotated[
        str,
        Meta(
            max_length=LANGUAGES_CHARS,
            description="A language such as `de`, or several with commas between them: the first "
            "that there are words in. Else that of the browser, or English.",
        ),
    ] = ""


class ListenQuery(Query, frozen=True, kw_only=True):
    """Where one stands, and for how long one will wait."""

    since: Annotated[
        str | None,
        Meta(
            description="How far you have heard: the last `id` that you were given. Without it, "
            "the server remembers that for one reader of your session."
        ),
    ] = None
    wait: Annotated[
        int,
        Meta(ge=0, le=WAIT_MOST_S, description="Seconds to wait for news if there is none yet."),
    ] = WAIT_S


class EventsQuery(Query, frozen=True, kw_only=True):
    """Where one stands."""

    since: Annotated[
        str | None,
        Meta(
            description="How far you have heard: the last `id` that you were given. Without it, "
            "and without `Last-Event-ID`, from where your session began."
        ),
    ] = None


class TrickleQuery(Query, frozen=True, kw_only=True):
    """How long nothing is said."""

    wait: Annotated[
        int, Meta(ge=0, le=WAIT_MOST_S, description="Seconds of silence before the first event.")
    ] = 0


class MessagesQuery(Query, frozen=True, kw_only=True):
    """Which page of a room's messages."""

    before: Annotated[
        str | None,
        Meta(description="Only what is older than this `id`; without it, the newest."),
    ] = None
    limit: Annotated[int, Meta(ge=1, le=HISTORY_MOST, description="How many messages at most.")] = (
        HISTORY
    )


class AuditQuery(Query, frozen=True, kw_only=True):
    """Which page of the audit trail."""

    before: Annotated[
        str | None, Meta(description="The `next` of the page before; without it, the newest.")
    ] = None
    limit: Annotated[int, Meta(ge=1, le=HISTORY_MOST, description="How many events at most.")] = (
        HISTORY
    )


class HistoryQuery(Query, frozen=True, kw_only=True):
    """Which of the guests' rooms that there were; without parameters, all."""

    q: (
        Annotated[
            str,
            Meta(
                max_length=WORDS_MOST,
                description="Words that stand in one message or in the question. Upper case and "
                "accents make no difference, the last word may go on, what is in quotes stands so.",
            ),
        ]
        | None
    ) = None
    user: Annotated[str, BEGINNING] | None = None
    sub: Annotated[str, SUB] | None = None
    agent: Annotated[
        str | None, Meta(description="Exactly the name of an agent who had the guest.")
    ] = None
    reason: Annotated[str | None, Meta(description="Why it is over, as `end` says it.")] = None
    before: Annotated[
        str | None, Meta(description="The `next` of the answer before; without it, from now.")
    ] = None
    limit: Annotated[int, Meta(ge=1, le=ROOMS_MOST, description="How many rooms at most.")] = ROOMS


class ConversationQuery(Query, frozen=True, kw_only=True):
    """Which part of a conversation."""

    after: Annotated[
        str | None, Meta(description="The `next` of the part before; without it, the first.")
    ] = None


class PeopleQuery(Query, frozen=True, kw_only=True):
    """Which guests: at least one of these is given."""

    user: Annotated[str, BEGINNING] | None = None
    sub: Annotated[str, SUB] | None = None


class ExportQuery(Query, frozen=True, kw_only=True):
    """Which part of an export."""

    after: Annotated[
        str | None, Meta(description="The `next` of the part before; without it, the first.")
    ] = None


Q = TypeVar("Q", bound=Query)


def decode_query(text: bytes, form: type[Q]) -> Q:
    """The parameters of a request.

    Raises:
        Refused: MALFORMED, with the parameter that is wrong and what would be right.
    """
    given = parse_qs(text.decode("latin-1"), keep_blank_values=True) if text else {}
    found: dict[str, str | int] = {}
    for name, is_number in _parameters(form):
        values = given.get(name, [])
        if len(values) > 1:
            raise _malformed(name, "It may stand there once.")
        if values:
            found[name] = _number(form, name, values[0]) if is_number else values[0]
    try:
        return msgspec.convert(found, form)
    except msgspec.ValidationError as error:
        # Something is out of bounds; that is said in words of our own.
        name = str(error).rpartition("$.")[2].rstrip("`")
        raise _malformed(name, _wanted(form, name)) from None


@cache
def _parameters(form: type[Query]) -> tuple[tuple[str, bool], ...]:
    """The names of the parameters, and whether each is a number."""
    return tuple((name, kind is int) for name, kind in get_type_hints(form).items())


def _number(form: type[Query], name: str, given: str) -> int:
    if _NUMBER.fullmatch(given) is None:
        raise _malformed(name, _wanted(form, name))
    return int(given)


def _wanted(form: type[Query], name: str) -> str:
    """What may stand there."""
    if name in WANTED:
        return WANTED[name]
    bounds = get_type_hints(form, include_extras=True)[name].__metadata__[0]
    return f"A {name} is {bounds.ge} to {bounds.le}."


def _malformed(name: str, detail: str) -> Refused:
    return Refused(Reason.MALFORMED, f"?{name}", detail=detail)
