"""The index of words in the file: that it follows the log, forgets, and is made in small steps."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.personal import Profile
from frontdesk.engine.ports import Sought, Store, Wanted
from frontdesk.store.memory import MemoryStore
from frontdesk.store.sqlite import indexing, searching
from frontdesk.store.sqlite.connect import Database
from frontdesk.store.sqlite.copies import copy_to
from frontdesk.store.sqlite.store import SqliteStore
from tests.contracts import stories as eg
from tests.contracts.store_given import scrubbed, tell
from tests.contracts.store_history import indexed, searched
from tests.store.canaries import busy_day, seen
from tests.store.test_scrubbing import erase
from tests.store.test_words import HARD


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "desk.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open_path(str(path))
    yield store
    await store.close()


SAID = (*eg.PEOPLE, eg.said(eg.ANA.who, eg.ANAS_ROOM, "The needle, please."))


async def test_what_is_erased_while_its_words_are_found_is_not_put_in(store: SqliteStore):
    await tell(store, *SAID)
    found = await store._readers.run(lambda db: indexing.gather(db, MAIN, 99))
    assert "needle" in repr(found)
    await tell(store, eg.erased(eg.ANA, eg.ANAS_ROOM))

    await store._writer.run(lambda db: indexing.add(db, found))

    assert await store._readers.run(lambda db: indexing.indexed(db, MAIN)) == 0
    await indexed(store)
    rows = await store._readers.run(
        lambda db: db.execute("SELECT rowid FROM word WHERE word MATCH 'needle'").fetchall()
    )
    assert rows == []


async def test_of_two_who_take_in_the_same_one_does(store: SqliteStore, path: Path):
    other = await SqliteStore.open_path(str(path))
    await tell(store, *SAID)
    found = await store._readers.run(lambda db: indexing.gather(db, MAIN, 99))
    await indexed(other)

    await store._writer.run(lambda db: indexing.add(db, found))

    rows = await store._readers.run(lambda db: db.execute("SELECT rowid FROM word").fetchall())
    assert len(rows) == 2
    room = await store.past_room(MAIN, eg.ANAS_ROOM)
    assert room is not None
    assert room.messages == 1
    await other.close()


async def test_messages_that_are_not_taken_in_yet_are_counted(store: SqliteStore):
    await tell(store, *SAID)
    counts = []
    for _ in range(6):
        room = await store.past_room(MAIN, eg.ANAS_ROOM)
        assert room is not None
        counts.append(room.messages)
        await store.index(MAIN, 1)

    assert counts == [1] * 6


async def test_many_small_steps_leave_few_parts(store: SqliteStore):
    await busy_day(store, 60)
    for desk in (MAIN, eg.NORTH):
        while await store.index(desk, 5):
            pass

    parts = await store._readers.run(
        lambda db: db.execute("SELECT count(DISTINCT segid) FROM word_idx").get
    )
    assert 0 < parts < 12


@pytest.mark.parametrize(
    ("hits", "rooms", "stretch", "people"),
    [
        (1, 99, 99, 99),
        (3, 99, 99, 99),
        (99, 1, 99, 99),
        (99, 1, 99, 2),
        (99, 99, 1, 99),
        (99, 99, 2, 99),
    ],
)
async def test_a_search_that_looks_at_little_at_a_time_finds_all_in_more_turns(
    store: SqliteStore,
    monkeypatch: pytest.MonkeyPatch,
    hits: int,
    rooms: int,
    stretch: int,
    people: int,
):
    guests = [Profile(PersonId(f"guest-{n}"), f"G{n}", "needle", {}) for n in range(7)]
    for number, guest in enumerate(guests):
        room = RoomId(f"room-{number}")
        more = [eg.said(guest.who, room, "needle")] * (number % 3)
        await tell(store, eg.queued(guest, room), *more)
    await indexed(store)
    monkeypatch.setattr(searching, "HITS_MOST", hits)
    monkeypatch.setattr(searching, "ROOMS_MOST", rooms)
    monkeypatch.setattr(searching, "STRETCH_ROOMS", stretch)
    monkeypatch.setattr(searching, "SEARCH_MS", 0)
    monkeypatch.setattr(searching, "GUESTS_MOST", people)

    for wanted in (
        Wanted(words="needle"),
        Wanted(),
        Wanted(sought=Sought("G3")),
        Wanted(sought=Sought("g")),
        Wanted(words="need", sought=Sought("G3")),
    ):
        found: list[str] = []
        before, turns = None, 0
        while before is not None or not turns:
            past = await store.history(MAIN, wanted, before, 3)
            found += [one.room for one in past.rooms]
            before, turns = past.next, turns + 1
            assert turns < 30
        user = wanted.sought.user
        everything = [f"room-{n}" for n in range(6, -1, -1) if user in (None, "g", f"G{n}")]
        assert found == everything, wanted
        assert turns > 1 or user is not None


@pytest.mark.parametrize(("search_ms", "turns"), [(0, 4), (3_600_000, 1)])
async def test_words_that_never_stand_side_by_side_are_looked_for_some_rooms_at_a_time(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, search_ms: int, turns: int
):
    """There is no place to count, so the rooms are, or one answer goes through the whole index."""
    for number in range(8):
        guest = Profile(PersonId(f"guest-{number}"), f"G{number}", "one more of the other", {})
        await tell(store, eg.queued(guest, RoomId(f"room-{number}")))
    await indexed(store)
    monkeypatch.setattr(searching, "STRETCH_ROOMS", 2)
    monkeypatch.setattr(searching, "QUICK_MS", 0)
    monkeypatch.setattr(searching, "SEARCH_MS", search_ms)

    pages = [await store.history(MAIN, Wanted(words='"the one"'), None, 3)]
    while pages[-1].next is not None:
        pages.append(await store.history(MAIN, Wanted(words='"the one"'), pages[-1].next, 3))

    assert [page.rooms for page in pages] == [()] * len(pages)
    assert len(pages) in (turns, turns + 1)


@pytest.mark.slow
async def test_a_large_index_forgets_step_by_step(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(indexing, "MERGE_PAGES", 1)
    monkeypatch.setattr(indexing, "FORGET_ROWS", 1)
    canaries = await busy_day(store, 200, seed=11)
    for desk in (MAIN, eg.NORTH):
        while await store.index(desk, 30):
            pass
    await erase(store, *canaries[::2])

    assert await scrubbed(store)

    assert seen(path.parent, [one.word for one in canaries[::2]]) == []
    for canary in canaries[1::2]:
        past = await store.history(canary.desk, Wanted(words=canary.word), None, 9)
        assert [one.room for one in past.rooms] == [canary.room]


async def test_words_go_on_being_found_while_others_are_forgotten(store: SqliteStore):
    canaries = await busy_day(store, 40, seed=12)
    for desk in (MAIN, eg.NORTH):
        while await store.index(desk, 30):
            pass
    await erase(store, *canaries[:20])
    scrub = asyncio.create_task(store.scrub())
    done = False
    while not done:
        done = scrub.done()
        for canary in (canaries[3], canaries[30]):
            past = await store.history(canary.desk, Wanted(words=canary.word), None, 9)
            assert [one.room for one in past.rooms] == [canary.room][: canary is canaries[30]]
    await scrub


async def test_a_copy_holds_no_word_of_whom_the_index_has_not_forgotten_yet(
    store: SqliteStore, path: Path
):
    canaries = await busy_day(store, 20, seed=13)
    await erase(store, *canaries[::2])
    copy = path.with_name("copies") / "copy.db"
    copy.parent.mkdir()

    copy_to(Database(str(path)), copy)

    assert seen(copy.parent, [one.word for one in canaries[::2]]) == []
    again = await SqliteStore.open_path(str(copy))
    for desk in (MAIN, eg.NORTH):
        while await again.index(desk, 99):
            pass
    for canary in canaries:
        past = await again.history(canary.desk, Wanted(words=f"{canary.word}topic"), None, 9)
        assert [one.room for one in past.rooms] == [canary.room][: canary in canaries[1::2]]
    await again.close()


async def test_an_index_that_was_thrown_away_is_made_again(store: SqliteStore, path: Path):
    await tell(store, *SAID)
    await indexed(store)
    connection = apsw.Connection(str(path))
    connection.execute(
        "DELETE FROM indexed; DELETE FROM indexed_room;"
        " INSERT INTO word (word) VALUES ('delete-all')"
    )
    connection.close()
    assert await searched(store, "needle") == []

    await indexed(store)

    assert await searched(store, "needle") == [eg.ANAS_ROOM]


# --- both stores find the same ------------------------------------------------------------------

TEXTS = st.text(alphabet=HARD, max_size=12)


@pytest.mark.slow
@given(said=st.lists(TEXTS, min_size=1, max_size=6), asked=st.lists(TEXTS, min_size=1, max_size=6))
def test_both_stores_find_the_same_whatever_is_said_and_asked(said: list[str], asked: list[str]):
    async def find(store: Store) -> list[list[tuple[str, str | None]]]:
        await tell(store, *eg.PEOPLE, *(eg.said(eg.ANA.who, eg.ANAS_ROOM, one) for one in said))
        await indexed(store)
        pasts = [await store.history(MAIN, Wanted(words=one), None, 9) for one in asked]
        await store.close()
        return [[(one.room, one.excerpt) for one in past.rooms] for past in pasts]

    async def both() -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = await SqliteStore.open_path(f"{folder}/desk.db")
            assert await find(MemoryStore()) == await find(file)

    asyncio.run(both())


HOSTILE = ['"', "' OR 1", "*", "a*b", "-a", "NEAR(a b, 2)", "{words}: a", "+", "a AND", "(", "\0a"]
LONG = ["x" * 1_000_000, "a " * 50_000, "é\u0301" * 50_000]


@pytest.mark.parametrize("words", [*HOSTILE, *LONG], ids=lambda words: words[:9].strip("\0"))
async def test_what_is_hostile_to_fts5_is_text(store: SqliteStore, words: str):
    await tell(store, *SAID)
    await indexed(store)

    past = await store.history(MAIN, Wanted(words=words), None, 9)

    assert past.next is None
