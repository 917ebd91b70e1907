"""What holds for every test: the async backend, and how hard properties are searched."""

import gc
import logging
import os
import sys
from importlib.util import find_spec

import pytest
import structlog
from hypothesis import HealthCheck, Phase, settings

# A fast run says the same today and tomorrow: few examples, drawn the same way each time, and
# no search for a smaller example, which can take minutes where a stateful test fails.
settings.register_profile(
    "quick",
    max_examples=40,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
)
# `./test long` looks for what is new, keeps what it finds, and makes it small.
settings.register_profile(
    "long",
    max_examples=2_000,
    stateful_step_count=100,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# As it is served: below it there is a line for every answer.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))

# httpx2 imports it with every request, to ask for a library that we do not use. Where it is not
# installed, the whole path was searched each time: a tenth of what the web tests took.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # the documented way to say no


def pytest_collection_finish() -> None:
    """Keep the cycle collector from looking through every test again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"
