"""Somebody with the database's password changes the record or the tables, and verification names it."""

from __future__ import annotations

import hashlib
import tracemalloc

import orjson
import pytest

from gongzhi.audit import operations as audit
from gongzhi.audit import registry
from gongzhi.audit.models import Entry, HeldValue, Position
from gongzhi.audit.seals import place_entries
from gongzhi.audit.states import Damage
from gongzhi.audit.tests.verification import found, named
from gongzhi.audit.verify import verify
from gongzhi.kernel.canonical import canonical_bytes
from gongzhi.kernel.facts import FactType
from gongzhi.parameters.operations import set_parameter
from gongzhi.parameters.queries import edition
from gongzhi.people.models import Appointment, Member
from gongzhi.people.operations import add_member

pytestmark = pytest.mark.django_db
TOLD = FactType("member.told")


@pytest.fixture(params=["placed", "waiting in the outbox"])
def stream(request, officer, city, hours) -> str:
    """The officer's stream of five entries, with and without positions."""
    if request.param == "placed":
        place_entries(at=hours())
    return officer.stream


def forged(stream: str, seq: int, prev: str) -> tuple[str, bytes]:
    """An entry that was never written, spelled and hashed as it should be."""
    body = canonical_bytes(
        {
            "alg": "sha256",
            "stream": stream,
            "seq": seq,
            "prev": prev,
            "type": "member.added",
            "rows": {},
            "held": {},
            "facts": {},
        }
    )
    return hashlib.sha256(body).hexdigest(), body


def insert(sql, stream: str, *, at_seq: int, says_seq: int) -> None:
    prev = Entry.objects.get(stream=stream, seq=says_seq - 1).hash
    hashed, body = forged(stream, says_seq, prev)
    sql(
        "INSERT INTO audit_entry (stream, seq, type, hash, alg, body) VALUES (%s, %s, %s, %s, %s, %s)",
        *(stream, at_seq, "member.added", hashed, "sha256", body),
    )


def renumber(sql, stream: str, *, from_: int, by: int) -> None:
    sql("UPDATE audit_entry SET seq = seq + 1000 WHERE stream = %s AND seq >= %s", stream, from_)
    sql("UPDATE audit_entry SET seq = seq - 1000 + %s WHERE stream = %s AND seq >= 1000", by, stream)


# --- intact ----------------------------------------------------------------------------------------------------------


def test_an_intact_record_gives_no_finding(stream):
    result = verify(files=False)
    assert result.intact
    assert (result.entries, result.streams, result.rows, result.held) == (10, 3, 9, 1)


def test_an_empty_database_is_intact(db):
    assert verify(files=False).intact


def test_memory_is_bounded_by_groups_of_streams_and_the_result_is_the_same(stream, monkeypatch):
    monkeypatch.setattr("gongzhi.audit.verify.run.STREAMS_AT_ONCE", 1)
    monkeypatch.setattr("gongzhi.audit.verify.stored.FETCHED_AT_ONCE", 2)
    result = verify(files=False)
    assert result.intact
    assert (result.entries, result.streams, result.rows) == (10, 3, 9)


def peak_of_verifying() -> int:
    tracemalloc.start()
    try:
        assert verify(files=False).intact
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_record(bureau, clerk, monday_9am, monkeypatch):
    monkeypatch.setattr("gongzhi.audit.verify.run.STREAMS_AT_ONCE", 5)
    monkeypatch.setattr("gongzhi.audit.verify.stored.FETCHED_AT_ONCE", 5)

    def add(number: int) -> None:
        add_member(f"{number}", name="x" * 60, by=clerk, at=monday_9am)

    for number in range(20):
        add(number)
    verify(files=False)
    small = peak_of_verifying()
    for number in range(20, 200):
        add(number)
    assert peak_of_verifying() < small * 3, "a tenfold record took much more memory"


# --- entries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_altered_byte_of_an_entry_is_named(sql, stream, seq):
    body = bytes(Entry.objects.get(stream=stream, seq=seq).body)
    sql(
        "UPDATE audit_entry SET body = %s WHERE stream = %s AND seq = %s",
        body.replace(b"bureau", b"bureaX"),
        stream,
        seq,
    )
    assert named() == [("altered", stream, seq)]


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_entry_that_is_no_longer_spelled_as_one_is_named(sql, stream, seq):
    sql("UPDATE audit_entry SET body = %s WHERE stream = %s AND seq = %s", b"\xff{", stream, seq)
    assert named() == [("altered", stream, seq)]


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize(("column", "value"), [("hash", "0" * 64), ("type", "member.promoted"), ("alg", "md5")])
def test_an_altered_column_beside_the_bytes_is_named(sql, stream, column, value, seq):
    sql(f"UPDATE audit_entry SET {column} = %s WHERE stream = %s AND seq = %s", value, stream, seq)
    assert named() == [("altered", stream, seq)]


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_entry_rewritten_together_with_its_hash_is_named(sql, stream, seq):
    body = bytes(Entry.objects.get(stream=stream, seq=seq).body).replace(b"bureau", b"bureaX")
    hashed = hashlib.sha256(body).hexdigest()
    sql("UPDATE audit_entry SET body = %s, hash = %s WHERE stream = %s AND seq = %s", body, hashed, stream, seq)
    assert named() == [("altered", stream, seq)]


def test_a_stream_rewritten_and_chained_anew_from_an_entry_on_is_named_there(sql, stream):
    prev = Entry.objects.get(stream=stream, seq=2).hash
    for seq in (3, 4, 5):
        said = orjson.loads(bytes(Entry.objects.get(stream=stream, seq=seq).body)) | {"prev": prev}
        said["actor"]["id"] = "somebody else"
        body = canonical_bytes(said)
        prev = hashlib.sha256(body).hexdigest()
        sql("UPDATE audit_entry SET body = %s, hash = %s WHERE stream = %s AND seq = %s", body, prev, stream, seq)
    assert named() == [("altered", stream, 3), ("altered", stream, 4), ("altered", stream, 5)]


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_removed_entry_is_named(sql, stream, seq):
    sql("DELETE FROM audit_entry WHERE stream = %s AND seq = %s", stream, seq)
    assert named() == [("removed", stream, seq)]


@pytest.mark.parametrize("seq", [1, 3])
def test_a_removed_entry_is_named_although_the_later_ones_were_renumbered(sql, stream, seq):
    sql("DELETE FROM audit_entry WHERE stream = %s AND seq = %s", stream, seq)
    renumber(sql, stream, from_=seq + 1, by=-1)
    assert named() == [("removed", stream, seq)]


def test_a_stream_that_was_removed_as_a_whole_is_named(sql, stream):
    sql("DELETE FROM audit_entry WHERE stream = %s", stream)
    assert named() == [("removed", stream, seq) for seq in range(1, 6)]


def test_an_inserted_entry_is_named(sql, stream):
    insert(sql, stream, at_seq=6, says_seq=3)
    assert named() == [("inserted", stream, 6)]


@pytest.mark.parametrize("seq", [2, 5])
def test_an_inserted_entry_is_named_although_the_later_ones_were_renumbered(sql, stream, seq):
    renumber(sql, stream, from_=seq, by=1)
    insert(sql, stream, at_seq=seq, says_seq=seq)
    assert named() == [("inserted", stream, seq)]


def test_an_entry_that_was_added_at_the_end_past_the_record_is_named(sql, stream):
    insert(sql, stream, at_seq=6, says_seq=6)
    assert named() == [("inserted", stream, 6)]


def test_an_entry_of_another_stream_is_named_where_it_lies_and_where_it_is_missing(sql, stream, city):
    sql("UPDATE audit_entry SET stream = %s, seq = 5 WHERE stream = %s AND seq = 3", city, stream)
    assert sorted(named()) == [("inserted", city, 5), ("removed", stream, 3)]


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 4), (4, 5)])
def test_two_entries_that_changed_places_are_both_named(sql, stream, one, other):
    sql("UPDATE audit_entry SET seq = 99 WHERE stream = %s AND seq = %s", stream, one)
    sql("UPDATE audit_entry SET seq = %s WHERE stream = %s AND seq = %s", one, stream, other)
    sql("UPDATE audit_entry SET seq = %s WHERE stream = %s AND seq = 99", other, stream)
    assert named() == [("reordered", stream, one), ("reordered", stream, other)]


def test_an_entry_removed_at_one_end_is_not_hidden_by_one_added_at_another(sql, stream, city):
    sql("DELETE FROM audit_entry WHERE stream = %s AND seq = 5", stream)
    insert(sql, city, at_seq=5, says_seq=5)
    assert sorted(named()) == [("inserted", city, 5), ("removed", stream, 5)]


def test_damage_to_one_stream_is_not_laid_upon_another(sql, stream, city):
    sql("DELETE FROM audit_entry WHERE stream = %s AND seq = 2", stream)
    sql("UPDATE audit_entry SET type = 'x' WHERE stream = %s AND seq = 4", city)
    assert sorted(named()) == [("altered", city, 4), ("removed", stream, 2)]


# --- positions -------------------------------------------------------------------------------------------------------


def test_a_removed_position_is_named(sql, placed):
    Position.objects.get(position=4).delete()
    assert named() == [("position-broken", "positions", 4)]


def test_a_position_that_names_another_hash_is_named(sql, placed, officer):
    sql("UPDATE audit_position SET hash = %s WHERE stream = %s AND seq = 2", "0" * 64, officer.stream)
    assert named() == [("position-broken", officer.stream, 2)]


# --- rows ------------------------------------------------------------------------------------------------------------


def test_an_altered_column_of_a_row_is_named_with_what_the_record_says(sql, stream, officer):
    sql("UPDATE people_member SET number = '0418' WHERE number = '0417'")
    assert named() == [("row-altered", stream, 5)]
    assert "number is '0418', the record says '0417'" in found()[0].detail


def test_an_altered_version_is_named(sql, stream):
    sql("UPDATE people_member SET version = 4")
    assert named() == [("row-altered", stream, 5)]


def test_an_altered_time_is_named(sql, stream):
    sql("UPDATE people_appointment SET until_at = NULL")
    assert named() == [("row-altered", stream, 5)]


def test_a_row_that_was_added_behind_the_record_is_named(stream, officer, monday_9am):
    row = Appointment(member_id=officer.uid, post="leader", unit_id="bureau", from_at=monday_9am)
    row.save_base(force_insert=True)
    assert named() == [("row-unrecorded", stream, None)]


def test_a_row_with_a_stream_of_its_own_that_was_added_behind_the_record_is_named(stream, monday_9am):
    row = Member(number="0999", name="nobody", from_at=monday_9am)
    row.save_base(force_insert=True)
    assert named() == [("row-unrecorded", row.stream, None)]


def test_a_deleted_row_is_named(sql, stream):
    sql("DELETE FROM people_appointment WHERE post = 'checker'")
    assert named() == [("row-missing", stream, None)]


def test_the_rows_of_a_damaged_stream_are_still_compared_with_what_is_certain(sql, stream):
    sql("DELETE FROM audit_entry WHERE stream = %s AND seq = 2", stream)
    sql("UPDATE people_appointment SET post = 'leader' WHERE post = 'dispatcher'")
    assert named() == [("removed", stream, 2), ("row-altered", stream, 5)]


def test_a_column_that_is_younger_than_a_row_is_expected_to_hold_its_default(stream, monkeypatch):
    monkeypatch.setattr(Member, "not_folded", {"account_id": "the entries were written before there were accounts"})
    assert named() == []


# --- held values -----------------------------------------------------------------------------------------------------


@pytest.fixture
def told(officer, city, clerk, hours) -> str:
    """Two held values in the officer's sixth entry."""
    officer.refresh_from_db()
    audit.record(officer, TOLD, by=clerk, at=hours(), held={"phone": "13800000000", "note": "左边的邻居"})
    return officer.stream


def kept_of(stream: str, name: str) -> bytes:
    return bytes(HeldValue.objects.get(stream=stream, name=name).sealed or b"")


def replace(stream: str, name: str, sealed: bytes | memoryview | None) -> None:
    HeldValue.objects.filter(stream=stream, name=name).update(sealed=sealed)


def test_a_held_value_lies_encrypted_and_comes_back(told):
    assert b"13800000000" not in kept_of(told, "phone")
    assert audit.held_values([told], names=["phone", "note"]) == {told: {"phone": "13800000000", "note": "左边的邻居"}}
    assert b"13800000000" not in bytes(Entry.objects.get(stream=told, seq=6).body)
    assert verify(files=False).held == 3


def test_an_altered_held_value_is_named(sql, told):
    sealed = kept_of(told, "phone")
    replace(told, "phone", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert named() == [("held-altered", told, 6)]


def test_a_held_value_that_was_encrypted_anew_with_another_text_is_named(told):
    _, other = audit._commit(told, 6, "phone", "13811111111", in_row=False)
    replace(told, "phone", other.sealed)
    assert named() == [("held-altered", told, 6)]


def test_a_removed_held_value_is_named(told):
    HeldValue.objects.filter(stream=told, name="phone").delete()
    assert named() == [("held-missing", told, 6)]


def test_a_held_value_that_was_emptied_without_an_entry_is_named(told):
    replace(told, "phone", None)
    assert named() == [("held-missing", told, 6)]


def test_exchanged_ciphertexts_are_both_named(told):
    phone, note = kept_of(told, "phone"), kept_of(told, "note")
    replace(told, "phone", note)
    replace(told, "note", phone)
    assert named() == [("held-altered", told, 6), ("held-altered", told, 6)]


def test_a_held_value_that_claims_to_lie_in_a_row_is_named(told):
    HeldValue.objects.filter(stream=told, name="phone").update(in_row=True)
    assert named() == [("held-altered", told, 6)]


@pytest.mark.parametrize("stream", ["officer's", "nobody's"])
def test_a_held_value_to_which_no_entry_commits_is_named(told, stream):
    stream = told if stream == "officer's" else "member:nobody"
    _, stranger = audit._commit(stream, 2, "phone", "1", in_row=False)
    stranger.save()
    assert named() == [("held-altered", stream, 2)]


def test_an_altered_name_in_a_row_is_named_under_the_entry_that_committed_to_it(sql, stream, officer):
    sql("UPDATE people_member SET name = '林大雨'")
    assert named() == [("row-altered", stream, 1)]
    assert "林" not in found()[0].detail


def test_the_salt_of_a_name_that_was_removed_is_named(stream, officer):
    HeldValue.objects.filter(stream=stream, in_row=True).delete()
    assert named() == [("held-missing", stream, 1)]


def test_an_erased_value_is_reported_as_erased_and_not_as_damage(told, officer, clerk, hours):
    officer.refresh_from_db()
    audit.erase(officer, [(6, "phone")], rule="request of the person", by=clerk, at=hours())
    result = verify(files=False)
    assert result.intact
    assert result.erased == [f"{told}#6/phone"]
    assert audit.held_values([told], names=["phone", "note"]) == {told: {"note": "左边的邻居"}}


def test_an_erased_name_in_a_row_is_reported_as_erased_and_not_as_damage(stream, officer, clerk, hours):
    name = f"people.member/{officer.uid}/name"
    audit.erase(officer, [(1, name)], rule="left the service", by=clerk, at=hours())
    result = verify(files=False)
    assert result.intact
    assert result.erased == [f"{stream}#1/{name}"]
    assert Member.objects.get(uid=officer.uid).name is None


def test_a_name_that_comes_back_after_its_erasure_is_named(sql, stream, officer, clerk, hours):
    audit.erase(officer, [(1, f"people.member/{officer.uid}/name")], rule="left the service", by=clerk, at=hours())
    sql("UPDATE people_member SET name = '林小雨'")
    assert named() == [("row-altered", stream, 6)]


def test_a_value_that_comes_back_after_its_erasure_is_named(told, officer, clerk, hours):
    before = kept_of(told, "phone")
    officer.refresh_from_db()
    audit.erase(officer, [(6, "phone")], rule="request of the person", by=clerk, at=hours())
    replace(told, "phone", before)
    assert named() == [("held-altered", told, 6)]


# --- configuration ---------------------------------------------------------------------------------------------------


def test_an_altered_configuration_table_is_named(db, clerk, monday_9am, monkeypatch):
    rows = [["paving", 7], ["lamp", 3]]
    monkeypatch.setitem(registry._registry.snapshots, "config:limits", lambda: rows)
    audit.record_snapshot("config:limits", FactType("limits.changed"), by=clerk, at=monday_9am)
    assert named() == []
    rows[1][1] = 30
    assert named() == [("snapshot-altered", "config:limits", None)]


def test_a_configuration_table_that_nobody_recorded_is_named(db, monkeypatch):
    monkeypatch.setitem(registry._registry.snapshots, "config:limits", lambda: [["paving", 7]])
    assert named() == [("snapshot-altered", "config:limits", None)]


def test_an_altered_setting_of_the_city_is_named(sql, city):
    sql("UPDATE parameters_parameter SET value = 61 WHERE value = 60")
    assert named() == [("row-altered", city, 4)]


def test_only_the_checks_that_hash_files_are_left_out_with_the_files(city, monkeypatch):
    lost = registry.Finding(Damage.FILE_MISSING, "file:1", 1)
    moved = registry.Finding(Damage.ROW_ALTERED, "case:1", 1)
    monkeypatch.setattr(registry._registry, "checks", {})
    monkeypatch.setattr(registry._registry, "hashing_files", set())
    registry.register_check("files", lambda: iter([lost]), hashes_files=True)
    registry.register_check("cells", lambda: iter([moved]))
    assert verify(files=False).findings == [moved]
    assert verify(files=True).findings == [lost, moved]


def test_the_record_does_not_depend_on_when_the_next_setting_comes(city, clerk, hours):
    set_parameter("report_text_limit", 500, seen=edition(), by=clerk, at=hours())
    assert named() == []
