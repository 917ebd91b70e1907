"""Keys with which a site vouches for its guests; what is signed with them: `vouching.py`."""

from frontdesk.desk.commands import EndKey, MakeKey
from frontdesk.desk.ids import KeyId
from frontdesk.desk.limits import VOUCH_LABEL_CHARS
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.desk.state import VouchKey
from frontdesk.web.bodies import MakeKeyBody, NoBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, fresh_id, gives
from frontdesk.web.forms import Carried
from frontdesk.web.key_forms import KeyMade, KeySeen
from frontdesk.web.reply import Reply
from frontdesk.web.text import clean_value


@gives(tuple[KeySeen, ...])
async def list_keys(ask: Ask[NoBody]) -> Reply:
    """List the keys of sites.

    For admins: those that count, in the order in which they were made. No secret is shown again.
    """
    return Reply(encode([_seen(key) for key in ask.live.state.vouch_keys.values()]))


def _seen(key: VouchKey) -> KeySeen:
    used = key.used_ms // 1000 if key.used_ms is not None else None
    return KeySeen(key.id, key.label, key.made_ms // 1000, used)


@gives(KeyMade, Reason.TEXT_NOT_ALLOWED, status=201)
async def make_key(ask: Ask[MakeKeyBody]) -> Reply:
    """Make a key for a site.

    For admins. The secret is shown this once: with it the site signs who a guest is. A desk has
    five keys at most.
    """
    label = clean_value(ask.body.label, most_chars=VOUCH_LABEL_CHARS)
    if not label:
        raise Refused(Reason.TEXT_NOT_ALLOWED)
    done = await ask.do(MakeKey(ask.person, KeyId("k" + fresh_id()), label))
    return Reply(done.body, 201)


@gives(Carried)
async def end_key(ask: Ask[NoBody]) -> Reply:
    """End a key of a site.

    For admins. Nobody is vouched for with it from now on; who was, stays so.
    """
    return await ask.do(EndKey(ask.person, KeyId(ask.scope["path_params"]["id"])))
