"""Files."""

from __future__ import annotations

from uuid import UUID

from gongzhi.api.shapes import Instant, Out


class UploadedOut(Out):
    """A file that was uploaded without a token. Whoever holds the claim code may name it in a report, once."""

    id: UUID
    claim_code: str
    sha256: str
    size_bytes: int
    content_type: str
    name: str
    stored_at: Instant


class FileOut(Out):
    """A stored file: what it is, and what it proves."""

    id: UUID
    state: str
    sha256: str
    size_bytes: int
    content_type: str
    name: str
    stored_at: Instant
    for_stream: str
    role: str | None
    claimed_at: Instant | None
