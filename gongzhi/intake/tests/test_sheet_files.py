"""Work sheets in files: read by heading in either encoding, a bad row by itself, written back without loss."""

import io
from dataclasses import fields
from datetime import UTC, datetime

import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.intake.rules.sheet_files import (
    HeadingTwice,
    SheetFileEndingUnknown,
    SheetFileUnreadable,
    sheets_from_file,
    sheets_to_csv,
    sheets_to_file,
)
from gongzhi.intake.rules.sheets import FIELD, FIELDS, Sort, WorkSheet, read_sheet, schema, told
from gongzhi.intake.states import ReportKind, SheetMessageKind, Urgency
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers.tables import HeadingMissing, HeadingsMerged
from gongzhi.testing.moves import CITY_ZONE, local

CSV = (
    "工单号,诉求类型,诉求内容,来电人,联系电话,办理期限,是否保密,天气\n"
    "12345-1,投诉,夜间施工,陈小明,13800001234,2026/11/27 18:00,是,晴\n"
)


def read(content, file):
    return sheets_from_file(content, file=file, zone=CITY_ZONE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_by_its_headings_in_either_encoding(encoding):
    (row,) = read(CSV.encode(encoding), "sheets.csv")
    assert row.sheet == WorkSheet(
        sheet_no="12345-1",
        type=ReportKind.COMPLAINT,
        content="夜间施工",
        caller_name="陈小明",
        phone="13800001234",
        deadline=local("2026-11-27 18:00").astimezone(CITY_ZONE),
        secret_flag=True,
    )


def workbook(rows, *, merge=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_with_its_own_dates_and_long_numbers():
    rows = [
        ["工单编号", "诉求类型", "诉求内容", "受理时间"],
        [20261123000001, "求助", "路灯不亮", datetime.fromisoformat("2026-11-23 09:00")],
    ]
    (row,) = read(workbook(rows), "sheets.xlsx")
    assert row.refusal is None
    assert row.sheet.sheet_no == "20261123000001"
    assert row.sheet.received_at == local("2026-11-23 09:00")


def test_merged_headings_are_refused():
    rows = [["诉求人", None, "工单编号"], ["姓名", "电话", "A1"]]
    with pytest.raises(HeadingsMerged):
        read(workbook(rows, merge="A1:B1"), "sheets.xlsx")


def test_a_bad_row_costs_itself_only():
    rows = [
        ["工单编号", "诉求类型", "诉求内容", "结果满意度"],
        ["A1", "投诉", "占道", None],
        ["A2", "天气", "占道", None],
        ["A3", "投诉", None, None],
        [None, "投诉", "占道", None],
        ["A5", "投诉", "占道", "满意"],
    ]
    found = read(workbook(rows), "sheets.xlsx")
    assert [(one.number, one.key, one.refusal and one.refusal.code) for one in found] == [
        (2, "A1", None),
        (3, "A2", "sheet-field-faulty"),
        (4, "A3", "sheet-field-missing"),
        (5, "", "sheet-field-missing"),
        (6, "A5", None),
    ]
    assert found[-1].sheet.satisfaction_result == 4


def test_two_columns_for_one_field_and_no_number_at_all_are_refused():
    with pytest.raises(HeadingTwice):
        read("工单号,工单编号\n1,2\n".encode(), "a.csv")
    with pytest.raises(HeadingMissing):
        read("内容\n占道\n".encode(), "a.csv")


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"sheets": {}}', b"null"])
def test_what_is_no_list_of_work_sheets_is_refused(content):
    with pytest.raises(SheetFileUnreadable):
        read(content, "sheets.json")
    with pytest.raises(SheetFileEndingUnknown):
        read(content, "sheets.exe")


def test_unknown_fields_of_json_are_refused_by_row():
    (row,) = read(orjson.dumps([{"sheet_no": "A1", "weather": "fine"}]), "sheets.json")
    assert row.refusal.code == "sheet-field-unknown"


FULL = WorkSheet(
    sheet_no="A1",
    version=3,
    message=SheetMessageKind.VISIT,
    query_code="ABCD2345",
    channel="phone",
    type=ReportKind.HELP,
    title="路灯",
    content="路灯不亮，\n夜里看不见",
    caller_name="陈小明",
    phone="13800001234",
    secret_flag=True,
    reply_required=False,
    address="中山路口",
    lon=118.0894,
    lat=24.4798,
    crs=Crs.GCJ02,
    district="思明区",
    street="中华街道",
    community="霞溪社区",
    category="市政公用",
    urgency=Urgency.CRITICAL,
    linkage_no="110-7",
    received_at=datetime(2026, 11, 23, 1, tzinfo=UTC),
    deadline=datetime(2026, 11, 27, 10, tzinfo=UTC),
    lead_unit="市政处",
    support_units=("园林处", "电力公司"),
    attachments=("1.jpg",),
    return_reason="非我方",
    granted=True,
    words="请加快",
    result_text="=1+1 已修复",
    result_attachments=("2.jpg", "3.jpg"),
    replied_at=datetime(2026, 11, 25, 1, tzinfo=UTC),
    reply_way="phone",
    visit_result="已解决",
    satisfaction_result=5,
    satisfaction_service=1,
    arrived_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
    fed_back_at=datetime(2026, 11, 23, 3, tzinfo=UTC),
)


@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_everything_that_is_written_is_read_back(ending):
    written = sheets_to_file(
        [FULL, WorkSheet(sheet_no="A2", type=ReportKind.CONSULT, content="几点收摊")],
        file=f"a.{ending}",
        zone=CITY_ZONE,
    )
    full, other = read(written, f"a.{ending}")
    assert full.sheet == FULL
    assert (other.sheet.type, other.sheet.content) == (ReportKind.CONSULT, "几点收摊")


def test_a_callers_words_are_no_formula_on_our_desks():
    text = sheets_to_csv([FULL], zone=CITY_ZONE).decode("utf-8-sig")
    assert "'=1+1 已修复" in text
    written = sheets_to_file([FULL], file="a.xlsx", zone=CITY_ZONE)
    page = openpyxl.load_workbook(io.BytesIO(written)).active
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value} == {"s"}


def test_the_table_of_fields_the_form_and_the_schema_name_the_same():
    names = [one.name for one in FIELDS]
    assert [one.name for one in fields(WorkSheet)] == names == list(schema()["properties"])
    assert {one.heading for one in FIELDS if one.sort is Sort.CHOICE} == {"报文类型", "诉求类型", "坐标系", "紧急程度"}


def test_no_heading_means_two_fields():
    spelled = [heading for one in FIELDS for heading in (one.name, one.heading, *one.also)]
    assert sorted(spelled) == sorted(set(spelled))


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.text()),
    st.dictionaries(st.text(), st.text()),
)


@given(said=st.dictionaries(st.sampled_from(sorted(FIELD)), values))
def test_whatever_a_field_holds_it_is_read_or_refused(said):
    try:
        sheet = read_sheet({"sheet_no": "A1", "type": "consult", "content": "x", **said}, zone=CITY_ZONE)
    except Refusal:
        return
    orjson.dumps(told(sheet))


@given(st.text(), st.text())
def test_whatever_a_caller_says_comes_back_from_a_workbook(title, content):
    try:
        sheet = read_sheet({"sheet_no": "A1", "type": "consult", "content": content, "title": title}, zone=CITY_ZONE)
    except Refusal:
        return
    written = sheets_to_file([sheet], file="a.xlsx", zone=CITY_ZONE)
    read(written, "a.xlsx")
