"""What the model of a desk draws from: names, people, rooms and spans of time."""

import hypothesis.strategies as st

from frontdesk.desk.ids import MAIN, DeskId, PersonId, RoomId
from tests import examples as eg

# Names that collide, look alike, are reserved, and are other people's.
GUEST_NAMES = st.sampled_from(["Ana", "Ana 2", "ANA", "Ben", "Cem", "Ida", "Support", "\u202e"])
AGENT_NAMES = st.sampled_from(["Ida", "Jon", "Mia", "Ada", "Ana"])
ROLES = st.sampled_from(["agent", "agent", "monitor", "admin"])
ANY_NAME = st.one_of(GUEST_NAMES, AGENT_NAMES)
SPANS = st.sampled_from(
    [
        *(1, 999, eg.SECOND, eg.SECOND, eg.MINUTE, eg.MINUTE, 2 * eg.MINUTE, 14 * eg.MINUTE),
        *(eg.HOUR, eg.DAY),
    ]
)

NOBODY = PersonId("nobody")

ELSEWHERE = DeskId("elsewhere")
DESKS = st.sampled_from(["all", "all", "all", (MAIN,), (ELSEWHERE,), (ELSEWHERE, MAIN)])

# Open more often than not: at a closed desk not much happens.
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "open": st.sampled_from([True, True, False]),
        "queue_most": st.sampled_from([1, 2, 3, 40]),
        "agent_limit": st.sampled_from([1, 3]),
        "guest_absence_s": st.sampled_from([30, 120, 3_600]),
        "agent_absence_s": st.sampled_from([30, 120, 3_600]),
        "silence_s": st.sampled_from([120, 900, 86_400]),
        "leave_messages": st.sampled_from([True, True, False]),
        "ratings": st.sampled_from([True, True, False]),
        "availability_to": st.sampled_from(["all", "agents"]),
    },
)

# Drawn from who is at the desk at that moment, so that most commands mean something there.
AGENT = st.runner().flatmap(lambda model: st.sampled_from([*model.desk.agents]))
GUEST = st.runner().flatmap(lambda model: st.sampled_from([*model.desk.guests, NOBODY]))
WAITING = st.runner().flatmap(lambda model: st.sampled_from([*model.desk.waiting, NOBODY]))
ANYBODY = st.one_of(AGENT, GUEST)
CAN_TAKE = st.runner().flatmap(
    lambda model: st.sampled_from(
        [id for id, agent in model.desk.agents.items() if agent.can_take] or [NOBODY]
    )
)
FRESH = st.runner().map(lambda model: PersonId(f"agent-{len(model.desk.agents)}"))
A_ROOM = st.runner().flatmap(lambda model: st.sampled_from([*model.desk.rooms, RoomId("none")]))
