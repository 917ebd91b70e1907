"""Accounts: who they are, what they may do.

Admins of all desks make and change them, and operators; at every desk at once, so that each knows
all names. An account acts at its own desks alone. Passwords and sessions are none of a desk's
business.
"""

from msgspec.structs import replace

from frontdesk.desk import agents
from frontdesk.desk.commands import AddPerson, Allotted, ChangePerson, Role
from frontdesk.desk.entries import Entry, GoneReason, PersonAdded, PersonChanged
from frontdesk.desk.ids import MAIN, DeskId, PersonId
from frontdesk.desk.names import skeleton
from frontdesk.desk.personal import Who
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import Agent, Room, RoomKind, State

MONITORS = frozenset({"monitor", "admin"})


def agent_of(state: State, person: PersonId) -> Agent:
    """The account that acts.

    Raises:
        Refused: NOT_ALLOWED if this person is no agent here, or no longer.
    """
    agent = state.agents.get(person)
    if agent is None or not agent.works_here:
        raise Refused(Reason.NOT_ALLOWED)
    return agent


def is_monitor(state: State, person: PersonId) -> bool:
    """Whether this person may look into every room."""
    agent = state.agents.get(person)
    return agent is not None and agent.role in MONITORS and agent.works_here


def runs_all(agent: Agent) -> bool:
    """Whether this is an admin of all desks, who may change what all of them share.

    An admin of some desks could else give themselves the others.
    """
    return agent.works_here and agent.role == "admin" and agent.desks == "all"


def check_runs_all(state: State, by: PersonId | None) -> None:
    """Let in operators (None) and admins of all desks. Told at the main desk, which has everybody.

    Raises:
        Refused: NOT_ALLOWED for anybody else.
    """
    if by is not None and state.id == MAIN and not runs_all(agent_of(state, by)):
        raise Refused(Reason.NOT_ALLOWED)


def add(state: State, command: AddPerson, now_ms: int) -> list[Entry]:
    """Make an account; nothing happens if this very one is there.

    Raises:
        Refused: NOT_ALLOWED as `check_runs_all` says; NAME_TAKEN if an account, also a disabled
            one, or a guest has the name or one that looks like it.
    """
    check_runs_all(state, command.by)
    if command.person in state.agents:
        return []
    if skeleton(command.user) in state.names:
        raise Refused(Reason.NAME_TAKEN)
    who, limit = Who(command.person, command.user), state.settings.agent_limit
    here = _includes(command.desks, state.id)
    return [PersonAdded(now_ms, who, command.role, limit, command.desks, here)]


def _includes(desks: Allotted, desk: DeskId) -> bool:
    return desks == "all" or desk in desks


def brought_over(state: State) -> list[AddPerson | ChangePerson]:
    """What makes the accounts of this desk at another one, or makes them there as they are here."""
    return [
        command
        for agent in state.agents.values()
        for command in (
            AddPerson(agent.who.id, agent.who.user, agent.role, agent.desks),
            ChangePerson(agent.who.user, agent.role, agent.disabled, agent.desks),
        )
    ]


def apply_added(state: State, entry: PersonAdded) -> None:
    """There is an account; nothing listens for it yet."""
    agent = Agent(
        who=entry.person,
        role=entry.role,
        limit=entry.limit,
        desks=entry.desks,
        here=entry.here,
        absent_since_ms=entry.at_ms,
    )
    state.agents.put(entry.person.id, agent)
    state.names.put(skeleton(entry.person.user), entry.person.id)


def change(state: State, command: ChangePerson, now_ms: int) -> list[Entry]:
    """Change a role or the desks, disable or enable. Who loses a right leaves its rooms first.

    Raises:
        Refused: NOT_ALLOWED as `check_runs_all` says; NOT_FOUND if there is no such account.
    """
    check_runs_all(state, command.by)
    agent = state.account(command.user)
    if agent is None:
        raise Refused(Reason.NOT_FOUND)
    role = command.role if command.role is not None else agent.role
    disabled = command.disabled if command.disabled is not None else agent.disabled
    desks = command.desks if command.desks is not None else agent.desks
    if (role, disabled, desks) == (agent.role, agent.disabled, agent.desks):
        return []
    here = _includes(desks, state.id)
    works = here and not disabled
    entries: list[Entry] = []
    if agent.works_here and not works:
        reason = GoneReason.DISABLED if disabled else GoneReason.OTHER_DESK
        entries += agents.gone(state, agent, reason, now_ms)
    for room in _no_longer_theirs(state, agent, role, works=works):
        entries += agents.leaving(agent, room, now_ms)
    changed = PersonChanged(
        at_ms=now_ms,
        person=agent.who,
        role=role,
        limit=agent.limit,
        disabled=disabled,
        desks=desks,
        here=here,
        was_here=agent.works_here,
        present=agent.absent_since_ms is None,
    )
    return [*entries, changed]


def _no_longer_theirs(state: State, agent: Agent, role: Role, *, works: bool) -> list[Room]:
    """The rooms that this account is in without a right to it from now on.

    Guests' rooms are for monitors, unless the guest is one's own; group rooms are for all who may
    sign in. Direct rooms are kept.
    """
    inside = [state.rooms[id] for id in agent.inside if id not in agent.rooms]
    return [
        room
        for room in inside
        if (room.kind is RoomKind.GUEST and (not works or role not in MONITORS))
        or (room.kind is RoomKind.GROUP and not works)
    ]


def apply_changed(state: State, entry: PersonChanged) -> None:
    """The account is now this."""
    agent = replace(
        state.agents[entry.person.id],
        role=entry.role,
        disabled=entry.disabled,
        desks=entry.desks,
        here=entry.here,
    )
    if not agent.works_here and agent.absent_since_ms is None:
        # Nobody may listen for them here any more, so nothing does.
        agent = replace(agent, absent_since_ms=entry.at_ms)
    state.agents.put(entry.person.id, agent)
