"""Rooms that are over, over HTTP and the socket: who reads them, and nobody else."""

from frontdesk.desk.refusals import Reason
from tests import examples as eg
from tests.web.front import Front, Someone, refused, url
from tests.web.lines import Socket

SECRET = "My card is 1234."


async def helped(guest: Someone, agent: Someone) -> str:
    """The guest was helped by this agent, has written, and the room is over: its path."""
    await agent.assist(guest.user)
    await guest.say(guest.room, SECRET)
    assert (await agent.post(f"/end/{guest.room}")).status_code == 200
    return f"/rooms/{guest.room}/messages"


async def bodies(someone: Someone, path: str) -> list[str]:
    answer = await someone.get(path)
    assert answer.status_code == 200, answer.text
    return [one["body"] for one in answer.json()["messages"]]


async def test_its_guest_its_agent_and_monitors_read_a_room_that_is_over(
    ana: Someone, ida: Someone, mia: Someone, ada: Someone
):
    path = await helped(ana, ida)

    for someone in (ana, ida, mia, ada):
        assert await bodies(someone, path) == [SECRET]


async def test_to_others_it_looks_like_one_that_never_was(
    ana: Someone, ben: Someone, ida: Someone, jon: Someone, stranger: Someone
):
    path = await helped(ana, ida)
    await jon.assist(ben.user)

    for someone in (ben, jon):
        answers = [await someone.get(one) for one in (path, f"/rooms/r{'0' * 32}/messages")]
        refused(answers[0], 404, "not_found")
        assert answers[0].content == answers[1].content
    refused(await stranger.get(path), 401, "not_signed_in")


async def test_the_next_agent_reads_it_for_as_long_as_they_have_the_guest(
    ana: Someone, ida: Someone, jon: Someone
):
    path = await helped(ana, ida)
    again = (await ana.post("/queue")).json()["room"]
    refused(await jon.get(path), 404, "not_found")

    await jon.assist()
    assert await bodies(jon, path) == [SECRET]

    await jon.post(f"/leave/{again}")
    refused(await jon.get(path), 404, "not_found")


async def test_who_handed_the_guest_on_reads_it_no_more(ana: Someone, ida: Someone, jon: Someone):
    await ida.assist()
    await ida.post(f"/transfer/{ana.room}", {"agent": "Jon"})
    await ana.say(ana.room, SECRET)
    await jon.post(f"/end/{ana.room}")

    assert await bodies(jon, f"/rooms/{ana.room}/messages") == [SECRET]
    refused(await ida.get(f"/rooms/{ana.room}/messages"), 404, "not_found")


async def test_a_room_that_nobody_helped_in_is_its_guests_and_monitors(
    ana: Someone, ida: Someone, mia: Someone
):
    await ana.say(ana.room, SECRET)
    await ana.client.delete(url("/queue"))

    for someone in (ana, mia):
        assert await bodies(someone, f"/rooms/{ana.room}/messages") == [SECRET]
    refused(await ida.get(f"/rooms/{ana.room}/messages"), 404, "not_found")


async def test_of_an_erased_guest_nobody_reads_a_word(
    ana: Someone, ida: Someone, ada: Someone, front: Front
):
    path = await helped(ana, ida)
    person = front.live.state.find("Ana")

    assert (await ada.client.delete(url(f"/people/{person}"))).status_code == 200

    refused(await ana.get(path), 401, "not_signed_in")
    for someone in (ida, ada):
        text = (await someone.get(path)).text
        assert SECRET not in text
        assert "Ana" not in text


async def test_a_group_room_that_is_over_is_read_by_monitors(
    ida: Someone, mia: Someone, ada: Someone
):
    room = (await mia.post("/create", {"name": "Returns"})).json()["room"]
    await ida.post(f"/join/{room}", {"as": "speaker"})
    await ida.say(room, SECRET)
    await mia.post(f"/end/{room}")

    assert await bodies(ada, f"/rooms/{room}/messages") == [SECRET]
    refused(await ida.get(f"/rooms/{room}/messages"), 404, "not_found")


async def test_it_is_read_over_the_socket_too(front: Front, ana: Someone, ben: Someone):
    ida = await front.agent(eg.IDA)
    await helped(ana, ida)

    mine = await Socket.open(ana, ana.since)
    told = await mine.ask("messages", room=ana.room)
    assert [one["body"] for one in told["answer"]["messages"]] == [SECRET]

    other = await Socket.open(ben, ben.since)
    refusal = await other.ask("messages", room=ana.room)
    assert (refusal["type"], refusal["code"]) == ("error", Reason.NOT_FOUND)
