"""Files."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import In, Instant, Out, PublicId, Words
from gongzhi.evidence.states import DisplayState, Publication

LARGEST_ANNOUNCED_BYTES = 1 << 40


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
    """A stored file: what it is, what it proves, and whether the public sees it.

    `taken_at` and `position_distance_m` (from the camera to the place of the case or report) are the camera's word;
    most files say neither, and that means nothing.
    """

    id: UUID
    version: int
    state: str
    sha256: str
    size_bytes: int
    content_type: str
    kind: str
    name: str
    stored_at: Instant
    for_stream: str
    role: str | None
    claimed_at: Instant | None
    width: int | None
    height: int | None
    display: DisplayState
    publication: Publication
    masked_by: UUID | None
    taken_at: Instant | None
    position_distance_m: int | None
    position_is_far: bool


class GroundsOfFileIn(In):
    """Why somebody decides about a file."""

    grounds: Words = Field(max_length=4000)


class MaskIn(GroundsOfFileIn):
    """The masked version that stands for a photograph."""

    masked: PublicId


class CustodyOut(Out):
    """One thing that was done with a file; `hash` is that of its entry in the record."""

    type: str
    at: Instant
    by: str
    post: str | None
    unit: str | None
    facts: dict[str, object]
    hash: str


class UploadIn(In):
    """A file that will come in pieces."""

    size_bytes: int = Field(ge=1, le=LARGEST_ANNOUNCED_BYTES)
    sha256: Annotated[str, Field(pattern="^([0-9a-fA-F]{64})?$")] = ""
    content_type: Words = Field("", max_length=120)
    name: Words = Field("", max_length=200)


class UploadOut(Out):
    """How far an upload is. `file` is there once all has come.

    Without a token `upload_code` goes with every further piece, and `claim_code` names the file in a report.
    """

    id: UUID
    size_bytes: int
    received_bytes: int
    until_at: Instant
    file: UUID | None
    upload_code: str | None
    claim_code: str | None
