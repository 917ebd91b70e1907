from hypothesis import given
from hypothesis import strategies as st

from frontdesk.desk.table import Table


def test_a_table_is_a_mapping_in_the_order_of_insertion():
    table = Table({"a": 1})
    table.put("b", 2)
    table.put("a", 3)

    assert list(table) == ["a", "b"]
    assert list(table.items()) == [("a", 3), ("b", 2)]
    assert list(table.keys()) == ["a", "b"]
    assert list(table.values()) == [3, 2]
    assert len(table) == 2
    assert table["a"] == 3
    assert table.get("a") == 3
    assert table.get("z") is None
    assert table.get("z", 9) == 9
    assert "b" in table
    assert "z" not in table
    assert table.last() == 2
    assert repr(table) == "Table({'a': 3, 'b': 2})"


def test_dropping_what_is_not_there_does_nothing():
    table = Table({"a": 1})
    table.drop("z")
    table.drop("a")
    table.drop("a")

    assert not table
    assert table.last() is None


def test_a_table_equals_one_of_the_same_rows_and_nothing_else():
    assert Table({"a": 1}) == Table({"a": 1})
    assert Table({"a": 1}) != Table({"a": 2})
    assert Table({"a": 1}) != {"a": 1}


def test_the_rows_that_it_was_made_of_stay_the_callers():
    rows = {"a": 1}
    Table(rows).put("b", 2)

    assert rows == {"a": 1}


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("pdf"), st.integers(0, 3))))
def test_forks_never_see_each_others_writes(steps: list[tuple[int, str, int]]):
    tables: list[Table[int, int]] = [Table()]
    expected: list[dict[int, int]] = [{}]
    for number, (which, what, key) in enumerate(steps):
        at = which % len(tables)
        if what == "f":
            tables.append(tables[at].fork())
            expected.append(dict(expected[at]))
        elif what == "p":
            tables[at].put(key, number)
            expected[at][key] = number
        else:
            tables[at].drop(key)
            expected[at].pop(key, None)
        assert [list(table.items()) for table in tables] == [
            list(rows.items()) for rows in expected
        ]
