"""Logs: to stderr, for people on a terminal and as JSON lines elsewhere.

No line may hold what somebody wrote, a name, a password or a token. So of requests our own words
for them are logged and never their addresses (`web/asking.py`), traces show lines of code and never
values (`traces.py`), and of what libraries say the first line stands: behind it asyncio shows tasks
with their errors. Every event of ours stands in docs/operations/logs.md.
"""

import logging
import os
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from frontdesk.cli.traces import trace, write_trace
from frontdesk.web import asking


def set_up(stream: TextIO | None = None, level: str = "info") -> None:
    """Send our own logs, asyncio's and uvicorn's one way.

    Args:
        level: of our own; more than `info` of others may hold what strangers sent.
    """
    stream, least = stream or sys.stderr, logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        with_what_is_asked,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(least),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _first_line],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(least, logging.INFO))
    logging.getLogger("frontdesk").setLevel(least)
    # Below errors it says what strangers send us, once for each of them.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def with_what_is_asked(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """What is asked just now, but of what asyncio says: it may be of a task of long ago."""
    record, asked = event.get("_record"), asking.now()
    if asked is not None and (record is None or record.name != "asyncio"):
        return {**asked.fields(), **event}
    return event


def _first_line(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _rendering(stream: TextIO) -> list[Processor]:
    if stream.isatty():
        return [
            structlog.dev.ConsoleRenderer(
                colors=not os.environ.get("NO_COLOR"),
                exception_formatter=write_trace,
            )
        ]
    return [
        structlog.processors.ExceptionRenderer(trace),
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(),
    ]
