import pytest

from frontdesk.desk.ids import PersonId
from frontdesk.desk.personal import tombstone
from frontdesk.engine import exports
from frontdesk.web.queries import USER_MOST
from tests import examples as eg
from tests.web.floor import Floor
from tests.web.front import Front, Json, Someone, new_key, outcome, refused, settled, types, url


def person(front: Front, someone: Someone) -> PersonId:
    found = front.live.state.find(someone.user)
    assert found is not None
    return found


async def erase(someone: Someone, id: str, key: str | None = None) -> Json:
    headers = {"Idempotency-Key": key or new_key()}
    answer = await someone.client.delete(url(f"/people/{id}"), headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- who may --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ana", "ida", "mia"])
async def test_only_admins_may(front: Front, floor: Floor, name: str):
    someone, ben = floor.people[name], person(front, floor.people["ben"])

    refused(await someone.get("/people", user="Ben"), 403, "not_allowed")
    refused(await someone.get(f"/people/{ben}"), 403, "not_allowed")
    refused(await someone.client.delete(url(f"/people/{ben}")), 403, "not_allowed")
    assert front.live.state.find("Ben") == ben


# --- finding --------------------------------------------------------------------------------


async def test_a_guest_is_found_by_how_the_name_begins(front: Front, ana: Someone, ada: Someone):
    found = (await ada.get("/people", user="aN")).json()

    assert found == {
        "people": [
            {
                "person": person(front, ana),
                "user": "Ana",
                "created": eg.NOW // 1000,
                "room": ana.room,
                "open": True,
            }
        ],
        "more": False,
    }
    for user in ("na", "Ana 2", "Ida", "Nobody"):
        assert (await ada.get("/people", user=user)).json() == {"people": [], "more": False}


async def test_guests_whom_the_desk_has_forgotten_are_found_beside_those_who_have_the_name_now(
    front: Front, ada: Someone
):
    ids = []
    for _ in range(3):
        ana = await front.guest(eg.ANA)
        ids.append(person(front, ana))
        await ana.post(f"/end/{ana.room}")
        await front.pass_time(eg.MINUTE)
        await front.pass_time(eg.DAY + eg.HOUR)

    found = (await ada.get("/people", user="Ana")).json()
    assert [row["person"] for row in found["people"]] == ids[::-1]
    assert [row["open"] for row in found["people"]] == [False] * 3


@pytest.mark.parametrize(
    "query", [{}, {"user": ""}, {"user": "\u202e"}, {"user": "x" * (USER_MOST + 1)}]
)
async def test_what_can_be_no_name_is_malformed(ada: Someone, query: dict[str, str]):
    refused(await ada.get("/people", **query), 400, "malformed", "?user")


# --- exporting ------------------------------------------------------------------------------


async def test_an_export_is_all_that_is_kept(
    front: Front, ana: Someone, ida: Someone, ada: Someone
):
    await ana.say(ana.room, "Is anybody there?")
    await ida.assist()
    await ida.say(ana.room, "I am.")
    await ida.post(f"/end/{ana.room}")
    again = (await ana.post("/queue")).json()["room"]

    export = (await ada.get(f"/people/{person(front, ana)}")).json()

    now = eg.NOW // 1000
    assert {name: export[name] for name in ("user", "question", "info", "created", "erased")} == {
        "user": "Ana",
        "question": eg.ANA.question,
        "info": eg.ANA.info,
        "created": now,
        "erased": False,
    }
    assert export["next"] is None
    first, second = export["rooms"]
    assert (first["room"], first["opened"], first["ended"]) == (ana.room, now, now)
    assert first["reason"] == "agent"
    assert (second["room"], second["ended"], second["messages"]) == (again, None, [])
    assert [(one["user"], one["body"]) for one in first["messages"]] == [
        ("Ana", "Is anybody there?"),
        ("Ida", "I am."),
    ]
    told = [(one["type"], one.get("user"), one.get("details")) for one in first["statuses"]]
    assert told == [("notification", "Ida", "joined"), ("end", None, "agent")]


async def test_a_long_export_comes_in_parts(
    front: Front, ana: Someone, ada: Someone, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exports, "EXPORT_BYTES", 1_000)
    monkeypatch.setattr(exports, "PAGE", 2)
    for number in range(9):
        await ana.say(ana.room, f"number {number}")
    path, bodies, parts = f"/people/{person(front, ana)}", [], 0
    query: dict[str, str] = {}
    while parts == 0 or query["after"]:
        export = (await ada.get(path, **query)).json()
        bodies += [one["body"] for one in export["rooms"][0]["messages"]]
        query, parts = {"after": export["next"]}, parts + 1

    assert bodies == [f"number {number}" for number in range(9)]
    assert parts == 3
    refused(await ada.get(path, after="x"), 400, "malformed", "?after")
    refused(await ada.get(path, after="00000000.1.0"), 400, "malformed", "?after")


async def test_whoever_was_never_here_is_not_found(ada: Someone):
    for id in ("g" + "0" * 32, eg.IDA.id, "x"):
        refused(await ada.get(f"/people/{id}"), 404, "not_found")


# --- erasing --------------------------------------------------------------------------------


async def test_nobody_is_told_the_name_of_an_erased_guest_any_more(front: Front, floor: Floor):
    ana, ada, ida = (floor.people[name] for name in ("ana", "ada", "ida"))
    id = person(front, ana)
    await ana.say(ana.room, "My number is order-4711-blue.")

    assert await erase(ada, id) == {"type": "success", "success": "guest erased", "code": "erase"}

    for name in ("ida", "jon", "mia", "ada", "ben"):
        someone = floor.people[name]
        seen = (await someone.get("/state")).text
        someone.since = f"{front.live.epoch}.0.0"
        # What agents write among themselves is not the guest's (docs/operations/erasure.md).
        seen += str(await someone.news())
        seen = seen.replace("Will you have a look at Ana?", "")
        for text in ("Ana", "order-4711-blue", eg.ANA.question, "Debian"):
            assert text not in seen, name
        assert tombstone(id) in seen or name == "ben"
    refused(await ida.post(f"/message/{ana.room}", {"body": "Ana?"}), 404, "not_found")
    export = (await ada.get(f"/people/{id}")).json()
    assert (export["user"], export["question"], export["erased"]) == (tombstone(id), "", True)
    assert {one["body"] for one in export["rooms"][0]["messages"]} == {""}
    assert (await ada.get("/people", user="Ana")).json()["people"] == []


async def test_whoever_listens_as_the_guest_is_hung_up_and_agents_go_on(
    front: Front, ana: Someone, ida: Someone, ada: Someone
):
    await ida.assist()
    await ida.news()
    ana.since = (await ana.poll())[-1]["id"]
    await ana.news()
    hers, his = await ana.park(), await ida.park()

    await erase(ada, person(front, ana))

    assert types(await outcome(hers)) == ["welcome"]
    await outcome(his)
    heard = await ida.news()
    assert [one["type"] for one in heard] == ["end", "floor", "floor"]
    assert heard[-1]["rooms"] == [ana.room]
    assert heard[-1]["helped"] == {}
    refused(await ana.get("/state"), 401, "not_signed_in")


async def test_erasing_twice_is_as_erasing_once(front: Front, ana: Someone, ada: Someone):
    id, key = person(front, ana), new_key()
    first = await erase(ada, id, key)
    offset = front.live.state.offset

    assert await erase(ada, id) == first
    assert await erase(ada, id, key) == {**first, "replayed": True}
    assert front.live.state.offset == offset


async def test_a_guest_long_forgotten_can_be_erased(front: Front, ana: Someone, ada: Someone):
    id = person(front, ana)
    await ana.post(f"/end/{ana.room}")
    await front.pass_time(eg.MINUTE)
    await front.pass_time(eg.DAY + eg.HOUR)
    assert id not in front.live.state.guests

    await erase(ada, id)

    assert (await ada.get(f"/people/{id}")).json()["erased"]
    assert [ana.room] in [event.get("rooms") for event in await ada.news()]


async def test_neither_accounts_nor_nobody_is_erased(front: Front, ada: Someone):
    refused(await ada.client.delete(url(f"/people/{eg.IDA.id}")), 403, "not_allowed")
    refused(await ada.client.delete(url("/people/nobody")), 404, "not_found")


async def test_the_key_of_an_erased_guests_identify_is_free(front: Front, ada: Someone):
    key = new_key()
    ana = await front.guest(eg.ANA, key)
    await erase(ada, person(front, ana))

    again = await front.guest(eg.ANA, key)

    assert again.user == "Ana"
    assert again.room != ana.room
    assert (await again.get("/state")).status_code == 200


async def test_a_repeated_command_of_an_agent_answers_without_the_name(
    front: Front, ana: Someone, ida: Someone, ada: Someone
):
    body = {"key": new_key()}
    assert "Ana" in (await ida.post("/assist", body)).text
    await erase(ada, person(front, ana))
    await settled()

    answer = await ida.post("/assist", body)

    assert answer.json()["replayed"]
    assert "Ana" not in answer.text
    assert eg.ANA.question not in answer.text
