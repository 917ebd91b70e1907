"""Accounts: who they are, what they may do.

Only operators make and change them. Passwords and sessions are none of a desk's business.
"""

from msgspec.structs import replace

from frontdesk.desk import agents
from frontdesk.desk.commands import AddPerson, ChangePerson, Role
from frontdesk.desk.entries import Entry, GoneReason, PersonAdded, PersonChanged
from frontdesk.desk.ids import PersonId
from frontdesk.desk.limits import AGENT_LIMIT
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
    if agent is None or agent.disabled:
        raise Refused(Reason.NOT_ALLOWED)
    return agent


def add(state: State, command: AddPerson, now_ms: int) -> list[Entry]:
    """Make an account.

    Raises:
        Refused: NAME_TAKEN if an account, also a disabled one, or a guest has the name or one
            that looks like it.
    """
    if skeleton(command.user) in state.names:
        raise Refused(Reason.NAME_TAKEN)
    who = Who(command.person, command.user)
    return [PersonAdded(now_ms, who, command.role, AGENT_LIMIT)]


def apply_added(state: State, entry: PersonAdded) -> None:
    """There is an account; nothing listens for it yet."""
    agent = Agent(entry.person, entry.role, entry.limit, absent_since_ms=entry.at_ms)
    state.agents.put(entry.person.id, agent)
    state.names.put(skeleton(entry.person.user), entry.person.id)


def change(state: State, command: ChangePerson, now_ms: int) -> list[Entry]:
    """Change a role, disable or enable. Who loses a right leaves the rooms that need it first.

    Raises:
        Refused: NOT_FOUND if there is no such account.
    """
    agent = state.account(command.user)
    if agent is None:
        raise Refused(Reason.NOT_FOUND)
    role = command.role if command.role is not None else agent.role
    disabled = command.disabled if command.disabled is not None else agent.disabled
    if (role, disabled) == (agent.role, agent.disabled):
        return []
    entries: list[Entry] = []
    if disabled and not agent.disabled:
        entries += agents.gone(state, agent, GoneReason.DISABLED, now_ms)
    for room in _no_longer_theirs(state, agent, role, disabled=disabled):
        entries += agents.leaving(agent, room, now_ms)
    changed = PersonChanged(
        at_ms=now_ms,
        person=agent.who,
        role=role,
        limit=agent.limit,
        disabled=disabled,
        was_disabled=agent.disabled,
        present=agent.absent_since_ms is None,
    )
    return [*entries, changed]


def _no_longer_theirs(state: State, agent: Agent, role: Role, *, disabled: bool) -> list[Room]:
    """The rooms that this account is in without a right to it from now on.

    Guests' rooms are for monitors, unless the guest is one's own; group rooms are for all who may
    sign in. Direct rooms are kept.
    """
    inside = [state.rooms[id] for id in agent.inside if id not in agent.rooms]
    return [
        room
        for room in inside
        if (room.kind is RoomKind.GUEST and (disabled or role not in MONITORS))
        or (room.kind is RoomKind.GROUP and disabled)
    ]


def apply_changed(state: State, entry: PersonChanged) -> None:
    """The account is now this."""
    agent = state.agents[entry.person.id]
    state.agents.put(entry.person.id, replace(agent, role=entry.role, disabled=entry.disabled))
