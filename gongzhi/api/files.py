"""Files: upload first, then name them where they prove something."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.http import FileResponse, HttpRequest
from django.http.multipartparser import MultiPartParserError
from ninja import Router

from gongzhi.api import operations, rules
from gongzhi.api.description import MAY_BE_NAMED
from gongzhi.api.door import MemberRequest, Token, given_key, now
from gongzhi.api.operations import Upload
from gongzhi.api.queries import readable_file
from gongzhi.api.shapes import PublicId, shown
from gongzhi.api.shapes.files import FileOut
from gongzhi.evidence import queries
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.rules import FileEmpty
from gongzhi.web.rules import RequestUnreadable

router = Router(tags=["files"], auth=Token())

FORM = "multipart/form-data"
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
                }
            }
        },
    }
}
_BYTES: dict[str, Any] = {
    "responses": {
        200: {
            "description": "the bytes as they were stored",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.post("/files", response={201: FileOut}, openapi_extra={**MAY_BE_NAMED, **UPLOAD})
def store_file(request: MemberRequest) -> FileOut:
    """Upload one photograph, film, sound or PDF. It is cleared away after a day unless something names it."""
    key = given_key(request)
    row = operations.store_file_once(upload_of(request), key=key, by=request.auth, at=now())
    return show_file(row)


@router.get("/files/{file}", response=FileOut)
def read_file(request: MemberRequest, file: PublicId) -> FileOut:
    """Say what a file is and what it proves."""
    return show_file(readable_file(file, by=request.auth, at=now()))


@router.get("/files/{file}/content", openapi_extra=_BYTES)
def read_file_content(request: MemberRequest, file: PublicId) -> FileResponse:
    """Send a file's bytes, always as a download: what somebody uploaded is never shown as a page of ours."""
    row = readable_file(file, by=request.auth, at=now())
    return FileResponse(
        queries.open_file(row.uid), content_type="application/octet-stream", as_attachment=True, filename=str(row.uid)
    )


def upload_of(request: HttpRequest) -> Upload:
    """Return the one file of a form.

    Raises: MediaTypeUnknown, RequestUnreadable, FileEmpty.
    """
    if request.content_type != FORM:
        raise rules.MediaTypeUnknown(wanted=FORM, found=request.content_type or "")
    try:
        sent = request.FILES.get("file")
    except MultiPartParserError as fault:
        raise RequestUnreadable from fault
    if sent is None or sent.file is None:
        raise FileEmpty
    return Upload(
        stream=cast(BinaryIO, sent.file),
        content_type=sent.content_type or "",
        name=(sent.name or "").replace("\x00", ""),
        size_bytes=sent.size or 0,
    )


def show_file(row: FileRow) -> FileOut:
    """Return a file in its shape."""
    return shown(FileOut, row, id=row.uid)
