"""What admins may ask: the settings of a desk. Agents may read them."""

from typing import Literal

from frontdesk.desk.commands import ChangeSettings
from frontdesk.desk.kinds import Choice, Kind, Switch, Whole
from frontdesk.desk.settings import SETTINGS, Setting, as_dict, checked
from frontdesk.web.bodies import NoBody, SettingsBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import Carried, SettingSeen
from frontdesk.web.reply import Reply

# What a client shows to change it.
KINDS: dict[type[Kind], Literal["number", "switch", "choice"]] = {
    Whole: "number",
    Switch: "switch",
    Choice: "choice",
}


@gives(tuple[SettingSeen, ...])
async def settings(ask: Ask[NoBody]) -> Reply:
    """Read the settings.

    All settings of the desk, with what each is for and what it takes.
    """
    values = as_dict(ask.live.state.settings)
    return Reply(encode([_seen(setting, values[setting.name]) for setting in SETTINGS]))


def _seen(setting: Setting, value: bool | int | str) -> SettingSeen:
    kind = setting.kind
    return SettingSeen(
        name=setting.name,
        value=value,
        default=setting.default,
        kind=KINDS[type(kind)],
        unit=setting.unit,
        help=setting.help,
        least=kind.least if isinstance(kind, Whole) else None,
        most=kind.most if isinstance(kind, Whole) else None,
        options=kind.options if isinstance(kind, Choice) else None,
    )


@gives(Carried)
async def change_settings(ask: Ask[SettingsBody]) -> Reply:
    """Change settings.

    For admins. At once and for everybody; what is not named stays as it is.
    """
    return await ask.do(ChangeSettings(ask.person, checked(ask.body.settings)))
