from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from frontdesk.config import SETTINGS, BadSetting, Config, judge, load
from frontdesk.config.together import clashes, idle_flags

HOME = {"HOME": "/home-of-ana", "XDG_DATA_HOME": "/data-of-ana"}


def test_every_setting_of_the_table_is_a_field_and_no_other():
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Config)]


def test_nothing_needs_to_be_set():
    config = load({}, HOME)

    assert (config.host, config.port, config.memory) == ("127.0.0.1", 8420, False)
    assert config.data_dir == Path("/data-of-ana/frontdesk")
    assert ip_network("127.0.0.0/8") in config.trusted_proxies


@pytest.mark.parametrize("data_home", ["", "relative/path"])
def test_without_a_data_home_the_folder_is_below_home(data_home: str):
    config = load({}, {"XDG_DATA_HOME": data_home})

    assert config.data_dir == Path.home() / ".local/share/frontdesk"


def test_a_flag_beats_the_environment_which_beats_the_default():
    environment = {"FRONTDESK_PORT": "9000", "FRONTDESK_HOST": "::1", "FRONTDESK_MEMORY": ""}

    config = load({"port": "9001"}, environment)

    assert (config.port, config.host, config.memory) == (9001, "::1", False)


@pytest.mark.parametrize(
    ("flags", "environment", "said"),
    [
        ({"port": "http"}, {}, "--port is 'http', but it takes a whole number from 0 to 65535."),
        ({"port": "65536"}, {}, "whole number"),
        ({"port": "-1"}, {}, "whole number"),
        ({"port": "9" * 5000}, {}, "whole number"),
        ({}, {"FRONTDESK_PORT": "8420 please"}, "FRONTDESK_PORT is '8420 please'"),
        ({}, {"FRONTDESK_MEMORY": "maybe"}, "yes or no"),
        ({"host": "http://desk"}, {}, "a host name or an address"),
        ({"data_dir": " "}, {}, "the path of a folder"),
        ({"data_dir": "~nobody-here/x"}, {}, "nobody's home"),
        ({"trusted_proxies": "proxy"}, {}, "addresses and networks"),
        ({}, {"FRONTDESK_PROT": "9000"}, "Did you mean: FRONTDESK_PORT."),
        ({}, {"FRONTDESK_UDS_FILE": "/run/uds"}, "Did you mean: FRONTDESK_UDS."),
        ({}, {"FRONTDESK_XYZ": "1"}, "There are: FRONTDESK_HOST,"),
    ],
)
def test_a_bad_value_is_refused_with_what_may_stand_there(
    flags: dict[str, str], environment: dict[str, str], said: str
):
    with pytest.raises(BadSetting) as bad:
        load(flags, environment)

    assert said in str(bad.value)


def test_proxies_are_addresses_and_networks():
    config = load({"trusted_proxies": "10.0.0.5, fd00::/8,"}, {})

    assert config.trusted_proxies == (ip_network("10.0.0.5/32"), ip_network("fd00::/8"))


def test_every_setting_says_what_it_is_for_in_a_sentence():
    for setting in SETTINGS:
        assert setting.help.endswith(".")
        default = setting.default_in(HOME)
        assert default is None or setting.kind.read(default) is not None


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://desk.example", "https://desk.example"),
        (" HTTPS://Desk.Example:443/ ", "https://desk.example"),
        ("https://desk.example:8443", "https://desk.example:8443"),
        ("http://localhost:8420", "http://localhost:8420"),
        ("https://xn--bro-hoa.example", "https://xn--bro-hoa.example"),
    ],
)
def test_what_the_world_calls_the_server_is_kept_as_browsers_write_it(typed: str, url: str):
    assert load({"base_url": typed}, {}).base_url == url


@pytest.mark.parametrize(
    "typed",
    [
        "desk.example",
        "http://desk.example",
        "https://desk.example/chat",
        "https://desk.example?",
        "https://ida@desk.example",
        "https://*.desk.example",
        "https://desk.example:0",
        "https://desk.example:65536",
        "https://b\u00fcro.example",
        "https://desk\n.example",
        "javascript:alert(1)",
        "https://",
        "",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(typed: str):
    with pytest.raises(BadSetting, match="an address such as https://desk.example"):
        load({"base_url": typed}, {})


def test_who_comes_over_a_socket_file_is_a_proxy_to_believe():
    flags = {"uds": "/run/desk.sock", "trusted_proxies": "10.0.0.5"}

    config = load(flags, {})

    assert config.proxies == (ip_network("10.0.0.5/32"), ip_network("127.0.0.1/32"))
    assert load({"trusted_proxies": "10.0.0.5"}, {}).proxies == (ip_network("10.0.0.5/32"),)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"tls_cert": "/c"}, "--tls-cert is set, but --tls-key is not."),
        ({"tls_key": "/k"}, "--tls-key is set, but --tls-cert is not."),
        ({"tls_cert": "/c", "tls_key": "/k", "uds": "/s"}, "--uds and --tls-cert are both set."),
    ],
)
def test_settings_that_cannot_hold_together_are_told(flags: dict[str, str], said: str):
    [sentence] = clashes(judge(flags, {}).found)

    assert sentence.startswith(said)
    assert not list(clashes(judge({}, {}).found))
    assert not list(clashes(judge({"tls_cert": "/c", "tls_key": "/k"}, {}).found))


@pytest.mark.parametrize("flag", ["host", "port"])
def test_a_host_or_a_port_means_nothing_beside_a_socket_file(flag: str):
    given = {flag: "1"}

    [sentence] = idle_flags(judge(given, {"FRONTDESK_UDS": "/s"}).found)

    assert sentence.startswith(
        f"With FRONTDESK_UDS the server listens on that socket alone, so --{flag}"
    )
    # It may stand in a file for other machines.
    assert not list(idle_flags(judge({"uds": "/s"}, {f"FRONTDESK_{flag.upper()}": "1"}).found))
