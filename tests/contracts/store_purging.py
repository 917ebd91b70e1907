"""What every store promises about what it need no longer keep (`frontdesk.desk.retention`)."""

from msgspec.structs import replace

from frontdesk.desk.audience import AGENTS, ALL, room_mark
from frontdesk.desk.entries import DirectOpened, Entry, GuestRequeued, MessagePosted
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.personal import Profile, Text
from frontdesk.desk.retention import Old, old, rooms_of
from frontdesk.desk.state import Note, State
from frontdesk.engine.ports import (
    AuditRow,
    InviteRow,
    KeyRow,
    Row,
    SessionEnd,
    SessionRow,
    Store,
    Wanted,
)
from frontdesk.feed.position import Place
from frontdesk.store.keeping import AUDIT_KEPT_MS, INVITE_KEPT_MS, KEY_KEPT_MS, SESSION_KEPT_MS
from tests.contracts import stories as eg
from tests.contracts.store_given import DAY_MS, NORTH, START, batch, scrubbed, tell

# Everything in the stories is older than this.
LATER_MS = eg.NOON_MS + DAY_MS
AGAIN = RoomId("room-ana-again")

ANAS: tuple[Entry, ...] = (
    eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
    eg.said(eg.ANA.who, eg.ANAS_ROOM, "Where is my parcel?"),
    eg.ended(eg.ANA, eg.IDA, eg.ANAS_ROOM),
    eg.rated(eg.ANA, eg.ANAS_ROOM, "Kind."),
)


def state_at(offset: int) -> State:
    state = State(MAIN)
    state.offset = offset
    return state


async def purge(store: Store, gone: Old | None = None, *, checkpoint: int | None = None) -> int:
    """Take out all that may go; where the log begins then."""
    head = (await store.open(MAIN)).offset
    await store.save_checkpoint(state_at(head if checkpoint is None else checkpoint))
    while await store.index(MAIN, 50):
        pass
    while (purged := await store.purge(MAIN, gone or Old(LATER_MS))).more:
        pass
    return purged.kept_from


async def offsets(store: Store) -> list[int]:
    return [kept.offset for kept in await store.read(MAIN, 0, 999)]


def at(ms: int, *entries: Entry) -> list[Entry]:
    return [replace(entry, at_ms=ms) for entry in entries]


class PurgingContract:
    async def test_a_room_that_is_over_goes_with_all_that_is_known_of_it(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS)

        assert await purge(store) == 9

        assert await store.conversation(MAIN, eg.ANAS_ROOM, 0, 99) == []
        assert await store.ratings(MAIN, eg.ANAS_ROOM) == []
        assert await store.ended_room(MAIN, eg.ANAS_ROOM) is None
        assert await store.past_room(MAIN, eg.ANAS_ROOM) is None
        assert (await store.backlog(MAIN, eg.ANAS_ROOM, None, 9)).messages == ()
        assert await store.hearings(MAIN, eg.IDA.id, START) == []
        assert (await store.history(MAIN, Wanted(), None, 9)).rooms[0].guest == eg.BEN
        assert (await store.history(MAIN, Wanted(words="parcel"), None, 9)).rooms == ()

    async def test_its_guest_is_known_no_more(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS)
        mine = SessionRow(b"ana", eg.ANA.id, "guest", eg.NOON_MS)
        theirs = SessionRow(b"ben", eg.BEN.id, "guest", eg.NOON_MS)
        await store.commit([batch(None, rows=[mine, theirs])])

        await purge(store)

        assert await store.guest(MAIN, eg.ANA.id) is None
        assert await store.guests_named(MAIN, "Ana", 9) == []
        assert await store.session(b"ana") is None
        assert await store.session(b"ben") == theirs
        assert await store.guest(MAIN, eg.BEN.id) is not None

    async def test_an_open_room_stays_as_it_was(self, store: Store):
        told = await tell(store, *eg.PEOPLE, eg.said(eg.BEN.who, eg.BENS_ROOM, "Anybody?"), *ANAS)
        before = await store.backlog(MAIN, eg.BENS_ROOM, None, 9)

        await purge(store)

        assert await store.conversation(MAIN, eg.BENS_ROOM, 0, 99) == [told[4]]
        assert await store.backlog(MAIN, eg.BENS_ROOM, None, 9) == before
        # Accounts, and what belongs to the open room.
        assert await offsets(store) == [1, 2, 4, 5]

    async def test_it_goes_once_it_is_over_and_old(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS)
        await purge(store)
        await tell(store, *at(LATER_MS, eg.ended(eg.BEN, None, eg.BENS_ROOM)))

        await purge(store)
        assert await offsets(store) == [1, 2, 4, 9]

        assert await purge(store, Old(LATER_MS + 1)) == 10
        assert await offsets(store) == [1, 2]
        assert await store.guest(MAIN, eg.BEN.id) is None

    async def test_a_room_of_which_anything_is_young_stays_whole(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS[:-1], *at(LATER_MS, ANAS[-1]))

        assert await purge(store) == 8

        assert await offsets(store) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert len(await store.ratings(MAIN, eg.ANAS_ROOM)) == 1

    async def test_nothing_goes_behind_which_there_is_no_checkpoint(self, store: Store):
        told = await tell(store, *eg.PEOPLE, *ANAS)

        assert await purge(store, checkpoint=7) == 8
        assert await store.read(MAIN, 0, 99) == told

    async def test_nothing_goes_without_a_checkpoint(self, store: Store):
        told = await tell(store, *eg.PEOPLE, *ANAS)

        purged = await store.purge(MAIN, Old(LATER_MS))

        assert (purged.kept_from, purged.more) == (1, False)
        assert await store.read(MAIN, 0, 99) == told

    async def test_what_is_young_stays(self, store: Store):
        told = await tell(store, *eg.PEOPLE, *ANAS)

        assert await purge(store, Old(eg.NOON_MS)) == 1
        assert await store.read(MAIN, 0, 99) == told

    async def test_the_rooms_of_a_guest_whom_the_desk_knows_stay(self, store: Store):
        told = await tell(store, *eg.PEOPLE, *ANAS)

        await purge(store, Old(LATER_MS, frozenset({eg.ANA.id})))

        assert await store.conversation(MAIN, eg.ANAS_ROOM, 0, 99) == [told[4], told[5], told[6]]
        assert await store.guest(MAIN, eg.ANA.id) is not None

    async def test_rooms_of_known_guests_hold_up_none_behind_them(self, store: Store):
        known = [Profile(PersonId(f"guest-{n}"), f"Guest {n}", "?", {}) for n in range(1_001)]
        rooms = [RoomId(f"room-{n}") for n in range(1_001)]
        told = [
            entry
            for guest, room in zip(known, rooms, strict=True)
            for entry in (eg.queued(guest, room), eg.ended(guest, None, room))
        ]
        await tell(store, *at(eg.NOON_MS - 1, *told), *eg.PEOPLE, *ANAS)

        await purge(store, Old(LATER_MS, frozenset(guest.id for guest in known)))

        assert await store.past_room(MAIN, eg.ANAS_ROOM) is None
        assert await store.past_room(MAIN, rooms[0]) is not None

    async def test_a_message_that_nobody_has_dealt_with_stays(self, store: Store):
        await tell(store, *eg.PEOPLE, eg.OF_EACH_KIND["note_left"])
        state = state_at(5)
        state.notes.put(eg.NOTE, Note(eg.CEM, eg.NOTE, eg.NOON_MS))

        await purge(store, old(state, LATER_MS))
        assert await store.past_room(MAIN, eg.NOTE) is not None

        await tell(store, eg.OF_EACH_KIND["note_closed"])
        await purge(store)
        assert await store.past_room(MAIN, eg.NOTE) is None
        assert await store.guest(MAIN, eg.CEM.id) is None

    async def test_a_guest_stays_with_a_later_room(self, store: Store):
        again = GuestRequeued(LATER_MS, eg.ANA, AGAIN, 9)
        await tell(store, *eg.PEOPLE, *ANAS, again)

        await purge(store)

        found = await store.guest(MAIN, eg.ANA.id)
        assert found is not None
        assert [one.room for one in found.rooms] == [AGAIN]
        assert found.guest == eg.ANA

    async def test_an_entry_of_two_rooms_stays_with_the_one_that_does(self, store: Store):
        both = eg.OF_EACH_KIND["agent_gone"]
        assert rooms_of(both) == (eg.ANAS_ROOM, eg.BENS_ROOM)
        await tell(store, *eg.PEOPLE, both, *ANAS[2:])

        await purge(store)
        assert await offsets(store) == [1, 2, 4, 5]

        await tell(store, eg.ended(eg.BEN, None, eg.BENS_ROOM))
        await purge(store)
        assert await offsets(store) == [1, 2]

    async def test_a_room_without_a_guest_goes_when_it_is_over(self, store: Store):
        group = [eg.OF_EACH_KIND[kind] for kind in ("group_opened", "group_ended")]
        direct = DirectOpened(eg.NOON_MS, eg.DIRECT, eg.IDA, eg.JON)
        word = MessagePosted(eg.NOON_MS, eg.IDA, eg.DIRECT, Text("Lunch?"))
        await tell(store, *eg.PEOPLE, *group, direct, word)

        await purge(store)

        assert await offsets(store) == [1, 2, 3, 4, 7, 8]
        assert [one.room for one in await store.hearings(MAIN, eg.IDA.id, START)] == [eg.DIRECT]

    async def test_a_replay_says_how_much_is_kept(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS)
        asked = (MAIN, eg.IDA.id, [ALL, AGENTS, room_mark(eg.ANAS_ROOM)])
        assert (await store.replay(*asked, START, 99)).kept_from == 1

        await purge(store)

        assert (await store.replay(*asked, Place(3, 0), 99)).kept_from == 9
        assert (await store.replay(*asked, Place(9, 0), 99)).kept_from == 9

    async def test_no_offset_is_used_again(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS)
        await purge(store)

        assert (await store.open(MAIN)).offset == 8
        (kept,) = await tell(store, eg.said(eg.BEN.who, eg.BENS_ROOM))
        assert kept.offset == 9
        assert await store.read(MAIN, 8, 9) == [kept]

    async def test_what_is_said_after_it_is_found(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS)
        await purge(store)
        await tell(store, eg.said(eg.BEN.who, eg.BENS_ROOM, "A parcel for me?"))
        while await store.index(MAIN, 50):
            pass

        found = await store.history(MAIN, Wanted(words="parcel"), None, 9)
        assert [(one.guest, one.messages) for one in found.rooms] == [(eg.BEN, 1)]

    async def test_other_desks_are_left_alone(self, store: Store):
        told = await tell(store, *eg.PEOPLE, *ANAS, desk=NORTH)
        await tell(store, eg.added(eg.IDA))

        await purge(store)

        assert await store.read(NORTH, 0, 99) == told
        assert await store.kept_from(NORTH) == 1

    async def test_who_was_erased_goes_like_the_others(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS, eg.erased(eg.ANA, eg.ANAS_ROOM))

        assert await purge(store) == 10

        assert await offsets(store) == [1, 2, 4]
        assert await store.guest(MAIN, eg.ANA.id) is None
        assert await scrubbed(store)

    async def test_no_key_tells_of_what_is_gone(self, store: Store):
        await tell(store, *eg.PEOPLE, *ANAS)
        keys = [
            KeyRow(f"identify:{MAIN}", "i", MAIN, "Identify", 3, 1, eg.ANAS_ROOM, eg.NOON_MS),
            KeyRow(eg.IDA.id, "a", MAIN, "Assist", 5, 1, eg.ANAS_ROOM, eg.NOON_MS),
            KeyRow(eg.IDA.id, "s", MAIN, "SetStatus", 2, 1, None, eg.NOON_MS),
            KeyRow(f"identify:{MAIN}", "j", MAIN, "Identify", 4, 1, eg.BENS_ROOM, eg.NOON_MS),
        ]
        await store.commit([batch(None, rows=keys)])
        await store.tidy(LATER_MS + KEY_KEPT_MS)
        await purge(store)

        left = [one for one in keys if await store.find_key(one.scope, one.key) is not None]
        kept = await offsets(store)
        assert [one.key for one in left] == ["j"]
        assert all(one.first in kept for one in left)

    # --- what no desk decides on -----------------------------------------------------------------

    async def test_sessions_that_have_long_been_over_are_dropped(self, store: Store):
        now_ms = LATER_MS + SESSION_KEPT_MS
        rows: list[Row] = [
            SessionRow(b"old", eg.IDA.id, "agent", LATER_MS - 1),
            SessionRow(b"young", eg.IDA.id, "agent", LATER_MS),
            SessionRow(b"bot", eg.IDA.id, "token", 1),
            SessionRow(b"ended", eg.IDA.id, "token", 1),
            SessionRow(b"guest", eg.ANA.id, "guest", 1),
            SessionRow(b"ended-now", eg.JON.id, "agent", LATER_MS),
            SessionEnd(eg.IDA.id, b"ended"),
            SessionEnd(eg.JON.id, b"ended-now"),
        ]
        await tell(store, *eg.PEOPLE)
        await store.commit([batch(None, rows=rows)])

        await store.tidy(now_ms)

        names = (b"old", b"young", b"bot", b"ended", b"guest", b"ended-now")
        left = [name for name in names if await store.session(name) is not None]
        assert left == [b"young", b"bot", b"guest"]
        # What has ended begins again only once it is forgotten.
        again = [SessionRow(b"ended", eg.IDA.id, "token", 2)]
        again += [SessionRow(b"ended-now", eg.JON.id, "agent", now_ms)]
        await store.commit([batch(None, rows=again)])
        assert await store.session(b"ended") is not None
        assert await store.session(b"ended-now") is None

    async def test_links_and_the_audit_trail_have_their_time(self, store: Store):
        await tell(store, *eg.PEOPLE)
        links = [InviteRow(b"old", eg.IDA.id, eg.NOON_MS), InviteRow(b"new", eg.JON.id, LATER_MS)]
        times = (eg.NOON_MS, eg.NOON_MS + 1, LATER_MS)
        done = [AuditRow(MAIN, ms, None, "guest_erased", f"at {ms}") for ms in times]
        await store.commit([batch(None, rows=[*links, *done])])

        await store.tidy(LATER_MS + INVITE_KEPT_MS)
        assert await store.invite(b"old") is None
        assert await store.invite(b"new") is not None

        await store.tidy(times[1] + AUDIT_KEPT_MS)
        trail = await store.audit(MAIN, None, 9, shared=True)
        assert [(one.id, one.at_ms) for one in trail] == [(3, times[2]), (2, times[1])]
        await store.commit([batch(None, rows=[AuditRow(MAIN, 5, None, "desk_added", "x")])])
        assert (await store.audit(MAIN, None, 1, shared=True))[0].id == 4
