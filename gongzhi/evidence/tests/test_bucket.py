"""Files in an S3-compatible store: a real one answers here, over HTTP, and may be gone."""

import hashlib
import http.client
import io
from datetime import UTC, datetime

import pytest
from moto.server import ThreadedMotoServer

from gongzhi.audit import registry
from gongzhi.audit.states import Damage
from gongzhi.audit.verify import verify
from gongzhi.evidence import operations, queries
from gongzhi.evidence.models import StoredFile, Upload
from gongzhi.evidence.rules import LARGEST_STORED_BYTES
from gongzhi.evidence.states import CopyKind, DisplayState
from gongzhi.evidence.stores import bucket, file_store
from gongzhi.evidence.stores.bucket import Bucket
from gongzhi.evidence.tests.factories import jpeg, on_disk
from gongzhi.evidence.tests.pictures import taken
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import Outage

pytestmark = pytest.mark.django_db(transaction=True)
FAR_AWAY = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    """Return the port of a running S3 server."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield running.get_host_and_port()[1]
    running.stop()


@pytest.fixture
def address(server):
    """Return the URL of an empty bucket."""
    name = f"files-{new_id()}"
    asked = http.client.HTTPConnection("127.0.0.1", server, timeout=10)
    asked.request("PUT", f"/{name}")
    assert asked.getresponse().status == 200
    return f"s3://key:sec%2Fret@127.0.0.1:{server}/{name}/gongzhi?region=cn-east-1&tls=no"


@pytest.fixture
def in_a_bucket(settings, home, address):
    settings.GONGZHI_FILES_URL = address
    return file_store()


@pytest.fixture
def silence(settings, home):
    """Let the store be one that nobody answers for."""

    def silence():
        settings.GONGZHI_FILES_URL = "s3://key:secret@127.0.0.1:9/files?tls=no"

    return silence


def kept_in(store):
    return sorted(store.paths_older_than(FAR_AWAY))


def test_a_file_lies_in_the_bucket_and_nothing_of_it_on_this_machine(upload, in_a_bucket, home):
    content = jpeg("a film", size_bytes=9_000_001)
    stored = upload(content)
    (path,) = kept_in(in_a_bucket)
    assert path == StoredFile.objects.get().path
    assert on_disk(home) == []
    with queries.open_file(stored.uid) as kept:
        assert kept.read(7) == content[:7]
        assert kept.read() == content[7:]


def test_an_upload_in_pieces_is_put_together_in_the_bucket(in_a_bucket, collector, monday_9am, home):
    content = jpeg("a film", size_bytes=9_000_001)
    begun = operations.begin_upload(
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content_type_declared="image/jpeg",
        name="",
        by=collector,
        at=monday_9am,
    )
    said = {"by": collector, "at": monday_9am}
    operations.add_to_upload(begun.uid, io.BytesIO(content[:5_000_000]), offset=0, **said)
    assert len(kept_in(in_a_bucket)) == 2
    done = operations.add_to_upload(begun.uid, io.BytesIO(content[5_000_000:]), offset=5_000_000, **said)
    assert done.file is not None
    assert queries.file_row(done.file).size_bytes == len(content)
    assert len(kept_in(in_a_bucket)) == 1
    assert on_disk(home) == []


def test_display_copies_lie_in_the_bucket_too_and_are_verified_there(upload, claim, in_a_bucket, monday_9am):
    (row,) = claim(upload(taken()))
    assert operations.make_displays(monday_9am, worker="one", round_s=60) == 1
    assert len(kept_in(in_a_bucket)) == 1 + len(CopyKind)
    with queries.open_copy(row.uid, kind=CopyKind.THUMBNAIL) as copy:
        assert copy.read(3) == b"\xff\xd8\xff"
    assert verify().intact


def test_an_altered_and_a_lost_object_are_named(upload, in_a_bucket, tmp_path):
    altered, lost = upload(jpeg("altered")), upload(jpeg("lost"))
    part = tmp_path / "part"
    part.write_bytes(b"something else")
    in_a_bucket.keep(part, StoredFile.objects.get(uid=altered.uid).path)
    in_a_bucket.remove(StoredFile.objects.get(uid=lost.uid).path)
    found = [(one.damage, one.stream) for one in queries.verify_files()]
    assert found == [(Damage.FILE_ALTERED, altered.stream), (Damage.FILE_MISSING, lost.stream)]
    with pytest.raises(operations.FileMissing):
        queries.open_file(lost.uid)


def test_an_object_longer_than_any_file_is_named_without_reading_it(upload, in_a_bucket, monkeypatch):
    stored = upload(jpeg("a long film", size_bytes=5000))
    monkeypatch.setattr(queries, "LARGEST_STORED_BYTES", 4999)
    monkeypatch.setattr(bucket._Remote, "readinto", None)
    assert [(one.damage, one.stream) for one in queries.verify_files()] == [(Damage.FILE_ALTERED, stored.stream)]


def test_strays_in_the_bucket_and_parts_on_this_machine_are_swept(upload, in_a_bucket, home, tmp_path, monkeypatch):
    stored = upload()
    part, left = tmp_path / "part", home / "incoming" / "left-by-a-crash.part"
    part.write_bytes(b"left by a crash")
    in_a_bucket.keep(part, "ab/cd/stray")
    left.write_bytes(b"left by a crash")
    elsewhere = home / "ab" / "before-the-move-to-the-bucket"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"an original that nobody moved yet")
    assert operations.sweep_strays(FAR_AWAY) == 2
    assert kept_in(in_a_bucket) == [StoredFile.objects.get(uid=stored.uid).path]
    assert on_disk(home) == [elsewhere]


def test_removing_what_is_gone_is_no_fault(in_a_bucket):
    in_a_bucket.remove("no/such/thing")
    assert in_a_bucket.found_at("no/such/thing", longest_bytes=LARGEST_STORED_BYTES) is None


def test_while_the_store_does_not_answer_nothing_is_stored_by_half(upload, silence, home):
    silence()
    with pytest.raises(Outage) as fault:
        upload()
    assert (fault.value.neighbour, fault.value.permanent) == (bucket.NEIGHBOUR, False)
    assert not StoredFile.objects.exists()
    assert on_disk(home) == []


def test_an_upload_waits_for_a_store_that_does_not_answer(
    silence, in_a_bucket, settings, address, collector, monday_9am
):
    content, said = jpeg("x"), {"by": collector, "at": monday_9am}
    begun = operations.begin_upload(size_bytes=2000, sha256="", content_type_declared="image/jpeg", name="", **said)
    silence()
    with pytest.raises(Outage):
        operations.add_to_upload(begun.uid, io.BytesIO(content), offset=0, **said)
    assert Upload.objects.get().received_bytes == 0
    settings.GONGZHI_FILES_URL = address
    assert operations.add_to_upload(begun.uid, io.BytesIO(content), offset=0, **said).file is not None


def test_a_display_copy_waits_for_a_store_that_does_not_answer(upload, claim, in_a_bucket, silence, monday_9am):
    (row,) = claim(upload(taken()))
    silence()
    assert operations.make_displays(monday_9am, worker="one", round_s=60) == 0
    assert queries.file_row(row.uid).display is DisplayState.WAITING


def test_a_file_swept_while_the_store_does_not_answer_is_a_stray_and_no_fault(
    upload, in_a_bucket, silence, settings, address, monday_9am
):
    upload()
    silence()
    assert operations.sweep_orphans(monday_9am + operations.ORPHAN_AGE) == 1
    settings.GONGZHI_FILES_URL = address
    assert len(kept_in(file_store())) == 1
    assert operations.sweep_strays(FAR_AWAY) == 1


def test_verification_says_that_it_could_not_look_at_the_files(upload, in_a_bucket, silence):
    upload()
    silence()
    assert [(one.damage, one.stream) for one in verify().findings] == [(Damage.CHECK_FAILED, "evidence-files")]
    assert "evidence-files" in registry.checks()


def test_a_bucket_that_does_not_exist_is_an_outage(upload, settings, home, server):
    settings.GONGZHI_FILES_URL = f"s3://key:secret@127.0.0.1:{server}/no-such-bucket?tls=no"
    with pytest.raises(Outage):
        upload()
    assert not StoredFile.objects.exists()


def test_a_bucket_shows_nobody_its_secret(address):
    assert "sec" not in repr(Bucket.at(address))
