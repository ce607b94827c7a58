"""What this door adds to an operation: give each sender keys of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gongzhi.evidence import operations as evidence
from gongzhi.evidence.queries import UploadRow
from gongzhi.intake import operations as intake
from gongzhi.intake.operations import Receipt
from gongzhi.intake.rules import Draft
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.web import operations as web
from gongzhi.web.operations import (
    Upload,
    count_upload,
    follow_report,
    held_by_code,
    store_file_of_citizen,
    store_file_once,
)

_CITIZENS = "api"


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that will come in pieces, as its sender announces it."""

    size_bytes: int
    sha256: str
    content_type: str
    name: str


def receive_from_citizen(draft: Draft, *, key: str, sender: str, at: datetime) -> Receipt:
    """Take a report from somebody without a token; see `web.operations.receive_from_citizen`.

    All citizens share one space of keys, so the door takes only keys that nobody else can have.
    """
    return web.receive_from_citizen(draft, source=_CITIZENS, key=key, sender=sender, at=at)


def receive_from_member(draft: Draft, *, key: str, by: Actor, at: datetime) -> Receipt:
    """Take a report from a member or a machine: each has keys of its own.

    Raises: what `intake.operations.receive_report` raises.
    """
    return intake.receive_report(draft, source=f"api:{by.id}", key=key, by=by, at=at)


def begin_upload(announced: Announced, *, by: Actor, sender: str, at: datetime) -> UploadRow:
    """Open an upload that comes in pieces; one of somebody without a token counts like a file of theirs.

    Raises: TooManyAttempts, and what `evidence.operations.begin_upload` raises.
    """
    if by.kind is ActorKind.REPORTER:
        count_upload(sender=sender, at=at)
    return evidence.begin_upload(
        size_bytes=announced.size_bytes,
        sha256=announced.sha256,
        content_type_declared=announced.content_type,
        name=announced.name,
        by=by,
        at=at,
    )


__all__ = [
    "Announced",
    "Upload",
    "begin_upload",
    "follow_report",
    "held_by_code",
    "receive_from_citizen",
    "receive_from_member",
    "store_file_of_citizen",
    "store_file_once",
]
