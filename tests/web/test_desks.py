"""Several desks on one server, and their settings over HTTP."""

import pytest

from frontdesk.desk.commands import ChangePerson
from frontdesk.desk.ids import MAIN, DeskId
from frontdesk.desk.settings import SETTINGS
from frontdesk.engine.node import Node
from tests import examples as eg
from tests.web.front import PASSWORD, SESSION, Front, Someone, new_key, refused, settled

SALES = DeskId("sales")
AT_SALES = f"/api/v1/desks/{SALES}"


@pytest.fixture
async def sales(front: Front) -> Front:
    """The same server, after an operator has added a desk beside it."""
    node = await Node.load(front.store, front.clock)
    await node.add_desk(SALES)
    await front.engine._serve_new()
    return front


async def assign(front: Front, agent: eg.Agent, *desks: DeskId) -> None:
    for live in front.engine.desks.all():
        await front.engine.submit(live.state.id, ChangePerson(agent.user, desks=desks))


async def changed(someone: Someone, **settings: object) -> None:
    answer = await someone.post("/change_settings", {"settings": settings, "key": new_key()})
    assert answer.json() == {
        "type": "success",
        "success": "settings changed",
        "code": "change_settings",
    }


# --- several desks --------------------------------------------------------------------------------


async def test_a_desk_that_was_added_is_served_with_all_accounts(sales: Front):
    ida = await sales.agent(eg.IDA)

    assert (await ida.get("/api/v1/desks")).json() == [
        {"desk": "main", "state": "open"},
        {"desk": "sales", "state": "open"},
    ]
    assert (await ida.get(f"{AT_SALES}/list")).json()["unavailable_agents"] == [
        "Ada",
        "Ida",
        "Jon",
        "Mia",
    ]


async def test_monitors_look_back_at_their_own_desks_alone(sales: Front):
    ana = await sales.guest(eg.ANA)
    mia = await sales.agent(eg.MIA)
    paths = (f"/history/{ana.room}", f"/rooms/{ana.room}/earlier")
    for path in paths:
        assert (await mia.get(path)).status_code == 200
        refused(await mia.get(AT_SALES + path), 404, "not_found")
    assert (await mia.get(f"{AT_SALES}/history", q="parcel")).json() == {"rooms": [], "next": None}
    assert (await mia.get(f"{AT_SALES}/history")).json() == {"rooms": [], "next": None}

    await assign(sales, eg.MIA, SALES)

    for path in ("/history", *paths):
        refused(await mia.get(path), 403, "not_allowed")


async def test_what_happens_at_one_desk_is_nothing_to_another(sales: Front):
    jon = await sales.agent(eg.JON)
    ida = await sales.agent(eg.IDA)
    asked = await sales.someone().post(
        f"{AT_SALES}/identify", {"username": "Ana", "question": "How much is it?"}
    )
    ana = sales.someone(token=asked.json()["token"])

    assert (await ida.get("/guests")).json() == []
    assert await ida.news() == []
    # Away there, as nobody has said anything else.
    refused(await jon.post(f"{AT_SALES}/assist", {}), 409, "agent_unavailable")
    await ida.post(f"{AT_SALES}/status", {"status": "available"})
    room = (await ida.post(f"{AT_SALES}/assist", {})).json()["room"]
    refused(await ida.post(f"/message/{room}", {"body": "here"}), 404, "not_found")
    assert (await ida.post(f"{AT_SALES}/message/{room}", {"body": "there"})).status_code == 200
    said = (await ana.get(f"{AT_SALES}/listen", wait="0")).json()
    assert [event["body"] for event in said if event["type"] == "message"] == ["there"]
    refused(await ana.get("/state"), 401, "not_signed_in")


async def test_a_room_of_one_desk_that_is_over_is_none_of_another(sales: Front):
    ada, ana = await sales.agent(eg.ADA), await sales.guest(eg.ANA)
    await ana.post(f"/end/{ana.room}")
    path = f"/rooms/{ana.room}/messages"

    assert (await ada.get(path)).status_code == 200
    refused(await ada.get(f"{AT_SALES}{path}"), 404, "not_found")


async def test_a_desk_that_is_not_there_is_not_found(front: Front):
    ida = await front.agent(eg.IDA)

    for someone in (ida, front.someone()):
        refused(await someone.get(f"{AT_SALES}/waittime"), 404, "not_found")
        refused(await someone.get("/api/v1/desks/Main/state"), 404, "not_found")


async def test_an_account_works_at_its_own_desks_alone(sales: Front):
    ida, jon = await sales.agent(eg.IDA), await sales.agent(eg.JON)

    await assign(sales, eg.JON, SALES)

    refused(await jon.get("/list"), 403, "not_allowed")
    refused(await jon.post("/status", {"status": "available"}), 403, "not_allowed")
    assert (await jon.get("/listen", wait="0")).json() == [{"type": "welcome"}]
    assert (await jon.get(f"{AT_SALES}/list")).status_code == 200
    assert (await jon.get(SESSION)).json() == {"user": "Jon", "role": "agent", "desks": ["sales"]}
    assert (await jon.get("/api/v1/desks")).json() == [{"desk": "sales", "state": "open"}]
    here = (await ida.get("/list")).json()
    assert "Jon" not in here["available_agents"] + here["unavailable_agents"]
    name = {"username": "Jon", "question": "?"}
    refused(await sales.someone().post("/identify", name), 422, "name_not_allowed")


async def test_who_is_taken_off_a_desk_stops_hearing_it_and_the_guests_wait_again(sales: Front):
    jon = await sales.agent(eg.JON)
    ana = await sales.guest(eg.ANA)
    await jon.assist()
    await jon.news()
    listening = await jon.park()

    await assign(sales, eg.JON, SALES)

    assert await listening == [{"type": "welcome"}]
    assert [event["type"] for event in await ana.news()][-2:] == ["notification", "queuepos"]


async def test_that_an_account_of_another_desk_is_there_is_told_to_nobody_here(sales: Front):
    ida = await sales.agent(eg.IDA)
    await assign(sales, eg.JON, SALES)
    await ida.news()
    before = sales.live.state.offset

    jon = sales.someone()
    await jon.post(SESSION, {"username": "Jon", "password": PASSWORD})
    await jon.get(SESSION)
    assert (await jon.get(f"{AT_SALES}/list")).status_code == 200
    await sales.pass_time(eg.MINUTE)

    assert not [event for event in await ida.news() if event.get("user") == "Jon"]
    assert all(
        getattr(kept.entry, "person", None) != eg.JON
        for kept in await sales.store.read(MAIN, before, 100)
    )


async def test_a_guest_of_one_desk_may_have_the_name_of_one_at_another(sales: Front):
    name = {"username": "Ana", "question": "?"}

    for desk in ("/identify", f"{AT_SALES}/identify"):
        assert (await sales.someone().post(desk, name)).json()["user"] == "Ana"


# --- settings -------------------------------------------------------------------------------------


async def test_every_agent_reads_what_is_set_and_what_may_be(front: Front):
    ida = await front.agent(eg.IDA)

    told = (await ida.get("/settings")).json()

    assert [one["name"] for one in told] == [setting.name for setting in SETTINGS]
    by_name = {one["name"]: one for one in told}
    assert by_name["silence_s"] == {
        "name": "silence_s",
        "value": 900,
        "default": 900,
        "kind": "number",
        "unit": "seconds",
        "help": next(one.help for one in SETTINGS if one.name == "silence_s"),
        "least": 120,
        "most": 86_400,
        "options": None,
    }
    assert by_name["availability_to"]["options"] == ["all", "agents"]
    kinds = {name: one["kind"] for name, one in by_name.items()}
    assert {name: kinds[name] for name in ("open", "title", "greeting", "color", "sites")} == {
        "open": "switch",
        "title": "text",
        "greeting": "lines",
        "color": "color",
        "sites": "lines",
    }
    assert (by_name["title"]["most"], by_name["greeting"]["most"]) == (60, 300)


async def test_an_admin_closes_the_desk_and_everybody_hears_of_it(front: Front):
    ada, ida = await front.agent(eg.ADA), await front.agent(eg.IDA)
    ana = await front.guest(eg.ANA)
    await ida.news()

    await changed(ada, open=False)

    assert {"type": "desk", "state": "closed"} in [
        {name: event[name] for name in event if name != "id"} for event in await ana.news()
    ]
    told = [event for event in await ida.news() if event["type"] == "floor"]
    assert [(event["what"], event["settings"]) for event in told] == [("settings", {"open": False})]
    stranger = front.someone()
    assert (await stranger.get("/waittime")).json()["state"] == "closed"
    asked = await stranger.post("/identify", {"username": "Ben", "question": "?"})
    refused(asked, 409, "desk_closed")
    assert (await ana.get("/state")).json()["desk"] == "closed"
    assert (await ida.get("/state")).json()["settings"]["open"] is False


@pytest.mark.parametrize("agent", [eg.IDA, eg.MIA])
async def test_who_is_no_admin_changes_nothing(front: Front, agent: eg.Agent):
    someone = await front.agent(agent)

    refused(
        await someone.post("/change_settings", {"settings": {"open": False}}), 403, "not_allowed"
    )
    assert front.live.state.admits == "open"


async def test_a_guest_reads_no_settings(front: Front):
    ana = await front.guest(eg.ANA)

    refused(await ana.get("/settings"), 403, "not_allowed")


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({}, "$.settings"),
        ({"open": 1}, "$.settings.open"),
        ({"silence_s": 10}, "$.settings.silence_s"),
        ({"silence_s": 10**30}, "$.settings.silence_s"),
        ({"silence_s": 1.5}, None),
        ({"colour": "red"}, "$.settings"),
        ({"open": False, "queue_most": 0}, "$.settings.queue_most"),
        ({"open": None}, None),
        ({"title": "x" * 61}, "$.settings.title"),
        ({"title": 7}, "$.settings.title"),
        ({"color": "red"}, "$.settings.color"),
        ({"sites": "https://a.example\nhttp://b.example"}, "$.settings.sites"),
        ({"sites": "https://a.example\n" * 3_000}, "$.settings.sites"),
        ({"fields": "Page"}, "$.settings.fields"),
        ({"ratings": "yes"}, "$.settings.ratings"),
    ],
)
async def test_a_setting_that_cannot_be_is_told_and_nothing_changes(
    front: Front, settings: dict[str, object], where: str | None
):
    ada = await front.agent(eg.ADA)
    before = front.live.state

    answer = await ada.post("/change_settings", {"settings": settings})

    assert answer.status_code == 400
    if where is not None:
        refused(answer, 400, "malformed", where)
    assert front.live.state.settings == before.settings


async def test_settings_are_there_after_a_restart(front: Front):
    ada = await front.agent(eg.ADA)
    await changed(ada, silence_s=300, availability_to="agents")
    await settled()

    again = Front(front.store)
    await again.start()
    try:
        assert again.live.state.settings == front.live.state.settings
    finally:
        await again.stop()


async def test_guests_hear_of_no_agents_availability_where_that_is_kept_to_agents(front: Front):
    ada, ida = await front.agent(eg.ADA), await front.agent(eg.IDA)
    ana = await front.guest(eg.ANA)
    await changed(ada, availability_to="agents")
    await ana.news()

    await ida.post("/status", {"status": "away"})

    assert await ana.news() == []
    assert "status" in [event["type"] for event in await ada.news()]


async def test_the_settings_of_desks_are_their_own(sales: Front):
    ada = await sales.agent(eg.ADA)

    answer = await ada.post(f"{AT_SALES}/change_settings", {"settings": {"open": False}})

    assert answer.status_code == 200
    states = (await ada.get("/api/v1/desks")).json()
    assert [one["state"] for one in states] == ["open", "closed"]
    assert sales.engine.live(MAIN).state.settings.open
