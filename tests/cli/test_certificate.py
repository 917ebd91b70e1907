"""The certificate: what is wrong with it is told, and a new one is taken up."""

import asyncio
import os
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from structlog.testing import capture_logs

from frontdesk.cli import certificate
from frontdesk.cli.certificate import Certificate, Pair
from frontdesk.cli.stops import WRONG_SETTING, Stop
from tests.certificates import HOST, Authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def refused(pair: Pair) -> str:
    with pytest.raises(Stop) as stop:
        pair.load()
    assert stop.value.exit_code == WRONG_SETTING
    return stop.value.message


def shortcomings(pair: Pair, host: str | None = None) -> tuple[str, ...]:
    return pair.looks(pair.load(), host).shortcomings


def shown(to: Certificate, host: str | None = HOST) -> bytes:
    """The certificate that a client is shown which trusts any."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(back, there, server_hostname=host)
    far = to.context.wrap_bio(there, back, server_side=True)
    for step in (near, far, near, far):
        try:
            step.do_handshake()
        except ssl.SSLWantReadError:
            pass
    found = near.getpeercert(binary_form=True)
    assert found is not None
    return found


def der(pair: Pair) -> bytes:
    return ssl.PEM_cert_to_DER_cert(
        pair.cert.read_text().partition("-----END")[0] + "-----END CERTIFICATE-----\n"
    )


# --- what may stand there -----------------------------------------------------------------------


def test_a_good_pair_has_no_shortcoming(authority: Authority):
    pair = authority.issue()

    looks = pair.looks(pair.load(), HOST)

    assert looks.shortcomings == ()
    assert looks.until is not None
    assert timedelta(hours=23) < looks.until - datetime.now(UTC) <= timedelta(days=1)


@pytest.mark.parametrize("which", ["cert", "key"])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (Path.unlink, "but it cannot be read: No such file or directory."),
        (lambda path: (path.unlink(), path.mkdir()), "but it cannot be read: Is a directory."),
        (lambda path: path.write_bytes(b""), "but that is no {} in PEM."),
        (lambda path: path.write_bytes(b"\x30\x82\x01\x0a\xff"), "but that is no {} in PEM."),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    authority: Authority, which: str, spoil: Callable[[Path], object], said: str
):
    pair = authority.issue()
    path = pair.cert if which == "cert" else pair.key
    spoil(path)

    sentence = refused(pair)

    assert sentence.startswith(f"--tls-{which} names {path}, ")
    assert said.format("certificate" if which == "cert" else "key") in sentence


def test_the_files_in_the_wrong_order_are_told(authority: Authority):
    cert, key = authority.issue()

    assert "is no certificate" in refused(Pair(key, cert))


def test_a_key_of_another_certificate_is_told(authority: Authority):
    one, other = authority.issue(name="one"), authority.issue(name="other")

    said = refused(Pair(one.cert, other.key))

    assert said.startswith(f"The key in {other.key} is not that of the certificate in {one.cert}.")


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_key_with_a_passphrase_is_told_and_nobody_is_asked(
    authority: Authority, form: PrivateFormat
):
    pair = authority.issue()
    key = load_pem_private_key(pair.key.read_bytes(), None)
    lock = BestAvailableEncryption(b"hush")
    pair.key.write_bytes(key.private_bytes(Encoding.PEM, form, lock))

    assert "that key has a passphrase" in refused(pair)


def test_what_only_looks_like_a_pair_is_told(authority: Authority):
    pair = authority.issue()
    pair.cert.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")

    assert "cannot be used for https: " in refused(pair)


# --- what browsers will not like ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "said"),
    [((-2, -1), "has expired"), ((1, 2), "is not valid yet")],
)
def test_one_that_is_not_good_now_is_told(authority: Authority, days: tuple[int, int], said: str):
    pair = authority.issue(days=days)

    [sentence] = shortcomings(pair)

    assert f"The certificate in {pair.cert} {said}: browsers refuse it." in sentence
    assert pair.looks(pair.load()).until is None


@pytest.mark.parametrize(
    ("host", "good"),
    [("shop.example", False), ("10.0.0.1", False)]
    + [(name, True) for name in (HOST, "127.0.0.1", None)],
)
def test_one_for_another_host_is_told(authority: Authority, host: str | None, good: bool):
    found = shortcomings(authority.issue(), host)

    assert (found == ()) is good
    assert good or f"is not for {host}" in found[0]


def test_a_key_that_everybody_can_read_is_told(authority: Authority):
    pair = authority.issue()
    pair.key.chmod(0o604)

    assert shortcomings(pair) == (f"Everybody on this machine can read the key in {pair.key}.",)


# --- renewal ------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [HOST, None])
def test_a_renewed_certificate_is_shown_to_whoever_comes_then(
    authority: Authority, host: str | None
):
    live = Certificate(authority.issue())
    before = shown(live, host)

    renewed = authority.issue()
    assert shown(live, host) == before == shown(live, host)
    with capture_logs() as told:
        live.look()
        assert shown(live, host) == before, "its key may not be written yet"
        live.look()

    assert shown(live, host) == der(renewed) != before
    live.look()
    assert [one["event"] for one in told] == ["the certificate was read again"]


def test_a_bad_one_is_told_once_and_the_old_one_stays(authority: Authority):
    live = Certificate(authority.issue())
    before = shown(live)
    other = authority.issue(name="other")

    os.replace(other.cert, live.pair.cert)
    with capture_logs() as told:
        for _ in range(4):
            live.look()

    assert shown(live) == before
    assert [one["event"] for one in told] == ["the certificate stays the old one"]
    assert "is not that of the certificate" in told[0]["why"]
    os.replace(other.key, live.pair.key)
    live.look()
    live.look()
    assert shown(live) == der(live.pair)


def test_files_that_are_gone_for_a_moment_change_nothing(authority: Authority):
    live = Certificate(authority.issue())
    before = shown(live)
    live.pair.key.unlink()

    with capture_logs() as told:
        live.look()
        live.look()

    assert shown(live) == before
    assert [one["log_level"] for one in told] == ["error"]


async def test_the_files_are_looked_at_again_and_again(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(certificate, "LOOK_MS", 1)
    live, looks = Certificate(authority.issue()), asyncio.Semaphore(0)
    monkeypatch.setattr(live, "look", looks.release)
    follows = asyncio.create_task(live.follow())

    async with asyncio.timeout(5):
        for _ in range(3):
            await looks.acquire()

    follows.cancel()
