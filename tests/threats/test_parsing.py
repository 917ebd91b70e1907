"""What is not clearly one request is none, so that no two readers of it can disagree."""

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest

from tests import examples as eg
from tests.threats.house import PATIENCE_S, House, one_answer, open_house
from tests.web.front import Front, Someone

BODY = b'{"body":"smuggled"}'
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)


class Desk(NamedTuple):
    """A server, and a guest who waits there."""

    front: Front
    house: House
    ana: Someone


@pytest.fixture(scope="module")
async def desk() -> AsyncIterator[Desk]:
    """One for all of these, since the end of another would take a fifth of a second."""
    front = Front()
    await front.start()
    async with open_house(front) as house:
        yield Desk(front, house, await front.guest(eg.ANA))
    await front.stop()


def message(ana: Someone, headers: bytes, body: bytes = BODY) -> bytes:
    """Ana writes a message, with these headers besides her own."""
    return (
        b"POST /api/v1/desks/main/message/%s HTTP/1.1\r\nHost: 127.0.0.1\r\n" % ana.room.encode()
        + b"Authorization: Bearer %s\r\n" % ana.token.encode()
        + headers
        + b"\r\n"
        + body
    )


UNCLEAR = {
    "a length and chunks": (LENGTH + b"Transfer-Encoding: chunked\r\n", CHUNKED),
    "chunks and a length": (b"Transfer-Encoding: chunked\r\n" + LENGTH, CHUNKED),
    "an unknown coding": (b"Transfer-Encoding: xchunked\r\n", CHUNKED),
    "a coding behind chunks": (b"Transfer-Encoding: chunked, identity\r\n", CHUNKED),
    "a coding before chunks": (b"Transfer-Encoding: gzip, chunked\r\n", CHUNKED),
    "chunks twice": (b"Transfer-Encoding: chunked\r\n" * 2, CHUNKED),
    "a coding behind a tab": (b"Transfer-Encoding:\x0bchunked\r\n", CHUNKED),
    "two lengths": (LENGTH + b"Content-Length: 3\r\n", BODY),
    "the same length twice": (LENGTH * 2, BODY),
    "a list of lengths": (b"Content-Length: 19, 19\r\n", BODY),
    "a length with a sign": (b"Content-Length: +19\r\n", BODY),
    "a length in hexadecimal": (b"Content-Length: 0x13\r\n", BODY),
    "a length below nothing": (b"Content-Length: -1\r\n", BODY),
    "a length beyond numbers": (b"Content-Length: 99999999999999999999\r\n", BODY),
    "a bare line feed": (b"X: y\n" + LENGTH, BODY),
    "a length behind a bare line feed": (b"X: y\nContent-Length: 3\r\n" + LENGTH, BODY),
    "a bare carriage return": (b"X: y\r" + LENGTH, BODY),
    "a folded line": (b"X: y\r\n z\r\n" + LENGTH, BODY),
    "a coding in a folded line": (b"X: y\r\n\tTransfer-Encoding: chunked\r\n" + LENGTH, BODY),
    "NUL in a value": (b"X: a\0b\r\n" + LENGTH, BODY),
    "NUL in a name": (b"X\0: a\r\n" + LENGTH, BODY),
    "a name beyond ASCII": (b"\xe9: a\r\n" + LENGTH, BODY),
    "a space before the colon": (b"X : a\r\n" + LENGTH, BODY),
    "no name": (b": a\r\n" + LENGTH, BODY),
    "no colon": (b"nonsense\r\n" + LENGTH, BODY),
    "a chunk below nothing": (b"Transfer-Encoding: chunked\r\n", b"-1\r\n" + BODY),
    "a chunk beyond numbers": (b"Transfer-Encoding: chunked\r\n", b"f" * 17 + b"\r\n" + BODY),
    "a chunk that is longer": (b"Transfer-Encoding: chunked\r\n", b"3\r\n" + BODY + b"\r\n"),
    "chunks with bare line feeds": (b"Transfer-Encoding: chunked\r\n", b"13\n" + BODY + b"\n0\n\n"),
}


@pytest.mark.parametrize("what", UNCLEAR)
async def test_a_request_that_two_readers_might_read_differently_is_refused(desk: Desk, what: str):
    front, house, ana = desk
    before = front.live.state.offset
    headers, body = UNCLEAR[what]
    behind = b"GET /api/v1/desks/main/waittime HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    answers = await house.answers(message(ana, headers, body) + behind)

    # One answer, to none of what might be read as a request of its own; and the end.
    assert [(status, said["code"]) for status, said in answers] == [(400, "malformed")]
    assert front.live.state.offset == before


@pytest.mark.parametrize(
    "line",
    [
        *(b"GET /\xff HTTP/1.1", b"GET /a b HTTP/1.1", b"GET /\0 HTTP/1.1", b"GE\0T / HTTP/1.1"),
        *(
            b"GET / HTTP/9.9",
            b"GET /",
            b"PRI * HTTP/2.0",
            b"CONNECT evil:443 HTTP/1.1",
            b"GET HTTP/1.1",
        ),
    ],
)
async def test_a_first_line_that_is_none_is_refused(desk: Desk, line: bytes):
    answers = await desk.house.answers(line + b"\r\nHost: a\r\n\r\n")

    assert [(status, said["code"]) for status, said in answers] == [(400, "malformed")]


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=" + b"0-0," * 10_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"a=b; " * 20_000 + b"\r\n\r\n",
    ],
    ids=["headers", "ranges", "first line", "cookies"],
)
async def test_a_flood_before_the_body_is_refused(desk: Desk, said: bytes):
    answers = await desk.house.answers(said)

    assert [(status, said["code"]) for status, said in answers] == [(413, "too_large")]


async def test_a_value_beyond_ascii_means_nothing_and_does_no_harm(desk: Desk):
    reader = await desk.house.line(message(desk.ana, b"X-Name: J\xf6rg \xff\r\n" + LENGTH))

    async with asyncio.timeout(PATIENCE_S):
        answer = await one_answer(reader)
    assert answer is not None
    assert answer[0] == 200


async def test_ranges_are_not_served(desk: Desk):
    ranges = b"Range: bytes=0-0,1-1,2-2,3-3\r\n\r\n"
    reader = await desk.house.line(b"GET / HTTP/1.1\r\nHost: a\r\n" + ranges)

    async with asyncio.timeout(PATIENCE_S):
        answer = await one_answer(reader)
    assert answer is not None
    assert answer[0] == 200
    assert "here" in answer[1]


# --- slow clients -------------------------------------------------------------------------------


async def test_who_is_too_slow_is_cut_off_and_changes_nothing(front: Front, ana: Someone):
    before = front.live.state.offset
    async with open_house(front, head_ms=60, body_ms=60) as house:
        readers = [
            await house.line(said)
            for said in (
                b"",
                message(ana, LENGTH)[:60],
                message(ana, LENGTH)[:-4],
                message(ana, b"Transfer-Encoding: chunked\r\n", b"1\r\n{\r\n"),
            )
        ]
        async with asyncio.timeout(PATIENCE_S):
            for reader in readers:
                assert await reader.read() == b""

    assert front.live.state.offset == before


async def test_slow_people_do_not_keep_others_waiting(desk: Desk):
    for _ in range(200):
        await desk.house.line(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")

    reader = await desk.house.line(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    async with asyncio.timeout(PATIENCE_S):
        answer = await one_answer(reader)
    assert answer is not None
    assert answer[0] == 200


# --- whom to believe ----------------------------------------------------------------------------

SIGN_IN = b'{"username": "%s", "password": "correct horse battery"}' % eg.IDA.user.encode()


def sign_in(host: bytes, *headers: bytes) -> bytes:
    lines = [b"POST /api/v1/session HTTP/1.1", b"Host: " + host, *headers]
    lines += [b"Content-Type: application/json", b"Content-Length: %d" % len(SIGN_IN)]
    return b"\r\n".join([*lines, b"Connection: close", b"", SIGN_IN])


FORGED = (
    b"X-Forwarded-Proto: https",
    b"X-Forwarded-For: 127.0.0.1",
    b"X-Forwarded-Host: evil.example",
    b"Forwarded: for=127.0.0.1;proto=https",
    b"X-Real-IP: 127.0.0.1",
)


async def test_headers_of_a_proxy_are_believed_of_a_listed_one_alone(front: Front, desk: Desk):
    async with open_house(front, proxies=()) as house:
        ((status, said),) = await house.answers(sign_in(b"chat.example.org", *FORGED))
        assert (status, said["code"]) == (403, "insecure_connection")

    ((status, said),) = await desk.house.answers(sign_in(b"chat.example.org", FORGED[0]))
    assert (status, said["user"]) == (201, "Ida")


@pytest.mark.parametrize(
    "forwarded", [b"127.0.0.1, 192.0.2.7", b"::1, 127.0.0.1, 192.0.2.7", b"192.0.2.7"]
)
async def test_a_browser_behind_a_proxy_does_not_pass_as_this_machine(desk: Desk, forwarded: bytes):
    """Of a list only the last address is the proxy's word; the others are the browser's."""
    headers = (b"X-Forwarded-For: " + forwarded,)

    ((status, said),) = await desk.house.answers(sign_in(b"127.0.0.1", *headers))

    assert (status, said["code"]) == (403, "insecure_connection")


async def test_no_answer_repeats_the_host_that_was_named(desk: Desk):
    for path in (b"/", b"/nothing", b"/api/v1/session", b"/api/v1/desks/main/listen"):
        said = b"GET " + path + b" HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        reader = await desk.house.line(said)
        async with asyncio.timeout(PATIENCE_S):
            assert b"evil" not in await reader.read()
