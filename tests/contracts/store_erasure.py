"""What every store promises about guests: what is known of them, and that it can be erased."""

from frontdesk.desk.audience import AGENTS, ALL, person_mark
from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.entries import GuestQueued, GuestRequeued
from frontdesk.desk.events import vouched_for
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.names import skeleton
from frontdesk.desk.personal import Profile, tombstone
from frontdesk.desk.state import Guest, GuestState, Note, State
from frontdesk.engine.ports import GuestRoom, KeyRow, Row, SessionRow, Sought, Store
from frontdesk.store import codec
from tests.contracts import stories as eg
from tests.contracts.store_given import NORTH, START, batch, key, scrubbed, tell

AGAIN = RoomId("room-ana-again")
HIDDEN = (
    "Ana",
    "parcel",
    "Debian",
    "Where is it?",
    "Dear Ana",
    "Kind",
    "customer-1042",
    "example.org",
)
TOLD = (
    *eg.PEOPLE,
    eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
    eg.said(eg.ANA.who, eg.ANAS_ROOM, "Where is it?"),
    eg.said(eg.IDA, eg.ANAS_ROOM, "Dear Ana, I look."),
    eg.said(eg.BEN.who, eg.BENS_ROOM, "Anybody there?"),
    eg.ended(eg.ANA, eg.IDA, eg.ANAS_ROOM),
    eg.rated(eg.ANA, eg.ANAS_ROOM, "Kinder than I am used to.", 4),
    eg.rated(eg.ANA, eg.ANAS_ROOM, "Kind."),
    GuestRequeued(eg.NOON_MS + 61_000, eg.ANA, AGAIN, 12),
    eg.said(eg.ANA.who, AGAIN, "Where is it?"),
    eg.ended(eg.ANA, None, AGAIN),
)


async def everything(store: Store) -> str:
    """All that can be read of the main desk, written out."""
    marks = [ALL, AGENTS, person_mark(eg.ANA.id)]
    kept = [
        *await store.read(MAIN, 0, 999),
        *(await store.replay(MAIN, eg.IDA.id, marks, START, 999)).kept,
        *await store.conversation(MAIN, eg.ANAS_ROOM, 0, 999),
    ]
    kept += [one for room in (eg.ANAS_ROOM, AGAIN) for one in await store.ratings(MAIN, room)]
    tails = [await store.backlog(MAIN, room, None, 99) for room in (eg.ANAS_ROOM, AGAIN)]
    state = await store.load_checkpoint(MAIN)
    guests = list(state.guests.values()) if state is not None else []
    record = await store.guest(MAIN, eg.ANA.id)
    profiles = [one.profile for one in guests] + ([record.guest] if record is not None else [])
    profiles += [one.entry.guest for one in kept if isinstance(one.entry, GuestQueued)]
    infos = [(dict(one.info), vouched_for(one.vouched)) for one in profiles]
    return repr((kept, tails, guests, infos, record))


class ErasureContract:
    # --- guests ----------------------------------------------------------------------------------

    async def test_a_guest_is_found_with_every_room(self, store: Store):
        await tell(store, *TOLD)

        found = await store.guest(MAIN, eg.ANA.id)

        assert found is not None
        assert (found.guest, found.created_ms, found.erased) == (eg.ANA, eg.NOON_MS, False)
        assert found.rooms == (
            GuestRoom(eg.ANAS_ROOM, eg.NOON_MS, eg.NOON_MS + 60_000, "agent"),
            GuestRoom(AGAIN, eg.NOON_MS + 61_000, eg.NOON_MS + 60_000, "agent"),
        )

    async def test_an_open_room_has_no_end(self, store: Store):
        await tell(store, *eg.PEOPLE)

        found = await store.guest(MAIN, eg.BEN.id)

        assert found is not None
        assert found.rooms == (GuestRoom(eg.BENS_ROOM, eg.NOON_MS, None, None),)

    async def test_neither_an_account_nor_a_guest_of_another_desk_is_found(self, store: Store):
        await tell(store, *eg.PEOPLE)
        await store.open(NORTH)

        assert await store.guest(MAIN, eg.IDA.id) is None
        assert await store.guest(NORTH, eg.ANA.id) is None
        assert await store.guests_named(NORTH, "Ana", 9) == []

    async def test_a_name_may_have_been_that_of_several_guests(self, store: Store):
        await tell(store, *eg.PEOPLE)
        later = [Profile(PersonId(f"guest-{n}"), "Ana", "", {}) for n in range(3)]
        entries = [
            GuestQueued(eg.NOON_MS + n, one, RoomId(f"room-{n}"), 5 + n)
            for n, one in enumerate(later, start=1)
        ]
        await tell(store, *entries)

        assert [one.guest for one in await store.guests_named(MAIN, "Ana", 9)] == [
            *reversed(later),
            eg.ANA,
        ]
        assert [one.guest for one in await store.guests_named(MAIN, "Ana", 2)] == later[:0:-1]
        assert await store.guests_named(MAIN, "ana", 9) == []

    async def test_guests_are_sought_by_how_a_name_begins(self, store: Store):
        await tell(store, *eg.PEOPLE)
        await store.open(NORTH)
        names = ("anatol", "ANA", "Änne", "Anatol")
        later = [Profile(PersonId(f"guest-{n}"), one, "", {}) for n, one in enumerate(names)]
        entries = [
            GuestQueued(eg.NOON_MS + n, one, RoomId(f"room-{n}"), 5 + n)
            for n, one in enumerate(later, start=1)
        ]
        await tell(store, *entries)

        async def found(user: str | None, limit: int = 9, sub: str | None = None) -> list[str]:
            guests = await store.guests_sought(MAIN, Sought(user, sub), limit)
            return [one.guest.user for one in guests]

        assert await found("an") == ["ANA", "Ana", "Anatol", "anatol", "Änne"]
        assert await found("ana", limit=3) == ["ANA", "Ana", "Anatol"]
        assert await found("nobody") == await found("") == await found("?") == []
        vouched = eg.ANA.vouched
        assert vouched is not None
        assert await found(None, sub=vouched.sub) == ["Ana"]
        assert await found("B", sub=vouched.sub) == []
        assert await store.guests_sought(NORTH, Sought("an"), 9) == []

        await tell(store, eg.erased(later[1], RoomId("room-2")))
        assert await found("an") == ["Ana", "Anatol", "anatol", "Änne"]

    async def test_a_conversation_is_what_its_room_heard(self, store: Store):
        told = await tell(store, *TOLD)

        heard = await store.conversation(MAIN, eg.ANAS_ROOM, 0, 99)

        assert heard == [told[at] for at in (4, 5, 6, 8)]
        assert await store.conversation(MAIN, eg.ANAS_ROOM, 5, 2) == [told[5], told[6]]
        assert await store.conversation(MAIN, eg.ANAS_ROOM, 9, 2) == []

    async def test_of_a_room_that_is_over_it_is_known_whose_it_was_and_who_had_them_last(
        self, store: Store
    ):
        moved = eg.OF_EACH_KIND["guest_transferred"]
        await tell(store, *eg.PEOPLE, eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM), moved)
        await store.open(NORTH)
        assert await store.ended_room(MAIN, eg.ANAS_ROOM) is None

        ends = [eg.ended(eg.ANA, None, eg.ANAS_ROOM), eg.ended(eg.BEN, None, eg.BENS_ROOM)]
        await tell(store, *ends, eg.OF_EACH_KIND["group_opened"], eg.OF_EACH_KIND["group_ended"])

        at_ms = eg.NOON_MS + 60_000
        over = [await store.ended_room(MAIN, one) for one in (eg.ANAS_ROOM, eg.BENS_ROOM, eg.GROUP)]
        assert over == [
            EndedRoom(eg.ANAS_ROOM, at_ms, eg.ANA, eg.JON.id),
            EndedRoom(eg.BENS_ROOM, at_ms, eg.BEN, None),
            EndedRoom(eg.GROUP, eg.NOON_MS, None, None),
        ]
        assert await store.ended_room(MAIN, RoomId("room-none")) is None
        assert await store.ended_room(NORTH, eg.ANAS_ROOM) is None

    async def test_who_left_a_message_is_a_guest_whose_room_is_over(self, store: Store):
        await tell(store, *eg.PEOPLE, eg.OF_EACH_KIND["note_left"])

        found = await store.guest(MAIN, eg.CEM.id)

        assert found is not None
        assert (found.guest, found.erased) == (eg.CEM, False)
        assert found.rooms == (GuestRoom(eg.NOTE, eg.NOON_MS, eg.NOON_MS, "message"),)
        assert await store.ended_room(MAIN, eg.NOTE) == EndedRoom(eg.NOTE, eg.NOON_MS, eg.CEM, None)

    async def test_what_was_left_is_erased_with_whoever_left_it(self, store: Store):
        row = KeyRow(f"leave_message:{MAIN}", "k", MAIN, "LeaveNote", 5, 1, eg.NOTE, 1)
        await tell(store, *eg.PEOPLE, eg.OF_EACH_KIND["note_left"])
        await store.commit([batch(None, rows=[row])])
        state = State(MAIN)
        state.offset = 5
        state.notes.put(eg.NOTE, Note(eg.CEM, eg.NOTE, eg.NOON_MS))
        await store.save_checkpoint(state)
        assert await store.load_checkpoint(MAIN) == state

        await tell(store, eg.erased(eg.CEM, eg.NOTE))

        kept = await store.load_checkpoint(MAIN)
        assert kept is not None
        profiles = [(one.guest, dict(one.guest.info)) for one in kept.notes.values()]
        left = repr((await store.read(MAIN, 0, 99), profiles, await store.guest(MAIN, eg.CEM.id)))
        for hidden in ("Cem", "Call me", "BSD", "1234"):
            assert hidden not in left
        assert await store.find_key(row.scope, "k") is None

    async def test_the_ratings_of_a_room_are_found_in_order(self, store: Store):
        told = await tell(store, *TOLD)

        assert await store.ratings(MAIN, eg.ANAS_ROOM) == told[9:11]
        assert await store.ratings(MAIN, AGAIN) == []
        over = await store.ended_room(MAIN, eg.ANAS_ROOM)
        assert over is not None
        assert over.ratings == 2

    # --- erasing ---------------------------------------------------------------------------------

    async def test_nothing_of_an_erased_guest_can_be_read(self, store: Store):
        await tell(store, *TOLD)
        state = State(MAIN)
        state.offset = len(TOLD)
        state.guests.put(eg.ANA.id, Guest(eg.ANA, GuestState.IDLE, None, 3, eg.NOON_MS))
        state.names.put(skeleton("Ana"), eg.ANA.id)
        await store.save_checkpoint(state)
        for hidden in HIDDEN:
            assert hidden in await everything(store)

        await tell(store, eg.erased(eg.ANA, eg.ANAS_ROOM, AGAIN))

        left = await everything(store)
        for hidden in HIDDEN:
            assert hidden not in left
        assert tombstone(eg.ANA.id) in left
        assert await store.guests_named(MAIN, "Ana", 9) == []
        found = await store.guest(MAIN, eg.ANA.id)
        assert found is not None
        assert found.erased
        assert len(found.rooms) == 2
        over = await store.ended_room(MAIN, eg.ANAS_ROOM)
        assert over is not None
        assert over.guest == codec.erased(eg.ANA.id)

    async def test_also_a_room_that_the_entry_does_not_name_is_erased(self, store: Store):
        await tell(store, *TOLD)

        await tell(store, eg.erased(eg.ANA))

        assert "Where is it?" not in await everything(store)

    async def test_a_guest_who_comes_and_is_erased_in_one_commit_leaves_nothing(self, store: Store):
        await tell(store, *TOLD, eg.erased(eg.ANA, eg.ANAS_ROOM, AGAIN))

        left = await everything(store)
        for hidden in HIDDEN:
            assert hidden not in left

    async def test_others_are_left_as_they_were(self, store: Store):
        told = await tell(store, *TOLD)
        before = await store.guest(MAIN, eg.BEN.id)

        await tell(store, eg.erased(eg.ANA, eg.ANAS_ROOM, AGAIN))

        kept = await store.read(MAIN, 0, 99)
        for at in (0, 1, 3, 7):
            assert kept[at] == told[at]
        assert await store.guest(MAIN, eg.BEN.id) == before
        assert [one.marks for one in kept[:-1]] == [one.marks for one in told]

    async def test_the_sessions_and_keys_of_an_erased_guest_are_gone(self, store: Store):
        await tell(store, *eg.PEOPLE)
        mine = SessionRow(b"ana", eg.ANA.id, "guest", 1)
        theirs = SessionRow(b"ben", eg.BEN.id, "guest", 1)
        identified = KeyRow(f"identify:{MAIN}", "i", MAIN, "Identify", 3, 1, eg.ANAS_ROOM, 1)
        other = KeyRow(f"identify:{MAIN}", "j", MAIN, "Identify", 4, 1, eg.BENS_ROOM, 1)
        agents = KeyRow(eg.IDA.id, "k", MAIN, "Post", 4, 1, eg.ANAS_ROOM, 1)
        rows: list[Row] = [mine, theirs, key("own"), identified, other, agents]
        await store.commit([batch(None, rows=rows)])

        await tell(store, eg.erased(eg.ANA, eg.ANAS_ROOM))

        assert await store.session(b"ana") is None
        assert await store.session(b"ben") == theirs
        assert await store.find_key(eg.ANA.id, "own") is None
        assert await store.find_key(identified.scope, "i") is None
        assert await store.find_key(other.scope, "j") == other
        # What an agent did stays done; its answer is made from what can be read.
        assert await store.find_key(eg.IDA.id, "k") == agents

    async def test_erasing_again_changes_nothing(self, store: Store):
        await tell(store, *TOLD, eg.erased(eg.ANA, eg.ANAS_ROOM, AGAIN))
        before = await store.read(MAIN, 0, len(TOLD) + 1)

        await tell(store, eg.erased(eg.ANA, eg.ANAS_ROOM, AGAIN))

        assert await store.read(MAIN, 0, len(TOLD) + 1) == before

    async def test_an_account_is_not_erased_by_such_an_entry(self, store: Store):
        await tell(store, *eg.PEOPLE)

        await tell(store, eg.erased(Profile(eg.IDA.id, "", "", {})))

        assert await store.account("Ida") is not None

    async def test_there_is_nothing_left_to_scrub_in_the_end(self, store: Store):
        assert await scrubbed(store)
        await tell(store, *TOLD, eg.erased(eg.ANA, eg.ANAS_ROOM, AGAIN))

        assert await scrubbed(store)
        assert await scrubbed(store)
