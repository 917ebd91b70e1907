"""Whom bots take, and when guests come. The whole of it is in tests/e2e/test_demo.py."""

from random import Random

from frontdesk.client.events import Status
from frontdesk.demo.house import NEWCOMER, REAL_LONGER_MS, REAL_MS, House, Plan
from frontdesk.demo.screenplay import read
from frontdesk.demo.tide import EBB_MS, FIRST, FLOOD_MS, GUESTS, PERIOD_MS, gap_ms
from tests.demo.test_play import Clock


class Queue:
    """A house with Ana and Ben of the play, before whom some wait."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.house = House("http://127.0.0.1:1", Plan(1), read(), pace=self.clock.pace())
        self.house.expects("Ana")
        self.house.expects("Ben")
        self.house.comes("Ana", "room-ana")
        self.house.comes("Ben", "room-ben")

    def next(self, *waiting: str, played: bool = True) -> str | None:
        return self.house.choose(list(waiting), played=played)


def test_those_of_the_play_are_taken_in_their_turn():
    queue = Queue()

    assert queue.next("Ana", "Ben") == "Ana"
    assert queue.next("Ben", "Ana") == "Ben"
    assert queue.next("Ana", "Ben", played=False) is None


def test_who_is_not_in_the_play_is_left_to_the_newcomer_for_a_while_and_then_taken_first():
    queue = Queue()

    assert queue.next("Ana", "Zoe") == "Ana"
    queue.clock.now_ms += REAL_MS - 1
    assert queue.next("Zoe", played=False) is None
    queue.clock.now_ms += 1
    assert queue.next("Ana", "Zoe") == "Zoe"
    assert queue.next("Zoe", played=False) == "Zoe"


def test_who_comes_back_is_left_to_the_newcomer_again():
    queue = Queue()
    queue.next("Zoe")
    queue.clock.now_ms += REAL_MS
    queue.next()

    assert queue.next("Zoe") is None


def test_a_newcomer_who_is_available_has_more_time_to_take_somebody():
    queue = Queue()
    queue.house.hears(Status(room="", user=NEWCOMER, of="availability", is_="available"))
    queue.next("Zoe")
    queue.clock.now_ms += REAL_MS + REAL_LONGER_MS - 1

    assert queue.next("Zoe") is None
    queue.house.hears(Status(room="", user="Ida", of="availability", is_="away"))
    assert queue.next("Zoe") is None
    queue.house.hears(Status(room="", user=NEWCOMER, of="availability", is_="away"))
    assert queue.next("Zoe") == "Zoe"


def test_who_is_on_the_way_is_not_taken_for_somebody_real():
    queue = Queue()
    queue.house.expects("Cleo")
    queue.next("Cleo")
    queue.clock.now_ms += REAL_MS

    assert queue.next("Cleo") is None
    queue.house.comes("Cleo", "room-cleo")
    assert queue.next("Cleo") == "Cleo"


def test_some_come_at_once_and_then_in_a_tide():
    flood, ebb = PERIOD_MS // 4, 3 * PERIOD_MS // 4
    later = [gap_ms(FIRST, at, GUESTS, Random(1)) for at in (flood, ebb)]

    assert sum(gap_ms(number, 0, GUESTS, Random(1)) for number in range(FIRST)) < EBB_MS
    assert 0.5 * FLOOD_MS <= later[0] <= 1.5 * FLOOD_MS < 0.5 * EBB_MS <= later[1] <= 1.5 * EBB_MS


def test_the_more_may_be_there_the_faster_they_come():
    few, many = (gap_ms(FIRST, 0, most, Random(1)) for most in (GUESTS, 2 * GUESTS))

    assert many == few / 2
