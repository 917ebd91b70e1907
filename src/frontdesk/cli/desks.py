"""Desks: added, listed and set, beside the server or without one.

Nothing here prints or asks: `desk.py` does.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from frontdesk.cli.accounts import no_such_desk, opened
from frontdesk.cli.stops import Stop, StopForSetting
from frontdesk.config import Config
from frontdesk.desk.commands import ChangeSettings
from frontdesk.desk.ids import DESK_NAME, DeskId
from frontdesk.desk.kinds import Value, hint
from frontdesk.desk.settings import BY_NAME, SETTINGS, as_dict
from frontdesk.desk.state import State
from frontdesk.engine.accounts import check_room
from frontdesk.engine.node import Node


class Shown(NamedTuple):
    """A setting as it is, as somebody would write it."""

    name: str
    value: Value
    written: str
    default: str
    takes: str


async def add(config: Config, name: str) -> bool:
    """Add a desk. Returns whether it was not there.

    Raises:
        Stop: it cannot be the name of a desk, or there is no room for another.
    """
    if DESK_NAME.fullmatch(name) is None:
        raise Stop(
            "The name of a desk is up to 40 small letters, digits and hyphens, and neither begins"
            " nor ends with a hyphen: it stands in addresses."
        )
    async with opened(config) as work:
        was_there = DeskId(name) in work.node.desks()
        if not was_there:
            check_room(work.node)
        # Also where it is there: accounts that it lacks are brought over.
        await work.node.add_desk(DeskId(name))
        return not was_there


async def listed(config: Config) -> list[dict[str, Any]]:
    """All desks, for people and for scripts."""
    async with opened(config) as work:
        return [
            {
                "desk": state.id,
                "state": state.admits,
                "waiting": len(state.waiting),
                "helped": sum(len(agent.rooms) for agent in state.agents.values()),
            }
            for state in work.node.states()
        ]


async def shown(config: Config, name: str) -> list[Shown]:
    """The settings of a desk."""
    async with opened(config) as work:
        values = as_dict(_desk(config, work.node, name).settings)
    return [
        Shown(
            setting.name,
            values[setting.name],
            written(values[setting.name]),
            written(setting.default),
            f"{setting.kind.wanted}{f' ({setting.unit})' if setting.unit else ''}",
        )
        for setting in SETTINGS
    ]


async def change(config: Config, name: str, changes: Mapping[str, str]) -> None:
    """Change settings of a desk, as somebody typed them.

    Raises:
        StopForSetting: there is no such setting, or it does not take that.
    """
    values = {setting: _read(setting, typed) for setting, typed in changes.items()}
    async with opened(config) as work:
        state = _desk(config, work.node, name)
        await work.node.carry_out_at(state.id, ChangeSettings(None, values))


def written(value: Value) -> str:
    """A value as somebody would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("\n", "\\n")


def _read(name: str, typed: str) -> Value:
    setting = BY_NAME.get(name)
    if setting is None:
        raise StopForSetting(f"A desk has no setting {name!r}. {hint(name, BY_NAME)}")
    try:
        return setting.kind.read(typed)
    except ValueError as wrong:
        raise StopForSetting(f"{name} is {typed[:80]!r}, but it takes {wrong}.") from None


def _desk(config: Config, node: Node, name: str) -> State:
    for state in node.states():
        if state.id == name:
            return state
    raise no_such_desk(config, node.desks(), name)
