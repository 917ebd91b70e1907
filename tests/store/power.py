"""A disk that keeps only what was synced, for tests that cut the power.

`Recorder` is a file system of apsw's over the real one: everything works as ever, locks and shared
memory included. Each write is noted and done, each sync is noted alone. `Disk` plays the notes up
to a cut and says what a disk might hold then. The run itself need not be repeated for every cut:
what came before the cut did not know of it.

One thing is taken as given, since the drives that people use promise it: a write never changes
bytes outside the range that was written (SQLite's powersafe overwrite).
"""

import threading
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import NamedTuple

import apsw


class Deed(StrEnum):
    """What was done to a file, or that somebody was told of a success."""

    WRITE = "write"
    SYNC = "sync"
    TRUNCATE = "truncate"
    CREATE = "create"
    DELETE = "delete"
    TOLD = "told"


class Note(NamedTuple):
    """One deed. `name` is the file, or what was told."""

    deed: Deed
    name: str
    offset: int = 0
    data: bytes = b""
    size: int = 0  # of the file, when it was cut off
    covers: int = 0  # of a sync: how many notes there were when it began
    durable: bool = False  # of a deletion: the folder was synced as well


# Called before each write, sync and truncation; raises what is to go wrong.
Trouble = Callable[[Deed, str], None]


def no_trouble(deed: Deed, name: str) -> None:
    """All is well."""


class Recorder(apsw.VFS):
    """A file system that notes what is done to named files, in order, over all threads."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "")
        self.name = name
        self.notes: list[Note] = []
        self.trouble: Trouble = no_trouble
        self._lock = threading.Lock()

    def told(self, what: str) -> None:
        """Somebody has been told that this is safe."""
        self.note(Note(Deed.TOLD, what))

    def note(self, note: Note, deed: Callable[[], None] = lambda: None) -> None:
        """The next thing that happens. Nothing else does meanwhile."""
        with self._lock:
            self.notes.append(note)
            deed()

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        """Open a file; those without a name (sorting, say) are nobody's promise."""
        if name is None:
            return super().xOpen(name, flags)
        known = name.filename() if isinstance(name, apsw.URIFilename) else name
        return _RecordedFile(self, known, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        """Delete a file; without `syncdir` it may be there again after a cut."""
        super().xDelete(filename, syncdir)
        self.note(Note(Deed.DELETE, Path(filename).name, durable=syncdir))


class _RecordedFile(apsw.VFSFile):
    def __init__(
        self, recorder: Recorder, known: str, name: str | apsw.URIFilename, flags: list[int]
    ) -> None:
        self._recorder = recorder
        self._name = Path(known).name
        new = not Path(known).exists()
        super().__init__("", name, flags)
        if new:
            recorder.note(Note(Deed.CREATE, self._name))

    def xWrite(self, data: bytes, offset: int) -> None:
        self._recorder.trouble(Deed.WRITE, self._name)
        note = Note(Deed.WRITE, self._name, offset, bytes(data))
        self._recorder.note(note, lambda: apsw.VFSFile.xWrite(self, data, offset))

    def xTruncate(self, newsize: int) -> None:
        self._recorder.trouble(Deed.TRUNCATE, self._name)
        note = Note(Deed.TRUNCATE, self._name, size=newsize)
        self._recorder.note(note, lambda: apsw.VFSFile.xTruncate(self, newsize))

    def xSync(self, flags: int) -> None:
        # Safe is what was written before the sync began, and only once it is over: another thread
        # may write meanwhile.
        covers = len(self._recorder.notes)
        self._recorder.trouble(Deed.SYNC, self._name)
        # Noted is enough: nobody cuts the power of the disk below, and it would take its time.
        self._recorder.note(Note(Deed.SYNC, self._name, covers=covers))


class Fate(StrEnum):
    """What becomes of writes that were not synced."""

    LOST = "lost"  # the power went, and with it every cache
    SOME = "some"  # the power went, and the drive had written some of them, in any order
    TORN = "torn"  # the power went in the middle of the last one
    KEPT = "kept"  # the process was killed; the kernel writes them out


class _File:
    def __init__(self) -> None:
        self.safe = bytearray()
        # What was done since, and after how many notes.
        self.unsynced: list[tuple[int, Note]] = []
        # Whether its name in the folder would survive; the first sync of a new file sees to it.
        self.named = False


class Disk:
    """What was done so far, and what a cut now would leave."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        # Deleted, but perhaps not for the folder.
        self._ghosts: dict[str, _File] = {}
        self._played = 0

    def play(self, notes: Iterable[Note]) -> None:
        """Go on to behind these notes."""
        for note in notes:
            self._play(note)
            self._played += 1

    def _play(self, note: Note) -> None:
        if note.deed is Deed.TOLD:
            return
        if note.deed is Deed.DELETE:
            gone = self._files.pop(note.name, None)
            if gone is not None and not note.durable:
                self._ghosts[note.name] = gone
            return
        file = self._files.setdefault(note.name, _File())
        if note.deed is Deed.SYNC:
            for at, waiting in file.unsynced:
                if at < note.covers:
                    _apply(file.safe, waiting)
            file.unsynced = [one for one in file.unsynced if one[0] >= note.covers]
            if not file.named:
                file.named = True
                self._ghosts.clear()
        elif note.deed is not Deed.CREATE:
            file.unsynced.append((self._played, note))

    def leave(self, fate: Fate, chance: Random, folder: Path) -> None:
        """Write what is left of the files into an empty folder."""
        survivors = dict(self._files)
        if fate is Fate.LOST:
            survivors = {**survivors, **self._ghosts}
        for name, file in survivors.items():
            left = bytearray(file.safe)
            for note in _left_of([note for _, note in file.unsynced], fate, chance):
                _apply(left, note)
            (folder / name).write_bytes(left)


def _left_of(unsynced: list[Note], fate: Fate, chance: Random) -> list[Note]:
    match fate:
        case Fate.LOST:
            return []
        case Fate.KEPT:
            return unsynced
        case Fate.SOME:
            left = [note for note in unsynced if chance.random() < 0.5]
            chance.shuffle(left)
            return left
        case Fate.TORN:
            if not unsynced:
                return []
            *left, last = unsynced
            return [*left, last._replace(data=last.data[: chance.randrange(len(last.data) + 1)])]


def _apply(content: bytearray, note: Note) -> None:
    if note.deed is Deed.TRUNCATE:
        del content[note.size :]
        content.extend(bytes(note.size - len(content)))
        return
    end = note.offset + len(note.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[note.offset : end] = note.data
