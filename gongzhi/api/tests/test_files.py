import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.api import rules
from gongzhi.api.tests.callers import ROOT, Caller, fresh_key, problem_of
from gongzhi.evidence import queries as evidence
from gongzhi.testing import moves
from gongzhi.testing.pictures import photograph

pytestmark = pytest.mark.django_db
PICTURE = photograph(b"a picture")


def picture(content: bytes = PICTURE, name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_a_member_uploads_a_photograph_and_reads_it_back(calls):
    handler = calls("handler")
    response = handler.upload(picture())
    assert response.status_code == 201, response.content
    told = response.json()
    assert told["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    assert (told["content_type"], told["size_bytes"], told["name"]) == ("image/jpeg", len(PICTURE), "现场.jpg")
    assert handler.get(f"/files/{told['id']}").json() == told
    sent = handler.get(f"/files/{told['id']}/content")
    assert b"".join(sent.streaming_content) == PICTURE
    assert sent["Content-Disposition"].startswith("attachment")
    assert sent["X-Content-Type-Options"] == "nosniff"


def test_the_same_upload_with_the_same_key_is_one_file(calls):
    handler, key = calls("handler"), fresh_key()
    first, again = handler.upload(picture(), key=key), handler.upload(picture(), key=key)
    assert first.json() == again.json()
    other = handler.upload(picture(PICTURE + b"!"), key=key)
    assert problem_of(other) == (409, "repeated-key-other-content")


def test_what_proves_nothing_yet_is_its_uploaders_alone(calls):
    uid = calls("handler").upload(picture()).json()["id"]
    assert problem_of(calls("shift_leader").get(f"/files/{uid}")) == (403, "not-permitted")
    assert problem_of(calls("shift_leader").get(f"/files/{uid}/content")) == (403, "not-permitted")


def test_what_proves_a_case_is_for_those_who_read_the_case(calls, handled_case):
    uid = evidence.files_of(handled_case.stream)[0].uid
    assert calls("department_desk", moves.SIMING_BUREAU).get(f"/files/{uid}").status_code == 200
    assert problem_of(calls("department_desk", moves.HULI_BUREAU).get(f"/files/{uid}")) == (403, "not-permitted")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "file-empty"),
        (b"MZ this is a program", 415, "file-kind-unknown"),
        (b"<script>", 415, "file-kind-unknown"),
    ],
)
def test_an_upload_that_is_no_proof_is_refused(calls, content, status, code):
    assert problem_of(calls("handler").upload(picture(content))) == (status, code)


def test_an_upload_without_a_file_or_of_another_type_is_refused(calls):
    handler = calls("handler")
    assert problem_of(handler.upload("no file, only words")) == (422, "file-empty")
    assert problem_of(handler.send("/files", b"{}")) == (415, "media-type-unknown")
    broken = handler.send("/files", b"no boundary", content_type="multipart/form-data")
    assert problem_of(broken) == (400, "request-unreadable")


def test_an_upload_that_announces_too_much_is_refused_before_it_is_read(calls):
    handler = calls("handler")
    response = handler.client.generic(
        "POST",
        f"{ROOT}/files",
        b"",
        content_type="multipart/form-data; boundary=x",
        headers=handler._headers({}),
        CONTENT_LENGTH=str(rules.LARGEST_UPLOAD_BYTES + 1),
    )
    assert problem_of(response) == (413, "body-too-large")


def test_nobody_uploads_or_reads_without_a_token(city):
    assert problem_of(Caller().upload(picture())) == (401, "sign-in-needed")
    uid = moves.photo(moves.member("handler"))
    assert problem_of(Caller().get(f"/files/{uid}")) == (401, "sign-in-needed")


def test_an_unknown_file_is_not_found(calls):
    path = "/files/01a209b4-6454-7487-bcc5-85e6d45a00b8"
    assert problem_of(calls("handler").get(path)) == (404, "file-unknown")
    assert problem_of(calls("handler").get(f"{path}/content")) == (404, "file-unknown")
