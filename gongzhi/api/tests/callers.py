"""People who call the API: a citizen without a token, and members with the token of their post."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from gongzhi.people import queries
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM

ROOT = "/api/v1"
NOON = MONDAY_9AM + timedelta(hours=3)
"""When the API's clock stands in these tests, unless one moves it: after everything that `gongzhi.testing` does."""


@dataclass
class Clock:
    """The API's clock."""

    at: datetime = NOON


@dataclass
class Caller:
    """Somebody who calls the API, from an address, with or without a token."""

    token: str | None = None
    language: str = "en"
    client: Client = field(default_factory=Client)

    def get(self, path: str, *, query: dict[str, Any] | None = None, **headers: str) -> Any:
        """Read something."""
        return self.client.get(ROOT + path, query or {}, headers=self._headers(headers))

    def post(self, path: str, said: object = None, *, seen: int | None = None, key: str | None = None) -> Any:
        """Change something, with the version that was seen or with a key."""
        given = {}
        if seen is not None:
            given["If-Match"] = f'"{seen}"'
        if key is not None:
            given["Idempotency-Key"] = key
        content: dict[str, Any] = {} if said is None else {"data": said, "content_type": "application/json"}
        return self.client.post(ROOT + path, headers=self._headers(given), **content)

    def send(self, path: str, body: bytes, *, content_type: str = "application/json", **headers: str) -> Any:
        """Send raw bytes."""
        return self.client.post(ROOT + path, body, content_type=content_type, headers=self._headers(headers))

    def upload(self, file: object, *, key: str | None = None, path: str = "/files") -> Any:
        """Upload a file."""
        given = {} if key is None else {"Idempotency-Key": key}
        return self.client.post(ROOT + path, {"file": file}, headers=self._headers(given))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        told = {"Accept-Language": self.language, **more}
        if self.token is not None:
            told["Authorization"] = f"Bearer {self.token}"
        return told


def caller(post: str, unit: str | None = None, *, number: int = 0) -> Caller:
    """Return a member of the city with a token for this post; `number` chooses among several."""
    appointment = queries.appointments(at=MONDAY_9AM, post=post, unit=unit)[number]
    return Caller(staff.token(appointment.uid, at=MONDAY_9AM))


def fresh_key() -> str:
    """Return a key that nobody used."""
    return str(uuid.uuid4())


def problem_of(response: Any) -> tuple[int, str]:
    """Return status and code of a problem, after checking that it is one."""
    assert response["Content-Type"] == "application/problem+json", response.content
    said = response.json()
    assert said["status"] == response.status_code
    assert said["type"] == f"urn:gongzhi:problem:{said['code']}"
    assert said["title"]
    assert said["detail"]
    return response.status_code, said["code"]
