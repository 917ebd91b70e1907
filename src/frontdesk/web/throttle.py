"""How fast people may ask: each person, and each address.

What is refused here is refused before any work is done for it, changes nothing, and is told how
long to wait. The rates of a desk are read from its state each time, so a change holds at once.
Everything is in memory alone, bounded, and forgotten by a restart. Nothing here may look at what
is said. Guesses at passwords are bounded in `sign_ins.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Clock
from frontdesk.web.buckets import Buckets
from frontdesk.web.identity import Identity, Sessions
from frontdesk.web.neighbourhood import remembered, wider
from frontdesk.web.places import Places
from frontdesk.web.rates import Rates
from frontdesk.web.reply import Scope

# What comes in a burst is allowed for ten seconds: a page that opens, a reconnect, a bot's digest.
BURST_S = 10
# At the lowest rates that would be one or two, and opening a room takes more than that.
BURST_LEAST = 5
# A minute's worth at once is a flood; one at a time keeps a class waiting that asks together.
ARRIVALS_A_BURST = 4

# Somebody who types says so every three seconds, and once that it is over.
COMMANDS_A_TYPING = 2

# Keys remembered of each kind, at about 250 bytes: what a server of 10,000 people needs, five
# times. A flood from more addresses than that comes from anywhere, and no address stops it.
KEYS = 50_000
# Longer than any bucket takes to drain: a minute, at one new guest a minute.
KEPT_MS = 120_000

# New guests who wait for a commit, of the 512 commands that fit into one: those who are here
# already always find room in the next.
ARRIVING_MOST = 128
# As long as a few commits of a disk that is slow.
ARRIVING_MS = 1_000


class Pace(StrEnum):
    """How often a route may be used that changes something. What only looks counts nowhere here."""

    COMMAND = "command"
    TYPING = "typing"
    ARRIVAL = "arrival"


class Throttle:
    """What everybody has done lately, and so whether they may go on."""

    def __init__(self, clock: Clock, sessions: Sessions, rates: Rates) -> None:
        self._clock = clock
        self._sessions = sessions
        self._rates = rates
        self._neighbourhood = remembered(rates.proxies)
        self._addresses = Places(KEYS, KEPT_MS)
        self._given_back: Buckets[str] = Buckets(KEYS, KEPT_MS)
        self._arrivals = Places(KEYS, KEPT_MS)
        self._people: Buckets[tuple[DeskId, PersonId, Pace]] = Buckets(KEYS, KEPT_MS)
        self._arriving = 0

    def come(self, scope: Scope, identity: Identity | None = None) -> None:
        """A request has come, before anything is known of it but its head; or a command on a line
        of somebody's.

        Agents do not count: they are known, and whoever shares an address with a flood, or with
        five hundred colleagues, has guests who wait.

        Raises:
            Refused: TOO_FAST.
        """
        place = self._place(scope)
        if place is None:
            return
        if identity.session.kind == "agent" if identity else self._sessions.knows_agent(scope):
            return
        rate = self._rates.address_rate
        refuse(self._addresses.take(place, rate, burst(rate), self._now_ms()))

    def ask(self, pace: Pace, live: Live, identity: Identity | None, scope: Scope) -> None:
        """Somebody wants something changed; what is not known yet.

        Before keys are looked up: a repeat is a request like any other, and has the first answer
        once it comes at a time at which it is let in.

        Raises:
            Refused: TOO_FAST.
        """
        settings, desk, now_ms = live.state.settings, live.state.id, self._now_ms()
        if pace is Pace.ARRIVAL:
            place, rate = self._place(scope), settings.identify_rate
            if place is not None:
                most = max(1, rate // ARRIVALS_A_BURST)
                refuse(self._arrivals.take(place, rate, most, now_ms, of=desk))
            return
        if identity is None:
            return
        is_agent = identity.person in live.state.agents
        rate = settings.account_rate if is_agent else settings.guest_rate
        if pace is Pace.TYPING:
            rate //= COMMANDS_A_TYPING
        wait_ms = self._people.take((desk, identity.person, pace), rate, burst(rate), now_ms)
        if wait_ms and not is_agent and (place := self._place(scope)) is not None:
            self._give_back(place, now_ms)
        refuse(wait_ms)

    def _give_back(self, place: str, now_ms: int) -> None:
        """Who is too fast for themselves takes nothing from others behind the same address: up to
        its own rate once more. To say no is work too, and what is beyond that is a flood.
        """
        rate = self._rates.address_rate
        if not self._given_back.take(wider(place) or place, rate, burst(rate), now_ms):
            self._addresses.give_back(place)

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Around what makes a new guest.

        Raises:
            Refused: OVERLOADED beyond `ARRIVING_MOST` at once, whoever they are.
        """
        if self._arriving >= ARRIVING_MOST:
            raise Refused(Reason.OVERLOADED, retry_after_ms=ARRIVING_MS)
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    def _place(self, scope: Scope) -> str | None:
        return self._neighbourhood(scope.get("client"))

    def _now_ms(self) -> int:
        return self._clock.monotonic_ms()


def burst(rate: int) -> int:
    """How many may come at once, at so many a minute."""
    return max(BURST_LEAST, rate * BURST_S // 60)


def refuse(wait_ms: int) -> None:
    """Refuse whoever has to wait for that long.

    Raises:
        Refused: TOO_FAST, unless it is 0.
    """
    if wait_ms:
        raise Refused(Reason.TOO_FAST, retry_after_ms=wait_ms)
