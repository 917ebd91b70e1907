"""The numbers of this process, for Prometheus and what reads its format (text, version 0.0.4).

No names, texts or ids of anybody. Only whom the operator lets in may read them: how busy a desk is
and how long people wait is its own business. What each number means, what is normal and what to do
stands in docs/operations/metrics.md; a test compares.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from frontdesk import __version__
from frontdesk.desk.queue import first_wait_ms
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.counts import Tally
from frontdesk.engine.engine import Engine
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Size
from frontdesk.feed.hangups import ADVICE, HangUp
from frontdesk.web.bodies import NoBody
from frontdesk.web.bounds import Network
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import Metrics
from frontdesk.web.neighbourhood import address_of
from frontdesk.web.reply import Reply, Scope

TEXT = b"text/plain; version=0.0.4; charset=utf-8"


@gives(Metrics, Reason.NOT_FOUND)
async def metrics(ask: Ask[NoBody]) -> Reply:
    """Read the numbers of this server.

    For whom the setting `metrics_from` lets in; nobody else finds anything here.

    Raises:
        Refused: NOT_FOUND for everybody else.
    """
    if not _may_watch(ask.scope, ask.context.watchers):
        raise Refused(Reason.NOT_FOUND)
    engine = ask.context.engine
    size = await engine.store.size()
    # A registry of its own each time: what it reads is counted elsewhere.
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(engine, size))
    ProcessCollector(registry=registry)
    return Reply(generate_latest(registry), kind=TEXT)


def _may_watch(scope: Scope, watchers: tuple[Network, ...]) -> bool:
    client = scope.get("client")
    address = address_of(client[0]) if client is not None else None
    return address is not None and any(address in network for network in watchers)


class _Numbers(Collector):
    def __init__(self, engine: Engine, size: Size) -> None:
        self._engine = engine
        self._size = size

    def collect(self) -> Iterator[Metric]:
        """What there is at this moment."""
        yield from _desks(self._engine)
        yield from _work(self._engine)
        yield from _listening(self._engine)
        file, wal = self._size.file_bytes, self._size.wal_bytes
        yield GaugeMetricFamily("frontdesk_database_bytes", "Size of the database file.", file)
        yield GaugeMetricFamily("frontdesk_wal_bytes", "Size of its write-ahead log.", wal)
        yield InfoMetricFamily("frontdesk", "What runs here.", {"version": __version__})


def _desks(engine: Engine) -> Iterator[Metric]:
    at = ["desk"]
    waiting = GaugeMetricFamily("frontdesk_waiting", "Guests in the queue.", labels=at)
    longest = GaugeMetricFamily(
        "frontdesk_longest_wait_seconds", "How long the first in the queue waits.", labels=at
    )
    rooms = GaugeMetricFamily("frontdesk_open_rooms", "Open rooms.", labels=["desk", "kind"])
    agents = GaugeMetricFamily(
        "frontdesk_agents", "Agents who are there, by what they say.", labels=["desk", "status"]
    )
    now_ms = engine.clock.now_ms()
    for live in engine.desks.all():
        state, desk = live.state, live.state.id
        waiting.add_metric([desk], len(state.waiting))
        longest.add_metric([desk], first_wait_ms(state, now_ms) / 1000)
        for kind, count in _rooms(live).items():
            rooms.add_metric([desk, kind], count)
        for status, count in _agents(live).items():
            agents.add_metric([desk, status], count)
    yield from (waiting, longest, rooms, agents)


def _rooms(live: Live) -> dict[str, int]:
    found = {"guest": 0, "group": 0, "direct": 0}
    for room in live.state.rooms.values():
        found[room.kind.value] += 1
    return found


def _agents(live: Live) -> dict[str, int]:
    found = {"available": 0, "away": 0}
    for agent in live.state.agents.values():
        if agent.works_here and agent.absent_since_ms is None:
            found[agent.status] += 1
    return found


def _work(engine: Engine) -> Iterator[Metric]:
    counts = engine.counts
    yield _counter("frontdesk_commands", "Commands carried out.", "command", counts.commands)
    yield _counter("frontdesk_refusals", "Requests refused, by code.", "code", counts.refused)
    yield CounterMetricFamily("frontdesk_entries", "Entries appended.", counts.entries)
    yield CounterMetricFamily(
        "frontdesk_conflicts", "Appends that another process was before.", counts.conflicts
    )
    yield _histogram("frontdesk_batch_commands", "Commands in one append.", counts.batch)
    yield _histogram("frontdesk_append_seconds", "How long an append takes.", counts.append_s)
    yield _histogram(
        "frontdesk_delivery_seconds",
        "From deciding an entry to having written it to a reader who waited.",
        counts.delivery_s,
    )


def _listening(engine: Engine) -> Iterator[Metric]:
    streams = GaugeMetricFamily(
        "frontdesk_streams", "Readers who are connected, by transport.", labels=["transport"]
    )
    for transport in ("socket", "sse", "poll"):
        streams.add_metric([transport], engine.counts.streams[transport])
    yield streams
    ends = CounterMetricFamily(
        "frontdesk_hangups", "Streams that we have ended, by why.", labels=["why", "code"]
    )
    for why in HangUp:
        ends.add_metric([why.value, str(ADVICE[why].code)], engine.counts.hung_up[why])
    yield ends


def _counter(name: str, about: str, label: str, counts: dict[str, int]) -> Metric:
    made = CounterMetricFamily(name, about, labels=[label])
    for value, count in sorted(counts.items()):
        made.add_metric([value], count)
    return made


def _histogram(name: str, about: str, tally: Tally) -> Metric:
    buckets = [(_bound(bound), count) for bound, count in tally.up_to()]
    made = HistogramMetricFamily(name, about)
    made.add_metric([], buckets, sum_value=tally.total)
    return made


def _bound(bound: float) -> str:
    return "+Inf" if bound == float("inf") else f"{bound:g}"
