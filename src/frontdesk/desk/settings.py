"""The settings of a desk: one table of names, kinds, units, defaults and what each is for.

The table makes the page in the docs and judges what comes from the command line and from the API
alike. A setting changes by an entry, so it holds from that place of the log on, for everybody at
once. What a server is told at its start (where it listens, where it keeps things) is in
`frontdesk.config`.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict, replace

from frontdesk.desk.fields import Fields
from frontdesk.desk.kinds import Choice, Color, Kind, Switch, Text, Value, Whole, hint
from frontdesk.desk.limits import AGENT_LIMIT_MOST
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.sites import Sites


class Settings(Struct, frozen=True):
    """What is set at a desk. The fields are those of the table below, which says what they mean."""

    open: bool = True
    queue_most: int = 10_000
    agent_limit: int = 3
    guest_absence_s: int = 120
    agent_absence_s: int = 120
    silence_s: int = 900
    availability_to: Literal["all", "agents"] = "all"
    guest_rate: int = 120
    account_rate: int = 1_200
    identify_rate: int = 60
    title: str = ""
    greeting: str = ""
    color: str = ""
    sites: str = ""
    fields: str = ""
    ratings: bool = True
    leave_messages: bool = True
    log_days: int = 0


class Setting(NamedTuple):
    """One setting. `unit` is of a number; empty where there is none."""

    name: str
    kind: Kind
    unit: str
    help: str

    @property
    def default(self) -> Value:
        """What holds where nobody has said otherwise."""
        value: Value = getattr(DEFAULTS, self.name)
        return value


DEFAULTS = Settings()

SETTINGS = (
    Setting(
        "open",
        Switch(),
        "",
        "Whether guests may come. Those who wait or are helped already are helped on.",
    ),
    Setting(
        # Beyond the default nobody is served within hours, and an honest "full" is kinder.
        "queue_most",
        Whole(1, 100_000),
        "guests",
        "How many may wait at once. Beyond it the desk is full.",
    ),
    Setting(
        # Three conversations at once is what most teams settle on.
        "agent_limit",
        Whole(1, AGENT_LIMIT_MOST),
        "guests",
        "How many a new agent has at once. Agents change their own.",
    ),
    Setting(
        # Long enough to walk to another tab and back; short enough that an agent is not handed a
        # guest who has gone home. Phones freeze background tabs for a minute or more, so anything
        # below 90 s passes over people who still read.
        "guest_absence_s",
        Whole(30, 3_600),
        "seconds",
        "How long a guest whose line is dead keeps the place in the queue.",
    ),
    Setting(
        # The same span as for guests: people reason about one number.
        "agent_absence_s",
        Whole(30, 3_600),
        "seconds",
        "How long an agent whose line is dead keeps guests, who wait again after it.",
    ),
    Setting(
        # An agent's place is worth more than an open window on a lunch break.
        "silence_s",
        Whole(120, 86_400),
        "seconds",
        "After how long without a message a conversation ends; everybody is warned 60 s before.",
    ),
    Setting(
        "availability_to",
        Choice(("all", "agents")),
        "",
        "Who is told when an agent becomes available or away: all, or agents alone.",
    ),
    Setting(
        # Ten times as fast as anybody types. What comes in a burst is allowed for ten seconds.
        "guest_rate",
        Whole(10, 60_000),
        "commands a minute",
        "How fast one guest may send. Beyond it the answer is to wait.",
    ),
    Setting(
        # Bots are accounts too, and answer many guests at once.
        "account_rate",
        Whole(60, 600_000),
        "commands a minute",
        "How fast one account may send. Beyond it the answer is to wait.",
    ),
    Setting(
        # A company behind one address has more than one person with a question, but not sixty new
        # ones each minute for long.
        "identify_rate",
        Whole(1, 60_000),
        "guests a minute",
        "How many new guests may come from one address. Beyond it the answer is to wait.",
    ),
    Setting("title", Text(60), "", "What guests read as the name of the desk."),
    Setting("greeting", Text(300, lines=True), "", "What guests read before they ask."),
    Setting("color", Color(), "", "The colour of the chat. Without one it has ours."),
    Setting("sites", Sites(), "", "Whose pages may show the chat. Without one it is any site."),
    Setting(
        "fields",
        Fields(),
        "",
        "What guests are asked besides name and question. `*` has to be answered.",
    ),
    Setting("ratings", Switch(), "", "Whether guests are asked how it was."),
    Setting(
        "leave_messages",
        Switch(),
        "",
        "Whether guests may leave a message while the desk is closed or full, or nobody is there.",
    ),
    Setting(
        # Nothing goes that nobody has asked to go. A hundred years are as good as for ever.
        "log_days",
        Whole(0, 36_500),
        "days",
        "How long conversations are kept that are over, with what is known of their guests. What"
        " is older is removed for good, after an hour at the earliest. 0 keeps everything.",
    ),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}


def find(name: str) -> Setting:
    """The setting of this name.

    Raises:
        Refused: MALFORMED if there is none; with the nearest.
    """
    setting = BY_NAME.get(name)
    if setting is None:
        detail = f"There is no such setting. {hint(name, BY_NAME)}"
        raise Refused(Reason.MALFORMED, "$.settings", detail=detail)
    return setting


def checked(changes: Mapping[str, object]) -> dict[str, Value]:
    """The changes, if each is of a setting and of its kind.

    Raises:
        Refused: MALFORMED, with the setting that is wrong and what it takes.
    """
    values: dict[str, Value] = {}
    for name, value in changes.items():
        kind = find(name).kind
        try:
            values[name] = kind.check(value)
        except ValueError as wrong:
            where = f"$.settings.{name}"
            raise Refused(Reason.MALFORMED, where, detail=f"It takes {wrong}.") from None
    return values


def changed(settings: Settings, changes: Mapping[str, Value]) -> Settings:
    """The settings after these changes. What this version does not know changes nothing."""
    return replace(settings, **{name: changes[name] for name in changes if name in BY_NAME})


def as_dict(settings: Settings) -> dict[str, Value]:
    """The settings by name."""
    return asdict(settings)
