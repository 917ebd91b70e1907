"""Guests each of whom can be told by every word of theirs, and looking for those words on the disk.

What is erased has to be gone from every byte of every file, so what is looked for is bytes.
"""

import itertools
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from random import Random

from frontdesk.desk.entries import (
    EndReason,
    Entry,
    GuestQueued,
    MessagePosted,
    RoomEnded,
    RoomRated,
)
from frontdesk.desk.ids import MAIN, DeskId, PersonId, RoomId
from frontdesk.desk.personal import Profile, Text, Vouched, Who
from frontdesk.engine.ports import Store
from tests.contracts import stories as eg
from tests.contracts.store_given import batch

# From a line to what needs pages of its own.
SIZES = (0, 10, 60, 300, 900, 3_000, 9_000)

_numbers = itertools.count()

# So many that pages split, and twice as many leave words in their gaps.
GUESTS = 120


class Canary:
    """A guest with one room, all of whose words begin with `word`."""

    def __init__(self, number: int, desk: DeskId, chance: Random) -> None:
        # Random, as the real ones are: rows come in between others, so pages split.
        self.id = PersonId(f"g{chance.getrandbits(128):032x}")
        self.room = RoomId(f"r{chance.getrandbits(128):032x}")
        self.desk = desk
        self.word = f"canary{number:05d}"
        info = {f"{self.word}key": f'{self.word}"value"' + "i" * chance.choice(SIZES[:4])}
        topic = f"{self.word}topic" + "t" * chance.choice(SIZES[:5])
        vouched = Vouched(f"{self.word}sub", chance.choice([None, f"{self.word}@example.org"]))
        signed = vouched if number % 2 else None
        self.profile = Profile(self.id, f"{self.word}name", topic, info, signed)

    def queued(self, offset: int) -> Entry:
        return GuestQueued(eg.NOON_MS, self.profile, self.room, offset)

    def said(self, chance: Random) -> Entry:
        who = chance.choice([self.profile.who, Who(eg.IDA.id, eg.IDA.user)])
        body = f"{self.word}text é {self.word}" + "b" * chance.choice(SIZES)
        return MessagePosted(eg.NOON_MS, who, self.room, Text(body))

    def rated(self) -> Entry:
        body = Text(f"{self.word}comment" + "c" * 300)
        return RoomRated(eg.NOON_MS, self.room, self.profile.who, 5, None, body)

    def ended(self) -> Entry:
        who = self.profile.who
        return RoomEnded(eg.NOON_MS, self.room, EndReason.GUEST, who, (self.id,), None, None)

    def erased(self) -> Entry:
        return eg.erased(self.profile, self.room)


def day(
    canaries: list[Canary], heads: dict[DeskId, int], chance: Random
) -> Iterator[tuple[DeskId, Entry]]:
    """All of them come, and about four things are said with each, in any order."""
    here: list[Canary] = []
    for canary in canaries:
        heads[canary.desk] += 1
        yield canary.desk, canary.queued(heads[canary.desk])
        here = [*here[-20:], canary]
        for _ in range(chance.randrange(9)):
            speaks = chance.choice(here)
            heads[speaks.desk] += 1
            # Nothing here asks whether a room is over.
            yield speaks.desk, speaks.rated() if chance.random() < 0.1 else speaks.said(chance)


def people(count: int, chance: Random) -> list[Canary]:
    """So many guests, at one desk or the other; no two calls name the same."""
    return [Canary(next(_numbers), chance.choice([MAIN, eg.NORTH]), chance) for _ in range(count)]


def seen(folder: Path, words: Iterable[str]) -> list[str]:
    """Which of these words stand in which files."""
    found = []
    for file in sorted(folder.iterdir()):
        data = file.read_bytes()
        found += [f"{word} in {file.name}" for word in words if word.encode() in data]
    return found


async def busy_day(store: Store, count: int = GUESTS, seed: int = 1) -> list[Canary]:
    """A day at two desks, committed a few entries at a time, with the index a bit behind."""
    chance = Random(seed)
    canaries = people(count, chance)
    heads = {}
    for desk in (MAIN, eg.NORTH):
        heads[desk] = (await store.open(desk)).offset
    at = dict(heads)
    entries = list(day(canaries, heads, chance))
    for start in range(0, len(entries), 40):
        some = sorted(entries[start : start + 40], key=lambda row: row[0])
        batches = []
        for desk, rows in groupby(some, key=lambda row: row[0]):
            made = [entry for _, entry in rows]
            batches.append(batch(at[desk], *made, desk=desk))
            at[desk] += len(made)
        await store.commit(batches)
        for desk in at:
            await store.index(desk, 18)
    return canaries
