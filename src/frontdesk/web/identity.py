"""Who is asking: one function for every route and every transport.

A bearer token beats a cookie. Tokens are kept as hashes only. A session is looked up in the store
and remembered for a while; what another process changed clears the memory at once.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from frontdesk.desk.ids import PersonId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.engine import Engine
from frontdesk.engine.live import Live
from frontdesk.engine.ports import SessionRow, SessionUsed
from frontdesk.web.named import NAME
from frontdesk.web.reply import Header, Scope

# A month, as people expect of a tool that they open every morning.
SESSION_MS = 30 * 86_400_000

# How exactly it is known when an API token was last used.
USED_MS = 3_600_000

# Sessions remembered, at about 300 bytes each.
REMEMBERED = 20_000

SECURE_COOKIE = "__Host-frontdesk"
LOOPBACK_COOKIE = "frontdesk"


class Identity(Struct, frozen=True):
    """Somebody who is known here, by which session."""

    person: PersonId
    session: SessionRow
    by_cookie: bool


class Sessions:
    """Tokens and the sessions behind them.

    Args:
        secret: the server's own; guests' tokens are derived from it, so that an identify that is
            repeated with its key gives the same token, though only its hash is kept.
    """

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self._engine = engine
        self._secret = secret
        self._known: OrderedDict[bytes, SessionRow] = OrderedDict()
        # Counts what ended sessions, so that nothing is remembered that was read before it.
        self._endings = 0
        # Sessions whose end is being written down: those are asked of the store each time; and
        # how many are changing any.
        self._ending: set[bytes] = set()
        self._changing = 0
        engine.on_foreign_commit.append(self.forget)
        engine.desks.on_erased.append(self.forget)

    def forget(self) -> None:
        """Look everything up again."""
        self._endings += 1
        self._known.clear()

    def guest_token(self, guest: PersonId, key: str) -> str:
        """The token of the guest who was made under this key."""
        message = f"guest\0{guest}\0{key}".encode()
        return "fdg_" + hmac.new(self._secret, message, hashlib.sha256).hexdigest()

    def secret_for(self, use: str, seed: str) -> str:
        """256 bits for one use, made of a key that was sent: the same again for the same key."""
        message = f"{use}\0{seed}".encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()

    def new_token(self) -> str:
        """A token for an agent's session."""
        return "fds_" + secrets.token_hex(32)

    async def find(self, token: str) -> SessionRow | None:
        """The session of this token, if it lives."""
        digest = hash_of(token)
        row = await self._look_up(digest)
        if row is None or self._has_run_out(row):
            return None
        if row.kind == "token":
            self._note_use(row)
        return row

    def _note_use(self, row: SessionRow) -> None:
        """Write down that an API token is used; about when is all that anybody wants to know."""
        now_ms = self._engine.clock.now_ms()
        if row.used_ms is not None and now_ms - row.used_ms < USED_MS:
            return
        if row.token_hash in self._known:
            self._known[row.token_hash] = replace(row, used_ms=now_ms)
            self._engine.note(SessionUsed(row.token_hash, now_ms))

    def knows_agent(self, scope: Scope) -> bool:
        """Whether this comes by an agent's session that is remembered; nothing is looked up."""
        token, _ = _token(scope)
        row = self._known.get(hash_of(token)) if token is not None else None
        return row is not None and row.kind == "agent" and not self._has_run_out(row)

    def _has_run_out(self, row: SessionRow) -> bool:
        return row.kind == "agent" and self._engine.clock.now_ms() - row.at_ms > SESSION_MS

    async def _look_up(self, digest: bytes) -> SessionRow | None:
        row = self._known.get(digest)
        if row is not None:
            return row
        endings = self._endings
        row = await self._engine.store.session(digest)
        # A sign-out while this was being read would otherwise be undone for as long as we remember.
        remembers = not self._changing and digest not in self._ending
        if row is not None and endings == self._endings and remembers:
            self._known[digest] = row
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return row

    @contextmanager
    def ending(self, row: SessionRow) -> Iterator[None]:
        """Around what ends this session, so that it is over with the very commit that says so."""
        self._ending.add(row.token_hash)
        self._known.pop(row.token_hash, None)
        try:
            yield
        finally:
            self._ending.discard(row.token_hash)
            self._endings += 1

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Around what may end any session: each is over with the very commit that says so."""
        self._changing += 1
        self.forget()
        try:
            yield
        finally:
            self._changing -= 1
            self.forget()

    async def lives(self, identity: Identity, live: Live) -> bool:
        """Whether this session still is one, and its person still is somebody at this desk."""
        row = await self._look_up(identity.session.token_hash)
        return row is not None and at_desk(live, row.person)


def at_desk(live: Live, person: PersonId) -> bool:
    """Whether this person is a guest of this desk, or an agent who works at it."""
    if person in live.state.guests:
        return True
    agent = live.state.agents.get(person)
    return agent is not None and agent.works_here


def new_api_token() -> str:
    """A token for a script."""
    return "fdt_" + secrets.token_hex(32)


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def who_asks(sessions: Sessions, scope: Scope) -> Identity | None:
    """Who is asking; None if nobody that we know.

    Raises:
        Refused: WRONG_ORIGIN for a request by cookie that changes something and comes from
            another site.
    """
    token, by_cookie = _token(scope)
    if token is None:
        return None
    row = await sessions.find(token)
    if row is None:
        return None
    if by_cookie and scope["type"] == "websocket" and header(scope, b"origin") is None:
        # No browser leaves it out, and who is no browser has a token.
        return None
    if by_cookie and scope.get("method", "GET") not in ("GET", "HEAD"):
        check_origin(scope)
    return Identity(row.person, row, by_cookie)


def check_signed_in(identity: Identity | None, detail: str) -> None:
    """Let in nobody who brings an API token: a way in that lasts is made by a person.

    Whoever has stolen a token is out when it is ended, and must not have made another way in.

    Raises:
        Refused: NOT_ALLOWED, with this detail.
    """
    if identity is None or identity.session.kind == "token":
        raise Refused(Reason.NOT_ALLOWED, detail=detail)


def header(scope: Scope, name: bytes) -> str | None:
    """A header's value, the first if it stands there twice; Latin-1, as HTTP has it."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value).decode("latin-1")
    return None


def _token(scope: Scope) -> tuple[str | None, bool]:
    bearer = header(scope, b"authorization")
    if bearer is not None and bearer[:7].lower() == "bearer ":
        return bearer[7:].strip(), False
    value = cookie_of(scope, SECURE_COOKIE, LOOPBACK_COOKIE)
    return value, value is not None


def cookie_of(scope: Scope, secure: str, loopback: str) -> str | None:
    """The value of a cookie that has one name on https and another on http."""
    wanted = secure if scope["scheme"] in ("https", "wss") else loopback
    for pair in (header(scope, b"cookie") or "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == wanted and value:
            return value
    return None


def check_origin(scope: Scope) -> None:
    """Refuse what a browser sends on behalf of another site.

    Raises:
        Refused: WRONG_ORIGIN.
    """
    site = header(scope, b"sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Refused(Reason.WRONG_ORIGIN)
        return
    _check_ours(scope, header(scope, b"origin"))


def check_origin_of_socket(scope: Scope) -> None:
    """Refuse a socket that another site's page has opened; before the upgrade.

    A page cannot keep its browser from sending cookies with it, nor from saying where it comes
    from. Scripts say nothing, and bring a token.

    Raises:
        Refused: WRONG_ORIGIN.
    """
    _check_ours(scope, header(scope, b"origin"))


def _check_ours(scope: Scope, origin: str | None) -> None:
    """Let a page of ours in: of the address that was asked for, or of the world's name for it."""
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    ours = (f"{scheme}://{header(scope, b'host') or ''}", scope.get(NAME))
    if origin is not None and origin not in ours:
        raise Refused(Reason.WRONG_ORIGIN)


def check_secure(scope: Scope) -> None:
    """Refuse to take a password over a line that others can read.

    Raises:
        Refused: INSECURE_CONNECTION unless it is https, or http within this machine.
    """
    if scope["scheme"] == "https":
        return
    try:
        host = urlsplit(f"//{header(scope, b'host') or ''}").hostname or ""
    except ValueError:
        host = ""
    client = scope.get("client")
    if client is not None and _is_loopback(client[0]) and _is_loopback(host):
        return
    raise Refused(Reason.INSECURE_CONNECTION)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def cookie(scope: Scope, token: str, max_age_s: int) -> Header:
    """The header that gives a browser its session, or with an age of 0 takes it away.

    `__Host-` binds the cookie to this host and to https; plain http is for loopback alone.
    """
    kind: Literal["; Secure", ""] = "; Secure" if scope["scheme"] == "https" else ""
    name = SECURE_COOKIE if kind else LOOPBACK_COOKIE
    value = f"{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{kind}"
    return (b"set-cookie", value.encode())
