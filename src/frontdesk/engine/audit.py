"""The audit trail: what it says of a command, written in the same commit as what came of it.

Made from the desk as it was and the entries that followed, for every way in alike. What is no entry
(passwords, links, tokens) is told in `accounts.py`, beside the rows themselves.
"""

from collections.abc import Iterator, Sequence

from frontdesk.desk.commands import (
    AddDesk,
    AddPerson,
    Allotted,
    ChangePerson,
    ChangeSettings,
    Command,
    EndKey,
    Erase,
    MakeKey,
)
from frontdesk.desk.entries import (
    Entry,
    PersonChanged,
    SettingsChanged,
    VouchKeyEnded,
    VouchKeyMade,
)
from frontdesk.desk.ids import MAIN
from frontdesk.desk.personal import tombstone
from frontdesk.desk.settings import as_dict
from frontdesk.desk.state import State
from frontdesk.engine.ports import AuditRow, What

# Commands of which the trail tells; all others cost one look at this.
AUDITED = (AddDesk, AddPerson, ChangePerson, ChangeSettings, Erase, MakeKey, EndKey)


def audited(
    state: State, command: Command | None, made: Sequence[Entry], now_ms: int
) -> list[AuditRow]:
    """What the trail says of this command; nothing where nothing came of it.

    Args:
        state: the desk before `made`.
    """
    if not made or not isinstance(command, AUDITED):
        return []
    match command:
        case AddDesk():
            return [AuditRow(None, now_ms, command.by, "desk_added", state.id)]
        case AddPerson() if state.id == MAIN:
            return [_added(command, now_ms)]
        case ChangePerson() if state.id == MAIN:
            return [row for entry in made for row in _changes(state, command, entry)]
        case ChangeSettings():
            return [row for entry in made for row in _settings(state, command, entry)]
        case MakeKey() | EndKey():
            return [row for entry in made for row in _keys(state, command, entry)]
        case Erase():
            # The name is what is to be forgotten; this is what stands in its place.
            who = tombstone(command.person)
            return [AuditRow(state.id, now_ms, command.by, "guest_erased", who)]
        case _:
            # What all desks share is told once, at the main one.
            return []


def _added(command: AddPerson, now_ms: int) -> AuditRow:
    detail: dict[str, bool | int | str] = {
        "role": command.role,
        "desks": written(command.desks),
    }
    return AuditRow(None, now_ms, command.by, "account_added", command.user, detail)


def _changes(state: State, command: ChangePerson, entry: Entry) -> Iterator[AuditRow]:
    if not isinstance(entry, PersonChanged):
        return
    before, user, at_ms = state.agents[entry.person.id], entry.person.user, entry.at_ms
    if entry.role != before.role:
        role = {"old": before.role, "new": entry.role}
        yield AuditRow(None, at_ms, command.by, "role_changed", user, {**role})
    if entry.desks != before.desks:
        desks = {"old": written(before.desks), "new": written(entry.desks)}
        yield AuditRow(None, at_ms, command.by, "desks_changed", user, {**desks})
    if entry.disabled != before.disabled:
        what: What = "account_disabled" if entry.disabled else "account_enabled"
        yield AuditRow(None, at_ms, command.by, what, user)


def _settings(state: State, command: ChangeSettings, entry: Entry) -> Iterator[AuditRow]:
    if not isinstance(entry, SettingsChanged):
        return
    before = as_dict(state.settings)
    for name, value in entry.changed.items():
        detail = {"old": before[name], "new": value}
        yield AuditRow(state.id, entry.at_ms, command.by, "setting_changed", name, detail)


def _keys(state: State, command: MakeKey | EndKey, entry: Entry) -> Iterator[AuditRow]:
    if isinstance(entry, VouchKeyMade | VouchKeyEnded):
        what: What = "key_made" if isinstance(entry, VouchKeyMade) else "key_ended"
        detail: dict[str, bool | int | str] = {"id": entry.key}
        yield AuditRow(state.id, entry.at_ms, command.by, what, entry.label, detail)


def written(desks: Allotted) -> str:
    """The desks of an account, in words."""
    return desks if isinstance(desks, str) else ", ".join(desks)
