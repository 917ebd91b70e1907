"""What an admin may ask of guests, also of long ago: what is kept of one, and that it be erased."""

from frontdesk.desk.commands import Erase
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine import exports
from frontdesk.engine.ports import GuestRecord, Sought
from frontdesk.web.bodies import NoBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import Carried, FoundGuest, FoundGuests
from frontdesk.web.queries import ExportQuery, PeopleQuery
from frontdesk.web.reply import Reply
from frontdesk.web.standing import NEXT, place_asked

# Guests of one name in one answer. More have to be told apart by when they were here.
FOUND_MOST = 100


@gives(FoundGuests)
async def find(ask: Ask[NoBody]) -> Reply:
    """Find guests.

    For admins: which guests of this desk have or had a name that begins so, in the order of names,
    of equal ones the last first; or who are one person to the site that vouched for them, the last
    first.
    """
    query = ask.query
    assert isinstance(query, PeopleQuery), "the table says so"
    sought = Sought((query.user or "").strip() or None, query.sub or None)
    if sought == Sought() or (sought.user is not None and not any(map(str.isalnum, sought.user))):
        detail = "It takes how the name of a guest begins, or ?sub."
        raise Refused(Reason.MALFORMED, "?user", detail=detail)
    store = ask.context.engine.store
    found = await store.guests_sought(ask.live.state.id, sought, FOUND_MOST + 1)
    people = tuple(found_guest(one) for one in found[:FOUND_MOST])
    return Reply(encode(FoundGuests(people, len(found) > FOUND_MOST)))


def found_guest(record: GuestRecord) -> FoundGuest:
    """A guest as a search tells of them."""
    last = record.rooms[-1]
    return FoundGuest(
        person=record.guest.id,
        user=record.guest.user,
        created=record.created_ms // 1000,
        room=last.room,
        open=last.ended_ms is None,
    )


@gives(exports.Export)
async def export(ask: Ask[NoBody]) -> Reply:
    """Export a guest.

    For admins: all that is kept of a guest, up to a size; `next` says where the rest begins.
    """
    assert isinstance(ask.query, ExportQuery), "the table says so"
    record = await _record(ask)
    if record is None:
        raise Refused(Reason.NOT_FOUND)
    after = place_asked(ask.live, "after", ask.query.after, takes=NEXT)
    store, desk = ask.context.engine.store, ask.live.state.id
    return Reply(encode(await exports.export(store, desk, record, after or exports.START)))


@gives(Carried)
async def erase(ask: Ask[NoBody]) -> Reply:
    """Erase a guest.

    For admins: the name, what was given, and all that was said in the guest's rooms, for good. An
    open room ends.
    """
    record = await _record(ask)
    rooms = tuple(one.room for one in record.rooms) if record is not None else ()
    already = record is not None and record.erased
    return await ask.do(Erase(ask.person, ask.named, rooms, already))


async def _record(ask: Ask[NoBody]) -> GuestRecord | None:
    return await ask.context.engine.store.guest(ask.live.state.id, ask.named)
