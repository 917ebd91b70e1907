from frontdesk.feed.hangups import ADVICE, HangUp


def test_every_hang_up_says_whether_to_come_back_and_why():
    assert set(ADVICE) == set(HangUp)
    for advice in ADVICE.values():
        assert advice.sentence
        assert advice.come_back or not advice.after_ms


def test_who_has_to_change_something_first_is_not_told_to_come_back():
    # Written out again: a client that comes back from one of these does so for ever.
    assert {hang_up for hang_up, advice in ADVICE.items() if not advice.come_back} == {
        HangUp.SIGNED_OUT,
        HangUp.NO_HELLO,
        HangUp.NOT_UNDERSTOOD,
    }


def test_every_close_code_means_one_thing_and_is_one_that_we_may_send():
    codes = [advice.code for advice in ADVICE.values()]

    assert len(set(codes)) == len(codes)
    # RFC 6455, 7.4.2; 1005, 1006 and 1015 never go over the wire.
    assert all(code in (1003, 1011, 1012, 1013) or 4000 <= code <= 4999 for code in codes)


def test_nobody_is_told_to_come_back_at_once():
    for advice in ADVICE.values():
        assert not advice.come_back or 100 <= advice.after_ms <= 60_000
