"""One desk in memory: its committed state, the recent past, the signals, and who listens.

Only what is committed is ever in here. `absorb` is the one way in, for what this process has
appended and for what was caught up from the log alike; it wakes whoever has something to hear.
"""

from collections.abc import Callable, Sequence

from frontdesk.desk import queue
from frontdesk.desk.audience import Mark, person_mark, room_mark
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.entries import (
    AgentGone,
    GroupEnded,
    GuestQueued,
    GuestReleased,
    GuestRequeued,
    GuestTaken,
    GuestTransferred,
    MemberLeft,
    MessagePosted,
    PersonChanged,
    PersonErased,
    RoomEnded,
)
from frontdesk.desk.ids import PersonId
from frontdesk.desk.state import State
from frontdesk.engine.presence import Presence
from frontdesk.engine.wakeups import Wakeups
from frontdesk.feed.kept import Kept
from frontdesk.feed.places import Places
from frontdesk.feed.position import Position, after_entry
from frontdesk.feed.ring import Ring
from frontdesk.feed.signals import Signals

# How long the average wait is good for. Guests see whole seconds.
WAIT_FRESH_MS = 1_000


class Live:
    """A desk that this process serves.

    Args:
        state: as committed, at the place where the ring begins.
        now_ms: from which the versions of signals count, so that they never repeat after a
            restart.
    """

    def __init__(self, state: State, epoch: str, *, ring_entries: int, now_ms: int) -> None:
        self.state = state
        self.epoch = epoch
        self.kept_from = 1
        self.ring = Ring(state, ring_entries)
        self.signals = Signals(now_ms * 1000)
        self.places = Places()
        self.presence = Presence()
        self.wakeups = Wakeups()
        self.checkpoint_offset = state.offset
        # Told when somebody was erased, by this process or by another.
        self.on_erased: Sequence[Callable[[], None]] = ()
        # The average wait: when it was worked out, from whose waits, and what it was.
        self._wait: tuple[int, object, int] = (0, None, 0)

    def present(self) -> list[PersonId]:
        """Everybody whose line counts as alive, as the log says."""
        guests = (id for id, one in self.state.guests.items() if one.absent_since_ms is None)
        agents = (id for id, one in self.state.agents.items() if one.absent_since_ms is None)
        return [*guests, *agents]

    def is_absent(self, person: PersonId) -> bool:
        """Whether the log says that nothing listens for this person."""
        someone = self.state.guests.get(person) or self.state.agents.get(person)
        return someone is not None and someone.absent_since_ms is not None

    @property
    def head(self) -> Position:
        """The place of whoever has heard everything."""
        return Position(self.epoch, after_entry(self.state.offset))

    def absorb(self, kept: Sequence[Kept], after: State, now_ms: int) -> None:
        """These entries are durable, and the state after them is this."""
        self.state = after
        joined: list[PersonId] = []
        for one in kept:
            self.ring.append(one)
            joined += self._note(one, now_ms)
        self._tell_joined(joined, now_ms)
        self.tell_places(now_ms)
        for one in kept:
            self.wakeups.wake(dict.fromkeys(one.marks))

    def forget(self, kept_from: int) -> None:
        """Nothing before this offset is kept any more, nor held here."""
        self.kept_from = max(self.kept_from, kept_from)
        self.ring.forget(self.kept_from)

    def _note(self, kept: Kept, now_ms: int) -> Sequence[PersonId]:
        """What an entry means for lines, signals, and listeners whom it tells nothing.

        Returns:
            The guests who have joined the queue by it.
        """
        entry = kept.entry
        match entry:
            case MessagePosted():
                self.signals.void_typing(entry.author.id, entry.room)
            case GuestQueued() | GuestRequeued():
                # Who never listens has to fall silent too.
                self.presence.seen(entry.guest.id, now_ms)
                return (entry.guest.id,)
            case GuestTaken():
                self._left_queue(entry.guest.id, now_ms)
            case RoomEnded():
                self.signals.end_room(entry.room)
                self._left_queue(entry.guest.id, now_ms)
            case AgentGone():
                for back in entry.returned:
                    self.signals.void_typing(entry.agent.id, back.room)
                self.places.moved(now_ms)
                return [back.guest.id for back in entry.returned]
            case GuestReleased():
                self.signals.void_typing(entry.agent.id, entry.returned.room)
                self.places.moved(now_ms)
                return (entry.returned.guest.id,)
            case GuestTransferred():
                self.signals.void_typing(entry.from_agent.id, entry.room)
            case MemberLeft():
                self.signals.void_typing(entry.person.id, entry.room)
            case GroupEnded():
                self.signals.end_room(entry.room)
            case PersonErased():
                self._erase(entry)
            case PersonChanged():
                # Whoever lost a right has to look, to be hung up.
                self.wakeups.wake([person_mark(entry.person.id)])
            case _:
                pass
        return ()

    def _erase(self, entry: PersonErased) -> None:
        """Nothing here says the name any more; whoever listened as this person is hung up."""
        self.ring.drop()
        self.signals.void_place(entry.person)
        for room in entry.rooms:
            self.signals.end_room(room)
        for told in self.on_erased:
            told()
        self.wakeups.wake([person_mark(entry.person)])

    def _tell_joined(self, joined: Sequence[PersonId], now_ms: int) -> None:
        """Tell those who have joined their place at once; with one look at the queue for all."""
        waiting = self.state.waiting
        here = [guest for guest in joined if guest in waiting]
        if not here:
            return
        if len(here) == 1 and waiting[here[0]] == waiting.last():
            place = {here[0]: len(waiting) - 1}
        else:
            place = {guest: position for position, guest in enumerate(waiting)}
        wait_s = self.wait_s(now_ms)
        for guest in here:
            told = self.places.first(guest, place[guest], wait_s, now_ms)
            self.signals.set_place(guest, told)
            self.wakeups.wake([person_mark(guest)])

    def _left_queue(self, guest: PersonId, now_ms: int) -> None:
        self.places.gone(guest, now_ms)
        self.signals.void_place(guest)

    def wait_s(self, now_ms: int) -> int:
        """The average wait that is told, in whole seconds.

        Worked out at most once a second while nobody is taken: it looks at everybody who waits.
        """
        at_ms, taken, wait_s = self._wait
        if taken is not self.state.taken or not 0 <= now_ms - at_ms < WAIT_FRESH_MS:
            wait_s = queue.average_wait_ms(self.state, now_ms) // 1000
            self._wait = (now_ms, self.state.taken, wait_s)
        return wait_s

    def tell_places(self, now_ms: int) -> None:
        """Tell those guests their place who are due to hear it."""

        def wait_s() -> int:
            return self.wait_s(now_ms)

        for guest, event in self.places.tell(self.state.waiting, wait_s, now_ms):
            self.signals.set_place(guest, event)
            self.wakeups.wake([person_mark(guest)])

    def tell_everybody(self, now_ms: int) -> None:
        """Tell each guest who waits their place as it is now, after a start.

        What was told before is forgotten with the process that told it; and what `absorb` told
        while the log was read in pages was so at the end of a page, not now.
        """
        wait_s = self.wait_s(now_ms)
        for position, guest in enumerate(self.state.waiting):
            self.signals.set_place(guest, self.places.first(guest, position, wait_s, now_ms))

    def expire_typing(self, now_ms: int) -> None:
        """Let typing end that was not said again."""
        for room in self.signals.expire(now_ms):
            self.wakeups.wake([room_mark(room)])

    def next_due(self) -> int | None:
        """When time alone brings something about here; None: not before something happens."""
        due = (
            next_deadline(self.state),
            self.presence.next_lapse(),
            self.places.next_due(),
            self.signals.next_expiry(),
        )
        return min((at for at in due if at is not None), default=None)

    def wake(self, marks: Sequence[Mark]) -> None:
        """Let these readers look again."""
        self.wakeups.wake(marks)

    def wake_person(self, person: PersonId) -> None:
        """Let all readers of this person look again, also if there is nothing new to hear."""
        self.wakeups.wake([person_mark(person)])
