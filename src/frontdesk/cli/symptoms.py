"""What may be wrong with an installation, each found by itself, with what to do about it.

Nothing here changes anything that is kept: a file to measure the disk with is made in the data
folder, and removed. What lies outside of this machine is in `outside.py`.
"""

import fcntl
import os
import resource
import shutil
import stat
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import apsw

from frontdesk import __version__
from frontdesk.cli.address import host_of
from frontdesk.cli.certificate import Pair
from frontdesk.cli.findings import Finding
from frontdesk.cli.folder import LOCK, SECRET, SECRET_BYTES, Holder, holder
from frontdesk.cli.hints import to_type
from frontdesk.cli.open_files import needed, room_in
from frontdesk.config import Config
from frontdesk.store.sqlite.connect import require_sqlite
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.sqlite.migrations import check_applied, ours

# Below the first there is no room for a busy day, below the second none for an upgrade's copy.
ROOM_LOOK_BYTES = 2_000_000_000
ROOM_BAD_BYTES = 200_000_000

# A commit waits for the disk. What a good one takes is 1 ms; people notice from 50 on.
SYNCS = 20
SYNC_LOOK_MS = 20
SYNC_BAD_MS = 100

# Clocks of machines that are kept right differ by less.
CLOCK_MS = 5_000

# A larger file is read for minutes. A backup reads all of it as well, and says the same.
CHECKED_MOST_BYTES = 500_000_000

# What is left in the WAL while nothing reads for long.
WAL_LOOK_BYTES = 200_000_000


Check = Callable[[Config], Iterator[Finding]]


def examined(config: Config) -> Iterator[Finding]:
    """Everything, in the order in which one thing needs the other."""
    for check in (versions, files, folder, disk, database, tls_files, server):
        yield from check(config)


def versions(config: Config) -> Iterator[Finding]:
    """What runs here."""
    python = ".".join(map(str, sys.version_info[:3]))
    sqlite = apsw.sqlite_lib_version()
    says = f"Frontdesk {__version__}, Python {python}, SQLite {sqlite}."
    try:
        require_sqlite(sqlite)
    except CannotOpen as cannot:
        yield Finding("versions", "bad", says, str(cannot))
        return
    yield Finding("versions", "good", says)


def files(config: Config) -> Iterator[Finding]:
    """Whether the machine lets the server have as many connections as it is set to."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = needed(config.connections)
    if hard != resource.RLIM_INFINITY and hard < need:
        yield Finding(
            "open files",
            "look",
            f"This account may open {hard} files, so there is room for"
            f" {room_in(hard)} connections and not for {config.connections}.",
            f"Raise the limit to {need} (LimitNOFILE in a systemd unit, or"
            " /etc/security/limits.conf), or set --connections lower.",
        )
        return
    yield Finding("open files", "good", f"Enough for {config.connections} connections.")


def folder(config: Config) -> Iterator[Finding]:
    """Whether the data folder is there, ours, and nobody else's to read."""
    if config.memory:
        yield Finding("data folder", "look", "FRONTDESK_MEMORY is set: nothing is kept.")
        return
    data = config.data_dir
    if not data.exists():
        yield Finding(
            "data folder",
            "look",
            f"{data} is not there yet. The first start makes it.",
            "If something should be there, name the right folder with --data-dir.",
        )
        return
    if not data.is_dir():
        yield Finding("data folder", "bad", f"{data} is no folder.", "Give --data-dir a folder.")
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "data folder",
            "bad",
            f"{data} cannot be written by this account.",
            f"Make it the server's own: chown -R {_me()} {data}",
        )
        return
    yield from _private(data)
    yield from _secret(data)


def _private(data: Path) -> Iterator[Finding]:
    mine = os.geteuid()
    for path in (data, *sorted(data.glob("frontdesk.db*")), data / SECRET):
        try:
            told = path.stat()
        except FileNotFoundError:
            continue
        if told.st_uid != mine:
            yield Finding(
                "data folder",
                "bad",
                f"{path} belongs to another account, so the server may not be able to write it.",
                f"Make it the server's own: chown -R {_me()} {data}",
            )
            return
        if stat.S_IMODE(told.st_mode) & 0o077:
            yield Finding(
                "data folder",
                "look",
                f"Others on this machine can look into {path}.",
                f"Shut it: chmod -R go= {data}",
            )
            return
    yield Finding("data folder", "good", f"{data} is there, for its owner alone.")


def _secret(data: Path) -> Iterator[Finding]:
    secret = data / SECRET
    if not secret.exists():
        if (data / "frontdesk.db").exists():
            yield Finding(
                "secret",
                "look",
                f"{secret} is missing; the next start makes another.",
                "Put back the one of a backup (its name ends with .secret). With another, sites"
                " that vouch for their guests need new keys.",
            )
        return
    if secret.stat().st_size != SECRET_BYTES:
        yield Finding(
            "secret",
            "bad",
            f"{secret} is not the {SECRET_BYTES} bytes that it should be, so no server starts.",
            "Restore it from a backup, or delete it: a new one is made.",
        )
        return
    yield Finding("secret", "good", "It is there.")


def disk(config: Config) -> Iterator[Finding]:
    """How much room there is, and how long it takes until something is safe."""
    if config.memory:
        return
    there = next(one for one in (config.data_dir, *config.data_dir.parents) if one.is_dir())
    free = shutil.disk_usage(there).free
    says = f"{free / 1e9:.1f} GB are free."
    if free < ROOM_LOOK_BYTES:
        state: Literal["look", "bad"] = "bad" if free < ROOM_BAD_BYTES else "look"
        yield Finding(
            "room", state, says, "Free some space, or move the data folder to a larger disk."
        )
    else:
        yield Finding("room", "good", says)
    if not os.access(there, os.W_OK):
        return
    try:
        took_ms = _sync_ms(there)
    except OSError as error:
        yield Finding(
            "disk", "bad", f"Nothing can be written: {error.strerror}.", "Look after the disk."
        )
        return
    says = f"A commit takes about {took_ms:.1f} ms."
    if took_ms < SYNC_LOOK_MS:
        yield Finding("disk", "good", says)
        return
    yield Finding(
        "disk",
        "bad" if took_ms >= SYNC_BAD_MS else "look",
        says,
        "Every message waits for that. Move the data folder to a local disk that is faster, and"
        " not to a network drive.",
    )


def _sync_ms(folder: Path) -> float:
    """The median of what a small write takes until it is safe."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            began = time.monotonic()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            took.append((time.monotonic() - began) * 1000)
    return statistics.median(took)


def database(config: Config) -> Iterator[Finding]:
    """Whether the file is whole, ours, and not from the future."""
    if config.memory or not config.database.exists():
        return
    path = str(config.database)
    try:
        connection = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error as error:
        yield _damaged(config, str(error))
        return
    try:
        yield from _schema(connection, path)
        yield from _whole(config, connection)
        yield from _clock(connection)
    except CannotOpen as cannot:
        yield Finding("database", "bad", str(cannot))
    except (apsw.Error, UnicodeDecodeError) as error:
        yield _damaged(config, str(error))
    finally:
        connection.close()


def _damaged(config: Config, why: str) -> Finding:
    restore = to_type("restore", "COPY", config=config)
    return Finding(
        "database",
        "bad",
        f"{config.database} is damaged: {why}.",
        f"Check the disk and its log, stop the server, and go back to a backup: {restore}",
    )


def _schema(connection: apsw.Connection, path: str) -> Iterator[Finding]:
    applied, known = check_applied(connection, path), len(ours())
    if applied == known:
        yield Finding("schema", "good", f"It is {applied}, as this version writes it.")
        return
    yield Finding(
        "schema",
        "look",
        f"It is {applied}, and this version writes {known}.",
        "The next start brings it there, after making a copy beside it.",
    )


def _whole(config: Config, connection: apsw.Connection) -> Iterator[Finding]:
    size = config.database.stat().st_size
    wal = Path(f"{config.database}-wal")
    if wal.exists() and wal.stat().st_size > WAL_LOOK_BYTES:
        yield Finding(
            "database",
            "look",
            f"Its log ({wal.name}) has grown to {wal.stat().st_size / 1e6:.0f} MB.",
            "Something has had the file open for reading for long, another program's backup"
            " perhaps. End that; the log shrinks by itself.",
        )
    if size > CHECKED_MOST_BYTES:
        backup = to_type("backup", config=config)
        yield Finding(
            "database",
            "good",
            f"{size / 1e6:.0f} MB, not read as a whole here. A backup does that: {backup}",
        )
        return
    [(fault,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
    if fault != "ok":
        yield _damaged(config, str(fault))
        return
    yield Finding("database", "good", f"{size / 1e6:.1f} MB, and whole.")


def _clock(connection: apsw.Connection) -> Iterator[Finding]:
    now_ms = time.time_ns() // 1_000_000
    # The primary key finds it; the times of all would have to be read.
    last = "SELECT at_ms FROM entry ORDER BY desk DESC, offset DESC LIMIT 1"
    last_ms = max((int(at_ms) for (at_ms,) in connection.execute(last)), default=0)
    if last_ms <= now_ms + CLOCK_MS:
        shown = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        yield Finding("clock", "good", f"It is {shown}.")
        return
    ahead_s = (last_ms - now_ms) // 1000
    yield Finding(
        "clock",
        "bad",
        f"The last entry was written {ahead_s} s in the future, so the clock was wrong then or is"
        " wrong now. Until that time has come, all that happens gets the same time.",
        "Set the clock, and keep it right (timedatectl set-ntp true).",
    )


def tls_files(config: Config) -> Iterator[Finding]:
    """Whether browsers will take the certificate of its own, where the server has one."""
    if config.tls_cert is None or config.tls_key is None:
        return
    yield from Pair(config.tls_cert, config.tls_key).judged(host_of(config), refused="bad")


def server(config: Config) -> Iterator[Finding]:
    """Whether a server runs on the data folder."""
    if config.memory or not config.database.exists():
        return
    try:
        found = running(config)
    except OSError:
        # Said of the folder already.
        return
    if found is None:
        start = to_type("serve", config=config)
        yield Finding("server", "look", "It does not run.", f"To start it: {start}")
        return
    yield Finding("server", "good", f"It runs: {found}.")


def running(config: Config) -> Holder | None:
    """The server that has the data folder, if one has.

    Raises:
        OSError: nobody knows, since the folder cannot be looked into.
    """
    try:
        lock = os.open(config.data_dir / LOCK, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return holder(lock)
    else:
        return None
    finally:
        os.close(lock)


def _me() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
