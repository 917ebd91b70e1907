"""What is kept of a guest: found, written out and erased, beside the server or without one.

The running server sees what is erased here within a tenth of a second, drops what it remembers and
hangs up on whoever listens as that guest. Nothing here prints or asks: `guests.py` does.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from frontdesk.cli import accounts
from frontdesk.cli.accounts import Work
from frontdesk.cli.folder import backups_in, has_file
from frontdesk.cli.hints import to_type
from frontdesk.cli.stops import Stop
from frontdesk.config import Config
from frontdesk.desk.commands import Erase
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.desk.names import clean_name
from frontdesk.engine import exports
from frontdesk.engine.exports import Export
from frontdesk.engine.ports import GuestRecord, Store, Unclean

# Guests of one name that are listed.
FOUND_MOST = 1_000

# How long to wait for readers who still see the file as it was. Theirs are short; what is left
# then, the server does, or its next start. Each try reads the whole file, so the waits double.
SCRUB_S = 5.0
SCRUB_RETRY_S = 0.05

LATER = "The server removes them as soon as it can; without one, its next start does."
STILL_READ = (
    "Something still reads the file as it was, a backup perhaps, so traces are left in it."
    f" {LATER} Copies of the database that upgrades had left beside it are removed."
)


@asynccontextmanager
async def _opened(config: Config, desk: DeskId) -> AsyncIterator[Work]:
    if not config.memory and not has_file(config.database):
        raise Stop(
            f"Nothing is kept in {config.data_dir}, so nobody either. Choose another folder with"
            " --data-dir."
        )
    async with accounts.opened(config) as work:
        if desk not in work.node.desks():
            raise accounts.no_such_desk(config, work.node.desks(), desk)
        yield work


async def found(config: Config, desk: DeskId, name: str) -> list[GuestRecord]:
    """The guests of a desk who have or had exactly this name, the last first."""
    async with _opened(config, desk) as work:
        return await work.store.guests_named(desk, clean_name(name), FOUND_MOST)


async def looked_up(config: Config, desk: DeskId, person: PersonId) -> GuestRecord:
    """The guest of this id.

    Raises:
        Stop: there is none; with what to do instead.
    """
    async with _opened(config, desk) as work:
        return await _record(config, work.store, desk, person)


async def exported(config: Config, desk: DeskId, person: PersonId) -> Export:
    """All that is kept of a guest."""
    async with _opened(config, desk) as work:
        record = await _record(config, work.store, desk, person)
        return await exports.export(work.store, desk, record, most_bytes=sys.maxsize)


async def erase(config: Config, desk: DeskId, person: PersonId) -> str | None:
    """Erase a guest.

    Returns:
        What to say if traces of them are left in the folder, and why; None if nothing is.
    """
    async with _opened(config, desk) as work:
        record = await _record(config, work.store, desk, person)
        rooms = tuple(one.room for one in record.rooms)
        await work.node.carry_out_at(desk, Erase(None, person, rooms, record.erased))
        return await _left(work.store)


def backups(config: Config) -> tuple[Path, int]:
    """The folder of backups that are made without a target, and how many stand there."""
    folder = backups_in(config.data_dir)
    return folder, len(list(folder.glob("*.db")))


async def _left(store: Store) -> str | None:
    give_up, wait_s = time.monotonic() + SCRUB_S, SCRUB_RETRY_S
    try:
        while not await store.scrub():
            if time.monotonic() > give_up:
                return STILL_READ
            await asyncio.sleep(wait_s)
            wait_s *= 2
    except Unclean as unclean:
        return f"Traces are left: {unclean}. {LATER}"
    return None


async def _record(config: Config, store: Store, desk: DeskId, person: PersonId) -> GuestRecord:
    record = await store.guest(desk, person)
    if record is not None:
        return record
    for account in await store.accounts():
        if account.person == person:
            disable = to_type("user", "disable", account.user, config=config)
            raise Stop(
                f"That is the account {account.user}, and no guest. To shut it out: {disable}"
            )
    find = to_type("guest", "find", "NAME", config=config)
    raise Stop(f"There never was a guest {person!r} at the desk {desk!r}. To find one: {find}")
