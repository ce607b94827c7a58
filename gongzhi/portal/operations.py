"""Writing a report step by step, and sending it once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from gongzhi.base.crypto import encrypt
from gongzhi.base.operations import one_change
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.queries import claim_code
from gongzhi.intake.operations import Receipt
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs, ImpossiblePoint, to_point
from gongzhi.parameters.queries import city_or_none, parameter
from gongzhi.portal import monthly, queries
from gongzhi.portal.models import MonthCount, ReportDraft
from gongzhi.portal.queries import DRAFT_LASTS, bound_to, draft_token, sketch_of
from gongzhi.portal.rules import DraftUnknown, Sketch, SketchFile, neighbourhood_of, written
from gongzhi.web import operations as web
from gongzhi.web.operations import Upload

SOURCE = "portal"
_DRAFT, _PLACE = "draft", "place"


@one_change
def change_draft(
    key: str, change: Callable[[Sketch], Sketch], *, secret: str, at: datetime, opens_for: str | None = None
) -> Sketch:
    """Change a draft of this device; return it as it then is. One that was sent stays as it is.

    Its day runs from its beginning, as that of what was uploaded for it: what it holds is there when it is sent.

    Args:
        key: which draft.
        change: what becomes of it.
        secret: what the device holds; without it there is no draft.
        at: when.
        opens_for: the network for which a draft that is not there is begun, and counted.

    Raises: DraftUnknown, TooManyAttempts.
    """
    token = draft_token(key, secret=secret)
    row = ReportDraft.objects.select_for_update().filter(token=token, from_at__gt=at - DRAFT_LASTS).first()
    if row is None and opens_for is None:
        raise DraftUnknown(draft=key)
    if row is None:
        most = parameter("anonymous_uploads_per_hour", at=at)
        web.count_attempt(_DRAFT, sender=opens_for or "", most=most, at=at)
        sweep_drafts(at)
        row, sketch = ReportDraft(token=token, from_at=at), Sketch(key=key)
    else:
        sketch = sketch_of(row)
    if not sketch.report:
        sketch = change(sketch)
        row.sealed = encrypt(written(sketch), bound_to=bound_to(token))
        row.from_at = at if sketch.report else row.from_at
        row.save()
    return sketch


@one_change
def put_point(key: str, said: Mapping[str, Any], *, secret: str, sender: str, at: datetime) -> Sketch:
    """Let a draft say another place. A point in another neighbourhood is counted, for a network and an hour.

    Who could move it for ever would read the whole map of open cases out of the question whether one lies nearby.

    Args:
        key: which draft.
        said: the fields of the place, as the draft calls them.
        secret: what the device holds.
        sender: the network that is counted.
        at: when.

    Raises: DraftUnknown, TooManyAttempts; the place is then what it was.
    """

    def change(sketch: Sketch) -> Sketch:
        moved = replace(sketch, **said)
        if _neighbourhood(moved) not in (None, _neighbourhood(sketch)):
            web.count_attempt(_PLACE, sender=sender, most=parameter("anonymous_places_per_hour", at=at), at=at)
        return moved

    return change_draft(key, change, secret=secret, at=at)


def _neighbourhood(sketch: Sketch) -> object:
    if sketch.lon is None or sketch.lat is None:
        return None
    try:
        return neighbourhood_of(to_point(sketch.lon, sketch.lat, crs=Crs.WGS84))
    except ImpossiblePoint:
        return None


@one_change
def forget_draft(key: str, *, secret: str) -> None:
    """Forget a draft of this device, sent or not: the next person at it finds nothing."""
    ReportDraft.objects.filter(token=draft_token(key, secret=secret)).delete()


@one_change
def sweep_drafts(at: datetime) -> int:
    """Forget what somebody began to report a day ago and did not send; return how many."""
    swept, _ = ReportDraft.objects.filter(from_at__lte=at - DRAFT_LASTS).delete()
    return swept


def count_months(at: datetime) -> int:
    """Count the month that runs and the one before anew, and each earlier one of a year once; return how many."""
    found = city_or_none()
    if found is None:
        return 0
    running = monthly.first_of(local_date(at, found.zone))
    wanted, month = [], running
    for _ in range(monthly.MONTHS_BACK + 1):
        wanted.append(month)
        month = monthly.month_before(month)
    known = set(queries.months_counted(most=len(wanted)))
    anew = [one for place, one in enumerate(wanted) if place < 2 or one not in known]
    for one in anew:
        put_month(one, monthly.counted(one, zone=found.zone), at=at)
    return len(anew)


@one_change
def put_month(month: date, figures: Mapping[str, list[int]], *, at: datetime) -> None:
    """Keep the figures of a month as they were counted."""
    MonthCount.objects.update_or_create(month=month, defaults={"counted_at": at, "figures": figures})


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


__all__ = ["add_photo", "change_draft", "count_months", "forget_draft", "put_point", "send_draft", "sweep_drafts"]
