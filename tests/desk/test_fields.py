"""The fields that a desk adds to its form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.desk.fields import FIELDS_MOST, OPTION_CHARS, OPTIONS_MOST, Field, Fields, listed
from frontdesk.desk.limits import INFO_KEY_CHARS


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Order number", Field("Order number")),
        ("  Order   number * ", Field("Order number", required=True)),
        ("Plan* = Free | Paid", Field("Plan", True, ("Free", "Paid"))),
        ("Plan=Free|Paid", Field("Plan", False, ("Free", "Paid"))),
        ("Size = a = b | 1 * 1", Field("Size", False, ("a = b", "1 * 1"))),
        ("Ville = Besanc\u0327on", Field("Ville", False, ("Besan\u00e7on",))),
        ("__proto__", Field("__proto__")),
        ("注文番号", Field("注文番号")),
        ("Mood = 👩‍🚀 | 🙂", Field("Mood", False, ("👩‍🚀", "🙂"))),
        ("x" * INFO_KEY_CHARS, Field("x" * INFO_KEY_CHARS)),
    ],
)
def test_a_line_is_a_field(line: str, field: Field):
    assert listed(Fields().check(line)) == (field,)


def test_fields_are_kept_evenly_spaced_and_in_their_order():
    typed = "\r\nPlan*=Free|  Paid\r\n\n Order  number \n"

    assert Fields().check(typed) == "Plan* = Free | Paid\nOrder number"
    assert Fields().read(r"Plan* = Free\nOrder number") == "Plan* = Free\nOrder number"
    assert Fields().check(" \n") == ""
    assert listed("") == ()


@pytest.mark.parametrize(
    "line",
    [
        *("*", "?", "= a", "* = a | b", "a**", "a*b", "a|b", "a | b = c", "Plan =", "Plan = |"),
        *("Plan = a |", "Plan = a || b", "Plan = a | a", "x" * (INFO_KEY_CHARS + 1)),
        f"Plan = {'x' * (OPTION_CHARS + 1)}",
        f"Plan = {' | '.join(map(str, range(OPTIONS_MOST + 1)))}",
    ],
)
def test_what_is_no_field_is_refused_with_its_line(line: str):
    with pytest.raises(ValueError, match="; line 2 is none$"):
        Fields().check(f"Order number\n{line}")


@pytest.mark.parametrize(
    "value",
    [
        *(None, 7, True, ["a"], "a\tb", "a\0", "a\u2028b", "a\rb\x1b", "\ud800", "a\ue000"),
        *("Plan\nPlan", "Plan\nplan*", "Page", "browser", "SYSTEM", "Contact*"),
        "\n".join(f"Field {n}" for n in range(FIELDS_MOST + 1)),
        "a\n" * 5_000_000,
    ],
)
def test_what_are_no_fields_is_refused(value: object):
    with pytest.raises(ValueError, match="up to 6 lines"):
        Fields().check(value)


def test_the_longest_form_fits():
    options = " | ".join(f"{n:02}".ljust(OPTION_CHARS, "x") for n in range(OPTIONS_MOST))
    lines = [f"{n}{'x' * (INFO_KEY_CHARS - 1)}* = {options}" for n in range(FIELDS_MOST)]

    told = Fields().check("\n".join(lines))

    assert len(listed(told)) == FIELDS_MOST
    assert {len(field.options) for field in listed(told)} == {OPTIONS_MOST}


@given(st.text(alphabet=st.sampled_from("Ab1*=| \t\n\r\\n\u0301\u00a0\u3000\ufdfa"), max_size=40))
def test_whatever_is_taken_means_the_same_when_it_is_read_again(value: str):
    try:
        told = Fields().check(value)
    except ValueError:
        return
    assert Fields().check(told) == told
    labels = [field.label for field in listed(told)]
    assert len(set(labels)) == len(labels) <= FIELDS_MOST
