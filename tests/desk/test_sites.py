"""Which sites a desk may allow, and that nothing else comes into a header with them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.desk.sites import SITES_CHARS, SITES_MOST, Sites, listed

# All that may stand in a value of `frame-ancestors` beside keywords (CSP 3, `host-source`).
SOURCE = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]+)?")


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("  HTTPS://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("https://shop.example:08443", "https://shop.example:8443"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://intranet", "https://intranet"),
        ("https://10.0.0.5", "https://10.0.0.5"),
        ("https://2.shop", "https://2.shop"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://localhost:80", "http://localhost"),
        ("http://app.localhost", "http://app.localhost"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_an_origin_is_kept_as_a_browser_writes_it(line: str, origin: str):
    assert Sites().check(line) == origin


@pytest.mark.parametrize(
    "line",
    [
        *("shop.example", "//shop.example", "shop", "*", "'self'", "'none'", "null", "https:", "-"),
        *("https://", "https://*", "https://*.", "https://.example", "https://a..b", "https://a."),
        *("https://shop.*", "https://*shop.example", "https://a.*.example", "https://*.*.example"),
        *("https://-a.example", "https://a-.example", "https://a_b.example", f"https://{'a' * 64}"),
        *("https://a.example/page", "https://a.example?x", "https://a.example#x", "https://a//"),
        *("https://user@a.example", "https://a.example:", "https://a.example:0"),
        *("https://a.example:65536", "https://a.example:*", "https://a.example:+1"),
        *("https://a.example:٤٤٣", "https://bücher.example", "https://a.example\\", "https://a%2e"),
        *("https://[::1]", "https://256.0.0.1", "https://1.2.3", "https://0x7f.1", "https://1"),
        *("https://010.0.0.1", "https://*.0.0.1"),
        *("http://shop.example", "http://localhost.shop.example", "http://10.0.0.5", "http://*"),
        *("ws://a.example", "data:x", "javascript:alert(1)", "file:///etc", "chrome-extension://a"),
        *("https://a.example; script-src *", "https://a.example 'unsafe-inline'", "https://a,b"),
        *("https://a.example\rX-Evil: 1", "https://a.example\0", "https://a.example\u2028x"),
        *("https://ⓐ.example", "https://a.example\u00ad"),
        "https://" + ".".join(["abcdefgh"] * 30),
    ],
)
def test_what_is_no_origin_is_refused_with_its_line(line: str):
    with pytest.raises(ValueError, match="; line 2 is none$"):
        Sites().check(f"https://fine.example\n{line}")


@pytest.mark.parametrize("value", [None, 7, True, ["https://a.example"], {}])
def test_what_is_no_text_is_no_list_of_sites(value: object):
    with pytest.raises(ValueError, match="up to 50 origins"):
        Sites().check(value)


def test_empty_lines_and_repeats_are_dropped_and_the_order_stays():
    typed = "\nhttps://b.example\r\n\n https://a.example \nHTTPS://B.example/\n"

    assert Sites().check(typed) == "https://b.example\nhttps://a.example"
    assert Sites().check("") == Sites().check(" \n ") == ""
    assert listed("") == ()


def test_a_list_is_typed_in_one_line_too():
    typed = r"https://a.example, https://b.example\nhttps://c.example https://d.example"

    assert [one[8] for one in listed(Sites().read(typed))] == ["a", "b", "c", "d"]


def test_a_list_has_an_end():
    most = "\n".join(f"https://s{n}.example" for n in range(SITES_MOST))
    long = "\n".join(f"https://{n:02}{'a' * 60}.example" for n in range(SITES_MOST))

    assert len(listed(Sites().check(most))) == SITES_MOST
    with pytest.raises(ValueError, match="up to 50"):
        Sites().check(f"{most}\nhttps://one-more.example")
    assert len(long) > SITES_CHARS
    with pytest.raises(ValueError, match="3000 characters in all"):
        Sites().check(long)
    for flood in ("\n" * 10_000_000, "https://a.example\n" * 500_000):
        with pytest.raises(ValueError, match="up to 50"):
            Sites().check(flood)


@given(st.text(alphabet=st.sampled_from("https:/.*-ab1 \t\n\r;,'\"\\[]@\u0130\uff0e"), max_size=60))
def test_whatever_is_taken_can_stand_in_the_header_and_is_taken_again(value: str):
    try:
        told = Sites().check("https://" + value)
    except ValueError:
        return
    assert all(SOURCE.fullmatch(origin) for origin in listed(told))
    assert Sites().check(told) == Sites().read(told) == told
