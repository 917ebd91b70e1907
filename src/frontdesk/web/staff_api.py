"""The people who work here: accounts, and the links with which they choose a password; desks.

What all desks share is for admins of all desks: who runs some of them could else give themselves
the others. A link's secret is told once, to whoever asked for it, and stands in no path, query or
log of ours; what is kept of it is a hash.
"""

from typing import cast

from frontdesk.desk.commands import AddPerson, Allotted, ChangePerson, ChangeSettings, Role
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.desk.kinds import Value
from frontdesk.desk.names import clean_name
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.settings import checked
from frontdesk.engine import accounts
from frontdesk.engine.node import Node
from frontdesk.web.bodies import AccountBody, ChangeAccountBody, DeskBody, InviteBody, NoBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, fresh_id, gives
from frontdesk.web.forms import AccountSeen, Carried, Invited
from frontdesk.web.identity import check_signed_in, hash_of
from frontdesk.web.once import Change, once
from frontdesk.web.reply import Reply

NO_TOKEN = "A token makes no links. Sign in first."


@gives(tuple[AccountSeen, ...])
async def list_accounts(ask: Ask[NoBody]) -> Reply:
    """List the accounts.

    All of them, in the order of names, also those that are disabled.
    """
    state, now_ms = ask.live.state, ask.context.engine.clock.now_ms()
    found = []
    for one in await ask.context.engine.store.accounts():
        agent, until_ms = state.agents.get(one.person), one.invited_until_ms
        # One that another process has made a moment ago may not be here yet.
        if agent is not None:
            seen = AccountSeen(
                user=one.user,
                role=cast(Role, one.role),
                disabled=one.disabled,
                desks=agent.desks,
                invited=one.password_hash is None,
                until=until_ms // 1000 if until_ms is not None and until_ms > now_ms else None,
            )
            found.append(seen)
    return Reply(encode(found))


@gives(Invited, Reason.NAME_TAKEN, Reason.NAME_NOT_ALLOWED, status=201)
async def add_account(ask: Ask[AccountBody]) -> Reply:
    """Add an account.

    It has no password yet. The link that is answered is for the person, who chooses one with it.
    You have to be signed in: a token makes no links.
    """
    check_signed_in(ask.identity, NO_TOKEN)
    body, sessions, person = ask.body, ask.context.sessions, PersonId(fresh_id())

    async def work(node: Node, change: Change) -> None:
        user, desks = clean_name(body.username), _allotted(body.desks)
        command = AddPerson(person, user, body.role, desks, ask.person)
        secret = hash_of(change.invite(sessions))
        await accounts.add_invited(node, command, secret, [change.row])

    return await once(ask, "AddAccount", work, status=201)


@gives(Carried, Reason.NOT_FOUND, Reason.LAST_ADMIN)
async def change_account(ask: Ask[ChangeAccountBody]) -> Reply:
    """Change an account.

    What it may do, where, or that it may do nothing at all: then it is signed out, its API tokens
    are ended for good, its link is void, and its guests wait again.
    """
    body = ask.body
    desks = _allotted(body.desks) if body.desks is not None else None
    command = ChangePerson(body.user, body.role, body.disabled, desks, ask.person)

    async def work(node: Node, change: Change) -> None:
        await accounts.change(node, command, [change.row])

    return await once(ask, "ChangeAccount", work)


@gives(Invited, Reason.NOT_FOUND)
async def invite(ask: Ask[InviteBody]) -> Reply:
    """Make a new link.

    For somebody who has lost the password, or whose link has run out. Earlier links are void; the
    old password and its sessions are good until the new link is used. You have to be signed in: a
    token makes no links.
    """
    check_signed_in(ask.identity, NO_TOKEN)
    user, sessions = ask.body.user, ask.context.sessions

    async def work(node: Node, change: Change) -> None:
        secret = hash_of(change.invite(sessions))
        await accounts.invite(node, user, secret, ask.person, [change.row])

    return await once(ask, "Invite", work)


@gives(Carried, Reason.NAME_TAKEN, status=201)
async def add_desk(ask: Ask[DeskBody]) -> Reply:
    """Add a desk.

    Accounts that work at all desks work at this one too.
    """
    desk, title = DeskId(ask.body.desk), ask.body.title

    async def work(node: Node, change: Change) -> None:
        named = [ChangeSettings(ask.person, titled(title))] if title else []
        await accounts.add_desk(node, desk, named, ask.person, [change.row])

    return await once(ask, "AddDesk", work, status=201)


def _allotted(desks: str | tuple[str, ...]) -> Allotted:
    return "all" if isinstance(desks, str) else tuple(DeskId(desk) for desk in dict.fromkeys(desks))


def titled(title: str) -> dict[str, Value]:
    """The setting that gives a desk its title.

    Raises:
        Refused: MALFORMED, with what it takes.
    """
    try:
        return checked({"title": title})
    except Refused as refused:
        raise Refused(Reason.MALFORMED, "$.title", detail=refused.detail) from None
