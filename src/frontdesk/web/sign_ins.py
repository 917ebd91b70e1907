"""Who may try to sign in, and when: guesses at passwords are slowed down, and nobody is locked out.

What is slowed down is one name tried from one place, and one place that tries many names; never
the account, or a stranger could keep its owner out from anywhere. Devices on which the owner has
signed in before are counted apart. Nothing here may depend on whether a name exists, and no name
that somebody typed is kept. In memory alone, bounded, and forgotten by a restart.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from frontdesk.desk.names import clean_name, skeleton
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.ports import Clock
from frontdesk.web.guesses import FREE, Guesses
from frontdesk.web.neighbourhood import neighbourhood, wider
from frontdesk.web.places import WIDE, Places
from frontdesk.web.rates import Rates
from frontdesk.web.reply import Scope
from frontdesk.web.throttle import KEYS, refuse

# As many wrong passwords at once as in five minutes, for a Monday morning.
BURST_MINUTES = 5
# Twice as long as that takes to drain.
KEPT_MS = 600_000

# Whose guesses one attempt is among, and under which key.
Try = tuple[Guesses, bytes]


class SignIns:
    """What was tried lately, and so what may be tried.

    Args:
        secret: the server's own, so that nobody can tell what is behind a key.
    """

    def __init__(self, clock: Clock, rates: Rates, secret: bytes) -> None:
        self._clock = clock
        self._rates = rates
        self._secret = hashlib.sha256(b"sign-ins" + secret).digest()
        self._guesses = Guesses(KEYS)
        # From a whole /48 of IPv6.
        self._wide_guesses = Guesses(KEYS, WIDE * FREE)
        self._wrong = Places(KEYS, KEPT_MS)

    @contextmanager
    def attempt(self, scope: Scope, typed: str, device: str | None) -> Iterator[None]:
        """Around a sign-in, which counts as wrong until it is over without a refusal.

        What ends otherwise than by saying that the password is wrong, since the server had no time
        to look, does not count.

        Args:
            typed: the name.
            device: the known device of that name's owner from which it comes. It is counted
                apart from all strangers, and alone.

        Raises:
            Refused: TOO_FAST, before the password is looked at.
        """
        place = neighbourhood(scope.get("client"), self._rates.proxies)
        if device is not None:
            tries, place = [(self._guesses, self._key("device", _look(typed), device))], None
        else:
            # A proxy that does not say who comes is one place; there, owners need their devices.
            tries = [(self._guesses, self._key("place", _look(typed), place or _host(scope)))]
        if place is not None and (wide := wider(place)) is not None:
            tries.append((self._wide_guesses, self._key("place", _look(typed), wide)))
        with self._guess(tries, place, Reason.WRONG_CREDENTIALS):
            yield

    @contextmanager
    def link(self, scope: Scope) -> Iterator[None]:
        """Around a look at a one-time link, which counts as a guess at one until it is found.

        Nobody guesses 256 bits. Who tries is slowed down all the same, where they are.

        Raises:
            Refused: TOO_FAST, before it is looked for.
        """
        place = neighbourhood(scope.get("client"), self._rates.proxies)
        tries = [(self._guesses, self._key("link", place or _host(scope)))]
        with self._guess(tries, place, Reason.NOT_FOUND):
            yield

    @contextmanager
    def _guess(self, tries: list[Try], place: str | None, wrong: Reason) -> Iterator[None]:
        self._let_in(tries, place)
        try:
            yield
        except Refused as refused:
            if refused.reason is not wrong:
                self._undo(tries, place)
            raise
        for guesses, key in tries:
            guesses.right(key)
        self._undo([], place)

    def _let_in(self, tries: list[Try], place: str | None) -> None:
        now_ms = self._clock.monotonic_ms()
        # The place first: names that nobody looks at make no guesses be forgotten.
        if place is not None:
            rate = self._rates.sign_in_rate
            refuse(self._wrong.take(place, rate, rate * BURST_MINUTES, now_ms))
        for number, (guesses, key) in enumerate(tries):
            wait_ms = guesses.begin(key, now_ms)
            if wait_ms:
                self._undo(tries[:number], place)
            refuse(wait_ms)

    def _undo(self, tries: list[Try], place: str | None) -> None:
        """Nobody has looked at these guesses."""
        for guesses, key in tries:
            guesses.never_made(key)
        if place is not None:
            self._wrong.give_back(place)

    def _key(self, *parts: str) -> bytes:
        # People type passwords into the field of the name; a digest of it is all that stays.
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self._secret, digest_size=16).digest()


def _look(typed: str) -> str:
    """What all names that look like this one have in common. Names that nobody can have are one."""
    try:
        return skeleton(clean_name(typed))
    except Refused:
        return ""


def _host(scope: Scope) -> str:
    client = scope.get("client")
    return "" if client is None else str(client[0])
