"""What a site does that vouches for its guests, by hand: so nothing of ours checks itself."""

import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any, NamedTuple

from tests import examples as eg
from tests.web.front import Front, Someone, new_key

NOW_S = eg.NOW // 1000


class Key(NamedTuple):
    """A key of the desk, as the site was given it."""

    id: str
    secret: str


def part(value: bytes) -> str:
    """Bytes as they stand in a JWT."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def signed(head: bytes, body: bytes, secret: bytes, digest: str = "sha256") -> str:
    """A JWT of these very bytes."""
    said = f"{part(head)}.{part(body)}"
    return f"{said}.{part(hmac.new(secret, said.encode(), digest).digest())}"


def claims(**more: Any) -> dict[str, Any]:
    """What a site says of Ana; None takes a claim away."""
    told = {
        "sub": "customer-1042",
        "aud": "main",
        "iat": NOW_S,
        "exp": NOW_S + 600,
        "email": "ana@example.org",
        **more,
    }
    return {name: value for name, value in told.items() if value is not None}


def vouch(key: Key, head: dict[str, Any] | None = None, **more: Any) -> str:
    """What a site says of Ana, signed as it should be."""
    heading = {"alg": "HS256", "kid": key.id, "typ": "JWT"} if head is None else head
    told = json.dumps(claims(**more)).encode()
    return signed(json.dumps(heading).encode(), told, key.secret.encode())


async def make_key(ada: Someone, label: str = "Web shop", desk: str = "") -> Key:
    """An admin makes a key."""
    answer = await ada.post(f"{desk}/keys", {"label": label, "key": new_key()})
    assert answer.status_code == 201, answer.text
    return Key(answer.json()["id"], answer.json()["secret"])


def asks(token: str, **more: Any) -> dict[str, Any]:
    """Ana asks for help, and brings what the site says of her."""
    return {"username": "Ana", "question": eg.ANA.question, "vouch": token, **more}


async def guest_of(front: Front, answer: dict[str, Any]) -> Someone:
    """The guest who was answered so."""
    guest = front.someone(token=answer["token"])
    guest.user, guest.room, guest.since = answer["user"], answer["room"], answer["id"]
    return guest
