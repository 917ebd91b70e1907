"""The widget of guests: a button for the pages of a site, and the chat that it opens in a frame.

The frame is a page of this server, so that the page around it never comes near a token. Whatever
runs in it is served here; scripts may make nothing of strings, and nobody else is asked for
anything. Which sites may have it in a frame is a setting of the desk.
"""

import gzip
from functools import partial

from frontdesk.desk import sites
from frontdesk.web import chat_page
from frontdesk.web.assets import asset
from frontdesk.web.bodies import NoBody
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.files import CSS, JAVASCRIPT, hashed, sent
from frontdesk.web.forms import Page, Script, Style
from frontdesk.web.identity import header
from frontdesk.web.queries import ChatQuery
from frontdesk.web.reply import HTML, Reply

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

# Its address is in the pages of others and never changes. Ten minutes after an update all have it.
LAUNCHER_CACHE = b"public, max-age=600"


@gives(Script)
async def launcher(ask: Ask[NoBody]) -> Reply:
    """Load the button into a page.

    A script element with this address, and the desk in `data-desk`, is all that a site needs.
    Kept for ten minutes at most.
    """
    found = asset("widget.js")
    return sent(ask.scope, found, JAVASCRIPT, LAUNCHER_CACHE, loaded_by=b"cross-origin")


@gives(Page)
async def chat(ask: Ask[NoBody]) -> Reply:
    """Open the chat of a desk.

    As a page of its own, or in a frame on the sites that the desk allows. In the language that is
    asked for, or else in one that the browser takes.
    """
    query, settings = ask.query, ask.live.state.settings
    assert isinstance(query, ChatQuery), "the route says so"
    said = partial(header, ask.scope)
    lang = chat_page.language(query.lang, said(b"accept-language") or "")
    body = chat_page.page(lang, settings, said(b"user-agent") or "")
    headers = [(b"vary", b"Accept-Encoding")]
    if "gzip" in (said(b"accept-encoding") or ""):
        headers.append((b"content-encoding", b"gzip"))
        body = gzip.compress(body, mtime=0)
    policy = POLICY.format(ancestors=_ancestors(settings.sites))
    return Reply(body, headers=headers, kind=HTML, policy=policy.encode())


def _ancestors(allowed: str) -> str:
    """Whose pages may show the chat in a frame. Our own always may, for the console's preview."""
    return " ".join(("'self'", *sites.listed(allowed))) if allowed else "*"


@gives(Script)
async def script(ask: Ask[NoBody]) -> Reply:
    """Load the script of the chat.

    It may be kept for good.
    """
    return hashed(ask.scope, "panel.js", JAVASCRIPT)


@gives(Script)
async def fallbacks(ask: Ask[NoBody]) -> Reply:
    """Load the other ways to listen.

    Server-sent events and long polls, for a chat to which no WebSocket comes to be.
    """
    return hashed(ask.scope, "panel-fallbacks.js", JAVASCRIPT)


@gives(Style)
async def style(ask: Ask[NoBody]) -> Reply:
    """Load the style of the chat.

    It may be kept for good.
    """
    return hashed(ask.scope, "panel.css", CSS)
