import pytest

from frontdesk.desk.commands import AddPerson, ChangePerson
from frontdesk.desk.entries import AgentGone, GoneReason, PersonAdded, PersonChanged
from frontdesk.desk.ids import PersonId
from frontdesk.desk.people import agent_of
from frontdesk.desk.personal import Who
from frontdesk.desk.refusals import Reason, Refused
from tests import examples as eg
from tests.desk.story import After, entries, given, only, refusal


def test_an_account_begins_away_and_unheard():
    desk = given(eg.account(eg.IDA))

    agent = desk.agents[eg.IDA.id]
    assert (agent.who.user, agent.role, agent.status) == ("Ida", "agent", "away")
    assert agent.absent_since_ms == eg.NOW
    assert not agent.disabled
    assert only(given(), eg.account(eg.IDA)) == PersonAdded(
        eg.NOW, Who(eg.IDA.id, "Ida"), "agent", 3
    )


@pytest.mark.parametrize("user", ["Ida", "IDA", "1da", "Ana", "Àna"])
def test_an_account_needs_a_name_that_nobody_has_nor_one_that_looks_like_it(user: str):
    desk = given(eg.account(eg.IDA), eg.identify(eg.ANA))

    assert refusal(desk, AddPerson(PersonId("x"), user, "agent")) is Reason.NAME_TAKEN


def test_the_name_of_a_disabled_account_stays_taken():
    desk = given(eg.account(eg.IDA), eg.disable(eg.IDA))

    assert refusal(desk, AddPerson(PersonId("x"), "Ida", "agent")) is Reason.NAME_TAKEN


def test_the_name_of_a_guest_who_is_forgotten_may_be_an_accounts():
    desk = given(eg.identify(eg.ANA), eg.end(eg.ANA, eg.ANA), eg.lose_line(eg.ANA), After(eg.DAY))

    assert isinstance(only(desk, AddPerson(PersonId("x"), "Ana", "agent")), PersonAdded)


def test_an_account_may_be_called_what_guests_may_not():
    assert isinstance(only(given(), AddPerson(PersonId("x"), "Support", "agent")), PersonAdded)


def test_a_role_changes():
    desk = given(eg.account(eg.IDA), ChangePerson(eg.IDA.user, role="monitor"))

    assert desk.agents[eg.IDA.id].role == "monitor"


def test_what_is_so_already_changes_nothing():
    desk = given(eg.account(eg.IDA))

    for command in (
        ChangePerson(eg.IDA.user),
        ChangePerson(eg.IDA.user, role="agent"),
        ChangePerson(eg.IDA.user, disabled=False),
    ):
        assert entries(desk, command) == []


@pytest.mark.parametrize("user", ["Nobody", "Ana", "IDA"])
def test_only_an_account_of_exactly_this_name_is_changed(user: str):
    desk = given(eg.account(eg.IDA), eg.identify(eg.ANA))

    assert refusal(desk, ChangePerson(user, disabled=True)) is Reason.NOT_FOUND


def test_an_agent_who_is_disabled_leaves_the_guests_first():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA))

    left, changed = entries(desk, eg.disable(eg.IDA))
    assert isinstance(left, AgentGone)
    assert left.reason is GoneReason.DISABLED
    assert [back.guest.id for back in left.returned] == [eg.ANA.id]
    assert isinstance(changed, PersonChanged)
    assert (changed.disabled, changed.was_here) == (True, True)


def test_a_disabled_agent_is_no_agent():
    desk = given(*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.disable(eg.IDA))

    for command in (eg.assist(eg.IDA), eg.available(eg.IDA), eg.limit(eg.IDA, 5)):
        assert refusal(desk, command) is Reason.NOT_ALLOWED
    assert not desk.agents[eg.IDA.id].can_take


def test_an_agent_who_is_enabled_again_is_away_and_keeps_the_limit():
    desk = given(*eg.at_work(eg.IDA), eg.limit(eg.IDA, 7), eg.disable(eg.IDA), eg.enable(eg.IDA))

    agent = desk.agents[eg.IDA.id]
    assert (agent.status, agent.limit, agent.disabled) == ("away", 7, False)


def test_a_role_may_change_while_the_account_is_disabled():
    desk = given(eg.account(eg.IDA), eg.disable(eg.IDA), ChangePerson(eg.IDA.user, role="admin"))

    assert desk.agents[eg.IDA.id].role == "admin"
    assert desk.agents[eg.IDA.id].disabled


def test_who_acts_is_an_agent_of_this_desk():
    desk = given(eg.account(eg.IDA))

    assert agent_of(desk, eg.IDA.id).who.user == "Ida"
    with pytest.raises(Refused):
        agent_of(desk, eg.JON.id)
