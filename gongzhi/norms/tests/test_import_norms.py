"""Norms out of spreadsheets and back: the columns in use, all or nothing, with what would change said first."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, time
from functools import partial

import openpyxl
import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.units import Limit
from gongzhi.norms import operations, queries, registry, sheets
from gongzhi.norms.models import FilingCondition
from gongzhi.norms.rules import CheckingWindow, ConditionChange, ProposedNorms
from gongzhi.norms.sheets import MORE_HEADINGS, USUAL_HEADINGS
from gongzhi.norms.states import STREAM, CheckingMode, ClassKind, Grade
from gongzhi.norms.tests.factories import NEW_YEAR, OUTSIDE_TRADING, STANDARD, draft
from gongzhi.places.layers.tables import HeadingMissing, HeadingsMerged
from gongzhi.places.states import AreaClass

pytestmark = pytest.mark.django_db

ROW = ("09", "街面秩序类", "09005", "店外经营", "城管大队", "城管局", "店铺在门外摆放商品", "商品已收回店内", "2工作时")
LOCAL = ("09", "街面秩序类", "801", "占道直播", "城管大队", "城管局", "在人行道上直播聚集", "人群已散去", "4工作时")


def book(
    rows: Sequence[Sequence[object]] = (ROW,), *, sheet: str = "事件", headings=USUAL_HEADINGS, merged=()
) -> bytes:
    made = openpyxl.Workbook()
    page = made.active
    page.title = sheet
    for line in (headings, *rows):
        page.append(list(line))
    for cells in merged:
        page.merge_cells(cells)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def with_more(row: Sequence[str] = ROW, **said: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return headings and a row with further columns."""
    return (*USUAL_HEADINGS, *said), (*row, *said.values())


@pytest.fixture
def plan(catalogue):
    def plan(content: bytes, *, file: str = "norms.xlsx", from_on: date = NEW_YEAR, sheet: str = ""):
        return operations.plan_norms(content, file=file, standard_ref=STANDARD, from_on=from_on, sheet=sheet)

    return plan


@pytest.fixture
def take(plan, norms_keeper, monday_9am):
    def take(content: bytes, **more):
        return operations.import_norms(plan(content, **more), seen=queries.edition(), by=norms_keeper, at=monday_9am)

    return take


@pytest.fixture
def put(catalogue, norms_keeper, monday_9am, july):
    def put(one, *, from_on=july):
        operations.put_condition(one, from_on=from_on, seen=queries.edition(), by=norms_keeper, at=monday_9am)

    return put


def only_condition(on: date = NEW_YEAR):
    (found,) = queries.filing_conditions(OUTSIDE_TRADING, on=on)
    return found


def test_a_sheet_in_the_columns_of_practice_becomes_conditions_under_one_entry(take):
    done = take(book())
    assert (done.added, done.replaced, done.ended, done.unchanged) == (1, 0, 0, 0)
    found = only_condition()
    assert (found.code, found.limit.text, found.grade) == ("event-09005-1", "work_hour:2", Grade.GENERAL)
    assert (found.zh, found.closing_zh, found.unit_hint_zh, found.supervising_zh) == (
        "店铺在门外摆放商品",
        "商品已收回店内",
        "城管大队",
        "城管局",
    )
    assert found.source == "norms.xlsx"
    entry = entries_of(STREAM)[-1]
    assert entry.type == "norms.imported"
    assert {name: entry.facts[name] for name in ("added", "replaced", "ended", "classes", "from_on")} == {
        "added": 1,
        "replaced": 0,
        "ended": 0,
        "classes": 0,
        "from_on": "2027-01-01",
    }
    assert verify().intact


def test_the_same_sheet_again_changes_and_records_nothing(take):
    take(book())
    seen = queries.edition()
    assert take(book()).changes_nothing
    assert (queries.edition(), FilingCondition.objects.count()) == (seen, 1)


def test_a_changed_limit_takes_over_on_its_day_and_the_old_one_ends_with_it(put, take, july):
    put(draft(legal_basis="市容条例", unit_hint_zh="城管大队", unit_code="brigade-3", supervising_zh="城管局"))
    done = take(book())
    assert done.changes_nothing
    done = take(book([(*ROW[:8], "1工作时")]))
    assert (done.added, done.replaced, done.ended) == (0, 1, 0)
    assert done.changes["event-09005-1"].what() == {"limit", "law"}
    assert only_condition(date(2026, 12, 31)).limit.text == "work_hour:2"
    new = only_condition()
    assert (new.limit.text, new.legal_basis, new.unit_code, new.en) == (
        "work_hour:1",
        "市容条例",
        "brigade-3",
        "A shop puts goods outside",
    )
    assert verify().intact


def test_a_condition_that_its_class_no_longer_lists_ends(put, take):
    put(draft(unit_hint_zh="城管大队", supervising_zh="城管局"))
    put(draft(code="event-09005-2", number=2))
    done = take(book())
    assert (done.ended, done.unchanged) == (1, 1)
    assert done.changes["event-09005-2"].what() == {"ended"}
    assert [one.code for one in queries.filing_conditions(OUTSIDE_TRADING, on=NEW_YEAR)] == ["event-09005-1"]
    assert len(queries.filing_conditions(OUTSIDE_TRADING, on=date(2026, 12, 31))) == 2


def test_a_class_that_the_file_does_not_name_stays_as_it_is(put, take):
    other = OUTSIDE_TRADING.replace("09005", "09006")
    put(draft(class_key=other, code="event-09006-1"))
    take(book())
    assert len(queries.filing_conditions(other, on=NEW_YEAR)) == 1


def test_a_class_has_a_condition_for_each_row_and_merged_cells_stand_for_all_they_cover(take):
    second = ("09", "街面秩序类", None, None, "城管大队", "城管局", "多次劝导后仍摆放", "已依法处罚", "3个工作日")
    take(book([ROW, second], merged=("C2:C3", "D2:D3")))
    found = queries.filing_conditions(OUTSIDE_TRADING, on=NEW_YEAR)
    assert [(one.number, one.limit.text) for one in found] == [(1, "work_hour:2"), (2, "work_day:3")]


def test_profiles_by_class_of_area_and_everything_further_are_read(take):
    headings, row = with_more(
        条件序号="1",
        区域="A",
        等级="B类（重大）",
        责任主体="店铺经营者",
        采集要求="拍摄全景与近景各一张",
        法律法规依据="城市市容和环境卫生管理条例",
        条款="第十四条",
        核查方式="现场核查",
        核查时段="18:00-22:00",
        处置单位代码="brigade-3",
        日历="street",
        来源="市政府令第1号",
        立案条件英文="A shop trades outside",
    )
    take(book([row], headings=headings))
    (core,) = queries.filing_conditions(OUTSIDE_TRADING, on=NEW_YEAR, area_class="A")
    assert (core.code, core.area_class, core.grade) == ("event-09005-1-A", AreaClass.CORE, Grade.MAJOR)
    assert (core.responsible_zh, core.collection_zh) == ("店铺经营者", "拍摄全景与近景各一张")
    assert (core.legal_basis, core.legal_clause) == ("城市市容和环境卫生管理条例", "第十四条")
    assert core.window == CheckingWindow(time(18), time(22))
    assert (core.unit_code, core.calendar, core.source, core.en) == (
        "brigade-3",
        "street",
        "市政府令第1号",
        "A shop trades outside",
    )
    assert queries.filing_conditions(OUTSIDE_TRADING, on=NEW_YEAR) == []


def test_local_classes_come_with_their_sheet_and_service_matters_with_theirs(take):
    take(book([LOCAL], sheet="事件扩展"))
    local = queries.find_class(STANDARD, "event", "09801")
    assert local is not None
    assert (local.zh, local.en, local.is_local_extension) == ("占道直播", "占道直播", True)
    service = ("21", "便民服务", "001", "开具证明", "政务中心", "政务局", "市民申请开具证明", "证明已开具", "1工作日")
    take(book([service], sheet="服务事项"))
    asked = queries.find_class(STANDARD, "service", "21001")
    assert asked is not None
    assert asked.kind is ClassKind.SERVICE
    assert verify().intact


def test_codes_that_lost_their_zeros_to_a_spreadsheet_program_are_understood(plan):
    numbers = (9, *ROW[1:2], 9005, *ROW[3:])
    assert plan(book([numbers])).drafts[0].class_key == OUTSIDE_TRADING
    assert plan(book([(9, ROW[1], 5, *ROW[3:])])).drafts[0].class_key == OUTSIDE_TRADING


def csv_of(rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([USUAL_HEADINGS, *rows])
    return text.getvalue().encode("gb18030")


def test_a_text_file_holds_one_sheet_that_is_named(take, plan):
    take(csv_of([ROW]), file="events.csv", sheet="事件")
    assert only_condition().limit.text == "work_hour:2"
    with pytest.raises(operations.NoNormSheet):
        plan(csv_of([ROW]), file="events.csv")


BAD_FILES = [
    pytest.param(book(merged=("A1:B1",)), HeadingsMerged, id="merged headings"),
    pytest.param(book(headings=(*USUAL_HEADINGS[:8], "时限")), HeadingMissing, id="a heading of another name"),
    pytest.param(book(sheet="Sheet1"), operations.NoNormSheet, id="no known sheet"),
    pytest.param(book([(*ROW[:8], "24小时")]), operations.NormRowFaulty, id="hours of nobody knows which clock"),
    pytest.param(book([(*ROW[:8], "0工作日")]), operations.NormRowFaulty, id="no time at all"),
    pytest.param(book([(*ROW[:6], None, *ROW[7:])]), operations.NormRowFaulty, id="no filing condition"),
    pytest.param(book([("甲", *ROW[1:])]), operations.NormRowFaulty, id="a code that is none"),
    pytest.param(book([("06", *ROW[1:])]), operations.NormRowFaulty, id="a minor of another major"),
    pytest.param(book([(*ROW[:3], "另一名称", *ROW[4:])]), operations.ClassDiffers, id="another name"),
    pytest.param(
        book([("09", "街面秩序类", "09099", "无此小类", *ROW[4:])]), operations.ClassUnknown, id="no such class"
    ),
    pytest.param(
        book([("09", "街面秩序类", "099", "占用国标", *ROW[4:])], sheet="事件扩展"),
        operations.NationalCodeForLocalClass,
        id="a local class with a national code",
    ),
    pytest.param(
        book([with_more(等级="D")[1]], headings=with_more(等级="")[0]), operations.NormRowFaulty, id="grade D"
    ),
    pytest.param(
        book([with_more(区域="Z")[1]], headings=with_more(区域="")[0]), operations.NormRowFaulty, id="area of no class"
    ),
    pytest.param(
        book([with_more(核查时段="晚上")[1]], headings=with_more(核查时段="")[0]),
        operations.NormRowFaulty,
        id="hours in words",
    ),
    pytest.param(
        book([with_more(条件序号="1")[1]] * 2, headings=with_more(条件序号="")[0]),
        operations.NormRowFaulty,
        id="one number for two",
    ),
    pytest.param(book([(*ROW[:6], "长" * 201, *ROW[7:])]), operations.NormCellTooLong, id="no room for the condition"),
    pytest.param(
        book([(*LOCAL[:3], "长" * 121, *LOCAL[4:])], sheet="事件扩展"),
        operations.NormCellTooLong,
        id="no room for a name",
    ),
    pytest.param(
        book([with_more(日历="nosuchcal")[1]], headings=with_more(日历="")[0]),
        operations.CalendarUnknown,
        id="a calendar that nobody defined",
    ),
    pytest.param(
        book(
            [with_more(核查方式="照片审核", 核查时段="18:00-22:00")[1]],
            headings=with_more(核查方式="", 核查时段="")[0],
        ),
        operations.CheckingWindowNeedsVisit,
        id="hours without a visit",
    ),
]


@pytest.mark.parametrize(("content", "refusal"), BAD_FILES)
def test_a_file_that_cannot_be_meant_is_refused_whole(plan, content, refusal):
    with pytest.raises(refusal):
        plan(content)
    assert (queries.edition(), FilingCondition.objects.count()) == (1, 0)


def test_a_norm_that_starts_before_the_one_it_would_end_is_refused(put, plan, july):
    put(draft(), from_on=NEW_YEAR)
    for from_on in (july, NEW_YEAR):
        with pytest.raises(operations.PeriodOverlaps) as refused:
            plan(book([(*ROW[:8], "1工作时")]), from_on=from_on)
        assert refused.value.facts["from_on"] == "2027-01-01"


def test_only_the_edition_that_was_seen_may_be_changed(plan, norms_keeper, monday_9am):
    planned = plan(book())
    with pytest.raises(ChangedMeanwhile):
        operations.import_norms(planned, seen=0, by=norms_keeper, at=monday_9am)
    assert FilingCondition.objects.count() == 0


def test_everything_that_ships_goes_out_and_comes_back_the_same(norms_keeper, monday_9am, july):
    operations.seed_default_norms(from_on=july, seen=0, by=norms_keeper, at=monday_9am)
    sent = queries.exported(on=NEW_YEAR, standard_ref=STANDARD)
    book_, texts = sheets.workbook_of(sent), {name: sheets.text_of(rows) for name, rows in sent.items()}
    assert {name: len(rows) for name, rows in sent.items() if rows} == {"部件": 153, "事件": 305, "事件扩展": 8}
    back = partial(operations.plan_norms, standard_ref=STANDARD, from_on=NEW_YEAR)
    whole = back(book_, file="all.xlsx")
    assert whole.changes_nothing
    assert whole.unchanged == sum(map(len, sent.values()))
    for name, text in texts.items():
        if sent[name]:
            assert back(text, file=f"{name}.csv", sheet=name).changes_nothing


def test_a_value_that_looks_like_a_formula_stays_a_text(take):
    odd = (*ROW[:4], "=1+1", "@局", *ROW[6:])
    take(sheets.text_of([(*odd, *[""] * len(MORE_HEADINGS))]), file="e.csv", sheet="事件")
    assert (only_condition().unit_hint_zh, only_condition().supervising_zh) == ("=1+1", "@局")
    sent = queries.exported(on=NEW_YEAR, standard_ref=STANDARD)
    assert b"'=1+1" in sheets.text_of(sent["事件"])
    read = openpyxl.load_workbook(io.BytesIO(sheets.workbook_of(sent)))["事件"]
    assert (read["E2"].value, read["E2"].data_type) == ("=1+1", "s")


def test_what_would_change_for_open_matters_is_said_beforehand(put, plan, monkeypatch):
    put(draft(unit_hint_zh="城管大队", supervising_zh="城管局"))
    monkeypatch.setattr(registry, "_effects", {})
    filed, unfiled = ["event-09005-1", "event-09006-1"], [OUTSIDE_TRADING, ""]
    registry.register_effect("open-cases", lambda proposed: proposed.count(filed=filed, unfiled=unfiled))
    planned = plan(book([(*ROW[:7], "已恢复整洁", "1工作时")]))
    assert planned.effects == {"open-cases": {"all": 4, "limit": 1, "closing": 1, "law": 1, "choice": 1}}
    assert plan(book()).effects == {"open-cases": {"all": 4}}


def test_a_condition_that_is_new_or_gone_is_told_as_such(put):
    put(draft())
    row = only_condition()
    assert ConditionChange(None, draft()).what() == {"new"}
    assert ConditionChange(row, None).what() == {"ended"}
    changes = {"event-09005-1": ConditionChange(row, None)}
    assert ProposedNorms(NEW_YEAR, changes).count(filed=["event-09005-1"], unfiled=[OUTSIDE_TRADING]) == {
        "all": 2,
        "ended": 1,
        "choice": 1,
    }


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("2紧急工作时", "urgent_hour:2"),
        ("4工作时", "work_hour:4"),
        ("15 个工作日", "work_day:15"),
        ("3自然日", "natural_day:3"),
        ("work_hour:4", "work_hour:4"),
        ("4工作小时", "work_hour:4"),
    ],
)
def test_limits_are_read_as_sheets_spell_them(words, limit):
    assert sheets.limit_of(words) == Limit.parse(limit)
    assert sheets.limit_of(sheets.limit_words(Limit.parse(limit))) == Limit.parse(limit)


def test_every_clock_and_every_mode_of_checking_has_its_word_on_the_sheets():
    assert set(sheets.CHECKING_WORDS) == set(CheckingMode)
    assert set(sheets.AREA_WORDS) == set(AreaClass)
    assert {kind for kind, _ in sheets.SHEETS.values()} == set(ClassKind)
