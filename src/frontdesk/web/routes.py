"""Every URL, one row each: who may use it, what answers, what its body and its query are.

A route that names no asker does not type-check, and one whose answers nobody has classified fails
the leak test. HEAD is taken nowhere: a poll that is answered without its body would be answered
to nobody, and what it carried would be lost to whoever polls without `since`.
"""

from frontdesk.web import (
    account_api,
    admin_api,
    agent_api,
    console_api,
    guest_api,
    health_api,
    history_api,
    metrics_api,
    people_api,
    room_api,
    root_api,
    staff_api,
    tokens_api,
    trickle_api,
    vouch_api,
    welcome_api,
    widget_api,
)
from frontdesk.web import bodies as b
from frontdesk.web.docs_api import Documents
from frontdesk.web.exchange import Asker, Route
from frontdesk.web.longpoll import long_poll
from frontdesk.web.queries import (
    AuditQuery,
    ChatQuery,
    ConversationQuery,
    EventsQuery,
    ExportQuery,
    HistoryQuery,
    ListenQuery,
    MessagesQuery,
    NoQuery,
    PeopleQuery,
    TrickleQuery,
)
from frontdesk.web.sse import event_stream
from frontdesk.web.throttle import Pace

DESK = "/api/v1/desks/{desk}"
SESSION = "/api/v1/session"


def routes() -> tuple[Route, ...]:
    """The table."""
    documents = Documents()
    table = (*_for_anyone(), *_at_a_desk(), *_of_the_past(), *_elsewhere(documents))
    documents.describe(table)
    return table


def _for_anyone() -> tuple[Route, ...]:
    anyone, arrival = Asker.ANYONE, Pace.ARRIVAL
    return (
        Route(
            "POST", f"{DESK}/identify", anyone, guest_api.identify, b.IdentifyBody, NoQuery, arrival
        ),
        Route(
            "POST",
            f"{DESK}/leave_message",
            anyone,
            guest_api.leave_message,
            b.NoteBody,
            NoQuery,
            arrival,
        ),
        Route("GET", f"{DESK}/waittime", anyone, guest_api.waittime, b.NoBody, NoQuery),
        Route("GET", f"{DESK}/face", anyone, guest_api.face, b.NoBody, NoQuery),
        Route("GET", f"{DESK}/listen", anyone, long_poll(), b.NoBody, ListenQuery),
        Route("GET", f"{DESK}/events", anyone, event_stream(), b.NoBody, EventsQuery),
    )


def _at_a_desk() -> tuple[Route, ...]:
    guest, agent, person, admin = Asker.GUEST, Asker.AGENT, Asker.PERSON, Asker.ADMIN
    return (
        Route("GET", f"{DESK}/state", person, room_api.state, b.NoBody, NoQuery),
        Route("POST", f"{DESK}/message/{{room}}", person, room_api.message, b.MessageBody, NoQuery),
        Route(
            "POST",
            f"{DESK}/message/{{room}}/typing",
            person,
            room_api.typing,
            b.TypingBody,
            NoQuery,
            Pace.TYPING,
        ),
        Route("POST", f"{DESK}/end/{{room}}", person, room_api.end, b.NoBody, NoQuery),
        Route(
            "GET",
            f"{DESK}/rooms/{{room}}/messages",
            person,
            room_api.messages,
            b.NoBody,
            MessagesQuery,
        ),
        Route("POST", f"{DESK}/assist", agent, agent_api.assist, b.AssistBody, NoQuery),
        Route("POST", f"{DESK}/status", agent, agent_api.set_status, b.StatusBody, NoQuery),
        Route("POST", f"{DESK}/set_limit", agent, agent_api.set_limit, b.LimitBody, NoQuery),
        Route(
            "POST", f"{DESK}/transfer/{{room}}", agent, agent_api.transfer, b.TransferBody, NoQuery
        ),
        Route(
            "POST", f"{DESK}/direct_message", agent, agent_api.direct_message, b.DirectBody, NoQuery
        ),
        Route("POST", f"{DESK}/create", agent, agent_api.create, b.CreateBody, NoQuery),
        Route("POST", f"{DESK}/join/{{room}}", agent, agent_api.join, b.JoinBody, NoQuery),
        Route("POST", f"{DESK}/leave/{{room}}", agent, agent_api.leave, b.NoBody, NoQuery),
        Route("POST", f"{DESK}/queue", guest, guest_api.queue, b.NoBody, NoQuery),
        Route("POST", f"{DESK}/rate/{{room}}", guest, guest_api.rate, b.RateBody, NoQuery),
        Route("DELETE", f"{DESK}/queue", guest, guest_api.leave_queue, b.NoBody, NoQuery),
        Route("POST", f"{DESK}/note_done/{{room}}", agent, agent_api.note_done, b.NoBody, NoQuery),
        Route("GET", f"{DESK}/guests", agent, agent_api.guests, b.NoBody, NoQuery),
        Route("GET", f"{DESK}/list", agent, agent_api.people, b.NoBody, NoQuery),
        Route("GET", f"{DESK}/rooms", agent, agent_api.rooms, b.NoBody, NoQuery),
        Route("GET", f"{DESK}/settings", agent, admin_api.settings, b.NoBody, NoQuery),
        Route(
            "POST",
            f"{DESK}/change_settings",
            admin,
            admin_api.change_settings,
            b.SettingsBody,
            NoQuery,
        ),
        Route("GET", f"{DESK}/audit", admin, admin_api.audit, b.NoBody, AuditQuery),
        Route("GET", f"{DESK}/keys", admin, vouch_api.list_keys, b.NoBody, NoQuery),
        Route("POST", f"{DESK}/keys", admin, vouch_api.make_key, b.MakeKeyBody, NoQuery),
        Route("DELETE", f"{DESK}/keys/{{id}}", admin, vouch_api.end_key, b.NoBody, NoQuery),
    )


def _of_the_past() -> tuple[Route, ...]:
    agent, monitor, admin = Asker.AGENT, Asker.MONITOR, Asker.ADMIN
    return (
        Route("GET", f"{DESK}/history", monitor, history_api.history, b.NoBody, HistoryQuery),
        Route(
            "GET",
            f"{DESK}/history/{{room}}",
            monitor,
            history_api.conversation,
            b.NoBody,
            ConversationQuery,
        ),
        Route(
            "GET", f"{DESK}/rooms/{{room}}/earlier", agent, history_api.earlier, b.NoBody, NoQuery
        ),
        Route("GET", f"{DESK}/people", admin, people_api.find, b.NoBody, PeopleQuery),
        Route("GET", f"{DESK}/people/{{person}}", admin, people_api.export, b.NoBody, ExportQuery),
        Route("DELETE", f"{DESK}/people/{{person}}", admin, people_api.erase, b.NoBody, NoQuery),
    )


def _of_accounts() -> tuple[Route, ...]:
    anyone, account, runs_all = Asker.ANYONE, Asker.ACCOUNT, Asker.RUNS_ALL
    api, body = "/api/v1", b.NoBody
    return (
        Route("GET", f"{api}/desks", account, account_api.desks, body, NoQuery),
        Route("POST", f"{api}/desks", runs_all, staff_api.add_desk, b.DeskBody, NoQuery),
        Route("GET", f"{api}/accounts", runs_all, staff_api.list_accounts, body, NoQuery),
        Route("POST", f"{api}/accounts", runs_all, staff_api.add_account, b.AccountBody, NoQuery),
        Route(
            "POST",
            f"{api}/change_account",
            runs_all,
            staff_api.change_account,
            b.ChangeAccountBody,
            NoQuery,
        ),
        Route("POST", f"{api}/invite", runs_all, staff_api.invite, b.InviteBody, NoQuery),
        Route(
            "POST",
            f"{api}/welcome",
            anyone,
            welcome_api.welcome,
            b.WelcomeBody,
            NoQuery,
            always=True,
        ),
        Route(
            "POST", f"{api}/accept", anyone, welcome_api.accept, b.AcceptBody, NoQuery, always=True
        ),
        Route(
            "POST", f"{api}/password", account, account_api.change_password, b.PasswordBody, NoQuery
        ),
        Route("GET", f"{api}/tokens", account, tokens_api.list_tokens, body, NoQuery),
        Route("POST", f"{api}/tokens", account, tokens_api.create_token, b.TokenBody, NoQuery),
        Route("DELETE", f"{api}/tokens/{{id}}", account, tokens_api.end_token, body, NoQuery),
    )


def _elsewhere(documents: Documents) -> tuple[Route, ...]:
    anyone, account = Asker.ANYONE, Asker.ACCOUNT
    return (
        *_of_accounts(),
        Route("POST", SESSION, anyone, account_api.sign_in, b.SignInBody, NoQuery, always=True),
        Route("GET", SESSION, account, account_api.whoami, b.NoBody, NoQuery),
        Route("DELETE", SESSION, account, account_api.sign_out, b.NoBody, NoQuery),
        Route("GET", "/api/docs", anyone, documents.docs, b.NoBody, NoQuery),
        Route("GET", "/api/openapi.json", anyone, documents.openapi, b.NoBody, NoQuery),
        Route("GET", "/", anyone, root_api.here, b.NoBody, NoQuery),
        Route("GET", "/chat/{desk}", anyone, widget_api.chat, b.NoBody, ChatQuery),
        *_files(),
        Route("GET", "/api/v1/trickle", anyone, trickle_api.trickle(), b.NoBody, TrickleQuery),
        Route("GET", "/metrics", anyone, metrics_api.metrics, b.NoBody, NoQuery, always=True),
        Route("GET", "/healthz", anyone, health_api.healthz, b.NoBody, NoQuery, always=True),
        Route("GET", "/readyz", anyone, health_api.readyz, b.NoBody, NoQuery, always=True),
    )


def _files() -> tuple[Route, ...]:
    """What browsers load, and the console, which is empty until one signs in."""
    panel, console = "/assets/{hash}/panel", "/assets/{hash}/console"
    rows = (
        ("/widget.js", widget_api.launcher),
        (f"{panel}.js", widget_api.script),
        (f"{panel}-fallbacks.js", widget_api.fallbacks),
        (f"{panel}.css", widget_api.style),
        ("/console", console_api.console),
        (f"{console}.js", console_api.console_script),
        (f"{console}-chunk.js", console_api.console_chunk),
        (f"{console}-admin.js", console_api.console_admin),
        (f"{console}.css", console_api.console_style),
    )
    return tuple(Route("GET", path, Asker.ANYONE, act, b.NoBody, NoQuery) for path, act in rows)
