import re

from frontdesk.web.assets import CONSOLE, asset
from tests.web.front import Someone, refused

PARTS = re.compile('(?:href|src)="(/[^"]+)"')


async def test_the_console_is_in_no_frame_and_makes_nothing_of_strings(stranger: Someone):
    answer = await stranger.client.get("/console")
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers["content-security-policy"].split(";")
    )

    assert policy["default-src"] == policy["frame-ancestors"] == policy["trusted-types"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-src"] == "'self'"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["img-src"] == "data:"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script>|<style| on\w+=| style=|//", answer.text)


async def test_its_parts_are_kept_and_find_each_other_beside_themselves(stranger: Someone):
    page = await stranger.client.get("/console")
    (folder,) = {path.rpartition("/")[0] for path in PARTS.findall(page.text)}

    for name in CONSOLE:
        answer = await stranger.client.get(f"{folder}/{name}")
        assert answer.content == asset(name).plain
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        asked = re.findall(r"""["']\./([\w-]+\.js)["']""", asset(name).plain.decode())
        assert set(asked) <= set(CONSOLE)


async def test_a_part_of_another_version_is_not_there(stranger: Someone):
    for name in CONSOLE:
        refused(await stranger.client.get(f"/assets/0123456789abcdef/{name}"), 404, "not_found")
