"""The record leaves the house in one file, and anybody can verify it there."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys

import orjson
import pytest

from gongzhi.audit import operations as audit
from gongzhi.audit import seals
from gongzhi.audit.export import NotAnExport, export, verify_export
from gongzhi.audit.models import Entry, Position, Seal
from gongzhi.base.tests.other_process import ROOT
from gongzhi.kernel.facts import FactType

pytestmark = pytest.mark.django_db


@pytest.fixture
def anchor(tmp_path):
    return tmp_path / "anchor.jsonl"


@pytest.fixture
def exported(placed, officer, anchor, clerk, hours, tmp_path):
    """Twelve entries in two seals, exported: one header, twelve entries, two seals."""
    seals.seal(at=hours(), anchor=anchor)
    for note in ("左边的邻居", "右边的邻居"):
        audit.record(officer, FactType("member.told"), by=clerk, at=hours(), held={"note": note})
    seals.place_entries(at=hours())
    seals.seal(at=hours(), anchor=anchor)
    path = tmp_path / "record.ndjson"
    assert export(path) == 12
    return path


def lines(path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def named(path, anchor=None) -> list[tuple[str, str, int | None]]:
    kept = None if anchor is None else seals.read_anchor(anchor)
    return [(one.damage.value, one.stream, one.seq) for one in verify_export(path, anchor=kept).findings]


def test_an_export_verifies_and_holds_every_entry_and_seal(exported, anchor):
    found = verify_export(exported, anchor=seals.read_anchor(anchor))
    assert found.intact
    assert (found.entries, found.streams, found.seals) == (12, 3, 2)


def test_the_bodies_are_exported_byte_for_byte_and_no_personal_value_leaves(exported):
    bodies = {orjson.loads(line)["entry"]["body"].encode() for line in lines(exported)[1:13]}
    assert bodies == {bytes(body) for body in Entry.objects.values_list("body", flat=True)}
    assert "邻居".encode() not in exported.read_bytes()
    assert "林小雨".encode() not in exported.read_bytes()


def test_an_export_into_a_stream_is_the_same(exported):
    stream = io.BytesIO()
    export(stream)
    assert stream.getvalue() == exported.read_bytes()


def test_the_same_record_under_other_database_ids_gives_the_same_export(exported):
    kept = list(Entry.objects.order_by("-pk").values())
    Entry.objects.all().delete()
    for number, columns in enumerate(kept, start=5000):
        Entry.objects.create(**{**columns, "id": number})
    stream = io.BytesIO()
    export(stream)
    assert stream.getvalue() == exported.read_bytes()


def test_an_empty_record_can_be_exported(db, tmp_path):
    assert export(tmp_path / "empty.ndjson") == 0
    assert named(tmp_path / "empty.ndjson") == []


def test_verifying_needs_neither_django_nor_a_database(exported):
    code = (
        "import sys; from pathlib import Path; from gongzhi.audit.offline import verify_export\n"
        "found = verify_export(Path(sys.argv[1]))\n"
        "assert 'django' not in sys.modules\n"
        "print(found.entries, found.findings)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, exported], cwd=ROOT, env={}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "12 []\n"


def edit(path, number: int, old: bytes, new: bytes) -> None:
    """Replace some bytes in the line of an entry."""
    all_ = lines(path)
    assert old in all_[number]
    all_[number] = all_[number].replace(old, new, 1)
    path.write_bytes(b"".join(all_))


def place_of(path, number: int) -> tuple[str, int]:
    """Stream and number of the entry in a line."""
    entry = orjson.loads(lines(path)[number])["entry"]
    return entry["stream"], entry["seq"]


def test_an_altered_byte_of_a_body_is_named(exported):
    edit(exported, 5, b"bureau", b"bureax")
    assert named(exported) == [("altered", *place_of(exported, 5))]


@pytest.mark.parametrize(("old", "new"), [(b'"seq":', b'"seq":1'), (b'"stream":"', b'"stream":"x')])
def test_an_altered_place_beside_a_body_is_named(exported, old, new):
    edit(exported, 5, old, new)
    assert ("altered", *place_of(exported, 5)) in named(exported)


def test_an_altered_hash_is_named_and_no_longer_gives_the_seal(exported):
    hashed = orjson.loads(lines(exported)[2])["entry"]["hash"].encode()
    edit(exported, 2, hashed, b"0" * 64)
    assert named(exported) == [
        ("altered", *place_of(exported, 2)),
        ("seal-broken", "header", None),
        ("seal-broken", "seals", 1),
    ]


@pytest.mark.parametrize(
    "rubbish", [b"{", b"[]\n", b'{"entry": 7}\n', b'{"entry": {"position": "x"}}\n', b"\xff\xfe\n"]
)
def test_a_line_that_cannot_be_read_is_named_by_its_position(exported, rubbish):
    all_ = lines(exported)
    exported.write_bytes(b"".join([*all_[:12], rubbish.strip() + b"\n", *all_[13:]]))
    assert ("altered", "positions", 12) in named(exported)


def test_a_removed_line_is_named_by_position_and_by_stream(exported):
    removed = place_of(exported, 4)
    all_ = lines(exported)
    exported.write_bytes(b"".join(all_[:4] + all_[5:]))
    assert named(exported)[:2] == [("removed", "positions", 4), ("removed", *removed)]


def test_a_cut_file_is_named_although_seals_follow(exported):
    all_ = lines(exported)
    exported.write_bytes(b"".join(all_[:12] + all_[13:]))
    assert ("removed", "positions", 12) in named(exported)


def test_two_exchanged_lines_are_named(exported):
    all_ = lines(exported)
    all_[1], all_[7] = all_[7], all_[1]
    exported.write_bytes(b"".join(all_))
    assert ("reordered", "positions", 1) in named(exported)


def test_a_doubled_line_is_named(exported):
    all_ = lines(exported)
    exported.write_bytes(b"".join([*all_[:3], all_[2], *all_[3:]]))
    assert ("inserted", "positions", 2) in named(exported)


def test_a_seal_that_was_altered_or_cannot_be_read_is_named(exported):
    edit(exported, 13, b'"number":1', b'"number":7')
    assert ("seal-broken", "seals", 7) in named(exported)
    edit(exported, 14, b'"number":2', b'"number":x')
    assert ("seal-broken", "seals", None) in named(exported)


def test_a_header_that_promises_less_is_named(exported):
    edit(exported, 0, b'"entries":12', b'"entries":11')
    assert ("seal-broken", "header", None) in named(exported)


@pytest.mark.parametrize("first", [b"", b"x\n", b'{"record":{}}\n', b'{"record":{"format":"gongzhi-record/1"}}\n'])
def test_what_does_not_begin_like_an_export_is_none(tmp_path, first):
    path = tmp_path / "x"
    path.write_bytes(first)
    with pytest.raises(NotAnExport):
        verify_export(path)


def test_an_export_of_a_cut_record_is_named_only_with_the_anchor(exported, anchor, officer, tmp_path):
    Entry.objects.filter(stream=officer.stream, seq__gt=5).delete()
    Position.objects.filter(position__gt=10).delete()
    Seal.objects.filter(number=2).delete()
    cut = tmp_path / "cut.ndjson"
    export(cut)
    assert named(cut) == []
    assert named(cut, anchor) == [("tail-cut", "anchor", 2)]


def test_an_export_of_a_rewritten_record_is_named_only_with_the_anchor(exported, anchor, tmp_path, hours):
    first = Position.objects.get(position=1)
    entry = Entry.objects.get(stream=first.stream, seq=first.seq)
    body = bytes(entry.body).replace("市城管执法局".encode(), "市城市管理局".encode())
    hashed = hashlib.sha256(body).hexdigest()
    Entry.objects.filter(pk=entry.pk).update(body=body, hash=hashed)
    Position.objects.filter(position=1).update(hash=hashed)
    Seal.objects.all().delete()
    seals.seal(at=hours(), anchor=tmp_path / "forged.jsonl")
    forged = tmp_path / "forged.ndjson"
    export(forged)
    assert named(forged) == []
    assert ("history-rewritten", "anchor", 1) in named(forged, anchor)
