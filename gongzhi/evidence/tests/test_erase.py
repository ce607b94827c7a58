"""Erasing what proved something: bytes and name go, the entries stay, and nobody takes it for damage."""

import os

import pytest

from gongzhi.audit.verify import verify
from gongzhi.evidence import operations, queries
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.rules import FileErased
from gongzhi.evidence.states import FileState
from gongzhi.evidence.tests.factories import jpeg, on_disk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def erase(collector, monday_9am):
    return lambda stream="case:1": operations.erase_files_of(stream, rule="storage_ended", by=collector, at=monday_9am)


def test_an_erased_file_leaves_no_bytes_and_no_name_and_is_no_damage(upload, claim, erase, home):
    (shown,) = claim(upload())
    assert erase() == 1
    assert on_disk(home) == []
    row = queries.file_row(shown.uid)
    assert (row.state, row.name, row.for_stream) == (FileState.ERASED, "", "case:1")
    assert StoredFile.objects.get(uid=shown.uid).name is None
    told = verify()
    assert told.intact, told.findings
    assert told.erased == [f"file:{shown.uid}#1/evidence.storedfile/{shown.uid}/name"]
    with pytest.raises(FileErased):
        queries.open_file(shown.uid)


def test_only_what_belongs_to_the_erased_thing_goes(upload, claim, erase, home):
    claim(upload())
    claim(upload(jpeg("of another")), for_stream="case:2")
    upload(jpeg("of nothing yet"))
    assert erase() == 1
    assert len(on_disk(home)) == 2


def test_erasing_again_erases_nothing(upload, claim, erase):
    claim(upload())
    assert (erase(), erase()) == (1, 0)


def test_an_erased_file_proves_nothing_new(upload, claim, erase):
    stored = upload()
    claim(stored)
    erase()
    with pytest.raises(operations.FileClaimed):
        claim(stored)


def test_bytes_that_a_crash_left_of_an_erased_file_are_removed_later(upload, claim, erase, home, monday_9am):
    claim(upload())
    (path,) = on_disk(home)
    content = path.read_bytes()
    erase()
    path.write_bytes(content)
    os.utime(path, (monday_9am.timestamp(), monday_9am.timestamp()))
    assert operations.sweep_strays(monday_9am + operations.ORPHAN_AGE) == 1
    assert on_disk(home) == []
