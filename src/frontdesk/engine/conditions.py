"""What has to be so still when rows are written, of rows that come without an entry.

A change of a password or a link moves no log on, so comparing the log does not tell that another
process was faster. A condition stands among the rows of a batch and writes nothing: where it does
not hold, nothing of the batch is written, and the outcome is a `Conflict`: look and decide again.
It is asked before anything of a call is written, so it says nothing of the other batches there.
For `Node.carry_out`, which asks for its rows anew each time; the server's own batches hold commands
of many, who would all be kept out.
"""

from msgspec import Struct

from frontdesk.desk.ids import PersonId


class PasswordIs(Struct, frozen=True):
    """The password of an account is the one of this hash; None: it has none."""

    person: PersonId
    password_hash: str | None


class InviteGood(Struct, frozen=True):
    """This link has not ended. Whether it has run out is not asked."""

    token_hash: bytes


class SessionGood(Struct, frozen=True):
    """This session, or API token, has not ended."""

    token_hash: bytes


Condition = PasswordIs | InviteGood | SessionGood
