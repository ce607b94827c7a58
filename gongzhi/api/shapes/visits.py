"""Visits on the spot."""

from __future__ import annotations

from uuid import UUID

from gongzhi.api.shapes import In, Instant, Out, Photos, Words


class VisitOut(Out):
    """A visit on the spot: `verify` before filing, `check` after disposal."""

    id: UUID
    version: int
    kind: str
    case: UUID
    state: str
    ordered_at: Instant
    not_before: Instant
    done_at: Instant | None
    result: str
    photos: int


class VerificationIn(In):
    """What a verification saw."""

    confirmed: bool
    photos: Photos
    words: Words = ""


class CheckIn(In):
    """What a check saw; when it fails, the words are the grounds."""

    passed: bool
    photos: Photos
    words: Words = ""
