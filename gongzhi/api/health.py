"""Whether the product works, and who holds a token."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest
from ninja import Router

import gongzhi
from gongzhi.api.door import MemberRequest, Token, now
from gongzhi.api.shapes import shown
from gongzhi.api.shapes.health import HealthOut, MeOut
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people

router = Router(tags=["health"])


@router.get("/health", response=HealthOut)
def health(request: HttpRequest) -> HealthOut:
    """Say that the database answers and holds a city; 503 otherwise."""
    connection.ensure_connection()
    return HealthOut(status="ok", version=gongzhi.__version__, city=city().key)


@router.get("/me", response=MeOut, auth=Token())
def me(request: MemberRequest) -> MeOut:
    """Say who the token stands for, and what its post may do."""
    return shown(MeOut, request.auth, kind=request.auth.kind.value, acts=people.acts_of(request.auth, at=now()))
