"""Files for staff: whoever may read what a file proves may look at it; originals are looked at on record."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse
from django.views.decorators.http import require_safe

from gongzhi.desk.door import desk_page
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries
from gongzhi.evidence.states import CopyKind
from gongzhi.web.access import StaffRequest
from gongzhi.web.reading import readable_file


@require_safe
@desk_page
def display(request: StaffRequest, file: UUID) -> FileResponse:
    """Send the copy of a photograph that is made for looking."""
    row = readable_file(file, by=request.actor, at=request.at)
    return FileResponse(queries.open_copy(row.uid, kind=CopyKind.DISPLAY), content_type="image/jpeg")


@require_safe
@desk_page
def thumbnail(request: StaffRequest, file: UUID) -> FileResponse:
    """Send the small copy of a photograph."""
    row = readable_file(file, by=request.actor, at=request.at)
    return FileResponse(queries.open_copy(row.uid, kind=CopyKind.THUMBNAIL), content_type="image/jpeg")


@require_safe
@desk_page
def original(request: StaffRequest, file: UUID) -> FileResponse:
    """Send a file's original bytes, always as a download, and put the look on record."""
    row = readable_file(file, by=request.actor, at=request.at)
    return FileResponse(
        evidence.view_original(row.uid, by=request.actor, at=request.at),
        content_type="application/octet-stream",
        as_attachment=True,
        filename=row.name or str(row.uid),
    )
