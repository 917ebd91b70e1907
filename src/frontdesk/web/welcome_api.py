"""The first steps of somebody who has a link: see whom it is for, and choose a password, once.

Links are made for accounts (`staff_api.py`). As long as there is no account at all, the server
itself has one, which it tells at its start: whoever has it becomes the first admin.
"""

import hmac
from typing import Any

from frontdesk.desk.commands import AddPerson
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.desk.names import clean_name
from frontdesk.desk.personal import Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine import accounts
from frontdesk.engine.node import Node
from frontdesk.engine.ports import SessionRow
from frontdesk.web.account_api import signed_in
from frontdesk.web.bodies import AcceptBody, WelcomeBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, fresh_id, gives
from frontdesk.web.forms import LinkSeen, SignedIn
from frontdesk.web.identity import check_origin, check_secure, hash_of
from frontdesk.web.once import alone
from frontdesk.web.passwords import check_new
from frontdesk.web.reply import Reply
from frontdesk.web.staff_api import titled


@gives(LinkSeen, Reason.NOT_FOUND, Reason.INSECURE_CONNECTION)
async def welcome(ask: Ask[WelcomeBody]) -> Reply:
    """See whom a link is for.

    A link that was used, is void, has run out or never was one is not found. `first` says that
    there is no account yet, and who accepts this becomes the first admin.

    Raises:
        Refused: TOO_FAST after some that are none, before it is looked for.
    """
    check_origin(ask.scope)
    check_secure(ask.scope)
    who = await _whose(ask, hash_of(ask.body.invite))
    return Reply(encode(LinkSeen(who.user if who is not None else None, who is None)))


@gives(
    SignedIn,
    Reason.NOT_FOUND,
    Reason.INSECURE_CONNECTION,
    Reason.PASSWORD_NOT_ALLOWED,
    Reason.NAME_NOT_ALLOWED,
    Reason.NAME_TAKEN,
    status=201,
)
async def accept(ask: Ask[AcceptBody]) -> Reply:
    """Choose a password by a link.

    Once: the link is used up, and who has it is signed in. Whatever else was signed in to this
    account ends, API tokens too. The first admin of all chooses a name as well, and may give the
    main desk its title.

    Raises:
        Refused: TOO_FAST after some that are none, before it is looked for.
    """
    check_origin(ask.scope)
    check_secure(ask.scope)
    context, secret = ask.context, hash_of(ask.body.invite)
    who = await _whose(ask, secret)
    begin = _first(ask) if who is None else None
    if who is not None:
        _check_plain(ask.body)
    check_new(ask.body.password)
    hashed = await context.passwords.hash(ask.body.password)
    token = context.sessions.new_token()

    async def work(node: Node) -> None:
        def session(person: PersonId) -> SessionRow:
            return SessionRow(hash_of(token), person, "agent", node.clock.now_ms(), node.began())

        if begin is not None:
            settings = titled(ask.body.title) if ask.body.title else {}
            await accounts.begin(node, begin, hashed, session, settings)
        elif who is not None:
            await accounts.accept(node, who.id, secret, hashed, session)

    await alone(ask, work)
    person = begin.person if begin is not None else who.id if who is not None else PersonId("")
    agent = context.engine.live(MAIN).state.agents[person]
    device = context.devices.known(ask.scope, person)
    return await signed_in(ask, agent.who, agent.role, token, device)


def _first(ask: Ask[AcceptBody]) -> AddPerson:
    """What makes the first account.

    Raises:
        Refused: MALFORMED without a name; NAME_NOT_ALLOWED.
    """
    if ask.body.username is None:
        raise Refused(Reason.MALFORMED, "$.username", detail="The first admin needs a name.")
    if ask.body.title:
        titled(ask.body.title)
    return AddPerson(PersonId(fresh_id()), clean_name(ask.body.username), "admin")


def _check_plain(body: AcceptBody) -> None:
    """Whose account is there has a name, and desks have titles.

    Raises:
        Refused: MALFORMED.
    """
    for name in ("username", "title"):
        if getattr(body, name) is not None:
            detail = "Only who comes first of all chooses one."
            raise Refused(Reason.MALFORMED, f"$.{name}", detail=detail)


async def _whose(ask: Ask[Any], secret: bytes) -> Who | None:
    """Whom a link is for; None for whoever comes first of all.

    Raises:
        Refused: NOT_FOUND for what is no link, or none any more; TOO_FAST after some of those.
    """
    context = ask.context
    main, now_ms = context.engine.live(MAIN).state, context.engine.clock.now_ms()
    with context.sign_ins.link(ask.scope):
        if context.first is not None and hmac.compare_digest(secret, context.first):
            # Void as soon as there is any account, whoever has made it.
            if main.agents:
                raise Refused(Reason.NOT_FOUND)
            return None
        return (await accounts.invited(context.engine.store, main, secret, now_ms)).who
