"""Writing a report step by step, and sending it once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from gongzhi.base.crypto import encrypt
from gongzhi.base.operations import one_change
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.queries import claim_code
from gongzhi.intake.operations import Receipt
from gongzhi.parameters.queries import parameter
from gongzhi.portal.models import ReportDraft
from gongzhi.portal.queries import DRAFT_LASTS, bound_to, draft_token, sketch_of
from gongzhi.portal.rules import DraftUnknown, Sketch, SketchFile, written
from gongzhi.web import operations as web
from gongzhi.web.operations import Upload

SOURCE = "portal"
_DRAFT = "draft"


@one_change
def change_draft(
    key: str, change: Callable[[Sketch], Sketch], *, secret: str, at: datetime, opens_for: str | None = None
) -> Sketch:
    """Change a draft of this device; return it as it then is. One that was sent stays as it is.

    Args:
        key: which draft.
        change: what becomes of it.
        secret: what the device holds; without it there is no draft.
        at: when.
        opens_for: the network for which a draft that is not there is begun, and counted.

    Raises: DraftUnknown, TooManyAttempts.
    """
    token = draft_token(key, secret=secret)
    row = ReportDraft.objects.select_for_update().filter(token=token, changed_at__gt=at - DRAFT_LASTS).first()
    if row is None and opens_for is None:
        raise DraftUnknown(draft=key)
    if row is None:
        most = parameter("anonymous_uploads_per_hour", at=at)
        web.count_attempt(_DRAFT, sender=opens_for or "", most=most, at=at)
        sweep_drafts(at)
        row, sketch = ReportDraft(token=token), Sketch(key=key)
    else:
        sketch = sketch_of(row)
    if not sketch.report:
        sketch = change(sketch)
        row.sealed, row.changed_at = encrypt(written(sketch), bound_to=bound_to(token)), at
        row.save()
    return sketch


def sweep_drafts(at: datetime) -> int:
    """Forget what somebody began to report a day ago and did not send; return how many."""
    swept, _ = ReportDraft.objects.filter(changed_at__lte=at - DRAFT_LASTS).delete()
    return swept


def add_photo(key: str, upload: Upload, *, secret: str, sender: str, at: datetime) -> Sketch:
    """Put one more photograph to a draft; the same one sent twice is one.

    Raises: DraftUnknown, TooManyAttempts, and what `evidence.operations.store_file` raises.
    """
    name = f"{upload.name}/{web.sha256_of(upload.stream)}"
    row = web.store_file_of_citizen(upload, key=str(uuid.uuid5(uuid.UUID(key), name)), sender=sender, at=at)
    code = claim_code(row.uid)
    taken = evidence.position_in(row.uid, code=code)
    file = SketchFile(str(row.uid), code, row.name, *(() if taken is None else (taken.lon, taken.lat)))
    return change_draft(key, lambda sketch: sketch.with_file(file), secret=secret, at=at)


@one_change
def send_draft(key: str, sketch: Sketch, *, secret: str, sender: str, at: datetime) -> Receipt:
    """Send a draft: from now on it is a report, and of the draft only that is kept. Sent twice, it is one report.

    Raises: DraftUnknown, TooManyAttempts, and what `intake.operations.receive_report` raises.
    """
    receipt = web.receive_from_citizen(sketch.draft(), source=SOURCE, key=sketch.key, sender=sender, at=at)
    change_draft(key, lambda one: one.sent_as(receipt.report), secret=secret, at=at)
    return receipt


__all__ = ["add_photo", "change_draft", "send_draft", "sweep_drafts"]
