"""How much a connection may ask of the server before anybody has read what it says.

A socket costs its sender nothing, so whatever is not bounded here is an outage. Nothing here may
depend on who asks; what people may do is for the desk to say. Durations are integer milliseconds
and end in `_MS`, sizes in `_BYTES`.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network

# Request line and headers. Browsers send under 2 KiB, with a few cookies of other applications on
# the same host under 8; proxies allow 8 to 16.
HEAD_BYTES = 16_384

# Browsers send about 15 headers, a chain of proxies adds ten.
HEADERS = 100

# From the first byte of a request to the end of its headers, and from a new connection to its
# first byte. A phone at the edge of its network takes 2 or 3 s; who takes longer than 10 s is not
# going to listen well either.
HEAD_MS = 10_000

# From the end of the headers to the end of the body. The largest is 64 KiB: 3 KiB/s will do.
BODY_MS = 20_000

# How long a connection is kept for a next request. Longer than the 60 s for which proxies keep
# theirs, so that it is never ours that closes just as a request comes in.
IDLE_MS = 75_000

# Requests that one connection sends ahead of their answers. Browsers send none.
AHEAD = 8

# How long somebody who is turned away may take to read why. Closing at once would make the kernel
# drop the answer with what was still coming in.
LEAVING_MS = 2_000

# Connections in all. Each idle stream takes about 19 KiB (measured), and a file descriptor.
CONNECTIONS = 10_000

# Of the connections, one in so many is kept for staff: the last ones are for accounts and for those
# who sign in. A flood of guests must not keep out the people who can do something about it, and a
# thousand are more than any team that one server serves.
KEPT_SHARE = 10

# Connections from one address (one /64 of IPv6), and `places.WIDE` times as many from its /48. A
# company behind one address has one or two for each of its people; above it is one machine that
# takes everybody's places.
ADDRESS_CONNECTIONS = 1_000

# Connections that wait to be accepted. A restart brings everybody back within the same second.
BACKLOG = 2_048

# How long open answers may take once the server is to end. Long polls answer at once.
SHUTDOWN_MS = 5_000

# Pieces that a message may come in. Browsers send one; libraries that stream, one for some KiB.
FRAGMENTS = 256

# Pings and pongs a second. A client sends one every twenty seconds or so.
CONTROLS = 20

# Answers to pings that wait to be read, before somebody is taken for one who reads nothing.
UNREAD_BYTES = 65_536

# How long the application may take to close a WebSocket when the server ends.
FAREWELL_MS = 1_500

# How long anybody may take, when the server ends, to take in what is on its way and to answer a
# close. Who is there does so at once; the others must not hold up a restart.
LAST_WORD_MS = 300

# How long the end waits, where the next server takes up the same socket, for the first request of
# those who were let in just before. It is on its way; but browsers also connect and say nothing.
NEWCOMER_MS = 1_000

# How often a WebSocket is asked whether anybody is there, and how long they have to answer. Behind
# a proxy this is the only way to know; it is what makes a dead line known within 30 s.
PING_MS = 10_000
PONG_MS = 6_000

# This machine, where a proxy in front usually stands.
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

# A WebSocket frame: the largest message with its JSON around it, each character escaped.
FRAME_BYTES = 65_536


@dataclass(frozen=True)
class Bounds:
    """The bounds of a server's connections, as set above unless said otherwise.

    `proxies` are where the proxies in front stand. Everybody comes through them, so there is no
    bound on what comes from one of them but the bound on all.
    """

    head_bytes: int = HEAD_BYTES
    headers: int = HEADERS
    head_ms: int = HEAD_MS
    body_ms: int = BODY_MS
    idle_ms: int = IDLE_MS
    ahead: int = AHEAD
    leaving_ms: int = LEAVING_MS
    farewell_ms: int = FAREWELL_MS
    last_word_ms: int = LAST_WORD_MS
    newcomer_ms: int = NEWCOMER_MS
    fragments: int = FRAGMENTS
    controls: int = CONTROLS
    unread_bytes: int = UNREAD_BYTES
    connections: int = CONNECTIONS
    address_connections: int = ADDRESS_CONNECTIONS
    proxies: tuple[Network, ...] = LOOPBACK

    @property
    def open_to_all(self) -> int:
        """Connections that anybody may have; those beyond are kept for staff."""
        return self.connections - self.connections // KEPT_SHARE
