"""Work sheets over the API: signed by the neighbour, handled by staff."""

import json
from datetime import timedelta

import pytest

from gongzhi.api.shapes.worksheets import WorkSheetIn
from gongzhi.api.tests.callers import NOON, Caller, problem_of
from gongzhi.api.tests.intake_examples import SHEET, signed
from gongzhi.intake.queries import sheets
from gongzhi.intake.rules.sheets import FIELDS
from gongzhi.testing import replies

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

MESSAGES = "/neighbours/12345/messages"


def send(said, *, path=MESSAGES, headers=None):
    body = json.dumps(said).encode()
    return Caller().send(path, body, **(signed(said) if headers is None else headers))


def test_a_neighbour_sends_a_work_sheet_and_gets_number_and_code():
    response = send(SHEET)
    assert response.status_code == 201
    told = response.json()
    assert (told["sheet_no"], told["state"], told["repeated"]) == (SHEET["sheet_no"], "received", False)
    followed = Caller().post("/reports/follow", {"number": told["report_number"], "code": told["query_code"]})
    assert followed.json()["state"] == "received"


def test_sent_again_it_is_the_same_and_with_another_content_it_is_refused():
    first = send(SHEET).json()
    again = send(SHEET)
    assert (again.status_code, again.json()) == (200, {**first, "repeated": True})
    assert problem_of(send({**SHEET, "content": "别的事"})) == (409, "sheet-repeated-other-content")


@pytest.mark.parametrize("headers", [{}, {**signed(SHEET), "webhook-signature": "v1,AAAA"}, signed({"sheet_no": "B1"})])
def test_what_is_not_signed_is_not_read(headers):
    assert problem_of(send(SHEET, headers=headers)) == (401, "signature-wrong")
    assert problem_of(send({"nonsense": True}, headers=headers)) == (401, "signature-wrong")
    assert sheets.sheets_page() == []


def test_an_old_signature_is_worth_nothing(clock):
    old = signed(SHEET, at=NOON - timedelta(minutes=6))
    assert problem_of(send(SHEET, headers=old)) == (401, "signature-wrong")


def test_who_is_no_neighbour_is_not_found():
    assert problem_of(send(SHEET, path="/neighbours/12319/messages")) == (404, "neighbour-unknown")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"content": ""}, (422, "sheet-field-missing")),
        ({"weather": "fine"}, (422, "input-faulty")),
        ({"version": 0}, (422, "input-faulty")),
        ({"lon": 118.09}, (422, "sheet-field-missing")),
        ({"message": "result", "result_text": "已办"}, (409, "sheet-message-not-taken")),
        ({"message": "close"}, (409, "sheet-unknown-here")),
    ],
)
def test_a_faulty_message_is_refused_with_its_reason(change, wanted):
    assert problem_of(send({**SHEET, **change})) == wanted


def test_staff_acknowledge_tell_and_see_what_was_told(calls):
    sheet = send(SHEET).json()["sheet"]
    acceptor = calls("acceptor")
    read = acceptor.get(f"/work-sheets/{sheet}")
    assert (read.status_code, read["ETag"]) == (200, '"1"')
    done = acceptor.post(f"/work-sheets/{sheet}/acknowledge", seen=1)
    assert (done.json()["state"], done["ETag"]) == ("acknowledged", '"2"')
    acceptor.post(f"/work-sheets/{sheet}/progress", {"words": "已到场"}, seen=2)
    told = acceptor.get(f"/work-sheets/{sheet}/messages").json()
    assert [(one["kind"], one["state"]) for one in told] == [("acknowledge", "waiting"), ("progress", "waiting")]


def test_a_work_sheet_is_returned_on_the_version_that_was_seen(calls):
    sheet = send(SHEET).json()["sheet"]
    acceptor = calls("acceptor")
    assert problem_of(acceptor.post(f"/work-sheets/{sheet}/return", {"reason": "不属我方"})) == (
        428,
        "seen-version-missing",
    )
    assert problem_of(acceptor.post(f"/work-sheets/{sheet}/return", {"reason": "不属我方"}, seen=7)) == (
        412,
        "changed-meanwhile",
    )
    assert acceptor.post(f"/work-sheets/{sheet}/return", {"reason": "不属我方"}, seen=1).json()["state"] == "returned"


def test_who_has_no_business_with_work_sheets_sees_none(calls):
    sheet = send(SHEET).json()["sheet"]
    for path in (f"/work-sheets/{sheet}", "/work-sheets", "/work-sheet-days/12345?on=2026-11-23"):
        assert problem_of(calls("handler").get(path)) == (403, "not-permitted")
        assert problem_of(Caller().get(path)) == (401, "sign-in-needed")


def test_a_day_is_compared_with_the_neighbours_own_list(calls):
    send(SHEET)
    said = {"on": "2026-11-23", "sheets": [{"sheet_no": "A9"}]}
    told = send(said, path="/neighbours/12345/reconciliation").json()
    assert told["received"] == 1
    assert [(one["sheet_no"], one["what"]) for one in told["differences"]] == [
        ("A9", "missing-here"),
        (SHEET["sheet_no"], "missing-there"),
    ]
    assert calls("evaluator").get("/work-sheet-days/12345?on=2026-11-23").json()["differences"] == []


def test_the_shape_the_schema_and_the_table_of_fields_name_the_same(citizen):
    names = [one.name for one in FIELDS]
    assert list(WorkSheetIn.model_fields) == names
    assert list(citizen.get("/work-sheet-schema").json()["properties"]) == names


def test_work_sheets_are_listed_page_by_page(calls):
    for number in range(3):
        replies.take(replies.work_sheet(f"A{number}"))
    acceptor = calls("acceptor")
    first = acceptor.get("/work-sheets", query={"limit": 2, "neighbour": "12345"}).json()
    rest = acceptor.get("/work-sheets", query={"limit": 2, "cursor": first["next"]}).json()
    assert [one["sheet_no"] for one in (*first["items"], *rest["items"])] == ["A0", "A1", "A2"]
    assert acceptor.get("/work-sheets", query={"state": "closed"}).json()["items"] == []
