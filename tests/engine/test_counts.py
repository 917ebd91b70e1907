from frontdesk.engine.counts import Tally


def test_a_tally_says_how_many_were_at_most_each_bound():
    tally = Tally((1, 2, 4))
    for value in (0, 1, 1.5, 2, 3, 100):
        tally.add(value)

    assert tally.up_to() == [(1, 2), (2, 4), (4, 5), (float("inf"), 6)]
    assert tally.total == 107.5
