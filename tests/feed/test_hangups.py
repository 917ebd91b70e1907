from frontdesk.feed.hangups import ADVICE, HangUp


def test_every_hang_up_says_whether_to_come_back_and_why():
    assert set(ADVICE) == set(HangUp)
    for advice in ADVICE.values():
        assert advice.sentence
        assert advice.come_back or not advice.after_ms


def test_only_a_restart_is_worth_coming_back_from():
    assert {hang_up for hang_up, advice in ADVICE.items() if advice.come_back} == {HangUp.RESTART}
