"""What admins may ask: the settings of a desk, which agents may read, and who has changed what."""

import re

from frontdesk.desk.commands import ChangeSettings
from frontdesk.desk.fields import Fields
from frontdesk.desk.kinds import Choice, Color, Kind, Switch, Text, Whole
from frontdesk.desk.people import runs_all
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.settings import SETTINGS, Setting, as_dict, checked
from frontdesk.desk.sites import Sites
from frontdesk.web.bodies import NoBody, SettingsBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import AuditEvent, AuditTrail, Carried, SettingKind, SettingSeen
from frontdesk.web.queries import AuditQuery
from frontdesk.web.reply import Reply


def _kind_seen(kind: Kind) -> SettingKind:
    """What a client shows to change it."""
    match kind:
        case Whole():
            return "number"
        case Switch():
            return "switch"
        case Choice():
            return "choice"
        case Text():
            return "lines" if kind.lines else "text"
        case Color():
            return "color"
        case Sites() | Fields():
            return "lines"


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
        kind=_kind_seen(kind),
        unit=setting.unit,
        help=setting.help,
        least=kind.least if isinstance(kind, Whole) else None,
        most=kind.most if isinstance(kind, Whole | Text) else None,
        options=kind.options if isinstance(kind, Choice) else None,
    )


@gives(Carried)
async def change_settings(ask: Ask[SettingsBody]) -> Reply:
    """Change settings.

    For admins. At once and for everybody; what is not named stays as it is.
    """
    return await ask.do(ChangeSettings(ask.person, checked(ask.body.settings)))


@gives(AuditTrail)
async def audit(ask: Ask[NoBody]) -> Reply:
    """Read the audit trail.

    For admins: who has changed what at this desk, the last first. Admins of all desks also read
    what all desks share: accounts, links, tokens, desks.
    """
    assert isinstance(ask.query, AuditQuery), "the table says so"
    before, limit = ask.query.before, ask.query.limit
    if before is not None and re.fullmatch("[0-9]{1,18}", before) is None:
        detail = "It takes the `next` of an earlier answer."
        raise Refused(Reason.MALFORMED, "?before", detail=detail)
    desk, shared = ask.live.state.id, runs_all(ask.live.state.agents[ask.person])
    from_id = int(before) if before is not None else None
    store = ask.context.engine.store
    found = await store.audit(desk, from_id, limit + 1, shared=shared)
    events = tuple(
        AuditEvent(one.at_ms // 1000, one.by, one.what, one.about, one.detail)
        for one in found[:limit]
    )
    more = str(found[limit - 1].id) if len(found) > limit else None
    return Reply(encode(AuditTrail(events, more)))
