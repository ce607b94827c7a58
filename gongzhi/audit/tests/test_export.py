"""The record leaves the house in one file, and anybody can verify it there."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from gongzhi.audit import operations as audit
from gongzhi.audit import rules, seals
from gongzhi.audit.anchors import Anchor, Cover, read_anchor
from gongzhi.audit.export import export
from gongzhi.audit.export_format import FORMAT, FORMAT_WITHOUT_SEALS
from gongzhi.audit.models import Entry, Position, Seal
from gongzhi.audit.offline import NotAnExport, verify_export
from gongzhi.audit.tests.any_value import every_column, tampered
from gongzhi.audit.verify import verify
from gongzhi.base.tests.other_process import ROOT
from gongzhi.kernel.canonical import canonical_bytes
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
    done = export(path)
    assert (done.entries, done.seals, done.findings) == (12, 2, [])
    return path


def lines(path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def named(path, anchor=None) -> list[tuple[str, str, int | None]]:
    copies = [] if anchor is None else [Anchor("copy", read_anchor(anchor).seals)]
    return [(one.damage.value, one.stream, one.seq) for one in verify_export(path, anchors=copies).findings]


def test_an_export_verifies_and_holds_every_entry_and_seal(exported, anchor):
    found = verify_export(exported, anchors=[read_anchor(anchor)])
    assert found.intact
    assert (found.entries, found.positions, found.streams, found.seals) == (12, 12, 3, 2)
    assert found.says_seals
    assert (found.sealed, found.unsealed) == (12, 0)
    assert found.anchors == [Cover(anchor=str(anchor), seals=2, until=12, after=0)]


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
    assert export(tmp_path / "empty.ndjson").entries == 0
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


# --- what is missing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [slice(13, 15), slice(13, 14), slice(14, 15)], ids=["all", "the first", "the last"])
def test_seals_that_were_taken_out_are_named(exported, gone):
    all_ = lines(exported)
    del all_[gone]
    exported.write_bytes(b"".join(all_))
    assert ("export-incomplete", "header", None) in named(exported)
    detail = next(one.detail for one in verify_export(exported).findings if one.damage.value == "export-incomplete")
    assert detail == f"it states 2 seals, and the file holds {len(all_) - 13}"


@pytest.mark.parametrize("kept", range(1, 15))
def test_a_file_that_was_cut_between_two_lines_is_named(exported, kept):
    exported.write_bytes(b"".join(lines(exported)[:kept]))
    assert ("export-incomplete", "header", None) in named(exported)


@pytest.mark.parametrize("number", range(1, 15))
def test_a_file_that_was_cut_within_a_line_is_named(exported, number):
    all_ = lines(exported)
    exported.write_bytes(b"".join(all_[:number]) + all_[number][: len(all_[number]) // 2])
    assert not verify_export(exported).intact


def test_a_line_that_is_neither_entry_nor_seal_is_named(exported):
    exported.write_bytes(exported.read_bytes() + b'{"note": "all is well"}\n')
    assert named(exported) == [("seal-broken", "seals", None)]


@pytest.mark.parametrize("name", ["entries", "positions", "seals"])
def test_a_header_that_states_another_number_is_named(exported, name):
    said = orjson.loads(lines(exported)[0])["record"][name]
    edit(exported, 0, f'"{name}":{said}'.encode(), f'"{name}":{said - 1}'.encode())
    assert ("seal-broken", "header", None) in named(exported)


def test_a_seal_signed_with_another_key_than_the_export_is_named(exported, settings, tmp_path, hours):
    Seal.objects.all().delete()
    own, settings.GONGZHI_SECRETS = settings.GONGZHI_SECRETS, replace(settings.GONGZHI_SECRETS, seal_key="07" * 32)
    seals.seal(at=hours(), anchor=tmp_path / "forged.jsonl")
    settings.GONGZHI_SECRETS = own
    export(exported)
    assert named(exported) == [("seal-broken", "seals", 1)]


def test_entries_after_the_last_seal_are_counted(exported, anchor, officer, clerk, hours):
    audit.record(officer, FactType("member.told"), by=clerk, at=hours())
    seals.place_entries(at=hours())
    export(exported)
    found = verify_export(exported, anchors=[read_anchor(anchor)])
    assert found.intact
    assert (found.sealed, found.unsealed) == (12, 1)
    assert found.anchors == [Cover(anchor=str(anchor), seals=2, until=12, after=1)]


def as_older_form(path) -> None:
    """Turn an export into one of the form that did not say how many seals there were."""
    _, *others = lines(path)
    root = rules.merkle_root(orjson.loads(one)["entry"]["hash"] for one in others if b'"entry"' in one)
    told = {"format": FORMAT_WITHOUT_SEALS, "entries": 12, "root": root}
    public_key, signature = seals.sign(canonical_bytes(told))
    first = orjson.dumps({"record": told | {"public_key": public_key, "signature": signature}})
    path.write_bytes(b"".join([first, b"\n", *others]))


def test_an_export_of_the_older_form_is_verified_and_said_not_to_count_its_seals(exported):
    as_older_form(exported)
    found = verify_export(exported)
    assert (found.findings, found.entries, found.seals, found.says_seals) == ([], 12, 2, False)
    edit(exported, 5, b"bureau", b"bureax")
    assert named(exported) == [("altered", *place_of(exported, 5))]


# --- forged numbers --------------------------------------------------------------------------------------------------


def peak_of(verified: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        verified()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


HUGE = (13, 10**12, 2**63 - 1, 2**64, 10**30, 0, -1)


@pytest.mark.parametrize("number", HUGE)
def test_a_forged_position_is_named_and_costs_no_memory_and_blames_no_other_line(exported, number):
    usual = peak_of(lambda: verify_export(exported))
    position = orjson.loads(lines(exported)[5])["entry"]["position"]
    edit(exported, 5, b'"position":%d' % position, b'"position":%d' % number)
    assert peak_of(lambda: verify_export(exported)) < usual + 100_000
    found = verify_export(exported).findings
    about_positions = [(one.damage.value, one.seq) for one in found if one.stream == "positions"]
    if abs(number) < 2**63:
        assert about_positions == [("inserted", number), ("removed", position)]
        assert [one.seq for one in found if one.stream == "seals"] == [1], "the second seal covers other positions"
    else:  # no number of this format: the line cannot be read
        assert about_positions == [("altered", 5)]
    assert len(found) < 8


@pytest.mark.parametrize("number", HUGE)
def test_a_forged_number_in_a_stream_is_named_and_costs_no_memory(exported, number):
    usual = peak_of(lambda: verify_export(exported))
    _, seq = place_of(exported, 5)
    edit(exported, 5, b'"seq":%d' % seq, b'"seq":%d' % number)
    assert peak_of(lambda: verify_export(exported)) < usual + 100_000
    found = verify_export(exported).findings
    assert "altered" in {one.damage.value for one in found}
    assert len(found) < 8


def test_a_forged_first_line_costs_no_memory_and_lists_no_million_findings(exported):
    usual = peak_of(lambda: verify_export(exported))
    edit(exported, 0, b'"positions":12', b'"positions":%d' % (2**63 - 1))
    edit(exported, 0, b'"entries":12', b'"entries":%d' % (2**63 - 1))
    assert peak_of(lambda: verify_export(exported)) < usual + 100_000
    found = named(exported)
    assert ("removed", "positions", 13) in found
    assert len(found) < 8


def test_seals_that_do_not_follow_cost_no_memory(exported, monkeypatch):
    """The root over each span takes up to a megabyte; those of seals that do not follow are not even computed."""
    begun = []

    class Counted(rules.MerkleTree):
        def __init__(self) -> None:
            super().__init__()
            begun.append(self)

    monkeypatch.setattr(rules, "MerkleTree", Counted)
    _, *others = lines(exported)
    forged = [others[-2].replace(b'"last":10', b'"last":%d' % last) for last in range(11, 61)]
    exported.write_bytes(exported.read_bytes() + b"".join(forged))
    assert named(exported).count(("seal-broken", "seals", 1)) == 50
    assert len(begun) == 3, "the whole and two seals"


# --- a damaged database ----------------------------------------------------------------------------------------------


def test_a_body_that_became_a_text_is_named_when_exporting_and_when_verifying(exported, sql):
    if connection.vendor == "postgresql":  # there a body cannot become anything else
        with pytest.raises(DatabaseError), transaction.atomic():
            sql("UPDATE audit_entry SET body = CAST('words' AS TEXT)")
        return
    sql("UPDATE audit_entry SET body = CAST(body AS TEXT) WHERE id = (SELECT min(id) FROM audit_entry)")
    done = export(exported)
    assert [(one.damage.value, one.seq) for one in done.findings] == [("altered", 1)]
    assert named(exported) == [], "the words are still those that were hashed"
    assert [one.damage.value for one in verify(files=False).findings] == ["altered"]
    sql("UPDATE audit_entry SET body = 'words' WHERE id = (SELECT min(id) FROM audit_entry)")
    export(exported)
    assert "altered" in {damage for damage, _, _ in named(exported)}


@pytest.mark.parametrize(("label", "column"), every_column("audit.Entry", "audit.Position", "audit.Seal"))
def test_a_damaged_record_is_exported_as_far_as_it_can_be_read_and_named(exported, label, column):
    unseen = [
        value
        for value in tampered(label, column)
        if not (export(exported).findings or named(exported) or column in ('"type"', '"alg"'))
    ]
    assert unseen == []


def test_a_header_that_promises_less_is_named(exported):
    edit(exported, 0, b'"entries":12', b'"entries":11')
    assert ("seal-broken", "header", None) in named(exported)


@pytest.mark.parametrize("first", [b"", b"x\n", b'{"record":{}}\n', f'{{"record":{{"format":"{FORMAT}"}}}}\n'.encode()])
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
    assert named(cut, anchor) == [("tail-cut", "anchor:copy", 2)]


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
    assert ("history-rewritten", "anchor:copy", 1) in named(forged, anchor)
