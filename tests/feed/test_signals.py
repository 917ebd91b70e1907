from frontdesk.desk.events import QueuePos, Typing
from frontdesk.desk.ids import RoomId
from frontdesk.feed.signals import TYPING_MS, Signals
from tests import examples as eg

ROOM = eg.ANA.room
BEGIN = 1_000


def signals(*, typing: bool = False, place: int | None = None) -> Signals:
    found = Signals(BEGIN)
    if typing:
        types(found, True)
    if place is not None:
        found.set_place(eg.ANA.id, QueuePos(place, 30))
    return found


def types(found: Signals, typing: bool, now_ms: int = eg.NOW) -> bool:
    """Ida types in Ana's room, or stops."""
    return found.set_typing(eg.IDA.id, "Ida", ROOM, typing=typing, now_ms=now_ms)


def ida_types(typing: bool) -> Typing:
    return Typing(ROOM, "Ida", "typing", typing)


# --- places ---------------------------------------------------------------------------------------


def test_a_guest_is_told_their_place_once():
    found = signals(place=3)

    news, version = found.news(eg.ANA.id, [ROOM], 0)
    assert news == [QueuePos(3, 30)]
    assert found.news(eg.ANA.id, [ROOM], version) == ([], version)


def test_only_the_latest_place_is_told():
    found = signals(place=3)
    _, version = found.news(eg.ANA.id, [ROOM], 0)
    found.set_place(eg.ANA.id, QueuePos(2, 30))
    found.set_place(eg.ANA.id, QueuePos(1, 30))

    assert found.news(eg.ANA.id, [ROOM], version)[0] == [QueuePos(1, 30)]


def test_a_place_that_is_void_is_not_told():
    found = signals(place=3)
    found.void_place(eg.ANA.id)
    found.void_place(eg.ANA.id)

    assert found.news(eg.ANA.id, [ROOM], 0) == ([], 0)


def test_a_place_is_one_guests_own():
    assert signals(place=3).news(eg.BEN.id, [eg.BEN.room], 0) == ([], 0)


# --- typing ---------------------------------------------------------------------------------------


def test_the_others_in_the_room_hear_who_is_typing_and_when_it_ends():
    found = signals(typing=True)

    news, version = found.news(eg.ANA.id, [ROOM], BEGIN)
    assert news == [ida_types(True)]
    assert types(found, False)
    news, version = found.news(eg.ANA.id, [ROOM], version)
    assert news == [ida_types(False)]


def test_nobody_hears_their_own_typing():
    assert signals(typing=True).news(eg.IDA.id, [ROOM], 0) == ([], 0)


def test_nobody_hears_typing_in_another_room():
    assert signals(typing=True).news(eg.BEN.id, [RoomId("other")], 0) == ([], 0)


def test_saying_it_again_is_no_news_but_makes_it_last():
    found = signals(typing=True)

    assert not types(found, True, eg.NOW + 3_000)
    assert found.next_expiry() == eg.NOW + 3_000 + TYPING_MS
    assert found.expire(eg.NOW + TYPING_MS) == []
    assert found.expire(eg.NOW + 3_000 + TYPING_MS) == [ROOM]


def test_not_typing_is_no_news_from_somebody_who_was_not():
    found = signals()

    assert not types(found, False)
    assert found.news(eg.ANA.id, [ROOM], 0) == ([], 0)


def test_typing_ends_by_itself_after_six_seconds():
    found = signals(typing=True)
    _, version = found.news(eg.ANA.id, [ROOM], 0)

    assert found.expire(eg.NOW + TYPING_MS - 1) == []
    assert found.expire(eg.NOW + TYPING_MS) == [ROOM]
    assert found.news(eg.ANA.id, [ROOM], version)[0] == [ida_types(False)]
    assert found.next_expiry() is None
    assert found.expire(eg.NOW + 2 * TYPING_MS) == []


def test_nobody_who_comes_later_hears_that_typing_is_over():
    found = signals(typing=True)
    types(found, False)

    assert found.news(eg.ANA.id, [ROOM], 0)[0] == []


def test_a_message_and_an_end_void_what_was_typed():
    found = signals(typing=True)
    found.void_typing(eg.IDA.id, ROOM)
    assert found.news(eg.ANA.id, [ROOM], 0) == ([], 0)
    assert found.next_expiry() is None

    found = signals(typing=True)
    found.end_room(ROOM)
    found.end_room(ROOM)
    found.void_typing(eg.IDA.id, ROOM)
    assert found.news(eg.ANA.id, [ROOM], 0) == ([], 0)


def test_signals_come_in_the_order_in_which_they_changed():
    found = signals(place=3)
    types(found, True)
    found.set_place(eg.ANA.id, QueuePos(2, 30))

    assert found.news(eg.ANA.id, [ROOM], 0)[0] == [ida_types(True), QueuePos(2, 30)]


# --- versions -------------------------------------------------------------------------------------


def test_a_version_of_another_process_knows_nothing():
    found = signals(place=3)

    assert found.news(eg.ANA.id, [ROOM], found.version + 1)[0] == [QueuePos(3, 30)]


def test_a_process_that_begins_later_counts_on_so_that_an_old_version_is_older():
    before = signals(place=3)
    _, version = before.news(eg.ANA.id, [ROOM], 0)

    after = Signals(BEGIN + 1_000)
    after.set_place(eg.ANA.id, QueuePos(3, 30))
    assert after.news(eg.ANA.id, [ROOM], version)[0] == [QueuePos(3, 30)]
