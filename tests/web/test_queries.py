import pytest

from frontdesk.desk.refusals import Refused
from frontdesk.web.queries import ListenQuery, MessagesQuery, NoQuery, decode_query


@pytest.mark.parametrize("text", [b"", b"utm_source=x&utm_source=y", b"%00=%ff", b"&&=&"])
def test_what_a_route_does_not_know_behind_the_question_mark_is_ignored(text: bytes):
    assert decode_query(text, NoQuery) == NoQuery()
    assert decode_query(text, ListenQuery) == ListenQuery(since=None, wait=25)
    assert decode_query(text, MessagesQuery) == MessagesQuery(before=None, limit=50)


def test_words_stay_as_they_are_and_numbers_become_numbers():
    assert decode_query(b"since=null&wait=05", ListenQuery) == ListenQuery(since="null", wait=5)
    assert decode_query(b"since=&wait=55", ListenQuery) == ListenQuery(since="", wait=55)
    assert decode_query(b"before=1", MessagesQuery) == MessagesQuery(before="1", limit=50)


@pytest.mark.parametrize(
    "text", [b"wait=1&wait=1", b"wait=1&wa%69t=2", b"wait=56", "wait=٣".encode()]
)
def test_a_parameter_that_is_wrong_is_named_with_what_would_be_right(text: bytes):
    with pytest.raises(Refused) as refused:
        decode_query(text, ListenQuery)

    assert (refused.value.reason.value, refused.value.where) == ("malformed", "?wait")
    assert refused.value.detail.endswith(".")
