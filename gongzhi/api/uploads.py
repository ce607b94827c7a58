"""Uploads in pieces: announce a file, send its bytes from where they stand, and again after a break.

Close to the protocol tus: HEAD tells `Upload-Offset`, PATCH sends what follows from there. The answers hold more.
"""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO, cast

from django.http import HttpResponse
from ninja import Header, Router, Status

from gongzhi.api import operations, rules
from gongzhi.api.description import MAY_BE_TOO_EARLY, OF_A_CITIZEN, WITHOUT_A_TOKEN_TOO
from gongzhi.api.door import MemberRequest, TokenOrCitizen, now
from gongzhi.api.operations import Announced
from gongzhi.api.shapes import PublicId, shown
from gongzhi.api.shapes.files import LARGEST_ANNOUNCED_BYTES, UploadIn, UploadOut
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries
from gongzhi.evidence.queries import UploadRow
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.web.door import sender_of

router = Router(tags=["files"], auth=TokenOrCitizen())

BYTES = "application/octet-stream"
_SPELLINGS = (BYTES, "application/offset+octet-stream")
_PIECE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}
}
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=LARGEST_ANNOUNCED_BYTES)]
Code = Annotated[str, Header(alias="Upload-Code", max_length=64)]


@router.post("/uploads", response={201: UploadOut}, openapi_extra={**OF_A_CITIZEN, **WITHOUT_A_TOKEN_TOO})
def begin_upload(request: MemberRequest, response: HttpResponse, said: UploadIn) -> Status[UploadOut]:
    """Announce a file. Its bytes follow with PATCH, as many at a time as the sender likes, within a day."""
    announced = Announced(said.size_bytes, said.sha256, said.content_type, said.name)
    row = operations.begin_upload(announced, by=request.auth, sender=sender_of(request), at=now())
    response["Location"] = f"{request.path}/{row.uid}"
    return Status(201, _show(row, by=request.auth, response=response))


@router.get("/uploads/{upload}", response=UploadOut, openapi_extra=WITHOUT_A_TOKEN_TOO)
def read_upload(request: MemberRequest, response: HttpResponse, upload: PublicId, code: Code = "") -> UploadOut:
    """Say how far an upload is: where the next byte goes, and which file came of it."""
    row = queries.upload(upload, by=request.auth, code=code, at=now())
    return _show(row, by=request.auth, response=response)


@router.api_operation(["HEAD"], "/uploads/{upload}", include_in_schema=False)
def read_offset(request: MemberRequest, upload: PublicId, code: Code = "") -> HttpResponse:
    """Say in headers alone how far an upload is."""
    response = HttpResponse()
    _show(queries.upload(upload, by=request.auth, code=code, at=now()), by=request.auth, response=response)
    return response


@router.patch(
    "/uploads/{upload}", response=UploadOut, openapi_extra={**_PIECE, **WITHOUT_A_TOKEN_TOO, **MAY_BE_TOO_EARLY}
)
def add_to_upload(
    request: MemberRequest, response: HttpResponse, upload: PublicId, offset: Offset, code: Code = ""
) -> UploadOut:
    """Send the bytes that follow from `Upload-Offset`; what arrived of them stays, also when the line breaks off.

    With the last byte the file is looked at and stored. If it is refused, the upload is gone.
    """
    if request.content_type not in _SPELLINGS:
        raise rules.MediaTypeUnknown(wanted=BYTES, found=request.content_type or "")
    row = evidence.add_to_upload(upload, cast(BinaryIO, request), offset=offset, by=request.auth, code=code, at=now())
    return _show(row, by=request.auth, response=response)


def _show(row: UploadRow, *, by: Actor, response: HttpResponse) -> UploadOut:
    response["Upload-Offset"] = str(row.received_bytes)
    response["Upload-Length"] = str(row.size_bytes)
    response["Cache-Control"] = "no-store"
    is_citizen = by.kind is ActorKind.REPORTER
    return shown(
        UploadOut,
        row,
        id=row.uid,
        upload_code=queries.upload_code(row.uid) if is_citizen else None,
        claim_code=queries.claim_code(row.file) if is_citizen and row.file is not None else None,
    )
