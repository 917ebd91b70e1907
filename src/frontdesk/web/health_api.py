"""Whether the process lives, and whether it can serve: for whoever starts and watches it.

Nothing about anybody; a machine asks every second, and believes the status alone.
"""

from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.bodies import NoBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, gives
from frontdesk.web.forms import Health
from frontdesk.web.reply import Reply

# As long as a restart takes.
COMING_BACK_MS = 1_000

# Whoever asks wants one word; a line that is kept for the next one is a place less for people.
CLOSE = ((b"connection", b"close"),)

LIVES = Reply(encode(Health("alive")), headers=CLOSE)
READY = Reply(encode(Health("ready")), headers=CLOSE)


@gives(Health)
async def healthz(ask: Ask[NoBody]) -> Reply:
    """See whether the process lives."""
    return LIVES


@gives(Health, Reason.OVERLOADED)
async def readyz(ask: Ask[NoBody]) -> Reply:
    """See whether the server can serve.

    It can if its store answers and it is not about to end.

    Raises:
        Refused: OVERLOADED if not; send nobody here until it is ready again.
    """
    engine = ask.context.engine
    if engine.draining or engine.failed.is_set():
        raise Refused(Reason.OVERLOADED, retry_after_ms=COMING_BACK_MS)
    # A store that is full or broken raises, and is answered in the same way.
    await engine.store.last_beat()
    return READY
