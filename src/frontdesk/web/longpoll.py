"""The long poll: one answer to one request, at once if there is something to say.

With `since`, the client says where it stands, and that is all the server needs to know. Without
it, the server remembers for one reader a session what the last answer carried, and the next poll
acknowledges that. What was lost on a line that looked alive is lost to such a client; our own
clients always say where they stand.
"""

from collections import OrderedDict

from frontdesk.desk.events import Reset, Welcome
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.listening import READERS_MOST, next_for, reader_for
from frontdesk.engine.live import Live
from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.feed.position import Position
from frontdesk.feed.reader import Reader, Served
from frontdesk.web.bodies import NoBody
from frontdesk.web.codec import answer_to_poll, array
from frontdesk.web.exchange import Ask, Handler, gives
from frontdesk.web.forms import Feed
from frontdesk.web.identity import Identity, check_origin
from frontdesk.web.queries import ListenQuery
from frontdesk.web.reply import Reply
from frontdesk.web.standing import Line, began, place_of
from frontdesk.web.streams import count_delivery, waits_for_news

# Sessions whose place is remembered for polls without `since`.
REMEMBERED = 10_000

WELCOME = Reply(array([Welcome()]))


class Places:
    """Where those stand who poll without `since`."""

    def __init__(self) -> None:
        self._carried: OrderedDict[tuple[bytes, str], Position] = OrderedDict()

    def of(self, identity: Identity, live: Live) -> Position:
        """The end of what the last answer carried; at first, where the session began."""
        desk = live.state.id
        carried = self._carried.get((identity.session.token_hash, desk))
        if carried is not None and carried.epoch == live.epoch:
            return carried
        return began(identity, live)

    def carry(self, identity: Identity, live: Live, position: Position) -> None:
        """An answer carries everything up to here."""
        key = (identity.session.token_hash, live.state.id)
        self._carried[key] = position
        self._carried.move_to_end(key)
        if len(self._carried) > REMEMBERED:
            self._carried.popitem(last=False)


class LongPoll:
    """The handler, with the places of those who do not say where they stand."""

    def __init__(self) -> None:
        self._places = Places()

    async def __call__(self, ask: Ask[NoBody]) -> Reply | None:
        """Listen for events.

        At once if there is something to hear, else after `wait` seconds with a `noop`. Then ask
        again, with the last `id` in the answer as `since`. On `reset`, get the view again and go
        on from its `id`. Without a session you hear `welcome`.

        Raises:
            Refused: WRONG_ORIGIN for another site that would acknowledge with our cookie;
                TOO_MANY_READERS beyond `READERS_MOST`.
        """
        assert isinstance(ask.query, ListenQuery), "the table says so"
        since, wait_ms = ask.query.since, ask.query.wait * 1000
        if ask.identity is None:
            return WELCOME
        if since is None and ask.identity.by_cookie:
            # It takes something away: what was answered is not answered again.
            check_origin(ask.scope)
        position = place_of(ask.identity, ask.live, since, self._places.of)
        if position is None:
            return Reply(array([Reset("malformed_id")]))
        engine, live, person = ask.context.engine, ask.live, ask.person
        if live.presence.readers(person) >= READERS_MOST:
            after_ms = ADVICE[HangUp.TOO_MANY_READERS].after_ms
            raise Refused(Reason.TOO_MANY_READERS, retry_after_ms=after_ms)
        reader = reader_for(live, person, position)
        line = Line(engine, ask.context.sessions, live, ask.identity, ask.receive)
        waits = waits_for_news(live, reader)
        engine.opened(live, person)
        engine.counts.streams["poll"] += 1
        try:
            found = await next_for(engine, live, reader, wait_ms, line.still_welcome)
        finally:
            line.close()
            engine.counts.streams["poll"] -= 1
            engine.closed(live, person)
        if line.gone:
            return None
        if waits and isinstance(found, Served):
            count_delivery(engine, live, found)
        if since is None and not isinstance(found, HangUp):
            # After a reset the client gets the state, and goes on from about here.
            served = found.position if isinstance(found, Served) else live.head
            self._places.carry(ask.identity, live, served)
        return _reply(found, reader)


def _reply(found: Served | Reset | HangUp, reader: Reader) -> Reply:
    match found:
        case Served():
            return Reply(answer_to_poll(found, reader.person))
        case Reset():
            return Reply(array([found]))
        case HangUp.SIGNED_OUT:
            return WELCOME
        case _:
            # The server restarts, or the role has changed: the same id is good for the next one.
            return Reply(answer_to_poll(Served((), (), reader.position), reader.person))


def long_poll() -> Handler:
    """A handler that has served nobody yet."""
    return gives(Feed, Reason.TOO_MANY_READERS, Reason.WRONG_ORIGIN)(LongPoll())
