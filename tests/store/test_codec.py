import json
from pathlib import Path
from typing import Any

import pytest

from frontdesk.desk.checkpoint import dump
from frontdesk.desk.entries import KINDS, Resumed
from frontdesk.desk.ids import MAIN, PersonId
from frontdesk.desk.names import skeleton
from frontdesk.desk.personal import Profile, Text
from frontdesk.desk.state import Agent, Deadline, Guest, GuestState, Member, Room, RoomKind, State
from frontdesk.store import codec
from frontdesk.store.upgrades import STEPS, TooNew, upgrade
from tests import examples as floor
from tests.contracts import stories as eg
from tests.desk.story import entries, given

FIXTURES = Path(__file__).parent / "fixtures"
KNOWN = {
    one.id: one
    for one in (
        eg.ANA,
        eg.BEN,
        eg.CEM,
        *(Profile(who.id, who.user, "", {}) for who in (eg.IDA, eg.JON)),
    )
}


def people(person: PersonId) -> Profile:
    return KNOWN.get(person) or codec.erased(person)


def fixtures() -> list[Path]:
    return sorted(FIXTURES.glob("*.json"))


@pytest.mark.parametrize("path", fixtures(), ids=lambda path: path.stem)
def test_what_any_version_has_stored_is_still_read(path: Path):
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    entry = codec.decode(
        stored["kind"], stored["v"], json.dumps(stored["data"]).encode(), people, stored["text"]
    )

    assert entry == eg.OF_EACH_KIND[stored["kind"]]


def test_every_version_of_every_kind_has_a_fixture():
    wanted = {f"{kind}.v{v}.json" for kind, (_, last) in KINDS.items() for v in range(1, last + 1)}

    assert {path.name for path in fixtures()} == wanted
    assert eg.OF_EACH_KIND.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_read_as_it_was_written(kind: str):
    entry = eg.OF_EACH_KIND[kind]
    written = codec.encode(entry)

    assert (written.kind, written.v) == (kind, KINDS[kind][1])
    assert codec.decode(kind, written.v, written.data, people, written.text) == entry


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_belongs_to_a_person_is_in_what_is_written(kind: str):
    data = codec.encode(eg.OF_EACH_KIND[kind]).data.decode()

    for personal in ("Ana", "Ben", "Cem", "Ida", "parcel", "Debian", "Hello", "Call", "+49"):
        assert personal not in data


def test_whoever_was_erased_is_told_apart_by_their_id_alone():
    written = codec.encode(eg.said(eg.IDA, eg.ANAS_ROOM))

    entry = codec.decode(written.kind, written.v, written.data, codec.erased, None)

    assert entry.author.user == "erased-000003"  # type: ignore[union-attr]
    assert entry.text == Text("")  # type: ignore[union-attr]


def test_an_old_entry_is_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch):
    steps = {
        ("paused", 1): lambda old: {"at_ms": old["at_s"] * 1000, "down_s": old["down_s"]},
        ("paused", 2): lambda old: {"at_ms": old["at_ms"], "down_ms": old["down_s"] * 1000},
    }
    monkeypatch.setitem(KINDS, "paused", (Resumed, 3))

    first = codec.decode("paused", 1, b'{"at_s":5,"down_s":2}', people, None, steps=steps)
    second = codec.decode("paused", 2, b'{"at_ms":5000,"down_s":2}', people, None, steps=steps)
    third = codec.decode("paused", 3, b'{"at_ms":5000,"down_ms":2000}', people, None, steps=steps)

    assert first == second == third == Resumed(5_000, 2_000)


def test_a_missing_step_is_a_fault_and_not_a_guess():
    with pytest.raises(LookupError):
        upgrade("paused", 1, {}, to=2, steps={})


def test_every_kind_has_its_steps_up_to_now():
    assert set(STEPS) == {(kind, v) for kind, (_, last) in KINDS.items() for v in range(1, last)}


@pytest.mark.parametrize(("kind", "v"), [("message_posted", 99), ("teleported", 1)])
def test_what_a_newer_version_wrote_is_refused(kind: str, v: int):
    with pytest.raises(TooNew, match="Start the newer Frontdesk"):
        codec.decode(kind, v, b"{}", people, None)


def test_a_checkpoint_is_read_as_it_was_written_and_names_nobody():
    state = State(MAIN)
    state.offset = 7
    state.agents.put(eg.IDA.id, Agent(eg.IDA, "monitor", 3))
    state.guests.put(eg.ANA.id, Guest(eg.ANA, GuestState.IDLE, None, 4, eg.NOON_MS))
    state.names.put(skeleton("Ida"), eg.IDA.id)
    state.names.put(skeleton("Ana"), eg.ANA.id)

    member = Member(eg.ANA.id, 4, 0)
    state.rooms.put(eg.ANAS_ROOM, Room(eg.ANAS_ROOM, (member,), guest=eg.ANA.id))
    pair = (Member(eg.IDA.id, 5, 0), Member(eg.JON.id, 5, 2))
    state.rooms.put(eg.DIRECT, Room(eg.DIRECT, pair, kind=RoomKind.DIRECT))
    state.directs.put(frozenset((eg.IDA.id, eg.JON.id)), eg.DIRECT)
    state.due.put((Deadline.CLOSING, eg.ANAS_ROOM), eg.NOON_MS)

    data = codec.encode_snapshot(dump(state))
    read = codec.decode_snapshot(data, people)

    assert read == state
    assert b"Ana" not in data
    assert b"Ida" not in data
    assert b"parcel" not in data


def test_a_checkpoint_of_a_desk_at_work_names_nobody():
    desk = given(*floor.at_work(floor.IDA), floor.identify(floor.ANA))

    data = codec.encode_snapshot(dump(desk)).decode()
    for personal in ("Ana", "Ida", "invoice", "Debian"):
        assert personal not in data


def test_what_happened_in_a_guests_room_is_written_without_what_the_guest_asked():
    desk = given(*floor.at_work(floor.MIA), floor.identify(floor.ANA))

    for entry in entries(desk, floor.watch(floor.MIA, floor.ANA.room)):
        assert "invoice" not in codec.encode(entry).data.decode()
