"""The log of a seed, walked once from its beginning, and what it says of feeds and answers."""

import json
from collections import Counter
from typing import Any

from frontdesk.desk.audience import AGENTS, ALL, Mark, person_mark
from frontdesk.desk.desk import apply
from frontdesk.desk.entries import (
    Entry,
    GroupEnded,
    GroupOpened,
    GuestQueued,
    GuestReleased,
    GuestRequeued,
    GuestTaken,
    GuestTransferred,
    MemberJoined,
    MemberLeft,
    MessagePosted,
    PersonErased,
    RoomEnded,
    RoomRated,
)
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.desk.state import State
from frontdesk.feed.hearing import may_hear
from frontdesk.feed.kept import Kept, lines
from frontdesk.feed.position import Place, after_entry, parse
from frontdesk.web.codec import line_for
from tests.simulation.ear import Ear
from tests.simulation.people import STAFF
from tests.simulation.town import Call, Json, Town

# What each command leaves in the log, if it changes anything.
LEAVES: dict[str, tuple[type[Any], ...]] = {
    "identify": (GuestQueued,),
    "queue": (GuestRequeued,),
    "leave_queue": (RoomEnded,),
    "assist": (GuestTaken,),
    "message": (MessagePosted,),
    "direct_message": (MessagePosted,),
    "transfer": (GuestTransferred, GuestTaken),
    "end": (RoomEnded, GroupEnded),
    "rate": (RoomRated,),
    "leave": (GuestReleased, MemberLeft),
    "join": (MemberJoined,),
    "create": (GroupOpened,),
}

# Those that may find that it is so already.
NOTHING = {"queue", "transfer"}


# Seconds that news may be on its way while it is calm.
ON_ITS_WAY_S = 1.0


class Book:
    """The log of the desk, and what it says of what people have heard and were answered."""

    def __init__(self, town: Town, log: list[Kept]) -> None:
        self.town = town
        self.log = log
        self.lines = [line for kept in log for line in lines(kept)]
        self.erased = any(isinstance(one.entry, PersonErased) for one in log)
        # The last entry of which everybody has had time to hear; what came since is on its way.
        now = town.world.now
        told = (offset for at, offset in town.disk.appends if at < now - ON_ITS_WAY_S)
        self.settled = max(told, default=0)
        self.by_user: dict[str, PersonId] = {}
        # Where guests waited, by name: from which offset on, and not.
        self.waits: dict[str, list[tuple[int, bool]]] = {}
        # By offset, who was next before it: the smallest ticket of those who were there.
        self.next: dict[int, PersonId | None] = {}

    def found(self, what: str) -> None:
        """A promise is broken."""
        self.town.world.found(what)

    def walk(self) -> None:
        """From its beginning: nobody has two agents, and the server knows what the log says."""
        state = State(MAIN)
        for kept in self.log:
            if kept.offset != state.offset + 1:
                self.found(f"entry {kept.offset} after {state.offset}")
            self._step(state, kept)
        process = self.town.process
        live = process.engine.live(MAIN) if process is not None else None
        if live is None or live.state != state:
            self.found("the server's desk is not what its log says")

    def _step(self, state: State, kept: Kept) -> None:
        entry = kept.entry
        there = (
            (ticket, id)
            for id, ticket in state.waiting.items()
            if state.guests[id].absent_since_ms is None
        )
        self.next[kept.offset] = min(there, default=(0, None))[1]
        if isinstance(entry, GuestTaken) and entry.guest.id not in state.waiting:
            self.found(f"{kept.offset}: {entry.guest.user} was taken, and did not wait")
        try:
            apply(state, entry)
        except Exception as error:
            return self.found(f"{kept.offset}: {error!r} of {entry}")
        if isinstance(entry, GuestQueued):
            self.by_user[entry.guest.user] = entry.guest.id
        helped = Counter(room for agent in state.agents.values() for room in agent.rooms)
        for room, agents in helped.items():
            if agents > 1:
                self.found(f"{kept.offset}: {agents} agents have {room}")
        self._note_waiting(state, kept.offset)

    def _note_waiting(self, state: State, offset: int) -> None:
        for id, guest in state.guests.items():
            told = self.waits.setdefault(guest.profile.user, [(0, False)])
            if told[-1][1] != (id in state.waiting):
                told.append((offset, id in state.waiting))

    # --- feeds --------------------------------------------------------------------------------

    def person(self, who: str) -> PersonId | None:
        """The person of this name."""
        return PersonId(f"agent-{who.lower()}") if who in STAFF else self.by_user.get(who)

    async def heard(self, ear: Ear) -> None:
        """That this feed is what its marks entitle it to, from its beginning to its end."""
        person = ear.person
        marks: frozenset[Mark] = frozenset({ALL, person_mark(person)})
        if ear.who in STAFF:
            marks |= {AGENTS}
        hearings = await self.town.disk.platter.hearings(MAIN, person, Place(0, 0))
        epoch = ear.began.partition(".")[0]
        end = ear.end if not ear.listens else max(ear.end, after_entry(self.settled))
        due = [
            json.loads(line_for(line, epoch, person))
            for line in self.lines
            if ear.start < line.place <= end and may_hear(line, marks, hearings)
        ]
        heard, due = ([plain(one, self.erased) for one in all] for all in (ear.facts, due))
        if heard != due:
            missed = [one for one in due if one not in heard]
            more = [one for one in heard if one not in due]
            self.found(f"{ear.who} from {ear.began}: missed {missed[:3]}, and heard {more[:3]}")

    # --- answers ------------------------------------------------------------------------------

    async def acknowledged(self) -> None:
        """That what was answered is in the log, once, and what was refused is not."""
        texts = Counter(
            kept.entry.text.body for kept in self.log if isinstance(kept.entry, MessagePosted)
        )
        for call in self.town.calls:
            self._answers_agree(call)
            body = call.args.get("body")
            if body is not None and texts[body] > 1:
                self.found(f"said once, stored {texts[body]} times: {call}")
            if call.answers:
                await self._done(call)
            elif body is not None and texts[body] and call.attempts == call.answered:
                self.found(f"refused and stored: {call}")
            elif call.refusal == "not_waiting" and call.do == "assist":
                self._did_not_wait(call)
            if call.refusal:
                await self._done_before(call)
        self._in_order()

    def _answers_agree(self, call: Call) -> None:
        bare = [
            {name: value for name, value in one.items() if name not in ("replayed", "backlog")}
            for one in call.answers
        ]
        if any(one != bare[0] for one in bare) and not self.erased:
            self.found(f"one key, several answers: {call}")

    async def _done(self, call: Call) -> None:
        person = self.person(call.answers[0].get("user", call.who))
        scope = "identify:main" if call.do == "identify" else person
        row = await self.town.disk.platter.find_key(scope or "", call.key)
        if row is None:
            if not self.erased:
                self.found(f"answered, and its key is not known: {call}")
            return
        entries = [one.entry for one in self.log[row.first - 1 : row.first - 1 + row.count]]
        if len(entries) != row.count:
            self.found(f"answered, and not in the log: {call}")
        leaves = LEAVES.get(call.do)
        mine = [one for one in entries if leaves is not None and isinstance(one, leaves)]
        if len(mine) != 1 and leaves is not None and (entries or call.do not in NOTHING):
            self.found(f"answered, and the log has {entries}: {call}")
        if call.do == "assist" and call.args["guest"] is None:
            taken = mine[0].guest.id if mine else None
            offset = row.first + entries.index(mine[0]) if mine else 0
            if taken != self.next.get(offset):
                self.found(f"{self.next.get(offset)} was next at {offset}: {call}")
        for entry in mine:
            self._mine(call, entry, person)

    def _mine(self, call: Call, entry: Entry, person: PersonId | None) -> None:
        match entry:
            case MessagePosted():
                right = (entry.author.id, entry.key) == (person, call.key)
                right = right and (self.erased or entry.text.body == call.args["body"])
            case GuestTaken() if call.do == "assist":
                right = entry.agent.id == person
                right = right and call.args["guest"] in (None, entry.guest.user) or self.erased
            case GuestTransferred():
                right = entry.to_agent.user == call.args["agent"]
            case _:
                right = True
        if not right:
            self.found(f"answered, and the log has {entry}: {call}")

    async def _done_before(self, call: Call) -> None:
        """Whoever asks again under a key with which it was done is not refused."""
        scope = "identify:main" if call.do == "identify" else self.person(call.who)
        row = await self.town.disk.platter.find_key(scope or "", call.key)
        if row is None or not row.count or call.refusal in ("too_fast", "overloaded"):
            return
        if self.town.disk.appended_at(row.first) < call.refused_at:
            self.found(f"refused what had been done at {row.first}: {call}")

    def _did_not_wait(self, call: Call) -> None:
        """Somebody was told that a guest did not wait: so it was at some time in between."""
        assert call.ended is not None, "a refusal is an answer"
        told = self.waits.get(call.args["guest"], [(0, False)])
        first = max((offset for at, offset in self.town.disk.appends if at < call.began), default=0)
        last = max((offset for at, offset in self.town.disk.appends if at < call.ended), default=0)
        so = [waits for offset, waits in told if offset <= first][-1:]
        so += [waits for offset, waits in told if first < offset <= last]
        if all(so) and not self.erased:
            self.found(f"waited all the while, from {first} to {last}: {call}")

    def _in_order(self) -> None:
        """What was asked after an answer had come stands behind it in the log."""
        done = [
            (call.ended, parse(call.answers[0]["id"]), call)
            for call in self.town.calls
            if call.answers and call.ended is not None and "id" in call.answers[0]
        ]
        done.sort(key=lambda one: one[0])
        begun, highest, ahead = sorted(done, key=lambda one: one[2].began), Place(0, 0), 0
        for _, position, call in begun:
            while ahead < len(done) and done[ahead][0] < call.began:
                answered = done[ahead][1]
                assert answered is not None, "an answer's id is one"
                highest = max(highest, answered.place)
                ahead += 1
            if position is None or position.place < highest:
                self.found(f"asked after {highest} was answered: {call}")


def plain(event: Json, erased: bool) -> Json:
    """What is compared of an event: all but the backlog; where somebody was erased, its place."""
    if erased:
        return {"id": event["id"], "type": event["type"]}
    return {name: value for name, value in event.items() if name not in ("backlog", "more")}
