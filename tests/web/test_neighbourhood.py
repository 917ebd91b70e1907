from ipaddress import ip_network

import pytest

from frontdesk.web.bounds import LOOPBACK
from frontdesk.web.neighbourhood import neighbourhood, wider


def place(host: str) -> str | None:
    return neighbourhood((host, 40_000), LOOPBACK)


def test_an_ipv4_address_is_one():
    assert place("203.0.113.7") == "203.0.113.7"
    assert place("203.0.113.7") != place("203.0.113.8")


@pytest.mark.parametrize("host", ["2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:DB8:1:2::1%eth0"])
def test_an_ipv6_network_of_64_bits_is_one(host: str):
    assert place(host) == "2001:db8:1:2::/64"


def test_the_next_ipv6_network_is_another():
    assert place("2001:db8:1:3::1") != place("2001:db8:1:2::1")


def test_an_ipv4_address_written_as_ipv6_is_the_same_one():
    assert place("::ffff:203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_a_proxy_is_counted_nowhere(host: str):
    assert place(host) is None


def test_only_these_proxies_are_counted_nowhere():
    assert neighbourhood(("127.0.0.1", 1), (ip_network("10.0.0.0/8"),)) == "127.0.0.1"
    assert neighbourhood(None, LOOPBACK) is None


def test_a_network_of_ipv6_lies_in_one_of_48_bits_and_nothing_else_does():
    assert wider("2001:db8:1:2::/64") == wider("2001:db8:1:ffff::/64") == "2001:db8:1::/48"
    assert wider("2001:db8:2:2::/64") == "2001:db8:2::/48"
    assert wider("203.0.113.7") is None
    assert wider("testclient") is None
