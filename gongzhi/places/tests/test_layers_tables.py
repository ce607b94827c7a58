"""Lists of communities as offices keep them."""

from __future__ import annotations

import csv

import pytest

from gongzhi.kernel.text import LONGEST_CELL
from gongzhi.places.layers import archives, tables
from gongzhi.places.layers.archives import Allowance
from gongzhi.places.layers.readers import read_table
from gongzhi.places.layers.tables import code_clashes, code_text, require_own_codes
from gongzhi.places.tests.drawn import packed, workbook

HEADINGS = ("街道", "代码", "名称")
ROWS = [
    ("中华街道", 350203001001, "镇海社区"),
    (None, 350203001002, "双莲池社区"),
    ("滨海街道", "350203002001", "上李社区"),
]


def test_a_list_is_read_from_a_workbook_and_a_district_written_once_counts_for_the_rows_it_covers():
    table = read_table(workbook([HEADINGS, *ROWS], merged=["A2:A3"]), file="a.xlsx")
    assert (table.sheet, table.headings) == ("社区", HEADINGS)
    assert [row.values["街道"] for row in table.rows] == ["中华街道", "中华街道", "滨海街道"]
    assert [code_text(row.values["代码"], number=row.number) for row in table.rows] == [
        "350203001001",
        "350203001002",
        "350203002001",
    ]


def test_the_same_list_from_a_text_file_gives_the_same_rows():
    text = "街道\t代码\t名称\n中华街道\t350203001001\t镇海社区\n\n"
    table = read_table(text.encode("gbk"), file="a.csv")
    assert (table.encoding, [dict(row.values) for row in table.rows]) == (
        "gb18030",
        [{"街道": "中华街道", "代码": "350203001001", "名称": "镇海社区"}],
    )


def test_merged_headings_are_refused_with_the_cells():
    content = workbook([("区划", None, "名称"), *ROWS], merged=["A1:B1"])
    with pytest.raises(tables.HeadingsMerged) as refused:
        read_table(content, file="a.xlsx")
    assert refused.value.facts == {"file": "a.xlsx", "sheet": "社区", "cells": "A1:B1"}


def test_a_title_over_the_headings_is_passed_by_naming_the_row_of_the_headings():
    content = workbook([("厦门市社区名单", None, None), HEADINGS, *ROWS], merged=["A1:C1"])
    with pytest.raises(tables.HeadingsMerged):
        read_table(content, file="a.xlsx")
    table = read_table(content, file="a.xlsx", heading_row=2)
    assert (table.headings, table.rows[0].number) == (HEADINGS, 3)


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([("代码", "", "名称"), ("1", "x", "y")], 2),
        ([("代码", "名称", "代码"), ("1", "x", "y")], 3),
        ([("代码", "名称"), ("1", "x", "left over")], 3),
    ],
)
def test_a_column_without_a_heading_of_its_own_is_refused(rows, column):
    with pytest.raises(tables.HeadingUnusable) as refused:
        read_table("\n".join(",".join(row) for row in rows).encode(), file="a.csv")
    assert refused.value.facts["column"] == column


def test_a_list_without_rows_and_a_sheet_that_is_not_there_are_refused():
    with pytest.raises(tables.TableEmpty):
        read_table(workbook([HEADINGS]), file="a.xlsx")
    with pytest.raises(tables.SheetUnknown) as refused:
        read_table(workbook([HEADINGS, *ROWS]), file="a.xlsx", sheet="网格")
    assert refused.value.facts["sheets"] == "社区"


def test_a_missing_column_is_named_with_those_that_are_there():
    table = read_table(workbook([HEADINGS, *ROWS]), file="a.xlsx")
    with pytest.raises(tables.HeadingMissing) as refused:
        table.require_headings("代码", "面积")
    assert refused.value.facts == {"file": "a.xlsx", "heading": "面积", "found": "街道, 代码, 名称"}


def test_two_communities_with_one_code_are_both_named():
    coded = [("350206003024", "甲社区", 2), ("350206003025", "乙社区", 3), ("350206003024", "丙社区", 4)]
    with pytest.raises(tables.CodeTwice) as refused:
        require_own_codes(coded)
    assert refused.value.facts == {"division": "350206003024", "names": "甲社区、丙社区", "rows": "2, 4", "codes": 1}
    require_own_codes(coded[:2])
    assert code_clashes(coded[:2]) == ()


@pytest.mark.parametrize(
    ("value", "refusal"),
    [(None, tables.CodeMissing), ("  ", tables.CodeMissing), ("3.50203E+11", tables.CodeSpoiled)],
)
def test_a_code_that_is_missing_or_was_rounded_by_a_spreadsheet_is_refused(value, refusal):
    with pytest.raises(refusal) as refused:
        code_text(value, number=7)
    assert refused.value.facts["row"] == 7


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_workbook_that_breaks_off_is_refused(kept):
    content = workbook([HEADINGS, *ROWS])
    with pytest.raises(archives.LayerDamaged):
        tables.table_from_xlsx(content[: int(len(content) * kept)], file="a.xlsx")


def test_a_packed_file_that_only_calls_itself_a_workbook_is_refused():
    with pytest.raises(archives.LayerDamaged):
        read_table(packed({"xl/workbook.xml": b"<?xml version='1.0'?><nothing/>"}), file="a.xlsx")


def test_a_workbook_that_asks_for_more_by_its_own_names_is_refused():
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;">]><workbook>&c;</workbook>'
    )
    with pytest.raises(archives.LayerDamaged):
        read_table(packed({"[Content_Types].xml": bomb, "xl/workbook.xml": bomb, "_rels/.rels": bomb}), file="a.xlsx")


def test_a_workbook_that_would_swell_is_refused():
    content = workbook([HEADINGS, *ROWS])
    with pytest.raises(archives.ArchiveSwells):
        read_table(content, file="a.xlsx", allowed=Allowance(workbook=1000))


def test_a_text_file_with_an_open_quotation_is_refused():
    with pytest.raises(archives.LayerDamaged):
        read_table(b'code,name\n1,"open\n', file="a.csv")


@pytest.mark.parametrize(
    ("allowed", "what"),
    [(Allowance(features=2), "features"), (Allowance(columns=2), "columns"), (Allowance(packed=10), "bytes")],
)
def test_a_list_that_is_too_long_or_too_wide_is_refused(allowed, what):
    with pytest.raises(archives.LayerTooLarge) as refused:
        read_table(workbook([HEADINGS, *ROWS]), file="a.xlsx", allowed=allowed)
    assert refused.value.facts["what"] == what


def test_reading_a_table_leaves_alone_how_long_cells_may_be_elsewhere():
    assert csv.field_size_limit() == LONGEST_CELL, "said once at the start, for the whole process"
    usual = csv.field_size_limit(1000)
    try:
        read_table("代码,名称\n1,镇海社区\n".encode(), file="a.csv")
        assert csv.field_size_limit() == 1000
    finally:
        csv.field_size_limit(usual)
