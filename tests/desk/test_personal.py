from frontdesk.desk.ids import PersonId
from frontdesk.desk.personal import Profile, Text, Who

ANA = PersonId("ana")


def test_values_of_the_same_content_are_equal():
    assert Who(ANA, "Ana") == Who(ANA, "Ana")
    assert Profile(ANA, "Ana", "?", {"os": "x"}) == Profile(ANA, "Ana", "?", {"os": "x"})
    assert Text("hi") == Text("hi")
    assert len({Who(ANA, "Ana"), Who(ANA, "Ana")}) == 1
    assert len({Profile(ANA, "Ana", "?", {}), Profile(ANA, "Ana", "?", {})}) == 1
    assert len({Text("hi"), Text("hi")}) == 1


def test_values_of_other_content_differ():
    assert Who(ANA, "Ana") != Who(ANA, "Eva")
    assert Who(ANA, "Ana") != Profile(ANA, "Ana", "?", {})
    assert Profile(ANA, "Ana", "?", {}) != Profile(ANA, "Ana", "?", {"os": "x"})
    assert Profile(ANA, "Ana", "?", {}) != Who(ANA, "Ana")
    assert Text("hi") != Text("ho")
    assert Text("hi") != "hi"


def test_a_profile_has_a_who():
    assert Profile(ANA, "Ana", "?", {}).who == Who(ANA, "Ana")


def test_what_a_guest_told_about_their_machine_stays_out_of_logs():
    assert repr(Who(ANA, "Ana")) == "Who('ana', 'Ana')"
    assert repr(Text("hi")) == "Text('hi')"
    assert "secret" not in repr(Profile(ANA, "Ana", "?", {"page": "secret"}))
