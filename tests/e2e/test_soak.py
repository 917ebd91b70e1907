"""The soak holds the promises, and finds it out where they are not held."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from frontdesk.cli.soak import TERMINATED
from frontdesk.trials import soak as trial
from frontdesk.trials.server import ADDRESS, FRONTDESK, environment
from frontdesk.trials.soak import Plan, run
from tests.load import promised

# Twice what it takes on a quiet machine with two processors, which is half a minute.
SOAK_S = 60

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_twenty_thousand_messages_are_neither_lost_nor_doubled_nor_out_of_order(tmp_path: Path):
    words = ("soak", "--messages", "20000", "--json")
    told = subprocess.run(
        [*FRONTDESK, *words],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=380,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    result = json.loads(told.stdout)

    assert (result["kept"], result["messages"], result["broken"]) == (True, 20_000, {})
    assert result["kills"] + result["stops"] >= 2
    assert result["seconds"] < promised(SOAK_S)
    assert all(count > 0 for count in result["fates"].values()), result["fates"]
    assert all(count > 0 for count in result["lines"].values()), result["lines"]
    # The folder was thrown away.
    assert str(tmp_path) not in told.stderr


def test_a_soak_that_is_ended_takes_its_server_and_its_folder_along(tmp_path: Path):
    soak = subprocess.Popen(
        [*FRONTDESK, "soak", "--kill-every", "0"],
        env=environment(tmp_path) | {"TMPDIR": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    port, until = None, time.monotonic() + promised(SOAK_S)
    while port is None and time.monotonic() < until:
        time.sleep(0.05)
        logs = [log.read_bytes() for log in tmp_path.glob("frontdesk-soak-*/server.log")]
        port = ADDRESS.search(logs[0]) if logs else None
    soak.send_signal(signal.SIGTERM)

    _, said = soak.communicate(timeout=promised(SOAK_S))
    assert soak.returncode == TERMINATED
    assert said.splitlines()[-1].startswith("Cut short by SIGTERM")
    assert list(tmp_path.glob("frontdesk-soak-*")) == []
    assert port is not None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port[1])))


async def test_each_round_meets_an_end_of_the_server_however_short_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(trial, "ROUND", 200)
    # One agent would be too few for four guests.
    plan = Plan(messages=400, clients=5, seed=1, kill_every_s=3_600)
    news: list[tuple[int, int]] = []

    result = await run(
        plan,
        tmp_path,
        on_news=lambda result: news.append((result.rounds, result.messages)),
        tell_every_s=0.05,
    )

    assert result.kept, result
    assert (result.messages, result.rounds, result.kills + result.stops) == (400, 2, 2)
    assert any(rounds == 0 and 0 < messages < 200 for rounds, messages in news), news
    assert news[-1] == (2, 400)


async def test_a_soak_without_a_round_in_its_time_has_tried_nothing(tmp_path: Path):
    result = await run(Plan(messages=1, clients=2, seed=1, most_s=0), tmp_path)

    assert (result.rounds, result.untried, result.kept) == (0, True, False)


def frames(data: bytes) -> list[bytes]:
    """The WebSocket frames that these bytes consist of; all in one piece if they are none.

    A frame of the server is unmasked, and its length is of one form of three (RFC 6455 5.2).
    """
    found: list[bytes] = []
    rest = data
    while rest:
        if rest[0] != 0x81 or len(rest) < 2:
            return [data]
        wide = {126: 2, 127: 8}.get(rest[1], 0)
        length = int.from_bytes(rest[2 : 2 + wide]) if wide else rest[1]
        end = 2 + wide + length
        if end > len(rest):
            return [data]
        found.append(rest[:end])
        rest = rest[end:]
    return found


def is_message(frame: bytes) -> bool:
    """Whether this is one frame of a WebSocket with one message in it, and no answer."""
    return frame[:1] == b"\x81" and frame.count(b'{"type":') == 1 and b'"message"' in frame


class Planted:
    """Does this to each tenth message that goes down a WebSocket.

    To one alone would not do: what is lost on a line that breaks before the next event is asked
    for again, as it should be.
    """

    def __init__(self, harm: Callable[[bytes], bytes]) -> None:
        self.harm = harm
        self.seen = 0

    def __call__(self, data: bytes) -> bytes:
        return b"".join(map(self.harmed, frames(data)))

    def harmed(self, frame: bytes) -> bytes:
        if not is_message(frame):
            return frame
        self.seen += 1
        return self.harm(frame) if self.seen % 10 == 0 else frame


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        (lambda data: b"", "lost"),
        (lambda data: data * 2, "doubled"),
        (lambda data: data.replace(b"says thing", b"says think"), "differs"),
    ],
    ids=["lost", "doubled", "changed"],
)
async def test_messages_that_go_wrong_on_their_way_are_found(
    tmp_path: Path, harm: Callable[[bytes], bytes], rule: str
):
    planted = Planted(harm)
    plan = Plan(messages=1_500, clients=8, seed=1, kill_every_s=0)

    result = await run(plan, tmp_path, tamper=planted)

    assert planted.seen >= 100
    assert not result.kept
    assert result.broken[rule] >= 1, result
    assert result.findings
