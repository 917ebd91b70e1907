"""Takes out of the file what SQLite leaves in the free space of its pages.

With `secure_delete` SQLite overwrites a cell where it stands. But a page that was split or balanced
keeps, in the gap between its cell pointers and its cells, what moved to another page: of 600 guests
who were erased from 6,000, 28 could still be read there (docs/decisions/0008).

The one moment in which nobody else may write to the file itself is a checkpoint, and until an
erasure is done whoever checkpoints for us has this file system: every page that it moves into the
file gets an empty gap, and a `sweep` does the same to all pages that lie in the file already.
Readers and writers never look into a gap, so neither has to wait; and since a write touches nothing
beside the gap, a power cut in the middle of it leaves a page as good as before.
"""

import itertools
import time

import apsw

# The flag bytes with which a page of a tree begins: with two more bytes of header if it has
# children.
INNER = (2, 5)
LEAVES = (10, 13)
FIRST_HEADER_BYTES = 100
# Overflow pages, and those that list free ones, begin with the four bytes of a page's number. In a
# file of fewer pages (128 GiB of 4 KiB) the first of them is 0 or 1, and no flag.
PAGES_MOST = 2 << 24
# What stands in the page at this place is nobody's: the locks of the file are on its bytes.
LOCKS_AT = 1 << 30
# What is shorter than any page is none.
PAGE_LEAST_BYTES = 512

# Pages looked at in one go, which takes about 0.1 ms, and how long to let others have the
# interpreter then. Without it every commit beside a sweep took 40 ms: it hands over between threads
# several times.
TURN_PAGES = 64
PAUSE_S = 0.000_5

_numbers = itertools.count(1)


def plain(header: bytes) -> bool:
    """Whether each page that begins like one of a tree is one.

    With `auto_vacuum` there are also pages of pointers, which begin with a byte from 1 to 5.

    Args:
        header: what the first page begins with.
    """
    if len(header) < FIRST_HEADER_BYTES:
        return False
    auto_vacuum, pages = header[52:56], int.from_bytes(header[28:32], "big")
    return not any(auto_vacuum) and pages < PAGES_MOST


def gap(page: bytes, offset: int) -> tuple[int, int] | None:
    """Where the free space of this page begins and ends, if anything stands in it.

    Args:
        page: of a file that is `plain`. The first one begins with the file's own header.
        offset: where it stands in the file.
    """
    if offset == LOCKS_AT:
        return None
    at = FIRST_HEADER_BYTES if offset == 0 else 0
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
    """The file system of whoever sweeps. `close` it when the connection is closed."""

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
        # Whether the file is plain, as far as the checkpoint that is under way moves it.
        self._plain: bool | None = None
        super().__init__(system.base, name, flags)

    def xFileControl(self, op: int, ptr: int) -> bool:
        # Another process may have changed the form of the file since the last one.
        if op == apsw.SQLITE_FCNTL_CKPT_START:
            self._plain = None
        return super().xFileControl(op, ptr)

    def xWrite(self, data: bytes, offset: int) -> None:
        if len(data) >= PAGE_LEAST_BYTES:
            if self._plain is None:
                # A checkpoint moves pages in order, so the first one comes first, or is as it was.
                header = self.xRead(FIRST_HEADER_BYTES, 0) if offset else data
                self._plain = plain(header)
            # It has its lock from here on. Its sync is none to wait for: it comes only when
            # everything is moved, which on a busy desk is never.
            if self._system.sweep_bytes:
                if self._plain:
                    self._sweep(self._system.sweep_bytes)
                self._system.sweep_bytes = 0
            if self._plain and (found := gap(data, offset)) is not None:
                begin, end = found
                data = data[:begin] + bytes(end - begin) + data[end:]
        super().xWrite(data, offset)

    def _sweep(self, page_bytes: int) -> None:
        size = self.xFileSize()
        # What lies there is of the form that it had before anything was moved.
        if size and not plain(self.xRead(FIRST_HEADER_BYTES, 0)):
            return
        for number, offset in enumerate(range(0, size, page_bytes), start=1):
            page = self.xRead(page_bytes, offset)
            # Where a power cut has left the file's end, there may be half a page: it is in the WAL.
            found = gap(page, offset) if len(page) == page_bytes else None
            if found is not None:
                begin, end = found
                super().xWrite(bytes(end - begin), offset + begin)
            if number % TURN_PAGES == 0:
                time.sleep(PAUSE_S)
                if not self._system.sweep_bytes:
                    return
        super().xSync(apsw.SQLITE_SYNC_FULL)
        self._system.swept = True
