import hashlib

import pytest

from gongzhi.api.tests.callers import ROOT, Caller, fresh_key, problem_of
from gongzhi.testing.pictures import photograph

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = photograph(b"in pieces") + bytes(100_000)


def begin(caller, **said):
    told = {"size_bytes": len(PICTURE), "content_type": "image/jpeg", "name": "现场.jpg"} | said
    return caller.post("/uploads", told)


def add(caller, upload, content, *, offset, code=None, content_type="application/offset+octet-stream"):
    headers = {"Upload-Offset": str(offset)} | ({"Upload-Code": code} if code else {})
    return caller.client.patch(
        f"{ROOT}/uploads/{upload}", content, content_type=content_type, headers=caller._headers(headers)
    )


def offset_of(caller, upload):
    response = caller.client.head(f"{ROOT}/uploads/{upload}", headers=caller._headers({}))
    return response.status_code, response.headers.get("Upload-Offset")


def test_a_member_sends_a_photograph_in_pieces(calls):
    handler = calls("handler")
    begun = begin(handler, sha256=hashlib.sha256(PICTURE).hexdigest())
    assert begun.status_code == 201, begun.content
    upload = begun.json()["id"]
    assert begun["Location"] == f"{ROOT}/uploads/{upload}"
    first = add(handler, upload, PICTURE[:60_000], offset=0)
    assert (first.status_code, first["Upload-Offset"]) == (200, "60000")
    assert offset_of(handler, upload) == (200, "60000")
    told = add(handler, upload, PICTURE[60_000:], offset=60_000).json()
    assert (told["received_bytes"], told["upload_code"], told["claim_code"]) == (len(PICTURE), None, None)
    assert handler.get(f"/files/{told['file']}").json()["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    assert handler.get(f"/uploads/{upload}").json() == told


def test_a_piece_from_the_wrong_place_is_refused_with_the_right_one(calls):
    handler = calls("handler")
    upload = begin(handler).json()["id"]
    refused = add(handler, upload, PICTURE, offset=5)
    assert problem_of(refused) == (409, "upload-offset-wrong")
    assert refused.json()["facts"] == {"offset": 0}


def test_a_citizen_sends_in_pieces_and_names_the_file_in_a_report(citizen):
    begun = begin(citizen).json()
    upload, code = begun["id"], begun["upload_code"]
    assert problem_of(add(citizen, upload, PICTURE, offset=0)) == (404, "upload-unknown")
    done = add(citizen, upload, PICTURE, offset=0, code=code).json()
    said = {
        "kind": "complaint",
        "channel": "portal",
        "text": "路面塌陷",
        "place": {"lon": 118.09, "lat": 24.46, "crs": "wgs84"},
        "files": [{"id": done["file"], "claim_code": done["claim_code"]}],
    }
    assert citizen.post("/reports", said, key=fresh_key()).status_code == 201


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"MZ this is a program", 415, "file-kind-unknown"),
        (PICTURE[:30], 422, "picture-unreadable"),
        (PICTURE[:200] + b"more than announced", 413, "upload-overflows"),
    ],
)
def test_what_is_no_proof_is_refused_and_its_upload_gone(calls, content, status, code):
    handler = calls("handler")
    size_bytes = 200 if code == "upload-overflows" else len(content)
    upload = begin(handler, size_bytes=size_bytes).json()["id"]
    assert problem_of(add(handler, upload, content, offset=0)) == (status, code)
    assert problem_of(handler.get(f"/uploads/{upload}")) == (404, "upload-unknown")


def test_a_piece_of_another_type_or_without_its_place_is_refused(calls):
    handler = calls("handler")
    upload = begin(handler).json()["id"]
    assert problem_of(add(handler, upload, b"{}", offset=0, content_type="application/json")) == (
        415,
        "media-type-unknown",
    )
    assert problem_of(add(handler, upload, PICTURE, offset="far")) == (422, "input-faulty")


def test_a_piece_that_announces_too_much_is_refused_before_it_is_read(calls):
    handler = calls("handler")
    response = handler.client.generic(
        "PATCH",
        f"{ROOT}/uploads/{begin(handler).json()['id']}",
        b"",
        content_type="application/octet-stream",
        headers=handler._headers({"Upload-Offset": "0"}),
        CONTENT_LENGTH=str((64 << 20) + 1),
    )
    assert problem_of(response) == (413, "body-too-large")


def test_nobody_sees_the_upload_of_another(calls):
    upload = begin(calls("handler")).json()["id"]
    assert problem_of(calls("shift_leader").get(f"/uploads/{upload}")) == (404, "upload-unknown")
    assert problem_of(Caller().get(f"/uploads/{upload}")) == (404, "upload-unknown")
    assert offset_of(calls("shift_leader"), upload)[0] == 404


def test_a_file_larger_than_the_city_takes_is_refused_before_a_byte_is_sent(calls, citizen):
    assert problem_of(begin(calls("handler"), size_bytes=1 << 32)) == (413, "file-too-large")
    assert problem_of(begin(citizen, size_bytes=60 << 20)) == (413, "file-too-large")
