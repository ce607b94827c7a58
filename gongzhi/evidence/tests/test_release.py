"""What the public sees: nothing that nobody looked at, and never the original."""

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of, held_by_entry
from gongzhi.audit.verify import verify
from gongzhi.evidence import operations, queries, registry
from gongzhi.evidence.models import FileLooks
from gongzhi.evidence.registry import Owner
from gongzhi.evidence.rules import FileErased, NotPublic
from gongzhi.evidence.states import CopyKind, Publication
from gongzhi.evidence.tests.factories import jpeg
from gongzhi.evidence.tests.pictures import scene, taken
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.people.rules import Matter, NotPermitted, Sight
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = pytest.mark.django_db(transaction=True)
AREA = "3502/350203/350203001"


@pytest.fixture(autouse=True)
def somewhere(monkeypatch, city, home):
    monkeypatch.setitem(registry._finders, "thing", lambda subject: Owner(Matter(area=AREA)))


@pytest.fixture
def leader():
    return moves.member("shift_leader")


@pytest.fixture
def put_on_file(upload, claim):
    """Return a function that puts a photograph on file and has its copies made."""

    def put_on_file(content=None, stream="thing:1"):
        (row,) = claim(upload(taken() if content is None else content), for_stream=stream)
        operations.make_displays(MONDAY_9AM, worker="one", round_s=60)
        return queries.file_row(row.uid)

    return put_on_file


def decide(act, row, by, *, grounds="现场照片，无人脸和车牌", **changes):
    said = {"grounds": grounds, "seen": row.version, "by": by, "at": MONDAY_9AM} | changes
    return act(row.uid, **said)


def public(row, kind=CopyKind.DISPLAY):
    with queries.open_public_copy(row.uid, kind=kind) as shown:
        return shown.read()


def assert_not_public(row):
    for kind in CopyKind:
        with pytest.raises(NotPublic):
            queries.open_public_copy(row.uid, kind=kind)


def test_what_nobody_looked_at_is_not_public(put_on_file, upload):
    assert_not_public(put_on_file())
    assert_not_public(upload(jpeg("not on file")))


def test_a_released_photograph_is_public_as_its_copy(put_on_file, leader):
    row = put_on_file()
    released = decide(operations.release_file, row, leader)
    assert released.publication is Publication.RELEASED
    assert public(row) != taken()
    assert Image.open(io.BytesIO(public(row, CopyKind.THUMBNAIL))).size == (320, 240)
    told = entries_of(row.stream)[-1]
    assert (told.type, told.actor.id) == ("publication.release", leader.id)
    assert held_by_entry(row.stream, names=["grounds"])[told.seq] == {"grounds": "现场照片，无人脸和车牌"}
    assert verify().intact


def test_a_withheld_photograph_is_not_public_and_may_be_released_later(put_on_file, leader):
    row = decide(operations.release_file, put_on_file(), leader)
    row = decide(operations.withhold_file, row, leader, grounds="看得到住户")
    assert_not_public(row)
    row = decide(operations.release_file, row, leader)
    assert public(row)


def test_releasing_twice_is_refused(put_on_file, leader):
    row = decide(operations.release_file, put_on_file(), leader)
    with pytest.raises(MoveNotAllowed):
        decide(operations.release_file, row, leader)


@pytest.mark.parametrize("act", [operations.release_file, operations.withhold_file])
def test_only_whoever_has_the_power_decides_and_says_why(put_on_file, leader, act):
    row = put_on_file()
    with pytest.raises(NotPermitted):
        decide(act, row, moves.member("handler"))
    with pytest.raises(operations.FileGroundsMissing):
        decide(act, row, leader, grounds=" \u200b")
    with pytest.raises(ChangedMeanwhile):
        decide(act, row, leader, seen=row.version - 1)
    assert queries.file_row(row.uid).publication is Publication.PRIVATE


@pytest.mark.parametrize("act", [operations.release_file, operations.withhold_file, operations.mask_file])
def test_no_refusal_tells_somebody_else_how_far_a_file_is(put_on_file, leader, act):
    row, stranger = put_on_file(), moves.member("handler")
    said = {"masked": row.uid} if act is operations.mask_file else {}
    with pytest.raises(NotPermitted):
        decide(act, row, stranger, seen=99, **said)
    operations.erase_files_of("thing:1", rule="storage_ended", by=leader, at=MONDAY_9AM)
    with pytest.raises(NotPermitted):
        decide(act, row, stranger, **said)
    with pytest.raises(FileErased):
        decide(act, row, leader, **said)


def test_without_a_copy_there_is_nothing_to_release(upload, claim, leader):
    (row,) = claim(upload(b"%PDF-1.7 a letter"), for_stream="thing:1")
    with pytest.raises(operations.NothingToShow):
        decide(operations.release_file, row, leader)
    assert decide(operations.withhold_file, row, leader).publication is Publication.WITHHELD


def test_what_is_on_file_for_nothing_is_not_decided_on(upload, leader):
    with pytest.raises(operations.FileUnknown):
        decide(operations.release_file, upload(), leader)


def test_the_public_sees_the_masked_version_and_never_again_the_photograph(put_on_file, upload, leader, home):
    row = decide(operations.release_file, put_on_file(), leader)
    masked = upload(taken(picture=scene(200, 100)), by=leader)
    row = decide(operations.mask_file, row, leader, masked=masked.uid, grounds="遮挡车牌")
    assert_not_public(row)
    operations.make_displays(MONDAY_9AM, worker="one", round_s=60)
    assert Image.open(io.BytesIO(public(row))).size == (200, 100)
    assert row.masked_by == masked.uid
    assert queries.file_row(masked.uid).for_stream == row.stream
    assert entries_of(row.stream)[-1].type == "file.mask"


def test_a_masked_version_is_no_matter_of_its_own(put_on_file, upload, leader):
    row, masked = put_on_file(), upload(taken(picture=scene(200, 100)), by=leader)
    decide(operations.mask_file, row, leader, masked=masked.uid)
    operations.make_displays(MONDAY_9AM, worker="one", round_s=60)
    assert [one.uid for one in queries.to_moderate(after=None, limit=9, sight=Sight(everywhere=True))] == [row.uid]
    with pytest.raises(operations.FileUnknown):
        decide(operations.release_file, queries.file_row(masked.uid), leader)
    assert_not_public(masked)


def test_only_ones_own_photograph_masks_another(put_on_file, upload, leader):
    row, masked = put_on_file(), upload(taken(picture=scene(200, 100)))
    with pytest.raises(operations.FileOfAnother):
        decide(operations.mask_file, row, leader, masked=masked.uid)
    with pytest.raises(operations.MasksItself):
        decide(operations.mask_file, row, leader, masked=row.uid)
    with pytest.raises(operations.NotAPhotograph):
        decide(operations.mask_file, row, leader, masked=upload(b"%PDF-1.7", by=leader).uid)
    with pytest.raises(NotPermitted):
        decide(operations.mask_file, row, moves.member("handler"), masked=masked.uid)
    assert queries.file_row(row.uid).masked_by is None


def test_erasing_a_photograph_erases_its_masked_version(put_on_file, upload, leader, home):
    row, masked = put_on_file(), upload(taken(picture=scene(200, 100)), by=leader)
    decide(operations.mask_file, row, leader, masked=masked.uid)
    operations.make_displays(MONDAY_9AM, worker="one", round_s=60)
    operations.erase_files_of("thing:1", rule="storage_ended", by=leader, at=MONDAY_9AM)
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert_not_public(row)
    assert verify().intact


def test_the_queue_holds_what_waits_for_a_decision_within_the_readers_sight(put_on_file, leader, monkeypatch):
    monkeypatch.setitem(registry._finders, "other", lambda subject: Owner(Matter(area="3502/350206")))
    first, second = put_on_file(jpeg("one")), put_on_file(jpeg("two"))
    elsewhere = put_on_file(jpeg("three"), stream="other:1")
    decide(operations.withhold_file, put_on_file(jpeg("four")), leader)

    def queue(sight, **said):
        return [one.uid for one in queries.to_moderate(**({"after": None, "limit": 9} | said), sight=sight)]

    everywhere, siming = Sight(everywhere=True), Sight(areas=("3502/350203",))
    assert queue(everywhere) == [first.uid, second.uid, elsewhere.uid]
    assert queue(siming) == [first.uid, second.uid]
    assert queue(everywhere, after=first.uid, limit=1) == [second.uid]


def test_the_owners_of_many_photographs_are_asked_for_at_once(put_on_file, monkeypatch):
    asked = []

    def matters(subjects):
        asked.append(sorted(subjects))
        return {"1": Matter(area="3502/350203"), "2": Matter(area="3502/350206")}

    monkeypatch.setitem(registry._of_many, "many", matters)
    shown = [put_on_file(jpeg(f"{n}"), stream=f"many:{n}") for n in (1, 2, 3)]
    found = queries.to_moderate(after=None, limit=9, sight=Sight(areas=("3502/350203",)))
    assert [one.uid for one in found] == [shown[0].uid]
    assert asked == [["1", "2", "3"]]


def test_a_look_at_an_original_is_on_record_and_in_nobodys_way(put_on_file, leader):
    row = put_on_file()
    for by in (leader, replace(leader, id="another")):
        with operations.view_original(row.uid, by=by, at=MONDAY_9AM) as original:
            assert original.read() == taken()
    assert [(one.type, one.actor.id) for one in queries.custody(row.uid)] == [
        ("file.store", "collector-7"),
        ("file.claim", "collector-7"),
        ("file.show", "timer"),
        ("look.view", leader.id),
        ("look.view", "another"),
    ]
    assert FileLooks.objects.get().looks == 2
    assert decide(operations.release_file, row, leader).publication is Publication.RELEASED
    assert verify().intact


def test_the_chain_of_custody_names_the_hash_of_every_copy(put_on_file):
    copies = queries.custody(put_on_file().uid)[2].facts["copies"]
    assert isinstance(copies, dict)
    assert set(copies) == {kind.value for kind in CopyKind}


def test_a_lost_original_cannot_be_looked_at_and_no_look_is_told(put_on_file, home, leader):
    row = put_on_file()
    for path in home.rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(operations.FileMissing):
        operations.view_original(row.uid, by=leader, at=MONDAY_9AM)
    assert not FileLooks.objects.exists()


def test_originals_are_taken_out_with_their_custody_by_whoever_may(put_on_file):
    row, by = put_on_file(), moves.member("audit_administrator")
    said: dict[str, Any] = {"grounds": "法院调取", "at": MONDAY_9AM}
    with pytest.raises(NotPermitted):
        operations.export_files("thing:1", by=moves.member("handler"), **(said | {"grounds": ""}))
    with pytest.raises(operations.FileGroundsMissing):
        operations.export_files("thing:1", by=by, **(said | {"grounds": ""}))
    (out,) = [
        (one.row.uid, one.content.read(), one.custody[-1].type)
        for one in operations.export_files("thing:1", by=by, **said)
    ]
    assert out == (row.uid, taken(), "look.export")
    assert held_by_entry(f"look:{row.uid}", names=["grounds"]) == {1: {"grounds": "法院调取"}}
