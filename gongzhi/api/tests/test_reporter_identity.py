"""Who made a report: masked everywhere, in clear for a reason that is recorded, erased on a ground of the law."""

import pytest

from gongzhi.api.tests.callers import Caller, fresh_key, problem_of
from gongzhi.audit import queries as audit
from gongzhi.audit.verify import verify
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import Contact
from gongzhi.testing import moves

pytestmark = pytest.mark.django_db

NAME, PHONE = "陈小明", "13800001234"
MASKED = {"name": "陈**", "phone": "138****1234"}


@pytest.fixture
def report(city):
    return intake.report(moves.report(contact=Contact(NAME, PHONE)).report)


def test_a_contact_is_shown_masked_to_those_who_read_the_words(calls, report):
    acceptor = calls("acceptor")
    assert acceptor.get(f"/reports/{report.uid}").json()["contact"] == MASKED
    assert acceptor.get("/reports").json()["items"][0]["contact"] == MASKED
    case = intake.cases_of(report.uid)[0]
    assert acceptor.get(f"/cases/{case.uid}/reports").json()[0]["contact"] == MASKED
    for post in ("evaluator", "leader", "audit_administrator"):
        assert calls(post).get(f"/reports/{report.uid}").json()["contact"] is None


def test_an_anonymous_report_has_no_contact(calls, city):
    anonymous = moves.report().report
    told = calls("acceptor").get(f"/reports/{anonymous}").json()
    assert (told["is_anonymous"], told["contact"]) == (True, None)
    response = calls("acceptor").post(f"/reports/{anonymous}/contact", {"grounds": "回访"})
    assert problem_of(response) == (409, "contact-missing")


def test_a_look_for_a_reason_shows_the_contact_and_is_recorded(calls, report):
    response = calls("acceptor").post(f"/reports/{report.uid}/contact", {"grounds": "电话核实地点"})
    assert response.status_code == 200
    assert response.json() == {"name": NAME, "phone": PHONE}
    assert response["ETag"] == f'"{report.version + 1}"'
    assert response["Cache-Control"] == "no-store"
    last = audit.entries_of(report.stream)[-1]
    assert (last.type, last.actor.post) == ("report.reveal_contact", "acceptor")


def test_a_look_needs_a_reason_a_token_and_the_power(calls, report):
    path = f"/reports/{report.uid}/contact"
    assert problem_of(calls("acceptor").post(path, {"grounds": " \u200b"})) == (422, "reason-missing")
    assert problem_of(calls("acceptor").post(path, {})) == (422, "input-faulty")
    assert problem_of(calls("leader").post(path, {"grounds": "好奇"})) == (403, "not-permitted")
    assert problem_of(Caller().post(path, {"grounds": "好奇"})) == (401, "sign-in-needed")
    assert intake.report(report.uid) == report


def test_no_other_answer_of_the_api_holds_a_contact_in_clear(calls, report):
    moves.refuse(intake.cases_of(report.uid)[0])
    case = intake.cases_of(report.uid)[0]
    calls("acceptor").post(f"/reports/{report.uid}/contact", {"grounds": "回访"})
    from gongzhi.audit import seals
    from gongzhi.testing.moves import MONDAY_9AM

    seals.place_entries(at=MONDAY_9AM)
    paths = [
        *("/reports", f"/reports/{report.uid}", f"/reports/{report.uid}/files"),
        *(f"/cases/{case.uid}{part}" for part in ("", "/reports", "/history", "/files", "/stages")),
    ]
    answers = [(post, path) for post in ("acceptor", "shift_leader") for path in paths]
    answers.append(("audit_administrator", "/record/entries"))
    for post, path in answers:
        response = calls(post).get(path)
        assert response.status_code == 200, path
        assert NAME not in response.content.decode(), path
        assert PHONE not in response.content.decode(), path


def test_the_audit_administrator_erases_a_contact_and_the_record_stays_intact(calls, report):
    auditor = calls("audit_administrator")
    read = auditor.get(f"/reports/{report.uid}")
    said = {"parts": ["contact", "words"], "rule": "consent_withdrawn", "grounds": "本人书面申请"}
    response = auditor.post(f"/reports/{report.uid}/erase", said, seen=int(read["ETag"].strip('"')))
    assert response.status_code == 200, response.content
    assert (response.json()["is_anonymous"], response.json()["version"]) == (True, report.version + 1)
    told = calls("acceptor").get(f"/reports/{report.uid}").json()
    assert told["contact"] is None
    assert set(told["words"].values()) == {None}
    assert problem_of(calls("acceptor").post(f"/reports/{report.uid}/contact", {"grounds": "回访"})) == (
        409,
        "contact-missing",
    )
    found = verify()
    assert found.intact
    assert len(found.erased) == 3


def test_an_erasure_is_refused_without_power_version_reason_parts_or_ground(calls, report):
    path, said = f"/reports/{report.uid}/erase", {"parts": ["contact"], "rule": "storage_ended", "grounds": "满两年"}
    auditor = calls("audit_administrator")
    assert problem_of(calls("shift_leader").post(path, said, seen=1)) == (403, "not-permitted")
    assert problem_of(Caller().post(path, said, seen=1)) == (401, "sign-in-needed")
    assert problem_of(auditor.post(path, said)) == (428, "seen-version-missing")
    assert problem_of(auditor.post(path, said, seen=2)) == (412, "changed-meanwhile")
    assert problem_of(auditor.post(path, {**said, "grounds": " "}, seen=1)) == (422, "reason-missing")
    for wrong in ({"parts": []}, {"parts": ["soul"]}, {"rule": "whim"}):
        assert problem_of(auditor.post(path, {**said, **wrong}, seen=1)) == (422, "input-faulty")
    assert problem_of(auditor.post(path, {**said, "parts": ["files"]}, seen=1)) == (409, "nothing-to-erase")
    assert problem_of(auditor.post(path, {**said, "parts": ["place"]}, seen=1)) == (409, "case-not-ended")
    assert intake.report(report.uid) == report


def test_two_citizens_with_one_key_learn_nothing_of_each_other(citizen):
    key, said = fresh_key(), {"kind": "complaint", "text": "路灯不亮", "contact": {"name": NAME, "phone": PHONE}}
    first = citizen.post("/reports", said, key=key).json()
    response = Caller().post("/reports", {**said, "text": "井盖缺失"}, key=key.upper())
    assert problem_of(response) == (409, "repeated-key-other-content")
    assert response.json()["facts"] == {"source": "api", "key": key}
    for secret in (first["report"], first["number"], first["query_code"], first["case"], NAME, PHONE):
        assert secret not in response.content.decode()
