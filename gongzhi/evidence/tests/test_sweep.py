import os
from datetime import timedelta

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.evidence import operations, queries
from gongzhi.evidence.operations import sweeping
from gongzhi.evidence.states import FileState
from gongzhi.evidence.tests.factories import jpeg, on_disk

pytestmark = pytest.mark.django_db(transaction=True)
A_DAY = timedelta(hours=24)


def aged(path, at):
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_a_file_that_nobody_claimed_in_a_day_is_cleared_away_with_an_entry(upload, home, monday_9am):
    stored = upload()
    assert operations.sweep_orphans(monday_9am + A_DAY) == 1
    assert on_disk(home) == []
    assert queries.file_row(stored.uid).state is FileState.SWEPT
    assert entries_of(f"file:{stored.uid}")[-1].type == "file.sweep"
    with pytest.raises(operations.FileUnknown):
        queries.open_file(stored.uid)


def test_a_younger_or_claimed_file_stays(upload, claim, home, monday_9am):
    claim(upload())
    upload(jpeg("fresh"), at=monday_9am + timedelta(seconds=1))
    assert operations.sweep_orphans(monday_9am + A_DAY) == 0
    assert len(on_disk(home)) == 2


def test_sweeping_again_does_nothing(upload, monday_9am):
    upload()
    operations.sweep_orphans(monday_9am + A_DAY)
    assert operations.sweep_orphans(monday_9am + A_DAY) == 0


def test_a_swept_file_cannot_be_claimed_any_more(upload, claim, monday_9am):
    stored = upload()
    operations.sweep_orphans(monday_9am + A_DAY)
    with pytest.raises(operations.FileUnknown):
        claim(stored)


def test_a_file_claimed_while_the_sweep_is_looking_stays(upload, claim, home, monday_9am, monkeypatch):
    stored = upload()
    sweep = sweeping._sweep

    def claimed_first(uid, *, at):
        claim(stored)
        return sweep(uid, at=at)

    monkeypatch.setattr(sweeping, "_sweep", claimed_first)
    assert operations.sweep_orphans(monday_9am + A_DAY) == 0
    assert len(on_disk(home)) == 1


def test_a_file_that_cannot_be_cleared_away_keeps_no_other_on_the_disk(upload, monday_9am, monkeypatch, caplog):
    stuck, other = upload(), upload(jpeg("fresh"))
    sweep = sweeping._sweep

    def broken_for_one(uid, *, at):
        swept = sweep(uid, at=at)
        if uid == stuck.uid:
            raise RuntimeError("the record of this file is damaged")
        return swept

    monkeypatch.setattr(sweeping, "_sweep", broken_for_one)
    assert operations.sweep_orphans(monday_9am + A_DAY) == 1
    assert queries.file_row(stuck.uid).state is FileState.STORED, "what failed is undone"
    assert queries.open_file(stuck.uid).read()
    assert queries.file_row(other.uid).state is FileState.SWEPT
    assert "the record of this file is damaged" in caplog.text
    assert [operations.sweep_orphans(monday_9am + A_DAY) for _ in range(3)] == [0, 0, 0]
    assert caplog.text.count("cannot be cleared away") == 1, "told once, not in every round"


def test_bytes_that_no_row_knows_are_removed_after_a_day(upload, home, monday_9am):
    stored = upload()
    broken_off, without_row = home / "incoming" / "x.part", home / "ab" / "stray"
    for stray in (broken_off, without_row):
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"left by a crash")
    for path in on_disk(home):
        aged(path, monday_9am)
    assert operations.sweep_strays(monday_9am + A_DAY - timedelta(seconds=1)) == 0
    assert operations.sweep_strays(monday_9am + A_DAY) == 2
    assert queries.open_file(stored.uid).read()
    assert len(on_disk(home)) == 1


def test_a_swept_file_that_a_crash_left_on_the_disk_is_removed_later(upload, home, monday_9am):
    upload()
    (path,) = on_disk(home)
    content = path.read_bytes()
    operations.sweep_orphans(monday_9am + A_DAY)
    path.write_bytes(content)
    aged(path, monday_9am)
    assert operations.sweep_strays(monday_9am + A_DAY) == 1
    assert on_disk(home) == []


def test_however_many_files_there_are_the_database_is_asked_a_few_times(
    upload, home, monday_9am, django_assert_max_num_queries
):
    kept = [upload(jpeg(f"{number}")) for number in range(12)]
    strays = [home / "ab" / f"stray-{number}" for number in range(12)]
    for stray in strays:
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"left by a crash")
    for path in on_disk(home):
        aged(path, monday_9am)
    with django_assert_max_num_queries(1):
        assert operations.sweep_strays(monday_9am + A_DAY) == len(strays)
    assert len(on_disk(home)) == len(kept)


def test_files_are_asked_for_in_portions(upload, home, monday_9am, monkeypatch):
    monkeypatch.setattr(sweeping, "PATHS_AT_ONCE", 2)
    for number in range(5):
        upload(jpeg(f"{number}"))
    (home / "stray").write_bytes(b"left by a crash")
    for path in on_disk(home):
        aged(path, monday_9am)
    assert operations.sweep_strays(monday_9am + A_DAY) == 1
    assert len(on_disk(home)) == 5
