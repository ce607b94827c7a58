"""Credentials of members, and the acts that need one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import In, Instant, Out, Words
from gongzhi.api.shapes.people import ActName, AreaPath
from gongzhi.api.shapes.times import GivenInstant

KindCode = Annotated[Words, Field(min_length=1, max_length=40, description="such as enforcement")]


class CredentialIn(In):
    """A credential as it was issued; without `area` it counts everywhere."""

    kind: KindCode
    number: Annotated[Words, Field(min_length=1, max_length=60)]
    body: Annotated[Words, Field(min_length=1, max_length=100)]
    field: Annotated[Words, Field(max_length=100)] = ""
    area: AreaPath | None = None
    from_at: GivenInstant
    until_at: GivenInstant


class CredentialOut(Out):
    """A credential; `counts` says whether it does now, `number` is null after an erasure, `version` is its holder's."""

    id: UUID
    member: UUID
    holder: str
    kind: str
    number: str | None
    body: str
    field: str
    area: str
    from_at: Instant
    until_at: Instant
    status: str
    status_at: Instant
    counts: bool
    version: int


class CredentialGroundsIn(In):
    """Why a credential is taken or given back."""

    grounds: Annotated[Words, Field(min_length=1, max_length=2000)]


class NeedIn(In):
    """An act, and the kind of credential without which nobody does it."""

    act: ActName
    kind: KindCode


class NeedOut(Out):
    """One act and one kind of credential that it needs."""

    act: str
    kind: str


class NeedsOut(Out):
    """Which acts need which credentials; `edition` is that of the policy table."""

    edition: int
    needs: list[NeedOut]
