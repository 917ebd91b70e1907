"""What may stand in the body of each command (protocol §4 and §6). Unknown fields are refused."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from frontdesk.desk.commands import Role
from frontdesk.desk.fields import Fields
from frontdesk.desk.ids import DESK_NAME
from frontdesk.desk.kinds import Choice, Color, Kind, Switch, Text, Whole
from frontdesk.desk.limits import (
    AGENT_LIMIT_MOST,
    CONTACT_CHARS,
    INFO_FIELDS,
    INFO_KEY_CHARS,
    INFO_VALUE_CHARS,
    KEY_CHARS_LEAST,
    KEY_CHARS_MOST,
    RATING_BEST,
    VOUCH_CHARS,
    VOUCH_LABEL_CHARS,
)
from frontdesk.desk.settings import SETTINGS
from frontdesk.desk.sites import Sites

Key = Annotated[
    str,
    Meta(
        min_length=KEY_CHARS_LEAST,
        max_length=KEY_CHARS_MOST,
        pattern=r"\A[!-~]+\Z",
        description="Random; the same again means the same command again.",
    ),
]
# Somebody who is looked up: as long as the longest name, with room for what is folded away. What
# may be a new name is said in `names`.
UserName = Annotated[str, Meta(min_length=1, max_length=200, description="A name, as in `user`.")]
SettingName = Annotated[str, Meta(min_length=1, max_length=40)]
InfoKey = Annotated[str, Meta(min_length=1, max_length=INFO_KEY_CHARS)]
InfoValue = Annotated[str, Meta(max_length=INFO_VALUE_CHARS)]
SignedBySite = Annotated[
    Annotated[str, Meta(min_length=1, max_length=VOUCH_CHARS)] | None,
    Meta(description="What the site has signed of the guest: a JWT."),
]

DeskName = Annotated[
    str,
    Meta(
        max_length=40,
        pattern=rf"\A{DESK_NAME.pattern}\Z",
        description="Small letters, digits and hyphens: it stands in addresses.",
    ),
]
AccountRole = Annotated[Role, Meta(description="What the account may do.")]
SomeDesks = Annotated[
    Literal["all"] | Annotated[tuple[DeskName, ...], Meta(min_length=1, max_length=100)],
    Meta(description="Where it works: `all`, also those to come, or some."),
]
InviteSecret = Annotated[
    str, Meta(min_length=1, max_length=200, description="What stood behind the `#` of the link.")
]

# Path → what may stand there, in words that say it better than the decoder's own.
WANTED = {
    "$.key": f"A key is {KEY_CHARS_LEAST} to {KEY_CHARS_MOST} printable characters of ASCII.",
    "$.status": "A status is `available` or `away`.",
    "$.as": "One joins as `speaker` or as `watcher`.",
    "$.role": "A role is `agent`, `monitor` or `admin`.",
    "$.desks": "It is `all`, or one desk or more by name.",
    "$.desk": "The name of a desk is up to 40 small letters, digits and hyphens.",
}


def _kind_schema(kind: Kind) -> dict[str, object]:
    match kind:
        case Whole(least, most):
            return {"type": "integer", "minimum": least, "maximum": most}
        case Switch():
            return {"type": "boolean"}
        case Choice(options):
            return {"enum": list(options)}
        case Text(most):
            return {"type": "string", "maxLength": most}
        case Color():
            return {"type": "string", "pattern": "^(#[0-9A-Fa-f]{6})?$"}
        case Sites() | Fields():
            return {"type": "string"}


def _settings_schema() -> dict[str, object]:
    """What each setting takes, as its table says."""
    told = {
        one.name: {**_kind_schema(one.kind), "default": one.default, "description": one.help}
        for one in SETTINGS
    }
    return {
        "type": "object",
        "properties": told,
        "additionalProperties": False,
        "minProperties": 1,
        "example": {"silence_s": 600},
    }


class Body(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every command that changes state takes."""

    key: Key | None = None


class IdentifyBody(Body, frozen=True, kw_only=True):
    """Ask for help."""

    username: Annotated[str, Meta(description="What to call the guest: at most 40 characters.")]
    question: Annotated[str, Meta(description="Markdown, at most 2 KiB.")]
    info: Annotated[
        dict[InfoKey, InfoValue],
        Meta(max_length=INFO_FIELDS, description="Browser, page and the like, for the agent."),
    ] = {}
    vouch: SignedBySite = None


class SignInBody(Body, frozen=True, kw_only=True):
    """Sign in to an account."""

    username: Annotated[str, Meta(description="The name of the account.")]
    password: Annotated[str, Meta(min_length=1, max_length=1024, description="Its password.")]


class AccountBody(Body, frozen=True, kw_only=True):
    """Make an account, and a link with which somebody chooses its password."""

    username: Annotated[str, Meta(description="What to call it: at most 40 characters.")]
    role: AccountRole
    desks: SomeDesks = "all"


class ChangeAccountBody(Body, frozen=True, kw_only=True):
    """Change what an account may do. What is not there stays as it is."""

    user: UserName
    role: AccountRole | None = None
    desks: SomeDesks | None = None
    disabled: Annotated[bool, Meta(description="Whether it is shut out.")] | None = None


class InviteBody(Body, frozen=True, kw_only=True):
    """Make a new link for an account."""

    user: UserName


class WelcomeBody(Body, frozen=True, kw_only=True):
    """See whom a link is for."""

    invite: InviteSecret


class AcceptBody(Body, frozen=True, kw_only=True):
    """Choose a password by a link."""

    invite: InviteSecret
    password: Annotated[str, Meta(max_length=1024, description="10 to 256 characters.")]
    username: Annotated[str, Meta(description="What to call you; only who comes first.")] | None = (
        None
    )
    title: Annotated[str, Meta(description="What to call the desk; the same.")] | None = None


class PasswordBody(Body, frozen=True, kw_only=True):
    """Change your password."""

    old: Annotated[str, Meta(min_length=1, max_length=1024, description="The one until now.")]
    new: Annotated[str, Meta(max_length=1024, description="10 to 256 characters.")]


class TokenBody(Body, frozen=True, kw_only=True):
    """Make an API token."""

    label: Annotated[str, Meta(min_length=1, description="What it is for, in 60 characters.")]


class DeskBody(Body, frozen=True, kw_only=True):
    """Add a desk."""

    desk: DeskName
    title: Annotated[str, Meta(description="What guests read.")] | None = None


class AssistBody(Body, frozen=True, kw_only=True):
    """Take the next guest, or this one."""

    guest: UserName | None = None


class MessageBody(Body, frozen=True, kw_only=True):
    """Write in a room."""

    body: Annotated[str, Meta(description="Markdown, at most 8 KiB.")]


class TypingBody(Body, frozen=True, kw_only=True):
    """Begin or stop typing."""

    state: Annotated[bool, Meta(description="Whether you type.")]


class NoteBody(Body, frozen=True, kw_only=True):
    """Leave a message."""

    username: Annotated[str, Meta(description="What to call the guest: at most 40 characters.")]
    body: Annotated[str, Meta(description="Markdown, at most 2 KiB.")]
    contact: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=CONTACT_CHARS,
            description="Where to answer: an address, a number.",
        ),
    ]
    info: Annotated[
        dict[InfoKey, InfoValue],
        Meta(
            max_length=INFO_FIELDS,
            description="Browser, page and the like, for the agent: at most 4 KiB in all.",
        ),
    ] = {}
    vouch: SignedBySite = None


class RateBody(Body, frozen=True, kw_only=True):
    """Say how it was."""

    rating: Annotated[int, Meta(ge=1, le=RATING_BEST, description="From 1 to 5, the best.")]
    comment: Annotated[str, Meta(description="Markdown, at most 2 KiB.")] = ""


class StatusBody(Body, frozen=True, kw_only=True):
    """Be available or away."""

    status: Annotated[
        Literal["available", "away"], Meta(description="Whether guests can come to you.")
    ]


class LimitBody(Body, frozen=True, kw_only=True):
    """Have so many guests at once; another agent's limit is a monitor's to set."""

    limit: Annotated[int, Meta(ge=1, le=AGENT_LIMIT_MOST, description="How many guests at once.")]
    agent: UserName | None = None


class TransferBody(Body, frozen=True, kw_only=True):
    """Let another agent have a guest, if need be one who is away or full."""

    agent: UserName
    force: Annotated[bool, Meta(description="Also to one who is away, gone or full.")] = False


class DirectBody(Body, frozen=True, kw_only=True):
    """Write to a colleague."""

    agent: UserName
    body: Annotated[str, Meta(description="Markdown, at most 8 KiB.")]


class CreateBody(Body, frozen=True, kw_only=True):
    """Open a group room."""

    name: Annotated[str, Meta(description="One line of 1 to 60 characters.")]
    topic: Annotated[str, Meta(description="One line of at most 500 characters.")] = ""


class JoinBody(Body, frozen=True, kw_only=True):
    """Enter a room."""

    as_: Annotated[
        Literal["speaker", "watcher"], Meta(description="To speak, or to watch unseen.")
    ] = field(name="as")


class SettingsBody(Body, frozen=True, kw_only=True):
    """Change settings of the desk, by name. What is not named stays as it is."""

    settings: Annotated[
        dict[SettingName, bool | int | str],
        Meta(min_length=1, max_length=50, extra_json_schema=_settings_schema()),
    ]


class MakeKeyBody(Body, frozen=True, kw_only=True):
    """Make a key with which a site vouches for its guests."""

    label: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=VOUCH_LABEL_CHARS,
            description="What to call it: one line of up to 60 characters.",
        ),
    ]


class NoBody(Body, frozen=True, kw_only=True):
    """Nothing but a key, or nothing at all."""
