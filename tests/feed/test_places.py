"""Guests are told their place in time, and not more often than that."""

from collections.abc import Iterator

from hypothesis import given as over
from hypothesis import strategies as st

from frontdesk.desk.events import QueuePos
from frontdesk.desk.ids import PersonId
from frontdesk.feed.places import NEAR, NEAR_MS, SLICE_MS, WAIT_MS, Places
from tests import examples as eg

TEN_SECONDS = 10 * eg.SECOND


def crowd(count: int) -> list[PersonId]:
    return [PersonId(f"guest-{number}") for number in range(count)]


class Waiting:
    """A queue, what its guests were told, and a clock that stops wherever something is due."""

    def __init__(self, queue: list[PersonId], wait: int = 60) -> None:
        self.queue = queue
        self.wait = wait
        self.now_ms = eg.NOW
        self.places = Places()
        self.told: dict[PersonId, QueuePos] = {}
        self.calls = 0
        for position, guest in enumerate(queue):
            self._hear(self.places.first(guest, position, wait, self.now_ms), guest)
        self.calls = 0
        self.tell()

    def _hear(self, event: QueuePos, guest: PersonId) -> None:
        self.told[guest] = event
        self.calls += 1

    def tell(self) -> set[PersonId]:
        """Tell those who are due now. Returns whom."""
        heard = set()
        for guest, event in self.places.tell(self.queue, lambda: self.wait, self.now_ms):
            assert guest in self.queue
            assert event.position == self.queue.index(guest)
            self._hear(event, guest)
            heard.add(guest)
        return heard

    def stops(self, until_ms: int) -> Iterator[int]:
        while True:
            due = self.places.next_due()
            if due is None or due > until_ms:
                break
            self.now_ms = max(self.now_ms, due)
            yield self.now_ms
        self.now_ms = until_ms

    def after(self, ms: int) -> set[PersonId]:
        """Let so much time pass. Returns who was told something."""
        heard = self.tell()
        for count, _ in enumerate(self.stops(self.now_ms + ms)):
            assert count < 10_000, "the timer never rests"
            heard |= self.tell()
        return heard

    def take(self, at: int = 0) -> None:
        """Somebody is no longer in the queue."""
        guest = self.queue.pop(at)
        self.told.pop(guest, None)
        self.places.gone(guest, self.now_ms)
        self.tell()

    def come_back(self, guest: PersonId, at: int) -> None:
        """Somebody returns with an old ticket."""
        self.queue.insert(at, guest)
        self._hear(self.places.first(guest, at, self.wait, self.now_ms), guest)
        self.places.moved(self.now_ms)
        self.tell()

    def wrong(self) -> list[int]:
        """The places of those who believe something else."""
        return [
            position
            for position, guest in enumerate(self.queue)
            if self.told[guest].position != position
        ]


def quiet(count: int, wait: int = 60) -> Waiting:
    """So many guests who all know their place."""
    waiting = Waiting(crowd(count), wait)
    waiting.after(eg.MINUTE)
    waiting.calls = 0
    return waiting


def test_a_guest_who_joins_is_told_at_once():
    assert Places().first(eg.ANA.id, 7, 90, eg.NOW) == QueuePos(7, 90)


def test_whoever_becomes_the_next_is_told_at_once():
    waiting = quiet(5)
    waiting.take()

    assert waiting.told[waiting.queue[0]].position == 0


def test_the_first_twenty_are_told_within_a_second():
    waiting = quiet(100)
    waiting.take()
    assert waiting.wrong()

    waiting.after(NEAR_MS)
    assert not [place for place in waiting.wrong() if place < NEAR]


def test_those_behind_are_told_within_ten_seconds():
    waiting = quiet(3_000)
    waiting.take()

    waiting.after(TEN_SECONDS)
    assert waiting.wrong() == []


def test_a_crowd_is_told_in_slices_and_not_in_a_burst():
    waiting = quiet(3_600)
    waiting.take()
    waiting.after(NEAR_MS)

    most = 0
    for _ in waiting.stops(waiting.now_ms + TEN_SECONDS):
        most = max(most, len(waiting.tell()))
    assert most <= 3_600 * SLICE_MS // 9_000 + NEAR


def test_nobody_is_told_what_they_know():
    waiting = quiet(50)

    assert waiting.after(eg.HOUR) == set()
    assert waiting.calls == 0


def test_a_change_in_the_middle_is_told_only_to_those_behind_it():
    waiting = quiet(10)
    waiting.take(5)

    assert waiting.after(TEN_SECONDS) == set(waiting.queue[5:])


def test_many_changes_within_a_second_are_told_once():
    waiting = quiet(15)
    for _ in range(5):
        waiting.take(1)

    waiting.after(TEN_SECONDS)
    assert waiting.calls == 9


def test_places_rise_when_somebody_returns_with_an_old_ticket():
    waiting = quiet(40)
    waiting.come_back(PersonId("back"), 0)

    waiting.after(NEAR_MS)
    assert not [place for place in waiting.wrong() if place < NEAR]
    waiting.after(TEN_SECONDS)
    assert waiting.wrong() == []


def test_a_wait_that_moved_by_a_tenth_is_told_again():
    waiting = quiet(30, wait=100)
    waiting.wait = 110

    assert waiting.after(WAIT_MS + TEN_SECONDS) == set(waiting.queue)
    assert {event.wait for event in waiting.told.values()} == {110}


def test_a_wait_that_moved_by_less_is_not():
    waiting = quiet(30, wait=100)
    waiting.wait = 109

    assert waiting.after(eg.HOUR) == set()


def test_a_wait_is_told_again_at_most_every_fifteen_seconds():
    waiting = quiet(3, wait=100)
    heard = []
    for _ in range(60):
        waiting.wait *= 2
        heard.append(bool(waiting.after(eg.SECOND)))

    assert 1 <= sum(heard) <= 60 * eg.SECOND // WAIT_MS + 1


def test_a_wait_of_nothing_that_becomes_something_is_told():
    waiting = quiet(3, wait=0)
    waiting.wait = 1

    assert waiting.after(WAIT_MS + TEN_SECONDS) == set(waiting.queue)


def test_an_empty_queue_needs_no_timer():
    waiting = quiet(3)
    for _ in range(3):
        waiting.take()
    waiting.after(eg.MINUTE)

    assert waiting.places.next_due() is None


def test_a_server_that_has_just_started_tells_everybody_soon():
    waiting = Waiting([])
    waiting.queue = crowd(100)
    waiting.told = {guest: QueuePos(-1, 0) for guest in waiting.queue}
    waiting.tell()
    assert waiting.told[waiting.queue[0]].position == 0

    waiting.after(NEAR_MS)
    assert not [place for place in waiting.wrong() if place < NEAR]
    waiting.after(TEN_SECONDS)
    assert waiting.wrong() == []


@over(
    size=st.integers(1, 400),
    steps=st.lists(
        st.tuples(st.sampled_from(["take", "back", "pass"]), st.integers(0, 399)), max_size=30
    ),
)
def test_whatever_happens_everybody_knows_within_ten_seconds(
    size: int, steps: list[tuple[str, int]]
):
    waiting = quiet(size)
    for number, (what, amount) in enumerate(steps):
        if what == "take" and waiting.queue:
            waiting.take(amount % len(waiting.queue))
        elif what == "back":
            waiting.come_back(PersonId(f"back-{number}"), amount % (len(waiting.queue) + 1))
        else:
            waiting.after(amount * 10)
        assert not waiting.queue or waiting.told[waiting.queue[0]].position == 0
    waiting.after(NEAR_MS)
    assert not [place for place in waiting.wrong() if place < NEAR]
    waiting.after(TEN_SECONDS - NEAR_MS)
    assert waiting.wrong() == []
