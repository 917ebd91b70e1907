"""The one loop: what it goes on from, when it comes back, over what, and when it gives up."""

import asyncio
from typing import Any

import pytest

from frontdesk.client import link as links
from frontdesk.client.failures import Ended, HungUp, Lost, Refused
from frontdesk.client.lines import Transport
from frontdesk.client.timing import Timing
from tests.client.scripted import Net, Said, at, heard, said
from tests.web.front import settled

SOCKET, SSE, POLL = Transport
CUT = Lost("cut")
NOBODY = Lost("refused", reached=False)
RESTART = Ended("restart", come_back=True, after_ms=500)
WELCOME = {"type": "welcome"}


async def test_after_a_cut_it_goes_on_from_the_last_id():
    net = Net([[said(2)], [said(3), said(3, 2)], CUT], [[said(4)]])
    link = net.link()

    assert await heard(link, 4) == ["2.1", "3.1", "3.2", "4.1"]
    assert net.opened == [(SOCKET, at(1)), (SOCKET, at(3, 2))]
    await link.close(for_good=True)


async def test_a_signal_without_an_id_leaves_the_place_and_a_heartbeat_moves_it():
    noop = {"type": "noop", "id": at(7, 0)}
    net = Net([[said(2)], [{"type": "queuepos"}], CUT], [[noop], CUT])
    link = net.link()

    assert await heard(link, 3) == ["2.1", "queuepos", "noop"]
    await settled()
    assert [since for _, since in net.opened] == [at(1), at(2), at(7, 0)]
    await link.close(for_good=True)


@pytest.mark.parametrize("again", [said(3), said(2), {"type": "noop", "id": at(2)}])
async def test_what_comes_twice_or_too_late_is_counted_and_never_handed_on(again):
    net = Net([[said(2), said(3)], [again], [said(4)]])
    link = net.link()

    assert await heard(link, 3) == ["2.1", "3.1", "4.1"]
    assert net.misplaced == [again]
    await link.close(for_good=True)


# --- what the server says --------------------------------------------------------------------


async def test_a_server_that_restarts_is_come_back_to_after_as_long_as_it_says():
    net = Net([[said(2)], RESTART], [[said(3)]])
    link = net.link()

    assert await heard(link, 2) == ["2.1", "3.1"]
    assert 500 <= net.paused_ms[0] <= 1_000
    await link.close(for_good=True)


@pytest.mark.parametrize(
    "end",
    [
        Refused("too_many_readers", "Close one.", 30_000),
        Refused("overloaded", "Busy.", 30_000),
        Ended("too_many_readers", come_back=True, after_ms=30_000),
    ],
)
async def test_who_is_turned_away_for_now_waits_as_told(end):
    net = Net(end, [[said(2)]])
    link = net.link()

    assert await heard(link, 1) == ["2.1"]
    assert 30_000 <= net.paused_ms[0] <= 60_000
    await link.close(for_good=True)


@pytest.mark.parametrize(
    "script",
    [
        [[[said(2)], [WELCOME]]],
        [[[said(2)], Ended("signed_out", come_back=False, after_ms=0)]],
        [[[said(2)], CUT], Refused("not_signed_in", "Sign in.")],
    ],
)
async def test_a_session_that_is_over_ends_the_feed_with_a_welcome(script: Any):
    net = Net(*script)
    link = net.link()

    assert await heard(link, 2) == ["2.1", "welcome"]
    with pytest.raises(StopAsyncIteration):
        await link.next()
    assert len(net.opened) == len(script)


async def test_who_is_told_not_to_come_back_does_not():
    net = Net([[said(2)], Ended("not_understood", come_back=False, after_ms=0)])
    link = net.link()

    assert await heard(link, 1) == ["2.1"]
    with pytest.raises(HungUp, match="not_understood"):
        await link.next()
    assert len(net.opened) == 1


async def test_a_desk_that_is_not_there_is_said_so():
    link = Net(Refused("not_found", "No.")).link()

    with pytest.raises(Refused, match="not_found"):
        await link.next()


# --- reset -----------------------------------------------------------------------------------


async def test_a_reset_brings_the_view_and_goes_on_from_its_id():
    net = Net([[said(2)], [{"type": "reset", "reason": "no_longer_kept"}]], [[said(9)]])
    net.views = [{"id": at(8, 0), "rooms": []}]
    link = net.link()

    assert await heard(link, 1) == ["2.1"]
    assert await link.next() == {
        "type": "reset",
        "reason": "no_longer_kept",
        "view": {"id": at(8, 0), "rooms": []},
    }
    assert await heard(link, 1) == ["9.1"]
    assert net.opened[-1] == (SOCKET, at(8, 0))
    await link.close(for_good=True)


async def test_without_an_id_it_begins_with_the_view():
    net = Net([[said(9)]])
    net.views = [CUT, Refused("overloaded", "Busy.", 1_000), {"id": at(8, 0)}]
    link = net.link(since=None)

    assert await heard(link, 2) == ["reset", "9.1"]
    assert net.opened == [(SOCKET, at(8, 0))]
    await link.close(for_good=True)


async def test_who_is_reset_again_and_again_backs_off():
    timing = Timing(pause_ms=100, pause_most_ms=100_000)
    resets = [[[{"type": "reset", "reason": "unknown_epoch"}]] for _ in range(12)]
    net = Net(*resets, timing=timing)
    net.views = [{"id": at(8, 0)} for _ in resets]
    link = net.link()

    await heard(link, 12)
    assert max(net.paused_ms[8:]) > 1_000
    await link.close(for_good=True)


# --- transports ------------------------------------------------------------------------------


async def test_it_steps_down_from_a_transport_that_dies_before_its_first_event():
    net = Net(CUT, [CUT], CUT, [CUT], CUT, CUT, [[said(2)]], timing=Timing(pause_ms=0))
    link = net.link()

    assert await heard(link, 1) == ["2.1"]
    assert [transport for transport, _ in net.opened] == [SOCKET] * 3 + [SSE] * 3 + [POLL]
    assert link.transport is POLL
    await link.close(for_good=True)


async def test_a_server_that_is_down_is_no_fault_of_the_transport():
    net = Net(*[NOBODY] * 20, [[said(2)]])
    link = net.link()

    assert await heard(link, 1) == ["2.1"]
    assert {transport for transport, _ in net.opened} == {SOCKET}
    await link.close(for_good=True)


async def test_a_view_that_is_lost_is_no_fault_of_the_transport():
    net = Net([[said(9)]])
    net.views = [*[CUT] * 5, {"id": at(8, 0)}]
    link = net.link(since=None)

    assert await heard(link, 2) == ["reset", "9.1"]
    assert net.opened == [(SOCKET, at(8, 0))]
    await link.close(for_good=True)


async def test_a_line_that_is_cut_after_an_event_is_no_fault_of_the_transport():
    scripts: list[Said] = [[[said(offset)], CUT] for offset in range(2, 12)]
    net = Net(*scripts)
    link = net.link()

    await heard(link, 10)
    assert {transport for transport, _ in net.opened} == {SOCKET}
    await link.close(for_good=True)


async def test_the_better_transport_is_come_back_to(monkeypatch: pytest.MonkeyPatch):
    net = Net(CUT, CUT, CUT, [[said(2)]], [[said(3)]], timing=Timing(pause_ms=0))
    monkeypatch.setattr(links, "now_ms", lambda: 3_600_000 if len(net.opened) > 3 else 0)
    link = net.link()

    assert await heard(link, 2) == ["2.1", "3.1"]
    assert [transport for transport, _ in net.opened] == [SOCKET] * 3 + [SSE, SOCKET]
    await link.close(for_good=True)


async def test_a_change_is_made_at_once_and_goes_on_from_the_last_id():
    net = Net([[said(2)]], [[said(3)]])
    link = net.link()
    assert await heard(link, 1) == ["2.1"]

    link.use(POLL)

    assert await heard(link, 1) == ["3.1"]
    assert net.opened == [(SOCKET, at(1)), (POLL, at(2))]
    assert net.lines[0].closed is False, "others should not think that we are gone"
    assert net.paused_ms == []
    assert link.takes_commands is None
    await link.close(for_good=True)
    assert net.lines[1].closed is True


async def test_a_change_is_made_at_once_while_another_line_is_being_opened():
    net = Net([[said(2)]], None, [[said(3)]])
    link = net.link()
    link.use(POLL)
    assert await heard(link, 1) == ["2.1"]

    link.use(SOCKET)
    await settled()
    link.use(POLL)

    assert await heard(link, 1) == ["3.1"]
    assert net.opened == [(POLL, at(1)), (SOCKET, at(2)), (POLL, at(2))]
    await link.close(for_good=True)


async def test_a_change_is_made_at_once_while_a_lost_line_is_paused_for():
    net = Net([[said(2)], CUT], [[said(3)]])
    net.wakes.clear()
    link = net.link()
    assert await heard(link, 1) == ["2.1"]
    await settled()
    assert len(net.paused_ms) == 1

    link.use(POLL)

    assert await heard(link, 1) == ["3.1"]
    assert net.opened == [(SOCKET, at(1)), (POLL, at(2))]
    await link.close(for_good=True)


async def test_a_change_does_not_shorten_what_the_server_has_said():
    net = Net([[said(2)], RESTART], [[said(3)]])
    net.wakes.clear()
    link = net.link()
    assert await heard(link, 1) == ["2.1"]
    await settled()

    link.use(POLL)
    await settled()
    assert net.opened == [(SOCKET, at(1))]

    net.wakes.set()
    assert await heard(link, 1) == ["3.1"]
    assert net.opened == [(SOCKET, at(1)), (POLL, at(2))]
    await link.close(for_good=True)


async def test_a_line_on_which_nothing_is_heard_is_dead():
    net = Net([[said(2)]], [[said(3)]], timing=Timing(pause_ms=0, silence_ms=20))
    link = net.link()

    assert await heard(link, 2) == ["2.1", "3.1"]
    assert net.lines[0].closed is False
    await link.close(for_good=True)


# --- a caller who is slow --------------------------------------------------------------------


async def test_what_waits_for_the_caller_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(links, "AHEAD_MOST", 10)
    net = Net([[said(offset)] for offset in range(2, 20)], [[said(offset)] for offset in (13, 14)])
    link = net.link()
    await settled()
    assert len(net.opened) == 1
    assert net.lines[0].closed is False

    assert await heard(link, 13) == [f"{offset}.1" for offset in range(2, 15)]
    assert net.opened[1] == (SOCKET, at(12))
    await link.close(for_good=True)


async def test_closing_while_nobody_answers_ends_at_once():
    link = Net().link()
    await settled()

    async with asyncio.timeout(1):
        await link.close(for_good=True)


async def test_who_closes_is_not_told_what_the_feed_ended_with():
    link = Net(ZeroDivisionError("a fault of ours")).link()
    await settled()

    await link.close(for_good=True)

    with pytest.raises(ZeroDivisionError):
        await link.next()


async def test_who_is_cancelled_while_closing_is_cancelled():
    net = Net([[said(2)]])
    link = net.link()
    await heard(link, 1)
    net.lines[0].lets_go.clear()
    closing = asyncio.create_task(link.close(for_good=True))
    await settled()

    closing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await closing
    net.lines[0].lets_go.set()
    await link.close(for_good=True)


async def test_who_waits_for_an_event_while_it_is_closed_is_at_the_end():
    link = Net().link()
    waiting = asyncio.create_task(link.next())
    await settled()

    await link.close(for_good=True)

    with pytest.raises(StopAsyncIteration):
        await waiting


async def test_who_waits_is_at_the_end_also_where_it_is_closed_before_it_has_begun():
    async def wait() -> Any:
        return await link.next()

    waiting = asyncio.create_task(wait())
    link = Net().link()

    await link.close(for_good=True)

    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(waiting, 5)
