"""Another city's requests live through the lifecycle again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from gongzhi.audit import queries as audit
from gongzhi.audit import registry
from gongzhi.audit.delivery import dead_letters
from gongzhi.audit.states import Origin
from gongzhi.audit.verify import verify
from gongzhi.calendars.rules import CalendarTooShort
from gongzhi.cases import operations as case_operations
from gongzhi.cases import queries as cases
from gongzhi.cases.facts import STAGE_LATE
from gongzhi.cases.states import CaseSource, CaseState
from gongzhi.intake import queries as reports
from gongzhi.intake.states import ReportState
from gongzhi.jobs.replay_commands import replay as command
from gongzhi.kernel.facts import FactType
from gongzhi.norms import queries as norms
from gongzhi.parameters.operations import AnotherCity, found_city
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.places import queries as places
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.scenarios.replay import requests, run
from gongzhi.scenarios.replay.requests import NothingToReplay, RequestUnreadable
from gongzhi.scenarios.tests.requests_311 import INVENTED, SEWERS, SF311, STREETS, replay, request, write
from gongzhi.scenarios.virtual_time import TimeRunsForward

MAIN_LINE = [
    "case.opened",
    "case.accept",
    "case.file",
    "case.dispatch",
    "case.acknowledge",
    "case.submit_result",
    "case.confirm_result",
    "case.pass_from_desk",
    "case.close",
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "requests.csv.gz", INVENTED)


@pytest.fixture
def replayed(file):
    return replay(file)


def case_of(key):
    return cases.case(reports.cases_by_source_key("sf311")[key])


def told_of(key):
    return audit.entries_of(case_of(key).stream)


def all_entries():
    return [entry for _, entry in audit.entries_after(0, limit=10_000)]


def utc(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.usefixtures("replayed")
def test_a_closed_request_went_the_whole_main_line_from_its_opening_to_its_closing():
    row = case_of("101")
    assert row.state is CaseState.CLOSED
    assert row.source == CaseSource.HOTLINE
    assert [one.type for one in told_of("101") if one.type != STAGE_LATE.name] == MAIN_LINE
    # 09:04 in San Francisco is 17:04 in UTC: the offset in the file is not believed.
    assert row.reported_at == utc(2015, 3, 5, 17, 4, 29)
    assert row.ended_at == utc(2015, 3, 6, 16, 10, 50)


@pytest.mark.usefixtures("replayed")
def test_an_open_request_stays_with_the_unit_that_handles_it():
    row = case_of("104")
    assert row.state is CaseState.HANDLING
    assert people.unit(row.unit_code).name_en == STREETS
    assert row.ended_at is None


@pytest.mark.usefixtures("replayed")
def test_a_request_that_was_closed_the_moment_it_was_opened_is_no_contradiction():
    row = case_of("106")
    assert row.state is CaseState.CLOSED
    assert row.reported_at == row.ended_at == utc(2015, 4, 1, 7, 10)


@pytest.mark.usefixtures("replayed")
def test_what_the_file_does_not_tell_is_marked_as_assumed():
    assumed = {one.type: one.facts.get("assumed") for one in told_of("101") if one.type in MAIN_LINE}
    assert assumed == {
        "case.opened": None,
        "case.accept": ["move", "at"],
        "case.file": ["move", "at", "condition", "limit"],
        "case.dispatch": ["at"],
        "case.acknowledge": ["move", "at"],
        "case.submit_result": ["move", "at"],
        "case.confirm_result": ["move", "at"],
        "case.pass_from_desk": ["move", "at"],
        "case.close": ["closing_confirmed"],
    }


@pytest.mark.usefixtures("replayed")
def test_assumed_moves_follow_the_stated_rule():
    at = {one.type: one.at for one in told_of("102")}
    opened, closed = utc(2015, 3, 5, 17, 30), utc(2015, 7, 1, 17, 0)
    assert [at["case.accept"] - opened, at["case.file"] - opened] == [timedelta(minutes=10), timedelta(minutes=30)]
    assert [at["case.dispatch"] - opened, at["case.acknowledge"] - opened] == [timedelta(hours=1), timedelta(hours=4)]
    assert [closed - at["case.submit_result"], closed - at["case.confirm_result"]] == [
        timedelta(hours=2),
        timedelta(hours=1),
    ]
    assert closed - at["case.pass_from_desk"] == timedelta(minutes=30)


@pytest.mark.usefixtures("replayed")
def test_each_desk_is_a_machine_with_a_hand_of_its_own():
    hands = {one.type: one.actor.id for one in told_of("101") if one.type in MAIN_LINE}
    assert hands["case.submit_result"] == hands["case.confirm_result"] == "replay:unit"
    assert len({hands["case.accept"], hands["case.confirm_result"], hands["case.pass_from_desk"]}) == 3
    assert hands["case.close"] not in {hands["case.accept"], hands["case.confirm_result"], hands["case.pass_from_desk"]}
    assert {one.actor.post for one in told_of("101") if one.type in MAIN_LINE} == {"importer"}


@pytest.mark.usefixtures("replayed")
def test_the_city_is_made_from_the_file():
    here = city()
    assert (here.zone.key, here.standard_ref) == ("America/Los_Angeles", "SF311-categories")
    on = utc(2015, 3, 5).date()
    assert [(one.code, one.en) for one in norms.classes(on=on)] == [
        ("31801", "Sewer Issues"),
        ("31802", "Street Defects"),
    ]
    assert [one.name_en for one in people.units(at=utc(2015, 3, 5))] == [STREETS, SEWERS]
    assert [(one.code, one.has_outline) for one in places.divisions(on=on)] == [
        ("sf", True),
        ("sf-10", False),
        ("sf-3", False),
    ]


@pytest.mark.usefixtures("replayed")
def test_the_district_comes_from_the_file_where_it_names_one():
    assert [case_of(key).area for key in ("101", "103", "105")] == ["sf/sf-3", "sf/sf-10", "sf"]


def test_every_unit_has_as_many_open_and_closed_requests_as_the_file(replayed):
    assert replayed.agrees
    assert [(one.name, one.open, one.closed) for one in replayed.units] == [(STREETS, 1, 1), (SEWERS, 1, 4)]
    assert {one.key: (one.open, one.closed) for one in cases.tally_by_unit()} == {
        "unit-001": (1, 1),
        "unit-002": (1, 4),
    }


def test_a_request_closed_before_it_was_opened_is_rejected_by_its_key(replayed):
    assert replayed.rejected == ("301",)
    assert "301" not in reports.cases_by_source_key("sf311")


def test_a_request_without_coordinates_is_not_replayed(replayed):
    assert replayed.unplaced == 2
    assert sorted(reports.cases_by_source_key("sf311")) == ["101", "102", "103", "104", "105", "106", "107"]


@pytest.mark.usefixtures("replayed")
def test_a_limit_that_ran_out_is_marked_at_that_instant_before_the_next_move():
    late = [one for one in told_of("102") if one.type == STAGE_LATE.name and one.facts["stage"] == "dispose"]
    row = case_of("102")
    assert [one.at for one in late] == [row.due_at + timedelta(microseconds=1)]
    assert [one.at for one in told_of("102")] == sorted(one.at for one in told_of("102"))
    assert row.is_late


@pytest.mark.usefixtures("replayed")
def test_the_clocks_of_open_requests_run_on_to_the_end_of_the_file():
    assert [one.is_late for one in cases.stages(case_of("104").uid) if one.stage == "dispose"] == [True]


@pytest.mark.usefixtures("replayed")
def test_moves_of_all_requests_and_their_clocks_stand_in_the_record_in_the_order_of_time():
    of_cases = [one.at for one in all_entries() if one.stream.startswith("case:")]
    assert of_cases == sorted(of_cases)


@pytest.mark.usefixtures("replayed")
def test_a_report_is_settled_when_its_case_was_closed_and_never_earlier():
    (settled,) = [one for one in audit.entries_of(reports.reports_of(case_of("101").uid)[0].stream) if one.seq == 2]
    assert settled.type == "report.settle"
    assert settled.at == case_of("101").ended_at
    assert reports.reports_of(case_of("104").uid)[0].state is ReportState.RECEIVED
    assert dead_letters() == []


@pytest.fixture
def listeners(monkeypatch):
    """Two subscribers to closed cases: one that would write to people, and one inside the house."""
    heard = {"outward": [], "inside": []}
    monkeypatch.setattr(registry._registry, "subscribers", dict(registry.subscribers()))
    for name, origins in (("outward", [Origin.LIVE]), ("inside", list(Origin))):
        registry.subscribe(f"test.{name}", [FactType("case.close")], heard[name].append, origins=origins)
    return heard


def test_nobody_outside_hears_of_a_replay(listeners, file):
    replay(file)
    assert {one.origin for one in all_entries() if one.stream.startswith(("case:", "report:"))} == {Origin.REPLAY}
    assert listeners["outward"] == []
    assert len(listeners["inside"]) == 5


@pytest.mark.usefixtures("replayed")
def test_the_record_of_a_replay_verifies():
    verified = verify()
    assert verified.findings == []
    assert verified.entries == audit.last_position()


@pytest.mark.usefixtures("replayed")
def test_replaying_again_adds_nothing(file):
    before = audit.last_position()
    again = replay(file)
    assert (again.moves, again.entries, again.agrees) == (0, 0, True)
    assert audit.last_position() == before


def what_happened():
    return sorted((one.type, one.at, one.actor.id, str(one.facts.get("stage"))) for one in all_entries())


@pytest.fixture
def undisturbed(file):
    """What happens in a replay that nothing disturbs, each move in a transaction of its own."""
    with transaction.atomic():
        whole = replay(file, moves_at_once=1)
        happened = what_happened()
        transaction.set_rollback(True)
    assert (whole.moves, whole.entries) == (7 * 5 + 5 * 4, len(happened))
    return happened


def test_the_same_happens_however_many_moves_share_a_transaction(file, undisturbed):
    replay(file, moves_at_once=1000)
    assert what_happened() == undisturbed


def test_an_interrupted_replay_goes_on_where_its_last_transaction_ended(file, undisturbed, monkeypatch):
    class Interrupted(Exception):
        pass

    def interrupt(*args, **kwargs):
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(case_operations, "confirm_result", interrupt)
        with pytest.raises(Interrupted):
            replay(file, moves_at_once=3)
    kept = len(reports.cases_by_source_key("sf311"))
    assert 0 < kept < 7
    again = replay(file, moves_at_once=3)
    assert again.agrees
    assert 0 < again.moves < 7 * 5 + 5 * 4
    assert what_happened() == undisturbed
    assert verify().findings == []


def test_a_home_that_holds_another_city_refuses_and_nothing_is_written(file):
    found_city(
        "xiamen",
        name_zh="厦门市",
        name_en="Xiamen",
        time_zone="Asia/Shanghai",
        standard_ref="GB/T 47678.5-2026",
        is_demo=False,
        by=FOUNDER,
        at=utc(2015, 1, 1),
    )
    with pytest.raises(AnotherCity) as refused:
        replay(file)
    assert refused.value.facts["found"] == "xiamen"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry")
        assert cursor.fetchone() == (1,)


@pytest.mark.usefixtures("replayed")
def test_the_requests_of_another_file_belong_to_another_city(tmp_path):
    other = write(tmp_path / "other.csv.gz", [*INVENTED, request("108")])
    with pytest.raises(AnotherCity):
        replay(other)


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"created_date": "last week"}, "created_date", "no-time"),
        ({"created_date": ""}, "created_date", "missing"),
        ({"status": "Pending"}, "status", "unknown"),
        ({"status": "Open"}, "closed_date", "contradicts-status"),
        ({"closed_date": ""}, "closed_date", "contradicts-status"),
        ({"agency_name": " "}, "agency_name", "missing"),
        ({"category": ""}, "category", "missing"),
        ({"source": "Carrier pigeon"}, "source", "unknown"),
        ({"latitude": "north"}, "latitude", "no-number"),
        ({"latitude": "nan"}, "longitude", "outside-city"),
        ({"latitude": "34.05", "longitude": "-118.24"}, "longitude", "outside-city"),
        ({"unique_key": "101"}, "unique_key", "repeated"),
    ],
)
def test_a_row_that_cannot_be_understood_stops_the_replay_and_is_named(tmp_path, changed, column, reason):
    path = write(tmp_path / "requests.csv", [*INVENTED, request("900") | changed])
    path = path.rename(tmp_path / "requests.csv.gz")
    with pytest.raises(RequestUnreadable) as refused:
        requests.read(path, SF311)
    facts = refused.value.facts
    assert (facts["row"], facts["column"], facts["reason"]) == (len(INVENTED) + 1, column, reason)


def test_a_row_that_is_no_text_stops_the_replay_and_is_named(tmp_path):
    plain = tmp_path / "requests.csv"
    row = request("101")
    plain.write_bytes((",".join(row) + "\n" + ",".join(row.values()) + "\n").encode().replace(b"Odor,", b"\xff\xfe,"))
    with pytest.raises(RequestUnreadable) as refused:
        requests.read(plain, SF311)
    assert refused.value.facts["reason"] == "bytes-unreadable"


def test_a_file_without_any_place_holds_nothing_to_replay(tmp_path):
    path = write(tmp_path / "requests.csv.gz", [request("1", latitude="0", longitude="0"), INVENTED[-1]])
    with pytest.raises(NothingToReplay) as refused:
        requests.read(path, SF311)
    assert refused.value.facts == {"rejected": 1, "unplaced": 1}


def test_a_request_that_cannot_move_is_named_with_its_move(file, monkeypatch):
    def refuse(*args, **kwargs):
        raise CalendarTooShort(calendar="office")

    monkeypatch.setattr(case_operations, "dispatch_case", refuse)
    with pytest.raises(run.RequestStuck) as refused:
        replay(file)
    assert refused.value.facts["act"] == "dispatch"


def test_the_command_compares_the_counts_and_says_when_nothing_was_added(file):
    first = CliRunner().invoke(command, [str(file), "--profile", "sf311", "--json"])
    assert first.exit_code == 0, first.output
    said = json.loads(first.output.splitlines()[-1])
    assert said.pop("seconds") >= 0
    assert said.pop("entries") == audit.last_position()
    assert said == {
        "replayed": 7,
        "open": 2,
        "closed": 5,
        "late": sum(one.late for one in cases.tally_by_unit()),
        "rejected": 1,
        "rejected_keys": ["301"],
        "unplaced": 2,
        "units": 2,
        "units_differing": [],
        "moves": 55,
    }
    again = CliRunner().invoke(command, [str(file), "--profile", "sf311"])
    assert again.exit_code == 0
    assert "以前已全部回放" in again.output
    assert SEWERS in again.output


@pytest.mark.usefixtures("replayed")
def test_the_command_fails_when_a_unit_differs_from_the_file(file, monkeypatch):
    monkeypatch.setattr(cases, "tally_by_unit", list)
    checked = CliRunner().invoke(command, [str(file), "--profile", "sf311", "--json"])
    assert checked.exit_code == 1
    assert json.loads(checked.output.splitlines()[-1])["units_differing"] == [STREETS, SEWERS]


def test_time_never_runs_back():
    from gongzhi.scenarios.virtual_time import VirtualTime

    time = VirtualTime()
    happened = []
    time.plan(utc(2015, 1, 2), happened.append)
    time.plan(utc(2015, 1, 1), happened.append)
    time.run(until=utc(2015, 1, 3))
    assert happened == [utc(2015, 1, 1), utc(2015, 1, 2)]
    with pytest.raises(TimeRunsForward):
        time.plan(utc(2015, 1, 2), happened.append)
