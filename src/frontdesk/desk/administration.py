"""What admins and operators decide about the desk itself: that it is there, and its settings."""

from frontdesk.desk import settings
from frontdesk.desk.commands import ChangeSettings
from frontdesk.desk.entries import DeskAdded, DeskBecame, Entry, SettingsChanged
from frontdesk.desk.people import agent_of
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.settings import Settings
from frontdesk.desk.state import Deadline, State

# Which span each deadline comes from; one that has begun moves with the setting.
SPANS = {
    Deadline.GUEST_ABSENCE: "guest_absence_s",
    Deadline.AGENT_ABSENCE: "agent_absence_s",
    Deadline.CLOSING: "silence_s",
}


def add_desk(state: State, now_ms: int) -> list[Entry]:
    """Open a desk; nothing happens to one at which something has happened."""
    return [] if state.offset else [DeskAdded(now_ms)]


def change_settings(state: State, command: ChangeSettings, now_ms: int) -> list[Entry]:
    """Change settings; nothing happens where all are so already.

    Raises:
        Refused: NOT_ALLOWED unless an admin asks, or an operator; MALFORMED for what is no
            setting, or a value that it does not take.
    """
    by = None
    if command.by is not None:
        agent = agent_of(state, command.by)
        if agent.role != "admin":
            raise Refused(Reason.NOT_ALLOWED)
        by = agent.who
    now = settings.as_dict(state.settings)
    wanted = settings.checked(command.changes)
    new = {name: value for name, value in wanted.items() if value != now[name]}
    return [SettingsChanged(now_ms, by, new)] if new else []


def apply_settings_changed(state: State, entry: SettingsChanged) -> None:
    """The settings are now these; what is due by them is due as much later or earlier."""
    before, state.settings = state.settings, settings.changed(state.settings, entry.changed)
    moved_ms = {kind: _moved_ms(before, state.settings, name) for kind, name in SPANS.items()}
    if not any(moved_ms.values()):
        return
    for (kind, whose), at_ms in list(state.due.items()):
        if moved_ms.get(kind):
            state.due.put((kind, whose), at_ms + moved_ms[kind])


def _moved_ms(before: Settings, after: Settings, name: str) -> int:
    moved_s: int = getattr(after, name) - getattr(before, name)
    return moved_s * 1_000


def apply_became(state: State, entry: DeskBecame) -> None:
    """Guests may come, or may not."""
    state.admits = entry.state
