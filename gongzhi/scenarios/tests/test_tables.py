import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.scenarios import tables
from gongzhi.scenarios.tables import (
    ColumnMissing,
    FileEmpty,
    FileEndingUnknown,
    FileMissing,
    FileUnreadable,
    NotGzip,
    OldLineEnds,
)

HEADER = b"id,words\n"


def rows_of(path, *, encoding="utf-8", delimiter=",", columns=("id", "words")):
    with tables.opened(
        path, endings=(".csv", ".csv.gz"), encoding=encoding, delimiter=delimiter, columns=columns
    ) as table:
        return list(table.rows())


@pytest.fixture
def file_of(tmp_path):
    def written(content, name="reports.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


def told(rows):
    """Each row's number, the line it begins on, and its words or what is wrong with it."""
    return [(one.number, one.line, one.fault.code if one.fault else one.cells["words"]) for one in rows]


def test_a_quoted_cell_spans_lines_and_holds_commas_and_quotes(file_of):
    content = HEADER + '1,"摊位,占道\r\n第二行 ""引"" 完"\r\n2,短\r\n'.encode()
    assert told(rows_of(file_of(content))) == [(1, 2, '摊位,占道\r\n第二行 "引" 完'), (2, 4, "短")]


def test_a_file_without_a_last_line_end_keeps_its_last_row(file_of):
    assert told(rows_of(file_of(HEADER + b"1,a\n2,b"))) == [(1, 2, "a"), (2, 3, "b")]


def test_blank_lines_are_no_rows(file_of):
    assert told(rows_of(file_of(HEADER + b"\n1,a\r\n\r\n\n2,b\n\n"))) == [(1, 3, "a"), (2, 6, "b")]


def test_a_mark_at_the_beginning_is_no_part_of_the_first_column(file_of):
    assert told(rows_of(file_of(b"\xef\xbb\xbf" + HEADER + b"1,a\n"))) == [(1, 2, "a")]


def test_columns_that_are_not_wanted_are_not_kept(file_of):
    (row,) = rows_of(file_of(b"id,user,words\n1,A000,a\n"))
    assert row.cells == {"id": "1", "words": "a"}


@pytest.mark.parametrize("name", ["reports.csv", "reports.csv.gz", "REPORTS.CSV.GZ"])
def test_a_compressed_file_reads_like_a_plain_one(file_of, name):
    content = HEADER + "1,路灯\n".encode()
    assert told(
        rows_of(file_of(gzip.compress(content, mtime=0) if name.lower().endswith("gz") else content, name))
    ) == [(1, 2, "路灯")]


def test_gb18030_is_read_even_where_its_bytes_look_like_other_marks(file_of):
    text = 'id;words\n1;"镕；𠮷"\n2;a|b\\c\n'
    rows = rows_of(file_of(text.encode("gb18030")), encoding="gb18030", delimiter=";")
    assert told(rows) == [(1, 2, "镕；𠮷"), (2, 3, "a|b\\c")]


def test_bytes_that_are_no_text_spoil_their_own_row_only(file_of):
    content = HEADER + b'1,"line one\nbad \xff\xfe"\n2,good\n3,\xe5\xa5\n4,good\n'
    rows = rows_of(file_of(content))
    assert told(rows) == [(1, 2, "bytes-unreadable"), (2, 4, "good"), (3, 5, "bytes-unreadable"), (4, 6, "good")]
    assert rows[0].cells == {"id": "1"}, "what can be read is told, so that the row can be named"


def test_other_faults_spoil_their_own_row_only(file_of):
    content = HEADER + b"1,a,b\n2\n3,nul\0\n4,bare\rreturn\n5,good\n"
    assert told(rows_of(file_of(content))) == [
        (1, 2, "row-width-wrong"),
        (2, 3, "row-width-wrong"),
        (3, 4, "null-byte"),
        (4, 5, "row-unreadable"),
        (5, 6, "good"),
    ]


def test_a_cell_of_ten_megabytes_spoils_its_own_row_only(file_of):
    content = HEADER + b'1,"' + b"a, \n" * 2_621_440 + b'"\n2,good\n'
    assert told(rows_of(file_of(content))) == [(1, 2, "row-too-large"), (2, 2_621_443, "good")]


def test_a_row_beyond_all_measure_is_skipped_without_being_kept(file_of, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST_ROW_BYTES", 1000)
    monkeypatch.setattr(tables, "_PIECE_BYTES", 64)
    content = HEADER + b'1,"' + b'a""b,' * 1000 + b'"\n2,good\n'
    assert told(rows_of(file_of(content))) == [(1, 2, "row-too-large"), (2, 3, "good")]


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line(file_of):
    rows = rows_of(file_of(HEADER + b'1,good\n2,"never closed\n3,lost\n'))
    assert told(rows) == [(1, 2, "good"), (2, 3, "quote-not-closed")]


def test_a_quotation_mark_inside_a_plain_cell_is_only_a_mark(file_of):
    assert told(rows_of(file_of(HEADER + b'1,6" pipe\n2,good\n'))) == [(1, 2, '6" pipe'), (2, 3, "good")]


def test_a_compressed_file_that_breaks_off_gives_the_whole_rows_before_the_break(file_of):
    lines = b"".join(f"{number},{number * 7919 % 10007:x}\n".encode() for number in range(20_000))
    rows = rows_of(file_of(gzip.compress(HEADER + lines, mtime=0)[:-4000], "cut.csv.gz"))
    *whole, last = rows
    assert last.fault.code == "file-broken"
    assert len(whole) > 5000
    assert [int(one.cells["id"]) for one in whole] == list(range(len(whole)))
    assert all(one.cells["words"] == f"{int(one.cells['id']) * 7919 % 10007:x}" for one in whole), "no row is cut"


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("plain.csv.gz", HEADER + b"1,a\n", NotGzip),
        ("empty.csv", b"", FileEmpty),
        ("empty.csv.gz", b"", FileEmpty),
        ("blank.csv.gz", gzip.compress(b"", mtime=0), FileEmpty),
        ("table.xlsx", b"PK", FileEndingUnknown),
        ("other.csv", b"id,text\n1,a\n", ColumnMissing),
        ("twice.csv", b"id,words,words\n1,a,b\n", ColumnMissing),
        ("utf16.csv", "id,words\n1,a\n".encode("utf-16"), ColumnMissing),
    ],
)
def test_a_file_that_is_of_no_use_is_refused_whole(file_of, name, content, refusal):
    with pytest.raises(refusal) as refused:
        rows_of(file_of(content, name))
    assert refused.value.facts["file"] == name


def test_a_file_that_is_not_there_and_one_that_is_a_folder_are_refused(tmp_path):
    with pytest.raises(FileMissing):
        rows_of(tmp_path / "nothing.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileUnreadable):
        rows_of(tmp_path / "folder.csv")


def test_a_file_with_a_header_and_nothing_else_has_no_rows(file_of):
    assert rows_of(file_of(HEADER)) == []


CELL = st.text(alphabet=st.sampled_from('ab,"\n\r 路灯𠮷'), max_size=12)


@given(st.lists(st.tuples(CELL, CELL), max_size=12), st.integers(min_value=1, max_value=9))
def test_whatever_a_spreadsheet_writes_is_read_back(tmp_path_factory, pairs, piece_bytes):
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([("id", "words"), *pairs])
    path = tmp_path_factory.mktemp("written") / "any.csv"
    path.write_bytes(written.getvalue().encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_PIECE_BYTES", piece_bytes)
        rows = rows_of(path)
    assert [(one.cells["id"], one.cells["words"]) for one in rows] == pairs


@pytest.mark.parametrize("name", ["reports.csv", "reports.csv.gz"])
@pytest.mark.parametrize("rows", [b"1,a\r2,b\r", b"1,a", b'1,"a\rb"\r' * 5000])
def test_a_file_with_the_line_ends_of_old_macs_is_refused_with_what_to_do(file_of, name, rows):
    content = b"id,words\r" + rows
    with pytest.raises(OldLineEnds) as refused:
        rows_of(file_of(gzip.compress(content) if name.endswith(".gz") else content, name))
    assert refused.value.facts == {"file": name}
