"""Certificates for tests: good for an hour at `desk.example`, or wrong in one way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from frontdesk.cli.certificate import Pair

HOST = "desk.example"


class Authority:
    """An authority that nobody else knows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ca = trustme.CA()

    @property
    def roots(self) -> Path:
        """What somebody has to trust."""
        path = self.folder / "roots.pem"
        self._ca.cert_pem.write_to_path(path)
        return path

    def issue(self, *hosts: str, days: tuple[int, int] = (-1, 1), name: str = "desk") -> Pair:
        """Files of a certificate for these hosts, good from one day to the other: 0 is now."""
        now = datetime.now(UTC)
        leaf = self._ca.issue_cert(
            *(hosts or (HOST, "localhost", "127.0.0.1")),
            not_before=now + timedelta(days=days[0]),
            not_after=now + timedelta(days=days[1]),
        )
        pair = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        pair.cert.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
        pair.key.write_bytes(leaf.private_key_pem.bytes())
        pair.key.chmod(0o600)
        return pair
