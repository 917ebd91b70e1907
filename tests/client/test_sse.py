import pytest

from frontdesk.client.failures import Lost
from frontdesk.client.sse import BLOCK_BYTES_MOST, Blocks

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
