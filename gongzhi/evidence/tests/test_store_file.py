import hashlib
import io
import resource
from contextlib import contextmanager
from datetime import datetime

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.evidence import operations, queries
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.states import FileState
from gongzhi.evidence.tests.factories import jpeg, on_disk

pytestmark = pytest.mark.django_db


@contextmanager
def no_file_beyond(size_bytes):
    """Let the operating system refuse to write a file beyond a size, as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class LineDrops(io.BytesIO):
    """A connection that breaks off after its first bytes."""

    def read(self, size=-1):
        if self.tell():
            raise ConnectionResetError
        return super().read(1000)


def test_an_upload_is_kept_whole_under_a_path_that_tells_nothing(upload, home):
    content = jpeg("a pothole")
    stored = upload(content)
    assert (stored.state, stored.content_type, stored.size_bytes) == (FileState.STORED, "image/jpeg", len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    with queries.open_file(stored.uid) as kept:
        assert kept.read() == content
    (path,) = on_disk(home)
    assert str(stored.uid) not in str(path)
    assert "坑槽" not in str(path)


def test_an_upload_of_many_pieces_is_hashed_as_one(upload):
    content = jpeg("a long film", size_bytes=3_000_001)
    stored = upload(content)
    assert stored.size_bytes == 3_000_001
    assert stored.sha256 == hashlib.sha256(content).hexdigest()


def test_an_upload_has_an_entry_that_keeps_its_name_out_of_clear_text(upload):
    stored = upload(name="张三家门口.jpg")
    (entry,) = entries_of(f"file:{stored.uid}")
    assert entry.type == "file.store"
    assert stored.sha256 in str(entry.rows)
    assert "张三" not in str(entry.rows)
    assert queries.file_row(stored.uid).name == "张三家门口.jpg"


def test_the_bytes_decide_and_the_entry_tells_that_the_sender_said_otherwise(upload):
    stored = upload(content_type_declared="application/pdf")
    assert stored.content_type == "image/jpeg"
    assert entries_of(f"file:{stored.uid}")[0].facts["as_declared"] is False


def test_the_same_photo_twice_is_two_files(upload, home):
    assert upload().uid != upload().uid
    assert len(on_disk(home)) == 2


@pytest.mark.parametrize(
    ("content", "changes", "refusal", "facts"),
    [
        (b"", {}, operations.FileEmpty, {}),
        (jpeg("x"), {"largest_bytes": 1999}, operations.FileTooLarge, {"largest_bytes": 1999}),
        (
            jpeg("x")[:1200],
            {"announced_bytes": 2000},
            operations.FileTruncated,
            {"announced_bytes": 2000, "received_bytes": 1200},
        ),
        (
            b"MZ\x90\x00 a program",
            {},
            operations.FileKindUnknown,
            {"declared": "image/jpeg", "found": "application/x-executable"},
        ),
        (b"<html><script>", {}, operations.FileKindUnknown, {"declared": "image/jpeg", "found": "text/html"}),
    ],
)
def test_a_refused_upload_says_why_and_leaves_nothing(upload, home, content, changes, refusal, facts):
    with pytest.raises(refusal) as refused:
        upload(content, **changes)
    assert refused.value.facts == facts
    assert on_disk(home) == []
    assert not StoredFile.objects.exists()


def test_an_upload_of_just_the_largest_size_is_taken(upload):
    assert upload(jpeg("x"), largest_bytes=2000, announced_bytes=2000).size_bytes == 2000


def test_a_full_disk_refuses_an_upload_and_keeps_nothing_of_it(upload, home):
    with no_file_beyond(100_000), pytest.raises(operations.NoSpace):
        upload(jpeg("a film", size_bytes=1_000_000))
    assert on_disk(home) == []
    assert not StoredFile.objects.exists()
    assert upload(jpeg("a film", size_bytes=1_000_000)).size_bytes == 1_000_000


def test_a_broken_connection_leaves_nothing(home, collector, monday_9am):
    with pytest.raises(ConnectionResetError):
        operations.store_file(
            LineDrops(jpeg("x")), content_type_declared="image/jpeg", name="x.jpg", by=collector, at=monday_9am
        )
    assert on_disk(home) == []


def test_an_upload_that_cannot_be_registered_leaves_nothing(upload, home):
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001  # the fault that the record refuses
    with pytest.raises(ValueError, match="names no time zone"):
        upload(at=naive)
    assert on_disk(home) == []


def test_a_lost_file_is_refused_readably(upload, home):
    stored = upload()
    on_disk(home)[0].unlink()
    with pytest.raises(operations.FileMissing):
        queries.open_file(stored.uid)
