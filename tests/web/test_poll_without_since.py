from tests import examples as eg
from tests.web.front import Front, Someone, types


async def test_somebody_who_does_not_say_where_they_stand_is_reset_only_once(ana: Someone):
    # As after a restore from a backup: the session began in a log that is no more.
    ana.front.live.epoch = "0badc0de"

    first = await ana.poll()
    second = await ana.poll()

    assert first == [{"type": "reset", "reason": "unknown_epoch"}]
    assert types(second) == ["queuepos", "noop"]


async def test_a_guest_hears_nothing_from_before_they_came(front: Front, ida: Someone):
    await ida.post("/status", {"status": "away"})
    ana = await front.guest(eg.ANA)
    epoch = ana.since.split(".")[0]

    heard = await ana.poll(f"{epoch}.0.0")

    assert types(heard) == ["queuepos", "noop"]
