"""The console of agents: a page that any browser may load, and that is empty until one signs in.

It is in no frame, runs our scripts alone and makes nothing of strings. It may have our own pages in
a frame, to show what guests will see, and pictures that it draws itself, for the icon of its tab.
"""

from frontdesk.web.assets import asset
from frontdesk.web.bodies import NoBody
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.files import CSS, JAVASCRIPT, hashed
from frontdesk.web.forms import Page, Script, Style
from frontdesk.web.reply import HTML, Reply

POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    b"img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)

# A window that another site has opened is none of its: it can neither steer nor watch it.
OPENER = (b"cross-origin-opener-policy", b"same-origin")

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Frontdesk</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/{hash}/console.css">
<link rel="modulepreload" href="/assets/{hash}/console-chunk.js">
<script type="module" src="/assets/{hash}/console.js"></script>
</head>
<body><div id="console"></div><noscript>The console needs JavaScript.</noscript></body>
</html>
"""


@gives(Page)
async def console(ask: Ask[NoBody]) -> Reply:
    """Open the console of agents."""
    page = PAGE.format(hash=asset("console.js").hash)
    return Reply(page.encode(), headers=[OPENER], kind=HTML, policy=POLICY)


@gives(Script)
async def console_script(ask: Ask[NoBody]) -> Reply:
    """Load the script of the console.

    It may be kept for good, as all its parts.
    """
    return hashed(ask.scope, "console.js", JAVASCRIPT)


@gives(Script)
async def console_chunk(ask: Ask[NoBody]) -> Reply:
    """Load what parts of the console share."""
    return hashed(ask.scope, "console-chunk.js", JAVASCRIPT)


@gives(Script)
async def console_admin(ask: Ask[NoBody]) -> Reply:
    """Load the part of the console for admins.

    When the first screen of it is wanted.
    """
    return hashed(ask.scope, "console-admin.js", JAVASCRIPT)


@gives(Style)
async def console_style(ask: Ask[NoBody]) -> Reply:
    """Load the style of the console."""
    return hashed(ask.scope, "console.css", CSS)
