import pytest

from frontdesk.web.places import WIDE, Places

NOW = 1_000_000
KEPT_MS = 120_000
OFFICE = "203.0.113.7"


def network(number: int, site: int = 0) -> str:
    return f"2001:db8:{site:x}:{number:x}::/64"


def flood(places: Places, networks: int, *, site: int = 0) -> int:
    """How many are let in, of one from each network of a site."""
    return sum(places.take(network(n, site), 60, 10, NOW) == 0 for n in range(networks))


@pytest.mark.slow
def test_all_networks_of_a_site_together_are_let_in_like_eight_of_them():
    places = Places(50_000, KEPT_MS)

    assert flood(places, 65_536) == WIDE * 10
    assert flood(places, 10, site=1) == 10


@pytest.mark.slow
def test_a_network_that_is_too_fast_takes_nothing_from_its_neighbours():
    places = Places(50_000, KEPT_MS)
    for _ in range(10_000):
        places.take(network(1), 60, 10, NOW)

    assert flood(places, 65_536) == WIDE * 10 - 10


@pytest.mark.slow
def test_no_network_makes_an_address_or_another_network_be_forgotten():
    places = Places(100, KEPT_MS)
    for place in (OFFICE, network(1, site=9)):
        for _ in range(10):
            assert places.take(place, 60, 10, NOW) == 0

    for site in range(4):
        flood(places, 65_536, site=10 + site)

    assert places.take(OFFICE, 60, 10, NOW) > 0
    assert len(places) <= 100 + 2 * 50


def test_a_network_that_was_forgotten_is_still_one_of_its_site():
    places = Places(20, KEPT_MS)
    let_in = sum(flood(places, 100) for _ in range(100))

    assert let_in == WIDE * 10


def test_what_is_given_back_may_be_taken_again():
    places = Places(100, KEPT_MS)
    for place in (OFFICE, network(1)):
        for _ in range(1_000):
            assert places.take(place, 1, 1, NOW) == 0
            places.give_back(place)


def test_what_is_counted_apart_is_let_in_apart():
    places = Places(100, KEPT_MS)
    assert places.take(OFFICE, 1, 1, NOW, of="main") == 0

    assert places.take(OFFICE, 1, 1, NOW, of="north") == 0
    assert places.take(OFFICE, 1, 1, NOW, of="main") > 0
