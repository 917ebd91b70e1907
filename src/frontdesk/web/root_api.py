"""What stands at the bare address: that this is Frontdesk, for whoever opens it in a browser."""

from frontdesk.web.bodies import NoBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import Here
from frontdesk.web.named import NAME
from frontdesk.web.reply import Reply


@gives(Here)
async def here(ask: Ask[NoBody]) -> Reply:
    """See what runs here."""
    # No version: whom it helps most are those who look for a server with a known hole.
    told = Here(
        here="Frontdesk, a live support chat server, is running.",
        url=ask.scope.get(NAME),
        api="/api/v1",
        desk="/api/v1/desks/main",
        docs="/api/docs",
        openapi="/api/openapi.json",
    )
    return Reply(encode(told))
