"""What every store promises about looking back: which rooms there were, and what was said."""

import pytest
from msgspec.structs import replace

from frontdesk.desk.entries import EndReason, GuestQueued, GuestRequeued, RoomEnded
from frontdesk.desk.ids import MAIN, DeskId, PersonId, RoomId
from frontdesk.desk.personal import Profile, Vouched, tombstone
from frontdesk.engine.ports import PastRoom, Sought, Store, Wanted
from tests.contracts import stories as eg
from tests.contracts.store_given import NORTH, scrubbed, tell

AGAIN = RoomId("room-ana-again")
EVA = Profile(PersonId("guest-eva-000007"), "Eva", "Où est mon colis ?", {})
EVAS_ROOM = RoomId("room-eva")
TOLD = (
    *eg.PEOPLE,
    eg.taken(eg.ANA, eg.IDA, eg.ANAS_ROOM),
    eg.said(eg.ANA.who, eg.ANAS_ROOM, "The **number** is 4711-X."),
    eg.said(eg.IDA, eg.ANAS_ROOM, "I look. The number is fine."),
    replace(eg.OF_EACH_KIND["guest_transferred"], from_agent=eg.IDA, to_agent=eg.JON),
    eg.ended(eg.ANA, eg.JON, eg.ANAS_ROOM),
    eg.taken(eg.BEN, eg.JON, eg.BENS_ROOM),
    eg.said(eg.BEN.who, eg.BENS_ROOM, "Anybody there? I wait for a number."),
    GuestRequeued(eg.NOON_MS + 61_000, eg.ANA, AGAIN, 12),
    eg.queued(EVA, EVAS_ROOM, 13),
    RoomEnded(eg.NOON_MS + 90_000, EVAS_ROOM, EndReason.LEFT_QUEUE, EVA.who, (EVA.id,), None, None),
    eg.OF_EACH_KIND["group_opened"],
    eg.said(eg.IDA, eg.GROUP, "A number among us."),
)


async def indexed(store: Store, *desks: DeskId) -> None:
    """Take in all there is, a little at a time."""
    for desk in desks or (MAIN,):
        while await store.index(desk, 3):
            pass


async def rooms(
    store: Store,
    limit: int = 30,
    before: int | None = None,
    user: str | None = None,
    sub: str | None = None,
    **wanted: str,
) -> list[RoomId]:
    """The rooms of the main desk that are found, in order."""
    asked = Wanted(sought=Sought(user, sub), **wanted)
    past = await store.history(MAIN, asked, before, limit)
    return [one.room for one in past.rooms]


async def searched(store: Store, words: str) -> list[str]:
    """The rooms in which these words stand, in order of name."""
    return sorted(await rooms(store, words=words))


class HistoryContract:
    # --- which rooms there were ------------------------------------------------------------------

    async def test_guests_rooms_are_there_the_last_opened_first(self, store: Store):
        await tell(store, *TOLD)

        past = await store.history(MAIN, Wanted(), None, 30)

        assert [one.room for one in past.rooms] == [EVAS_ROOM, AGAIN, eg.BENS_ROOM, eg.ANAS_ROOM]
        assert past.next is None
        first = past.rooms[-1]
        assert first == PastRoom(
            room=eg.ANAS_ROOM,
            guest=eg.ANA,
            opened=3,
            opened_ms=eg.NOON_MS,
            ended_ms=eg.NOON_MS + 60_000,
            reason="agent",
            agents=("Ida", "Jon"),
            messages=2,
        )
        assert (past.rooms[1].ended_ms, past.rooms[1].reason) == (None, None)

    async def test_a_message_that_was_left_is_a_room_too(self, store: Store):
        await tell(store, *eg.PEOPLE, eg.OF_EACH_KIND["note_left"])
        await indexed(store)

        past = await store.history(MAIN, Wanted(reason="message"), None, 30)

        [room] = past.rooms
        assert (room.room, room.guest, room.messages, room.agents) == (eg.NOTE, eg.CEM, 0, ())
        assert room.opened_ms == room.ended_ms
        assert await rooms(store, words=eg.CEM.topic) == [eg.NOTE]

    async def test_the_last_rating_of_a_room_counts(self, store: Store):
        rated = eg.OF_EACH_KIND["room_rated"]
        await tell(store, *TOLD, replace(rated, rating=2), replace(rated, rating=5))

        past = await store.history(MAIN, Wanted(), None, 30)

        assert [one.rating for one in past.rooms] == [None, None, None, 5]

    async def test_a_room_is_found_by_its_id_and_no_other_kind_of_room(self, store: Store):
        await tell(store, *TOLD)
        await store.open(NORTH)

        found = await store.past_room(MAIN, eg.BENS_ROOM)

        assert found is not None
        assert (found.guest, found.agents, found.messages) == (eg.BEN, ("Jon",), 1)
        assert await store.past_room(MAIN, eg.GROUP) is None
        assert await store.past_room(MAIN, RoomId("none")) is None
        assert await store.past_room(NORTH, eg.BENS_ROOM) is None

    async def test_pages_neither_repeat_nor_skip_while_rooms_open_and_end(self, store: Store):
        await tell(store, *TOLD)
        everything = await rooms(store)

        found, before = [], None
        for number in range(9):
            past = await store.history(MAIN, Wanted(), before, 1)
            found += [one.room for one in past.rooms]
            if past.next is None:
                break
            before = past.next
            late = Profile(PersonId(f"guest-late-{number}"), "Late", "", {})
            await tell(store, GuestQueued(eg.NOON_MS, late, RoomId(f"late-{number}"), 1))
            if number == 1:
                await tell(store, eg.ended(eg.BEN, eg.JON, eg.BENS_ROOM))

        assert found == everything

    async def test_rooms_are_told_apart_by_guest_agent_and_reason(self, store: Store):
        await tell(store, *TOLD)

        assert await rooms(store, user="Ana") == [AGAIN, eg.ANAS_ROOM]
        assert await rooms(store, user="Ana", before=5) == [eg.ANAS_ROOM]
        assert await rooms(store, agent="Jon") == [eg.BENS_ROOM, eg.ANAS_ROOM]
        assert await rooms(store, agent="Ida") == [eg.ANAS_ROOM]
        assert await rooms(store, agent="Nobody") == []
        assert await rooms(store, reason="agent") == [eg.ANAS_ROOM]
        assert await rooms(store, reason="left_queue") == [EVAS_ROOM]
        assert await rooms(store, reason="silence") == []
        assert await rooms(store, agent="Jon", user="Ben") == [eg.BENS_ROOM]
        assert await rooms(store, agent="Ida", user="Ben") == []
        assert await rooms(store, agent="Jon", reason="agent") == [eg.ANAS_ROOM]
        assert await rooms(store, user="Ana", reason="agent") == [eg.ANAS_ROOM]

    async def test_a_guest_is_sought_by_how_the_name_begins_and_by_what_the_site_says(
        self, store: Store
    ):
        jose = Profile(PersonId("guest-jose-00009"), "José  María-Ω", "", {}, eg.ANA.vouched)
        await tell(store, *TOLD, eg.queued(jose, RoomId("room-jose"), 15))
        await indexed(store)

        for user in ("JOSE", "jo", "José m", "jose maria ω"):
            assert await rooms(store, user=user) == ["room-jose"], user
        assert await rooms(store, user="an") == [AGAIN, eg.ANAS_ROOM]
        # It is a beginning, and nothing in it is a pattern.
        for user in ("na", "maria", "%", "_na", "Ana Ana", "\0", "\U0010ffff", "*"):
            assert await rooms(store, user=user) == [], user
        assert eg.ANA.vouched is not None
        sub = eg.ANA.vouched.sub
        assert await rooms(store, sub=sub) == ["room-jose", AGAIN, eg.ANAS_ROOM]
        assert await rooms(store, sub=sub, user="JO") == ["room-jose"]
        assert await rooms(store, sub=sub, words="number") == [eg.ANAS_ROOM]
        assert await rooms(store, sub=sub, user="jo", words="number") == []
        assert await rooms(store, user="AN", words="number") == [eg.ANAS_ROOM]
        for other in (sub.upper(), sub[:-1], ""):
            assert await rooms(store, sub=other) == [], other

        await tell(store, eg.erased(jose, RoomId("room-jose")))
        assert await rooms(store, user="jose") == await rooms(store, user="erased") == []
        assert await rooms(store, sub=sub) == [AGAIN, eg.ANAS_ROOM]

    async def test_a_desk_shows_its_own_rooms_alone(self, store: Store):
        await tell(store, *TOLD)
        await tell(store, eg.queued(EVA, RoomId("room-north")), desk=NORTH)
        await indexed(store, MAIN, NORTH)

        for wanted in (Wanted(), Wanted(words="colis")):
            past = await store.history(NORTH, wanted, None, 9)
            assert [one.room for one in past.rooms] == ["room-north"]
        assert await searched(store, "colis") == [EVAS_ROOM]

    async def test_the_rooms_that_a_guest_had_before_are_found_from_a_later_one(self, store: Store):
        third = RoomId("room-ana-third")
        await tell(store, *TOLD, GuestRequeued(eg.NOON_MS + 99_000, eg.ANA, third, 17))

        found = await store.earlier(MAIN, third, 20)

        assert [one.room for one in found] == [AGAIN, eg.ANAS_ROOM]
        assert [one.room for one in await store.earlier(MAIN, third, 1)] == [AGAIN]
        assert await store.earlier(MAIN, eg.ANAS_ROOM, 20) == []
        assert await store.earlier(MAIN, RoomId("none"), 20) == []
        assert await store.earlier(MAIN, eg.GROUP, 20) == []

    async def test_whom_the_site_vouches_for_alike_is_the_same_guest(self, store: Store):
        later = Profile(PersonId("guest-anna-00009"), "Anna", "", {}, eg.ANA.vouched)
        other = Profile(PersonId("guest-anne-00010"), "Anne", "", {}, Vouched("customer-7", ""))
        await tell(store, *TOLD)
        for number, guest in enumerate((later, other)):
            await tell(store, eg.queued(guest, RoomId(f"room-later-{number}")))

        found = await store.earlier(MAIN, RoomId("room-later-0"), 20)

        assert [one.room for one in found] == [AGAIN, eg.ANAS_ROOM]
        assert await store.earlier(MAIN, RoomId("room-later-1"), 20) == []

    # --- what was said ---------------------------------------------------------------------------

    async def test_words_are_found_in_messages_and_in_questions(self, store: Store):
        await tell(store, *TOLD)
        await indexed(store)

        past = await store.history(MAIN, Wanted(words="number"), None, 30)

        assert [one.room for one in past.rooms] == [eg.BENS_ROOM, eg.ANAS_ROOM]
        assert [one.excerpt for one in past.rooms] == [
            "Anybody there? I wait for a number.",
            "The **number** is 4711-X.",
        ]
        assert await searched(store, "parcel") == [eg.ANAS_ROOM, AGAIN]

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("ou est", [EVAS_ROOM]),
            ("OÙ EST", [EVAS_ROOM]),
            ("ou\u0300", [EVAS_ROOM]),
            ("coli", [EVAS_ROOM]),
            ("coli est", []),
            ("number looks", []),
            ("number look", [eg.ANAS_ROOM]),
            ('"number is" look', [eg.ANAS_ROOM]),
            ('look "number is"', [eg.ANAS_ROOM]),
            ('"is number"', []),
            ("4711-x", [eg.ANAS_ROOM]),
            ("4711.X", [eg.ANAS_ROOM]),
            ('"numb"', []),
            ('"numb', [eg.ANAS_ROOM, eg.BENS_ROOM]),
            ("number NOT look", []),
            ("number OR colis", []),
            ("num*", [eg.ANAS_ROOM, eg.BENS_ROOM]),
            ("^number", [eg.ANAS_ROOM, eg.BENS_ROOM]),
            ("words:number", []),
            ("NEAR(number look)", []),
            ('""', []),
            ("...", []),
            ("\0", []),
            ("👋", []),
            ("main", []),
            ("\ue000main", []),
        ],
    )
    async def test_words_are_text_and_nothing_else(
        self, store: Store, words: str, found: list[RoomId]
    ):
        await tell(store, *TOLD[:-2])
        await indexed(store)

        assert await searched(store, words) == sorted(found)

    async def test_words_and_filters_go_together_page_by_page(self, store: Store):
        await tell(store, *TOLD)
        await indexed(store)

        assert await rooms(store, words="number", agent="Ida") == [eg.ANAS_ROOM]
        assert await rooms(store, words="parcel", user="Ana") == [AGAIN, eg.ANAS_ROOM]
        assert await rooms(store, words="parcel", user="Ben") == []
        assert await rooms(store, words="parcel", reason="agent") == [eg.ANAS_ROOM]
        first = await store.history(MAIN, Wanted(words="number"), None, 1)
        assert [one.room for one in first.rooms] == [eg.BENS_ROOM]
        second = await store.history(MAIN, Wanted(words="number"), first.next, 1)
        assert [one.room for one in second.rooms] == [eg.ANAS_ROOM]
        assert second.next is None

    async def test_what_is_said_later_is_found_too_and_counted_once(self, store: Store):
        for entry in TOLD:
            await tell(store, entry)
            await indexed(store)
            await indexed(store)

        assert await searched(store, "number") == [eg.ANAS_ROOM, eg.BENS_ROOM]
        before = await store.past_room(MAIN, eg.ANAS_ROOM)
        await tell(store, eg.said(eg.IDA, AGAIN, "Later."))
        after = await store.past_room(MAIN, AGAIN)
        assert before is not None
        assert after is not None
        assert (before.messages, after.messages) == (2, 1)

    # --- and what was erased ---------------------------------------------------------------------

    @pytest.mark.parametrize("when", ["before", "after"])
    async def test_nothing_is_found_of_an_erased_guest(self, store: Store, when: str):
        await tell(store, *TOLD)
        if when == "before":
            await indexed(store)
        await tell(store, eg.erased(eg.ANA, eg.ANAS_ROOM, AGAIN))
        for _ in range(2):
            assert await searched(store, "parcel") == []
            await indexed(store)
            assert await searched(store, "parcel") == []
            assert await searched(store, "look") == []
            assert await scrubbed(store)

        assert await searched(store, "number") == [eg.BENS_ROOM]
        assert await rooms(store, user="Ana") == []
        assert await rooms(store, user=tombstone(eg.ANA.id)) == []
        left = await store.past_room(MAIN, eg.ANAS_ROOM)
        assert left is not None
        assert (left.guest.user, left.guest.topic) == (tombstone(eg.ANA.id), "")
        assert (left.agents, left.messages) == (("Ida", "Jon"), 2)
        assert eg.ANAS_ROOM in await rooms(store)
