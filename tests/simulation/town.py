"""Where everybody meets: the server as it is just now, and what was asked of it, written down."""

import json
from typing import Any

from msgspec import Struct, field

from frontdesk.desk.ids import PersonId
from frontdesk.web.identity import hash_of
from tests.simulation.disk import Disk
from tests.simulation.network import Cut, Line, Message, scope_of
from tests.simulation.process import Process
from tests.simulation.world import World

Json = dict[str, Any]

DESK = "/api/v1/desks/main"
SESSION = "/api/v1/session"


class Call(Struct):
    """A command under one key. `attempts` that got no answer may be carried out yet.

    `answers` are those with success; `refusal` is the code of the last answer without.
    """

    who: str
    do: str
    key: str
    args: Json
    began: float
    ended: float | None = None
    attempts: int = 0
    answered: int = 0
    answers: list[Json] = field(default_factory=list)
    # The last refusal, and when it was asked for.
    refusal: str = ""
    refused_at: float = 0.0


class Town:
    """The world, its disk, and the process that serves now; None while there is none."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.disk = Disk(world)
        self.process: Process | None = None
        self.calls: list[Call] = []

    def whose(self, token: str) -> PersonId:
        """The person behind a token, also after the session's end."""
        row = self.disk.platter._sessions.get(hash_of(token))
        if row is None:
            self.world.found("a token was given, and no session is kept")
        return row.person if row is not None else PersonId("")

    def line(self, kind: str, method: str, path: str, query: str, headers: dict[str, str]) -> Line:
        """A line to the server.

        Raises:
            Cut: there is no server.
        """
        if self.process is None or not self.process.serves:
            raise Cut
        if not path.startswith("/api/"):
            path = DESK + path
        return Line(self.world, self.process, scope_of(kind, method, path, query, headers))

    async def http(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        query: str = "",
        token: str = "",
        most_s: float = 15.0,
    ) -> tuple[int, Any, str]:
        """Ask once: the status, what the body says, and the cookie that came with it.

        Raises:
            Cut: there was no answer.
        """
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        line = self.line("http", method, path, query, headers)
        raw = json.dumps(body).encode() if body is not None else b""
        line.send({"type": "http.request", "body": raw, "more_body": False})
        parts = []
        try:
            start = await line.take(most_s)
            while (message := await line.take(most_s))["type"] != "over":
                parts.append(message["body"])
        finally:
            line.close()
        answer = json.loads(b"".join(parts))
        self.check_answer(start["status"], answer)
        return start["status"], answer, _cookie(start)

    def check_answer(self, status: int, answer: Any) -> None:
        """Nothing is ever our fault."""
        if status == 500 or (isinstance(answer, dict) and answer.get("code") == "fault"):
            self.world.found(f"a fault: {answer}")


def _cookie(start: Message) -> str:
    for name, value in start["headers"]:
        text = value.decode()
        if name == b"set-cookie" and text.startswith("frontdesk="):
            return str(text.partition("=")[2].partition(";")[0])
    return ""
