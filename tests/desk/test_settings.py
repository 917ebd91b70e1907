from collections.abc import Sequence

import pytest
from msgspec.structs import fields

from frontdesk.desk.commands import ChangeSettings
from frontdesk.desk.deadlines import next_deadline
from frontdesk.desk.entries import DeskBecame, RoomClosing, RoomEnded, SettingsChanged
from frontdesk.desk.kinds import Choice, Color, Kind, Switch, Text, Value, Whole
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.settings import DEFAULTS, SETTINGS, Settings, as_dict, checked
from tests import examples as eg
from tests.desk.story import After, Step, entries, given, log, only, refusal, then


def test_the_table_and_the_struct_name_the_same_settings():
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Settings)]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_default_is_one_that_may_be_set_and_says_what_it_is_for(setting):
    assert setting.kind.check(setting.default) == setting.default
    assert setting.help.endswith(".")
    assert bool(setting.unit) == isinstance(setting.kind, Whole)


def test_a_setting_changes_for_everybody_from_that_entry_on():
    desk = given(eg.account(eg.ADA))

    entry = only(desk, ChangeSettings(eg.ADA.id, {"silence_s": 300}))

    assert isinstance(entry, SettingsChanged)
    assert entry.by is not None
    assert (entry.by.user, entry.changed) == ("Ada", {"silence_s": 300})
    assert then(desk, eg.settings(silence_s=300)).settings.silence_s == 300
    assert desk.settings == DEFAULTS


def test_what_is_so_already_is_no_change():
    desk = given(eg.settings(silence_s=300))

    assert entries(desk, eg.settings(silence_s=300, queue_most=10_000)) == []
    changed = only(desk, eg.settings(silence_s=300, queue_most=5))
    assert isinstance(changed, SettingsChanged)
    assert changed.changed == {"queue_most": 5}


def test_only_admins_and_operators_change_settings():
    desk = given(*eg.at_work(*eg.AGENTS), eg.identify(eg.ANA))

    for person in (eg.IDA, eg.MIA, eg.ANA):
        command = ChangeSettings(person.id, {"open": False})
        assert refusal(desk, command) is Reason.NOT_ALLOWED


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("silence_s", 119, "a whole number from 120 to 86400"),
        ("silence_s", 86_401, "a whole number"),
        ("silence_s", True, "a whole number"),
        ("silence_s", "600", "a whole number"),
        ("silence_s", 600.0, "a whole number"),
        ("open", 1, "true or false"),
        ("open", "yes", "true or false"),
        ("availability_to", "everybody", "all or agents"),
        ("availability_to", False, "all or agents"),
        ("silenc_s", 600, "Did you mean: silence_s"),
        ("", 1, "There is no such setting"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_can(name: str, value: object, said: str):
    with pytest.raises(Refused) as refused:
        checked({"queue_most": 5, name: value})

    assert refused.value.reason is Reason.MALFORMED
    assert said in refused.value.detail


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (Whole(1, 10), " 7 ", 7),
        (Switch(), "Yes", True),
        (Switch(), "off", False),
        (Choice(("all", "agents")), "Agents", "agents"),
        (Text(9), "  Café \u2728 ", "Café \u2728"),
        (Text(9), "Cafe\u0301", "Caf\u00e9"),
        (Text(9), r"a\nb", r"a\nb"),
        (Text(9, lines=True), r"a\nb", "a\nb"),
        (Text(9, lines=True), "a\r\nb", "a\nb"),
        (Text(9), "", ""),
        (Color(), " #1A7f5C", "#1a7f5c"),
        (Color(), "", ""),
    ],
)
def test_what_is_typed_is_read(kind: Kind, typed: str, value: Value):
    assert kind.read(typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        *[(Whole(1, 10), typed) for typed in ("", "0", "11", "+1", "1.0", "1e1", "٣", "9" * 5_000)],
        *[(Switch(), typed) for typed in ("", "2", "maybe")],
        (Choice(("all", "agents")), "none"),
        *[(Text(3), typed) for typed in ("four", "a\nb", "a\tb", "\0", "a\u2028b", "\ud800")],
        (Text(3, lines=True), "a\rb"),
        (Text(3), "x" * 10_000_000),
        *[(Color(), typed) for typed in ("red", "#fff", "#1a7f5", "#1a7f5cc", "#1a7f5g", "0")],
        *[(Color(), typed) for typed in ("#١٢٣٤٥٦", "url(//x)", "#1a7f5c;}", "#1a7f5c\n#")],
    ],
)
def test_what_cannot_be_read_is_told_what_can(kind: Kind, typed: str):
    with pytest.raises(ValueError, match=kind.wanted):
        kind.read(typed)


# --- what they do ---------------------------------------------------------------------------------

CHAT = (*eg.at_work(eg.IDA), eg.identify(eg.ANA), eg.assist(eg.IDA))


def test_a_conversation_that_has_begun_ends_by_the_new_silence():
    desk = given(*CHAT, eg.settings(silence_s=300))

    made = log(desk, After(5 * eg.MINUTE))

    assert [type(kept.entry) for kept in made] == [RoomClosing, RoomEnded]


def test_a_guest_who_is_away_is_gone_by_the_new_span():
    desk = given(eg.identify(eg.ANA), eg.lose_line(eg.ANA), eg.settings(guest_absence_s=30))

    assert next_deadline(desk) == eg.NOW + 30 * eg.SECOND


def test_an_agent_who_is_away_is_gone_by_the_new_span():
    desk = given(*CHAT, eg.lose_line(eg.IDA), eg.settings(agent_absence_s=3_600))

    # The conversation falls silent before that.
    assert next_deadline(desk) == eg.NOW + eg.SILENCE_MS - eg.MINUTE
    assert desk.due["agent_absence", eg.IDA.id] == eg.NOW + eg.HOUR  # type: ignore[index]


def test_a_new_agent_has_the_limit_that_is_set():
    desk = given(eg.settings(agent_limit=7), eg.account(eg.IDA))

    assert desk.agents[eg.IDA.id].limit == 7


def test_all_settings_have_their_name_and_value():
    assert as_dict(Settings(open=False)) == {**as_dict(DEFAULTS), "open": False}


# --- open, closed, full ---------------------------------------------------------------------------


def states(*steps: Step, before: Sequence[Step] = ()) -> list[str]:
    """What the desk becomes, in order."""
    made = log(given(*before), *steps)
    return [kept.entry.state for kept in made if isinstance(kept.entry, DeskBecame)]


def test_a_desk_closes_and_opens_once():
    assert states(
        eg.settings(open=False), eg.settings(open=False, queue_most=5), eg.settings(open=True)
    ) == ["closed", "open"]


def test_a_closed_desk_takes_nobody_and_helps_on_those_who_are_there():
    desk = given(*eg.at_work(eg.IDA), *eg.waiting(eg.ANA), eg.settings(open=False))

    assert refusal(desk, eg.identify(eg.BEN)) is Reason.DESK_CLOSED
    helped = then(desk, eg.assist(eg.IDA), eg.post(eg.ANA, eg.ANA), eg.end(eg.ANA, eg.ANA))
    assert refusal(helped, eg.queue_again(eg.ANA)) is Reason.DESK_CLOSED


def test_closed_says_more_than_full():
    full = (eg.settings(queue_most=1), eg.identify(eg.ANA))

    assert states(eg.settings(open=False), before=full) == ["closed"]
    assert states(eg.settings(open=True), before=(*full, eg.settings(open=False))) == ["full"]


def test_a_full_desk_opens_again_when_a_twentieth_of_its_places_is_free():
    guests = [eg.Guest(f"g{n}", f"Guest {n}", f"r{n}", "?", {}) for n in range(40)]  # type: ignore[arg-type]
    before: list[Step] = [eg.settings(queue_most=40), *map(eg.identify, guests)]

    assert given(*before).admits == "full"
    assert states(eg.leave_queue(guests[3]), before=before) == []
    assert refusal(given(*before, eg.leave_queue(guests[3])), eg.identify(eg.ANA)) is (
        Reason.QUEUE_FULL
    )
    assert states(eg.leave_queue(guests[3]), eg.leave_queue(guests[7]), before=before) == ["open"]


def test_more_room_opens_a_full_desk_at_once_and_less_fills_it():
    before = (eg.settings(queue_most=2), *eg.waiting(eg.ANA, eg.BEN))

    assert states(eg.settings(queue_most=3), before=before) == ["open"]
    assert states(eg.settings(queue_most=2), before=eg.waiting(eg.ANA, eg.BEN)) == ["full"]


def test_guests_who_come_back_from_their_agent_may_fill_a_desk():
    before = (eg.settings(queue_most=2), *CHAT, eg.identify(eg.BEN))

    assert states(eg.sign_off(eg.IDA), before=before) == ["full"]
    assert states(eg.leave(eg.IDA, eg.ANA.room), before=before) == ["full"]
