"""Logs: to stderr, for people on a terminal and as JSON lines elsewhere.

No line may hold what somebody wrote, a name, a password or a token. So requests are not logged,
and traces show lines of code and never the values of variables.
"""

import logging
import os
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor


def set_up(stream: TextIO | None = None) -> None:
    """Send our own logs, asyncio's and uvicorn's one way."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # Below errors it says what strangers send us, once for each of them.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def _rendering(stream: TextIO) -> list[Processor]:
    if stream.isatty():
        return [
            structlog.dev.ConsoleRenderer(
                colors=not os.environ.get("NO_COLOR"),
                # The default is a prettier one, which shows local variables.
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    return [
        structlog.processors.ExceptionRenderer(),
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(),
    ]
