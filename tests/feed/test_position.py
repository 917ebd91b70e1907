import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.feed.position import Place, Position, after_entry, parse
from tests import examples as eg


@given(st.integers(0, 10**16 - 1), st.integers(0, 10**5 - 1), st.integers(0, 10**18 - 1))
def test_an_id_reads_back_as_the_position_that_it_was_made_of(offset: int, part: int, signal: int):
    position = Position(eg.EPOCH, Place(offset, part), signal)

    assert parse(str(position)) == position


def test_an_id_holds_the_signals_only_if_there_were_any():
    assert str(Position(eg.EPOCH, Place(7, 2))) == "00e0c0de.7.2"
    assert str(Position(eg.EPOCH, Place(7, 2), 9)) == "00e0c0de.7.2.9"


@pytest.mark.parametrize(
    "id",
    [
        "",
        "7.2",
        "00e0c0de",
        "00e0c0de.7",
        "00e0c0de.7.2.",
        "00e0c0de.7.2.0",
        "00e0c0de.07.2",
        "00e0c0de.7.-2",
        "00E0C0DE.7.2",
        "0e0c0de.7.2",
        " 00e0c0de.7.2",
        "00e0c0de.7.2\n",
        "00e0c0de.٧.2",
        "00e0c0de.7.2.3.4",
        "00e0c0de." + "9" * 17 + ".1",
        "00e0c0de.1." + "9" * 6,
    ],
)
def test_what_is_no_id_is_recognised(id: str):
    assert parse(id) is None


def test_places_compare_as_the_log_goes():
    assert Place(6, 9) < Place(7, 0) < Place(7, 1) < Place(7, 2) < Place(10, 0)


def test_whoever_has_heard_an_entry_stands_before_the_next():
    assert Place(7, 99_999) < after_entry(7) < Place(8, 1)
