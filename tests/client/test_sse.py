import gzip
from collections.abc import AsyncIterator

import httpx2
import pytest

from frontdesk.client.calls import Calls
from frontdesk.client.failures import Lost
from frontdesk.client.sse import BLOCK_BYTES_MOST, Blocks, EventStream
from frontdesk.client.timing import Timing
from tests.web.front import HERE

STREAM = (
    'id: e.1.1\ndata: {"body": "one\u2028line\u0085 of \x0b text"}\n\n'
    ': a comment\n\ndata: {"n": 2}\n\nevent: hangup\nretry: 5\ndata: {"why": "restart"}\n\n'
).encode()
WANTED = [
    ("", '{"body": "one\u2028line\u0085 of \x0b text"}'.encode()),
    ("", b'{"n": 2}'),
    ("hangup", b'{"why": "restart"}'),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, len(STREAM)])
def test_events_are_found_however_they_are_cut_up(size):
    blocks = Blocks()

    found = [
        event for at in range(0, len(STREAM), size) for event in blocks.feed(STREAM[at : at + size])
    ]

    assert found == WANTED


def test_lines_may_end_as_the_standard_says():
    assert list(Blocks().feed(STREAM.replace(b"\n", b"\r\n"))) == WANTED


def test_what_is_not_complete_is_no_event():
    assert list(Blocks().feed(b'data: {"n": 1}\n')) == []


def test_an_event_without_end_is_given_up():
    with pytest.raises(Lost):
        list(Blocks().feed(b"x" * (BLOCK_BYTES_MOST + 1)))


async def test_a_proxy_that_packs_what_it_may_leaves_the_stream_alone():
    async def body(data: bytes) -> AsyncIterator[bytes]:
        yield data

    def proxy(request: httpx2.Request) -> httpx2.Response:
        headers, data = {"content-type": "text/event-stream"}, b'data: {"n": 1}\n\n'
        if "gzip" in request.headers["accept-encoding"]:
            headers["content-encoding"], data = "gzip", gzip.compress(data)
        return httpx2.Response(200, headers=headers, content=body(data))

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(proxy))
    calls = Calls(HERE, "main", Timing(), http=http)
    stream = await EventStream.open(calls, Timing(), "e.1.1")

    assert await stream.next() == [{"n": 1}]
    await stream.close(for_good=True)
    await calls.close()
