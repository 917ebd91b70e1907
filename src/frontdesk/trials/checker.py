"""Whether a recorded history keeps what the desk promises.

Nothing here talks to a server. `Truth` puts the log together again from what all readers heard;
every feed, answer and look is held against it. Each check is one pass.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator

from frontdesk.trials.history import Call, Feed, History, Json, Look, Place, place_of
from frontdesk.trials.truth import Finding, Truth

# Told but never stored, so without a place.
SIGNALS = frozenset({"queuepos", "noop", "welcome"})
BACKLOG = 50
# Behind everything.
LAST = Place(sys.maxsize, 0)


def check(history: History) -> list[Finding]:
    """Everything that is wrong with this history; nothing if all promises were kept."""
    return list(_check(history))


def _check(history: History) -> Iterator[Finding]:
    feeds = [Heard(feed) for feed in history.feeds]
    events: dict[Place, Json] = {}
    for feed in feeds:
        yield from feed.findings
        for place, event in feed.facts.items():
            if events.setdefault(place, event) != event:
                yield Finding("differs", f"{place}: {events[place]} and, to {feed.who}, {event}")
    truth = Truth(events, history)
    yield from truth.findings
    for feed in feeds:
        yield from _all_and_no_more(feed, truth)
        yield from _places_told(feed, truth, settled=history.settled)
        yield from _typing(feed, truth)
    for call in history.calls:
        yield from _answers(call, truth)
    yield from _own_words(history, truth)
    yield from _order_of_calls(history)
    acknowledged = _acknowledged(history)
    for look in history.looks:
        if look.what == "state":
            yield from _state(look, truth)
        else:
            yield from _messages(look, truth, acknowledged)
    yield from _nobody_vanished(history, truth)


# --- feeds --------------------------------------------------------------------------------------


class Heard:
    """A feed taken apart: facts by place, without the sender's own key, and where it ends."""

    def __init__(self, feed: Feed) -> None:
        self.who = feed.who
        self.role = feed.role
        self.events = feed.events
        self.start = self.end = place_of(feed.since)
        self.epoch = feed.since.partition(".")[0]
        self.facts: dict[Place, Json] = {}
        self.findings: list[Finding] = []
        for event in feed.events:
            self._take(event)

    def _take(self, event: Json) -> None:
        if "id" not in event:
            if event["type"] not in SIGNALS and event.get("of") != "typing":
                self._wrong("gap", f"no fact with an id, but {event}")
            return
        place = place_of(event["id"])
        if event["id"].partition(".")[0] != self.epoch:
            self._wrong("differs", f"another epoch: {event}")
        if event["type"] == "noop":
            if place < self.end:
                self._wrong("reordered", f"set back from {self.end}: {event}")
        elif place in self.facts:
            self._wrong("doubled", f"heard twice: {event}")
        elif place <= self.end:
            self._wrong("reordered", f"heard after {self.end}: {event}")
        self.end = max(self.end, place)
        if event["type"] != "noop":
            self.facts[place] = {name: value for name, value in event.items() if name != "key"}

    def _wrong(self, rule: str, detail: str) -> None:
        self.findings.append(Finding(rule, f"{self.who}: {detail}"))


def _all_and_no_more(feed: Heard, truth: Truth) -> Iterator[Finding]:
    for place in truth.places:
        if not feed.start < place <= feed.end:
            continue
        hearers = truth.hearers[place]
        entitled = hearers is None or feed.who in hearers
        event = truth.events[place]
        if entitled and place not in feed.facts:
            rule = "lost" if event["type"] == "message" else "gap"
            yield Finding(rule, f"{feed.who} did not hear {event}")
        if not entitled and place in feed.facts:
            yield Finding("overheard", f"{feed.who} heard {event}")


def _places_told(feed: Heard, truth: Truth, *, settled: bool) -> Iterator[Finding]:
    """A place in the queue that is told was the place at some time since the last was told.

    And before the next place in the log that this reader was told of, be it by a `noop`: what
    comes behind a signal is later than all that the signal was computed from.
    """
    last, told = 0, None
    for event, end, behind in _signals(feed, "queuepos"):
        if feed.role == "agent":
            yield Finding("overheard", f"{feed.who} heard {event}")
            continue
        first, now = truth.queue.index_at(end), truth.queue.index_at(behind)
        position = event["position"]
        seen = [
            _place_in(queue, feed.who) for queue in truth.queue.values[min(last, first) : now + 1]
        ]
        found = [
            version for version, places in enumerate(seen, min(last, first)) if position in places
        ]
        if not any(seen[first - min(last, first) :]):
            yield Finding("position", f"{feed.who} does not wait at {end} and heard {event}")
        elif not found:
            risen = told is not None and position > told
            how = f"risen from {told} though nobody returned" if risen else "never so"
            yield Finding("position", f"{feed.who} at {end}: {event} is {how}")
        else:
            last = found[0]
        told = position
    place = _place_in(truth.queue.at(feed.end), feed.who)
    if settled and place and place != [told]:
        yield Finding("position", f"{feed.who} is at {place} for long, and was told {told}")


def _place_in(queue: tuple[str, ...], who: str) -> list[int]:
    return [queue.index(who)] if who in queue else []


def _typing(feed: Heard, truth: Truth) -> Iterator[Finding]:
    for event, end, _ in _signals(feed, "status"):
        members = truth.members.get(event["room"])
        inside = members.at(end) if members is not None else frozenset()
        if feed.who not in inside or event["user"] == feed.who:
            yield Finding("overheard", f"{feed.who} at {end} heard {event}")


def _signals(feed: Heard, kind: str) -> Iterator[tuple[Json, Place, Place]]:
    """The signals of a type, each with the last place before it, and the first behind it."""
    end = feed.start
    waiting: list[tuple[Json, Place]] = []
    for event in feed.events:
        if "id" in event:
            end = max(end, place_of(event["id"]))
            yield from ((signal, before, end) for signal, before in waiting)
            waiting.clear()
        elif event["type"] == kind:
            waiting.append((event, end))
    yield from ((signal, before, LAST) for signal, before in waiting)


# --- commands -----------------------------------------------------------------------------------


def _answers(call: Call, truth: Truth) -> Iterator[Finding]:
    """What was acknowledged is in the log, as it was said."""
    bare = [
        {name: value for name, value in answer.items() if name != "replayed"}
        for answer in call.answers
    ]
    if any(answer != bare[0] for answer in bare):
        yield Finding("replay", f"one key, several answers: {call}")
    if call.outcome != "ok" or not bare:
        return
    answer = bare[0]
    match call.name:
        case "message":
            yield from _acknowledged_message(call, answer, truth)
        case "assist":
            place = place_of(answer["id"])
            if truth.events.get(place) != answer:
                yield Finding("lost", f"{answer} was the answer, {truth.events.get(place)} told")
            taken = truth.taken.get(place.offset)
            if taken is None or taken.agent != call.who:
                yield Finding("two agents", f"{call.who} was told {answer}, but {taken}")
            elif call.args.get("guest") is not None and taken.guest != call.args["guest"]:
                yield Finding("unfair", f"{call.who} chose {call.args} and has {taken}")
            elif call.args.get("guest") is None and taken.guest != taken.next:
                yield Finding("unfair", f"{call.who} took the next, but {taken}")
        case "identify":
            if answer["user"] not in truth.ever_waited:
                yield Finding("vanished", f"{answer['user']} was told to wait, nobody heard of it")
        case "end":
            if truth.guest_in.get(call.args["room"]) not in truth.over:
                yield Finding("lost", f"no end was heard of {call}")


def _acknowledged_message(call: Call, answer: Json, truth: Truth) -> Iterator[Finding]:
    event = truth.events.get(place_of(answer["id"]))
    said = {"type": "message", "room": call.args["room"], "user": call.who}
    said |= {"body": call.args["body"], "sent": answer["sent"], "id": answer["id"]}
    if event is None:
        yield Finding("lost", f"acknowledged and never heard: {said}")
    elif event != said:
        yield Finding("differs", f"acknowledged {said}, heard {event}")


def _own_words(history: History, truth: Truth) -> Iterator[Finding]:
    """Each message that was sent is in the log at most once; a refused one is not; no others are.

    Texts are unique in a history, so that they tell messages apart.
    """
    sent = {call.args["body"]: call for call in history.calls if call.name == "message"}
    seen: set[str] = set()
    for places in truth.messages.values():
        for place in places:
            event = truth.events[place]
            call = sent.get(event["body"])
            if event["body"] in seen:
                yield Finding("doubled", f"said once, stored twice: {event}")
            elif call is None:
                yield Finding("differs", f"nobody said this: {event}")
            elif call.outcome == "refused":
                yield Finding("differs", f"refused and stored: {event}")
            seen.add(event["body"])
    for feed in history.feeds:
        for event in feed.events:
            if event["type"] == "message":
                call = sent.get(event["body"])
                key = call.key if call is not None and event["user"] == feed.who else None
                if event.get("key") != key:
                    yield Finding("differs", f"{feed.who} should see the key {key}: {event}")


def _order_of_calls(history: History) -> Iterator[Finding]:
    """What was asked after an answer had come stands behind it in the log."""
    done = sorted(
        (
            (call.ended, place_of(call.answers[0]["id"]), call)
            for call in history.calls
            if call.outcome == "ok" and call.ended is not None and "id" in call.answers[0]
        ),
        key=lambda one: one[0],
    )
    begun = sorted(done, key=lambda one: one[2].began)
    highest, ahead = Place(0, 0), 0
    for _, place, call in begun:
        while ahead < len(done) and done[ahead][0] < call.began:
            highest = max(highest, done[ahead][1])
            ahead += 1
        if place < highest:
            yield Finding("reordered", f"asked after {highest} was answered: {call}")
    keys: dict[Place, str] = {}
    for _, place, call in done:
        if call.name != "identify" and keys.setdefault(place, call.key) != call.key:
            yield Finding("doubled", f"two commands, one entry: {call}")


# --- looks --------------------------------------------------------------------------------------


def _acknowledged(history: History) -> dict[str, list[tuple[float, str]]]:
    """For each room the messages that were answered: when, and their ids."""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for call in history.calls:
        if call.name == "message" and call.outcome == "ok" and call.ended is not None:
            found[call.args["room"]].append((call.ended, call.answers[0]["id"]))
    return found


def _past(truth: Truth, places: list[Place]) -> list[Json]:
    return [
        {name: value for name, value in truth.events[place].items() if name != "type"}
        for place in places
    ]


def _state(look: Look, truth: Truth) -> Iterator[Finding]:
    at = place_of(look.body["id"])
    rooms = {room["room"]: room for room in look.body["rooms"]}
    inside = {room for room, who in truth.members.items() if look.who in who.at(at)}
    if set(rooms) != inside:
        yield Finding("differs", f"{look.who} at {at} is in {inside}, and sees {set(rooms)}")
    for room, seen in rooms.items():
        past = _past(truth, [place for place in truth.messages[room] if place < at])
        if seen["messages"] != past[-BACKLOG:] or seen["more"] != (len(past) > BACKLOG):
            yield Finding("reordered", f"{look.who} at {at} sees {seen['messages']}, not {past}")
    if "queue" in look.body:
        queue = tuple(one["user"] for one in look.body["queue"])
        if queue != truth.queue.at(at):
            yield Finding("differs", f"{at}: the queue is {truth.queue.at(at)}, seen is {queue}")
        held = [guest for agent in look.body["roster"] for guest in agent["guests"]]
        if len(held) != len(set(held)) or set(held) & set(queue):
            yield Finding("two agents", f"{at}: {look.body['roster']} {queue}")


def _messages(
    look: Look, truth: Truth, acknowledged: dict[str, list[tuple[float, str]]]
) -> Iterator[Finding]:
    seen = look.body["messages"][::-1]
    ids = [message["id"] for message in seen]
    newest = place_of(ids[-1]) if ids else Place(0, 0)
    past = _past(truth, [place for place in truth.messages[look.room] if place <= newest])
    if seen != past[max(0, len(past) - max(BACKLOG, len(seen))) :]:
        yield Finding("reordered", f"{look.who} sees {seen}, not {past}")
    for at, id in acknowledged[look.room]:
        if at < look.began and place_of(id) > newest:
            yield Finding("lost", f"{look.who} looked after the answer and does not see {id}")


def _nobody_vanished(history: History, truth: Truth) -> Iterator[Finding]:
    """At the end each guest waits, is helped, or has heard the end, and agents see it so."""
    looks = [look for look in history.looks if look.what == "state" and "queue" in look.body]
    if not looks:
        return
    last = max(looks, key=lambda look: place_of(look.body["id"]))
    seen = {one["user"] for one in last.body["queue"]}
    seen |= {guest for agent in last.body["roster"] for guest in agent["guests"]}
    identified = {
        call.answers[0]["user"]
        for call in history.calls
        if call.name == "identify" and call.outcome == "ok"
    }
    for guest in sorted(identified - seen - truth.over):
        yield Finding("vanished", f"{guest} neither waits nor is helped, and heard no end")
    for guest in sorted(seen & truth.over):
        yield Finding("two agents", f"{guest} heard the end, and is still there")
