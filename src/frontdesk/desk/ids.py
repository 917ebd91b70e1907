"""The names of things, as types, so that a room is never passed where a person belongs.

All are opaque strings, made at the edge and handed in. None is ever used again.
"""

from typing import NewType

DeskId = NewType("DeskId", str)
PersonId = NewType("PersonId", str)
RoomId = NewType("RoomId", str)

# The desk that exists from the start.
MAIN = DeskId("main")
