from typing import Any

import pytest

from frontdesk.desk.ids import PersonId
from frontdesk.web.devices import Devices
from tests import examples as eg

OURS = Devices(b"a secret of the server")
HTTPS = {"scheme": "https", "headers": []}


def value(devices: Devices, person: PersonId) -> str:
    """What the cookie of a new device of this person holds."""
    _, given = devices.cookie(HTTPS, person, None)
    return given.decode().partition(";")[0].partition("=")[2]


def carrying(cookie: bytes, scheme: str = "https") -> dict[str, Any]:
    """A request with this as the cookie of its device."""
    name = b"__Host-frontdesk-device" if scheme == "https" else b"frontdesk-device"
    return {"scheme": scheme, "headers": [(b"cookie", name + b"=" + cookie)]}


IDAS = value(OURS, eg.IDA.id)


def test_a_device_is_known_as_that_of_its_owner_alone():
    carried = carrying(IDAS.encode())

    assert OURS.known(carried, eg.IDA.id) == IDAS.partition(".")[0]
    assert OURS.known(carried, eg.JON.id) is None
    assert OURS.known(carried, None) is None
    assert OURS.known(HTTPS, eg.IDA.id) is None


def test_each_device_is_another():
    assert value(OURS, eg.IDA.id) != IDAS


@pytest.mark.parametrize(
    "cookie",
    [
        b"",
        b".",
        b"\xe9.\xe9",
        b"\xff" * 97,
        IDAS[:-1].encode(),
        IDAS.upper().encode(),
        IDAS.partition(".")[0].encode(),
        b"0" + IDAS[1:].encode() if IDAS[0] != "0" else b"1" + IDAS[1:].encode(),
        value(Devices(b"the secret of another"), eg.IDA.id).encode(),
    ],
    # What is signed is another one each time, and a name of a test is the same one.
    ids=range(9),
)
def test_what_we_have_not_signed_is_no_device(cookie: bytes):
    assert OURS.known(carrying(cookie), eg.IDA.id) is None


def test_nobody_has_no_devices():
    nobodys = value(OURS, PersonId(""))

    assert OURS.known(carrying(nobodys.encode()), None) is None
    assert OURS.known(carrying(nobodys.encode()), PersonId("")) is None


def test_a_device_of_plain_http_is_none_over_https():
    assert OURS.known(carrying(IDAS.encode(), "http"), eg.IDA.id)
    over = {"scheme": "https", "headers": [(b"cookie", b"frontdesk-device=" + IDAS.encode())]}
    assert OURS.known(over, eg.IDA.id) is None
