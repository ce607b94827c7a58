"""What this door adds to an operation: count attempts, give each sender keys of its own, keep an upload once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.db.models import F

from gongzhi.api import rules
from gongzhi.api.models import AttemptCount
from gongzhi.api.queries import attempts, sender_digest
from gongzhi.api.rules import TooManyAttempts
from gongzhi.base.crypto import keyed_digest
from gongzhi.base.operations import earlier_answer, keep_answer, one_change
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.evidence.queries import FileRow
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as reports
from gongzhi.intake.operations import Receipt
from gongzhi.intake.queries import Followed
from gongzhi.intake.rules import Draft
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.parameters.queries import parameter

_REPORT, _FOLLOW = "report", "follow"
_KEPT = timedelta(days=1)
_CHUNK_BYTES = 256 * 1024


def receive_from_citizen(draft: Draft, *, key: str, sender: str, at: datetime) -> Receipt:
    """Take a report from somebody without a token.

    Raises: TooManyAttempts, and what `intake.operations.receive_report` raises.
    """
    count_attempt(_REPORT, sender=sender, most=parameter("anonymous_reports_per_hour", at=at), at=at)
    return intake.receive_report(draft, source="api", key=key, by=ANONYMOUS_REPORTER, at=at)


def receive_from_member(draft: Draft, *, key: str, by: Actor, at: datetime) -> Receipt:
    """Take a report from a member or a machine: each has keys of its own.

    Raises: what `intake.operations.receive_report` raises.
    """
    return intake.receive_report(draft, source=f"api:{by.id}", key=key, by=by, at=at)


def follow_report(number: str, *, code: str, sender: str, at: datetime) -> Followed:
    """Return a report's progress to whoever holds its query code; wrong codes are counted.

    Raises: NotFound for a wrong number and a wrong code alike; TooManyAttempts.
    """
    most = parameter("wrong_query_codes_per_hour", at=at)
    if attempts(_FOLLOW, sender=sender, at=at) >= most:
        raise TooManyAttempts(most=most, wait_s=rules.wait_s(at))
    try:
        return reports.follow(number, code=code)
    except NotFound:
        count_attempt(_FOLLOW, sender=sender, most=most, at=at)
        raise


@one_change
def count_attempt(act: str, *, sender: str, most: int, at: datetime) -> None:
    """Count one attempt of a network address in this hour, the same for every process of the city.

    Raises: TooManyAttempts when the hour's attempts are used up.
    """
    hour_at = rules.window_of(at)
    row, fresh = AttemptCount.objects.get_or_create(act=act, sender=sender_digest(sender), hour_at=hour_at)
    if fresh:
        AttemptCount.objects.filter(hour_at__lt=hour_at - _KEPT).delete()
    if not AttemptCount.objects.filter(pk=row.pk, count__lt=most).update(count=F("count") + 1):
        raise TooManyAttempts(most=most, wait_s=rules.wait_s(at))


def store_file_once(
    stream: BinaryIO,
    *,
    key: str | None,
    content_type_declared: str,
    name: str,
    size_bytes: int,
    by: Actor,
    at: datetime,
) -> FileRow:
    """Take an upload in; with a key, the same upload sent again is the same file.

    Raises: RepeatedKeyOtherContent, and what `evidence.operations.store_file` raises.
    """
    if key is None:
        return evidence.store_file(
            stream, content_type_declared=content_type_declared, name=name, announced_bytes=size_bytes, by=by, at=at
        )
    source = f"files:{by.id}"
    digest = keyed_digest([_sha256(stream), name], purpose="upload")
    earlier = earlier_answer(source=source, key=key, content_digest=digest)
    if earlier is not None:
        return files.file_row(UUID(earlier))
    stream.seek(0)
    row = evidence.store_file(
        stream, content_type_declared=content_type_declared, name=name, announced_bytes=size_bytes, by=by, at=at
    )
    keep_answer(source=source, key=key, content_digest=digest, answer=str(row.uid), at=at)
    return row


def _sha256(stream: BinaryIO) -> str:
    hashed = hashlib.sha256()
    for chunk in iter(partial(stream.read, _CHUNK_BYTES), b""):
        hashed.update(chunk)
    return hashed.hexdigest()


__all__ = ["count_attempt", "follow_report", "receive_from_citizen", "receive_from_member", "store_file_once"]
