"""How it was, as guests say after the end."""

import pytest
from msgspec.structs import replace

from frontdesk.desk.commands import Rate
from frontdesk.desk.entries import RoomRated
from frontdesk.desk.limits import RATED_WITHIN_MS, RATINGS_MOST
from frontdesk.desk.personal import Text, Who
from frontdesk.desk.refusals import Reason
from tests import examples as eg
from tests.desk.story import entries, given, only, refusal, then

OVER = (
    *eg.at_work(eg.IDA, eg.JON),
    *eg.waiting(eg.ANA, eg.BEN),
    eg.assist(eg.IDA),
    eg.end(eg.ANA, eg.ANA),
)


def test_a_guest_says_how_it_was_with_whom():
    entry = only(given(*OVER), eg.rate(eg.ANA, 4, eg.THANKS))

    ida = Who(eg.IDA.id, "Ida")
    ana = Who(eg.ANA.id, "Ana")
    assert entry == RoomRated(eg.NOW, eg.ANA.room, ana, 4, ida, Text(eg.THANKS))


def test_a_rating_changes_nothing_at_the_desk():
    desk = given(*OVER)
    after = then(desk, eg.rate(eg.ANA))
    after.offset = desk.offset

    assert after == desk


def test_a_wait_for_nothing_is_rated_too():
    ended = replace(eg.rated_room(eg.ANA), agent=None)
    desk = given(*eg.waiting(eg.ANA), eg.leave_queue(eg.ANA))

    entry = only(desk, Rate(eg.ANA.id, eg.ANA.room, 1, "", ended))

    assert isinstance(entry, RoomRated)
    assert entry.agent is None


@pytest.mark.parametrize("by", [eg.BEN, eg.DORA, eg.IDA])
def test_the_room_of_somebody_else_is_none(by: eg.Guest | eg.Agent):
    desk = given(*OVER, eg.identify(eg.DORA))
    command = Rate(by.id, eg.ANA.room, 5, "", eg.rated_room(eg.ANA))

    assert refusal(desk, command) is (Reason.NOT_ALLOWED if by is eg.IDA else Reason.NOT_FOUND)


def test_a_room_that_never_was_is_none():
    command = Rate(eg.ANA.id, eg.AGAIN, 5)

    assert refusal(given(*OVER), command) is Reason.NOT_FOUND


def test_what_is_not_over_is_not_rated():
    command = Rate(eg.BEN.id, eg.BEN.room, 5)

    assert refusal(given(*OVER), command) is Reason.NOT_ALLOWED


def test_a_day_later_nobody_is_asked_any_more():
    desk, command = given(*OVER), eg.rate(eg.ANA)

    assert entries(desk, command, at_ms=eg.NOW + RATED_WITHIN_MS)
    late = eg.NOW + RATED_WITHIN_MS + 1
    assert refusal(desk, command, at_ms=late) is Reason.NOT_ALLOWED


def test_a_desk_that_does_not_ask_is_told_nothing():
    desk = given(*OVER, eg.settings(ratings=False))

    assert refusal(desk, eg.rate(eg.ANA)) is Reason.NOT_ALLOWED


def test_nobody_changes_their_mind_without_end():
    ended = replace(eg.rated_room(eg.ANA), ratings=RATINGS_MOST)

    command = Rate(eg.ANA.id, eg.ANA.room, 5, "", ended)

    assert refusal(given(*OVER), command) is Reason.NOT_ALLOWED


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_1_to_5(rating: int):
    assert refusal(given(*OVER), eg.rate(eg.ANA, rating)) is Reason.MALFORMED


def test_who_was_erased_rates_nothing():
    desk = given(*OVER, eg.erase(None, eg.ANA))

    assert refusal(desk, eg.rate(eg.ANA)) is Reason.NOT_ALLOWED
