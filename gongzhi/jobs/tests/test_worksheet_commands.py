"""Work sheets in and out at the terminal."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from gongzhi.intake import queries as intake
from gongzhi.intake import sheet_delivery
from gongzhi.intake.queries import sheets
from gongzhi.intake.rules import NeighbourUnknown
from gongzhi.intake.rules.sheet_files import sheets_from_file
from gongzhi.intake.states import SheetMessageState
from gongzhi.jobs.worksheet_commands import worksheets
from gongzhi.testing import moves
from gongzhi.testing.moves import CITY_ZONE, MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CSV = "工单编号,诉求类型,诉求内容,联系电话\nA1,投诉,占道经营,13800001234\nA2,天气,晴,\nA3,咨询,几点收摊,\n"


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch):
    monkeypatch.setattr("gongzhi.kernel.clock.wall_clock", lambda: MONDAY_9AM)


def run(*words, code=0):
    done = CliRunner().invoke(worksheets, [str(one) for one in words], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sheets.csv"
    path.write_bytes(CSV.encode("gb18030"))
    return path


def test_a_file_is_taken_in_and_its_bad_rows_are_listed_with_their_reason(file, tmp_path):
    rejects = tmp_path / "rejects.csv"
    told = json.loads(run("import", file, "--neighbour", "12345", "--rejects", rejects, "--json"))
    assert told == {"taken": 2, "repeated": 0, "rejected": 1}
    (listed,) = csv.DictReader(io.StringIO(rejects.read_text(encoding="utf-8-sig")))
    assert (listed["row"], listed["key"], listed["code"]) == ("3", "A2", "sheet-field-faulty")
    assert "诉求类型" in listed["zh"]
    assert [one.sheet_no for one in sheets.sheets_page()] == ["A1", "A3"]


def test_the_same_file_again_changes_nothing_and_other_content_is_listed(file, tmp_path):
    run("import", file, "--neighbour", "12345")
    rejects = tmp_path / "rejects.csv"
    file.write_bytes(CSV.replace("占道经营", "别的事").encode("gb18030"))
    told = json.loads(run("import", file, "--neighbour", "12345", "--rejects", rejects, "--json"))
    assert told == {"taken": 0, "repeated": 1, "rejected": 2}
    assert "sheet-repeated-other-content" in rejects.read_text(encoding="utf-8-sig")
    assert len(intake.page()) == 2


def test_who_is_no_neighbour_has_no_work_sheets(file):
    with pytest.raises(NeighbourUnknown):
        run("import", file, "--neighbour", "12319")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_what_we_told_on_a_day_is_written_to_a_file(ending, file, tmp_path):
    from gongzhi.intake import operations

    run("import", file, "--neighbour", "12345")
    for one in sheets.sheets_page():
        operations.acknowledge_sheet(one.uid, seen=one.version, by=moves.member("acceptor"), at=MONDAY_9AM)
    out = tmp_path / f"out.{ending}"
    run("export", out, "--neighbour", "12345", "--on", "2026-11-23")
    rows = sheets_from_file(out.read_bytes(), file=out.name, zone=CITY_ZONE)
    assert [(one.sheet.sheet_no, one.sheet.message.value) for one in rows] == [
        ("A1", "acknowledge"),
        ("A3", "acknowledge"),
    ]
    run("export", out, "--neighbour", "12345", "--on", "2026-11-22")


def test_failed_messages_are_listed_and_tried_again(file, settings):
    from gongzhi.intake import operations

    assert "没有" in run("failed")
    run("import", file, "--neighbour", "12345")
    first = sheets.sheets_page()[0]
    operations.acknowledge_sheet(first.uid, seen=first.version, by=moves.member("acceptor"), at=MONDAY_9AM)
    settings.GONGZHI_MESSAGES, settings.GONGZHI_NEIGHBOURS = "send", {}
    sheet_delivery.tick(MONDAY_9AM)
    told = json.loads(run("failed", "--json"))
    assert (told["sheet_no"], told["kind"]) == ("A1", "acknowledge")
    assert "A1" in run("failed")
    run("retry", told["message"])
    assert sheets.messages()[0].state is SheetMessageState.WAITING


def test_a_day_is_reconciled_with_the_neighbours_own_list(file, tmp_path):
    run("import", file, "--neighbour", "12345")
    assert json.loads(run("reconcile", "12345", "--on", "2026-11-23", "--json"))["received"] == 2
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("工单编号,版本\nA1,1\nA3,2\nA9,1\n", encoding="utf-8")
    said = run("reconcile", "12345", "--theirs", theirs, code=1)
    assert "A3：版本不一致（我方 1，对方 2）" in said
    assert "A9：对方有，我方没有" in said
    assert "A1" not in said


def test_the_schema_is_printed():
    assert json.loads(run("schema"))["required"] == ["sheet_no"]
