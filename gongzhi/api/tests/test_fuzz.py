"""No request, however odd, makes the API fail or answer what its description does not say.

Each operation is asked in four ways, always by a member whose post may do it: as it should be asked (and must then
answer 2xx), with whatever fits the description, with that on a thing that is there in the right state, and with what
the description forbids. Every request is undone after it was answered, so that the thing stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from gongzhi.api import problems
from gongzhi.api.tests.callers import NOON
from gongzhi.api.tests.examples import EXAMPLES, Example
from gongzhi.cases import queries
from gongzhi.people.rules import NotPermitted
from gongzhi.testing.pictures import photograph

pytestmark = [pytest.mark.django_db, pytest.mark.fuzz]

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
# `ci` asks each operation some dozen times; `soak` asks some hundred times and elsewhere each time.
FEW = settings(
    max_examples=max(1, settings.default.max_examples // 8),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Operation = APIOperation[Any, Any, Any, Any]
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
OPERATIONS: dict[str, Operation] = {
    found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()
}


@pytest.fixture(autouse=True)
def patient_city(city):
    """Nobody is sent away for asking often."""
    from gongzhi.parameters import operations as parameters
    from gongzhi.parameters import queries as parameter_queries
    from gongzhi.scenarios.founding import FOUNDER
    from gongzhi.testing.moves import MONDAY_9AM

    for name in ("anonymous_reports_per_hour", "anonymous_uploads_per_hour", "wrong_query_codes_per_hour"):
        parameters.set_parameter(name, 100_000, seen=parameter_queries.edition(), by=FOUNDER, at=MONDAY_9AM)


@pytest.fixture(autouse=True)
def kept_connection():
    """A request gives its connection back when it ends; here it is the test's, in the middle of a transaction."""
    around = (signals.request_started, signals.request_finished)
    for one in around:
        one.disconnect(close_old_connections)
    yield
    for one in around:
        one.connect(close_old_connections)


def test_each_operation_has_an_example_that_must_succeed():
    assert set(OPERATIONS) == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_operation_answers_as_described_whatever_it_is_asked(name, clock):
    operation, example = OPERATIONS[name], EXAMPLES[name]()
    clock.at = NOON
    headers = example.headers()
    assert 200 <= asked(as_it_should_be(operation, example, headers)) < 300
    for strategy in ways_of_asking(operation, example, headers):
        ask_often(strategy)


def ways_of_asking(
    operation: Operation, example: Example, headers: dict[str, str]
) -> Iterator[SearchStrategy[schemathesis.Case]]:
    """Yield what fits the description and what it forbids, on anything and on the thing that is there.

    Where an operation takes nothing that could be wrong there is nothing that the description forbids.
    """
    token = {name: told for name, told in headers.items() if name == "Authorization"}
    asked_by = {one["in"] for one in operation.definition.raw["parameters"]}
    takes_content = "query" in asked_by or "requestBody" in operation.definition.raw
    yield operation.as_strategy(headers=token)
    yield operation.as_strategy(headers=headers, path_parameters=example.path)
    if asked_by or takes_content:
        yield operation.as_strategy(GenerationMode.NEGATIVE, headers=token)
    if takes_content:
        yield operation.as_strategy(GenerationMode.NEGATIVE, headers=headers, path_parameters=example.path)


def as_it_should_be(operation: Operation, example: Example, headers: dict[str, str]) -> schemathesis.Case:
    """Return the request that must succeed."""
    said: dict[str, Any] = {"path_parameters": example.path, "query": example.query, "headers": headers}
    if example.upload:
        picture = photograph(b"a fuzzy one")
        said |= {"body": {"file": picture}, "media_type": "multipart/form-data"}
    elif example.octets is not None:
        said |= {"body": example.octets, "media_type": "application/octet-stream"}
    elif example.body is not None:
        said |= {"body": example.body, "media_type": "application/json"}
    return operation.Case(**said)


def ask_often(strategy: SearchStrategy[schemathesis.Case]) -> None:
    """Ask with whatever the strategy makes."""

    @FEW
    @given(case=strategy)
    def ask(case: schemathesis.Case) -> None:
        asked(case)

    ask()


def asked(case: schemathesis.Case) -> int:
    """Ask, undo what it did, hold the answer against the description, and return its status."""
    with transaction.atomic():
        response = case.call()
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
    return response.status_code


def test_a_planted_fault_is_found(monkeypatch):
    def broken(uid):
        raise ZeroDivisionError

    example = EXAMPLES["list_stages"]()
    request = as_it_should_be(OPERATIONS["list_stages"], example, example.headers())
    monkeypatch.setattr(queries, "stages", broken)
    with pytest.raises(FailureGroup, match="Server error"):
        asked(request)


def test_an_answer_that_the_description_does_not_say_is_found(monkeypatch):
    example = EXAMPLES["list_stages"]()
    request = as_it_should_be(OPERATIONS["list_stages"], example, example.headers())
    monkeypatch.setitem(problems.STATUS, NotPermitted, HTTPStatus.CONFLICT)
    request.headers["Authorization"] = Example("system_administrator").headers()["Authorization"]
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        asked(request)
