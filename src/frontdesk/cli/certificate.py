"""The certificate with which the server speaks https itself: loaded, looked at, and renewed.

A certificate lasts for weeks and a server for months, so new files are taken up while it runs. A
context is made of both files and tried before anybody sees it: a bad file never replaces a good
one, and connections that are open go on as they began.
"""

import asyncio
import os
import re
import ssl
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from frontdesk.cli.findings import Finding, State
from frontdesk.cli.stops import Stop, StopForSetting

# How often the files are looked at. A change is taken up when it has stood for one more look,
# since a certificate and its key are written one after the other.
LOOK_MS = 10_000

# A chain of ten with long keys takes 30 KiB.
FILE_BYTES = 1_048_576

BEGIN_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
BEGIN_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")
BEGIN_LOCKED_KEY = re.compile(
    rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED", re.M
)

# What OpenSSL calls what is wrong with a certificate (x509_vfy.h).
EXPIRED, NOT_YET, OTHER_HOST, OTHER_ADDRESS = 10, 9, 62, 64

log = structlog.get_logger()


class Pair(NamedTuple):
    """The two files."""

    cert: Path
    key: Path

    def load(self) -> ssl.SSLContext:
        """A context that serves with them.

        Raises:
            StopForSetting: they cannot be used; the sentence says which, and why.
        """
        if BEGIN_CERTIFICATE not in _read(self.cert, "--tls-cert"):
            raise StopForSetting(
                f"--tls-cert names {self.cert}, but that is no certificate in PEM."
            )
        text = _read(self.key, "--tls-key")
        if BEGIN_LOCKED_KEY.search(text):
            raise StopForSetting(
                f"--tls-key names {self.key}, but that key has a passphrase, for which nobody can"
                " be asked. Give one without; its file may be for the server's account alone."
            )
        if not BEGIN_KEY.search(text):
            raise StopForSetting(f"--tls-key names {self.key}, but that is no key in PEM.")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        try:
            # Without a password OpenSSL would ask for one on the terminal.
            context.load_cert_chain(self.cert, self.key, password="")
        except ssl.SSLError as error:
            raise StopForSetting(self._why(error)) from None
        return context

    def _why(self, error: ssl.SSLError) -> str:
        if error.reason == "KEY_VALUES_MISMATCH":
            return (
                f"The key in {self.key} is not that of the certificate in {self.cert}. Give"
                " --tls-cert and --tls-key two files that were made together; of several"
                " certificates in one file the server's own has to be the first."
            )
        reason = (error.reason or "unknown").lower().replace("_", " ")
        return f"{self.cert} and {self.key} cannot be used for https: {reason}."

    def looks(self, context: ssl.SSLContext, host: str | None = None) -> "Looks":
        """How browsers will take it. That they will not is no reason not to serve.

        Args:
            host: what the world calls the server, if that is known.
        """
        until, found = None, list[str]()
        try:
            told = _shake_hands(context, self.cert, None)
            until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
            _shake_hands(context, self.cert, host)
        except ssl.SSLError as error:
            found.append(f"The certificate in {self.cert} {_refused(error, host)}.")
        if self.key.stat().st_mode & stat.S_IROTH:
            found.append(f"Everybody on this machine can read the key in {self.key}.")
        return Looks(until, tuple(found))

    def judged(self, host: str | None, *, refused: State) -> Iterator[Finding]:
        """Whether a server can speak https with it, and browsers will take it.

        Args:
            refused: what it is when no browser takes it, although the server would start.
        """
        try:
            looks = self.looks(self.load(), host)
        except Stop as stop:
            yield Finding("tls files", "bad", stop.message)
            return
        for sentence in looks.shortcomings:
            yield Finding("tls files", "look" if looks.until else refused, sentence)
        if looks.until is not None:
            says = f"The certificate in {self.cert} is good until {looks.until:%F}."
            yield Finding("tls files", "good", says)

    def stamp(self) -> tuple[object, ...] | None:
        """Something else once a file is another; None while one is not there."""
        try:
            return tuple(
                (at.st_ino, at.st_size, at.st_mtime_ns)
                for at in (os.stat(self.cert), os.stat(self.key))
            )
        except OSError:
            return None


class Looks(NamedTuple):
    """How a certificate looks to browsers.

    Args:
        until: when it ends; None if it is not good now.
        shortcomings: a sentence for each.
    """

    until: datetime | None
    shortcomings: tuple[str, ...]


class Certificate:
    """What the server shows to browsers: the pair as it was when it was last good.

    Raises:
        StopForSetting: it is not good now.
    """

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self._stamp = self._waiting = pair.stamp()
        self._now = self.context = pair.load()
        # Called at the beginning of every connection, whether the browser names a host or not.
        self.context.sni_callback = self._choose

    def _choose(self, line: ssl.SSLObject, host: str | None, context: ssl.SSLContext) -> None:
        if self._now is not context:
            line.context = self._now

    async def follow(self) -> None:
        """Look after the files, for ever."""
        while True:
            await asyncio.sleep(LOOK_MS / 1000)
            self.look()

    def look(self) -> None:
        """Read the files if they have changed, and are the same as at the last look."""
        stamp = self.pair.stamp()
        if stamp == self._waiting and stamp != self._stamp:
            self.renew()
        self._waiting = stamp

    def renew(self) -> None:
        """Read the files; if they are no good, say so once and keep what there is."""
        self._stamp = self.pair.stamp()
        try:
            context = self.pair.load()
            shortcomings = self.pair.looks(context).shortcomings
        except (Stop, OSError) as error:
            log.error("the certificate stays the old one", why=str(error))
            return
        self._now = context
        log.info("the certificate was read again")
        for sentence in shortcomings:
            log.warning("the certificate has a shortcoming", what=sentence)


def _read(path: Path, flag: str) -> bytes:
    """Raises StopForSetting."""
    try:
        with path.open("rb") as file:
            return file.read(FILE_BYTES)
    except OSError as error:
        raise StopForSetting(
            f"{flag} names {path}, but it cannot be read: {error.strerror}."
        ) from None


def _refused(error: ssl.SSLError, host: str | None) -> str:
    """What is wrong with a certificate, behind its name."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        reason = (error.reason or "unknown").lower().replace("_", " ")
        return f"cannot be used by browsers: {reason}"
    if error.verify_code == EXPIRED:
        return "has expired: browsers refuse it. Renew it; a new one is taken up by itself"
    if error.verify_code == NOT_YET:
        return "is not valid yet: browsers refuse it. Check the clock of this machine"
    if error.verify_code in (OTHER_HOST, OTHER_ADDRESS):
        return f"is not for {host}: browsers refuse it there"
    return f"is refused by browsers: {error.verify_message}"


def _shake_hands(server: ssl.SSLContext, cert: Path, host: str | None) -> dict[str, Any]:
    """What a client that trusts this very certificate is told of it.

    Raises:
        SSLError: it does not like it.
    """
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cert)
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client.check_hostname = host is not None
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(back, there, server_hostname=host)
    far = server.wrap_bio(there, back, server_side=True)
    steps: list[Callable[[], None]] = [near.do_handshake, far.do_handshake]
    while steps:
        step = steps.pop(0)
        try:
            step()
        except ssl.SSLWantReadError:
            steps.append(step)
    return dict(near.getpeercert() or {})
