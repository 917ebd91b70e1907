"""What can happen at a desk, scene by scene: what went before, and what happens now.

docs/transcripts.md says what each viewer hears of each; the fixtures in `wire/` show what becomes
of their views.
"""

from collections.abc import Sequence
from typing import NamedTuple

from frontdesk.desk.commands import AddDesk, ChangePerson, End, Resume, SetLimit
from frontdesk.desk.ids import DeskId
from frontdesk.desk.limits import CLOSING_MS
from frontdesk.desk.state import State
from tests import examples as eg
from tests.desk.story import After, Step, given

VIEWERS = (eg.ANA, eg.BEN, eg.IDA, eg.JON, eg.MIA)
STAFF = eg.at_work(eg.IDA, eg.JON, eg.MIA)
QUEUE = (*STAFF, *eg.waiting(eg.ANA, eg.BEN))
CHAT = (*QUEUE, eg.assist(eg.IDA))
GROUP = (*STAFF, eg.create(eg.MIA), eg.join(eg.JON))
FULL = (*STAFF, eg.limit(eg.IDA, 1), *eg.waiting(eg.ANA, eg.BEN), eg.assist(eg.IDA))

SHOP = (*STAFF, eg.account(eg.ADA), eg.make_key())


class Scene(NamedTuple):
    """What has happened before, and what happens now."""

    before: Sequence[Step]
    now: Sequence[Step]


SCENES: dict[str, Scene] = {
    "A guest identifies": Scene((*STAFF, eg.identify(eg.BEN)), [eg.identify(eg.ANA)]),
    "A guest writes while waiting": Scene(QUEUE, [eg.post(eg.ANA, eg.ANA)]),
    "An agent assists the next guest": Scene(
        (*QUEUE, eg.post(eg.ANA, eg.ANA)), [eg.assist(eg.IDA)]
    ),
    "An agent takes the last guest below the limit": Scene(
        (*STAFF, eg.limit(eg.IDA, 1), *eg.waiting(eg.BEN, eg.ANA)), [eg.assist(eg.IDA, eg.ANA)]
    ),
    "An agent writes": Scene(CHAT, [eg.post(eg.IDA, eg.ANA)]),
    "The guest ends the room": Scene(CHAT, [eg.end(eg.ANA, eg.ANA)]),
    "The agent ends the room": Scene(CHAT, [eg.end(eg.IDA, eg.ANA)]),
    "A monitor ends the room": Scene(CHAT, [eg.end(eg.MIA, eg.ANA)]),
    "The room of a full agent ends": Scene(FULL, [eg.end(eg.ANA, eg.ANA)]),
    "A guest ends the room while waiting": Scene(QUEUE, [eg.end(eg.ANA, eg.ANA)]),
    "A monitor ends the room of a guest who waits": Scene(QUEUE, [eg.end(eg.MIA, eg.ANA)]),
    "A guest leaves the queue": Scene(QUEUE, [eg.leave_queue(eg.ANA)]),
    "A guest asks again after an end": Scene(
        (*CHAT, eg.end(eg.ANA, eg.ANA)), [eg.queue_again(eg.ANA)]
    ),
    "A guest rates a room after the end": Scene(
        (*CHAT, eg.end(eg.IDA, eg.ANA)), [eg.rate(eg.ANA, 5, eg.THANKS)]
    ),
    "Somebody leaves a message at a desk that is closed": Scene(
        (*STAFF, eg.identify(eg.BEN), eg.settings(open=False)), [eg.leave_note(eg.CEM)]
    ),
    "An agent has dealt with a message": Scene(
        (*QUEUE, eg.settings(open=False), eg.leave_note(eg.CEM), eg.settings(open=True)),
        [eg.close_note(eg.IDA, eg.CEM)],
    ),
    "Who has left a message is erased": Scene(
        (*QUEUE, eg.settings(open=False), eg.leave_note(eg.CEM)), [eg.erase(None, eg.CEM)]
    ),
    "An agent transfers a guest": Scene(
        (*CHAT, eg.post(eg.ANA, eg.ANA)), [eg.transfer(eg.IDA, eg.ANA, eg.JON)]
    ),
    "A monitor transfers a guest from one full agent to the last place of another": Scene(
        (*FULL, eg.limit(eg.JON, 1)), [eg.transfer(eg.MIA, eg.ANA, eg.JON)]
    ),
    "A guest is forced upon an agent who is away": Scene(
        (*CHAT, eg.away(eg.JON)), [eg.transfer(eg.IDA, eg.ANA, eg.JON, force=True)]
    ),
    "A monitor gives a guest who waits to an agent": Scene(
        (*QUEUE, eg.post(eg.ANA, eg.ANA)), [eg.transfer(eg.MIA, eg.ANA, eg.JON)]
    ),
    "A guest is transferred to a monitor who speaks in the room": Scene(
        (*CHAT, eg.join(eg.MIA, eg.ANA.room)), [eg.transfer(eg.IDA, eg.ANA, eg.MIA)]
    ),
    "A guest is transferred to a monitor who watches the room": Scene(
        (*CHAT, eg.watch(eg.MIA, eg.ANA.room)), [eg.transfer(eg.IDA, eg.ANA, eg.MIA)]
    ),
    "A guest is transferred while a monitor speaks in the room": Scene(
        (*CHAT, eg.join(eg.MIA, eg.ANA.room)), [eg.transfer(eg.IDA, eg.ANA, eg.JON)]
    ),
    "An agent assists while a monitor speaks in the room": Scene(
        (*QUEUE, eg.join(eg.MIA, eg.ANA.room)), [eg.assist(eg.IDA)]
    ),
    "A monitor assists the guest whose room they watch": Scene(
        (*QUEUE, eg.watch(eg.MIA, eg.ANA.room)), [eg.assist(eg.MIA)]
    ),
    "An agent leaves a guest": Scene(CHAT, [eg.leave(eg.IDA, eg.ANA.room)]),
    "A full agent leaves a guest": Scene(FULL, [eg.leave(eg.IDA, eg.ANA.room)]),
    "A monitor joins the room of a guest": Scene(
        (*CHAT, eg.post(eg.ANA, eg.ANA)), [eg.join(eg.MIA, eg.ANA.room)]
    ),
    "A monitor watches the room of a guest": Scene(
        (*CHAT, eg.post(eg.ANA, eg.ANA)), [eg.watch(eg.MIA, eg.ANA.room)]
    ),
    "A monitor who watches joins the room and writes": Scene(
        (*CHAT, eg.watch(eg.MIA, eg.ANA.room)),
        [eg.join(eg.MIA, eg.ANA.room), eg.post(eg.MIA, eg.ANA)],
    ),
    "An agent writes while a monitor watches": Scene(
        (*CHAT, eg.watch(eg.MIA, eg.ANA.room)), [eg.post(eg.IDA, eg.ANA)]
    ),
    "A monitor who speaks leaves the room of a guest": Scene(
        (*CHAT, eg.join(eg.MIA, eg.ANA.room)), [eg.leave(eg.MIA, eg.ANA.room)]
    ),
    "A monitor who watches leaves the room of a guest": Scene(
        (*CHAT, eg.watch(eg.MIA, eg.ANA.room)), [eg.leave(eg.MIA, eg.ANA.room)]
    ),
    "A room ends in which a monitor speaks": Scene(
        (*CHAT, eg.join(eg.MIA, eg.ANA.room)), [eg.end(eg.IDA, eg.ANA)]
    ),
    "A monitor opens a group room": Scene(STAFF, [eg.create(eg.MIA)]),
    "An agent joins a group room": Scene(GROUP, [eg.join(eg.IDA)]),
    "An agent watches a group room": Scene(GROUP, [eg.watch(eg.IDA)]),
    "An agent leaves a group room": Scene((*GROUP, eg.join(eg.IDA)), [eg.leave(eg.IDA)]),
    "A monitor ends a group room": Scene((*GROUP, eg.join(eg.IDA)), [End(eg.MIA.id, eg.TEAM)]),
    "An agent writes to a colleague for the first time": Scene(STAFF, [eg.direct(eg.IDA, eg.JON)]),
    "A colleague writes back": Scene(
        (*STAFF, eg.direct(eg.IDA, eg.JON)), [eg.direct(eg.JON, eg.IDA, eg.THANKS)]
    ),
    "Nobody writes for 14 minutes": Scene(CHAT, [After(eg.SILENCE_MS - CLOSING_MS)]),
    "Nobody writes for 15 minutes": Scene(
        (*FULL, After(eg.SILENCE_MS - CLOSING_MS)), [After(CLOSING_MS)]
    ),
    "An agent says available": Scene((*QUEUE, eg.away(eg.IDA)), [eg.available(eg.IDA)]),
    "An agent says away": Scene(CHAT, [eg.away(eg.IDA)]),
    "A full agent says away": Scene(FULL, [eg.away(eg.IDA)]),
    "An agent lowers the limit to the load": Scene(CHAT, [eg.limit(eg.IDA, 1)]),
    "A full agent raises the limit": Scene(FULL, [eg.limit(eg.IDA, 2)]),
    "A monitor sets the limit of an agent": Scene(CHAT, [SetLimit(eg.MIA.id, 5, eg.IDA.user)]),
    "The line of a guest who waits is lost": Scene(QUEUE, [eg.lose_line(eg.ANA)]),
    "The line of a guest who waits is back": Scene(
        (*QUEUE, eg.lose_line(eg.ANA)), [eg.restore_line(eg.ANA)]
    ),
    "A guest who waits is absent for 120 s": Scene(
        (*QUEUE, eg.lose_line(eg.ANA)), [After(eg.GUEST_ABSENCE_MS)]
    ),
    "The line of a guest who is helped is lost": Scene(CHAT, [eg.lose_line(eg.ANA)]),
    "The line of a guest without a room is lost": Scene(
        (*CHAT, eg.end(eg.ANA, eg.ANA)), [eg.lose_line(eg.ANA)]
    ),
    "An agent signs off with two guests": Scene((*CHAT, eg.assist(eg.IDA)), [eg.sign_off(eg.IDA)]),
    "An agent who is away signs off with a guest": Scene(
        (*CHAT, eg.away(eg.IDA)), [eg.sign_off(eg.IDA)]
    ),
    "The line of an agent is lost": Scene(CHAT, [eg.lose_line(eg.IDA)]),
    "The line of an agent is back": Scene((*CHAT, eg.lose_line(eg.IDA)), [eg.restore_line(eg.IDA)]),
    "An agent is absent for 120 s": Scene(
        (*CHAT, eg.lose_line(eg.IDA)), [After(eg.AGENT_ABSENCE_MS)]
    ),
    "An account is added": Scene(QUEUE, [eg.account(eg.ADA)]),
    "An account is disabled": Scene(CHAT, [eg.disable(eg.IDA)]),
    "An account is enabled again": Scene((*QUEUE, eg.disable(eg.IDA)), [eg.enable(eg.IDA)]),
    "A role changes": Scene(QUEUE, [ChangePerson(eg.IDA.user, role="monitor")]),
    "A monitor who watches a guest's room is one no more": Scene(
        (*CHAT, eg.watch(eg.MIA, eg.ANA.room)), [ChangePerson(eg.MIA.user, role="agent")]
    ),
    "An account is taken off the desk": Scene(
        CHAT, [ChangePerson(eg.IDA.user, desks=(DeskId("sales"),))]
    ),
    "An account of another desk comes to this one": Scene(
        (*QUEUE, ChangePerson(eg.IDA.user, desks=(DeskId("sales"),))),
        [ChangePerson(eg.IDA.user, desks="all")],
    ),
    "A desk is added": Scene((), [AddDesk()]),
    "The desk closes": Scene(QUEUE, [eg.settings(open=False)]),
    "The desk opens again": Scene((*QUEUE, eg.settings(open=False)), [eg.settings(open=True)]),
    "The queue is full": Scene(
        (*STAFF, eg.settings(queue_most=2), eg.identify(eg.BEN)), [eg.identify(eg.ANA)]
    ),
    "A full queue has a place again": Scene(
        (*QUEUE, eg.settings(queue_most=2)), [eg.assist(eg.IDA)]
    ),
    "Settings change": Scene(CHAT, [eg.settings(silence_s=600, availability_to="agents")]),
    "An admin makes a key for a site": Scene((*STAFF, eg.account(eg.ADA)), [eg.make_key()]),
    "An admin ends a key of a site": Scene(SHOP, [eg.end_key()]),
    "A guest comes for whom a site vouches": Scene(SHOP, [eg.identify_vouched(eg.ANA)]),
    "An agent takes a guest for whom a site vouches": Scene(
        (*SHOP, eg.identify_vouched(eg.ANA)), [eg.assist(eg.IDA)]
    ),
    "An agent is away while that is told to agents alone": Scene(
        (*STAFF, eg.identify(eg.ANA), eg.settings(availability_to="agents")), [eg.away(eg.IDA)]
    ),
    "A guest is forgotten": Scene(
        (*QUEUE, eg.end(eg.ANA, eg.ANA), eg.lose_line(eg.ANA), After(eg.DAY - 1)), [After(1)]
    ),
    "A guest who is helped is erased": Scene(
        (*CHAT, eg.assist(eg.JON), eg.watch(eg.MIA, eg.ANA.room)), [eg.erase(None, eg.ANA)]
    ),
    "A guest who waits is erased": Scene(QUEUE, [eg.erase(None, eg.ANA)]),
    "A guest who was here before is erased": Scene(
        (*CHAT, eg.end(eg.ANA, eg.ANA)), [eg.erase(None, eg.ANA)]
    ),
    "The server is back after a restart": Scene(CHAT, [Resume(eg.MINUTE)]),
}


def desk_before(scene: Scene) -> tuple[State, int]:
    """The desk at which the scene begins, and when that is."""
    passed = sum(step.ms for step in scene.before if isinstance(step, After))
    return given(*scene.before), eg.NOW + passed


def may_listen(desk: State, viewer: eg.Guest | eg.Agent) -> bool:
    """Whether this viewer can have a session: only who works here has one."""
    agent = desk.agents.get(viewer.id)
    return agent is None or agent.works_here
