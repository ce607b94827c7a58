"""A file that comes in pieces: over a line that breaks, from a telephone on the move, past a server that is killed."""

import hashlib
import io
import os
import signal
import threading
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from gongzhi.base.tests import other_process
from gongzhi.evidence import operations, queries
from gongzhi.evidence.models import StoredFile, Upload, UploadPiece
from gongzhi.evidence.operations import sweeping, uploading
from gongzhi.evidence.operations.uploading import PIECE_BYTES, UPLOAD_AGE
from gongzhi.evidence.rules import name_kept
from gongzhi.evidence.tests.factories import jpeg, on_disk
from gongzhi.evidence.tests.test_store_file import no_file_beyond
from gongzhi.kernel.actor import ANONYMOUS_REPORTER
from gongzhi.kernel.clock import utc_text
from gongzhi.parameters.rules import DECLARED

pytestmark = pytest.mark.django_db(transaction=True)

MIB = 1 << 20
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * (10 * MIB // 256)


class LineDrops(io.BytesIO):
    """A connection that breaks off after so many bytes."""

    def __init__(self, content, *, after):
        super().__init__(content[:after])
        self.after = after

    def read(self, size=-1):
        if self.tell() >= self.after:
            raise ConnectionResetError
        return super().read(size)


@pytest.fixture
def begin(home, collector, monday_9am):
    def begin(content=FILM, **changes):
        said: dict[str, Any] = {
            "size_bytes": len(content),
            "sha256": "",
            "content_type_declared": "video/mp4",
            "name": "巡查.mp4",
        }
        return operations.begin_upload(**(said | {"by": collector, "at": monday_9am} | changes))

    return begin


@pytest.fixture
def add(collector, monday_9am):
    def add(upload, content, *, offset=0, **changes):
        stream = content if hasattr(content, "read") else io.BytesIO(content)
        said = {"offset": offset, "by": collector, "at": monday_9am}
        return operations.add_to_upload(upload.uid, stream, **(said | changes))

    return add


@pytest.fixture
def progress(collector, monday_9am):
    return lambda upload: queries.upload(upload.uid, by=collector, code="", at=monday_9am)


def test_a_film_that_comes_at_once_is_a_file(begin, add, home):
    done = add(begin(sha256=hashlib.sha256(FILM).hexdigest()), FILM)
    row = queries.file_row(done.file)
    assert (row.sha256, row.content_type, row.name) == (hashlib.sha256(FILM).hexdigest(), "video/mp4", "巡查.mp4")
    with queries.open_file(done.file) as kept:
        assert kept.read() == FILM
    assert len(on_disk(home)) == 1, "nothing is left of the pieces"
    assert not UploadPiece.objects.exists()


def test_an_upload_goes_on_where_the_line_broke_off(begin, add, progress):
    upload, broken_at = begin(), PIECE_BYTES + 1_000_000
    with pytest.raises(ConnectionResetError):
        add(upload, LineDrops(FILM, after=broken_at))
    there = progress(upload).received_bytes
    assert there == broken_at, "whatever arrived is kept"
    assert add(upload, FILM[there : there + 7], offset=there).received_bytes == there + 7
    done = add(upload, FILM[there + 7 :], offset=there + 7)
    assert queries.file_row(done.file).sha256 == hashlib.sha256(FILM).hexdigest()


def test_a_truncated_upload_never_becomes_a_file(begin, add, home, monday_9am):
    upload = begin()
    assert add(upload, FILM[:-1]).file is None
    assert not StoredFile.objects.exists()
    assert operations.sweep_uploads(monday_9am + UPLOAD_AGE - timedelta(seconds=1)) == 0
    assert operations.sweep_uploads(monday_9am + UPLOAD_AGE) == 1
    assert on_disk(home) == []
    assert not Upload.objects.exists()


@pytest.mark.parametrize("offset", [0, 99, 101, 10_000_000])
def test_bytes_that_do_not_follow_are_refused_and_the_sender_told_where_to_go_on(begin, add, progress, offset):
    upload = begin()
    add(upload, FILM[:100])
    with pytest.raises(operations.UploadOffsetWrong) as refused:
        add(upload, b"x", offset=offset)
    assert refused.value.facts == {"offset": 100}
    assert progress(upload).received_bytes == 100


@pytest.mark.parametrize(
    ("said", "content", "refusal"),
    [
        ({"size_bytes": len(FILM) - 1}, FILM, operations.UploadOverflows),
        ({"sha256": "0" * 64}, FILM, operations.UploadChecksumWrong),
        ({}, b"MZ" + bytes(5000), operations.FileKindUnknown),
        ({"size_bytes": 12}, b"MZ a program", operations.FileKindUnknown),
        ({"size_bytes": 31 * MIB}, jpeg("x", size_bytes=5000), operations.FileTooLarge),
        ({"size_bytes": 30}, jpeg("x")[:30], operations.PictureUnreadable),
    ],
)
def test_an_upload_of_which_nothing_can_come_is_given_up_at_once(begin, add, progress, home, said, content, refusal):
    upload = begin(**said)
    with pytest.raises(refusal):
        add(upload, content)
    with pytest.raises(operations.UploadUnknown):
        progress(upload)
    assert on_disk(home) == []
    assert not StoredFile.objects.exists()


def test_a_program_is_refused_with_its_first_bytes_and_not_with_its_last(begin, add):
    stream = io.BytesIO(b"MZ" + bytes(9 * MIB))
    with pytest.raises(operations.FileKindUnknown):
        add(begin(), stream)
    assert stream.tell() < MIB


@pytest.mark.parametrize(("size_bytes", "refusal"), [(0, operations.FileEmpty), (201 * MIB, operations.FileTooLarge)])
def test_an_upload_that_can_never_be_taken_is_not_begun(begin, size_bytes, refusal):
    with pytest.raises(refusal):
        begin(size_bytes=size_bytes)
    assert not Upload.objects.exists()


def test_without_an_account_less_is_taken(begin):
    with pytest.raises(operations.FileTooLarge) as refused:
        begin(size_bytes=51 * MIB, by=ANONYMOUS_REPORTER)
    assert refused.value.facts == {"largest_bytes": 50 * MIB}


def test_nobody_has_more_unfinished_uploads_than_the_city_allows(begin, add, collector):
    most = DECLARED["open_uploads_limit"].default
    first = begin()
    for _ in range(most - 1):
        begin()
    with pytest.raises(operations.UploadsTooMany):
        begin()
    assert begin(by=replace(collector, id="collector-8"))
    add(first, FILM)
    assert begin(), "a finished one no longer counts"


def test_senders_without_an_account_share_the_room_that_the_city_gives_them(begin, add, monkeypatch):
    monkeypatch.setattr(uploading, "parameter", lambda name, at: {"anonymous_uploads_open_mb": 21}[name])
    first, _ = (begin(by=ANONYMOUS_REPORTER) for _ in range(2))
    with pytest.raises(operations.UploadsTooLarge) as refused:
        begin(by=ANONYMOUS_REPORTER)
    assert refused.value.facts == {"most_mb": 21}
    add(first, FILM, by=ANONYMOUS_REPORTER, code=queries.upload_code(first.uid))
    assert begin(by=ANONYMOUS_REPORTER), "a finished one no longer counts"


def test_an_upload_is_its_senders_alone(begin, add, collector):
    upload = begin()
    with pytest.raises(operations.UploadUnknown):
        add(upload, FILM, by=replace(collector, id="collector-8"))
    with pytest.raises(operations.UploadUnknown):
        add(upload, FILM, by=ANONYMOUS_REPORTER, code=queries.upload_code(upload.uid))


def test_a_citizen_goes_on_with_the_code_that_came_with_the_upload(begin, add):
    upload, by = begin(by=ANONYMOUS_REPORTER), ANONYMOUS_REPORTER
    for wrong in ("", "0" * 64, queries.claim_code(upload.uid), "密码"):
        with pytest.raises(operations.UploadUnknown):
            add(upload, FILM, by=by, code=wrong)
    assert add(upload, FILM, by=by, code=queries.upload_code(upload.uid)).file is not None


def test_an_upload_whose_time_is_over_is_not_gone_on_with(begin, add, monday_9am):
    upload = begin()
    with pytest.raises(operations.UploadUnknown):
        add(upload, FILM, at=monday_9am + UPLOAD_AGE)


def test_of_a_long_name_as_much_is_kept_as_of_any_file(begin, add):
    done = add(begin(name="长" * 300), FILM)
    assert queries.file_row(done.file).name == name_kept("长" * 300)


def test_an_upload_that_cannot_be_cleared_away_keeps_no_other_and_is_told_once(begin, monday_9am, monkeypatch, caplog):
    stuck, other = begin(), begin()
    end = sweeping._end_upload

    def broken_for_one(uid, *, at):
        if uid == stuck.uid:
            raise RuntimeError("a piece of this upload is damaged")
        return end(uid, at=at)

    monkeypatch.setattr(sweeping, "_end_upload", broken_for_one)
    assert [operations.sweep_uploads(monday_9am + UPLOAD_AGE) for _ in range(3)] == [1, 0, 0]
    assert Upload.objects.get().uid == stuck.uid != other.uid
    assert caplog.text.count("cannot be cleared away") == 1


def test_a_finished_upload_answers_again_with_its_file(begin, add):
    upload = begin()
    first = add(upload, FILM)
    assert add(upload, b"", offset=len(FILM)) == first
    assert StoredFile.objects.count() == 1


def test_a_server_that_fails_at_the_last_step_is_asked_again_without_sending_anything_twice(
    begin, add, progress, monkeypatch
):
    upload = begin()

    def broken(*_, **__):
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(uploading, "register", broken)
        with pytest.raises(RuntimeError):
            add(upload, FILM)
    assert progress(upload).received_bytes == len(FILM)
    assert not StoredFile.objects.exists()
    done = add(upload, b"", offset=len(FILM))
    assert queries.file_row(done.file).sha256 == hashlib.sha256(FILM).hexdigest()


def test_of_two_that_bring_the_same_piece_at_once_one_is_kept(begin, add, progress, home):
    upload = begin()
    together, outcomes = threading.Barrier(2), []

    class Slow(io.BytesIO):
        def read(self, size=-1):
            if not self.tell():
                together.wait(timeout=10)
            return super().read(size)

    def send():
        try:
            outcomes.append(add(upload, Slow(FILM[: 2 * MIB])).received_bytes)
        except operations.UploadOffsetWrong as refused:
            outcomes.append(refused.facts["offset"])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert outcomes == [2 * MIB, 2 * MIB]
    assert progress(upload).received_bytes == 2 * MIB
    assert len(on_disk(home)) == 1
    assert add(upload, FILM[2 * MIB :], offset=2 * MIB).file is not None


def test_a_full_disk_refuses_a_piece_and_the_upload_goes_on_when_there_is_room(begin, add, progress, home):
    upload = begin()
    with no_file_beyond(100_000), pytest.raises(operations.NoSpace):
        add(upload, FILM)
    assert progress(upload).received_bytes == 0
    assert on_disk(home) == []
    assert add(upload, FILM).file is not None


def test_pieces_of_an_upload_that_goes_on_are_no_strays(begin, add, home, monday_9am):
    upload = begin()
    add(upload, FILM[:MIB])
    for path in on_disk(home):
        os.utime(path, (monday_9am.timestamp(), monday_9am.timestamp()))
    assert operations.sweep_strays(monday_9am + operations.ORPHAN_AGE) == 0
    assert add(upload, FILM[MIB:], offset=MIB).file is not None


class Long(io.RawIOBase):
    """A film of some length that lies nowhere."""

    def __init__(self, size_bytes):
        self.left, self.begun = size_bytes, False

    def read(self, size=-1):
        size = min(size, self.left)
        self.left -= size
        head, self.begun = (b"" if self.begun else FILM[:24]), True
        return head + bytes(size - len(head))


def test_a_long_film_takes_no_more_memory_than_a_short_one(begin, add):
    size_bytes = 100 * MIB
    upload = begin(size_bytes=size_bytes)
    tracemalloc.start()
    try:
        done = add(upload, Long(size_bytes))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert done.file is not None
    assert peak < 4 * MIB


SERVER = """
import io, time, uuid
from gongzhi.evidence import operations
from gongzhi.evidence.tests.test_uploads import FILM
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.clock import from_utc_text

class Line(io.BytesIO):
    def read(self, size=-1):
        if self.tell() == {after}:
            print("halfway", flush=True)
            time.sleep(600)
        return super().read(min(size, {after} - self.tell()))

by = Actor(id="collector-7", kind=ActorKind.MEMBER, post="collector", unit="centre")
operations.add_to_upload(uuid.UUID({upload!r}), Line(FILM), offset=0, by=by, at=from_utc_text({at!r}))
"""


def test_an_upload_survives_a_server_that_is_killed_in_the_midst_of_it(begin, add, progress, monday_9am):
    upload = begin()
    code = SERVER.format(after=PIECE_BYTES + MIB, upload=str(upload.uid), at=utc_text(monday_9am))
    server = other_process.start(code)
    other_process.wait_for(server, "halfway")
    server.send_signal(signal.SIGKILL)
    assert server.wait(timeout=30) == -signal.SIGKILL
    assert progress(upload).received_bytes == PIECE_BYTES, "at most one piece is lost"
    done = add(upload, FILM[PIECE_BYTES:], offset=PIECE_BYTES)
    assert queries.file_row(done.file).sha256 == hashlib.sha256(FILM).hexdigest()
