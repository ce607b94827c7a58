"""Seals make the whole record one; an anchor kept elsewhere shows what the database alone cannot."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import timedelta

import orjson
import pytest
from django.conf import settings

from gongzhi.audit import rules, seals
from gongzhi.audit.anchors import HOME, Anchor, Cover, read_anchor, seal_line
from gongzhi.audit.models import Entry, HeldValue, OutboxItem, Position, Seal
from gongzhi.audit.tests.conftest import MONDAY
from gongzhi.audit.tests.verification import named
from gongzhi.audit.verify import verify
from gongzhi.kernel.canonical import canonical_bytes
from gongzhi.parameters.models import Parameter
from gongzhi.parameters.operations import set_parameter
from gongzhi.parameters.queries import edition
from gongzhi.people.models import Appointment, Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def anchor(tmp_path):
    return tmp_path / "elsewhere" / "seals.jsonl"


@pytest.fixture
def sealed(placed, anchor, clerk, hours):
    """Three seals: over ten entries, then over one, then over two."""
    seals.seal(at=hours(), anchor=anchor)
    for values in ((90,), (100, 110)):
        for value in values:
            set_parameter("duplicate_radius_m", value, seen=edition(), by=clerk, at=hours())
        seals.place_entries(at=hours())
        seals.seal(at=hours(), anchor=anchor)
    return anchor


def against(path) -> list[tuple[str, str, int | None]]:
    """What verification finds with the anchor in a file."""
    copy = Anchor("copy", read_anchor(path).seals)
    return [(one.damage.value, one.stream, one.seq) for one in verify(anchors=[copy], files=False).findings]


def test_seals_follow_one_another_and_the_anchor_keeps_them_all(sealed):
    kept = read_anchor(sealed).seals
    assert [(one.number, one.first, one.last, one.count) for one in kept] == [
        (1, 1, 10, 10),
        (2, 11, 11, 11),
        (3, 12, 13, 13),
    ]
    assert [one.previous_root for one in kept] == ["", kept[0].root, kept[1].root]
    assert all(one.is_signed() for one in kept)
    assert kept == seals.seals_after(0)
    assert kept[0].root == rules.merkle_root(seals.hashes_between(1, 10))
    assert against(sealed) == []


def test_nothing_new_gives_no_seal(sealed, hours):
    assert seals.seal(at=hours(), anchor=sealed) is None
    assert Seal.objects.count() == 3


def test_an_anchor_that_missed_seals_is_brought_up_to_date_by_the_next_one(sealed, tmp_path, hours):
    late = tmp_path / "late.jsonl"
    late.write_bytes(sealed.read_bytes().splitlines(keepends=True)[0] + b'{"number": 2, "fir')
    seals.seal(at=hours(), anchor=late)
    assert late.read_bytes() == sealed.read_bytes()


def test_the_anchor_lies_in_the_home_folder_unless_told_otherwise(placed, hours, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "GONGZHI_HOME", tmp_path)
    seals.seal(at=hours())
    assert [one.number for one in seals.home_anchor().seals] == [1]
    assert read_anchor(tmp_path / "anchors" / "seals.jsonl").seals == seals.home_anchor().seals


@pytest.mark.parametrize("line", ["{}", "[1]", "not a seal", '{"number": 1}'])
def test_a_line_that_is_no_seal_is_named(anchor, line):
    anchor.parent.mkdir()
    anchor.write_text(f"\n{line}\n")
    with pytest.raises(ValueError, match="line 2 is no seal"):
        read_anchor(anchor)


@pytest.mark.parametrize(
    ("column", "value"),
    [("root", "0" * 64), ("at", "2027-01-01T00:00:00.000000Z"), ("signature", "0" * 128), ("public_key", "xyz")],
)
def test_an_altered_seal_is_named(sealed, column, value):
    Seal.objects.filter(number=2).update(**{column: value})
    assert ("seal-broken", "seals", 2) in named()


def test_a_removed_seal_is_named(sealed):
    Seal.objects.filter(number=2).delete()
    assert named() == [("seal-broken", "seals", 3)]
    assert against(sealed) == [("seal-broken", "seals", 3), ("seal-missing", "seals", 2)]


def test_an_altered_position_breaks_its_seal(sealed, city):
    Position.objects.filter(stream=city, seq=1).update(hash="0" * 64)
    assert named() == [("position-broken", city, 1), ("seal-broken", "seals", 1)]


def test_an_anchor_line_that_was_forged_is_named(sealed):
    first, *others = read_anchor(sealed).seals
    forged = replace(first, root="0" * 64)
    sealed.write_bytes(b"".join(map(seal_line, [forged, *others])))
    assert against(sealed) == [("seal-broken", "anchor:copy", 1), ("seal-broken", "anchor:copy", 2)]


def test_a_seal_made_with_another_key_is_named_although_its_signature_fits(sealed, settings):
    """Somebody who holds the database and not the home folder has no other key than one of their own."""
    Seal.objects.all().delete()
    own, settings.GONGZHI_SECRETS = settings.GONGZHI_SECRETS, replace(settings.GONGZHI_SECRETS, seal_key="07" * 32)
    assert seals._seal_new_positions(at=MONDAY) is not None
    settings.GONGZHI_SECRETS = own
    (found,) = verify(files=False).findings
    assert (found.damage.value, found.seq, found.detail) == ("seal-broken", 1, "it is signed with another key")


# --- the home folder's own anchor ------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, settings):
    """A home folder of its own."""
    settings.GONGZHI_HOME = tmp_path
    return tmp_path / "anchors" / "seals.jsonl"


@pytest.fixture
def sealed_at_home(home, placed, clerk, hours):
    """Two seals, over ten entries and over one; then an entry with a position and one without."""
    seals.seal(at=hours())
    for value, sealed in ((90, True), (100, False), (110, None)):
        set_parameter("duplicate_radius_m", value, seen=edition(), by=clerk, at=hours())
        if sealed is not None:
            seals.place_entries(at=hours())
        if sealed:
            seals.seal(at=hours())
    return home


def at_home() -> list[tuple[str, str, int | None]]:
    """What verification finds with the home folder's own anchor."""
    return [
        (one.damage.value, one.stream, one.seq) for one in verify(anchors=[seals.home_anchor()], files=False).findings
    ]


def test_how_far_seals_and_anchors_reach_is_told(sealed_at_home, tmp_path):
    older = tmp_path / "older.jsonl"
    older.write_bytes(sealed_at_home.read_bytes().splitlines(keepends=True)[0])
    result = verify(anchors=[seals.home_anchor(), read_anchor(older)], files=False)
    assert result.intact
    assert (result.entries, result.sealed, result.unsealed) == (13, 11, 2)
    assert result.anchors == [
        Cover(anchor=HOME, seals=2, until=11, after=2),
        Cover(anchor=str(older), seals=1, until=10, after=3),
    ]


def test_what_does_not_fit_is_not_called_covered(sealed_at_home, city):
    Position.objects.filter(position=11).update(hash="0" * 64)
    result = verify(anchors=[seals.home_anchor()], files=False)
    assert (result.sealed, result.unsealed) == (10, 3)
    assert [(one.until, one.after) for one in result.anchors] == [(10, 3)]


def test_that_all_seals_were_deleted_is_named_with_the_home_anchor(sealed_at_home):
    Seal.objects.all().delete()
    assert at_home() == [("seal-missing", "seals", 1)]


def test_that_all_seals_were_made_anew_is_named_with_the_home_anchor(sealed_at_home, tmp_path, hours):
    Seal.objects.all().delete()
    seals.seal(at=hours(), anchor=tmp_path / "forged.jsonl")
    assert at_home() == [("seal-broken", "seals", 1), ("seal-missing", "seals", 2)]


@pytest.mark.parametrize("left", [None, b"", b'{"number": 1, "fir'])
def test_a_missing_home_anchor_is_named_once_there_are_seals(sealed_at_home, left):
    sealed_at_home.unlink()
    if left is not None:
        sealed_at_home.write_bytes(left)
    assert at_home() == [("anchor-missing", "anchor:home", None)]


def test_no_home_anchor_is_missed_before_the_first_seal(home, placed):
    assert at_home() == []


def test_a_first_seal_that_is_being_appended_is_not_called_missing(sealed_at_home):
    """Its line comes a moment after its row; whoever read the anchor just before looks once more."""
    assert verify(anchors=[Anchor(HOME, ())], files=False).intact


def test_a_home_anchor_with_fewer_seals_than_the_database_is_no_damage(sealed_at_home):
    """A process may have died between sealing and appending; the next seal brings the anchor up to date."""
    sealed_at_home.write_bytes(sealed_at_home.read_bytes().splitlines(keepends=True)[0])
    assert at_home() == []


def test_a_damaged_line_of_the_home_anchor_is_named_and_stops_no_later_seal(sealed_at_home, hours):
    first, second = sealed_at_home.read_bytes().splitlines(keepends=True)
    sealed_at_home.write_bytes(first + b"rubbish\n")
    assert at_home() == [("seal-broken", "anchor:home", None)]
    seals.seal(at=hours())
    kept = sealed_at_home.read_bytes().splitlines(keepends=True)
    assert kept[:3] == [first, b"rubbish\n", second]
    assert len(kept) == 4
    assert at_home() == [("seal-broken", "anchor:home", None)]


def test_a_cut_tail_is_named_with_the_home_anchor(sealed_at_home, city):
    Entry.objects.filter(stream=city, seq__gt=4).delete()
    Position.objects.filter(position__gt=10).delete()
    OutboxItem.objects.all().delete()
    Seal.objects.filter(number=2).delete()
    assert ("tail-cut", "anchor:home", 2) in at_home()


# --- what only an anchor shows ---------------------------------------------------------------------------------------


def cut_the_last_two(city: str) -> None:
    """Remove the last two entries with their positions, their seal and all their traces in the tables."""
    Entry.objects.filter(stream=city, seq__gt=5).delete()
    Position.objects.filter(stream=city, seq__gt=5).delete()
    Seal.objects.filter(number=3).delete()
    rows = Parameter._base_manager.filter(name="duplicate_radius_m")
    rows.filter(value__in=[100, 110]).delete()
    rows.filter(value=90).update(until_at=None)
    type(rows[0].city)._base_manager.update(version=5)


def test_a_cut_tail_goes_unseen_without_an_anchor_and_is_named_with_it(sealed, city):
    cut_the_last_two(city)
    assert named() == []
    assert against(sealed) == [("tail-cut", "anchor:copy", 3)]


def test_a_cut_tail_that_was_written_over_is_named_as_rewritten_history(sealed, city, clerk, hours, tmp_path):
    cut_the_last_two(city)
    for value in (120, 130):
        set_parameter("duplicate_radius_m", value, seen=edition(), by=clerk, at=hours())
    seals.place_entries(at=hours())
    seals.seal(at=hours(), anchor=tmp_path / "forged.jsonl")
    assert named() == []
    assert against(sealed) == [("history-rewritten", "anchor:copy", 3)]


def rewrite_everything(officer, tmp_path) -> None:
    """Give the officer another number from the first day on: entries, hashes, positions and seals computed anew."""
    prev = rules.FIRST
    for entry in Entry.objects.filter(stream=officer.stream).order_by("seq"):
        said = orjson.loads(bytes(entry.body)) | {"prev": prev}
        for columns in said["rows"].get("people.member", {}).values():
            columns.update({"number": "9999"} if "number" in columns else {})
        body = canonical_bytes(said)
        prev = hashlib.sha256(body).hexdigest()
        Entry.objects.filter(pk=entry.pk).update(body=body, hash=prev)
        Position.objects.filter(stream=entry.stream, seq=entry.seq).update(hash=prev)
    Member._base_manager.update(number="9999")
    Seal.objects.all().delete()
    seals.seal(at=MONDAY, anchor=tmp_path / "forged.jsonl")


def test_a_history_rewritten_from_end_to_end_goes_unseen_without_an_anchor_and_is_named_with_it(
    sealed, officer, tmp_path
):
    rewrite_everything(officer, tmp_path)
    assert named() == []
    assert against(sealed) == [
        ("history-rewritten", "anchor:copy", 1),
        ("seal-missing", "seals", 2),
    ]


# --- moving house ----------------------------------------------------------------------------------------------------


def test_no_hash_depends_on_a_number_that_the_database_gave(sealed, officer, city):
    """Every row is taken out and put back under another database id, in another order, as by a move."""
    models = [Entry, HeldValue, OutboxItem, Appointment, Parameter]
    kept = {model: list(model._base_manager.order_by("-pk").values()) for model in models}
    for model in models:
        model._base_manager.all().delete()
    assert named() != []
    for model in models:
        for number, columns in enumerate(kept[model], start=1000):
            model(**{**columns, "id": number}).save_base(force_insert=True)
    assert against(sealed) == []


def test_an_anchor_line_is_plain_json(sealed):
    line = json.loads(sealed.read_text().splitlines()[0])
    assert line == asdict(seals.seals_after(0)[0])
    assert line["at"] > f"{MONDAY + timedelta(hours=9):%Y-%m-%dT%H}"
