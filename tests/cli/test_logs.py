import io
import json
import logging
from collections.abc import Iterator
from contextvars import copy_context

import pytest
import structlog

from frontdesk.cli import logs
from frontdesk.cli.traces import CHAIN_MOST, trace
from frontdesk.desk.ids import MAIN, RoomId
from frontdesk.desk.state import Room, State
from frontdesk.engine.live import Live
from frontdesk.engine.ports import Broken
from frontdesk.web import asking

CANARY = "correct horse battery"
ROOM = RoomId("room-1")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn.error")
    before, config = (root.handlers, root.level, uvicorn.level), structlog.get_config()
    yield
    root.handlers, level, uvicorn_level = before
    root.setLevel(level)
    uvicorn.setLevel(uvicorn_level)
    logging.getLogger("frontdesk").setLevel(logging.NOTSET)
    structlog.configure(**config)


def fail() -> None:
    password = "correct " + "horse"
    if password:
        raise ValueError("no")


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["file", "terminal"])
def test_a_trace_shows_lines_and_no_values(stream: io.StringIO):
    logs.set_up(stream)
    try:
        fail()
    except ValueError as error:
        structlog.get_logger().error("fault", exc_info=error)
        logging.getLogger("asyncio").error("Task exception", exc_info=error)

    assert stream.getvalue().count("in fail") == 2
    assert "correct horse" not in stream.getvalue()


def test_a_file_gets_one_json_object_a_line():
    stream = io.StringIO()
    logs.set_up(stream)
    structlog.get_logger().warning("slow", ms=12)
    logging.getLogger("asyncio").warning("late %s", "again")

    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["message"], first["level"], first["ms"]) == ("slow", "warning", 12)
    assert second["message"] == "late again"
    assert first["timestamp"].endswith("Z")


def test_a_terminal_without_colours_gets_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    logs.set_up(stream)
    structlog.get_logger().info("ready")

    assert "ready" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


@pytest.fixture
def live() -> Live:
    """A desk with one room."""
    state = State(MAIN)
    state.rooms.put(ROOM, Room(ROOM))
    return Live(state, "00000000", ring_entries=1, now_ms=0)


def test_a_line_of_a_request_says_which_and_nothing_that_was_sent(live: Live):
    stream = io.StringIO()
    logs.set_up(stream)

    def ask(room: str) -> str:
        asked = asking.begin("/desks/{desk}/message/{room}")
        asked.at(live, {"desk": CANARY, "room": room})
        structlog.get_logger().error("fault")
        logging.getLogger("uvicorn.error").error("Exception in ASGI application")
        logging.getLogger("asyncio").error("Task exception was never retrieved")
        return asked.id

    first, second = (copy_context().run(ask, room) for room in (ROOM, CANARY))
    structlog.get_logger().error("fault")

    said = [json.loads(line) for line in stream.getvalue().splitlines()]
    known = {"route": "/desks/{desk}/message/{room}", "desk": "main"}
    one, other = {**known, "request": first, "room": ROOM}, {**known, "request": second}
    keys = ("request", "route", "desk", "room")
    told = [{key: line[key] for key in keys if key in line} for line in said]
    assert told == [one, one, {}, other, other, {}, {}]
    assert first != second


@pytest.mark.parametrize(("level", "many"), [("debug", 3), ("info", 2), ("error", 1)])
def test_what_is_less_than_asked_for_is_not_logged(level: str, many: int):
    stream = io.StringIO()
    logs.set_up(stream, level)

    log = structlog.stdlib.get_logger("frontdesk.web.exchange")
    for say in (log.debug, log.info, log.error):
        say("answered")
    logging.getLogger("websockets.server").debug("< TEXT 'what somebody said'")

    assert len(stream.getvalue().splitlines()) == many


def test_what_strangers_send_is_not_logged():
    stream = io.StringIO()
    logs.set_up(stream)
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")

    assert stream.getvalue() == ""


# --- what errors say ----------------------------------------------------------------------------


def meets(error: Exception) -> Exception:
    """The error as it is caught."""
    try:
        raise error
    except Exception as caught:
        return caught


def led_to(error: Exception) -> Exception:
    """An error that was met while this one was handled."""
    try:
        try:
            raise error
        except Exception:
            raise RuntimeError("our own words")  # noqa: B904 -- so that it is found as the context
    except RuntimeError as caught:
        return caught


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
@pytest.mark.parametrize(
    "error",
    [
        meets(KeyError(CANARY)),
        meets(ValueError(f"invalid literal: {CANARY!r}")),
        meets(OSError(2, "No such file or directory", CANARY)),
        meets(ExceptionGroup(CANARY, [ValueError(CANARY), KeyError(CANARY)])),
        led_to(LookupError(CANARY)),
        KeyError(CANARY),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_an_error_stumbled_over_is_not_logged(kind: type[io.StringIO], error: Exception):
    stream = kind()
    logs.set_up(stream)

    structlog.get_logger().error("fault", exc_info=error)
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=error)
    logging.getLogger("asyncio").error(f"Task exception\nfuture: {error!r}", exc_info=error)

    assert CANARY not in stream.getvalue()
    assert stream.getvalue().count(type(error).__name__) >= 3


def test_what_the_machine_says_of_an_error_is_logged():
    stream = io.StringIO()
    logs.set_up(stream)

    for error in (OSError(28, "No space left on device"), led_to(ValueError()), Broken("page 7")):
        structlog.get_logger().error("fault", exc_info=error)

    for said in ("No space left on device", "our own words", "ValueError", "Broken: page 7"):
        assert said in stream.getvalue()


def test_an_error_that_leads_to_itself_comes_to_an_end():
    one, other = KeyError(), ValueError()
    one.__context__, other.__context__ = other, one

    assert trace((KeyError, one, None)).count("KeyError") == CHAIN_MOST // 2
