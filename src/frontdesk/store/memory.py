"""The store that forgets: everything in dictionaries, for `serve --memory` and for tests.

It keeps every promise of the port but one: nothing survives the end of the process. It must never
be where a rule of the other stores is tried out first; what holds for one holds for all.
"""

import secrets
from collections.abc import Sequence
from itertools import islice

from msgspec.structs import replace

from frontdesk.desk import checkpoint
from frontdesk.desk.audience import Mark, Tell, room_mark, script
from frontdesk.desk.ended import EndedRoom
from frontdesk.desk.entries import (
    Entry,
    PersonAdded,
    PersonChanged,
    PersonErased,
)
from frontdesk.desk.ids import MAIN, DeskId, PersonId, RoomId
from frontdesk.desk.reading import is_same_guest
from frontdesk.desk.retention import Old
from frontdesk.desk.state import State
from frontdesk.engine.ports import (
    Account,
    Appended,
    Audited,
    AuditRow,
    Backlog,
    Batch,
    Condition,
    GuestRecord,
    Head,
    Hearing,
    InviteEnd,
    InviteGood,
    InviteRow,
    Kept,
    KeyRow,
    OtherSessionsEnd,
    Outcome,
    PasswordIs,
    PasswordRow,
    Past,
    PastRoom,
    Purged,
    Replay,
    Row,
    SessionEnd,
    SessionGood,
    SessionRow,
    SessionUsed,
    Size,
    Sought,
    Wanted,
)
from frontdesk.feed.position import Place
from frontdesk.store import browsing, codec, memory_log, memory_purging, past
from frontdesk.store.forgetting import snapshot_without
from frontdesk.store.keeping import (
    AUDIT_KEPT_MS,
    INVITE_KEPT_MS,
    KEY_KEPT_MS,
    SESSION_KEPT_MS,
)
from frontdesk.store.looking import gather, window
from frontdesk.store.memory_log import DeskLog
from frontdesk.store.weighing import Key, keys_of, weigh_all
from frontdesk.store.words import known_name


class MemoryStore:
    """A `frontdesk.engine.ports.Store` whose memory ends with the process."""

    def __init__(self) -> None:
        self._desks: dict[DeskId, DeskLog] = {}
        self._keys: dict[Key, KeyRow] = {}
        self._sessions: dict[bytes, SessionRow] = {}
        self._ended: set[bytes] = set()
        self._passwords: dict[PersonId, str] = {}
        self._invites: dict[bytes, InviteRow] = {}
        self._audit: dict[int, AuditRow] = {}
        self._accounts: dict[PersonId, Account] = {}
        self._beat: int | None = None

    # --- the log ----------------------------------------------------------------------------

    async def open(self, desk: DeskId) -> Head:
        """Where the desk's log stands; a desk that was never there begins, empty."""
        kept = self._desks.setdefault(desk, DeskLog(secrets.token_hex(4)))
        return Head(kept.epoch, kept.head)

    async def desks(self) -> list[DeskId]:
        """All desks at which something has happened, in order of name."""
        return sorted(id for id, desk in self._desks.items() if desk.head)

    async def commit(self, batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
        """Keep what can be kept; an outcome for each batch."""
        heads = {desk: kept.head for desk, kept in self._desks.items()}
        taken = {key for batch in batches for key in keys_of(batch) if key in self._keys}
        outcomes = weigh_all(batches, heads, taken, self._holds, together=together)
        for batch, outcome in zip(batches, outcomes, strict=True):
            if isinstance(outcome, Appended):
                self._write(batch)
        return outcomes

    def _holds(self, condition: Condition) -> bool:
        match condition:
            case PasswordIs(person, password_hash):
                return self._passwords.get(person) == password_hash
            case InviteGood(token_hash):
                link = self._invites.get(token_hash)
                return link is not None and not link.ended
            case SessionGood(token_hash):
                return token_hash in self._sessions and token_hash not in self._ended

    def _write(self, batch: Batch) -> None:
        for entry in batch.entries:
            desk = self._desks[batch.desk]
            marks = tuple(step.mark for step in script(entry) if isinstance(step, Tell))
            desk.head += 1
            kept = desk.log[desk.head] = Kept(desk.head, batch.id, entry, marks)
            memory_log.index(desk, kept)
            if batch.desk == MAIN:
                self._note_account(entry)
        for row in batch.rows:
            self._write_row(row)
        for entry in batch.entries:
            if isinstance(entry, PersonErased):
                self._erase(batch.desk, entry.person)

    def _erase(self, desk: DeskId, person: PersonId) -> None:
        """Forget a guest's values, the texts of their rooms, their sessions and their keys."""
        kept = self._desks[desk]
        found = kept.guests.get(person)
        if found is None:
            return
        rooms = {one.room for one in found.rooms}
        kept.guests[person] = replace(found, guest=codec.erased(person), erased=True)
        for offset, one in kept.log.items():
            kept.log[offset] = memory_log.without(one, person, rooms)
        for room in rooms & kept.messages.keys():
            kept.messages[room] = [kept.log[one.offset] for one in kept.messages[room]]
        if kept.checkpoint is not None:
            version, snapshot = kept.checkpoint
            kept.checkpoint = (version, snapshot_without(snapshot, person))
        self._ended |= {one.token_hash for one in self._of(person)}
        arrivals = {f"identify:{desk}", f"leave_message:{desk}"}
        for place, row in list(self._keys.items()):
            if row.scope == person or (row.scope in arrivals and row.room in rooms):
                del self._keys[place]

    def _note_account(self, entry: Entry) -> None:
        match entry:
            case PersonAdded():
                who = entry.person
                self._accounts[who.id] = Account(who.id, who.user, entry.role, False, None)
            case PersonChanged() if entry.person.id in self._accounts:
                self._accounts[entry.person.id] = replace(
                    self._accounts[entry.person.id], role=entry.role, disabled=entry.disabled
                )

    def _write_row(self, row: Row) -> None:
        match row:
            case KeyRow():
                self._keys[row.scope, row.key] = row
            case SessionRow():
                self._sessions.setdefault(row.token_hash, row)
            case SessionEnd(token_hash=None):
                self._ended |= {one.token_hash for one in self._of(row.person)}
            case SessionEnd():
                self._ended |= {
                    one.token_hash
                    for one in self._of(row.person)
                    if one.token_hash == row.token_hash
                }
            case OtherSessionsEnd():
                self._ended |= {
                    one.token_hash
                    for one in self._of(row.person)
                    if one.kind != "token" and one.token_hash != row.token_hash
                }
            case SessionUsed():
                if (used := self._sessions.get(row.token_hash)) is not None:
                    self._sessions[row.token_hash] = replace(used, used_ms=row.at_ms)
            case PasswordRow():
                self._passwords[row.person] = row.password_hash
            case InviteRow():
                self._end_invites(row.person)
                self._invites.setdefault(row.token_hash, row)
            case InviteEnd():
                self._end_invites(row.person)
            case AuditRow():
                self._audit[max(self._audit, default=0) + 1] = row

    def _end_invites(self, person: PersonId) -> None:
        for token_hash, one in self._invites.items():
            if one.person == person:
                self._invites[token_hash] = replace(one, ended=True)

    async def read(self, desk: DeskId, after: int, limit: int) -> list[Kept]:
        """The log behind offset `after`, oldest first, at most `limit` entries."""
        kept = self._desks[desk]
        return list(islice(kept.between(after + 1, kept.head), limit))

    async def replay(
        self, desk: DeskId, person: PersonId, marks: Sequence[Mark], since: Place, limit: int
    ) -> Replay:
        """What may hold something for this reader behind `since`: a bounded look at the log."""
        log = self._desks[desk]
        low, high = window(since, log.head)
        hearings = await self.hearings(desk, person, since)
        found = []
        for kept in log.between(low, high):
            rooms = {
                room_mark(one.room)
                for one in hearings
                if one.start.offset <= kept.offset
                and (one.end is None or kept.offset <= one.end.offset)
            }
            if not rooms.isdisjoint(kept.marks) or not set(marks).isdisjoint(kept.marks):
                found.append(kept)
        through = log.head if high < low else high
        if len(found) > limit:
            found = found[:limit]
            through = found[-1].offset if found else low - 1
        return gather(found, hearings, marks, since, through, log.kept_from)

    async def hearings(self, desk: DeskId, person: PersonId, since: Place) -> list[Hearing]:
        """The rooms that this person heard at any place behind `since`, in order of start."""
        mine = self._desks[desk].hearings.get(person, [])
        return [one for one in mine if one.end is None or one.end > since]

    async def kept_from(self, desk: DeskId) -> int:
        """The first offset that the log still holds; 1 while it is whole."""
        return self._desks[desk].kept_from

    async def backlog(
        self, desk: DeskId, room: RoomId, before: Place | None, limit: int
    ) -> Backlog:
        """The last messages of a room before a place; None: before now."""
        kept = self._desks[desk]
        sent = kept.messages.get(room, [])
        end = past.end_of(before)
        told = [past.message(kept.epoch, one) for one in sent if one.offset < end]
        return Backlog(tuple(told[max(len(told) - limit, 0) :]), len(told) > limit)

    # --- checkpoints ------------------------------------------------------------------------

    async def save_checkpoint(self, state: State) -> None:
        """Keep this state, so that a start need not read the whole log."""
        desk = self._desks[state.id]
        before = desk.checkpoint
        same_version = before is not None and before[0] == checkpoint.VERSION
        if not (same_version and before is not None and before[1].offset > state.offset):
            desk.checkpoint = (checkpoint.VERSION, checkpoint.dump(state))

    async def load_checkpoint(self, desk: DeskId) -> State | None:
        """The last checkpoint that this version wrote; None if there is none."""
        kept = self._desks[desk].checkpoint if desk in self._desks else None
        if kept is None or kept[0] != checkpoint.VERSION:
            return None
        return checkpoint.load(kept[1])

    # --- keys, sessions, accounts -----------------------------------------------------------

    async def find_key(self, scope: str, key: str) -> KeyRow | None:
        """What was done under this key; None if nothing was."""
        return self._keys.get((scope, key))

    def _of(self, person: PersonId) -> list[SessionRow]:
        return [
            row
            for row in self._sessions.values()
            if row.person == person and row.token_hash not in self._ended
        ]

    async def session(self, token_hash: bytes) -> SessionRow | None:
        """The session of this token; None if there is none or it has ended."""
        return None if token_hash in self._ended else self._sessions.get(token_hash)

    async def count_sessions(self, person: PersonId, since_ms: int) -> int:
        """How many sessions this person has that began at or after this time; no API tokens."""
        mine = self._of(person)
        return sum(row.kind != "token" and row.at_ms >= since_ms for row in mine)

    async def tokens(self, person: PersonId | None) -> list[SessionRow]:
        """The API tokens of a person, or of everybody (None), that have not ended; by age."""
        found = [
            row
            for row in self._sessions.values()
            if row.kind == "token" and row.token_hash not in self._ended
            if person is None or row.person == person
        ]
        return sorted(found, key=lambda row: (row.at_ms, row.token_hash))

    async def invite(self, token_hash: bytes) -> InviteRow | None:
        """The link of this secret, also one that has ended; None if there never was one."""
        return self._invites.get(token_hash)

    async def audit(
        self, desk: DeskId, before: int | None, limit: int, *, shared: bool
    ) -> list[Audited]:
        """The audit trail of a desk, newest first, from before the row of this id."""
        names = {one.person: one.user for one in self._accounts.values()}
        found = [
            Audited(
                number,
                row.at_ms,
                names.get(row.by) if row.by is not None else None,
                row.what,
                row.about,
                row.detail,
            )
            for number, row in self._audit.items()
            if row.desk == desk or (shared and row.desk is None)
            if before is None or number < before
        ]
        return found[::-1][:limit]

    async def account(self, user: str) -> Account | None:
        """The account of exactly this name."""
        found = (one for one in self._accounts.values() if one.user == user)
        return next((self._with_rows(one) for one in found), None)

    async def accounts(self) -> list[Account]:
        """All accounts, in order of name."""
        found = [self._with_rows(one) for one in self._accounts.values()]
        return sorted(found, key=lambda one: (one.user, one.person))

    def _with_rows(self, account: Account) -> Account:
        person = account.person
        mine = (one for one in self._invites.values() if one.person == person and not one.ended)
        return replace(
            account,
            password_hash=self._passwords.get(person),
            invited_until_ms=max((one.until_ms for one in mine), default=None),
        )

    async def guest(self, desk: DeskId, person: PersonId) -> GuestRecord | None:
        """What is known of this guest of the desk; None if there never was one."""
        return self._desks[desk].guests.get(person)

    async def guests_named(self, desk: DeskId, user: str, limit: int) -> list[GuestRecord]:
        """The guests of the desk who had exactly this name, the last first, at most `limit`."""
        found = [
            one
            for one in self._desks[desk].guests.values()
            if one.guest.user == user and not one.erased
        ]
        return sorted(found, key=lambda one: (-one.created_ms, one.guest.id))[:limit]

    async def guests_sought(self, desk: DeskId, sought: Sought, limit: int) -> list[GuestRecord]:
        """The guests of the desk who are sought, at most `limit`."""
        every = self._desks[desk].guests.values()
        found = [one for one in every if not one.erased and browsing.is_sought(one.guest, sought)]
        if sought.sub is not None:
            return sorted(found, key=lambda one: (one.created_ms, one.guest.id))[::-1][:limit]
        found.sort(key=lambda one: (known_name(one.guest.user), -one.created_ms, one.guest.id))
        return found[:limit]

    async def conversation(self, desk: DeskId, room: RoomId, after: int, limit: int) -> list[Kept]:
        """What was heard in a room, by any part of an entry, behind offset `after`, in order."""
        kept = self._desks[desk]
        heard = (one for one in kept.between(after + 1, kept.head) if room_mark(room) in one.marks)
        return list(islice(heard, limit))

    async def ended_room(self, desk: DeskId, room: RoomId) -> EndedRoom | None:
        """What is known of a room that is over; None if there is none, or it is not over."""
        kept = self._desks[desk]
        if room not in kept.ended:
            return None
        ended_ms, guest = kept.ended[room]
        profile = kept.guests[guest].guest if guest is not None else None
        helped = kept.helped.get(room)
        agent = helped[-1].id if helped else None
        return EndedRoom(room, ended_ms, profile, agent, len(await self.ratings(desk, room)))

    async def ratings(self, desk: DeskId, room: RoomId) -> list[Kept]:
        """The ratings of a room, the last one at the end."""
        kept = self._desks[desk]
        return [kept.log[offset] for offset in kept.ratings.get(room, ())]

    # --- looking back -----------------------------------------------------------------------

    async def history(self, desk: DeskId, wanted: Wanted, before: int | None, limit: int) -> Past:
        """Guests' rooms that were opened before an offset, the last opened first."""
        kept = self._desks[desk]
        rooms = (memory_log.past_room(kept, room) for room in reversed(kept.opened))
        return browsing.history(rooms, kept.messages, wanted, before, limit)

    async def past_room(self, desk: DeskId, room: RoomId) -> PastRoom | None:
        """This guest's room, open or over; None if the desk never had it."""
        kept = self._desks[desk]
        return memory_log.past_room(kept, room) if room in kept.opened else None

    async def earlier(self, desk: DeskId, room: RoomId, limit: int) -> list[PastRoom]:
        """Rooms that this room's guest had before it, the last first."""
        kept = self._desks[desk]
        if room not in kept.opened:
            return []
        this = memory_log.past_room(kept, room)
        before = (memory_log.past_room(kept, other) for other in reversed(kept.opened))
        found = [
            one
            for one in before
            if one.opened < this.opened and is_same_guest(one.guest, this.guest)
        ]
        return found[:limit]

    async def index(self, desk: DeskId, limit: int) -> bool:
        """There is no index: every text is looked at each time."""
        return False

    async def scrub(self) -> bool:
        """Nothing is left: what is overwritten in memory is nowhere else."""
        return True

    # --- the rest ---------------------------------------------------------------------------

    async def beat(self, at_ms: int) -> None:
        """Remember that the server was alive at this time."""
        self._beat = at_ms

    async def last_beat(self) -> int | None:
        """When the server was last known to be alive; None if it never was."""
        return self._beat

    async def size(self) -> Size:
        """Nothing is on a disk."""
        return Size(0, 0)

    async def tidy(self, now_ms: int) -> None:
        """Drop what nobody needs any more."""
        for place, row in list(self._keys.items()):
            desk = self._desks.get(row.desk)
            still_open = desk is not None and row.room in desk.open_rooms
            if row.at_ms <= now_ms - KEY_KEPT_MS and not still_open:
                del self._keys[place]
        for token_hash, session in list(self._sessions.items()):
            over = session.kind == "agent" or token_hash in self._ended
            if over and session.at_ms < now_ms - SESSION_KEPT_MS:
                self._drop_session(token_hash)
        for token_hash, invite in list(self._invites.items()):
            if invite.until_ms < now_ms - INVITE_KEPT_MS:
                del self._invites[token_hash]
        for number, done in list(self._audit.items()):
            if done.at_ms < now_ms - AUDIT_KEPT_MS:
                del self._audit[number]

    def _drop_session(self, token_hash: bytes) -> None:
        del self._sessions[token_hash]
        self._ended.discard(token_hash)

    async def purge(self, desk: DeskId, old: Old) -> Purged:
        """Take what is old out of the log."""
        kept = self._desks[desk]
        ours = kept.checkpoint is not None and kept.checkpoint[0] == checkpoint.VERSION
        checkpointed = kept.checkpoint[1].offset if kept.checkpoint is not None and ours else 0
        for guest in memory_purging.purge(kept, old, checkpointed):
            for token_hash in [row.token_hash for row in self._of(guest)]:
                self._drop_session(token_hash)
            self._keys = {place: row for place, row in self._keys.items() if row.scope != guest}
        return Purged(kept.kept_from, more=False)

    async def changed(self) -> bool:
        """Nobody else can have committed."""
        return False

    async def close(self) -> None:
        """There is nothing to let go of."""
