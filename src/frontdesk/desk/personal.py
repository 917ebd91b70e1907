"""What belongs to a person and can be erased: names, what a guest gave, texts.

The store keeps these values apart from the log, in rows of their own, and joins them back on
reading. They are plain classes, not structs, so that no encoder writes them out by accident:
whoever encodes an entry has to say what becomes of each.
"""

from collections.abc import Mapping

from frontdesk.desk.ids import PersonId

# How much of the id tells two erased people apart for those who read an old conversation.
ERASED_ID_CHARS = 6


def tombstone(person: PersonId) -> str:
    """What is read where the name of somebody stood who was erased."""
    return f"erased-{person[-ERASED_ID_CHARS:]}"


class Who:
    """A person and the label that people see for them."""

    __slots__ = ("id", "user")

    def __init__(self, id: PersonId, user: str) -> None:
        self.id = id
        self.user = user

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Who) and (self.id, self.user) == (other.id, other.user)

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"Who({self.id!r}, {self.user!r})"


class Vouched:
    """What a site says of a guest, and has signed: who that is to the site, and an address."""

    __slots__ = ("email", "sub")

    def __init__(self, sub: str, email: str | None = None) -> None:
        self.sub = sub
        self.email = email

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vouched) and (self.sub, self.email) == (other.sub, other.email)

    def __hash__(self) -> int:
        return hash(self.sub)

    def __repr__(self) -> str:
        return f"Vouched({self.sub!r})"


class Profile:
    """A guest: the label, the question, what else was given at identify, and who vouches."""

    __slots__ = ("id", "info", "topic", "user", "vouched")

    def __init__(
        self,
        id: PersonId,
        user: str,
        topic: str,
        info: Mapping[str, str],
        vouched: Vouched | None = None,
    ) -> None:
        self.id = id
        self.user = user
        self.topic = topic
        self.info = info
        self.vouched = vouched

    @property
    def who(self) -> Who:
        """The guest without what was given."""
        return Who(self.id, self.user)

    def _fields(self) -> tuple[PersonId, str, str, dict[str, str], Vouched | None]:
        return (self.id, self.user, self.topic, dict(self.info), self.vouched)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"Profile({self.id!r}, {self.user!r}, {self.topic!r})"


class Text:
    """What somebody wrote: Markdown source with no HTML in it."""

    __slots__ = ("body",)

    def __init__(self, body: str) -> None:
        self.body = body

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.body == other.body

    def __hash__(self) -> int:
        return hash(self.body)

    def __repr__(self) -> str:
        return f"Text({self.body!r})"
