"""Which bytes of a file are nobody's, for every form that a file of SQLite may have."""

from pathlib import Path
from random import Random

import apsw
import pytest

from frontdesk.store.sqlite.gaps import LOCKS_AT, PAGES_MOST, Gapless, gap, plain

PAGE = 4_096
SECOND = PAGE


def page(flag: int, cells: int, content: int, *, at: int = 0) -> bytes:
    made = bytearray(b"x" * PAGE)
    made[at] = flag
    made[at + 3 : at + 5] = cells.to_bytes(2, "big")
    made[at + 5 : at + 7] = content.to_bytes(2, "big")
    return bytes(made)


@pytest.mark.parametrize(("flag", "header"), [(2, 12), (5, 12), (10, 8), (13, 8)])
def test_the_gap_lies_between_the_pointers_and_the_cells(flag: int, header: int):
    assert gap(page(flag, 3, 4_000), SECOND) == (header + 6, 4_000)
    assert gap(page(flag, 3, 4_000, at=100), 0) == (106 + header, 4_000)


def test_a_gap_that_is_empty_already_is_left_alone():
    made = page(13, 1, 3_000)

    assert gap(made[:10] + bytes(2_990) + made[3_000:], SECOND) is None


def test_an_empty_page_of_the_largest_size_is_empty_up_to_its_end():
    assert gap(b"\x0d" + bytes(65_534) + b"x", 65_536) == (8, 65_536)


# Free pages that list others, and overflow, begin with a number that is less than two times 2^24.
@pytest.mark.parametrize("flag", [0, 1, 3, 255])
def test_a_page_of_no_tree_is_left_alone(flag: int):
    assert gap(page(flag, 3, 4_000), SECOND) is None


def test_the_page_on_which_the_locks_are_is_left_alone():
    assert gap(page(13, 3, 4_000), LOCKS_AT) is None


@pytest.mark.parametrize(("cells", "content"), [(3_000, 4_000), (1, 5_000), (2_043, 4_094)])
def test_a_damaged_page_and_a_full_one_are_left_as_they_are(cells: int, content: int):
    assert gap(page(13, cells, content), SECOND) is None


def header(*, pages: int = 9, largest_root: int = 0) -> bytes:
    made = bytearray(100)
    made[28:32] = pages.to_bytes(4, "big")
    made[52:56] = largest_root.to_bytes(4, "big")
    return bytes(made)


def test_pages_can_be_told_apart_in_a_plain_file_alone():
    assert plain(header())
    assert plain(header(pages=PAGES_MOST - 1))
    assert not plain(header(pages=PAGES_MOST))
    assert not plain(header(largest_root=3))
    assert not plain(header(largest_root=1 << 24))
    assert not plain(b"")


# --- whole files ------------------------------------------------------------------------------


class File:
    """A file that one connection changes at random, and another moves the WAL into and sweeps."""

    def __init__(self, path: Path, page_bytes: int, auto_vacuum: int, chance: Random) -> None:
        self.page_bytes = page_bytes
        self.chance = chance
        self.kept: dict[int, bytes] = {}
        self.files = Gapless(None)
        self.writer = apsw.Connection(str(path))
        self.writer.execute(f"PRAGMA page_size = {page_bytes}")
        self.writer.execute(f"PRAGMA auto_vacuum = {auto_vacuum}")
        self.writer.pragma("journal_mode", "wal")
        self.writer.wal_autocheckpoint(0)
        self.writer.pragma("secure_delete", True)
        self.writer.execute("CREATE TABLE text (id INTEGER PRIMARY KEY, name TEXT, body BLOB)")
        self.writer.execute("CREATE INDEX name ON text (name)")
        self.mover = apsw.Connection(str(path), vfs=self.files.name)
        # Until it has read, it does not know that there is a WAL.
        self.mover.pragma("integrity_check")
        self.mover.wal_autocheckpoint(0)

    def fill(self) -> None:
        """Make so many leaves that a second page of pointers is full of what points at leaves."""
        for id in range(1_000, 1_000 + self.page_bytes // 2):
            self.kept[id] = bytes(self.page_bytes * 4 // 5)
            self.writer.execute("INSERT INTO text VALUES (?, 'x', ?)", (id, self.kept[id]))

    def change(self) -> None:
        with self.writer:
            for _ in range(self.chance.randrange(1, 40)):
                id = self.chance.randrange(300)
                if id in self.kept and self.chance.random() < 0.4:
                    del self.kept[id]
                    self.writer.execute("DELETE FROM text WHERE id = ?", (id,))
                else:
                    sizes = (5, 80, 400, 1_500, 3 * self.page_bytes)
                    body = b"\x05\x02" * self.chance.choice(sizes)
                    self.kept[id] = body
                    row = (id, f"{self.chance.getrandbits(64):x}", body)
                    self.writer.execute("INSERT OR REPLACE INTO text VALUES (?, ?, ?)", row)

    def sweep(self) -> bool:
        self.files.swept, self.files.sweep_bytes = False, self.page_bytes
        self.mover.wal_checkpoint(mode=self.chance.choice([0, 3]))
        self.files.sweep_bytes = 0
        return self.files.swept

    def check(self) -> None:
        # Once more without anything that stands in memory.
        self.mover.execute("PRAGMA shrink_memory")
        assert self.mover.pragma("integrity_check") == "ok"
        rows = self.mover.execute("SELECT id, body FROM text")
        assert {id: body for id, body in rows} == self.kept

    def close(self) -> None:
        self.writer.close()
        self.mover.close()
        self.files.close()


SIZES = [512 << n for n in range(8)]
# Larger ones need a hundred times as much.
FILLED_MOST_BYTES = 4_096


@pytest.mark.slow
@pytest.mark.parametrize("auto_vacuum", [0, 1, 2])
@pytest.mark.parametrize("page_bytes", SIZES)
def test_whatever_the_form_of_a_file_a_sweep_takes_nothing_that_is_somebodys(
    tmp_path: Path, page_bytes: int, auto_vacuum: int
):
    file = File(tmp_path / "file.db", page_bytes, auto_vacuum, Random(page_bytes + auto_vacuum))
    if page_bytes <= FILLED_MOST_BYTES:
        with file.writer:
            file.fill()
    for _ in range(12):
        file.change()
        if auto_vacuum == 2:
            file.writer.execute("PRAGMA incremental_vacuum(3)").fetchall()
        swept = file.sweep()
        file.check()
        assert swept is (auto_vacuum == 0)
    file.close()


@pytest.mark.parametrize(("before", "after"), [(0, 1), (0, 2), (1, 0), (2, 0)])
def test_a_file_whose_form_changes_between_two_checkpoints_stays_sound(
    tmp_path: Path, before: int, after: int
):
    file = File(tmp_path / "file.db", 2_048, before, Random(before + after))
    with file.writer:
        file.fill()
    file.sweep()
    file.change()
    file.writer.execute(f"PRAGMA auto_vacuum = {after}")
    file.writer.execute("VACUUM")
    # Neither what lies there nor what is moved may be taken for what it is not.
    swept = file.sweep()
    file.check()
    assert not swept
    file.change()
    swept = file.sweep()
    file.check()
    assert swept is (after == 0)
    file.close()
