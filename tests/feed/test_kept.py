import pytest

from frontdesk.desk.audience import AGENTS, Mark
from frontdesk.desk.commands import Post, Resume
from frontdesk.desk.events import FloorGuest, Message, Update
from frontdesk.feed.kept import Kept, lines
from frontdesk.feed.position import Place
from tests import examples as eg
from tests.desk.story import given, log


def test_the_parts_of_an_entry_count_from_one():
    (kept,) = log(given(), eg.identify(eg.ANA))

    queued, floor = lines(kept)
    assert (queued.place, floor.place) == (Place(1, 1), Place(1, 2))
    assert queued.event == Update(("Ana",), "queued")
    assert isinstance(floor.event, FloorGuest)
    assert queued.mark == floor.mark == AGENTS


def test_a_line_has_the_mark_that_was_stored_and_not_one_made_again():
    (kept,) = log(given(), eg.identify(eg.ANA))
    stored = Kept(kept.offset, kept.batch, kept.entry, (Mark("all"), Mark("person:x")))

    assert [line.mark for line in lines(stored)] == ["all", "person:x"]


def test_an_entry_that_was_stored_with_another_number_of_marks_is_a_fault():
    (kept,) = log(given(), eg.identify(eg.ANA))

    with pytest.raises(ValueError, match="zip"):
        lines(Kept(kept.offset, kept.batch, kept.entry, kept.marks[:1]))


def test_a_message_knows_its_sender_and_their_key():
    (kept,) = log(given(eg.identify(eg.ANA)), Post(eg.ANA.id, eg.ANA.room, eg.HELLO, eg.KEY))

    (line,) = lines(kept)
    assert isinstance(line.event, Message)
    assert (line.author, line.key, line.wire) == (eg.ANA.id, eg.KEY, None)


def test_what_is_no_message_has_no_sender():
    (kept,) = log(given(), eg.identify(eg.ANA))

    assert [(line.author, line.key) for line in lines(kept)] == [(None, "")] * 2


def test_an_entry_that_nobody_hears_has_no_lines():
    (kept,) = log(given(), Resume(1))

    assert lines(kept) == ()
