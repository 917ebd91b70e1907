"""API tokens, for bots and scripts: each may do all that its account may.

Told once, kept as a hash. A token makes no tokens, so that one of an agent's which has leaked is
over when it is ended. One of an admin of all desks may make accounts and links, also for its own
account; the audit trail tells which.
"""

from frontdesk.desk.people import runs_all
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine import accounts
from frontdesk.engine.node import Node
from frontdesk.web.bodies import NoBody, TokenBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import Carried, NewToken, TokenSeen
from frontdesk.web.identity import check_signed_in, hash_of
from frontdesk.web.once import Change, id_of_token, once
from frontdesk.web.reply import Reply
from frontdesk.web.text import clean_value

# What it is for, on one line of a list.
LABEL_CHARS = 60


@gives(tuple[TokenSeen, ...])
async def list_tokens(ask: Ask[NoBody]) -> Reply:
    """List API tokens.

    Your own; to admins of all desks, everybody's. The oldest first.
    """
    agents = ask.live.state.agents
    whose = None if runs_all(agents[ask.person]) else ask.person
    found = [
        TokenSeen(
            id=id_of_token(one.token_hash),
            user=agents[one.person].who.user,
            label=one.label,
            created=one.at_ms // 1000,
            last_used=one.used_ms // 1000 if one.used_ms is not None else None,
        )
        for one in await ask.context.engine.store.tokens(whose)
        if one.person in agents
    ]
    return Reply(encode(found))


@gives(NewToken, Reason.TEXT_NOT_ALLOWED, status=201)
async def create_token(ask: Ask[TokenBody]) -> Reply:
    """Create an API token.

    For your own account, and told this once. You have to be signed in: a token creates no tokens.
    """
    check_signed_in(ask.identity, "A token creates no tokens. Sign in first.")
    assert ask.identity is not None, "the route is for accounts"
    person, sessions, session = ask.person, ask.context.sessions, ask.identity.session

    async def work(node: Node, change: Change) -> None:
        label = clean_value(ask.body.label, most_chars=LABEL_CHARS)
        if not label:
            raise Refused(Reason.TEXT_NOT_ALLOWED)
        token_hash = hash_of(change.token(sessions))
        await accounts.create_token(node, person, token_hash, label, session, [change.row])

    return await once(ask, "CreateToken", work, status=201)


@gives(Carried)
async def end_token(ask: Ask[NoBody]) -> Reply:
    """End an API token.

    Your own, or as an admin of all desks anybody's. Whatever uses it is hung up.
    """
    id = ask.scope["path_params"]["id"]

    async def work(node: Node, change: Change) -> None:
        tokens = await node.store.tokens(None)
        token = next((one for one in tokens if id_of_token(one.token_hash) == id), None)
        if token is None:
            raise Refused(Reason.NOT_FOUND)
        await accounts.end_token(node, token, ask.person, [change.row])

    return await once(ask, "EndToken", work)
