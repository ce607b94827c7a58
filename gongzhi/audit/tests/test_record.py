"""A change and its entry are one: what is written, what is refused, what stays readable."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import models

from gongzhi.audit import operations as audit
from gongzhi.audit import queries
from gongzhi.audit.models import Entry, HeldValue, OutboxItem, UnrecordedChange, spelled
from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.audit.states import Origin
from gongzhi.audit.tests.verification import named
from gongzhi.audit.verify import verify
from gongzhi.kernel.facts import FactType
from gongzhi.people.models import Appointment, Member, Unit

pytestmark = pytest.mark.django_db
RENAMED = FactType("member.renamed")


@pytest.fixture
def unit(bureau) -> Unit:
    return Unit.objects.get(code="bureau")


def test_an_entry_tells_who_did_what_when_and_which_columns_changed(officer, clerk, monday_9am):
    first, *_, ended, last = queries.entries_of(officer.stream)
    assert (first.type, first.seq, first.prev, first.actor, first.at.hour) == ("member.added", 1, "", clerk, 2)
    assert first.rows["people.member"][str(officer.uid)]["number"] == "0417"
    post = str(Appointment.objects.get(post="collector").uid)
    assert ended.rows["people.appointment"] == {post: {"until_at": "2026-11-23T05:00:00.000000Z"}}
    assert ended.rows["people.member"] == {str(officer.uid): {"version": 4}}
    assert last.prev == ended.hash
    assert last.subject == str(officer.uid)


def test_an_entry_waits_in_the_outbox_of_its_own_transaction(officer):
    waiting = OutboxItem.objects.filter(stream=officer.stream).order_by("id")
    entries = Entry.objects.filter(stream=officer.stream).order_by("seq")
    assert [(one.seq, one.type, one.hash) for one in waiting] == [(one.seq, one.type, one.hash) for one in entries]


def test_the_version_of_a_row_is_the_number_of_its_last_entry(officer):
    assert officer.version == 5
    assert queries.last_of(officer.stream) == (5, Entry.objects.get(stream=officer.stream, seq=5).hash)


def test_who_read_an_older_version_is_refused(officer, clerk, monday_9am):
    older = Member.objects.get(uid=officer.uid)
    audit.record(officer, RENAMED, by=clerk, at=monday_9am)
    with pytest.raises(ChangedMeanwhile) as refused:
        audit.record(older, RENAMED, by=clerk, at=monday_9am)
    assert refused.value.facts == {"thing": "member", "seen": 5, "now": 6}
    with pytest.raises(ChangedMeanwhile):
        audit.require_version(officer, 5)
    audit.require_version(officer, 6)


def test_a_name_that_was_replaced_stays_readable_and_verifiable(officer, clerk, monday_9am):
    for name in ("林晓雨", "林小语"):
        officer.name = name
        audit.record(officer, RENAMED, by=clerk, at=monday_9am)
    place = f"people.member/{officer.uid}/name"
    assert queries.held_by_entry(officer.stream, names=[place]) == {1: {place: "林小雨"}, 6: {place: "林晓雨"}}
    assert named() == []
    audit.erase(officer, [(1, place), (6, place), (7, place)], rule="request", by=clerk, at=monday_9am)
    assert verify(files=False).erased == [f"{officer.stream}#{seq}/{place}" for seq in (1, 6, 7)]
    assert named() == []
    assert Member.objects.get(uid=officer.uid).name is None
    assert not HeldValue.objects.filter(stream=officer.stream).exclude(sealed=None).exists()


def test_a_value_in_a_row_that_merely_belongs_to_the_stream_can_be_erased_too(officer, clerk, monday_9am, monkeypatch):
    monkeypatch.setattr(Appointment, "committed", frozenset({"until_at"}))
    post = Appointment.objects.get(post="checker")
    post.until_at = monday_9am + timedelta(days=1)
    audit.record(officer, RENAMED, by=clerk, at=monday_9am, also=[post])
    assert named() == []
    audit.erase(officer, [(6, f"people.appointment/{post.uid}/until_at")], rule="request", by=clerk, at=monday_9am)
    assert Appointment.objects.get(post="checker").until_at is None
    assert named() == []


def test_what_was_never_held_or_is_erased_already_cannot_be_erased(officer, clerk, monday_9am):
    with pytest.raises(NothingToErase):
        audit.erase(officer, [(1, "phone")], rule="request", by=clerk, at=monday_9am)
    name = f"people.member/{officer.uid}/name"
    audit.erase(officer, [(1, name)], rule="request", by=clerk, at=monday_9am)
    with pytest.raises(NothingToErase):
        audit.erase(officer, [(1, name)], rule="request", by=clerk, at=monday_9am)


def test_a_value_that_was_not_given_is_not_held(officer, clerk, monday_9am):
    audit.record(officer, RENAMED, by=clerk, at=monday_9am, held={"phone": None})
    assert queries.entry(officer.stream, 6).held == {}
    assert named() == []


def test_a_list_that_was_changed_in_place_is_recorded(unit, clerk, monday_9am):
    unit.areas.append("350203")
    audit.record(unit, FactType("unit.moved"), by=clerk, at=monday_9am)
    assert queries.entry(unit.stream, 2).rows["people.unit"][str(unit.uid)]["areas"] == ["350203"]
    assert named() == []


def test_a_row_that_was_read_anew_records_what_changed_since(officer, clerk, monday_9am):
    other = Member.objects.get(uid=officer.uid)
    other.name = "别人"
    audit.record(other, RENAMED, by=clerk, at=monday_9am)
    officer.refresh_from_db()
    officer.name = "林小雨"
    audit.record(officer, RENAMED, by=clerk, at=monday_9am)
    assert "name" in queries.entry(officer.stream, 7).rows["people.member"][str(officer.uid)]
    assert named() == []


def test_a_column_that_was_read_anew_alone_leaves_other_changes_to_be_recorded(officer, clerk, monday_9am):
    officer.number = "0500"
    officer.refresh_from_db(fields=["version"])
    audit.record(officer, RENAMED, by=clerk, at=monday_9am)
    assert queries.entry(officer.stream, 6).rows["people.member"][str(officer.uid)]["number"] == "0500"
    assert named() == []


def test_a_change_that_leaves_no_entry_is_a_bug(officer, unit):
    for change in (
        officer.save,
        officer.delete,
        lambda: Member.objects.update(number="1"),
        lambda: Member.objects.filter(number="1").delete(),
        lambda: Member.objects.bulk_create([]),
        lambda: Member.objects.bulk_update([officer], ["number"]),
    ):
        with pytest.raises(UnrecordedChange):
            change()


def test_a_row_that_was_loaded_in_part_cannot_be_recorded(officer, clerk, monday_9am):
    part = Member.objects.only("version", "uid").get(uid=officer.uid)
    with pytest.raises(UnrecordedChange):
        audit.record(part, RENAMED, by=clerk, at=monday_9am)


def test_a_row_of_another_stream_is_a_bug(officer, unit, clerk, monday_9am):
    with pytest.raises(ValueError, match="is not in the stream"):
        audit.record(officer, RENAMED, by=clerk, at=monday_9am, also=[unit])


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_of_a_transaction_is_a_bug(officer, clerk, monday_9am):
    with pytest.raises(UnrecordedChange):
        audit.record(officer, RENAMED, by=clerk, at=monday_9am)


def test_a_float_cannot_enter_the_record(officer, clerk, monday_9am):
    with pytest.raises(TypeError):
        audit.record(officer, RENAMED, by=clerk, at=monday_9am, facts={"distance": 0.5})


@pytest.mark.parametrize("origin", Origin)
def test_an_entry_says_where_it_came_from(officer, clerk, monday_9am, origin):
    with audit.recording_as(origin):
        audit.record(officer, RENAMED, by=clerk, at=monday_9am)
    audit.record(officer, RENAMED, by=clerk, at=monday_9am)
    assert [one.origin for one in queries.entries_of(officer.stream)[5:]] == [origin, Origin.LIVE]


def test_entries_are_read_in_the_order_of_positions(placed, officer):
    read = list(queries.entries_after(0, limit=100))
    assert [position for position, _ in read] == list(range(1, 11))
    assert [one.seq for _, one in read if one.stream == officer.stream] == [1, 2, 3, 4, 5]
    assert [position for position, _ in queries.entries_after(4, limit=3)] == [5, 6, 7]
    assert queries.last_position() == 10


def test_a_decimal_is_spelled_with_all_the_places_of_its_column():
    column = models.DecimalField(max_digits=8, decimal_places=2)
    assert spelled(column, Decimal("3.5")) == spelled(column, "3.50") == "3.50"
