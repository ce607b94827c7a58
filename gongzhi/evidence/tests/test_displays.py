"""Copies for pages: made by the worker in a process of their own, upright, small, and silent about camera and place."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from gongzhi.audit.queries import entries_of
from gongzhi.audit.states import Damage
from gongzhi.audit.verify import verify
from gongzhi.evidence import operations, pictures, queries
from gongzhi.evidence.models import DisplayCopy, DisplayTask, StoredFile
from gongzhi.evidence.operations import showing
from gongzhi.evidence.rules import FileErased, NothingToShow
from gongzhi.evidence.states import CopyKind, DisplayState
from gongzhi.evidence.tests.factories import jpeg, on_disk
from gongzhi.evidence.tests.pictures import ROAD, SKY, notes_of_a_camera, scene, taken
from gongzhi.kernel.geo import Point
from gongzhi.kernel.refusals import Outage

pytestmark = pytest.mark.django_db(transaction=True)
XIAMEN: dict[str, Any] = {"lon": 118.0894, "lat": 24.4798}


@pytest.fixture
def make(monday_9am):
    return lambda at=monday_9am, worker="one": operations.make_displays(at, worker=worker, round_s=60)


@pytest.fixture
def shown(upload, claim, make):
    """Return a function that puts a photograph on file, has its copies made, and returns its row."""

    def shown(content=None):
        (row,) = claim(upload(taken() if content is None else content))
        make()
        return queries.file_row(row.uid)

    return shown


def colour(picture, place):
    found = picture.getpixel(place)
    assert isinstance(found, tuple)
    return found


def copy_of(row, kind=CopyKind.DISPLAY):
    with queries.open_copy(row.uid, kind=kind) as opened:
        return opened.read()


def test_a_photograph_on_file_gets_a_display_copy_and_a_thumbnail(shown):
    row = shown(taken(picture=scene(3000, 2000)))
    assert row.display is DisplayState.MADE
    assert Image.open(io.BytesIO(copy_of(row))).size == (1600, 1067)
    assert Image.open(io.BytesIO(copy_of(row, CopyKind.THUMBNAIL))).size == (320, 213)
    told = entries_of(row.stream)[-1]
    assert (told.type, told.actor.id) == ("file.show", "timer")
    assert hashlib.sha256(copy_of(row)).hexdigest() in str(told.rows)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_kind_of_photograph_is_shown_as_a_jpeg(shown, form):
    copy = Image.open(io.BytesIO(copy_of(shown(taken(form)))))
    assert (copy.format, copy.size) == ("JPEG", (400, 300))
    assert sum(abs(is_ - was) for is_, was in zip(colour(copy, (200, 20)), SKY, strict=True)) < 30


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "HEIF"])
def test_the_copy_says_nothing_that_the_camera_said(shown, form):
    exif = notes_of_a_camera(**XIAMEN)
    how: dict[str, Any] = {"comment": b"taken at home"} if form == "JPEG" else {"xmp": b"<x>taken at home</x>"}
    original = taken(form, exif=exif, **how)
    assert b"SERIAL-4711" in original
    assert b"taken at home" in original
    row = shown(original)
    for kind in CopyKind:
        copy = copy_of(row, kind)
        assert not Image.open(io.BytesIO(copy)).getexif()
        assert all(word not in copy for word in (b"SERIAL-4711", b"Telephone 7", b"taken at home", b"Exif"))


def test_a_photograph_held_on_its_side_is_shown_upright(shown):
    """The telephone was turned: the sensor's left edge is the sky."""
    on_its_side = scene().rotate(90, expand=True)
    copy = Image.open(io.BytesIO(copy_of(shown(taken(picture=on_its_side, exif=notes_of_a_camera(turned=6))))))
    assert copy.size == (400, 300)
    assert colour(copy, (200, 20))[2] > colour(copy, (200, 280))[2] + 60
    assert abs(colour(copy, (200, 280))[0] - ROAD[0]) < 20


def test_a_transparent_picture_is_shown_on_white(shown):
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    copy = Image.open(io.BytesIO(copy_of(shown(taken("PNG", picture=clear)))))
    assert colour(copy, (5, 5)) == (255, 255, 255)


def test_the_original_stays_as_it_was(shown):
    original = taken(exif=notes_of_a_camera(**XIAMEN))
    row = shown(original)
    with queries.open_file(row.uid) as kept:
        assert kept.read() == original
    assert row.sha256 == hashlib.sha256(original).hexdigest()


def test_time_and_place_that_the_camera_wrote_are_kept_beside_the_record(shown):
    row = shown(taken(exif=notes_of_a_camera(**XIAMEN)))
    assert row.taken_at == datetime(2026, 11, 23, 1, 0, 30, tzinfo=UTC)
    assert row.position == Point(1180894000, 244798000)
    assert "1180894000" not in str(entries_of(row.stream)[-1].rows), "where somebody stood enters as a commitment"


def test_a_photograph_that_a_chat_program_stripped_says_nothing_and_is_no_worse_for_it(shown):
    row = shown(taken())
    assert (row.taken_at, row.position, row.display) == (None, None, DisplayState.MADE)


def test_a_place_that_a_telephone_without_satellites_writes_is_no_place(shown):
    assert shown(taken(exif=notes_of_a_camera(lon=0.0, lat=0.0))).position is None


@pytest.mark.parametrize(
    ("taken", "offset", "at"),
    [
        ("2026:11:23 09:00:00", "+08:00", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("2026:11:23 09:00:00", "", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("2026:11:23 09:00:00\0", "+00:00\0", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026:11:23 09:00:00", "east", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("0000:00:00 00:00:00", "", None),
        ("2026:13:40 09:00:00", "", None),
        ("yesterday", "", None),
        ("", "", None),
    ],
)
def test_what_a_camera_says_of_the_time_is_read_in_the_citys_zone_unless_it_names_one(taken, offset, at):
    assert pictures.taken_at(taken, offset, zone=ZoneInfo("Asia/Shanghai")) == at


def test_a_film_or_a_paper_gets_no_copy(upload, claim, make):
    (row,) = claim(upload(b"%PDF-1.7 a letter"))
    assert make() == 0
    assert queries.file_row(row.uid).display is DisplayState.NONE
    with pytest.raises(NothingToShow):
        queries.open_copy(row.uid, kind=CopyKind.DISPLAY)


def test_a_photograph_that_cannot_be_decoded_is_told_as_such_and_not_tried_for_ever(shown, home):
    row = shown(taken(picture=scene(900, 900))[:900])
    assert row.display is DisplayState.FAILED
    assert entries_of(row.stream)[-1].type == "file.fail_to_show"
    assert not DisplayTask.objects.exists()
    assert len(on_disk(home)) == 1


def test_the_process_itself_decodes_no_more_pixels_than_it_may(tmp_path):
    original = tmp_path / "original"
    original.write_bytes(taken(picture=scene(101, 100)))
    targets = {kind: tmp_path / kind.value for kind in CopyKind}
    with pytest.raises(pictures.Undecodable):
        pictures.make_copies(original, content_type="image/jpeg", targets=targets, most_pixels=10_000, zone=UTC)
    assert [path.name for path in tmp_path.iterdir()] == ["original"]


def test_a_process_that_takes_too_long_is_ended_and_another_tries_later(upload, claim, make, monkeypatch, monday_9am):
    monkeypatch.setattr(pictures, "PATIENCE_S", 0.001)
    (row,) = claim(upload(taken()))
    assert make() == 0
    assert queries.file_row(row.uid).display is DisplayState.WAITING
    assert "too long" in DisplayTask.objects.get().last_fault
    monkeypatch.undo()
    assert make(monday_9am + timedelta(seconds=29)) == 0
    assert make(monday_9am + timedelta(seconds=30)) == 1


def test_what_fails_again_and_again_is_given_up(upload, claim, make, monkeypatch, monday_9am):
    def fails(*_, **__):
        raise pictures.NotMade("it ended with -9")

    monkeypatch.setattr(showing, "make_copies", fails)
    (row,) = claim(upload(taken()))
    for number in range(showing.MOST_ATTEMPTS):
        make(monday_9am + timedelta(hours=number))
    assert queries.file_row(row.uid).display is DisplayState.FAILED


def test_another_worker_takes_over_from_one_that_was_killed(upload, claim, make, monday_9am):
    (row,) = claim(upload(taken()))
    assert showing._lease_next(worker="killed", at=monday_9am) is not None
    assert make(worker="heir") == 0
    assert make(monday_9am + showing.LEASE, worker="heir") == 1
    assert DisplayCopy.objects.filter(file__uid=row.uid).count() == len(CopyKind)


def test_a_worker_that_comes_too_late_leaves_nothing_behind(upload, claim, make, home, monday_9am):
    claim(upload(taken()))
    slow = showing._lease_next(worker="slow", at=monday_9am)
    assert slow is not None
    make(monday_9am + showing.LEASE, worker="heir")
    assert len(on_disk(home)) == 3
    showing._make(slow, worker="slow", at=monday_9am + showing.LEASE)
    assert len(on_disk(home)) == 3
    assert verify().intact


def test_a_file_erased_meanwhile_gets_no_copy(upload, claim, make, home, collector, monday_9am):
    claim(upload(taken()))
    leased = showing._lease_next(worker="one", at=monday_9am)
    assert leased is not None
    content = on_disk(home)[0].read_bytes()
    operations.erase_files_of("case:1", rule="storage_ended", by=collector, at=monday_9am)
    StoredFile.objects.get()
    path = home / leased.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    showing._make(leased, worker="one", at=monday_9am)
    assert on_disk(home) == [path]
    assert make() == 0


def test_erasing_takes_the_copies_and_the_place_too(shown, home, collector, monday_9am):
    row = shown(taken(exif=notes_of_a_camera(**XIAMEN)))
    operations.erase_files_of("case:1", rule="storage_ended", by=collector, at=monday_9am)
    assert on_disk(home) == []
    assert queries.file_row(row.uid).position is None
    told = verify()
    assert told.intact, told.findings
    with pytest.raises(FileErased):
        queries.open_copy(row.uid, kind=CopyKind.DISPLAY)


def test_copies_are_no_strays(shown, monday_9am):
    shown()
    assert operations.sweep_strays(datetime(2100, 1, 1, tzinfo=UTC)) == 0


def test_an_altered_a_missing_and_a_swapped_copy_are_named(shown, home):
    first, second, third = shown(), shown(jpeg("b")), shown(taken("PNG"))
    assert verify().intact
    paths = {one.file_id: home / one.path for one in DisplayCopy.objects.filter(kind="display")}
    paths[first.uid].write_bytes(paths[third.uid].read_bytes())
    paths[second.uid].write_bytes(b"x")
    paths[third.uid].unlink()
    found = {one.stream: (one.damage, one.detail) for one in verify().findings}
    assert found[first.stream] == (Damage.FILE_SWAPPED, f"display copy: holds a display copy of {third.stream}")
    assert found[second.stream][0] is Damage.FILE_ALTERED
    assert found[second.stream][1].startswith("display copy: sha256 ")
    assert found[third.stream][0] is Damage.FILE_MISSING


def test_a_copy_whose_bytes_and_hash_were_both_replaced_is_named(shown, home):
    row = shown()
    forged = taken(picture=scene(100, 100))
    copy = DisplayCopy.objects.get(file__uid=row.uid, kind="display")
    (home / copy.path).write_bytes(forged)
    DisplayCopy._base_manager.filter(pk=copy.pk).update(sha256=hashlib.sha256(forged).hexdigest())
    assert [(one.damage, one.stream) for one in verify().findings] == [(Damage.ROW_ALTERED, row.stream)]


def test_a_round_ends_in_time_for_the_workers_other_chores(upload, claim, monday_9am):
    for number in range(3):
        claim(upload(jpeg(f"{number}")))
    assert operations.make_displays(monday_9am, worker="one", round_s=0.001) == 1


def test_a_store_that_does_not_answer_is_waited_for(upload, claim, make, monkeypatch, monday_9am):
    claim(upload(taken()))

    def silent(*_, **__):
        raise Outage("file store", permanent=False)

    with monkeypatch.context() as patch:
        patch.setattr(showing, "_copies_in", silent)
        assert make() == 0
    assert make(monday_9am + timedelta(minutes=1)) == 1
