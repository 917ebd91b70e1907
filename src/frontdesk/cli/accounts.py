"""Accounts: made, changed and shut out, beside the server or without one.

The running server sees what is appended here within a tenth of a second, and hangs up on whoever
has lost the right to listen. Nothing here prints or asks: `people.py` does.
"""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from difflib import get_close_matches
from typing import Any, NamedTuple

from frontdesk.cli.folder import has_file, make_folder
from frontdesk.cli.hints import to_type
from frontdesk.cli.opening import clock_for, open_store
from frontdesk.cli.stops import Stop, StopForSetting
from frontdesk.config import Config
from frontdesk.desk.commands import AddPerson, Allotted, ChangePerson, Role
from frontdesk.desk.ids import MAIN, DeskId, PersonId
from frontdesk.desk.names import clean_name, skeleton
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine import accounts
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Account, Clock, PasswordRow, Store
from frontdesk.web.identity import hash_of, new_api_token
from frontdesk.web.passwords import Passwords


class NewAccount(NamedTuple):
    """An account that somebody wants to make."""

    name: str
    role: Role
    desks: Allotted = "all"

    def command(self) -> AddPerson:
        """What makes it, under a fresh id."""
        id = PersonId(secrets.token_hex(16))
        return AddPerson(id, clean_name(self.name), self.role, self.desks)


class Work(NamedTuple):
    """What each of these commands works with."""

    store: Store
    clock: Clock
    node: Node


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Work]:
    """The store and its desks, which have to be there already.

    Raises:
        Stop: the folder cannot be used, or nothing was ever kept in it.
    """
    _refuse_memory(config)
    if not has_file(config.database):
        first = to_type("user", "add", "NAME", "--role", "admin", config=config)
        raise Stop(
            f"Nothing is kept in {config.data_dir} yet, so there are no accounts. Choose another"
            f" folder with --data-dir, or make the first account: {first}"
        )
    async with _opened(config) as work:
        yield work


@asynccontextmanager
async def _opened(config: Config) -> AsyncIterator[Work]:
    async with open_store(config) as store:
        clock = await clock_for(store)
        yield Work(store, clock, await Node.load(store, clock))


def _refuse_memory(config: Config) -> None:
    if config.memory:
        raise StopForSetting(
            "FRONTDESK_MEMORY is set, and what a server has in memory no other command can see."
            " Its one account is told at its start. Unset it to work on what is kept."
        )


def allotted(desks: Sequence[str]) -> Allotted:
    """The desks that were named; all if none was."""
    return tuple(DeskId(desk) for desk in dict.fromkeys(desks)) or "all"


async def check_new(config: Config, new: NewAccount) -> None:
    """Whether an account of this name could be made. Makes nothing, not even the folder.

    Nobody likes to think of a password in vain, so this is asked before.

    Raises:
        Refused: NAME_NOT_ALLOWED.
        Stop: somebody has the name, or there is no such desk; with what to do.
    """
    _refuse_memory(config)
    command = new.command()
    if not has_file(config.database):
        _check_desks(config, [MAIN], new.desks)
        return
    async with _opened(config) as work:
        _check_desks(config, work.node.desks(), new.desks)
        try:
            work.node.check(command)
        except Refused as refused:
            if refused.reason is not Reason.NAME_TAKEN:
                raise
            raise await _taken(config, work.store, command.user) from None


def _check_desks(config: Config, known: Sequence[DeskId], desks: Allotted) -> None:
    for desk in desks if desks != "all" else ():
        if desk not in known:
            raise no_such_desk(config, known, desk)


def no_such_desk(config: Config, known: Sequence[DeskId], desk: str) -> Stop:
    """What to say of a desk that is not there."""
    near = get_close_matches(desk, known, 1, cutoff=0.5)
    add_it = to_type("desk", "add", desk, config=config)
    hint = f"Did you mean {near[0]}?" if near else f"Desks: {', '.join(known)}. To add it: {add_it}"
    return Stop(f"There is no desk {desk!r}. {hint}")


async def add(config: Config, new: NewAccount, password: str) -> str:
    """Make an account, and return its name as it is kept; makes the folder if need be.

    Raises:
        Refused: NAME_NOT_ALLOWED, NAME_TAKEN, PASSWORD_NOT_ALLOWED.
    """
    _refuse_memory(config)
    make_folder(config.data_dir)
    async with _opened(config) as work:
        return await add_at(work, new, password)


async def add_at(work: Work, new: NewAccount, password: str) -> str:
    """Make an account in what is open already."""
    command = new.command()
    hashed = await _hashed(password)
    await accounts.add(work.node, command, [PasswordRow(command.person, hashed)])
    return command.user


async def _taken(config: Config, store: Store, name: str) -> Stop:
    look = skeleton(name)
    for one in await store.accounts():
        if skeleton(one.user) == look:
            word, does = "passwd", "give that one a new password"
            if one.disabled:
                word, does = "enable", "let that one in again"
            command = to_type("user", word, one.user, config=config)
            return Stop(
                f"There is an account {one.user} already. Choose a name that looks different, or"
                f" {does}: {command}"
            )
    return Stop(
        f"A guest has the name {name}, or one that looks like it, until a day after the last sign"
        " of life. Choose another name."
    )


async def listed(config: Config) -> list[dict[str, Any]]:
    """All accounts, for people and for scripts."""
    async with opened(config) as work:
        main = work.node.states()[0]
        return [
            {
                "user": one.user,
                "role": one.role,
                "disabled": one.disabled,
                "desks": main.agents[one.person].desks,
            }
            for one in await work.store.accounts()
        ]


async def check_known(config: Config, name: str) -> None:
    """Whether there is an account of this name.

    Raises:
        Stop: there is none.
    """
    async with opened(config) as work:
        await _account(config, work.store, name)


async def change_password(config: Config, name: str, password: str) -> str:
    """Set a password, and end whatever somebody with the old one may have begun."""
    async with opened(config) as work:
        account = await _account(config, work.store, name)
        await accounts.set_password(work.node, account, await _hashed(password))
        return account.user


async def disable(config: Config, name: str) -> str:
    """Shut an account out of every desk, and end its sessions and tokens."""
    async with opened(config) as work:
        account = await _account(config, work.store, name)
        await accounts.change(work.node, ChangePerson(account.user, disabled=True))
        return account.user


async def change(
    config: Config, name: str, *, role: Role | None = None, desks: Allotted | None = None
) -> str:
    """Change what an account may do, and where."""
    async with opened(config) as work:
        account = await _account(config, work.store, name)
        _check_desks(config, work.node.desks(), desks if desks is not None else "all")
        await accounts.change(work.node, ChangePerson(account.user, role, desks=desks))
        return account.user


async def enable(config: Config, name: str) -> str:
    """Let an account in again."""
    async with opened(config) as work:
        account = await _account(config, work.store, name)
        await accounts.change(work.node, ChangePerson(account.user, disabled=False))
        return account.user


async def create_token(config: Config, name: str, label: str) -> str:
    """Make an API token; only its hash is kept."""
    async with opened(config) as work:
        account = await _account(config, work.store, name)
        if account.disabled:
            enable_first = to_type("user", "enable", account.user, config=config)
            raise Stop(
                f"{account.user} is disabled, so a token would be of no use. First let them in"
                f" again: {enable_first}"
            )
        token = new_api_token()
        await accounts.create_token(work.node, account.person, hash_of(token), label, None)
        return token


async def _hashed(password: str) -> str:
    passwords = Passwords()
    try:
        return await passwords.hash(password)
    finally:
        passwords.close()


async def _account(config: Config, store: Store, name: str) -> Account:
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
    everybody = to_type("user", "list", config=config)
    hint = f"Did you mean {near[0]!r}?" if near else f"All accounts: {everybody}"
    raise Stop(f"There is no account {name!r}. {hint}")
