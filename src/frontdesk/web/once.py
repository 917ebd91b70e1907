"""Changes of what all desks share, over HTTP: carried out between two commits, and once per key.

Their keys are apart from those of a desk's commands: what is answered holds secrets, which are not
kept but made again from the key, for whoever sends it again.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from frontdesk.desk.audience import AGENTS
from frontdesk.desk.ids import MAIN
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.batches import KeyTaken, KeyUse
from frontdesk.engine.node import Node
from frontdesk.engine.ports import KeyRow
from frontdesk.web.answers import SHARED
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, fresh_id
from frontdesk.web.forms import Carried, Invited, NewToken
from frontdesk.web.identity import Sessions, hash_of
from frontdesk.web.reply import Reply

# So much of a token's hash tells it from all others.
TOKEN_ID_CHARS = 32


class Change(NamedTuple):
    """One change under its key: the name of the command, its scope and key, and when it was."""

    command: str
    scope: str
    key: str
    at_ms: int
    replayed: bool = False

    @property
    def row(self) -> KeyRow:
        """What remembers that it was carried out; stands or falls with it."""
        return KeyRow(self.scope, self.key, MAIN, self.command, 0, 0, None, self.at_ms)

    def invite(self, sessions: Sessions) -> str:
        """The secret of the link that this makes."""
        return sessions.secret_for("invite", self._seed)

    def token(self, sessions: Sessions) -> str:
        """The API token that this makes."""
        return "fdt_" + sessions.secret_for("api token", self._seed)

    @property
    def _seed(self) -> str:
        # With the time, so that a key which comes again when it has been forgotten makes another.
        return f"{self.scope}\0{self.key}\0{self.at_ms}"


# Carries a change out on a node.
Work = Callable[[Node, Change], Awaitable[None]]


async def once(
    ask: Ask[Any],
    command: str,
    work: Work,
    *,
    before: Callable[[], Awaitable[None]] | None = None,
    status: int = 200,
) -> Reply:
    """Have this carried out, unless something was under this key, and answer.

    Args:
        before: what takes its time, so that nobody else has to wait for it.
        status: of the route.

    Raises:
        Refused: as `before` and the work say, or OVERLOADED.
    """
    scope, now_ms = f"account:{ask.person}", ask.context.engine.clock.now_ms()
    change = Change(command, scope, ask.key or fresh_id(), now_ms)
    done = await _done_before(ask, change)
    if done is not None:
        return await _answered(ask, done, status)
    try:
        if before is not None:
            await before()
        await alone(ask, lambda node: work(node, change))
    except (Refused, KeyTaken) as why:
        # What refuses this may be that somebody was faster who has sent the same.
        done = await _done_before(ask, change)
        if done is None:
            if isinstance(why, KeyTaken):
                raise Refused(Reason.OVERLOADED, retry_after_ms=100) from None
            raise
    return await _answered(ask, done or change, status)


async def _done_before(ask: Ask[Any], change: Change) -> Change | None:
    if ask.key is None:
        return None
    done = await ask.context.engine.done_before(KeyUse(change.scope, change.key))
    if done is None:
        return None
    return change._replace(command=done.command, at_ms=done.at_ms, replayed=True)


async def alone(ask: Ask[Any], work: Callable[[Node], Awaitable[None]]) -> None:
    """Carry this out on all desks. Sessions that end by it are over with the very commit.

    Raises:
        Refused: as the work says, or OVERLOADED.
        KeyTaken: as the work says.
    """
    engine = ask.context.engine
    with ask.context.sessions.changing():
        await engine.as_node(work)
    for live in engine.desks.all():
        # A session may have ended, which is no entry of any desk.
        live.wake([AGENTS])


async def _answered(ask: Ask[Any], done: Change, status: int) -> Reply:
    """What somebody hears whose command was carried out, or had been under the same key."""
    sessions = ask.context.sessions
    code, success = SHARED[done.command]
    told: dict[str, Any] = {"code": code, "success": success, "replayed": done.replayed}
    body: Invited | NewToken | Carried
    match done.command:
        case "AddAccount" | "Invite":
            secret = done.invite(sessions)
            link = await ask.context.engine.store.invite(hash_of(secret))
            assert link is not None, "links outlive the keys under which they were made"
            user = ask.live.state.agents[link.person].who.user
            body = Invited(**told, user=user, invite=secret, until=link.until_ms // 1000)
        case "CreateToken":
            token = done.token(sessions)
            body = NewToken(**told, id=id_of_token(hash_of(token)), token=token)
        case _:
            body = Carried(**told)
    return Reply(encode(body), status)


def id_of_token(token_hash: bytes) -> str:
    """What a token is called by those who list it; it opens nothing."""
    return token_hash.hex()[:TOKEN_ID_CHARS]
