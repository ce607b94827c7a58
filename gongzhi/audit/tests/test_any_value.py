"""Somebody writes a value of whatever kind into one column, and verification names it without breaking off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from gongzhi.audit.seals import _seal_new_positions, place_entries
from gongzhi.audit.tests.any_value import every_column, unnoticed
from gongzhi.audit.tests.conftest import MONDAY
from gongzhi.audit.verify import verify
from gongzhi.people.operations import add_member, add_unit, appoint

pytestmark = pytest.mark.django_db

RECORD = ("audit.Entry", "audit.HeldValue", "audit.OutboxItem", "audit.Position")
ROWS = ("people.Member", "people.Appointment", "people.Unit")


@pytest.fixture
def record(placed, clerk, hours) -> None:
    """A record with everything in it: held values, positions, a seal, and one entry that waits for its position."""
    assert _seal_new_positions(at=MONDAY) is not None
    add_unit("brigade", kind="brigade", name_zh="大队", name_en="Brigade", by=clerk, at=hours())


@pytest.fixture
def long_record(record, clerk, hours) -> None:
    """The same with a dozen members in their posts, so that each value can be written into a stream of its own."""
    for number in range(12):
        uid = add_member(f"1{number:03}", name=f"member {number}", by=clerk, at=hours())
        appoint(uid, post="collector", unit="bureau", seen=1, by=clerk, at=hours())
        add_unit(f"team-{number}", kind="brigade", name_zh="中队", name_en="Team", by=clerk, at=hours())
    while place_entries(at=hours()):
        pass
    assert _seal_new_positions(at=hours()) is not None
    for number in range(12):
        add_unit(f"waiting-{number}", kind="brigade", name_zh="中队", name_en="Team", by=clerk, at=hours())


def test_whatever_is_written_into_a_seal_is_named(record):
    missed = {column: unnoticed(label, column) for label, column in every_column("audit.Seal")}
    assert {column: values for column, values in missed.items() if values} == {}


def test_whatever_is_written_into_the_record_or_a_recorded_row_is_named(long_record):
    assert verify().intact
    missed = {(label, column): unnoticed(label, column) for label, column in every_column(*RECORD, *ROWS)}
    assert {place: values for place, values in missed.items() if values} == {}


@pytest.mark.parametrize(
    ("statement", "damages"),
    [
        ("UPDATE audit_entry SET body = replace(body, '2026', '2025') WHERE stream = %s AND seq = 3", {"altered"}),
        ("UPDATE audit_entry SET body = 5 WHERE stream = %s AND seq = 3", {"altered"}),
        ("UPDATE audit_entry SET hash = 5 WHERE stream = %s AND seq = 3", {"altered"}),
        ("UPDATE audit_entry SET seq = 'abc' WHERE stream = %s AND seq = 3", {"inserted", "removed"}),
        ("UPDATE audit_entry SET stream = 7 WHERE stream = %s AND seq = 3", {"inserted", "removed"}),
        ("UPDATE audit_position SET hash = 'zz' WHERE stream = %s AND seq = 3", {"position-broken", "seal-broken"}),
        ("UPDATE audit_heldvalue SET sealed = 'abc' WHERE stream = %s", {"held-altered"}),
    ],
)
def test_one_damaged_row_is_named_and_does_not_hide_another(record, officer, city, sql, statement, damages):
    if connection.vendor != "sqlite" and "hash = 'zz'" not in statement:
        statement = "UPDATE audit_entry SET hash = 'zz' WHERE stream = %s AND seq = 3"
        damages = {"altered"}
    sql(statement, officer.stream)
    sql("UPDATE parameters_parameter SET value = 61 WHERE value = 60")
    findings = verify(files=False).findings
    assert {one.damage.value for one in findings} == {*damages, "row-altered"}
    assert city in {one.stream for one in findings}
    assert {type(one.stream) for one in findings} == {str}
    assert {type(one.seq) for one in findings} <= {int, type(None)}


def test_a_position_between_two_others_is_named_although_their_number_and_ends_are_right(record, sql):
    sql("UPDATE audit_position SET position = %s WHERE position = 5", 4.5 if connection.vendor == "sqlite" else -5)
    details = [one.detail for one in verify(files=False).findings if one.stream == "positions"]
    assert "positions 5-5 are missing" in details
    assert any("is no position" in detail for detail in details)


def test_a_check_that_breaks_off_is_named_and_hides_no_other(record, monkeypatch):
    from gongzhi.audit import registry
    from gongzhi.audit.states import Damage

    missing = registry.Finding(Damage.FILE_MISSING, "file:1", 1)

    monkeypatch.setattr(registry._registry, "checks", {"odd": lambda: odd(), "second": lambda: iter([missing])})

    def odd() -> Iterator[registry.Finding]:
        yield missing
        raise ZeroDivisionError

    named = [(one.damage.value, one.stream, one.detail) for one in verify().findings]
    assert named == [
        ("file-missing", "file:1", ""),
        ("check-failed", "odd", "ZeroDivisionError"),
        ("file-missing", "file:1", ""),
    ]
