import gzip
import re

import pytest

from frontdesk.web.assets import asset
from tests.web.front import Someone, refused

PLAIN = {"Accept-Encoding": "identity"}
PARTS = re.compile('(?:href|src)="([^"]+)"')


async def test_the_button_may_be_loaded_by_any_site_and_is_kept_for_minutes(stranger: Someone):
    answer = await stranger.client.get("/widget.js", headers=PLAIN)

    assert answer.content == asset("widget.js").plain
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "public, max-age=600"


async def test_the_page_of_the_chat_runs_our_script_and_nothing_made_of_strings(stranger: Someone):
    answer = await stranger.client.get("/chat/main")
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers["content-security-policy"].split(";")
    )

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["base-uri"] == policy["form-action"] == policy["trusted-types"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["frame-ancestors"] == "*"
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script>|<style| on\w+=| style=|//", answer.text)


async def test_the_page_names_its_parts_by_what_they_hold_and_they_are_kept(stranger: Someone):
    page = await stranger.client.get("/chat/main")
    parts = PARTS.findall(page.text)

    assert {path.rpartition("/")[2] for path in parts} == {"panel.css", "panel.js"}
    for path in parts:
        answer = await stranger.client.get(path)
        assert answer.content == asset(path.rpartition("/")[2]).plain
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/assets/0123456789abcdef/panel.js", "/assets/x/panel.css"])
async def test_a_part_of_another_version_is_not_there(stranger: Someone, path: str):
    refused(await stranger.client.get(path), 404, "not_found")


async def test_there_is_no_chat_of_a_desk_that_is_not(stranger: Someone):
    refused(await stranger.client.get("/chat/nowhere"), 404, "not_found")


async def test_files_travel_compressed_to_whoever_takes_them_so(stranger: Someone):
    plain = await stranger.client.get("/widget.js", headers=PLAIN)
    small = await stranger.client.get("/widget.js", headers={"Accept-Encoding": "gzip, br"})

    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == plain.content == gzip.decompress(asset("widget.js").compressed)
    assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])
