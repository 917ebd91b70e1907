"""Devices on which somebody has signed in before: a signed cookie that stays when they sign out.

It opens nothing. It only says that wrong guesses from here are counted apart, so that strangers
who guess at an account, even from its owner's network, do not keep the owner waiting (OWASP,
device cookies). One a browser: one for each account would fill the heads of shared machines.
"""

import hashlib
import hmac
import re
import secrets

from frontdesk.desk.ids import PersonId
from frontdesk.web.identity import cookie_of
from frontdesk.web.reply import Header, Scope

SECURE_COOKIE = "__Host-frontdesk-device"
LOOPBACK_COOKIE = "frontdesk-device"

# The longest for which browsers keep a cookie.
KEPT_S = 400 * 86_400


class Devices:
    """Makes and knows the cookies of devices.

    Args:
        secret: the server's own.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def known(self, scope: Scope, person: PersonId | None) -> str | None:
        """Which device of this person it is; None for none of theirs, and for nobody's.

        The same work for somebody who does not exist.
        """
        value = cookie_of(scope, SECURE_COOKIE, LOOPBACK_COOKIE) or ""
        device, _, signature = value.partition(".")
        right = self._signature(device, person or PersonId(""))
        fits = hmac.compare_digest(signature.encode("utf-8", "surrogateescape"), right.encode())
        return device if fits and person and re.fullmatch("[0-9a-f]{32}", device) else None

    def cookie(self, scope: Scope, person: PersonId, device: str | None) -> Header:
        """The header that makes this a device of theirs, or leaves it one for longer.

        Strict: it is needed when somebody signs in on a page of ours, and never else.
        """
        device = device or secrets.token_hex(16)
        secure = scope["scheme"] == "https"
        name = SECURE_COOKIE if secure else LOOPBACK_COOKIE
        value = (
            f"{name}={device}.{self._signature(device, person)}; Path=/; HttpOnly; "
            f"SameSite=Strict; Max-Age={KEPT_S}{'; Secure' if secure else ''}"
        )
        return (b"set-cookie", value.encode())

    def _signature(self, device: str, person: PersonId) -> str:
        message = f"device\0{person}\0{device}".encode("utf-8", "surrogateescape")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()
