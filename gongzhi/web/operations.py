"""What every door does for somebody who has not signed in: count attempts, take an upload in once, take a report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.db.models import F

from gongzhi.accountability import operations as accountability
from gongzhi.accountability import queries as complaints
from gongzhi.accountability.operations import Receipt as ComplaintReceipt
from gongzhi.accountability.queries import ComplaintRow
from gongzhi.accountability.rules import Complaint
from gongzhi.base.operations import RepeatedKeyOtherContent, earlier_answer, forget_answer, keep_answer, one_change
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.rules import name_kept
from gongzhi.evidence.states import GONE
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as reports
from gongzhi.intake.operations import Receipt
from gongzhi.intake.queries import Followed, ReportRow
from gongzhi.intake.rules import Draft
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.parameters.queries import parameter
from gongzhi.web import rules
from gongzhi.web.models import AttemptCount, KeptForm
from gongzhi.web.queries import sender_digest
from gongzhi.web.rules import TooManyAttempts

_REPORT, _FOLLOW, _UPLOAD = "report", "follow", "upload"
_KEPT = timedelta(days=1)
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a form brings it: its bytes, and what the sender says of them."""

    stream: BinaryIO
    content_type: str
    name: str
    size_bytes: int


def receive_from_citizen(draft: Draft, *, source: str, key: str, sender: str, at: datetime) -> Receipt:
    """Take a report from a citizen who has not signed in. The same again gets its receipt, also after the hour's last.

    All citizens of a door share one space of keys, so it takes only keys that nobody else can have. Only the report
    itself, sent again, is answered uncounted: whoever tries out the keys of others is counted like everybody.

    Raises: TooManyAttempts, and what `intake.operations.receive_report` raises.
    """
    earlier = intake.earlier_receipt(draft, source=source, key=key, at=at)
    if earlier is not None:
        return earlier
    count_attempt(_REPORT, sender=sender, most=parameter("anonymous_reports_per_hour", at=at), at=at)
    return intake.receive_report(draft, source=source, key=key, by=ANONYMOUS_REPORTER, at=at)


def follow_report(number: str, *, code: str, sender: str, at: datetime) -> Followed:
    """Return a report's progress to whoever holds its query code; wrong codes are counted.

    Raises: NotFound for a wrong number and a wrong code alike; TooManyAttempts.
    """
    held_by_code(number, code=code, sender=sender, at=at)
    return reports.follow(number, code=code)


def held_by_code(number: str, *, code: str, sender: str, at: datetime) -> ReportRow:
    """Return the report of whoever holds its query code; wrong codes are counted.

    Raises: NotFound for a wrong number and a wrong code alike; TooManyAttempts.
    """
    with _counted_code(sender=sender, at=at):
        return reports.held_by_code(number, code=code)


def complain_as_citizen(said: Complaint, *, key: str, sender: str, at: datetime) -> ComplaintReceipt:
    """Take a complaint about the service from a citizen who has not signed in; it counts like a report.

    Raises: TooManyAttempts, and what `accountability.operations.receive_complaint` raises.
    """
    count_attempt(_REPORT, sender=sender, most=parameter("anonymous_reports_per_hour", at=at), at=at)
    return accountability.receive_complaint(said, key=key, at=at)


def complaint_by_code(number: str, *, code: str, sender: str, at: datetime) -> ComplaintRow:
    """Return the complaint of whoever holds its query code; wrong codes are counted with those of reports.

    Raises: NotFound for a wrong number and a wrong code alike; TooManyAttempts.
    """
    with _counted_code(sender=sender, at=at):
        return complaints.held_by_code(number, code=code)


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


@contextmanager
def _counted_code(*, sender: str, at: datetime) -> Iterator[None]:
    """Count a code before it is looked at, so that none slips past the limit beside others; take a good one off again.

    Raises: TooManyAttempts.
    """
    count_attempt(_FOLLOW, sender=sender, most=parameter("wrong_query_codes_per_hour", at=at), at=at)
    yield
    _take_back(_FOLLOW, sender=sender, at=at)


@one_change
def _take_back(act: str, *, sender: str, at: datetime) -> None:
    """Take an attempt of this hour off again that turned out good."""
    counted = AttemptCount.objects.filter(act=act, sender=sender_digest(sender), hour_at=rules.window_of(at))
    counted.filter(count__gt=0).update(count=F("count") - 1)


@one_change
def count_once(act: str, what: str, *, sender: str, most: int, at: datetime) -> bool:
    """Count how many different things a sender asks for in this hour; return whether this one is new.

    Raises: TooManyAttempts when the hour's attempts are used up.
    """
    hour_at, both = rules.window_of(at), sender_digest(f"{sender} {what}")
    _, is_new = AttemptCount.objects.get_or_create(act=act, sender=both, hour_at=hour_at)
    if is_new:
        count_attempt(act, sender=sender, most=most, at=at)
    return is_new


def count_upload(*, sender: str, at: datetime) -> None:
    """Count a file of somebody who has not signed in. Raises: TooManyAttempts."""
    count_attempt(_UPLOAD, sender=sender, most=parameter("anonymous_uploads_per_hour", at=at), at=at)


def store_file_once(upload: Upload, *, key: str | None, by: Actor, at: datetime) -> FileRow:
    """Take an upload in; with a key, the same upload sent again is the same file.

    Raises: RepeatedKeyOtherContent, and what `evidence.operations.store_file` raises.
    """
    return _stored_earlier(upload, key=key, by=by) or _stored_now(upload, key=key, by=by, at=at)


def store_file_of_citizen(upload: Upload, *, key: str | None, sender: str, at: datetime) -> FileRow:
    """Take an upload in from somebody who has not signed in; what came in before under this key counts no second time.

    Raises: TooManyAttempts, RepeatedKeyOtherContent, and what `evidence.operations.store_file` raises.
    """
    by = ANONYMOUS_REPORTER
    earlier = _stored_earlier(upload, key=key, by=by)
    if earlier is not None:
        return earlier
    count_upload(sender=sender, at=at)
    return _stored_now(upload, key=key, by=by, at=at)


def _stored_earlier(upload: Upload, *, key: str | None, by: Actor) -> FileRow | None:
    """Return the file that came in under this key before. The key of one that was swept or erased is free again.

    What came in is told by the file itself, so that nothing beside it has to be erased with it.
    """
    if key is None:
        return None
    source = _source_of_files(by)
    earlier = earlier_answer(source=source, key=key, content_digest="")
    if earlier is None:
        return None
    row = files.file_row(UUID(earlier))
    if row.state in GONE:
        forget_answer(source=source, key=key, answer=earlier)
        return None
    if (row.sha256, row.name) != (sha256_of(upload.stream), name_kept(upload.name)):
        raise RepeatedKeyOtherContent(source=source, key=key)
    return row


def _stored_now(upload: Upload, *, key: str | None, by: Actor, at: datetime) -> FileRow:
    upload.stream.seek(0)
    row = evidence.store_file(
        upload.stream,
        content_type_declared=upload.content_type,
        name=upload.name,
        announced_bytes=upload.size_bytes,
        by=by,
        at=at,
    )
    if key is not None:
        keep_answer(source=_source_of_files(by), key=key, content_digest="", answer=str(row.uid), at=at)
    return row


def _source_of_files(by: Actor) -> str:
    """Return the name under which the keys of one sender's uploads are kept."""
    return f"files:{by.id}"


def sha256_of(stream: BinaryIO) -> str:
    """Return the hash of an upload, and leave it at its end."""
    stream.seek(0)
    hashed = hashlib.sha256()
    for chunk in iter(partial(stream.read, _CHUNK_BYTES), b""):
        hashed.update(chunk)
    return hashed.hexdigest()


@one_change
def keep_form(account: UUID, sealed: str, *, at: datetime) -> None:
    """Keep what somebody had typed until they sign in again, in place of what was kept before.

    What waited for longer than a day goes.
    """
    KeptForm.objects.filter(kept_at__lte=at - _KEPT).delete()
    KeptForm.objects.update_or_create(account=account, defaults={"sealed": sealed, "kept_at": at})


def forget_form(account: UUID) -> None:
    """Let go of what waited for somebody."""
    KeptForm.objects.filter(account=account).delete()


def sweep_forms(at: datetime) -> int:
    """Let go of what waited for its owner for a day; return how many."""
    return KeptForm.objects.filter(kept_at__lte=at - _KEPT).delete()[0]
