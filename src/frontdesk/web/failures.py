"""Refusals and faults to answers: status, headers and body.

A refusal is shown; a fault is logged with its trace and shows a reference alone.
"""

import secrets

import structlog

from frontdesk.desk.events import Error
from frontdesk.desk.refusals import MEANINGS, Reason, Refused
from frontdesk.engine.ports import Broken, Full
from frontdesk.web.codec import encode
from frontdesk.web.reply import Reply

log = structlog.get_logger()

# A disk that is full or kept busy may have room again soon; one that is damaged will not mend
# itself, but much of it may be read all the same.
STORE_MS = 5_000


def refusal(refused: Refused) -> Reply:
    """What somebody hears to whom the desk says no."""
    meaning = MEANINGS[refused.reason]
    seconds = -(-refused.retry_after_ms // 1000)
    code, where = refused.reason.value, refused.where
    body = encode(Error(refused.sentence, code, where, retry_after=seconds))
    headers = []
    if seconds:
        headers.append((b"retry-after", str(seconds).encode()))
    if meaning.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="frontdesk"'))
    return Reply(body, meaning.status, headers)


def store_failed(error: Full | Broken, route: str) -> Reply:
    """What somebody hears where the store could not be read or written. Nothing was changed."""
    if isinstance(error, Broken):
        log.error("the store could not be read", route=route, exc_info=error)
    return refusal(Refused(Reason.OVERLOADED, retry_after_ms=STORE_MS))


def fault(error: Exception, route: str) -> Reply:
    """What somebody hears when it is our fault: a reference, under which the log has the rest."""
    reference = secrets.token_hex(4)
    log.error("fault", reference=reference, route=route, exc_info=error)
    sentence = (
        f"Something went wrong here, not with you. Try again; if it stays, tell the operator "
        f"this reference: {reference}."
    )
    return Reply(encode(Error(sentence, "fault", ref=reference)), 500)
