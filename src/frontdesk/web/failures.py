"""Refusals and faults to answers: status, headers and body.

A refusal is shown; a fault is logged with its trace and shows a reference alone. Who asks for a
page is told in a page: it may be a frame in somebody's site.
"""

from html import escape

import structlog

from frontdesk.desk.events import Error
from frontdesk.desk.refusals import MEANINGS, Reason, Refused
from frontdesk.engine.ports import Broken, Full
from frontdesk.web.asking import Asking
from frontdesk.web.codec import encode
from frontdesk.web.reply import HTML, Reply, with_header

log = structlog.get_logger()

# A disk that is full or kept busy may have room again soon; one that is damaged will not mend
# itself, but much of it may be read all the same.
STORE_MS = 5_000

# Nothing but words, so any site may show it.
PAGE_POLICY = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *; sandbox"

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
<p>{words}</p>
</body>
</html>
"""

# What a person reads who cannot be shown a page. In the address of a chat only the desk can be
# wrong, and who reads of it first is who has put it into a site.
PAGE_WORDS = {
    Reason.NOT_FOUND: (
        "There is no chat here",
        "This address names a desk that is not there. If the chat stands in a page of yours, put "
        "the name of one of your desks into data-desk.",
    ),
    Reason.TOO_FAST: ("One moment", "That was too fast. Load this page again in a minute."),
    Reason.OVERLOADED: ("One moment", "The desk is busy. Load this page again in a minute."),
}


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


def refused_page(refused: Refused) -> Reply:
    """The same for who asked for a page."""
    told = refusal(refused)
    title, words = PAGE_WORDS.get(refused.reason, ("This does not work", refused.sentence))
    page = PAGE.format(title=escape(title), words=escape(words))
    return Reply(page.encode(), told.status, told.headers, HTML, PAGE_POLICY)


def store_failed(error: Full | Broken, asked: Asking) -> Reply:
    """What somebody hears where the store could not be read or written. Nothing was changed."""
    reply = refusal(Refused(Reason.OVERLOADED, retry_after_ms=STORE_MS))
    if isinstance(error, Broken):
        log.error("the store could not be read", exc_info=error)
        return _with_id(reply, asked)
    return reply


def fault(error: Exception, asked: Asking) -> Reply:
    """What somebody hears when it is our fault: a reference, under which the log has the rest."""
    log.error("fault", exc_info=error)
    sentence = (
        f"Something went wrong here, not with you. Try again; if it stays, tell the operator "
        f"this reference: {asked.id}."
    )
    return _with_id(Reply(encode(Error(sentence, "fault", ref=asked.id)), 500), asked)


def _with_id(reply: Reply, asked: Asking) -> Reply:
    """The same, with the id of what the log says of it; one from outside is not looked at."""
    return with_header(reply, b"x-request-id", asked.id.encode())
