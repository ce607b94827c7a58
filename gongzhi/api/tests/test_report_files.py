"""Files of a report: a citizen uploads without a token, names them with their claim codes, and staff see them."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.api.tests.callers import Caller, fresh_key, problem_of
from gongzhi.base.models import IdempotencyKey
from gongzhi.cases import queries as cases
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.evidence.states import FileState
from gongzhi.intake import queries as intake
from gongzhi.kernel.ids import new_id
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.testing.pictures import photograph

pytestmark = pytest.mark.django_db(transaction=True)

UPLOADS = "/reports/files"
PICTURE = photograph(b"a pothole")
POTHOLE = {
    "kind": "complaint",
    "text": "路面坑槽",
    "place": {"lon": 118.09, "lat": 24.46},
    "class_key": moves.STREET_VENDOR,
}


def picture(content: bytes = PICTURE, name: str = "我家门口.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def uploaded(caller: Caller, content: bytes = PICTURE) -> dict[str, str]:
    response = caller.upload(picture(content), path=UPLOADS)
    assert response.status_code == 201, response.content
    told = response.json()
    return {"id": told["id"], "claim_code": told["claim_code"]}


def sent(caller: Caller, *given: dict[str, str], **more: object):
    return caller.post("/reports", {**POTHOLE, "files": list(given), **more}, key=fresh_key())


def set_limit(name: str, value: int) -> None:
    parameters.set_parameter(name, value, seen=parameter_queries.edition(), by=FOUNDER, at=MONDAY_9AM)


def test_an_upload_that_was_swept_comes_in_anew_under_its_key(citizen):
    key = fresh_key()
    swept = citizen.upload(picture(), path=UPLOADS, key=key).json()
    assert evidence.sweep_orphans(MONDAY_9AM + timedelta(days=2)) == 1
    again, repeated = (citizen.upload(picture(), path=UPLOADS, key=key).json() for _ in range(2))
    assert again["id"] != swept["id"]
    assert again == repeated
    assert sent(citizen, {"id": again["id"], "claim_code": again["claim_code"]}).status_code == 201


def test_nothing_beside_an_upload_tells_what_it_was_once_it_is_erased(citizen):
    key = fresh_key()
    told = citizen.upload(picture(), path=UPLOADS, key=key).json()
    report = sent(citizen, {"id": told["id"], "claim_code": told["claim_code"]}).json()["report"]
    assert evidence.erase_files_of(f"report:{report}", rule="storage_ended", by=FOUNDER, at=MONDAY_9AM) == 1
    (kept,) = IdempotencyKey.objects.filter(key=key)
    assert (kept.answer, kept.content_digest) == (told["id"], "")
    assert citizen.upload(picture(), path=UPLOADS, key=key).json()["id"] != told["id"]


def test_another_name_under_the_same_key_is_other_content(citizen):
    key = fresh_key()
    citizen.upload(picture(), path=UPLOADS, key=key)
    other = citizen.upload(picture(name="别的.jpg"), path=UPLOADS, key=key)
    assert problem_of(other) == (409, "repeated-key-other-content")
    long = fresh_key()
    first, again = (citizen.upload(picture(name=f"{'长' * 300}.jpg"), path=UPLOADS, key=long) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())


@pytest.fixture
def report(citizen):
    """A citizen's report with a photograph."""
    return intake.report(sent(citizen, uploaded(citizen)).json()["report"])


def test_a_citizen_uploads_first_and_names_the_files_in_the_report(citizen):
    given = [uploaded(citizen), uploaded(citizen, PICTURE + b"2")]
    response = sent(citizen, *given, text="")
    assert response.status_code == 201, response.content
    kept = files.files_of(f"report:{response.json()['report']}")
    assert {str(one.uid) for one in kept} == {one["id"] for one in given}


def test_the_same_upload_with_the_same_key_is_one_file(citizen):
    key = fresh_key()
    first, again = (citizen.upload(picture(), path=UPLOADS, key=key) for _ in range(2))
    assert first.json() == again.json()
    other = citizen.upload(picture(PICTURE + b"!"), path=UPLOADS, key=key)
    assert problem_of(other) == (409, "repeated-key-other-content")
    assert first.json()["id"] not in other.content.decode()


def nothing_was_stored():
    return intake.page() == [] and cases.state_counts() == {}


def test_what_one_citizen_uploaded_no_other_claims(citizen):
    mine, yours = uploaded(citizen), uploaded(Caller(), PICTURE + b"2")
    for stolen in ({"id": yours["id"]}, {**yours, "claim_code": mine["claim_code"]}):
        assert problem_of(sent(citizen, mine, stolen)) == (409, "file-of-another")
    assert nothing_was_stored()
    assert files.file_row(UUID(mine["id"])).state is FileState.STORED


def test_an_unknown_a_claimed_and_a_swept_file_are_refused_and_nothing_is_stored(citizen):
    unknown = new_id()
    given = {"id": str(unknown), "claim_code": files.claim_code(unknown)}
    assert problem_of(sent(citizen, given)) == (404, "file-unknown")
    mine = uploaded(citizen)
    assert problem_of(sent(citizen, mine, mine)) == (409, "file-claimed")
    evidence.sweep_orphans(MONDAY_9AM + timedelta(days=2))
    assert problem_of(sent(citizen, mine)) == (404, "file-unknown")
    assert nothing_was_stored()


def test_a_file_belongs_to_one_report(citizen):
    mine = uploaded(citizen)
    assert sent(citizen, mine).status_code == 201
    assert problem_of(sent(citizen, mine)) == (409, "file-claimed")
    assert len(intake.page()) == 1


def test_members_name_what_they_uploaded_themselves(calls, citizen):
    acceptor, collector = calls("acceptor"), calls("collector")
    own = acceptor.upload(picture()).json()["id"]
    theirs = collector.upload(picture()).json()["id"]
    assert problem_of(sent(acceptor, {"id": theirs}, channel="phone")) == (409, "file-of-another")
    assert problem_of(sent(citizen, {"id": own})) == (409, "file-of-another")
    response = sent(acceptor, {"id": own}, channel="phone")
    assert response.status_code == 201
    assert [str(one.uid) for one in files.files_of(f"report:{response.json()['report']}")] == [own]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "file-empty"),
        (b"MZ this is a program", 415, "file-kind-unknown"),
        (b"<script>", 415, "file-kind-unknown"),
    ],
)
def test_an_upload_that_shows_nothing_is_refused(citizen, content, status, code):
    assert problem_of(citizen.upload(picture(content), path=UPLOADS)) == (status, code)


def test_a_citizen_sends_one_form_with_one_file_and_no_key_that_others_could_have(citizen):
    assert problem_of(citizen.send(UPLOADS, b"{}")) == (415, "media-type-unknown")
    assert problem_of(citizen.upload("only words", path=UPLOADS)) == (422, "file-empty")
    assert problem_of(citizen.upload(picture(), path=UPLOADS, key="k" * 36)) == (400, "idempotency-key-guessable")


def test_one_address_uploads_only_so_often_in_an_hour_and_a_repeated_upload_is_not_counted(citizen, clock):
    set_limit("anonymous_uploads_per_hour", 2)
    key = fresh_key()
    first = citizen.upload(picture(), path=UPLOADS, key=key)
    uploaded(citizen, PICTURE + b"2")
    refused = citizen.upload(picture(PICTURE + b"3"), path=UPLOADS)
    assert problem_of(refused) == (429, "too-many-attempts")
    assert int(refused["Retry-After"]) > 0
    assert citizen.upload(picture(), path=UPLOADS, key=key).json() == first.json()
    clock.at += timedelta(hours=1)
    uploaded(citizen, PICTURE + b"3")


def test_a_report_brings_no_more_files_than_the_city_takes(citizen):
    set_limit("report_files_limit", 1)
    two = [uploaded(citizen), uploaded(citizen, PICTURE + b"2")]
    assert problem_of(sent(citizen, *two)) == (422, "too-many-files")
    twenty_one = [{"id": str(new_id()), "claim_code": ""}] * 21
    assert problem_of(sent(citizen, *twenty_one)) == (422, "input-faulty")
    assert nothing_was_stored()


def test_staff_list_the_files_of_a_report_and_open_them(calls, report):
    acceptor = calls("acceptor")
    (listed,) = acceptor.get(f"/reports/{report.uid}/files").json()
    assert (listed["role"], listed["for_stream"], listed["name"]) == ("report", report.stream, "我家门口.jpg")
    assert acceptor.get(f"/files/{listed['id']}").json() == listed
    assert b"".join(acceptor.get(f"/files/{listed['id']}/content").streaming_content) == PICTURE


def test_whoever_may_not_read_a_reporters_words_sees_no_name_that_the_reporter_gave(calls, report):
    evaluator = calls("evaluator")
    (listed,) = evaluator.get(f"/reports/{report.uid}/files").json()
    assert listed["name"] == ""


@pytest.mark.parametrize("post", ["audit_administrator", "evaluator", "leader"])
def test_whoever_judges_or_watches_the_work_opens_no_private_photograph(calls, report, post):
    watcher = calls(post)
    (listed,) = watcher.get(f"/reports/{report.uid}/files").json()
    for path in (f"/files/{listed['id']}", f"/files/{listed['id']}/content"):
        assert problem_of(watcher.get(path)) == (403, "not-permitted")
    assert calls("shift_leader").post(f"/reports/{report.uid}/release", seen=report.version).status_code == 200
    assert watcher.get(f"/files/{listed['id']}/content").status_code == 200


@pytest.mark.parametrize("post", ["acceptor", "dispatcher", "collector", "checker", "shift_leader"])
def test_whoever_works_on_the_case_opens_what_its_report_brought(calls, report, post):
    (file,) = files.files_of(report.stream)
    assert calls(post).get(f"/files/{file.uid}/content").status_code == 200


def test_who_has_no_business_with_reports_sees_no_files_of_them(calls, report):
    (file,) = files.files_of(report.stream)
    for post, unit in (("handler", moves.HULI_BUREAU), ("department_desk", moves.HULI_BUREAU)):
        reader = calls(post, unit)
        assert problem_of(reader.get(f"/reports/{report.uid}/files")) == (403, "not-permitted")
        assert problem_of(reader.get(f"/files/{file.uid}")) == (403, "not-permitted")
        assert problem_of(reader.get(f"/files/{file.uid}/content")) == (403, "not-permitted")
    for path in (f"/reports/{report.uid}/files", f"/files/{file.uid}", f"/files/{file.uid}/content"):
        assert problem_of(Caller().get(path)) == (401, "sign-in-needed")


def test_the_unit_that_works_on_the_case_sees_what_its_reports_brought(calls, report):
    (file,) = files.files_of(report.stream)
    case = cases.case(intake.cases_of(report.uid)[0].uid)
    case = moves.acknowledge(moves.dispatch(moves.file(moves.verify(moves.order_verification(case)))))
    case = moves.submit(case)
    handler = calls("handler", moves.SIMING_BUREAU)
    listed = handler.get(f"/cases/{case.uid}/files").json()
    assert listed[0]["id"] == str(file.uid)
    assert [one["role"] for one in listed] == ["report", "verify", "after"]
    assert b"".join(handler.get(f"/files/{file.uid}/content").streaming_content) == PICTURE
    assert problem_of(calls("handler", moves.HULI_BUREAU).get(f"/files/{file.uid}")) == (403, "not-permitted")


def test_a_question_that_was_released_may_be_seen_by_all_who_read_reports(calls, citizen):
    told = sent(citizen, uploaded(citizen), kind="consult").json()
    (file,) = files.files_of(f"report:{told['report']}")
    leader = calls("leader")
    assert problem_of(leader.get(f"/files/{file.uid}/content")) == (403, "not-permitted")
    assert calls("shift_leader").post(f"/reports/{told['report']}/release", seen=1).status_code == 200
    assert leader.get(f"/files/{file.uid}/content").status_code == 200
    assert problem_of(Caller().get(f"/files/{file.uid}/content")) == (401, "sign-in-needed")


def test_an_erased_file_is_told_and_sent_to_nobody(calls, report):
    (file,) = files.files_of(report.stream)
    said = {"parts": ["files"], "rule": "storage_ended", "grounds": "满两年"}
    auditor, acceptor = calls("audit_administrator"), calls("acceptor")
    assert auditor.post(f"/reports/{report.uid}/erase", said, seen=report.version).status_code == 200
    (listed,) = acceptor.get(f"/reports/{report.uid}/files").json()
    assert (listed["state"], listed["name"]) == ("erased", "")
    assert problem_of(acceptor.get(f"/files/{file.uid}/content")) == (404, "file-erased")
