"""The log, put together again from what all readers heard, and walked once from its start.

The walk knows at each place who was in which room, who waited and who had whom, and so who had to
hear the event there. It is written from the protocol and shares no code with the server.
"""

from bisect import bisect_right
from collections import defaultdict
from typing import Generic, NamedTuple, TypeVar

from frontdesk.trials.history import History, Json, Place

T = TypeVar("T")


class Finding(NamedTuple):
    """A promise that was not kept."""

    rule: str
    detail: str


class Versions(Generic[T]):
    """What was so after each offset at which it changed."""

    def __init__(self, first: T) -> None:
        self.offsets = [0]
        self.values = [first]

    def put(self, offset: int, value: T) -> None:
        """From the end of this entry on it is so."""
        if self.offsets[-1] == offset:
            self.values[-1] = value
        elif self.values[-1] != value:
            self.offsets.append(offset)
            self.values.append(value)

    def index_at(self, place: Place) -> int:
        """The version of whoever has heard everything before this place."""
        return bisect_right(self.offsets, place.offset - (place.part == 0)) - 1

    def at(self, place: Place) -> T:
        """What was so there."""
        return self.values[self.index_at(place)]


class Taken(NamedTuple):
    """Somebody was taken; `next` is who should have been, had it been the next one."""

    guest: str
    agent: str
    next: str | None


class Truth:
    """The log, walked once: who had to hear each event, and what was so at each offset."""

    def __init__(self, events: dict[Place, Json], history: History) -> None:
        self.events = events
        self.findings: list[Finding] = []
        self.places = sorted(events)
        self.guests: set[str] = set()
        self.room_of: dict[str, str] = {}
        self.guest_in: dict[str, str] = {}
        self.agents = {feed.who for feed in history.feeds if feed.role == "agent"}
        self.hearers: dict[Place, frozenset[str] | None] = {}  # None: everybody
        self.taken: dict[int, Taken] = {}
        self.messages: dict[str, list[Place]] = defaultdict(list)
        self.over: set[str] = set()
        self.ever_waited: set[str] = set()
        # What was so after each offset at which it changed.
        self.queue = Versions[tuple[str, ...]](())
        self.members = {
            room: Versions[frozenset[str]](frozenset()) for room in self._rooms_known(history)
        }
        self._waiting: dict[str, int] = {}
        self._absent: set[str] = set()
        self._has: dict[str, str] = {}
        self._in: dict[str, set[str]] = defaultdict(set)
        self._next: str | None = None
        for place in self.places:
            self.hearers[place] = self._step(place, events[place])
            self._note(place)

    def _rooms_known(self, history: History) -> set[str]:
        for call in history.calls:
            if call.name == "identify" and call.answers:
                self._guest(call.answers[0]["user"], call.answers[0]["room"])
        for event in self.events.values():
            if event["type"] == "floor" and event["what"] == "guest":
                self._guest(event["guest"]["user"], event["guest"]["room"])
        return set(self.guest_in)

    def _guest(self, user: str, room: str) -> None:
        self.guests.add(user)
        self.room_of[user] = room
        self.guest_in[room] = user

    def _note(self, place: Place) -> None:
        """What is so after this event, under its offset."""
        order = sorted(self._waiting, key=lambda user: self._waiting[user])
        self.queue.put(place.offset, tuple(order))
        for room in self._changed:
            self.members[room].put(place.offset, frozenset(self._in[room]))

    def _wrong(self, rule: str, detail: str) -> None:
        self.findings.append(Finding(rule, detail))

    def _step(self, place: Place, event: Json) -> frozenset[str] | None:
        """Take one event in, and say who had to hear it."""
        self._changed: list[str] = []
        match event:
            case {"type": "status", "user": user, "is": is_}:
                return self._availability(user, is_)
            case {"type": "update", "users": users, "details": details}:
                self._update(place, users, details)
                return frozenset(self.agents)
            case {"type": "floor"}:
                self._floor(place, event)
                return frozenset(self.agents)
            case {"type": "abandoned"}:
                return frozenset(self.agents)
            case {"room": room} if room not in self.guest_in:
                self._wrong("differs", f"{place}: nobody's room: {event}")
                return frozenset()
            case {"room": room}:
                return self._in_room(place, event, room)
        self._wrong("differs", f"{place}: an unknown event: {event}")
        return frozenset()

    def _availability(self, user: str, is_: str) -> frozenset[str] | None:
        if user not in self.guests:
            return None
        (self._absent.add if is_ == "away" else self._absent.discard)(user)
        return frozenset(self.agents)

    def _update(self, place: Place, users: list[str], details: str) -> None:
        if details == "dequeued":
            present = [user for user in self._waiting if user not in self._absent]
            self._next = min(present, key=lambda user: self._waiting[user], default=None)
            if self._waiting.pop(users[0], None) is None:
                self._wrong("two agents", f"{place}: {users[0]} was taken and did not wait")
        elif details == "assigned":
            guest, agent = users
            if guest in self._has:
                had = self._has[guest]
                self._wrong("two agents", f"{place}: {had} and {agent} have {guest}")
            self._has[guest] = agent
            self.taken[place.offset] = Taken(guest, agent, self._next)

    def _floor(self, place: Place, event: Json) -> None:
        if event["what"] == "guest":
            guest = event["guest"]
            user, room = guest["user"], guest["room"]
            if user in self._has or user in self.over:
                self._wrong("two agents", f"{place}: {user} waits, and is helped or gone")
            self._waiting[user] = guest["ticket"]
            self.ever_waited.add(user)
            (self._absent.discard if guest["present"] else self._absent.add)(user)
            if user not in self._in[room]:
                self._enter(user, room)
        elif event["what"] == "released" and self._has.pop(event["user"], None) != event["agent"]:
            self._wrong("two agents", f"{place}: {event['agent']} did not have {event['user']}")

    def _in_room(self, place: Place, event: Json, room: str) -> frozenset[str]:
        guest = self.guest_in[room]
        agent = self._has.get(guest)
        inside = frozenset(self._in[room])
        match event:
            case {"type": "joined", "agent": _}:
                return frozenset({guest})
            case {"type": "joined"}:
                return frozenset({agent} if agent else ())
            case {"type": "notification", "details": "joined", "user": user}:
                if user == guest:
                    return frozenset({agent} if agent else ())
                self._enter(user, room)
            case {"type": "left"}:
                if agent is None:
                    self._wrong("two agents", f"{place}: somebody left {room}, and nobody was in")
                    return frozenset()
                self._leave(agent, room)
                return frozenset({agent})
            case {"type": "message", "user": user}:
                self.messages[room].append(place)
                if user not in inside:
                    self._wrong("overheard", f"{place}: {user} wrote and was not in: {event}")
            case {"type": "end"}:
                self._waiting.pop(guest, None)
                self.over.add(guest)
                for user in inside:
                    self._leave(user, room)
        return inside

    def _enter(self, user: str, room: str) -> None:
        self._in[room].add(user)
        self._changed.append(room)

    def _leave(self, user: str, room: str) -> None:
        self._in[room].discard(user)
        self._changed.append(room)
