"""Who signs wrongly, or for somebody else, vouches for nobody (RFC 8725), and breaks nothing."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwe, jwt
from joserfc.jwk import OctKey, RSAKey

from frontdesk.desk.ids import MAIN, KeyId
from frontdesk.desk.refusals import Refused
from frontdesk.desk.state import State, VouchKey
from frontdesk.web.vouching import Vouching
from tests import examples as eg
from tests.web.front import SECRET, Front, Someone, refused
from tests.web.vouches import NOW_S, Key, asks, claims, make_key, part, signed, vouch


async def is_refused(front: Front, token: str, said: str = "") -> None:
    """That nobody comes by this, and that it says what to check."""
    before = front.live.state.offset

    answer = await front.someone().post("/identify", asks(token))

    refused(answer, 422, "vouch_not_valid")
    assert said in answer.json()["error"]
    assert front.live.state.offset == before


@pytest.fixture
async def key(ada: Someone) -> Key:
    return await make_key(ada)


def heading(key: Key, **more: Any) -> dict[str, Any]:
    return {"alg": "HS256", "kid": key.id, **more}


# --- the head -----------------------------------------------------------------------------------


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None, "HS256 ", "hs256", 256])
async def test_nothing_is_taken_unsigned(front: Front, key: Key, alg: object):
    told = json.dumps(claims()).encode()
    head = json.dumps(heading(key, alg=alg)).encode()

    await is_refused(front, f"{part(head)}.{part(told)}.", "no signed JWT")
    await is_refused(front, signed(head, told, key.secret.encode()), "`alg` HS256")
    await is_refused(front, signed(head, told, b""), "`alg` HS256")


@pytest.mark.parametrize(("alg", "digest"), [("HS384", "sha384"), ("HS512", "sha512")])
async def test_no_other_digest_is_taken(front: Front, key: Key, alg: str, digest: str):
    told = json.dumps(claims()).encode()
    head = json.dumps(heading(key, alg=alg)).encode()

    await is_refused(front, signed(head, told, key.secret.encode(), digest), "`alg` HS256")


async def test_a_signature_of_another_kind_is_none(front: Front, key: Key):
    """As where a public key that is no secret is taken for the secret of an HMAC."""
    private = rsa.generate_private_key(65_537, 2_048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    told = json.dumps(claims()).encode()
    by_rsa = jwt.encode({"alg": "RS256", "kid": key.id}, claims(), RSAKey.import_key(private))

    await is_refused(front, by_rsa, "`alg` HS256")
    head = json.dumps(heading(key)).encode()
    for secret in (public, public.strip(), key.id.encode(), b""):
        await is_refused(front, signed(head, told, secret), "signature")


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["MIIB"]},
        {"zip": "DEF"},
        {"enc": "A256GCM"},
        {"cty": "JWT"},
        {"typ": "at+jwt"},
        {"typ": 7},
        {"extra": 1},
        {"kid": ""},
        {"kid": None},
        {"kid": 7},
        {"kid": ["k"]},
        {"kid": "k" * 101},
    ],
    ids=str,
)
async def test_a_head_asks_for_nothing_of_its_own(front: Front, key: Key, more: dict[str, Any]):
    await is_refused(front, vouch(key, heading(key, **more)), "Its header takes")


@pytest.mark.parametrize("kid", ["unknown", "../../etc/passwd", "k' OR '1'='1", "k\0", "\ud800"])
async def test_a_key_that_nobody_made_is_none(front: Front, key: Key, kid: str):
    # Not even if somebody had its secret.
    secret = Vouching(SECRET).secret_of(MAIN, KeyId(kid.replace("\ud800", "?")))

    await is_refused(front, vouch(Key(kid, secret)))
    await is_refused(front, vouch(Key(kid, key.secret)))


async def test_a_head_without_a_key_names_none(front: Front, key: Key):
    await is_refused(front, vouch(key, {"alg": "HS256", "typ": "JWT"}), "Its header takes")
    await is_refused(front, vouch(key, {}), "Its header takes")


async def test_what_stands_twice_is_not_taken(front: Front, key: Key):
    """One of us might have read the other one."""
    good = json.dumps(claims()).encode()
    heads = [
        f'{{"alg":"HS256","kid":"{key.id}","alg":"none"}}',
        f'{{"alg":"none","kid":"{key.id}","alg":"HS256"}}',
        f'{{"alg":"HS256","kid":"{key.id}","kid":"{key.id}"}}',
    ]
    for head in heads:
        await is_refused(front, signed(head.encode(), good, key.secret.encode()), "Its header")
    bodies = [
        good[:-1] + b', "sub": "customer-1"}',
        b'{"sub": "customer-1", ' + good[1:],
        good[:-1] + b', "aud": "main"}',
        good[:-1] + b', "x": {"y": 1, "y": 2}}',
        good[:-1] + b', "\\u0073ub": "customer-1"}',
    ]
    right = json.dumps(heading(key)).encode()
    for body in bodies:
        await is_refused(front, signed(right, body, key.secret.encode()), "each once")


# --- the signature ------------------------------------------------------------------------------


async def test_whatever_is_changed_the_signature_does_not_fit(front: Front, key: Key):
    head, body, mark = vouch(key).split(".")
    other = part(json.dumps(claims(sub="customer-1")).encode())

    await is_refused(front, f"{head}.{other}.{mark}", "signature")
    await is_refused(front, f"{head}.{body}.{mark[:-2]}", "signature")
    await is_refused(front, f"{head}.{body}.{mark[::-1]}", "signature")
    await is_refused(front, f"{head}.{body}.A", "signature")


async def test_the_secret_of_another_key_does_not_fit(front: Front, ada: Someone, key: Key):
    other = await make_key(ada)

    await is_refused(front, vouch(Key(key.id, other.secret)), "signature")


# --- the claims ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"aud": "sales"}, "`aud` has to be the desk, main"),
        ({"aud": "Main"}, "`aud`"),
        ({"aud": []}, "`aud`"),
        ({"aud": ["a", "b"]}, "`aud`"),
        ({"aud": None}, "It needs"),
        ({"aud": 7}, "It needs"),
        ({"aud": {"main": 1}}, "It needs"),
        ({"aud": ["main"] * 11}, "It needs"),
        ({"exp": NOW_S - 61}, "`exp` is past"),
        ({"exp": 0}, "`exp` is past"),
        ({"exp": -1e300}, "`exp` is past"),
        ({"exp": NOW_S + 86_400 + 62}, "24 hours"),
        ({"exp": 10**30}, "24 hours"),
        ({"exp": 1e300}, "24 hours"),
        ({"exp": None}, "It needs"),
        ({"exp": str(NOW_S + 60)}, "It needs"),
        ({"exp": True}, "It needs"),
        ({"nbf": NOW_S + 62}, "yet to come"),
        ({"iat": NOW_S + 62}, "yet to come"),
        ({"iat": 10**30}, "yet to come"),
        ({"nbf": "soon"}, "It needs"),
        ({"sub": None}, "It needs"),
        ({"sub": ""}, "It needs"),
        ({"sub": 1042}, "It needs"),
        ({"sub": "x" * 201}, "It needs"),
        ({"sub": "a\nb"}, "`sub`"),
        ({"sub": "a\0b"}, "`sub`"),
        ({"sub": " a"}, "`sub`"),
        ({"sub": "\u2028"}, "`sub`"),
        ({"name": 7}, "It needs"),
        ({"name": "x" * 201}, "It needs"),
        ({"email": "ana"}, "`email`"),
        ({"email": "a b@c"}, "`email`"),
        ({"email": "a@b\r\nBcc: c@d"}, "`email`"),
        ({"email": ["a@b"]}, "It needs"),
        ({"email": "a@" + "b" * 253}, "It needs"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_cannot_be_said_of_a_guest_now_is_refused_with_what_to_check(
    front: Front, key: Key, more: dict[str, Any], said: str
):
    await is_refused(front, vouch(key, **more), said)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"7", b"null", b'"text"', b"[]", b"{", b"\xff\xfe", b'{"sub":"\xff"}', b"NaN"),
        b'{"sub":"a","aud":"main","exp":NaN}',
        b'{"sub":"a","aud":"main","exp":Infinity}',
        b'{"sub":"a","aud":"main","exp":1e999}',
        b'{"sub":"a","aud":"main","exp":' + b"9" * 1_500 + b"}",
        b'{"sub":"\\ud800","aud":"main","exp":1700000100}',
        b"[" * 1_500,
        b'{"x":' + b"[" * 1_400 + b"]" * 1_400 + b"}",
        b'{"sub":"a","aud":"main","exp":1700000100,"x":' + b"[" * 700 + b"]" * 700 + b"}",
        b'{"a":' * 450 + b"1" + b"}" * 450,
    ],
    ids=lambda body: str(body[:30]),
)
async def test_claims_that_are_none_break_nothing(front: Front, key: Key, body: bytes):
    head = json.dumps(heading(key)).encode()
    token = signed(head, body, key.secret.encode())

    answer = await front.someone().post("/identify", asks(token))

    assert answer.status_code in (201, 422), answer.text
    # Nested or not, only what is said of a guest counts.
    if answer.status_code == 201:
        assert body.startswith(b'{"sub":"a","aud":"main","exp":1700000100,"x":[')


async def test_a_jwt_within_a_jwt_is_not_opened(front: Front, key: Key):
    inner = vouch(key).encode()
    head = json.dumps(heading(key)).encode()

    await is_refused(front, signed(head, inner, key.secret.encode()), "It needs")
    await is_refused(front, vouch(key, heading(key, cty="JWT")), "Its header takes")


async def test_what_is_encrypted_is_not_opened(front: Front, key: Key):
    secret = OctKey.import_key(key.secret[:32])
    sealed = jwe.encrypt_compact({"alg": "dir", "enc": "A128CBC-HS256"}, b"{}", secret)

    await is_refused(front, sealed, "no signed JWT")


# --- the whole ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token",
    [
        *("x", "..", "a.b.c", "a.b", "a.b.c.d", "é.b.c", "a b.c.d", "a.b.c\n", " a.b.c", "a=.b.c"),
        '{"payload":"e30","signatures":[]}',
        "A" * 1_000 + ".A.A",
        "a.b." + "c" * 4_000,
    ],
    ids=lambda token: token[:20],
)
async def test_what_is_no_jwt_is_refused(front: Front, key: Key, token: str):
    await is_refused(front, token)


@pytest.mark.parametrize("token", ["", "a" * 4_097, "x" * 60_000, 7, ["a.b.c"], {"a": 1}, True])
async def test_what_is_no_text_of_its_size_is_malformed(front: Front, key: Key, token: object):
    answer = await front.someone().post("/identify", {**asks(""), "vouch": token})

    refused(answer, 400, "malformed", "$.vouch")


async def test_nothing_of_what_was_sent_is_said_again(front: Front, ada: Someone, key: Key):
    canary = "quexcanary"
    tokens = [
        vouch(key, sub=canary, aud=canary),
        vouch(key, sub=canary, exp=1),
        vouch(key, heading(key, kid=canary)),
        vouch(key, heading(key, **{canary: canary})),
        vouch(key, sub=canary + "\n", email=canary),
        f"{canary}.{canary}.{canary}",
    ]
    for token in tokens:
        answer = await front.someone().post("/identify", asks(token))
        assert canary not in answer.text
        assert key.secret not in answer.text


STATE = State(MAIN)
STATE.vouch_keys.put(KeyId("k"), VouchKey(KeyId("k"), "x", 0))
VOUCHING = Vouching(SECRET)
GOOD = vouch(Key("k", VOUCHING.secret_of(MAIN, KeyId("k"))))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
async def test_whatever_is_done_to_a_good_one_it_is_refused_and_breaks_nothing(data: Any):
    at = data.draw(st.integers(0, len(GOOD) - 1))
    how_many = data.draw(st.integers(0, 3))
    put = data.draw(st.text(alphabet=st.sampled_from("Aa0_-.=+/ \0\u00e9\ud800"), max_size=4))
    broken = GOOD[:at] + put + GOOD[at + how_many :]
    assert await VOUCHING.read(STATE, GOOD, eg.NOW) is not None
    if broken == GOOD:
        return
    try:
        found = await VOUCHING.read(STATE, broken, eg.NOW)
    except Refused:
        return
    # The last character of a signature has bits that stand for nothing.
    assert found is not None
    assert broken[:-1] == GOOD[:-1]
