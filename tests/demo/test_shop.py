"""The pages of the shop, asked for by hand."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from frontdesk.demo.shop import FILES, HEAD_BYTES, shop

DESK = "http://127.0.0.1:8420"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with shop(DESK, 0) as url:
        assert url.startswith("http://localhost:")
        yield urlsplit(url).port or 0


async def asked(port: int, request: bytes) -> tuple[str, str]:
    """The first line of the answer, and all of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = (await asyncio.wait_for(reader.read(), 5)).decode()
    writer.close()
    return answer.partition("\r\n")[0], answer


@pytest.mark.parametrize("path", FILES)
async def test_each_file_is_there_and_pages_have_the_one_line(port: int, path: str):
    status, answer = await asked(port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    assert status == "HTTP/1.1 200 OK"
    head, _, body = answer.partition("\r\n\r\n")
    assert f"Content-Length: {len(body.encode())}\r\n" in head
    assert f"script-src {DESK}; frame-src {DESK};" in head
    assert "{desk}" not in body
    is_page = FILES[path][1].startswith("text/html")
    line = f'<script src="{DESK}/widget.js" data-desk="main" data-color="#8a4b2a" async></script>'
    assert (line in body) == is_page


async def test_what_stands_behind_a_question_mark_does_not_matter(port: int):
    status, _ = await asked(port, b"GET /parcel?number=KL-20417 HTTP/1.1\r\n\r\n")

    assert status == "HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /etc/passwd HTTP/1.1", "404 Not Found"),
        (b"GET /../house.py HTTP/1.1", "404 Not Found"),
        (b"GET HTTP/1.1", "404 Not Found"),
        (b"POST / HTTP/1.1", "405 Method Not Allowed"),
        (b"\xff\x00", "405 Method Not Allowed"),
    ],
)
async def test_nothing_else_is_there(port: int, request_line: bytes, status: str):
    assert (await asked(port, request_line + b"\r\n\r\n"))[0] == f"HTTP/1.1 {status}"


async def test_a_head_without_an_end_is_not_answered(port: int):
    assert await asked(port, b"GET / HTTP/1.1\r\n" + b"a" * HEAD_BYTES * 2) == ("", "")


async def test_a_port_that_is_taken_is_refused(port: int):
    with pytest.raises(OSError, match="in use"):
        async with shop(DESK, port):
            pass
