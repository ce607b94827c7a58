"""Importing small invented files into a founded city."""

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, connection, transaction

from gongzhi.audit.models import Delivery, Entry, OutboxItem
from gongzhi.audit.queries import entries_of
from gongzhi.audit.states import Origin
from gongzhi.audit.verify import verify
from gongzhi.cases.queries import needs_location_count
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as reports
from gongzhi.intake.states import ReportKind, ReportState
from gongzhi.jobs.import_commands import import_reports as command
from gongzhi.kernel.refusals import Conflict
from gongzhi.parameters.operations import set_parameter
from gongzhi.parameters.queries import NoCity, edition
from gongzhi.places.states import PlaceState
from gongzhi.scenarios import founding, imports, packs, profiles
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.scenarios.mapping import shape_of
from gongzhi.scenarios.rejects import RejectsFolderMissing, RejectsUnwritable, masked, rejects_file, usual_path
from gongzhi.scenarios.tables import FileMissing, RowUnreadable
from gongzhi.scenarios.turns import REST_S

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
COLUMNS = (
    *("id", "when", "topic", "words", "where", "x", "y", "system", "name", "phone", "sort", "class"),
    *("answer", "answered", "off"),
)
SECRET = "张三的手机在湖滨南路丢了"
VENDOR = "GB/T 47678.5-2026|event|09001"
PROFILE = {
    "name": "town-letters",
    "channel": "letter",
    "columns": {
        "key": "id",
        "time": "when",
        "topic": "topic",
        "text": "words",
        "address": "where",
        "lon": "x",
        "lat": "y",
        "crs": "system",
        "position_error_m": "off",
        "contact_name": "name",
        "contact_phone": "phone",
        "kind": "sort",
        "class": "class",
    },
    "time": {"zone": "Asia/Shanghai", "formats": ["%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]},
    "kind": {
        "values": {"投诉": "complaint", "表扬": "thanks"},
        "patterns": [
            {"column": "topic", "pattern": "^咨询", "kind": "consult"},
            {"column": "words", "pattern": "(建议|希望)", "kind": "suggestion"},
        ],
        "default": "complaint",
    },
    "classes": {"流动摊贩": VENDOR, "已废止": "GB/T 47678.5-2026|event|99999"},
    "reply": {"text": "answer", "time": "answered"},
}


@pytest.fixture(scope="module")
def founded(django_db_setup, django_db_blocker):
    """A city, founded once for this page and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        founding.found(packs.load("xiamen"), at=NOW - timedelta(days=1), with_people=False)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def city(founded, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def profile():
    return profiles.read(json.dumps(PROFILE).encode(), called="town-letters.json")


def row(key, **said):
    return {"id": key, "when": "2019/4/24 16:03:40", "words": f"第{key}封来信，说路灯不亮"} | said


@pytest.fixture
def file_of(tmp_path):
    def written(*rows, name="letters.csv"):
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return written


@pytest.fixture
def take(profile, tmp_path):
    """Import a file; return what was done and what was rejected."""

    def taken(path, *, now=NOW):
        rejects = tmp_path / "rejects.csv"
        done = imports.import_reports(
            path, profile=profile, rejects_path=rejects, even_if_no_rejects=True, clock=lambda: now
        )
        return done, listed(rejects)

    return taken


def listed(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def counts(done):
    return done.received, done.needs_location, done.repeated, done.rejected


def only_report():
    (report,) = reports.page()
    return report


def test_a_row_comes_in_through_the_one_door_with_its_original_time(city, file_of, take):
    done, rejects = take(file_of(row("7")))
    report = only_report()
    assert counts(done) == (1, 1, 0, 0)
    assert rejects == []
    assert report.received_at == datetime(2019, 4, 24, 8, 3, 40, tzinfo=UTC)
    assert (report.kind, report.channel, report.place_state) == (ReportKind.COMPLAINT, "letter", PlaceState.UNKNOWN)
    assert reports.words_of([report])[report.uid]["text"] == "第7封来信，说路灯不亮"
    told = entries_of(report.stream)[0]
    assert (told.origin, told.actor.id, told.actor.post) == (Origin.IMPORT, "importer", "importer")
    assert (told.at, told.recorded_at.year >= 2026) == (report.received_at, True)
    (case,) = reports.cases_of(report.uid)
    assert case.reported_at == report.received_at


def test_a_second_run_adds_nothing(city, file_of, take):
    path = file_of(*(row(str(number)) for number in range(50)))
    assert counts(take(path)[0]) == (50, 50, 0, 0)
    entries = Entry.objects.count()
    assert counts(take(path, now=NOW + timedelta(days=1))[0]) == (0, 0, 50, 0)
    assert Entry.objects.count() == entries


def test_the_same_row_again_in_one_file_counts_as_repeated(city, file_of, take):
    assert counts(take(file_of(row("1"), row("1")))[0]) == (1, 1, 1, 0)


def test_the_home_is_quiet_after_an_import(city, file_of, take):
    take(file_of(row("1"), row("2", sort="表扬")))
    assert (OutboxItem.objects.count(), Delivery.objects.count()) == (0, 0)
    assert verify().findings == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"sort": "表扬", "topic": "咨询："}, ReportKind.THANKS),
        ({"topic": "咨询户口", "words": "希望回复"}, ReportKind.CONSULT),
        ({"topic": "关于咨询", "words": "希望修路"}, ReportKind.SUGGESTION),
        ({"topic": "关于咨询"}, ReportKind.COMPLAINT),
    ],
    ids=["the file's own word", "the first pattern", "the second pattern", "the default"],
)
def test_the_kind_is_found_in_the_order_that_the_profile_states(city, file_of, take, said, kind):
    done, _ = take(file_of(row("1", **said)))
    assert only_report().kind is kind
    assert done.needs_location == needs_location_count() == int(kind.needs_action)


def test_a_place_a_class_and_a_contact_are_taken_over(city, file_of, take):
    placed = {"x": "118.0943771", "y": "24.4771532", "system": "GCJ-02", "where": "思明区某路", "off": "12.5"}
    done, _ = take(file_of(row("1", **placed, **{"class": "流动摊贩"}, name="陈小明", phone="13800001234")))
    report = only_report()
    assert entries_of(report.stream)[0].facts["error_m"] == 13
    assert counts(done) == (1, 0, 0, 0)
    assert (report.place_state, report.class_key) == (PlaceState.LOCATED, VENDOR)
    assert report.point is not None
    assert (round(report.point.lon, 5), round(report.point.lat, 5)) == (118.0894, 24.4798)
    assert not report.is_anonymous
    assert reports.masked_contacts_of([report])[report.uid].phone == "138****1234"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"x": "0", "y": "0"}, PlaceState.UNKNOWN),
        ({"x": "0", "y": "0", "where": "轮渡码头"}, PlaceState.IN_WORDS),
        ({"x": "116.4", "y": "39.9"}, PlaceState.OUTSIDE),
    ],
    ids=["0,0 means none", "in words", "another city"],
)
def test_a_report_whose_place_has_to_be_found_waits_in_the_queue(city, file_of, take, said, state):
    done, _ = take(file_of(row("1", **said)))
    assert counts(done) == (1, 1, 0, 0)
    assert only_report().place_state == state


def test_times_are_read_in_the_profiles_zone_or_by_their_own_offset(city, file_of, take):
    take(file_of(row("1", when="2019/1/1 0:00:05"), row("2", when="2019-01-01T00:00:05+00:00")))
    assert [one.received_at for one in reports.page()] == [
        datetime(2018, 12, 31, 16, 0, 5, tzinfo=UTC),
        datetime(2019, 1, 1, 0, 0, 5, tzinfo=UTC),
    ]


BAD_ROWS = {
    "bad time": (row("1", when="昨天下午"), "time-unreadable"),
    "no time": (row("1", when=""), "time-unreadable"),
    "a day that is none": (row("1", when="2019/2/30 10:00:00"), "time-unreadable"),
    "an hour that the clocks skipped": (row("1", when="1991/4/14 2:30:00"), "time-unreadable"),
    "a date in the future": (row("1", when="2126/1/1 10:00:00"), "received-in-future"),
    "nothing said": (row("1", words=" \t\n"), "nothing-said"),
    "too long": (row("1", words=SECRET * 2000), "text-too-long"),
    "ten megabytes": (row("1", words=SECRET * 300_000), "row-too-large"),
    "no key": (row("", words=SECRET), "source-key-unusable"),
    "a text where the key belongs": (row(SECRET * 20), "source-key-unusable"),
    "impossible coordinates": (row("1", x="241.0931", y="95.5"), "impossible-point"),
    "coordinates that are no number": (row("1", x="nan", y="24.4"), "impossible-point"),
    "swapped coordinates": (row("1", x="24.4798", y="118.0894"), "coordinates-swapped"),
    "half a point": (row("1", x="118.0894"), "half-a-point"),
    "an error in words": (row("1", x="118.0894", y="24.4798", off=SECRET), "position-error-unreadable"),
    "an absurd error": (row("1", x="118.0894", y="24.4798", off="2001"), "position-error-absurd"),
    "coordinates in words": (row("1", x=SECRET, y="24"), "coordinate-unreadable"),
    "an unknown system": (row("1", x="118", y="24", system="西安80"), "crs-unknown"),
    "an unknown kind": (row("1", sort=SECRET), "kind-unknown"),
    "an unknown word for the class": (row("1", **{"class": SECRET}), "class-word-unknown"),
    "a class that the catalogue lacks": (row("1", **{"class": "已废止"}), "class-unknown"),
    "a null byte": (row("1", words=f"{SECRET}\0"), "null-byte"),
}


@pytest.mark.parametrize(("bad", "code"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_listed_with_its_reason_and_costs_no_other(city, file_of, take, tmp_path, bad, code):
    done, rejects = take(file_of(row("before"), bad, row("after")))
    assert counts(done) == (2, 2, 0, 1)
    assert [(one["row"], one["line"], one["part"], one["code"]) for one in rejects] == [("2", "3", "row", code)]
    assert rejects[0]["zh"]
    assert rejects[0]["en"]
    assert done.codes == {code: 1}
    written = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    for private in ("张三", "昨天", "241.0931", "118.0894", "24.4798"):
        assert private not in written


def test_bytes_that_are_no_text_are_listed_by_the_key_of_their_row(city, file_of, take):
    path = file_of(row("1"), row("2", words="坏字节：BAD"), row("3"))
    path.write_bytes(path.read_bytes().replace(b"BAD", b"\xff\xfe\n\xc3"))
    path.write_bytes(path.read_bytes().replace("坏字节".encode(), '"坏字节'.encode()).replace(b"\xc3,", b'\xc3",'))
    done, rejects = take(path)
    assert counts(done) == (2, 2, 0, 1)
    assert [(one["row"], one["key"], one["code"]) for one in rejects] == [("2", "2", "bytes-unreadable")]


def test_a_row_with_too_few_cells_is_listed(city, file_of, take):
    path = file_of(row("1"), row("2"))
    path.write_bytes(path.read_bytes() + b"3,2019/1/1 10:00:00,short\r\n")
    done, rejects = take(path)
    assert counts(done) == (2, 2, 0, 1)
    assert (rejects[0]["code"], rejects[0]["row"]) == ("row-width-wrong", "3")


def test_the_same_key_with_other_words_in_one_file_names_the_first_row(city, file_of, take):
    done, rejects = take(file_of(row("1"), row("2"), row("1", words="另一件事")))
    assert counts(done) == (2, 2, 0, 1)
    assert (rejects[0]["code"], json.loads(rejects[0]["facts"])["first_row"]) == ("key-twice-in-file", 1)
    assert rejects[0]["key"] == "1"


def test_the_same_key_with_other_words_in_a_later_file_is_refused_and_changes_nothing(city, file_of, take):
    take(file_of(row("1")))
    done, rejects = take(file_of(row("1", words="另一件事")))
    assert counts(done) == (0, 0, 0, 1)
    assert rejects[0]["code"] == "repeated-key-other-content"
    assert reports.words_of([only_report()])[only_report().uid]["text"] == "第1封来信，说路灯不亮"


def test_a_corrected_row_comes_in_with_the_next_run(city, file_of, take):
    take(file_of(row("1"), row("2", when="?")))
    done, rejects = take(file_of(row("1"), row("2")))
    assert counts(done) == (1, 1, 1, 0)
    assert rejects == []


def test_a_compressed_file_that_breaks_off_keeps_the_rows_before_and_lists_the_break(city, file_of, take):
    whole = file_of(*(row(str(number), words=f"{number * 7919}号路灯不亮") for number in range(60)))
    packed = whole.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(whole.read_bytes())[:-12])
    done, rejects = take(packed)
    assert (done.rejected, rejects[-1]["code"]) == (1, "file-broken")
    assert 0 < done.received == len(reports.page(limit=100))
    again, _ = take(whole)
    assert (again.repeated, again.received) == (done.received, 60 - done.received)


def test_a_reply_is_recorded_at_its_own_time_by_the_importer(city, file_of, take):
    done, _ = take(file_of(row("1", topic="咨询", answer="请带身份证。", answered="2019/4/25 9:00:00")))
    report = only_report()
    assert (done.replies, done.replies_rejected) == (1, 0)
    assert report.state is ReportState.ANSWERED
    assert report.replied_at == datetime(2019, 4, 25, 1, 0, tzinfo=UTC)
    assert reports.words_of([report])[report.uid]["answer"] == "请带身份证。"
    last = entries_of(report.stream)[-1]
    assert (last.origin, last.actor.id, last.at) == (Origin.IMPORT, "importer", report.replied_at)


@pytest.mark.parametrize(
    ("answered", "code"),
    [
        ("2019/4/24 16:03:39", "reply-time-impossible"),
        ("2126/4/24 16:03:39", "reply-time-impossible"),
        ("", "time-unreadable"),
    ],
    ids=["before the question", "in the future", "at no time"],
)
def test_a_reply_that_cannot_be_is_listed_and_its_report_is_not_lost(city, file_of, take, answered, code):
    done, rejects = take(file_of(row("1", answer=SECRET, answered=answered)))
    assert counts(done) == (1, 1, 0, 0)
    assert (done.replies, done.replies_rejected) == (0, 1)
    assert [(one["part"], one["code"]) for one in rejects] == [("reply", code)]
    assert only_report().state is ReportState.RECEIVED


def test_a_reply_longer_than_the_city_allows_is_listed_and_its_report_is_not_lost(city, file_of, take):
    done, rejects = take(file_of(row("1", answer="好" * 20_001, answered="2019/4/25 9:00:00")))
    assert (counts(done), rejects[0]["code"]) == ((1, 1, 0, 0), "text-too-long")


def test_a_corrected_reply_comes_in_with_the_next_run(city, file_of, take):
    take(file_of(row("1", answer="已修好。", answered="2018/1/1 9:00:00")))
    again, _ = take(file_of(row("1", answer="已修好。", answered="2019/4/25 9:00:00")))
    assert (counts(again), again.replies) == ((0, 0, 1, 0), 1)
    third, _ = take(file_of(row("1", answer="已修好。", answered="2019/4/25 9:00:00")))
    assert third.replies == 0


@pytest.mark.parametrize("fault", [Conflict(), IntegrityError("report_once_per_source")])
def test_a_row_that_another_import_took_at_the_same_moment_counts_as_repeated(city, file_of, take, monkeypatch, fault):
    path = file_of(row("1"))
    take(path)
    through_the_door, met = intake.receive_report, []

    def a_moment_late(*said, **more):
        if not met:
            met.append(fault)
            raise fault
        return through_the_door(*said, **more)

    monkeypatch.setattr(intake, "receive_report", a_moment_late)
    assert counts(take(path)[0]) == (0, 0, 1, 0)
    assert met


def test_progress_ends_at_the_size_of_the_file(city, file_of, profile, tmp_path):
    path, seen = file_of(*(row(str(number)) for number in range(45))), []
    imports.import_reports(
        path,
        profile=profile,
        rejects_path=tmp_path / "rejects.csv",
        even_if_no_rejects=False,
        clock=lambda: NOW,
        progress=lambda done, size: seen.append((done, size)),
    )
    assert len(seen) == 3
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    assert not (tmp_path / "rejects.csv").exists(), "there was nothing to list"


def test_the_list_is_never_written_over_the_file_itself(city, file_of, profile):
    path = file_of(row("1"))
    before = path.read_bytes()
    with pytest.raises(RejectsUnwritable):
        imports.import_reports(path, profile=profile, rejects_path=path, even_if_no_rejects=True, clock=lambda: NOW)
    assert path.read_bytes() == before
    assert reports.page() == []


def test_a_list_that_cannot_be_written_is_refused_before_any_row_is_taken(city, file_of, profile):
    path = file_of(row("1"))
    with pytest.raises(RejectsUnwritable) as refused:
        imports.import_reports(
            path, profile=profile, rejects_path=path / "r.csv", even_if_no_rejects=True, clock=lambda: NOW
        )
    assert refused.value.facts["reason"] == "ENOTDIR"
    assert reports.page() == []


def test_a_folder_for_the_list_is_never_made_silently(city, file_of, profile, tmp_path):
    folder = tmp_path / "lsits"
    with pytest.raises(RejectsFolderMissing) as refused:
        imports.import_reports(
            file_of(row("1")),
            profile=profile,
            rejects_path=folder / "r.csv",
            even_if_no_rejects=True,
            clock=lambda: NOW,
        )
    assert refused.value.facts == {"folder": str(folder)}
    assert not folder.exists()
    assert reports.page() == []


def test_the_usual_folder_for_lists_is_made_where_the_home_lacks_it(tmp_path):
    path = usual_path(tmp_path, file="letters.csv.gz", at=NOW)
    assert path.parent == tmp_path / "rejects"
    assert path.parent.is_dir()
    assert path.name.endswith("Z-letters.csv")


def test_the_list_of_a_file_with_the_longest_name_can_be_written(tmp_path):
    usual_path(tmp_path, file=f"{'信' * 83}.csv", at=NOW).touch()


@pytest.mark.parametrize("turn_s", [0, 600])
def test_the_same_is_taken_however_short_a_turn_is(city, file_of, take, monkeypatch, turn_s):
    monkeypatch.setattr(imports, "TURN_S", turn_s)
    rests = []
    monkeypatch.setattr(time, "sleep", rests.append)
    path = file_of(*(row(str(number)) for number in range(3)), row("3", when="?"), row("2", words="另一件"))
    done, rejects = take(path)
    assert counts(done) == (3, 3, 0, 2)
    assert [one["code"] for one in rejects] == ["time-unreadable", "key-twice-in-file"]
    assert rests == [REST_S] * (5 if turn_s == 0 else 1), "others get the store after every turn"


def write_rejects(path, *, rows, then=lambda: None):
    with rejects_file(path, even_if_empty=True) as rejects:
        for number in range(rows):
            rejects.add(RowUnreadable(), row=number, line=number, key=str(number), part="row")
        then()


def test_a_disk_that_is_full_leaves_no_half_a_list(tmp_path):
    path = tmp_path / "rejects.csv"
    path.write_text("an older list")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(RejectsUnwritable) as refused:
            write_rejects(path, rows=1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.facts["reason"] == "EFBIG"
    assert [one.name for one in tmp_path.iterdir()] == ["rejects.csv"]
    assert path.read_text() == "an older list"


def test_a_fault_while_importing_leaves_no_half_a_list(tmp_path):
    with pytest.raises(ZeroDivisionError):
        write_rejects(tmp_path / "rejects.csv", rows=1, then=lambda: 1 // 0)
    assert list(tmp_path.iterdir()) == []


def test_what_repeats_a_cell_is_shown_by_its_shape():
    assert masked({"lon": "118.0894", "limit": 4000}) == {"lon": "000.0000", "limit": 4000}
    assert shape_of("张三 13800001234，" * 9) == "xx 00000000000，xx 00000000000，xx 0000000…"


def test_a_home_without_a_city_is_refused_before_the_file_is_opened(db, profile, tmp_path):
    with pytest.raises(NoCity):
        imports.import_reports(
            tmp_path / "nothing.csv",
            profile=profile,
            rejects_path=tmp_path / "rejects.csv",
            even_if_no_rejects=True,
            clock=lambda: NOW,
        )
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_init_where_the_home_is_brand_new(tmp_path, file_of):
    asked = subprocess.run(
        [sys.executable, "-m", "gongzhi", "import-reports", file_of(row("1")), "--profile", "complaints-zh"],
        env=os.environ | {"GONGZHI_HOME": str(tmp_path / "new"), "GONGZHI_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 2
    assert asked.stderr.strip() == "此库尚未设立城市，请先运行 gongzhi init。 [no-city]"
    assert not (tmp_path / "new").exists(), "nothing is made where there is no city"


def test_the_citys_own_limit_of_length_holds(city, file_of, take):
    set_parameter("report_text_limit", 100, seen=edition(), by=FOUNDER, at=NOW - timedelta(hours=1))
    done, rejects = take(file_of(row("1", words="长" * 101), row("2", words="短" * 100)))
    assert (counts(done), rejects[0]["code"]) == ((1, 1, 0, 1), "text-too-long")


@pytest.fixture
def call(city, tmp_path, settings):
    settings.GONGZHI_HOME = tmp_path / "home"
    settings.GONGZHI_HOME.mkdir()
    (tmp_path / "town-letters.json").write_text(json.dumps(PROFILE), encoding="utf-8")

    def called(*arguments):
        return CliRunner().invoke(command, ["--profile", str(tmp_path / "town-letters.json"), *map(str, arguments)])

    return called


def test_the_command_ends_with_one_line_of_counts(call, file_of):
    path = file_of(row("1"), row("2", sort="表扬"), row("3", when="?"))
    last = call(path, "--json").output.splitlines()[-1]
    assert last == '{"received": 2, "needs_location": 1, "repeated": 0, "rejected": 1}'
    again = call(path, "--json").output.splitlines()[-1]
    assert again == '{"received": 0, "needs_location": 0, "repeated": 2, "rejected": 1}'


def test_the_command_says_in_words_what_was_done_and_where_the_rest_is_listed(call, file_of, tmp_path):
    said = call(file_of(row("1"), row("3", when="?"))).output
    assert "新收 1 件，其中 1 件待定位" in said
    assert "time-unreadable" in said
    (kept,) = (tmp_path / "home" / "rejects").iterdir()
    assert kept.name in said
    assert [one["key"] for one in listed(kept)] == ["3"]


def test_the_command_writes_the_list_where_it_is_asked_to(call, file_of, tmp_path):
    path = file_of(row("1"))
    assert call(path, "--rejects", tmp_path / "mine.csv").exit_code == 0
    assert listed(tmp_path / "mine.csv") == []


def test_a_missing_file_is_a_refusal_of_the_command(call, tmp_path):
    assert isinstance(call(tmp_path / "nothing.csv").exception, FileMissing)


def test_what_a_reporter_said_stays_out_of_the_record_in_clear(city, file_of, take):
    take(file_of(row("1", words=SECRET, name="陈小明", phone="13800001234")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT stream, body FROM audit_entry WHERE type = 'report.received'")
        ((_, body),) = cursor.fetchall()
    for private in (SECRET, "陈小明", "13800001234"):
        assert private.encode() not in bytes(body)
