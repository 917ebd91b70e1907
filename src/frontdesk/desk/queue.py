"""The guests who wait: the order, who is next, and how long it takes.

The order is that of the tickets and nothing else. A ticket is the offset at which the guest
joined, so it is unique and a guest who comes back with an old one has their old place.
"""

from frontdesk.desk.ids import PersonId
from frontdesk.desk.limits import WAIT_SAMPLE, WAIT_SAMPLE_MS
from frontdesk.desk.state import State
from frontdesk.desk.table import Table


def join(state: State, guest: PersonId, ticket: int) -> None:
    """Let the guest wait, at the place of the ticket."""
    last = state.waiting.last() or 0
    state.waiting.put(guest, ticket)
    if ticket < last:
        # Somebody is back with an old ticket: rare enough to sort everybody.
        order = sorted(state.waiting.items(), key=lambda row: row[1])
        state.waiting = Table(dict(order))


def next_guest(state: State) -> PersonId | None:
    """The smallest ticket whose guest is present; None if there is none."""
    for guest in state.waiting:
        if state.guests[guest].absent_since_ms is None:
            return guest
    return None


def first_wait_ms(state: State, now_ms: int) -> int:
    """How long the guest with the smallest ticket waits; 0 where nobody does."""
    for guest in state.waiting:
        return max(0, now_ms - state.guests[guest].waits_since_ms)
    return 0


def note_taken(state: State, at_ms: int, wait_ms: int) -> None:
    """Remember how long somebody waited, for the wait that is told."""
    state.taken = (*state.taken, (at_ms, wait_ms))[-WAIT_SAMPLE:]


def average_wait_ms(state: State, now_ms: int) -> int:
    """The wait that is told to guests: a mean of what happened, never a forecast.

    The mean wait of the last `WAIT_SAMPLE` taken within `WAIT_SAMPLE_MS`; where there is none, the
    mean age of those who wait; where nobody waits, 0.
    """
    waits = [wait for at, wait in state.taken if now_ms - at <= WAIT_SAMPLE_MS]
    if not waits:
        waits = [now_ms - state.guests[guest].waits_since_ms for guest in state.waiting]
    return max(0, sum(waits) // len(waits)) if waits else 0
