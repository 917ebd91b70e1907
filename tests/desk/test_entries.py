from typing import get_args

from frontdesk.desk.entries import KINDS, Entry


def test_every_entry_has_a_name_and_a_version_in_the_log():
    assert {entry for entry, _ in KINDS.values()} == set(get_args(Entry))
    assert len(KINDS) == len(get_args(Entry))


def test_the_names_in_the_log_are_what_they_have_always_been():
    # Written out again: a log of last year is read by these names.
    assert {kind: version for kind, (_, version) in KINDS.items()} == {
        "guest_queued": 1,
        "guest_taken": 2,
        "message_posted": 1,
        "room_ended": 1,
        "room_rated": 1,
        "note_left": 1,
        "note_closed": 1,
        "status_set": 2,
        "limit_set": 1,
        "agent_gone": 2,
        "guest_requeued": 1,
        "guest_transferred": 1,
        "guest_released": 1,
        "group_opened": 1,
        "group_ended": 1,
        "direct_opened": 1,
        "member_joined": 1,
        "member_left": 1,
        "room_closing": 1,
        "line_lost": 1,
        "line_restored": 1,
        "person_added": 2,
        "person_changed": 2,
        "person_erased": 1,
        "guests_forgotten": 1,
        "desk_added": 1,
        "settings_changed": 1,
        "vouch_key_made": 1,
        "vouch_key_used": 1,
        "vouch_key_ended": 1,
        "desk_became": 1,
        "resumed": 1,
    }


def test_every_entry_begins_with_its_time():
    for entry, _ in KINDS.values():
        assert entry.__struct_fields__[0] == "at_ms"
