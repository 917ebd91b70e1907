"""What an operator types about desks."""

import json

import pytest

from frontdesk.engine import accounts
from tests.cli.test_commands import Operator
from tests.cli.test_commands import operator as operator


def ok(operator: Operator, *words: str) -> str:
    result = operator.types(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def sales(operator: Operator) -> Operator:
    """There is a desk beside the main one, and Ida works at it alone."""
    operator.adds("Ada", "--role", "admin")
    ok(operator, "desk", "add", "sales")
    operator.adds("Ida", "--desk", "sales")
    return operator


def test_a_desk_is_added_and_listed(sales: Operator):
    assert ok(sales, "desk", "list") == "main   open  0  0\nsales  open  0  0\n"
    assert json.loads(ok(sales, "desk", "list", "--json")) == [
        {"desk": "main", "state": "open", "waiting": 0, "helped": 0},
        {"desk": "sales", "state": "open", "waiting": 0, "helped": 0},
    ]


def test_a_desk_that_is_there_is_not_added_again(sales: Operator):
    result = sales.types("desk", "add", "sales")

    assert result.exit_code == 0
    assert "There was a desk sales already." in result.stderr


def test_there_is_room_for_so_many_desks(sales: Operator, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(accounts, "DESKS_MOST", 2)

    result = sales.types("desk", "add", "night")

    assert result.exit_code == 1
    assert "There is room for 2 desks." in result.stderr
    assert ok(sales, "desk", "list") == "main   open  0  0\nsales  open  0  0\n"
    # One that is there is brought up to date all the same.
    assert "already" in sales.types("desk", "add", "sales").stderr


@pytest.mark.parametrize("name", ["", "Sales", "sa les", "-sales", "sales-", "a" * 41, "../x", "ä"])
def test_what_cannot_stand_in_an_address_is_no_name_of_a_desk(operator: Operator, name: str):
    operator.adds("Ada")

    result = operator.types("desk", "add", "--", name)

    assert result.exit_code == 1
    assert "small letters, digits and hyphens" in result.stderr
    assert ok(operator, "desk", "list") == "main  open  0  0\n"


def test_accounts_work_at_the_desks_that_were_named(sales: Operator):
    assert ok(sales, "user", "list") == "Ada  admin  all\nIda  agent  sales\n"
    ok(sales, "user", "assign", "Ida", "--desk", "main", "--desk", "sales")
    assert "Ida  agent  main,sales" in ok(sales, "user", "list")
    ok(sales, "user", "assign", "Ida", "--all-desks")
    assert "Ida  agent  all" in ok(sales, "user", "list")


def test_a_desk_that_is_not_there_is_told_with_the_nearest(sales: Operator):
    for words in (
        ("user", "add", "Jon", "--desk", "sale", "--password-stdin"),
        ("user", "assign", "Ida", "--desk", "sale"),
        ("desk", "show", "sale"),
        ("desk", "set", "sale", "open=no"),
        ("desk", "close", "sale"),
    ):
        result = sales.types(*words, stdin="correct horse\n")
        assert result.exit_code == 1
        assert "There is no desk 'sale'. Did you mean sales?" in result.stderr
    assert "Jon" not in ok(sales, "user", "list")


def test_a_role_is_changed(sales: Operator):
    ok(sales, "user", "role", "Ida", "monitor")

    assert "Ida  monitor" in ok(sales, "user", "list")


def test_to_assign_takes_some_desks_or_all(sales: Operator):
    for words in ((), ("--desk", "main", "--all-desks")):
        assert sales.types("user", "assign", "Ida", *words).exit_code == 2


def test_settings_are_shown_and_changed(sales: Operator):
    ok(sales, "desk", "set", "sales", "silence_s=300", "open=no", "availability_to=agents")

    shown = json.loads(ok(sales, "desk", "show", "sales", "--json"))
    assert (shown["silence_s"], shown["open"], shown["availability_to"]) == (300, False, "agents")
    assert "silence_s        300     900" in ok(sales, "desk", "show", "sales")
    assert json.loads(ok(sales, "desk", "show", "main", "--json"))["silence_s"] == 900


def test_what_has_lines_is_typed_and_shown_in_one(sales: Operator):
    ok(sales, "desk", "set", "main", "sites=https://b.example, https://*.a.example")
    ok(sales, "desk", "set", "main", r"greeting=Hello!\nWe are here.", "title=The Shop")
    ok(sales, "desk", "set", "main", r"fields=Order\nPlan* = Free | Paid")

    values = json.loads(ok(sales, "desk", "show", "main", "--json"))
    assert values["sites"] == "https://b.example\nhttps://*.a.example"
    assert values["greeting"] == "Hello!\nWe are here."
    assert values["fields"] == "Order\nPlan* = Free | Paid"
    shown = ok(sales, "desk", "show", "main")
    assert r" Hello!\nWe are here. " in shown
    assert len(shown.splitlines()) == len(values)
    ok(sales, "desk", "set", "main", "sites=")
    assert json.loads(ok(sales, "desk", "show", "main", "--json"))["sites"] == ""


def test_what_goes_into_a_page_names_the_server_as_the_world_does(sales: Operator):
    printed = ok(sales, "desk", "snippet", "sales", "--base-url", "https://Desk.example/")
    unnamed = sales.types("desk", "snippet", "sales")
    unknown = sales.types("desk", "snippet", "slaes", FRONTDESK_BASE_URL="https://desk.example")

    tag = '<script src="https://desk.example/widget.js" data-desk="sales" async></script>'
    assert printed == f"{tag}\n"
    assert unnamed.exit_code == 0
    here = tag.replace("https://desk.example", "http://127.0.0.1:8420")
    assert unnamed.stdout == f"{here}\n"
    assert "frontdesk desk snippet sales --base-url https://desk.example" in unnamed.stderr
    assert unknown.exit_code == 1
    assert "sales" in unknown.stderr


def test_a_desk_is_closed_and_opened(sales: Operator):
    closed = sales.types("desk", "close", "sales")
    assert f"frontdesk desk open sales {sales.on_the_folder}\n" in closed.stderr
    assert "sales  closed" in ok(sales, "desk", "list")
    ok(sales, "desk", "open", "sales")
    assert "sales  open" in ok(sales, "desk", "list")


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ("silence_s=5", 3, "silence_s is '5', but it takes a whole number from 120 to 86400."),
        ("open=perhaps", 3, "open is 'perhaps', but it takes yes or no."),
        ("silense_s=300", 3, "A desk has no setting 'silense_s'. Did you mean: silence_s."),
        ("silence_s", 2, "'silence_s' is no SETTING=VALUE."),
        ("sites=http://shop.example", 3, "http only for localhost; line 1 is none."),
        ("color=red", 3, "color is 'red', but it takes a colour such as #1a7f5c, or nothing."),
    ],
)
def test_a_setting_that_cannot_be_changes_nothing(
    sales: Operator, change: str, code: int, said: str
):
    result = sales.types("desk", "set", "sales", "queue_most=5", change)

    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert json.loads(ok(sales, "desk", "show", "sales", "--json"))["queue_most"] == 10_000
