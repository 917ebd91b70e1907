"""Signing in and out. Sessions are stored, so they are good across restarts."""

from typing import Any, cast

from msgspec.structs import replace

from frontdesk.desk.commands import Role, SignOff
from frontdesk.desk.ids import MAIN
from frontdesk.desk.names import clean_name
from frontdesk.desk.personal import Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine import accounts
from frontdesk.engine.live import Live
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Account, SessionEnd, SessionRow, Store
from frontdesk.web.bodies import NoBody, PasswordBody, SignInBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, Context, gives
from frontdesk.web.forms import Carried, DeskSeen, Noted, SignedIn, WhoAmI
from frontdesk.web.identity import (
    SESSION_MS,
    at_desk,
    check_origin,
    check_secure,
    cookie,
    hash_of,
)
from frontdesk.web.once import Change, once
from frontdesk.web.passwords import check_new
from frontdesk.web.reply import Reply


@gives(SignedIn, Reason.WRONG_CREDENTIALS, Reason.INSECURE_CONNECTION, status=201)
async def sign_in(ask: Ask[SignInBody]) -> Reply:
    """Sign in to an account.

    A browser gets its session as a cookie, good for 30 days. Over https, or on the machine itself.
    An unknown name costs as much time, gives the same answer and waits as long as a wrong password.

    Raises:
        Refused: TOO_FAST, before the password is looked at; WRONG_CREDENTIALS, also if what was
            right when it was sent has been changed or shut out since.
    """
    check_origin(ask.scope)
    check_secure(ask.scope)
    engine, devices = ask.context.engine, ask.context.devices
    found = await _account(engine.store, ask.body.username)
    device = devices.known(ask.scope, found.person if found is not None else None)
    with ask.context.sign_ins.attempt(ask.scope, ask.body.username, device):
        account, token = await _open_session(ask, found, first=device is not None)
    return await signed_in(ask, Who(account.person, account.user), account.role, token, device)


async def signed_in(ask: Ask[Any], who: Who, role: str, token: str, device: str | None) -> Reply:
    """What a browser is answered that has a session from now on.

    Args:
        device: a known one of this person's.
    """
    engine, devices = ask.context.engine, ask.context.devices
    before = ask.identity
    if before is not None and before.by_cookie and before.session.token_hash != hash_of(token):
        # The browser forgets it now; left alive it would count as somebody who is still there.
        await _end(ask.context, before.session)
    for live in engine.desks.all():
        if at_desk(live, who.id):
            engine.seen(live, who.id)
    body = SignedIn(success="signed in", code="session", user=who.user, role=cast(Role, role))
    given = cookie(ask.scope, token, SESSION_MS // 1000)
    return Reply(encode(body), 201, [given, devices.cookie(ask.scope, who.id, device)])


async def _open_session(
    ask: Ask[SignInBody], account: Account | None, *, first: bool
) -> tuple[Account, str]:
    """Check the password and write a session down; the account again, and the session's token."""
    engine, passwords = ask.context.engine, ask.context.passwords
    known = account.password_hash if account is not None else None
    good = await passwords.verify(known, ask.body.password, first=first)
    if account is None or not good or account.disabled:
        raise Refused(Reason.WRONG_CREDENTIALS)
    token = ask.context.sessions.new_token()
    began = {live.state.id: str(live.head) for live in engine.desks.all()}
    now_ms = engine.clock.now_ms()
    session = SessionRow(hash_of(token), account.person, "agent", now_ms, began)
    account = await _strengthened(ask, account)
    # Hashing takes a fifth of a second. Who changed the password or shut the account out in that
    # time wants nobody in who comes with the old one.
    if not await _is_as_it_was(engine.store, account):
        raise Refused(Reason.WRONG_CREDENTIALS)
    await engine.submit(MAIN, None, rows=[session])
    if not await _is_as_it_was(engine.store, account):
        # It came in between; whoever changed it has ended all sessions but this one.
        await _end(ask.context, session)
        raise Refused(Reason.WRONG_CREDENTIALS)
    return account, token


async def _strengthened(ask: Ask[SignInBody], account: Account) -> Account:
    """The account with its password hashed again if it was when less was thought enough."""
    passwords = ask.context.passwords
    if account.password_hash is None or not passwords.needs_rehash(account.password_hash):
        return account
    new_hash = await passwords.hash(ask.body.password)
    engine = ask.context.engine
    await engine.as_node(lambda node: accounts.strengthen(node, account, new_hash))
    now = await engine.store.account(account.user)
    kept = now.password_hash if now is not None else None
    # Whoever signs in at the same moment keeps the same password under a hash of their own.
    if kept not in (None, new_hash) and await passwords.verify(kept, ask.body.password):
        return replace(account, password_hash=kept)
    return replace(account, password_hash=new_hash)


async def _account(store: Store, typed: str) -> Account | None:
    """The account of the name that was typed, in the form in which names are kept."""
    try:
        return await store.account(clean_name(typed))
    except Refused:
        return None


async def _is_as_it_was(store: Store, account: Account) -> bool:
    now = await store.account(account.user)
    return now is not None and (now.password_hash, now.disabled) == (account.password_hash, False)


@gives(WhoAmI)
async def whoami(ask: Ask[NoBody]) -> Reply:
    """See whose session this is."""
    agent = ask.live.state.agents[ask.person]
    desks = tuple(live.state.id for live in _desks_of(ask))
    return Reply(encode(WhoAmI(agent.who.user, agent.role, desks)))


@gives(tuple[DeskSeen, ...])
async def desks(ask: Ask[NoBody]) -> Reply:
    """List your desks.

    Those at which this account works, the main one first.
    """
    states = [live.state for live in _desks_of(ask)]
    return Reply(encode([DeskSeen(state.id, state.admits) for state in states]))


def _desks_of(ask: Ask[NoBody]) -> list[Live]:
    return [live for live in ask.context.engine.desks.all() if at_desk(live, ask.person)]


@gives(Noted)
async def sign_out(ask: Ask[NoBody]) -> Reply:
    """Sign out.

    This session is over. With the last one an agent is away, and the guests wait again.
    """
    assert ask.identity is not None, "the route is for accounts"
    await _end(ask.context, ask.identity.session)
    body = Noted(success="signed out", code="session")
    return Reply(encode(body), 200, [cookie(ask.scope, "", 0)])


@gives(
    Carried,
    Reason.WRONG_CREDENTIALS,
    Reason.INSECURE_CONNECTION,
    Reason.PASSWORD_NOT_ALLOWED,
)
async def change_password(ask: Ask[PasswordBody]) -> Reply:
    """Change your password.

    Your other sessions end, and so does a link that was made for you; this session and API tokens
    stay.

    Raises:
        Refused: TOO_FAST, before the old one is looked at.
    """
    check_origin(ask.scope)
    check_secure(ask.scope)
    assert ask.identity is not None, "the route is for accounts"
    context, session = ask.context, ask.identity.session
    found: list[tuple[Account, str]] = []

    async def before() -> None:
        check_new(ask.body.new)
        account = await context.engine.store.account(ask.live.state.label(ask.person))
        if account is None:
            raise Refused(Reason.WRONG_CREDENTIALS)
        device = context.devices.known(ask.scope, ask.person)
        known, is_first = account.password_hash, device is not None
        with context.sign_ins.attempt(ask.scope, account.user, device):
            if not await context.passwords.verify(known, ask.body.old, first=is_first):
                raise Refused(Reason.WRONG_CREDENTIALS)
        found.append((account, await context.passwords.hash(ask.body.new)))

    async def work(node: Node, change: Change) -> None:
        [(account, new_hash)] = found
        await accounts.change_password(node, account, new_hash, session, [change.row])

    return await once(ask, "ChangePassword", work, before=before)


async def _end(context: Context, session: SessionRow) -> None:
    engine, person = context.engine, session.person
    rows = [SessionEnd(person, session.token_hash)]
    # Those that have run out are nobody's any more.
    living = engine.clock.now_ms() - SESSION_MS
    last = session.kind == "agent" and await engine.store.count_sessions(person, living) <= 1
    with context.sessions.ending(session):
        if last:
            for live in engine.desks.all():
                await engine.submit(live.state.id, SignOff(person), rows=rows)
        else:
            await engine.submit(MAIN, None, rows=rows)
    if session.kind == "agent" and not last:
        # Two that end at the same moment: each has seen the other.
        if await engine.store.count_sessions(person, living) == 0:
            for live in engine.desks.all():
                await engine.submit(live.state.id, SignOff(person))
    for live in engine.desks.all():
        live.wake_person(person)
