"""Requests that nobody would think of, made from the OpenAPI document, and what holds of answers.

In process, over the store that forgets, as nobody, a guest, an agent and an admin, each time at a
desk in the middle of a day. `./test long` makes ten times as many.
"""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from frontdesk.web import openapi
from frontdesk.web.operations import row
from frontdesk.web.routes import routes
from tests.web.floor import Floor, make_floor
from tests.web.front import HERE, Front

pytestmark = pytest.mark.slow

DOCUMENT = json.loads(msgspec.json.encode(openapi.document(tuple(map(row, routes())))))
# Who asks is for the tests to say: a session that is none is tried on every route elsewhere.
for methods in DOCUMENT["paths"].values():
    for described in methods.values():
        del described["security"]

OPERATIONS = {
    found.ok().definition.raw["operationId"]: found.ok()
    for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()
    if isinstance(found, Ok)
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
PEOPLE = ["stranger", "ana", "ida", "ada"]

# For each of four people, 26 routes, and good and bad requests: half a minute in all, and five
# with the most.
EXAMPLES = min(settings().max_examples // 4, 100)

# What fits the schema is no wrong form, but for an id that is none of this desk, a name that is
# none (nothing but spaces, say), and two keys that differ.
UNDESCRIBED = {"?before", "?reason", "?after", "?user", "$.name", "Idempotency-Key"}
# To JSON Schema `3.0` is a whole number; to us it is written as one or is none.
WITH_A_POINT = "got `float`."

# What takes nothing but words in its path can be asked in no wrong way. Nor can the page of the
# chat, which takes a language besides, and no notice of parameters that it does not know.
MODES = [
    pytest.param(operation, mode, id=f"{operation}-{mode.value}")
    for operation, described in OPERATIONS.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE
    or described.body
    or (described.query and operation != "chat")
]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """The one loop of a test: Hypothesis calls it again and again, and it is not async."""
    with asyncio.Runner() as runner:
        yield runner


async def begin() -> tuple[Front, Floor]:
    """A desk, at which no poll waits: the server is about to stop."""
    front = Front()
    await front.start()
    floor = await make_floor(front)
    front.engine.begin_drain()
    return front, floor


async def send(front: Front, floor: Floor, name: str, case: Case[Any]) -> httpx2.Response:
    """The request, as this person sends it. What is refused changes nothing."""
    asked = case.as_transport_kwargs(base_url=HERE)
    someone = front.someone(token=floor.people[name].token or None)
    headers = {key: value.encode("utf-8") for key, value in asked["headers"].items()}
    content = {"json": asked["json"]} if "json" in asked else {"content": asked.get("data")}
    before = front.live.state.offset
    answer = await someone.client.request(
        *(asked["method"], asked["url"]), headers=headers, params=asked["params"], **content
    )
    if answer.status_code >= 400:
        assert front.live.state.offset == before
    return answer


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(("operation", "mode"), MODES)
def test_every_answer_is_one_that_is_described(
    runner: asyncio.Runner, operation: str, name: str, mode: GenerationMode
):
    front, floor = runner.run(begin())
    described = OPERATIONS[operation]
    # A server that is about to stop is not ready, and says so with a 503.
    checks = [one for one in CHECKS if operation != "readyz" or one is not not_a_server_error]

    def at(room: str) -> st.SearchStrategy[Case[Any]]:
        place = {"desk": "main", "room": floor.rooms[room]}
        taken = {key: value for key, value in place.items() if f"{{{key}}}" in described.path}
        return described.as_strategy(mode, path_parameters=taken or None)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=st.sampled_from(sorted(floor.rooms)).flatmap(at) | described.as_strategy(mode))
    def ask(case: Case[Any]) -> None:
        answer = runner.run(send(front, floor, name, case))
        case.validate_response(answer, checks=checks)
        if mode is GenerationMode.POSITIVE and answer.status_code == 400:
            told = answer.json()
            assert told["where"] in UNDESCRIBED or WITH_A_POINT in told["error"], told

    try:
        ask()
    finally:
        runner.run(front.stop())


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {}), (200, {"state": "open"}), (418, {}), (200, {"state": "ajar", "position": 0})],
)
def test_an_answer_that_is_not_described_is_found(status: int, body: dict[str, object]):
    case = OPERATIONS["waittime"].Case(path_parameters={"desk": "main"})
    asked = httpx2.Request("GET", f"{HERE}/api/v1/desks/main/waittime")
    answer = httpx2.Response(status, json=body, request=asked)
    answer.elapsed = timedelta()

    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=CHECKS)
