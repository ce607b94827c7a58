"""Files: upload first, then name them where they prove something."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import Router

from gongzhi.api import operations, rules
from gongzhi.api.description import CHANGES_A_VERSION, MAY_BE_NAMED, MAY_BE_TOO_EARLY
from gongzhi.api.door import MemberRequest, Token, decided, given_key, now
from gongzhi.api.operations import Upload
from gongzhi.api.shapes import Cursor, Page, PublicId, RowLimit, after, page_of, shown
from gongzhi.api.shapes.files import CustodyOut, FileOut, GroundsOfFileIn, MaskIn
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.registry import owner_of
from gongzhi.evidence.rules import FileEmpty, is_far, kind_of
from gongzhi.evidence.states import CopyKind
from gongzhi.parameters.queries import parameter
from gongzhi.people import queries as people
from gongzhi.web.reading import readable_file, shown_to
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
_PUBLIC_CACHE = "public, max-age=300"
_PICTURE: dict[str, Any] = {
    "responses": {
        200: {
            "description": "the picture",
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        }
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
def read_file(request: MemberRequest, response: HttpResponse, file: PublicId) -> FileOut:
    """Say what a file is and what it proves; its ETag is what a decision about it needs as If-Match."""
    row = readable_file(file, by=request.auth, at=now())
    response["ETag"] = rules.etag(row.version)
    return show_file(row)


@router.get("/files/{file}/content", openapi_extra=_BYTES)
def read_file_content(request: MemberRequest, file: PublicId) -> FileResponse:
    """Send a file's original bytes, always as a download, and put the look on record.

    What somebody uploaded is never shown as a page of ours; for looking there are display copies.
    """
    at = now()
    row = readable_file(file, by=request.auth, at=at)
    return FileResponse(
        evidence.view_original(row.uid, by=request.auth, at=at),
        content_type="application/octet-stream",
        as_attachment=True,
        filename=str(row.uid),
    )


@router.get("/files/{file}/display", openapi_extra={**_PICTURE, **MAY_BE_TOO_EARLY})
def read_display_copy(request: MemberRequest, file: PublicId) -> FileResponse:
    """Send the copy of a photograph that is made for looking: upright, at most 1600 pixels, nothing of the camera."""
    row = readable_file(file, by=request.auth, at=now())
    return _picture(queries.open_copy(row.uid, kind=CopyKind.DISPLAY), cache="private, no-store")


@router.get("/files/{file}/thumbnail", openapi_extra={**_PICTURE, **MAY_BE_TOO_EARLY})
def read_thumbnail(request: MemberRequest, file: PublicId) -> FileResponse:
    """Send the small copy of a photograph, at most 320 pixels."""
    row = readable_file(file, by=request.auth, at=now())
    return _picture(queries.open_copy(row.uid, kind=CopyKind.THUMBNAIL), cache="private, no-store")


@router.get("/files/{file}/custody", response=list[CustodyOut])
def read_custody(request: MemberRequest, file: PublicId) -> list[CustodyOut]:
    """List what was done with a file and who looked at its original, each with the hash of its entry."""
    row = readable_file(file, by=request.auth, at=now())
    return [
        CustodyOut(
            type=one.type,
            at=one.at,
            by=one.actor.id,
            post=one.actor.post,
            unit=one.actor.unit,
            facts=dict(one.facts),
            hash=one.hash,
        )
        for one in queries.custody(row.uid)
    ]


@router.get("/moderation/files", response=Page[FileOut])
def list_files_to_moderate(request: MemberRequest, cursor: Cursor | None = None, limit: RowLimit = 50) -> Page[FileOut]:
    """List the photographs on which nobody decided yet whether the public sees them, as far as the reader decides."""
    sight = people.sight(request.auth, "publication.release", at=now())
    rows = queries.to_moderate(after=after(cursor), limit=limit + 1, sight=sight)
    named = [shown_to(one, by=request.auth, at=now()) for one in rows]
    return page_of(named, limit=limit, show=show_file, uid=lambda row: row.uid)


@router.post("/files/{file}/release", response=FileOut, openapi_extra=CHANGES_A_VERSION)
def release_file(request: MemberRequest, response: HttpResponse, file: PublicId, said: GroundsOfFileIn) -> FileOut:
    """Let the public see the display copy of a photograph."""
    readable_file(file, by=request.auth, at=now())
    return _answer(evidence.release_file(file, grounds=said.grounds, **decided(request)), request, response)


@router.post("/files/{file}/withhold", response=FileOut, openapi_extra=CHANGES_A_VERSION)
def withhold_file(request: MemberRequest, response: HttpResponse, file: PublicId, said: GroundsOfFileIn) -> FileOut:
    """Keep a photograph from the public."""
    readable_file(file, by=request.auth, at=now())
    return _answer(evidence.withhold_file(file, grounds=said.grounds, **decided(request)), request, response)


@router.post("/files/{file}/mask", response=FileOut, openapi_extra=CHANGES_A_VERSION)
def mask_file(request: MemberRequest, response: HttpResponse, file: PublicId, said: MaskIn) -> FileOut:
    """Let a masked version, which the member uploaded before, stand for a photograph wherever the public sees it."""
    readable_file(file, by=request.auth, at=now())
    row = evidence.mask_file(file, masked=said.masked, grounds=said.grounds, **decided(request))
    return _answer(row, request, response)


@router.get("/public/files/{file}", auth=None, openapi_extra=_PICTURE)
def read_public_copy(request: HttpRequest, file: PublicId) -> FileResponse:
    """Send a photograph that was released for the public, as its display copy."""
    return _picture(queries.open_public_copy(file, kind=CopyKind.DISPLAY), cache=_PUBLIC_CACHE)


@router.get("/public/files/{file}/thumbnail", auth=None, openapi_extra=_PICTURE)
def read_public_thumbnail(request: HttpRequest, file: PublicId) -> FileResponse:
    """Send the small copy of a photograph that was released for the public."""
    return _picture(queries.open_public_copy(file, kind=CopyKind.THUMBNAIL), cache=_PUBLIC_CACHE)


def _picture(copy: BinaryIO, *, cache: str) -> FileResponse:
    response = FileResponse(copy, content_type="image/jpeg")
    response["Cache-Control"] = cache
    return response


def _answer(row: FileRow, request: MemberRequest, response: HttpResponse) -> FileOut:
    response["ETag"] = rules.etag(row.version)
    return show_file(shown_to(row, by=request.auth, at=now()))


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
    apart_m, far = None, False
    if row.position is not None:
        place, far_m = owner_of(row.for_stream).point, parameter("photo_far_m", at=now())
        apart_m, far = is_far(row.position, place, far_m=far_m)
    return shown(
        FileOut,
        row,
        id=row.uid,
        kind=kind_of(row.content_type).value,
        position_distance_m=apart_m,
        position_is_far=far,
    )
