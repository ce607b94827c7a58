import hashlib
import os
from datetime import timedelta

import pytest

from gongzhi.audit import registry
from gongzhi.audit.states import Damage
from gongzhi.audit.verify import verify
from gongzhi.evidence import operations, queries
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.tests.factories import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(upload, claim, home):
    """Return three photographs of a case, each with the place where it lies."""
    stored = claim(upload(jpeg("before")), upload(jpeg("after")), upload(jpeg("check")))
    return [(one, home / StoredFile.objects.get(uid=one.uid).path) for one in stored]


def found():
    return [(one.damage, one.stream) for one in queries.verify_files()]


def stream(photo):
    return f"file:{photo.uid}"


@pytest.mark.usefixtures("photos")
def test_intact_files_give_no_finding():
    assert found() == []


def test_one_altered_byte_is_named(photos):
    before, path = photos[0]
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    assert found() == [(Damage.FILE_ALTERED, stream(before))]


def test_a_cut_file_is_named(photos):
    before, path = photos[0]
    path.write_bytes(path.read_bytes()[:100])
    assert found() == [(Damage.FILE_ALTERED, stream(before))]


def test_two_swapped_files_are_both_named_with_what_they_hold(photos):
    (before, before_path), (after, after_path), _ = photos
    before_bytes, after_bytes = before_path.read_bytes(), after_path.read_bytes()
    before_path.write_bytes(after_bytes)
    after_path.write_bytes(before_bytes)
    findings = list(queries.verify_files())
    assert [(one.damage, one.stream) for one in findings] == [
        (Damage.FILE_SWAPPED, stream(before)),
        (Damage.FILE_SWAPPED, stream(after)),
    ]
    assert findings[0].detail == f"holds the bytes of {stream(after)}"


def test_a_missing_file_is_named_and_the_others_are_still_looked_at(photos):
    (before, before_path), (after, after_path), _ = photos
    before_path.unlink()
    after_path.write_bytes(b"something else")
    assert found() == [(Damage.FILE_MISSING, stream(before)), (Damage.FILE_ALTERED, stream(after))]


@pytest.mark.django_db(transaction=True)
def test_a_swept_file_is_not_missed(upload, monday_9am):
    upload()
    operations.sweep_orphans(monday_9am + timedelta(hours=24))
    assert found() == []


def test_verification_of_the_record_looks_at_the_files():
    assert registry.checks()["evidence-files"] is queries.verify_files
    assert "evidence-files" not in registry.checks(hashing_files=False)


def test_a_pipe_in_the_place_of_a_file_is_named_and_not_waited_for(photos):
    before, path = photos[0]
    path.unlink()
    os.mkfifo(path)
    assert found() == [(Damage.FILE_MISSING, stream(before))]
    with pytest.raises(operations.FileMissing):
        queries.open_file(before.uid)


@pytest.mark.parametrize("target", ["/dev/zero", "the same bytes elsewhere"])
def test_a_link_in_the_place_of_a_file_is_named_and_not_followed(photos, tmp_path, target):
    before, path = photos[0]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(target if target.startswith("/") else elsewhere)
    assert found() == [(Damage.FILE_MISSING, stream(before))]
    with pytest.raises(operations.FileMissing):
        queries.open_file(before.uid)


def test_a_link_in_the_place_of_a_folder_is_named_and_not_followed(photos, tmp_path):
    before, path = photos[0]
    elsewhere = tmp_path / "elsewhere"
    path.parent.rename(elsewhere)
    path.parent.symlink_to(elsewhere)
    assert (Damage.FILE_MISSING, stream(before)) in found()


def test_a_path_that_leads_out_of_the_folder_of_files_is_followed_nowhere(photos, home):
    before, path = photos[0]
    path.rename(home.parent / "outside")
    StoredFile._base_manager.filter(uid=before.uid).update(path="../outside")
    assert found() == [(Damage.FILE_MISSING, stream(before))]


def test_a_file_longer_than_any_that_was_ever_taken_is_named_without_reading_it(photos):
    before, path = photos[0]
    os.truncate(path, 10**12)
    assert found() == [(Damage.FILE_ALTERED, stream(before))]


def test_the_whole_record_names_a_claim_that_was_moved_to_another_case(photos):
    before, _ = photos[0]
    assert verify().intact
    StoredFile._base_manager.filter(uid=before.uid).update(for_stream="case:2")
    assert [(one.damage, one.stream) for one in verify().findings] == [(Damage.ROW_ALTERED, stream(before))]


def test_the_whole_record_names_a_photo_whose_bytes_and_hash_were_both_replaced(photos):
    before, path = photos[0]
    forged = jpeg("a tidier place")
    path.write_bytes(forged)
    StoredFile._base_manager.filter(uid=before.uid).update(sha256=hashlib.sha256(forged).hexdigest())
    assert [(one.damage, one.stream) for one in verify().findings] == [(Damage.ROW_ALTERED, stream(before))]
