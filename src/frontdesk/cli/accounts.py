"""Accounts: made, changed and shut out, beside the server or without one.

The running server sees what is appended here within a tenth of a second, and hangs up on whoever
has lost the right to listen. Nothing here prints or asks: `people.py` does.
"""

import secrets
import shlex
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from difflib import get_close_matches
from typing import Any, NamedTuple

from frontdesk.cli.folder import make_folder
from frontdesk.cli.node import Node
from frontdesk.cli.opening import clock_for, open_store
from frontdesk.cli.stops import Stop
from frontdesk.config import Config
from frontdesk.desk.commands import AddPerson, ChangePerson, Role, SignOff
from frontdesk.desk.ids import PersonId
from frontdesk.desk.names import clean_name
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.ports import Account, Clock, PasswordRow, SessionEnd, SessionRow, Store
from frontdesk.web.identity import hash_of
from frontdesk.web.passwords import Passwords

# Not asked before the name is known to be good: nobody likes to think of a password in vain.
AskPassword = Callable[[], str]


class Work(NamedTuple):
    """What each of these commands works with."""

    store: Store
    clock: Clock
    node: Node


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Work]:
    """The store and its desks; the folder is made if the server never ran.

    Raises:
        Stop: the folder cannot be used.
    """
    make_folder(config.data_dir)
    async with open_store(config) as store:
        clock = await clock_for(store)
        yield Work(store, clock, await Node.load(store, clock))


async def add(config: Config, name: str, role: Role, password: AskPassword) -> str:
    """Make an account, and return its name as it is kept.

    Raises:
        Refused: NAME_NOT_ALLOWED, NAME_TAKEN, PASSWORD_NOT_ALLOWED.
    """
    async with opened(config) as work:
        return await add_at(work, name, role, password)


async def add_at(work: Work, name: str, role: Role, password: AskPassword) -> str:
    """Make an account in what is open already."""
    command = AddPerson(PersonId(secrets.token_hex(16)), clean_name(name), role)
    work.node.check(command)
    hashed = await _hashed(password())
    await work.node.carry_out(command, rows=[PasswordRow(command.person, hashed)])
    return command.user


async def listed(config: Config) -> list[dict[str, Any]]:
    """All accounts, for people and for scripts."""
    async with opened(config) as work:
        return [
            {"user": one.user, "role": one.role, "disabled": one.disabled}
            for one in await work.store.accounts()
        ]


async def change_password(config: Config, name: str, password: AskPassword) -> None:
    """Set a password, and end whatever somebody with the old one may have begun."""
    async with opened(config) as work:
        account = await _account(work.store, name)
        row = PasswordRow(account.person, await _hashed(password()))
        signed_out = SessionEnd(account.person)
        await work.node.carry_out(SignOff(account.person), rows=[row, signed_out])


async def disable(config: Config, name: str) -> None:
    """Shut an account out of every desk, and end its sessions and tokens."""
    async with opened(config) as work:
        account = await _account(work.store, name)
        command = ChangePerson(account.user, disabled=True)
        await work.node.carry_out(command, rows=[SessionEnd(account.person)])


async def enable(config: Config, name: str) -> None:
    """Let an account in again."""
    async with opened(config) as work:
        account = await _account(work.store, name)
        await work.node.carry_out(ChangePerson(account.user, disabled=False))


async def create_token(config: Config, name: str, label: str) -> str:
    """Make an API token; only its hash is kept."""
    async with opened(config) as work:
        account = await _account(work.store, name)
        if account.disabled:
            raise Stop(
                f"{account.user} is disabled, so a token would be of no use. First let them in"
                f" again: frontdesk user enable {shlex.quote(account.user)}"
            )
        token = "fdt_" + secrets.token_hex(32)
        row = SessionRow(
            token_hash=hash_of(token),
            person=account.person,
            kind="token",
            at_ms=work.clock.now_ms(),
            began=work.node.began(),
            label=label,
        )
        await work.node.carry_out(rows=[row])
        return token


async def _hashed(password: str) -> str:
    passwords = Passwords()
    try:
        return await passwords.hash(password)
    finally:
        passwords.close()


async def _account(store: Store, name: str) -> Account:
    """The account of this name.

    Raises:
        Stop: there is none; with the nearest that there is.
    """
    try:
        account = await store.account(clean_name(name))
    except Refused as refused:
        if refused.reason is not Reason.NAME_NOT_ALLOWED:
            raise
        account = None
    if account is not None:
        return account
    names = [one.user for one in await store.accounts()]
    near = get_close_matches(name, names, 1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else "All accounts: frontdesk user list"
    raise Stop(f"There is no account {name!r}. {hint}")
