"""Every reason for which Frontdesk says no, with its status and its sentence.

A refusal changes nothing. Its `code` is the value of the enum: a person's client translates the
code, a developer reads the sentence. This one table makes the HTTP answers and the page in the
docs; nothing is ever told apart by the text of a sentence.
"""

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a request was refused. The values are part of the contract (protocol §7)."""

    # 400: the request itself is wrong, and the same request will always be.
    MALFORMED = "malformed"
    # 401, 403, 404, 405: who asks, and for what.
    NOT_SIGNED_IN = "not_signed_in"
    WRONG_CREDENTIALS = "wrong_credentials"
    INSECURE_CONNECTION = "insecure_connection"
    WRONG_ORIGIN = "wrong_origin"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    # 409: the desk says no; it may say yes in a minute.
    DESK_CLOSED = "desk_closed"
    QUEUE_FULL = "queue_full"
    DESK_OPEN = "desk_open"
    NOT_WAITING = "not_waiting"
    NO_QUEUED_GUESTS = "no_queued_guests"
    AGENT_UNAVAILABLE = "agent_unavailable"
    NAME_TAKEN = "name_taken"
    LAST_ADMIN = "last_admin"
    # 413, 422: too much, or not acceptable.
    TOO_LARGE = "too_large"
    NAME_NOT_ALLOWED = "name_not_allowed"
    TEXT_NOT_ALLOWED = "text_not_allowed"
    PASSWORD_NOT_ALLOWED = "password_not_allowed"
    VOUCH_NOT_VALID = "vouch_not_valid"
    # 429, 503: not now.
    TOO_FAST = "too_fast"
    TOO_MANY_READERS = "too_many_readers"
    OVERLOADED = "overloaded"


class Meaning(NamedTuple):
    """What a reason means outside: an HTTP status and a sentence that says what to do next."""

    status: int
    sentence: str


MEANINGS: dict[Reason, Meaning] = {
    Reason.MALFORMED: Meaning(400, "The request is not of the form that this command takes."),
    Reason.NOT_SIGNED_IN: Meaning(401, "Sign in first, or identify as a guest."),
    Reason.WRONG_CREDENTIALS: Meaning(
        401, "That name and password do not fit. Check both and try again."
    ),
    Reason.INSECURE_CONNECTION: Meaning(
        403,
        "Signing in needs https, or http on this machine itself. Put a TLS proxy in front, or "
        "connect to 127.0.0.1.",
    ),
    Reason.WRONG_ORIGIN: Meaning(
        403, "This request came from another site. Open the page from the desk's own address."
    ),
    Reason.NOT_ALLOWED: Meaning(
        403,
        "This is not for you to do here. As a guest, ask the agent; as an agent, ask a monitor or "
        "an admin.",
    ),
    Reason.NOT_FOUND: Meaning(
        404, "There is no such page, room or person for you here, or the conversation is over."
    ),
    Reason.METHOD_NOT_ALLOWED: Meaning(
        405, "This address does not take that method. See the Allow header; HEAD is taken nowhere."
    ),
    Reason.DESK_CLOSED: Meaning(409, "The desk is closed. Come back when it is open."),
    Reason.QUEUE_FULL: Meaning(409, "The queue is full. Try again in a few minutes."),
    Reason.DESK_OPEN: Meaning(409, "The desk is open: ask instead."),
    Reason.NOT_WAITING: Meaning(
        409, "Nobody waits there any more: somebody was faster, or the guest has left."
    ),
    Reason.NO_QUEUED_GUESTS: Meaning(409, "No guest who waits is there right now."),
    Reason.AGENT_UNAVAILABLE: Meaning(
        409,
        "The agent is away or has as many guests as the limit allows. First say available, end a "
        "conversation, or raise the limit.",
    ),
    Reason.NAME_TAKEN: Meaning(
        409, "That name is taken: there is an account or a desk of it, or one that looks like it."
    ),
    Reason.LAST_ADMIN: Meaning(
        409,
        "Nobody else could change accounts any more. First make somebody else an admin of all "
        "desks, who has chosen a password.",
    ),
    Reason.TOO_LARGE: Meaning(413, "That is more than fits. Send less at once."),
    Reason.NAME_NOT_ALLOWED: Meaning(
        422,
        "Choose another name: at most 40 characters, each of them visible, with a letter or a "
        "digit among them, and nothing that looks like staff.",
    ),
    Reason.TEXT_NOT_ALLOWED: Meaning(
        422, "The text is empty or holds control characters. Remove them and send it again."
    ),
    Reason.PASSWORD_NOT_ALLOWED: Meaning(422, "Choose a password of 10 to 256 characters."),
    Reason.VOUCH_NOT_VALID: Meaning(
        422, "What the site says of this guest does not count: let the site sign it anew."
    ),
    Reason.TOO_FAST: Meaning(429, "That was too fast. Wait as long as Retry-After says."),
    Reason.TOO_MANY_READERS: Meaning(
        429, "Too many listen for this person already. Close one first."
    ),
    Reason.OVERLOADED: Meaning(503, "The desk is busy. Wait as long as Retry-After says."),
}


class Refused(Exception):
    """The desk says no. Nothing was changed.

    Args:
        reason: from the closed list above.
        where: the JSON path that is wrong, for `MALFORMED`; empty otherwise.
        detail: a sentence more, on what would be right. Of what was sent it repeats names of
            fields and nothing else: it ends up in logs and on screens.
        retry_after_ms: how long to wait, for what is 429 or 503; 0 otherwise.
    """

    def __init__(
        self, reason: Reason, where: str = "", *, detail: str = "", retry_after_ms: int = 0
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.where = where
        self.detail = detail
        self.retry_after_ms = retry_after_ms

    @property
    def sentence(self) -> str:
        """What a developer reads: the reason's sentence, and the detail of this one."""
        return f"{MEANINGS[self.reason].sentence} {self.detail}".rstrip()
