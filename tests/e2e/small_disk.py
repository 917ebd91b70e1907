"""Frontdesk on a disk that is full while a file says so: the program, with another file system.

    python small_disk.py SIGN serve --data-dir ...

As long as the file SIGN exists, no file of the database grows. What is written into room that a
file has already is written, as on a real disk.
"""

import sys
from pathlib import Path

import apsw

from frontdesk.cli.main import main


class SmallDisk(apsw.VFS):
    """The real file system, and sometimes no room in it."""

    def __init__(self, sign: Path) -> None:
        self.sign = sign
        # By its name: "" would soon be this one.
        self.real = apsw.vfs_names()[0]
        super().__init__("small-disk", self.real, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        """Open a file."""
        return _File(self, name, flags)


class _File(apsw.VFSFile):
    def __init__(
        self, disk: SmallDisk, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        self._sign = disk.sign
        super().__init__(disk.real, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        if offset + len(data) > self.xFileSize() and self._sign.exists():
            raise apsw.FullError("no room on the small disk")
        super().xWrite(data, offset)


if __name__ == "__main__":
    disk = SmallDisk(Path(sys.argv.pop(1)))
    main()
