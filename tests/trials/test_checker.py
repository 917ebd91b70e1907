"""The checker finds what it is for: a true history is clean, and each lie in it is found."""

from collections.abc import Callable

import pytest

from frontdesk.trials.checker import check
from frontdesk.trials.history import Call, Feed, History, Json, Look

EPOCH = "00e0c0de"
AGENTS = ("Ida", "Jon")


class Story:
    """Writes a log down entry by entry, as the protocol says it is heard, and who did what."""

    def __init__(self) -> None:
        self.offset = 0
        self.clock = 0.0
        self.history = History(settled=True)
        self.feeds: dict[str, Feed] = {}
        self.texts: dict[str, list[Json]] = {}
        for agent in AGENTS:
            self.listens(agent, "agent")

    def now(self) -> float:
        self.clock += 1
        return self.clock

    def listens(self, who: str, role: str) -> None:
        feed = Feed(who, "agent" if role == "agent" else "guest", f"{EPOCH}.{self.offset + 1}.0")
        self.feeds[who] = feed
        self.history.feeds.append(feed)

    def entry(self, *heard: tuple[tuple[str, ...], Json]) -> list[Json]:
        """One entry: each part, and who hears it."""
        self.offset += 1
        told: dict[str, list[Json]] = {}
        events = []
        for part, (who, event) in enumerate(heard, start=1):
            events.append(event | {"id": f"{EPOCH}.{self.offset}.{part}"})
            for one in who:
                told.setdefault(one, []).append(dict(events[-1]))
        for one, facts in told.items():
            self.feeds[one].events += facts
        return events

    def call(self, who: str, name: str, args: Json, answer: Json) -> None:
        began = self.now()
        key = f"key-{len(self.history.calls)}".ljust(16, "-")
        call = Call(who, name, key, args, began, self.now(), "ok", [answer])
        self.history.calls.append(call)

    def identify(self, user: str) -> None:
        room = f"room-{user}"
        ticket = self.offset + 1
        waits = {"user": user, "room": room, "ticket": ticket, "present": True}
        self.listens(user, "guest")
        self.entry(
            (AGENTS, {"type": "update", "users": [user], "details": "queued"}),
            (AGENTS, {"type": "floor", "what": "guest", "guest": waits}),
        )
        self.feeds[user].since = f"{EPOCH}.{self.offset + 1}.0"
        self.texts[room] = []
        answer = {"user": user, "room": room, "id": f"{EPOCH}.{self.offset + 1}.0"}
        self.call(user, "identify", {}, answer)

    def assist(self, agent: str, user: str, *, chosen: bool = False) -> None:
        room = f"room-{user}"
        events = self.entry(
            (AGENTS, {"type": "update", "users": [user], "details": "dequeued"}),
            (AGENTS, {"type": "update", "users": [user, agent], "details": "assigned"}),
            ((user,), {"type": "joined", "room": room, "agent": agent}),
            ((user,), {"type": "notification", "room": room, "user": agent, "details": "joined"}),
            ((agent,), {"type": "joined", "room": room, "backlog": list(self.texts[room])}),
            ((agent,), {"type": "notification", "room": room, "user": user, "details": "joined"}),
        )
        self.call(agent, "assist", {"guest": user if chosen else None}, events[4])

    def says(self, who: str, user: str, *hearers: str, body: str) -> None:
        room = f"room-{user}"
        said = {"type": "message", "room": room, "user": who, "body": body, "sent": 7}
        event = self.entry((hearers, said))[0]
        self.texts[room].append({k: v for k, v in event.items() if k != "type"})
        self.call(who, "message", {"room": room, "body": body}, {"id": event["id"], "sent": 7})
        self.heard(who, body=body)["key"] = self.history.calls[-1].key

    def heard(self, who: str, **like: object) -> Json:
        """The last event like that which this one heard."""
        return next(
            event for event in reversed(self.feeds[who].events) if like.items() <= event.items()
        )

    def signs_off(self, agent: str, user: str, ticket: int) -> None:
        room = f"room-{user}"
        waits = {"user": user, "room": room, "ticket": ticket, "present": True}
        self.entry(
            ((agent,), {"type": "left", "room": room}),
            ((user,), {"type": "notification", "room": room, "user": agent, "details": "left"}),
            (AGENTS, {"type": "floor", "what": "released", "user": user, "agent": agent}),
            (AGENTS, {"type": "update", "users": [user], "details": "queued"}),
            (AGENTS, {"type": "floor", "what": "guest", "guest": waits}),
        )

    def ends(self, who: str, user: str, agent: str) -> None:
        room = f"room-{user}"
        self.entry(
            ((user, agent), {"type": "end", "room": room, "reason": "guest"}),
            (AGENTS, {"type": "floor", "what": "released", "user": user, "agent": agent}),
        )
        self.call(who, "end", {"room": room}, {"code": "end"})

    def told(self, user: str, position: int) -> None:
        place = {"type": "queuepos", "position": position, "wait": 0}
        self.feeds[user].events += [place, self.noop()]

    def noop(self) -> Json:
        return {"type": "noop", "id": f"{EPOCH}.{self.offset + 1}.0.9"}

    def everybody_hears_the_end(self) -> None:
        for feed in self.feeds.values():
            feed.events.append(self.noop())

    def look(self, who: str, **seen: object) -> None:
        body = {"id": f"{EPOCH}.{self.offset + 1}.0", **seen}
        self.history.looks.append(Look(who, "state", "", self.now(), body))


def true_story() -> Story:
    """Ana, Ben and Cem wait; Ida takes Ana, Jon chooses Ben and signs off; Ana's room ends."""
    story = Story()
    story.identify("Ana")
    story.told("Ana", 0)
    story.identify("Ben")
    story.identify("Cem")
    story.told("Cem", 2)
    story.says("Ana", "Ana", "Ana", body="a1")
    story.assist("Ida", "Ana")
    story.says("Ida", "Ana", "Ana", "Ida", body="i1")
    story.assist("Jon", "Ben", chosen=True)
    story.told("Cem", 0)
    story.says("Ben", "Ben", "Ben", "Jon", body="b1")
    story.signs_off("Jon", "Ben", ticket=2)
    story.told("Ben", 0)
    story.told("Cem", 1)
    story.says("Ana", "Ana", "Ana", "Ida", body="a2")
    story.ends("Ana", "Ana", "Ida")
    story.everybody_hears_the_end()
    story.look("Ida", rooms=[], queue=[{"user": "Ben"}, {"user": "Cem"}], roster=[{"guests": []}])
    past = {"room": "room-Ben", "messages": list(story.texts["room-Ben"]), "more": False}
    story.look("Ben", rooms=[past])
    return story


def where(story: Story, who: str, **like: object) -> tuple[list[Json], int]:
    """All that this one heard, and which of it is the first like that."""
    events = story.feeds[who].events
    return events, next(n for n, event in enumerate(events) if like.items() <= event.items())


def done(story: Story, name: str, who: str) -> Call:
    return next(call for call in story.history.calls if (call.name, call.who) == (name, who))


def lose_everywhere(story: Story, **like: object) -> None:
    for feed in story.feeds.values():
        feed.events = [one for one in feed.events if not like.items() <= one.items()]


def test_a_true_history_is_clean():
    assert check(true_story().history) == []


def a_message_is_lost_for_one(story: Story) -> str:
    events, number = where(story, "Ana", body="i1")
    del events[number]
    return "lost"


def an_acknowledged_message_is_lost_for_all(story: Story) -> str:
    lose_everywhere(story, body="i1")
    return "lost"


def an_acknowledged_end_is_lost(story: Story) -> str:
    lose_everywhere(story, type="end")
    return "lost"


def an_acknowledged_message_is_not_seen_on_looking(story: Story) -> str:
    seen: Json = {"messages": []}
    story.history.looks.append(Look("Ben", "messages", "room-Ben", story.now(), seen))
    return "lost"


def a_message_is_heard_twice(story: Story) -> str:
    events, number = where(story, "Ida", body="i1")
    events.insert(number, events[number])
    return "doubled"


def a_retry_is_stored_twice(story: Story) -> str:
    story.says("Ben", "Ben", "Ben", body="b1")
    return "doubled"


def two_commands_have_one_entry(story: Story) -> str:
    first = done(story, "message", "Ben")
    story.call("Ben", "message", dict(first.args), dict(first.answers[0]))
    return "doubled"


def two_events_change_places(story: Story) -> str:
    events = story.feeds["Ida"].events
    events[2], events[3] = events[3], events[2]
    return "reordered"


def a_reader_is_set_back(story: Story) -> str:
    story.feeds["Ana"].events.append({"type": "noop", "id": f"{EPOCH}.2.0"})
    return "reordered"


def an_answer_stands_before_an_earlier_one(story: Story) -> str:
    late = done(story, "message", "Ben")
    late.began, late.ended = story.now(), story.now()
    return "reordered"


def a_room_is_seen_in_another_order(story: Story) -> str:
    oldest_first = {"messages": story.texts["room-Ana"]}
    story.history.looks.append(Look("Ana", "messages", "room-Ana", 0.0, oldest_first))
    return "reordered"


def one_id_is_two_events(story: Story) -> str:
    story.heard("Ida", body="i1")["body"] = "something else"
    return "differs"


def a_refused_message_is_stored(story: Story) -> str:
    done(story, "message", "Ida").outcome = "refused"
    return "differs"


def words_that_nobody_said(story: Story) -> str:
    story.history.calls.remove(done(story, "message", "Ida"))
    return "differs"


def a_key_is_shown_to_others(story: Story) -> str:
    story.heard("Ana", body="i1")["key"] = done(story, "message", "Ida").key
    return "differs"


def the_queue_is_seen_in_another_order(story: Story) -> str:
    story.history.looks[0].body["queue"].reverse()
    return "differs"


def two_agents_are_given_one_guest(story: Story) -> str:
    story.assist("Jon", "Cem", chosen=True)
    story.assist("Ida", "Cem", chosen=True)
    return "two agents"


def two_agents_are_told_of_one_entry(story: Story) -> str:
    story.call("Jon", "assist", {"guest": None}, dict(done(story, "assist", "Ida").answers[0]))
    return "two agents"


def two_agents_have_one_guest_in_the_roster(story: Story) -> str:
    story.history.looks[0].body["roster"] = [{"guests": ["Cem"]}, {"guests": ["Cem"]}]
    return "two agents"


def a_guest_is_gone_from_the_queue(story: Story) -> str:
    story.history.looks[0].body["queue"].pop()
    return "vanished"


def a_guest_was_told_to_wait_and_does_not(story: Story) -> str:
    answer = {"user": "Dora", "room": "room-Dora", "id": f"{EPOCH}.{story.offset + 1}.0"}
    story.call("Dora", "identify", {}, answer)
    return "vanished"


def one_reader_has_a_gap(story: Story) -> str:
    events, number = where(story, "Jon", type="floor", what="guest")
    del events[number]
    return "gap"


def a_reader_is_reset(story: Story) -> str:
    story.feeds["Ana"].events.append({"type": "reset", "reason": "x"})
    return "gap"


def a_position_rises_and_nobody_returned(story: Story) -> str:
    story.history.settled = False
    story.heard("Cem", type="queuepos", position=1)["position"] = 5
    return "position"


def an_old_position_is_told_again(story: Story) -> str:
    story.told("Cem", 2)
    return "position"


def a_place_is_told_to_somebody_who_is_helped(story: Story) -> str:
    story.told("Ana", 0)
    return "position"


def the_last_position_is_never_told(story: Story) -> str:
    events, number = where(story, "Cem", type="queuepos", position=1)
    del events[number]
    return "position"


def a_guest_hears_another_room(story: Story) -> str:
    events, number = where(story, "Ana", body="i1")
    story.feeds["Ben"].events.insert(0, dict(events[number]))
    return "overheard"


def a_guest_hears_what_is_for_agents(story: Story) -> str:
    events, number = where(story, "Ida", details="assigned", users=["Ana", "Ida"])
    story.feeds["Cem"].events.insert(1, dict(events[number]))
    return "overheard"


def an_agent_hears_the_room_after_leaving(story: Story) -> str:
    story.says("Ben", "Ben", "Ben", "Jon", body="b2")
    return "overheard"


def typing_is_heard_outside_the_room(story: Story) -> str:
    typing = {"type": "status", "room": "room-Cem", "user": "Cem", "of": "typing", "is": True}
    story.feeds["Jon"].events += [typing, story.noop()]
    return "overheard"


def the_next_one_is_passed_over(story: Story) -> str:
    story.assist("Jon", "Cem")
    return "unfair"


def somebody_else_is_given_than_was_chosen(story: Story) -> str:
    done(story, "assist", "Jon").args["guest"] = "Cem"
    return "unfair"


def a_repeated_key_is_answered_otherwise(story: Story) -> str:
    call = done(story, "message", "Ida")
    call.answers.append(call.answers[0] | {"sent": 8, "replayed": True})
    return "replay"


LIES = [
    a_message_is_lost_for_one,
    an_acknowledged_message_is_lost_for_all,
    an_acknowledged_end_is_lost,
    an_acknowledged_message_is_not_seen_on_looking,
    a_message_is_heard_twice,
    a_retry_is_stored_twice,
    two_commands_have_one_entry,
    two_events_change_places,
    a_reader_is_set_back,
    an_answer_stands_before_an_earlier_one,
    a_room_is_seen_in_another_order,
    one_id_is_two_events,
    a_refused_message_is_stored,
    words_that_nobody_said,
    a_key_is_shown_to_others,
    the_queue_is_seen_in_another_order,
    two_agents_are_given_one_guest,
    two_agents_are_told_of_one_entry,
    two_agents_have_one_guest_in_the_roster,
    a_guest_is_gone_from_the_queue,
    a_guest_was_told_to_wait_and_does_not,
    one_reader_has_a_gap,
    a_reader_is_reset,
    a_position_rises_and_nobody_returned,
    an_old_position_is_told_again,
    a_place_is_told_to_somebody_who_is_helped,
    the_last_position_is_never_told,
    a_guest_hears_another_room,
    a_guest_hears_what_is_for_agents,
    an_agent_hears_the_room_after_leaving,
    typing_is_heard_outside_the_room,
    the_next_one_is_passed_over,
    somebody_else_is_given_than_was_chosen,
    a_repeated_key_is_answered_otherwise,
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_lie_is_found(lie: Callable[[Story], str]):
    story = true_story()
    rule = lie(story)

    assert rule in {finding.rule for finding in check(story.history)}


def test_an_unacknowledged_message_may_be_there_once_or_not_at_all():
    story = true_story()
    call = done(story, "message", "Ida")
    call.outcome, call.answers, call.ended = "unknown", [], None
    lost = Call("Ana", "message", "k" * 16, {"room": "room-Ana", "body": "a9"}, story.now())
    story.history.calls.append(lost)

    assert check(story.history) == []


def test_the_next_one_who_is_absent_is_passed_over_rightly():
    story = true_story()
    away = {"type": "status", "room": "", "user": "Ben", "of": "availability", "is": "away"}
    story.entry((AGENTS, away))
    story.assist("Jon", "Cem")

    assert check(story.history) == []
