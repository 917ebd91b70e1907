import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from frontdesk.cli import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn.error")
    before = (root.handlers, root.level, uvicorn.level)
    yield
    root.handlers, level, uvicorn_level = before
    root.setLevel(level)
    uvicorn.setLevel(uvicorn_level)
    structlog.reset_defaults()


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


def test_what_strangers_send_is_not_logged():
    stream = io.StringIO()
    logs.set_up(stream)
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")

    assert stream.getvalue() == ""
