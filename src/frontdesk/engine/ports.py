"""The seams: what the engine needs of a store and a clock, and what they promise.

Each is cut at the level of what the engine means (commit, replay), not of SQL or sockets, and each
has one class of contract tests that every implementation passes (`tests/contracts/`).
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from frontdesk.desk.audience import Mark
from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.entries import Entry
from frontdesk.desk.events import PastMessage
from frontdesk.desk.ids import DeskId, PersonId, RoomId
from frontdesk.desk.personal import Profile
from frontdesk.desk.state import State
from frontdesk.engine.conditions import Condition as Condition
from frontdesk.engine.conditions import InviteGood as InviteGood
from frontdesk.engine.conditions import PasswordIs as PasswordIs
from frontdesk.engine.conditions import SessionGood as SessionGood
from frontdesk.engine.past import History as History
from frontdesk.engine.past import Past as Past
from frontdesk.engine.past import PastRoom as PastRoom
from frontdesk.engine.past import Sought as Sought
from frontdesk.engine.past import Wanted as Wanted
from frontdesk.engine.purged import Purged as Purged
from frontdesk.engine.purged import Purges as Purges
from frontdesk.feed.hearing import Hearing as Hearing
from frontdesk.feed.kept import Kept as Kept
from frontdesk.feed.position import Place


class Head(Struct, frozen=True):
    """Where a desk's log stands: its epoch (8 hex digits) and the offset of its last entry."""

    epoch: str
    offset: int


# What the audit trail tells of.
What = Literal[
    "setting_changed",
    "account_added",
    "role_changed",
    "desks_changed",
    "account_disabled",
    "account_enabled",
    "invited",
    "invite_accepted",
    "password_changed",
    "token_added",
    "token_ended",
    "desk_added",
    "guest_erased",
    "key_made",
    "key_ended",
]


# --- rows that stand or fall with the entries they come with ------------------------------------


class KeyRow(Struct, frozen=True):
    """A command that was carried out under an idempotency key (protocol §7).

    The answer is made again from the entries `first` to `first + count - 1`, so it is the same.
    `scope` is who sent it: a person's id, or `identify:<desk>`. `command` names the command.
    """

    scope: str
    key: str
    desk: DeskId
    command: str
    first: int
    count: int
    room: RoomId | None
    at_ms: int


class SessionRow(Struct, frozen=True):
    """A way to be known: a guest's token, an agent's session, or an API token.

    Only the SHA-256 of the token is kept. `began` maps a desk to the id from which this session
    listens when it does not say. `label` is an API token's name, and `used_ms` about when it was
    last used. A session row whose `token_hash` exists already stays as it was.
    """

    token_hash: bytes
    person: PersonId
    kind: Literal["guest", "agent", "token"]
    at_ms: int
    began: dict[DeskId, str] = {}
    label: str = ""
    used_ms: int | None = None


class SessionEnd(Struct, frozen=True):
    """Sign-out of one session (`token_hash`), or of all that a person has (None)."""

    person: PersonId
    token_hash: bytes | None = None


class OtherSessionsEnd(Struct, frozen=True):
    """Sign-out of all sessions that a person has, but this one. API tokens stay."""

    person: PersonId
    token_hash: bytes


class SessionUsed(Struct, frozen=True):
    """An API token was used at about this time."""

    token_hash: bytes
    at_ms: int


class PasswordRow(Struct, frozen=True):
    """An account's password, as an Argon2id hash. Replaces an earlier one."""

    person: PersonId
    password_hash: str


class InviteRow(Struct, frozen=True):
    """A one-time link with which somebody chooses a password, good until a time.

    Only the SHA-256 of its secret is kept. Earlier ones of that person end by it; it stays once it
    has ended, so that it cannot begin again.
    """

    token_hash: bytes
    person: PersonId
    until_ms: int
    ended: bool = False


class InviteEnd(Struct, frozen=True):
    """The end of every link of a person."""

    person: PersonId


class AuditRow(Struct, frozen=True):
    """What somebody has changed who may change things, for those who look later.

    `desk` is None for what all desks share, and `by` for an operator. `about` is the name of an
    account, a desk, a setting or an erased guest; never a guest's own, and `detail` no secret.
    """

    desk: DeskId | None
    at_ms: int
    by: PersonId | None
    what: What
    about: str
    detail: dict[str, bool | int | str] = {}


Row = (
    KeyRow
    | SessionRow
    | SessionEnd
    | OtherSessionsEnd
    | SessionUsed
    | PasswordRow
    | InviteRow
    | InviteEnd
    | AuditRow
    | Condition
)


# --- committing ---------------------------------------------------------------------------------


class Batch(Struct, frozen=True):
    """Entries of one desk that were decided on its log up to `after`, all or nothing.

    `id` is random and is kept with each entry: after an unknown outcome it tells whether the
    append had happened. A batch without entries still compares `after`, unless `after` is None:
    then its rows do not depend on the desk.
    """

    desk: DeskId
    after: int | None
    id: str
    entries: tuple[Entry, ...] = ()
    rows: tuple[Row, ...] = ()


class Appended(Struct, frozen=True):
    """The batch is durable. `last` is the offset of its last entry (or `after`, with none)."""

    last: int


class Conflict(Struct, frozen=True):
    """Nothing of the batch was written: the log has gone on, or a condition among the rows does not
    hold any more. Read, apply, decide again.
    """


class KeysTaken(Struct, frozen=True):
    """Nothing of the batch was written: these keys (scope, key) were used before."""

    keys: tuple[tuple[str, str], ...]


Outcome = Appended | Conflict | KeysTaken


class Unsure(Exception):
    """Whether the commit happened is not known. The same call may be made again."""


class Full(Exception):
    """There is no room to write. Nothing was written; what is there stays readable."""


class Held(Full):
    """Somebody else has kept the store from being written for too long. Nothing was written."""


class Unclean(Exception):
    """Traces of an erasure are left until somebody removes what is in the way; everything else
    goes on. The message says what to do, and names nobody and no folder.
    """


class Broken(Exception):
    """The store cannot be trusted any more (a failed fsync, a damaged file). End the process."""


# --- reading ------------------------------------------------------------------------------------


class Replay(Struct, frozen=True):
    """Entries that hold parts for a reader, oldest first, and how far was looked.

    Everything up to and including offset `through` has been looked at; nothing beyond it has.
    `hearings` are the reader's, as far as they touch what was looked at: which parts of an entry
    the reader may hear is for `frontdesk.feed.hearing` to say. `kept_from` is the first offset that
    the log held at that very moment: whoever stands before it has not got all of it.
    """

    kept: tuple[Kept, ...]
    hearings: tuple[Hearing, ...]
    through: int
    kept_from: int = 1


class Backlog(Struct, frozen=True):
    """Messages of a room, oldest first, and whether there are older ones."""

    messages: tuple[PastMessage, ...]
    more: bool


class Account(Struct, frozen=True):
    """An account as people who sign in and operators see it.

    `invited_until_ms` is until when its link is good that has not ended; it may have run out.
    """

    person: PersonId
    user: str
    role: str
    disabled: bool
    password_hash: str | None
    invited_until_ms: int | None = None


class Audited(Struct, frozen=True):
    """A row of the audit trail as it is read. `by` is a name, or None for an operator."""

    id: int
    at_ms: int
    by: str | None
    what: What
    about: str
    detail: dict[str, bool | int | str]


class GuestRoom(Struct, frozen=True):
    """A room that a guest had, or has: then `ended_ms` and `reason` are None."""

    room: RoomId
    opened_ms: int
    ended_ms: int | None
    reason: str | None


class GuestRecord(Struct, frozen=True):
    """A guest as the store knows them, also one whom the desk has forgotten.

    `rooms` are in the order in which they were opened; there is always one. Of whoever was
    `erased`, the values in `guest` are what is left.
    """

    guest: Profile
    created_ms: int
    erased: bool
    rooms: tuple[GuestRoom, ...]


class Size(Struct, frozen=True):
    """How large what is stored has become: the file, and the log that is not in it yet."""

    file_bytes: int
    wal_bytes: int


class Store(History, Purges, Protocol):
    """Remembers. All calls may be made at the same time, from one event loop.

    Promises: an `Appended` survives the end of the process and of power. Offsets of a desk have no
    gap and begin at 1; none is used again, whatever is no longer kept. Reading never blocks a
    commit. A call that fails for a reason other than those above is a fault.
    """

    async def open(self, desk: DeskId) -> Head:
        """Where the desk's log stands; a desk that was never there begins, empty."""
        ...

    async def desks(self) -> list[DeskId]:
        """All desks at which something has happened, in order of name."""
        ...

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        """Write what can be written, in one transaction and one fsync; an outcome for each batch.

        At most one batch a desk. Each batch is all or nothing; one that cannot be written does not
        undo another, unless they go `together`: then those that could be are a Conflict too.
        Compare-and-append: a batch is written only if its desk's log ends at `after`.

        Raises:
            Unsure, Full, Broken: as they say; for the whole call.
        """
        ...

    async def read(self, desk: DeskId, after: int, limit: int) -> list[Kept]:
        """The log behind offset `after`, oldest first, at most `limit` entries."""
        ...

    async def replay(
        self, desk: DeskId, person: PersonId, marks: Sequence[Mark], since: Place, limit: int
    ) -> Replay:
        """What may hold something for this reader behind `since`: a bounded look at the log.

        `marks` are those that hold for the reader's whole time; rooms are found by who heard them
        when. Looks at a bounded number of offsets and gives at most `limit` entries.
        """
        ...

    async def hearings(self, desk: DeskId, person: PersonId, since: Place) -> list[Hearing]:
        """The rooms that this person heard at any place behind `since`, in order of start."""
        ...

    async def kept_from(self, desk: DeskId) -> int:
        """The first offset that the log still holds; 1 while it is whole."""
        ...

    async def backlog(
        self, desk: DeskId, room: RoomId, before: Place | None, limit: int
    ) -> Backlog:
        """The last messages of a room before a place; None: before now."""
        ...

    async def save_checkpoint(self, state: State) -> None:
        """Keep this state, so that a start need not read the whole log."""
        ...

    async def load_checkpoint(self, desk: DeskId) -> State | None:
        """The last checkpoint that this version wrote, or an earlier one where the log is no longer
        whole; None if there is none.
        """
        ...

    async def find_key(self, scope: str, key: str) -> KeyRow | None:
        """What was done under this key; None if nothing was."""
        ...

    async def session(self, token_hash: bytes) -> SessionRow | None:
        """The session of this token; None if there is none or it has ended."""
        ...

    async def count_sessions(self, person: PersonId, since_ms: int) -> int:
        """How many sessions this person has that began at or after this time; no API tokens."""
        ...

    async def tokens(self, person: PersonId | None) -> list[SessionRow]:
        """The API tokens of a person, or of everybody (None), that have not ended; by age."""
        ...

    async def invite(self, token_hash: bytes) -> InviteRow | None:
        """The link of this secret, also one that has ended; None if there never was one."""
        ...

    async def audit(
        self, desk: DeskId, before: int | None, limit: int, *, shared: bool
    ) -> list[Audited]:
        """The audit trail of a desk, newest first, from before the row of this id.

        Args:
            shared: with what belongs to all desks.
        """
        ...

    async def account(self, user: str) -> Account | None:
        """The account of exactly this name."""
        ...

    async def accounts(self) -> list[Account]:
        """All accounts, in order of name."""
        ...

    async def guest(self, desk: DeskId, person: PersonId) -> GuestRecord | None:
        """What is known of this guest of the desk; None if there never was one."""
        ...

    async def guests_named(self, desk: DeskId, user: str, limit: int) -> list[GuestRecord]:
        """The guests of the desk who had exactly this name, the last first, at most `limit`."""
        ...

    async def guests_sought(self, desk: DeskId, sought: Sought, limit: int) -> list[GuestRecord]:
        """The guests of the desk who are sought, at most `limit`. With a `sub` the last first, else
        in the order of how names are known, of equal ones the last first.
        """
        ...

    async def ended_room(self, desk: DeskId, room: RoomId) -> EndedRoom | None:
        """What is known of a room that is over; None if there is none, or it is not over."""
        ...

    async def ratings(self, desk: DeskId, room: RoomId) -> list[Kept]:
        """The ratings of a room (`RoomRated`), the last one, which counts, at the end."""
        ...

    async def conversation(self, desk: DeskId, room: RoomId, after: int, limit: int) -> list[Kept]:
        """What was heard in a room, by any part of an entry, behind offset `after`, in order."""
        ...

    async def scrub(self) -> bool:
        """Remove from the disk what erasures have left there, which commits do not wait for.

        A commit with a `PersonErased` takes the values away for every reader. This takes them out
        of every byte that is kept: free space, logs of the store's own, copies it has made.

        Returns:
            Whether nothing is left. False: somebody still reads what was before; ask again.

        Raises:
            Full, Unclean, Broken: as they say. What is left is remembered.
        """
        ...

    async def beat(self, at_ms: int) -> None:
        """Remember that the server was alive at this time. Need not be durable at once."""
        ...

    async def last_beat(self) -> int | None:
        """When the server was last known to be alive; None if it never was."""
        ...

    async def size(self) -> Size:
        """How much room everything takes; zeros where nothing is kept on a disk."""
        ...

    async def changed(self) -> bool:
        """Whether somebody else (another process) has committed since the last call."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of everything."""
        ...


class Clock(Protocol):
    """What time it is, and how to be told later."""

    def now_ms(self) -> int:
        """Unix time in milliseconds. Never goes back, never jumps ahead of real time passed."""
        ...

    def wall_ms(self) -> int:
        """Unix time as the machine has it at this moment. It jumps when somebody sets it."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds since some moment, for durations."""
        ...

    async def sleep_until(self, at_ms: int) -> None:
        """Return when `now_ms` is at least this."""
        ...
