"""Where a listener stands, and whether the line is still theirs: the same for every transport."""

import asyncio
from collections.abc import Callable

from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.engine import Engine
from frontdesk.engine.live import Live
from frontdesk.feed.position import Place, Position, parse
from frontdesk.web.identity import Identity, Sessions
from frontdesk.web.reply import Receive

# Where an answer is a page, and says where the next one begins.
NEXT = "the `next` of an earlier answer"


def began(identity: Identity, live: Live) -> Position:
    """Where the session began at this desk; now, where it began before the desk did."""
    id = identity.session.began.get(live.state.id)
    position = parse(id) if id is not None else None
    return position if position is not None else live.head


def place_of(
    identity: Identity,
    live: Live,
    since: str | None,
    otherwise: Callable[[Identity, Live], Position] = began,
) -> Position | None:
    """Where somebody listens from who says `since`; None if that is no id.

    Args:
        otherwise: where they stand who do not say.
    """
    position = parse(since) if since is not None else otherwise(identity, live)
    return _not_before_they_came(identity, live, position) if position is not None else None


def place_asked(live: Live, name: str, given: str | None, *, takes: str) -> Place | None:
    """The place in the log of this desk that a parameter names; None where it is not given.

    Args:
        takes: what the parameter takes, for whoever gives something else.

    Raises:
        Refused: MALFORMED if it is none of this desk's.
    """
    if given is None:
        return None
    position = parse(given)
    if position is None or position.epoch != live.epoch:
        raise Refused(Reason.MALFORMED, f"?{name}", detail=f"It takes {takes}.")
    return position.place


def _not_before_they_came(identity: Identity, live: Live, since: Position) -> Position:
    """A guest's place, or where the guest came in if that is later.

    Nothing before it is theirs, and looking through a log of years would cost us more than asking
    for it costs them.
    """
    id = identity.session.began.get(live.state.id, "")
    came = parse(id) if identity.session.kind == "guest" else None
    if came is None or came.epoch != since.epoch or came.place <= since.place:
        return since
    return came


async def disconnected(receive: Receive) -> None:
    """Return when the client has gone; whatever else it sends is passed over."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Line:
    """The client's end of a request that is answered for long: is it there, and still welcome?"""

    def __init__(
        self, engine: Engine, sessions: Sessions, live: Live, identity: Identity, receive: Receive
    ) -> None:
        self._engine = engine
        self._sessions = sessions
        self._live = live
        self._identity = identity
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None
        self.gone = False

    async def still_welcome(self) -> bool:
        """Asked before anything is given, and on each wake-up."""
        if self._watch is None:
            self._watch = asyncio.create_task(self._until_gone())
        # In this order: who goes while the store is asked wakes nobody.
        welcome = await self._sessions.lives(self._identity, self._live)
        return welcome and not self.gone

    async def _until_gone(self) -> None:
        await disconnected(self._receive)
        self.gone = True
        self._live.wake_person(self._identity.person)

    def close(self) -> None:
        """Nobody needs to know any more."""
        if self._watch is not None:
            self._watch.cancel()
