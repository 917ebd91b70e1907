"""The audit trail: every change by those who may change things, and nothing secret."""

import re
from pathlib import Path
from typing import get_args

import pytest

from frontdesk.desk.commands import AddPerson, ChangePerson, ChangeSettings
from frontdesk.desk.ids import DeskId, PersonId
from frontdesk.desk.personal import tombstone
from frontdesk.engine import accounts
from frontdesk.engine.node import Node
from frontdesk.engine.ports import What
from frontdesk.web.identity import hash_of
from tests import examples as eg
from tests.web.front import PASSWORD, Front, Json, Someone, new_key, refused, url

ROOT = Path(__file__).parents[2]
API = "/api/v1"
CHOSEN = "a phrase of my own"


async def trail(someone: Someone, path: str = "/audit", **query: str) -> list[Json]:
    """What the trail says, the oldest first, without the time and the accounts of the beginning."""
    answer = await someone.get(path, **query)
    assert answer.status_code == 200, answer.text
    events = answer.json()["events"][::-1]
    assert all(event.pop("at") == eg.NOW // 1000 for event in events)
    begins = [told(None, "account_added", agent.user) for agent in eg.AGENTS]
    return [event for event in events if {**event, "detail": {}} not in begins]


def told(by: str | None, what: str, about: str, **detail: object) -> Json:
    return {"by": by, "what": what, "about": about, "detail": detail}


async def posted(someone: Someone, path: str, body: Json) -> Json:
    answer = await someone.post(path, {"key": new_key(), **body})
    assert answer.status_code < 300, answer.text
    return answer.json()


async def test_what_admins_change_is_told_with_who_and_from_what_to_what(
    front: Front, ana: Someone, ada: Someone
):
    ana_id = front.live.state.find("Ana")
    assert ana_id is not None
    await posted(ada, "/change_settings", {"settings": {"silence_s": 600, "title": "Tea"}})
    given = await posted(ada, f"{API}/accounts", {"username": "Kim", "role": "agent"})
    kim = front.someone()
    await posted(kim, f"{API}/accept", {"invite": given["invite"], "password": CHOSEN})
    await posted(kim, f"{API}/password", {"old": CHOSEN, "new": CHOSEN + "!"})
    token = await posted(kim, f"{API}/tokens", {"label": "A bot"})
    await ada.client.delete(f"{API}/tokens/{token['id']}")
    await posted(ada, f"{API}/desks", {"desk": "night", "title": "Night"})
    change = {"user": "Kim", "role": "monitor", "desks": ["main", "night"]}
    await posted(ada, f"{API}/change_account", change)
    await posted(ada, f"{API}/invite", {"user": "Kim"})
    await posted(ada, f"{API}/change_account", {"user": "Kim", "disabled": True})
    await posted(ada, f"{API}/change_account", {"user": "Kim", "disabled": False})
    await ada.client.delete(url(f"/people/{ana_id}"))

    events = await trail(ada)

    assert events == [
        told("Ada", "setting_changed", "silence_s", old=900, new=600),
        told("Ada", "setting_changed", "title", old="", new="Tea"),
        told("Ada", "account_added", "Kim", role="agent", desks="all"),
        told("Ada", "invited", "Kim"),
        told("Kim", "invite_accepted", "Kim"),
        told("Kim", "password_changed", "Kim"),
        told("Kim", "token_added", "Kim", label="A bot"),
        told("Ada", "token_ended", "Kim", label="A bot"),
        told("Ada", "desk_added", "night"),
        told("Ada", "role_changed", "Kim", old="agent", new="monitor"),
        told("Ada", "desks_changed", "Kim", old="all", new="main, night"),
        told("Ada", "invited", "Kim"),
        told("Ada", "account_disabled", "Kim"),
        told("Ada", "account_enabled", "Kim"),
        told("Ada", "guest_erased", tombstone(ana_id)),
    ]
    assert (
        await trail(ada, f"{API}/desks/night/audit")
        == [
            *(one for one in events if one["what"] not in ("setting_changed", "guest_erased")),
        ][:7]
        + [told("Ada", "setting_changed", "title", old="", new="Night")]
        + events[9:14]
    )
    everything = str(events)
    for secret in (given["invite"], token["token"], CHOSEN, "Ana"):
        assert secret not in everything


async def test_what_an_operator_changes_is_an_operators(front: Front, ada: Someone):
    node = await Node.load(front.store, front.clock)
    ida = await front.store.account("Ida")
    assert ida is not None
    await node.carry_out_at(front.live.state.id, ChangeSettings(None, {"silence_s": 600}))
    await accounts.add(node, AddPerson(PersonId("agent-kim"), "Kim", "admin"), [])
    await accounts.change(node, ChangePerson("Ida", role="monitor"))
    await accounts.set_password(node, ida, "a hash")
    await accounts.create_token(node, ida.person, hash_of("fdt_1"), "A bot", None)
    await node.add_desk(DeskId("night"))

    assert await trail(ada) == [
        told(None, "setting_changed", "silence_s", old=900, new=600),
        told(None, "account_added", "Kim", role="admin", desks="all"),
        told(None, "role_changed", "Ida", old="agent", new="monitor"),
        told(None, "password_changed", "Ida"),
        told(None, "token_added", "Ida", label="A bot"),
        told(None, "desk_added", "night"),
    ]


async def test_an_account_called_operator_is_none(front: Front, ada: Someone):
    node = await Node.load(front.store, front.clock)
    operator = AddPerson(PersonId("agent-operator"), "operator", "admin")
    await accounts.add(node, operator, [])
    await accounts.change(node, ChangePerson("Ida", role="monitor", by=operator.person))

    assert [one["by"] for one in await trail(ada)] == [None, "operator"]


async def test_what_changes_nothing_and_what_is_refused_is_not_told(
    front: Front, ida: Someone, ada: Someone
):
    await ada.post("/change_settings", {"settings": {"silence_s": 900}})
    await ada.post(f"{API}/change_account", {"user": "Ida", "role": "agent"})
    await ada.post(f"{API}/change_account", {"user": "Ada", "role": "agent"})
    await ida.post(f"{API}/change_account", {"user": "Ida", "role": "admin"})
    await ida.post(f"{API}/password", {"old": "wrong", "new": CHOSEN})
    key = new_key()
    for _ in range(2):
        await ada.post("/change_settings", {"settings": {"silence_s": 600}, "key": key})

    assert [one["what"] for one in await trail(ada)] == ["setting_changed"]


async def test_the_trail_is_for_admins_and_of_what_is_theirs(
    front: Front, ida: Someone, mia: Someone, ada: Someone
):
    await posted(ada, f"{API}/desks", {"desk": "night"})
    await posted(ada, "/change_settings", {"settings": {"silence_s": 600}})
    await front.operator(ChangePerson("Jon", role="admin", desks=(DeskId("main"),)))
    jon = await front.agent(eg.JON)

    for someone in (ida, mia):
        refused(await someone.get("/audit"), 403, "not_allowed")
    assert [one["what"] for one in await trail(jon)] == ["setting_changed"]
    assert len(await trail(ada)) == 4


async def test_the_trail_is_read_page_by_page(front: Front, ada: Someone):
    for number in range(5):
        await posted(ada, "/change_settings", {"settings": {"silence_s": 600 + number}})

    pages: list[list[object]] = []
    before: dict[str, str] = {}
    while True:
        page = (await ada.get("/audit", limit="2", **before)).json()
        pages.append([event["detail"].get("new") for event in page["events"]])
        if page["next"] is None:
            break
        before = {"before": page["next"]}

    # At the end are the four accounts with which this began.
    assert pages == [[604, 603], [602, 601], [600, None], [None, None], [None]]


@pytest.mark.parametrize("before", ["x", "-1", "1.5", "", "9" * 19, "\u0661"])
async def test_a_place_that_is_none_is_refused(ada: Someone, before: str):
    refused(await ada.get("/audit", before=before), 400, "malformed", "?before")


async def test_whoever_has_guessed_wrong_is_not_in_it(front: Front, ada: Someone):
    stranger = front.someone()
    await stranger.post("/api/v1/session", {"username": "Ida", "password": "wrong"})
    await stranger.post(f"{API}/accept", {"invite": "wrong", "password": PASSWORD})

    assert await trail(ada) == []
    assert PersonId("agent-ida") in front.live.state.agents


def test_the_console_has_words_for_all_that_is_told():
    words = ROOT / "clients" / "console" / "admin" / "account_words.ts"
    said = set(
        re.findall(r"^      (\w+): \(about", words.read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert said == set(get_args(What))
