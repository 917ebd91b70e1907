"""Long polls: a request after the other, each an array of events."""

from frontdesk.client.calls import Calls
from frontdesk.client.failures import Ended, Lost
from frontdesk.client.lines import Json
from frontdesk.client.timing import Timing, now_ms

# As long as the server lets a quiet one wait, by itself.
WAIT_S = 25
# A poll that was to wait, ends sooner and brings nothing: the server is about to go, and whoever
# asked again at once would go on doing so until it has gone (protocol §7).
SOON_MS = 1_000
RESTART_MS = 500


class Poll:
    """A line made of polls, from this id on."""

    def __init__(self, calls: Calls, timing: Timing, since: str) -> None:
        self._calls = calls
        self._silence_ms = timing.silence_ms
        # One that is to notice silence sooner asks for an answer sooner.
        self._wait_s = min(WAIT_S, timing.silence_ms // 2000)
        self._since = since
        self._goes = False

    async def next(self) -> list[Json]:
        # Said once what came before it has been taken.
        if self._goes:
            raise Ended("restart", come_back=True, after_ms=RESTART_MS)
        began_ms = now_ms()
        query = {"since": self._since, "wait": str(self._wait_s)}
        path = f"{self._calls.desk}/listen"
        events = await self._calls.request("GET", path, query=query, within_ms=self._silence_ms)
        if not isinstance(events, list) or not events:
            raise Lost("a poll that is no feed")
        self._since = next((one["id"] for one in reversed(events) if "id" in one), self._since)
        idle = all(one.get("type") == "noop" for one in events)
        self._goes = self._wait_s > 0 and idle and now_ms() - began_ms < SOON_MS
        return events

    async def close(self, *, for_good: bool) -> None:
        """There is nothing between two polls."""
