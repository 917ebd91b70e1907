"""The file with everything in it: copied while it is served from, put back, and brought up to date.

Nothing here prints or asks: `data.py` does.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import apsw
from msgspec import Struct

from frontdesk.cli import accounts
from frontdesk.cli.folder import (
    SECRET,
    SECRET_BYTES,
    backups_in,
    has_file,
    held,
    is_secret,
    make_folder,
    put_secret,
)
from frontdesk.cli.stops import Stop
from frontdesk.config import Config
from frontdesk.desk.commands import Erase
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.store.sqlite import copies, migrations
from frontdesk.store.sqlite.connect import Database, free_name
from frontdesk.store.sqlite.copies import Copied
from frontdesk.store.sqlite.failures import CannotOpen, told_apart

# Called with how many bytes are done, and how many there are about.
Progress = Callable[[int, int], None]

# As often it is said how far a copy is.
TELL_EACH_S = 0.2


class Restored(NamedTuple):
    """What came of it.

    `aside` is where the file of before stands. `erased` counts those who were erased again;
    `unknown` says why nobody knows who that would be. `has_secret`: the folder has one, its own or
    that of the copy. `other_secret` is where that of the copy stands, if the folder has another.
    """

    aside: Path | None
    erased: int
    unknown: str | None
    has_secret: bool
    other_secret: Path | None


class Made(NamedTuple):
    """A copy that was made; `dropped` is what interrupted ones had left in its folder."""

    copied: Copied
    dropped: list[Path]


class Steps(Struct):
    """The migrations that a file has, and those that it lacks, by number and name."""

    applied: list[str]
    pending: list[str]


def backup(config: Config, target: Path | None, on_progress: Progress | None = None) -> Made:
    """Copy the file as it stands now with the server's secret, and check the copy.

    Raises:
        Stop: nothing is kept, or there is something at the target already; or the copy is there,
            without a secret since that is damaged.
        CannotOpen, Full, Held, Broken: as the store says.
    """
    database = database_of(config)
    path = _target(config, target)
    secret = _secret_at(config.data_dir / SECRET)
    beside = _secret_beside(path)
    try:
        if beside.exists() and beside.read_bytes() != secret:
            raise Stop(f"There is a file {beside} already, of another backup. Name another.")
        dropped = copies.drop_unfinished(path.parent)
        with told_apart(), _told_how_far(database, path, on_progress):
            made = copies.copy_to(database, path)
        if secret is not None and is_secret(secret) and not beside.exists():
            put_secret(secret, beside)
    except FileExistsError:
        raise Stop(f"There is a file {path} already. Name another.") from None
    except OSError as error:
        raise Stop(
            f"{path} cannot be written: {error.strerror}. Name a file in a folder that is yours."
        ) from None
    if secret is not None and not is_secret(secret):
        raise Stop(
            f"{path} is there, and whole; but {config.data_dir / SECRET} is not the"
            f" {SECRET_BYTES} bytes that it should be, so it is not beside it. Put back that of an"
            " earlier backup."
        )
    return Made(made, dropped)


def checked(copy: Path) -> Copied:
    """Read all of a copy.

    Raises:
        Stop: there is none.
        CannotOpen: it is not whole, none of ours, or of a newer Frontdesk.
    """
    if not copy.is_file():
        raise Stop(f"There is no file {copy}. Name one that `backup` has made.")
    return copies.check(copy)


async def restore(config: Config, copy: Path) -> Restored:
    """Have the file be what the copy holds; what was there is kept beside it.

    Raises:
        Stop: a server runs on the folder.
        CannotOpen, Full, Held, Broken: as the store says.
    """
    _refuse_memory(config)
    make_folder(config.data_dir)
    secret, beside = config.data_dir / SECRET, _secret_beside(copy)
    brought = _secret_at(beside)
    if brought is not None and not is_secret(brought) and not secret.exists():
        raise Stop(
            f"{beside} is not the {SECRET_BYTES} bytes that it should be. Nothing was changed. Put"
            " the right one there, or take it away: then the next start makes another, and sites"
            " that vouch for their guests need new keys."
        )
    with held(config.data_dir):
        database = Database(str(config.database))
        erased: list[tuple[DeskId, PersonId]] = []
        unknown = None
        if has_file(config.database):
            try:
                erased = copies.erased_in(database)
            except CannotOpen as cannot:
                unknown = str(cannot)
        aside = free_name(config.database.with_name(f"frontdesk.db.replaced-{_now()}.backup"))
        with told_apart():
            copies.put_in_place(copy, database, aside)
        if brought is not None and not secret.exists():
            put_secret(brought, secret)
        again = await _erase_again(config, erased)
    differs = brought is not None and is_secret(brought) and brought != secret.read_bytes()
    return Restored(
        aside if aside.exists() else None,
        again,
        unknown,
        has_secret=secret.exists(),
        other_secret=beside if differs else None,
    )


def _secret_beside(copy: Path) -> Path:
    """Where the server's secret stands that belongs to a copy."""
    return copy.with_name(f"{copy.name}.secret")


def _secret_at(path: Path) -> bytes | None:
    """What stands where a secret should be; None if there is nothing.

    Raises:
        Stop: it cannot be read.
    """
    try:
        return path.read_bytes() if path.exists() else None
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}. Make it yours.") from None


async def _erase_again(config: Config, erased: list[tuple[DeskId, PersonId]]) -> int:
    """A copy knows again whom everybody was to forget. How many those were."""
    count = 0
    async with accounts.opened(config) as work:
        for desk, person in erased:
            record = await work.store.guest(desk, person)
            if record is None or record.erased:
                continue
            rooms = tuple(one.room for one in record.rooms)
            await work.node.carry_out_at(desk, Erase(None, person, rooms, already=False))
            count += 1
        if count:
            # Nobody else has the file. What is left is done by the next start.
            await work.store.scrub()
    return count


def steps(config: Config) -> Steps:
    """Which migrations the file has, and which it lacks.

    Raises:
        Stop: nothing is kept.
        CannotOpen: as for a start.
    """
    database = database_of(config)
    with told_apart():
        connection = apsw.Connection(database.path, flags=apsw.SQLITE_OPEN_READONLY)
        try:
            done = migrations.check_applied(connection, database.path)
        finally:
            connection.close()
    names = [f"{one.number:04} {one.name}" for one in migrations.ours()]
    return Steps(names[:done], names[done:])


def migrate(config: Config) -> str | None:
    """Bring the file to the newest form. Where the copy of before stands, if one was made."""
    database = database_of(config)
    with told_apart():
        connection = database.connect_writer()
        try:
            made = migrations.migrate(connection, database)
        finally:
            connection.close()
    return str(made) if made is not None else None


def database_of(config: Config) -> Database:
    """The file with everything in it.

    Raises:
        Stop: nothing is kept.
    """
    _refuse_memory(config)
    if not has_file(config.database):
        raise Stop(
            f"Nothing is kept in {config.data_dir} yet. Choose another folder with --data-dir."
        )
    return Database(str(config.database))


def _refuse_memory(config: Config) -> None:
    if config.memory:
        raise Stop("FRONTDESK_MEMORY is set, so nothing is kept. Unset it to work on what is.")


def _target(config: Config, target: Path | None) -> Path:
    name = f"frontdesk-{_now()}.db"
    if target is None:
        folder = backups_in(config.data_dir)
        make_folder(folder)
        return free_name(folder / name)
    return free_name(target / name) if target.is_dir() else target.absolute()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S")


@contextmanager
def _told_how_far(database: Database, target: Path, tell: Progress | None) -> Iterator[None]:
    """Say every now and then how large the copy has become."""
    if tell is None:
        yield
        return
    whole = Path(database.path).stat().st_size
    growing = copies.unfinished(target)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(TELL_EACH_S):
            with suppress(FileNotFoundError):
                tell(min(growing.stat().st_size, whole), whole)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()
    tell(whole, whole)
