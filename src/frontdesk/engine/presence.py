"""Who is there: decided by the lines that live on the server, never by a timer in a browser.

A person is present while a reader lives, and for a short time after a poll was answered or a
command came, so that coming back for the next poll is not an absence. This is memory only; what it
leads to (`LoseLine`, `RestoreLine`) is what the desk knows and the log keeps.
"""

from frontdesk.desk.ids import PersonId

# From the end of a reader until the next one: a reload, a slow phone, a change of transport takes
# up to ten seconds. With the time in which a dead line is noticed it must stay below 30.
GRACE_MS = 12_000

# After a command, an identify, or a restart: time enough to begin to listen.
ALIVE_MS = 30_000


class Presence:
    """The lines of one desk."""

    def __init__(self) -> None:
        self._readers: dict[PersonId, int] = {}
        self._lapses: dict[PersonId, int] = {}

    def opened(self, person: PersonId) -> None:
        """A reader of this person lives."""
        self._readers[person] = self._readers.get(person, 0) + 1
        self._lapses.pop(person, None)

    def closed(self, person: PersonId, now_ms: int, *, goodbye: bool = False) -> None:
        """A reader of this person has ended; with a goodbye, nobody has to wait for another."""
        left = self._readers.get(person, 0) - 1
        if left > 0:
            self._readers[person] = left
            return
        self._readers.pop(person, None)
        if goodbye:
            self._lapses[person] = now_ms
            return
        self._lapses[person] = max(now_ms + GRACE_MS, self._lapses.get(person, 0))

    def seen(self, person: PersonId, now_ms: int) -> None:
        """A sign of life that is no reader."""
        if person not in self._readers:
            self._lapses[person] = max(now_ms + ALIVE_MS, self._lapses.get(person, 0))

    def readers(self, person: PersonId) -> int:
        """How many readers this person has."""
        return self._readers.get(person, 0)

    def alive(self, person: PersonId) -> bool:
        """Whether this person is there, or was so recently that it counts."""
        return person in self._readers or person in self._lapses

    def next_lapse(self) -> int | None:
        """When the next person will have been silent for too long; None: nobody."""
        return min(self._lapses.values(), default=None)

    def lapsed(self, now_ms: int) -> list[PersonId]:
        """Who has been silent for too long. Each is named once."""
        gone = [person for person, at in self._lapses.items() if at <= now_ms]
        for person in gone:
            del self._lapses[person]
        return gone
