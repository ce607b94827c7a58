"""What is asked at the terminal about files."""

import hashlib
import json

import pytest
from click.testing import CliRunner

from gongzhi.audit.queries import entries_of
from gongzhi.evidence import queries
from gongzhi.evidence.states import DisplayState
from gongzhi.jobs.evidence_commands import files
from gongzhi.jobs.worker import chores
from gongzhi.testing import cases
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def typed(*words):
    return CliRunner().invoke(files, words, catch_exceptions=False)


@pytest.fixture
def rows():
    return queries.files_of(cases.handled_case().stream)


def test_originals_are_exported_with_their_custody_and_the_export_is_on_record(rows, tmp_path):
    out, stream = tmp_path / "for-the-court", rows[0].for_stream
    told = typed("export", stream, "--out", str(out), "--grounds", "法院调取")
    assert told.exit_code == 0, told.output
    said = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in said] == [str(row.uid) for row in rows]
    for one, row in zip(said, rows, strict=True):
        assert hashlib.sha256((out / str(row.uid)).read_bytes()).hexdigest() == one["sha256"] == row.sha256
        assert [each["type"] for each in one["custody"]] == ["file.store", "file.claim", "look.export"]
        assert one["custody"][0]["entry"] == entries_of(row.stream)[0].hash
        assert one["custody"][-1]["actor"]["id"] == "terminal"
        assert one["for"] == stream
    again = typed("export", stream, "--out", str(out), "--grounds", "再次")
    assert again.exit_code == 2
    assert len(entries_of(f"look:{rows[0].uid}")) == 1


def test_nothing_is_written_of_a_thing_without_files(tmp_path):
    out = tmp_path / "nothing"
    stream = cases.reported_case().stream
    assert typed("export", stream, "--out", str(out), "--grounds", "法院调取").exit_code == 0
    assert not out.exists()


def test_display_copies_are_made_and_the_photographs_then_wait_for_a_decision(rows):
    assert typed("to-moderate").output == ""
    assert typed("make-displays").output == f"{len(rows)}\n"
    waiting = {line.partition("\t")[0] for line in typed("to-moderate").output.splitlines()}
    assert waiting == {str(row.uid) for row in rows}


def test_the_worker_makes_display_copies_and_clears_away_old_uploads(rows):
    by_name = {one.name: one for one in chores()}
    assert by_name["displays"].do(max(row.claimed_at for row in rows)) == len(rows)
    assert {queries.file_row(row.uid).display for row in rows} == {DisplayState.MADE}
    assert by_name["sweep"].do(MONDAY_9AM) == 0
