"""The names of things, as types, so that a room is never passed where a person belongs.

All are opaque strings, made at the edge and handed in, but for the names of desks, which people
choose and read in addresses. None is ever used again.
"""

import re
from typing import NewType

DeskId = NewType("DeskId", str)
PersonId = NewType("PersonId", str)
RoomId = NewType("RoomId", str)
# Of a key with which a site vouches for guests.
KeyId = NewType("KeyId", str)

# The desk that exists from the start.
MAIN = DeskId("main")

# What stands in a URL and in a file's name alike, and is read out on the phone.
DESK_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
