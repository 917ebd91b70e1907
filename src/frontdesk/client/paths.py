"""Every command of a desk: its method, and its path below the desk (protocol §6).

Names are those of a socket's `do`. What stands in braces is taken out of the body.
"""

import re
from typing import NamedTuple
from urllib.parse import quote

from frontdesk.client.lines import Json


class Path(NamedTuple):
    """Where a command goes over HTTP."""

    method: str
    pattern: str

    def filled(self, body: Json) -> tuple[str, Json]:
        """The path, and what is left of the body."""
        rest = dict(body)
        path = re.sub(r"\{(\w+)\}", lambda at: quote(str(rest.pop(at[1])), safe=""), self.pattern)
        return path, rest


COMMANDS = {
    "assist": Path("POST", "/assist"),
    "audit": Path("GET", "/audit"),
    "change_settings": Path("POST", "/change_settings"),
    "conversation": Path("GET", "/history/{room}"),
    "create": Path("POST", "/create"),
    "direct_message": Path("POST", "/direct_message"),
    "earlier": Path("GET", "/rooms/{room}/earlier"),
    "end": Path("POST", "/end/{room}"),
    "end_key": Path("DELETE", "/keys/{id}"),
    "erase": Path("DELETE", "/people/{person}"),
    "export": Path("GET", "/people/{person}"),
    "find": Path("GET", "/people"),
    "guests": Path("GET", "/guests"),
    "history": Path("GET", "/history"),
    "join": Path("POST", "/join/{room}"),
    "leave": Path("POST", "/leave/{room}"),
    "leave_queue": Path("DELETE", "/queue"),
    "list": Path("GET", "/list"),
    "list_keys": Path("GET", "/keys"),
    "make_key": Path("POST", "/keys"),
    "message": Path("POST", "/message/{room}"),
    "messages": Path("GET", "/rooms/{room}/messages"),
    "note_done": Path("POST", "/note_done/{room}"),
    "queue": Path("POST", "/queue"),
    "rate": Path("POST", "/rate/{room}"),
    "rooms": Path("GET", "/rooms"),
    "set_limit": Path("POST", "/set_limit"),
    "settings": Path("GET", "/settings"),
    "state": Path("GET", "/state"),
    "status": Path("POST", "/status"),
    "transfer": Path("POST", "/transfer/{room}"),
    "typing": Path("POST", "/message/{room}/typing"),
}

# What takes a key: all that changes something but typing, which is true twice if said twice.
KEYED = frozenset(name for name, path in COMMANDS.items() if path.method != "GET") - {"typing"}
