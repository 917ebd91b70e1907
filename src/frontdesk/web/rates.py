"""How fast a server lets anybody go on, whoever they are; the rates of a desk are its settings."""

from msgspec import Struct

from frontdesk.web.bounds import LOOPBACK, Network

# A company of 500 behind one address, all of them in a conversation, makes about 400 requests a
# second: polls, messages, typing. It is a twentieth of what one server answers.
ADDRESS_RATE = 30_000

# Wrong passwords a minute from one address. A hundred people on a Monday morning make about as
# many slips; whoever tries one password on a thousand accounts needs more than an hour and a half.
SIGN_IN_RATE = 10


class Rates(Struct, frozen=True):
    """The rates of a server, a minute.

    `proxies` are counted nowhere: everybody comes through them.
    """

    address_rate: int = ADDRESS_RATE
    sign_in_rate: int = SIGN_IN_RATE
    proxies: tuple[Network, ...] = LOOPBACK
