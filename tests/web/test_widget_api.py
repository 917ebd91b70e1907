import gzip
import re

import httpx2
import pytest

from frontdesk.desk.ids import DeskId
from frontdesk.engine.node import Node
from frontdesk.web.app import make_app
from frontdesk.web.assets import asset
from frontdesk.web.rates import Rates
from tests import examples as eg
from tests.web.front import SECRET, Front, Someone, refused

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
    assert "sandbox" not in policy
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


async def test_what_the_script_may_have_to_load_stands_beside_it(stranger: Someone):
    page = await stranger.client.get("/chat/main")
    script = next(path for path in PARTS.findall(page.text) if path.endswith(".js"))
    named = re.findall(rb"import\([`\"]\./([\w.-]+)#", asset("panel.js").plain)
    assert named == [b"panel-fallbacks.js"]
    answer = await stranger.client.get(script.replace("panel.js", named[0].decode()))

    assert answer.content == asset("panel-fallbacks.js").plain
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/assets/0123456789abcdef/panel.js", "/assets/x/panel.css"])
async def test_a_part_of_another_version_is_not_there(stranger: Someone, path: str):
    refused(await stranger.client.get(path), 404, "not_found")


@pytest.mark.parametrize("desk", ["nowhere", "a%3Cscript%3E", "%00", "a" * 500])
async def test_where_there_is_no_desk_a_page_says_so_to_people(stranger: Someone, desk: str):
    answer = await stranger.client.get(f"/chat/{desk}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "There is no chat here" in answer.text
    assert "data-desk" in answer.text
    assert "script>" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors *;" in policy


async def test_who_loads_the_chat_too_fast_reads_when_to_come_back(front: Front):
    rates = Rates(address_rate=60)
    front.streaming = make_app(front.engine, secret=SECRET, passwords=front.passwords, rates=rates)
    office = front.someone(base="https://chat.example.org", address="203.0.113.7")

    pages = [await office.client.get("/chat/main") for _ in range(12)]

    assert {page.status_code for page in pages[:10]} == {200}
    assert pages[-1].status_code == 429
    assert "Load this page again" in pages[-1].text
    assert pages[-1].headers["retry-after"] == "1"


def ancestors(answer: httpx2.Response) -> str:
    policy = answer.headers["content-security-policy"]
    return next(part for part in policy.split("; ") if part.startswith("frame-ancestors "))


async def test_only_the_sites_that_the_desk_allows_may_show_its_chat(
    front: Front, stranger: Someone
):
    await front.set(sites="https://shop.example\nhttps://*.shop.example:8443")

    allowed = await stranger.client.get("/chat/main")
    await front.set(sites="")
    anybody = await stranger.client.get("/chat/main")

    assert ancestors(allowed) == (
        "frame-ancestors 'self' https://shop.example https://*.shop.example:8443"
    )
    assert ancestors(anybody) == "frame-ancestors *"


async def test_each_desk_has_sites_of_its_own(front: Front, stranger: Someone):
    await (await Node.load(front.store, front.clock)).add_desk(DeskId("sales"))
    await front.engine._serve_new()
    await front.set(sites="https://shop.example")

    assert "shop" in ancestors(await stranger.client.get("/chat/main"))
    assert ancestors(await stranger.client.get("/chat/sales")) == "frame-ancestors *"


# --- how a desk presents itself -------------------------------------------------------------------


async def test_a_desk_on_which_nothing_is_set_has_a_face_too(stranger: Someone):
    assert (await stranger.get("/face")).json() == {
        "state": "open",
        "position": 0,
        "waittime": 0,
        "attended": False,
        "title": "",
        "greeting": "",
        "color": "",
        "fields": [],
        "ratings": True,
        "leave_messages": True,
    }


async def test_anybody_sees_how_a_desk_presents_itself(front: Front, stranger: Someone):
    await front.set(
        title="Shop & Söhne",
        greeting="Hello!\n<b>We</b> are here.",
        color="#1A7F5C",
        fields="Order number\nPlan* = Free|Paid",
        ratings=False,
        leave_messages=False,
        open=False,
        sites="https://shop.example",
    )

    face = (await stranger.get("/face")).json()

    assert face == {
        "state": "closed",
        "position": 0,
        "waittime": 0,
        "attended": False,
        "title": "Shop & Söhne",
        "greeting": "Hello!\n<b>We</b> are here.",
        "color": "#1a7f5c",
        "fields": [
            {"label": "Order number", "required": False, "options": []},
            {"label": "Plan", "required": True, "options": ["Free", "Paid"]},
        ],
        "ratings": False,
        "leave_messages": False,
    }


async def test_a_face_says_how_many_wait(front: Front, stranger: Someone):
    await front.guest(eg.ANA)
    outlook = (await stranger.get("/waittime")).json()

    face = (await stranger.get("/face")).json()

    assert outlook["position"] == 1
    assert {name: face[name] for name in outlook} == outlook


async def test_a_face_says_whether_anybody_takes_guests(front: Front, stranger: Someone):
    async def attended() -> object:
        return (await stranger.get("/face")).json()["attended"]

    ida, ana = await front.agent(eg.IDA, status="away"), await front.guest(eg.ANA)
    assert await attended() is False, "to be signed in is not enough"
    await ida.post("/status", {"status": "available"})
    assert await attended() is True
    await ida.post("/set_limit", {"limit": 1})
    await ida.post("/assist", {"guest": ana.user})
    assert await attended() is True, "at the limit one takes the next one later"
    await ida.post("/status", {"status": "away"})
    assert await attended() is False, "who has guests and says away takes no other"


async def test_a_face_tells_of_nobody_where_agents_alone_are_told(front: Front, stranger: Someone):
    ida = await front.agent(eg.IDA)
    await front.set(availability_to="agents")
    faces = []
    for status in ("available", "away"):
        await ida.post("/status", {"status": status})
        faces.append((await stranger.get("/face")).json())

    assert faces[0] == faces[1]
    assert faces[0]["attended"] is None


async def test_who_was_sent_home_is_there_no_more(front: Front, stranger: Someone):
    await front.agent(eg.IDA)
    await front.disable(eg.IDA)

    assert (await stranger.get("/face")).json()["attended"] is False


async def test_a_desk_that_is_not_has_no_face(stranger: Someone):
    refused(await stranger.get("/api/v1/desks/nowhere/face"), 404, "not_found")


async def test_files_travel_compressed_to_whoever_takes_them_so(stranger: Someone):
    plain = await stranger.client.get("/widget.js", headers=PLAIN)
    small = await stranger.client.get("/widget.js", headers={"Accept-Encoding": "gzip, br"})

    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == plain.content == gzip.decompress(asset("widget.js").compressed)
    assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])
