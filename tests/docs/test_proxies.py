"""The page on proxies says what the snippets say, and those what the server needs."""

import re
from pathlib import Path

import pytest

from frontdesk.web.bounds import IDLE_MS
from frontdesk.web.queries import WAIT_MOST_S
from frontdesk.web.streams import HEARTBEAT_MS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations" / "proxies.md"
SNIPPETS = {"caddy": ROOT / "deploy" / "Caddyfile", "nginx": ROOT / "deploy" / "nginx.conf"}


@pytest.mark.parametrize("proxy", SNIPPETS)
def test_the_page_holds_the_snippet_to_the_letter(proxy: str):
    [shown] = re.findall(rf"^```{proxy}\n(.*?)^```$", PAGE.read_text(), re.S | re.M)

    assert shown == SNIPPETS[proxy].read_text()


@pytest.mark.parametrize("proxy", SNIPPETS)
def test_a_proxy_waits_longer_than_any_answer_takes_and_closes_before_we_do(proxy: str):
    text = SNIPPETS[proxy].read_text()
    waits = [int(s) for s in re.findall(r"(?:read|send|write)_timeout (\d+)s", text)]
    [keeps] = [int(s) for s in re.findall(r"keepalive(?:_timeout)? (\d+)s", text)]

    assert len(waits) == 2
    assert min(waits) > WAIT_MOST_S
    assert min(waits) * 1000 > max(HEARTBEAT_MS)
    assert keeps * 1000 < IDLE_MS


def test_what_the_page_says_of_times_is_so():
    page = PAGE.read_text()

    assert f"more than {WAIT_MOST_S} s" in page
    assert f"less than {IDLE_MS // 1000} s" in page
    for snippet in SNIPPETS.values():
        assert f"answered within {WAIT_MOST_S} s" in snippet.read_text()
        assert f"says something every {max(HEARTBEAT_MS) // 1000} s" in snippet.read_text()
        assert f"an idle connection for {IDLE_MS // 1000} s" in snippet.read_text()
