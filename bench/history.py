"""Looking back: what the index of words costs those who write, and how long a search takes.

On the store alone and in turns, so that what else the machine does is in both figures.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from random import Random

from frontdesk.desk.entries import Entry, GuestQueued, MessagePosted, PersonErased
from frontdesk.desk.ids import MAIN, PersonId, RoomId
from frontdesk.desk.personal import Profile, Text
from frontdesk.engine.engine import INDEX_ENTRIES, INDEX_REST
from frontdesk.engine.history import look_back
from frontdesk.engine.ports import Appended, Batch, KeyRow, Wanted
from frontdesk.store.sqlite.store import SqliteStore

MESSAGES = 100_000
ROOM_MESSAGES = 20
# What comes while a commit is under way goes into the next.
AT_ONCE = 64
TURN_S = 0.3

SEARCHES = {
    "a word in every tenth message": "{common}",
    "one letter": "e",
    "two letters": "et",
    "the beginning of a common word": "{begun}",
    "a rare word": "{rare}",
    "two common words": "{common} {second}",
    "a phrase": '"{common} {second}"',
    "a hundred words": "{many}",
    "what does not occur": "zzzz",
    "an emoji": "👋",
}


class Talk:
    """Rooms and messages of which the words are as frequent as in a language."""

    def __init__(self) -> None:
        self.chance = Random(1)
        letters = "etaoinshrdlucmfwypvbgkjqxz"
        self.words = [
            "".join(self.chance.choices(letters, range(26, 0, -1), k=self.chance.randrange(2, 11)))
            for _ in range(20_000)
        ]
        self._weights = list(itertools.accumulate(1 / (n + 3) for n in range(20_000)))
        self.guests: list[Profile] = []
        self._numbers = itertools.count()

    def text(self) -> str:
        """About as long as what people write."""
        words = self.chance.randrange(3, 30)
        return " ".join(self.chance.choices(self.words, cum_weights=self._weights, k=words))

    def entries(self, head: int, count: int) -> list[Entry]:
        """The next so many."""
        made: list[Entry] = []
        for offset in range(head + 1, head + 1 + count):
            at_ms = 1_767_000_000_000 + offset
            if next(self._numbers) % (ROOM_MESSAGES + 1) == 0:
                number = len(self.guests)
                guest = Profile(PersonId(f"g{number:032x}"), f"Guest {number}", self.text(), {})
                self.guests.append(guest)
                made.append(GuestQueued(at_ms, guest, _room(guest), offset))
            else:
                guest = self.chance.choice(self.guests[-50:])
                made.append(MessagePosted(at_ms, guest.who, _room(guest), Text(self.text())))
        return made


def _room(guest: Profile) -> RoomId:
    return RoomId(f"r{guest.id}")


class Writing:
    """A desk at which people write as fast as they can. `late` are the commits in ms."""

    def __init__(self, store: SqliteStore, talk: Talk) -> None:
        self._store = store
        self._talk = talk
        self.head = 0
        self.late: list[float] = []

    async def commit(self, count: int) -> None:
        """Write so much in one commit."""
        entries = self._talk.entries(self.head, count)
        rows = tuple(
            KeyRow(entry.guest.id if isinstance(entry, GuestQueued) else entry.author.id,
                   f"key-{self.head}-{n}", MAIN, "message", self.head + n, 1, None, entry.at_ms)
            for n, entry in enumerate(entries, start=1)
            if isinstance(entry, GuestQueued | MessagePosted)
        )  # fmt: skip
        begun = time.perf_counter()
        batch = Batch(MAIN, self.head, f"b{self.head}", tuple(entries), rows)
        [outcome] = await self._store.commit([batch])
        self.late.append((time.perf_counter() - begun) * 1000)
        assert isinstance(outcome, Appended)
        self.head = outcome.last

    async def turn(self, beside: Callable[[], Awaitable[None]] | None) -> float:
        """Write for a while; how many messages a second."""
        task = asyncio.ensure_future(beside()) if beside is not None else None
        begun, head = time.perf_counter(), self.head
        while time.perf_counter() < begun + TURN_S:
            await self.commit(AT_ONCE)
        speed = (self.head - head) / (time.perf_counter() - begun)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return speed


async def main(turns: int = 15) -> None:
    """Measure, and print medians."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        store = await SqliteStore.open_path(f"{folder}/desk.db")
        await store.open(MAIN)
        talk = Talk()
        writing = Writing(store, talk)
        await _side_by_side(store, writing, turns)
        while writing.head < MESSAGES:
            await writing.commit(1_000)
        begun, head = time.perf_counter(), writing.head
        while await store.index(MAIN, INDEX_ENTRIES):
            pass
        print(f"{head:,} entries taken in, at most, in {time.perf_counter() - begun:.1f} s")
        await _searches(store, talk)
        await _erasure(store, writing)
        await store.close()


async def _side_by_side(store: SqliteStore, writing: Writing, turns: int) -> None:
    async def follow() -> None:
        """As the engine does it."""
        while True:
            begun = time.perf_counter()
            more = await store.index(MAIN, INDEX_ENTRIES)
            took = time.perf_counter() - begun
            await asyncio.sleep(INDEX_REST * took if more else 0.25)

    told: dict[str, tuple[list[float], list[float]]] = {"without": ([], []), "with": ([], [])}
    for _ in range(turns):
        for name, beside in (("without", None), ("with", follow)):
            writing.late.clear()
            told[name][0].append(await writing.turn(beside))
            told[name][1].extend(writing.late)
    for name, (speeds, late) in told.items():
        half, tail = statistics.median(late), statistics.quantiles(late, n=100)[98]
        print(
            f"{name} an index that follows: {statistics.median(speeds):,.0f} messages/s;"
            f" a commit p50 {half:.1f} ms, p99 {tail:.1f} ms, max {max(late):.0f} ms"
        )


async def _searches(store: SqliteStore, talk: Talk) -> None:
    words = {
        "common": talk.words[0],
        "second": talk.words[1],
        "begun": talk.words[0][:3],
        "rare": talk.words[15_000],
        "many": " ".join(talk.words[:100])[:200],
    }
    for what, asked in SEARCHES.items():
        took, rooms, turns = [], 0, 0
        wanted = Wanted(words=asked.format(**words))
        for _ in range(5):
            begun = time.perf_counter()
            past = await look_back(store, MAIN, wanted, None, 30)
            took.append((time.perf_counter() - begun) * 1000)
            rooms, turns = len(past.rooms), turns + (past.next is not None)
        print(
            f"{what}: {statistics.median(took):.1f} ms, {rooms} rooms{', and more' * (turns > 0)}"
        )


async def _erasure(store: SqliteStore, writing: Writing) -> None:
    guest = PersonId(f"g{7:032x}")
    erased = PersonErased(1_767_000_000_000, guest, (), ())
    batch = Batch(MAIN, writing.head, "erasure", (erased,))
    await store.commit([batch])
    begun = time.perf_counter()
    while not await store.scrub():
        pass
    print(f"an erased guest out of every byte, index and all: {time.perf_counter() - begun:.2f} s")
