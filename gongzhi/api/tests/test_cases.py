import uuid
from datetime import timedelta

import pytest

from gongzhi.api.tests.callers import Caller, problem_of
from gongzhi.intake.rules import GivenPlace
from gongzhi.testing import cases, moves

pytestmark = pytest.mark.django_db


def test_a_case_is_read_with_its_version_as_etag(calls, dispatched_case):
    response = calls("leader").get(f"/cases/{dispatched_case.uid}")
    assert response["ETag"] == f'"{dispatched_case.version}"'
    told = response.json()
    assert (told["number"], told["state"], told["limit"]) == (dispatched_case.number, "dispatched", "work_hour:2")
    assert told["point"] == {"type": "Point", "coordinates": [118.09, 24.46]}
    assert told["dispatched_at"].endswith("Z")


def test_a_case_is_overdue_from_the_instant_after_its_limit(calls, clock, dispatched_case):
    leader = calls("leader")

    def told(at):
        clock.at = at
        one, (listed,) = leader.get(f"/cases/{dispatched_case.uid}").json(), leader.get("/cases").json()["items"]
        assert one == listed
        return one["overdue"], one["is_late"]

    assert told(dispatched_case.due_at) == (False, False)
    assert told(dispatched_case.due_at + timedelta(seconds=1)) == (True, False), "whether it was late, closing settles"


def test_a_case_without_a_limit_or_at_its_end_is_not_overdue(calls, clock, filed_case, closed_case):
    clock.at = closed_case.due_at + timedelta(days=30)
    leader = calls("leader")
    assert [leader.get(f"/cases/{one.uid}").json()["overdue"] for one in (filed_case, closed_case)] == [False, False]


def test_a_case_is_found_by_its_number(calls, filed_case):
    response = calls("leader").get(f"/cases/by-number/{filed_case.number}")
    assert response.json()["id"] == str(filed_case.uid)
    assert problem_of(calls("leader").get("/cases/by-number/2026-999999")) == (404, "not-found")


def test_an_unknown_case_and_a_broken_id_are_told_apart(calls):
    leader = calls("leader")
    assert problem_of(leader.get(f"/cases/{uuid.uuid4()}")) == (404, "not-found")
    assert problem_of(leader.get("/cases/not-an-id")) == (422, "input-faulty")
    assert problem_of(leader.get(f"/cases/{uuid.uuid4().hex}")) == (422, "input-faulty")


def test_a_desk_reads_the_cases_of_its_own_unit_and_no_others(calls, dispatched_case, filed_case):
    own, other = calls("department_desk", moves.SIMING_BUREAU), calls("department_desk", moves.HULI_BUREAU)
    assert own.get(f"/cases/{dispatched_case.uid}").status_code == 200
    assert [one["id"] for one in own.get("/cases").json()["items"]] == [str(dispatched_case.uid)]
    assert problem_of(other.get(f"/cases/{dispatched_case.uid}")) == (403, "not-permitted")
    assert other.get("/cases").json()["items"] == []
    assert len(calls("leader").get("/cases").json()["items"]) == 2


@pytest.mark.parametrize(
    "what", ["", "/stages", "/deadline", "/moves", "/history", "/reports", "/files", "/suggestion", "/ground"]
)
def test_nothing_about_a_case_is_open_to_another_unit_or_to_nobody(calls, dispatched_case, what):
    path = f"/cases/{dispatched_case.uid}{what}"
    assert problem_of(calls("department_desk", moves.HULI_BUREAU).get(path)) == (403, "not-permitted")
    assert problem_of(Caller().get(path)) == (401, "sign-in-needed")


def test_cases_are_listed_by_state_unit_class_area_and_place(calls, dispatched_case, filed_case):
    unplaced = cases.reported_case(place=GivenPlace())
    leader = calls("leader")

    def found(**query):
        return [one["id"] for one in leader.get("/cases", query=query).json()["items"]]

    assert found(state=["dispatched", "reported"]) == [str(dispatched_case.uid), str(unplaced.uid)]
    assert found(unit=moves.SIMING_BUREAU) == [str(dispatched_case.uid)]
    assert found(area="350200/350203") == [str(dispatched_case.uid), str(filed_case.uid)]
    assert found(area="350200/350206") == []
    assert found(placed="false") == [str(unplaced.uid)]
    assert len(found(class_key=moves.STREET_VENDOR)) == 3
    assert found(late="true") == [str(dispatched_case.uid)], "its limit ran out before the day was over"
    assert found(late="false") == [str(filed_case.uid), str(unplaced.uid)]


def test_a_list_read_page_by_page_shows_every_case_once_while_new_ones_come_in(calls, city):
    made = [cases.reported_case() for _ in range(5)]
    leader = calls("leader")
    seen, cursor = [], None
    while True:
        query = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
        page = leader.get("/cases", query=query).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if len(made) < 8:
            made.append(cases.reported_case())
        if cursor is None:
            break
    assert seen == [str(one.uid) for one in made]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"cursor": "nonsense"}, 400, "cursor-unreadable"),
        ({"limit": "0"}, 422, "input-faulty"),
        ({"limit": "101"}, 422, "input-faulty"),
        ({"limit": "9" * 50}, 422, "input-faulty"),
        ({"state": "asleep"}, 422, "input-faulty"),
        ({"late": "perhaps"}, 422, "input-faulty"),
        ({"unit": "a\x00b"}, 422, "input-faulty"),
    ],
)
def test_a_list_asked_for_wrongly_is_refused(calls, query, status, code):
    assert problem_of(calls("leader").get("/cases", query=query)) == (status, code)


def test_the_stages_tell_who_held_the_case(calls, handling_case):
    told = calls("leader").get(f"/cases/{handling_case.uid}/stages").json()
    assert [one["stage"] for one in told] == ["accept", "verify", "file", "dispatch", "acknowledge", "dispose"]
    assert told[-1]["holder_unit"] == moves.SIMING_BUREAU
    assert told[-1]["ended_at"] is None


def test_a_deadline_is_explained_as_a_walk(calls, dispatched_case):
    told = calls("leader").get(f"/cases/{dispatched_case.uid}/deadline").json()
    assert (told["case"], told["limit"]) == (str(dispatched_case.uid), "work_hour:2")
    assert [told["steps"][0]["kind"], told["steps"][-1]["kind"]] == ["started", "due"]
    assert told["steps"][-1]["left_s"] == 0


def test_a_case_that_is_not_dispatched_has_no_deadline(calls, filed_case):
    assert problem_of(calls("leader").get(f"/cases/{filed_case.uid}/deadline")) == (409, "no-clock-yet")


def test_the_open_moves_are_those_of_the_readers_post(calls, filed_case):
    def acts(reader):
        return {one["act"] for one in reader.get(f"/cases/{filed_case.uid}/moves").json()}

    assert acts(calls("dispatcher")) == {"dispatch", "send_for_correction", "mark_urgent"}
    assert acts(calls("shift_leader")) == {"void", "mark_urgent", "supervise", "report_back"}
    assert acts(calls("leader")) == {"supervise", "instruct"}


def test_the_history_tells_grounds_and_who_gave_them(calls, rework_case):
    told = calls("leader").get(f"/cases/{rework_case.uid}/history").json()
    assert [one["seq"] for one in told] == list(range(1, rework_case.version + 1))
    assert told[-1]["type"] == "case.fail_check"
    assert told[-1]["actor"]["post"] == "checker"
    assert told[-1]["grounds"]
    assert told[0]["grounds"] is None


def test_the_reports_of_a_case_are_for_those_who_read_reports(calls, dispatched_case):
    path = f"/cases/{dispatched_case.uid}/reports"
    assert len(calls("acceptor").get(path).json()) == 1
    assert problem_of(calls("department_desk", moves.SIMING_BUREAU).get(path)) == (403, "not-permitted")


def test_the_files_of_a_case_are_listed(calls, handled_case):
    told = calls("department_desk", moves.SIMING_BUREAU).get(f"/cases/{handled_case.uid}/files").json()
    assert {one["role"] for one in told} == {"verify", "after"}


def test_the_suggested_unit_comes_with_its_reason(calls, filed_case):
    told = calls("dispatcher").get(f"/cases/{filed_case.uid}/suggestion").json()
    assert told["unit_code"] == moves.SIMING_BUREAU
    assert (told["by"], told["source"]) == ("rule", told["weighed"][0])


def test_a_case_for_which_no_rule_speaks_has_no_suggestion(calls, city):
    unplaced = cases.reported_case(place=GivenPlace(), class_key=None)
    response = calls("dispatcher").get(f"/cases/{unplaced.uid}/suggestion")
    assert problem_of(response) == (409, "no-responsible-unit")


def test_everybody_sees_the_figures(citizen, closed_case):
    by_unit = citizen.get("/figures/unit").json()
    assert [(one["key"], one["closed"], one["late"]) for one in by_unit] == [(moves.SIMING_BUREAU, 1, 0)]
    assert [one["key"] for one in citizen.get("/figures/district").json()] == ["350203"]
    assert problem_of(citizen.get("/figures/planet")) == (422, "input-faulty")
