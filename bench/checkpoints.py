"""How long it takes to move a WAL into the file, while another thread keeps the interpreter busy.

Side by side: as an ordinary checkpoint moves pages, and as one moves them while an erasure is not
done yet, through a file system of ours (`store/sqlite/gaps.py`).
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from frontdesk.store.sqlite.connect import Database
from frontdesk.store.sqlite.gaps import Gapless

PAGES = 800


@contextmanager
def busy() -> Iterator[None]:
    """A thread that never waits for anything."""
    over = threading.Event()

    def spin() -> None:
        while not over.is_set():
            sum(range(100))

    thread = threading.Thread(target=spin)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def moved_ms(folder: Path, vfs: str | None) -> float:
    """Milliseconds for one checkpoint of about `PAGES` pages."""
    database = Database(str(folder / f"{time.monotonic_ns()}.db"))
    writer = database.connect_writer()
    writer.execute("CREATE TABLE text (id INTEGER PRIMARY KEY, body BLOB)")
    with writer:
        writer.executemany("INSERT INTO text (body) VALUES (?)", [(bytes(3_500),)] * PAGES)
    mover = Database(database.path, vfs).connect()
    # Until it has read, it does not know that there is a WAL.
    mover.execute("SELECT count(*) FROM text").fetchall()
    begun = time.perf_counter()
    _, moved = mover.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    took_ms = (time.perf_counter() - begun) * 1000
    assert moved >= PAGES
    mover.close()
    writer.close()
    return took_ms


async def main(runs: int = 7) -> None:
    """Measure, and print medians."""
    files = Gapless(None)
    ways = {"ordinary": None, "until an erasure is done": files.name}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)

        def median(vfs: str | None) -> float:
            return statistics.median(moved_ms(folder, vfs) for _ in range(runs))

        for name, vfs in ways.items():
            idle_ms = median(vfs)
            with busy():
                print(f"{PAGES} pages, {name}: {idle_ms:.0f} ms, beside a busy thread", end=" ")
                print(f"{median(vfs):.0f} ms")
    files.close()
