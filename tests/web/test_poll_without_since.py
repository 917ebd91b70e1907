from tests.web.front import Someone, types


async def test_somebody_who_does_not_say_where_they_stand_is_reset_only_once(ana: Someone):
    # As after a restore from a backup: the session began in a log that is no more.
    ana.front.live.epoch = "0badc0de"

    first = await ana.poll()
    second = await ana.poll()

    assert first == [{"type": "reset", "reason": "unknown_epoch"}]
    assert types(second) == ["queuepos", "noop"]
