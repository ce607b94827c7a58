"""The API described: every answer an operation can give, problems included, with its media type and headers."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from gongzhi.api.door import Token
from gongzhi.api.rules import LONGEST_KEY, RANDOM_UUID, SHORTEST_KEY
from gongzhi.api.shapes import Fault, Problem
from gongzhi.web.problems import MEDIA_TYPE

VERSION_HEADER = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "the ETag under which the thing was read; without it nothing is changed (428)",
    "schema": {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,17})"$', "examples": ['"3"']},
}
KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": (
        "the sender's own name for this request: sent again, it gets the same answer. "
        "Without a token it must be a random UUID (version 4 or 7)"
    ),
    "schema": {
        "type": "string",
        "minLength": SHORTEST_KEY,
        "maxLength": LONGEST_KEY,
        "pattern": f"^[!-~]{{{SHORTEST_KEY},{LONGEST_KEY}}}$",
    },
}

CHANGES_A_VERSION: dict[str, Any] = {"parameters": [VERSION_HEADER]}
HAS_A_VERSION: dict[str, Any] = {"x-versioned": True}
NAMED_BY_ITS_SENDER: dict[str, Any] = {"parameters": [KEY_HEADER]}
MAY_BE_NAMED: dict[str, Any] = {"parameters": [{**KEY_HEADER, "required": False}]}
MAY_BE_NAMED_BY_A_CITIZEN: dict[str, Any] = {
    "parameters": [
        {**KEY_HEADER, "required": False, "schema": {"type": "string", "format": "uuid", "pattern": f"^{RANDOM_UUID}$"}}
    ]
}
OF_A_CITIZEN: dict[str, Any] = {"x-throttled": True}
WITHOUT_A_TOKEN_TOO: dict[str, Any] = {"x-open": True}
SIGNED_BY_A_NEIGHBOUR: dict[str, Any] = {
    "x-signed": True,
    "parameters": [
        {
            "in": "header",
            "name": name,
            "required": True,
            "description": f"{meaning}; as Standard Webhooks describe it, under the key that both sides share",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
        }
        for name, meaning in (
            ("webhook-id", "the message's own id"),
            ("webhook-timestamp", "when it was signed, in seconds since 1970"),
            ("webhook-signature", "`v1,` and the HMAC-SHA256 over id, timestamp and body"),
        )
    ],
}
MAY_BE_TOO_EARLY: dict[str, Any] = {"x-refused": True}

_ETAG = {"description": "the version, to be sent back as If-Match", "schema": {"type": "string"}}
_RETRY = {"description": "seconds to wait", "schema": {"type": "integer"}}


class DescribedApi(NinjaAPI):
    """An API whose description says everything that it answers."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of an operation: that of its function."""
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description, made once."""
        return self._described

    @cached_property
    def _described(self) -> OpenAPISchema:
        schema = super().get_openapi_schema()
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        problem.pop("$defs", None)
        schema["components"]["schemas"] |= {"Problem": problem, "Fault": Fault.model_json_schema()}
        schema["components"]["securitySchemes"] = {"Token": {"type": "http", "scheme": Token.openapi_scheme}}
        for methods in schema["paths"].values():
            for method, said in methods.items():
                _say_that_absent_is_not_null(said["parameters"])
                _add_problems(said, reads_only=method == "get")
        return schema


def _say_that_absent_is_not_null(parameters: list[dict[str, Any]]) -> None:
    """Describe a parameter that may be left out by the values it can have; an address cannot say null."""
    for one in parameters:
        kinds = [kind for kind in one["schema"].get("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) == 1:
            one["schema"] = {**kinds[0], "title": one["name"]} if "$ref" not in kinds[0] else kinds[0]


def _add_problems(said: dict[str, Any], *, reads_only: bool) -> None:
    headers = {one["name"] for one in said["parameters"] if one["in"] == "header"}
    throttled, refused = said.pop("x-throttled", False), said.pop("x-refused", not reads_only)
    if said.pop("x-versioned", False):
        for status, answer in said["responses"].items():
            if int(status) < HTTPStatus.MULTIPLE_CHOICES:
                answer["headers"] = {"ETag": _ETAG}
    possible = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE}
    if said["parameters"] or "requestBody" in said:
        possible.add(HTTPStatus.UNPROCESSABLE_ENTITY)
    if said.pop("x-open", False):
        said["security"] = [{"Token": []}, {}]
    if said.pop("x-signed", False):
        possible.add(HTTPStatus.UNAUTHORIZED)
    if "security" in said:
        possible |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if not reads_only:
        possible.add(HTTPStatus.INSUFFICIENT_STORAGE)
    if refused:
        possible.add(HTTPStatus.CONFLICT)
    if "requestBody" in said:
        possible |= {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    if "If-Match" in headers:
        possible |= {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED}
    if throttled:
        possible.add(HTTPStatus.TOO_MANY_REQUESTS)
    for status in sorted(possible):
        said["responses"].setdefault(status.value, _problem_answer(status))
    for answer in said["responses"].values():
        schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
        if schema.get("$ref", "").rpartition("/")[2] in _VERSIONED:
            answer["headers"] = {"ETag": _ETAG}


_VERSIONED = frozenset({"CaseOut", "ContactOut", "ReportOut", "VisitOut", "SheetOut"})


def _problem_answer(status: HTTPStatus) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": status.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        answer["headers"] = {"Retry-After": _RETRY}
    return answer
