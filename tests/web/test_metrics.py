"""The numbers for whoever watches: who may read them, and that they are those of what happened."""

import re
from collections.abc import Awaitable, Callable
from ipaddress import ip_network
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from frontdesk import __version__
from frontdesk.desk.commands import ChangePerson
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Size
from frontdesk.web.app import make_app
from tests import examples as eg
from tests.web.front import SECRET, Front, Someone, refused
from tests.web.lines import Line, by_events, by_socket

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "metrics.md"
WATCHER = "203.0.113.7"

Numbers = dict[tuple[str, ...], float]


@pytest.fixture
def watched(front: Front) -> Front:
    """The server, whose numbers may be read from one address."""
    networks = (ip_network("203.0.113.0/28"), ip_network("fd00::/8"))
    front.streaming = make_app(
        front.engine, secret=SECRET, passwords=front.passwords, watchers=networks
    )
    return front


async def numbers(front: Front) -> Numbers:
    """What a scrape reads: name and labels to value."""
    answer = await watcher(front).client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families(answer.text)
        for sample in family.samples
    }


def watcher(front: Front, address: str = WATCHER) -> Someone:
    return front.someone(base="https://chat.example.org", address=address)


async def test_nobody_may_read_them_unless_the_operator_says_so(front: Front):
    front.streaming = make_app(front.engine, secret=SECRET, passwords=front.passwords)

    refused(await front.someone().client.get("/metrics"), 404, "not_found")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (WATCHER, 200),
        (f"::ffff:{WATCHER}", 200),
        ("fd00::5", 200),
        ("fd00::5%eth0", 200),
        ("203.0.113.16", 404),
        ("127.0.0.1", 404),
        ("2001:db8::1", 404),
        ("nobody", 404),
    ],
)
async def test_only_who_comes_from_there_may_read_them(watched: Front, address: str, status: int):
    answer = await watcher(watched, address).client.get("/metrics")

    assert answer.status_code == status


async def test_an_admin_from_elsewhere_may_not_either(watched: Front):
    ada = await watched.agent(eg.ADA)

    refused(await ada.client.get("/metrics"), 404, "not_found")


async def test_they_are_those_of_a_known_run(watched: Front):
    ana, ben = await watched.guest(eg.ANA), await watched.guest(eg.BEN)
    watched.clock.advance(7_000)
    ida = await watched.agent(eg.IDA)
    await ida.assist()
    listening = await ida.park((await ida.get("/state")).json()["id"])
    await ana.say(ana.room)
    await listening
    refused(await ben.post(f"/message/{ana.room}", {"body": "Mine?"}), 404, "not_found")

    found = await numbers(watched)

    assert found[("frontdesk_waiting", "main")] == 1
    assert found[("frontdesk_longest_wait_seconds", "main")] == 7
    assert found[("frontdesk_open_rooms", "main", "guest")] == 2
    assert found[("frontdesk_open_rooms", "main", "group")] == 0
    assert found[("frontdesk_agents", "main", "available")] == 1
    assert found[("frontdesk_commands_total", "Identify")] == 2
    assert found[("frontdesk_commands_total", "Assist")] == 1
    assert found[("frontdesk_commands_total", "Post")] == 1
    assert found[("frontdesk_refusals_total", "not_found")] == 1
    assert found[("frontdesk_entries_total",)] == watched.live.state.offset
    assert found[("frontdesk_append_seconds_count",)] >= 4
    assert found[("frontdesk_batch_commands_count",)] == found[("frontdesk_append_seconds_count",)]
    assert found[("frontdesk_delivery_seconds_count",)] == 1
    assert found[("frontdesk_conflicts_total",)] == 0
    assert found[("frontdesk_info", __version__)] == 1


async def test_who_listens_is_counted_while_they_do(watched: Front, ana: Someone):
    before = await numbers(watched)
    await ana.news()
    poll = await ana.park()
    while_it_waits = await numbers(watched)
    await ana.say(ana.room)
    await poll

    assert before[("frontdesk_streams", "poll")] == 0
    assert while_it_waits[("frontdesk_streams", "poll")] == 1
    assert (await numbers(watched))[("frontdesk_streams", "poll")] == 0


@pytest.mark.parametrize(("transport", "by"), [("socket", by_socket), ("sse", by_events)])
async def test_a_stream_is_counted_by_its_transport_and_its_end_by_the_code(
    watched: Front, ida: Someone, transport: str, by: Callable[[Someone], Awaitable[Line]]
):
    line = await by(ida)
    await line.all()
    while_it_is_there = await numbers(watched)
    await watched.disable(eg.IDA)
    await line.rest()
    found = await numbers(watched)

    assert while_it_is_there[("frontdesk_streams", transport)] == 1
    assert found[("frontdesk_streams", transport)] == 0
    assert while_it_is_there[("frontdesk_hangups_total", "4401", "signed_out")] == 0
    assert found[("frontdesk_hangups_total", "4401", "signed_out")] == 1


async def test_another_process_that_was_faster_is_a_conflict(watched: Front, ana: Someone):
    before = (await numbers(watched))[("frontdesk_conflicts_total",)]
    node = await Node.load(watched.store, watched.clock)
    await node.carry_out(ChangePerson("Ida", role="monitor"))
    await ana.say(ana.room)

    assert (await numbers(watched))[("frontdesk_conflicts_total",)] == before + 1


async def test_the_sizes_are_those_of_the_store(watched: Front, monkeypatch: pytest.MonkeyPatch):
    async def size() -> Size:
        return Size(file_bytes=40_960, wal_bytes=8_192)

    monkeypatch.setattr(watched.store, "size", size)
    found = await numbers(watched)

    assert found[("frontdesk_database_bytes",)] == 40_960
    assert found[("frontdesk_wal_bytes",)] == 8_192


async def test_nothing_of_anybody_is_in_them(watched: Front, ana: Someone, ida: Someone):
    await ida.assist()
    await ana.say(ana.room, "order-4711-blue")

    text = (await watcher(watched).client.get("/metrics")).text

    for secret in ("order-4711-blue", eg.ANA.user, eg.IDA.user, ana.room, eg.ANA.question):
        assert secret not in text


async def test_the_page_says_what_each_is(watched: Front):
    told = set(re.findall(r"^\| `(frontdesk_\w+)`", PAGE.read_text(), re.MULTILINE))

    answer = await watcher(watched).client.get("/metrics")

    ours = {one.name for one in families(answer.text) if one.name.startswith("frontdesk")}
    # A counter is called without its ending where it is described.
    assert told == {name if name != "frontdesk" else "frontdesk_info" for name in ours}
