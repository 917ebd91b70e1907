"""Accounts, and what belongs to them: carried out at every desk at once, for every way in alike.

A command line does these on a node of its own, the server on its desks (`Engine.as_node`). What is
looked at here is looked at again where somebody else was faster, so it is so when it is written.
`by` is who asks: an account, or None for an operator, who may do anything. Secrets come in as
hashes alone.
"""

from collections.abc import Callable, Sequence

from frontdesk.desk.commands import AddPerson, ChangePerson, ChangeSettings, Command, SignOff
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.desk.kinds import Value
from frontdesk.desk.people import check_runs_all, runs_all
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Agent, State
from frontdesk.engine.node import Node
from frontdesk.engine.ports import (
    Account,
    AuditRow,
    InviteEnd,
    InviteGood,
    InviteRow,
    OtherSessionsEnd,
    PasswordIs,
    PasswordRow,
    Row,
    SessionEnd,
    SessionGood,
    SessionRow,
    Store,
    What,
)

# Over a long weekend; a link that lies in a mailbox for weeks is found by somebody else.
INVITE_MS = 72 * 3_600_000

# API tokens of one account. Whoever has more has forgotten what most of them are for.
TOKENS_MOST = 50

# Every desk holds every account in memory, at a few hundred bytes.
ACCOUNTS_MOST = 2_000

# Each desk is a log, a timer and a checkpoint, and holds all accounts once more.
DESKS_MOST = 100

SessionMaker = Callable[[PersonId], SessionRow]


async def add(node: Node, command: AddPerson, rows: Sequence[Row]) -> None:
    """Make an account.

    Args:
        rows: its password or its link, and what else stands or falls with it.

    Raises:
        Refused: NAME_TAKEN; NOT_ALLOWED unless `command.by` may; TOO_LARGE beyond `ACCOUNTS_MOST`;
            MALFORMED for a desk that is not there.
        KeyTaken: a key among the rows was used before.
    """

    async def holding(main: State) -> Sequence[Row]:
        if len(main.agents) >= ACCOUNTS_MOST:
            detail = f"There is room for {ACCOUNTS_MOST} accounts."
            raise Refused(Reason.TOO_LARGE, detail=detail)
        check_desks(node, command.desks)
        return rows

    await node.carry_out(command, rows=holding)


async def add_invited(
    node: Node, command: AddPerson, token_hash: bytes, rows: Sequence[Row]
) -> None:
    """Make an account without a password, and a link with which somebody chooses one.

    Raises:
        Refused, KeyTaken: as `add`.
    """
    link = _link(node, command.person, token_hash)
    told = _told(node, command.by, "invited", command.user)
    await add(node, command, [link, told, *rows])


def check_desks(node: Node, desks: object) -> None:
    """Whether these desks are there, to be worked at.

    Raises:
        Refused: MALFORMED if one is not.
    """
    known = node.desks()
    if isinstance(desks, tuple) and not all(desk in known for desk in desks):
        detail = "One of them is not there. They are listed at /api/v1/desks."
        raise Refused(Reason.MALFORMED, "$.desks", detail=detail)


async def change(node: Node, command: ChangePerson, rows: Sequence[Row] = ()) -> None:
    """Change what an account may do. Who is disabled is signed out, and their link is void.

    Raises:
        Refused: NOT_FOUND; LAST_ADMIN; NOT_ALLOWED unless `command.by` may; MALFORMED for a desk
            that is not there.
        KeyTaken: a key among the rows was used before.
    """

    async def holding(main: State) -> Sequence[Row]:
        check_runs_all(main, command.by)
        agent = main.account(command.user)
        if agent is None:
            raise Refused(Reason.NOT_FOUND)
        check_desks(node, command.desks)
        await _check_an_admin_stays(node, main, agent, command)
        ends = (SessionEnd(agent.who.id), InviteEnd(agent.who.id)) if command.disabled else ()
        return [*ends, *rows]

    await node.carry_out(command, rows=holding)


async def _check_an_admin_stays(
    node: Node, main: State, agent: Agent, command: ChangePerson
) -> None:
    """Somebody who can sign in has to be left who may change accounts.

    Raises:
        Refused: LAST_ADMIN.
    """
    stays = (
        command.role in (None, "admin") and command.desks in (None, "all") and not command.disabled
    )
    if stays or not runs_all(agent):
        return
    accounts = await node.store.accounts()
    able = {one.person for one in accounts if one.password_hash is not None}
    others = [one for one in main.agents.values() if one.who.id != agent.who.id and runs_all(one)]
    if agent.who.id in able and not any(one.who.id in able for one in others):
        raise Refused(Reason.LAST_ADMIN)


async def set_password(node: Node, account: Account, password_hash: str) -> None:
    """Set a password by an operator, and end all that somebody with the old one may have begun."""
    person = account.person
    rows: list[Row] = [
        PasswordRow(person, password_hash),
        SessionEnd(person),
        InviteEnd(person),
        _told(node, None, "password_changed", account.user),
    ]
    await node.carry_out(SignOff(person), rows=rows)


async def change_password(
    node: Node, account: Account, new_hash: str, session: SessionRow, rows: Sequence[Row]
) -> None:
    """Change one's own password; one's other sessions end, and a link is void. API tokens stay.

    Args:
        account: as it was when the old password was checked.

    Raises:
        Refused: WRONG_CREDENTIALS if that has changed since.
        KeyTaken: a key among the rows was used before.
    """

    async def holding(main: State) -> Sequence[Row]:
        now = await node.store.account(account.user)
        if now is None or (now.password_hash, now.disabled) != (account.password_hash, False):
            raise Refused(Reason.WRONG_CREDENTIALS)
        return [
            PasswordIs(account.person, account.password_hash),
            PasswordRow(account.person, new_hash),
            OtherSessionsEnd(account.person, session.token_hash),
            InviteEnd(account.person),
            _told(node, account.person, "password_changed", account.user),
            *rows,
        ]

    await node.carry_out(rows=holding)


async def strengthen(node: Node, account: Account, new_hash: str) -> None:
    """Keep the same password under a stronger hash, unless somebody has changed it meanwhile.

    Args:
        account: as it was when the password was checked.
    """

    async def holding(_: State) -> Sequence[Row]:
        now = await node.store.account(account.user)
        if now is None or now.password_hash != account.password_hash:
            return []
        person = account.person
        return [PasswordIs(person, account.password_hash), PasswordRow(person, new_hash)]

    await node.carry_out(rows=holding)


# --- links ----------------------------------------------------------------------------------------


async def invite(
    node: Node, user: str, token_hash: bytes, by: PersonId | None, rows: Sequence[Row] = ()
) -> None:
    """Make a new link for an account; earlier ones are void.

    Raises:
        Refused: NOT_FOUND; NOT_ALLOWED for a disabled account, or unless `by` may.
        KeyTaken: a key among the rows was used before.
    """

    async def holding(main: State) -> Sequence[Row]:
        check_runs_all(main, by)
        agent = main.account(user)
        if agent is None:
            raise Refused(Reason.NOT_FOUND)
        if agent.disabled:
            raise Refused(Reason.NOT_ALLOWED, detail="The account is disabled. First let it in.")
        link = _link(node, agent.who.id, token_hash)
        return [link, _told(node, by, "invited", user), *rows]

    await node.carry_out(rows=holding)


def _link(node: Node, person: PersonId, token_hash: bytes) -> InviteRow:
    return InviteRow(token_hash, person, node.clock.now_ms() + INVITE_MS)


async def invited(store: Store, main: State, token_hash: bytes, now_ms: int) -> Agent:
    """Whom a link is for.

    Raises:
        Refused: NOT_FOUND if it is none, was used, is void or has run out.
    """
    link = await store.invite(token_hash)
    if link is None or link.ended or link.until_ms <= now_ms:
        raise Refused(Reason.NOT_FOUND)
    agent = main.agents.get(link.person)
    if agent is None or agent.disabled:
        raise Refused(Reason.NOT_FOUND)
    return agent


async def accept(
    node: Node, person: PersonId, token_hash: bytes, password_hash: str, session: SessionMaker
) -> None:
    """Use a link, once: a password, and a session; all else that this account had begun ends.

    Raises:
        Refused: NOT_FOUND as `invited` says, also if somebody was faster.
    """

    async def holding(main: State) -> Sequence[Row]:
        agent = await invited(node.store, main, token_hash, node.clock.now_ms())
        return [
            InviteGood(token_hash),
            InviteEnd(person),
            PasswordRow(person, password_hash),
            SessionEnd(person),
            session(person),
            _told(node, person, "invite_accepted", agent.who.user),
        ]

    await node.carry_out(SignOff(person), rows=holding)


async def begin(
    node: Node,
    command: AddPerson,
    password_hash: str,
    session: SessionMaker,
    settings: dict[str, Value],
) -> None:
    """Make the first account of all, an admin, with settings of the main desk.

    Raises:
        Refused: NOT_FOUND if there is an account already.
    """

    async def holding(main: State) -> Sequence[Row]:
        if main.agents:
            raise Refused(Reason.NOT_FOUND)
        return [PasswordRow(command.person, password_hash), session(command.person)]

    named: list[Command] = [ChangeSettings(None, settings)] if settings else []
    await node.carry_out(command, rows=holding, at_main=named)


# --- desks ----------------------------------------------------------------------------------------


async def add_desk(
    node: Node,
    desk: DeskId,
    commands: Sequence[Command],
    by: PersonId | None,
    rows: Sequence[Row] = (),
) -> None:
    """Add a desk that is not there.

    Args:
        commands: what else is done there at once.

    Raises:
        Refused: NAME_TAKEN; NOT_ALLOWED unless `by` may; TOO_LARGE beyond `DESKS_MOST`.
        KeyTaken: a key among the rows was used before.
    """
    check_runs_all(node.main, by)
    if desk in node.desks():
        raise Refused(Reason.NAME_TAKEN)
    check_room(node)
    await node.add_desk(desk, *commands, by=by, rows=rows)


def check_room(node: Node) -> None:
    """Whether there may be another desk.

    Raises:
        Refused: TOO_LARGE beyond `DESKS_MOST`.
    """
    if len(node.desks()) >= DESKS_MOST:
        raise Refused(Reason.TOO_LARGE, detail=f"There is room for {DESKS_MOST} desks.")


# --- API tokens -----------------------------------------------------------------------------------


async def create_token(
    node: Node,
    person: PersonId,
    token_hash: bytes,
    label: str,
    session: SessionRow | None,
    rows: Sequence[Row] = (),
) -> None:
    """Make an API token.

    Args:
        session: of the account, which asks for it; None for an operator.

    Raises:
        Refused: NOT_SIGNED_IN if the session has ended; NOT_ALLOWED for a disabled account;
            TOO_LARGE beyond `TOKENS_MOST`.
        KeyTaken: a key among the rows was used before.
    """

    async def holding(main: State) -> Sequence[Row]:
        agent = main.agents[person]
        if agent.disabled:
            raise Refused(Reason.NOT_ALLOWED)
        if session is not None and await node.store.session(session.token_hash) is None:
            raise Refused(Reason.NOT_SIGNED_IN)
        if len(await node.store.tokens(person)) >= TOKENS_MOST:
            detail = f"An account has at most {TOKENS_MOST} tokens. First end one."
            raise Refused(Reason.TOO_LARGE, detail=detail)
        row = SessionRow(
            token_hash=token_hash,
            person=person,
            kind="token",
            at_ms=node.clock.now_ms(),
            began=node.began(),
            label=label,
        )
        by = session.person if session is not None else None
        told = _told(node, by, "token_added", agent.who.user, label=label)
        # A password that is changed at this very moment ends all that was begun with the old one.
        stays = [SessionGood(session.token_hash)] if session is not None else []
        return [*stays, row, told, *rows]

    await node.carry_out(rows=holding)


async def end_token(
    node: Node, token: SessionRow, by: PersonId | None, rows: Sequence[Row] = ()
) -> None:
    """End an API token.

    Raises:
        Refused: NOT_FOUND if it has ended, or is another's and `by` may not.
        KeyTaken: a key among the rows was used before.
    """

    async def holding(main: State) -> Sequence[Row]:
        asks = main.agents.get(by) if by is not None else None
        may = by in (None, token.person) or (asks is not None and runs_all(asks))
        if not may or await node.store.session(token.token_hash) is None:
            raise Refused(Reason.NOT_FOUND)
        user = main.agents[token.person].who.user
        told = _told(node, by, "token_ended", user, label=token.label)
        return [SessionEnd(token.person, token.token_hash), told, *rows]

    await node.carry_out(rows=holding)


def _told(node: Node, by: PersonId | None, what: What, about: str, **detail: str) -> AuditRow:
    return AuditRow(None, node.clock.now_ms(), by, what, about, {**detail})
