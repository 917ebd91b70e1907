from frontdesk.desk.refusals import MEANINGS, Reason, Refused


def test_every_reason_has_a_meaning():
    assert set(MEANINGS) == set(Reason)


def test_every_meaning_has_a_status_of_refusal_and_a_sentence():
    for meaning in MEANINGS.values():
        assert meaning.status in {400, 401, 403, 404, 405, 409, 413, 422, 429, 503}
        assert meaning.sentence[0].isupper()
        assert meaning.sentence[-1] == "."


def test_a_refusal_carries_its_reason():
    refused = Refused(Reason.TOO_FAST, retry_after_ms=1_500)

    assert (refused.reason, refused.where, refused.retry_after_ms) == (Reason.TOO_FAST, "", 1_500)
    assert str(refused) == "too_fast"
    assert Refused(Reason.MALFORMED, "$.limit").where == "$.limit"
