"""Files: upload first, then name them where they prove something."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.http import FileResponse
from django.http.multipartparser import MultiPartParserError
from ninja import Router

from gongzhi.api import operations, rules
from gongzhi.api.description import MAY_BE_NAMED
from gongzhi.api.door import MemberRequest, Token, given_key, now
from gongzhi.api.queries import readable_file
from gongzhi.api.shapes import FileOut, PublicId, shown
from gongzhi.evidence import queries
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.rules import FileEmpty

router = Router(tags=["files"], auth=Token())

FORM = "multipart/form-data"
_UPLOAD: dict[str, Any] = {
    **MAY_BE_NAMED,
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
    },
}
_BYTES: dict[str, Any] = {
    "responses": {
        200: {
            "description": "the bytes as they were stored",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.post("/files", response={201: FileOut}, openapi_extra=_UPLOAD)
def store_file(request: MemberRequest) -> FileOut:
    """Upload one photograph, film, sound or PDF. It is cleared away after a day unless something names it."""
    key = given_key(request)
    if request.content_type != FORM:
        raise rules.MediaTypeUnknown(wanted=FORM, found=request.content_type or "")
    try:
        upload = request.FILES.get("file")
    except MultiPartParserError as fault:
        raise rules.RequestUnreadable from fault
    if upload is None or upload.file is None:
        raise FileEmpty
    row = operations.store_file_once(
        cast(BinaryIO, upload.file),
        key=key,
        content_type_declared=upload.content_type or "",
        name=(upload.name or "").replace("\x00", ""),
        size_bytes=upload.size or 0,
        by=request.auth,
        at=now(),
    )
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


def show_file(row: FileRow) -> FileOut:
    """Return a file in its shape."""
    return shown(FileOut, row, id=row.uid)
