"""What a site says of a guest, signed: a JWT (RFC 7519), read after the rules of RFC 8725.

One algorithm, HS256, with a key of the desk that the header names. Whatever else a header could ask
for (another algorithm, a key of its own, a form of its own) is refused unread. No key's secret is
kept anywhere: it follows from the server's own secret and the key's id, as guests' tokens do.
"""

import asyncio
import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct

from frontdesk.desk.commands import Vouch
from frontdesk.desk.fields import is_plain
from frontdesk.desk.ids import DeskId, KeyId
from frontdesk.desk.limits import VOUCH_CHARS
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import State
from frontdesk.desk.vouching import UNKNOWN_KEY
from frontdesk.web.codec import decode_open

ALGORITHM = "HS256"

# What somebody has stolen is of use for a day at most.
AHEAD_S = 24 * 3_600
# Clocks of servers differ by seconds, and by more where nobody looks after them.
LEEWAY_S = 60

SUB_CHARS = 200
NAME_CHARS = 200
EMAIL_CHARS = 254

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")

_NO_JWT = "It is no signed JWT: three parts of base64url, with dots between."
_HEADER = f"Its header takes `alg` {ALGORITHM}, `kid` and `typ` JWT, and nothing else."
_SIGNATURE = "Its signature does not fit the key that `kid` names; sign with its secret, as shown."
_CLAIMS = (
    f"It needs `sub` (a text of 1 to {SUB_CHARS} characters), `aud` and `exp` (in seconds), and may"
    " have `name`, `email`, `nbf` and `iat`, each once."
)

# Seconds since 1970, perhaps with a fraction (RFC 7519, NumericDate).
_Date = int | float

T = TypeVar("T")


class _Header(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in front. Also without `crit`, `jku`, `jwk`, `b64` and whatever may come."""

    alg: Literal["HS256"]
    kid: Annotated[str, Meta(min_length=1, max_length=100)]
    typ: Literal["JWT", "jwt"] = "JWT"


class _Claims(Struct, frozen=True):
    """What is said of the guest. Claims that we do not know are for others (RFC 7519, 4)."""

    sub: Annotated[str, Meta(min_length=1, max_length=SUB_CHARS)]
    aud: str | Annotated[list[str], Meta(max_length=10)]
    exp: _Date
    name: Annotated[str, Meta(max_length=NAME_CHARS)] | None = None
    email: Annotated[str, Meta(max_length=EMAIL_CHARS)] | None = None
    nbf: _Date | None = None
    iat: _Date | None = None


class Vouching:
    """Makes the secrets of keys, and reads what was signed with them.

    Args:
        secret: the server's own.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def secret_of(self, desk: DeskId, key: KeyId) -> str:
        """The secret of a key: 43 characters, which are the bytes to sign with."""
        message = f"vouch\0{desk}\0{key}".encode()
        digest = hmac.new(self._secret, message, hashlib.sha256).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    async def read(self, state: State, token: str | None, now_ms: int) -> Vouch | None:
        """What the site says of a guest of this desk; None where it says nothing.

        Raises:
            Refused: VOUCH_NOT_VALID, with what to check.
        """
        if token is None:
            return None
        if len(token) > VOUCH_CHARS or _COMPACT.fullmatch(token) is None:
            raise _invalid(_NO_JWT)
        first, second, _ = token.split(".")
        kid = KeyId(_part(first, _Header, _HEADER).kid)
        if kid not in state.vouch_keys:
            raise _invalid(UNKNOWN_KEY)
        # On a thread, since the first one loads a library of a sixth of a second.
        if not await asyncio.to_thread(_is_signed, token, self.secret_of(state.id, kid)):
            raise _invalid(_SIGNATURE)
        claims = _part(second, _Claims, _CLAIMS)
        _check(claims, state.id, now_ms / 1000)
        return Vouch(kid, claims.sub, claims.name, claims.email)


def _is_signed(token: str, secret: str) -> bool:
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import OctKey

    try:
        jws.deserialize_compact(token, OctKey.import_key(secret), algorithms=[ALGORITHM])
    except (JoseError, ValueError):
        return False
    return True


def _part(encoded: str, form: type[T], wanted: str) -> T:
    """What stands in a part.

    Raises:
        Refused: VOUCH_NOT_VALID.
    """
    try:
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        return decode_open(raw, form)
    except (Refused, ValueError):
        # Which of its parts is wrong is left out: it would have to repeat what was sent.
        raise _invalid(wanted) from None


def _check(claims: _Claims, desk: DeskId, now_s: float) -> None:
    """That this is said of a guest of this desk, and now.

    Raises:
        Refused: VOUCH_NOT_VALID.
    """
    if desk not in ([claims.aud] if isinstance(claims.aud, str) else claims.aud):
        raise _invalid(f"`aud` has to be the desk, {desk}.")
    if claims.exp + LEEWAY_S < now_s:
        raise _invalid("`exp` is past.")
    if claims.exp > now_s + AHEAD_S + LEEWAY_S:
        raise _invalid("`exp` may be 24 hours ahead at most.")
    if max(claims.nbf or 0, claims.iat or 0) > now_s + LEEWAY_S:
        raise _invalid("`nbf` or `iat` is yet to come; check the clock of the site.")
    if not _is_seen(claims.sub):
        raise _invalid("`sub` holds what cannot be seen.")
    if claims.email is not None and not (_is_seen(claims.email) and _EMAIL.fullmatch(claims.email)):
        raise _invalid("`email` is no address.")


def _is_seen(text: str) -> bool:
    return is_plain(text) and text == text.strip()


def _invalid(detail: str) -> Refused:
    return Refused(Reason.VOUCH_NOT_VALID, detail=detail)
