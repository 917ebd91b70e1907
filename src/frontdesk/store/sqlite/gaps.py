"""Takes out of the file what SQLite leaves in the free space of its pages.

With `secure_delete` SQLite overwrites a cell where it stands. But a page that was split or balanced
keeps, in the gap between its cell pointers and its cells, what moved to another page: of 600 guests
who were erased from 6,000, 28 could still be read there (docs/decisions/0008).

The one moment in which nobody else may write to the file itself is a checkpoint, and the one who
checkpoints for us has this file system: every page that it moves into the file gets an empty gap,
and a `sweep` does the same to all pages that lie in the file already. Readers and writers never
look into a gap, so neither has to wait; and since a write touches nothing beside the gap, a power
cut in the middle of it leaves a page as good as before.
"""

import itertools
import time

import apsw

# The flag bytes with which a page of a tree begins: with two more bytes of header if it has
# children. Any other page begins with the four bytes of a page number, the first of which is none
# of these in a file of less than 128 GiB.
INNER = (2, 5)
LEAVES = (10, 13)
FIRST_HEADER_BYTES = 100
# What is shorter than any page is none.
PAGE_LEAST_BYTES = 512

# Pages looked at in one go, which takes about 0.1 ms, and how long to let others have the
# interpreter then. Without it every commit beside a sweep took 40 ms: it hands over between threads
# several times.
TURN_PAGES = 64
PAUSE_S = 0.000_5

_numbers = itertools.count(1)


def gap(page: bytes, *, first: bool) -> tuple[int, int] | None:
    """Where the free space of this page begins and ends, if anything stands in it.

    Args:
        first: whether it is the first page of the file, which begins with the file's own header.
    """
    at = FIRST_HEADER_BYTES if first else 0
    if page[at] in INNER:
        header = 12
    elif page[at] in LEAVES:
        header = 8
    else:
        return None
    cells = int.from_bytes(page[at + 3 : at + 5], "big")
    # 0 stands for 65,536, which does not fit.
    end = int.from_bytes(page[at + 5 : at + 7], "big") or 65_536
    begin = at + header + 2 * cells
    # Anything else is damage, and not ours to make worse.
    sound = begin < end <= len(page)
    return (begin, end) if sound and page.count(0, begin, end) < end - begin else None


class Gapless(apsw.VFS):
    """The file system of whoever checkpoints. `close` it when the connection is closed."""

    def __init__(self, base: str | None) -> None:
        self.name = f"frontdesk-gapless-{next(_numbers)}"
        self.base = base or ""
        # The size of a page while a sweep is asked for, in bytes; 0 otherwise, which also ends one.
        self.sweep_bytes = 0
        self.swept = False
        super().__init__(self.name, self.base)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        """Open a file; the database itself as one without gaps."""
        if name is not None and flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            return _File(self, name, flags)
        return super().xOpen(name, flags)

    def close(self) -> None:
        """Take it out of SQLite's list."""
        self.unregister()


class _File(apsw.VFSFile):
    def __init__(self, system: Gapless, name: str | apsw.URIFilename, flags: list[int]) -> None:
        self._system = system
        super().__init__(system.base, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        # A checkpoint moves its first page, so it has its lock. Its sync is none to wait for: it
        # comes only when everything is moved, which on a busy desk is never.
        if self._system.sweep_bytes:
            self._sweep(self._system.sweep_bytes)
            self._system.sweep_bytes = 0
        if len(data) >= PAGE_LEAST_BYTES:
            if (found := gap(data, first=offset == 0)) is not None:
                begin, end = found
                data = data[:begin] + bytes(end - begin) + data[end:]
        super().xWrite(data, offset)

    def _sweep(self, page_bytes: int) -> None:
        for number, offset in enumerate(range(0, self.xFileSize(), page_bytes), start=1):
            page = self.xRead(page_bytes, offset)
            # Where a power cut has left the file's end, there may be half a page: it is in the WAL.
            found = gap(page, first=offset == 0) if len(page) == page_bytes else None
            if found is not None:
                begin, end = found
                super().xWrite(bytes(end - begin), offset + begin)
            if number % TURN_PAGES == 0:
                time.sleep(PAUSE_S)
                if not self._system.sweep_bytes:
                    return
        super().xSync(apsw.SQLITE_SYNC_FULL)
        self._system.swept = True
