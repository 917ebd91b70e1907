"""Keys with which sites vouch for guests, and what comes of a signature that was good."""

from msgspec.structs import replace

from frontdesk.desk.checkpoint import dump, load
from frontdesk.desk.commands import MakeKey, Vouch
from frontdesk.desk.entries import GuestQueued, VouchKeyEnded, VouchKeyMade, VouchKeyUsed
from frontdesk.desk.ids import KeyId
from frontdesk.desk.limits import VOUCH_KEYS_MOST, VOUCH_USED_MS
from frontdesk.desk.personal import Vouched
from frontdesk.desk.refusals import Reason
from tests import examples as eg
from tests.desk.story import After, entries, given, log, only, refusal, then

STAFF = eg.at_work(eg.IDA, eg.MIA, eg.ADA)
SHOP = (*STAFF, eg.make_key())
NIGHT_KEY = KeyId("key-of-the-night")


def test_an_admin_makes_a_key_and_ends_it():
    made = only(given(*STAFF), eg.make_key())

    assert isinstance(made, VouchKeyMade)
    assert (made.by.user, made.key, made.label) == ("Ada", eg.SHOP_KEY, "Web shop")
    assert list(given(*SHOP).vouch_keys) == [eg.SHOP_KEY]
    ended = only(given(*SHOP), eg.end_key())
    assert isinstance(ended, VouchKeyEnded)
    assert (ended.by.user, ended.label) == ("Ada", "Web shop")
    assert not then(given(*SHOP), eg.end_key()).vouch_keys


def test_nobody_but_an_admin_does():
    desk = given(*SHOP, eg.identify(eg.ANA))

    for person in (eg.IDA, eg.MIA, eg.ANA):
        assert refusal(desk, MakeKey(person.id, NIGHT_KEY, "x")) is Reason.NOT_ALLOWED
        assert refusal(desk, replace(eg.end_key(), by=person.id)) is Reason.NOT_ALLOWED


def test_the_same_key_is_made_once():
    assert entries(given(*SHOP), eg.make_key()) == []


def test_a_desk_has_five_keys_at_most_and_a_place_again_when_one_ends():
    keys = [eg.make_key(key=KeyId(f"key-{n}")) for n in range(VOUCH_KEYS_MOST)]
    desk = given(*STAFF, *keys)

    assert refusal(desk, eg.make_key()) is Reason.NOT_ALLOWED
    freed = then(desk, eg.end_key(key=KeyId("key-3")))
    assert isinstance(only(freed, eg.make_key()), VouchKeyMade)


def test_a_key_that_is_not_there_cannot_end():
    assert refusal(given(*STAFF), eg.end_key()) is Reason.NOT_FOUND
    assert refusal(given(*SHOP, eg.end_key()), eg.end_key()) is Reason.NOT_FOUND


# --- guests -----------------------------------------------------------------------------------


def test_what_the_site_has_signed_stays_with_the_guest():
    desk = given(*SHOP, eg.identify_vouched(eg.ANA))

    profile = desk.guests[eg.ANA.id].profile
    assert profile.vouched == Vouched("customer-1042", "ana@example.org")
    assert (profile.user, dict(profile.info)) == ("Ana", eg.ANA.info)
    again = then(desk, eg.end(eg.ANA, eg.ANA), eg.end_key(), eg.queue_again(eg.ANA))
    assert again.guests[eg.ANA.id].profile.vouched == profile.vouched


def test_the_name_that_the_site_gives_goes_before_the_one_that_was_typed():
    named = replace(eg.VOUCH, name="Ana García")
    desk = given(*SHOP, eg.identify_vouched(eg.ANA, named), eg.identify_vouched(eg.BEN, named))

    assert desk.label(eg.ANA.id) == "Ana García"
    assert desk.label(eg.BEN.id) == "Ana García 2"


def test_a_name_that_no_guest_may_have_is_passed_over():
    for name in ("Ida", "Support", "", "\u202e", "x" * 41, "Adm\u0131n"):
        desk = given(*SHOP, eg.identify_vouched(eg.ANA, replace(eg.VOUCH, name=name)))
        assert desk.label(eg.ANA.id) == "Ana"
    typed = replace(eg.identify_vouched(eg.ANA), user="Support")
    assert refusal(given(*SHOP), typed) is Reason.NAME_NOT_ALLOWED


def test_a_key_that_does_not_count_vouches_for_nobody():
    for desk in (given(*STAFF), given(*SHOP, eg.end_key())):
        assert refusal(desk, eg.identify_vouched(eg.ANA)) is Reason.VOUCH_NOT_VALID
    other = Vouch(NIGHT_KEY, "customer-1042")
    assert refusal(given(*SHOP), eg.identify_vouched(eg.ANA, other)) is Reason.VOUCH_NOT_VALID


def test_the_use_of_a_key_is_noted_once_a_minute():
    desk = given(*SHOP)

    made = log(
        desk,
        eg.identify_vouched(eg.ANA),
        eg.identify_vouched(eg.BEN),
        After(VOUCH_USED_MS - 1),
        eg.identify_vouched(eg.CEM),
        After(1),
        eg.identify_vouched(eg.DORA),
        at_ms=eg.NOW,
    )

    known = [type(one.entry) for one in made if isinstance(one.entry, GuestQueued | VouchKeyUsed)]
    assert known == [
        *(GuestQueued, VouchKeyUsed),
        GuestQueued,
        GuestQueued,
        *(GuestQueued, VouchKeyUsed),
    ]
    used = then(desk, eg.identify_vouched(eg.ANA)).vouch_keys[eg.SHOP_KEY]
    assert (used.made_ms, used.used_ms) == (eg.NOW, eg.NOW)


def test_a_checkpoint_keeps_the_keys_in_their_order():
    desk = given(*SHOP, eg.make_key(key=NIGHT_KEY), eg.identify_vouched(eg.ANA))

    again = load(dump(desk))

    assert again == desk
    assert list(again.vouch_keys) == [eg.SHOP_KEY, NIGHT_KEY]


def test_an_erased_guest_is_vouched_for_no_more():
    desk = given(*SHOP, eg.identify_vouched(eg.ANA), eg.erase(None, eg.ANA))

    assert "customer-1042" not in repr(dump(desk))
