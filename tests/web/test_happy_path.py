from tests.web.front import Front, Someone, types


async def test_a_guest_is_helped_from_hello_to_goodbye(front: Front, ana: Someone, ida: Someone):
    joined = await ida.assist()
    await ida.say(ana.room, "Hello, how can I help?")
    await ana.say(ana.room, "My invoice is wrong.")
    ended = await ana.post(f"/end/{ana.room}")

    assert joined["guest"]["user"] == "Ana"
    assert ended.status_code == 200
    heard = [event["body"] for event in await ana.poll(ana.since) if event["type"] == "message"]
    assert heard == ["Hello, how can I help?", "My invoice is wrong."]
    assert "end" in types(await ida.poll(ida.since))
    assert (await ida.get("/list")).json()["guests"] == []
