"""A view and the next event give the next view: what every client does, written once here.

Signals and events that this version does not know change nothing. The browser's model is the same
fold, over the same fixtures in `wire/`.
"""

from collections.abc import Callable

from msgspec.structs import replace

from frontdesk.desk import events as ev
from frontdesk.desk.limits import BACKLOG
from frontdesk.desk.view import GroupView, RoomView, View


def fold(view: View, event: ev.Event, id: str) -> View:
    """The view after this event, whose id is `id`."""
    match event:
        case (
            ev.Notification()
            | ev.Message()
            | ev.Joined()
            | ev.Transferred()
            | ev.Left()
            | ev.Ended()
        ):
            return replace(view, rooms=_rooms(view, event, id))
        case ev.Desk():
            return replace(view, desk=event.state)
        case _:
            # A guest keeps no picture of the floor.
            return view if view.queue is None else _floor(view, view.queue, event)


def _floor(view: View, queue: tuple[ev.QueuedGuest, ...], event: ev.Event) -> View:
    match event:
        case ev.Update():
            return _update(view, event)
        case ev.Availability():
            view = _agent(view, event.user, lambda one: replace(one, status=event.is_))
            return _waiting(view, event.user, present=event.is_ == "available")
        case ev.Abandoned():
            return _dequeued(view, event.user)
        case ev.FloorGuest():
            others = (one for one in queue if one.user != event.guest.user)
            order = sorted((*others, event.guest), key=lambda one: one.ticket)
            return replace(view, queue=tuple(order))
        case ev.FloorReleased():
            return _released(view, event.user, event.agent)
        case ev.FloorGroup():
            groups = tuple(one for one in view.groups or () if one.room != event.room)
            if event.open:
                groups = (*groups, GroupView(event.room, event.name, event.topic))
            return replace(view, groups=groups)
        case ev.FloorLimit():
            return _agent(view, event.user, lambda one: replace(one, limit=event.limit))
        case ev.FloorPresence():
            return _agent(view, event.user, lambda one: replace(one, present=event.present))
        case ev.FloorRole():
            if event.user == view.me.user:
                view = replace(view, me=replace(view.me, role=event.role))
            return _agent(view, event.user, lambda one: replace(one, role=event.role))
        case ev.FloorSettings():
            return replace(view, settings={**(view.settings or {}), **event.settings})
        case ev.FloorNote():
            return replace(view, notes=(*_notes_but(view, event.note.room), event.note))
        case ev.FloorNoteDone():
            return replace(view, notes=_notes_but(view, event.room))
        case ev.FloorErased():
            return _erased(view, queue, event)
        case ev.FloorPerson():
            staff = [one for one in view.roster or () if one.user != event.user]
            if event.agent is not None:
                staff.append(event.agent)
                if event.user == view.me.user:
                    # The role may have changed while the account was disabled.
                    view = replace(view, me=replace(view.me, role=event.agent.role))
            return replace(view, roster=tuple(sorted(staff, key=lambda one: one.user)))
        case _:
            return view


def _erased(view: View, queue: tuple[ev.QueuedGuest, ...], event: ev.FloorErased) -> View:
    """Without the guest. By rooms: a client that knew the name no longer hears it, also in what it
    missed, so that nothing before this event could take the name away.
    """
    return replace(
        view,
        rooms=tuple(room for room in view.rooms if room.room not in event.rooms),
        queue=tuple(one for one in queue if one.room not in event.rooms),
        notes=_notes_but(view, *event.rooms),
        roster=tuple(
            replace(one, guests=event.helped.get(one.user, ())) for one in view.roster or ()
        ),
    )


def _notes_but(view: View, *rooms: str) -> tuple[ev.LeftNote, ...]:
    """The messages that were left, but for those of these rooms."""
    return tuple(one for one in view.notes or () if one.room not in rooms)


def _rooms(
    view: View,
    event: ev.Notification | ev.Message | ev.Joined | ev.Transferred | ev.Left | ev.Ended,
    id: str,
) -> tuple[RoomView, ...]:
    if isinstance(event, ev.Joined):
        return _joined(view, event)
    if isinstance(event, ev.Transferred):
        as_joined = ev.Joined(
            event.room, event.topic, guest=event.guest, backlog=event.backlog, more=event.more
        )
        return _joined(view, as_joined)
    if isinstance(event, ev.Left | ev.Ended):
        return tuple(room for room in view.rooms if room.room != event.room)
    change: Callable[[RoomView], RoomView]
    if isinstance(event, ev.Message):
        past = ev.PastMessage(id, event.room, event.user, event.body, event.sent)
        change = lambda room: _heard(room, past)  # noqa: E731 -- one of two, right here
    else:
        change = lambda room: _noticed(room, event)  # noqa: E731
    return tuple(change(room) if room.room == event.room else room for room in view.rooms)


def _joined(view: View, event: ev.Joined) -> tuple[RoomView, ...]:
    known = next((room for room in view.rooms if room.room == event.room), None)
    if known is not None:
        now = replace(known, agent=event.agent)
        return tuple(now if room is known else room for room in view.rooms)
    new = RoomView(
        room=event.room,
        topic=event.topic,
        name=event.name,
        watching=event.watching,
        agent=event.agent,
        guest=event.guest,
        users=() if event.watching else (view.me.user,),
        messages=event.backlog or (),
        more=bool(event.more),
    )
    return (*view.rooms, new)


def _heard(room: RoomView, message: ev.PastMessage) -> RoomView:
    messages = (*room.messages, message)
    return replace(room, messages=messages[-BACKLOG:], more=room.more or len(messages) > BACKLOG)


def _noticed(room: RoomView, event: ev.Notification) -> RoomView:
    users = {user for user in room.users if user != event.user}
    if event.details == "joined":
        return replace(room, users=tuple(sorted(users | {event.user})))
    agent = None if room.agent == event.user else room.agent
    return replace(room, users=tuple(sorted(users)), agent=agent)


def _update(view: View, event: ev.Update) -> View:
    match event.details:
        case "dequeued":
            return _dequeued(view, event.users[0])
        case "assigned":
            guest, agent = event.users
            for one in view.roster or ():
                if guest in one.guests:
                    view = _released(view, guest, one.user)
            return _agent(view, agent, lambda one: replace(one, guests=(*one.guests, guest)))
        case "available" | "unavailable":
            able = event.details == "available"
            return _agent(view, event.users[0], lambda one: replace(one, available=able))
        case "queued":
            return view  # `floor guest` says the same, and all of it


def _released(view: View, guest: str, agent: str) -> View:
    return _agent(
        view,
        agent,
        lambda one: replace(one, guests=tuple(user for user in one.guests if user != guest)),
    )


def _dequeued(view: View, user: str) -> View:
    assert view.queue is not None, "only agents come here"
    return replace(view, queue=tuple(one for one in view.queue if one.user != user))


def _waiting(view: View, user: str, *, present: bool) -> View:
    assert view.queue is not None, "only agents come here"
    return replace(
        view,
        queue=tuple(
            replace(one, present=present) if one.user == user else one for one in view.queue
        ),
    )


def _agent(view: View, user: str, change: Callable[[ev.RosterAgent], ev.RosterAgent]) -> View:
    assert view.roster is not None, "only agents come here"
    return replace(
        view, roster=tuple(change(one) if one.user == user else one for one in view.roster)
    )
