"""Refusals and faults to answers: status, headers and body.

A refusal is shown; a fault is logged with its trace and shows a reference alone.
"""

import secrets

import structlog

from frontdesk.desk.events import Error
from frontdesk.desk.refusals import MEANINGS, Refused
from frontdesk.web.codec import encode
from frontdesk.web.reply import Reply

log = structlog.get_logger()


def refusal(refused: Refused) -> Reply:
    """What somebody hears to whom the desk says no."""
    meaning = MEANINGS[refused.reason]
    body = encode(Error(refused.sentence, refused.reason.value, refused.where))
    headers = []
    if refused.retry_after_ms:
        seconds = max(1, -(-refused.retry_after_ms // 1000))
        headers.append((b"retry-after", str(seconds).encode()))
    if meaning.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="frontdesk"'))
    return Reply(body, meaning.status, headers)


def fault(error: Exception, route: str) -> Reply:
    """What somebody hears when it is our fault: a reference, under which the log has the rest."""
    reference = secrets.token_hex(4)
    log.error("fault", reference=reference, route=route, exc_info=error)
    sentence = (
        f"Something went wrong here, not with you. Try again; if it stays, tell the operator "
        f"this reference: {reference}."
    )
    return Reply(encode(Error(sentence, "fault", ref=reference)), 500)
