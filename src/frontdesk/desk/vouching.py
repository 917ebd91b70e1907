"""Keys with which sites vouch for guests: which there are, and whether one still counts.

A site signs who a guest is to it. Whether the signature is good is found out before a desk hears
of it, since nobody here knows a secret; whether the key counts is decided here, in the order of the
log, so that nobody is vouched for with a key that was ended before.
"""

from msgspec.structs import replace

from frontdesk.desk import people
from frontdesk.desk.commands import EndKey, MakeKey, Vouch
from frontdesk.desk.entries import Entry, VouchKeyEnded, VouchKeyMade, VouchKeyUsed
from frontdesk.desk.ids import PersonId
from frontdesk.desk.limits import VOUCH_KEYS_MOST, VOUCH_USED_MS
from frontdesk.desk.personal import Vouched, Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State, VouchKey

UNKNOWN_KEY = "`kid` names no key of this desk; it may have been ended."


def make(state: State, command: MakeKey, now_ms: int) -> list[Entry]:
    """Make a key; nothing happens if this very one is there.

    Raises:
        Refused: NOT_ALLOWED unless an admin asks, and where there are `VOUCH_KEYS_MOST`.
    """
    by = _admin(state, command.by)
    if command.id in state.vouch_keys:
        return []
    if len(state.vouch_keys) >= VOUCH_KEYS_MOST:
        detail = f"A desk has {VOUCH_KEYS_MOST} keys at most; end one first."
        raise Refused(Reason.NOT_ALLOWED, detail=detail)
    return [VouchKeyMade(now_ms, by, command.id, command.label)]


def end(state: State, command: EndKey, now_ms: int) -> list[Entry]:
    """End a key, at once.

    Raises:
        Refused: NOT_ALLOWED unless an admin asks; NOT_FOUND if there is none, or no longer.
    """
    by = _admin(state, command.by)
    key = state.vouch_keys.get(command.id)
    if key is None:
        raise Refused(Reason.NOT_FOUND)
    return [VouchKeyEnded(now_ms, by, key.id, key.label)]


def check(state: State, vouch: Vouch | None) -> None:
    """Let nobody be vouched for with a key that does not count.

    Raises:
        Refused: VOUCH_NOT_VALID.
    """
    if vouch is not None and vouch.key not in state.vouch_keys:
        raise Refused(Reason.VOUCH_NOT_VALID, detail=UNKNOWN_KEY)


def vouched(vouch: Vouch | None) -> Vouched | None:
    """What is kept of it with the guest."""
    return Vouched(vouch.sub, vouch.email) if vouch is not None else None


def used(state: State, vouch: Vouch | None, now_ms: int) -> list[Entry]:
    """That the key was used, unless that is known well enough."""
    if vouch is None:
        return []
    before_ms = state.vouch_keys[vouch.key].used_ms
    is_news = before_ms is None or now_ms - before_ms >= VOUCH_USED_MS
    return [VouchKeyUsed(now_ms, vouch.key)] if is_news else []


def apply(state: State, entry: VouchKeyMade | VouchKeyUsed | VouchKeyEnded) -> None:
    """The key counts, was used, or counts no more."""
    match entry:
        case VouchKeyMade():
            state.vouch_keys.put(entry.key, VouchKey(entry.key, entry.label, entry.at_ms))
        case VouchKeyUsed():
            key = state.vouch_keys[entry.key]
            state.vouch_keys.put(entry.key, replace(key, used_ms=entry.at_ms))
        case VouchKeyEnded():
            state.vouch_keys.drop(entry.key)


def _admin(state: State, person: PersonId) -> Who:
    agent = people.agent_of(state, person)
    if agent.role != "admin":
        raise Refused(Reason.NOT_ALLOWED)
    return agent.who
